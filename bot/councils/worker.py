"""`audit-bot councils work`: takes runs that are due from the queue and does them, a process each.

Slots are kept apart, so that nobody's trouble is everybody's: some do whatever is due, daily runs first; some only
looks, which so are not kept waiting by a morning of daily runs; some only councils whose runs have lately taken too
long. While the queue cannot be reached the worker says so, lets the runs at work come to their end and tries again.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import psycopg_pool
from procrastinate import App, JobContext, PsycopgConnector, exceptions
from procrastinate.worker import Worker as Taker

from bot import __version__
from bot.clock import now
from bot.councils.child import is_there
from bot.councils.due import DAILY, LOOK, Council, due
from bot.councils.queue import Queue
from bot.councils.register import (
    ALIVE,
    MachineUnfit,
    NotTaken,
    Outcome,
    QueueLost,
    Register,
    connection_words,
)
from bot.councils.runs import Runs
from bot.councils.tending import EVERY_SECONDS, RUN, TEND, queues_of, tend
from bot.exit_status import DONE, NOT_DONE
from bot.office.health import Health, write_health
from bot.office.ledger import VERSION as LEDGER_VERSION
from bot.service_lines import note

log = logging.getLogger("bot")

ENOUGH_SLOTS = 4
TOO_FEW = f"Fewer than {ENOUGH_SLOTS} slots are for trying out: looks and the slow are hardly kept apart."
BEAT_SECONDS = 5.0
LONGEST_BACK_OFF = 60.0
DISK_SECONDS = 10.0
"""For so long the disk with a council's folder is waited for."""
FORGET_EVERY = 3600.0
LOST = (
    QueueLost,
    MachineUnfit,
    exceptions.ConnectorException,
    psycopg.Error,
    psycopg_pool.PoolTimeout,
    OSError,
    TimeoutError,
)


@dataclass(frozen=True, slots=True)
class Line:
    """Slots for the same kinds of runs."""

    name: str
    queues: list[str]
    slots: int


