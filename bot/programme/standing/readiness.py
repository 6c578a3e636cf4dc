"""What a cycle still lacks to begin, and which posts nobody holds: told from four weeks before its audit month.

A letter that nobody can get, and a cycle that cannot begin, are never passed over in silence.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta

from bot.programme.date_words import day_in_words
from bot.programme.rulebook.rules import Rulebook
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.council import Council
from bot.programme.standing.cycle_standing import of_cycle
from bot.programme.titles import title_of
from bot.programme.vocabulary import Cycle, Milestone, Problem, Role
from bot.programme.waits import first_few
from bot.programme.working_days import WorkingDays

WEEKS_BEFORE = timedelta(weeks=4)

_IN_THE_ROW = {role for role in Role if role.of_the_row} - {Role.GROUP_MANAGER} | {Role.AUDIT_TEAM}
"""Roles that a row of the list, or the settings, name; all others stand in Audit roles."""


def readiness(
    today: date,
    cycles: Iterable[Cycle],
    council: Council,
    rulebook: Rulebook,
    working: WorkingDays,
    standings: Mapping[str, Sequence[Standing]],
) -> list[Problem]:
    """What is missing today, of every open cycle whose audit month begins within four weeks or has begun."""
    problems = []
    for cycle in cycles:
        if cycle.month_one is None or today < cycle.month_one - WEEKS_BEFORE:
            continue
        rows = standings.get(cycle.name, ())
        problems += _to_begin(today, cycle, rows, rulebook, working)
        lacking = [
            title_of(role)
            for role in _needed(rulebook, rows)
            if not council.holders(role, cycle.service_group, today)
        ]
        if lacking:
            names = ", ".join(f"“{title}”" for title in lacking)
            what = f"Nobody holds {names} for {cycle.name}. Whatever goes to them does not go: add a row for each."
            problems.append(Problem("Audit roles", what))
    return problems


def _needed(rulebook: Rulebook, rows: Collection[Standing]) -> list[Role]:
    """The posts some letter goes to, in the order of the vocabulary."""
    used = {role for rule in rulebook.rules for role in (*rule.to, *rule.cc)} - _IN_THE_ROW
    if any(s.allocation.group_manager for s in rows):
        used.discard(Role.GROUP_MANAGER)
    return [role for role in Role if role in used]


def _to_begin(
    today: date, cycle: Cycle, rows: Sequence[Standing], rulebook: Rulebook, working: WorkingDays
) -> list[Problem]:
    """What people still have to enter before the audits can go out, and since when it is late."""
    dates = of_cycle(cycle, rows, (), rulebook, working)
    awaited = [s for s in rows if s.allocation.audit_type.is_moderated and not s.allocation.left_out]
    under_way = any(Milestone.AUDIT_SENT in s.reached for s in rows)
    lacking: list[tuple[str, Milestone | None]] = []
    if cycle.kloe_meeting_on is None and not under_way:
        lacking.append(("“KLOE meeting on” is empty", Milestone.KLOE_MEETING_DUE))
    if not cycle.kloes:
        lacking.append(("“KLOEs” is empty, so no form carries a line of enquiry", Milestone.LIST_DUE))
    if not cycle.heads_of_service:
        lacking.append(("“Heads of Service” is empty, so nobody can confirm the list", None))
    waiting = [s for s in awaited if Milestone.CONFIRMED not in s.reached]
    due = dates.get(Milestone.CONFIRMATION_DUE)
    if waiting and due and today > due.on:
        whose = sorted({s.allocation.head_of_service.name for s in waiting if s.allocation.head_of_service})
        by = f" by {' and '.join(whose)}" if whose else ""
        rest = (
            "The list is not confirmed"
            if len(waiting) == len(awaited)
            else f"{_references(waiting)} are not confirmed"
        )
        if len(waiting) == 1 < len(awaited):
            rest = f"{_references(waiting)} is not confirmed"
        lacking.append(
            (
                f"{rest}{by}, so nothing goes out for {'it' if len(waiting) == 1 else 'them'}",
                Milestone.CONFIRMATION_DUE,
            )
        )
    problems = []
    for what, milestone in lacking:
        by_when = dates.get(milestone) if milestone else None
        late = f" It was due {day_in_words(by_when.on)}." if by_when and by_when.on < today else ""
        by = f" It is due {day_in_words(by_when.on)}." if by_when and not late else ""
        problems.append(
            Problem(
                f"Audit cycles, {cycle.name}",
                f"{what}. The audit month {'began' if today >= cycle.month_one else 'begins'} "  # type: ignore[operator]
                f"{day_in_words(cycle.month_one)}.{late}{by}",
            )
        )
    return problems


def _references(standings: Sequence[Standing]) -> str:
    names = sorted(s.allocation.reference for s in standings)
    return first_few(names, 8)
