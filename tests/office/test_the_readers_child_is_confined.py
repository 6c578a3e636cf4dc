"""Whoever takes over the child that reads files from outside has nothing: no file, no network, no environment, no
program, no child of its own, and no way into the bot by its answer."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.office import isolated_reader
from bot.office.isolated_reader import ReaderStopped, Room, read_safely

CANARY = "canary-7f3a"
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can refuse it (docs/going_live.md)")
ON_UNIX = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no such limits (docs/going_live.md)"
)


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    monkeypatch.setenv("AUDIT_BOT_CANARY", CANARY)
    found = Room(also="jail_breaking")
    yield found
    found.end()


@pytest.fixture
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@ON_UNIX
def test_it_opens_no_file_and_writes_none(room: Room, tmp_path: Path) -> None:
    for work in ("reads_a_file", "writes_a_file"):
        assert room.ask("tells", work).startswith("refused:"), work
    assert not Path("/tmp/audit-bot-was-here").exists()


@ON_LINUX
def test_it_touches_no_file_and_sees_no_folder(room: Room, tmp_path: Path) -> None:
    victim = tmp_path / "ledger.sqlite"
    victim.write_text("all that was done", encoding="ascii")
    assert room.ask("tells", "deletes_a_file", str(victim)).startswith("refused: PermissionError")
    assert room.ask("tells", "lists_a_folder").startswith("refused:")
    assert victim.exists()


def test_it_has_no_environment(room: Room) -> None:
    assert room.ask("tells", "reads_the_environment") == "done: {} None None"


@ON_LINUX
def test_it_was_never_given_one(room: Room) -> None:
    if os.geteuid():
        pytest.skip("nobody but root may look into it")
    assert Path(f"/proc/{room._process.pid}/environ").read_bytes() == b""
    line = Path(f"/proc/{room._process.pid}/cmdline").read_bytes().decode()
    assert CANARY not in line
    assert room.ask("tells", "reads_its_first_environment").startswith("refused:")


def test_it_talks_to_nobody(room: Room, port: int) -> None:
    for work in ("connects", "asks_by_http"):
        assert room.ask("tells", work, port).startswith("refused:"), work


@ON_LINUX
def test_it_talks_to_nobody_by_other_ways_than_pythons(room: Room, port: int) -> None:
    assert room.ask("tells", "connects_below_python", port).startswith("refused: PermissionError")


@ON_UNIX
def test_it_starts_no_program(room: Room) -> None:
    assert room.ask("tells", "starts_a_program").startswith("refused:")


@ON_LINUX
@pytest.mark.parametrize("work", ["becomes_a_program", "forks", "kills_its_parent"])
def test_it_becomes_no_program_has_no_child_and_signals_nobody(room: Room, work: str) -> None:
    assert room.ask("tells", work).startswith("refused: PermissionError")


@ON_LINUX
def test_what_is_taken_away_is_named(room: Room) -> None:
    assert {"environment", "AS", "NOFILE", "no new privileges", "seccomp"} <= set(room.measures)


@ON_LINUX
def test_more_memory_than_a_form_should_need_ends_it_with_that_reason(room: Room) -> None:
    with pytest.raises(ReaderStopped, match="more memory than a form should"):
        room.ask("tells", "takes_much_memory")


def test_its_answer_runs_nothing_in_the_bot(room: Room) -> None:
    with pytest.raises(Exception, match="is no answer"):
        room.ask("answers_with_a_program")


def test_it_inherits_nothing_that_is_open(tmp_path: Path, room: Room) -> None:
    if sys.platform != "linux" or os.geteuid():
        pytest.skip("only root on Linux sees what it has open")
    with (tmp_path / "ledger.sqlite").open("w", encoding="ascii") as open_file:
        os.set_inheritable(open_file.fileno(), True)
        other = Room()
        try:
            assert len([*Path(f"/proc/{other._process.pid}/fd").iterdir()]) == 3
        finally:
            other.end()


def test_a_child_that_is_gone_is_followed_by_another() -> None:
    assert "cannot be unpacked" in read_safely(b"PK\x03\x04" + b"0" * 99, "a.docx", "").reason  # type: ignore[union-attr]
    assert isolated_reader._room
    isolated_reader._room._process.kill()
    assert "made the reader stop" in read_safely(b"PK\x03\x04", "a.docx", "").reason  # type: ignore[union-attr]
    assert "cannot be unpacked" in read_safely(b"PK\x03\x04", "a.docx", "").reason  # type: ignore[union-attr]
