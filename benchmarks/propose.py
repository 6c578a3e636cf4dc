"""A proposed allocation beside a greedy one and a plain draw, on the same councils in the same run.

    python benchmarks/propose.py [--rounds N]

What may be is asked of the bot's own `why_not`, so that no way has other rules than another; who is chosen is each
way's own. Where OR-Tools is installed, its minimum-cost flow is asked for the same least cost.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from time import process_time

from figures import Figure, told

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests/programme")]

from allocating_judge import large_council  # noqa: E402

from bot.programme.allocating.fairness import spread  # noqa: E402
from bot.programme.allocating.matched import Matching  # noqa: E402
from bot.programme.allocating.parts import Agreed, Given, Part, Proposal  # noqa: E402
from bot.programme.allocating.propose import proposed  # noqa: E402
from bot.programme.allocating.row_words import why_each  # noqa: E402

SIXTY, SIX_HUNDRED = "60 audits proposed and explained", "600 audits proposed and explained"
LEFT, MOVED = (
    "audits left out that could be placed, tight councils",
    "rows moved that need not be, after three drop-outs",
)
GREEDY, DRAW = "squares of the loads, beside a greedy match", "squares of the loads, beside a plain draw"
LEAST = "squares of the loads, beside the least that independence leaves"
OVER = "squares of the loads, beside what cannot be undercut"
FIGURES = {
    SIXTY: Figure(0.2, 0.4, "s"),
    SIX_HUNDRED: Figure(3, 6, "s"),
    LEFT: Figure(0, 0, "audits"),
    MOVED: Figure(1, 1, "rows"),
    GREEDY: Figure(1, 1.01),
    DRAW: Figure(0.97, 1),
    LEAST: Figure(1.01, 1.03),
    OVER: Figure(1.05, 1.2, why="Independence keeps some who had little from those audits that are left."),
}

Edges = Mapping[str, list[tuple[int, int]]]


def explained(given: Given) -> Proposal:
    """What the command makes of a council, but for the workbook."""
    found = proposed(given)
    assert len(list(why_each(given, found))) >= len(given.works)
    return found


def greedy(matching: Matching, edges: Edges, seed: int) -> dict[str, int]:
    """The audit with the fewest choices first, to who has least."""
    return _one_by_one(matching, sorted(edges, key=lambda k: len(edges[k])), edges, None)


def plain_draw(matching: Matching, edges: Edges, seed: int) -> dict[str, int]:
    """Audits as they come, each to anybody who may and has a place."""
    return _one_by_one(matching, list(edges), edges, random.Random(seed))


def _one_by_one(
    matching: Matching, order: list[str], edges: Edges, chance: random.Random | None
) -> dict[str, int]:
    room = list(matching.room[Part.AUDITOR])
    load = [c.audits_before for c in matching.given.colleagues]
    found = {}
    for key in order:
        free = [(n, cost) for n, cost in edges[key] if room[n]]
        if free:
            n = chance.choice(free)[0] if chance else min(free, key=lambda e: (load[e[0]], e[1], e[0]))[0]
            found[key] = n
            room[n] -= 1
            load[n] += 1
    return found


def squares(matching: Matching, found: Mapping[str, int]) -> int:
    now = Counter(found.values())
    people = enumerate(matching.given.colleagues)
    return spread([c.audits_before + now[n] for n, c in people if c.audits_at_most])


def evened(matching: Matching, edges: Edges, found: Mapping[str, int]) -> dict[str, int]:
    """The same audits with the least squares the hard rules leave, by no flow: as long as a chain of audits that pass
    from one to the next takes one off somebody who has two more than the last of the chain, it is done. Where there is
    no such chain the loads are as even as can be (Harvey, Ladner, Lovász and Tamir 2006)."""
    given, room = dict(found), list(matching.room[Part.AUDITOR])
    load = [c.audits_before for c in matching.given.colleagues]
    for n in given.values():
        load[n] += 1
        room[n] -= 1

    def chain(first: int) -> bool:
        came: dict[int, tuple[str, int]] = {}
        to_see = [first]
        for who in to_see:
            for key in [key for key, n in given.items() if n == who]:
                for n, _ in edges[key]:
                    if n == first or n in came:
                        continue
                    came[n] = key, who
                    if room[n] and load[n] + 2 <= load[first]:
                        load[n], room[n] = load[n] + 1, room[n] - 1
                        load[first], room[first] = load[first] - 1, room[first] + 1
                        while n != first:
                            passed, before = came[n]
                            given[passed] = n
                            n = before
                        return True
                    to_see.append(n)
        return False

    while any(chain(n) for n in sorted(range(len(load)), key=lambda n: -load[n])):
        pass
    return given


def least_squares(matching: Matching, number: int) -> int:
    """What the squares would be if anybody might audit anything: nothing can undercut it."""
    loads = [
        [c.audits_before, room]
        for c, room in zip(matching.given.colleagues, matching.room[Part.AUDITOR], strict=True)
    ]
    for _ in range(number):
        one = min((each for each in loads if each[1]), key=lambda each: each[0])
        one[0] += 1
        one[1] -= 1
    return spread(
        [each[0] for each, c in zip(loads, matching.given.colleagues, strict=True) if c.audits_at_most]
    )


def could_be(edges: Edges, room: list[int]) -> int:
    """How many audits can be placed at all, by Hopcroft's bound from a matching of its own: trying every chain."""
    held: dict[int, list[str]] = {}

    def placed(key: str, seen: set[int]) -> bool:
        for n, _ in edges[key]:
            if n in seen:
                continue
            seen.add(n)
            mine = held.setdefault(n, [])
            if len(mine) < room[n]:
                mine.append(key)
                return True
            for at, other in enumerate(mine):
                if placed(other, seen):
                    mine[at] = key
                    return True
        return False

    return sum(placed(key, set()) for key in edges)


