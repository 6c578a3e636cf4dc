"""The databases a ledger may lie in: what differs between them, each in one record."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlencode

from bot.programme.events import EventKind

_SAME = " AND ".join(f"NEW.{name} = OLD.{name}" for name in ("seq", "at", "kind", "key", "about"))
_MAY_CHANGE = {
    "event": f"{_SAME} AND (SELECT kind FROM event ORDER BY seq DESC LIMIT 1) = '{EventKind.CONTENTS_ERASED}'",
    "chain": "NEW.seq = OLD.seq AND NEW.digest = OLD.digest AND NEW.seal = OLD.seal AND NEW.salt = ''",
}
"""Table -> the only change that is let through: contents that are taken out, once the entry that says so is written."""


OF_THE_SCHEMA = (
    "(SELECT CASE looked_into WHEN 'public' THEN 0 ELSE hashtext(looked_into)::bigint END FROM (SELECT COALESCE("
    "current_schema()::text, split_part(current_setting('search_path'), ',', 1)) AS looked_into) AS found)"
)
"""In PostgreSQL a number of the schema in which the tables lie, as the database finds it, 0 of the usual one: ledgers
of one database do not keep each other out, and one has one lock however its address is written. A schema that is yet to
be made is the one that is said.

https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATH"""


PATIENCE: Mapping[str, str | int] = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20000,
    "target_session_attrs": "read-write",  # of several hosts the one that leads
}
"""How a connection to PostgreSQL is made, so that one that hangs is noticed within half a minute.

https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS"""


FOLLOWED: Mapping[str, int] = {
    "tcp_keepalives_idle": 10,
    "tcp_keepalives_interval": 5,
    "tcp_keepalives_count": 3,
    "tcp_user_timeout": 20000,
}
"""Set on a connection so that the server too notices within half a minute when the other end is gone without a word, as
with a machine that lost its power: until then it keeps every lock of that machine's runs, by its own settings for two
hours. Over a socket of one machine they have no effect.

https://www.postgresql.org/docs/current/runtime-config-connection.html#RUNTIME-CONFIG-TCP-SETTINGS"""


@dataclass(frozen=True, slots=True)
class Database:
    """`address` is how its URLs begin; `on_connect` is said on every connection. `still`, `alone` and `laid_out_alone`
    begin a transaction that sees one moment, in which no other program writes, and in which none lays out the tables.
    `mark` stands for a value in what is said to the driver.
    `refusals` make it refuse whatever is not an addition; `sweep` leaves nothing of what was erased in free pages."""

    address: str
    on_connect: tuple[str, ...]
    still: str
    alone: str
    laid_out_alone: str
    refusals: tuple[str, ...]
    sweep: tuple[str, ...]
    mark: str
    in_a_file: bool = False
    words: Mapping[str, str | int] = field(default_factory=dict)
    """With which a connection is made, unless the address says otherwise."""

    def said(self, asked: str) -> str:
        """A statement with a question mark for each value, as the driver takes it."""
        return asked.replace("?", self.mark)


DATABASES: Mapping[str, Database] = {
    "sqlite": Database(
        "sqlite:///",
        # Write-ahead journal, and every commit on the disk before it counts: a lost commit could repeat a letter.
        ("PRAGMA busy_timeout=10000", "PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL"),
        "BEGIN",
        "BEGIN IMMEDIATE",
        "BEGIN IMMEDIATE",
        (
            "DROP TRIGGER IF EXISTS event_no_update",  # of the first version, which let nothing through
            *(
                f"CREATE TRIGGER IF NOT EXISTS {table}_no_delete BEFORE DELETE ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
                for table in _MAY_CHANGE
            ),
            *(
                f"CREATE TRIGGER IF NOT EXISTS {table}_only_erased BEFORE UPDATE ON {table} "
                f"WHEN NOT ({may}) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
                for table, may in _MAY_CHANGE.items()
            ),
        ),
        ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"),
        "?",
        in_a_file=True,
    ),
    "postgresql": Database(
        "postgresql+psycopg://",
        ("SET lock_timeout = '10s'", *(f"SET {word} = {value}" for word, value in FOLLOWED.items())),
        "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
        "LOCK TABLE event IN EXCLUSIVE MODE",
        f"SELECT pg_advisory_xact_lock(1635083369 + {OF_THE_SCHEMA})",
        (
            *(
                f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger AS $$ BEGIN "
                f"IF TG_OP = 'UPDATE' THEN IF {may} THEN RETURN NEW; END IF; END IF; "
                "RAISE EXCEPTION 'the ledger is append-only'; END $$ LANGUAGE plpgsql"
                for table, may in _MAY_CHANGE.items()
            ),
            *(
                f"CREATE OR REPLACE TRIGGER {table}_{name} BEFORE {what} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION {table}_refuse()"
                for table in _MAY_CHANGE
                for name, what, each in (
                    ("append_only", "UPDATE OR DELETE", "ROW"),
                    ("no_truncate", "TRUNCATE", "STATEMENT"),
                )
            ),
        ),
        ("VACUUM (FULL) event, chain",),
        "%s",
        words=PATIENCE,
    ),
}
"""By the name SQLAlchemy has for it."""

