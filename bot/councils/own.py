"""What each council has for itself alone, told without telling it: two with the same are one too many."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from psycopg.pq import Conninfo

from bot.errors import SettingsError
from bot.office.ledger import driver_words
from bot.office.ledger_file import beside
from bot.office.settings_library import FOLDER
from bot.own_files import FOLDERS, SHIPPED, is_within
from bot.secret_files import ENVIRONMENT_FILE, environment_beside
from bot.settings import SYSTEM_ASSIGNED, Settings, TenantSettings

WHAT = {
    "mailbox": "the mailbox",
    "site": "the site",
    "ledger": "the ledger",
    "usual schema": "the ledger",
    "key": "the key of the letters",
    "app": "the app registration or managed identity",
    "folder": "the folder of the health file",
    "profile": "the folder of the profile",
}
"""What no two councils may share, in words. Beside a profile lie a council's secrets (council.env), beside its health
file the letters, rules and closure days its Audit Team has agreed to, and what was measured of its tenant."""

OF_ONE_KIND = (("folder", "profile"), ("ledger", "usual schema"))
"""What is one council's for the one may not be another's for the other: a folder, or the tables of a ledger, which lie
in PostgreSQL, where an address says no schema, in that of the role's name if there is one, and else in “public”."""


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
        "usual schema": ledger_place(settings.ledger, by_anyone=True),
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


