"""What the queue's schema holds besides procrastinate's tables, and how both are laid out and brought up to date.

Whatever is changed here is only added to, so that workers of two versions work side by side; procrastinate keeps its
own changes apart in the same way: what may be done before its code is replaced, and what only after.
https://procrastinate.readthedocs.io/en/stable/howto/production/migrations.html
"""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path

import psycopg
from procrastinate.schema import SchemaManager
from psycopg import sql

VERSION = 1
"""Of our own tables."""

LAID_OUT_ALONE = 0x636F756E63696C
"""The advisory lock under which tables are laid out."""

OWN = """
CREATE TABLE IF NOT EXISTS laid_out (part text PRIMARY KEY, version text NOT NULL);
CREATE TABLE IF NOT EXISTS council (
    name text PRIMARY KEY,
    settings text NOT NULL,
    only_on text NOT NULL DEFAULT '',
    added timestamptz NOT NULL DEFAULT now(),
    paused timestamptz,
    paused_until date,
    level text NOT NULL DEFAULT '',
    daily_run_at time NOT NULL,
    look_minutes integer NOT NULL,
    closed jsonb NOT NULL DEFAULT '[]',
    done_on date,
    failed_on date,
    failures integer NOT NULL DEFAULT 0,
    failed_at timestamptz,
    last_daily timestamptz,
    last_look timestamptz,
    looked timestamptz,
    not_before timestamptz,
    in_vain integer NOT NULL DEFAULT 0,
    slow_until timestamptz,
    ledger_version integer NOT NULL,
    health jsonb NOT NULL DEFAULT '{}',
    fault text NOT NULL DEFAULT '',
    faulty_since timestamptz
);
CREATE TABLE IF NOT EXISTS own (
    what text NOT NULL,
    digest text NOT NULL,
    council text NOT NULL REFERENCES council ON DELETE CASCADE,
    PRIMARY KEY (what, digest)
);
CREATE TABLE IF NOT EXISTS run (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    council text NOT NULL REFERENCES council ON DELETE CASCADE,
    kind text NOT NULL,
    due timestamptz NOT NULL,
    began timestamptz NOT NULL,
    ended timestamptz,
    status integer,
    fault text NOT NULL DEFAULT '',
    worker text NOT NULL
);
CREATE INDEX IF NOT EXISTS run_began ON run (began);
CREATE INDEX IF NOT EXISTS run_at_work ON run (council) WHERE ended IS NULL;
CREATE TABLE IF NOT EXISTS worker (
    id text PRIMARY KEY,
    machine text NOT NULL,
    version text NOT NULL,
    ledger_version integer NOT NULL,
    slots integer NOT NULL,
    began timestamptz NOT NULL DEFAULT now(),
    beat timestamptz NOT NULL DEFAULT now(),
    stopping boolean NOT NULL DEFAULT false
);
CREATE TABLE IF NOT EXISTS pretended (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    really timestamptz NOT NULL,
    moment timestamptz NOT NULL,
    speed double precision NOT NULL
);
"""
"""The councils; what each alone may have; their runs of the last days; the workers; and, for a sandbox, another day."""


def lay_out(connection: psycopg.Connection, schema: str, *, new: bool = True) -> None:
    """Make what is not there, and apply what procrastinate has to have before its new code is used. `connection` is in
    autocommit and looks into the schema. Without `new` nothing is begun where nothing is: raises UndefinedTable. The
    lock is taken only where something is to be made: whoever may connect can hold it."""
    if _is_laid_out(connection):
        return
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [LAID_OUT_ALONE])
        if not new and not _noted(connection, "own"):
            raise psycopg.errors.UndefinedTable("no councils have been entered here")
        there = connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [schema]).fetchone()
        if not there:
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
        if int(_noted(connection, "own") or 0) < VERSION:  # a newer one has what this one needs
            connection.execute(OWN)
            _note(connection, "own", str(VERSION))
        if connection.execute("SELECT to_regclass('procrastinate_jobs')").fetchone() == (None,):
            connection.execute(SchemaManager.get_schema())
            for part in ("pre", "post"):
                _note(connection, part, version("procrastinate"))
    apply_changes(connection, "pre")


def _is_laid_out(connection: psycopg.Connection) -> bool:
    """Whether nothing is missing that this version needs before it begins."""
    if int(_noted(connection, "own") or 0) < VERSION:
        return False
    jobs = connection.execute("SELECT to_regclass('procrastinate_jobs')").fetchone()
    return jobs != (None,) and not _is_older(_noted(connection, "pre"))


def _is_older(noted: str) -> bool:
    """Than procrastinate as it is here."""
    here, there = (tuple(map(int, re.findall(r"\d+", each))) for each in (version("procrastinate"), noted))
    return here > there


def changes(kind: str, since: str) -> list[Path]:
    """Procrastinate's changes of a kind ("pre" or "post") that came after a version of it, in order."""
    files = sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    return [
        file
        for file in files
        if (found := re.match(rf"(\d\d)\.(\d\d)\.(\d\d)_\d\d_{kind}_", file.name))
        and tuple(map(int, found.groups())) > tuple(map(int, re.findall(r"\d+", since)[:3]))
    ]


def apply_changes(connection: psycopg.Connection, kind: str) -> list[str]:
    """Apply those that have not been: the names of their files."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [LAID_OUT_ALONE])
        before = _noted(connection, kind)
        todo = changes(kind, before)
        for file in todo:
            connection.execute(file.read_text(encoding="utf-8"))
        if _is_older(before):
            _note(connection, kind, version("procrastinate"))
    return [file.name for file in todo]


def _noted(connection: psycopg.Connection, part: str) -> str:
    if connection.execute("SELECT to_regclass('laid_out')").fetchone() == (None,):
        return ""
    found = connection.execute("SELECT version FROM laid_out WHERE part = %s", [part]).fetchone()
    return str(found[0]) if found else ""


def _note(connection: psycopg.Connection, part: str, said: str) -> None:
    connection.execute(
        "INSERT INTO laid_out VALUES (%s, %s) ON CONFLICT (part) DO UPDATE SET version = EXCLUDED.version",
        [part, said],
    )
