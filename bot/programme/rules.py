"""The rule book: what the Audit Team writes in config/rules.toml, read and checked.

A deadline sets a date; a rule sends a letter. Every fault of the file is listed at once, each with the nearest
right word, so that a person who is not a programmer can put it right.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum, StrEnum
from typing import Any, TypeVar

from bot.errors import SettingsError, nearest
from bot.programme.vocabulary import AuditType, Grade, Milestone, Role
from bot.programme.waits import Unit, Wait, wait

T = TypeVar("T")


class Attachment(StrEnum):
    """What a letter carries."""

    FORM = "audit tool"  # the blank form, stamped for this audit
    RETURNED_AUDIT = "returned audit"  # the auditor's latest file, as it came
    MODERATED_AUDIT = "moderated audit"  # the moderator's latest file, as it came
    UOPP_RECORD = "uopp record"  # the form for the record of a UoPP meeting
    SIX_WEEK_CHECK = "six-week check"  # the form for the dip audit six weeks on, with the actions agreed
    CALENDAR = "calendar file"  # the day the letter is about, for the reader's calendar
    SCORECARD = "scorecard"  # the month's figures as a spreadsheet


class Circumstance(StrEnum):
    """Things a rule may ask for in `only_if` that no single column says. See milestones.py for what each means."""

    LATE_IN = "returned after month one"  # §7, read with the note on late audits
    CAME_BACK_INCOMPLETE = "came back incomplete"  # §7, initial quality assurance
    INADEQUATE_BY_AUDITOR = "inadequate by the auditor"  # §10: and nobody has found otherwise since
    INADEQUATE_ONLY_AT_MODERATION = "inadequate only at moderation"  # §10: the auditor had graded it higher
    INADEQUATE_ONLY_AT_DECISION = "inadequate only at the final decision"  # §11: it had been moderated higher
    LEFT_OUT = "left out"  # withdrawn, declared invalid or its auditor exempted
    ON_HOLD = "on hold"  # a person has said that nothing goes out for the row
    IN_DISPUTE = "in dispute"  # §11: disagreed with, and not finally decided
    WITH_AUDIT_TEAM = (
        "with the audit team"  # a form is held, or a moderator asks something of the Audit Team (§7)
    )
    DRIFT = "drift"  # §13: the six-week check found delay
    STILL_BELOW_GOOD = "still below good"  # §10, §13: the six-week check graded the work below Good again
    CHAIR_INVOLVED = "iro or cp chair involved"  # §9
    SERVICES_INVOLVED = "services involved"  # §9
    # of a cycle
    AUDITS_IN_THE_LIST = "audits in the list"
    DIP_SAMPLES_IN_THE_LIST = "dip samples in the list"
    WORK_BELOW_GOOD = "work below good"  # §15: there is something to draw a sample from
    RE_AUDITS_BELOW_GOOD = "re-audits below good"  # §15: work looked at again has not become Good


class Mark(StrEnum):
    """What a letter stands for, once it has gone: later letters hang on it."""

    AUDIT_SENT = "audit sent"  # the auditor has the audit
    MODERATION_REQUESTED = "moderation requested"
    URGENT_ISSUES_ASKED = "urgent issues asked for"
    UOPP_ASKED = "uopp meeting asked for"
    UOPP_RECORD_ASKED = "uopp record asked for"
    INADEQUATE_TOLD = "inadequate told"  # to people, at once (§10)


class WaitsFor(StrEnum):
    """What alone holds a letter back that an Inadequate calls for; any other waits for a row that is in order too."""

    NOTHING = "nothing"  # goes on any day, whatever the row says
    WORKING_DAY = (
        "a working day"  # goes on a working day, also of an audit that was withdrawn or needs a person
    )


class Scope(StrEnum):
    """What a rule is gone through for: each audit, each cycle, or once a month for the whole programme."""

    AUDIT = "audit"
    CYCLE = "cycle"
    MONTH = "month"
    NEW_HOLDER = "new holder"  # each person who has taken over a part in an audit


@dataclass(frozen=True, slots=True)
class Conditions:
    """Which audits a deadline or rule is about. An empty set means: any; of audit types, any that is moderated."""

    audit_types: frozenset[AuditType] = frozenset()
    auditor_grades: frozenset[Grade] = frozenset()
    moderated_grades: frozenset[Grade] = frozenset()
    circumstances: frozenset[Circumstance] = frozenset()
    not_in: frozenset[Circumstance] = frozenset()

    @property
    def of_no_audit(self) -> bool:
        """Whether nothing about a single audit is asked for, so that a cycle may use it."""
        return not (self.auditor_grades or self.moderated_grades or self.circumstances or self.not_in)


@dataclass(frozen=True, slots=True)
class Deadline:
    """`sets` is `wait` after `after`. Of several that set the same date, the first that fits the audit counts."""

    sets: Milestone
    guide: str
    about: str
    note: str
    after: Milestone
    wait: Wait
    conditions: Conditions
    pauses_in_dispute: bool = False  # the days of a disagreement do not count


@dataclass(frozen=True, slots=True)
class Repeat:
    """Again every so many working days (or weeks, when `weeks`), so many times in all (the first included)."""

    every: int
    times: int
    weeks: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One letter: on which day, to whom, and until what has happened.

    `when` and `wait` give the day. The letter is not sent before `not_before` is reached, nor once any of
    `unless` has happened, nor on a day before which one of `unless_lately` happened within a week. With `since`, an
    occasion on or before the day of that milestone lapses: nobody is reminded of what they were asked today. Of rules
    with the same `series`, one person gets only the latest. Letters of rules with an `ask` that fall on one day for
    one person are one letter, with a line for each; so are those with `asks_for_help` for the same people, copied
    only to whom all of them are copied: nobody reads of others' lateness. With `ask_if_away` somebody known to be
    away is not written to; the Audit Team is told instead.

    What was told is not told again because somebody takes over a part: only with `follows_reader` a new reader gets the
    letter too, and only a reader whose part was empty gets it when they are named. People in the parts of `not_to` are
    left out. `waits_for` is for what an Inadequate calls for.
    """

    id: str  # its letters are known by it for ever
    guide: str
    about: str
    note: str
    when: Milestone
    wait: Wait
    letter: str
    to: tuple[Role, ...]
    cc: tuple[Role, ...]
    scope: Scope
    conditions: Conditions
    unless: frozenset[Milestone]
    unless_lately: frozenset[Milestone]
    not_before: Milestone | None
    since: Milestone | None
    repeat: Repeat
    attach: tuple[Attachment, ...]
    draft_only: bool
    due: Milestone | None  # the date the letter names
    series: str
    late: Wait | None  # after this long unsent, ask a person instead. None: send however late
    ask: (
        str  # what the letter asks for, in a few words: "Return the audit". "" for a letter always on its own
    )
    ask_if_away: bool
    follows_reader: bool = False
    asks_for_help: bool = False
    not_to: tuple[Role, ...] = ()
    waits_for: WaitsFor | None = None
    marks: frozenset[Mark] = frozenset()
    name: str = ""  # what people call it; "" for its id

    @property
    def is_alert(self) -> bool:
        """Whether it tells people at once that work is Inadequate (§10)."""
        return Mark.INADEQUATE_TOLD in self.marks

    @property
    def of_cycle(self) -> bool:
        return self.scope is Scope.CYCLE


