"""The ledger: what happened, in order, for ever. SQLite in a file, or PostgreSQL by its URL (bot/databases.py).

An event whose kind and key are known already is not written again, so recording one happening twice is harmless.
Both databases refuse to change or remove an event, and every entry is sealed with all before it (chain.py), so that
one that was changed all the same is noticed. Only contents can be erased, by `erase`, which is an entry itself.

One run writes at a time. Besides the lock each run takes the next epoch, and whatever it writes is refused once
another has taken one: a run that was stopped and wakes up late changes nothing. In PostgreSQL the lock and the writing
hang on one connection: with the connection the lock is lost, and nothing more is written.

What becomes of a letter belongs to the mode it was in (bot/programme/modes.py): a ledger opened in a mode writes under
that mode's name and reads nothing of the others, but that a trial reads what has gone live (history/as_seen.py).

Everything is read, always: a hundred thousand events take half a second, and nothing can be missing from a history
of all of them. Ledgers of former versions hold three tables more, which nobody reads.
"""

from __future__ import annotations

import json
import re
import secrets
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import now
from bot.collecting import nothing_collected
from bot.databases import (
    DATABASES,
    KINDS_OF_ADDRESS,
    OF_THE_SCHEMA,
    UNCLEAR,
    is_clear,
    one_form,
    place_of,
)
from bot.errors import AuditBotError, Busy, LedgerError, NewerLedger
from bot.office.chain import (
    GENESIS,
    NOTHING,
    SHOWN,
    Chain,
    Entry,
    Link,
    digest_of,
    gone_through,
    in_ranges,
    linked,
)
from bot.office.ledger_file import busy, file_lock, made_ready, what_is_wrong
from bot.programme.events import OF_ONE_MODE, OF_THE_LEDGER, Event, EventKind, Plain
from bot.programme.history.as_seen import Seen, as_own, as_seen
from bot.programme.modes import Mode
from bot.programme.whole_text import whole_text

VERSION = 2
"""2: with a chain. 1: without."""

LOCK_NUMBER = 0x61756469746F7200 & 0x7FFFFFFFFFFFFFFF
"""The advisory lock of the bot in PostgreSQL, where its ledger lies in the usual schema."""

SCHEMA_NUMBER: sa.ColumnElement[int] = sa.literal_column(OF_THE_SCHEMA)
"""What is added to it in another, so that the ledgers of one database do not keep each other out."""

_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_THERE = sa.text("SELECT 1 FROM pg_namespace WHERE nspname = :name")

