"""One council of a region: its tenant, its people in the audit month, its settings, and what it ought to have got."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from sandbox.play.cast.facts import MORNING, Fact
from sandbox.play.cast.person import JsonObject
from sandbox.play.cast.season import Season
from sandbox.play.cast.stage import ALLOCATIONS
from sandbox.play.delivered import Balance, Delivered, balanced, delivered
from sandbox.play.demo import ROOT
from sandbox.play.duties import Expected, Table
from sandbox.play.letters import DIGEST, DUTY, UNKNOWN, mark
from sandbox.play.month_by_the_letter import seed_of
from sandbox.tenant.run import Running

LAUNCH = date(2026, 3, 2)
CONFIRMED = LAUNCH - timedelta(5)
FORMS = ("audit_tool", "dip_sample", "dip_audit", "re_audit", "uopp_record")
ALLOCATED = "07_audit_allocated_auditor"
WORDS_NOBODY_HAS = "{{ there_is_no_such_word.at_all }}"


def seed(number: int, audits: int) -> JsonObject:
    """A council on the morning its month begins: one cycle with so many audits and a few dip samples, all confirmed."""
    found = seed_of(audits, max(1, audits // 4), number)
    for each in found["lists"]:
        if each["name"] == ALLOCATIONS:
            each["items"] = [{**row, "Confirmed on": CONFIRMED.isoformat()} for row in each["items"]]
    return found


class Month(Season):
    """The people in an audit month whose meeting and confirmation lie before its first day."""

    def __init__(self, tenant: Running, *, seed: int) -> None:
        super().__init__(tenant, seed=seed)
        for reference, row in self.rows.items():
            if row.get("Confirmed on"):
                self.facts.append(Fact(reference, "confirmed", CONFIRMED, (CONFIRMED, MORNING)))

    def _plan_cycle(self, name: str) -> None:
        """What is done for the cycle as a whole lies outside the month."""

    def _plan_new_holders(self) -> None:
        """Everybody keeps their part."""


class Letters:
    """The letters of all councils with their marks, and one of them as somebody broke it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        mark(ROOT / "mail_templates", ROOT / "config/rules.toml", folder)

    def broken_in(self, folder: Path) -> None:
        """A copy of them for one council, with a word in one letter that there is not."""
        mark(ROOT / "mail_templates", ROOT / "config/rules.toml", folder)
        broken = folder / f"mail_templates/{ALLOCATED}.md"
        broken.write_text(f"{broken.read_text('utf-8')}\n{WORDS_NOBODY_HAS}\n", encoding="utf-8")

    def mended_in(self, folder: Path) -> None:
        whole = (self.folder / f"mail_templates/{ALLOCATED}.md").read_bytes()
        (folder / f"mail_templates/{ALLOCATED}.md").write_bytes(whole)