def auditors(matching: Matching, proposal: Proposal) -> dict[str, int]:
    at = matching.eligible.at
    return {row.work.key: at[row.auditor] for row in proposal.rows if row.auditor}


def seconds(audits: int, rounds: int) -> float:
    """Of the processor, at the worst of a roomy and a tight council: the best of some rounds."""
    worst = 0.0
    for places in (1.3, 1.0):
        given = large_council(audits, 1, places)
        taken = []
        for _ in range(rounds):
            start = process_time()
            explained(given)
            taken.append(process_time() - start)
        print(f"  {audits:4} audits, {places} places each: {min(taken):6.3f} s of the processor")
        worst = max(worst, min(taken))
    return worst


def tight(rounds: int) -> tuple[int, Counter[str]]:
    """How many audits each way leaves out that could be placed: as many places as audits, few teams."""
    left: Counter[str] = Counter()
    councils = 0
    for audits, teams in ((60, 3), (60, 8), (600, 8)):
        for seed in range(rounds * (3 if audits == 60 else 1)):
            given = large_council(audits, 100 + seed, 1.08, teams)
            given = replace(
                given,
                colleagues=tuple(
                    replace(c, audits_at_most=min(2, c.audits_at_most)) for c in given.colleagues
                ),
            )
            matching = Matching(given)
            edges = matching.edges_of_auditors({})
            most = could_be(edges, matching.room[Part.AUDITOR])
            left["flow"] += most - len(auditors(matching, proposed(given)))
            left["greedy"] += most - len(greedy(matching, edges, seed))
            left["plain draw"] += most - len(plain_draw(matching, edges, seed))
            councils += 1
    return councils, left


def moved(rounds: int) -> int:
    """After three drop-outs, the rows with another person though theirs is still there: the worst of some councils."""
    worst = 0
    for seed in range(rounds * 3):
        given = large_council(60, seed)
        first = proposed(given)
        out = set(random.Random(seed).sample(sorted({r.auditor.email for r in first.rows if r.auditor}), 3))
        agreed = {
            r.work.key: Agreed({part: who for part in Part if (who := r.person(part))}) for r in first.rows
        }
        rest = tuple(replace(c, exempted=c.person.email in out) for c in given.colleagues)
        again = proposed(replace(given, colleagues=rest, agreed=agreed, seed="another"))
        worst = max(
            worst,
            sum(
                now.auditor is not None and who != now.person(part) and who.email not in out
                for was, now in zip(first.rows, again.rows, strict=True)
                for part in Part
                if (who := was.person(part))
            ),
        )
    return worst


