"""The rule book as a table a manager can read and sign: each date and each letter in words, with its section."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.programme.rulebook.rules import Conditions, Deadline, Rule, Rulebook, WaitsFor
from bot.programme.vocabulary import AuditType, Milestone, Scope
from bot.programme.waits import Unit, Wait


@dataclass(frozen=True, slots=True)
class DateLine:
    guide: str
    sets: str
    when: str
    of: str
    about: str
    note: str


@dataclass(frozen=True, slots=True)
class LetterLine:
    guide: str
    name: str
    when: str
    of: str
    to: str
    cc: str
    until: str
    letter: str
    about: str
    note: str


def date_lines(book: Rulebook) -> list[DateLine]:
    return [_date_line(deadline) for deadline in book.deadlines]


def letter_lines(book: Rulebook) -> list[LetterLine]:
    """The rules in the order of the guide's sections, those of one section as they stand in the book."""
    return sorted((_letter_line(rule) for rule in book.rules), key=lambda line: _section(line.guide))


def _section(guide: str) -> float:
    digits = "".join(c for c in guide if c.isdigit() or c == ".").strip(".")
    return float(digits) if digits.replace(".", "", 1).isdigit() else 99.0


def _date_line(deadline: Deadline) -> DateLine:
    return DateLine(
        deadline.guide,
        deadline.sets.value,
        counted(deadline.wait, deadline.after),
        "each cycle" if deadline.sets.of[0] is Scope.CYCLE else _of(deadline.conditions),
        deadline.about,
        deadline.note,
    )


_FOR_EACH = {
    Scope.CYCLE: "each cycle",
    Scope.MONTH: "each month",
    Scope.NEW_HOLDER: "whoever takes over a part",
}
_WAITS = {
    WaitsFor.NOTHING: "goes on any day, whatever the row says",
    WaitsFor.WORKING_DAY: "goes on also when the audit is withdrawn or its row needs a person",
}


def _letter_line(rule: Rule) -> LetterLine:
    when = counted(rule.wait, rule.when)
    if rule.not_before:
        when += f", but not before {rule.not_before}"
    if rule.repeat.times > 1:
        unit = "week" if rule.repeat.weeks else "working day"
        every = unit if rule.repeat.every == 1 else f"{rule.repeat.every} {unit}s"
        when += f"; again every {every}, {rule.repeat.times} times in all"
    until = [m.value for m in sorted(rule.unless)]
    until += [f"{m.value} within a week" for m in sorted(rule.unless_lately)]
    if rule.draft_only:
        until.append("only drafted: the Audit Team sends it")
    if rule.makes:
        until.append(f"made before it, and put into the library: {', '.join(rule.makes)}")
    if rule.ask_if_away:
        until.append("not while the reader is known to be away")
    if rule.waits_for:
        until.append(_WAITS[rule.waits_for])
    if rule.asks_for_help:
        until.append("one letter for all that fall on one day for the same people")
    if rule.follows_reader:
        until.append("a new reader gets it too")
    if rule.not_to:
        until.append(f"not to whoever is {', '.join(role.value for role in rule.not_to)} of the audit")
    if rule.meets:
        who = ", ".join(role.value for role in rule.meets)
        until.append(f"proposes {rule.minutes} minutes when {who} are free, where calendars may be seen")
    return LetterLine(
        rule.guide,
        rule.name or rule.id,
        when,
        _FOR_EACH.get(rule.scope) or _of(rule.conditions),
        ", ".join(role.value for role in rule.to),
        ", ".join(role.value for role in rule.cc),
        "; ".join(until),
        rule.letter,
        rule.about,
        rule.note,
    )


def counted(wait: Wait, start: Milestone) -> str:
    """ "3 working days after moderated"."""
    match wait.unit:
        case Unit.SAME_DAY:
            return f"on the day: {start}"
        case Unit.WORKING_DAY_OF_MONTH | Unit.LAST_WORKING_DAY_OF_MONTH:
            which = f"working day {wait.count}" if wait.count else "last working day"
            return f"{which} of the month of: {start}"
    side = "before" if wait.count < 0 else "after"
    return f"{abs(wait.count)} {wait.unit}{'' if abs(wait.count) == 1 else 's'} {side}: {start}"


def _of(conditions: Conditions) -> str:
    """Which audits, in words: "moderated as Inadequate"."""
    found = []
    moderated = {kind for kind in AuditType if kind.is_moderated}
    if conditions.audit_types != moderated:
        found.append(", ".join(kind.value for kind in AuditType if kind in conditions.audit_types))
    if conditions.auditor_grades:
        found.append(f"graded {_or(conditions.auditor_grades)} by the auditor")
    if conditions.moderated_grades:
        found.append(f"moderated as {_or(conditions.moderated_grades)}")
    found += [c.value for c in sorted(conditions.circumstances)]
    found += [f"not {c.value}" for c in sorted(conditions.not_in)]
    return "; ".join(found) or "every full audit and re-audit"


def _or(grades: Iterable[object]) -> str:
    return " or ".join(sorted(str(grade) for grade in grades))
