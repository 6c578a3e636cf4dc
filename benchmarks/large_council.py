"""A council with 3,000 audits in its list: launch day of 300 of them at once, and a quiet day.

    python benchmarks/large_council.py [--rounds 1] [--at-once 300] [--latency 10] [--json]

Each run in a process of its own, against a tenant whose list holds 60, 600 or 3,000 audits, most of them of cycles
closed long ago. On launch day every letter is at its people once, which is checked first. The quiet day is two days
later: lists, mailbox and ledger are read, nothing is due, the digest goes out.

A run reads the lists, whatever they hold, page by page: a thousand rows each. So the HTTP requests of a quiet day are a
constant and one more for each further page. Goals:

* on a quiet day 600 audits cost as many HTTP requests as 60, and 3,000 two more;
* a quiet day with 3,000 audits takes at most 30 seconds, launch day at most 0.3 seconds a letter;
* neither takes more than 400 MB.
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

from launch_day import MOMENT, peak_mb, profile

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

SIZES = (60, 600, 3000)
PAGE = 1000
OPEN, CLOSED = "FSP and CWD, March 2026", "CLA and TCS, January 2026"
LETTERS_AN_AUDIT = 3
MOST_SECONDS, MOST_A_LETTER, MOST_MB = 30.0, 0.3, 400.0


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
    """In the child: one daily run; how long it took and how much memory it needed."""
    from bot.daily_run.run import Run
    from bot.daily_run.workplace import open_workplace
    from bot.settings import load

    moment = MOMENT + timedelta(days=days)
    settings = load(Path(place)).model_copy(update={"most_letters_a_run": 10_000})
    began = time.perf_counter()
    with open_workplace(settings, clock=lambda: moment, say=lambda _: None, locked=True) as workplace:
        report = Run(workplace).perform()
    found = {
        "seconds": time.perf_counter() - began, "peak MB": peak_mb(), "letters": sum(report.letters.values()),
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
    parser.add_argument("--at-once", type=int, default=300)
    parser.add_argument("--latency", type=float, default=10)
    parser.add_argument("--json", action="store_true")
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
    missed = faults(found)
    if asked.json:
        print(json.dumps({"found": found, "missed": missed}, indent=2))
        return 1 if missed else 0
    for size, days in found.items():
        for day, figures in days.items():
            told = ", ".join(f"{value:.0f} {name}" for name, value in figures.items() if name != "seconds")
            print(f"{size:5,} audits, {day:11}  {figures['seconds']:7.2f} s   {told}")
    print("Targets met." if not missed else f"Missed: {'; '.join(missed)}")
    return 1 if missed else 0


def faults(found: dict[int, dict[str, dict[str, float]]]) -> list[str]:
    """The goals that were missed."""
    missed = []
    base = found[SIZES[0]]["a quiet day"]["http"]
    for size, days in found.items():
        pages = (size - 1) // PAGE
        if (calls := days["a quiet day"]["http"]) > base + pages:
            missed.append(
                f"a quiet day with {size:,} audits: {calls:.0f} HTTP requests, not {base + pages:.0f}"
            )
        if (most := max(figures["peak MB"] for figures in days.values())) > MOST_MB:
            missed.append(f"{size:,} audits: {most:.0f} MB of {MOST_MB:g}")
    launch, quiet = found[SIZES[-1]]["launch day"], found[SIZES[-1]]["a quiet day"]
    if quiet["seconds"] > MOST_SECONDS:
        missed.append(f"a quiet day: {quiet['seconds']:.1f} s of {MOST_SECONDS:g}")
    if (each := launch["seconds"] / launch["letters"]) > MOST_A_LETTER:
        missed.append(f"launch day: {each:.2f} s a letter of {MOST_A_LETTER:g}")
    return missed


if __name__ == "__main__":
    sys.exit(main())