@dataclass(frozen=True, slots=True)
class Rulebook:
    """`text_code` tells this text of the book from any other."""

    deadlines: tuple[Deadline, ...]
    rules: tuple[Rule, ...]
    text_code: str = ""


def called(rule: Rule | str) -> str:
    """A rule as people read it, or what its id says: "UoPP overdue, inadequate"."""
    name = rule if isinstance(rule, str) else rule.name or rule.id
    shown = re.sub(r"\b(uopp|kloe)\b", lambda found: _WRITTEN[found[0]], name)
    return shown[:1].upper() + shown[1:]


_WRITTEN = {"uopp": "UoPP", "kloe": "KLOE"}

SEVERAL_AT_ONCE = Rule(
    id="several at once",
    guide="7",
    about="What one person is asked for on one day, in one letter.",
    note="",
    when=Milestone.MONTH_BEGAN,
    wait=Wait(Unit.SAME_DAY),
    letter="00_several_at_once",
    to=(),
    cc=(),
    scope=Scope.AUDIT,
    conditions=Conditions(),
    unless=frozenset(),
    unless_lately=frozenset(),
    not_before=None,
    since=None,
    repeat=Repeat(1, 1),
    attach=(),
    draft_only=False,
    due=None,
    series="",
    late=None,
    ask="",
    ask_if_away=False,
)
"""Not in the rule book: how letters of rules that `ask` something of one person on one day are put together."""

