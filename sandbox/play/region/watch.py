"""What the machines do, seen from outside: when each tenant was first asked, and what the processes take."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from sandbox.tenant.observed import OBSERVERS, Exchange

TICKS = os.sysconf("SC_CLK_TCK")


class Watch:
    """Requests to every tenant by its id, since the last hour was opened. Times are of `time.monotonic`."""

    def __init__(self) -> None:
        self.first: dict[str, float] = {}
        self.last: dict[str, float] = {}
        self.requests: Counter[str] = Counter()
        self.opened = 0.0

    def __call__(self, exchange: Exchange) -> None:
        now = time.monotonic()
        self.first.setdefault(exchange.tenant_id, now)
        self.last[exchange.tenant_id] = now
        self.requests[exchange.tenant_id] += 1

    def open(self, due: float) -> None:
        """From now on it is an hour that comes at `due`."""
        self.first.clear()
        self.last.clear()
        self.opened = due

    def begin(self) -> None:
        OBSERVERS.append(self)

    def end(self) -> None:
        OBSERVERS.remove(self)


def family(pid: int) -> Iterable[int]:
    """A process and those below it."""
    yield pid
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text("ascii").split():
                yield from family(int(child))


def megabytes(pid: int) -> tuple[float, float]:
    """What a process and those below it hold in memory: all of it, and with what they share counted in parts."""
    whole = parts = 0
    for each in family(pid):
        with suppress(OSError):
            for line in Path(f"/proc/{each}/smaps_rollup").read_text("ascii").splitlines():
                if line.startswith(("Rss:", "Pss:")):
                    kilobytes = int(line.split()[1])
                    whole += kilobytes if line.startswith("Rss:") else 0
                    parts += kilobytes if line.startswith("Pss:") else 0
    return whole / 1024, parts / 1024


def processor_seconds(pid: int) -> float:
    """What a process has taken of the processor, with those below it, the ended ones that were waited for too."""
    ticks = 0
    for each in family(pid):
        with suppress(OSError):
            fields = Path(f"/proc/{each}/stat").read_text("ascii").rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15]))
    return ticks / TICKS
