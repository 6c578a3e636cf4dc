"""What people write into the list for a letter to say: without anything that could tell which child it is (UK GDPR,
data minimisation)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property

from bot.papers.letters.data_minimisation import (
    INITIALS,
    TELLS_UNDOUBLED,
    as_initials,
    as_it_looks,
    names_of_a_child,
    plain_words,
    undoubled,
    unseen_left_out,
    written_together,
)
from bot.programme.messages.dates_in_text import dates_written
from bot.programme.reference import LONGEST
from bot.programme.vocabulary import Allocation, Grade, Role

LEFT_OUT = "…"
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_NUMBER = re.compile(r"\d(?:[\s./-]?\d)+")
_LONG_NUMBER = 6
"""Digits from which a number could be a record's, whoever's it is."""
_ALSO_WORDS = frozenset(
    re.findall(
        r"\w+",
        "baker bill bishop butler can case chance chase close cook cross dawn day drew early fair faith field frank "
        "good grace grant green guy hall head hill hope hunt jay joy king lane law little long love major mark max may "
        "miles moody noble page park pat penny poppy price ray reed rich right rose sharp short sky small street sue "
        "summer sweet swift wade ward west white will wise wood young",
    )
)
"""Names that are words as well: only written large are they taken for a name."""


_NO_NAMES = frozenset(
    plain_words(
        "a all an and any are as at baby be but by child de do for from he her his if in is it its known mother my "
        "name new no none not of old on one or our she sibling so tba tbc that the their they this to twin two unborn "
        "unknown van von was we who with you"
    )
)
"""Words that stand in a child's name (“Baby of Jane Smith”) and in every sentence: no name by themselves."""
_CALENDAR = frozenset(plain_words("January March April May June July August Monday Friday Saturday Sunday"))
"""Names that a date is written with as well: they are taken for one only beside another part of it."""


_OURS = re.compile(
    "|".join(
        sorted((re.escape(each.value) for kind in (Grade, Role) for each in kind), key=len, reverse=True)
    ),
    re.IGNORECASE,
)
"""The grades and the posts of the programme, which a child may share a name with: “Good”, “Head of Service”."""


