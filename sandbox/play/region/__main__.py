"""Plays a region of councils on one installation, undisturbed and disturbed, and judges every letter:
`python -m sandbox.play.region --councils 150 --days 5 --workers 4`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from sandbox.play.region.database import NoStandby
from sandbox.play.region.play import ALL, Disturbances, Played, play, share

NAMES = {
    "429": "refused",
    "broken-letter": "broken",
    "wrong-secret": "wrong_secret",
    "slow-mailbox": "slow",
    "kills": "kill_every",
    "restart": "restart",
    "failover": "failover",
    "failover-behind": "failover_behind",
}
_ONE_OF = ("restart", "failover", "failover-behind")
"""What befalls PostgreSQL, all at one moment; "all" has the first."""


def chosen(names: Sequence[str], kill_every: float, slow_seconds: float) -> Disturbances:
    """The disturbances somebody names. "all": every one, and PostgreSQL comes back itself."""
    which = [name for name in NAMES if name not in _ONE_OF[1:]] if "all" in names else names
    found = replace(
        ALL, kill_every=kill_every, slow_seconds=slow_seconds, failover=True, failover_behind=True
    )
    return Disturbances(
        slow_seconds=slow_seconds, **{NAMES[name]: getattr(found, NAMES[name]) for name in which}
    )


def doubled_and_lost(played: Played) -> tuple[int, int]:
    return (
        sum(len(each.extra) for each in played.verdicts.values()),
        sum(len(each.missed) for each in played.verdicts.values()),
    )


def figures(played: Played, without: set[int]) -> dict[str, float]:
    """What a play came to in numbers."""
    begun, done = played.lateness(without), played.lateness(without, done=True)
    extra, missed = doubled_and_lost(played)
    return {
        "runs": len(begun),
        "late p50": share(begun, 0.5),
        "late p99": share(begun, 0.99),
        "done p50": share(done, 0.5),
        "done p99": share(done, 0.99),
        "letters": sum(len(each.matched) for each in played.verdicts.values()),
        "doubled": extra,
        "lost": missed,
        "not done": sum(len(hour.not_done) for hour in played.hours),
        "requests": played.requests.total(),
        "worker MB": played.peak[0],
        "worker MB, shared in parts": played.peak[1],
        "killed": played.killed,
        "restarted": played.restarted,
        "entries of ledgers lost": played.entries_lost,
        "processor, workers": played.processor.get("workers", 0.0),
        "processor, PostgreSQL": played.processor.get("PostgreSQL", 0.0),
        "processor, tenants": played.processor.get("tenants", 0.0),
        "wall": played.wall,
        "setting up": played.setting_up,
    }


def show(console: Console, columns: dict[str, dict[str, float]]) -> None:
    table = Table(title="A region of councils", title_justify="left", title_style="bold")
    table.add_column("")
    for name in columns:
        table.add_column(name, justify="right")
    for row in next(iter(columns.values())):
        cells = (found[row] for found in columns.values())
        table.add_row(row, *(f"{cell:.0f}" if cell == int(cell) else f"{cell:.2f}" for cell in cells))
    console.print(table)


def wrong(played: Played) -> list[str]:
    """Each letter that did not come as it should, in a line."""
    found = []
    for number, verdict in played.verdicts.items():
        for each in verdict.missed:
            found.append(
                f"Council {number:03}, lost: {each.on:%a %d %b} {each.duty}, {each.about}, to {each.reader}"
            )
        for extra in verdict.extra:
            found.append(
                f"Council {number:03}, doubled or not called for: {extra.on:%a %d %b} {extra.duty}, {extra.about}, "
                f"to {extra.reader}"
            )
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox.play.region", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("region"))
    parser.add_argument("--councils", type=int, default=6)
    parser.add_argument("--days", type=int, default=3, help="working days from launch day on")
    parser.add_argument("--audits", type=int, default=8, help="full audits of each council")
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--slots", type=int, default=1, help="runs at a time in each worker")
    parser.add_argument(
        "--disturb", nargs="*", choices=[*NAMES, "all"], default=[], help="played a second time with these"
    )
    parser.add_argument("--only-disturbed", action="store_true", help="not undisturbed first")
    parser.add_argument("--kill-every", type=float, default=60.0, help="seconds")
    parser.add_argument("--slow-seconds", type=float, default=5.0)
    parser.add_argument(
        "--without-the-engine", action="store_true", help="a command for each council, two at a time"
    )
    given = parser.parse_args()
    if len({*given.disturb, *(["restart"] if "all" in given.disturb else [])} & {*_ONE_OF}) > 1:
        parser.error(f"PostgreSQL goes once: one of {', '.join(_ONE_OF)} (all: {_ONE_OF[0]})")
    if given.disturb and {*given.disturb} & {*_ONE_OF} and given.days < 2:
        parser.error("PostgreSQL goes on the second day: --days 2 or more")
    console, columns, faults = Console(width=130), {}, list[str]()
    troubles = chosen(given.disturb, given.kill_every, given.slow_seconds)
    plays: dict[str, Disturbances] = {} if given.only_disturbed else {"undisturbed": Disturbances()}
    if given.disturb:
        plays["disturbed"] = troubles
    folder: Path = given.folder.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    for name, what in plays.items():
        try:
            played = play(
                folder / name, given.councils, given.days, audits=given.audits, workers=given.workers,
                slots=given.slots, troubles=what, engine=not given.without_the_engine,
                say=lambda line: console.print(line, highlight=False, markup=False),
            )  # fmt: skip
        except NoStandby as fault:
            console.print(str(fault), highlight=False, markup=False)
            return 2
        columns[name] = figures(played, troubles.councils)
        faults += [f"{name}: {line}" for line in wrong(played)]
        (folder / f"{name}-health.json").write_text(json.dumps(played.health, indent=1), encoding="utf-8")
    show(console, columns)
    (folder / "figures.json").write_text(json.dumps(columns, indent=1), encoding="utf-8")
    for line in faults[:20]:
        console.print(line, highlight=False, markup=False)
    if len(faults) > 20:
        console.print(
            f"… and {len(faults) - 20} more, all in {folder / 'wrong.txt'}", highlight=False, markup=False
        )
    (folder / "wrong.txt").write_text("".join(f"{line}\n" for line in faults), encoding="utf-8")
    if len(columns) == 2:
        before, after = (each["late p99"] for each in columns.values())
        console.print(f"Others' p99 lateness: {after / before:.2f} times the undisturbed.", highlight=False)
    mean = statistics.mean(each["requests"] for each in columns.values()) / given.councils / given.days
    console.print(f"{mean:.0f} requests a council and day.", highlight=False)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
