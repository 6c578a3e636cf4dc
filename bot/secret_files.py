"""Secrets that lie in files: each a file of its own, that nobody else can read; and a council's variables in one file,
`council.env` beside its profile, a line each, NAME=value."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import SettingsError

ENVIRONMENT_FILE = "council.env"
WHERE_VARIABLES_STAND = (
    f"It stands in {ENVIRONMENT_FILE} beside the profile, where quotes around a value do not belong to it, or in the "
    "environment of what begins the bot."
)

_PATHS = re.compile(r"PGPASSFILE|PGSERVICEFILE|PGSSL(?:CERT|KEY|ROOTCERT|CRL)|AZURE_FEDERATED_TOKEN_FILE")
_AS_IT_STANDS = re.compile(r"[^\\'\"]*")
_IN_QUOTES = re.compile(r"'([^']*)'|\"([^\\\"$`]*)\"")


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


def environment_beside(profile: Path) -> dict[str, str]:
    """The variables that lie beside a profile, as systemd reads such a file: quotes around a value do not belong to it,
    and what other programs would read differently is refused. A file they name lies beside too, unless its path is
    whole. Raises SettingsError, which tells no value.

    https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#EnvironmentFile="""
    file = profile.parent / ENVIRONMENT_FILE
    try:
        file.stat()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError:
        pass  # told right below, in words
    held = secret_in(file, "the council's secrets").removeprefix("\ufeff")  # as some editors begin a file
    lines = [line.strip() for line in held.splitlines()]
    given = [line.partition("=") for line in lines if line and line[0] not in "#;"]
    found: dict[str, str] = {}
    for n, (name, equals, text) in enumerate(given, 1):
        name, text = name.strip(), text.strip()
        if not equals or not name.isidentifier():
            raise SettingsError([f"{file}, entry {n}: a line is NAME=value."])
        quoted = _IN_QUOTES.fullmatch(text)
        if not quoted and not _AS_IT_STANDS.fullmatch(text):
            raise SettingsError(
                [
                    f"{file}, entry {n}: a value with a quotation mark or \\ in it, or with $ or ` between double "
                    "quotes, is read differently by different programs. Put the whole of it between single quotes."
                ]
            )
        value = next(each for each in (quoted.groups() if quoted else (text,)) if each is not None)
        found[name] = str(profile.parent.absolute() / value) if _names_a_file(name, value) else value
    return found


def _names_a_file(name: str, value: str) -> bool:
    """Not the certificates of the system, nor a key on a token (engine:name, pkcs11:…).

    https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-SSLROOTCERT"""
    elsewhere = (name == "PGSSLROOTCERT" and value == "system") or (name == "PGSSLKEY" and ":" in value)
    return bool(value and _PATHS.fullmatch(name)) and not elsewhere


@contextmanager
def surroundings(profile: Path) -> Iterator[None]:
    """Meanwhile the environment holds what lies beside a profile, which counts more than what was there: a command
    works with the key and password that a run has. Raises SettingsError."""
    beside = environment_beside(profile)
    before = dict(os.environ)
    os.environ.update(beside)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