def ledger_place(address: str, *, by_anyone: bool = False) -> str:
    """Where a ledger is as the driver finds it, whoever signs in and however it is written: hosts and ports in whatever
    order, database and schema; or the file. Where no schema is said it is that of the role's name, or `by_anyone` the
    one for all. Raises SettingsError, LedgerError.

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
    if words.get("host") and words.get("hostaddr"):
        raise SettingsError(
            [
                "ledger names host and hostaddr, so that the password of the one would be sent to the other. Whoever "
                "keeps the profile: name host alone (and no PGHOSTADDR in council.env)."
            ]
        )
    hosts = (words.get("hostaddr") or words.get("host") or "").split(",")
    ports = (words.get("port") or "").split(",")
    if len(ports) == 1:
        ports *= len(hosts)
    servers = sorted(f"{_host(host)}:{port or 5432}" for host, port in zip(hosts, ports, strict=False))
    role = words.get("user", "")
    schema = _schema(words.get("options", "")) or ("public" if by_anyone else role)
    return f"{','.join(servers)} {words.get('dbname') or role} {schema}"


def _host(name: str) -> str:
    if name.startswith("/"):
        return os.path.realpath(name)
    known = name.casefold().rstrip(".")
    return "localhost" if known in ("", "127.0.0.1", "::1") else known


_SEARCH_PATH = re.compile(r"(?:-c\s*|--)search[_-]path\s*=\s*((?:\\.|\S)*)")


def _schema(options: str) -> str:
    """The first that is looked into, as the last of the options says; "" where they leave it to the role."""
    found = _SEARCH_PATH.findall(options)
    first = re.sub(r"\\(.)", r"\1", found[-1]).partition(",")[0].strip().strip('"') if found else ""
    return "" if first == "$user" else first


# ------------------------------------------------------------------------------------------- a folder of its own


def folder_of(profile: Path) -> Path:
    """The council's own folder: the one its profile lies in, or where that is called config, the one above it, unless
    that is where everything lies."""
    folder = Path(os.path.realpath(profile.parent))
    return folder.parent if folder.name == "config" and folder.parent != Path(folder.anchor) else folder


_NAMES_A_FILE = re.compile(
    r"PG(?:PASS|SERVICE)FILE|PGSYSCONFDIR|PGSSL(?:CERT|KEY)|HOME|NETRC|KRB5\w+|SSLKEYLOGFILE|\w+_FILE"
)
_MAY_LIE_ANYWHERE = re.compile(
    r"PGHOST|PGSSL(?:ROOTCERT|CRL\w*)|SSL_CERT_\w+|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|TZ"
)
"""Of certificates that are trusted, as of those in `ca_bundle`, nothing is told."""


def own_environment(profile: Path, for_all: Sequence[str] = ()) -> dict[str, str]:
    """The council's own variables. Raises SettingsError, which tells no value, also where one names a file that a run
    of it may not read: whose password would be sent, and where, is for that council alone to say."""
    file, own = profile.parent / ENVIRONMENT_FILE, folder_of(profile)
    if file.exists() and not is_within(file, own):
        raise SettingsError([f"{file} leads out of the council's own folder; its secrets lie in it."])
    found = environment_beside(profile)
    faults = [
        f"{file}: {name} names a file that does not lie in the council's own folder, {own}, nor in one for all. "
        "Whoever keeps that folder: put the file there."
        for name, value in found.items()
        if (named := _file_named(name, value))
        and not any(is_within(named, each) for each in (own, *map(Path, for_all)))
    ]
    if faults:
        raise SettingsError(faults)
    return found


def _file_named(name: str, value: str) -> Path | None:
    """Which file a variable names: by what it is called, or because there is one."""
    text = value.removeprefix("FILE:")
    if not text or _MAY_LIE_ANYWHERE.fullmatch(name) or (name == "PGSSLKEY" and _on_a_token(value)):
        return None
    is_one = _NAMES_A_FILE.fullmatch(name) or (Path(text).is_absolute() and os.path.lexists(text))
    return Path(text) if is_one else None


def _on_a_token(key: str) -> bool:
    """https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-SSLKEY"""
    return ":" in key and not Path(key).is_absolute()


def outside(settings: Settings, profile: Path, for_all: Sequence[str]) -> list[str]:
    """A sentence for each place by which a run might write or read what is another council's: one its profile names, or
    a link in its folder. It writes in the council's own folder alone; it reads there, what comes with the bot, and in
    the folders that are `for_all`. Raises SettingsError, LedgerError."""
    own, faults = folder_of(profile), []
    ledger = Path(_FILE.sub("", settings.ledger)) if in_a_file(settings.ledger) else None
    for word, path in (("health_file", settings.health_file), ("ledger", ledger)):
        if path and not is_within(path, own):
            faults.append(f"{word} names {path}; a council of several writes in its own folder alone, {own}.")
    tenant, files = settings.tenant, settings.files
    read = {f"files.{word}": getattr(files, word) for word in type(files).model_fields}
    read |= {word: getattr(tenant, word) for word in ("certificate", "key", "secret_file")}
    read |= {"key_file": settings.key_file, **({} if ledger else _files_of_the_driver(settings.ledger))}
    may_read = (own, *(SHIPPED / folder for folder in FOLDERS), *map(Path, for_all))
    told = set[Path]()
    for word, path in read.items():
        for each in (path, *_links_in(path)) if path else ():
            if not any(is_within(each, folder) for folder in may_read):
                told.add(_as_found(each))
                faults.append(
                    f"{word} names {each}; a council of several reads its own folder, {own}, and what comes with the "
                    "bot. Whoever keeps the workers may name more for all to read: folders_for_all in the queue's file."
                )
    written = [_as_found(each) for each in _written(settings, ledger)]
    for link in _links_in(own):
        may = (own,) if any(link.is_relative_to(each) for each in written) else may_read
        if link not in told and not any(is_within(link, folder) for folder in may):
            faults.append(
                f"{link} is a link that leads out of the council's own folder, {own}, where a run of it writes and "
                "reads. Whoever keeps that folder: put there what it leads to, or take the link away."
            )
    return faults


def _files_of_the_driver(address: str) -> dict[str, Path]:
    """What an address in PostgreSQL has the driver read, whose contents are told to the server."""
    words = driver_words(address)
    named = {word: words.get(word, "") for word in ("passfile", "servicefile", "sslcert", "sslkey")}
    return {f"ledger ({w})": Path(text) for w, text in named.items() if text and not _on_a_token(text)}


def _written(settings: Settings, ledger: Path | None) -> Iterator[Path]:
    """What a run writes, by its name; a link there may lead into no folder for all."""
    assert settings.health_file is not None
    yield from (settings.health_file, settings.facts_file, settings.health_file.with_name(FOLDER))
    yield from (ledger, *beside(ledger)) if ledger else ()


def _as_found(path: Path) -> Path:
    """Where it lies itself, as the folder above it is found: not where it leads."""
    return Path(os.path.realpath(path.parent)) / path.name


MOST_LOOKED_THROUGH = 20_000
"""Files of a folder; more would be looked through before every look."""


def _links_in(folder: Path) -> Iterator[Path]:
    """Each link in a folder and below; none is followed. What cannot be looked into, a run cannot use either. Raises
    SettingsError where it holds too many files."""
    folders, left = [folder], MOST_LOOKED_THROUGH
    while folders:
        with suppress(OSError), os.scandir(folders.pop()) as found:
            for each in found:
                left -= 1
                if left < 0:
                    raise SettingsError(
                        [
                            f"{folder} holds more than {MOST_LOOKED_THROUGH:,} files, so that nobody can see before "
                            "each run that no link leads out of it. Whoever keeps that folder: keep in it what the bot "
                            "uses, and nothing else."
                        ]
                    )
                if each.is_symlink():
                    yield Path(each.path)
                elif each.is_dir(follow_symlinks=False):
                    folders.append(Path(each.path))