def lines_of(slots: int, machine: str) -> list[Line]:
    """How slots are shared out. One slot does everything; of more, a quarter is for looks alone and a quarter for the
    slow, at least one each."""
    kinds = (DAILY, LOOK)
    usual = queues_of(kinds, LEDGER_VERSION, machine)
    looks = queues_of((LOOK,), LEDGER_VERSION, machine)
    slow = [*dict.fromkeys(queues_of(kinds, LEDGER_VERSION, machine, slow=True))]
    if slots == 1:
        return [Line("all", [*usual, *slow], 1)]
    if slots == 2:
        return [Line("all", usual, 1), Line("slow", [*slow, *looks], 1)]
    apart = max(1, slots // 4)
    return [Line("all", usual, slots - 2 * apart), Line("looks", looks, apart), Line("slow", slow, apart)]


class Worker:
    """One of however many. `work` gives the exit status."""

    def __init__(self, queue: Queue, slots: int, pretended: tuple[datetime, float] | None = None) -> None:
        self._queue, self._slots, self._pretended = queue, slots, pretended
        self._machine = socket.gethostname()
        self._id = f"{self._machine} {secrets.token_hex(4)}"
        self._lines = lines_of(slots, self._machine)
        self._register = Register(queue)
        self._beats = Register(queue)
        self._threads = ThreadPoolExecutor(4, "register")
        self._beat_thread = ThreadPoolExecutor(1, "beats")  # they wait for no run that is written down
        self._runs = Runs(queue.folders_for_all)
        self._at_work: dict[str, asyncio.Task[None]] = {}
        self._beginning = set[str]()  # councils of which it is being asked whether a run may begin
        self._stopping = asyncio.Event()
        self._in_contact = False
        self._no_process = ""  # why no process could be begun here for a run
        self._looks = _Looks()
        self._jobs = set[int]()

    def _app(self) -> App:
        """What procrastinate needs to know: the two tasks, and that one of them is periodic."""
        app = App(connector=_Connector())

        @app.periodic(cron=f"* * * * * */{EVERY_SECONDS}")
        @app.task(name=TEND, queue=TEND, queueing_lock=TEND, pass_context=True)
        async def _tend(context: JobContext, timestamp: int) -> None:
            with self._has(context):
                await tend(app, self._register, self._queue.spread_minutes, self._called)

        @app.task(name=RUN, pass_context=True)
        async def _run(context: JobContext, council: str, kind: str, since: str) -> None:
            with self._has(context):
                await self._one(council, kind, datetime.fromisoformat(since))

        return app

    @contextmanager
    def _has(self, context: JobContext) -> Iterator[None]:
        assert context.job.id is not None
        self._jobs.add(context.job.id)
        try:
            yield
        finally:
            self._jobs.discard(context.job.id)

    async def _called(self, what: Callable[..., Any], *given: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(what, *given))

    async def _asked(self, what: Callable[..., Any], *given: Any) -> Any:
        """The same for what belongs to the beats."""
        return await asyncio.get_running_loop().run_in_executor(self._beat_thread, partial(what, *given))

    # ----------------------------------------------------------------------------------------------- staying awake

    async def work(self) -> int:
        """Stay awake until stopped. 0 where it ended in contact with the queue, 3 where it was out of reach."""
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, self.stop)
        await self._runs.get_ready()
        note("the worker begins", remedy=TOO_FEW if self._slots < ENOUGH_SLOTS else "")
        pause = 1.0
        while not self._stopping.is_set():
            try:
                await self._serve()
                pause = 1.0
            except LOST as fault:
                if isinstance(fault, MachineUnfit):
                    if self._at_work:
                        pause = min(pause, BEAT_SECONDS)  # it goes on saying that it lives
                elif self._in_contact:
                    pause = 1.0
                self._lost_contact(fault)
            if not self._stopping.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), pause)
                pause = min(2 * pause, LONGEST_BACK_OFF)
        await self._let_them_end()
        with suppress(*LOST):
            await self._called(self._register.gone, self._id)
        self._register.close()
        self._beats.close()
        self._threads.shutdown(wait=False)
        self._beat_thread.shutdown(wait=False)
        note("the worker has ended", status=DONE if self._in_contact else NOT_DONE)
        return DONE if self._in_contact else NOT_DONE

    def stop(self) -> None:
        """Take no more runs; the worker ends when those at work have. Told twice, they are ended too."""
        if self._stopping.is_set():
            for each in self._at_work.values():
                each.cancel()
        self._stopping.set()

    def _lost_contact(self, fault: BaseException) -> None:
        self._in_contact = False
        known = isinstance(fault, QueueLost | MachineUnfit)
        said = str(fault) if known else f"The queue cannot be reached ({type(fault).__name__})."
        what, remedy = (
            ("this machine cannot do runs", "Whoever keeps the workers: look at this machine.")
            if isinstance(fault, MachineUnfit)
            else (
                "the queue cannot be reached",
                "The IT administrator: look at the database server and the network.",
            )
        )
        note(what, what_is_wrong=said, fault=type(fault).__name__)
        self._written(said, remedy)

    def _written(self, wrong: str, remedy: str = "") -> None:
        if not self._queue.health_file:
            return
        moment = now().isoformat(timespec="seconds")
        health = Health(
            written=moment, status=NOT_DONE if wrong else DONE, last_look="" if wrong else moment, what_is_wrong=wrong,
            remedy=remedy,
        )  # fmt: skip
        if fault := write_health(Path(self._queue.health_file), health):
            log.error("%s", fault)

    # ----------------------------------------------------------------------------------------------- in contact

    async def _serve(self) -> None:
        """Take and do runs until told to stop, or until the queue is lost (then raises one of LOST)."""
        await self._called(partial(self._register.lay_out, new=False))
        if self._pretended:
            await self._called(self._register.pretend, *self._pretended)
        self._no_process = ""
        if self._at_work:  # its runs are not another's to begin meanwhile
            await self._asked(self._beat)
        await self._refuse_unfit()
        await self._asked(self._beat)
        pool = psycopg_pool.AsyncConnectionPool(
            self._queue.address,
            kwargs=connection_words(self._queue),
            min_size=1,
            max_size=len(self._lines) + 4,
            timeout=15,
            open=False,
            check=psycopg_pool.AsyncConnectionPool.check_connection,
        )
        app = self._app()
        try:
            await pool.open()
            await app.connector.open_async(pool)
            await self._take(app)
        finally:
            await pool.close(timeout=5)

    async def _take(self, app: App) -> None:
        takers = [
            self._taker(app, [TEND], 2, "tend"),
            *(self._taker(app, line.queues, line.slots, line.name) for line in self._lines),
        ]
        running = [asyncio.create_task(_run_of(taker)) for taker in takers]
        beating = asyncio.create_task(self._beating(app, takers))
        told = asyncio.create_task(self._stopping.wait())
        await asyncio.wait([*running, beating, told], return_when=asyncio.FIRST_COMPLETED)
        for taker in takers:
            if self._stopping.is_set():
                taker.shutdown_graceful_timeout = None  # its runs come to their end
            taker.stop()  # type: ignore[no-untyped-call]
        ended = await asyncio.gather(*running, return_exceptions=True)
        for task in (told, beating):
            task.cancel()
        ended += await asyncio.gather(beating, return_exceptions=True)
        if not self._stopping.is_set():
            wrong = next((each for each in ended if isinstance(each, Exception)), None)
            raise wrong if isinstance(wrong, LOST) else QueueLost(f"The queue was lost ({wrong!r}).")

    def _taker(self, app: App, queues: list[str], slots: int, name: str) -> Taker:
        return Taker(
            app,
            queues=queues,
            name=name,
            concurrency=slots,
            fetch_job_polling_interval=2.0,
            shutdown_graceful_timeout=0.0,  # a run goes on without its job, and its end is told when it comes
            delete_jobs="always",
            install_signal_handlers=False,
            update_heartbeat_interval=BEAT_SECONDS,
            stalled_worker_timeout=ALIVE.total_seconds(),
        )

    async def _beating(self, app: App, takers: list[Taker]) -> None:
        """Say that this worker lives; notice when the queue has given it up, or holds jobs for it that it never got."""
        rounds, never_got = 0, set[int]()
        while True:
            try:
                never_got = await self._beaten(app, takers, never_got)
                if rounds % (FORGET_EVERY // BEAT_SECONDS) == 0:
                    await self._asked(self._beats.forget_old)
            except LOST as fault:
                if not self._stopping.is_set():
                    raise
                if (
                    self._in_contact
                ):  # the runs at work come to their end all the same: the next beat may reach it
                    self._lost_contact(fault)
            rounds += 1
            await asyncio.sleep(BEAT_SECONDS)

    async def _beaten(self, app: App, takers: list[Taker], never_got: set[int]) -> set[int]:
        """One beat. `never_got` are jobs that the queue held for this worker at the last one and of which it knows
        nothing; gives those of now."""
        await self._asked(self._beat)
        if not self._stopping.is_set():
            await self._refuse_unfit()
        self._in_contact = True
        self._written("")
        # Where the queue was lost right after a run had begun there, nobody here is at work on it. Asked first and
        # compared afterwards: a run that begins meanwhile is not among them.
        there = await self._asked(self._beats.open_runs, self._id)
        if gone := [run for run, name in there.items() if name not in {*self._at_work, *self._beginning}]:
            await self._asked(self._beats.lost, gone)
        ids = [taker.worker_id for taker in takers if taker.worker_id is not None]
        known = await self._asked(
            self._beats.asked, "SELECT id FROM procrastinate_workers WHERE id = ANY(%s)", [ids]
        )
        doing = await self._asked(
            self._beats.asked,
            "SELECT id FROM procrastinate_jobs WHERE status = 'doing' AND worker_id = ANY(%s)",
            [ids],
        )
        missing = {row["id"] for row in doing} - self._jobs
        if self._stopping.is_set():  # then procrastinate does so no more itself
            for each in ids:
                await app.job_manager.update_heartbeat(each)
        elif len(known) < len(ids):
            raise QueueLost("The queue has given this worker up; it begins anew.")
        elif missing & never_got:
            raise QueueLost("The answer to a request for a run was lost; the worker begins anew.")
        return missing

    async def _refuse_unfit(self) -> None:
        """Raise MachineUnfit where runs fail on this machine whoever's they are: it would be free all the time, and so
        have most of everybody's."""
        if self._no_process:
            raise MachineUnfit(f"No process can be begun for a run on this machine ({self._no_process}).")
        theirs = await self._asked(self._profiles)
        gone = await self._looks.gone(theirs)
        if 2 * len(gone) > len(theirs):
            raise MachineUnfit(
                f"Of {len(theirs)} councils {len(gone)} have no profile on this machine ({gone[0]}), or their folder "
                "does not answer: is the disk with them there?"
            )

    def _profiles(self) -> list[str]:
        """Those of the councils that may be run here now."""
        moment = self._beats.moment()
        return [
            each.settings
            for each in self._beats.councils()
            if each.only_on in ("", self._machine) and not each.is_paused(moment)
        ]

    def _beat(self) -> None:
        self._beats.beat(
            {
                "id": self._id, "machine": self._machine, "version": __version__, "ledger_version": LEDGER_VERSION,
                "slots": self._slots, "stopping": self._stopping.is_set(),
            }
        )  # fmt: skip

    # ----------------------------------------------------------------------------------------------- the runs

    async def _one(self, name: str, kind: str, since: datetime) -> None:
        """Do one run, or wait for the one of this council that is at work here since the queue was lost."""
        if (there := self._at_work.get(name)) is None:
            # Since the queue was lost runs may be at work here without a job, which have taken a slot each.
            if self._stopping.is_set() or len(self._at_work) + len(self._beginning) >= self._slots:
                return
            self._beginning.add(name)
            try:
                begun = await self._called(
                    self._register.begin, name, partial(self._still_due, kind), kind, since, self._id
                )
                if begun is None:
                    return
                run, its = begun
                there = asyncio.create_task(self._attend(run, its, kind))
                self._at_work[name] = there
                there.add_done_callback(lambda _: self._at_work.pop(name, None))
            finally:
                self._beginning.discard(name)
        await asyncio.shield(there)

    def _still_due(self, kind: str, council: Council, moment: datetime) -> bool:
        found = due(council, moment, self._queue.spread_minutes)
        return found is not None and found.kind == kind

    async def _attend(self, run: int, council: Council, kind: str) -> None:
        moment = await self._called(self._register.moment)
        slow = council.is_slow(moment)
        minutes = self._queue.slow_run_minutes if slow else self._queue.run_minutes
        pretended = await self._called(self._register.pretended)
        given = {
            "salt": (await self._called(self._register.salt)).hex(),
            "memory_mb": self._queue.memory_mb,
            "folders_for_all": self._queue.folders_for_all,
            "health": dict(council.health),
            "pretended": pretended and [pretended[0].isoformat(), pretended[1].isoformat(), pretended[2]],
        }

        async def answer(said: Any) -> str:
            others = await self._called(self._register.claim, council.name, said["own"])
            if said["in_a_file"] != bool(council.only_on):
                return "moved"
            return "shared" if others else "pretended" if pretended and said["live"] else ""

        try:
            if self._looks.hangs(
                council.settings
            ):  # a process would hang as its folder does, and keep the slot
                found: dict[str, Any] = {"status": NOT_DONE, "fault": "not here"}
            else:
                found = await self._runs.one(kind, council.settings, given, 60.0 * minutes, answer)
        except QueueLost:
            raise
        except (OSError, EOFError) as fault:  # nothing against the council: another machine does it
            log.exception("The bot met something it does not know")
            self._no_process = f"{type(fault).__name__} {getattr(fault, 'strerror', None) or ''}".strip()
            found = {"status": NOT_DONE, "fault": "no process"}
        except Exception as fault:  # told of, and tried again after a pause
            log.exception("The bot met something it does not know")
            found = {"status": NOT_DONE, "fault": type(fault).__name__}
        outcome = Outcome(
            int(found.get("status", NOT_DONE)), str(found.get("fault", "")), float(found.get("wait", 0)),
            str(found.get("level", "")), found.get("health"), found.get("told"),
        )  # fmt: skip
        note("a run has ended", run=f"{kind} of {council.name}", status=outcome.status, fault=outcome.fault)
        try:
            await self._recorded(partial(self._register.ended, run, council.name, kind, outcome))
        except NotTaken:  # of what it told nothing is kept but that
            note("a run has ended", run=f"{kind} of {council.name}", fault="not taken")
            plain = Outcome(NOT_DONE, "not taken")
            await self._recorded(partial(self._register.ended, run, council.name, kind, plain))

    async def _recorded(self, what: Callable[[], None]) -> None:
        """Written down as soon as the queue is there; what is not is due again, and done again does no harm. Raises
        NotTaken."""
        pause = 1.0
        while True:
            try:
                await self._called(what)
                return
            except QueueLost:
                if self._stopping.is_set() and pause > 8:
                    return
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_BACK_OFF)

    async def _let_them_end(self) -> None:
        """Wait for the runs at work, and go on saying that this worker lives meanwhile."""
        while self._at_work:
            with suppress(*LOST):
                await self._asked(self._beat)
            if self._at_work:
                await asyncio.wait([*self._at_work.values()], timeout=BEAT_SECONDS)


