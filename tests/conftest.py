"""The fixtures every test may use, and the watch that holds the tenant's every word against Microsoft's."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from matrix import report
from matrix.report import pytest_addoption
from published import Fault, Published, published
from tenant import door, running

from sandbox.tenant.observed import OBSERVERS, Exchange

__all__ = ["door", "pytest_addoption", "running"]

gc.set_threshold(
    10_000, 10, 10
)  # a day's run makes many things and little rubbish: 700 at a time is often in vain


IN_MEMORY = Path("/dev/shm")
ROOM = 6 * 2**30


def pytest_configure(config: pytest.Config) -> None:
    """A ledger has every entry on the disk before it counts. Where there is a disk of memory with room enough, the
    tests write there, and nobody waits for it."""
    if "TMPDIR" in os.environ or hasattr(config, "workerinput") or not os.access(IN_MEMORY, os.W_OK):
        return
    if shutil.disk_usage(IN_MEMORY).free >= ROOM:
        os.environ["TMPDIR"], tempfile.tempdir = str(IN_MEMORY), None


class Watch:
    """Checks every exchange of this process with the tenant; what differs is kept until a test asks."""

    def __init__(self) -> None:
        self.word: Published = published()
        self.found: list[Fault] = []

    def __call__(self, exchange: Exchange) -> None:
        try:
            self.found += self.word.faults(exchange)
        except Exception as broken:
            self.found.append(
                Fault(f"{exchange.method} {exchange.path}", f"the check itself broke: {broken!r}")
            )

    def taken(self) -> list[Fault]:
        found, self.found = self.found, []
        return list(dict.fromkeys(found))


WATCH = Watch()
OBSERVERS.append(WATCH)
_TOTALS: dict[str, Any] = {"counts": Counter(), "used": set()}


@pytest.fixture(autouse=True)
def _held_to_microsofts_word() -> Iterator[None]:
    """A test that makes the bot or the tenant say what Microsoft does not describe fails."""
    yield
    if found := WATCH.taken():
        pytest.fail("Not as Microsoft describes Graph:\n" + "\n".join(map(str, found)), pytrace=False)


def pytest_collection_finish() -> None:
    """Ten thousand tests and Microsoft's description stay until the end: Python need not look through them for rubbish
    again and again."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    output = getattr(session.config, "workeroutput", None)
    if output is not None:  # a worker: its counts go to the controller
        output["counts"], output["used"] = dict(WATCH.word.counts), sorted(WATCH.word.used)
        return
    _TOTALS["counts"].update(WATCH.word.counts)
    _TOTALS["used"] |= WATCH.word.used
    if exitstatus == 0 and _whole_suite(session.config) and _unused():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    output = getattr(node, "workeroutput", {})
    _TOTALS["counts"].update(output.get("counts", {}))
    _TOTALS["used"] |= set(output.get("used", ()))


def _whole_suite(config: pytest.Config) -> bool:
    return config.args == [str(a) for a in config.getini("testpaths")] and not config.option.keyword


def _unused() -> list[str]:
    reasons = [each.reason for each in (*WATCH.word.known, *WATCH.word.spellings)]
    return [reason for reason in reasons if reason not in _TOTALS["used"]]


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    report.shown(terminalreporter, config)
    counts = _TOTALS["counts"]
    if not counts["requests"]:
        return
    terminalreporter.write_line(
        f"Held to Microsoft's description: {counts['requests']} requests, {counts['answers']} answers, "
        f"{counts['shapes']} different shapes; {len(_TOTALS['used'])} known deviations met."
    )
    if _whole_suite(config):
        for reason in _unused():
            terminalreporter.write_line(f"A deviation nobody met any more (take it out): {reason}", red=True)
