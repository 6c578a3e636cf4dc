"""What each council has for itself alone, told without telling it: two with the same are one too many."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from psycopg.pq import Conninfo

from bot.errors import SettingsError
from bot.office.ledger import driver_words
from bot.own_files import FOLDERS, SHIPPED, is_within
from bot.settings import SYSTEM_ASSIGNED, Settings, TenantSettings

WHAT = {
    "mailbox": "the mailbox",
    "site": "the site",
    "ledger": "the ledger",
    "key": "the key of the letters",
    "app": "the app registration or managed identity",
    "folder": "the folder of the health file",
    "profile": "the folder of the profile",
}
"""What no two councils may share, in words. Beside a profile lie a council's secrets (council.env), beside its health
file the letters, rules and closure days its Audit Team has agreed to, and what was measured of its tenant."""

FOLDERS_OF_ITS_OWN = ("folder", "profile")
"""Of one kind: what is one council's folder for the one may not be another's for the other."""


_FILE = re.compile(r"sqlite(?:\+\w+)?:(?:///)?")


def in_a_file(address: str) -> bool:
    """Whether a ledger is a file of one machine, by whatever driver it is read."""
    return bool(_FILE.match(address))


def own_of(settings: Settings, profile: Path, salt: bytes) -> Mapping[str, str]:
    """Of each thing a digest; the key's is slow to make and too short to find the key by (40 bits, scrypt, `salt` of
    the installation). Raises SettingsError where a secret is not there."""
    key, _ = settings.letter_keys()
    assert settings.health_file is not None
    told = {
        "mailbox": settings.mailbox,
        "site": f"{settings.site_host}{settings.site_path}".rstrip("/").casefold(),
        "ledger": ledger_place(settings.ledger),
        "app": _app(settings.tenant),
        "folder": os.path.realpath(settings.health_file.parent),
        "profile": str(folder_of(profile)),
    }
    found = {what: hashlib.sha256(salt + text.encode()).hexdigest() for what, text in told.items()}
    found["key"] = hashlib.scrypt(key, salt=salt, n=2**12, r=8, p=1, dklen=5).hex()
    return found


def _app(tenant: TenantSettings) -> str:
    """Who signs in. A machine's own identity is one and the same for every council that names it, whatever else its
    profile says."""
    if tenant.managed_identity == SYSTEM_ASSIGNED:
        return SYSTEM_ASSIGNED
    return f"{tenant.tenant_id} {tenant.managed_identity or tenant.client_id}".casefold()


def ledger_place(address: str) -> str:
    """Where a ledger is as the driver finds it, whoever signs in and however it is written: hosts and ports in whatever
    order, database and schema; or the file. Raises SettingsError, LedgerError.

    https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS"""
    if in_a_file(address):
        return os.path.realpath(_FILE.sub("", address))
    usual = {
        d.keyword.decode(): d.val.decode() for d in Conninfo.get_defaults() if d.val
    }  # of the environment too
    words = usual | driver_words(address)
    if words.get("service"):
        raise SettingsError(
            [
                "ledger names a service, of which nobody can see whose it is; write its host and database instead."
            ]
        )
    hosts = (words.get("hostaddr") or words.get("host") or "").split(",")
    ports = (words.get("port") or "").split(",")
    if len(ports) == 1:
        ports *= len(hosts)
    servers = sorted(f"{_host(host)}:{port or 5432}" for host, port in zip(hosts, ports, strict=False))
    return (
        f"{','.join(servers)} {words.get('dbname') or words.get('user')} {_schema(words.get('options', ''))}"
    )


def _host(name: str) -> str:
    if name.startswith("/"):
        return os.path.realpath(name)
    known = name.casefold().rstrip(".")
    return "localhost" if known in ("", "127.0.0.1", "::1") else known


_SEARCH_PATH = re.compile(r"(?:-c\s*|--)search[_-]path\s*=\s*((?:\\.|\S)*)")


def _schema(options: str) -> str:
    """The first that is looked into, as the last of the options says."""
    found = _SEARCH_PATH.findall(options)
    first = re.sub(r"\\(.)", r"\1", found[-1]).partition(",")[0].strip().strip('"') if found else ""
    return "public" if first in ("", "$user") else first


# ------------------------------------------------------------------------------------------- a folder of its own


def folder_of(profile: Path) -> Path:
    """The council's own folder: the one its profile lies in, or where that is called config, the one above it, unless
    that is where everything lies."""
    folder = Path(os.path.realpath(profile.parent))
    return folder.parent if folder.name == "config" and folder.parent != Path(folder.anchor) else folder


def outside(settings: Settings, profile: Path, for_all: Sequence[str]) -> list[str]:
    """A sentence for each place a profile names where a run might write or read what is another council's. It writes in
    the council's own folder alone; it reads there, what comes with the bot, and in the folders that are `for_all`."""
    own, faults = folder_of(profile), []
    ledger = Path(_FILE.sub("", settings.ledger)) if in_a_file(settings.ledger) else None
    for word, path in (("health_file", settings.health_file), ("ledger", ledger)):
        if path and not is_within(path, own):
            faults.append(f"{word} names {path}; a council of several writes in its own folder alone, {own}.")
    tenant, files = settings.tenant, settings.files
    read = {f"files.{word}": getattr(files, word) for word in type(files).model_fields}
    read |= {word: getattr(tenant, word) for word in ("certificate", "key", "secret_file")}
    may_read = (own, *(SHIPPED / folder for folder in FOLDERS), *map(Path, for_all))
    for word, path in (read | {"key_file": settings.key_file}).items():
        for each in _links_in(path) if path else ():
            if not any(is_within(each, folder) for folder in may_read):
                faults.append(
                    f"{word} names {each}; a council of several reads its own folder, {own}, and what comes with the "
                    "bot. Whoever keeps the workers may name more for all to read: folders_for_all in the queue's file."
                )
    return faults


def _links_in(path: Path) -> Iterator[Path]:
    """The file or folder itself, and what in a folder leads elsewhere."""
    yield path
    if path.is_dir():
        yield from (each for each in path.rglob("*") if each.is_symlink())
