"""The judgement on a forgery: the world with it beside the world without it, from the tenant's side alone."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from false_senders import FORWARDED, SENDERS, TEAM
from office import LOOK, Office, Thing, World, council
from tenant import PEOPLE, email
from things import Case

import sandbox

SHOWN = ("Status", "Next step", "Bot's note", "Last letter")
"""Columns by which the bot tells people how an audit stands; all the others are what is so."""

APART = "Returned audits/Please look at/"
"""Where a file lies that may be an audit, until a person has said whether it is: in no audit's folder."""

NOT_YET: dict[str, list[dict[str, Any]]] = tomllib.loads(
    (Path(__file__).parent / "not_yet.toml").read_text(encoding="utf-8")
)
Effects = dict[str, list[str]]
"""What a forgery did -> each case of it in words."""


@dataclass
class Played:
    """How the world stood after each run, and what became of each forgery: its sender, and whether it was named."""

    worlds: list[World] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)
    folders: dict[str, set[str]] = field(default_factory=dict)  # where the forgeries lie, by false sender


class Stage:
    """A tenant in which each case can be played with any false senders; the world without one is kept."""

    def __init__(self, running: sandbox.Running, folder: Path) -> None:
        self.running, self._folder, self._n = running, folder, count()
        self._without: dict[str, Played] = {}

    def without(self, case: Case) -> Played:
        if case.name not in self._without:
            self._without[case.name] = self.play(case, ())
        return self._without[case.name]

    def play(self, case: Case, kinds: Iterable[str], *, right: bool = False) -> Played:
        """The case with one forgery by each kind of false sender for each of its things; `right`: honestly sent."""
        found = Played()
        with council(self.running, self._folder / str(next(self._n))) as office:
            things = case.things(office)
            sent = {}
            kinds = list(kinds)
            for n, thing in enumerate(things):
                for kind in kinds:
                    minute = f"{case.on}T07:{n % 60:02}"
                    sent[office.post(thing.forged(kind), minute)] = (thing, kind)
                if right:
                    office.post(thing.from_right(), f"{case.on}T07:00")
            for n, run in enumerate(case.later):
                office.runs(run)
                found.worlds.append(office.world())
                if n == 0:
                    found.unnamed = _unnamed(office, sent)
            for internet_id, (_, kind) in sent.items():
                found.folders.setdefault(kind, set()).add(office.folder_of(internet_id))
        return found

    def effects(self, case: Case, kinds: Iterable[str]) -> Effects:
        return effects(self.without(case), self.play(case, kinds))


def _unnamed(office: Office, sent: dict[str, tuple[Thing, str]]) -> list[str]:
    """Forgeries of which no person heard on their first day: neither put to them nor told in the digest."""
    told, ours, found = office.digest().casefold(), {email(name) for name in PEOPLE} | {TEAM}, []
    for internet_id, (thing, kind) in sent.items():
        sender, folder = str(thing.forged(kind)["from"]).casefold(), office.folder_of(internet_id)
        by_address = sender and sender not in ours and sender in told  # ours stand in a digest anyway
        if folder != LOOK and not by_address:
            found.append(f"{kind}: “{thing.name}” lies in {folder}")
    return found


def effects(without: Played, given: Played) -> Effects:
    """Everything that is otherwise."""
    found: Effects = {}

    def note(effect: str, words: str) -> None:
        if words not in found.setdefault(effect, []):
            found[effect].append(words)

    for before, after in zip(without.worlds, given.worlds, strict=True):
        for cell in sorted(before.cells.keys() | after.cells.keys()):
            if before.cells.get(cell) != after.cells.get(cell):
                words = f"{' '.join(cell)}: {before.cells.get(cell)!r} → {after.cells.get(cell)!r}"
                note("status" if cell[1] in SHOWN else "row", words)
        for path in sorted(after.files - before.files):
            if not path.startswith(APART):
                note("file", path)
    last, forged = without.worlds[-1].letters, given.worlds[-1].letters
    for letter in sorted((last - forged).elements()):
        note("letter kept back", " ".join(letter))
    for letter in sorted((forged - last).elements()):
        note("letter caused", " ".join(letter))
    for words in given.unnamed:
        note("unnamed", words)
    return found


def known(case: Case) -> tuple[set[str], set[str]]:
    """What is known of a case: the effects that every false sender has, and the senders by name that have some."""
    of_all: set[str] = set()
    by_name: set[str] = set()
    for each in NOT_YET.get("forgery", ()):
        if each["cases"] == "all" or case.name in each["cases"]:
            if each["senders"] == "all":
                of_all.update(each["effects"])
            else:
                by_name.update(each["senders"])
    return of_all, by_name


def senders(case: Case, among: Iterable[str]) -> list[str]:
    """The kinds that are false here: somebody who may send it is none."""
    own = {a.casefold() for a in case.entitled}
    return [k for k in among if k == FORWARDED or str(SENDERS[k]("x@y", "X")["from"]).casefold() not in own]
