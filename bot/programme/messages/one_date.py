"""Whether one given day may be written in a text: a quick look, before its dates are read (dates_in_text.py).

It finds every writing of the day that is read there and some that are not: its parts in any order, with nothing between
them but marks, spaces, the ending of an ordinal, "of" and "the".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from bot.programme.messages.dates_in_text import MONTHS

_BETWEEN = r"(?:st|nd|rd|th)?[\W_]*(?:(?:of|the)[\W_]*)?"
_OTHER_FIGURES = re.compile(r"[^\D0-9]")
_NUMBER = re.compile(r"(?<!\d)\d{1,4}(?!\d)")
_RUN = re.compile(r"(?<!\d)\d{8}(?!\d)")
"""Day, month and year without anything between them."""
_MONTH = re.compile(rf"\b(?:{'|'.join(MONTHS)})")


def may_be_written(on: date, text: str) -> bool:
    """False where the day certainly stands nowhere in the text, which is given in small letters (casefold)."""
    if _other_figures(text):
        return True
    month = str(on.month) in text or MONTHS[on.month - 1] in text
    if not (month and str(on.year % 100) in text and str(on.day) in text):
        return False
    return any(way.search(text) for way in _ways(on))


def may_have_a_part_in(on: date, text: str) -> bool:
    """Whether the text, given in small letters, holds what may be the day, the month or the year of a date."""
    numbers, hundredths, months = _parts_in(text)
    return (
        on.day in numbers
        or on.month in numbers
        or on.year % 100 in hundredths
        or MONTHS[on.month - 1] in months
        or bool(_RUN.search(text))
    )


def _other_figures(text: str) -> bool:
    """Whether there are figures that are not 0 to 9, which are read as numbers all the same."""
    return not text.isascii() and bool(_OTHER_FIGURES.search(text))


@lru_cache(maxsize=256)
def _parts_in(text: str) -> tuple[frozenset[int], frozenset[int], frozenset[str]]:
    """The numbers of a text, their last two figures, and the months it names."""
    numbers = frozenset(map(int, _NUMBER.findall(text)))
    return numbers, frozenset(number % 100 for number in numbers), frozenset(_MONTH.findall(text))


@lru_cache(maxsize=1024)
def _ways(on: date) -> Sequence[re.Pattern[str]]:
    """One pattern for each part that can come first. Each begins with plain signs, which are found quickest; so what
    may stand before them, as the century or a nought, is not asked for. Made only where all parts stand somewhere."""
    named = rf"{MONTHS[on.month - 1]}[^\W\d_]{{0,6}}"  # "september" is the longest
    year, day, month = rf"\d{{0,3}}{on.year % 100}", f"0*{on.day}", rf"(?:0*{on.month}|{named})"
    begins = ((f"{on.year % 100}", day, month), (f"{on.day}", year, month), (f"{on.month}", year, day),
              (named, year, day))  # fmt: skip
    return [
        re.compile(f"{first}{_BETWEEN}(?:{one}{_BETWEEN}{other}|{other}{_BETWEEN}{one})")
        for first, one, other in begins
    ]
