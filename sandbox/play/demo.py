"""Plays an audit month and the two weeks after it, day by day: `make demo`.

The bot is run as its user would run it, by its command, in a process of its own; it and the cast meet only in the
tenant. What is left in `demo/`: every letter as a page, every form that came back, the list as a spreadsheet.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from html import escape
from pathlib import Path
from typing import Any

import xlsxwriter
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from sandbox.play.cast import Cast
from sandbox.play.judge import Verdict, verdict
from sandbox.play.letters import mark
from sandbox.play.seed import council
from sandbox.tenant.behaviours import LARGE_TENANT, PROFILES
from sandbox.tenant.run import Running, run

FIRST, LAST = date(2026, 2, 23), date(2026, 4, 14)
ROOT = Path(__file__).parents[2]
JsonObject = dict[str, Any]


@dataclass(slots=True)
class Played:
    """What a month came to, as the bot's own reports say."""

    letters: Counter[str] = field(default_factory=Counter)
    held: list[str] = field(default_factory=list)
    runs: int = 0


def working_week(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        if day.weekday() < 5:
            yield day
        day += timedelta(1)


class Bot:
    """The bot's command, with a profile that fits the running tenant, and letters that say by a mark what they are."""

    def __init__(self, tenant: Running, folder: Path, *, reworded: bool = False) -> None:
        self._tenant = tenant
        self.settings = folder / "settings.toml"
        text = (ROOT / "config/sandbox.toml").read_text(encoding="utf-8")
        text = re.sub(r"^ledger = .*$", 'ledger = "sqlite:///ledger.sqlite"', text, flags=re.M)
        up = os.path.relpath(ROOT, folder)
        files = {
            "rules": "rules.toml", "letters": "mail_templates", "lists": f"{up}/config/lists.toml",
            "questions": f"{up}/config/audit_tool.toml",
            **{
                form: f"{up}/docx_templates/{form}.docx"
                for form in ("audit_tool", "dip_sample", "dip_audit", "re_audit", "uopp_record")
            },
        }  # fmt: skip
        text += "\n[files]\n" + "".join(f'{name} = "{path}"\n' for name, path in files.items())
        self.settings.write_text(text, encoding="utf-8")
        mark(ROOT / "mail_templates", ROOT / "config/rules.toml", folder, reworded=reworded)

    def start(self, day: date, hour: str, *more: str) -> subprocess.Popen[str]:
        """Begin a run as of a day and an hour (UTC)."""
        self._tenant.ask("POST", "/clock", {"now": f"{day}T{hour}:00+00:00"})
        command = [sys.executable, "-m", "bot", "run", "--settings", str(self.settings), "--json",
                   "--today", f"{day}T{hour}:00+00:00", *more]  # fmt: skip
        environment = {**os.environ, "AUDIT_BOT_TENANT_FILE": str(self._tenant.folder / "tenant.json")}
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=ROOT
        )

    def run(self, day: date, hour: str, *more: str) -> JsonObject:
        """One whole run. Raises RuntimeError with what the bot said if it could not work."""
        process = self.start(day, hour, *more)
        out, wrong = process.communicate(timeout=300)
        try:
            report: JsonObject = json.loads(out)
        except ValueError:
            raise RuntimeError(f"The bot stopped on {day}: {wrong.strip() or out.strip()}") from None
        if "problems" in report:
            raise RuntimeError(f"The bot stopped on {day}: {'; '.join(report['problems'])}")
        return report


class KilledBot(Bot):
    """The same bot, whose process is killed outright at random moments and then started again."""

    def __init__(self, tenant: Running, folder: Path, kills: int, runs: int, seed: int) -> None:
        super().__init__(tenant, folder)
        self._draw = random.Random(seed)
        self._kills = Counter(self._draw.randrange(runs) for _ in range(kills))
        self._n = 0
        self.killed = 0

    def run(self, day: date, hour: str, *more: str) -> JsonObject:
        for _ in range(self._kills[self._n]):
            process = self.start(day, hour, *more)
            # From just after the program has been loaded to about when a busy run ends.
            time.sleep(self._draw.uniform(0.9, 3.0 if f"{day:%d %b}" == "02 Mar" else 1.6))
            if process.poll() is None:
                process.kill()
                self.killed += 1
            else:
                self._kills[self._n + 1] += 1
            process.wait()
            for pipe in (process.stdout, process.stderr):
                if pipe:
                    pipe.close()
        self._n += 1
        return super().run(day, hour, *more)


