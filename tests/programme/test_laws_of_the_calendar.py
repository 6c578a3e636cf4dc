"""Whatever day it is, and whatever days the council is shut: a working day, and a month, are found from it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import chain, pairwise

import pytest

from bot.programme.allocating.whole import month_of
from bot.programme.waits import months_after, wait
from bot.programme.working_days import WorkingDays

YEARS = range(2024, 2030)
DAYS = [date.fromordinal(n) for n in range(date(2024, 1, 1).toordinal(), date(2030, 1, 1).toordinal())]
TO_NEW_YEAR = [day for day in DAYS if (day.month, day.day) >= (12, 18) or (day.month, day.day) <= (1, 8)]
MONTH_ENDS = [day for day in DAYS if (day + timedelta(9)).month != day.month]
SUMMER = [day for day in DAYS if day.month in (7, 8) and not 12 <= day.day <= 15]
SHUT = {
    "never": [],
    "over New Year": TO_NEW_YEAR,
    "at each month's end": MONTH_ENDS,
    "on Mondays": [day for day in DAYS if day.weekday() == 0],
    "for two months but a few days": SUMMER,
}
WAITS = (
    "same day", "1 working day", "5 working days", "2 working days before", "1 day", "3 days before", "1 week",
    "6 weeks", "1 month", "12 months", "1 month before", "1st working day of the month",
    "15th working day of the month", "23rd working day of the month", "last working day of the month",
)  # fmt: skip
shut = pytest.mark.parametrize("days", SHUT.values(), ids=SHUT.keys())


@shut
def test_an_audit_month_that_begins_on_any_day_has_working_days_and_one_on_which_audits_are_due(
    days: Iterable[date],
) -> None:
    working = WorkingDays(days)
    for first in DAYS:
        for due in (1, 15):
            month = month_of(first, working, due)
            assert month.days[0] == working.on_or_after(first), first
            assert all(map(working.is_working, month.days)), first
            assert len({(day.year, day.month) for day in month.days}) == 1, first
            assert month.days[-1] == working.of_month(month.days[0])[-1], "to the end of its month"
            assert month.audits_due == month.days[: min(due, len(month.days))][-1], first


@shut
def test_every_wait_ends_whatever_day_it_begins(days: Iterable[date]) -> None:
    working = WorkingDays(days)
    for words in WAITS:
        for day in DAYS[::7]:
            on = wait(words).after(day, "moderation", working).on
            assert abs((on - day).days) < 400, (words, day)
            assert (
                working.is_working(wait(words).to_act(day, "moderation", working).on) or words == "same day"
            )
            if "working day" in words:
                assert working.is_working(on), (words, day)


@shut
def test_the_working_day_after_any_day_is_the_next_and_the_one_before_the_last(days: Iterable[date]) -> None:
    working = WorkingDays(days)
    every = list(chain.from_iterable(working.of_month(date(y, m, 1)) for y in YEARS for m in range(1, 13)))
    later = dict(pairwise(every))
    for day in every[:-1]:
        assert working.after(day, 1) == later[day]
        assert working.after(later[day], -1) == day
        assert working.count_between(day, later[day]) == 1
        between = day + timedelta(1)
        assert working.on_or_after(between) == later[day]


def test_a_council_that_was_shut_for_half_a_year_is_waited_for() -> None:
    first, last = date(2027, 1, 4), date(2027, 7, 30)
    working = WorkingDays(first + timedelta(n) for n in range((last - first).days + 1))
    assert working.after(date(2026, 12, 31), 1) == date(2027, 8, 2)
    assert working.after(date(2027, 8, 2), -1) == date(2026, 12, 31)


@pytest.mark.parametrize("day", [date.min, date(1, 1, 2), date(1899, 12, 30), date(9999, 12, 30), date.max])
def test_a_day_at_the_end_of_the_calendar_is_a_slip_and_no_fault_of_the_program(day: date) -> None:
    working = WorkingDays()
    assert working.is_working(date(2026, 3, 2))
    for count in (-300, -1, 1, 300):
        assert working.is_working(working.after(day, count))
        assert date.min <= months_after(day, count) <= date.max
    assert working.of_month(day)
    assert working.is_working(working.on_or_after(day)) or day > date(9999, 12, 29)
    assert month_of(day, working, 15).audits_due
    assert working.after(date(2026, 3, 2), 1) == date(2026, 3, 3), "and what was known before is known still"