SEVERAL_ESCALATED = replace(
    SEVERAL_AT_ONCE,
    id="several escalated",
    about="What somebody is asked to help with on one day, in one letter.",
    letter="00_several_escalated",
)
"""Not in the rule book either: the same for letters of rules that `asks_for_help`."""

LATE: Wait | None = Wait(Unit.WORKING_DAYS, 5)
_CONDITIONS = ("audit_type", "auditor_grade", "moderated_grade", "only_if", "not_if")
_MODERATED_TYPES = frozenset(kind for kind in AuditType if kind.is_moderated)
_DEADLINE_WORDS = ("sets", "guide", "about", "note", "after", "wait", "pauses_in_dispute", *_CONDITIONS)
_RULE_WORDS = (
    *(
        "name",
        "guide",
        "about",
        "note",
        "when",
        "wait",
        "letter",
        "to",
        "cc",
        "for_each",
        "unless",
        "unless_lately",
    ),
    *("not_before", "since", "repeat", "attach", "draft_only", "due", "series", "late", "ask", "ask_if_away"),
    *("follows_reader", "asks_for_help", "not_to", "waits_for", "id", "marks"),
    *_CONDITIONS,
)
_REPEAT = re.compile(r"every (?:(\d+) )?(working day|week)s?, (\d+) times")


def rulebook(text: str) -> Rulebook:
    """The rule book written in `text` (TOML). Raises SettingsError listing every fault found."""
    try:
        book = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise SettingsError([f"The rule book cannot be read: {fault}."]) from fault
    faults: list[str] = []
    for word in book.keys() - {"deadline", "rule"}:
        faults.append(f"The rule book has a part “{word}”; it may only have [[deadline]] and [[rule]].")
    deadlines = [_deadline(_Table(f"Deadline {n}", entry, faults, _DEADLINE_WORDS, "sets"))
                 for n, entry in enumerate(book.get("deadline", ()), 1)]  # fmt: skip
    rules = [_rule(_Table(f"Rule {n}", entry, faults, _RULE_WORDS, "id"))
             for n, entry in enumerate(book.get("rule", ()), 1)]  # fmt: skip
    ids = [entry.get("id") for entry in book.get("rule", ())]
    for one in sorted({str(one) for one in ids if one and ids.count(one) > 1}):
        faults.append(f"Two rules have the id “{one}”; give each its own.")
    if faults:
        raise SettingsError(faults)
    return Rulebook(tuple(deadlines), tuple(rules), hashlib.sha256(text.encode()).hexdigest()[:16])


