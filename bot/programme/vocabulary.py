"""The words of the audit programme, settled once.

Every enum's value is the very word used in the rules, in the SharePoint list and in the letters, so that a
search for a word finds the whole concept. Sections (§) are those of the council's operational guide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.programme.list_columns import Column, Kind, bots_column, column


class Grade(StrEnum):
    """The four grades, best first (§2)."""

    OUTSTANDING = "Outstanding"
    GOOD = "Good"
    REQUIRES_IMPROVEMENT = "Requires Improvement"
    INADEQUATE = "Inadequate"

    @property
    def below_good(self) -> bool:
        return self in (Grade.REQUIRES_IMPROVEMENT, Grade.INADEQUATE)

    @property
    def in_full(self) -> str:
        """As people read it: the third grade has a longer name than the word the list uses (§2)."""
        return "Requires Improvement to be Good" if self is Grade.REQUIRES_IMPROVEMENT else self.value

    @property
    def rank(self) -> int:
        """0 is the best. For comparing grades, never for averaging them."""
        return list(Grade).index(self)


SPELLINGS: Mapping[str, Grade] = {
    **{grade.value.casefold(): grade for grade in Grade},
    "requires improvement to be good": Grade.REQUIRES_IMPROVEMENT,  # the guide's own name (§2)
    "ri": Grade.REQUIRES_IMPROVEMENT,
}
"""How a grade may be written where nobody has said more; config/audit_tool.toml knows further spellings."""


def grade_of(text: str) -> Grade | None:
    """The grade that a whole text is, or None; never one that merely occurs in it."""
    return SPELLINGS.get(" ".join(text.casefold().split()))


class AuditType(StrEnum):
    """The five kinds of row in the allocation list (§6, §10, §13, §15)."""

    FULL_TEAM_MANAGER = "Full – Team Manager"
    FULL_ADVANCED_PRACTITIONER = "Full – Advanced Practitioner"
    DIP_SAMPLE = "Dip sample"  # month one, 10 to 15 for each line of enquiry, no grade
    DIP_AUDIT = "Dip audit"  # six weeks after Requires Improvement or Inadequate
    RE_AUDIT = "Re-audit"  # at least 10 % of below-good work, in the next cycle

    @property
    def is_full(self) -> bool:
        return self in (AuditType.FULL_TEAM_MANAGER, AuditType.FULL_ADVANCED_PRACTITIONER)

    @property
    def is_moderated(self) -> bool:
        """Full audits are moderated (§7) and so are re-audits, "as usual" (§15)."""
        return self.is_full or self is AuditType.RE_AUDIT


class Scope(StrEnum):
    """What a rule is gone through for: each audit, each cycle, or once a month for the whole programme."""

    AUDIT = "audit"
    CYCLE = "cycle"
    MONTH = "month"
    NEW_HOLDER = "new holder"  # each person who has taken over a part in an audit


class Role(StrEnum):
    """Who a letter goes to. Three Heads of Service are three different people."""

    AUDITOR = "auditor"
    AUDITORS_HEAD_OF_SERVICE = "auditor's head of service"
    MODERATOR = "moderator"
    PRACTITIONER = "practitioner"
    TEAM_MANAGER = "team manager"
    HEAD_OF_SERVICE = "head of service"
    GROUP_MANAGER = "group manager"
    IRO_OR_CP_CHAIR = "iro or cp chair"
    AUDIT_TEAM = "audit team"  # the shared mailbox
    AUDIT_MANAGER = "audit manager"
    AUDIT_OFFICER = "audit officer"
    QUALITY_ASSURANCE_AUDIT_OFFICER = "quality assurance audit officer"
    HEAD_OF_LEARNING_ACADEMY = "head of learning academy"
    PRINCIPAL_SOCIAL_WORKER = "principal social worker"
    DIVISIONAL_DIRECTOR = "divisional director"
    PERFORMANCE_TEAM = "performance team"
    GROUP_MANAGER_OF_CP_CHAIRS_AND_IROS = "group manager of cp chairs and iros"
    AUDIT_LEAD = "audit lead"  # of a service: at the KLOE meeting, the action plan and the workshop (§6, §14)
    TRAINED_AUDITOR = "trained auditor"  # the training register, when a council keeps one in Audit roles (§6)
    # the internal services the row names (§9), by their own addresses
    SERVICES_INVOLVED = "services involved"

    @property
    def of_the_row(self) -> bool:
        """Whether the row of an audit names who it is."""
        return self in _OF_THE_ROW

    def of(self, scope: Scope) -> bool:
        """Whether there can be such a person for what a rule is gone through for: a cycle has its own Heads of Service
        and their Group Managers, a month only whom Audit roles name."""
        known = {Scope.CYCLE: (Role.HEAD_OF_SERVICE, Role.GROUP_MANAGER), Scope.MONTH: ()}.get(scope)
        return known is None or not self.of_the_row or self in known


_OF_THE_ROW = frozenset(
    {
        Role.AUDITOR, Role.AUDITORS_HEAD_OF_SERVICE, Role.MODERATOR, Role.PRACTITIONER, Role.TEAM_MANAGER,
        Role.HEAD_OF_SERVICE, Role.GROUP_MANAGER, Role.IRO_OR_CP_CHAIR, Role.SERVICES_INVOLVED,
    }
)  # fmt: skip


OF_THE_AUDIT_TEAM = (
    Role.AUDIT_TEAM, Role.AUDIT_MANAGER, Role.AUDIT_OFFICER, Role.QUALITY_ASSURANCE_AUDIT_OFFICER,
)  # fmt: skip
"""Those who run the programme."""

_AUDIT = (Scope.AUDIT, Scope.NEW_HOLDER)
_CYCLE = (Scope.CYCLE,)
_MONTH = (Scope.MONTH,)
_BOTH = (*_CYCLE, *_AUDIT)  # a cycle reaches it, and its audits know of it
_EACH = (*_AUDIT, *_CYCLE)  # an audit's, and by its month the cycle's
_SET = True


class Milestone(StrEnum):
    """Things that happen to an audit, or dates that are set for it. A rule's `when` and `unless` are these.

    `of`: to what it can happen, first of all to what it is of. `is_set`: a date that a deadline of config/rules.toml
    sets.
    """

    _value_: str
    of: tuple[Scope, ...]
    is_set: bool

    def __new__(cls, word: str, of: tuple[Scope, ...] = _AUDIT, is_set: bool = False) -> Milestone:
        member = str.__new__(cls, word)
        member._value_ = word
        member.of = of
        member.is_set = is_set
        return member

    # of the cycle
    MONTH_ONE = "month one", _BOTH  # the first day of the audit month
    KLOE_MEETING = "kloe meeting", _BOTH
    KLOE_MEETING_ARRANGED = "kloe meeting arranged", _CYCLE  # its date is in the list
    ALL_CONFIRMED = "all confirmed", _CYCLE  # no audit of the cycle waits for the Head of Service any more
    CYCLE_COMPLETE = "cycle complete", _BOTH, _SET  # every audit moderated, or the day that closes the month
    DIP_REPORT_SENT = "dip report sent", _CYCLE
    DIP_REPORT_SIGNED_OFF = "dip report signed off", _CYCLE
    BOARD_MEETING = "board meeting", _CYCLE  # of the CSCIB
    ACTION_PLAN_AGREED = "action plan agreed", _CYCLE
    WORKSHOP_HELD = "workshop held", _CYCLE
    NEXT_CYCLE_PLANNED = "next cycle planned", _CYCLE  # a later cycle of the same services is in the list
    # at the KLOE meeting; without it, on the day it was due
    KLOES_AGREED = "lines of enquiry agreed", _BOTH, _SET
    ROWS_ADDED = "rows added", _CYCLE  # audits that came into the list after it went out to be confirmed
    # of the calendar
    MONTH_BEGAN = "month began", _MONTH
    # of one audit
    CONFIRMED = "confirmed"
    AUDIT_SENT = "audit sent"
    AUDIT_RETURNED = "audit returned"
    MODERATION_REQUESTED = "moderation requested"  # of the moderator the row names now
    MODERATED = "moderated"
    READY_TO_MODERATE = "ready to moderate"  # came back; for an Inadequate also while it is being corrected
    # the day since which the auditor's own grade is Inadequate
    AUDITOR_INADEQUATE = "auditor graded inadequate"
    GRADED_INADEQUATE = "graded inadequate"  # the day since which the grade that counts is Inadequate
    # people were alerted, and another grade counts now or its steps were ended
    INADEQUATE_NO_LONGER = "inadequate no longer"
    GRADE_SETTLED = "grade settled"  # the day since which the moderated or final grade counts
    UOPP_NEEDED = "uopp meeting needed"  # the day from which on a meeting counts as one about this grade
    MODERATION_ASKED = "moderation asked for"  # of anybody; so the next three
    URGENT_ISSUES_ASKED = "urgent issues asked for"
    UOPP_ASKED = "uopp meeting asked for"
    UOPP_RECORD_ASKED = "uopp record asked for"
    SAFETY_STEPS_ENDED = "safety steps ended"  # on the Audit Manager's word, of an audit that was withdrawn
    URGENT_ISSUES_DONE = "urgent issues done"
    UOPP_HELD = "uopp meeting held"
    UOPP_RECORD_SENT = "uopp record sent"
    REVIEW_UOPP_HELD = "review uopp held"
    PROGRESS_REPORTED = "progress reported"  # the latest weekly report of the Head of Service
    WEEKLY_REPORTS_ENDED = "weekly reports ended"
    SIX_WEEK_CHECKED = "six-week check done"
    IMPROVED = "improved"  # the latest grade after moderation is Good or better
    DISPUTED = "disputed"
    FINALLY_DECIDED = "finally decided"
    DECLARED_INVALID = "declared invalid"
    DIP_COMPLETED = "dip sample completed"
    RECTIFICATION_ASKED = "rectification asked"
    CAME_BACK_INCOMPLETE = "came back incomplete"  # and no complete one has come since
    SENT_BACK_BY_MODERATOR = "sent back by the moderator"  # by their latest moderation
    # dates that are set, by a deadline in config/rules.toml
    AUDIT_DUE = "audit due", _EACH, _SET
    RETURN_DATE_GIVEN = "return date given"  # a date of the row's own
    MODERATION_DUE = "moderation due", _EACH, _SET
    URGENT_ISSUES_DUE = "urgent issues due", _AUDIT, _SET
    UOPP_DUE = "uopp due", _AUDIT, _SET
    UOPP_RECORD_DUE = "uopp record due", _AUDIT, _SET
    REVIEW_UOPP_DUE = "review uopp due", _AUDIT, _SET
    SIX_WEEK_CHECK_DUE = "six-week check due", _AUDIT, _SET
    IMPROVEMENT_DUE = "improvement due", _AUDIT, _SET
    DECISION_DUE = "decision due", _AUDIT, _SET
    RECTIFICATION_DUE = "rectification due"
    DIP_DUE = "dip sample due", _EACH, _SET
    KLOE_MEETING_DUE = "kloe meeting due", _BOTH, _SET
    LIST_DUE = "list due", _BOTH, _SET
    CONFIRMATION_DUE = "confirmation due", _BOTH, _SET
    MONTH_ONE_ENDS = "month one ends", _BOTH, _SET
    ACTION_PLAN_DUE = "action plan due", _BOTH, _SET
    NEXT_CYCLE_DUE = "next cycle due", _BOTH, _SET


class Status(StrEnum):
    """What the bot writes in the list's Status column."""

    AWAITING_CONFIRMATION = "Awaiting confirmation"
    READY_TO_SEND = "Ready to send"
    WITH_AUDITOR = "With auditor"
    RETURNED_TO_AUDITOR = "Returned to auditor"
    WITH_MODERATOR = "With moderator"
    URGENT_ISSUES_OPEN = "Urgent issues open"
    UOPP_TO_BE_HELD = "UoPP to be held"
    # the meeting was held; its record, reports, review or six-week check are owed
    FOLLOWED_UP = "Being followed up"
    COMPLETE = "Complete"
    ON_HOLD = "On hold"
    IN_DISPUTE = "In dispute"
    EXEMPTED = "Exempted"
    WITHDRAWN = "Withdrawn"
    INVALID = "Invalid"
    NEEDS_A_PERSON = "Needs a person"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the council. `email` is lower case; equality of two people is equality of their email."""

    name: str = field(compare=False)
    email: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "email", self.email.strip().lower())


class Vacant(StrEnum):
    """What of an audit has fallen out, so that another comes in its place (§7, X30)."""

    CHILD = "child"
    AUDITOR = "auditor"
    MODERATOR = "moderator"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a person should look at: a value shown to people, never raised.

    `where` is a place they can go to ("Audit allocations, FSP-2026-03-014", "Section 8, Overall grade");
    `what` says what is wrong; `who` can put it right. `kind` is that of matters.py where the place does not tell it.
    `vacant`: what of the row could be filled again.
    """

    where: str
    what: str
    who: str = "the Audit Team"
    kind: str = field(default="", compare=False)
    vacant: Vacant | None = field(default=None, compare=False)


