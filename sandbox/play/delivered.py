"""What arrived, from the tenant's delivery history alone: each letter to each reader, told apart by the
name of its file.

A letter that puts several asks to one person together counts as each of those it lists.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sandbox.play.duties import Expected
from sandbox.play.letters import DIGEST, DUTY, HELP, kind_of

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Delivered:
    """One letter that reached one person; `subject` as they saw it."""

    duty: str
    about: str
    reader: str
    on: date
    subject: str
    together: bool = False  # one line of a letter that asks somebody to help with several


@dataclass(slots=True)
class Balance:
    """Expected against delivered."""

    matched: list[tuple[Expected, Delivered]] = field(default_factory=list)
    missed: list[Expected] = field(default_factory=list)
    extra: list[Delivered] = field(default_factory=list)


def delivered(history: Iterable[JsonObject], mailbox: str) -> list[Delivered]:
    """Every letter the mailbox sent, once for each reader it reached and each thing it asks for. The history holds the
    letters' html."""
    found: list[Delivered] = []
    for each in history:
        if each["sender"] == mailbox and each["kind"] == "message":
            kind, on = kind_of(each), date.fromisoformat(each["at"][:10])
            found += [
                Delivered(part.duty, part.about, reader, on, each["subject"], kind.name == HELP)
                for part in kind.parts
                for reader in each["delivered_to"]
            ]
    return found


def balanced(
    expected: Iterable[Expected], arrived: Iterable[Delivered], days: Iterable[date], mailbox: str
) -> Balance:
    """Every expected letter arrives exactly once on its day and nothing else does; a digest each working day."""
    found = Balance()
    wanted = [*expected, *(Expected(DUTY[DIGEST], "", "", mailbox, day) for day in days)]
    arrived = list(arrived)
    waiting: dict[tuple[str, str, str, date], list[Delivered]] = {}
    for letter in arrived:
        waiting.setdefault((letter.duty, letter.about, letter.reader, letter.on), []).append(letter)
    for each in wanted:
        here = waiting.get((each.duty, each.about, each.reader, each.on))
        shared = any(
            letter.together and (letter.duty, letter.about, letter.on) == (each.duty, each.about, each.on)
            for letter in arrived
        )
        if shared and not here:
            continue  # of several in one letter nobody else gets a copy
        if here:
            found.matched.append((each, here.pop()))
        else:
            found.missed.append(each)
    found.extra = [letter for rest in waiting.values() for letter in rest]
    return found


def by_duty(found: Balance) -> dict[tuple[str, str], Counter[str]]:
    """For each duty and section: how many were expected, missed, extra."""
    sections = {e.duty: e.section for e in (*(e for e, _ in found.matched), *found.missed)}
    counts: dict[tuple[str, str], Counter[str]] = {}

    def count(duty: str, *what: str) -> None:
        counts.setdefault((sections.get(duty, ""), duty), Counter()).update(what)

    for each, _letter in found.matched:
        count(each.duty, "expected")
    for each in found.missed:
        count(each.duty, "expected", "missed")
    for letter in found.extra:
        count(letter.duty, "extra")
    return counts
