"""Where the shared queue is, and how it is worked by: an address, or a small file that names it."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path

from bot.databases import UNCLEAR, is_clear, place_of, with_password
from bot.errors import SettingsError, nearest
from bot.own_files import text_of

VARIABLE = "AUDIT_BOT_COUNCILS"
"""Environment variable that holds the address of the queue, or the name of a file that does."""

INSTALL = (
    "Many councils need procrastinate and PostgreSQL's driver, which are not installed: pip install "
    "--require-hashes -r requirements-councils.txt, or audit-bot[councils]. One council alone (audit-bot serve) works "
    "without."
)
_ADDRESS = re.compile(r"(?:postgres|postgresql|postgresql\+psycopg)://\S+")
_MAY_BE_A_PASSWORD = re.compile(r"pass\w*\s*=|@", re.I)
_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,62}")


@dataclass(frozen=True, slots=True)
class Queue:
    """`address` as libpq takes it; it may hold a password and is never shown. Times are in minutes.

    Daily runs of one hour begin within `spread_minutes` of it. An ordinary run is ended after `run_minutes` and goes on
    among the slow ones, where it may last `slow_run_minutes`. One process of a run may have `memory_mb` of its own.
    A council that is paused for more than `paused_days` is not well. Any council may read the
    `folders_for_all`."""

    address: str = field(repr=False)
    schema: str = "audit_bot_councils"
    spread_minutes: int = 20
    run_minutes: int = 20
    slow_run_minutes: int = 60
    memory_mb: int = 1500
    paused_days: int = 7
    health_file: str = ""
    folders_for_all: tuple[str, ...] = ()

    def __str__(self) -> str:
        return place_of(self.address)


def queue_of(given: str | None) -> Queue:
    """The queue that --queue or the environment names. Raises SettingsError, which tells no password."""
    named = (given or os.environ.get(VARIABLE, "")).strip()
    if not named:
        raise SettingsError(
            [f"Where the queue is must be said: {VARIABLE}, or --queue postgresql://… or a file."]
        )
    if _ADDRESS.fullmatch(named):
        if not is_clear(named):
            raise SettingsError([f"The address of the queue {UNCLEAR}."])
        return Queue(_as_libpq_takes_it(named))
    if "://" in named:
        raise SettingsError(["The queue is in PostgreSQL; its address begins with postgresql://"])
    if _MAY_BE_A_PASSWORD.search(named) and not os.access(named, os.F_OK):
        raise SettingsError(
            [
                "What names the queue is neither a file nor an address that begins with postgresql:// (it is not "
                "repeated here: a password may stand in it)."
            ]
        )
    return _in_file(Path(named))


def _as_libpq_takes_it(address: str) -> str:
    return re.sub(r"^postgresql\+psycopg:", "postgresql:", address)


_NUMBERS = {f.name: (0, 10_000_000) for f in fields(Queue) if f.type == "int"} | {
    "spread_minutes": (0, 900),  # of the hours in which a daily run may begin
    "run_minutes": (1, 1440),
    "slow_run_minutes": (1, 1440),
}
"""From which number to which."""


def _in_file(file: Path) -> Queue:
    faults: list[str] = []
    try:
        given = tomllib.loads(text_of(file, "The file of the queue "))
    except tomllib.TOMLDecodeError as fault:
        raise SettingsError([f"{file}: {fault}"]) from None
    address = given.pop("queue", "")
    if not isinstance(address, str) or not _ADDRESS.fullmatch(address):
        faults.append(f'{file}: queue = "postgresql://…" says where the queue is')
    elif not is_clear(address):
        faults.append(f"{file}: the address of the queue {UNCLEAR}")
    elif with_password(address) and _others_can_read(file):
        faults.append(f"{file} holds a password, and others on this machine can read it: chmod 600 {file}.")
    known = {f.name for f in fields(Queue)} - {"address"}
    for word, value in given.items():
        if word not in known:
            faults.append(f"{file}: {word} is no word of it{nearest(word, sorted(known))}")
        elif word in _NUMBERS and not (
            type(value) is int and _NUMBERS[word][0] <= value <= _NUMBERS[word][1]
        ):
            least, most = _NUMBERS[word]
            faults.append(f"{file}: {word} should be a whole number from {least} to {most}, not {value!r}")
        elif word == "schema" and not (isinstance(value, str) and _SCHEMA.fullmatch(value)):
            faults.append(f"{file}: schema is a name in small letters, such as audit_bot_councils")
        elif word == "health_file" and not isinstance(value, str):
            faults.append(f"{file}: health_file is the name of a file, in quotation marks")
        elif word == "folders_for_all" and not (
            isinstance(value, list) and all(isinstance(each, str) and each for each in value)
        ):
            faults.append(f"{file}: folders_for_all is a list of folders, each in quotation marks")
    if faults:
        raise SettingsError(faults)
    given["folders_for_all"] = tuple(str(file.parent / each) for each in given.get("folders_for_all", ()))
    if health := given.get("health_file"):
        given["health_file"] = str(file.parent / health)
    return Queue(_as_libpq_takes_it(address), **given)


def _others_can_read(file: Path) -> bool:
    return os.name == "posix" and bool(file.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH))