KINDS_OF_ADDRESS = " or ".join(f"{database.address}…" for database in DATABASES.values())


_ADDRESS = re.compile(  # read as SQLAlchemy reads it, which lets a password hold more than others do
    r"(?P<kind>postgres[^:]*)://(?:(?P<who>[^:/@]*(?::[^@]*)?)@)?(?P<hosts>[^/?]*)(?P<rest>/[^?]*)?(?:\?(?P<words>.*))?"
)
_HOST = re.compile(r"(?P<host>\[[^\]]*\]|[^:]*)(?::(?P<port>\d*))?")


def hosts_of(address: str) -> Sequence[tuple[str, str]]:
    """The hosts of a PostgreSQL address with their ports, "" for the usual one, in its order, as libpq or SQLAlchemy
    lets them be named; none of a file. Raises ValueError where an address has not as many ports as hosts, or one.

    https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-MULTIPLE-HOSTS"""
    if not (found := _ADDRESS.fullmatch(address)):
        return []
    told = parse_qsl(found["words"] or "")
    pairs = [_host_and_port(each) for each in found["hosts"].split(",")] if found["hosts"] else []
    # A folder of a socket has no port in its name, and several words "host" are SQLAlchemy's way.
    given = [value for word, value in told if word == "host"]
    if len(given) > 1:
        pairs = [(each, "") if each.startswith("/") else _host_and_port(each) for each in given]
    elif given:
        pairs = [(each, "") for each in given[0].split(",")]
    ports = [each for word, value in told if word == "port" for each in value.split(",")]
    if len(ports) == 1:
        pairs = pairs or [("", "")]
        ports *= len(pairs)
    if ports and len(ports) != len(pairs):
        raise ValueError(f"{len(pairs)} hosts and {len(ports)} ports")
    return [(host, port) for (host, _), port in zip(pairs, ports, strict=True)] if ports else pairs


_CODED = r"%[0-9A-Fa-f]{2}"
_CLEAR = re.compile(
    rf"postgres[^:]*://(?:(?:[^:/?#\[\]@\s%]|{_CODED})*(?::(?:[^:/?#\[\]@\s%]|{_CODED})*)?@)?"
    rf"(?:[^/?#@\s%]|{_CODED})*(?:/(?:[^/?#\[\]@\s%]|{_CODED})*)?(?:\?(?:[^?#@%]|{_CODED})*)?"
)
UNCLEAR = (
    "holds a sign that means something of its own there, or a % without two figures after it; in a name or a password "
    "write % as %25, @ as %40, / as %2F, : as %3A, ? as %3F, # as %23, [ as %5B and ] as %5D"
)


def is_clear(address: str) -> bool:
    """Whether an address of PostgreSQL says one thing to everybody who takes it apart, so that nothing of a password is
    ever taken for a host or a database. Asked where an address is read.

    https://www.rfc-editor.org/rfc/rfc3986#section-2"""
    if not address.startswith("postgres"):
        return True
    try:
        return bool(_CLEAR.fullmatch(address)) and "\0" not in unquote(address, errors="strict")
    except ValueError:
        return False


_SECRET_WORDS = {"password", "passwd", "pwd", "sslpassword"}


def with_password(address: str) -> bool:
    """Whether a clear address holds one, under whatever word."""
    if not (found := _ADDRESS.fullmatch(address)):
        return False
    return ":" in (found["who"] or "") or any(
        word.casefold() in _SECRET_WORDS
        for word, _ in parse_qsl(found["words"] or "", keep_blank_values=True)
    )


def place_of(address: str) -> str:
    """Which servers and which database an address names, to be shown: nobody who signs in."""
    found = _ADDRESS.fullmatch(address)
    if not found or not is_clear(address):
        return f"{address.partition(':')[0]}://…"
    try:
        hosts = ",".join(host for host, _ in hosts_of(address)) or "this machine"
    except ValueError:
        hosts = "…"
    return f"{found['kind']}://{hosts}{found['rest'] or ''}"


