"""The machines that work for a region: processes that are started again when they end, as systemd does."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sandbox.play.demo import ROOT
from sandbox.play.region.council import Council
from sandbox.play.region.database import Database
from sandbox.play.region.watch import megabytes, processor_seconds

QUEUE = "AUDIT_BOT_COUNCILS"
AGAIN_AFTER = 1.0
"""Seconds until a process that ended is started again."""


_COMMANDS = """
import contextlib, io, json, sys
from importlib import import_module
main = import_module("bot.cli").main
for line in sys.stdin:
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        status = main(json.loads(line))
    print(json.dumps([status, said.getvalue()]), flush=True)
"""


class Workers:
    """So many processes of `audit-bot councils work`, each started again when it ends."""

    python, home = sys.executable, ROOT
    """The installation that whoever is started from now on belongs to: its Python, and the folder it is begun in."""

    def __init__(self, folder: Path, database: Database, how_many: int, slots: int, begins: datetime) -> None:
        """`begins`: the moment it is to be for them at first; they have one clock, which the queue keeps."""
        self._folder, self._slots, self.how_many, self._begins = folder, slots, how_many, begins
        self._database = database
        for_all = [
            folder / "letters",
            *(ROOT / each for each in ("config", "docx_templates", "mail_templates")),
        ]
        named = folder.resolve() / "queue.toml"
        named.write_text(
            f"queue = {json.dumps(database.queue())}\n"
            f"folders_for_all = {json.dumps([str(each.resolve()) for each in for_all])}\n",
            encoding="utf-8",
        )
        self.environment = {**os.environ, QUEUE: str(named)}
        self._processes: list[subprocess.Popen[bytes]] = []
        self._seconds: dict[int, float] = {}
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._keeper = threading.Thread(target=self._keep, name="keeps the workers", daemon=True)
        self.killed = self.started = 0
        self.peak: tuple[float, float] = (0.0, 0.0)
        """The most megabytes one worker held at a time: all of it, and with what is shared counted in parts."""

    def register(self, councils: Sequence[Council]) -> None:
        """Each council is added, by the command, in one process that stays warm. Raises RuntimeError with what was
        said if one is not."""
        said = []
        with subprocess.Popen(
            [self.python, "-c", _COMMANDS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            cwd=self.home, env=self.environment,
        ) as process:  # fmt: skip
            assert process.stdin
            assert process.stdout
            for each in councils:
                words = ["councils", "add", each.short, "--settings", str(each.settings)]
                process.stdin.write(json.dumps(words) + "\n")
                process.stdin.flush()
                status, text = json.loads(process.stdout.readline() or '[1, "it ended"]')
                if status:
                    said.append(f"{each.name}: {text.strip()}")
            process.stdin.close()
        if said:
            raise RuntimeError("\n".join(said[:5]))

    def told(self, *words: str) -> tuple[int, str]:
        """The exit status and the words of `audit-bot councils …`."""
        process = self._command(*words)
        said, _ = process.communicate(timeout=120)
        return process.returncode, said.decode()

    def replace(self, n: int) -> int:
        """One of them is asked to end, comes to the end of its run, and is begun anew. Its exit status."""
        with self._lock:
            process = self._processes[n]
            self._measure(process.pid)
            process.terminate()
            status = process.wait(120)
            self._processes[n] = self._born()
        return status

    def _command(self, *words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [self.python, "-m", "bot", "councils", *words], cwd=self.home, env=self.environment,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def health(self) -> dict[str, object]:
        """What the machines say of themselves. Nothing is judged by it."""
        _, said = self.told("health", "--json")
        try:
            found: dict[str, object] = json.loads(said)
        except ValueError:
            return {"said": said}
        return found

    # ---------------------------------------------------------------------------------------------------- at work

    def begin(self) -> None:
        """The first of them says what time it is."""
        first = self._born("--today", self._begins.isoformat())
        self._processes = [first]
        while not (self._folder / "worker-001.txt").read_bytes():
            if first.poll() is not None:
                raise RuntimeError("The first worker ended at once.")
            time.sleep(0.1)
        self._processes += [self._born() for _ in range(1, self.how_many)]
        self._keeper.start()

    def set_clock(self, moment: datetime) -> None:
        """It is this moment for all of them, and goes on as real time does."""
        self._database.pretend(moment)

    def _born(self, *more: str) -> subprocess.Popen[bytes]:
        self.started += 1
        with (self._folder / f"worker-{self.started:03}.txt").open("wb") as said:
            return subprocess.Popen(
                [self.python, "-m", "bot", "councils", "work", "--slots", str(self._slots), *more],
                cwd=self.home, env=self.environment, stdout=said, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def _keep(self) -> None:
        """Look at the processes twice a second: what they take, and whether one is to be started again."""
        ended: dict[int, float] = {}
        while not self._stopping.wait(0.5):
            with self._lock:
                for n, process in enumerate(self._processes):
                    if process.poll() is None:
                        self._measure(process.pid)
                    elif time.monotonic() - ended.setdefault(process.pid, time.monotonic()) >= AGAIN_AFTER:
                        self._processes[n] = self._born()

    def _measure(self, pid: int) -> None:
        self._seconds[pid] = max(self._seconds.get(pid, 0.0), processor_seconds(pid))
        found = megabytes(pid)
        self.peak = max(self.peak[0], found[0]), max(self.peak[1], found[1])

    def kill_one(self, draw: random.Random) -> None:
        """One of them is gone between two instructions; what it had started goes with it, as with a machine."""
        from sandbox.play.region.watch import family

        with self._lock:
            alive = [each for each in self._processes if each.poll() is None]
            if not alive:
                return
            chosen = draw.choice(alive)
            self._measure(chosen.pid)
            for pid in reversed(list(family(chosen.pid))):
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
            self.killed += 1

    def processor(self) -> float:
        """Seconds of the processor, of all processes so far."""
        return sum(self._seconds.values())

    def end(self) -> list[int]:
        """They are asked to end, and wait for what they are at. The exit status of each."""
        self._stopping.set()
        self._keeper.join(10)
        for process in self._processes:
            if process.poll() is None:
                self._measure(process.pid)
                process.terminate()
        return [process.wait(120) for process in self._processes]


class StandIn:
    """The same councils without the engine: each has a command of its own, run when its hour has come, so many at a
    time."""

    def __init__(self, at_once: int) -> None:
        self._at_once, self._seconds = at_once, 0.0

    def run(self, councils: Sequence[Council], moment: datetime, *, whole: bool) -> None:
        """One run of each."""
        before, waiting, under_way = _children(), list(councils), list[subprocess.Popen[bytes]]()
        while waiting or under_way:
            while waiting and len(under_way) < self._at_once:
                words = ["--settings", str(waiting.pop(0).settings), "--json", "--today", moment.isoformat()]
                under_way.append(
                    subprocess.Popen(
                        [sys.executable, "-m", "bot", "run", *words, *([] if whole else ["--post-only"])],
                        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                    )
                )  # fmt: skip
            under_way = [each for each in under_way if each.poll() is None]
            time.sleep(0.02)
        self._seconds += _children() - before

    def processor(self) -> float:
        """Seconds of the processor, of all runs so far."""
        return self._seconds


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