_tables = sa.MetaData()
_number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_event = sa.Table(
    "event",
    _tables,
    sa.Column("seq", _number, primary_key=True, autoincrement=True),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("about", sa.Text, nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.UniqueConstraint("kind", "key", name="event_once"),
)
_chain = sa.Table(
    "chain",
    _tables,
    sa.Column("seq", _number, primary_key=True, autoincrement=False),
    sa.Column("salt", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("seal", sa.Text, nullable=False),
)
_version = sa.Table("ledger_version", _tables, sa.Column("version", sa.Integer, nullable=False))
_epoch = sa.Table("ledger_epoch", _tables, sa.Column("number", sa.Integer, nullable=False))

_ONE_EPOCH = "CREATE UNIQUE INDEX IF NOT EXISTS ledger_epoch_once ON ledger_epoch ((number IS NOT NULL))"
"""The table of the epoch has one row, also where a copy is put back over a ledger: the second is refused there."""

_END = """
SELECT
    (SELECT max(seq) FROM event),
    (SELECT seal FROM chain ORDER BY seq DESC LIMIT 1),
    (SELECT number FROM ledger_epoch)
"""
"""The number of the last entry, the last seal, and the epoch of the run that took over last."""
_NEW_EVENT = """
INSERT INTO event (seq, at, kind, key, about, data) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (kind, key) DO NOTHING
"""
_NEW_LINK = "INSERT INTO chain (seq, salt, digest, seal) VALUES (?, ?, ?, ?)"
_EVENTS = "SELECT seq, at, kind, key, about, data FROM event ORDER BY seq"
_NEWER = "SELECT seq, at, kind, key, about, data FROM event WHERE seq > ? ORDER BY seq"
_LINKS = "SELECT seq, salt, digest, seal FROM chain ORDER BY seq"
"""Said to the driver as they stand: SQLAlchemy would take longer over each than the disk does."""


class Ledger:
    """The events of one installation, as one mode sees them. Every fault is a LedgerError that says what to do."""

    def __init__(
        self, url: str, mode: Mode = Mode.LIVE, *, looked_at: Callable[[Ledger], None] | None = None
    ) -> None:
        """`looked_at` sees a ledger that is there before anything is written into it, and may raise AuditBotError."""
        self._mode = mode
        self._seen = Seen(mode)  # of what has been read
        self._read_to = 0  # the number of the last event that was read
        self._ahead: Sequence[Any] = []  # what was fetched after it and not looked at
        self._taken: int | None = None  # the epoch of the run that works with it
        self._held: sa.Connection | None = None  # the connection that holds the lock, where one does
        self._turn = threading.RLock()
        self._url, self._schema = _known(url)
        self._database = DATABASES[self._url.get_backend_name()]
        if path := self._file():
            made_ready(path)
        self._engine = self._connected()
        try:
            if looked_at and self._is_there():
                looked_at(self)
            self._lay_out()
        except AuditBotError:
            self.close()
            raise

    @property
    def mode(self) -> Mode:
        return self._mode

    @mode.setter
    def mode(self, mode: Mode) -> None:
        """What was looked at until now was another mode's; it is read anew."""
        if mode is not self._mode:
            self._mode = mode
            self._forget()

    def _forget(self) -> None:
        self._seen, self._ahead, self._read_to = Seen(self.mode), [], 0

    def append(self, events: Iterable[Event]) -> int:
        """Record events in one transaction, durable when this returns. How many were new. Raises Busy when another run
        has taken over meanwhile."""
        given = [*events]
        if not given:
            return 0
        with self._at_work("written", self._database.alone) as connection:
            return self._append(connection, given)

    def _append(self, connection: sa.Connection, events: Iterable[Event]) -> int:
        cursor = _cursor(connection)
        cursor.execute(_END)
        last, seal, epoch = cursor.fetchone()
        if self._taken not in (None, epoch):
            raise Busy(
                "Another run of the audit bot has taken over while this one stood still. This one writes and sends "
                "nothing more; the newer one does the work."
            )
        entries: list[Entry] = []
        new_event = self._database.said(_NEW_EVENT)
        for row in map(self._row, events):
            entry = Entry((last or 0) + len(entries) + 1, *row)
            cursor.execute(new_event, entry)
            if cursor.rowcount:
                entries.append(entry)
        self._link(cursor, seal or GENESIS, entries)
        return len(entries)

    def _link(self, cursor: Any, seal: str, entries: Collection[Entry]) -> None:
        """Seal entries that follow on a seal."""
        links = linked(seal, entries, (secrets.token_hex(16) for _ in entries))
        cursor.executemany(self._database.said(_NEW_LINK), links)

    def _row(self, event: Event) -> tuple[str, str, str, str, str]:
        key = event.key
        if event.kind in OF_ONE_MODE:  # a word about a letter of another mode says which
            key = Mode(str(event.data.get("mode") or self.mode)).marked(key)
        data = whole_text(json.dumps(dict(event.data), ensure_ascii=False, separators=(",", ":")))
        at = event.at.astimezone(UTC).isoformat()
        key, about = (whole_text(each.replace("\0", "")) for each in (key, event.about))
        return at, event.kind.value, key, about, data

    def read(self) -> list[Event]:
        """Every event in order, as this mode sees it. What was read once is not fetched again."""
        ahead, self._ahead = self._ahead, []
        with nothing_collected():
            rows = [*ahead, *self._rows(ahead[-1][0] if ahead else self._read_to)]
            seen = self._seen.take(event for _, event in _as_events(rows))
            if rows:  # only now: rows that could not be taken are read again
                self._read_to = rows[-1][0]
            return seen

    def read_own(self) -> list[Event]:
        """The same without what has gone in another mode."""
        self.read()
        return as_own(self._seen.events, self.mode)

    def entries(self) -> list[tuple[int, Event]]:
        """Every event of every mode with its number, its key as it stands in the ledger."""
        with nothing_collected():
            return [*_as_events(self._rows(0))]

    def of_kinds(self, kinds: Iterable[EventKind], *, last: bool = False) -> list[Event]:
        """The events of kinds that are the same in every mode, in order; or the last one of them."""
        with self._at_work("read", self._database.still) as connection:
            found = sa.select(_event).where(_event.c.kind.in_([kind.value for kind in kinds]))
            found = found.order_by(_event.c.seq.desc()).limit(1) if last else found.order_by(_event.c.seq)
            return [event for _, event in _as_events(connection.execute(found).all())]

    def as_seen_in(self, mode: Mode) -> list[Event]:
        """Every event in order, as another mode sees it."""
        with nothing_collected():
            return as_seen([event for _, event in _as_events(self._rows(0))], mode)

    def _rows(self, after: int) -> Sequence[Any]:
        with self._at_work("read", self._database.still) as connection:
            return self._fetched(connection, _NEWER, after)

    def _fetched(self, connection: sa.Connection, asked: str, *of: int) -> Sequence[Any]:
        """What was asked of it, each row a tuple."""
        cursor = _cursor(connection)
        cursor.execute(self._database.said(asked), of)
        rows: Sequence[Any] = cursor.fetchall()
        return rows

    def began(self) -> datetime | None:
        """When the first thing was recorded: the day this installation began. None when there is nothing yet."""
        with self._at_work("read", self._database.still) as connection:
            happened = sa.select(_event.c.at).where(
                _event.c.kind.not_in(
                    [kind.value for kind in OF_THE_LEDGER | OF_ONE_MODE]
                )  # an alarm is no beginning
            )
            first = connection.execute(happened.order_by(_event.c.seq).limit(1)).scalar()
        return datetime.fromisoformat(first) if first else None

    # ------------------------------------------------------------------------------------------------- the chain

    def verified(self, asked: Iterable[int] = ()) -> Chain:
        """Go through the whole ledger and hold it against its chain. `asked` are numbers of entries whose seals are
        wanted."""
        erasures = sa.select(_event.c.data).where(_event.c.kind == EventKind.CONTENTS_ERASED.value)
        with nothing_collected(), self._at_work("read", self._database.still) as connection:
            entries = self._fetched(connection, _EVENTS)
            links = self._fetched(connection, _LINKS)
            contents = connection.execute(erasures.order_by(_event.c.seq)).scalars().all()
            self._ahead = [row for row in entries if row[0] > self._read_to] if self._read_to else entries
            return gone_through(entries, links, contents, asked)

    def standing(self) -> Chain:
        """How the chain stands at its end, without going through it."""
        with self._at_work("read", self._database.still) as connection:
            end = sa.select(_chain.c.seq, _chain.c.seal).order_by(_chain.c.seq.desc()).limit(1)
            found = connection.execute(end).first()
        return Chain(*found) if found else Chain(0, GENESIS)

    def sealed_with(self, beginning: str) -> int | None:
        """The number of the entry whose seal begins so; None where no entry's does, or too little is said of it."""
        if len(beginning) < SHOWN or not beginning.isalnum():
            return None
        with self._at_work("read", self._database.still) as connection:
            its = sa.select(_chain.c.seq).where(_chain.c.seal.startswith(beginning))
            return connection.execute(its).scalar()

    def erase(self, contents: Mapping[int, Mapping[str, Plain]], because: str, at: datetime, by: str) -> None:
        """Take out the contents of entries, in one transaction with an entry that says so: number -> what is left of
        them. Number, moment, kind, key and what it is about stay, and so does the chain."""
        left = {seq: json.dumps(dict(data), ensure_ascii=False) for seq, data in contents.items() if data}
        said: dict[str, Plain] = {
            "because": because,
            "by": by,
            "emptied": in_ranges(contents.keys() - left.keys()),
            "left": {str(seq): digest_of("", text) for seq, text in left.items()},
        }
        with self._at_work("written", self._database.alone) as connection:
            key = (
                f"{at.astimezone(UTC).isoformat()}#{secrets.token_hex(8)}"  # never one that is known already
            )
            entry = Event(at, EventKind.CONTENTS_ERASED, key, "", said)
            self._append(connection, [entry])
            rows = [{"number": seq, "text": left.get(seq, NOTHING)} for seq in contents]
            if rows:
                its, text = sa.bindparam("number", type_=_number), sa.bindparam("text", type_=sa.Text())
                connection.execute(_event.update().where(_event.c.seq == its).values(data=text), rows)
                connection.execute(_chain.update().where(_chain.c.seq == its).values(salt=""), rows)
        self._forget()
        self._swept()

    def _swept(self) -> None:
        """See to it that what was erased is not left in free pages and journals. Nothing is lost where it fails."""
        with suppress(SQLAlchemyError), self._engine.connect() as connection:
            for statement in self._database.sweep:
                connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(statement)

    def rows(self) -> tuple[list[Entry], list[Link], int]:
        """Everything as it stands: entries, their links, and the epoch. For a copy."""
        with nothing_collected(), self._at_work("read", self._database.still) as connection:
            entries = [Entry(*row) for row in self._fetched(connection, _EVENTS)]
            links = [Link(*row) for row in self._fetched(connection, _LINKS)]
            return entries, links, connection.execute(sa.select(_epoch.c.number)).scalar_one()

    def take_in(self, entries: Sequence[Entry], links: Sequence[Link], epoch: int) -> None:
        """The whole of another ledger, in one transaction. Raises LedgerError where there is an entry already."""
        with self._at_work("written", self._database.alone) as connection:
            cursor = _cursor(connection)
            cursor.execute(_END)
            if cursor.fetchone()[0] is not None:
                raise LedgerError(
                    f"{self._where()} holds a ledger already. A copy goes only into an empty database; "
                    "nothing was written."
                )
            cursor.executemany(self._database.said(_NEW_EVENT), entries)
            cursor.executemany(self._database.said(_NEW_LINK), links)
            connection.execute(_epoch.update().values(number=epoch))

    # ----------------------------------------------------------------------------------------- one run at a time

    @contextmanager
    def one_at_a_time(self) -> Iterator[None]:
        """Keep every other run out meanwhile. Raises Busy when one is at work. Death of the holder frees it."""
        with self.kept_still():
            with self._at_work("written", self._database.alone) as connection:
                connection.execute(_epoch.update().values(number=_epoch.c.number + 1))
                self._taken = connection.execute(sa.select(_epoch.c.number)).scalar_one()
            try:
                yield
            finally:
                self._taken = None

    @contextmanager
    def kept_still(self) -> Iterator[None]:
        """The same for whoever only reads: nothing is taken over, and nothing written."""
        with file_lock(self._file()) if self._database.in_a_file else self._held_by_its_connection():
            yield

    @contextmanager
    def _held_by_its_connection(self) -> Iterator[None]:
        with self._in_words("opened"), self._engine.connect() as connection:
            number = LOCK_NUMBER + SCHEMA_NUMBER
            held = connection.execute(sa.select(sa.func.pg_try_advisory_lock(number))).scalar()
            connection.commit()
            if not held:
                raise busy()
            self._held = connection
            try:
                yield
            finally:
                self._held = None
                with suppress(SQLAlchemyError):  # lost with the connection, where that is gone
                    if not connection.invalidated:
                        connection.execute(sa.select(sa.func.pg_advisory_unlock(number)))
                        connection.commit()

    @contextmanager
    def _at_work(self, what: str, first: str) -> Iterator[sa.Connection]:
        """One transaction that begins with `first`, durable when this is left. Raises LedgerError."""
        with self._turn, self._in_words(what):
            held = self._held
            if held is not None and held.invalidated:
                raise LedgerError(
                    "The connection to the ledger was lost, and with it the lock that keeps other runs out. This run "
                    "writes and sends nothing more; the next one goes on. The IT administrator, if it comes back: look "
                    "at the database server and the network."
                )
            with held.begin() if held is not None else self._engine.begin() as transaction:
                connection = held if held is not None else transaction
                assert isinstance(connection, sa.Connection)
                with self._noticed_when_lost(connection):
                    _cursor(connection).execute(first)
                    yield connection

    @contextmanager
    def _noticed_when_lost(self, connection: sa.Connection) -> Iterator[None]:
        """What SQLAlchemy does itself where it is the one that asks: a connection that is lost is not used again."""
        try:
            yield
        except self._engine.dialect.loaded_dbapi.Error as fault:
            drivers = connection.connection.dbapi_connection
            if self._engine.dialect.is_disconnect(fault, drivers, None):
                connection.invalidate(fault)
            raise

    @contextmanager
    def _in_words(self, what: str) -> Iterator[None]:
        """A fault of the database as a LedgerError, whether SQLAlchemy tells of it or the driver."""
        try:
            yield
        except (SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error) as fault:
            raise LedgerError(what_is_wrong(what, self._where(), fault)) from fault

    # ---------------------------------------------------------------------------------------------------- opening

    def _connected(self) -> sa.Engine:
        try:
            engine = sa.create_engine(self._url, connect_args=_words(self._url, self._schema))
        except (SQLAlchemyError, ImportError) as fault:
            raise LedgerError(
                f"The ledger at {self._where()} cannot be used ({type(fault).__name__}). The IT administrator: is the "
                "database's driver installed?"
            ) from fault

        def prepare(connection: Any, _record: Any) -> None:
            if self._database.in_a_file:
                connection.isolation_level = None  # transactions begin where we say so
            cursor = connection.cursor()
            for statement in self._database.on_connect:
                cursor.execute(statement)
            connection.commit()

        sa.event.listen(engine, "connect", prepare)
        return engine

    def _is_there(self) -> bool:
        """Whether there is a ledger that this version can read."""
        with self._at_work("opened", self._database.still) as connection:
            if not all(sa.inspect(connection).has_table(each.name) for each in (_event, _version)):
                return False
            version = connection.execute(sa.select(_version.c.version)).scalar()
            return version is None or version <= VERSION

    def _lay_out(self) -> None:
        """Make the tables where there are none, and chain what was written before there was a chain."""
        with self._at_work("opened", self._database.laid_out_alone) as connection:
            if self._schema and not connection.execute(_THERE, {"name": self._schema}).scalar():
                connection.exec_driver_sql(f'CREATE SCHEMA "{self._schema}"')
            _tables.create_all(connection)
            if connection.execute(sa.select(sa.func.count()).select_from(_epoch)).scalar_one() > 1:
                raise LedgerError(
                    f"The ledger {self._where()} was put back over one that was there: its table ledger_epoch has two "
                    "rows. The IT administrator: put it back into an empty schema, or take the second row out, as "
                    "docs/the_ledger.md says under “Backup”."
                )
            for statement in (*self._database.refusals, _ONE_EPOCH):
                connection.exec_driver_sql(statement)
            version = connection.execute(sa.select(_version.c.version)).scalar()
            if version is not None and version > VERSION:
                raise NewerLedger(
                    f"The ledger was written by a newer audit bot (version {version}); this one knows {VERSION}. "
                    "The IT administrator should install the newer one."
                )
            if version == VERSION:
                return
            connection.execute(_version.delete())
            connection.execute(_version.insert().values(version=VERSION))
            connection.execute(_epoch.insert().values(number=0))
            rows = connection.execute(sa.select(_event).order_by(_event.c.seq)).all()
            if rows:
                self._link(_cursor(connection), GENESIS, [Entry(*row) for row in rows])
                moment = now()
                began = Event(moment, EventKind.CHAIN_BEGAN, moment.isoformat(), "", {"entries": len(rows)})
                self._append(connection, [began])

    def close(self) -> None:
        self._engine.dispose()

    def _where(self) -> str:
        return _shown(self._url) + (f", schema {self._schema}" if self._schema else "")

    def _file(self) -> Path | None:
        database = self._url.database
        if not self._database.in_a_file or not database or database == ":memory:":
            return None
        return Path(database)


def tables_in(url: str) -> frozenset[str]:
    """The tables of a database that are not a ledger's; none where there is no file yet. Raises LedgerError."""
    address, schema = _known(url)
    if DATABASES[address.get_backend_name()].in_a_file and not Path(address.database or "").exists():
        return frozenset()
    try:
        engine = sa.create_engine(address, connect_args=_words(address, schema))
        try:
            return frozenset(sa.inspect(engine).get_table_names(schema or None)) - _tables.tables.keys()
        finally:
            engine.dispose()
    except (SQLAlchemyError, ImportError) as fault:
        raise LedgerError(what_is_wrong("opened", _shown(address), fault)) from fault


def driver_words(url: str) -> dict[str, str]:
    """With which words of libpq the driver opens a ledger in PostgreSQL. Raises LedgerError."""
    address, schema = _known(url)
    words = {**address.get_dialect()().create_connect_args(address)[1], **_words(address, schema)}
    return {word: str(value) for word, value in words.items()}


def _shown(url: sa.URL) -> str:
    """Without who signs in."""
    if DATABASES[url.get_backend_name()].in_a_file:
        return url.render_as_string()
    return place_of(url.render_as_string(hide_password=False))


def _cursor(connection: sa.Connection) -> Any:
    """The driver's own."""
    return connection.connection.cursor()


def _as_events(rows: Sequence[Any]) -> Iterator[tuple[int, Event]]:
    several = json.loads(f"[{','.join(row[5] for row in rows)}]")  # in one go: half the time
    for (seq, at, kind, key, about, text), data in zip(rows, several, strict=True):
        gone = text == NOTHING
        yield seq, Event(datetime.fromisoformat(at), _KINDS[kind], key, about, {} if gone else data, gone)


def _words(url: sa.URL, schema: str) -> dict[str, str | int]:
    """What a connection is made with beside its address: one that hangs is noticed, and it sees one schema alone."""
    words = {w: v for w, v in DATABASES[url.get_backend_name()].words.items() if w not in url.query}
    return words | ({"options": f"-csearch_path={schema}"} if schema else {})


_KINDS = {kind.value: kind for kind in EventKind}


def _known(url: str) -> tuple[sa.URL, str]:
    """The address, and the schema it names, "" for the usual one. Raises LedgerError where it is not an address of a
    database the bot knows."""
    if not is_clear(url):
        raise LedgerError(
            f"The address of the ledger {UNCLEAR}. Whoever keeps the profile: put “ledger” right."
        )
    with suppress(SQLAlchemyError, ValueError):
        found = sa.make_url(one_form(url))
        if found.get_backend_name() in DATABASES:
            schema = str(found.query.get("schema", ""))
            if schema and (DATABASES[found.get_backend_name()].in_a_file or not _SCHEMA.fullmatch(schema)):
                raise LedgerError(
                    f"“{schema}” is no schema for a ledger: in PostgreSQL it is a name in small letters, as north is. "
                    "Whoever keeps the profile: put “ledger” right."
                )
            return found.difference_update_query(["schema"]), schema
    kind = url.partition(":")[0]
    raise LedgerError(
        f"A ledger is not kept in {kind}; its address begins with {KINDS_OF_ADDRESS}. Whoever keeps the profile: put "
        "“ledger” right."
    )
