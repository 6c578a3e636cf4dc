"""Reading files from outside where they can do no harm: in a child process with limits on memory and time, that has no
environment, can open nothing and talks to nobody but us (jail.py).

Whatever a file does to the child, the run goes on and the file is held for a person. What the child answers is taken
for data: only the classes that answers are made of can come of it.
"""

from __future__ import annotations

import atexit
import contextlib
import io
import os
import pickle
import struct
import subprocess
import sys
import threading
import time
from dataclasses import is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, get_args, get_type_hints

from bot.office.reading_child import OUT_OF_MEMORY
from bot.papers.forms.answers import Held, Refused, ReturnedAudit
from bot.papers.forms.form_check import FormCheck, turned_away
from bot.papers.forms.intake import refusal
from bot.papers.mail.attached_messages import LARGEST_MESSAGE, EnclosedFile
from bot.papers.workbook_read import ReadBook
from bot.programme.reference import REFERENCE

SECONDS = 30.0
START_SECONDS = 120.0
"""For the child to begin, on a machine that is busy."""
_LARGEST_ANSWER = 3 * LARGEST_MESSAGE
Answer = ReturnedAudit | Held | Refused
_START = (
    "import sys; sys.path[:] = sys.argv[2:]; from bot.office.reading_child import serve; serve(sys.argv[1])"
)


def read_safely(data: bytes, name: str, questions_text: str, references: str = REFERENCE) -> Answer:
    """What a file says, or why it was held or refused. `references` is how the council writes a reference. Never raises
    because of the file."""
    found = _in_the_room("read", data, name, questions_text, references)
    return found if isinstance(found, ReturnedAudit | Held | Refused) else _strange()


def check_safely(data: bytes, name: str, questions_text: str) -> FormCheck:
    """What the reader makes of a form. Never raises because of the file."""
    found = _in_the_room("check", data, name, questions_text)
    if isinstance(found, FormCheck):
        return found
    return turned_away(found if isinstance(found, Held | Refused) else _strange())


def files_in_message(data: bytes) -> list[EnclosedFile] | None:
    """The files of an attached message, or None when it cannot be taken apart. Never raises because of it."""
    found = _in_the_room("enclosed", data)
    return found if isinstance(found, list) else None


def content_safely(data: bytes) -> str:
    """The hash of what a Word file says, or "" when it cannot be read. Never raises because of it."""
    found = _in_the_room("content", data)
    return found if isinstance(found, str) else ""


def says_the_same(one: bytes, other: bytes) -> bool:
    """Whether two files say the same, whatever the library has written into the properties of a Word file."""
    return one == other or bool((found := content_safely(one)) and found == content_safely(other))


def workbook_safely(data: bytes) -> ReadBook | Held:
    """What stands in an Excel workbook, or why it cannot be read. Never raises because of the file."""
    found = _in_the_room("workbook", data)
    return found if isinstance(found, ReadBook | Held) else _strange()


def letter_safely(data: bytes, name: str) -> str | Held | Refused:
    """The text of a letter edited in Word, or why it cannot be read. Never raises because of the file."""
    found = _in_the_room("letter", data, name)
    return found if isinstance(found, str | Held | Refused) else _strange()


def close() -> None:
    """End the child; the next file gets a new one."""
    global _room
    room, _room = _room, None
    if room:
        room.end()


class ReaderStopped(Exception):
    """The child gave no answer; says why."""


class Room:
    """One child. `measures` are those by which it is confined. `also` is a module it answers from besides."""

    def __init__(self, also: str = "") -> None:
        needed = {
            name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ
        }  # Windows starts nothing
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", _START, also, *sys.path],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=needed, close_fds=True,
        )  # fmt: skip
        try:
            self.measures = tuple(self._answer(START_SECONDS))
        except BaseException:
            self.end()
            raise

    def ask(self, work: str, *given: object) -> Any:
        """What came of a piece of work. Raises ReaderStopped; then the child is of no more use."""
        data = pickle.dumps((work, given))
        return self._answer(SECONDS, struct.pack("!Q", len(data)) + data)

    @property
    def gone(self) -> bool:
        """Whether it ended while nothing was asked of it."""
        return self._process.poll() is not None

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                if pipe:
                    pipe.close()

    def _answer(self, seconds: float, asked: bytes = b"") -> Any:
        assert self._process.stdin
        assert self._process.stdout
        began = time.monotonic()
        ends = threading.Timer(seconds, self._process.kill)
        ends.start()
        try:
            with contextlib.suppress(OSError):  # it ended meanwhile, which its answer tells
                self._process.stdin.write(asked)
                self._process.stdin.flush()
            size = self._process.stdout.read(8)
            length = struct.unpack("!Q", size)[0] if len(size) == 8 else 0
            data = self._process.stdout.read(length) if length <= _LARGEST_ANSWER else b""
        finally:
            ends.cancel()
        if time.monotonic() - began > seconds:
            raise ReaderStopped(f"reading it took more than {seconds:.0f} seconds")
        if not data or len(data) != length:
            with contextlib.suppress(subprocess.TimeoutExpired):
                if self._process.wait(2) == OUT_OF_MEMORY:
                    raise ReaderStopped("it needs more memory than a form should")
            raise ReaderStopped("it made the reader stop")
        return _Plain(io.BytesIO(data)).load()


def _made_of(kind: Any, found: set[Any]) -> None:
    """Every class that a value of this kind may be made of."""
    for part in get_args(kind):
        _made_of(part, found)
    if kind in found or not isinstance(kind, type):
        return
    if is_dataclass(kind):
        found.add(kind)
        for hint in get_type_hints(kind).values():
            _made_of(hint, found)
    elif issubclass(kind, Enum | date):
        found.add(kind)


@cache
def _classes() -> dict[tuple[str, str], Any]:
    """What an answer may be made of, by module and name."""
    found: set[Any] = set()
    for kind in (ReturnedAudit, Held, Refused, FormCheck, EnclosedFile, ReadBook):
        _made_of(kind, found)
    return {(each.__module__, each.__qualname__): each for each in found}


class _Plain(pickle.Unpickler):
    """Takes nothing from the child but values of the classes that answers are made of."""

    def find_class(self, module: str, name: str) -> Any:
        if each := _classes().get((module, name)):
            return each
        raise pickle.UnpicklingError(f"{module}.{name} is no answer")


_room: Room | None = None
_one_at_a_time = threading.Lock()


def _in_the_room(work: str, data: bytes, *given: str) -> object:
    global _room
    if len(data) > LARGEST_MESSAGE:  # not even carried over
        return refusal(data, *given[:1]) or Held("The file is too large.")
    with _one_at_a_time:
        if _room and _room.gone:
            close()
        try:
            if _room is None:
                _room = Room()
                atexit.register(close)
            return _room.ask(work, data, *given)
        except ReaderStopped as fault:
            why = str(fault)
        except Exception:  # whatever is made of an answer that is none
            why = "it made the reader answer in a way nobody knows"
        close()
    return Held(f"The file could not be read: {why}. Please open it by hand, or ask for it again.")


def _strange() -> Held:
    return Held("The file could not be read: the reader gave no answer. Please open it by hand.")
