"""The ledger: what happened, in order, for ever. SQLite in a file, or PostgreSQL by its URL.

An event whose kind and key are known already is not written again, so recording one happening twice is harmless.
Both databases refuse to change or remove an event.

What becomes of a letter belongs to the mode it was in (bot/programme/modes.py): a ledger opened in a mode writes under
that mode's name and reads nothing of the others.

Everything is read, always: a hundred thousand events take half a second, and nothing can be missing from a history
of all of them. Ledgers of former versions hold three tables more, which nobody reads.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import Busy, LedgerError
from bot.programme.events import OF_ONE_MODE, Event, EventKind
from bot.programme.modes import Mode

VERSION = 1
LOCK_NUMBER = 0x61756469746F7200 & 0x7FFFFFFFFFFFFFFF
"""The advisory lock of the bot in PostgreSQL."""

_tables = sa.MetaData()
_event = sa.Table(
    "event",
    _tables,
    sa.Column(
        "seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True
    ),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("about", sa.Text, nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.UniqueConstraint("kind", "key", name="event_once"),
)
_about = sa.Table("ledger_version", _tables, sa.Column("version", sa.Integer, nullable=False))

_REFUSALS = {
    "sqlite": [
        f"CREATE TRIGGER IF NOT EXISTS event_no_{verb.lower()} BEFORE {verb} ON event "
        "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION event_refuse() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION "
        "'the ledger is append-only'; END $$ LANGUAGE plpgsql",
        "CREATE OR REPLACE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON event "
        "FOR EACH ROW EXECUTE FUNCTION event_refuse()",
    ],
}


class Ledger:
    """The events of one installation, as one mode sees them. Every fault is a LedgerError that says what to do."""

    def __init__(self, url: str, mode: Mode = Mode.LIVE) -> None:
        self.mode = mode
        self._events: list[Event] = []  # what has been read, as this mode sees it
        self._read_to = 0  # the number of the last event that was read
        self._url = sa.make_url(url)
        self._engine = _engine(self._url)
        try:
            with self._engine.begin() as connection:
                _tables.create_all(connection)
                for statement in _REFUSALS[self._url.get_backend_name()]:
                    connection.exec_driver_sql(statement)
                version = connection.execute(sa.select(_about.c.version)).scalar()
                if version is None:
                    connection.execute(_about.insert().values(version=VERSION))
        except SQLAlchemyError as fault:
            self.close()
            raise _fault("opened", fault) from fault
        if version is not None and version > VERSION:
            self.close()
            raise LedgerError(
                f"The ledger was written by a newer audit bot (version {version}); this one knows {VERSION}. "
                "The IT administrator should install the newer one."
            )
        if path := self._file():
            path.chmod(0o600)

    def append(self, events: Iterable[Event]) -> int:
        """Record events in one transaction, durable when this returns. How many were new."""
        rows = [
            {
                "at": event.at.astimezone(UTC).isoformat(),
                "kind": event.kind.value,
                "key": self.mode.marked(event.key) if event.kind in OF_ONE_MODE else event.key,
                "about": event.about,
                "data": json.dumps(dict(event.data), ensure_ascii=False, separators=(",", ":")),
            }
            for event in events
        ]
        if not rows:
            return 0
        statement = _insert_once(self._url.get_backend_name())
        with self._at_work("written") as connection:
            last = connection.execute(sa.select(sa.func.max(_event.c.seq))).scalar() or 0
            connection.execute(statement, rows)
            new = sa.select(sa.func.count()).select_from(_event).where(_event.c.seq > last)
            return int(connection.execute(new).scalar_one())

    def read(self) -> list[Event]:
        """Every event in order, as this mode sees it. What was read once is not fetched again."""
        new = sa.select(_event).where(_event.c.seq > self._read_to).order_by(_event.c.seq)
        with self._at_work("read") as connection:
            rows = connection.execute(new).all()
        several = json.loads(f"[{','.join(row.data for row in rows)}]")  # in one go: half the time
        for (seq, at, kind, key, about, _), data in zip(rows, several, strict=True):
            event = Event(datetime.fromisoformat(at), EventKind(kind), key, about, data)
            if own := self._as_own(event):
                self._events.append(own)
            self._read_to = seq
        return [*self._events]

    def began(self) -> datetime | None:
        """When the first thing was recorded: the day this installation began. None when there is nothing yet."""
        with self._at_work("read") as connection:
            first = connection.execute(sa.select(_event.c.at).order_by(_event.c.seq).limit(1)).scalar()
        return datetime.fromisoformat(first) if first else None

    def _as_own(self, event: Event) -> Event | None:
        """What this mode sees of an event, a letter by its own key; None of what belongs to another mode."""
        if event.kind not in OF_ONE_MODE:
            return event
        key = self.mode.own(event.key)
        return event if key == event.key else replace(event, key=key) if key else None

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def one_at_a_time(self) -> Iterator[None]:
        """Keep every other run out meanwhile. Raises Busy when one is at work. Death of the holder frees it."""
        if self._url.get_backend_name() == "sqlite":
            with _file_lock(self._file()):
                yield
            return
        with self._engine.connect() as connection:
            held = connection.execute(sa.select(sa.func.pg_try_advisory_lock(LOCK_NUMBER))).scalar()
            connection.commit()
            if not held:
                raise _busy()
            try:
                yield
            finally:
                connection.execute(sa.select(sa.func.pg_advisory_unlock(LOCK_NUMBER)))
                connection.commit()

    @contextmanager
    def _at_work(self, what: str) -> Iterator[sa.Connection]:
        """One transaction, durable when this is left. Raises LedgerError."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as fault:
            raise _fault(what, fault) from fault

    def _file(self) -> Path | None:
        database = self._url.database
        if self._url.get_backend_name() != "sqlite" or not database or database == ":memory:":
            return None
        return Path(database)


