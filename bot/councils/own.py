"""What each council has for itself alone, told without telling it: two with the same are one too many."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from bot.databases import hosts_of
from bot.settings import Settings

WHAT = {
    "mailbox": "the mailbox",
    "site": "the site",
    "ledger": "the ledger",
    "key": "the key of the letters",
    "app": "the app registration",
    "folder": "the health file's place",
}
"""What no two councils may share, in words."""


_FILE = re.compile(r"sqlite(?:\+\w+)?:(?:///)?")


def in_a_file(address: str) -> bool:
    """Whether a ledger is a file of one machine, by whatever driver it is read."""
    return bool(_FILE.match(address))


def own_of(settings: Settings, salt: bytes) -> Mapping[str, str]:
    """Of each thing a digest; the key's is slow to make and too short to find the key by (40 bits, scrypt, `salt` of
    the installation). Raises SettingsError where a secret is not there."""
    key, _ = settings.letter_keys()
    tenant = settings.tenant
    told = {
        "mailbox": settings.mailbox,
        "site": f"{settings.site_host}{settings.site_path}".rstrip("/").casefold(),
        "ledger": ledger_place(settings.ledger),
        "app": f"{tenant.tenant_id} {tenant.client_id}".casefold(),
        "folder": os.path.realpath(settings.health_file or ""),
    }
    found = {what: hashlib.sha256(salt + text.encode()).hexdigest() for what, text in told.items()}
    found["key"] = hashlib.scrypt(key, salt=salt, n=2**12, r=8, p=1, dklen=5).hex()
    return found


def ledger_place(address: str) -> str:
    """Where a ledger is, whoever signs in: hosts and ports in whatever order, database and schema, or the file."""
    if in_a_file(address):
        return os.path.realpath(_FILE.sub("", address))
    parts = urlsplit(address)
    asked = parse_qs(parts.query)
    schema = "".join(asked.get("schema", ["public"]))
    options = "".join(asked.get("options", []))
    hosts = sorted(f"{host.casefold()}:{port or 5432}" for host, port in hosts_of(address) or [("", "")])
    return f"{','.join(hosts)}{parts.path} {schema} {options}"