class RecordKind(StrEnum):
    """What comes back about an audit after its moderation (§10, §13)."""

    UOPP = "record of the UoPP meeting"
    REVIEW = "record of the review UoPP meeting"
    SIX_WEEKS = "six-week check"


@dataclass(frozen=True, slots=True)
class Record:
    """What such a form says that belongs into the list, and nothing else of it. `doubts` say what could not be read."""

    kind: RecordKind
    on: date | None
    grade: Grade | None = None
    drift: bool | None = None
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ToEnter:
    """What the Audit Team should enter in a row: the column as it is called in the list, who told it (a name), how."""

    column: str
    value: str
    by: str
    how: str = "by the button of a letter"


@dataclass(frozen=True, slots=True)
class Cycle:
    """One row of the list "Audit cycles": one service group, one audit month (§3 to §6)."""

    item_id: str
    name: str = column("Title", "“Family Support and Protection, March 2026”", essential=True)
    service_group: str = column("Service group", kind=Kind.CHOICE)
    month_one: date | None = column("Month one", "the first day of the audit month", essential=True)
    kloe_meeting_on: date | None = column("KLOE meeting on", default=None)
    kloes: tuple[str, ...] = column("KLOEs", "the lines of enquiry", default=())
    heads_of_service: tuple[Person, ...] = column("Heads of Service", default=())
    dip_report_sent_on: date | None = column(
        "Dip report sent on", "to the Audit Officer and the Principal Social Worker", done=True, default=None
    )
    dip_report_signed_off_on: date | None = column("Dip report signed off on", done=True, default=None)
    board_meeting_on: date | None = column(
        "Board meeting on", "the CSCIB that takes this cycle's report", default=None
    )
    action_plan_agreed_on: date | None = column("Action plan agreed on", done=True, default=None)
    workshop_held_on: date | None = column("Workshop held on", done=True, default=None)
    open: bool = column(
        "Status", "Planned, Open or Closed; nothing is sent for a closed cycle", kind=Kind.CHOICE,
        essential=True, word="status", default=True,
    )  # fmt: skip
    reported: tuple[ToEnter, ...] = field(default=(), compare=False)  # as in an allocation (cycle_replies.py)


