"""Launch day, side by side: sixty audits, 180 letters, 114 of them with the stamped form, every answer 50 ms away.

    python benchmarks/launch_day.py [--rounds 3] [--latency 50]

Ours is the whole of `audit-bot run`: lists read and checked, letters written, forms stamped, each letter through the
keyed-draft protocol, rows written back, the digest sent. Beside it a plain loop over the same O365 library: one request
a letter (`sendMail`), one a row, the same text and the same stamped forms, nothing recorded, nothing confirmed.
Each in a process of its own against a fresh tenant; the truth (every letter at its people once) is checked first.
Right before each portion of twenty leaves, ours reads the lists once more, which the loop does not.

What else the machine does, and the pretend tenant, which has the same processor, are no part of it: seconds are the
processor time of the process itself, and the latency for each time it had to wait for an answer: one for a request, one
for every four parts of a batch that are for a mailbox, as Outlook takes them. O365's delay keeps 200 ms between the
beginnings of two requests, so that a loop with it takes at least that. No latency is really waited for.
"""

from __future__ import annotations

import argparse
import io
import json
import math
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from figures import Figure, told

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

MOMENT = datetime(2026, 3, 2, 8, tzinfo=UTC)
FIGURES = {
    "faster than the loop with the library's delay": Figure(
        6, 3, at_least=True, why="Each letter takes two requests and the lists are read before each twenty."
    ),
    "faster than the loop without delay": Figure(
        1.5,
        1.1,
        at_least=True,
        why="Everything is recorded, read again and confirmed, which the loop does not.",
    ),
    "requests beside the loop's": Figure(0.2, 0.3, why="Every portion of twenty reads the lists again."),
    "memory beside the loop's": Figure(
        1.25, 1.5, why="The whole programme is held, not one letter at a time."
    ),
}
VARIANTS = ("ours", "no delay", "defaults")
DELAY = 0.2
"""Seconds, O365's own between two requests."""
AT_ONCE = 4
"""So many parts of a batch Outlook carries out at a time."""


# ------------------------------------------------------------------------------------- what each process does


def ours(settings: Any) -> dict[str, int]:
    from bot.daily_run.run import Run
    from bot.daily_run.workplace import open_workplace

    with open_workplace(settings, clock=lambda: MOMENT, say=lambda _line: None, locked=True) as workplace:
        report = Run(workplace).perform()
    return dict(report.letters)


def at_once(act: Callable[[], Any]) -> Any:
    return act()


def plain_loop(
    settings: Any, delay: int | None, doing: Callable[[Callable[[], Any]], Any] = at_once
) -> dict[str, int]:
    """What a careful programmer writes first with O365: read the list, a message for each letter, a row for each.
    `doing` carries out what O365 is asked for."""
    from bot.daily_run.forms import form_values
    from bot.daily_run.papers import papers
    from bot.office.graph import Graph
    from bot.office.lists.allocation_list import AllocationList
    from bot.office.mail.outgoing import letter_key
    from bot.office.sign_in import signed_in
    from bot.own_files import rules_in
    from bot.papers.forms.audit_tool import stamp
    from bot.papers.letters.letter_words import AuditTeam, Surroundings
    from bot.papers.letters.words_by_scope import words
    from bot.programme.history.history import History
    from bot.programme.planning.planner import plan
    from bot.programme.standing.council import Basis
    from bot.programme.vocabulary import Person
    from bot.programme.working_days import WorkingDays

    account = signed_in(settings.tenant)
    connection = account.connection
    connection.requests_delay = 200 if delay is None else delay
    connection.raise_http_errors = True
    site = doing(lambda: account.sharepoint().get_site(settings.site_host, settings.site_path))
    for name in ("Audit cycles", "Audit roles", "Audit allocations", "User Information List"):
        found = doing(partial(site.get_list_by_name, name))
        doing(lambda found=found: list(found.get_items(expand_fields=True)))  # the reading, as O365 does it
    graph = Graph(connection, account.protocol.service_url)
    lists = AllocationList(
        graph, settings.site_host, settings.site_path, settings.files.lists.read_text(encoding="utf-8")
    )
    council = lists.read().council
    paper = papers(settings)
    team = Person("Audit Team", settings.mailbox)
    basis = Basis(
        rules_in(settings.files.rules), WorkingDays(), lambda p: letter_key(b"benchmark key", p), team
    )
    around = Surroundings(
        MOMENT.date(), settings.council, AuditTeam("Audit Team", settings.mailbox, "Marsha"), basis.working,
        book=basis.rulebook,
    )  # fmt: skip

    class Workplace:
        today = MOMENT.date()

    workplace: Any = Workplace()
    workplace.settings = settings
    mailbox = account.mailbox(resource=settings.mailbox)
    sent: Counter[str] = Counter()
    planned = plan(MOMENT.date(), council, History(), basis)
    for letter in planned.letters:
        text = paper.letters.letter(letter.rule.letter, words(letter, council, around))
        message = mailbox.new_message()
        message.to.add([p.email for p in letter.to])
        message.cc.add([p.email for p in letter.cc])
        message.subject, message.body = text.subject, text.html
        if letter.rule.attach and letter.standing and not letter.standing.allocation.restricted:
            form = stamp(paper.forms["audit_tool"], form_values(letter.standing, workplace))
            message.attachments.add([(io.BytesIO(form), f"{letter.reference}.docx")])
        assert doing(message.send)
        sent[letter.rule.id] += 1
    site_list = doing(lambda: site.get_list_by_name("Audit allocations"))
    for allocation in council.allocations:
        if any(letter.about == allocation.item_id for letter in planned.letters):
            url = site_list.build_url(f"/items/{allocation.item_id}/fields")
            doing(partial(connection.patch, url, data={"Status": "With auditor"}))
    connection.close()
    return dict(sent)


