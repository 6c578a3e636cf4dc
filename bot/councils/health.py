"""How all councils are: numbers, moments and kinds of faults, nothing of what letters, lists or answers say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.clock import office_time
from bot.councils.due import Council, late, next_due
from bot.councils.faults import fault_of
from bot.councils.queue import Queue
from bot.councils.register import ALIVE, AT_WORK, Register
from bot.programme.date_words import day_in_words

LATE = timedelta(minutes=30)
"""A council that is later, or in whose way something has been for so long, needs somebody."""
BUSY_FOR = timedelta(hours=4)
"""For so long nobody needs to come where Microsoft 365 asks it to wait."""
WINDING_UP = timedelta(minutes=5)
"""So much longer than it may a run takes at most; one that has been open for longer is at work no more."""

NOBODY = (
    "No council is entered, so nothing is done for anybody. Whoever keeps the workers: is this the right database and "
    "schema? If it is and what it held was lost, enter the councils again: audit-bot councils add."
)

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
    """One council. Moments are None where there was none; `late` is by how much it is behind. `wrong` is why somebody
    must come, "" where nobody must; `note` what is to be known all the same. `state` is “paused”, “at work”, “not
    well”, “tried again” (something is in its way, and nobody must come yet) or “well”."""

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
    """All of them at a moment. `depth` are the runs that wait for a slot; lateness is of the last day, in seconds.
    `lost` says why nothing is known of them, "" where something is."""

    moment: datetime
    councils: tuple[CouncilHealth, ...] = ()
    workers: tuple[WorkerHealth, ...] = ()
    depth: int = 0
    at_work: int = 0
    runs: int = 0
    in_vain: int = 0
    p50: float = 0.0
    p99: float = 0.0
    lost: str = ""

    @property
    def wrong(self) -> list[str]:
        """Everything for which somebody must come, a sentence each."""
        if self.lost:
            return [self.lost]
        if not self.councils:
            return [NOBODY]
        found = [f"{each.name}: {each.wrong}" for each in self.councils if each.wrong]
        if not any(worker.state == "alive" for worker in self.workers):
            found.insert(
                0, "No worker is alive: nothing is done for anybody. Start one: audit-bot councils work."
            )
        return found

    @property
    def in_short(self) -> str:
        """How they are in one sentence."""
        if self.lost:
            return "Nothing is known of the councils."
        if wrong := len(self.wrong):
            return f"{wrong} need somebody." if wrong > 1 else "One needs somebody."
        if tried := sum(each.state == "tried again" for each in self.councils):
            return f"Nobody must come; of {len(self.councils)} councils {tried} will be tried again."
        return f"All {len(self.councils)} councils are well."

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
    since = moment - timedelta(minutes=max(queue.run_minutes, queue.slow_run_minutes)) - WINDING_UP
    at_work = {
        row["council"]: row["began"] for row in register.asked(f"{AT_WORK} AND began > %s", [ALIVE, since])
    }
    workers = register.asked(_WORKERS, [ALIVE])
    takers = [worker for worker in workers if _state(worker) == "alive"]
    newest = max((w["ledger_version"] for w in takers), default=None)
    machines = {w["machine"] for w in takers}
    jobs = {row["status"]: row["n"] for row in register.asked(_JOBS)}
    (day,) = register.asked(_LATENESS, [moment - timedelta(days=1)])
    return Whole(
        moment,
        tuple(
            health_of(each, moment, queue, at_work.get(each.name), newest, machines)
            for each in register.councils(whole=True)
        ),
        tuple(WorkerHealth(w["machine"], w["version"], w["slots"], w["at_work"], _state(w)) for w in workers),
        jobs.get("todo", 0),
        jobs.get("doing", 0),
        day["runs"],
        day["in_vain"],
        float(day["p50"] or 0),
        float(day["p99"] or 0),
    )


def _state(worker: Mapping[str, Any]) -> str:
    if not worker["alive"]:
        return "lost"
    return "ending" if worker["stopping"] else "alive"


def health_of(
    council: Council,
    moment: datetime,
    queue: Queue,
    at_work: datetime | None,
    newest: int | None,
    machines: set[str],
) -> CouncilHealth:
    """`at_work` is since when a run of it is: what it is late by was settled then."""
    paused = council.is_paused(moment)
    begun = min(at_work or moment, moment)
    behind = late(council, begun, queue.spread_minutes)
    coming = next_due(council, moment, queue.spread_minutes)
    fault = fault_of(council.fault) if council.fault and council.faulty_since else None
    most = BUSY_FOR if council.fault == "busy" else LATE
    lasts = bool(fault and council.faulty_since and office_time(council.faulty_since, moment) >= most)
    waits = council.fault == "busy" and council.not_before and begun - council.not_before <= LATE
    overdue = behind > (BUSY_FOR if waits else LATE)
    wrong = note = ""
    if paused and council.paused:
        until = f" until {day_in_words(council.paused_until)}" if council.paused_until else ""
        note = f"It is paused{until}."
        if moment - council.paused > timedelta(days=queue.paused_days):
            wrong = f"It has been paused for {(moment - council.paused).days} days: resume it, or remove it."
    elif newest is not None and council.ledger_version > newest:
        wrong = "Its ledger belongs to a newer audit bot, and no worker of that version takes runs."
    elif council.only_on and council.only_on not in machines:
        wrong = f"Its ledger is a file on {council.only_on}, and no worker takes runs there: start one."
    elif fault and (lasts or overdue or council.fault in _AT_ONCE):
        wrong = f"{fault.what} {fault.who}"
    elif overdue:
        wrong = "It is overdue. Whoever keeps the workers: start more, or see what holds up those there are."
    elif fault:
        note = f"{fault.what} {fault.who}"
    elif council.is_slow(moment):
        note = "Its last runs took long, so that it is among the slow ones."
    tried = "not well" if wrong else "tried again" if fault else "well"
    state = "paused" if paused else "at work" if at_work else tried
    return CouncilHealth(
        council.name, state, council.level, council.last_daily, council.last_look, behind,
        _number(council, "waiting"), _number(council, "held"), fault.what if fault else "", fault.who if fault else "",
        council.faulty_since, coming.kind if coming else "", coming.since if coming else None, wrong, note,
    )  # fmt: skip


def _number(council: Council, word: str) -> int:
    found = council.health.get(word, 0)
    return found if isinstance(found, int) else 0
