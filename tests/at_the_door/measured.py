"""The bot's command in a process of its own, whose time and memory the system counts, the reader's child included."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from office import Office, seed_with_strangers
from tenant import Door, Naps, settings_for

import sandbox
from sandbox.play.demo import Bot

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class Cost:
    """Processor seconds and the most memory in MB that the bot or its child held at a time."""

    seconds: float
    megabytes: float


class Measured(Office):
    """The council whose bot is started by its command for every run; `cost` is what the last run took."""

    cost: Cost
    bot: Bot

    def command(self, day: str, hour: str = "08:00", *more: str) -> JsonObject:
        """One run. Raises RuntimeError with what it said if it did not end with a report."""
        process = self.bot.start(date.fromisoformat(day), hour, *more)
        assert process.stdout
        assert process.stderr
        with process.stdout as out, process.stderr as wrong:
            said, complained = out.read(), wrong.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.cost = Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
        try:
            report: JsonObject = json.loads(said)
        except ValueError:
            raise RuntimeError(f"The bot stopped: {complained[-600:] or said[-600:]}") from None
        return report

    def look(self, hour: str) -> JsonObject:
        return self.command("2026-03-02", hour, "--post-only")

    def downloaded(self, path: str) -> bytes:
        return self._bytes(path)


@contextmanager
def measured(folder: Path, seed: JsonObject | None = None) -> Iterator[Measured]:
    """A council in a tenant of its own, its letters of launch day gone out."""
    behaviours = {"sending rate": False, "everybody known to the site": True}
    with sandbox.run(
        seed or seed_with_strangers(), folder=folder / "tenant", behaviours=behaviours
    ) as tenant:
        office = Measured(Door(tenant, settings_for(tenant, folder), None, Naps(), folder))  # type: ignore[arg-type]
        office.bot = Bot(tenant, folder)
        office.command("2026-03-02")
        yield office
