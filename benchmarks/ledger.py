"""One durable event beside a bare insert, and a hundred thousand events read and held against their chain.

    python benchmarks/ledger.py [--rounds N] [--json] [--folder DIR]

The folder must lie on the disk a ledger would lie on: in memory a sync takes no time. Goals:

* one event, durable, at most 1.5 times what SQLite takes to insert and sync one row;
* going through the chain makes reading a hundred thousand events at most 0.3 seconds of the processor longer.
"""

from __future__ import annotations

import argparse
import gc
import json
import sqlite3
import statistics
import sys
import tempfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bot.office.ledger import Ledger  # noqa: E402
from bot.programme.events import Event, EventKind  # noqa: E402

PAST = 100_000
ONE, CHAIN = "one durable event beside a bare insert", "seconds more for 100,000 events because of the chain"
GOALS = {ONE: 1.5, CHAIN: 0.3}
BEGAN = datetime(2020, 1, 1, 8, tzinfo=UTC)
KINDS = (EventKind.LETTER_INTENDED, EventKind.LETTER_SENDING, EventKind.LETTER_SENT, EventKind.ROW_WRITTEN)


def event(n: int) -> Event:
    data = {
        "on": "2026-03-02", "rule": "audit reminder", "letter": "07_audit_reminder", "due": "2026-03-17",
        "audit": f"FSP-2026-03-{n % 900:03}", "to": ["ada.auditor@wexcombe.example"], "cc": [],
        "why": "3 working days before the audit was due",
    }  # fmt: skip
    return Event(BEGAN + timedelta(minutes=n), KINDS[n % 4], f"{n:026}#1", str(n % 900), data)


def durable(folder: Path, rounds: int) -> dict[str, float]:
    """Milliseconds: one event of ours and one bare row, in turn; the quickest tenth, for others use the disk too."""
    taken: dict[str, list[float]] = {"an event": [], "a bare insert": []}
    with closing(Ledger(f"sqlite:///{folder / 'one.sqlite'}")) as ledger:
        bare = sqlite3.connect(folder / "bare.sqlite", isolation_level=None)
        bare.execute("PRAGMA journal_mode=WAL")
        bare.execute("PRAGMA synchronous=FULL")
        bare.execute(
            "CREATE TABLE event (seq INTEGER PRIMARY KEY, at, kind, key, about, data, UNIQUE (kind, key))"
        )
        for n in range(rounds * 30):
            one = event(n)
            start = perf_counter()
            ledger.append([one])
            middle = perf_counter()
            row = (one.at.isoformat(), one.kind.value, one.key, one.about, json.dumps(dict(one.data)))
            bare.execute("INSERT INTO event (at, kind, key, about, data) VALUES (?, ?, ?, ?, ?)", row)
            taken["an event"].append((middle - start) * 1000)
            taken["a bare insert"].append((perf_counter() - middle) * 1000)
        bare.close()
    return {name: statistics.quantiles(times, n=10)[0] for name, times in taken.items()}


def read(folder: Path, rounds: int) -> dict[str, float]:
    """Seconds of the processor for all events, with the chain and without: the quickest round."""
    url = f"sqlite:///{folder / 'past.sqlite'}"
    with closing(Ledger(url)) as ledger:
        ledger.append(event(n) for n in range(PAST))
    taken: dict[str, list[float]] = {"read": [], "read and verified": []}
    for _ in range(rounds):
        for name, times in taken.items():
            gc.collect()
            with closing(Ledger(url)) as ledger:
                start = process_time()
                if name != "read":
                    assert not ledger.verified().fault
                assert len(ledger.read()) == PAST
                times.append(process_time() - start)
    return {name: min(times) for name, times in taken.items()}


def main() -> int:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--rounds", type=int, default=9)
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument(
        "--folder", type=Path, help="where the ledgers are made; else the system's temporary folder"
    )
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        one, past = durable(Path(folder), asked.rounds), read(Path(folder), asked.rounds)
    found = {ONE: one["an event"] / one["a bare insert"], CHAIN: past["read and verified"] - past["read"]}
    met = {name: found[name] <= goal for name, goal in GOALS.items()}
    if asked.json:
        print(json.dumps({"milliseconds": one, "seconds": past, "found": found, "goals": GOALS}, indent=2))
    else:
        for name, time in one.items():
            print(f"  {name:20} {time:8.2f} ms")
        for name, time in past.items():
            print(f"  {name:20} {time:8.2f} s")
        for name, value in found.items():
            print(
                f"{'met   ' if met[name] else 'MISSED'}  {name}: {value:.2f}, goal: at most {GOALS[name]:g}"
            )
    return 0 if all(met.values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
