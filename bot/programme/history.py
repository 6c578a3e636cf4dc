"""What the ledger tells, folded into one picture: each letter's state, what came back for each audit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from bot.programme.buttons import Command, Report
from bot.programme.events import Event, EventKind
from bot.programme.held_reasons import CHANGED, UNDELIVERED
from bot.programme.modes import Mode
from bot.programme.offers import TAKE, VOUCH, Offer, offer_from, offers_from
from bot.programme.vocabulary import Grade, Record, RecordKind


class LetterState(StrEnum):
    INTENDED = "intended"
    DRAFTED = "drafted"
    SENDING = "sending"
    SUBMITTED = "submitted"
    SENT = "sent"
    LEFT_AS_DRAFT = "left as draft"
    HELD = "held"
    CANCELLED = "cancelled"


_LETTER_STATES = {
    EventKind.LETTER_INTENDED: LetterState.INTENDED,
    EventKind.LETTER_DRAFTED: LetterState.DRAFTED,
    EventKind.LETTER_SENDING: LetterState.SENDING,
    EventKind.LETTER_SUBMITTED: LetterState.SUBMITTED,
    EventKind.LETTER_SENT: LetterState.SENT,
    EventKind.LETTER_LEFT_AS_DRAFT: LetterState.LEFT_AS_DRAFT,
    EventKind.LETTER_HELD: LetterState.HELD,
    EventKind.LETTER_CANCELLED: LetterState.CANCELLED,
}


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

    @property
    def spoken_for(self) -> bool:
        """Sent, on its way, or with a person: in every case not to be planned again."""
        return self.state not in (LetterState.INTENDED, LetterState.DRAFTED, LetterState.CANCELLED)

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
    ever_written: dict[str, set[str | None]] = field(default_factory=dict)  # our column -> values we wrote
    alarms: list[Alarm] = field(default_factory=list)  # an Inadequate in a file that was held as differing
    reports: list[Report] = field(default_factory=list)  # what people told by a button
    records: list[FiledRecord] = field(default_factory=list)  # what they told by a form after moderation

    @property
    def files(self) -> list[Returned]:
        """Every file of this audit that was taken in."""
        return [*self.returns, *self.moderations, *(filed.file for filed in self.records)]

    def filed(self, stored: Event) -> None:
        """A file that waited for the document library lies there now."""
        data = stored.data

        def now(file: Returned) -> Returned:
            if file.sha256 != data.get("sha256") or not file.waits_for_the_library:
                return file
            return replace(file, url=_text(data, "url"), name=_text(data, "name"), file=_text(data, "file"))

        self.returns = [*map(now, self.returns)]
        self.moderations = [*map(now, self.moderations)]
        self.records = [replace(filed, file=now(filed.file)) for filed in self.records]


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


@dataclass(slots=True)
class History:
    letters: dict[str, LetterHistory] = field(default_factory=dict)
    audits: dict[str, AuditHistory] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    seen: dict[str, Event] = field(default_factory=dict)  # message id -> the event
    seen_internet_ids: dict[str, str] = field(default_factory=dict)  # internet message id -> message id
    filed: set[str] = field(default_factory=set)  # message ids
    filed_in: dict[str, str] = field(default_factory=dict)  # message id -> the folder it was last put into
    again: dict[str, list[datetime]] = field(default_factory=dict)  # message id -> when it was read again
    tried: dict[str, str] = field(
        default_factory=dict
    )  # message id -> digest of what it was last held against
    folders: dict[str, str] = field(default_factory=dict)  # our name for a folder -> its id
    reading_from: date | None = None  # nothing received before this day is touched
    gone_through: tuple[datetime, datetime] | None = None  # the whole mailbox, from when to when
    files: dict[str, set[str]] = field(default_factory=dict)  # list item id -> sha256 of files already known
    away: dict[str, tuple[date, str]] = field(default_factory=dict)  # address -> day of the automatic reply
    sent_ids: dict[str, str] = field(default_factory=dict)  # our letters' internet message ids -> letter key
    bounced: dict[str, list[Bounce]] = field(default_factory=dict)  # address -> letters that came back
    shown: dict[str, Mapping[str, str]] = field(
        default_factory=dict
    )  # letter key -> item id -> code of the row
    protection: dict[str, Mapping[str, tuple[str, str]]] = field(default_factory=dict)
    # list item id -> our word -> the id of its column and what it said, of what protected a row when it was last seen
    last_seen: dict[str, LastSeen] = field(
        default_factory=dict
    )  # list item id -> the row when it was last there
    letter_words: dict[str, list[LetterWord]] = field(default_factory=dict)  # code -> what was said, in order
    live_since: date | None = None  # letters go to people since that day
    last_mode: str = ""  # of the last run that came to its end
    last_run_on: date | None = None
    last_live_on: date | None = None  # of a run that was live, or of an older bot that did not say
    team_said: dict[tuple[str, str, str], Event] = field(
        default_factory=dict
    )  # word, matter and choice -> the first event
    first_told: dict[str, date] = field(default_factory=dict)  # code of a matter -> the day it was told first
    taken_up: dict[str, list[Offer]] = field(default_factory=dict)  # message id -> offers it is read by again
    settled: set[str] = field(default_factory=set)  # keys of questions and codes of matters settled by it
    cursor: str = ""
    lists_read_at: datetime | None = None  # when a run that read the lists last came to its end
    daily_run_on: date | None = None  # the day of the last daily run
    rules_tried: str = (
        ""  # the code of the rule book that was last tried as a whole, and found to mean something
    )
    still_waiting: frozenset[str] | None = None  # messages in "Please look at" now; None: nobody has looked
    _about: dict[str, list[str]] = field(default_factory=dict)  # about -> letter keys
    _asked: dict[str, list[Question]] = field(default_factory=dict)  # about -> questions

    def audit(self, item_id: str) -> AuditHistory:
        return self.audits.setdefault(item_id, AuditHistory())

    def times_again(self, message: str) -> str:
        """How often a message was read again, as the end of a key; "" for never."""
        return str(len(self.again.get(message, ())) or "")

    def letters_about(self, about: str) -> list[LetterHistory]:
        """The letters that went out about one audit, in the order they were begun."""
        return [self.letters[key] for key in self._about.get(about, ()) if self.letters[key].gone]

    def held_letters(self, about: str) -> list[LetterHistory]:
        """The letters about one thing of which nobody knows whether they have gone: a person finds out."""
        letters = (self.letters[key] for key in self._about.get(about, ()))
        return [letter for letter in letters if letter.state is LetterState.HELD]

    def letters_of_rule(self, about: str, rule: str) -> list[LetterHistory]:
        """The letters of one rule about one thing that went out, are on their way or are with a person."""
        letters = (self.letters[key] for key in self._about.get(about, ()))
        return [letter for letter in letters if letter.rule == rule and letter.spoken_for]

    def open_questions(self, about: str | None = None) -> list[Question]:
        """Questions, of one audit or of all, not yet answered by a good return of the same audit, nor taken out of
        the folder by a person."""
        return [
            question
            for question in (self.questions if about is None else self._asked.get(about, ()))
            if not self._answered(question)
            and question.key not in self.settled
            and not any(moment > question.at for moment in self.again.get(question.message, ()))
            and self._waits(question)
        ]

    def _waits(self, question: Question) -> bool:
        """Whether its message still lies where a person is to look, or has still to be taken in."""
        if question.stays:
            return question.message not in self.filed
        return self.still_waiting is None or question.message in self.still_waiting

    def _answered(self, question: Question) -> bool:
        if question.category == UNDELIVERED:
            return False  # whoever has not had a letter has not had it, whatever comes back from others
        audit = self.audits.get(question.about)
        if audit is None:
            return False
        parts = audit.moderations if question.of_moderator else [*audit.returns, *audit.moderations]
        return any(returned.at > question.at for returned in parts)

    def take(self, events: Iterable[Event]) -> None:
        """Fold further events in, in the order of the ledger."""
        for event in events:
            if event.kind in _LETTER_STATES:
                self._take_letter(event)
            else:
                self._take_other(event)

    def _take_letter(self, event: Event) -> None:
        key = event.key.partition("#")[0]
        state = _LETTER_STATES[event.kind]
        letter = self._letter(key, state, event, event.about)
        data = event.data
        letter.state, letter.on = state, _on(event)
        letter.draft = _text(data, "message_id") or letter.draft
        if internet_id := _text(data, "internet_message_id"):
            self.sent_ids[internet_id] = key
        if state is LetterState.INTENDED or "rule" in data:
            letter.about = event.about or letter.about
            letter.rule, letter.letter = _text(data, "rule"), _text(data, "letter")
            letter.occasion, letter.audit = _text(data, "occasion"), _text(data, "audit")
            letter.to, letter.cc = _texts(data, "to"), _texts(data, "cc")
            letter.why = _text(data, "why")
            letter.carried_by = ""  # begun on its own now, whatever letter stood for it before
            letter.covers = tuple(self._carried(part, letter, event) for part in _mappings(data, "covers"))
        elif "why" in data:
            letter.reason = _text(data, "why")
        for covered in letter.covers:
            member = self.letters[covered]
            if member.carried_by != letter.key:
                continue
            member.state, member.on, member.reason = state, letter.on, letter.reason

    def _letter(self, key: str, state: LetterState, event: Event, about: str) -> LetterHistory:
        letter = self.letters.get(key)
        if letter is None:
            letter = self.letters[key] = LetterHistory(key, state, _on(event), about)
            self._about.setdefault(about, []).append(key)
        elif about and not letter.about:  # adopted, and known by now for what it was
            letter.about = about
            self._about.setdefault(about, []).append(key)
        return letter

    def _carried(self, part: Mapping[str, Any], whole: LetterHistory, event: Event) -> str:
        """One of the letters a letter stands for: whatever becomes of the whole becomes of it."""
        member = self._letter(_text(part, "key"), whole.state, event, _text(part, "about"))
        member.rule, member.letter = _text(part, "rule"), _text(part, "letter")
        member.occasion, member.audit = _text(part, "occasion"), _text(part, "audit")
        member.to, member.cc, member.why = whole.to, whole.cc, _text(part, "why")
        member.carried_by = whole.key
        return member.key

    def _take_other(self, event: Event) -> None:
        data = event.data
        match event.kind:
            case EventKind.AUDIT_RETURNED:
                self.audit(event.about).returns.append(_returned(event))
                self.files.setdefault(event.about, set()).add(_text(data, "sha256"))
            case EventKind.MODERATION_RETURNED:
                self.audit(event.about).moderations.append(_returned(event))
                self.files.setdefault(event.about, set()).add(_text(data, "sha256"))
            case EventKind.RECORD_RETURNED:
                self.audit(event.about).records.append(_filed_record(event))
                self.files.setdefault(event.about, set()).add(_text(data, "sha256"))
            case EventKind.DOCUMENT_STORED:
                self.audit(event.about).filed(event)
            case EventKind.RECTIFICATION_SEEN:
                by = date.fromisoformat(_text(data, "by"))
                self.audit(event.about).rectification_asked_on.setdefault(by, _on(event))
            case EventKind.DECISION_SEEN:
                grade = Grade(_text(data, "grade")) if data.get("grade") else None
                self.audit(event.about).decisions_seen.append((grade, _on(event)))
            case EventKind.DISAGREEMENT_SEEN:
                disputed = date.fromisoformat(_text(data, "disputed")) if data.get("disputed") else None
                self.audit(event.about).disagreements_seen.append((disputed, _on(event)))
            case EventKind.NEEDS_A_PERSON:
                if any(question.key == event.key for question in self._asked.get(event.about, ())):
                    return  # read a second time after a run that broke off: the ledger keeps the first
                on = _on(event)
                question = Question(
                    event.at,
                    on,
                    event.about,
                    _text(data, "reason"),
                    _text(data, "sender"),
                    event.key.partition("#")[0],
                    _text(data, "folder"),
                    _text(data, "place"),
                    event.key,
                    _text(data, "category"),
                    data.get("form") is True,
                    data.get("may_be_inadequate") is True,
                    data.get("of_moderator") is True,
                    offers_from(data.get("offers")),
                    data.get("unread") is True,
                    data.get("stays") is True,
                )
                self.questions.append(question)
                self._asked.setdefault(event.about, []).append(question)
                if (
                    data.get("category") == CHANGED
                    and Grade.INADEQUATE in _texts(data, "grades")
                    and event.about
                ):
                    self.audit(event.about).alarms.append(Alarm(event.at, on, _text(data, "sender")))
                if data.get("incomplete") and event.about:
                    self.audit(event.about).incomplete_on.append(on)
                    self.audit(event.about).incomplete_reasons.append(_text(data, "reason"))
            case EventKind.MESSAGE_SEEN:
                self.seen[event.key] = event
                if internet_id := _text(data, "internet_message_id"):
                    self.seen_internet_ids.setdefault(internet_id, event.key)
            case EventKind.MESSAGE_FILED:
                message = event.key.partition("#")[0]
                self.filed.add(message)
                self.filed_in[message] = _text(data, "folder")
            case EventKind.MESSAGE_READ_AGAIN:
                self.filed.discard(event.about)
                self.again.setdefault(event.about, []).append(event.at)
            case EventKind.MESSAGE_TRIED:
                self.tried[_text(data, "message")] = _text(data, "against")
            case EventKind.FOLDER_KNOWN:
                self.folders[_text(data, "name")] = _text(data, "id")
            case EventKind.READING_BEGINS:
                self.reading_from = _on(event)
            case EventKind.MAILBOX_GONE_THROUGH:
                self.gone_through = (
                    datetime.fromisoformat(_text(data, "since")),
                    datetime.fromisoformat(_text(data, "to")),
                )
            case EventKind.AUTOMATIC_REPLY_SEEN:
                self.away[_text(data, "sender")] = (_on(event), _text(data, "until"))
            case EventKind.LETTER_BOUNCED:
                bounce = Bounce(_on(event), event.key.partition("#")[0], event.about)
                self.bounced.setdefault(_text(data, "address"), []).append(bounce)
            case EventKind.ROW_WRITTEN:
                written = self.audit(event.about).ever_written
                for column, value in _mapping(data, "values").items():
                    written.setdefault(column, set()).add(None if value is None else str(value))
            case EventKind.ROW_SEEN:
                self.last_seen[event.about] = LastSeen(
                    reference=_text(data, "reference"),
                    cycle=_text(data, "cycle"),
                    child=_text(data, "child"),
                    status=_text(data, "status"),
                    runs=data.get("runs") is True,
                    inadequate=data.get("inadequate") is True,
                    steps=_texts(data, "steps"),
                    gone_on=_text(data, "gone_on"),
                )
            case EventKind.PROTECTION_SEEN:
                self.protection[event.about] = {
                    word: (str(stood[0]), str(stood[1]))
                    for word, stood in _mapping(data, "columns").items()
                    if isinstance(stood, Sequence)
                }
            case EventKind.REPORTED:
                self.audit(event.about).reports.append(_report(event))
            case EventKind.MATTER_TOLD:
                code = event.key.partition("#")[0]
                if data.get("gone"):
                    self.first_told.pop(code, None)
                else:
                    self.first_told.setdefault(code, _on(event))
            case EventKind.TEAM_SAID:
                said = (_text(data, "word"), _text(data, "matter"), _text(data, "choice"))
                self.team_said.setdefault(said, event)
                self.settled.update(_texts(data, "settles"))
                if (offer := offer_from(_mapping(data, "offer"))).word in (TAKE, VOUCH):
                    self.taken_up.setdefault(_text(data, "message"), []).append(offer)
            case EventKind.LIST_SHOWN:
                self.shown[_text(data, "letter_key")] = _mapping(data, "rows")
            case EventKind.CURSOR_MOVED:
                self.cursor = _text(data, "cursor")
            case EventKind.WORD_ON_A_LETTER:
                until = date.fromisoformat(_text(data, "until")) if data.get("until") else None
                word = LetterWord(
                    Says(_text(data, "says")), _on(event), _text(data, "by"), until, _text(data, "takes_on")
                )
                self.letter_words.setdefault(_text(data, "letter"), []).append(word)
            case EventKind.LIVE_BEGAN:
                self.live_since = _on(event)
            case EventKind.RUN_FINISHED:
                self.rules_tried = _text(data, "rules") or self.rules_tried
                self.last_mode, self.last_run_on = _text(data, "mode"), _on(event)
                if self.last_mode in ("", Mode.LIVE):
                    self.last_live_on = _on(event)
                self.lists_read_at = event.at
                if data.get("whole"):
                    self.daily_run_on = _on(event)


def history(events: Iterable[Event]) -> History:
    picture = History()
    picture.take(events)
    return picture


def _on(event: Event) -> date:
    """The London date an event carries: decided when it was recorded, so that no zone is needed here."""
    return date.fromisoformat(_text(event.data, "on")) if event.data.get("on") else event.at.date()


def _returned(event: Event) -> Returned:
    data = event.data
    grade = _text(data, "grade")
    return Returned(
        at=event.at,
        on=_on(event),
        sha256=_text(data, "sha256"),
        grade=Grade(grade) if grade else None,
        family_feedback=_yes_no(data.get("family_feedback")),
        practitioner_feedback=_yes_no(data.get("practitioner_feedback")),
        incomplete=data.get("incomplete") is True,
        problems=_texts(data, "problems"),
        url=_text(data, "url"),
        name=_text(data, "name"),
        file=_text(data, "file"),
        content_sha256=_text(data, "content_sha256"),
        sent_back=data.get("sent_back") is True,
        came_in=_text(data, "came_in"),
    )


def _filed_record(event: Event) -> FiledRecord:
    data = event.data
    file = _returned(event)
    on, drift = date.fromisoformat(_text(data, "date")), _yes_no(data.get("drift"))
    record = Record(RecordKind(_text(data, "record")), on, file.grade, drift)
    return FiledRecord(record, _text(data, "sender"), file)


def _report(event: Event) -> Report:
    data = event.data
    grade = _text(data, "grade")
    return Report(
        command=Command(_text(data, "command")),
        on=date.fromisoformat(_text(data, "date")),
        by=_text(data, "by"),
        received=_on(event),
        auditor=_text(data, "auditor"),
        grade=Grade(grade) if grade else None,
    )


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    return "" if value is None else str(value)


def _texts(data: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(str(value) for value in data.get(name) or ())


def _mapping(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = data.get(name)
    return value if isinstance(value, Mapping) else {}


def _mappings(data: Mapping[str, Any], name: str) -> Iterable[Mapping[str, Any]]:
    return [each for each in data.get(name) or () if isinstance(each, Mapping)]


def _yes_no(value: object) -> bool | None:
    return value if isinstance(value, bool) else None
