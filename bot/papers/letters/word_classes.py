"""How a word of the letters is declared: once, where its value is worked out.

A word is a public property of a class of words, or a field of it with a description. Its docstring (or description)
says what it is, its type what it holds: parts, several of something, or nothing sometimes (`| None`). What a letter may
use, what is wrong with it, and the tables of docs/letters.md all come from there.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from bot.programme.standing.handed_over import Matter as OpenMatter
from bot.programme.telling.matters import Matter
from bot.programme.vocabulary import Cycle, Person, Problem
from bot.programme.working_days import Dated

Kind = Mapping[str, Any] | None
"""What a word holds: its parts by name ("" for each of several), or None for plain text, a number or a date."""
FOLLOWED_NO_FURTHER: Kind = {}
"""Holds something whose parts are not looked at."""

SEEN: Mapping[type, Mapping[str, str]] = {
    Person: {"name": "", "email": ""},
    Dated: {"on": "the day", "why": "the reason in words"},
    Problem: {"where": "", "what": "", "who": "can put it right"},
    Cycle: dict.fromkeys(
        ("name", "service_group", "month_one", "kloe_meeting_on", "kloes", "heads_of_service"), ""
    ),
    Matter: {
        "where": "", "what": "", "who": "", "age": "", "step": "the one next step",
        "presses": "drawn by `{{ presses(matter.presses) }}`", "about_a_child": "", "blocks": "people", "can_wait": "",
    },
    OpenMatter: {"what": "", "due": "", "late": "in working days"},
}  # fmt: skip
"""What letters see of things of the programme: their parts, each with what may need saying."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word as it is declared. `of` is its type."""

    name: str
    says: str
    of: Any

    @property
    def kind(self) -> Kind:
        return kind_of(self.of)


class Words:
    """The words of one sort of letter."""

    @classmethod
    @cache
    def declared(cls) -> Mapping[str, Word]:
        """Word -> its declaration, those of the classes it builds on first."""
        found: dict[str, Word] = {}
        for each in reversed(cls.__mro__):
            if issubclass(each, Words) and each is not Words:
                found |= {word.name: word for word in each.own()}
        return found

    @classmethod
    def own(cls) -> Iterator[Word]:
        """The words this class adds."""
        for name, hint in get_type_hints(cls, include_extras=True).items():
            if name in inspect.get_annotations(cls) and get_origin(hint) is Annotated:
                of, says = get_args(hint)
                yield Word(name, says, of)
        for name, found in vars(cls).items():
            if isinstance(found, property) and not name.startswith("_"):
                yield Word(
                    name,
                    " ".join((inspect.getdoc(found) or "").split()),
                    get_type_hints(found.fget)["return"],
                )

    def given(self) -> dict[str, object]:
        """Each word with its value."""
        return {name: getattr(self, name) for name in self.declared()}


def kinds(words: type[Words]) -> Mapping[str, Kind]:
    """Word -> what it holds."""
    return {name: word.kind for name, word in words.declared().items()}


@cache
def kind_of(of: Any) -> Kind:
    """What a type holds, as letters see it."""
    if (inner := several(of)) is not None:
        return {"": kind_of(inner)}
    if get_origin(bare(of)) in (tuple, dict, Mapping) or of is dict:
        return {"": FOLLOWED_NO_FURTHER}
    return {name: kind_of(part) for name, part, _ in parts_of(of)} or None


def parts_of(of: Any) -> Iterator[tuple[str, Any, str]]:
    """The parts of a thing: name, type, and what may need saying about it."""
    of = bare(of)
    if not isinstance(of, type) or not (is_dataclass(of) or of in SEEN):
        return
    hints = get_type_hints(of, include_extras=True)
    seen = SEEN.get(of)
    names = list(seen) if seen is not None else [f.name for f in fields(of) if not f.name.startswith("_")]
    if seen is None:
        names += [n for n, found in vars(of).items() if isinstance(found, property) and not n.startswith("_")]
    for name in names:
        found = getattr(of, name, None)
        hint = hints.get(name) or (_returns(found) if isinstance(found, property) else Any)
        says = get_args(hint)[1] if get_origin(hint) is Annotated else (seen or {}).get(name, "")
        yield name, bare(hint), says
    for name in getattr(of, "buttons", ()):
        yield name, str, ""


def _returns(found: property) -> Any:
    return get_type_hints(found.fget, include_extras=True)["return"]


def bare(of: Any) -> Any:
    """The type itself: without what is said about it, and without "or nothing"."""
    if get_origin(of) is Annotated:
        of = get_args(of)[0]
    if get_origin(of) in (Union, UnionType):
        rest = [each for each in get_args(of) if each is not NoneType]
        return bare(rest[0])
    return of


def several(of: Any) -> Any:
    """What there is several of, or None."""
    of = bare(of)
    args = get_args(of)
    if get_origin(of) in (Sequence, list) or (get_origin(of) is tuple and args[1:] == (Ellipsis,)):
        return args[0]
    return None
