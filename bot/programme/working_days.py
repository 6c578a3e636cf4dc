"""Working days of England, and the guide's ways of saying "within"."""

from __future__ import annotations

import calendar
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays

PUBLISHED_UNTIL = 2027
"""The last year whose bank holidays GOV.UK had published when this version was made (gov.uk/bank-holidays).

Later years follow from the rules (Easter, first Monday in May, substitute days); a holiday granted once, such as that
of 8 May 2023, or one that is moved, cannot be known before it is announced.
"""


@lru_cache(maxsize=64)
def bank_holidays(year: int) -> dict[date, str]:
    """The bank holidays of England in one year, with their names."""
    found = holidays.country_holidays("GB", subdiv="ENG", years=year)
    return {day: name.replace("(observed)", "(substitute day)") for day, name in found.items()}


@dataclass(frozen=True, slots=True)
class Dated:
    """A date and the reason for it in words, as a letter would say it."""

    on: date
    why: str


@lru_cache(maxsize=4096)
def day_in_words(day: date) -> str:
    """ "Tue 7 Apr 2026"."""
    return f"{day:%a} {day.day} {day:%b %Y}"


class WorkingDays:
    """Monday to Friday, less the bank holidays of England and the council's closure days.

    The table of working days is built a few years at a time and then only looked up, so that a hundred thousand
    deadlines cost as many bisections and nothing more.
    """

    def __init__(
        self, closures: Mapping[date, str] | Iterable[date] = (), *, known_until: int = PUBLISHED_UNTIL
    ) -> None:
        """`closures` are days on which the council is shut, with what people call them where that is known.
        `known_until` is the last year whose bank holidays somebody has checked."""
        self._closures = dict(closures) if isinstance(closures, Mapping) else dict.fromkeys(closures, "")
        self.known_until = known_until
        self.worked_out: dict[
            tuple[object, ...], Dated
        ] = {}  # kept by Wait.after: many audits share few dates
        self._first_year = 2024
        self._last_year = 2023
        self._days: list[date] = []

    def _cover(self, first: int, last: int) -> list[date]:
        """The table, stretched so that it holds the years from `first` to `last`."""
        if first < self._first_year or last > self._last_year:
            first = min(first, self._first_year) - 1
            last = max(last, self._last_year) + 2
            self._days = [day for year in range(first, last + 1) for day in self._working_days_of(year)]
            self._first_year, self._last_year = first, last
        return self._days

    def _working_days_of(self, year: int) -> list[date]:
        closed = bank_holidays(year).keys() | self._closures.keys()
        first = date(year, 1, 1)
        days = (first + timedelta(n) for n in range(366 if calendar.isleap(year) else 365))
        return [day for day in days if day.weekday() < 5 and day not in closed]

    def is_working(self, day: date) -> bool:
        days = self._cover(day.year, day.year)
        at = bisect_left(days, day)
        return at < len(days) and days[at] == day

    def after(self, day: date, count: int) -> date:
        """The `count`th working day after `day` (before it, when negative). `count` 0 is `day` itself."""
        if count == 0:
            return day
        years = abs(count) // 240 + 1
        days = self._cover(day.year - years, day.year + years)
        return (
            days[bisect_right(days, day) + count - 1] if count > 0 else days[bisect_left(days, day) + count]
        )

    def on_or_after(self, day: date) -> date:
        return day if self.is_working(day) else self.after(day, 1)

    def on_or_before(self, day: date) -> date:
        return day if self.is_working(day) else self.after(day, -1)

    def of_month(self, day: date) -> list[date]:
        """Every working day of the month that `day` lies in."""
        days = self._cover(day.year, day.year)
        first = day.replace(day=1)
        last = day.replace(day=calendar.monthrange(day.year, day.month)[1])
        return days[bisect_left(days, first) : bisect_right(days, last)]

    def count_between(self, start: date, end: date) -> int:
        """How many working days lie after `start`, up to and including `end`. Negative when `end` is earlier."""
        days = self._cover(min(start, end).year, max(start, end).year)
        return bisect_right(days, end) - bisect_right(days, start)

    def skipped(self, start: date, end: date) -> list[str]:
        """The names of the weekdays between two dates on which nobody works: "Good Friday", "Easter Monday".

        Days that follow one another under one name are told together: "Christmas closure (3 days)".
        """
        first, last = min(start, end), max(start, end)
        if self.count_between(first - timedelta(1), last) == _weekdays(first, last):
            return []
        names: Counter[str] = Counter()
        for n in range((last - first).days + 1):
            day = first + timedelta(n)
            if day.weekday() < 5 and not self.is_working(day):
                names[self._name_of(day)] += 1
        return [name if count == 1 else f"{name} ({count} days)" for name, count in names.items()]

    def _name_of(self, closed: date) -> str:
        return (
            bank_holidays(closed.year).get(closed)
            or self._closures.get(closed)
            or f"the council's closure day {day_in_words(closed)}"
        )


def _weekdays(first: date, last: date) -> int:
    """How many Mondays to Fridays there are from one date to another, both included."""
    weeks, rest = divmod((last - first).days + 1, 7)
    return weeks * 5 + sum((first.weekday() + n) % 7 < 5 for n in range(rest))
