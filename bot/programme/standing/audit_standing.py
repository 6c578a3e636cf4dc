"""One audit today: what it has reached, and which grade counts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.programme.history.records_of_the_past import AuditHistory, Returned
from bot.programme.rulebook.rules import Circumstance, Conditions
from bot.programme.standing.counting_grade import Grades
from bot.programme.vocabulary import Allocation, Cycle, Grade, Milestone
from bot.programme.working_days import Dated


@dataclass(frozen=True, slots=True)
class Standing:
    """One audit today. `reached` holds past milestones and the dates that are set, each with its reason."""

    allocation: Allocation
    cycle: Cycle
    past: AuditHistory
    reached: Mapping[Milestone, Dated]
    circumstances: Collection[Circumstance]
    auditor_grade: Grade | None
    moderated_grade: Grade | None
    grades: Grades = field(default_factory=Grades)
    first_due: date | None = None
    """The day the audit was to come back by, whatever day was given afterwards for putting it right."""

    @property
    def grade(self) -> Grade | None:
        """The grade that counts: final if there is one (§11), else moderated, else the auditor's (X4, X29)."""
        return self.grades.counts.grade if self.grades.counts else None

    @property
    def settled_grade(self) -> Grade | None:
        """The grade that counts once the audit is moderated or finally decided; None before."""
        return self.grades.route.grade if self.grades.route else None

    @property
    def safety_first(self) -> bool:
        """Whether the grade that counts is Inadequate and nobody has ended what follows from that (§10)."""
        return self.grades.inadequate is not None and Milestone.SAFETY_STEPS_ENDED not in self.reached

    @property
    def with_the_audit_team(self) -> bool:
        """Whether what comes next is the Audit Team's to say (§7). An Inadequate waits for no answer (§10)."""
        return Circumstance.WITH_AUDIT_TEAM in self.circumstances and not self.safety_first

    @property
    def latest_return(self) -> Returned | None:
        return self.past.returns[-1] if self.past.returns else None

    @property
    def latest_moderation(self) -> Returned | None:
        return self.past.moderations[-1] if self.past.moderations else None

    def on(self, milestone: Milestone) -> date | None:
        dated = self.reached.get(milestone)
        return dated.on if dated else None

    def fits(self, conditions: Conditions) -> bool:
        """Whether a rule or deadline is about this audit. A moderated grade gives way to a final one (§11)."""
        moderated = self.settled_grade
        return (
            (not conditions.audit_types or self.allocation.audit_type in conditions.audit_types)
            and (not conditions.auditor_grades or self.auditor_grade in conditions.auditor_grades)
            and (not conditions.moderated_grades or moderated in conditions.moderated_grades)
            and conditions.circumstances.issubset(self.circumstances)
            and conditions.not_in.isdisjoint(self.circumstances)
        )
