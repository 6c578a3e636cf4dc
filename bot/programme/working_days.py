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

from bot.programme.date_words import day_in_words

PLAUSIBLE_YEARS = range(1900, 2100)
"""In which a day of an audit, or of somebody's working life, can lie: any other is a slip."""
_MOST_YEARS = 250
"""Of one table."""
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


_Table = tuple[list[date], dict[date, int]]
"""Working days of whole years, in order; and for every day of these years the place of the last one up to it."""


class WorkingDays:
    """Monday to Friday, less the bank holidays of England and the council's closure days.

    The table of working days is drawn up a few years at a time; a deadline then costs two look-ups, however far away.
    """

    def __init__(
        self, closures: Mapping[date, str] | Iterable[date] = (), *, known_until: int = PUBLISHED_UNTIL
    ) -> None:
        """`closures` are days on which the council is shut, with what people call them where that is known.
        `known_until` is the last year whose bank holidays somebody has checked."""
        self._closures = dict(closures) if isinstance(closures, Mapping) else dict.fromkeys(closures, "")
        self.known_until = known_until
        # Kept by Wait.after: many audits share few dates.
        self.worked_out: dict[tuple[object, ...], Dated] = {}
        self._table: _Table = ([], {})  # replaced as a whole: two threads may be asking

    def _reaching(self, first: date, last: date) -> _Table:
        """The table, stretched so that it holds all days from `first` to `last`; for a day centuries away, a slip of
        somebody's, one of its own that is not kept."""
        days, last_at = self._table
        if first in last_at and last in last_at:
            return days, last_at
        years = [day.year for day in (first, last, *days[:1], *days[-1:])]
        if max(years) - min(years) > _MOST_YEARS:
            return self._drawn_up(first.year - 1, last.year + 2)
        self._table = self._drawn_up(min(years) - 1, max(years) + 2)
        return self._table

    def _drawn_up(self, first: int, last: int) -> _Table:
        days: list[date] = []
        last_at: dict[date, int] = {}
        for year in range(max(first, date.min.year), min(last, date.max.year) + 1):
            closed = bank_holidays(year).keys() | self._closures.keys()
            new_year = date(year, 1, 1).toordinal()
            for n in range(366 if calendar.isleap(year) else 365):
                day = date.fromordinal(new_year + n)
                if day.weekday() < 5 and day not in closed:
                    days.append(day)
                last_at[day] = len(days) - 1
        return days, last_at

    def is_working(self, day: date) -> bool:
        days, last_at = self._reaching(day, day)
        return days[last_at[day]] == day

    def after(self, day: date, count: int) -> date:
        """The `count`th working day after `day` (before it, when negative). `count` 0 is `day` itself. At the ends of
        the calendar, the years 1 and 9999, the last there is."""
        if count > 0:
            days, last_at = self._table
            try:
                return days[last_at[day] + count]
            except (KeyError, IndexError):  # the table does not reach so far yet
                pass
        if count == 0:
            return day
        far = abs(count) * 2 + 30
        while True:
            first, last = _moved(day, -far), _moved(day, far)
            days, last_at = self._reaching(first, last)
            up_to = last_at[day]
            at = up_to + count + (count < 0 and up_to >= 0 and days[up_to] < day)
            if 0 <= at < len(days):
                return days[at]
            if (date.min if at < 0 else date.max) in last_at:
                return days[0 if at < 0 else -1]
            far *= 2  # the council is shut for longer than any holiday

    def on_or_after(self, day: date) -> date:
        return day if self.is_working(day) else self.after(day, 1)

    def of_month(self, day: date) -> list[date]:
        """Every working day of the month that `day` lies in."""
        first = day.replace(day=1)
        last = day.replace(day=calendar.monthrange(day.year, day.month)[1])
        days, _ = self._reaching(first, last)
        return days[bisect_left(days, first) : bisect_right(days, last)]

    def count_between(self, start: date, end: date) -> int:
        """How many working days lie after `start`, up to and including `end`. Negative when `end` is earlier."""
        _, last_at = self._reaching(min(start, end), max(start, end))
        return last_at[end] - last_at[start]

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


def _moved(day: date, by: int) -> date:
    """So many days later, as far as the calendar goes."""
    return date.fromordinal(min(max(day.toordinal() + by, date.min.toordinal()), date.max.toordinal()))


def _weekdays(first: date, last: date) -> int:
    """How many Mondays to Fridays there are from one date to another, both included."""
    weeks, rest = divmod((last - first).days + 1, 7)
    return weeks * 5 + sum((first.weekday() + n) % 7 < 5 for n in range(rest))
