"""The council's working days: Monday to Friday without the bank holidays of England. The sandbox's own count."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

import holidays

DAY = timedelta(1)


@cache
def is_working(day: date) -> bool:
    return day.weekday() < 5 and day not in holidays.country_holidays("GB", subdiv="ENG", years=day.year)


def on_or_after(day: date) -> date:
    """The day itself if people work on it, else the next on which they do."""
    while not is_working(day):
        day += DAY
    return day


def later(day: date, working_days: int) -> date:
    """So many working days after a day; before it when negative; the day itself for 0."""
    step = DAY if working_days > 0 else -DAY
    left = abs(working_days)
    while left:
        day += step
        left -= is_working(day)
    return day


def months_later(day: date, months: int) -> date:
    """So many months of the calendar later; the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def of_month(day: date) -> list[date]:
    """Every working day of the month a day lies in."""
    last = calendar.monthrange(day.year, day.month)[1]
    days = [day.replace(day=n) for n in range(1, last + 1)]
    return [d for d in days if is_working(d)]


def every_day(first: date, last: date) -> Iterator[date]:
    """Every day of the calendar from the first to the last, both included."""
    while first <= last:
        yield first
        first += DAY


def between(first: date, last: date) -> Iterator[date]:
    """Every working day from the first to the last, both included."""
    while first <= last:
        if is_working(first):
            yield first
        first += DAY
