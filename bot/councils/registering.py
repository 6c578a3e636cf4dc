"""A council enters the register: its profile is read, what it has for itself is held against all others."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from pathlib import Path

from bot.councils.child import handed_on, told_of
from bot.councils.own import folder_of, in_a_file, outside, own_environment, own_of
from bot.councils.queue import Queue
from bot.councils.register import Register
from bot.errors import SettingsError
from bot.office.ledger import VERSION
from bot.settings import Settings, load


def added(queue: Queue, name: str, profile: Path) -> None:
    """Enter a council. Raises SettingsError with every fault."""
    settings = load(profile)
    if faults := outside(settings, profile, queue.folders_for_all):
        raise SettingsError(faults)
    with Register(queue) as register:
        register.lay_out()
        if settings.tenant.live and register.pretended():
            raise SettingsError(
                ["This queue pretends another day, for a sandbox; a live council is never run by it."]
            )
        _refuse_a_folder_in_a_folder(register, profile)
        own = _own(settings, profile, register.salt(), queue.folders_for_all)
        only_on = socket.gethostname() if in_a_file(settings.ledger) else ""
        register.add(name, str(profile), only_on, own, told_of(settings), VERSION)


def _refuse_a_folder_in_a_folder(register: Register, profile: Path) -> None:
    own = folder_of(profile)
    for each in register.councils():
        theirs = folder_of(Path(each.settings))
        if own in theirs.parents or theirs in own.parents:
            raise SettingsError(
                [
                    f"The folder {own} and that of “{each.name}”, {theirs}, lie one in the other; each has its own. "
                    "Nothing was added."
                ]
            )


def _own(settings: Settings, profile: Path, salt: bytes, for_all: Sequence[str]) -> dict[str, str]:
    """With the environment a run of it will have, and no other."""
    before = dict(os.environ)
    try:
        os.environ.clear()
        os.environ.update(handed_on(before) | own_environment(profile, for_all))
        settings.refuse_without_secrets()
        return dict(own_of(settings, profile, salt))
    finally:
        os.environ.clear()
        os.environ.update(before)
