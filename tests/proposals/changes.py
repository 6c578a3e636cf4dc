"""The changes a shortage names, made in the sheets: what its JSON names, and each way that its sentence leaves open."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import product
from typing import Any

from proposals.independent import Independence
from proposals.random_councils import DOMAIN, NOBODY, Colleague, Council

Change = Mapping[str, Any]
_ADDRESS = re.compile(r"@")
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
_LEVERS = (
    ("back from leave", " back from leave"),
    ("trained", " trained"),
    ("takes one more", " taking one more"),
)


def changed(council: Council, change: Sequence[Change], part: str, works: Sequence[str]) -> Iterator[Council]:
    """The council with all of it done. A name is all that is said of a colleague, so of namesakes each is tried."""
    steps = []
    for each in change:
        ways = [n for n, person in enumerate(council.people) if person.name == each["who"]]
        steps.append(ways if ways else [None])
    for way in list(product(*steps))[:6]:
        found = copy.deepcopy(council)
        for each, who in zip(change, way, strict=True):
            _done(found, each, None if who is None else found.people[who], part, works)
        yield found


def changed_together(
    council: Council, told: Sequence[tuple[Sequence[Change], Sequence[str]]], part: str
) -> Council:
    """The council with the changes of several shortages done, each with its works; one that is told twice is done once.
    Where two have one name, the first."""
    found, done = copy.deepcopy(council), set[tuple[str, str]]()
    for change, works in told:
        for each in change:
            person = next((person for person in found.people if person.name == each["who"]), None)
            if person and (each["lever"], each["who"]) in done:
                continue
            done.add((each["lever"], each["who"]))
            _done(found, each, person, part, works)
    return found


def _done(council: Council, each: Change, person: Colleague | None, part: str, works: Sequence[str]) -> None:
    lever = each["lever"]
    if lever == "one more colleague":
        many = {"audits" if part == "auditor" else "moderations": each["number"]}
        n = len(council.people)
        trained = council.month - timedelta(60)
        given = {"audits": 0, "moderations": 0, **many}
        council.people.append(
            Colleague(
                f"New{n} Arrival",
                f"new{n}@{DOMAIN}",
                each["who"],
                f"Elsewhere Team {n}",
                trained,
                NOBODY,
                **given,
            )
        )
    elif lever == "fact said" and person is None:
        for child in council.children:
            if child.number in works:
                child.team = child.team or "Yonder"  # whoever's team had all its words would be closed
                child.practitioner = child.practitioner or "Winter Elsewhere"
                child.chair = child.chair or NOBODY
                if child.audit_type == "Re-audit":
                    child.earlier_auditor = child.earlier_auditor or "Summer Elsewhere"
    elif person is None:
        raise LookupError(f"nobody of the register is {each['who']}")
    elif lever == "fact said":
        person.team = person.team or f"Faraway {person.name}"
        person.manager = NOBODY
    elif lever == "written for certain":
        _written_for_certain(council, person)
    elif lever == "back from leave":
        person.leave = []
    elif lever == "trained":
        person.trained = council.month - timedelta(30)
    elif lever == "takes one more":
        if part == "auditor":
            person.audits = (council.usual_audits if person.audits is None else person.audits) + each[
                "number"
            ]
        else:
            usual = council.usual_moderations
            person.moderations = (usual if person.moderations is None else person.moderations) + each[
                "number"
            ]
    else:
        raise LookupError(f"no such lever: {lever}")


def _written_for_certain(council: Council, person: Colleague) -> None:
    """Whoever may be this colleague, or may be another in their own line, is somebody else by name and address."""
    free = Independence(council)
    who = council.people.index(person)
    for n, line in enumerate((*council.children, *council.people)):
        own = line is person
        for word in (
            "practitioner",
            "manager",
            "group_manager",
            "head",
            "chair",
            "involved",
            "earlier_auditor",
            "paired",
        ):
            cell = getattr(line, word, "")
            named = free.is_one(cell, who) or (own and not _ADDRESS.search(cell))
            if cell not in ("", NOBODY) and named and not _ADDRESS.search(cell):
                setattr(line, word, f"Winter Elsewhere{n} <winter.elsewhere{n}@{DOMAIN}>")


def alternatives(says: str) -> list[Change]:
    """Where a sentence leaves a choice (“… or with …”), each single change it names."""
    _, _, told = says.partition("It would be met with ")
    if " or with " not in told:
        return []
    told = told.rstrip(".").replace(", as long as it is harmless", "")
    found: list[Change] = []
    for piece in re.split(r" or with |, (?![^(]*\))", told):
        found += _alternative(piece.strip())
    return found


def _alternative(piece: str) -> list[Change]:
    if new := re.fullmatch(
        r"(\w+) more trained (.+?) (?:of another|outside).* who takes? (\w+)(?: each)?", piece
    ):
        if _number(new[1]) != 1:
            return []
        return [{"lever": "one more colleague", "who": new[2], "number": _number(new[3])}]
    if certain := re.search(
        r" \(unless that is (.+?)\)| of ([^()]+?)(?: written less like .+)? \(unless ", piece
    ):
        return [{"lever": "written for certain", "who": certain[1] or certain[2], "number": 1}]
    if said := re.fullmatch(r"what is said nowhere of (.+) filled in", piece):
        return [
            {"lever": "fact said", "who": "" if who == "this child" else who, "number": 1}
            for who in _who(said[1])
        ]
    for lever, words in _LEVERS:
        if piece.endswith(words):
            return [{"lever": lever, "who": who, "number": 1} for who in _who(piece.removesuffix(words))]
    raise LookupError(f"not understood: {piece}")


def _who(text: str) -> list[str]:
    """“Ada Auditor”, or those in the brackets of “one of 2 (Ada Auditor or Uma Auditor)”; of “one of 9” nobody."""
    if one_of := re.fullmatch(r"one of \w+(?: \((.+)\))?", text):
        return re.split(r", | or ", one_of[1]) if one_of[1] else []
    return [text]


def _number(word: str) -> int:
    return _NUMBERS.get(word) or int(word)
