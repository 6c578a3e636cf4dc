"""The one pure function that says what ought to have been done by today.

Nothing here knows the clock, the network or a file. Performing a plan and planning again yields nothing. Its rooms are
in `planning/`: the situation, which letters an audit and a cycle are owed, when, to whom, and what of it is new.

What is wrong with one child's audit keeps no other's letter: an audit, or a cycle as a whole, over which this stumbles
gets nothing that day, and is named in the plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date

from bot.programme.answers.cycle_replies import cycle_entries_wanted
from bot.programme.history.history import History
from bot.programme.planning.kept_letters import Keeping, waiting_for_a_word
from bot.programme.planning.of_audits import Hears, audit_letters, hears
from bot.programme.planning.of_cycles import cycle_letters, month_letters
from bot.programme.planning.situation import Planning, Situation, Stumbled, situation_of
from bot.programme.planning.together import together
from bot.programme.rulebook.rules import WaitsFor
from bot.programme.standing.actions import Kept, Plan, SendLetter
from bot.programme.standing.bots_cells import bots_cells
from bot.programme.standing.checks import beyond_published
from bot.programme.standing.council import Basis, Council
from bot.programme.standing.readiness import readiness
from bot.programme.standing.reported_by_reply import entries_wanted
from bot.programme.standing.safety import left_behind, open_safety
from bot.programme.standing.still_to_enter import still_to_enter
from bot.programme.vocabulary import Problem


def plan(today: date, council: Council, history: History, basis: Basis) -> Plan:
    """What ought to have been done by `today`: letters to send, rows to write, and what a person must know."""
    stumbled: Stumbled = {}
    situation = situation_of(today, council, history, basis, stumbled)
    named = {cycle.name for cycle in situation.cycles}
    problems = [*situation.check.problems, *situation.problems]
    problems += readiness(today, situation.cycles, council, basis.rulebook, basis.working, situation.by_cycle)
    for cycle in situation.cycles:
        with _apart(f"Cycles, {cycle.name}", stumbled):
            problems += still_to_enter(
                today, cycle, situation.reached[cycle.name], situation.by_cycle.get(cycle.name, ()),
                situation.council.later_than(cycle), situation.by_cycle, basis.working,
            )  # fmt: skip
    problems += entries_wanted(a for a in situation.council.allocations if a.cycle in named)
    letters, kept = _letters(today, situation, history, basis, problems, stumbled)
    problems += waiting_for_a_word(kept)
    problems += cycle_entries_wanted(situation.cycles, history, basis.rulebook, council, today)
    rows, as_found = [], {}
    for found in situation.standings:
        a = found.allocation
        with _apart(f"Audit allocations, {a.reference}", stumbled):
            problems += open_safety(found, today, basis.working)
            cells = bots_cells(found, history, today, blocked=a.item_id in situation.check.blocked)
            problems += cells.problems
            if cells.update:
                rows.append(cells.update)
            if cells.found:
                as_found[a.item_id] = cells.found
    problems += beyond_published(situation.standings, basis.working)
    problems += left_behind(council.cycles, council.allocations)
    return Plan(
        tuple(letters),
        tuple(rows),
        tuple(problems),
        tuple(kept),
        tuple(situation.standings),
        as_found,
        stumbled,
    )


@contextmanager
def _apart(where: str, stumbled: Stumbled) -> Iterator[None]:
    """One audit, or one cycle: what goes wrong with it is noted and stops nothing else."""
    try:
        yield
    except Exception as fault:
        stumbled[where] = fault


def _letters(
    today: date,
    situation: Situation,
    history: History,
    basis: Basis,
    problems: list[Problem],
    stumbled: Stumbled,
) -> tuple[list[SendLetter], list[Kept]]:
    """The letters owed today, and those of them that are kept back."""
    planning = Planning(today, situation.council, history, basis, problems, situation.standings)
    letters: list[SendLetter] = []
    for cycle in situation.cycles:
        where = f"Cycles, {cycle.name}"
        if where not in stumbled:  # else it is not known whether all of it is done
            with _apart(where, stumbled):
                letters += cycle_letters(
                    planning, cycle, situation.reached[cycle.name], situation.by_cycle[cycle.name]
                )
    letters += month_letters(planning)
    owed: list[SendLetter] = []
    for found in situation.standings:
        with _apart(f"Audit allocations, {found.allocation.reference}", stumbled):
            heard = hears(found, today, situation.check)
            if heard is not Hears.NOTHING:
                owed += audit_letters(planning, found, heard)
    names = {person.email: person.name for person in (h.person for h in situation.council.roles)}
    rules = basis.rulebook.rules
    keeping = Keeping(history, basis.keys, rules, today, lambda by: names.get(by, "the Audit Team"))
    letters, kept = keeping.sifted(letters, problems)
    owed, more = keeping.sifted(owed, problems)
    planned, kept = letters + together(planning, owed), kept + more
    if basis.working.is_working(today):
        return planned, kept
    return [letter for letter in planned if letter.rule.waits_for is WaitsFor.NOTHING], kept


def coming(
    days: Iterable[date], council: Council, history: History, basis: Basis
) -> dict[date, tuple[SendLetter, ...]]:
    """What would go out on each of some coming days if nothing further happened. Each letter is shown once."""
    days, stumbled = list(days), Stumbled()
    situation = situation_of(min(days, default=date.max), council, history, basis, stumbled)
    shown: set[str] = set()
    found: dict[date, tuple[SendLetter, ...]] = {}
    for day in days:
        letters = [
            letter
            for planned in _letters(day, situation, history, basis, [], stumbled)[0]
            for letter in (planned.together or (planned,))
            if letter.key not in shown
        ]
        shown.update(letter.key for letter in letters)
        found[day] = tuple(letters)
    return found
