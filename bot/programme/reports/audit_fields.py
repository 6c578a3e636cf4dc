"""The single facts of an audit in the record of its cycle: how each is told, and what it means when it is put right.

Each fact stands in one cell of one sheet. Some are only told: names, and what another list or row says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from bot.programme.reports.audit_record import AuditRecord, Contact
from bot.programme.reports.counted import (
    auditors_grade,
    final_grade,
    moderated_grade,
    reached,
)
from bot.programme.reports.record_sheet import Cell, in_words
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.counting_grade import Given, GivenBy
from bot.programme.vocabulary import Allocation, AuditType, Grade, Milestone, Person, grade_of
from bot.programme.working_days import Dated

PUT_RIGHT = "as the Audit Team put it right in the record of the cycle"


class NotUnderstood(Exception):
    """What was written into a cell is not what can stand there; says what can."""


class OnlyTold(Exception):
    """A cell is kept as it was put right, and nothing is counted by it; says where it is."""


Get = Callable[[AuditRecord, date], object]
Put = Callable[[AuditRecord, Cell, date], AuditRecord]


@dataclass(frozen=True, slots=True)
class Field:
    """One cell. Without `put` a correction of it is kept and shown, and counts for nothing: `instead` says where what
    counts is put right."""

    title: str
    get: Get
    put: Put | None = None
    instead: str = "the list"


def put_right(field: Field, record: AuditRecord, cell: Cell, as_at: date) -> AuditRecord:
    """The audit with this fact put right. Raises NotUnderstood or OnlyTold."""
    if field.put is None:
        raise OnlyTold(f"it is counted as it stands in {field.instead}: please put it right there as well")
    return field.put(record, cell, as_at)


def _standing(record: AuditRecord, **changes: object) -> AuditRecord:
    return replace(record, standing=replace(record.standing, **changes))  # type: ignore[arg-type]


def _of_row(record: AuditRecord, **changes: object) -> AuditRecord:
    allocation: Allocation = replace(record.standing.allocation, **changes)  # type: ignore[arg-type]
    return _standing(record, allocation=allocation)


def grade_in(cell: Cell) -> Grade | None:
    """The grade a cell says. Raises NotUnderstood."""
    if cell is None:
        return None
    if grade := grade_of(in_words(cell)):
        return grade
    raise NotUnderstood(f"“{in_words(cell)}” is no grade: write one of {', '.join(g.in_full for g in Grade)}")


def day_in(cell: Cell) -> date | None:
    """The day a cell says. Raises NotUnderstood."""
    if cell is None or isinstance(cell, date):
        return cell
    try:
        return date.fromisoformat(in_words(cell))
    except ValueError:
        raise NotUnderstood(
            f"“{in_words(cell)}” is no day: write it as Excel shows days, or as 2026-04-15"
        ) from None


def yes_or_no_in(cell: Cell) -> bool | None:
    """Raises NotUnderstood."""
    said = in_words(cell).casefold()
    if said not in ("", "yes", "no"):
        raise NotUnderstood(f"“{in_words(cell)}” is neither Yes nor No")
    return None if not said else said == "yes"


def day_of(title: str, milestone: Milestone) -> Field:
    """The day on which an audit reached a milestone, or a date that is set for it."""

    def get(record: AuditRecord, as_at: date) -> object:
        return (
            record.standing.on(milestone) if milestone.is_set else reached(record.standing, milestone, as_at)
        )

    def put(record: AuditRecord, cell: Cell, _: date) -> AuditRecord:
        day = day_in(cell)
        others = {m: d for m, d in record.standing.reached.items() if m is not milestone}
        return _standing(record, reached=others | ({milestone: Dated(day, PUT_RIGHT)} if day else {}))

    return Field(title, get, put)


def _since(standing: Standing, given: tuple[Given, ...], milestone: Milestone, as_at: date) -> date:
    """From when a corrected grade counts: from the day of the one it takes the place of."""
    told = [g.on for g in given if g.on <= as_at]
    return told[-1] if told else reached(standing, milestone, as_at) or as_at


def _auditors(record: AuditRecord, cell: Cell, as_at: date) -> AuditRecord:
    found, grade = record.standing, grade_in(cell)
    on = _since(found, found.grades.auditors, Milestone.AUDIT_RETURNED, as_at)
    given = (Given(grade, on, GivenBy.AUDITOR),) if grade else ()
    return _standing(record, grades=replace(found.grades, auditors=given), auditor_grade=grade)


def _moderated(record: AuditRecord, cell: Cell, as_at: date) -> AuditRecord:
    found, grade = record.standing, grade_in(cell)
    own = tuple(g for g in found.grades.settled if g.by is GivenBy.MODERATOR)
    others = tuple(g for g in found.grades.settled if g.by is not GivenBy.MODERATOR)
    on = _since(found, own, Milestone.MODERATED, as_at)
    given = (Given(grade, on, GivenBy.MODERATOR),) if grade else ()
    settled = tuple(sorted((*given, *others), key=lambda g: g.on))
    return _standing(record, grades=replace(found.grades, settled=settled), moderated_grade=grade)


def _final(record: AuditRecord, cell: Cell, as_at: date) -> AuditRecord:
    found, grade = record.standing, grade_in(cell)
    decided = tuple(g for g in found.grades.settled if g.by is not GivenBy.MODERATOR)
    others = tuple(g for g in found.grades.settled if g.by is GivenBy.MODERATOR)
    on = _since(found, decided, Milestone.FINALLY_DECIDED, as_at)
    given = (Given(grade, on, GivenBy.DECISION),) if grade else ()
    changed = _standing(record, grades=replace(found.grades, settled=(*others, *given)))
    return _of_row(changed, final_grade=grade)


def _contact(word: str) -> Put:
    def put(record: AuditRecord, cell: Cell, _: date) -> AuditRecord:
        said = in_words(cell).casefold() or Contact.NOT_STATED
        found = next((c for c in Contact if c == said), None)
        if found is None:
            raise NotUnderstood(f"“{in_words(cell)}” is none of: {', '.join(Contact)}")
        return replace(record, forms=replace(record.forms, **{word: found}))  # type: ignore[arg-type]

    return put


def of_the_row(
    title: str, word: str, made: Callable[[Cell], object] = in_words, *, identifier: bool = False
) -> Field:
    """What a column of the list says. An identifier is not told of a restricted record: it leaves the list nowhere."""

    def get(record: AuditRecord, _: date) -> object:
        row = record.standing.allocation
        return None if identifier and row.restricted else getattr(row, word)

    def put(record: AuditRecord, cell: Cell, _: date) -> AuditRecord:
        return _of_row(record, **{word: made(cell)})

    return Field(title, get, put)


def _kind(cell: Cell) -> AuditType:
    found = next((kind for kind in AuditType if kind == in_words(cell)), None)
    if found is None:
        raise NotUnderstood(f"“{in_words(cell)}” is none of: {', '.join(AuditType)}")
    return found


def _name(word: str) -> Get:
    def get(record: AuditRecord, _: date) -> object:
        person: Person | None = getattr(record.standing.allocation, word)
        return person.name if person else None

    return get


def person(title: str, word: str) -> Field:
    return Field(title, _name(word))


AUDITORS_GRADE = Field("Auditor's grade", lambda r, day: auditors_grade(r.standing, day), _auditors)
MODERATED_GRADE = Field("Moderated grade", lambda r, day: moderated_grade(r.standing, day), _moderated)
FINAL_GRADE = Field("Final grade", lambda r, day: final_grade(r.standing, day), _final)
GRADE_AFTER_UOPP = of_the_row("Grade after UoPP", "grade_after_uopp", grade_in)
GRADE_AT_SIX_WEEKS = of_the_row("Grade found", "grade_at_six_weeks", grade_in)
DRIFT = of_the_row("Drift or delay", "drift", yes_or_no_in)
KIND = of_the_row("Audit type", "audit_type", _kind)
FAMILY = Field("Family's view", lambda r, _: r.forms.family, _contact("family"))
PRACTITIONER = Field("Practitioner's view", lambda r, _: r.forms.practitioner, _contact("practitioner"))
