"""The register of councils in the queue's database: who there is, what became of their runs, which workers live.

Each call is one transaction on one connection, which is made anew when it was lost. Every fault is a QueueLost, a
SettingsError, or NotTaken where what is to be written is no value of the database's. Moments are the database's, so
that workers whose clocks differ agree.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
from psycopg.rows import dict_row

from bot import __version__
from bot.clock import london_date
from bot.councils.due import DAILY, LONGEST_PAUSE, LOOK, Council, pause_after
from bot.councils.lost_words import not_let_in
from bot.councils.own import OF_ONE_KIND, WHAT
from bot.councils.queue import Queue
from bot.councils.tables import apply_changes, lay_out
from bot.daily_run.due_runs import DailyRuns
from bot.databases import FOLLOWED, PATIENCE, kind_of_fault
from bot.errors import AuditBotError, SettingsError
from bot.exit_status import FAILED
from bot.programme.date_words import day_in_words

ALIVE = timedelta(seconds=25)
"""For so long a worker that says nothing counts as alive."""
KEPT = timedelta(days=8)
"""How long it is remembered when runs began and ended."""
SLOW_FOR = timedelta(hours=4)


AT_WORK = """SELECT council, began FROM run WHERE ended IS NULL
AND EXISTS (SELECT 1 FROM worker w WHERE w.id = run.worker AND w.beat > now() - %s)"""
"""Councils of which a run is at work with a worker that is alive, and since when."""


_HELD = ", ".join(each.name for each in fields(Council))
_READ = "SELECT " + _HELD.replace("health", "'{}'::jsonb AS health") + " FROM council"
"""A council without its health, which is asked for only where it is needed."""
_READ_WHOLE = f"SELECT {_HELD} FROM council"


NOT_ITS_OWN = ("Busy", "not here", "no process")
"""Faults that say nothing against the council: it is tried again in a minute, by whoever is free then."""


class QueueLost(AuditBotError):
    """The database of the queue cannot be reached, or is not as it should be."""


class NotTaken(AuditBotError):
    """The queue is there, and does not take what was to be written into it: it never will."""


class MachineUnfit(AuditBotError):
    """Runs cannot be done on this machine, whoever's they are: it takes none until they can."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a run. `status` as the exit status of a run; `fault` a kind of faults.py; `wait` the seconds the
    service asked for; the rest is what the run has told of its council, empty where it told nothing."""

    status: int
    fault: str = ""
    wait: float = 0.0
    level: str = ""
    health: Mapping[str, Any] | None = None
    told: Mapping[str, Any] | None = None


def connection_words(queue: Queue) -> dict[str, Any]:
    """How every connection is made."""
    its = {
        "search_path": queue.schema,
        "statement_timeout": "30s",
        "lock_timeout": "10s",
        "idle_in_transaction_session_timeout": "30s",
        **FOLLOWED,
    }
    options = " ".join(f"-c{word}={value}" for word, value in its.items())
    return {**PATIENCE, "application_name": "audit-bot councils", "options": options}


class Register:
    """One connection to the register, for one thread at a time."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self._held: psycopg.Connection[dict[str, Any]] | None = None
        self._turn = threading.Lock()

    def __enter__(self) -> Register:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        held, self._held = self._held, None
        if held:
            held.close()

    @contextmanager
    def _transaction(self) -> Iterator[psycopg.Connection[dict[str, Any]]]:
        with self._turn:
            try:
                if self._held is None or self._held.closed or self._held.broken:
                    self._held = psycopg.connect(
                        self._queue.address,
                        autocommit=True,
                        row_factory=dict_row,
                        **connection_words(self._queue),
                    )
                with self._held.transaction():
                    yield self._held
            except (psycopg.DataError, psycopg.IntegrityError) as fault:
                raise NotTaken(f"The queue does not take it ({type(fault).__name__}).") from fault
            except psycopg.Error as fault:
                self.close()
                raise queue_lost(self._queue, fault) from fault

    def lay_out(self, *, new: bool = True) -> None:
        """Make the tables where there are none, and bring them up to date. Only who enters a council may begin a `new`
        queue: an empty database that a worker finds is one whose councils were lost, or another. Raises QueueLost."""
        try:
            with psycopg.connect(
                self._queue.address, autocommit=True, **connection_words(self._queue)
            ) as connection:
                lay_out(connection, self._queue.schema, new=new)
        except psycopg.Error as fault:
            raise queue_lost(self._queue, fault) from fault

    def upgrade(self) -> list[str]:
        """Apply what may be changed only when no worker of another version is left. Raises SettingsError where one
        is."""
        self.lay_out(new=False)
        alive = self.asked("SELECT machine, version FROM worker WHERE beat > now() - %s", [ALIVE])
        if others := [each for each in alive if each["version"] != __version__]:
            raise SettingsError(
                [
                    f"A worker of version {each['version']} is at work on {each['machine']}; this is {__version__}. "
                    "End it first; nothing was changed."
                    for each in others
                ]
            )
        try:
            with psycopg.connect(
                self._queue.address, autocommit=True, **connection_words(self._queue)
            ) as connection:
                return apply_changes(connection, "post")
        except psycopg.Error as fault:
            raise queue_lost(self._queue, fault) from fault

    def is_open_to_all(self) -> bool:
        """Whether every role of the database server may connect to the queue's database."""
        (found,) = self.asked(
            "SELECT has_database_privilege('public', current_database(), 'CONNECT') AS open"
        )
        return bool(found["open"])

    # ------------------------------------------------------------------------------------------------- the moment

    def moment(self) -> datetime:
        """Now, by the database's clock; where a sandbox pretends another day, by that."""
        with self._transaction() as connection:
            return _moment(connection)

    def pretended(self) -> tuple[datetime, datetime, float] | None:
        """Since when really, which moment, and how fast it passes, where another day is pretended."""
        with self._transaction() as connection:
            found = connection.execute("SELECT really, moment, speed FROM pretended").fetchone()
        return (found["really"], found["moment"], found["speed"]) if found else None

    def pretend(self, moment: datetime, speed: float) -> None:
        """For all workers, unless another moment is pretended already: it passes for all of them alike."""
        with self._transaction() as connection:
            if connection.execute(
                "INSERT INTO pretended (really, moment, speed) VALUES (now(), %s, %s) ON CONFLICT DO NOTHING",
                [moment, speed],
            ).rowcount:
                connection.execute("UPDATE council SET added = %s, looked = %s", [moment, moment])

    # ------------------------------------------------------------------------------------------------- the councils

    def salt(self) -> bytes:
        """What makes this installation's digests its own."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO laid_out VALUES ('salt', %s) ON CONFLICT DO NOTHING", [secrets.token_hex(16)]
            )
            found = connection.execute("SELECT version FROM laid_out WHERE part = 'salt'").fetchone()
        assert found
        return bytes.fromhex(found["version"])

    def add(
        self,
        name: str,
        settings: str,
        only_on: str,
        own: Mapping[str, str],
        told: Mapping[str, Any],
        ledger: int,
    ) -> None:
        """Enter a council. Raises SettingsError where the name is taken, or something of its own is another's."""
        with self._transaction() as connection:
            there = connection.execute("SELECT settings FROM council WHERE name = %s", [name]).fetchone()
            if there:
                raise SettingsError(
                    [
                        f"There is a council “{name}” already, with {there['settings']}. Nothing was changed. For "
                        f"another profile, take it out first: audit-bot councils remove {name}"
                    ]
                )
            moment = _moment(connection)
            connection.execute(
                "INSERT INTO council (name, settings, only_on, added, looked, daily_run_at, look_minutes, closed, "
                "ledger_version) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
                [
                    *(name, settings, only_on, moment, moment, told["daily_run_at"], told["look_minutes"]),
                    *(json.dumps(told["closed"]), ledger),
                ],
            )
            if others := _claimed(connection, name, own):
                shared = {(WHAT[what].capitalize(), other): None for what, other in others.items()}
                raise SettingsError(
                    [
                        f"{its} is that of “{other}” already; each has its own. Nothing was added."
                        for its, other in shared
                    ]
                )

    def remove(self, name: str) -> None:
        """With the jobs that wait: where it is entered again, they would stand in the way of its new ones."""
        with self._transaction() as connection:
            if not connection.execute("DELETE FROM council WHERE name = %s", [name]).rowcount:
                raise _no_council(name)
            connection.execute("DELETE FROM procrastinate_jobs WHERE lock = %s AND status = 'todo'", [name])

    def pause(self, name: str, until: date | None) -> None:
        """No run of it begins from now on, until a day or until it is resumed. After a pause that ran out it is a new
        one. Raises SettingsError where that day has come already, so that nothing would be paused."""
        with self._transaction() as connection:
            moment = _moment(connection)
            if until and until <= (today := london_date(moment)):
                raise SettingsError(
                    [
                        f"{day_in_words(until)} is no day to come (today is {day_in_words(today)}), so nothing was "
                        "paused. --until is the first day on which it is at work again; without it, it is paused until "
                        "it is resumed."
                    ]
                )
            if not connection.execute(
                "UPDATE council SET paused = CASE WHEN paused IS NULL OR paused_until <= %s THEN %s ELSE paused END, "
                "paused_until = %s WHERE name = %s",
                [london_date(moment), moment, until, name],
            ).rowcount:
                raise _no_council(name)

    def resume(self, name: str) -> None:
        """What was missed is due from now on, and not overdue; a wait that the service asked for is over too."""
        with self._transaction() as connection:
            if not connection.execute(
                "UPDATE council SET paused = NULL, paused_until = NULL, not_before = NULL, added = %s WHERE name = %s",
                [_moment(connection), name],
            ).rowcount:
                raise _no_council(name)

    def councils(self, *, whole: bool = False) -> list[Council]:
        """All of them, by name; their health is read only where they are wanted `whole`."""
        asked = f"{_READ_WHOLE if whole else _READ} ORDER BY name"
        with self._transaction() as connection:
            return [_council(row) for row in connection.execute(asked.encode())]

    def council(self, name: str) -> Council:
        """Raises SettingsError where there is none of that name."""
        with self._transaction() as connection:
            found = connection.execute(f"{_READ_WHOLE} WHERE name = %s".encode(), [name]).fetchone()
        if not found:
            raise _no_council(name)
        return _council(found)

    # ------------------------------------------------------------------------------------------------- its runs

    def begin(
        self, name: str, due: Callable[[Council, datetime], bool], kind: str, since: datetime, worker: str
    ) -> tuple[int, Council] | None:
        """The number of a run that begins now. None where it is not due any more (done elsewhere, paused, removed), or
        where one is at work: with a worker that had lost the queue it has gone on without its job."""
        with self._transaction() as connection:
            row = connection.execute(f"{_READ_WHOLE} WHERE name = %s FOR UPDATE".encode(), [name]).fetchone()
            moment = _moment(connection)
            if not row or not due(found := _council(row), moment):
                return None
            if connection.execute(f"{AT_WORK} AND council = %s".encode(), [ALIVE, name]).fetchone():
                return None
            run = connection.execute(
                "INSERT INTO run (council, kind, due, began, worker) VALUES (%s, %s, %s, %s, %s) RETURNING id",
                [name, kind, since, moment, worker],
            ).fetchone()
            assert run
            return run["id"], found

    def claim(self, name: str, own: Mapping[str, str]) -> dict[str, str]:
        """Note what a council has for itself. What is another's already, with whose; then nothing is noted."""
        with self._transaction() as connection, connection.transaction() as noted:
            if others := _claimed(connection, name, own):
                raise psycopg.Rollback(noted)
        return others

    def ended(self, run: int, name: str, kind: str, found: Outcome) -> None:
        """What became of a run, and what follows for the next."""
        with self._transaction() as connection:
            moment = _moment(connection)
            its = connection.execute(
                "UPDATE run SET ended = %s, status = %s, fault = %s WHERE id = %s RETURNING began",
                [moment, found.status, found.fault, run],
            ).fetchone()
            row = connection.execute(f"{_READ} WHERE name = %s FOR UPDATE".encode(), [name]).fetchone()
            if row is None or its is None:
                return
            _change(connection, name, after(_council(row), kind, its["began"], moment, found))

    def lost_runs(self) -> int:
        """Mark those whose worker is gone; how many there were."""
        with self._transaction() as connection:
            moment = _moment(connection)
            lost = connection.execute(
                "UPDATE run SET ended = %s, status = 3, fault = 'worker lost' WHERE ended IS NULL "
                "AND NOT EXISTS (SELECT 1 FROM worker w WHERE w.id = run.worker AND w.beat > now() - %s) "
                "RETURNING council",
                [moment, ALIVE],
            ).fetchall()
            for name in sorted({row["council"] for row in lost}):
                row = connection.execute(f"{_READ} WHERE name = %s FOR UPDATE".encode(), [name]).fetchone()
                if row is not None:
                    _change(connection, name, after_a_lost_worker(_council(row), moment))
        return len(lost)

    def open_runs(self, worker: str) -> dict[int, str]:
        """The runs that are at work with a worker as the register has it, each with its council."""
        asked = "SELECT id, council FROM run WHERE ended IS NULL AND worker = %s"
        return {row["id"]: row["council"] for row in self.asked(asked, [worker])}

    def lost(self, runs: Sequence[int]) -> int:
        """Mark those of them that have not ended; how many there were."""
        with self._transaction() as connection:
            return connection.execute(
                "UPDATE run SET ended = %s, status = 3, fault = 'worker lost' WHERE ended IS NULL AND id = ANY(%s)",
                [_moment(connection), [*runs]],
            ).rowcount

    def forget_old(self) -> None:
        with self._transaction() as connection:
            connection.execute("DELETE FROM run WHERE began < %s", [_moment(connection) - KEPT])
            connection.execute("DELETE FROM worker WHERE beat < now() - %s", [KEPT])

    # ------------------------------------------------------------------------------------------------- the workers

    def beat(self, worker: Mapping[str, Any]) -> None:
        """Say that a worker lives: id, machine, version, ledger_version, slots, stopping."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO worker (id, machine, version, ledger_version, slots, stopping) VALUES (%(id)s, "
                "%(machine)s, %(version)s, %(ledger_version)s, %(slots)s, %(stopping)s) ON CONFLICT (id) "
                "DO UPDATE SET beat = now(), stopping = EXCLUDED.stopping",
                worker,
            )

    def gone(self, worker: str) -> None:
        with self._transaction() as connection:
            connection.execute("DELETE FROM worker WHERE id = %s", [worker])

    def asked(self, query: str, given: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Rows of a question that changes nothing."""
        with self._transaction() as connection:
            return connection.execute(query.encode(), given).fetchall()