class _Table:
    """One [[deadline]] or [[rule]], whose words are taken out one by one; faults are collected, not raised."""

    def __init__(
        self, place: str, entry: Mapping[str, Any], faults: list[str], words: Iterable[str], naming: str
    ) -> None:
        self.place = f"{place} (“{entry[naming]}”)" if entry.get(naming) else place
        self._entry = entry
        self._faults = faults
        for word in entry:
            if word not in words:
                self.fault(f"“{word}” is not a word of the rule book{nearest(word, words)}")

    def fault(self, sentence: str) -> None:
        self._faults.append(f"{self.place}: {sentence}.")

    def text(self, word: str, *, needed: bool = False) -> str:
        value = self._entry.get(word, "")
        if not isinstance(value, str):
            self.fault(f"{word} should be text in quotation marks, not {value!r}")
            return ""
        if needed and not value.strip():
            self.fault(f"{word} is missing")
        return value.strip()

    def yes(self, word: str) -> bool:
        value = self._entry.get(word, False)
        if not isinstance(value, bool):
            self.fault(f"{word} should be true or false, not {value!r}")
        return value is True

    def one(self, word: str, kind: type[T], *, needed: bool = False) -> T | None:
        text = self.text(word, needed=needed)
        found = self._members(word, [text] if text else [], kind)
        return found[0] if found else None

    def several(self, word: str, kind: type[T]) -> tuple[T, ...]:
        value = self._entry.get(word, [])
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not all(isinstance(item, str) for item in values):
            self.fault(f'{word} should be a list of texts, such as ["auditor"], not {value!r}')
            return ()
        return self._members(word, values, kind)

    def _members(self, word: str, values: list[str], kind: type[T]) -> tuple[T, ...]:
        assert issubclass(kind, Enum)
        known = {str(member.value).casefold(): member for member in kind}
        found = []
        for value in values:
            member = known.get(" ".join(value.casefold().split()))
            if member is None:
                names = [str(member.value) for member in kind]
                self.fault(f"{word} says “{value}”, which is not one of our words{nearest(value, names)}")
            else:
                found.append(member)
        return tuple(found)

    def parsed(self, word: str, parse: Callable[[str], T], default: T, *, needed: bool = False) -> T:
        text = self.text(word, needed=needed)
        if not text:
            return default
        try:
            return parse(text)
        except ValueError as fault:
            self.fault(f"{word}: {str(fault).rstrip('.')}")
            return default


def _conditions(table: _Table) -> Conditions:
    return Conditions(
        frozenset(table.several("audit_type", AuditType)) or _MODERATED_TYPES,
        frozenset(table.several("auditor_grade", Grade)),
        frozenset(table.several("moderated_grade", Grade)),
        frozenset(table.several("only_if", Circumstance)),
        frozenset(table.several("not_if", Circumstance)),
    )


def _deadline(table: _Table) -> Deadline:
    return Deadline(
        sets=table.one("sets", Milestone, needed=True) or Milestone.AUDIT_DUE,
        guide=table.text("guide", needed=True),
        about=table.text("about", needed=True),
        note=table.text("note"),
        after=table.one("after", Milestone, needed=True) or Milestone.MONTH_ONE,
        wait=table.parsed("wait", wait, wait("same day"), needed=True),
        conditions=_conditions(table),
        pauses_in_dispute=table.yes("pauses_in_dispute"),
    )


def _late(text: str) -> Wait | None:
    return None if text.lower() == "never" else wait(text)


def _repeat(text: str) -> Repeat:
    found = _REPEAT.fullmatch(" ".join(text.lower().split()))
    if not found:
        raise ValueError(
            f"“{text}” is not understood. Write “every 2 working days, 3 times” or “every week, 6 times”."
        )
    return Repeat(int(found[1] or 1), int(found[3]), found[2] == "week")


def _rule(table: _Table) -> Rule:
    to = table.several("to", Role)
    if not to:
        table.fault("to is missing: name at least one role")
    known_by = table.text("id", needed=True)
    return Rule(
        id=known_by,
        name=table.text("name"),
        marks=frozenset(table.several("marks", Mark)),
        guide=table.text("guide", needed=True),
        about=table.text("about", needed=True),
        note=table.text("note"),
        when=table.one("when", Milestone, needed=True) or Milestone.CONFIRMED,
        wait=table.parsed("wait", wait, wait("same day")),
        letter=table.text("letter", needed=True),
        to=to,
        cc=table.several("cc", Role),
        scope=table.one("for_each", Scope) or Scope.AUDIT,
        conditions=_conditions(table),
        unless=frozenset(table.several("unless", Milestone)),
        unless_lately=frozenset(table.several("unless_lately", Milestone)),
        not_before=table.one("not_before", Milestone),
        since=table.one("since", Milestone),
        repeat=table.parsed("repeat", _repeat, Repeat(1, 1)),
        attach=table.several("attach", Attachment),
        draft_only=table.yes("draft_only"),
        due=table.one("due", Milestone),
        series=table.text("series") or known_by,
        late=table.parsed("late", _late, LATE),
        ask=table.text("ask"),
        ask_if_away=table.yes("ask_if_away"),
        follows_reader=table.yes("follows_reader"),
        asks_for_help=table.yes("asks_for_help"),
        not_to=table.several("not_to", Role),
        waits_for=table.one("waits_for", WaitsFor),
    )
