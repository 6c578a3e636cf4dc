"""Workers: each run in a process of its own, made up for wherever its worker was lost, and nobody written to twice."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import threading
import types
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from threading import enumerate as enumerate_threads
from typing import Any, cast

import psycopg
import pytest
from many_councils import MORNING, Folder, Workers, one, until
from procrastinate import App
from procrastinate.testing import InMemoryConnector
from psycopg_pool import AsyncConnectionPool
from tenant import ROOT

import sandbox
from bot.cli import main
from bot.councils.child import TOO_MUCH, _say, handed_on, longest
from bot.councils.due import DAILY, LOOK, Council, Due
from bot.councils.faults import fault_of
from bot.councils.queue import VARIABLE, Queue
from bot.councils.register import MachineUnfit, Register
from bot.councils.registering import added
from bot.councils.runs import FOLDERS_FOR_ALL, _message
from bot.councils.tending import _defer, tend
from bot.councils.worker import Worker, _Connector, lines_of
from bot.errors import SettingsError
from bot.exit_status import DONE, NEEDS_A_PERSON, NOT_DONE, WRONG_CONFIGURATION
from bot.own_files import SHIPPED
from bot.secret_files import environment_beside

Folders = Callable[..., Folder]


def letters(tenant: sandbox.Running) -> Counter[tuple[str, str]]:
    """Who was sent what, how often."""
    return Counter((str(each["to"]), str(each["subject"])) for each in tenant.deliveries())


def runs(register: Register, name: str = "north") -> list[dict[str, Any]]:
    return register.asked(
        "SELECT kind, status, fault, worker, ended FROM run WHERE council = %s ORDER BY id", [name]
    )


def well_done(register: Register, name: str = "north", kind: str = DAILY) -> bool:
    return any(run["kind"] == kind and run["status"] in (0, 10) for run in runs(register, name))


def test_a_worker_does_what_is_due_and_ends_when_told(
    tenant: sandbox.Running,
    register: Register,
    queue: Queue,
    folder: Folders,
    workers: Workers,
    tmp_path: Path,
) -> None:
    added(queue, "north", folder("north").profile(tenant))
    begun = workers.begin("--slots", "3")
    until(lambda: well_done(register))
    before = letters(tenant)
    assert before
    assert max(before.values()) == 1
    assert register.council("north").level == "live"
    assert register.council("north").health["status"] in (0, 10)
    begun.send_signal(signal.SIGTERM)
    assert begun.wait(30) == DONE
    assert not register.asked("SELECT 1 FROM worker"), "it has said good-bye"
    assert '"status": 0' in (tmp_path / "worker.json").read_text()
    assert letters(tenant) == before


@pytest.mark.slow
def test_a_run_whose_worker_is_killed_is_done_by_another_and_nobody_is_written_to_twice(
    tenant: sandbox.Running, register: Register, queue: Queue, folder: Folders, workers: Workers
) -> None:
    added(queue, "north", folder("north").profile(tenant))
    tenant.ask("POST", "/settings", {"latency_ms": 300})
    first = workers.begin("--slots", "1")
    until(lambda: letters(tenant))
    assert not well_done(register)
    children = descendants(first.pid)
    first.kill()
    tenant.ask("POST", "/settings", {"latency_ms": 0})
    until(lambda: not any(alive(pid) for pid in children), 25)  # they end with their worker
    workers.begin("--slots", "1")
    until(lambda: well_done(register), 120)
    assert max(letters(tenant).values()) == 1
    assert runs(register)[0]["fault"] == "worker lost"


@pytest.mark.slow
def test_a_run_that_began_as_the_queue_was_lost_is_not_at_work_for_ever_with_a_worker_that_never_heard_of_it(
    tenant: sandbox.Running, register: Register, queue: Queue, folder: Folders, workers: Workers
) -> None:
    workers.begin("--slots", "1")
    until(lambda: register.asked("SELECT 1 FROM worker"))
    (worker,) = register.asked("SELECT id FROM worker")
    added(queue, "north", folder("north").profile(tenant))
    assert register.begin("north", lambda *_: True, DAILY, register.moment(), worker["id"]), "answer lost"
    until(lambda: well_done(register))
    assert max(letters(tenant).values()) == 1


def descendants(pid: int) -> set[int]:
    """The processes that some process has begun, and those these have."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    found, more = set[int](), {pid}
    while more:
        found |= more
        more = {child for child, parent in parents.items() if parent in more}
    return found - {pid}


