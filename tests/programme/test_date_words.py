"""Days are written in one way, and in one place."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.papers.letters.letter_language import day, short_day
from bot.programme.date_words import day_in_words, full_day, month_in_words, plain_day, weekday

BOT = Path(__file__).parents[2] / "bot"
TUESDAY = date(2026, 4, 7)


def test_a_day_is_written_as_people_in_england_write_it() -> None:
    assert day_in_words(TUESDAY) == "Tue 7 Apr 2026"
    assert full_day(TUESDAY) == day(TUESDAY) == "Tuesday 7 April 2026"
    assert short_day(TUESDAY) == "Tue 7 Apr"
    assert plain_day(TUESDAY) == "7 April 2026"
    assert month_in_words(TUESDAY) == "April 2026"


def test_every_day_of_a_year_has_the_name_the_calendar_gives_it() -> None:
    for n in range(366):
        on = date(2028, 1, 1) + timedelta(days=n)
        assert full_day(on) == f"{on:%A} {on.day} {on:%B} {on.year}"
        assert weekday(on) == f"{on:%A}"


@pytest.mark.parametrize("path", sorted(BOT.rglob("*.py")), ids=lambda path: str(path.relative_to(BOT)))
def test_nowhere_else_is_a_date_put_into_words(path: Path) -> None:
    assert not re.search(r"strftime|%[aAB]\b|%b %Y|[{:]%d %", path.read_text(encoding="utf-8"))
