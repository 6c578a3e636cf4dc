"""Every few seconds one worker tends to all: it defers what is due, and lets what lost its worker be done again.

A job is one try of one run. What is due follows from the register and not from the queue, so that a job that was lost,
came late or came twice changes nothing: the next one does what is missing.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from procrastinate import App, exceptions
from procrastinate.jobs import Status

from bot.councils.due import DAILY, LOOK, Council, due
from bot.councils.register import ALIVE, AT_WORK, Register

log = logging.getLogger("bot")

EVERY_SECONDS = 5
RUN = "run"
TEND = "tend"
PRIORITY = {DAILY: 10, LOOK: 0}
_DAY, _LOOKS, _SLOW = "day", "looks", "slow"


def queue_for(kind: str, ledger_version: int, only_on: str = "", *, slow: bool = False) -> str:
    """The queue of a job: by its kind, by the version of the ledger, which older workers leave alone, and by the
    machine where the ledger is a file of one machine."""
    line = _SLOW if slow else _DAY if kind == DAILY else _LOOKS
    # A channel of PostgreSQL has 63 signs, of which procrastinate takes 23.
    where = hashlib.sha256(only_on.encode()).hexdigest()[:8] if only_on else ""
    return f"{line}.{ledger_version}" + (f"@{where}" if where else "")


def queues_of(kinds: tuple[str, ...], ledger_version: int, machine: str, *, slow: bool = False) -> list[str]:
    """All that a worker may take from."""
    return [
        queue_for(kind, version, where, slow=slow)
        for kind in kinds
        for version in range(1, ledger_version + 1)
        for where in ("", machine)
    ]


async def tend(app: App, register: Register, spread: int, called: Callable[..., Awaitable[Any]]) -> None:
    """One round. `called` runs what waits for the database beside the event loop."""
    await _clear_lost(app, called, register)
    councils, moment, at_work = await called(_seen, register)
    for council in councils:
        if council.name in at_work:
            continue
        try:
            found = due(council, moment, spread)
        except Exception:  # what stands in one row keeps nobody else from their work
            log.exception("The bot met something it does not know")
            continue
        if found:
            await _defer(app, council, found.kind, found.since, council.is_slow(moment))


def _seen(register: Register) -> tuple[list[Council], datetime, set[str]]:
    busy = register.asked("SELECT lock FROM procrastinate_jobs WHERE lock IS NOT NULL AND status = 'doing'")
    at_work = register.asked(AT_WORK, [ALIVE])
    return (
        register.councils(),
        register.moment(),
        {row["lock"] for row in busy} | {row["council"] for row in at_work},
    )


async def _defer(app: App, council: Council, kind: str, since: datetime, slow: bool) -> None:
    job = app.configure_task(
        RUN,
        queue=queue_for(kind, council.ledger_version, council.only_on, slow=slow),
        lock=council.name,
        queueing_lock=f"{council.name} {kind}",
        priority=0
        if slow
        else PRIORITY[kind],  # among the slow each in its turn, or daily runs let no look in
    )
    with suppress(exceptions.AlreadyEnqueued):  # it waits for a slot
        await job.defer_async(council=council.name, kind=kind, since=since.isoformat())


async def _clear_lost(app: App, called: Callable[..., Awaitable[Any]], register: Register) -> None:
    """Jobs whose worker is gone are taken out: what they were for is due again in this very round."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=ALIVE.total_seconds()):
        with suppress(exceptions.ConnectorException):  # another worker has, at the same moment
            await app.job_manager.finish_job(job=job, status=Status.FAILED, delete_job=True)
    await called(register.lost_runs)
