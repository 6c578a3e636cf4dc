"""How days are written for people, everywhere: in lists, letters, reasons and the digest. Always in English."""

from __future__ import annotations

from datetime import date
from functools import lru_cache


@lru_cache(maxsize=4096)
def day_in_words(day: date) -> str:
    """ "Tue 7 Apr 2026"."""
    return f"{short_day(day)} {day.year}"


def full_day(day: date) -> str:
    """ "Tuesday 7 April 2026"."""
    return f"{weekday(day)} {plain_day(day)}"


def short_day(day: date) -> str:
    """ "Tue 7 Apr"."""
    return f"{weekday(day)[:3]} {day.day} {_MONTHS[day.month - 1][:3]}"


def plain_day(day: date) -> str:
    """ "7 April 2026"."""
    return f"{day.day} {month_in_words(day)}"


def month_in_words(day: date) -> str:
    """ "April 2026"."""
    return f"{_MONTHS[day.month - 1]} {day.year}"


def short_month(day: date) -> str:
    """ "Apr 2026"."""
    return f"{_MONTHS[day.month - 1][:3]} {day.year}"


def weekday(day: date) -> str:
    """ "Tuesday"."""
    return _WEEKDAYS[day.weekday()]


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