@dataclass(frozen=True, slots=True)
class RoleHolder:
    """One row of the list "Audit roles". `service` None means every service; the dates are inclusive."""

    role: Role = column("Title", "one of the roles below", kind=Kind.TEXT, essential=True)
    person: Person = column("Person", essential=True)
    service: str | None = column("Service", "empty for every service", default=None)
    since: date | None = column("From", default=None)
    until: date | None = column("To", default=None)

    def holds_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Allocation:
    """One row of the list "Audit allocations": the audit of one child's work.

    The columns declared here are the people's, which the bot reads and never writes. `written` is what stands in
    the bot's own columns now (our name for the column -> value as text, date or None). `reported` says what stands
    in the people's columns only because a reply told it so far (reported_by_reply.py).
    """

    item_id: str
    etag: str
    reference: str = column(
        "Title", "“FSP-2026-03-014”; a row that says something else stops", essential=True
    )
    cycle: str = column("Cycle", kind=Kind.ROW, essential=True)
    audit_type: AuditType = column("Audit type", essential=True)
    child_name: str = column("Child's name", default="")
    mosaic_number: str = column("Mosaic number", default="")
    date_of_birth: date | None = column("Date of birth", default=None)
    ethnicity: str = column("Ethnicity", default="")
    outcome_type: str = column("Outcome type", kind=Kind.CHOICE, default="")
    team: str = column("Team", default="")
    practitioner: Person | None = column("Practitioner", essential=True, default=None)
    team_manager: Person | None = column("Team Manager", default=None)
    auditor: Person | None = column("Auditor", essential=True, default=None)
    auditors_head_of_service: Person | None = column("Auditor's Head of Service", default=None)
    moderator: Person | None = column("Moderator", essential=True, default=None)
    head_of_service: Person | None = column("Head of Service", default=None)
    group_manager: Person | None = column("Group Manager", default=None)
    iro_or_cp_chair: Person | None = column("IRO or CP Chair", default=None)
    services_involved: tuple[str, ...] = column("Services involved", default=())
    confirmed_on: date | None = column(
        "Confirmed on",
        "by the Head of Service; nothing goes out before",
        essential=True,
        done=True,
        default=None,
    )
    exempted_by: Person | None = column(
        "Exempted by", "only the auditor's Head of Service can", protects=True, default=None
    )
    exempted_on: date | None = column("Exempted on", protects=True, done=True, default=None)
    withdrawn: bool = column("Withdrawn", protects=True, default=False)
    restricted: bool = column(
        "Restricted", "a locked record: no identifiers leave the list", protects=True, default=False
    )
    hold_until: date | None = column("Hold until", protects=True, default=None)
    hold_why: str = column("Hold why", "alone: until it is emptied", protects=True, default="")
    hold_letters: tuple[str, ...] = column(
        "Hold letters", "a letter on each line: “Audit reminder until 18 March”, “skip Audit reminder”, “all”",
        protects=True, default=(),
    )  # fmt: skip
    return_by: date | None = column(
        "Return by", "this audit's own date, where its auditor has longer than the others", default=None
    )
    rectification_by: date | None = column("Return for rectification by", default=None)
    urgent_issues_done_on: date | None = column("Urgent issues done on", done=True, default=None)
    uopp_held_on: date | None = column("UoPP held on", done=True, default=None)
    uopp_record_sent_on: date | None = column(
        "UoPP record sent on",
        "to the Team Manager, practitioner and Head of Service",
        done=True,
        default=None,
    )
    grade_after_uopp: Grade | None = column("Grade after UoPP", default=None)
    review_uopp_held_on: date | None = column("Review UoPP held on", done=True, default=None)
    weekly_reports_ended_on: date | None = column(
        "Weekly reports ended on", "on the Audit Manager's word", done=True, default=None
    )
    safety_steps_ended_on: date | None = column(
        "Safety steps ended on",
        "of a withdrawn Inadequate, on the Audit Manager's word",
        done=True,
        default=None,
    )
    six_week_checked_on: date | None = column(
        "Six-week check on", "the Audit Team's dip audit of work below Good", done=True, default=None
    )
    drift: bool | None = column("Drift", "what the six-week check found", default=None)
    grade_at_six_weeks: Grade | None = column("Grade at six weeks", default=None)
    disputed_on: date | None = column("Disputed on", done=True, default=None)
    finally_decided_on: date | None = column("Finally decided on", done=True, default=None)
    final_grade: Grade | None = column("Final grade", protects=True, default=None)
    declared_invalid_on: date | None = column("Declared invalid on", protects=True, done=True, default=None)
    dip_completed_on: date | None = column(
        "Dip completed on", "of dip samples and dip audits", done=True, default=None
    )
    earlier_audit: str = column(
        "Earlier audit", "the reference a re-audit or dip audit goes back to", default=""
    )
    kloe: str = column(
        "Line of enquiry", "of a dip sample: the line of enquiry it is for, or its number", default=""
    )
    note: str = column("Note", default="")
    written: Mapping[str, str | date | None] = field(default_factory=dict, compare=False)
    # of a row deleted and entered again: its id in the list now
    row_id: str = field(default="", compare=False)
    reported: tuple[ToEnter, ...] = field(default=(), compare=False)
    # cells that say something unknown, told
    not_understood: tuple[str, ...] = field(default=(), compare=False)

    @property
    def exempted(self) -> bool:
        """Whether the auditor is exempted: only by their own Head of Service (§7)."""
        by = self.exempted_by
        return self.exempted_on is not None and by is not None and by == self.auditors_head_of_service

    @property
    def left_out(self) -> bool:
        """Withdrawn, exempted or declared invalid: not counted, not awaited, and no letter goes (§7, X30)."""
        return self.withdrawn or self.exempted or self.declared_invalid_on is not None

    def on_hold(self, today: date) -> bool:
        """Whether a person has said that nothing goes out for the row, until a day or until they say otherwise."""
        return today < self.hold_until if self.hold_until else bool(self.hold_why)

    def person(self, role: Role) -> Person | None:
        """The person the row names in that role, or None where it names none or the role is not a row's."""
        if not role.of_the_row or role is Role.SERVICES_INVOLVED:
            return None
        named: Person | None = getattr(self, role.name.lower())  # the columns are called as the roles are
        return named

    @property
    def people(self) -> list[Person]:
        """Everybody the row names in a role, in the order of the roles; one person may stand there twice."""
        return [person for person in map(self.person, Role) if person]


