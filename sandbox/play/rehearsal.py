"""Plays nine months of four overlapping audit cycles, day by day, and judges every letter: `make rehearsal`.

The bot's command runs in a process of its own that is kept warm; it and the cast meet only in the tenant. Each letter
that ought to have come is worked out from the guide (sandbox/play/duties.py) and from what the cast did; the delivery
history must show exactly these. What is left in `rehearsal/`: letters.xlsx (expected against delivered),
facts.json, diary.json (what people wrote, entered and got), numbers.json (what the bot counts of it).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import xlsxwriter
from rich.console import Console
from rich.table import Table as Shown

from sandbox.play.cast.season import Season
from sandbox.play.delivered import Balance, balanced, by_duty, delivered
from sandbox.play.demo import ROOT, Bot, add_tenant_options
from sandbox.play.duties import Table
from sandbox.play.letters import DUTIES
from sandbox.play.seed import council
from sandbox.play.working_days import between, every_day, is_working
from sandbox.tenant.run import Running, run

FIRST, LAST = date(2026, 2, 2), date(2026, 10, 23)
JsonObject = dict[str, Any]

_KEPT_WARM = """
import contextlib, io, json, sys
from importlib import import_module
main = import_module("bot.cli").main
for line in sys.stdin:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        main(json.loads(line))
    print(json.dumps(said.getvalue()), flush=True)
"""


class WarmBot(Bot):
    """The bot's command, run again and again in one process, so that its libraries are loaded once."""

    def __init__(self, tenant: Running, folder: Path, *, reworded: bool = False) -> None:
        super().__init__(tenant, folder, reworded=reworded)
        environment = {**os.environ, "AUDIT_BOT_TENANT_FILE": str(tenant.folder / "tenant.json")}
        self._process = subprocess.Popen(
            [sys.executable, "-c", _KEPT_WARM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=environment, cwd=ROOT,
        )  # fmt: skip

    def run(self, day: date, hour: str, *more: str) -> JsonObject:
        return self._answer("run", day, hour, *more)

    def numbers(self, cycle: str, as_at: date, day: date) -> JsonObject:
        """What the bot counts of a cycle as at the end of a day, asked on another."""
        return self._answer("report", day, "16:00", "numbers", "--cycle", cycle, "--as-at", as_at.isoformat())

    def _answer(self, what: str, day: date, hour: str, *more: str) -> JsonObject:
        self._tenant.ask("POST", "/clock", {"now": f"{day}T{hour}:00+00:00"})
        said = ["--settings", str(self.settings), "--json", "--today", f"{day}T{hour}:00+00:00"]
        command = [what, *more[:1], *said, *more[1:]] if what == "report" else [what, *said, *more]
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"The bot stopped on {day}.")
        report: JsonObject = json.loads(json.loads(answer))
        if "problems" in report:
            raise RuntimeError(f"The bot stopped on {day}: {'; '.join(report['problems'])}")
        return report

    def close(self) -> None:
        """Let the process end."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(30)


class Players(Protocol):
    """Whoever plays the council: by mail at noon, in the list in the afternoon."""

    def by_mail(self, day: date) -> list[str]: ...
    def in_the_list(self, day: date) -> list[str]: ...
    def waits_for(self, day: date) -> bool: ...
    def at_the_weekend(self, day: date) -> list[str]: ...


@dataclass(slots=True)
class Played:
    """What the play came to: its working days, the other days on which the post was looked at. `seconds` by who took
    them."""

    days: list[date]
    looks: list[date] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))


def play(
    tenant: Running,
    bot: Bot,
    season: Players,
    first: date,
    last: date,
    tell: Callable[[date, list[str], JsonObject, float], None],
) -> Played:
    """Each working day: the bot's daily run, people's mail, its look at the post, and what the Audit Team enters. On
    other days only the post is looked at, if somebody writes."""
    played = Played(list(between(first, last)))
    for day in every_day(first, last):
        if not is_working(day):
            if season.waits_for(day):
                tenant.ask("POST", "/clock", {"now": f"{day}T12:00:00+00:00"})
                done = season.at_the_weekend(day)
                report = bot.run(day, "12:10", "--post-only")
                played.looks.append(day)
                played.held += [f"{day}: {held}" for held in report["held"]]
                tell(day, done, report, 0.0)
            continue
        began = time.monotonic()
        clock = [began]

        def took(who: str, clock: list[float] = clock) -> None:
            clock.append(time.monotonic())
            played.seconds[who] += clock[-1] - clock[-2]

        morning = bot.run(day, "08:00")
        took("daily run")
        tenant.ask("POST", "/clock", {"now": f"{day}T12:00:00+00:00"})
        done = season.by_mail(day)
        took("cast")
        reports = [morning]
        if done:
            reports.append(bot.run(day, "12:10", "--post-only"))
            took("look at the post")
        tenant.ask("POST", "/clock", {"now": f"{day}T15:00:00+00:00"})
        done += season.in_the_list(day)
        took("cast")
        for report in reports:
            played.held += [f"{day}: {held}" for held in report["held"]]
        tell(day, done, morning, time.monotonic() - began)
    return played


def counted(bot: WarmBot, cycles: Iterable[str], days: Sequence[date]) -> list[JsonObject]:
    """What the bot counts of each cycle: in the middle of the play, three quarters on, and the day before its last, for
    in a large tenant the post of the last is still under way."""
    as_at = [days[len(days) // 2], days[3 * len(days) // 4], days[-2]]
    return [bot.numbers(cycle, day, days[-1]) for cycle in cycles for day in as_at]


def judged(tenant: Running, season: Season, played: Played) -> Balance:
    """Expected against delivered, from the tenant's side alone."""
    days = played.days
    table = Table(season.facts, season.at_first, season.cycles, season.roles_at_first, tenant.mailbox, days[0],
                  days[-1], played.looks)  # fmt: skip
    arrived = delivered(tenant.deliveries(html=True), tenant.mailbox)
    return balanced(table.expected(), arrived, days, tenant.mailbox)