def _change(connection: psycopg.Connection[dict[str, Any]], name: str, changed: Mapping[str, Any]) -> None:
    words = ", ".join(f"{word} = %s" for word in changed)
    connection.execute(f"UPDATE council SET {words} WHERE name = %s".encode(), [*changed.values(), name])


def after_a_lost_worker(council: Council, moment: datetime) -> dict[str, Any]:
    """What changes in the register when the worker of a council's run was lost. That may be the run's own doing, which
    takes the next worker with it too: after the second time it begins among the slow, and after the third it waits,
    longer each time."""
    times = council.in_vain + 1
    changed: dict[str, Any] = {
        "fault": "worker lost", "faulty_since": council.faulty_since or moment, "in_vain": times
    }  # fmt: skip
    if times > 1:
        changed["slow_until"] = moment + SLOW_FOR
    if times > 2:
        changed["not_before"] = moment + min(timedelta(minutes=1 << min(times - 2, 10)), LONGEST_PAUSE)
    return changed


def after(council: Council, kind: str, began: datetime, moment: datetime, found: Outcome) -> dict[str, Any]:
    """What changes in the register when a run has ended."""
    good = found.status not in FAILED
    today = london_date(began)
    changed: dict[str, Any] = {
        "fault": found.fault,
        "faulty_since": None if good else council.faulty_since or moment,
        "not_before": None,
        "in_vain": 0,
        "looked": began,
    }
    if kind == DAILY and good:
        changed |= {"done_on": today, "last_daily": moment, "last_look": moment}
    elif kind == LOOK and good:
        changed["last_look"] = moment
    elif found.fault == "busy":
        changed |= {"not_before": moment + pause_after(council, found.wait), "in_vain": council.in_vain + 1}
        changed["looked"] = council.looked
    elif found.fault == "NewerLedger":  # from now on it waits for a worker that knows it
        changed |= {"ledger_version": council.ledger_version + 1, "looked": council.looked}
    elif found.fault in NOT_ITS_OWN:
        changed |= {"not_before": moment + timedelta(minutes=1), "looked": council.looked}
        changed["in_vain"] = council.in_vain  # of a worker that was lost the ledger is locked a little longer
    elif kind == DAILY and (
        found.fault != "too long" or council.is_slow(began)
    ):  # ended once, it goes on at once
        runs = DailyRuns(council.done_on, council.failed_on, council.failures)
        runs.fell_short(today)
        changed |= {"failed_on": today, "failures": runs.failures, "failed_at": moment}
    if found.fault == "too long":
        changed["slow_until"] = moment + SLOW_FOR
    elif good:
        changed["slow_until"] = None
    if found.level:
        changed["level"] = found.level
    if found.health:
        changed["health"] = json.dumps(found.health)
    if told := found.told:
        changed |= {"daily_run_at": told["daily_run_at"], "look_minutes": told["look_minutes"]}
        changed["closed"] = json.dumps(told["closed"])
        changed["ledger_version"] = max(council.ledger_version, told["ledger_version"])
    return changed


