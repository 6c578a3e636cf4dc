"""An allocation proposed beside other ways to match: a plain random draw, a greedy match, and three solvers where they
are installed. Of each way the time, the audits placed, how even the loads are and what repeats, for 60 and for 600
audits, with room and without.

    python benchmarks/proposing_beside_solvers.py          (pip install ortools highspy, to have the solvers beside it)

Who may audit what is worked out here, by the same rules for all but `propose`, which reads them by itself. Every way
matches auditors and then moderators; `propose` besides explains what is short, and tries other auditors where more
could then be moderated. A load is what somebody had in the last two cycles and has now. It never ends with 1.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from bot.programme.allocating.parts import (
    AllocationRules,
    Child,
    Colleague,
    Given,
    KindRule,
    Month,
    Part,
    Reason,
    Wish,
    Work,
)
from bot.programme.allocating.propose import proposed
from bot.programme.vocabulary import AuditType, Person

LOAD, MET, HEAD, PAIR = 1000, 600, 50, 300
NOBODY_COSTS = 10**8
SECONDS = 5.0
"""How long a solver may take for one match; what it has by then counts."""

Matched = dict[int, int]


@dataclass
class Problem:
    """Rows with whoever may take each and what that costs besides load; each person's room and what they had before."""

    edges: dict[int, dict[int, int]]
    room: list[int]
    before: list[int]

    def step(self, who: int, nth: int) -> int:
        """What somebody's nth row of this cycle costs: of the k-th of three cycles 2k - 1 loads."""
        return LOAD * (2 * (self.before[who] + nth) - 1)

    def cost(self, found: Matched) -> int:
        loads = Counter(found.values())
        steps = sum(self.step(who, n) for who, load in loads.items() for n in range(1, load + 1))
        return steps + sum(self.edges[row].get(who, 0) for row, who in found.items())


@dataclass(frozen=True)
class Way:
    name: str
    match: Callable[[Problem], Matched]


# -------------------------------------------------------------------------------- the council


