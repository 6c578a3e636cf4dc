"""The small council of the office's tests, its bot, and what people see of both."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

from tenant import Door, email

from bot.daily_run.report import Report
from bot.daily_run.run import Run
from bot.daily_run.workplace import open_workplace
from bot.office.ledger import Ledger
from bot.programme.events import Event, EventKind
from bot.programme.working_days import WorkingDays

REF = "FSP-2026-03-001"
LAUNCH = {"audit allocated": 2, "moderation allocated": 2, "practitioner informed": 2}
TAKEN, LOOK = "Audits taken in", "Please look at"
REPORT = {"Content-Type": "multipart/report; report-type=delivery-status; boundary=b", "Return-Path": "<>"}
TO_THE_TEAM = "please look at a held return today"


class Council:
    """The small council and its bot, day by day."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.ask = door.tenant.ask
        self.new = self.stood_still = False
        self.mode = "live"

    def run(self, day: str, hour: str = "08:00", *, whole: bool = True, **changes: Any) -> Report:
        self.ask("POST", "/clock", {"now": f"{day}T{hour}:00+00:00"})
        moment = datetime.fromisoformat(f"{day}T{hour}:00").replace(tzinfo=UTC)
        settings = self.door.settings.model_copy(update=changes)
        self._ran_every_day(moment)
        with open_workplace(
            settings, clock=lambda: moment, say=lambda _: None, locked=True, sleep=self.door.naps
        ) as workplace:
            return Run(workplace).perform(whole=whole)

    def launched(self) -> None:
        """The morning of Monday 2 March 2026, with nothing out of the ordinary. Where tests begin with it and are about
        what comes after it, it is played once for all of them."""
        self.once("launched", lambda: self.run("2026-03-02"))

    def once(self, what: str, play: Callable[[], object]) -> None:
        """A beginning that several tests share, and all that makes the runs of one class of councils others."""
        runs = type(self).run, type(self)._ran_every_day, self.mode, self.new, self.stood_still
        self.door.played((what, *runs), play)

    def _ran_every_day(self, moment: datetime) -> None:
        """Letters have gone out since January, and on every day up to this one: a test plays only the days it is about.
        A test of a beginning or a standstill sets `new` or `stood_still`."""
        before = WorkingDays().after(moment.date(), -1).isoformat()
        ledger = Ledger(self.door.settings.ledger)
        if not self.new:
            ledger.append([Event(moment, EventKind.LIVE_BEGAN, "2026-01-01", "", {"on": "2026-01-01"})])
        if not (self.new or self.stood_still):
            data = {"on": before, "whole": True, "mode": self.mode}
            ledger.append([Event(moment, EventKind.RUN_FINISHED, f"every day until {before}", "", data)])
        ledger.close()

    def form(self, name: str = REF) -> bytes:
        """The form that went out to the auditor, as it lies in their mailbox."""
        box = self.ask("GET", f"/mailboxes/{email('Ada Auditor')}")
        for message in box["messages"]:
            whole = self.ask("GET", f"/mailboxes/{email('Ada Auditor')}/{message['id']}")
            for attachment in whole["attachments"]:
                if attachment["name"] == f"{name}.docx":
                    return self._bytes(
                        f"/mailboxes/{email('Ada Auditor')}/{message['id']}/{attachment['id']}"
                    )
        raise AssertionError(f"no form {name} was sent")

    def _bytes(self, path: str) -> bytes:
        import urllib.request

        with urllib.request.urlopen(f"{self.door.tenant.front_desk_url}/api{path}") as answer:
            found: bytes = answer.read()
        return found

    def arrives(self, sender: str, data: bytes | None, name: str = f"{REF}.docx", **more: Any) -> None:
        attachments = [] if data is None else [{"name": name, "base64": base64.b64encode(data).decode()}]
        self.ask(
            "POST",
            "/messages",
            {
                "from": email(sender),
                "to": [self.door.settings.mailbox],
                "cc": [email("Mo Moderator")],
                "subject": f"RE: Audit {REF}",
                "html": "<p>Here it is.</p>",
                "attachments": attachments,
                **more,
            },
        )

    def row(self, ref: str = REF) -> dict[str, Any]:
        rows = self.ask("GET", "/lists/Audit allocations")["rows"]
        return next(row for row in rows if row["Title"] == ref)

    def inbox(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("GET", f"/mailboxes/{self.door.settings.mailbox}")["messages"]
        return [m for m in found if m["folder"] not in ("Sent Items", "Deleted Items")]

    def received(self, person: str) -> list[str]:
        return [
            d["subject"] for d in self.door.tenant.deliveries()
            if email(person) in d["delivered_to"] and d["sender"] == self.door.settings.mailbox
        ]  # fmt: skip


def kept(council: Council) -> list[tuple[str, list[str]]]:
    return [(m["folder"], m["categories"]) for m in council.inbox() if m["folder"] == "Please look at"]


def letters(council: Council) -> list[str]:
    return [f"{d['to']} {d['subject']}" for d in council.door.tenant.deliveries() if d["kind"] == "message"]


def went(council: Council, to: str, subject: str) -> bool:
    return any(email(to) in letter and subject in letter for letter in letters(council))


def digest(council: Council, subject: str = "Audits on") -> str:
    """The last letter to the Audit Team with this in its subject, its words alone."""
    found = [d for d in council.door.tenant.deliveries(html=True) if subject in d["subject"]]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", str(found[-1]["html"]))).split())


def file(name: str, data: bytes, **more: Any) -> dict[str, Any]:
    return {"name": name, "base64": base64.b64encode(data).decode(), **more}


def mime(*files: tuple[str, bytes], inside: EmailMessage | None = None) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        "ada@wexcombe.example",
        "mo@wexcombe.example",
        "The audit",
    )
    message.set_content("Here it is.")
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    if inside is not None:
        message.add_attachment(inside)
    return bytes(message)
