"""A process that gives up what it does not need: files, network, other programs, children, environment.

Each measure is taken where the system has it, and `confine` says which were. What a system lacks (docs/going_live.md)
is not made up for by anything here. No library is needed: the calls go to libc by ctypes.

https://www.kernel.org/doc/html/latest/userspace-api/seccomp_filter.html
https://man7.org/linux/man-pages/man2/unshare.2.html https://man7.org/linux/man-pages/man2/seccomp.2.html
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import socket
import struct
import sys
from typing import Any, NoReturn

MEMORY = 1024**3
CPU_SECONDS = 20

_NO_NEW_PRIVS, _SECCOMP, _DUMPABLE, _DIES_WITH = 38, 22, 4, 1
_NEW_USER, _NEW_NET = 0x10000000, 0x40000000
_ARCHITECTURE = {"x86_64": 0xC000003E}
_ALLOWED: dict[str, tuple[int, ...]] = {
    # read write close fstat poll lseek mmap mprotect munmap brk rt_sigaction rt_sigprocmask rt_sigreturn ioctl readv
    # writev select sched_yield mremap madvise nanosleep getpid exit getrlimit getrusage times getppid sigaltstack
    # gettid time futex sched_getaffinity clock_gettime clock_getres clock_nanosleep exit_group set_robust_list
    # prlimit64 getrandom membarrier rseq
    "x86_64": (
        0, 1, 3, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 19, 20, 23, 24, 25, 28, 35, 39, 60, 97, 98, 100, 110, 131,
        186, 201, 202, 204, 228, 229, 230, 231, 273, 302, 318, 324, 334,
    ),
}  # fmt: skip
"""What is left to a process that computes and talks over what it has open; all else is refused (EPERM). Whatever opens,
connects, starts or signals is not among it."""


def confine() -> tuple[str, ...]:
    """Give up all that is not needed, for good. All modules must be there: none can be opened afterwards. The names of
    the measures taken."""
    os.environ.clear()
    for name in ("socket", "create_connection", "create_server"):
        setattr(socket, name, _refused)
    taken = ["environment", *_limits()]
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            taken += _of_linux()
    return tuple(taken)


def allow_cpu() -> None:
    """A fresh allowance of processor time for each piece of work."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + CPU_SECONDS
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))


def _refused(*_: object, **__: object) -> NoReturn:
    """Nothing that reads a form has anybody to talk to."""
    raise OSError("no network here")


def _limits() -> list[str]:
    """What every Unix can refuse: memory, files to write or to open, children."""
    try:
        import resource
    except ImportError:  # not on Windows: the wall-clock limit remains
        return []
    taken = []
    for name, most in (
        ("CORE", 0),
        ("FSIZE", 0),  # it has no file to write
        ("NOFILE", 3),  # its three pipes; nothing more is opened
        ("NPROC", 0),
        ("AS", MEMORY),
    ):
        with contextlib.suppress(OSError, ValueError, AttributeError):  # macOS knows no limit of addresses
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))
            taken.append(name)
    return taken


def _of_linux() -> list[str]:
    libc = ctypes.CDLL(None, use_errno=True)
    taken = []
    if libc.unshare(_NEW_USER | _NEW_NET) == 0:  # many systems forbid it to those who are not root
        taken.append("no network namespace")
    libc.prctl(_DUMPABLE, 0, 0, 0, 0)
    libc.prctl(_DIES_WITH, 0, 0, 0, 0)
    if libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        taken.append("no new privileges")
        if _filtered(libc):
            taken.append("seccomp")
    return taken


def _filtered(libc: Any) -> bool:
    """Refuse every call of the system that is not among those allowed; False where that cannot be done, or was never
    tried: on any other processor than x86_64."""
    machine = platform.machine()
    if machine not in _ALLOWED or struct.calcsize("P") != 8:
        return False
    numbers = _ALLOWED[machine]
    load, equal, at_least, answer = 0x20, 0x15, 0x35, 0x06
    steps = [
        (load, 0, 0, 4),  # seccomp_data.arch
        (equal, 1, 0, _ARCHITECTURE[machine]),
        (answer, 0, 0, 0x80000000),  # another architecture's calls: the process ends
        (load, 0, 0, 0),  # seccomp_data.nr
        (at_least, len(numbers), 0, 0x40000000),  # x32
        *((equal, len(numbers) - n, 0, number) for n, number in enumerate(numbers)),
        (answer, 0, 0, 0x00050001),  # EPERM
        (answer, 0, 0, 0x7FFF0000),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    program = ctypes.create_string_buffer(struct.pack("@HP", len(steps), ctypes.addressof(code)))
    return bool(libc.prctl(_SECCOMP, 2, program, 0, 0) == 0)
