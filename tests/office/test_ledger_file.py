"""The ledger's file: only for its owner, and whatever is wrong with it is said in a sentence, with nothing lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from ledgers import event, postgres, url
from tenant import ROOT, Door

from bot.daily_run.attended import attended
from bot.errors import LedgerError
from bot.exit_status import NOT_DONE
from bot.office.ledger import Ledger
from bot.office.ledger_file import file_lock

__all__ = ["postgres", "url"]

OPENED = """
import sys
from datetime import UTC, datetime
from bot.office.ledger import Ledger
from bot.office.ledger_file import file_lock
from bot.programme.events import Event, EventKind
sys.stdin.readline()
ledger = Ledger(sys.argv[1])
ledger.append([Event(datetime(2026, 3, 2, tzinfo=UTC), EventKind.LETTER_SENT, sys.argv[2])])
ledger.close()
"""


def said_of(file: Path) -> str:
    """What is said of a ledger that cannot be opened."""
    with pytest.raises(LedgerError) as fault:
        Ledger(f"sqlite:///{file}")
    text = str(fault.value)
    assert str(file) in text
    assert "The IT administrator" in text
    return text


def filled(file: Path, many: int) -> None:
    ledger = Ledger(f"sqlite:///{file}")
    ledger.append([event(f"letter {n:05}", why="x" * 200) for n in range(many)])
    ledger.close()


def as_nobody(act: Callable[[], object]) -> str:
    """What is said when an account that is not the owner does something."""
    read, write = os.pipe()
    if not (child := os.fork()):
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
            act()
            os.write(write, b"it went")
        except LedgerError as fault:
            os.write(write, str(fault).encode())
        except BaseException as fault:
            os.write(write, repr(fault).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as said:
        text = said.read().decode()
    os.waitpid(child, 0)
    return text


def test_only_its_owner_reads_the_ledger_and_what_lies_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "made" / "by the bot" / "ledger.sqlite"
    ledger = Ledger(f"sqlite:///{file}")
    with ledger.one_at_a_time():
        ledger.append([event("a")])
        modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in file.parent.iterdir()}
    ledger.close()
    assert modes == dict.fromkeys(
        ("ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm", "ledger.lock"), 0o600
    )
    assert [stat.S_IMODE(p.stat().st_mode) for p in (file.parent, file.parent.parent)] == [0o700, 0o700]


def test_a_file_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite"
    filled(file, 1)
    file.chmod(0o644)
    Ledger(f"sqlite:///{file}").close()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_where_its_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("not a folder")
    assert "cannot be written" in said_of(tmp_path / "folder" / "ledger.sqlite")


def test_a_folder_where_the_file_should_be(tmp_path: Path) -> None:
    assert "is a folder, and the ledger is a file" in said_of(tmp_path)


def test_a_folder_that_cannot_be_written() -> None:
    assert "cannot be written" in said_of(Path("/proc/audit/ledger.sqlite"))


@pytest.mark.skipif(sys.platform == "win32", reason="accounts of Unix")
def test_a_file_and_a_folder_that_are_not_the_bots(tmp_path: Path) -> None:
    for folder in (tmp_path, *tmp_path.parents[:-1]):
        if folder.stat().st_uid == os.geteuid() and not folder.stat().st_mode & 0o001:
            folder.chmod(0o755)
    file = tmp_path / "ledger.sqlite"
    filled(file, 1)
    file.chmod(0o444)
    said = as_nobody(lambda: Ledger(f"sqlite:///{file}"))
    assert f"The ledger {file} cannot be written: Permission denied" in said
    assert "let the account the bot runs under write the file and its folder" in said
    said = as_nobody(lambda: Ledger(f"sqlite:///{tmp_path / 'new' / 'ledger.sqlite'}"))
    assert "Permission denied" in said


def test_a_file_that_is_no_ledger_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite"
    file.write_bytes(b"PK\3\4 a spreadsheet somebody put here " * 100)
    before = file.read_bytes()
    assert "the file is no ledger" in said_of(file)
    assert file.read_bytes() == before


def test_a_damaged_file_is_said_to_be_damaged(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite"
    filled(file, 400)
    with file.open("r+b") as open_file:
        open_file.seek(4096)
        open_file.write(b"\xff" * 4096 * 12)
    with pytest.raises(LedgerError, match="the file is damaged"):
        Ledger(f"sqlite:///{file}").verified()


def test_a_full_disk_loses_nothing_that_was_recorded_wherever_it_fills_up(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite"
    ledger = Ledger(f"sqlite:///{file}")
    room = [1000]
    sa.event.listen(ledger._engine, "connect", lambda c, _: c.execute(f"PRAGMA max_page_count={room[0]}"))
    recorded: list[str] = []
    said: list[str] = []
    for pages in range(12, 60):
        room[0] = pages
        ledger._engine.dispose()
        for n in range(20):
            key = f"letter {pages} {n}"
            try:
                ledger.append([event(key, why="x" * 400)])
            except LedgerError as fault:
                said.append(str(fault))
                break
            recorded.append(key)
    assert len(said) > 20
    assert all("the disk is full" in text and "make room" in text for text in said)
    room[0] = 10_000
    ledger._engine.dispose()
    assert [e.key for e in ledger.read()] == recorded
    assert ledger.verified().fault == ""
    assert ledger.append([event("there is room again")]) == 1
    ledger.close()


def killed_with(file: Path, where: Path, key: str) -> None:
    """Three more entries, and what a run that was killed then leaves: the file and its journal."""
    where.mkdir()
    ledger = Ledger(f"sqlite:///{file}")
    ledger.append([event(f"{key} {n}") for n in range(3)])
    for left in file.parent.glob(f"{file.name}*"):
        shutil.copyfile(left, where / left.name)
    ledger.close()


def test_the_journal_a_killed_run_left_is_taken_in(tmp_path: Path) -> None:
    filled(tmp_path / "ledger.sqlite", 200)
    killed_with(tmp_path / "ledger.sqlite", tmp_path / "killed", "last")
    again = Ledger(f"sqlite:///{tmp_path / 'killed' / 'ledger.sqlite'}")
    assert len(again.read()) == 203
    assert again.verified().fault == ""
    again.close()


def test_a_copy_put_back_beside_the_journal_of_another_file_is_whole_and_the_journal_is_kept_apart(
    tmp_path: Path,
) -> None:
    file, apart = tmp_path / "ledger.sqlite", 0
    for entries in (20, 300, 900, 1400):
        filled(file, entries)
        shutil.copyfile(file, tmp_path / f"copy {entries}")
    filled(file, 1500)
    for entries in (20, 300, 900, 1400):
        here = tmp_path / f"put back {entries}"
        killed_with(file, here, f"a late one {entries}")
        shutil.copyfile(tmp_path / f"copy {entries}", here / "ledger.sqlite")
        journal = (here / "ledger.sqlite-wal").read_bytes()
        again = Ledger(f"sqlite:///{here / 'ledger.sqlite'}")
        assert again.verified().fault == ""
        assert len(again.read()) == entries
        assert again.append([event("goes on")]) == 1
        again.close()
        if kept := [*here.glob("ledger.sqlite-wal.apart-*")]:
            apart += 1
            assert kept[0].read_bytes() == journal
    assert apart


def test_two_first_starts_at_once_make_one_ledger(url: str) -> None:
    command = [sys.executable, "-c", OPENED, url]
    starts = [
        subprocess.Popen([*command, f"of {n}"], cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        for n in range(3)
    ]
    for start in starts:
        assert start.stdin
        start.stdin.write(b"go\n")
        start.stdin.flush()
    for start in starts:
        _, wrong = start.communicate(timeout=120)
        assert (start.returncode, wrong) == (0, b"")
    ledger = Ledger(url)
    assert sorted(e.key for e in ledger.read()) == ["of 0", "of 1", "of 2"]
    assert ledger.verified().fault == ""
    ledger.close()


def test_a_run_whose_ledger_cannot_be_used_ends_with_3_and_says_why(door: Door) -> None:
    folder = door.folder / "a folder"
    folder.mkdir()
    changed = {"ledger": f"sqlite:///{folder}", "health_file": door.folder / "health.json"}
    found = attended(
        door.settings.model_copy(update=changed),
        clock=lambda: event("x").at, say=lambda _: None, sleep=door.naps,
    )  # fmt: skip
    assert found.status == NOT_DONE
    assert "is a folder, and the ledger is a file" in " ".join(found.faults)
    assert "is a folder, and the ledger is a file" in found.health.what_is_wrong
    assert found.health.remedy.startswith("The IT administrator: name a file")
    assert door.tenant.deliveries() == []


def test_a_viewer_that_holds_the_file_is_named_as_such(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite"
    filled(file, 1)
    ledger = Ledger(f"sqlite:///{file}")
    sa.event.listen(ledger._engine, "connect", lambda c, _: c.execute("PRAGMA busy_timeout=10"))
    ledger._engine.dispose()
    with closing(sqlite3.connect(file, isolation_level=None)) as viewer:
        viewer.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerError, match="another program holds it open"):
            ledger.append([event("b")])
    assert ledger.append([event("b")]) == 1
    ledger.close()


def test_a_lock_that_is_a_link_is_anothers_and_is_not_taken(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs.lock"
    theirs.touch()
    (tmp_path / "ledger.lock").symlink_to(theirs)
    with closing(Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")) as ledger:
        with (
            pytest.raises(LedgerError, match=r"ledger\.lock, is a link.* take it away"),
            ledger.one_at_a_time(),
        ):
            pass
        with file_lock(theirs):
            assert not ledger.read()
