"""Every rule and deadline of a rule book tried on audits of every kind: what can never happen is said in a sentence.

A rule that never fires, is never silenced, or hands an audit to somebody who must not have it, reads like any other;
this is where it is found out. The audits are made up: every type, every grade by auditor, moderator and decision, and
everything a row or a form can say, one after the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import product
from typing import Any

from bot.programme.events import Event, EventKind
from bot.programme.history.history import history_of
from bot.programme.rulebook.rules import Attachment, Circumstance, Deadline, Mark, Rule, Rulebook, WaitsFor
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.circumstances import circumstances_of_cycle
from bot.programme.standing.cycle_standing import of_cycle
from bot.programme.standing.reported_by_reply import as_reported
from bot.programme.standing.standing import standing
from bot.programme.vocabulary import (
    OF_THE_AUDIT_TEAM,
    Allocation,
    AuditType,
    Cycle,
    Grade,
    Milestone,
    Person,
    Role,
    Scope,
)
from bot.programme.waits import Unit, listed
from bot.programme.working_days import Dated, WorkingDays

_FIRST = date(2026, 3, 2)
_SENT, _BACK, _MODERATED, _DECIDED, _DONE, _TODAY = (_FIRST + timedelta(n) for n in (0, 10, 14, 20, 30, 200))
_CYCLE = Cycle("1", "A cycle", "A service", _FIRST, _FIRST - timedelta(14))
_SOMEBODY = {
    role: Person(role.value, f"{role.value.replace(' ', '.').replace(chr(39), '')}@x") for role in Role
}

_LETTERS: Mapping[Mark, Collection[Milestone]] = {
    Mark.AUDIT_SENT: {Milestone.AUDIT_SENT},
    Mark.MODERATION_REQUESTED: {Milestone.MODERATION_REQUESTED, Milestone.MODERATION_ASKED},
    Mark.URGENT_ISSUES_ASKED: {Milestone.URGENT_ISSUES_ASKED},
    Mark.UOPP_ASKED: {Milestone.UOPP_ASKED},
    Mark.UOPP_RECORD_ASKED: {Milestone.UOPP_RECORD_ASKED},
    Mark.INADEQUATE_TOLD: {Milestone.INADEQUATE_NO_LONGER},
}
"""What is reached once a letter with a mark has gone."""
_ONE_LETTER = {Mark.AUDIT_SENT: Role.AUDITOR, Mark.MODERATION_REQUESTED: Role.MODERATOR}
"""Marks of which each audit can have one letter only, or nobody knows which of them counts; and who must get it."""

_OF_THE_ROW = {role for role in Role if role.of_the_row} - {Role.SERVICES_INVOLVED}
_WITH_GRADES = {kind for kind in AuditType if kind.is_moderated}
_MAY_HAVE: Mapping[Attachment, Collection[Role]] = {
    Attachment.FORM: {Role.AUDITOR, Role.MODERATOR, Role.PRACTITIONER, Role.TEAM_MANAGER, *OF_THE_AUDIT_TEAM},
    Attachment.RETURNED_AUDIT: {Role.AUDITOR, Role.MODERATOR, Role.AUDITORS_HEAD_OF_SERVICE, *OF_THE_AUDIT_TEAM},
    Attachment.MODERATED_AUDIT: {
        *_OF_THE_ROW, *OF_THE_AUDIT_TEAM, Role.GROUP_MANAGER_OF_CP_CHAIRS_AND_IROS, Role.SERVICES_INVOLVED,
    },
    Attachment.UOPP_RECORD: {*_OF_THE_ROW, *OF_THE_AUDIT_TEAM},
    Attachment.CALENDAR: {*_OF_THE_ROW, *OF_THE_AUDIT_TEAM},
    Attachment.SIX_WEEK_CHECK: {*OF_THE_AUDIT_TEAM, Role.AUDITOR},
}  # fmt: skip
"""Who may get what names a child (§7, §9, §10): whoever works on the audit, and nobody who only counts."""


@dataclass(frozen=True, slots=True)
class _Met:
    """What one audit, or one cycle, has reached, each with its day, and which circumstances it is in."""

    reached: Mapping[Milestone, date]
    circumstances: Collection[Circumstance]
    standing: Standing | None = None
    asked: bool = True  # whether the letters that others hang on have gone

    def fits(self, rule: Rule) -> bool:
        conditions = rule.conditions
        if self.standing:
            return self.standing.fits(conditions)
        return conditions.circumstances.issubset(self.circumstances) and conditions.not_in.isdisjoint(
            self.circumstances
        )


@lru_cache(2)
def faults_of_meaning(book: Rulebook) -> tuple[str, ...]:
    """What a rule book says that can have no effect, or a dangerous one: a sentence each. () when all is well."""
    standings, cycles = _made_up(book.deadlines)
    marked = {milestone for mark in _marks(book.rules) for milestone in _LETTERS[mark]}
    audits = [
        _Met({**_days(s.reached), **dict.fromkeys(gone, _SENT)}, s.circumstances, s, bool(gone))
        for s in standings
        for gone in ((), marked)
    ]
    month = [_Met({Milestone.MONTH_BEGAN: _FIRST}, ())]
    world: Mapping[Scope, Sequence[_Met]] = {
        Scope.AUDIT: audits,
        Scope.CYCLE: cycles,
        Scope.MONTH: month,
        Scope.NEW_HOLDER: audits,
    }
    known = {
        scope: {m for met in world[scope] for m in met.reached}
        for scope in (Scope.AUDIT, Scope.CYCLE, Scope.MONTH)
    }
    known[Scope.NEW_HOLDER] = known[Scope.AUDIT]
    faults = [
        f"{book.file}: No rule marks “{mark}”: {_CHASED[mark]}."
        for mark in Mark
        if mark not in _marks(book.rules)
    ]
    for rule in book.rules:
        place = f"{book.place(rule)}: rule “{rule.name or rule.id}”"
        faults += [f"{place}: {fault}" for fault in _of_rule(rule, world[rule.scope], known[rule.scope])]
    faults += _dates_never_set(book, standings, cycles)
    faults += (
        f"{book.file}: {fault}" for fault in (*_twice(book.rules, audits), *_untold(book.rules, standings))
    )
    return tuple(faults)


def _dates_never_set(book: Rulebook, standings: Sequence[Standing], cycles: Sequence[_Met]) -> Iterator[str]:
    """Deadlines that never set their date: of several for one date, the first whose start is reached and that fits."""
    basis: set[int] = set()
    for reached, fits in (
        *((s.reached, s.fits) for s in standings),
        *((met.reached, lambda conditions: conditions.of_no_audit) for met in cycles),
    ):
        done: set[Milestone] = set()
        for n, deadline in enumerate(book.deadlines):
            if deadline.sets not in done and deadline.after in reached and fits(deadline.conditions):
                done.add(deadline.sets)
                basis.add(n)
    for n, deadline in enumerate(book.deadlines):
        if n not in basis:
            yield (
                f"{book.place(deadline)}: deadline “{deadline.sets}”: nothing ever is as it asks for, or one above it "
                "always sets the date before."
            )


_TOLD_AT_ONCE = (
    *(Role.PRACTITIONER, Role.TEAM_MANAGER, Role.HEAD_OF_SERVICE),
    *(Role.AUDIT_MANAGER, Role.HEAD_OF_LEARNING_ACADEMY),
)
"""Whom the guide names as those who hear of an Inadequate at once (§10): a book that leaves one of them out is refused,
not told. A council without one of these posts says in Audit roles who stands in for it."""
_ASKED_OF_AN_INADEQUATE: Mapping[Mark, Collection[Role]] = {
    Mark.URGENT_ISSUES_ASKED: (Role.TEAM_MANAGER,),
    Mark.UOPP_ASKED: (Role.AUDIT_MANAGER, Role.HEAD_OF_SERVICE),
}
"""The same of what is asked for once it counts: who acts, and who attends the meeting."""


def _untold(rules: Collection[Rule], standings: Iterable[Standing]) -> Iterator[str]:
    """How work may become Inadequate without somebody whom the guide names hearing of it (§10)."""
    at_once = [
        rule
        for rule in rules
        if rule.is_alert
        and rule.when is Milestone.GRADED_INADEQUATE
        and rule.wait.unit is Unit.SAME_DAY
        and rule.waits_for is WaitsFor.NOTHING
        and not rule.draft_only
    ]
    asked = {mark: [rule for rule in rules if mark in rule.marks] for mark in _ASKED_OF_AN_INADEQUATE}
    told: dict[tuple[str, Role], None] = {}
    unasked: dict[tuple[Mark, Role], None] = {}
    for found in standings:
        if (
            found.allocation.audit_type.is_moderated
            and Milestone.GRADED_INADEQUATE in found.reached
            and Milestone.SAFETY_STEPS_ENDED not in found.reached
        ):
            met = _Met(_days(found.reached), found.circumstances, found)
            hear = _readers(at_once, met)
            way = next((way for way in _WAYS if way in found.circumstances), None)
            told |= dict.fromkeys(
                (f" ({way})" if way else "", role) for role in _TOLD_AT_ONCE if role not in hear
            )
            if found.settled_grade is Grade.INADEQUATE:
                for mark, roles in _ASKED_OF_AN_INADEQUATE.items():
                    if hear := _readers(asked[mark], met):
                        unasked |= dict.fromkeys((mark, role) for role in roles if role not in hear)
    for how in dict.fromkeys(how for how, _ in told):
        lacking = listed([role for way, role in told if way == how])
        yield (
            f"No letter marked “{Mark.INADEQUATE_TOLD}” goes to the {lacking} on the day itself whenever work is "
            f"graded Inadequate{how}, and the guide names them (§10): it needs when = “graded inadequate”, no wait, "
            "waits_for = “nothing”, and them under to or cc."
        )
    for mark, role in unasked:
        yield (
            f"No letter marked “{mark}” goes to the {role} when work is Inadequate, and the guide names them (§10): it "
            "needs them under to or cc."
        )


def _readers(rules: Iterable[Rule], met: _Met) -> set[Role]:
    return {role for rule in rules if _goes(rule, met) for role in {*rule.to, *rule.cc} - {*rule.not_to}}


_WAYS = (
    Circumstance.INADEQUATE_BY_AUDITOR,
    Circumstance.INADEQUATE_ONLY_AT_MODERATION,
    Circumstance.INADEQUATE_ONLY_AT_DECISION,
)


_CHASED: Mapping[Mark, str] = {
    Mark.AUDIT_SENT: "no auditor would ever be reminded of an audit",
    Mark.MODERATION_REQUESTED: "no moderator would ever be reminded",
    Mark.URGENT_ISSUES_ASKED: "nobody would ever be reminded of urgent issues",
    Mark.UOPP_ASKED: "nobody would ever be reminded of a UoPP meeting",
    Mark.UOPP_RECORD_ASKED: "nobody would ever be reminded of a record",
    Mark.INADEQUATE_TOLD: "nobody would know who has been told of an Inadequate",
}


def _marks(rules: Iterable[Rule]) -> set[Mark]:
    return {mark for rule in rules for mark in rule.marks}


def _of_rule(rule: Rule, world: Collection[_Met], known: Collection[Milestone]) -> Iterator[str]:
    """What is wrong with one rule. `world` is all that it is gone through for, `known` what it reaches."""
    of = {Scope.CYCLE: "cycle", Scope.MONTH: "month"}.get(rule.scope, "audit")
    named = {"when": rule.when, "not_before": rule.not_before, "since": rule.since, "due": rule.due}
    for word, milestone in named.items():
        if milestone and milestone not in known:
            yield f"{word} says “{milestone}”, which no {of} ever reaches."
    for milestone in sorted({*rule.unless, *rule.unless_lately}.difference(known)):
        yield f"unless says “{milestone}”, which no {of} ever reaches, so it never ends the letter."
    if rule.when in rule.unless and rule.wait.count >= 0:
        yield f"when and unless both say “{rule.when}”, so the letter never goes."
    elif rule.when in known and not any(_goes(rule, met) for met in world):
        yield f"no {of} is ever as it asks for, so the letter never goes."
    elif rule.when.value.endswith(" due") and not any(_goes(rule, met) for met in world if met.asked):
        yield "it goes only as long as nobody has been asked for anything, so nobody is ever chased by it."
    if rule.repeat.times > 1 and not rule.unless and not rule.unless_lately:
        yield "the letter is sent again and nothing ends it: say with unless what does."
    for mark, reader in _ONE_LETTER.items():
        if mark in rule.marks and reader not in rule.to:
            yield f"it marks “{mark}” and does not go to the {reader}: {_CHASED[mark]}."
    if rule.draft_only and rule.repeat.times > 1:
        yield "a letter that is only drafted is drafted once: repeat has no effect."
    if rule.scope is Scope.CYCLE or rule.scope is Scope.MONTH:
        ignored = [w for w, given in (
            ("ask", rule.ask), ("asks_for_help", rule.asks_for_help),
            ("waits_for", rule.waits_for), ("marks", rule.marks), ("auditor_grade", rule.conditions.auditor_grades),
            ("moderated_grade", rule.conditions.moderated_grades), ("not_to", rule.not_to),
            ("not_if", rule.conditions.not_in), ("audit_type", rule.conditions.audit_types - _WITH_GRADES),
        ) if given]  # fmt: skip
        for word in ignored:
            yield f"{word} means something for an audit only; of a {of} it has no effect."
    for attachment in rule.attach:
        for role in (*rule.to, *rule.cc):
            if attachment in _MAY_HAVE and role not in _MAY_HAVE[attachment]:
                yield f"the {role} must not get “{attachment}”: it names a child, and their part does not need it."


def _goes(rule: Rule, met: _Met) -> bool:
    """Whether the letter would go for it: what ends it counts from the day on which it happens."""
    start = met.reached.get(rule.when)
    if start is None or not met.fits(rule) or (rule.not_before and rule.not_before not in met.reached):
        return False
    return not any(met.reached.get(end, date.max) <= start for end in rule.unless - {rule.when})


def _days(reached: Mapping[Milestone, Dated]) -> dict[Milestone, date]:
    return {milestone: dated.on for milestone, dated in reached.items()}


def _twice(rules: Collection[Rule], world: Collection[_Met]) -> Iterator[str]:
    """Marks of which one audit would have two letters."""
    by_mark: defaultdict[Mark, list[Rule]] = defaultdict(list)
    for rule in rules:
        for mark in rule.marks:
            by_mark[mark].append(rule)
    for mark in _ONE_LETTER:
        for n, rule in enumerate(by_mark[mark]):
            for other in by_mark[mark][n + 1 :]:
                if any(met.fits(rule) and met.fits(other) for met in world):
                    yield (
                        f"Rules “{rule.name or rule.id}” and “{other.name or other.id}” both mark “{mark}” for the "
                        "same audit; only one can."
                    )


# ------------------------------------------------------------------------------------------------------- the audits


def _audits() -> Iterator[tuple[Allocation, list[Event]]]:
    """Rows with what has come back for them."""
    for kind in AuditType:
        full = kind.is_moderated
        for auditors, moderated, final in product(
            [None, *Grade],
            [None, *Grade] if full else [None],
            [None, Grade.GOOD, *_BELOW] if full else [None],
        ):
            if moderated and not auditors:
                continue
            usual = final is None and Grade.OUTSTANDING not in (auditors, moderated)
            for changes in _CHANGES if usual else _CHANGES[:2]:
                yield _row(kind, final, changes), _came(auditors, moderated, changes)


_BELOW = (Grade.REQUIRES_IMPROVEMENT, Grade.INADEQUATE)
_ALL_DONE = dict.fromkeys(
    ("urgent_issues_done_on", "uopp_held_on", "uopp_record_sent_on", "review_uopp_held_on",
     "weekly_reports_ended_on", "six_week_checked_on", "dip_completed_on"),
    _DONE,
)  # fmt: skip
_HELD: dict[str, Any] = {"uopp_held_on": _DONE}
_CHANGES: list[dict[str, Any]] = [
    {},
    _ALL_DONE | {"grade_after_uopp": Grade.GOOD},
    _HELD | {"iro_or_cp_chair": _SOMEBODY[Role.IRO_OR_CP_CHAIR], "services_involved": ("A service",)},
    _HELD | {"six_week_checked_on": _DONE, "grade_at_six_weeks": Grade.INADEQUATE, "drift": True},
    {"withdrawn": True, "safety_steps_ended_on": _DONE},
    {"withdrawn": True},
    {"hold_why": "A complaint"},
    {"disputed_on": _DECIDED},
    {"declared_invalid_on": _DECIDED},
    {"return_by": _FIRST + timedelta(20)},
    {"rectification_by": _DECIDED + timedelta(10)},
    {"sent_back": True},
    {"incomplete": True},
    {"late": True},
    {"held": True},
    {"progress": True, **_HELD},
]
"""What a row or a form may say besides, one after the other."""


def _row(kind: AuditType, final: Grade | None, changes: Mapping[str, Any]) -> Allocation:
    fields = {name: value for name, value in changes.items() if name in Allocation.__dataclass_fields__}
    people = {role.value.replace(" ", "_").replace("'", ""): _SOMEBODY[role] for role in _OF_THE_ROW}
    people.pop("iro_or_cp_chair")
    usual: dict[str, Any] = {
        **people,
        "confirmed_on": _FIRST - timedelta(3),
        "final_grade": final,
        "finally_decided_on": _DECIDED if final else None,
    }
    return Allocation("9", "", "X-1", _CYCLE.name, kind, **{**usual, **fields})


def _came(auditors: Grade | None, moderated: Grade | None, changes: Mapping[str, Any]) -> list[Event]:
    events: list[Event] = []

    def happened(on: date, kind: EventKind, **data: Any) -> None:
        at = datetime.combine(on, time(9, len(events)), UTC)
        events.append(
            Event(
                at, kind, f"9#{len(events)}", "9", {"on": on.isoformat(), "sha256": str(len(events)), **data}
            )
        )

    if auditors:
        back = _FIRST + timedelta(40) if changes.get("late") else _BACK
        happened(
            back, EventKind.AUDIT_RETURNED, grade=auditors.value, incomplete=bool(changes.get("incomplete"))
        )
    if by := changes.get("rectification_by"):
        happened(_DECIDED, EventKind.RECTIFICATION_SEEN, by=by.isoformat())
    if moderated:
        on = _FIRST + timedelta(44) if changes.get("late") else _MODERATED
        happened(
            on, EventKind.MODERATION_RETURNED, grade=moderated.value, sent_back=bool(changes.get("sent_back"))
        )
    if changes.get("held"):
        happened(_DONE, EventKind.NEEDS_A_PERSON, reason="x", sender="auditor@x", form=True)
    if changes.get("progress"):
        happened(
            _DONE, EventKind.REPORTED, command="progress", date=_DONE.isoformat(), by="head.of.service@x"
        )
    return events


@lru_cache(4)
def _made_up(deadlines: tuple[Deadline, ...]) -> tuple[Sequence[Standing], Sequence[_Met]]:
    """Where all the made-up audits and cycles stand, by these deadlines. No letter has gone about any of them."""
    book, working = Rulebook(deadlines, ()), WorkingDays()
    standings = []
    for row, events in _audits():
        history = history_of(events)
        standings.append(standing(as_reported(row, history), _CYCLE, history, book, working, _TODAY))
    return standings, list(_cycles(standings, book, working))


def _cycles(standings: Collection[Standing], book: Rulebook, working: WorkingDays) -> Iterator[_Met]:
    """Cycles at their beginning and at their end, with audits in every state and with those of one kind only."""
    filled: dict[str, date] = {}
    states = [replace(_CYCLE, kloe_meeting_on=None), _CYCLE]
    for column in ("dip_report_sent_on", "dip_report_signed_off_on", "board_meeting_on", "action_plan_agreed_on",
                   "workshop_held_on"):  # fmt: skip
        filled[column] = _DONE
        states.append(replace(_CYCLE, **filled))  # type: ignore[arg-type]
    later = replace(_CYCLE, item_id="2", month_one=_FIRST + timedelta(180))
    moderated = [s for s in standings if Milestone.MODERATED in s.reached]
    waiting = [replace(s, reached={}) for s in moderated]
    for cycle, others in product(states, ((), (later,))):
        for some in (standings, moderated, waiting, ()):
            reached = of_cycle(cycle, some, others, book, working)
            for more in ((), (Milestone.ROWS_ADDED,)):
                yield _Met({**_days(reached), **dict.fromkeys(more, _FIRST)}, circumstances_of_cycle(some))
