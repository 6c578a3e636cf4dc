"""A council with 3,000 audits in its list: a launch day and a quiet day, beside one with 60.

    python benchmarks/large_council.py [--rounds 1] [--at-once 60] [--latency 10]

Each run in a process of its own, against a tenant whose list holds 60 or 3,000 audits, all but sixty of them of cycles
closed long ago. On launch day every letter is at its people once, which is checked first. The quiet day is two days
later: lists, mailbox and ledger are read, nothing is due, the digest goes out. Seconds are the processor's, of the bot
alone.

A run reads the lists, whatever they hold, page by page: a thousand rows each. So the HTTP requests of a quiet day are a
constant and one more for each further page.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from figures import Figure, told
from launch_day import MOMENT, peak_mb, profile

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

SIZES = (60, 3000)
PAGE = 1000
OPEN, CLOSED = "FSP and CWD, March 2026", "CLA and TCS, January 2026"
LETTERS_AN_AUDIT = 3
MORE, QUIET, A_LETTER, MEMORY = (
    "requests more on a quiet day with 3,000 audits than with 60", "a quiet day with 3,000 audits",
    "launch day with 3,000 audits, each letter", "memory at its most",
)  # fmt: skip
FIGURES = {
    MORE: Figure(
        0, 2, "", why="SharePoint gives a list a page of a thousand rows at a time, and each is read."
    ),
    QUIET: Figure(
        15, 30, "s of the processor", why="Every row is read and planned, those of closed cycles too."
    ),
    A_LETTER: Figure(
        0.15, 0.3, "s of the processor", why="All rows are read again before each twenty letters."
    ),
    MEMORY: Figure(400, 500, "MB"),
}


def large(size: int, at_once: int) -> dict[str, Any]:
    """The council with `size` audits, `at_once` of them confirmed for launch day and the rest finished long ago."""
    from sandbox.play.seed import council

    seed = council()
    lists = {each["name"]: each for each in seed["lists"]}
    rows = lists["Audit allocations"]["items"]
    full = [r for r in rows if r["Cycle"] == OPEN and r["Audit type"].startswith("Full")]
    done = [r for r in rows if r["Cycle"] == CLOSED and r["Audit type"].startswith("Full")]
    begun = [
        {**full[n % len(full)], "Title": f"FSP-2026-03-{n + 1:03}", "Confirmed on": "2026-02-25"}
        for n in range(at_once)
    ]
    past = [
        {**done[n % len(done)], "Title": f"CLA-2026-01-{n + 1:03}"}
        for n in range(size - at_once)
    ]  # fmt: skip
    lists["Audit allocations"]["items"] = begun + past
    return seed


def child(place: str, days: int) -> None:
    """In the child: one daily run; how long it took of the processor, and how much memory."""
    from bot.daily_run.run import Run
    from bot.daily_run.workplace import open_workplace
    from bot.settings import load

    moment = MOMENT + timedelta(days=days)
    settings = load(Path(place)).model_copy(update={"most_letters_a_run": 10_000})
    began = time.process_time()
    with open_workplace(settings, clock=lambda: moment, say=lambda _: None, locked=True) as workplace:
        report = Run(workplace).perform()
    found = {
        "seconds": time.process_time() - began, "peak MB": peak_mb(), "letters": sum(report.letters.values()),
        "rows": report.rows,
    }  # fmt: skip
    print(json.dumps(found))


def performed(tenant: Any, place: Path, days: int, latency: float) -> dict[str, float]:
    tenant.ask("POST", "/clock", {"now": (MOMENT + timedelta(days=days)).isoformat()})
    tenant.ask("POST", "/settings", {"latency_ms": latency})
    tenant.ask("POST", "/counters")
    command = [sys.executable, __file__, "--child", str(days), "--profile", str(place)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ)
    if answer.returncode:
        raise SystemExit(answer.stderr)
    return {**json.loads(answer.stdout), "http": tenant.ask("GET", "/counters")["http"]}


def measured(size: int, at_once: int, latency: float) -> dict[str, dict[str, float]]:
    """Launch day and a quiet day of a council with so many audits."""
    import sandbox

    unlimited = {"sending rate": False, "resource units a minute": False}
    with (
        sandbox.run(large(size, at_once), behaviours=unlimited) as tenant,
        tempfile.TemporaryDirectory() as at,
    ):
        place = profile(tenant, Path(at))
        launch = performed(tenant, place, 0, latency)
        times = Counter((d["subject"], *d["to"]) for d in tenant.deliveries() if d["to"] != [tenant.mailbox])
        assert sum(times.values()) == launch["letters"] == LETTERS_AN_AUDIT * at_once, (launch, len(times))
        assert set(times.values()) == {1}, "a letter came twice"
        performed(tenant, place, 1, latency)
        quiet = performed(tenant, place, 2, latency)
        assert (quiet["letters"], quiet["rows"]) == (0, 0), quiet
    return {"launch day": launch, "a quiet day": quiet}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=60)
    parser.add_argument("--latency", type=float, default=10)
    parser.add_argument("--child", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--profile", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child is not None:
        child(asked.profile, asked.child)
        return 0
    found: dict[int, dict[str, dict[str, float]]] = {}
    for size in SIZES:
        rounds = [
            measured(size, asked.at_once if size == SIZES[-1] else 60, asked.latency)
            for _ in range(asked.rounds)
        ]
        found[size] = {
            day: {name: statistics.median(r[day][name] for r in rounds) for name in rounds[0][day]}
            for day in rounds[0]
        }
    for size, days in found.items():
        for day, figures in days.items():
            others = ", ".join(f"{value:.0f} {name}" for name, value in figures.items() if name != "seconds")
            print(f"{size:5,} audits, {day:11}  {figures['seconds']:7.2f} s   {others}")
    small, many = (found[size] for size in SIZES)
    quiet, launch = many["a quiet day"], many["launch day"]
    measures = {
        MORE: quiet["http"] - small["a quiet day"]["http"],
        QUIET: quiet["seconds"],
        A_LETTER: launch["seconds"] / launch["letters"],
        MEMORY: max(day["peak MB"] for days in found.values() for day in days.values()),
    }
    return told(measures, FIGURES)


if __name__ == "__main__":
    sys.exit(main())
