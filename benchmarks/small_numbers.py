"""The suppression attack with an integer solver: from everything told of random cycles, on one day and on two days
together, the least and the largest value each untold number can have.

    pip install scipy            (in an environment that also sees this project; nothing else needs it)
    PYTHONPATH=.:tests/reports python benchmarks/small_numbers.py 0 2000

Knows nothing of how numbers are chosen: only what is printed, the sums between the counts, and of two days whether
each number grew, shrank or stayed.
"""

from __future__ import annotations

import sys
import time
from datetime import date

try:
    import numpy as np
    from random_cycles import CYCLE, DOMAINS, audits
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import lil_matrix
except ImportError as fault:
    print(f"Not run: {fault.name} is not here. How it is run: the first lines of benchmarks/small_numbers.py")
    sys.exit(0)

from bot.programme.reports.counts import Counts, Name, Shown
from bot.programme.reports.cycle_counts import cycle_counts
from bot.programme.reports.small_numbers import Issued, as_published

THRESHOLD = 5
DAYS = (date(2026, 3, 31), date(2026, 4, 30))
Told = tuple[Counts, Shown]
BEYOND = 10_000


def pinned(issues: list[Told]) -> list[tuple[object, ...]]:
    """Each untold number, and each small difference of two days, that can be told within less than the threshold."""
    at: dict[tuple[int, Name], int] = {}
    for n, (counts, _) in enumerate(issues):
        for name in counts.numbers:
            at[n, name] = len(at)
    rows: list[tuple[dict[int, int], float, float]] = []
    for n, (counts, _) in enumerate(issues):
        for whole, parts in counts.sums:
            row = {at[n, whole]: -1}
            for part in parts:
                row[at[n, part]] = row.get(at[n, part], 0) + 1
            rows.append((row, 0, 0))
    printed = {each for _, shown in issues for each in shown.numbers.items()}
    sought: list[tuple[dict[int, int], tuple[object, ...]]] = [
        ({at[n, name]: 1}, (n, name))
        for n, (counts, shown) in enumerate(issues)
        for name, v in shown.numbers.items()
        if v is None and (name, counts[name]) not in printed  # told before, and held back only now
    ]
    for first in range(len(issues)):
        for second in range(first + 1, len(issues)):
            for name, number in issues[first][0].numbers.items():
                grown = issues[second][0].numbers[name] - number
                row = {at[second, name]: 1, at[first, name]: -1}
                rows.append((row, -np.inf if grown < 0 else 0, np.inf if grown > 0 else 0))
                if 0 < abs(grown) < THRESHOLD:
                    sought.append((row, ("difference", first, second, name)))
    matrix = lil_matrix((len(rows), len(at)))
    for r, (row, _, _) in enumerate(rows):
        for c, much in row.items():
            matrix[r, c] = much
    low, high = np.zeros(len(at)), np.full(len(at), float(BEYOND))
    for n, (_, shown) in enumerate(issues):
        for name, number in shown.numbers.items():
            if number is not None:
                low[at[n, name]] = high[at[n, name]] = number
    holds = LinearConstraint(matrix.tocsr(), [row[1] for row in rows], [row[2] for row in rows])
    weights = np.zeros((len(sought), len(at)))
    for r, (row, _) in enumerate(sought):
        for c, much in row.items():
            weights[r, c] = much
    least, most = np.full(len(sought), np.inf), np.full(len(sought), -np.inf)
    found = []
    for r, (_, what) in enumerate(sought):
        for sign in (1, -1):
            if most[r] - least[r] >= THRESHOLD:
                break
            answer = milp(
                sign * weights[r], constraints=holds, bounds=Bounds(low, high), integrality=np.ones(len(at))
            )
            assert answer.x is not None, answer.message
            seen = weights @ np.rint(answer.x)
            least, most = np.minimum(least, seen), np.maximum(most, seen)
        if most[r] - least[r] < THRESHOLD:
            found.append((what, least[r], most[r]))
    return found


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
