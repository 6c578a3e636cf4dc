"""The ledger: what happened, in order, for ever. SQLite in a file, or PostgreSQL by its URL.

An event whose kind and key are known already is not written again, so recording one happening twice is harmless.
Both databases refuse to change or remove an event.

What becomes of a letter belongs to the mode it was in (bot/programme/modes.py): a ledger opened in a mode writes under
that mode's name and reads nothing of the others.

A run reads `current`: what was carried forward when the books were last balanced, and everything since. So a quiet day
costs the same after ten years as in the first month. What is left out is only ever about audits of closed cycles; when
one of them is in an open cycle again, `take_back` cancels the balance and everything is current.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
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
MOST_TIMES_READ = 20
"""So often one message is read at most; whoever moves it about more often is told nothing new by it."""

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
# The balance: which events up to a certain one still matter. Made from the events, and may be made again.
_balance = sa.Table("balance", _tables, sa.Column("up_to", sa.BigInteger, nullable=False))
_carried = sa.Table(
    "carried_forward", _tables, sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False)
)
_put_away = sa.Table("put_away", _tables, sa.Column("about", sa.Text, primary_key=True))
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
        self._known: list[tuple[int, Event]] | None = None  # what `current` has read, by sequence number
        self._read_to = 0
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

    def read(self, after: int = 0) -> list[Event]:
        """Every event in order; those after a sequence number, if one is given."""
        statement = sa.select(_event).where(_event.c.seq > after).order_by(_event.c.seq)
        with self._at_work("read") as connection:
            return self._seen(_events(connection.execute(statement)))

    def known(self, kind: EventKind, keys: Iterable[str]) -> set[str]:
        """Those of some keys under which an event of this kind was ever recorded, whether or not it is current."""
        of_kind = sa.select(_event.c.key).where(_event.c.kind == kind.value)
        with self._at_work("read") as connection:
            return _those_among(connection, of_kind, _event.c.key, keys)

    def of_messages(self, ids: Iterable[str]) -> list[Event]:
        """What was ever recorded of messages as such (seen, filed, read again), current or not, in order."""
        wanted, found = list(ids), []
        with self._at_work("read") as connection:
            for n in range(0, len(wanted), 500):
                part = wanted[n : n + 500]
                kinds = [k.value for k in (EventKind.MESSAGE_SEEN, EventKind.MESSAGE_FILED)]
                alone = sa.select(_event).where(_event.c.kind.in_(kinds), _event.c.key.in_(part))
                found += _events(connection.execute(alone))
                kinds = [k.value for k in (EventKind.MESSAGE_READ_AGAIN, EventKind.MESSAGE_FILED)]
                again = [f"{each}#{time}" for each in part for time in range(1, MOST_TIMES_READ + 1)]
                for m in range(0, len(again), 500):
                    more = sa.select(_event).where(
                        _event.c.kind.in_(kinds), _event.c.key.in_(again[m : m + 500])
                    )
                    found += _events(connection.execute(more))
        return [event for _, event in sorted(found, key=lambda pair: pair[0])]

    def began(self) -> datetime | None:
        """When the first thing was recorded: the day this installation began. None when there is nothing yet."""
        with self._at_work("read") as connection:
            first = connection.execute(sa.select(_event.c.at).order_by(_event.c.seq).limit(1)).scalar()
        return datetime.fromisoformat(first) if first else None

    def current(self) -> list[Event]:
        """The events that still matter, in order. What this ledger has read once is not read again."""
        return self._seen(self._current())

    def _seen(self, events: Iterable[tuple[int, Event]]) -> list[Event]:
        """What this mode sees of them, each letter by its own key."""
        return [seen for _, event in events if (seen := self._as_own(event))]

    def _as_own(self, event: Event) -> Event | None:
        if event.kind not in OF_ONE_MODE:
            return event
        key = self.mode.own(event.key)
        return event if key == event.key else replace(event, key=key) if key else None

    def _current(self) -> list[tuple[int, Event]]:
        with self._at_work("read") as connection:
            if self._known is None:
                carried = sa.select(_event).join(_carried, _carried.c.seq == _event.c.seq)
                # By the number carried forward: ordered by the event's own, SQLite would go through them all.
                self._known = _events(connection.execute(carried.order_by(_carried.c.seq)))
                self._read_to = connection.execute(sa.select(_balance.c.up_to)).scalar() or 0
            new = sa.select(_event).where(_event.c.seq > self._read_to).order_by(_event.c.seq)
            self._known += _events(connection.execute(new))
        if self._known:
            self._read_to = max(self._read_to, self._known[-1][0])
        return self._known

    def carry_forward(self, matter: Callable[[Sequence[Event]], Sequence[bool]], at_least: int = 1) -> bool:
        """Balance the books: of the current events only those that `matter` stay current. Nothing is removed.

        Done only when `at_least` so many events, and as many as were carried forward last time, have come since.
        """
        known = self._current()
        events = [event for _, event in known]
        with self._at_work("written") as connection:
            carried = connection.execute(sa.select(sa.func.count()).select_from(_carried)).scalar_one()
            if not known or len(known) - carried < max(at_least, carried):
                return False
            kept = matter(events)
            left = {
                about
                for (_, event), keep in zip(known, kept, strict=True)
                if not keep
                for about in event.concerns
            }
            left -= set(connection.execute(sa.select(_put_away.c.about)).scalars())
            for table in (_balance, _carried):
                connection.execute(table.delete())
            connection.execute(_balance.insert().values(up_to=known[-1][0]))
            seqs = [{"seq": seq} for (seq, _), keep in zip(known, kept, strict=True) if keep]
            if seqs:
                connection.execute(_carried.insert(), seqs)
            if left:
                connection.execute(_put_away.insert(), [{"about": about} for about in left])
        self._known = None
        return True

    def take_back(self, business: Iterable[str]) -> bool:
        """Whether any of this was put away, so that everything is current again: a closed cycle was reopened."""
        with self._at_work("read") as connection:
            if not _those_among(connection, sa.select(_put_away.c.about), _put_away.c.about, business):
                return False
            for table in (_balance, _carried, _put_away):
                connection.execute(table.delete())
        self._known = None
        return True

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


def _those_among(
    connection: sa.Connection, select: sa.Select[Any], column: sa.Column[str], values: Iterable[str]
) -> set[str]:
    """What a question of one column finds among some values, put in parts: a database takes only so many at once."""
    wanted, found = list(values), set[str]()
    for n in range(0, len(wanted), 500):
        found.update(connection.execute(select.where(column.in_(wanted[n : n + 500]))).scalars())
    return found


def _events(rows: Iterable[Any]) -> list[tuple[int, Event]]:
    return [
        (seq, Event(datetime.fromisoformat(at), EventKind(kind), key, about, json.loads(data)))
        for seq, at, kind, key, about, data in rows
    ]


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
