"""Where every audit and every cycle stands, whatever letters follow from it, and what the planning of a day has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.programme.answers.cycle_replies import cycle_as_reported
from bot.programme.history.history import History
from bot.programme.history.records_of_the_past import AuditHistory
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.checks import Checked, checked
from bot.programme.standing.council import Basis, Council
from bot.programme.standing.cycle_standing import of_cycle
from bot.programme.standing.order_of_dates import cycle_in_order, in_order
from bot.programme.standing.reported_by_reply import as_reported
from bot.programme.standing.standing import standing
from bot.programme.vocabulary import Cycle, Milestone, Problem
from bot.programme.working_days import Dated


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known, whatever the day: where every audit and every cycle stands."""

    council: Council
    cycles: Sequence[Cycle]
    check: Checked
    standings: Sequence[Standing]
    by_cycle: Mapping[str, Sequence[Standing]]
    reached: Mapping[str, Mapping[Milestone, Dated]]  # of each cycle, by its name
    problems: Sequence[Problem]  # dates that cannot be right


@dataclass(slots=True)
class Planning:
    """Where everything stands, on one day. `problems` grows with what a person must know."""

    today: date
    council: Council
    history: History
    basis: Basis
    problems: list[Problem]
    standings: Sequence[Standing]


Stumbled = dict[str, Exception]
"""What the bot met that it does not know, by where: nothing goes out about that audit or cycle, all others go on."""


def situation_of(
    today: date, council: Council, history: History, basis: Basis, stumbled: Stumbled | None = None
) -> Situation:
    """Where everything stands. With `stumbled` an audit that cannot be worked out is noted there and left out, and
    nothing is known of the whole of its cycle; without it, whatever that raised is raised."""
    problems: list[Problem] = []
    cycles: dict[str, Cycle] = {}
    for cycle in council.cycles:
        if cycle.open:
            right_cycle, faults = cycle_in_order(cycle, today)
            problems += faults
            cycles[cycle.name] = cycle_as_reported(right_cycle, history, basis.rulebook, council, today)
    rows, standings = [], list[Standing]()
    for row in council.allocations:
        try:
            right, wrong = in_order(row, history.audits.get(row.item_id) or AuditHistory(), today)
            right = as_reported(right, history)
            if own := cycles.get(row.cycle):
                standings.append(standing(right, own, history, basis.rulebook, basis.working, today))
        except Exception as fault:
            if stumbled is None:
                raise
            stumbled |= {f"Audit allocations, {row.reference}": fault, f"Cycles, {row.cycle}": fault}
            right, wrong = row, ()
        rows.append(right)
        problems += wrong if row.cycle in cycles else ()
    council = replace(council, allocations=rows, cycles=[cycles.get(c.name, c) for c in council.cycles])
    by_cycle: defaultdict[str, list[Standing]] = defaultdict(list)
    for found in standings:
        by_cycle[found.cycle.name].append(found)
    reached = {
        cycle.name: of_cycle(
            cycle, by_cycle[cycle.name], council.later_than(cycle), basis.rulebook, basis.working
        )
        for cycle in cycles.values()
    }
    for name in cycles:
        if stumbled and f"Cycles, {name}" in stumbled:  # an audit of it is missing here
            reached[name] = {m: day for m, day in reached[name].items() if m is not Milestone.CYCLE_COMPLETE}
    return Situation(
        council,
        tuple(cycles.values()),
        checked(council.allocations, council.cycles, council.roles),
        [_knowing_its_cycle(found, reached[found.cycle.name]) for found in standings],
        by_cycle,
        reached,
        problems,
    )


def _knowing_its_cycle(found: Standing, reached: Mapping[Milestone, Dated]) -> Standing:
    """An audit's standing with what only its whole cycle tells: whether all of it is done."""
    complete = reached.get(Milestone.CYCLE_COMPLETE)
    if complete is None or found.reached.get(Milestone.CYCLE_COMPLETE) == complete:
        return found
    return replace(found, reached={**found.reached, Milestone.CYCLE_COMPLETE: complete})
