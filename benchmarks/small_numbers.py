"""The suppression attack with an integer solver: from everything told of random cycles, on one day and on two days
together, the least and the largest value each untold number can have.

    pip install scipy            (in an environment that also sees this project; nothing else needs it)
    PYTHONPATH=.:tests/reports python benchmarks/small_numbers.py 0 2000

Knows nothing of how numbers are chosen: only what is printed, the sums between the counts, and of two days whether
each number grew, shrank or stayed.
"""

from __future__ import annotations

import math
import sys
import time
from datetime import date
from itertools import combinations

from whole_ranges import WholeRanges

from bot.programme.reports.counts import Counts, Name, Shown
from bot.programme.reports.cycle_counts import cycle_counts
from bot.programme.reports.small_numbers import Issued, as_published

try:
    from random_cycles import CYCLE, DOMAINS, audits
except ImportError as fault:
    print(f"Not run: {fault.name} is not here. How it is run: the first lines of benchmarks/small_numbers.py")
    sys.exit(0)

THRESHOLD = 5
DAYS = (date(2026, 3, 31), date(2026, 4, 30))
Told = tuple[Counts, Shown]
Key = tuple[int, Name]


def pinned(issues: list[Told]) -> list[tuple[object, int, int]]:
    """Each untold number, and each small difference of two days, that can be told within less than the threshold."""
    known = WholeRanges()
    printed = {each for _, shown in issues for each in shown.numbers.items()}
    sought: dict[object, dict[object, int]] = {}
    for n, (counts, shown) in enumerate(issues):
        for whole, parts in counts.sums:
            known.holds({(n, whole): -1} | {(n, part): 1 for part in parts})
        for name, number in shown.numbers.items():
            if number is not None:
                known.tell((n, name), number)
            elif (name, counts[name]) not in printed:  # else it was told before, and is held back only now
                sought[n, name] = {(n, name): 1}
    for first, second in combinations(range(len(issues)), 2):
        for name, number in issues[first][0].numbers.items():
            grown = issues[second][0].numbers[name] - number
            row: dict[object, int] = {(second, name): 1, (first, name): -1}
            known.holds(row, -math.inf if grown < 0 else 0, math.inf if grown > 0 else 0)
            if 0 < abs(grown) < THRESHOLD:
                sought["difference", first, second, name] = row
    found = known.ranges(sought, THRESHOLD)
    return [(what, low, high) for what, (low, high) in found.items() if high - low < THRESHOLD]


def main() -> None:
    if len(sys.argv) != 3:
        print(
            "Not run: from which cycle to which? How it is run: the first lines of benchmarks/small_numbers.py"
        )
        return
    begin, end = map(int, sys.argv[1:3])
    untold = told = 0
    slowest = 0.0
    bad = 0
    for seed in range(begin, end):
        records = audits(seed)
        issues: list[Told] = []
        for day in DAYS:
            counts = cycle_counts(CYCLE, records, day, DOMAINS)
            begun = time.perf_counter()
            shown = as_published(counts, THRESHOLD, [Issued(*issue) for issue in issues])
            slowest = max(slowest, time.perf_counter() - begun)
            issues.append((counts, shown))
            told += sum(v is not None for v in shown.numbers.values())
            untold += sum(v is None for v in shown.numbers.values())
        for these in ([issues[0]], [issues[1]], issues):
            for each in pinned(these):
                bad += 1
                print(seed, each, flush=True)
        if seed % 50 == 49:
            print(
                f"{seed + 1 - begin} cycles: {bad} pinned; {told} told, {untold} untold; slowest {slowest:.1f} s",
                flush=True,
            )
    print(
        f"{end - begin} cycles on two days: {bad} pinned; {told} told, {untold} untold; slowest {slowest:.1f} s"
    )


if __name__ == "__main__":
    main()
