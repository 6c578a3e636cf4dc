"""The quick look for one day passes over no writing of it that the thorough one reads."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.programme.messages.dates_in_text import MONTHS, dates_written
from bot.programme.messages.one_date import may_be_written, may_have_a_part_in

DAYS = st.dates(date(1995, 1, 1), date(2039, 12, 31))
BETWEEN = (
    "",
    " ",
    "  ",
    "/",
    ".",
    "-",
    " - ",
    ", ",
    "\n",
    "_",
    "–",
    " of ",
    "of ",
    " the ",
    "th ",
    "st of ",
    "rd",
    "|",
)
LONG = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december")  # fmt: skip


@st.composite
def written(draw: st.DrawFn) -> tuple[date, str]:
    """A day, and a text that may say it: its parts in any order and writing, with anything between them."""
    on = draw(DAYS)
    two = on.year % 100
    parts = [
        draw(st.sampled_from([f"{on.year}", f"{two:02}", f"00{two:02}", "١٤"])),
        draw(st.sampled_from([f"{on.month}", f"{on.month:02}", MONTHS[on.month - 1].upper(), LONG[on.month - 1]])),
        draw(st.sampled_from([f"{on.day}", f"{on.day:02}", f"00{on.day:02}", "٣"])),
    ]  # fmt: skip
    first, second, third = draw(st.permutations(parts))
    between = st.sampled_from(BETWEEN)
    return on, (
        f"{draw(between)}Mon {first}{draw(between)}{second}{draw(between)}{third}{draw(st.sampled_from(['', ' x']))}"
    )


@given(written())
@settings(max_examples=300, deadline=None)
def test_what_the_thorough_look_reads_the_quick_one_has_seen(said: tuple[date, str]) -> None:
    _, text = said
    for _, _, on in dates_written(text):
        assert may_be_written(on, text.casefold()), (on, text)
        assert may_have_a_part_in(on, text.casefold()), (on, text)


@pytest.mark.parametrize(
    "text", ["14 may 2012", "14052012", "20120514", "may 14th, 12", "2012, the 14th of may"]
)
def test_a_day_is_seen_however_it_is_written(text: str) -> None:
    assert may_be_written(date(2012, 5, 14), text)


@pytest.mark.parametrize(
    "text", ["fsp-2012-03-014", "no. 12 by thu 14 may", "14 june 2012", "5 and 12 audits, no. 14", ""]
)
def test_numbers_that_are_not_together_are_no_day(text: str) -> None:
    assert not may_be_written(date(2012, 5, 14), text)


def test_a_part_of_a_day_is_a_number_or_a_month_by_itself() -> None:
    assert may_have_a_part_in(date(2012, 5, 14), "you may go")
    assert may_have_a_part_in(date(2012, 5, 14), "in 2012")
    assert not may_have_a_part_in(date(2012, 5, 14), "113 of 140, 20120")