BOT_COLUMNS: Mapping[str, Column] = {
    column.word: column
    for column in (
        bots_column("status", "Status", "how far the audit is"),
        bots_column("next_step", "Next step", "who does what, by when"),
        bots_column("audit_sent_on", "Audit sent on", "", Kind.DAY),
        bots_column("audit_due", "Audit due", "", Kind.DAY),
        bots_column("audit_returned_on", "Audit returned on", "", Kind.DAY),
        bots_column("auditors_grade", "Auditor's grade", "as read from the form"),
        bots_column("completeness", "Completeness", "what the form lacks"),
        bots_column("moderation_due", "Moderation due", "", Kind.DAY),
        bots_column("moderated_on", "Moderated on", "", Kind.DAY),
        bots_column("moderated_grade", "Moderated grade", "as read from the form"),
        bots_column("family_feedback", "Family feedback", "Yes or No"),
        bots_column("practitioner_feedback", "Practitioner feedback", "Yes or No"),
        bots_column("uopp_due", "UoPP due", "", Kind.DAY),
        bots_column("document_link", "Document link", "where the returned form is filed"),
        bots_column("last_letter", "Last letter", ""),
        bots_column("bots_note", "Bot's note", ""),
    )
}
"""The columns of the allocation list that the bot writes."""


class Part(StrEnum):
    """Which part of the audit tool a returned file carries."""

    AUDITOR = "auditor"
    MODERATOR = "moderator"
    BOTH = "both"
