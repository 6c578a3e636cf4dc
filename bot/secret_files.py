"""Secrets that lie in files: each a file of its own, that nobody else can read."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from bot.errors import SettingsError


def secret_in(file: Path, what: str, *, strict: bool = True) -> str:
    """What a file holds, without the line's end. Raises SettingsError, which never tells it: when it cannot be read, is
    empty, or (`strict`) others on this machine could read or change it. Windows keeps that elsewhere, and it is not
    looked at there."""
    try:
        mode = file.stat().st_mode
        found = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError) as fault:
        why = fault.strerror if isinstance(fault, OSError) else "it is no text"
        raise SettingsError([f"{file}, which should hold {what}, cannot be read: {why}."]) from None
    if strict and os.name == "posix" and mode & (stat.S_IROTH | stat.S_IWOTH):
        raise SettingsError(
            [f"{file} holds {what}, and others on this machine can read or change it: chmod 600 {file}."]
        )
    if not found:
        raise SettingsError([f"{file}, which should hold {what}, is empty."])
    return found
