"""What each council has for itself alone, told without telling it: two with the same are one too many."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from bot.databases import hosts_of
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
        "profile": os.path.realpath(profile.parent),
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
    """Where a ledger is, whoever signs in: hosts and ports in whatever order, database and schema, or the file."""
    if in_a_file(address):
        return os.path.realpath(_FILE.sub("", address))
    parts = urlsplit(address)
    asked = parse_qs(parts.query)
    schema = "".join(asked.get("schema", ["public"]))
    options = "".join(asked.get("options", []))
    hosts = sorted(f"{host.casefold()}:{port or 5432}" for host, port in hosts_of(address) or [("", "")])
    return f"{','.join(hosts)}{parts.path} {schema} {options}"