def play(
    tenant: Running,
    bot: Bot,
    cast: Cast,
    tell: Callable[[date, list[str], JsonObject], None],
    *,
    last: date = LAST,
) -> Played:
    """The month: each working day the bot's daily run, then what people do, then the bot's look at the mailbox."""
    played = Played()
    for day in working_week(FIRST, last):
        morning = bot.run(day, "08:00")
        tenant.ask("POST", "/clock", {"now": f"{day}T12:00:00+00:00"})
        done = cast.act(day)
        reports = [morning]
        if done:
            reports.append(bot.run(day, "12:10", "--post-only"))
        for report in reports:
            played.runs += 1
            played.letters.update(report["letters"])
            played.held += report["held"]
        tell(day, done, morning)
    return played


def judged(tenant: Running, cast: Cast) -> Verdict:
    """The verdict on what was played, from the tenant's side alone."""
    return verdict(
        tenant.deliveries(html=True),
        tenant.ask("GET", "/lists/Audit allocations")["rows"],
        tenant.ask("GET", "/lists/Audit roles")["rows"],
        tenant.mailbox,
        tenant.ask("GET", f"/mailboxes/{tenant.mailbox}")["messages"],
        cast.as_json(),
    )


# ------------------------------------------------------------------------------------------------ what it leaves


def leave(tenant: Running, folder: Path) -> None:
    """Every letter as a page, every file that came back, and the final list as a spreadsheet."""
    letters = folder / "letters"
    letters.mkdir()
    index = []
    for n, delivery in enumerate(d for d in tenant.deliveries(html=True) if d["sender"] == tenant.mailbox):
        name = f"{n:04}_{re.sub(r'[^A-Za-z0-9]+', '_', delivery['subject'])[:70]}.html"
        (letters / name).write_text(delivery["html"], encoding="utf-8")
        people = ", ".join(delivery["to"]) + (
            f" (copied: {', '.join(delivery['cc'])})" if delivery["cc"] else ""
        )
        index.append(
            f"<tr><td>{delivery['at'][:10]}</td><td><a href='letters/{name}'>{escape(delivery['subject'])}</a></td>"
            f"<td>{escape(people)}</td><td>{', '.join(a['name'] for a in delivery['attachments'])}</td></tr>"
        )
    style = "body{font:15px Arial;margin:2em}td{padding:4px 10px;border-bottom:1px solid #ddd}"
    (folder / "letters.html").write_text(
        f"<!doctype html><meta charset=utf-8><title>Every letter</title><style>{style}</style>"
        f"<h1>Every letter of the month</h1><table>{''.join(index)}</table>",
        encoding="utf-8",
    )
    for stored in tenant.ask("GET", "/files"):
        target = folder / "forms" / stored["path"].removeprefix("Returned audits/")
        target.parent.mkdir(parents=True, exist_ok=True)
        query = urllib.parse.quote(stored["path"])
        url = f"{tenant.front_desk_url}/api/files/content?path={query}"
        with urllib.request.urlopen(url, timeout=30) as answer:
            target.write_bytes(answer.read())
    (folder / "audit_allocations.xlsx").write_bytes(
        _spreadsheet(tenant.ask("GET", "/lists/Audit allocations"))
    )


def _spreadsheet(table: JsonObject) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("Audit allocations")
    names = [c["name"] for c in table["columns"]]
    bold = book.add_format({"bold": True, "bg_color": "#E8F1F2", "border": 1})
    for column, name in enumerate(names):
        sheet.write_string(0, column, name, bold)
        for line, row in enumerate(table["rows"], 1):
            value = row.get(name)
            if value not in (None, "", []):
                sheet.write_string(line, column, "Yes" if value is True else str(value))
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(table["rows"]), len(names) - 1)
    sheet.set_column(0, len(names) - 1, 18)
    book.close()
    return out.getvalue()