def council(audits: int, tight: bool) -> Given:
    """Two thirds for Team Managers, a third for Advanced Practitioners, a team for eight audits, places for 1.3 times
    the audits before one in twelve is on leave and one in twenty is not trained. `tight`: three teams in all, everybody
    in one of them, there and trained, and as many places as audits."""
    lot = random.Random(audits)
    days = tuple(d for d in (date(2026, 3, 2) + timedelta(n) for n in range(30)) if d.weekday() < 5)
    teams = [f"Team {n}" for n in range(3 if tight else max(8, audits // 8))]
    heads = [_person(f"Head {n}") for n in range(max(3, audits // 60))]
    each, share = (1, 1.0) if tight else (2, 1.3)
    roles = ["Team Manager"] * round(audits * 2 / 3 * share / each)
    roles += ["Advanced Practitioner"] * round(audits / 3 * share / each)
    roles += ["Group Manager"] * round(audits / 5)
    people = []
    for n, role in enumerate(roles):
        moderates = role == "Group Manager"
        people.append(Colleague(
            _person(f"{role} {n}"), role, lot.choice(teams), (),
            None if not tight and lot.random() < 0.05 else date(2025, 1, 10),
            away=((days[0], days[-1]),) if not tight and lot.random() < 0.08 else (), manager=_person("Somebody Else"),
            head_of_service=lot.choice(heads), audits_at_most=0 if moderates else each,
            moderations_at_most=8 if moderates else 0, audits_before=0 if moderates else lot.randint(1, 4),
            moderations_before=lot.randint(6, 12) if moderates else 0, met=tuple(lot.sample(teams, 2)),
        ))  # fmt: skip
    moderating = [who for who in people if who.moderations_at_most]
    people = [who if who.moderations_at_most else _paired(who, lot.choice(moderating)) for who in people]
    works = []
    for n in range(audits):
        kind = AuditType.FULL_TEAM_MANAGER if n < audits * 2 // 3 else AuditType.FULL_ADVANCED_PRACTITIONER
        chair = people[lot.randrange(len(people))].person if lot.random() < 0.1 else None
        child = Child(str(40_000 + n), "FSP", lot.choice(teams), "CIN", _person(f"Worker {n % 97}"),
                      head_of_service=lot.choice(heads), iro_or_cp_chair=chair, chair_said=True)  # fmt: skip
        works.append(Work(child, kind))
    kinds = {
        AuditType.FULL_TEAM_MANAGER: KindRule(audits * 2 // 3, ("Team Manager",)),
        AuditType.FULL_ADVANCED_PRACTITIONER: KindRule(audits // 3, ("Advanced Practitioner",)),
    }
    weights = {
        Wish.MOVED: 10**6,
        Wish.LOAD: LOAD,
        Wish.MET_BEFORE: MET,
        Wish.SAME_PAIR: PAIR,
        Wish.SAME_LINE: HEAD,
    }
    rules = AllocationRules(
        kinds, ("Group Manager",), (), ("team",), frozenset(Reason) - {Reason.SAME_PAIR}, weights
    )
    return Given(tuple(works), tuple(people), rules, Month(days, days[14]), seed="beside others")


def _person(name: str) -> Person:
    return Person(name, f"{name.replace(' ', '.').lower()}@wexcombe.example")


def _paired(auditor: Colleague, moderator: Colleague) -> Colleague:
    values = {name: getattr(auditor, name) for name in auditor.__slots__}
    return Colleague(**{**values, "paired": (moderator.person,)})


def may(of: Given, work: Work, who: Colleague, part: Part) -> bool:
    """Whether somebody may have a part, by the rules that this council's facts touch."""
    child = work.child
    roles = of.rules.kinds[work.audit_type].roles if part is Part.AUDITOR else of.rules.moderators
    there = not any(begins <= of.month.days[0] and ends >= of.month.days[-1] for begins, ends in who.away)
    return who.role in roles and who.trained_on is not None and there and who.team != child.team and (
        who.person not in (child.iro_or_cp_chair, child.practitioner, child.head_of_service))  # fmt: skip


def problem(of: Given, part: Part, auditors: Matched) -> Problem:
    edges: dict[int, dict[int, int]] = {}
    for row, work in enumerate(of.works):
        auditor = of.colleagues[auditors[row]] if row in auditors else None
        if part is Part.MODERATOR and auditor is None:
            continue
        edges[row] = {}
        for n, who in enumerate(of.colleagues):
            if not may(of, work, who, part) or (
                auditor is not None and (who is auditor or who.team == auditor.team)
            ):
                continue
            wish = MET * (work.child.team in who.met) + HEAD * (
                work.child.head_of_service == who.head_of_service
            )
            edges[row][n] = wish + PAIR * (auditor is not None and who.person in auditor.paired)
    first = part is Part.AUDITOR
    return Problem(
        edges, [each.audits_at_most if first else each.moderations_at_most for each in of.colleagues],
        [each.audits_before if first else each.moderations_before for each in of.colleagues],
    )  # fmt: skip


# --------------------------------------------------------------------------------------------------------- other ways


def drawn(given: Problem) -> Matched:
    """Row after row, anybody who may and has room."""
    lot, found, room = random.Random(3), Matched(), list(given.room)
    for row, people in given.edges.items():
        free = [who for who in people if room[who]]
        if free:
            found[row] = lot.choice(free)
            room[found[row]] -= 1
    return found


def greedy(given: Problem) -> Matched:
    """The row with the fewest choices first, to whom it costs least now."""
    found, had = Matched(), [0] * len(given.room)
    for row in sorted(given.edges, key=lambda row: len(given.edges[row])):
        free = [who for who in given.edges[row] if had[who] < given.room[who]]
        if free:
            who = min(free, key=lambda n: given.step(n, had[n] + 1) + given.edges[row][n])
            found[row] = who
            had[who] += 1
    return found


def or_tools_flow(given: Problem) -> Matched:
    from ortools.graph.python import min_cost_flow

    flow, rows = min_cost_flow.SimpleMinCostFlow(), list(given.edges)
    source, sink, people = len(rows) + len(given.room), len(rows) + len(given.room) + 1, len(rows)
    arcs: list[tuple[int, int, int]] = []
    tails, heads, costs = [], [], []
    for at, row in enumerate(rows):
        for who, cost in given.edges[row].items():
            arcs.append((len(tails), row, who))
            tails.append(at), heads.append(people + who), costs.append(cost)
        tails.append(at), heads.append(sink), costs.append(NOBODY_COSTS)
    for who, most in enumerate(given.room):
        for nth in range(1, most + 1):
            tails.append(people + who), heads.append(sink), costs.append(given.step(who, nth))
    for at in range(len(rows)):
        tails.append(source), heads.append(at), costs.append(0)
    flow.add_arcs_with_capacity_and_unit_cost(tails, heads, [1] * len(tails), costs)
    flow.set_node_supply(source, len(rows))
    flow.set_node_supply(sink, -len(rows))
    flow.solve()
    return {row: who for arc, row, who in arcs if flow.flow(arc)}


def cp_sat(given: Problem) -> Matched:
    from ortools.sat.python import cp_model

    model, costs, taken = cp_model.CpModel(), list[Any](), dict[tuple[int, int], Any]()
    for row, people in given.edges.items():
        for who, cost in people.items():
            taken[row, who] = model.new_bool_var("")
            costs.append(cost * taken[row, who])
        nobody = model.new_bool_var("")
        costs.append(NOBODY_COSTS * nobody)
        model.add_exactly_one([nobody, *(taken[row, who] for who in people)])
    for who, most in enumerate(given.room):
        mine = [taken[row, who] for row in given.edges if (row, who) in taken]
        if mine and most:
            steps = [model.new_bool_var("") for _ in range(most)]
            model.add(sum(mine) == sum(steps))
            costs += [given.step(who, nth) * step for nth, step in enumerate(steps, 1)]
    model.minimize(sum(costs))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds, solver.parameters.num_workers = SECONDS, 2
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return {}
    return {row: who for (row, who), var in taken.items() if solver.value(var)}


def highs(given: Problem) -> Matched:
    """As a linear programme, which has whole numbers at its corners: it is a flow."""
    import highspy
    import numpy

    pairs = [(row, who) for row, people in given.edges.items() for who in people]
    steps = [(who, nth) for who, most in enumerate(given.room) for nth in range(1, most + 1)]
    at, rows = {row: n for n, row in enumerate(given.edges)}, len(given.edges)
    columns = [[(at[row], 1.0), (rows + who, 1.0)] for row, who in pairs]
    columns += [[(rows + who, -1.0)] for who, _ in steps] + [[(n, 1.0)] for n in range(rows)]
    costs = (
        [given.edges[row][who] for row, who in pairs]
        + [given.step(*each) for each in steps]
        + [NOBODY_COSTS] * rows
    )
    programme = highspy.HighsLp()
    programme.num_col_, programme.num_row_ = len(columns), rows + len(given.room)
    programme.col_cost_ = numpy.array(costs, dtype=float)
    programme.col_lower_, programme.col_upper_ = numpy.zeros(len(columns)), numpy.ones(len(columns))
    programme.row_lower_ = numpy.array([1.0] * rows + [0.0] * len(given.room))
    programme.row_upper_ = programme.row_lower_
    programme.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    programme.a_matrix_.start_ = numpy.cumsum([0, *(len(each) for each in columns)])
    programme.a_matrix_.index_ = numpy.array([n for each in columns for n, _ in each])
    programme.a_matrix_.value_ = numpy.array([value for each in columns for _, value in each])
    solver = highspy.Highs()
    solver.silent()
    solver.setOptionValue("time_limit", SECONDS)
    solver.passModel(programme)
    solver.run()
    values = solver.getSolution().col_value
    return {row: who for (row, who), value in zip(pairs, values, strict=False) if value > 0.5}


# ------------------------------------------------------------------------------------------------------------ measured


def matched_by(way: Way, of: Given) -> tuple[float, Matched, Matched]:
    """Seconds on the wall that the two matches took, without who may what; auditors and moderators by their rows."""
    first, took = problem(of, Part.AUDITOR, {}), -time.perf_counter()
    auditors = way.match(first)
    took += time.perf_counter()
    second = problem(of, Part.MODERATOR, auditors)
    took -= time.perf_counter()
    moderators = way.match(second)
    return took + time.perf_counter(), auditors, moderators


def by_propose(of: Given) -> tuple[float, Matched, Matched]:
    began = time.perf_counter()
    found = proposed(of)
    took = time.perf_counter() - began
    at = {each.person: n for n, each in enumerate(of.colleagues)}
    rows = {work.key: n for n, work in enumerate(of.works)}
    parts: Mapping[Part, Matched] = {
        part: {rows[row.work.key]: at[who] for row in found.rows if (who := row.person(part)) is not None}
        for part in Part
    }
    return took, parts[Part.AUDITOR], parts[Part.MODERATOR]


def line(name: str, of: Given, took: float, auditors: Matched, moderators: Matched) -> str:
    given, loads = problem(of, Part.AUDITOR, {}), Counter(auditors.values())
    beside = problem(of, Part.MODERATOR, auditors)
    broken = sum(who not in given.edges[row] for row, who in auditors.items())
    broken += sum(who not in beside.edges[row] for row, who in moderators.items())
    able = {who for people in given.edges.values() for who in people}
    totals = [given.before[who] + loads[who] for who in able]
    met = sum(of.works[row].child.team in of.colleagues[who].met for row, who in auditors.items())
    pairs = sum(
        of.colleagues[who].person in of.colleagues[auditors[row]].paired for row, who in moderators.items()
    )
    idle = sum(not loads[who] for who in able)
    return (
        f"{name:28} {took * 1000:9,.0f} {len(auditors):7} {len(moderators):9} {broken:7} "
        f"{sum(t * t for t in totals):8,} {max(totals) - min(totals):7} {idle:6} {met:6} {pairs:6} "
        f"{given.cost(auditors) / 1000:9,.0f} {beside.cost(moderators) / 1000:10,.0f}"
    )


def main() -> int:
    ways = [Way("random draw", drawn), Way("greedy", greedy)]
    try:
        import ortools

        ways += [Way(f"OR-Tools {ortools.__version__} flow", or_tools_flow), Way("CP-SAT, 2 workers", cp_sat)]
    except ImportError:
        print("OR-Tools is not installed: its flow and CP-SAT are left out.")
    try:
        import highspy  # noqa: F401
        import numpy  # noqa: F401

        ways.append(Way("HiGHS", highs))
    except ImportError:
        print("HiGHS is not installed: it is left out.")
    for audits, tight in ((60, False), (60, True), (600, False), (600, True)):
        of = council(audits, tight)
        print(
            f"\n{audits} audits, {len(of.colleagues)} colleagues, {'not a place too many' if tight else 'room'}"
        )
        print(f"{'':28} {'ms':>9} {'placed':>7} {'moderated':>9} {'broken':>7} {'squares':>8} {'spread':>7} "
              f"{'idle':>6} {'teams':>6} {'pairs':>6} {'cost':>9} {'moderators':>10}")  # fmt: skip
        print(line("propose, with explanations", of, *by_propose(of)), flush=True)
        for way in ways:
            if tight and audits > 60 and way.match in (cp_sat, highs):
                continue
            print(line(way.name, of, *matched_by(way, of)), flush=True)
    print(
        "\nms: of propose with who may what, with explanations and with changes tried; of the others the match alone."
        "\nbroken: rules not kept. squares: everybody's audits of three cycles, squared and summed; spread: most less"
        "\nfewest. idle: who could audit and has none. teams: audits of a team met in the last two cycles. pairs:"
        "\nauditor and moderator as last time. cost: of the auditors, in thousands, as in config/allocation.toml; and"
        "\nof the moderators."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