# ------------------------------------------------------------------------------------------------ what it leaves


def leave(found: Balance, path: Path) -> None:
    """Expected against delivered as a spreadsheet: a sheet with the sums, one with every letter."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True, "bg_color": "#E8F1F2", "border": 1})
    sums = [
        [section, duty, c["expected"], c["missed"], c["extra"]]
        for (section, duty), c in sorted(by_duty(found).items())
    ]
    lines = [
        ["as expected", e.section, e.duty, e.about, e.reader, e.on.isoformat(), d.subject]
        for e, d in found.matched
    ]
    lines += [["missed", e.section, e.duty, e.about, e.reader, e.on.isoformat(), ""] for e in found.missed]
    lines += [["extra", "", d.duty, d.about, d.reader, d.on.isoformat(), d.subject] for d in found.extra]
    for name, heads, rows in (
        ("By duty", ["Guide", "Duty", "Expected", "Missed", "Extra"], sums),
        ("Every letter", ["Verdict", "Guide", "Duty", "About", "Reader", "On", "Subject"], lines),
    ):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, heads, bold)
        for n, row in enumerate(rows, 1):
            sheet.write_row(n, 0, row)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(rows), len(heads) - 1)
        sheet.set_column(0, len(heads) - 1, 24)
    book.close()


def show(console: Console, found: Balance, played: Played, seconds: float) -> None:
    """The play in a table."""
    table = Shown(title="Letters by duty, one for each reader", title_justify="left", title_style="bold")
    for name in ("Guide", "Duty", "Expected", "Missed", "Extra"):
        table.add_column(name, justify="left" if name in ("Guide", "Duty") else "right")
    sums: Counter[str] = Counter()
    for (section, duty), count in sorted(
        by_duty(found).items(), key=lambda pair: (_order(pair[0][0]), pair[0])
    ):
        sums.update(count)
        table.add_row(
            f"§{section}" if section else "", duty, *(str(count[c]) for c in ("expected", "missed", "extra"))
        )
    table.add_section()
    table.add_row("", "all", *(str(sums[c]) for c in ("expected", "missed", "extra")))
    console.print(table)
    wrong = [("Missed", e.on, e.duty, e.about, e.reader) for e in found.missed]
    wrong += [("Extra", d.on, d.duty, d.about, d.reader) for d in found.extra]
    for verdict, on, duty, about, reader in sorted(wrong, key=lambda each: each[1:])[:80]:
        console.print(f"{verdict}: {on:%a %d %b} {duty}, {about}, to {reader}", highlight=False)
    exercised = {each.duty for each, _ in found.matched}
    if never := sorted(set(DUTIES) - exercised):
        console.print(f"Never called for: {', '.join(never)}.", highlight=False)
    reasons = Counter(held.partition(": ")[2].rpartition(": ")[2] for held in played.held)
    for why, times in reasons.most_common():
        console.print(f"Held {times}: {why}", highlight=False, markup=False)
    parts = ", ".join(
        f"{who} {took:.0f} s" for who, took in sorted(played.seconds.items(), key=lambda p: -p[1])
    )
    console.print(f"{len(played.days)} working days in {seconds / 60:.1f} minutes ({parts}).")


def _order(section: str) -> int:
    return int(section.partition("/")[0] or 0)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox.play.rehearsal", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("rehearsal"))
    parser.add_argument("--from", dest="first", type=date.fromisoformat, default=FIRST)
    parser.add_argument("--until", type=date.fromisoformat, default=LAST, help="the last day to play")
    parser.add_argument("--audits", type=int, help="only so many full audits in each cycle")
    parser.add_argument("--seed", type=int, default=2026, help="draws what people do")
    parser.add_argument(
        "--reworded", action="store_true", help="with other words in subjects, headings and asks"
    )
    add_tenant_options(parser)
    arguments = parser.parse_args()
    folder: Path = arguments.folder.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    console = Console()
    began = time.monotonic()

    def tell(day: date, done: list[str], report: JsonObject, took: float) -> None:
        letters = sum(report["letters"].values())
        console.print(
            f"{day:%a %d %b}  {letters:3} letters, {len(done):2} people acted, {took:.1f} s", highlight=False
        )

    seed = council(audits=arguments.audits, cycles_from="rehearsal")
    with run(
        seed, folder=folder / "tenant", profile=arguments.profile, site_zone=arguments.site_zone
    ) as tenant:
        bot = WarmBot(tenant, folder, reworded=arguments.reworded)
        try:
            season = Season(tenant, seed=arguments.seed, to_come=seed["to come"])
            played = play(tenant, bot, season, arguments.first, arguments.until, tell)
            numbers = counted(bot, season.cycles, played.days)
        finally:
            bot.close()
        found = judged(tenant, season, played)
    facts = [{**asdict(fact), "known": [str(part) for part in fact.known]} for fact in season.facts]
    (folder / "facts.json").write_text(json.dumps(facts, indent=1, default=str), encoding="utf-8")
    diary = json.dumps(season.diary.as_json(), indent=1, default=str)
    (folder / "diary.json").write_text(diary, encoding="utf-8")
    (folder / "numbers.json").write_text(json.dumps(numbers, indent=1), encoding="utf-8")
    leave(found, folder / "letters.xlsx")
    show(console, found, played, time.monotonic() - began)
    for doubt in season.doubts:
        console.print(f"Doubted: {doubt}", highlight=False, markup=False)
    console.print(f"In {os.path.relpath(folder)}/: letters.xlsx, facts.json, diary.json, numbers.json")
    return 1 if found.missed or found.extra or season.doubts else 0


if __name__ == "__main__":
    sys.exit(main())