def queue_lost(queue: Queue, fault: Exception) -> QueueLost:
    """A fault of the database as one of the queue, without what it says of passwords."""
    if isinstance(fault, psycopg.errors.UndefinedTable | psycopg.errors.InvalidSchemaName):
        return QueueLost(
            f"The queue {queue} has no councils yet: audit-bot councils add NAME --settings FILE enters the first. If "
            "it had some, whoever keeps the workers: this is another database or schema, or what it held was lost."
        )
    if said := not_let_in(queue, fault):
        return QueueLost(said)
    return QueueLost(
        f"The queue {queue} cannot be used: {kind_of_fault(fault)}. The IT administrator: look at the database server "
        "and the network; runs that are due wait there."
    )


def _claimed(
    connection: psycopg.Connection[dict[str, Any]], name: str, own: Mapping[str, str]
) -> dict[str, str]:
    others = {}
    for what, digest in own.items():
        connection.execute(
            "INSERT INTO own VALUES (%s, %s, %s) ON CONFLICT (what, digest) DO NOTHING", [what, digest, name]
        )
        kinds = next((each for each in OF_ONE_KIND if what in each), (what,))
        found = connection.execute(
            "SELECT council FROM own WHERE what = ANY(%s) AND digest = %s AND council <> %s",
            [[*kinds], digest, name],
        ).fetchone()
        if found:
            others[what] = found["council"]
        elif not others:
            connection.execute(
                "DELETE FROM own WHERE what = %s AND council = %s AND digest <> %s", [what, name, digest]
            )
    return others


def _moment(connection: psycopg.Connection[dict[str, Any]]) -> datetime:
    found = connection.execute(
        "SELECT COALESCE((SELECT moment + (now() - really) * speed FROM pretended), now()) AS moment"
    ).fetchone()
    assert found
    moment: datetime = found["moment"]
    return moment


def _council(row: Mapping[str, Any]) -> Council:
    closed = tuple(sorted(date.fromisoformat(day) for day in row["closed"]))
    return Council(**{f.name: row[f.name] for f in fields(Council)} | {"closed": closed})


def _no_council(name: str) -> SettingsError:
    return SettingsError([f"There is no council “{name}”; audit-bot councils list names them."])
