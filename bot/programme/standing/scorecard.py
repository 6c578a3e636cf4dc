"""The monthly scorecard for the Performance Team: what was allocated, completed and moderated, and how graded (§9)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.programme.standing.audit_standing import Standing
from bot.programme.vocabulary import Grade, Milestone


@dataclass(frozen=True, slots=True)
class Line:
    """One audit, without anything about the child."""

    reference: str
    cycle: str
    audit_type: str
    allocated_on: date | None
    completed_on: date | None
    moderated_on: date | None
    auditor_grade: str
    moderated_grade: str
    family_feedback: bool | None
    practitioner_feedback: bool | None


@dataclass(frozen=True, slots=True)
class Figures:
    """One cycle's figures at the end of a month. Grades: every grade, best first, to how many audits have it."""

    cycle: str
    allocated: int
    completed: int
    moderated: int
    auditor_grades: Mapping[str, int]
    moderated_grades: Mapping[str, int]
    family_feedback: int
    practitioner_feedback: int
    lines: tuple[Line, ...]


def scorecard(standings: Iterable[Standing], before: date) -> list[Figures]:
    """The figures of each cycle as they stood before the day `before`, the first of a month; empty cycles left out."""
    by_cycle: dict[str, list[Line]] = {}
    for found in standings:
        if found.allocation.audit_type.is_moderated and not found.allocation.left_out:
            line = _line(found, before)
            if line.allocated_on:
                by_cycle.setdefault(found.cycle.name, []).append(line)
    return [_figures(name, lines) for name, lines in sorted(by_cycle.items())]


def _line(found: Standing, before: date) -> Line:
    def on(milestone: Milestone) -> date | None:
        reached = found.on(milestone)
        return reached if reached and reached < before else None

    completed, moderated = on(Milestone.AUDIT_RETURNED), on(Milestone.MODERATED)
    parts = [
        p
        for p, done in ((found.latest_return, completed), (found.latest_moderation, moderated))
        if p and done
    ]
    latest = parts[-1] if parts else None
    return Line(
        reference=found.allocation.reference,
        cycle=found.cycle.name,
        audit_type=found.allocation.audit_type.value,
        allocated_on=on(Milestone.AUDIT_SENT),
        completed_on=completed,
        moderated_on=moderated,
        auditor_grade=found.auditor_grade.in_full if completed and found.auditor_grade else "",
        moderated_grade=found.settled_grade.in_full if moderated and found.settled_grade else "",
        family_feedback=latest.family_feedback if latest else None,
        practitioner_feedback=latest.practitioner_feedback if latest else None,
    )


def _figures(cycle: str, lines: list[Line]) -> Figures:
    auditor = Counter(line.auditor_grade for line in lines)
    moderated = Counter(line.moderated_grade for line in lines)
    return Figures(
        cycle=cycle,
        allocated=len(lines),
        completed=sum(line.completed_on is not None for line in lines),
        moderated=sum(line.moderated_on is not None for line in lines),
        auditor_grades={grade.in_full: auditor[grade.in_full] for grade in Grade},
        moderated_grades={grade.in_full: moderated[grade.in_full] for grade in Grade},
        family_feedback=sum(line.family_feedback is True for line in lines),
        practitioner_feedback=sum(line.practitioner_feedback is True for line in lines),
        lines=tuple(sorted(lines, key=lambda line: line.reference)),
    )
