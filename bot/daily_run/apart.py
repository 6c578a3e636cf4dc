"""A step of a run on which nothing hangs that comes after it: what goes wrong there is told, and the rest is done.

An Inadequate that waits is the worst harm. So nothing that a replacement, a receipt or one letter stumbles over keeps
post from being filed, or other letters from leaving.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from bot.errors import (
    AuditBotError,
    LedgerError,
    SettingsError,
    SignInRefused,
    StandsStill,
    TenantUnavailable,
    in_words,
)
from bot.programme.standing.actions import Plan
from bot.programme.vocabulary import Problem

log = logging.getLogger("bot")

MAINTAINER = "whoever maintains the bot"
"""Who can put right what the bot does not know. Such a problem is told at once, too (report.py)."""
_STOPS_ALL = (LedgerError, SettingsError, SignInRefused, StandsStill, TenantUnavailable)
"""What keeps every step from being done alike: the run ends by it."""


T = TypeVar("T")


def apart(step: str, work: Callable[[], Iterable[T]], problems: list[Problem]) -> list[T]:
    """What a step comes to; nothing where it fails, which is told in `problems`. `step` is its name in the digest."""
    try:
        return [*work()]
    except _STOPS_ALL:
        raise
    except AuditBotError as fault:
        what = f"It could not be done: {in_words(fault)}. Everything else was."
        problems.append(Problem(step, what, "the IT administrator"))
    except Exception as fault:
        problems.append(met(step, fault))
    return []


def stumbles_told(planned: Plan) -> list[Problem]:
    """What is told of the audits and cycles of which a plan knows nothing."""
    return [met(where, fault) for where, fault in planned.stumbled.items()]


def met(where: str, fault: Exception) -> Problem:
    """What is told of a fault nobody thought of. Its words may hold whatever stands in a cell: they go to the log."""
    log.error("The bot met something it does not know: %s", where, exc_info=fault)
    kind = type(fault).__name__
    what = (
        f"The bot met something it does not know ({kind}). Everything else was done, and this is tried again."
    )
    return Problem(where, what, MAINTAINER)