NOT_ITS_SCHEMA = "the role may not use that schema, or does not own what lies in it"
_STATES = {
    "42501": NOT_ITS_SCHEMA,  # insufficient_privilege
    "3F000": NOT_ITS_SCHEMA,  # invalid_schema_name
}
"""https://www.postgresql.org/docs/current/errcodes-appendix.html"""
NOT_ITS_DATABASE = "the role may not connect to that database"
_KINDS = tuple(
    (re.compile(pattern, re.I), said)
    for pattern, said in (
        (  # before encryption, which these speak of though it is well
            r"ssl connection has been closed|(ssl syscall error: )?(eof detected|connection reset by peer)"
            r"|the connection is closed|starting up|shutting down|terminat|server closed|recovery|is lost",
            "it was stopped, or is just starting",
        ),
        (r"password|authentication|pg_hba|role .* does not exist", "it does not let the bot sign in"),
        (r"database .* does not exist", "it has no such database"),
        (
            r"invalid (uri|port|percent|connection|integer)|connection option",
            "its address is none it understands",
        ),
        (r"could not translate|name or service|resolve", "the name of its host is not known"),
        (r"refused|no such file|no route|unreachable", "nobody answers there"),
        (r"timeout|timed out", "it does not answer in time"),
        (r"too many|remaining connection slots", "it has no connection left"),
        (r"permission denied for database", NOT_ITS_DATABASE),
        (r"permission denied|must be owner of|no schema has been selected", NOT_ITS_SCHEMA),
        (r"read-only|read-write", "it is read-only, as a standby is"),
        (r"\bssl\b|certificate|tls", "its certificate or encryption is not accepted"),
        (r"no space|disk full", "its disk is full"),
    )
)


def kind_of_fault(fault: BaseException) -> str:
    """What a fault of PostgreSQL's driver is, in our words: its own may repeat a part of an address, or a password."""
    if known := _STATES.get(str(getattr(fault, "sqlstate", None))):  # a server may speak another language
        return known
    said, found = str(fault), []  # of several hosts each has its own
    for pattern, words in _KINDS:
        if pattern.search(said):
            found.append(words)
            said = pattern.sub("", said)  # no part of it speaks of two things
    return " and ".join(found) or type(fault).__name__


def _host_and_port(text: str) -> tuple[str, str]:
    found = _HOST.fullmatch(text)
    if not found:
        raise ValueError("what is no host")  # not repeated: it may be part of a password
    return found["host"].strip("[]"), found["port"] or ""


def one_form(address: str) -> str:
    """An address that names several hosts, in whatever way libpq takes them, with them and as many ports as words after
    it, as SQLAlchemy takes them; any other as it stands. Raises ValueError."""
    if not (found := _ADDRESS.fullmatch(address)) or len(pairs := hosts_of(address)) < 2:
        return address
    words = [(w, v) for w, v in parse_qsl(found["words"] or "") if w not in ("host", "port")]
    words += [
        ("host", ",".join(host for host, _ in pairs)),
        ("port", ",".join(port or "5432" for _, port in pairs)),
    ]
    who = f"{found['who']}@" if found["who"] else ""
    return f"{found['kind']}://{who}{found['rest'] or '/'}?{urlencode(words, quote_via=quote, safe='/,:')}"


def no_way_in(fault: Exception) -> tuple[str, str] | None:
    """Where PostgreSQL lets a role not in for want of the right password: why, and which file is to be put right, with
    nothing of the address or of a password. None where something else is wrong.

    https://www.postgresql.org/docs/current/errcodes-appendix.html (28P01)
    https://www.postgresql.org/docs/current/libpq-pgpass.html"""
    text = str(fault)
    given = "no password supplied" not in text
    if given and getattr(fault, "sqlstate", None) != "28P01" and "authentication failed" not in text:
        return None
    why = (
        "PostgreSQL did not accept the password of its role"
        if given
        else "no password was given to PostgreSQL"
    )
    named = os.environ.get("PGPASSFILE", "")
    if not named:
        return why, "PGPASSFILE names no file"
    try:
        mode = Path(named).stat().st_mode
    except OSError as lost:
        return why, f"PGPASSFILE names {named}, which cannot be read ({lost.strerror})"
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        return (
            why,
            f"PGPASSFILE names {named}, which others may read, so that it is passed over: chmod 600 {named}",
        )
    what = "another password" if given else "no line"
    return why, f"{named}, which PGPASSFILE names, has {what} for this host, port, database and role"