class Council:
    """One council. Its folder holds settings, health file and, where one was broken, its own letters."""

    def __init__(self, number: int, tenant: Running, letters: Letters, ledger: str) -> None:
        """`ledger`: the address of its own ledger."""
        self.number, self.name, self.tenant = number, f"Council {number:03}", tenant
        self.short = f"council-{number:03}"  # as the commands call it
        self.folder, self._letters = tenant.folder, letters
        self.settings = self.folder / "settings.toml"
        self.cast = Month(tenant, seed=number)
        self._write_settings(ledger, letters.folder)

    def _write_settings(self, ledger: str, letters: Path) -> None:
        up = os.path.relpath(ROOT, self.folder)
        own = {
            "council": self.name,
            "recipient_domains": [self.tenant.mailbox.partition("@")[2]],
            "ledger": ledger,
            "key": f"the key of {self.name} in the sandbox only",
            "health_file": "audit-bot-health.json",
            "daily_run_at": "08:00:00",
            "mailbox_look_minutes": 120,
            "start_on": LAUNCH.isoformat(),
        }
        text = (ROOT / "config/sandbox.toml").read_text(encoding="utf-8")
        text = re.sub(rf"^({'|'.join(own)}) = .*\n", "", text, flags=re.M)
        text = re.sub(r"^sandbox = .*$", 'sandbox = "tenant.json"', text, flags=re.M)
        bare = ("daily_run_at", "start_on")
        head = "".join(f"{k} = {v if k in bare else json.dumps(v)}\n" for k, v in own.items())
        files = {
            "rules": letters / "rules.toml",
            "letters": letters / "mail_templates",
            "lists": f"{up}/config/lists.toml",
            "questions": f"{up}/config/audit_tool.toml",
            **{form: f"{up}/docx_templates/{form}.docx" for form in FORMS},
        }
        text = f"{head}{text}\n[files]\n" + "".join(f'{name} = "{path}"\n' for name, path in files.items())
        self.settings.write_text(text, encoding="utf-8")

    # ------------------------------------------------------------------------------------------ what is done to it

    def break_a_letter(self) -> None:
        """Somebody writes a word into a letter that there is not."""
        self._letters.broken_in(self.folder)
        text = self.settings.read_text("utf-8")
        self.settings.write_text(text.replace(str(self._letters.folder), str(self.folder)), encoding="utf-8")

    def mend_the_letter(self) -> None:
        self._letters.mended_in(self.folder)

    def change_the_secret(self, secret: str = "") -> None:
        """The settings hold a secret that ran out, or the right one again."""
        file = self.folder / "tenant.json"
        told = json.loads(file.read_text("utf-8"))
        file.write_text(json.dumps({**told, "secret": secret or self.tenant.secret}), encoding="utf-8")

    def refuse_everything(self) -> None:
        """Microsoft answers every request with 429, and says nothing of how long."""
        self.tenant.ask("POST", "/faults", {"kind": "throttled", "times": 10**9})

    def answer_slowly(self, seconds: float) -> None:
        """Each answer about the Audit Team's mailbox takes so many seconds."""
        path = f"/users/{re.escape(self.tenant.mailbox)}"
        self.tenant.ask("POST", "/faults", {"kind": "slow", "path": path, "seconds": seconds, "times": 10**9})

    def answer_again(self) -> None:
        self.tenant.ask("DELETE", "/faults")

    # ---------------------------------------------------------------------------------------------- what it ought

    def expected(self, days: Sequence[date], opens: date = date.min) -> list[Expected]:
        """`opens`: the first day on which its audits can go out; an auditor's weeks are counted from then on (§7)."""
        cast = self.cast
        table = Table(
            cast.facts, cast.at_first, cast.cycles, cast.roles_at_first, self.tenant.mailbox, days[0], days[-1],
            opens=opens,
        )  # fmt: skip
        return table.expected()

    def arrived(self, history: Sequence[JsonObject] | None = None) -> list[Delivered]:
        """What reached whom, from the tenant's history; `history`: as somebody changed it."""
        return delivered(
            self.tenant.deliveries(html=True) if history is None else history, self.tenant.mailbox
        )

    def judged(
        self, days: Sequence[date], *, on_its_day: bool, opens: date = date.min,
        history: Sequence[JsonObject] | None = None,
    ) -> Balance:  # fmt: skip
        """Expected against delivered. `on_its_day` False for a council that was disturbed: each letter once all the
        same, and on no day before its own. `opens`: as for `expected`."""
        expected, arrived = self.expected(days, opens), self.arrived(history)
        if on_its_day:
            return balanced(expected, arrived, days, self.tenant.mailbox)
        return once_each(expected, arrived, self.tenant.mailbox)


def once_each(expected: Sequence[Expected], arrived: Sequence[Delivered], mailbox: str) -> Balance:
    """Every expected letter arrives exactly once, on its day or later, and nothing else does. What the Audit Team is
    told of the day or of what is wrong counts as doubled where the same came twice on a day."""
    found = Balance()
    waiting: dict[tuple[str, str, str], list[Delivered]] = {}
    told: set[tuple[date, str]] = set()
    for letter in sorted(arrived, key=lambda each: each.on):
        if letter.reader == mailbox and letter.duty in (DUTY[DIGEST], UNKNOWN):
            if (letter.on, letter.subject) in told:
                found.extra.append(letter)
            told.add((letter.on, letter.subject))
        else:
            waiting.setdefault((letter.duty, letter.about, letter.reader), []).append(letter)
    for each in sorted(expected, key=lambda each: each.on):
        here = waiting.get((each.duty, each.about, each.reader))
        if here and here[0].on >= each.on:
            found.matched.append((each, here.pop(0)))
        else:
            found.missed.append(each)
    found.extra += [letter for rest in waiting.values() for letter in rest]
    return found
