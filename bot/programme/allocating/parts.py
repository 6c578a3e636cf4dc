"""What an allocation is proposed from, and what a proposal is: values only (§6, §7).

A proposal goes nowhere by itself: the Audit Team changes it, the list takes it in, the Head of Service confirms it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.programme.vocabulary import AuditType, Person


class Part(StrEnum):
    """What somebody is wanted for."""

    AUDITOR = "auditor"
    MODERATOR = "moderator"


class Reason(StrEnum):
    """Why somebody may not have a part in an audit, in the order in which it is looked for: the first that holds is
    the one that is told."""

    NOT_TRAINED = "not trained"
    TRAINING_LAPSED = "training lapsed"
    LEFT = "left"
    EXEMPTED = "exempted"
    AWAY = "on leave"
    OTHER_ROLE = "another role"
    CANNOT_JUDGE = "cannot be judged"  # a fact that independence hangs on is said nowhere
    OWN_TEAM = "own team"  # now, or within the last twelve months
    OWN_WORK = "own work"
    LINE = "line management"  # manages who did the work, or is managed by them
    CHAIR = "IRO or CP Chair"
    INVOLVED = "involved otherwise"
    EARLIER_AUDITOR = "earlier auditor"  # of the audit that is done again (§15)
    TAKEN_OFF = "taken off by hand"  # the Audit Team emptied the cell that named them
    BESIDE_MODERATOR = "too close to the moderator put there by hand"
    # of a moderator beside the auditor
    SAME_PERSON = "audits it"
    AUDITORS_TEAM = "auditor's team"
    AUDITORS_LINE = "auditor's line"
    SAME_PAIR = "same pair as last time"


class Wish(StrEnum):
    """What is better left undone, each with a weight (config/allocation.toml)."""

    MOVED = "moved from what was proposed"
    LOAD = "load"  # of the k-th audit of one person, 2k - 1 times; by their share of full time
    MET_BEFORE = "team audited before"
    EACH_OTHER = "teams audit each other"  # each two of them once
    SAME_LINE = "same Head of Service"
    SAME_PAIR = "same pair as last time"


@dataclass(frozen=True, slots=True)
class Child:
    """One child of the frame. `number` is the Mosaic number, by which a child stands there once; it is personal data.

    `chair_said`: somebody has said who the IRO or CP Chair is, or that there is none. `unsure` are colleagues whom one
    of the cells may name, and nobody can tell, `perhaps` the same by our words for the columns. `earlier_audit` is the
    reference of the audit that is done again, and `earlier_auditors` whoever carried it out. `lines` are the lines of
    enquiry the child fits; none is every one. `audit_type` of a child that people chose, instead of the lot.
    `left_out`: why the child is not to be drawn. `not_known` are our words for the columns whose cells say that it is
    not known.
    """

    number: str
    service: str = ""
    team: str = ""
    outcome_type: str = ""
    practitioner: Person | None = None
    team_manager: Person | None = None
    group_manager: Person | None = None
    head_of_service: Person | None = None
    iro_or_cp_chair: Person | None = None
    chair_said: bool = False
    involved: tuple[Person, ...] = ()
    unsure: tuple[Person, ...] = ()
    perhaps: tuple[tuple[str, Person], ...] = ()
    earlier_audit: str = ""
    earlier_auditors: tuple[Person, ...] = ()
    lines: tuple[str, ...] = ()
    audit_type: AuditType | None = None
    left_out: str = ""
    not_known: frozenset[str] = frozenset()


NO_TEAM = "no team "
"""What the team of somebody who is in none begins with."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """One line of the register of auditors and moderators.

    `away` are first and last days of leave. `own_work` are Mosaic numbers of children they have to do with.
    `share` is the part of full time they work, in per cent: with half of it an audit weighs twice.
    `audits_before` and `moderations_before` are what they had in the last two cycles, `met` the teams they audited
    then, `paired` with whom they last were auditor and moderator of one audit. `perhaps` are those whom a cell may
    name, and nobody can tell, by our word for its column. `said` are the words of the four about
    earlier cycles whose cells are filled in; the others the list may tell. `in_roles`: whether Audit roles have them
    among the trained auditors when the work begins; None where no training register is kept there. `also_in` are the
    teams that a cell with several names besides all of it, which is `team`; `not_known` as of a child. `works_for` are
    the teams of the children whose practitioner or Team Manager they are, or may be.
    """

    person: Person
    role: str
    team: str = ""
    teams_before: tuple[str, ...] = ()
    trained_on: date | None = None
    in_roles: bool | None = None
    left_on: date | None = None
    exempted: bool = False
    away: tuple[tuple[date, date], ...] = ()
    manager: Person | None = None
    head_of_service: Person | None = None
    own_work: frozenset[str] = frozenset()
    share: int = 100
    audits_at_most: int = 2
    moderations_at_most: int = 0
    audits_before: int = 0
    moderations_before: int = 0
    met: tuple[str, ...] = ()
    paired: tuple[Person, ...] = ()
    perhaps: tuple[tuple[str, Person], ...] = ()
    said: frozenset[str] = frozenset()
    also_in: tuple[str, ...] = ()
    not_known: frozenset[str] = frozenset()
    works_for: tuple[str, ...] = ()

    @property
    def teams_now(self) -> tuple[str, ...]:
        return (self.team, *self.also_in) if self.team else ()


@dataclass(frozen=True, slots=True)
class Work:
    """One audit that is to be done. `line` is a dip sample's line of enquiry; `chosen`: by people, not by lot."""

    child: Child
    audit_type: AuditType
    line: str = ""
    chosen: bool = False

    @property
    def key(self) -> str:
        """By what a row of one proposal is known in the next."""
        return self.child.number


