"""What a hostile file would do if it got hold of the reader's child. Each is asked for there and ought to fail."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path


def reads_a_file() -> str:
    return f"{len(Path(os.__file__).read_bytes())} bytes"


def writes_a_file() -> str:
    return str(Path("/tmp/audit-bot-was-here").write_text("here", encoding="ascii"))


def deletes_a_file(path: str) -> str:
    Path(path).unlink()
    return "gone"


def lists_a_folder() -> str:
    return str([*Path("/").iterdir()])


def reads_the_environment() -> str:
    """All of it, also as libc has it."""
    value = ctypes.CDLL(None).getenv
    value.restype = ctypes.c_char_p
    return f"{dict(os.environ)} {value(b'AUDIT_BOT_CANARY')} {value(b'PATH')}"


def reads_its_first_environment() -> str:
    return repr(Path("/proc/self/environ").read_bytes())


def connects(port: int) -> str:
    with socket.create_connection(("127.0.0.1", port), timeout=2):
        return "connected"


def connects_below_python(port: int) -> str:
    libc = ctypes.CDLL(None, use_errno=True)
    found = libc.socket(socket.AF_INET, socket.SOCK_STREAM, 0)
    if found < 0:
        raise OSError(ctypes.get_errno(), "socket")
    return f"socket {found}"


def asks_by_http(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2) as answer:
        return str(answer.status)


def starts_a_program() -> str:
    return subprocess.run([sys.executable, "-c", "print('here')"], capture_output=True, text=True).stdout


def becomes_a_program() -> None:
    os.execv(sys.executable, [sys.executable, "-c", "print('here')"])


def forks() -> str:
    if (child := os.fork()) == 0:
        os._exit(0)
    return f"child {child}"


def kills_its_parent() -> str:
    os.kill(os.getppid(), signal.SIGCONT)
    return "signalled"


def takes_much_memory() -> str:
    return str(len(bytearray(4 * 1024**3)))


def answers_with_a_program() -> object:
    return _Program()


class _Program:
    def __reduce__(self) -> object:
        return os.system, ("true",)


def tells(work: str, *given: object) -> str:
    """What came of it, or by which fault it was refused."""
    try:
        return f"done: {globals()[work](*given)}"
    except MemoryError:
        raise
    except Exception as fault:
        return f"refused: {type(fault).__name__}: {fault}"