def show(console: Console, tenant: Running, found: Verdict, seconds: float, played: Played) -> None:
    """The month in a few tables."""
    letters = Table(title="Letters that arrived", title_justify="left", title_style="bold")
    letters.add_column("Letter")
    letters.add_column("How many", justify="right")
    for kind, count in sorted(found.letters.items(), key=lambda pair: -pair[1]):
        letters.add_row(kind[:1].upper() + kind[1:], str(count))
    console.print(letters)
    rows = [
        r for r in tenant.ask("GET", "/lists/Audit allocations")["rows"]
        if str(r["Audit type"]).startswith("Full") and "March" in str(r["Cycle"])
    ]  # fmt: skip
    grades = Table(title="Grades read from the returned forms", title_justify="left", title_style="bold")
    for name in ("Grade", "Auditor", "Moderator"):
        grades.add_column(name, justify="left" if name == "Grade" else "right")
    for grade in ("Outstanding", "Good", "Requires Improvement", "Inadequate"):
        by = [str(sum(r.get(c) == grade for r in rows)) for c in ("Auditor's grade", "Moderated grade")]
        grades.add_row(grade, *by)
    console.print(grades)
    held = Table(title="Put to a person in “Please look at”", title_justify="left", title_style="bold")
    for name in ("Received", "From", "Why"):
        held.add_column(name)
    for message in tenant.ask("GET", f"/mailboxes/{tenant.mailbox}")["messages"]:
        if message["folder"] == "Please look at":
            held.add_row(message["received"][:10], message["from_name"], ", ".join(message["categories"]))
    console.print(held)
    status = Table(title="The list at the end", title_justify="left", title_style="bold")
    status.add_column("Status")
    status.add_column("Audits", justify="right")
    for name, count in Counter(str(r.get("Status") or "–") for r in rows).most_common():
        status.add_row(name, str(count))
    console.print(status)
    total = sum(found.letters.values())
    console.print(f"{played.runs} runs of the bot, {total} letters, {seconds:.0f} seconds.")
    if found.faults:
        console.print(f"[red]The judge found {len(found.faults)} faults:[/red]")
        for fault in found.faults[:20]:
            console.print(f"  {fault}", highlight=False, markup=False)
    else:
        console.print(
            f"[green]The judge, from the delivery history alone:[/green] {found.expected} letters checked one by one, "
            f"each arrived once and only at its people; {found.grades_right} grades in the list equal those in the "
            f"forms; {found.odd_right} odd returns lie in “Please look at” with their reason."
        )


def add_tenant_options(parser: argparse.ArgumentParser) -> None:
    """How the tenant behaves in which a play takes place."""
    parser.add_argument("--profile", choices=PROFILES, default=LARGE_TENANT, help="how the tenant behaves")
    parser.add_argument("--site-zone", default="", help="the time zone of its site, as “Europe/Berlin”")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox.play.demo", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("demo"))
    parser.add_argument("--until", type=date.fromisoformat, default=LAST, help="the last day to play")
    parser.add_argument("--kills", type=int, default=0, help="kill the bot outright so many times on the way")
    parser.add_argument("--seed", type=int, default=1, help="draws the moments of the kills")
    add_tenant_options(parser)
    parser.add_argument("--stay", action=argparse.BooleanOptionalAction, default=sys.stdin.isatty())
    arguments = parser.parse_args()
    folder: Path = arguments.folder.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    console = Console()
    began = time.monotonic()
    with run(
        council(), folder=folder / "tenant", profile=arguments.profile, site_zone=arguments.site_zone
    ) as tenant:
        console.print(f"The front desk is open at {tenant.front_desk_url}")
        days = list(working_week(FIRST, arguments.until))
        bot = KilledBot(tenant, folder, arguments.kills, len(days), arguments.seed)
        cast = Cast(tenant)
        with Progress(
            TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[news]}"), TimeElapsedColumn(),
            console=console,
        ) as progress:  # fmt: skip
            task = progress.add_task("", total=len(days), news="")

            def tell(day: date, done: list[str], report: JsonObject) -> None:
                letters = sum(report["letters"].values())
                news = f"{letters:3} letters, {len(done):2} people acted"
                progress.update(task, advance=1, description=f"{day:%a %d %b}", news=news)
                if not console.is_terminal:
                    console.print(f"{day:%a %d %b}  {news}")

            played = play(tenant, bot, cast, tell, last=arguments.until)
        (folder / "truth.json").write_text(json.dumps(cast.as_json(), indent=2), encoding="utf-8")
        diary = json.dumps(cast.diary.as_json(), indent=1, default=str)
        (folder / "diary.json").write_text(diary, encoding="utf-8")
        leave(tenant, folder)
        found = judged(tenant, cast)
        show(console, tenant, found, time.monotonic() - began, played)
        if arguments.kills:
            console.print(f"The bot was killed {bot.killed} times on the way.")
        console.print(f"In {os.path.relpath(folder)}/: letters.html, forms/, audit_allocations.xlsx")
        if arguments.stay:
            console.print(f"The front desk stays open at {tenant.front_desk_url} until Ctrl-C.")
            signal.signal(signal.SIGTERM, signal.default_int_handler)
            try:
                while True:
                    time.sleep(1)
            except KeyboardInterrupt:
                pass
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main())