@dataclass(frozen=True, slots=True)
class Month:
    """The audit month: its working days, in order, and the day on which audits are due back."""

    days: tuple[date, ...]
    audits_due: date

    def of(self, part: Part) -> tuple[date, ...]:
        """The working days there are for a part: to the day audits are due, and from that day on to moderate."""
        before = part is Part.AUDITOR
        return tuple(d for d in self.days if (d <= self.audits_due if before else d >= self.audits_due))


@dataclass(frozen=True, slots=True)
class KindRule:
    """Of one type of audit: how many children (of dip samples for each line of enquiry), and whose it is to audit."""

    children: int
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AllocationRules:
    """What a council sets in config/allocation.toml. `never` are the reasons that are never passed over; `chairs` the
    roles of those who may be a child's IRO or CP Chair; `trained_for` months before training lapses, 0 for never.
    `lines` are the cycle's lines of enquiry as the list has them, for dip samples where no child names one;
    `at_most` is what somebody takes of whom the register says nothing."""

    kinds: Mapping[AuditType, KindRule]
    moderators: tuple[str, ...]
    chairs: tuple[str, ...]
    strata: tuple[str, ...]
    never: frozenset[Reason]
    weights: Mapping[Wish, int]
    trained_for: int = 0
    auditor_days: int = 5
    moderator_days: int = 3
    lines: tuple[str, ...] = ()
    at_most: Mapping[Part, int] = field(default_factory=dict)

    def days_needed(self, part: Part) -> int:
        return self.auditor_days if part is Part.AUDITOR else self.moderator_days


@dataclass(frozen=True, slots=True)
class Agreed:
    """What an earlier proposal and the hands of people say of one row. `by_hand` are the parts that people filled in,
    which stay; `not_again` those they took off. `confirmed` is what they wrote as the day of confirming."""

    people: Mapping[Part, Person] = field(default_factory=dict)
    by_hand: frozenset[Part] = frozenset()
    not_again: Mapping[Part, frozenset[Person]] = field(default_factory=dict)
    confirmed: date | str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """All that a proposal is made from."""

    works: tuple[Work, ...]
    colleagues: tuple[Colleague, ...]
    rules: AllocationRules
    month: Month
    agreed: Mapping[str, Agreed] = field(default_factory=dict)
    seed: str = ""
    teams: frozenset[str] = frozenset()  # of all children of the frame, as they are written
    frame: tuple[Child, ...] = ()  # all of them, by which colleagues work for a team (of_the_frame.py)


@dataclass(frozen=True, slots=True)
class ProposedRow:
    """One audit and who is proposed. `against`: what speaks against what people filled in by hand, in sentences."""

    work: Work
    auditor: Person | None
    moderator: Person | None
    against: tuple[str, ...] = ()

    def person(self, part: Part) -> Person | None:
        return self.auditor if part is Part.AUDITOR else self.moderator


class Lever(StrEnum):
    """What can be changed so that a need is met."""

    BY_HAND = "taken back by hand"  # somebody put there, or the emptied cell of somebody taken off
    ONE_MORE = "takes one more"
    LEAVE_BACK = "back from leave"
    TRAINED = "trained"
    FACT_SAID = "fact said"
    MADE_CERTAIN = "written for certain"
    NEW_COLLEAGUE = "one more colleague"


@dataclass(frozen=True, slots=True)
class Writing:
    """A cell that nobody can read for certain. `word` is ours for its column; it stands in the line `of` a child (a
    Mosaic number) or a colleague (an address). `stands` is the team or number there that may be another."""

    word: str
    of: str
    stands: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to change: of `who`, of the child of an `audit`, or a new colleague of `role` who may take `number`.
    What was done by hand is of `who` in an `audit`; what keeps `who` away are `writings` to be made certain."""

    lever: Lever
    part: Part
    who: Person | None = None
    audit: str = ""
    role: str = ""
    number: int = 1
    writings: tuple[Writing, ...] = ()


@dataclass(frozen=True, slots=True)
class Shortage:
    """Audits that nobody is left for, why, and the smallest change found that meets it (none was found: empty).

    `says` is the whole in a sentence or two."""

    part: Part
    works: tuple[Work, ...]
    change: tuple[Step, ...]
    says: str


@dataclass(frozen=True, slots=True)
class Proposal:
    rows: tuple[ProposedRow, ...]
    shortages: tuple[Shortage, ...]
