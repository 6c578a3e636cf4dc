"""Whom a cell names: one of the people the site knows, found by address, name, initial and surname, or initials."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.errors import near_words
from bot.programme.vocabulary import Person

_ADDRESS = re.compile(r"[^\s<>(),;]+@[^\s<>(),;]+")
_ASIDE = re.compile(r"\(.*?\)|\[.*?\]")
_TITLES = {"mr", "mrs", "ms", "miss", "dr", "mx", "prof"}
_AS_IT_IS = "{}, or leave it as it is and import again once the site knows them"
"""Nothing that is written helps while SharePoint has never met the person: on a new site that is nearly everybody."""
NO_SUCH_ADDRESS = "nobody with this address is known to the site"
_INITIALS = re.compile(r"(?:[A-Z]\.?\s?){2,4}")


class Unknown(ValueError):
    """Says why nobody can tell who is meant; `write` says what to write."""

    def __init__(self, wrong: str, write: str = "the person's address at the council") -> None:
        super().__init__(wrong)
        self.write = write


@dataclass(frozen=True, slots=True)
class Found:
    """`how` a person was found."""

    person: Person
    how: str


class Directory:
    """The people of the site, as the bot can see them. `others` are addresses and names that are none: "a guest"."""

    def __init__(self, people: Iterable[Person], others: Mapping[str, str] | None = None) -> None:
        self._people = [p for p in {p.email or p.name: p for p in people}.values() if p.name or p.email]
        self._others = {folded_name(name): what for name, what in (others or {}).items()}
        self._by_address = {p.email: p for p in self._people if p.email}
        self._by_name: defaultdict[tuple[str, ...], list[Person]] = defaultdict(list)
        for person in self._people:
            self._by_name[tuple(sorted(_parts(person.name)))].append(person)

    def find(self, text: str) -> Found:
        """Raises Unknown."""
        if addresses := list(dict.fromkeys(a.casefold().strip(".") for a in _ADDRESS.findall(text))):
            return self._at(addresses)
        if other := self._others.get(folded_name(text)):
            raise Unknown(
                f"this is {other}, and the people of an audit are colleagues", "a colleague's address"
            )
        parts = _parts(text)
        if not parts:
            raise Unknown("this is nobody's name")
        if same := self._by_name.get(tuple(sorted(parts))):
            return Found(_only(same, "have this name"), "by name")
        for how, people in self._in_short(text, parts):
            if people:
                return Found(_only(people, f"may be meant ({how})"), how)
        perhaps = self._perhaps(text, parts)
        wrong = "nobody of this name is known to the site" + perhaps
        raise Unknown(wrong) if perhaps else Unknown(wrong, _AS_IT_IS.format("the person's address"))

    def _at(self, addresses: Sequence[str]) -> Found:
        if len(addresses) > 1:
            raise Unknown("two addresses stand here, and it must be one person", "one address")
        if person := self._by_address.get(addresses[0]):
            return Found(person, "by address")
        if near := near_words(addresses[0], self._by_address, alike=0.85):
            raise Unknown(f"{NO_SUCH_ADDRESS}; is {near[0]} meant?")
        raise Unknown(NO_SUCH_ADDRESS, _AS_IT_IS.format("another address"))
