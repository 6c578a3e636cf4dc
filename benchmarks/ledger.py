"""One durable event beside a bare insert, and a hundred thousand events read and held against their chain.

    python benchmarks/ledger.py [--rounds N] [--folder DIR]

The folder must lie on the disk a ledger would lie on: in memory a sync takes no time. The bare insert commits rows of
the same bytes into the same two tables, in one transaction, with the same settings of SQLite; it looks for nothing,
seals nothing, and no trigger guards it. Beside both: a page of 4 KB added to a file and synced, which is the least
that anything durable takes.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sqlite3
import sys
import tempfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time

from figures import Figure, told

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bot.office.ledger import Ledger  # noqa: E402
from bot.programme.events import Event, EventKind  # noqa: E402

PAST = 100_000
ONE, CHAIN = "one durable event beside a bare insert", "seconds more for 100,000 events because of the chain"
FSYNC = "one durable event beside a synced page of 4 KB"
FIGURES = {
    ONE: Figure(
        1.5,
        4,
        why="Each event is looked for, sealed and guarded besides, in Python, which is no disk's time.",
    ),
    FSYNC: Figure(1.5, 8, why="SQLite writes three pages an event and takes locks, as the bare insert does."),
    CHAIN: Figure(
        0.3, 1.5, "s", why="Two SHA-256 an event and the text they are taken of, one after the other."
    ),
}
BEGAN = datetime(2020, 1, 1, 8, tzinfo=UTC)
KINDS = (EventKind.LETTER_INTENDED, EventKind.LETTER_SENDING, EventKind.LETTER_SENT, EventKind.ROW_WRITTEN)


def event(n: int) -> Event:
    data = {
        "on": "2026-03-02", "rule": "audit reminder", "letter": "07_audit_reminder", "due": "2026-03-17",
        "audit": f"FSP-2026-03-{n % 900:03}", "to": ["ada.auditor@wexcombe.example"], "cc": [],
        "why": "3 working days before the audit was due",
    }  # fmt: skip
    return Event(BEGAN + timedelta(minutes=n), KINDS[n % 4], f"{n:026}#1", str(n % 900), data)


def durable(folder: Path, events: int) -> dict[str, float]:
    """Milliseconds of each way, in turn: the quickest, for others use the disk too."""
    taken: dict[str, list[float]] = {"an event": [], "a bare insert": [], "a synced page": []}
    page = os.open(folder / "page", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    with closing(Ledger(f"sqlite:///{folder / 'one.sqlite'}")) as ledger:
        bare = sqlite3.connect(folder / "bare.sqlite", isolation_level=None)
        bare.execute("PRAGMA journal_mode=WAL")
        bare.execute("PRAGMA synchronous=FULL")
        bare.execute(
            "CREATE TABLE event (seq INTEGER PRIMARY KEY, at, kind, key, about, data, UNIQUE (kind, key))"
        )
        bare.execute("CREATE TABLE chain (seq INTEGER PRIMARY KEY, salt, digest, seal)")
        for n in range(events):
            one = event(n)
            start = perf_counter()
            ledger.append([one])
            taken["an event"].append((perf_counter() - start) * 1000)
            start = perf_counter()
            row = (n, one.at.isoformat(), one.kind.value, one.key, one.about, json.dumps(dict(one.data)))
            bare.execute("BEGIN IMMEDIATE")
            bare.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)", row)
            bare.execute("INSERT INTO chain VALUES (?, ?, ?, ?)", (n, "s" * 32, "d" * 64, "e" * 64))
            bare.execute("COMMIT")
            taken["a bare insert"].append((perf_counter() - start) * 1000)
            start = perf_counter()
            os.write(page, os.urandom(4096))
            os.fsync(page)
            taken["a synced page"].append((perf_counter() - start) * 1000)
        bare.close()
    os.close(page)
    return {name: min(times) for name, times in taken.items()}


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
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--events", type=int, default=200)
    arguments.add_argument(
        "--folder", type=Path, help="where the ledgers are made; else the system's temporary folder"
    )
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        one, past = durable(Path(folder), asked.events), read(Path(folder), asked.rounds)
    found = {
        ONE: one["an event"] / one["a bare insert"],
        FSYNC: one["an event"] / one["a synced page"],
        CHAIN: past["read and verified"] - past["read"],
    }
    for name, time in one.items():
        print(f"  {name:20} {time:8.2f} ms")
    for name, time in past.items():
        print(f"  {name:20} {time:8.2f} s")
    return told(found, FIGURES)


if __name__ == "__main__":
    raise SystemExit(main())
