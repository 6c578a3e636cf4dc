"""Reading files from outside where they can do no harm: in a child process with limits on memory and time.

Whatever a file does to the child, the run goes on and the file is held for a person.
"""

from __future__ import annotations

import atexit
import contextlib
import multiprocessing
import os
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache
from typing import NoReturn, TypeVar

from bot.papers.forms.answers import Held, Refused, ReturnedAudit
from bot.papers.forms.form_check import FormCheck, form_check, turned_away
from bot.papers.forms.intake import Admitted, admitted, refusal
from bot.papers.forms.questions import Questions, questions
from bot.papers.forms.returned_audit import read
from bot.papers.forms.same_content import content_sha256
from bot.papers.mail.attached_messages import LARGEST_MESSAGE, EnclosedFile, enclosed_files

MEMORY = 1024**3
CPU_SECONDS = 20
SECONDS = 30

Answer = ReturnedAudit | Held | Refused
Found = TypeVar("Found")
_room: ProcessPoolExecutor | None = None


def read_safely(data: bytes, name: str, questions_text: str) -> Answer:
    """What a file says, or why it was held or refused. Never raises because of the file."""
    return _in_the_room(_read, data, name, questions_text)


def check_safely(data: bytes, name: str, questions_text: str) -> FormCheck:
    """What the reader makes of a form. Never raises because of the file."""
    found = _in_the_room(_check, data, name, questions_text)
    return turned_away(found) if isinstance(found, Held | Refused) else found


def files_in_message(data: bytes) -> list[EnclosedFile] | None:
    """The files of an attached message, or None when it cannot be taken apart. Never raises because of it."""
    found = _in_the_room(_enclosed, data, "", "")
    return found if isinstance(found, list) else None


def content_safely(data: bytes) -> str:
    """The hash of what a Word file says, or "" when it cannot be read. Never raises because of it."""
    found = _in_the_room(_content, data, "", "")
    return found if isinstance(found, str) else ""


def _in_the_room(
    work: Callable[[bytes, str, str], Found | Held | Refused], data: bytes, name: str, questions_text: str
) -> Found | Held | Refused:
    global _room
    if len(data) > LARGEST_MESSAGE:  # not even carried over
        return refusal(data, name) or Held("The file is too large.")
    if _room is None:
        _room = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), _limit)
        atexit.register(close)
    try:
        return _room.submit(work, data, name, questions_text).result(SECONDS)
    except TookTooLong:
        why = f"reading it took more than {SECONDS} seconds"
    except BrokenProcessPool:
        why = "it made the reader stop"
    except MemoryError:
        why = "it needs more memory than a form should"
    close(kill=True)
    return Held(f"The file could not be read: {why}. Please open it by hand, or ask for it again.")


def close(*, kill: bool = False) -> None:
    """End the child; the next file gets a new one."""
    global _room
    if _room is None:
        return
    if kill:
        for process in list((_room._processes or {}).values()):
            with contextlib.suppress(OSError):
                process.kill()
    _room.shutdown(wait=True, cancel_futures=True)
    _room = None


@lru_cache(maxsize=2)
def _questions(text: str) -> Questions:
    return questions(text)


def _limit() -> None:
    threading.Thread(target=_die_with, args=(os.getppid(),), daemon=True).start()
    socket.socket.connect = socket.socket.connect_ex = _no_network  # type: ignore[method-assign]
    try:
        import resource
    except ImportError:  # not on Windows: the wall-clock limit remains
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it has no file to write


def _no_network(*_: object) -> NoReturn:
    """Nothing that reads a form has anybody to talk to."""
    raise OSError("no network here")


def _die_with(parent: int) -> None:
    """A child whose parent was killed must not live on."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def _allow_cpu() -> None:
    """A fresh allowance of processor time for each file."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + CPU_SECONDS
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))


def _read(data: bytes, name: str, questions_text: str) -> Answer:
    """In the child: the guard, then the reader."""
    return _looked_at(data, name, lambda found: read(found, _questions(questions_text), name))


def _check(data: bytes, name: str, questions_text: str) -> FormCheck | Held | Refused:
    """In the child: the guard, then the check of a form."""
    return _looked_at(data, name, lambda found: form_check(found, _questions(questions_text), name))


def _enclosed(data: bytes, _name: str, _questions_text: str) -> list[EnclosedFile] | Held:
    """In the child: an attached message taken apart."""
    _allow_cpu()
    try:
        return enclosed_files(data)
    except Exception as fault:
        return Held(f"The attached message cannot be opened ({type(fault).__name__}).")


def _content(data: bytes, _name: str, _questions_text: str) -> str | Held:
    """In the child: the hash of what a file says."""
    _allow_cpu()
    try:
        return content_sha256(data)
    except Exception as fault:
        return Held(f"The file cannot be read ({type(fault).__name__}).")


def _looked_at(data: bytes, name: str, look: Callable[[Admitted], Found]) -> Found | Held | Refused:
    _allow_cpu()
    try:
        found = admitted(data, name)
        return look(found) if isinstance(found, Admitted) else found
    except Exception as fault:
        return Held(
            f"The file is built in a way the reader does not know ({type(fault).__name__}). Please open it by hand, "
            "or ask the sender to save it again in Word."
        )
