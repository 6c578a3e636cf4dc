"""`audit-bot councils check`: what `audit-bot check` says of each, tried with that council's own surroundings alone."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.councils.due import Council
from bot.councils.faults import fault_of
from bot.councils.own import WHAT
from bot.councils.queue import Queue
from bot.councils.register import Register
from bot.councils.runs import Runs
from bot.exit_status import DONE, NEEDS_A_PERSON, NOT_DONE, WRONG_CONFIGURATION

AT_ONCE = 4
SECONDS = 900.0
QUEUE = "(queue)"
"""What is found about the queue itself; no council can be called so."""
OPEN_TO_ALL = (
    "Every role of its database server may connect to its database, a council's too, and could hold up all councils. "
    "PostgreSQL's administrator: REVOKE CONNECT ON DATABASE … FROM PUBLIC."
)


@dataclass(frozen=True, slots=True)
class Checked:
    """A council, its exit status as of `audit-bot check`, and every problem in a sentence."""

    name: str
    status: int
    problems: tuple[str, ...]


async def checked(queue: Queue, name: str | None) -> list[Checked]:
    """All councils, or one, by name; before them the queue, where something is wrong with it. Raises QueueLost,
    SettingsError."""
    with Register(queue) as register:
        found = await _all_checked(register, queue, name)
        open_to_all = [Checked(QUEUE, NEEDS_A_PERSON, (OPEN_TO_ALL,))] if register.is_open_to_all() else []
        return [*open_to_all, *found]


async def _all_checked(register: Register, queue: Queue, name: str | None) -> list[Checked]:
    councils = [register.council(name)] if name else register.councils()
    salt = register.salt().hex()
    turn, runs = asyncio.Semaphore(AT_ONCE), Runs()

    async def one(council: Council) -> Checked:
        shared: list[str] = []

        async def answer(said: Mapping[str, Any]) -> str:
            others = register.claim(council.name, said["own"])
            shared.extend(
                dict.fromkeys(
                    f"{WHAT[what].capitalize()} is that of “{other}” too." for what, other in others.items()
                )
            )
            if said["in_a_file"] != bool(council.only_on):
                shared.append(fault_of("moved").what)
            return ""

        given = {"salt": salt, "memory_mb": queue.memory_mb, "folders_for_all": queue.folders_for_all}
        async with turn:
            found = await runs.one("check", council.settings, given, SECONDS, answer)
        return _as_told(council.name, found, shared)

    return [*await asyncio.gather(*map(one, councils))]


def _as_told(name: str, found: Mapping[str, Any], shared: list[str]) -> Checked:
    wrong = [check for check in found.get("checks", ()) if check["problems"]]
    problems = [f"{check['what']}: {problem}" for check in wrong for problem in check["problems"]]
    if "checks" not in found:
        problems += found.get("problems") or [fault_of(str(found.get("fault"))).what]
    if shared or any(check["configuration"] for check in wrong) or found.get("status") == WRONG_CONFIGURATION:
        status = WRONG_CONFIGURATION
    elif "checks" not in found or any(check["stops"] for check in wrong):
        status = NOT_DONE
    else:
        status = NEEDS_A_PERSON if wrong else DONE
    return Checked(name, status, (*shared, *problems))