def alive(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.slow
def test_a_worker_whose_connections_are_cut_begins_anew_and_its_run_comes_to_its_end(
    tenant: sandbox.Running, register: Register, queue: Queue, folder: Folders, workers: Workers
) -> None:
    added(queue, "north", folder("north").profile(tenant))
    tenant.ask("POST", "/settings", {"latency_ms": 200})
    begun = workers.begin("--slots", "1")
    until(lambda: letters(tenant))
    with psycopg.connect(queue.address, autocommit=True) as connection:
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'audit-bot councils'"
        connection.execute(cut)
    tenant.ask("POST", "/settings", {"latency_ms": 0})
    register.close()
    until(lambda: well_done(register))
    assert begun.poll() is None, "the worker is still there"
    until(lambda: "the queue cannot be reached" in workers.log())
    assert max(letters(tenant).values()) == 1
    assert len([run for run in runs(register) if run["kind"] == DAILY]) == 1, "the run was not begun again"


@pytest.mark.slow
def test_a_council_whose_profile_is_wrong_keeps_nobody_else_from_their_work(
    tenant: sandbox.Running, register: Register, queue: Queue, folder: Folders, workers: Workers
) -> None:
    added(queue, "north", folder("north").profile(tenant))
    broken = folder("south").profile(None)
    added(queue, "east", folder("east").profile(None))  # nobody answers at its address
    workers.begin("--slots", "2")
    until(lambda: register.asked("SELECT 1 FROM worker"))
    added(queue, "south", broken)
    broken.write_text("council = ")
    until(lambda: well_done(register))
    until(lambda: runs(register, "south") and runs(register, "south")[0]["ended"])
    assert runs(register, "south")[0]["fault"] == "SettingsError"
    assert max(letters(tenant).values()) == 1


@pytest.mark.slow
def test_a_profile_that_was_changed_to_what_is_anothers_is_not_run(
    tenant: sandbox.Running, register: Register, queue: Queue, folder: Folders, workers: Workers
) -> None:
    added(queue, "north", folder("north").profile(None))
    added(queue, "south", folder("south").profile(tenant))
    folder("north").profile(tenant)
    workers.begin("--slots", "1")
    until(lambda: any(run["ended"] for run in runs(register)))
    until(lambda: well_done(register, "south"))
    assert runs(register)[0]["fault"] == "shared"
    assert max(letters(tenant).values()) == 1


@pytest.mark.slow
def test_an_older_worker_leaves_a_ledger_that_a_newer_one_has_brought_up_to_date_to_it(
    tenant: sandbox.Running, register: Register, queue: Queue, folder: Folders, workers: Workers
) -> None:
    """Two versions side by side: the newer worker and all its runs write ledgers of version 3."""
    added(queue, "north", folder("north").profile(tenant))
    first = workers.begin("--slots", "1")
    until(lambda: well_done(register))
    # What a bot would do whose ledgers are of version 3.
    newer = """
import os, sys, bot.office.ledger as ledger
ledger.VERSION = 3
import bot.councils.runs as runs
runs.PRELOADED = ["newer_ledgers"]
"""
    (workers.path / "newer_ledgers.py").write_text(
        "import bot.office.ledger, bot.councils.child\n"
        "bot.office.ledger.VERSION = bot.councils.child.VERSION = 3\n",
        encoding="utf-8",
    )
    os.environ["PYTHONPATH"] = str(workers.path)
    try:
        second = workers.begin("--slots", "1", code=newer)
    finally:
        del os.environ["PYTHONPATH"]
    until(lambda: "the worker begins" in workers.log(1))
    first.send_signal(signal.SIGTERM)
    assert first.wait(60) == DONE
    with psycopg.connect(
        queue.address, autocommit=True, options="-csearch_path=audit_bot_councils"
    ) as connection:
        connection.execute("UPDATE council SET looked = looked - interval '1 hour'")
    until(lambda: register.council("north").ledger_version == 3)
    second.send_signal(signal.SIGTERM)
    assert second.wait(60) == DONE
    before = len(runs(register))
    workers.begin("--slots", "1")
    with psycopg.connect(
        queue.address, autocommit=True, options="-csearch_path=audit_bot_councils"
    ) as connection:
        connection.execute("UPDATE council SET looked = looked - interval '1 hour'")
    waits = "SELECT 1 FROM procrastinate_jobs WHERE queue_name LIKE '%%.3' AND status = 'todo'"
    until(lambda: register.asked(waits))
    assert len(runs(register)) == before, "the older one has not touched it"
    assert max(letters(tenant).values()) == 1


@pytest.mark.parametrize(("path", "seconds"), [("/lists/", 600), ("/oauth2/v2.0/token", 40)])
def test_a_council_that_is_asked_to_wait_gives_its_place_back_and_comes_again_after_that_time(
    tenant: sandbox.Running, address: str, folder: Folders, path: str, seconds: int
) -> None:
    profile = folder("north").profile(tenant)
    tenant.ask(
        "POST", "/faults", {"kind": "throttled", "path": path, "times": 10000, "retry_after": str(seconds)}
    )
    found = one(DAILY, profile)
    assert (found["fault"], found["wait"]) == ("busy", seconds)
    assert not letters(tenant)


@contextmanager
def silence() -> Iterator[str]:
    """An address where every connection is taken and nothing is ever said."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(50)
        yield f"https://127.0.0.1:{listening.getsockname()[1]}"


def test_a_run_that_hangs_is_ended_after_its_time(address: str, folder: Folders) -> None:
    with silence() as url:
        found = one(DAILY, folder("north", url=url).profile(None), 6)
    assert found == {"status": NOT_DONE, "fault": "too long"}


def test_a_run_sees_its_own_secrets_and_none_of_the_workers(
    address: str, folder: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUDIT_BOT_KEY_NORTH", "a key that stands in the worker's environment")
    profile = folder("north").profile(None, key="", key_env='"AUDIT_BOT_KEY_NORTH"')
    assert one(LOOK, profile)["fault"] in ("SettingsError", "SignInRefused", "TenantUnavailable")
    kept = handed_on(
        {"PATH": "p", "AUDIT_BOT_KEY_NORTH": "k", "AUDIT_BOT_COUNCILS": "q", "LC_TIME": "l", "PGPASSFILE": "q",
         "PGSSLROOTCERT": "c"}
    )  # fmt: skip
    assert kept == {"PATH": "p", "LC_TIME": "l", "PGSSLROOTCERT": "c"}
    beside = profile.with_name("council.env")
    beside.write_text("# of north alone\nAUDIT_BOT_KEY_NORTH=a key that stands beside the profile\n")
    beside.chmod(0o600)
    assert environment_beside(profile) == {"AUDIT_BOT_KEY_NORTH": "a key that stands beside the profile"}
    beside.chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        environment_beside(profile)
    assert one(LOOK, profile) == {"status": WRONG_CONFIGURATION, "fault": "SettingsError"}


@pytest.mark.slow
def test_all_are_checked_each_with_its_own_surroundings(
    tenant: sandbox.Running, register: Register, queue: Queue, folder: Folders, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv(VARIABLE, queue.address)
    added(queue, "north", folder("north").profile(tenant))
    added(queue, "south", folder("south").profile(None))
    broken = folder("east").profile(None)
    added(queue, "east", broken)
    broken.write_text("council = ")
    assert main(["councils", "check", "north"]) in (DONE, NEEDS_A_PERSON)
    capsys.readouterr()
    assert main(["councils", "check", "--json"]) == NOT_DONE
    found = {each["name"]: each for each in json.loads(capsys.readouterr().out)}
    assert found["north"]["status"] in (DONE, NEEDS_A_PERSON)
    assert found["south"]["status"] == NOT_DONE
    assert found["east"]["status"] == WRONG_CONFIGURATION
    assert all(found[name]["problems"] for name in ("south", "east"))
    assert main(["councils", "check", "west"]) == WRONG_CONFIGURATION


def test_whoever_ends_a_worker_from_the_keyboard_while_it_begins_reads_no_fault() -> None:
    program = (
        "import asyncio, signal\nfrom bot.councils.runs import Runs\n"
        "async def work():\n"
        "    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, lambda: None)\n"
        "    print('begins', flush=True)\n"
        "    await Runs().get_ready()\n"
        "    print('ready', flush=True)\n"
        "    await asyncio.sleep(0.5)\n"
        "asyncio.run(work())"
    )
    began = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    assert began.stdout
    assert began.stdout.readline() == "begins\n"
    while not select.select([began.stdout], [], [], 0.3)[0]:
        os.killpg(began.pid, signal.SIGINT)  # to all processes of the terminal, as Ctrl-C is
    out, err = began.communicate(timeout=60)
    assert (began.returncode, out, err) == (0, "ready\n", "")


def test_letters_in_a_folder_for_all_are_looked_through_before_the_first_run(tmp_path: Path) -> None:
    """And a share that does not answer keeps no worker from its work."""
    theirs, silent = tmp_path / "for all" / "mail_templates", tmp_path / "silent"
    shutil.copytree(SHIPPED / "mail_templates", theirs)
    (theirs / "00_digest.md").write_text("Subject: Today\n\nOur own words.\n")
    silent.mkdir()
    (silent / "_frame.html").touch()
    os.mkfifo(silent / "00_digest.md")  # it can be opened, and nothing ever comes
    program = (
        "import bot.councils.preloaded\nfrom pathlib import Path\n"
        "from bot.daily_run.letter_files import letters_in\nfrom bot.papers.letters.letter_press import LetterPress\n"
        "looked = []\nLetterPress._checked = lambda press, text: looked.append(text) or (None, ['seen'])\n"
        f"letters_in(Path({str(theirs)!r}), marking='[PROTECTED]')\nprint(len(looked))"
    )
    for folders in ([str(theirs.parent)], [str(theirs)], [str(tmp_path / "none"), str(theirs), str(silent)]):
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, timeout=60,
            env={**os.environ, FOLDERS_FOR_ALL: json.dumps(folders)},
        )  # fmt: skip
        assert (done.stdout, done.stderr) == ("0\n", ""), folders


def test_slots_are_kept_for_looks_and_for_the_slow() -> None:
    for slots in range(1, 40):
        lines = lines_of(slots, "here")
        assert sum(line.slots for line in lines) == slots
        assert all(line.slots >= 1 for line in lines)
        taken = {queue for line in lines for queue in line.queues}
        assert {name.partition(".")[0] for name in taken} == {"day", "looks", "slow"}
        if slots > 1:
            free = [line for line in lines if not any(name.startswith("slow") for name in line.queues)]
            assert free, "however many are slow, somebody else's runs have a slot"
        if slots > 2:
            assert any(all(name.startswith("looks") for name in line.queues) for line in lines)


def test_among_the_slow_a_look_is_not_behind_daily_runs_that_come_again_and_again() -> None:
    deferred = []

    class Job:
        async def defer_async(self, **_: str) -> None:
            pass

    class Queues:
        def configure_task(self, _: str, **words: Any) -> Job:
            deferred.append((words["queue"], words["priority"]))
            return Job()

    its = types.SimpleNamespace(name="north", ledger_version=2, only_on="")
    for slow in (False, True):
        for kind in (LOOK, DAILY):
            asyncio.run(_defer(cast(App, Queues()), cast(Council, its), kind, datetime.now(UTC), slow))
    assert deferred == [("looks.2", 0), ("day.2", 10), ("slow.2", 0), ("slow.2", 0)]


@pytest.mark.slow
def test_without_its_queue_a_worker_says_so_waits_and_ends_with_a_status_that_tells(
    workers: Workers, tmp_path: Path
) -> None:
    away = Workers(tmp_path, "postgresql://bot:canary-of-a-password@127.0.0.1:9/councils")
    begun = away.begin("--slots", "1", moment="")
    try:
        until(lambda: away.log().count("cannot be") > 1)  # it waits, and tries again
        assert '"status": 3' in (tmp_path / "worker.json").read_text()
        begun.send_signal(signal.SIGTERM)
        assert begun.wait(30) == NOT_DONE
        assert "canary-of-a-password" not in away.log()
    finally:
        begun.kill()
        begun.wait()


def test_a_machine_that_can_begin_no_process_says_so_takes_no_more_and_counts_against_no_council(
    register: Register, queue: Queue, folder: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    added(queue, "north", folder("north").profile(None))
    worker = Worker(queue, 1)

    async def none_to_be_had(*_: Any) -> dict[str, Any]:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(worker._runs, "one", none_to_be_had)
    begun = register.begin("north", lambda *_: True, DAILY, register.moment(), "w")
    assert begun
    before = register.council("north")
    asyncio.run(worker._attend(*begun, DAILY))
    (run,) = runs(register)
    assert (run["status"], run["fault"]) == (NOT_DONE, "no process")
    north = register.council("north")
    assert (north.failures, north.failed_on, north.looked) == (0, None, before.looked)
    assert north.not_before == register.asked("SELECT ended FROM run")[0]["ended"] + timedelta(minutes=1)
    with pytest.raises(MachineUnfit, match="BlockingIOError Resource temporarily unavailable"):
        asyncio.run(worker._refuse_unfit())
    worker._register.close()
    worker._beats.close()


@pytest.mark.parametrize("odd", [{"last_letter": "\0"}, {"seals": {"1": float("nan")}}, {"remedy": "\ud800"}])
def test_what_the_queue_does_not_take_ends_the_run_is_told_and_keeps_no_slot(
    register: Register, queue: Queue, folder: Folders, monkeypatch: pytest.MonkeyPatch, odd: dict[str, Any]
) -> None:
    added(queue, "north", folder("north").profile(None))
    worker = Worker(queue, 1)

    async def told(*_: Any) -> dict[str, Any]:
        return {"status": DONE, "health": odd}

    monkeypatch.setattr(worker._runs, "one", told)
    begun = register.begin("north", lambda *_: True, LOOK, register.moment(), "w")
    assert begun
    asyncio.run(asyncio.wait_for(worker._attend(*begun, LOOK), 20))
    assert register.council("north").fault == "not taken"
    assert "health file" in fault_of("not taken").who
    assert runs(register)[0]["ended"]
    worker._register.close()


def test_of_what_a_run_says_no_more_is_taken_than_of_any_and_its_council_is_told() -> None:
    """It would be read again by every worker every few seconds."""
    ours, theirs = multiprocessing.Pipe()
    with ours, theirs:
        _say(theirs, {"health": {"remedy": "x" * longest(LOOK)}}, longest(LOOK))
        assert _message(ours, longest(LOOK)) == TOO_MUCH
        swollen = b"x" * (longest(LOOK) + 1)  # also where the process itself has not looked
        threading.Thread(target=theirs.send_bytes, args=(swollen,), daemon=True).start()
        assert _message(ours, longest(LOOK)) == TOO_MUCH
    assert "health file" in fault_of(str(TOO_MUCH["fault"])).who


def test_a_health_file_that_somebody_has_swollen_swells_nothing_in_the_queue(
    address: str, folder: Folders
) -> None:
    profile = folder("north").profile(None)
    swollen = json.dumps({"written": MORNING, "seals": {"999999999": "x" * 2**20}})
    (folder("north").path / "audit-bot-health.json").write_text(swollen)
    found = one(LOOK, profile)
    assert found["status"] == NOT_DONE
    assert found["health"]["seals"] == {}
    assert found["health"]["what_is_wrong"]


def test_a_run_finds_a_council_that_is_not_on_its_machine_and_lays_nothing_out_in_its_place(
    address: str, folder: Folders, tmp_path: Path
) -> None:
    profile = folder("north").profile(None)
    (tmp_path / "north").rename(tmp_path / "elsewhere")
    found = one(DAILY, profile)
    assert (found["status"], found["fault"]) == (NOT_DONE, "not here")
    assert not (tmp_path / "north").exists()


def test_a_machine_without_most_councils_folders_takes_no_run_and_one_without_a_few_does(
    queue: Queue, register: Register, folder: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("north", "south", "east"):
        added(queue, name, folder(name).profile(None))
    worker = Worker(queue, 1)

    def look() -> None:
        asyncio.run(worker._refuse_unfit())

    look()
    (tmp_path / "north").rename(tmp_path / "n")
    look()
    (tmp_path / "south").rename(tmp_path / "s")
    with pytest.raises(MachineUnfit, match=r"Of 3 councils 2 have no profile on this machine \(.*north"):
        look()
    register.pause("north", None)
    register.pause("south", None)
    look()  # nobody is to be run of whom there is nothing here
    for each in ("n", "s"):
        (tmp_path / each).rename(tmp_path / {"n": "north", "s": "south"}[each])
    register.resume("north")
    register.resume("south")

    def may_not_be_looked_into(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    def hangs(_path: Path) -> bool:
        Event().wait()
        return True

    monkeypatch.setattr(Path, "exists", may_not_be_looked_into)
    with pytest.raises(MachineUnfit, match="Of 3 councils 3"):
        look()
    monkeypatch.setattr(Path, "exists", hangs)
    monkeypatch.setattr("bot.councils.worker.DISK_SECONDS", 0.2)
    for _ in range(3):
        with pytest.raises(MachineUnfit, match="does not answer"):
            look()
    assert sum(each.name == "looks at folders" for each in enumerate_threads()) == 4, "none is looked at anew"
    worker._beats.close()


def test_a_folder_that_hangs_is_its_own_councils_trouble_and_keeps_no_machine_from_the_others(
    queue: Queue, register: Register, folder: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("north", "south", "east"):
        added(queue, name, folder(name).profile(None))
    worker, answers, looked = Worker(queue, 1), Event(), []

    def exists(path: Path) -> bool:
        looked.append(path.parent.name)
        return answers.wait() if path.parent.name == "north" else True

    async def begun_all_the_same(*_: Any) -> dict[str, Any]:
        raise AssertionError

    monkeypatch.setattr(Path, "exists", exists)
    monkeypatch.setattr("bot.councils.worker.DISK_SECONDS", 0.2)
    monkeypatch.setattr(worker._runs, "one", begun_all_the_same)
    for _ in range(3):
        asyncio.run(worker._refuse_unfit())
    assert looked.count("north") == 2, "once among all and once alone; then it is waited for"
    assert looked.count("south") >= 3
    begun = register.begin("north", lambda *_: True, DAILY, register.moment(), "w")
    assert begun
    asyncio.run(worker._attend(*begun, DAILY))
    assert register.council("north").fault == "not here"
    assert "does not answer" in fault_of("not here").what
    answers.set()
    until(lambda: not worker._looks.hangs(begun[1].settings))
    asyncio.run(worker._refuse_unfit())
    assert looked.count("north") == 3
    worker._register.close()
    worker._beats.close()


def test_a_machine_on_which_nothing_can_be_forked_is_unfit_and_no_council_is_blamed(
    queue: Queue, register: Register, folder: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    added(queue, "north", folder("north").profile(None))
    worker = Worker(queue, 1)

    class Ended:
        def start(self) -> None:
            raise EOFError  # what multiprocessing makes of a forkserver that could not fork

    monkeypatch.setattr(worker._runs._context, "Process", lambda **_: Ended())
    begun = register.begin("north", lambda *_: True, DAILY, register.moment(), "w")
    assert begun
    asyncio.run(worker._attend(*begun, DAILY))
    assert runs(register)[0]["fault"] == "no process"
    with pytest.raises(MachineUnfit, match="EOFError"):
        asyncio.run(worker._refuse_unfit())
    worker._register.close()
    worker._beats.close()


def test_what_a_run_may_say_more_than_its_lines_is_asked_for_by_its_own_council_alone(
    address: str, folder: Folders
) -> None:
    quiet, loud = folder("north").profile(None), folder("south").profile(None)
    beside = loud.with_name("council.env")
    beside.write_text("AUDIT_BOT_DEBUG=1\n")
    beside.chmod(0o600)
    begins = (
        "import asyncio, sys\nfrom bot.councils.runs import Runs\nasync def free(_): return ''\n"
        "given, runs = {'salt': '00', 'memory_mb': 1500}, Runs()\n"
        "async def each():\n"
        "    for profile in sys.argv[1:]:\n"
        "        await runs.one('look', profile, given, 60, free)\n"
        "        print('|', file=sys.stderr, flush=True)\n"
        "asyncio.run(each())"
    )
    ended = subprocess.run(
        [sys.executable, "-c", begins, str(loud), str(quiet)],
        cwd=ROOT, env={**os.environ, "AUDIT_BOT_DEBUG": "1"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    says = ["The sign-in service did not answer" in said for said in ended.stderr.split("|\n")]
    assert says == [True, False, False], ended


def test_runs_that_go_on_since_the_queue_was_lost_take_their_slots(
    register: Register, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    worker = Worker(queue, 2)
    monkeypatch.setattr(worker._register, "begin", lambda name, *_: asked.append(name))

    async def one_more(*at_work: str) -> None:
        worker._at_work = {name: asyncio.create_task(asyncio.sleep(0)) for name in at_work}
        await worker._one("north", DAILY, register.moment())

    asyncio.run(one_more("south", "east"))
    assert not asked
    asyncio.run(one_more("south"))
    assert asked == ["north"]


def test_a_notice_that_is_none_of_the_queues_is_passed_over(register: Register, queue: Queue) -> None:
    """PostgreSQL lets every role that may connect send one on any channel."""
    heard: list[str] = []
    job = '{"type": "job_inserted", "job_id": 7}'
    strange = ("x", "[]", '{"type": 1}', '{"type": "abort_job_requested", "job_id": 7}', "[" * 7000, "")

    async def hears(*, channel: str, payload: str) -> None:
        heard.append(payload)

    async def listened() -> None:
        connector = _Connector()
        async with AsyncConnectionPool(queue.address, open=False) as pool:
            await connector.open_async(pool)
            listening = asyncio.create_task(connector.listen_notify(hears, ["procrastinate_queue_v1#tend"]))
            await asyncio.sleep(0.5)
            async with pool.connection() as another:
                for each in (*strange, job):
                    await another.execute("SELECT pg_notify('procrastinate_queue_v1#tend', %s)", [each])
            for _ in range(100):
                if heard:
                    break
                await asyncio.sleep(0.1)
            assert not listening.done()
            listening.cancel()

    asyncio.run(listened())
    assert heard == [job]


def test_a_row_that_cannot_be_judged_holds_up_no_other_council(
    register: Register, queue: Queue, folder: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("north", "south"):
        added(queue, name, folder(name).profile(None))
    deferred = []

    def judged(council: Council, moment: datetime, _: int) -> Due:
        if council.name == "north":
            raise OverflowError
        return Due(LOOK, moment)

    async def defer(_: Any, council: Council, *__: Any) -> None:
        deferred.append(council.name)

    async def nothing(*_: Any) -> None:
        pass

    async def called(what: Callable[..., Any], *given: Any) -> Any:
        return what(*given)

    for name, other in (("due", judged), ("_defer", defer), ("_clear_lost", nothing)):
        monkeypatch.setattr(f"bot.councils.tending.{name}", other)
    asyncio.run(tend(App(connector=InMemoryConnector()), register, 0, called))
    assert deferred == ["south"]


def test_the_moment_a_sandbox_pretends_passes_for_all(register: Register) -> None:
    from bot.clock import pretended

    register.pretend(pretended(MORNING), 60.0)
    register.pretend(pretended("2026-04-01"), 1.0)
    assert register.moment().date().isoformat() == "2026-03-02"
