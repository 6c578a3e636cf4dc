"""The table of faults, printed at the end of a test run and written where `--matrix FILE` says."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from matrix.scales import Verdict, table

PROPERTY = "fault matrix"


def pytest_addoption(parser: Any) -> None:
    parser.addoption("--matrix", metavar="FILE", help="where the table of faults is written")
    parser.addoption(
        "--matrix-pairs", metavar="N", type=int, default=100, help="so many second kills, on each database"
    )
    parser.addoption(
        "--matrix-everywhere", action="store_true", help="faults of the service at every request of every run"
    )


def remembered(name: str, found: Verdict) -> tuple[str, dict[str, Any]]:
    """What a test leaves for the table; it travels between processes."""
    return PROPERTY, {"name": name, **asdict(found)}


def shown(terminal: Any, config: Any) -> None:
    """Every line that was played in this run."""
    rows: dict[str, Verdict] = {}
    for report in (*terminal.stats.get("passed", ()), *terminal.stats.get("failed", ())):
        for name, given in getattr(report, "user_properties", ()):
            if name == PROPERTY and report.when == "call":
                line = {k: v for k, v in given.items() if k != "name"}
                rows[given["name"]] = rows.get(given["name"], Verdict()) + Verdict(**line)
    if not rows:
        return
    text = table(rows)
    terminal.write_line("What was injected, and what came of it, by the tenant's own history:\n" + text)
    if where := config.getoption("--matrix"):
        notes = "".join(
            f"\n{name}\n" + "".join(f"  {n}\n" for n in v.notes) for name, v in rows.items() if v.notes
        )
        Path(where).write_text(f"{text}\n{notes}", encoding="utf-8")
