"""Days as they stand in a spreadsheet: real ones, Excel's numbers, and every British writing; never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from bot.programme.importing.sheets import Sheet, Value, shown
from bot.programme.messages.dates_in_text import told_dates

_NUMBERS = re.compile(
    r"\s*(\d{1,2})\s*[/.\-]\s*(\d{1,2})(?:\s*[/.\-]\s*(?:\d{4}|\d{2}))?\s*(?:\d{1,2}:\d{2}.*)?"
)
_MOST = 366 * 3
"""Days back or ahead that a day of an audit may lie."""
_HOW = "the day as 3 April 2026"


class NoDay(ValueError):
    """Says what is wrong with a cell; `write` says what to write."""

    def __init__(self, wrong: str, write: str = _HOW) -> None:
        super().__init__(wrong)
        self.write = write


def american(cells: Iterable[Value]) -> bool:
    """Whether somebody has written days of this column month first: one that is a day only so."""
    for cell in cells:
        found = _NUMBERS.fullmatch(cell) if isinstance(cell, str) else None
        if found and int(found[1]) <= 12 < int(found[2]) <= 31:
            return True
    return False


def day_in(
    value: Value, sheet: Sheet, today: date, *, done: bool, month_first: bool = False, most: int = _MOST
) -> date:
    """The day a cell means. `done`: it cannot lie ahead. `month_first`: others of its column are written so, so that
    nobody knows which of two numbers is the day. `most`: so many days back or ahead it may lie. Raises NoDay."""
    on = value if isinstance(value, date) else _from_number(value, sheet)
    on = on or _from_text(shown(value), today, month_first=month_first)
    if abs((on - today).days) > most:
        raise NoDay(f"the year {on.year} cannot be right")
    if done and on > today:
        raise NoDay(
            "this day has not come yet, and the column is of what has been done", "the day it was done"
        )
    return on


def _from_number(value: Value, sheet: Sheet) -> date | None:
    """A number as Excel counts days."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not 20_000 <= value < 80_000:
        raise NoDay("this number is no day")
    return sheet.epoch + timedelta(int(value))


def _from_text(text: str, today: date, *, month_first: bool) -> date:
    found = _NUMBERS.fullmatch(text)
    if found:
        first, second = int(found[1]), int(found[2])
        if first <= 12 < second <= 31:
            raise NoDay("it is written month first, as Americans do, or it is no day of the calendar")
        if month_first and first <= 12 and second <= 12 and first != second:
            raise NoDay(
                "others of this column are written month first, as Americans do, so nobody can say which number is the "
                "day"
            )
    told = told_dates(text, today)
    if told.doubts:
        raise NoDay(told.doubts[0].replace("“", "").replace("”", ""))
    if len(told.dates) > 1:
        raise NoDay("there are several days in this cell")
    if not told.dates or told.rest.strip(" .,;-"):
        raise NoDay("this is no day")
    return told.dates[0]