def _insert_once(backend: str) -> sa.Executable:
    """An insert that leaves a known event alone. Each database's dialect is loaded only where it is used."""
    if backend == "sqlite":
        from sqlalchemy.dialects import sqlite

        return sqlite.insert(_event).on_conflict_do_nothing(index_elements=["kind", "key"])
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(_event).on_conflict_do_nothing(index_elements=["kind", "key"])


def _engine(url: sa.URL) -> sa.Engine:
    if url.get_backend_name() not in _REFUSALS:
        raise LedgerError(f"A ledger may be SQLite or PostgreSQL, not {url.get_backend_name()}.")
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    try:
        engine = sa.create_engine(url)
    except (SQLAlchemyError, ImportError) as fault:
        raise LedgerError(
            f"The ledger at {url.render_as_string()} cannot be used ({fault}). Is the database's driver installed?"
        ) from fault
    if url.get_backend_name() == "sqlite":
        sa.event.listen(engine, "connect", _durable)
    return engine


def _durable(connection: Any, _record: Any) -> None:
    """Write-ahead journal, and every commit on the disk before it counts: a lost commit could repeat a letter."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA busy_timeout=10000")


@contextmanager
def _file_lock(path: Path | None) -> Iterator[None]:
    if path is None:
        yield
        return
    try:
        import fcntl
    except ImportError:  # Windows: an exclusive byte range of the same file
        with _windows_lock(path):
            yield
        return
    with path.with_suffix(".lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            raise _busy() from fault
        yield


@contextmanager
def _windows_lock(path: Path) -> Iterator[None]:
    import msvcrt

    with path.with_suffix(".lock").open("a+") as file:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError as fault:
            raise _busy() from fault
        yield


def _busy() -> Busy:
    return Busy("Another run of the audit bot is at work. This one does nothing; try again when it is done.")


def _fault(what: str, fault: SQLAlchemyError) -> LedgerError:
    reason = str(getattr(fault, "orig", None) or type(fault).__name__)
    return LedgerError(
        f"The ledger could not be {what}: {reason}. Nothing is sent without it. The IT administrator should look at "
        "the disk or the database."
    )
