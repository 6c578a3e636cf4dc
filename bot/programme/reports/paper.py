"""What a paper about a cycle is laid out from: its numbers as they may be told, and what is no number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from bot.programme.reports.audit_record import AuditRecord
from bot.programme.reports.counted import HOW_WE_COUNTED, in_play, reached
from bot.programme.reports.counts import SUPPRESSED, Name, Shown
from bot.programme.reports.report import Audience
from bot.programme.vocabulary import Cycle, Milestone
from bot.programme.working_days import WorkingDays

HELD_BACK = (
    f"{SUPPRESSED} stands for a number that is not told, because it is small or because a small one could be worked "
    "out from it."
)

NO_LINE = "No line of enquiry is in the list."


@dataclass(frozen=True, slots=True)
class Medians:
    """Half of the audits that got there took so many working days at most; None when none did."""

    to_return: float | None = None
    to_moderate: float | None = None


@dataclass(frozen=True, slots=True)
class CycleTold:
    """A cycle and what may be told of it, as at the day of the paper."""

    cycle: Cycle
    shown: Shown


@dataclass(frozen=True, slots=True)
class Paper:
    """What is known when a paper is laid out. `earlier`: the cycles before this one of every service, oldest first.
    `headings`: those of the inspection in force (inspection.py). Medians are told inside only."""

    cycle: Cycle
    as_at: date
    audience: Audience
    shown: Shown
    earlier: tuple[CycleTold, ...] = ()
    medians: Medians = Medians()
    headings: tuple[str, ...] = ()

    @property
    def same_service(self) -> tuple[CycleTold, ...]:
        """The earlier cycles of this service, oldest first, and this one."""
        ours = (e for e in self.earlier if e.cycle.service_group == self.cycle.service_group)
        return (*ours, CycleTold(self.cycle, self.shown))

    def in_short(self, cycle: Cycle) -> str:
        """A cycle's name among those of this service: what stands behind its last comma, where all are called alike up
        to there."""
        begun = {each.cycle.name.rpartition(", ")[0] for each in self.same_service}
        return cycle.name.rpartition(", ")[2] if len(begun) == 1 else cycle.name

    @property
    def how_we_counted(self) -> tuple[str, ...]:
        return (*HOW_WE_COUNTED, HELD_BACK) if self.audience is Audience.OUTSIDE else HOW_WE_COUNTED

    @property
    def asked(self) -> tuple[str, ...]:
        """The lines of enquiry, or a sentence that there are none."""
        return self.cycle.kloes or (NO_LINE,)

    @property
    def before(self) -> CycleTold | None:
        """The cycle of this service before this one."""
        return self.same_service[-2] if len(self.same_service) > 1 else None

    def named(self, begun: str) -> tuple[str, ...]:
        """What was counted under a word, in the order it was counted: the domains, the themes, the teams."""
        return tuple(dict.fromkeys(name[1] for name in self.shown.numbers if name[0] == begun))

    def cell(self, *name: str) -> str | int:
        """A number for a table."""
        return cell(self.shown[name])

    def many(self, name: Name, one: str, more: str = "") -> str:
        """“1 audit”, “2 audits”, “[c] audits”."""
        return f"{self.shown.text(name)} {one if self.shown[name] == 1 else more or one + 's'}"


def cell(number: int | None) -> str | int:
    return SUPPRESSED if number is None else number


def medians_of(records: Sequence[AuditRecord], as_at: date, days: WorkingDays) -> Medians:
    """From sending to return, and from return to moderation, of the audits in play that got there by then."""

    def half(begun: Milestone, done: Milestone) -> float | None:
        pairs = [
            (reached(r.standing, begun, as_at), reached(r.standing, done, as_at))
            for r in records
            if in_play(r.standing, as_at)
        ]
        took = [days.count_between(first, last) for first, last in pairs if first and last]
        return median(took) if took else None

    return Medians(
        half(Milestone.AUDIT_SENT, Milestone.AUDIT_RETURNED),
        half(Milestone.AUDIT_RETURNED, Milestone.MODERATED),
    )
