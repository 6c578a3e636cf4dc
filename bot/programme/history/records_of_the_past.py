"""What the ledger tells of single things: one letter, one file that came back, one question, one audit.

Each is made from events (folded.py) and only read by others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bot.programme.messages.buttons import Report
from bot.programme.messages.offers import Offer
from bot.programme.vocabulary import Grade, Record


class LetterState(StrEnum):
    INTENDED = "intended"
    DRAFTED = "drafted"
    SENDING = "sending"
    SUBMITTED = "submitted"
    SENT = "sent"
    LEFT_AS_DRAFT = "left as draft"
    HELD = "held"
    CANCELLED = "cancelled"


@dataclass(slots=True)
class LetterHistory:
    """One letter. `on` is the London date of its latest state; `to` and `cc` are addresses."""

    key: str
    state: LetterState
    on: date
    about: str = ""
    rule: str = ""
    letter: str = ""
    occasion: str = ""
    audit: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    why: str = ""
    reason: str = ""
    covers: tuple[str, ...] = ()  # keys of the letters this one stands for
    carried_by: str = ""  # key of the letter that stands for this one
    draft: str = ""  # the message id of its draft
    as_written: str = ""  # a fingerprint of that draft
    of_live: bool = False  # it has gone live, as a trial sees it
    erased: bool = False  # what it was is known no longer: its contents were erased from the ledger

    @property
    def spoken_for(self) -> bool:
        """Sent, on its way, or with a person: in every case not to be planned again."""
        return self.state not in (LetterState.INTENDED, LetterState.DRAFTED, LetterState.CANCELLED)

    @property
    def nameless(self) -> bool:
        """Found in the mailbox, and as yet nobody knows what it was. Of one whose contents were erased nobody is to."""
        return self.gone and not self.rule and not self.erased

    @property
    def gone(self) -> bool:
        return self.state in (LetterState.SUBMITTED, LetterState.SENT, LetterState.LEFT_AS_DRAFT)


@dataclass(frozen=True, slots=True)
class Returned:
    """One file that came back and was accepted: the auditor's part or the moderator's."""

    at: datetime
    on: date
    sha256: str
    grade: Grade | None
    family_feedback: bool | None
    practitioner_feedback: bool | None
    incomplete: bool
    problems: tuple[str, ...]
    url: str
    name: str
    file: str = ""  # the ids of its drive and its own in the document library
    content_sha256: str = ""  # of what it says, whatever properties a library writes into it
    sent_back: bool = False  # a moderation that gives the audit back to its auditor
    came_in: str = ""  # the id of its message
    family: str = ""  # what became of asking the family, in the words of reports/audit_record.py
    taken_over: bool = False  # told by the Audit Team's spreadsheet when the bot began: there is no file

    @property
    def waits_for_the_library(self) -> bool:
        """Whether it was acted on before the document library took it."""
        return not self.file and not self.url


@dataclass(frozen=True, slots=True)
class FiledRecord:
    """The record of a UoPP meeting or a six-week check that was accepted. `by` is an address."""

    record: Record
    by: str
    file: Returned


@dataclass(frozen=True, slots=True)
class Alarm:
    """An Inadequate read in a file of an audit's auditor that differs from the one acted on, and is held."""

    at: datetime
    on: date
    sender: str


class Says(StrEnum):
    """What a person can say about a letter that is to go out."""

    HOLD = "hold"
    SKIP = "skip"
    GO = "go"


@dataclass(frozen=True, slots=True)
class LetterWord:
    """What was said about one letter, or about all that waited when letters began to go out. `by` is an address."""

    says: Says
    on: date
    by: str
    until: date | None = None
    takes_on: str = ""  # who takes an alert on instead


@dataclass(slots=True)
class AuditHistory:
    returns: list[Returned] = field(default_factory=list)
    moderations: list[Returned] = field(default_factory=list)
    incomplete_on: list[date] = field(default_factory=list)  # held returns with something missing
    incomplete_reasons: list[str] = field(default_factory=list)
    rectification_asked_on: dict[date, date] = field(default_factory=dict)  # by -> the day it was first seen
    decisions_seen: list[tuple[Grade | None, date]] = field(default_factory=list)
    # the final grades that stood in the list one after another, each with the day it was first seen; None: taken out
    disagreements_seen: list[tuple[date | None, date]] = field(default_factory=list)
    # “Disputed on” as it stood in the list one day after another, each with the day it was first seen so
    withdrawn_seen: list[tuple[bool, date]] = field(default_factory=list)
    # whether “Withdrawn” stood in the list, each time it changed, with the day it was first seen so
    ever_written: dict[str, set[str | None]] = field(default_factory=dict)  # our column -> values we wrote
    alarms: list[Alarm] = field(default_factory=list)  # an Inadequate in a file that was held as differing
    reports: list[Report] = field(default_factory=list)  # what people told by a button
    records: list[FiledRecord] = field(default_factory=list)  # what they told by a form after moderation

    @property
    def files(self) -> list[Returned]:
        """Every file of this audit that was taken in."""
        found = [*self.returns, *self.moderations, *(filed.file for filed in self.records)]
        return [file for file in found if not file.taken_over]


@dataclass(frozen=True, slots=True)
class Question:
    """Something that was put to a person. `about` is the list item id, when it is known."""

    at: datetime
    on: date
    about: str
    reason: str
    sender: str
    message: str
    folder: str = ""  # id of the folder a person had put the message into, where it was left; otherwise ""
    place: str = ""  # that folder's name
    key: str = ""
    category: str = ""
    form: bool = False  # a form came, and is held
    may_be_inadequate: bool = False
    of_moderator: bool = False  # what a moderator said in a moderation that was taken in
    offers: tuple[Offer, ...] = ()  # what the Audit Team may say about it by a button
    unread: bool = False  # nobody can tell yet what grade it holds
    stays: bool = False  # its message could not be taken in and is tried again, wherever it lies
    doubt: str = ""  # why its sender is not taken at their word
    theirs: bool = True  # it is from whoever has that part in the audit, or from Exchange itself


@dataclass(frozen=True, slots=True)
class Bounce:
    """A letter that failed for good: the day, the report's message id, and the list item the letter was about."""

    on: date
    message: str
    about: str


@dataclass(frozen=True, slots=True)
class LastSeen:
    """A row of the list as it stood last (deleted_rows.py). `child` is a code; `runs` says that letters are out or
    something came back, and that something is still owed; `gone_on` is the day it was found deleted, or ""."""

    reference: str
    cycle: str  # its list item id
    child: str
    status: str
    runs: bool
    inadequate: bool
    steps: tuple[str, ...] = ()  # what an Inadequate still calls for
    gone_on: str = ""
