"""The suppression attack on printed files: all the papers that a council gave away over two cycles and several months,
read back from their Word files, and what each number that is held back can still be.

    pip install scipy            (in an environment that also sees this project; nothing else needs it)
    PYTHONPATH=.:tests/reports:tests/papers python benchmarks/printed_papers.py 0 40

It knows what the pages' words mean (tests/reports/printed.py) and, worse than any reader, of each number that stands on
the pages of two days whether it grew, shrank or stayed. Which of what it takes for known does not hold is left out.
"""

from __future__ import annotations

import math
import sys
import time
from collections import defaultdict
from datetime import date

from whole_ranges import WholeRanges

try:
    from council_papers import DOMAINS, GivenAway, council
    from printed import Name, Reader, made_of
except ImportError as fault:
    print(
        f"Not run: {fault.name} is not here. How it is run: the first lines of benchmarks/printed_papers.py"
    )
    sys.exit(0)

THRESHOLD = 5
Key = tuple[str, date, Name]


def read(papers: list[GivenAway]) -> tuple[dict[Key, int | None], dict[Key, int]]:
    """What is printed of each cycle as at each day, and the true numbers."""
    shown: dict[Key, int | None] = {}
    true: dict[Key, int] = {}
    once = {(paper.cycle, paper.day): paper for paper in papers}
    for paper in once.values():
        for file in paper.inside:
            for (cycle, *name), number in Reader(file, paper.cycle, paper.before, DOMAINS).numbers.items():
                if number is not None:
                    true[cycle, paper.day, tuple(name)] = number
    for paper in papers:
        found = Reader(paper.file, paper.cycle, paper.before, DOMAINS)
        if found.unread:
            raise ValueError(f"tables nobody can read: {found.unread}")
        for (cycle, *name), number in found.numbers.items():
            key = (cycle, paper.day, tuple(name))
            if number is not None and true.get(key, number) != number:
                raise ValueError(f"{key} is printed as {number} and is {true[key]}")
            if shown.get(key) is None:
                shown[key] = number
    return shown, true


def attacked(papers: list[GivenAway]) -> tuple[list[str], int, int]:
    """What can be worked out too closely, in words; how many numbers were sought; how many were told."""
    shown, true = read(papers)
    known = WholeRanges()
    of_day: defaultdict[tuple[str, date], list[Name]] = defaultdict(list)
    for cycle, day, name in shown:
        of_day[cycle, day].append(name)
    for (cycle, day), names in of_day.items():
        for whole, parts in made_of(names):
            numbers = [true.get((cycle, day, each)) for each in (whole, *parts)]
            if None in numbers:
                told = [n for n in numbers[1:] if n is not None]
                misled = numbers[0] is not None and sum(told) > numbers[0]
            else:
                misled = numbers[0] != sum(n for n in numbers[1:] if n is not None)
            if not misled:
                known.holds({(cycle, day, whole): -1} | {(cycle, day, each): 1 for each in parts})
    sought = {key: {key: 1} for key, number in shown.items() if number is None}
    for key, number in shown.items():
        if number is not None:
            known.tell(key, number)
    days = sorted(of_day)
    for n, (cycle, day) in enumerate(days):
        for later_cycle, later in days[n + 1 :]:
            if later_cycle != cycle:
                continue
            for name in {*of_day[cycle, day]} & {*of_day[cycle, later]}:
                then, now = (cycle, day, name), (cycle, later, name)
                if then in true and now in true:
                    grown = true[now] - true[then]
                    row = {now: 1, then: -1}
                    known.holds(row, -math.inf if grown < 0 else 0, math.inf if grown > 0 else 0)
                    if 0 < abs(grown) < THRESHOLD:
                        sought["from", then, now] = row
    found = known.ranges(sought, THRESHOLD)
    pinned = [
        f"{what} is {true.get(what, '?')}: {low} to {high}"
        for what, (low, high) in found.items()
        if high - low < THRESHOLD
    ]
    return pinned, len(sought), sum(number is not None for number in shown.values())


def main() -> None:
    if len(sys.argv) != 3:
        print(
            "Not run: from which council to which? How it is run: the first lines of benchmarks/printed_papers.py"
        )
        return
    begin, end = map(int, sys.argv[1:3])
    bad = sought = told = files = 0
    for seed in range(begin, end):
        began = time.perf_counter()
        papers = council(seed)
        made = time.perf_counter() - began
        pinned, looked_for, printed = attacked(papers)
        bad, sought, told, files = (
            bad + bool(pinned),
            sought + looked_for,
            told + printed,
            files + len(papers),
        )
        print(
            f"council {seed}: {len(papers)} papers in {made:.0f} s, {printed} told, {looked_for} sought, "
            f"{len(pinned)} pinned, {time.perf_counter() - began - made:.0f} s",
            flush=True,
        )
        for each in pinned:
            print("   ", each, flush=True)
    print(f"{end - begin} councils, {files} papers: {bad} with a pin; {told} told, {sought} sought")


if __name__ == "__main__":
    main()
