"""Whom a cell names: one of the people the site knows, found by address, name, initial and surname, or initials."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from bot.errors import near_words
from bot.programme.importing.sheets import Stranger
from bot.programme.importing.short_names import of_one_name
from bot.programme.plain_letters import plain_letters
from bot.programme.vocabulary import Person

ADDRESS = re.compile(r"[^\s<>(),;]+@[^\s<>(),;]+")
_ASIDE = re.compile(r"\(.*?\)|\[.*?\]")
_TITLES = {"mr", "mrs", "ms", "miss", "dr", "mx", "prof"}
_AS_IT_IS = "{}, or leave it as it is and import again once the site knows them"
"""Nothing that is written helps while SharePoint has never met the person: on a new site that is nearly everybody."""
BY_ADDRESS, BY_NAME = "by address", "by name"
_NO_SUCH_ADDRESS = "nobody with this address is known to the site"
_ALIKE = 0.8
"""How alike two parts of a name are that may be one with a slip in it."""
_DIGITS = re.compile(r"\d+")
_INITIALS = re.compile(r"(?:[A-Z]\.?\s?){2,4}")


class Unknown(ValueError):
    """Says why nobody can tell who is meant; `write` says what to write, `stranger` whether the site does not know
    them."""

    def __init__(
        self, wrong: str, write: str = "the person's address at the council", stranger: Stranger | None = None
    ) -> None:
        super().__init__(wrong)
        self.write, self.stranger = write, stranger


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
        self._own_parts = [(p, own) for p in self._people if (own := tuple(_parts(p.name)))]
        self._first_and_others = [
            (p, (parts[0], parts[1:])) for p, own in self._own_parts if len(parts := _split(own)) > 1
        ]
        self._names = {folded_name(p.name): p for p in self._people}
        self.names = frozenset(name for name in self._names if " " in name)  # in full, folded
        self._by_address = {p.email: p for p in self._people if p.email}
        self._by_name: defaultdict[tuple[str, ...], list[Person]] = defaultdict(list)
        for person in self._people:
            self._by_name[tuple(sorted(_parts(person.name)))].append(person)

    @property
    def asides(self) -> list[str]:
        """What stands in brackets behind names: teams and services, as a council's directory has it."""
        return [aside for p in self._people for aside in _ASIDE.findall(p.name)]

    def named(self, text: str) -> list[Person]:
        """Everybody who has this very name."""
        return list(self._by_name.get(tuple(sorted(_parts(text))), ()))

    def find(self, text: str) -> Found:
        """Raises Unknown."""
        if addresses := list(dict.fromkeys(a.casefold().strip(".") for a in ADDRESS.findall(text))):
            return self._at(addresses)
        if other := self._others.get(folded_name(text)):
            raise Unknown(
                f"this is {other}, and the people of an audit are colleagues", "a colleague's address"
            )
        parts = _parts(text)
        if not parts:
            raise Unknown("this is nobody's name")
        if same := self._by_name.get(tuple(sorted(parts))):
            return Found(_only(same, "have this name"), BY_NAME)
        for how, people in self._in_short(text, parts):
            if people:
                return Found(_only(people, f"may be meant ({how})"), how)
        perhaps = self._perhaps(text, parts)
        wrong = "nobody of this name is known to the site" + perhaps
        if perhaps:
            raise Unknown(wrong, stranger=Stranger.SLIP)
        raise Unknown(wrong, _AS_IT_IS.format("the person's address"), Stranger.NOT_MET)

    def like(self, text: str) -> list[Person]:
        """Everybody who may be meant by a name that is nobody's as it stands: with a slip in it, a part left out or
        more, an initial for a part, or initials alone. For those who must not take somebody for a stranger."""
        parts = tuple(_parts(text))
        short = "".join(text.split()).casefold() if len(text.strip()) <= 4 else ""
        return [
            p
            for p, own in self._own_parts
            if parts and (_may_be_one(parts, own) or short == "".join(part[0] for part in own))
        ]

    def in_other_words(self, text: str) -> list[Person]:
        """Everybody who may be called so beside their name as it stands here: a short form or another first name with
        the same letter, and a surname, or a part of a double one, that is the same."""
        first, *others = _split(_parts(text)) or [""]
        return [p for p, own in self._first_and_others if others and may_be_called(first, others, *own)]

    def _at(self, addresses: Sequence[str]) -> Found:
        if len(addresses) > 1:
            raise Unknown("two addresses stand here, and it must be one person", "one address")
        if person := self._by_address.get(addresses[0]):
            return Found(person, BY_ADDRESS)
        if near := self._slip(addresses[0]):
            raise Unknown(
                f"{_NO_SUCH_ADDRESS}; is {near} meant?",
                "the person's address at the council; if this is it, let them open the site once and import again",
                Stranger.SLIP,
            )
        raise Unknown(_NO_SUCH_ADDRESS, _AS_IT_IS.format("another address"), Stranger.NOT_MET)

    def _slip(self, address: str) -> str:
        """The address that one with a slip in it may be meant for, or "". What stands after the @ all colleagues share,
        so that only what stands before it says who is meant; one that differs by a number is a colleague's of the same
        name."""
        own = address.partition("@")[0]
        names = {known.partition("@")[0]: known for known in self._by_address}
        letters = _DIGITS.sub("", own)
        near = near_words(
            own, (name for name in names if name == own or _DIGITS.sub("", name) != letters), alike=0.85
        )
        return names[near[0]] if near else ""

    def _in_short(self, text: str, parts: Sequence[str]) -> Iterable[tuple[str, list[Person]]]:
        """By initial and surname, and by initials alone: only where one person fits."""
        short = [p for p in parts if len(p) == 1]
        long = [p for p in parts if len(p) > 1]
        if short and len(long) == 1:
            yield (
                "by initial and surname",
                [
                    p
                    for p in self._people
                    if len(own := _parts(p.name)) > 1 and own[-1] == long[0] and own[0][0] == short[0]
                ],
            )
        if _INITIALS.fullmatch(text.strip()):
            letters = re.sub(r"[^A-Z]", "", text).casefold()
            yield (
                "by initials",
                [p for p in self._people if "".join(part[0] for part in _parts(p.name)) == letters],
            )

    def _perhaps(self, text: str, parts: Sequence[str]) -> str:
        names = self._names
        near = near_words(" ".join(parts), names, alike=0.8)
        if near:
            return f"; is {names[near[0]].name} ({names[near[0]].email}) meant?"
        same = [p for p in self._people if len(parts) == 1 and parts[0] in _parts(p.name)]
        if same:
            return "; it may be " + " or ".join(f"{p.name} ({p.email})" for p in same[:3])
        return ""


