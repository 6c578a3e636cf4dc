"""A run that was stopped and wakes when another has taken over writes nothing and sends nothing, on both databases."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from ledgers import NOW, event, postgres, url
from small_council import LAUNCH, Council
from tenant import ROOT, Door

from bot.daily_run.report import Report
from bot.daily_run.run import Run
from bot.daily_run.workplace import open_workplace
from bot.errors import Busy, LedgerError
from bot.office.ledger import Ledger

__all__ = ["postgres", "url"]


def lock_taken_from(address: str) -> None:
    """As if the lock were lost: its file cleared away, its session ended."""
    if address.startswith("sqlite"):
        Path(address.removeprefix("sqlite:///")).with_suffix(".lock").unlink()
        return
    engine = sa.create_engine(address)
    held = "FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
    with engine.connect() as connection:
        connection.exec_driver_sql(f"SELECT pg_terminate_backend(pid) {held}")
        for _ in range(600):  # a session that was ended takes a moment to go
            if not connection.exec_driver_sql(f"SELECT count(*) {held}").scalar():
                break
            time.sleep(0.1)
    engine.dispose()


def test_two_runs_cannot_work_at_once(url: str) -> None:
    ours, theirs = Ledger(url), Ledger(url)
    with ours.one_at_a_time(), pytest.raises(Busy), theirs.one_at_a_time():
        pass
    with theirs.one_at_a_time():
        theirs.append([event("a")])
    with ours.one_at_a_time():
        ours.append([event("b")])
    ours.close()
    theirs.close()


def test_once_another_run_has_taken_over_nothing_more_is_written(url: str) -> None:
    ours, theirs = Ledger(url), Ledger(url)
    with ours.one_at_a_time():
        ours.append([event("before")])
        lock_taken_from(url)
        with theirs.one_at_a_time():
            theirs.append([event("theirs")])
            for _ in range(2):
                with pytest.raises(LedgerError):
                    ours.append([event("ours")])
            theirs.append([event("theirs too")])
        with pytest.raises(LedgerError):
            ours.append([event("ours, and the other is done")])
    assert [e.key for e in theirs.read()] == ["before", "theirs", "theirs too"]
    assert theirs.verified().fault == ""
    ours.close()
    theirs.close()


def test_with_its_connection_the_lock_is_lost_and_the_next_write_is_refused(postgres: str) -> None:
    ledger = Ledger(postgres)
    with ledger.one_at_a_time():
        ledger.append([event("connected")])
        lock_taken_from(postgres)
        for _ in range(3):
            with pytest.raises(
                LedgerError, match=r"it was stopped, or is just starting|connection to the ledger was lost"
            ):
                ledger.append([event("not silently connected anew")])
    assert "not silently connected anew" not in {e.key for e in ledger.read()}
    with ledger.one_at_a_time():
        assert ledger.append([event("a new run")]) == 1
    ledger.close()


A_RUN = """
import sys
from datetime import UTC, datetime
from bot.errors import LedgerError
from bot.office.ledger import Ledger
from bot.programme.events import Event, EventKind
ledger = Ledger(sys.argv[1])
event = lambda key: Event(datetime(2026, 3, 2, tzinfo=UTC), EventKind.LETTER_SENDING, key)
with ledger.one_at_a_time():
    ledger.append([event("asleep")])
    print("sleeps", flush=True)
    sys.stdin.readline()
    try:
        ledger.append([event("awake")])
    except LedgerError as fault:
        print(type(fault).__name__, flush=True)
    else:
        print("wrote", flush=True)
"""


def test_a_process_that_was_stopped_and_goes_on_when_another_works_is_refused(url: str) -> None:
    run = subprocess.Popen(
        [sys.executable, "-c", A_RUN, url], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert run.stdin
    assert run.stdout
    try:
        assert run.stdout.readline() == "sleeps\n"
        os.kill(run.pid, signal.SIGSTOP)
        ledger = Ledger(url)
        with pytest.raises(Busy), ledger.one_at_a_time():
            pass
        lock_taken_from(url)
        with ledger.one_at_a_time():
            ledger.append([event("the other")])
            os.kill(run.pid, signal.SIGCONT)
            run.stdin.write("go on\n")
            run.stdin.flush()
            assert run.stdout.readline().strip() in ("Busy", "LedgerError")
        assert [e.key for e in ledger.read()] == ["asleep", "the other"]
        ledger.close()
    finally:
        run.kill()
        run.communicate()


def test_a_run_that_was_overtaken_in_the_midst_of_its_letters_sends_no_further_one(door: Door) -> None:
    Council(door)
    other = Ledger(door.settings.ledger)
    taken: list[bool] = []

    def say(doing: str) -> None:
        if doing.startswith("Sending") and not taken:
            taken.append(True)
            lock_taken_from(door.settings.ledger)
            with other.one_at_a_time():
                pass

    def run(minute: int) -> Report:
        moment = NOW.replace(minute=minute)
        door.tenant.ask("POST", "/clock", {"now": moment.isoformat()})
        with open_workplace(
            door.settings, clock=lambda: moment, say=say, locked=True, sleep=door.naps
        ) as workplace:
            return Run(workplace).perform()

    with pytest.raises(Busy, match="has taken over"):
        run(0)
    assert door.tenant.deliveries() == []
    assert run(20).letters == LAUNCH
    other.close()