def peak_mb() -> float:
    """This process's own peak. On Linux `ru_maxrss` would carry the parent's over."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(
            line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM")
        )
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def child(variant: str, profile: str) -> None:
    """In the child: do the work and print how long it took and how much memory it needed."""
    from bot.settings import load

    settings = load(Path(profile))
    began = time.process_time()
    letters = ours(settings) if variant == "ours" else plain_loop(settings, 0)
    processor = time.process_time() - began
    print(json.dumps({"processor": processor, "peak_mb": peak_mb(), "letters": sum(letters.values())}))


# ------------------------------------------------------------------------------------------------ the comparison


def prepared(tenant: Any, latency: float) -> None:
    """A fresh tenant on the morning of launch day, the list confirmed."""
    tenant.ask("POST", "/reset")
    tenant.ask("POST", "/clock", {"now": MOMENT.isoformat()})
    for row in tenant.ask("GET", "/lists/Audit allocations")["rows"]:
        if row["Title"] and row["Title"].startswith("FSP") and row["Audit type"].startswith("Full"):
            tenant.ask("PATCH", f"/lists/Audit allocations/{row['id']}", {"Confirmed on": "2026-02-25"})
        elif row["Title"] and row["Title"].startswith(
            "FSP"
        ):  # dip samples, as the run of the day before left them
            waiting = {
                "Status": "Awaiting confirmation",
                "Next step": "Head of Service confirms the list; then enter “Confirmed on”.",
            }
            tenant.ask("PATCH", f"/lists/Audit allocations/{row['id']}", waiting)
    tenant.ask("POST", "/settings", {"latency_ms": latency})
    # The bot's own pace is measured with its waits left out, so Exchange's minute would never pass.
    tenant.ask("POST", "/behaviours", {"sending rate": False})
    tenant.ask("POST", "/counters")


FORMS = ("audit_tool", "dip_sample", "dip_audit", "re_audit", "uopp_record")


def profile(tenant: Any, folder: Path) -> Path:
    text = (ROOT / "config/sandbox.toml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("ledger")]
    files = {
        "rules": "config/rules.toml", "lists": "config/lists.toml", "questions": "config/audit_tool.toml",
        "letters": "mail_templates",
        **{form: f"docx_templates/{form}.docx" for form in FORMS},
    }  # fmt: skip
    lines += ["", "[files]", *(f'{name} = "{ROOT / place}"' for name, place in files.items())]
    path = folder / "profile.toml"
    path.write_text(f'ledger = "sqlite:///{folder}/ledger.sqlite"\n' + "\n".join(lines), encoding="utf-8")
    os.environ["AUDIT_BOT_TENANT_FILE"] = str(tenant.folder / "tenant.json")
    return path


def in_a_child(script: str, tenant: Any, variant: str) -> subprocess.CompletedProcess[str]:
    """What a script's `--child` says of one variant, in a process of its own. Raises SystemExit with why it failed."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            script,
            "--child",
            variant,
            "--profile",
            str(profile(tenant, Path(folder))),
        ]
        answer = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ)
    if answer.returncode:
        raise SystemExit(answer.stderr)
    return answer


