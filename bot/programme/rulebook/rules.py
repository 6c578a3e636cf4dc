"""The rule book: what the Audit Team writes in config/rules.toml, read and checked.

A deadline sets a date; a rule sends a letter. Every fault of the file is listed at once, each with the nearest
right word, so that a person who is not a programmer can put it right.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache

from bot.errors import SettingsError, nearest
from bot.programme.edited_file import EditedFile, edited
from bot.programme.edited_words import Words
from bot.programme.reports.kinds import About, Made
from bot.programme.vocabulary import AuditType, Grade, Milestone, Role, Scope
from bot.programme.waits import Unit, Wait, wait


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
    """Things a rule may ask for in `only_if` that no single column says. See standing.py for what each means.

    `of`: what can be so.
    """

    _value_: str
    of: Scope

    def __new__(cls, word: str, of: Scope = Scope.AUDIT) -> Circumstance:
        member = str.__new__(cls, word)
        member._value_ = word
        member.of = of
        return member

    LATE_IN = "returned after month one"  # §7, read with the note on late audits
    CAME_BACK_INCOMPLETE = "came back incomplete"  # §7, initial quality assurance
    INADEQUATE_BY_AUDITOR = "inadequate by the auditor"  # §10: and nobody has found otherwise since
    INADEQUATE_ONLY_AT_MODERATION = "inadequate only at moderation"  # §10: the auditor had graded it higher
    INADEQUATE_ONLY_AT_DECISION = "inadequate only at the final decision"  # §11: it had been moderated higher
    LEFT_OUT = "left out"  # withdrawn, declared invalid or its auditor exempted
    ON_HOLD = "on hold"  # a person has said that nothing goes out for the row
    IN_DISPUTE = "in dispute"  # §11: disagreed with, and not finally decided
    # a form is held, or a moderator asks something of the Audit Team (§7)
    WITH_AUDIT_TEAM = "with the audit team"
    DRIFT = "drift"  # §13: the six-week check found delay
    STILL_BELOW_GOOD = "still below good"  # §10, §13: the six-week check graded the work below Good again
    CHAIR_INVOLVED = "iro or cp chair involved"  # §9
    SERVICES_INVOLVED = "services involved"  # §9
    # of a cycle
    RE_AUDITS_IN_THE_LIST = "re-audits in the list", Scope.CYCLE  # §15
    AUDITS_IN_THE_LIST = "audits in the list", Scope.CYCLE
    DIP_SAMPLES_IN_THE_LIST = "dip samples in the list", Scope.CYCLE
    WORK_BELOW_GOOD = "work below good", Scope.CYCLE  # §15: there is something to draw a sample from
    # §15: work looked at again has not become Good
    RE_AUDITS_BELOW_GOOD = "re-audits below good", Scope.CYCLE


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
    # goes on a working day, also of an audit that was withdrawn or needs a person
    WORKING_DAY = "a working day"


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
    line: int = field(default=0, compare=False)  # of the book


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
    left out. `waits_for` is for what an Inadequate calls for. `makes` are reports about the cycle: their drafts are put
    into the library before the letter that names them is written; they themselves go to nobody. `meets` are those whose
    conversation of so many `minutes` the letter asks for, up to `due`.
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
    makes: tuple[Made, ...] = ()
    meets: tuple[Role, ...] = ()
    minutes: int = 60
    name: str = ""  # what people call it; "" for its id
    line: int = field(default=0, compare=False)  # of the book

    @property
    def is_alert(self) -> bool:
        """Whether it tells people at once that work is Inadequate (§10)."""
        return Mark.INADEQUATE_TOLD in self.marks

    @property
    def of_cycle(self) -> bool:
        return self.scope is Scope.CYCLE


@dataclass(frozen=True, slots=True)
class Rulebook:
    """`text_code` tells this text of the book from any other; `file` is where it stands."""

    deadlines: tuple[Deadline, ...]
    rules: tuple[Rule, ...]
    text_code: str = ""
    file: str = field(default="config/rules.toml", compare=False)

    def place(self, entry: Rule | Deadline) -> str:
        """ "config/rules.toml, line 41"."""
        return f"{self.file}, line {entry.line}" if entry.line else self.file


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
_MODERATED_TYPES = frozenset(kind for kind in AuditType if kind.is_moderated)
_REPEAT = re.compile(r"every (?:(\d+) )?(working day|week)s?, (\d+) times")


@lru_cache(16)
def rulebook(text: str, name: str = "config/rules.toml") -> Rulebook:
    """The rule book written in `text` (TOML). Raises SettingsError listing every fault found, with file and line."""
    try:
        return replace(
            _understood(text, ""), file=name
        )  # many councils have the same one, each in its own place
    except SettingsError:
        return _understood(text, name)


@lru_cache(16)
def _understood(text: str, name: str) -> Rulebook:
    file = edited(text, name)
    for word in file.given.keys() - {"deadline", "rule"}:
        file.fault((word,), f"“{word}” is no part of the rule book; it has only [[deadline]] and [[rule]]")
    deadlines = [_deadline(table) for table in _tables(file, "deadline", "sets")]
    rules = [_rule(table) for table in _tables(file, "rule", "id")]
    first: dict[str, int] = {}
    for n, rule in enumerate(rules):
        if rule.id and first.setdefault(rule.id, n) != n:
            other = file.line(("rule", first[rule.id]))
            said = f"two rules have the id “{rule.id}”, here and on line {other}; give each its own"
            file.fault(("rule", n, "id"), said)
    does: dict[Rule, int] = {}
    for n, rule in enumerate(rules):
        same = replace(rule, id="", name="", about="", note="", guide="")
        if (other := does.setdefault(same, n)) != n and rule.id != rules[other].id:
            said = f"the rules “{rules[other].id}” and “{rule.id}” differ in nothing but their names"
            file.fault(("rule", n), f"{said}: their letter would go twice")
    file.refuse()
    return Rulebook(tuple(deadlines), tuple(rules), hashlib.sha256(text.encode()).hexdigest()[:16], name)


def _tables(file: EditedFile, part: str, naming: str) -> Iterator[Words]:
    entries = file.given.get(part, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        file.fault((part,), f"each {part} begins with [[{part}]], in two brackets")
        return
    for n, entry in enumerate(entries):
        yield Words(file, (part, n), entry, naming)


_OF = {Scope.AUDIT: "an audit", Scope.CYCLE: "a cycle", Scope.MONTH: "a month", Scope.NEW_HOLDER: "an audit"}


def _happens(table: Words, scope: Scope, **named: Milestone | Collection[Milestone] | None) -> None:
    """What is named must be able to happen to what the rule is gone through for."""
    for word, given in named.items():
        for milestone in (given,) if isinstance(given, Milestone) else sorted(given or ()):
            if scope not in milestone.of:
                said = f"{word} says “{milestone}”, which happens to {_OF[milestone.of[0]]}, never to {_OF[scope]}"
                others = [m.value for m in Milestone if scope in m.of]
                table.fault(word, said + nearest(milestone, others), milestone)


def _can_be_so(table: Words, scope: Scope, conditions: Conditions) -> None:
    """What is asked for must be said of what the rule is gone through for."""
    for word, given in (("only_if", conditions.circumstances), ("not_if", conditions.not_in)):
        for circumstance in sorted(given):
            if _OF[circumstance.of] != _OF[scope]:
                said = f"{word} says “{circumstance}”, which is said of {_OF[circumstance.of]}, never of {_OF[scope]}"
                others = [c.value for c in Circumstance if _OF[c.of] == _OF[scope]]
                table.fault(word, said + (nearest(circumstance, others) if others else ""), circumstance)


def _is_there(table: Words, known: Callable[[Role], bool], why: str, **named: Collection[Role]) -> None:
    """Whoever is named must be somebody there is for what the rule is gone through for."""
    for word, roles in named.items():
        for role in roles:
            if not known(role):
                others = [other.value for other in Role if known(other)]
                table.fault(word, f"{word} says “{role}”, {why}{nearest(role, others)}", role)


def _conditions(table: Words) -> Conditions:
    return Conditions(
        frozenset(table.several("audit_type", AuditType)) or _MODERATED_TYPES,
        frozenset(table.several("auditor_grade", Grade)),
        frozenset(table.several("moderated_grade", Grade)),
        frozenset(table.several("only_if", Circumstance)),
        frozenset(table.several("not_if", Circumstance)),
    )


def _deadline(table: Words) -> Deadline:
    found = Deadline(
        sets=table.one("sets", Milestone, needed=True) or Milestone.AUDIT_DUE,
        guide=table.text("guide", needed=True),
        about=table.text("about", needed=True),
        note=table.text("note"),
        after=table.one("after", Milestone, needed=True) or Milestone.MONTH_ONE,
        wait=table.parsed("wait", wait, wait("same day"), needed=True),
        conditions=_conditions(table),
        pauses_in_dispute=table.yes("pauses_in_dispute"),
        line=table.line,
    )
    table.done()
    if not found.sets.is_set:
        dates = [m.value for m in Milestone if m.is_set]
        table.fault(
            "sets",
            f"sets says “{found.sets}”, which happens and is no date to be set{nearest(found.sets, dates)}",
        )
    else:
        _happens(table, found.sets.of[0], after=found.after)
    _can_be_so(table, Scope.AUDIT, found.conditions)
    return found


def _late(text: str) -> Wait | None:
    if text.lower() == "never":
        return None
    found = wait(text)
    if found.count < 0:
        raise ValueError(f"“{text}” lies before the letter is due. Write how long after it, or “never”.")
    return found


def _repeat(text: str) -> Repeat:
    found = _REPEAT.fullmatch(" ".join(text.lower().split()))
    if not found:
        raise ValueError(
            f"“{text}” is not understood. Write “every 2 working days, 3 times” or “every week, 6 times”."
        )
    repeat = Repeat(int(found[1] or 1), int(found[3]), found[2] == "week")
    if not (repeat.every and repeat.times):
        raise ValueError(
            f"“{text}” means never. Write 1 or more; a rule that is not wanted is taken out whole."
        )
    if repeat.every * repeat.times * (7 if repeat.weeks else 1) > _LONGEST_SERIES:
        raise ValueError(f"“{text}” goes on for more than two years. Is it meant?")
    return repeat


def _minutes(text: str) -> int:
    found = _LENGTH.fullmatch(" ".join(text.lower().split()))
    minutes = int(found[1]) * (60 if found[2] == "hour" else 1) if found else 0
    if not found or minutes % 15 or not 15 <= minutes <= 240:
        raise ValueError(
            f"“{text}” is no length of a conversation. Write “30 minutes” or “1 hour”: in quarters, up to four hours."
        )
    return minutes


_LENGTH = re.compile(r"(\d{1,3}) (minute|hour)s?")

_LONGEST_SERIES = 730
"""Days; no series of letters goes on for longer."""


def _rule(table: Words) -> Rule:
    known_by = table.text("id", needed=True)
    found = Rule(
        id=known_by,
        name=table.text("name"),
        marks=frozenset(table.several("marks", Mark)),
        guide=table.text("guide", needed=True),
        about=table.text("about", needed=True),
        note=table.text("note"),
        when=table.one("when", Milestone, needed=True) or Milestone.CONFIRMED,
        wait=table.parsed("wait", wait, wait("same day")),
        letter=table.text("letter", needed=True),
        to=table.several("to", Role),
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
        makes=table.several("makes", Made),
        meets=table.several("meets", Role),
        minutes=table.parsed("meets_for", _minutes, 60),
        line=table.line,
    )
    table.done()
    if not found.to:
        table.fault("to", "to is missing: name at least one role")
    _meant_for_its_scope(table, found)
    return found


def _meant_for_its_scope(table: Words, rule: Rule) -> None:
    """What happens, is so and is named must be of what the rule is gone through for."""
    _can_be_so(table, rule.scope, rule.conditions)
    _is_there(
        table, lambda role: role.of(rule.scope), f"whom an audit names and {_OF[rule.scope]} does not",
        to=rule.to, cc=rule.cc,
    )  # fmt: skip
    _is_there(table, lambda role: role.of_the_row, "which is no part in an audit", not_to=rule.not_to)
    _happens(
        table, rule.scope, when=rule.when, unless=rule.unless, unless_lately=rule.unless_lately,
        not_before=rule.not_before, since=rule.since, due=rule.due,
    )  # fmt: skip
    _have_calendars(table, rule)
    for made in rule.makes:
        if rule.scope is not Scope.CYCLE or made.kind.about is not About.CYCLE:
            said = (
                f"makes says “{made}”, which is about {made.kind.about}; the rule is about {_OF[rule.scope]}"
            )
            table.fault("makes", said, made)


_NO_CALENDAR = (Role.AUDIT_TEAM, Role.PERFORMANCE_TEAM, Role.SERVICES_INVOLVED)
"""Addresses that many read: there is no one person's calendar."""


def _have_calendars(table: Words, rule: Rule) -> None:
    """Times can be proposed to people, in a letter of its own about one audit, up to the date it names."""
    if not rule.meets:
        return
    _is_there(
        table, lambda role: role not in _NO_CALENDAR, "which is nobody's own calendar", meets=rule.meets
    )
    if rule.scope is not Scope.AUDIT or not rule.due:
        table.fault("meets", "meets asks for a letter about an audit that names a date: give it due")
    elif rule.ask or rule.asks_for_help:
        joined = "ask" if rule.ask else "asks_for_help"
        table.fault(
            "meets", f"meets and {joined} do not go together: a letter for several audits proposes no times"
        )
    elif len({*rule.meets}) < 2:
        table.fault("meets", f"meets says “{rule.meets[0]}” alone; name everybody who is needed")
