"""The words of a letter about a cycle, and of one about a month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from bot.papers.letters.audit_words import AuditSeen
from bot.papers.letters.button_words import WithButtons
from bot.papers.letters.letter_words import ReportSeen, ToPeople
from bot.programme.reports.scorecard import Column, scorecard
from bot.programme.reports.shares import share, share_of, together
from bot.programme.standing import checks, re_audits
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.status import WAITED_FOR, next_for_people, status_of
from bot.programme.vocabulary import AuditType, Milestone, Problem, Status
from bot.programme.working_days import Dated


@dataclass(frozen=True, slots=True)
class Counts:
    """How many audits of each sort a cycle has."""

    team_manager: int
    advanced_practitioner: int
    dip_samples: int
    dips_by_kloe: Annotated[Sequence[tuple[str, int]], "pairs of a line of enquiry and a number"]
    dips_out: Annotated[int, "how many dip samples have not come back"]


@dataclass(frozen=True, slots=True)
class Late:
    """An audit that is late."""

    audit: AuditSeen
    status: str
    next_step: str
    due: Dated


@dataclass(frozen=True, slots=True)
class Overview:
    """How the audits of a cycle stand."""

    states: Annotated[Sequence[tuple[str, int]], "pairs of a status and a number"]
    late: Annotated[Sequence[Late], "audits that are late"]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Work that could not be drawn."""

    reference: str
    why: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was drawn to be audited again."""

    drawn: Annotated[Sequence[AuditSeen], "audits"]
    frame: Annotated[int, "out of how many"]
    left_out: Sequence[LeftOut]


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """The latest cycle of a service up to the end of the month; shares in words, “34 of 60 (57 %)”."""

    cycle: str
    allocated: int | None
    returned: str
    moderated: str
    good_or_better: str
    family_feedback: str
    practitioner_feedback: str

    @classmethod
    def of(cls, latest: Column) -> MonthFigures:
        shown, back = latest.shown, ("return", "returned")
        good = together(shown, ("standing grade", "Outstanding"), ("standing grade", "Good"))
        return cls(
            latest.name,
            shown["in play",],
            share(shown, back, ("in play",)),
            share(shown, (*back, "moderated"), back),
            share_of(good, shown["standing grade",]),
            share(shown, ("family", "obtained"), back),
            share(shown, ("practitioner", "obtained"), back),
        )


@dataclass(frozen=True, slots=True)
class CycleWords(WithButtons):
    """Words of a letter about a cycle"""

    @property
    def audits(self) -> Sequence[AuditSeen]:
        """the audits of the cycle, in the order of their references"""
        found = [s.allocation for s in self._standings]
        return [AuditSeen.of(a) for a in sorted(found, key=lambda a: a.reference)]

    @property
    def counts(self) -> Counts:
        """how many audits of each sort there are"""
        cycle = self.letter.cycle
        number = checks.counts(cycle, self.lists.allocations)
        dips = Counter(
            checks.line_of_enquiry(a, cycle) or "not said"
            for a in self.lists.allocations
            if a.cycle == cycle.name and a.audit_type is AuditType.DIP_SAMPLE and not a.left_out
        )
        out = (
            s.allocation.audit_type is AuditType.DIP_SAMPLE and Milestone.DIP_COMPLETED not in s.reached
            for s in self._standings
        )
        return Counts(
            number.team_manager,
            number.advanced_practitioner,
            number.dip_samples,
            sorted(dips.items()),
            sum(out),
        )

    @property
    def due(self) -> Dated | None:
        """the date the letter is about"""
        return self.letter.due

    @property
    def overview(self) -> Overview:
        """how the audits stand"""
        found = [s for s in self._standings if s.allocation.audit_type.is_moderated]
        states = Counter(status_of(s, self.around.today) for s in found)
        late = []
        for s in sorted(found, key=lambda s: s.allocation.reference):
            status = status_of(s, self.around.today)
            due = s.reached.get(WAITED_FOR[status]) if status in WAITED_FOR else None
            if due and due.on < self.around.today:
                late.append(Late(AuditSeen.of(s.allocation), status.value, next_for_people(s, status), due))
        return Overview([(status.value, states[status]) for status in Status if states[status]], late)

    @property
    def below_good(self) -> Sequence[AuditSeen]:
        """the audits of the cycle moderated below Good"""
        return [
            AuditSeen.of(s.allocation)
            for s in self._standings
            if s.moderated_grade and s.grade and s.grade.below_good
        ]

    @property
    def sample(self) -> Drawn:
        """what was drawn to be audited again"""
        drawn = re_audits.sample(self.letter.cycle, self.letter.cycle_standings)
        return Drawn(
            [AuditSeen.of(s.allocation) for s in drawn.drawn],
            len(drawn.frame),
            [LeftOut(reference, why) for reference, why in drawn.left_out],
        )

    @property
    def reports(self) -> Sequence[ReportSeen]:
        """the reports that were made for this letter, where its rule `makes` any"""
        return list(self.around.reports)

    @property
    def problems(self) -> Sequence[Problem]:
        """what the cycle still lacks"""
        cycle = self.letter.cycle
        return [
            Problem(cycle.name, line) for line in checks.counts(cycle, self.lists.allocations).shortages()
        ]

    @property
    def _standings(self) -> list[Standing]:
        return [s for s in self.letter.cycle_standings if not s.allocation.left_out]


@dataclass(frozen=True, slots=True)
class MonthWords(ToPeople):
    """Words of a letter about a month"""

    @property
    def month(self) -> date:
        """the last day of the month the figures are about"""
        return self.around.today.replace(day=1) - timedelta(1)

    @property
    def figures(self) -> Sequence[MonthFigures]:
        """the latest cycle of each service; shares are words, “34 of 60 (57 %)”"""
        card = scorecard(self.letter.cycle_standings, self.month, self.around.working, self.lists.roles)
        return [MonthFigures.of(each.cycles[0]) for each in card.services]