class Waits:
    """Counts, request by request as they reach the tenant, how often a client waits for an answer."""

    def __init__(self) -> None:
        self.many = 0

    def __call__(self, exchange: Any) -> None:
        parts = json.loads(exchange.body)["requests"] if exchange.path.endswith("/$batch") else []
        to_mailbox = sum(part["url"].lstrip("/").lower().startswith("users/") for part in parts)
        self.many += max(1, math.ceil(to_mailbox / AT_ONCE))


def measured(tenant: Any, variant: str, latency: float) -> dict[str, float]:
    """The figures of one variant; `latency` in milliseconds. It is counted and not waited for."""
    from sandbox.tenant.observed import OBSERVERS

    prepared(tenant, 0)
    waits = Waits()
    OBSERVERS.append(waits)
    try:
        found: dict[str, float] = json.loads(in_a_child(__file__, tenant, variant).stdout)
    finally:
        OBSERVERS.remove(waits)
    counters = tenant.ask("GET", "/counters")
    found["seconds"] = found["processor"] + waits.many * latency / 1000
    if variant == "defaults":
        found["seconds"] = max(found["seconds"], counters["http"] * DELAY)
    found |= {
        "http": counters["http"],
        "at_once": counters["outlook_at_once"],
        "throttled": counters["throttled"],
    }
    letters = [d for d in tenant.deliveries() if "Audits on" not in d["subject"]]
    times = Counter((d["subject"], *d["to"]) for d in letters)
    assert len(letters) == found["letters"] == 180, (variant, len(letters), found)
    assert set(times.values()) == {1}, f"{variant}: a letter came twice"
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--latency", type=float, default=50)
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--profile", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        child(arguments.child, arguments.profile)
        return 0
    from rich.console import Console
    from rich.table import Table

    import sandbox
    from sandbox.play.seed import council

    rounds: dict[str, list[dict[str, float]]] = {variant: [] for variant in VARIANTS}
    with sandbox.run(council()) as tenant:
        for _ in range(arguments.rounds):
            for variant in VARIANTS:
                rounds[variant].append(measured(tenant, variant, arguments.latency))

    def median(variant: str, figure: str) -> float:
        return statistics.median(found[figure] for found in rounds[variant])

    table = Table(
        title=f"Launch day, 180 letters, {arguments.latency:.0f} ms a request, median of {arguments.rounds}"
    )
    for name in ("", "seconds", "of them processor", "ours is faster by", "HTTP calls", "peak MB"):
        table.add_column(name, justify="left" if not name else "right")
    ratios = {v: statistics.median(a["seconds"] / b["seconds"] for a, b in zip(rounds[v], rounds["ours"], strict=True))
              for v in VARIANTS}  # fmt: skip
    for variant in VARIANTS:
        name = {
            "ours": "audit bot",
            "no delay": "plain O365 loop, no delay",
            "defaults": "plain O365 loop, defaults",
        }
        table.add_row(
            name[variant], f"{median(variant, 'seconds'):.2f}", f"{median(variant, 'processor'):.2f}",
            "" if variant == "ours" else f"{ratios[variant]:.1f} ×",
            f"{median(variant, 'http'):.0f}", f"{median(variant, 'peak_mb'):.0f}",
        )  # fmt: skip
    Console().print(table)
    measures = (
        ratios["defaults"],
        ratios["no delay"],
        median("ours", "http") / median("no delay", "http"),
        median("ours", "peak_mb") / median("no delay", "peak_mb"),
    )
    return told(dict(zip(FIGURES, measures, strict=True)), FIGURES)


if __name__ == "__main__":
    sys.exit(main())