def may_be_one(name: str, other: str) -> bool:
    """Whether two names may be one person's: with a slip, a part or blanks left out or more, initials or a short form.
    Names that differ by a number, as in “Worker 1” and “Worker 2”, are two."""
    (mine, one, (first, *others)), (theirs, two, (their_first, *surnames)) = map(_taken_apart, (name, other))
    if (mine and theirs and mine != theirs) or not one or not two:
        return False
    called = bool(others and surnames) and may_be_called(first, others, their_first, surnames)
    return called or _may_be_one(one, two)


@lru_cache(maxsize=20_000)
def _taken_apart(name: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The numbers of a name, its parts, and these with double ones as two."""
    parts = _parts(name)
    return tuple(_DIGITS.findall(name)), tuple(parts), tuple(_split(parts) or [""])


def may_be_called(first: str, others: Sequence[str], name: str, surnames: Sequence[str]) -> bool:
    """Whether a first name may be another's in short, or in full, where a surname is the same."""
    if not any(len(part) > 1 and part in surnames for part in others):
        return False
    return first[0] == name[0] or not of_one_name(first).isdisjoint(of_one_name(name))


def _split(parts: Sequence[str]) -> list[str]:
    """The parts of a name with double ones as two."""
    return [each for part in parts for each in part.split("-") if each]


def only_address(text: str) -> str:
    """The one address a text names, or ""."""
    found = {a.casefold().strip(".") for a in ADDRESS.findall(text)}
    return found.pop() if len(found) == 1 else ""


def folded_name(text: str) -> str:
    return " ".join(_parts(text))


def _only(people: Sequence[Person], what: str) -> Person:
    if len(people) == 1:
        return people[0]
    which = " and ".join(f"{p.name}, {p.email or 'no address'}" for p in people[:4])
    raise Unknown(f"{len(people)} people {what}: {which}")


def _may_be_one(parts: tuple[str, ...], own: tuple[str, ...]) -> bool:
    """Whether the parts of two names may be one person's, with a slip, an initial or blanks between them or not."""
    if _within(parts, own) or _within(own, parts):
        return True
    (orders, one), (others, other) = _without_blanks(parts), _without_blanks(own)
    return not orders.isdisjoint(others) or (len(parts) != len(own) and _within(one, other))


@lru_cache(maxsize=50_000)
def _without_blanks(parts: tuple[str, ...]) -> tuple[frozenset[str], tuple[str, ...]]:
    """A name as one word, whichever part is said first, and as two: all that follows the first name is the surname."""
    plain = [re.sub("['-]", "", part) for part in parts]
    orders = frozenset("".join(plain[n:] + plain[:n]) for n in range(len(plain)))
    return orders, (plain[0], "".join(plain[1:])) if len(plain) > 1 else (plain[0],)


def _within(some: tuple[str, ...], others: tuple[str, ...], known: bool = False) -> bool:
    """Whether each part of a name is one of the other, or an initial of it, each another one; and one of them is more
    than an initial (`known`)."""
    if not some:
        return known
    return any(
        alike and _within(some[1:], others[:n] + others[n + 1 :], known or alike > 1)
        for n, other in enumerate(others)
        if (alike := _alike(some[0], other))
    )


@lru_cache(maxsize=100_000)
def _alike(part: str, other: str) -> int:
    """2 for the same part of a name, with a slip in it or not; 1 for its initial; 0 for another."""
    if min(len(part), len(other)) == 1:
        return int(part[0] == other[0])
    if part == other:
        return 2
    most = sum(c in other for c in part)  # so many letters can be the same, in order or not
    if 2 * min(most, len(other)) < _ALIKE * (len(part) + len(other)):
        return 0
    return 2 if SequenceMatcher(None, part, other).ratio() >= _ALIKE else 0


def _parts(name: str) -> list[str]:
    """The parts of a name in the order in which it is spoken, folded: “Auditor, Ada (FSP)” is ada auditor."""
    name = _ASIDE.sub(" ", name)
    last, comma, first = name.partition(",")
    spoken = f"{first} {last}" if comma else name
    found = re.findall(r"[^\W\d_]+(?:['-][^\W\d_]+)*", plain_letters(spoken))
    return [part for part in found if part not in _TITLES]