def fairness(rounds: int) -> dict[str, float]:
    """The loads of three cycles together, each way on the same councils."""
    sums: Counter[str] = Counter()
    for seed in range(rounds * 3):
        matching = Matching(large_council(60, 200 + seed))
        edges = matching.edges_of_auditors({})
        flow = auditors(matching, proposed(matching.given))
        ways = {
            "flow": flow,
            "greedy": greedy(matching, edges, seed),
            "plain draw": plain_draw(matching, edges, seed),
        }
        if len({len(found) for found in ways.values()}) > 1:
            continue  # who leaves audits out has less to share
        for name, found in ways.items():
            sums[name] += squares(matching, found)
        sums["least by the rules"] += squares(matching, evened(matching, edges, ways["greedy"]))
        sums["cannot be undercut"] += least_squares(matching, len(flow))
    print("\nSquares of the loads of three cycles")
    for name, value in sums.items():
        print(f"  {name:20} {value:8}   {value / sums['flow']:6.3f} x")
    return {
        GREEDY: sums["flow"] / sums["greedy"],
        DRAW: sums["flow"] / sums["plain draw"],
        LEAST: sums["flow"] / sums["least by the rules"],
        OVER: sums["flow"] / sums["cannot be undercut"],
    }


def beside_a_library(audits: int) -> None:
    """The same auditors' flow by OR-Tools, where it is installed: its cost must be ours."""
    try:
        from ortools.graph.python import min_cost_flow  # type: ignore[import-not-found]
    except ImportError:
        print("\nNot beside OR-Tools: it is not installed here.")
        return
    matching = Matching(large_council(audits, 1, 1.0))
    start = process_time()
    flow = matching.matched()[0].flow
    ours = process_time() - start
    start = process_time()
    solver = min_cost_flow.SimpleMinCostFlow()
    count, people = len(flow.edges), len(flow.places)
    source, sink = count + people, count + people + 1
    for a, own in enumerate(flow.edges):
        solver.add_arc_with_capacity_and_unit_cost(source, a, 1, 0)
        solver.add_arc_with_capacity_and_unit_cost(a, sink, 1, flow.nobody)
        for n, cost in own:
            solver.add_arc_with_capacity_and_unit_cost(a, count + n, 1, cost)
    for n, places in enumerate(flow.places):
        for cost in places:
            solver.add_arc_with_capacity_and_unit_cost(count + n, sink, 1, cost)
    solver.set_node_supply(source, count)
    solver.set_node_supply(sink, -count)
    assert solver.solve() == solver.OPTIMAL
    theirs = process_time() - start
    cost = sum(flow.nobody if n < 0 else dict(flow.edges[a])[n] for a, n in enumerate(flow.given))
    cost += sum(sum(places[: len(held)]) for places, held in zip(flow.places, flow.held, strict=True))
    assert cost == solver.optimal_cost(), (cost, solver.optimal_cost())
    print(
        f"\nBeside OR-Tools, {audits} audits: the same cost; ours with all costs {ours:.3f} s, theirs {theirs:.3f} s"
    )


def main() -> int:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--rounds", type=int, default=3)
    rounds = arguments.parse_args().rounds
    print("Time")
    found = {SIXTY: seconds(60, rounds), SIX_HUNDRED: seconds(600, rounds)}
    councils, left = tight(rounds)
    print(f"\nAudits left out that could be placed, in {councils} tight councils")
    for name, number in left.items():
        print(f"  {name:20} {number:8}")
    beside_a_library(600)
    return told(found | {LEFT: left["flow"], MOVED: moved(rounds)} | fairness(rounds), FIGURES)


if __name__ == "__main__":
    raise SystemExit(main())
