"""What people write into the list for a letter to say: without anything that could tell which child it is (UK GDPR,
data minimisation)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from bot.papers.letters.data_minimisation import plain_words
from bot.programme.messages.dates_in_text import dates_written
from bot.programme.vocabulary import Allocation

LEFT_OUT = "…"
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_NUMBER = re.compile(r"\d(?:[\s./-]?\d)+")
_LONG_NUMBER = 6
"""Digits from which a number could be a record's, whoever's it is."""
_ALSO_WORDS = frozenset(
    re.findall(
        r"\w+",
        "bill dawn drew faith frank grace grant guy hope jay joy lane mark may miles pat penny poppy ray reed rich "
        "rose sky sue summer ward wade will",
    )
)
"""Names that are words as well: only written large are they taken for a name."""


def without_identifiers(text: str, rows: Iterable[Allocation]) -> str:
    """A person's words without the names, in whole or in part, the numbers and the dates of birth of the children of
    these rows, in whatever writing; what is left out stands as "…"."""
    names: set[str] = set()
    numbers: set[str] = set()
    born: set[date] = set()
    for row in rows:
        names.update(part for part in plain_words(row.child_name) if len(part) > 1)
        numbers.update(filter(None, (re.sub(r"\W", "", row.mosaic_number),)))
        born.update(filter(None, (row.date_of_birth,)))
    left_out = sorted({*_dates(text, born), *_numbers(text, numbers), *_names(text, names)})
    kept, at = [], 0
    for begins, ends in left_out:
        if begins >= at:
            kept += [text[at:begins], LEFT_OUT]
        at = max(at, ends)
    guarded = "".join([*kept, text[at:]])
    return re.sub(rf"{LEFT_OUT}(?:[\s,-]*{LEFT_OUT})+", LEFT_OUT, guarded)


def _dates(text: str, born: set[date]) -> Iterator[tuple[int, int]]:
    for begins, ends, on in dates_written(text):
        if on in born:
            yield begins, ends


def _numbers(text: str, numbers: set[str]) -> Iterator[tuple[int, int]]:
    for found in _NUMBER.finditer(text):
        unbroken = max(map(len, re.findall(r"\d+", found[0])))
        if unbroken >= _LONG_NUMBER or re.sub(r"\D", "", found[0]) in numbers:
            yield found.span()
    for number in numbers:
        if not number.isdigit():
            spaced = r"\W?".join(map(re.escape, number))
            yield from (found.span() for found in re.finditer(rf"\b{spaced}\b", text, re.IGNORECASE))


def _names(text: str, names: set[str]) -> Iterator[tuple[int, int]]:
    for found in _WORD.finditer(text):
        parts = names.intersection(plain_words(re.sub(r"['’]s?$", "", found[0])))
        if parts and (found[0][:1].isupper() or not parts <= _ALSO_WORDS):
            yield found.span()
