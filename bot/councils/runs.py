"""The runs at work on this machine: each a process of its own, ended when it lasts too long.

A run belongs to the worker and not to the connection to the queue: while that is lost the run goes on, and what became
of it is told when the queue is there again.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import signal
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from typing import Any

from bot.councils.child import LAST_WORDS, TOO_MUCH, handed_on, longest, perform
from bot.exit_status import NOT_DONE

PRELOADED = ["bot.councils.preloaded"]
FOLDERS_FOR_ALL = "AUDIT_BOT_FOLDERS_FOR_ALL"
"""The variable in which that module finds, as JSON, the folders whose letters it looks through."""
READY_SECONDS = 120.0
Answer = Callable[[Mapping[str, Any]], Awaitable[str]]
"""What is said to a process that has told what its council has for itself: "" to go on, or the kind of fault."""


class Runs:
    """Starts the processes of runs and hears what becomes of them. All from one event loop."""

    def __init__(self, folders_for_all: Sequence[str] = ()) -> None:
        os.environ[FOLDERS_FOR_ALL] = json.dumps(folders_for_all)  # for the process that runs are forked from
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(PRELOADED)

    async def get_ready(self) -> None:
        """Import what runs take before the first is taken: until then another worker does it sooner."""
        process = self._context.Process(target=_nothing, daemon=True)
        _start(process)
        await _ended(process, READY_SECONDS)
        process.join(1)

    @staticmethod
    def forget_surroundings() -> None:
        """Leave nothing in the environment that the worker needs not. A run lays aside how the queue is reached."""
        kept = handed_on(os.environ) | {n: value for n, value in os.environ.items() if n.startswith("PG")}
        os.environ.clear()
        os.environ.update(kept)

    async def one(
        self, kind: str, profile: str, given: Mapping[str, Any], seconds: float, answer: Answer
    ) -> dict[str, Any]:
        """What became of one run, whatever became of it. Told to end when it is cancelled."""
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=perform, args=(kind, profile, dict(given), theirs), daemon=True
        )
        _start(process)
        theirs.close()
        try:
            return await self._heard(process, ours, longest(kind), time.monotonic() + seconds, answer)
        finally:
            if not await _ended(process, 5):
                process.terminate()
                if not await _ended(process, LAST_WORDS + 5):
                    process.kill()
                    await _ended(process, 10)
            process.join(1)
            ours.close()

    async def _heard(
        self, process: Any, ours: Connection, most: int, until: float, answer: Answer
    ) -> dict[str, Any]:
        while (left := until - time.monotonic()) > 0:
            if not await _readable(ours.fileno(), left):
                break
            said = _message(ours, most)
            if said is None:
                return {"status": NOT_DONE, "fault": "died"}
            if "own" not in said:
                return said
            refused = await answer(said)
            with suppress(OSError):
                ours.send_bytes(json.dumps(refused).encode())
        process.terminate()  # it gives back its row on the site, and says so
        if (
            await _readable(ours.fileno(), LAST_WORDS)
            and (said := _message(ours, most))
            and "own" not in said
        ):
            return said
        return {"status": NOT_DONE, "fault": "too long"}


def _start(process: Any) -> None:
    """Begin a process. The one that runs are forked from, where it is begun with it, never hears of a keyboard: it
    would end in the midst of its imports, and the worker is told by itself."""
    resource_tracker.ensure_running()  # first, for it lets the signal through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _nothing() -> None:
    """What a process does that only shows that there can be one."""


def _message(ours: Connection, most: int) -> dict[str, Any] | None:
    """What the process says; None where it is gone without a word. Of what is longer nothing is read."""
    try:
        said = json.loads(ours.recv_bytes(most))
    except OSError as fault:
        return None if fault.errno else dict(TOO_MUCH)  # the system's own have a number
    except (EOFError, ValueError):
        return None
    return said if isinstance(said, dict) else None


async def _readable(descriptor: int, seconds: float) -> bool:
    loop = asyncio.get_running_loop()
    there = asyncio.Event()
    loop.add_reader(descriptor, there.set)
    try:
        await asyncio.wait_for(there.wait(), seconds)
    except TimeoutError:
        return False
    finally:
        loop.remove_reader(descriptor)
    return True


async def _ended(process: Any, seconds: float) -> bool:
    return await _readable(process.sentinel, seconds)
