"""One audit from its selection on, as it can be shown to an inspector: what happened, when, why, and who said it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.programme.events import Event, EventKind
from bot.programme.history.records_of_the_past import LetterHistory, LetterState
from bot.programme.reports.counted import left_out
from bot.programme.rulebook.rules import called
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.counting_grade import GivenBy
from bot.programme.telling.story import Step
from bot.programme.vocabulary import Allocation, Grade, Person, Role, RoleHolder

NOBODY_NOW = "somebody in no part of it now"
THE_LIST = "the list, entered by a person"


@dataclass(frozen=True, slots=True)
class Document:
    """A file that came back. `sha256` as it was received; `inside` its name in the pack, "" where it is not in it, and
    then `problem` says why."""

    part: str
    on: date
    sha256: str
    inside: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class TrailLetter:
    """A letter. `to` and `cc` are parts people have, never their names; `state` what became of it."""

    on: date
    subject: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    state: str


@dataclass(frozen=True, slots=True)
class GradeGiven:
    """A grade and where it stands. `domain` is "" for the overall grade."""

    on: date | None
    grade: str
    by: str
    source: str
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Trail:
    """One audit's own. `guide`: milestone -> the section of the guide that sets its date."""

    standing: Standing
    status: str
    steps: tuple[Step, ...]
    letters: tuple[TrailLetter, ...]
    grades: tuple[GradeGiven, ...]
    documents: tuple[Document, ...]
    guide: Mapping[str, str]


def related(allocations: Sequence[Allocation], reference: str) -> list[Allocation]:
    """The audit of a reference, what it goes back to and what goes back to it, the earliest first; none when there is
    no such audit."""
    asked = reference.strip().casefold()
    found = {a.reference.casefold() for a in allocations if a.reference.casefold() == asked}
    while True:
        near = {a.reference.casefold() for a in allocations if a.earlier_audit.strip().casefold() in found}
        near |= {a.earlier_audit.strip().casefold() for a in allocations if a.reference.casefold() in found}
        if near - {""} <= found:
            break
        found |= near - {""}
    rows = [a for a in allocations if a.reference.casefold() in found]
    return sorted(rows, key=lambda a: (bool(a.earlier_audit), a.reference))


def grades_given(found: Standing, events: Iterable[Event]) -> list[GradeGiven]:
    """Every grade of an audit with who gave it and where that stands, in the order of their days."""
    a, past = found.allocation, found.past
    given: list[GradeGiven] = []
    for by, files in (("the auditor", past.returns), ("the moderator", past.moderations)):
        given += [GradeGiven(f.on, f.grade.in_full, by, f.name) for f in files if f.grade]
    given += [
        GradeGiven(
            alarm.on, Grade.INADEQUATE.in_full, "the auditor", "a file that is held, put to the Audit Team"
        )
        for alarm in past.alarms
    ]
    for step in found.grades.settled:
        if step.by is not GivenBy.MODERATOR:
            given.append(GradeGiven(step.on, step.grade.in_full, step.by.value, THE_LIST))
    for filed in past.records:
        if filed.record.grade:
            on = filed.record.on or filed.file.on
            kind, name = filed.record.kind.value, filed.file.name
            given.append(GradeGiven(on, filed.record.grade.in_full, kind, name))
    entered = (
        (a.grade_after_uopp, a.uopp_held_on, "the UoPP meeting"),
        (a.grade_at_six_weeks, a.six_week_checked_on, "the six-week check"),
    )
    given += [GradeGiven(day, grade.in_full, by, THE_LIST) for grade, day, by in entered if grade]
    given += _domains(found, events)
    return sorted(given, key=lambda g: (bool(g.domain), g.on or date.max))


def _domains(found: Standing, events: Iterable[Event]) -> Iterator[GradeGiven]:
    names = {file.sha256: file.name for file in found.past.files}
    whose = {EventKind.AUDIT_RETURNED: "the auditor", EventKind.MODERATION_RETURNED: "the moderator"}
    for event in events:
        grades = event.data.get("domain_grades")
        if (
            event.about != found.allocation.item_id
            or event.kind not in whose
            or not isinstance(grades, Mapping)
        ):
            continue
        source = names.get(str(event.data.get("sha256")), "")
        for domain, grade in grades.items():
            if grade:
                on = date.fromisoformat(str(event.data["on"]))
                yield GradeGiven(on, Grade(str(grade)).in_full, whose[event.kind], source, str(domain))


def trail_letters(
    letters: Iterable[LetterHistory],
    subjects: Mapping[str, str],
    allocation: Allocation,
    roles: Collection[RoleHolder],
    audit_team: Person,
) -> tuple[TrailLetter, ...]:
    """The letters about an audit, by their keys' subjects where those are known."""
    parts = parts_of(allocation, roles, audit_team)

    def told(addresses: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(parts.get(each.casefold(), NOBODY_NOW) for each in addresses))

    return tuple(
        TrailLetter(
            letter.on,
            subjects.get(letter.carried_by or letter.key)
            or (called(letter.rule) if letter.rule else "A letter whose contents were erased"),
            told(letter.to),
            told(letter.cc),
            f"held: {letter.reason}" if letter.state is LetterState.HELD else letter.state.value,
        )
        for letter in sorted(letters, key=lambda each: each.on)
    )


def parts_of(allocation: Allocation, roles: Collection[RoleHolder], audit_team: Person) -> dict[str, str]:
    """Address -> the part its holder has: in the row first, else in the programme."""
    found = {audit_team.email: Role.AUDIT_TEAM.value}
    for role in Role:
        if person := allocation.person(role):
            found.setdefault(person.email, role.value)
    for held in roles:
        if held.role is not Role.TRAINED_AUDITOR:
            found.setdefault(held.person.email, held.role.value)
    return found


def by_their_parts(
    steps: Iterable[Step], allocation: Allocation, roles: Collection[RoleHolder], audit_team: Person
) -> tuple[Step, ...]:
    """Steps in which people stand by the parts they have, and not by name or address."""
    parts = parts_of(allocation, roles, audit_team)
    people = [*allocation.people, *(held.person for held in roles), audit_team]
    called_by = {p.name.casefold(): f"the {parts.get(p.email, NOBODY_NOW)}" for p in people if p.name.strip()}
    called_by |= {address: f"the {part}" for address, part in parts.items()}
    sought = "|".join(re.escape(each) for each in sorted(called_by, key=len, reverse=True))
    known = re.compile(rf"(?<!\w)(?:{sought})(?!\w)", re.I)

    def told(text: str) -> str:
        return known.sub(lambda found: called_by[found[0].casefold()], text).replace(".; ", "; ")

    return tuple(replace(step, what=told(step.what), why=told(step.why)) for step in steps)


def standing_in_words(trail: Trail, as_at: date) -> str:
    """Where an audit stands, and why it is left out where it is."""
    out = left_out(trail.standing, as_at)
    return f"{trail.status}; {out}" if out and out.casefold() not in trail.status.casefold() else trail.status
