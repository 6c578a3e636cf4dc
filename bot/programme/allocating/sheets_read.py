"""The sheets “Children” and “Auditors” as values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from bot.programme.allocating.parts import Child, Colleague
from bot.programme.allocating.rules_file import AllocationFile
from bot.programme.allocating.sheet_columns import AUDITORS, CHILDREN, headings, needed
from bot.programme.allocating.sheet_lines import (
    ASIDE,
    NOBODY,
    YES,
    Book,
    Known,
    Line,
    lines_of,
    named,
    one,
)
from bot.programme.importing.known_titles import folded, names_of
from bot.programme.importing.people_named import ADDRESS
from bot.programme.importing.rows_read import Wrong, audit_type_in
from bot.programme.importing.sheets import folded_empty
from bot.programme.vocabulary import AuditType, Person


def lines_in(book: Book, sheet: str) -> list[Line]:
    """The lines of one of the two sheets. Faults and notes of its columns go into the book, none of its cells."""
    names = {**(names_of({}) if sheet == CHILDREN else {}), **headings(sheet)}
    return lines_of(book, sheet, names, needed(sheet))


def colleagues(book: Book, file: AllocationFile) -> tuple[Colleague, ...]:
    """The register. A second line with the same address is a second time of leave."""
    lines = lines_in(book, AUDITORS)
    people = []
    for line in lines:
        address = ADDRESS.search(line.text("address")) or ADDRESS.search(line.text("name"))
        name = ASIDE.sub("", line.text("name")).strip()
        if not address or not name:
            line.wrong("address", "a colleague needs a name and an address", "both")
            people.append(Person(name, f"{line.row}@unknown.invalid"))
        else:
            people.append(Person(name, address[0]))
    known = Known(people, book)
    roles = _roles(file)
    found: dict[Person, Colleague] = {}
    for line, who in zip(lines, people, strict=True):
        away = _leave(line)
        if who in found:
            if (other := line.text("role")) and folded(other) != folded(found[who].role):
                line.wrong(
                    "role",
                    f"{who.name} stands in a line above as {found[who].role}",
                    "one line for one person",
                )
            found[who] = replace(found[who], away=(*found[who].away, *away))
            continue
        role = roles.get(folded(line.text("role")), line.text("role"))
        if role and folded(role) not in roles:
            book.notes.append(f"{line.place('role')}: “{role}” is no role that audits or moderates.")
        perhaps: dict[str, set[Person]] = {word: set() for word in ("manager", "head_of_service", "paired")}
        found[who] = Colleague(
            person=who,
            role=role,
            team=f"no team ({who.email})"
            if line.text("team") and not line.texts("team")
            else line.text("team"),
            teams_before=line.texts("teams_before"),
            trained_on=line.day("trained_on"),
            left_on=line.day("left_on"),
            exempted=line.yes("exempted"),
            away=away,
            manager=one(line, "manager", known, who, perhaps["manager"]),
            head_of_service=one(line, "head_of_service", known, who, perhaps["head_of_service"]),
            own_work=frozenset(line.texts("own_work")),
            share=(share := line.share("part_time")),
            audits_at_most=line.number("audits_at_most", of_share(file.audits_at_most, share)),
            moderations_at_most=line.number("moderations_at_most", of_share(file.moderations_at_most, share)),
            audits_before=line.number("audits_before", 0),
            moderations_before=line.number("moderations_before", 0),
            met=line.texts("met"),
            paired=tuple(
                p
                for each in line.texts("paired")
                if (p := named(line, "paired", each, known, perhaps["paired"], who))
            ),
            perhaps=_in_order(perhaps),
            said=frozenset(
                word for word in ("audits_before", "moderations_before", "met", "paired") if line.text(word)
            ),
        )
    return tuple(found.values())


def children(book: Book, register: Sequence[Colleague]) -> tuple[Child, ...]:
    """The frame. Raises nothing: faults are noted in the book."""
    known = Known((c.person for c in register), book)
    found: dict[str, Child] = {}
    for line in lines_in(book, CHILDREN):
        number = line.text("mosaic_number")
        if not re.fullmatch(r"[A-Za-z]{0,3}\d{3,12}", number):
            line.wrong("mosaic_number", f"“{number[:40]}” is no Mosaic number", "the number alone")
            continue
        if number in found:
            line.wrong("mosaic_number", "this child stands in a line above too", "each child once")
            continue
        found[number] = _child(line, number, known)
    return tuple(found.values())


def _child(line: Line, number: str, known: Known) -> Child:
    unsure: set[Person] = set()
    perhaps: dict[str, set[Person]] = {}

    def who(word: str) -> Person | None:
        found = one(line, word, known, None, perhaps.setdefault(word, set()))
        return None if found == NOBODY else found

    def several(word: str) -> tuple[Person, ...]:
        return tuple(p for each in line.texts(word) if (p := named(line, word, each, known, unsure)))

    audit_type: AuditType | None = None
    if text := line.text("audit_type"):
        try:
            audit_type = audit_type_in(text)
        except Wrong as fault:
            line.wrong("audit_type", f"“{text[:40]}”: {fault}", fault.write)
    left_out = line.text("left_out")
    if left_out.casefold() in YES:
        left_out = "left out by the Audit Team" if YES[left_out.casefold()] else ""
    child = Child(
        number=number,
        service=line.text("service"),
        team=line.text("team"),
        outcome_type=line.text("outcome_type"),
        practitioner=who("practitioner"),
        team_manager=who("team_manager"),
        group_manager=who("group_manager"),
        head_of_service=who("head_of_service"),
        iro_or_cp_chair=who("iro_or_cp_chair"),
        chair_said=bool(line.text("iro_or_cp_chair")),
        involved=several("involved"),
        earlier_audit=line.text("earlier_audit"),
        earlier_auditors=several("earlier_auditors"),
        lines=tuple(dict.fromkeys(p.strip() for p in re.split(r"[\n;]", line.text("kloe")) if p.strip())),
        audit_type=audit_type,
        left_out=left_out if folded_empty(left_out) else "",
    )
    every = sorted(unsure.union(*perhaps.values()), key=lambda p: p.email)
    return replace(child, unsure=tuple(every), perhaps=_in_order(perhaps))


def _in_order(perhaps: Mapping[str, set[Person]]) -> tuple[tuple[str, Person], ...]:
    found = ((word, person) for word, people in perhaps.items() for person in people)
    return tuple(sorted(found, key=lambda each: (each[0], each[1].email)))


def _roles(file: AllocationFile) -> dict[str, str]:
    """Every role the rules name, folded, as they write it."""
    rules = file.rules
    every = [*rules.moderators, *rules.chairs, *(r for kind in rules.kinds.values() for r in kind.roles)]
    return {folded(role): role for role in every}


def of_share(most: int, share: int) -> int:
    """How many of so many somebody takes who works a share of full time: to the nearest, and one where there is any."""
    return min(most, max(1, (most * share + 50) // 100))


def _leave(line: Line) -> tuple[tuple[date, date], ...]:
    first, last = line.day("leave_from"), line.day("leave_to")
    if line.text("leave_to") and not line.text("leave_from"):
        line.wrong("leave_from", "leave that ends has a first day", "the first day of it")
    if first and last and last < first:
        line.wrong("leave_to", "the last day of leave lies before the first", "the right one")
    return ((first, last or date.max),) if first else ()