class _Connector(PsycopgConnector):
    """Hears of new jobs alone. PostgreSQL lets whoever may connect send a notice on any channel; what is none of
    procrastinate's would end its listening, and what asks for a run to be broken off is nobody's to ask."""

    async def listen_notify(self, on_notification: Any, channels: Iterable[str]) -> None:
        async def heard(*, channel: str, payload: str) -> None:
            if _is_of_a_new_job(payload):
                await on_notification(channel=channel, payload=payload)

        await super().listen_notify(heard, channels)


def _is_of_a_new_job(payload: str) -> bool:
    try:
        said = json.loads(payload)
    except (ValueError, RecursionError):
        return False
    return isinstance(said, dict) and said.get("type") == "job_inserted" and type(said.get("job_id")) is int


class _Looks:
    """Looks at councils' folders, of which one may hang for ever: in threads that nobody waits for for long. All in one
    while they answer; once it stands still, each of the rest in its own, so that none hangs for another."""

    def __init__(self) -> None:
        self._hanging: dict[str, threading.Thread] = {}

    async def gone(self, profiles: Sequence[str]) -> list[str]:
        """Those that are not there, cannot be looked at, or do not answer."""
        self._hanging = {each: thread for each, thread in self._hanging.items() if thread.is_alive()}
        found: dict[str, bool] = {}
        asked = [each for each in profiles if each not in self._hanging]
        if not await _all_ended([_looking(asked, found)], DISK_SECONDS / 5):
            rest = {each: _looking([each], found) for each in asked if each not in found}
            await _all_ended([*rest.values()], DISK_SECONDS)
            self._hanging |= {each: thread for each, thread in rest.items() if each not in found}
        return [each for each in profiles if not found.get(each)]

    def hangs(self, profile: str) -> bool:
        """Whether somebody still waits for it to be looked at."""
        return (thread := self._hanging.get(profile)) is not None and thread.is_alive()


def _looking(profiles: Sequence[str], found: dict[str, bool]) -> threading.Thread:
    def look() -> None:
        for each in profiles:
            found[each] = is_there(Path(each))

    thread = threading.Thread(target=look, name="looks at folders", daemon=True)
    thread.start()
    return thread


async def _all_ended(threads: Sequence[threading.Thread], seconds: float) -> bool:
    end, pause = time.monotonic() + seconds, 0.001
    while any(each.is_alive() for each in threads):
        if time.monotonic() >= end:
            return False
        await asyncio.sleep(pause)
        pause = min(2 * pause, 0.05)
    return True


async def _run_of(taker: Taker) -> None:
    await taker.run()  # type: ignore[no-untyped-call]


async def serve(queue: Queue, slots: int, pretended: tuple[datetime, float] | None = None) -> int:
    """Work until stopped. Gives the exit status. `pretended` is a moment for a sandbox, and how fast it passes."""
    return await Worker(queue, slots, pretended).work()