class Children:
    """What could tell which child somebody writes about: of the children of these rows. `staff` are names of
    colleagues, which may be told although a child shares a part of one."""

    def __init__(self, rows: Iterable[Allocation], staff: Iterable[str] = ()) -> None:
        self._names: set[str] = set()
        self._whole: set[tuple[str, ...]] = set()
        self._numbers: set[str] = set()
        self._references: set[str] = set()
        self._born: set[date] = set()
        self._initials: set[str] = set()
        for row in rows:
            for name in dict.fromkeys((row.child_name, as_it_looks(row.child_name))):
                self._know(name)
            self._numbers.update(filter(None, (re.sub(r"\W", "", row.mosaic_number),)))
            self._references.add(row.reference.casefold())
            self._born.update(filter(None, (row.date_of_birth,)))
        colleagues = {part for name in staff for part in plain_words(name)}
        self._names -= _NO_NAMES | colleagues
        self._no_names = _NO_NAMES | colleagues
        self._undoubled = {undoubled(name) for name in self._names if len(undoubled(name)) >= TELLS_UNDOUBLED}

    def _know(self, child: str) -> None:
        """The ways in which one child's name may stand somewhere."""
        for way in names_of_a_child(child):
            if INITIALS.fullmatch(way):
                self._initials.add(way)
            else:
                self._whole.add(tuple(map(undoubled, plain_words(way))))
        for parts in map(plain_words, (child, written_together(child))):
            self._names.update(part for part in parts if len(part) > 1)
            if len(parts) > 1:  # as in an address
                self._names.update((parts[0] + parts[-1], parts[-1] + parts[0], "".join(parts)))

    def left_out(self, text: str) -> str:
        """A text without the children's names, in whole or in part, their initials, numbers and dates of birth, in
        whatever writing; what is left out stands as "…". Marks that show nothing, which could part a name, go."""
        text = unseen_left_out(text)
        found = sorted({*self._dates(text), *self._all_numbers(text), *self._all_names(text)})
        kept, at = [], 0
        for begins, ends in found:
            if begins >= at:
                kept += [text[at:begins], LEFT_OUT]
            at = max(at, ends)
        guarded = "".join([*kept, text[at:]])
        return re.sub(rf"{LEFT_OUT}(?:[\s,-]*{LEFT_OUT})+", LEFT_OUT, guarded)

    def _dates(self, text: str) -> Iterator[tuple[int, int]]:
        for begins, ends, on in dates_written(text):
            if on in self._born and not self._in_a_reference(text, begins, ends):
                yield begins, ends

    def _all_numbers(self, text: str) -> Iterator[tuple[int, int]]:
        for found in _NUMBER.finditer(text):
            unbroken = max(map(len, re.findall(r"\d+", found[0])))
            if self._in_a_reference(text, *found.span()):
                continue
            if unbroken >= _LONG_NUMBER or re.sub(r"\D", "", found[0]) in self._numbers:
                yield found.span()
        for number in self._numbers:
            if not number.isdigit():
                spaced = r"\W?".join(map(re.escape, number))
                yield from (found.span() for found in re.finditer(rf"\b{spaced}\b", text, re.IGNORECASE))

    def _in_a_reference(self, text: str, begins: int, ends: int) -> bool:
        """Whether digits belong to the reference of one of the rows."""
        around = re.finditer(r"[\w-]+", text[max(0, begins - LONGEST) : ends + LONGEST])
        at = min(begins, LONGEST)
        return any(
            each.start() <= at and each.end() >= at + ends - begins and each[0].casefold() in self._references
            for each in around
        )

    def _all_names(self, text: str) -> Iterator[tuple[int, int]]:
        """The names in a text as it is written, and as it looks: sign stands for sign in both."""
        for each in dict.fromkeys((text, as_it_looks(text))):
            yield from self._names_in(each)

    def _names_in(self, text: str) -> Iterator[tuple[int, int]]:
        words: list[tuple[str, int, int]] = []
        ours = [each.span() for each in _OURS.finditer(text)]
        for found in _WORD.finditer(text):
            parts = plain_words(re.sub(r"['’]s?$", "", found[0]))
            words += [(undoubled(part), *found.span()) for part in parts]
            taken = {part for part in parts if part in self._names or self._doubled_otherwise(part)}
            if taken <= _CALENDAR and _in_a_date(text, *found.span()):
                continue
            if any(begins <= found.start() and found.end() <= ends for begins, ends in ours):
                continue
            if taken and (found[0][:1].isupper() or not taken <= _ALSO_WORDS):
                yield found.span()
        for n, (first, begins, _) in enumerate(words):
            for whole in self._beginning.get(first, ()):
                if tuple(word for word, _, _ in words[n : n + len(whole)]) == whole:
                    yield begins, words[n + len(whole) - 1][2]
        for initials in self._initials:
            if initials[0].upper() in text:
                yield from (found.span() for found in as_initials(initials).finditer(text))

    def _doubled_otherwise(self, word: str) -> bool:
        """Whether a word is a name but for letters that are doubled in one of the two and not in the other."""
        return word not in self._no_names and undoubled(word) in self._undoubled

    @cached_property
    def _beginning(self) -> dict[str, list[tuple[str, ...]]]:
        found: dict[str, list[tuple[str, ...]]] = {}
        for whole in self._whole:
            if len(whole) > 1:
                found.setdefault(whole[0], []).append(whole)
        return found


def _in_a_date(text: str, begins: int, ends: int) -> bool:
    """Whether a word stands beside a day or a year: “3 April”, “April 2026”, “Friday 3”."""
    before = re.search(r"\d(?:st|nd|rd|th)?(?: of)? ?$", text[max(0, begins - 8) : begins])
    return bool(before or re.match(r",? ?\d", text[ends : ends + 3]))


def without_identifiers(text: str, rows: Iterable[Allocation]) -> str:
    """A person's words without anything that could tell which of the children of these rows they are about."""
    return Children(rows).left_out(text)
