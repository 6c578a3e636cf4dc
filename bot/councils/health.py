"""How all councils are: numbers, moments and kinds of faults, nothing of what letters, lists or answers say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.councils.due import Council, due, next_due
from bot.councils.faults import fault_of
from bot.councils.queue import Queue
from bot.councils.register import ALIVE, Register
from bot.programme.date_words import day_in_words

LATE = timedelta(minutes=30)
"""A council that is later, or in whose way something has been for so long, needs somebody."""
BUSY_FOR = timedelta(hours=4)
"""For so long nobody needs to come where Microsoft 365 asks it to wait."""

_AT_ONCE = ("SettingsError", "shared", "moved", "pretended", "StandsStill")
"""Faults that no waiting mends."""

_LATENESS = """
SELECT count(*) AS runs, count(*) FILTER (WHERE status IN (2, 3)) AS in_vain,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM began - due)) AS p50,
    percentile_cont(0.99) WITHIN GROUP (ORDER BY extract(epoch FROM began - due)) AS p99
FROM run WHERE began > %s
"""
_JOBS = "SELECT status::text, count(*) AS n FROM procrastinate_jobs WHERE task_name = 'run' GROUP BY status"
_WORKERS = """
SELECT machine, version, ledger_version, slots, stopping, beat > now() - %s AS alive,
    (SELECT count(*) FROM run WHERE run.worker = worker.id AND ended IS NULL) AS at_work
FROM worker WHERE beat > now() - interval '1 day' ORDER BY machine, began
"""


@dataclass(frozen=True, slots=True)
class CouncilHealth:
    """One council. Moments are None where there was none; `late` is by how much a run is overdue. `wrong` is why
    somebody must come, "" where nobody must; `note` what is to be known all the same."""

    name: str
    state: str
    level: str
    last_daily: datetime | None
    last_look: datetime | None
    late: timedelta
    waiting: int
    held: int
    fault: str
    remedy: str
    since: datetime | None
    next_kind: str
    next_at: datetime | None
    wrong: str
    note: str


@dataclass(frozen=True, slots=True)
class WorkerHealth:
    machine: str
    version: str
    slots: int
    at_work: int
    state: str


@dataclass(frozen=True, slots=True)
class Whole:
    """All of them at a moment. `depth` are the runs that wait for a slot; lateness is of the last day, in seconds."""

    moment: datetime
    councils: tuple[CouncilHealth, ...]
    workers: tuple[WorkerHealth, ...]
    depth: int
    at_work: int
    runs: int
    in_vain: int
    p50: float
    p99: float

    @property
    def wrong(self) -> list[str]:
        """Everything for which somebody must come, a sentence each."""
        found = [f"{each.name}: {each.wrong}" for each in self.councils if each.wrong]
        if self.councils and not any(worker.state == "alive" for worker in self.workers):
            found.insert(
                0, "No worker is alive: nothing is done for anybody. Start one: audit-bot councils work."
            )
        return found

    def as_json(self) -> dict[str, Any]:
        def plain(value: Any) -> Any:
            if isinstance(value, datetime):
                return value.isoformat(timespec="seconds")
            return round(value.total_seconds()) if isinstance(value, timedelta) else value

        councils = [{word: plain(value) for word, value in asdict(each).items()} for each in self.councils]
        return {
            "moment": plain(self.moment),
            "well": not self.wrong,
            "wrong": self.wrong,
            "workers": [asdict(worker) for worker in self.workers],
            "queue": {"waiting": self.depth, "at_work": self.at_work},
            "last_day": {
                "runs": self.runs,
                "in_vain": self.in_vain,
                "late_p50_seconds": round(self.p50, 1),
                "late_p99_seconds": round(self.p99, 1),
            },
            "councils": councils,
        }


def health_of_all(queue: Queue, register: Register) -> Whole:
    """Asks the register alone. Raises QueueLost."""
    moment = register.moment()
    at_work = {row["council"] for row in register.asked("SELECT council FROM run WHERE ended IS NULL")}
    workers = register.asked(_WORKERS, [ALIVE])
    newest = max((w["ledger_version"] for w in workers if w["alive"]), default=None)
    machines = {w["machine"] for w in workers if w["alive"]}
    jobs = {row["status"]: row["n"] for row in register.asked(_JOBS)}
    (late,) = register.asked(_LATENESS, [moment - timedelta(days=1)])
    return Whole(
        moment,
        tuple(
            _of_one(each, moment, queue, each.name in at_work, newest, machines)
            for each in register.councils()
        ),
        tuple(WorkerHealth(w["machine"], w["version"], w["slots"], w["at_work"], _state(w)) for w in workers),
        jobs.get("todo", 0),
        jobs.get("doing", 0),
        late["runs"],
        late["in_vain"],
        float(late["p50"] or 0),
        float(late["p99"] or 0),
    )


def _state(worker: Mapping[str, Any]) -> str:
    if not worker["alive"]:
        return "lost"
    return "ending" if worker["stopping"] else "alive"


def _of_one(
    council: Council, moment: datetime, queue: Queue, busy: bool, newest: int | None, machines: set[str]
) -> CouncilHealth:
    paused = council.is_paused(moment)
    owed = None if busy else due(council, moment, queue.spread_minutes)
    late = max(moment - owed.since, timedelta()) if owed else timedelta()
    coming = next_due(council, moment, queue.spread_minutes)
    fault = fault_of(council.fault) if council.fault and council.faulty_since else None
    most = BUSY_FOR if council.fault == "busy" else LATE
    lasts = bool(fault and council.faulty_since and moment - council.faulty_since >= most)
    wrong = note = ""
    if paused and council.paused:
        until = f" until {day_in_words(council.paused_until)}" if council.paused_until else ""
        note = f"It is paused{until}."
        if moment - council.paused > timedelta(days=queue.paused_days):
            wrong = f"It has been paused for {(moment - council.paused).days} days: resume it, or remove it."
    elif newest is not None and council.ledger_version > newest:
        wrong = "Its ledger belongs to a newer audit bot, and no worker of that version is alive."
    elif council.only_on and council.only_on not in machines:
        wrong = f"Its ledger is a file on {council.only_on}, and no worker is alive there: start one."
    elif fault and (lasts or council.fault in _AT_ONCE):
        wrong = f"{fault.what} {fault.who}"
    elif late > LATE:
        wrong = (
            "Its run is overdue. Whoever keeps the workers: start more, or see what holds up those there are."
        )
    elif fault:
        note = f"{fault.what} {fault.who}"
    elif council.is_slow(moment):
        note = "Its last runs took long, so that it is among the slow ones."
    state = "paused" if paused else "at work" if busy else "not well" if wrong else "well"
    return CouncilHealth(
        council.name, state, council.level, council.last_daily, council.last_look, late,
        _number(council, "waiting"), _number(council, "held"), fault.what if fault else "", fault.who if fault else "",
        council.faulty_since, coming.kind if coming else "", coming.since if coming else None, wrong, note,
    )  # fmt: skip


def _number(council: Council, word: str) -> int:
    found = council.health.get(word, 0)
    return found if isinstance(found, int) else 0
