"""Where the program is loaded once and every run is born: a child forked from here, so that thousands can be afforded.

What never changes between the runs of a play is worked out here and not in each of them: the rule book, the letters and
forms taken apart, what was changed in them; and files are read here and not in a process of their own. Everything
else is done anew by each run: settings, sign-in, every request, every transaction.

A run can be told to die or to stand still at one of its commits. A commit counts when its transaction has written
something. And it can be told to wait less long for an answer than it would, so that a test need not either.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultDialect

from bot.cli import main
from bot.daily_run import changed_files, papers, workplace
from bot.office import graph, isolated_reader, reading_child, sign_in, whole_answer


def _worked_out_once() -> None:
    """What is the same for every run is kept; a run inherits it when it is forked."""
    kept: dict[str, Any] = {}

    def once(name: str, make: Callable[[], Any], *of: object) -> Any:
        key = repr((name, of))
        if key not in kept:
            kept[key] = make()
        return kept[key]

    def all_papers(settings: Any) -> Any:
        found = papers.papers(settings)
        for name in found.letters.names():
            found.letters.words(name)
        found.forms.faults()
        return found

    changes_in = changed_files.changes_in
    workplace.rules_in = cache(workplace.rules_in)
    workplace._papers = lambda s, _code: once("papers", lambda: all_papers(s), s.files, s.marking)
    changed_files.changes_in = lambda files: iter(once("changes", lambda: [*changes_in(files)], files))
    works: dict[str, Callable[..., object]] = {
        "read": reading_child.read_form,
        "check": reading_child.check_form,
        "enclosed": reading_child.files_enclosed,
        "content": reading_child.content,
    }
    isolated_reader._in_the_room = lambda work, data, *given: works[work](data, *given)


class Commits:
    """Counts the commits of this process that wrote something, and lets it die at one of them."""

    def __init__(self) -> None:
        self.made = 0
        self._at, self._when = -1, ""
        self._commit = DefaultDialect.do_commit
        sa.event.listen(sa.Engine, "before_cursor_execute", self._said)
        DefaultDialect.do_commit = self._do_commit  # type: ignore[method-assign]
        self._writing: set[int] = set()

    def die_at(self, number: int, when: str) -> None:
        """`when`: "before", "after", "stops before", "stops after", or "session": PostgreSQL ends the session just
        before."""
        self._at, self._when = number, when

    def _said(self, connection: sa.Connection, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE"):
            self._writing.add(id(connection.connection.dbapi_connection))

    def _do_commit(self, dbapi_connection: Any) -> None:
        own = id(getattr(dbapi_connection, "dbapi_connection", dbapi_connection))
        if own not in self._writing:
            self._commit(_DIALECT, dbapi_connection)
            return
        self._writing.discard(own)
        here = self.made == self._at
        self.made += 1
        if here and self._when in ("before", "stops before"):
            os.kill(os.getpid(), _SIGNAL[self._when.split()[0]])
        if here and self._when == "session":
            _end_session(dbapi_connection)
        self._commit(_DIALECT, dbapi_connection)
        if here and self._when in ("after", "stops after"):
            os.kill(os.getpid(), _SIGNAL[self._when.split()[0]])


_DIALECT = DefaultDialect()
_SIGNAL = {"before": signal.SIGKILL, "after": signal.SIGKILL, "stops": signal.SIGSTOP}


def _end_session(dbapi_connection: Any) -> None:
    """As an administrator, or a restart of the server, does."""
    import psycopg

    own = getattr(dbapi_connection, "dbapi_connection", dbapi_connection).info
    with psycopg.connect(own.dsn, autocommit=True) as administrator:
        administrator.execute("SELECT pg_terminate_backend(%s, 5000)", (own.backend_pid,))


def _waits(silence: float, whole: float) -> None:
    """How many seconds this process waits for a byte of an answer, and for all of it."""
    graph.TIME_OUT = sign_in.TIME_OUT = (10, silence)  # type: ignore[assignment]
    whole_answer.WHOLE_ANSWER = whole


def _child(order: dict[str, Any], commits: Commits) -> int:
    pid = os.fork()
    if pid:
        return pid
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(order["said"] + "." + name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    os.kill(os.getpid(), signal.SIGSTOP)
    commits.made = 0
    commits.die_at(*order.get("at_commit") or (-1, ""))
    if order.get("waits"):
        _waits(*order["waits"])
    status: Any
    try:
        status = main(order["command"])
    except SystemExit as end:
        status = end.code
    except BaseException:
        traceback.print_exc()
        status = 70
    sys.stdout.flush(), sys.stderr.flush()
    Path(order["said"] + ".commits").write_text(str(commits.made))
    os._exit(status if isinstance(status, int) else 0 if status is None else 1)


def _told(pid: int, seconds: float) -> tuple[str, int]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found, status = os.waitpid(pid, os.WNOHANG | os.WUNTRACED)
        if found:
            if os.WIFSTOPPED(status):
                return "stopped", os.WSTOPSIG(status)
            if os.WIFSIGNALED(status):
                return "killed", os.WTERMSIG(status)
            return "ended", os.WEXITSTATUS(status)
        time.sleep(0.003)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return "hung", 0


def serve() -> None:
    """Take orders from standard input, a line each: `here`, a run in this process; `command`, a run to be born; `pid`,
    how it ends."""
    _worked_out_once()
    commits = Commits()
    for line in sys.stdin:
        order = json.loads(line)
        answer: Any = None
        if "here" in order:
            with contextlib.redirect_stdout(io.StringIO()):
                main(order["here"])
            gc.collect()
            gc.freeze()
        elif "command" in order:
            answer = _child(order, commits)
            _told(answer, 30)
        else:
            answer = _told(order["pid"], order["seconds"])
        print(json.dumps(answer), flush=True)  # noqa: T201


if __name__ == "__main__":
    serve()
