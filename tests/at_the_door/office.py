"""The small council once more, with people who have no part, and what a stranger sees of it: the world to be judged.

Judged is what stands in the tenant: rows, files, letters that arrived, messages and their folders, the digest's words.
"""

from __future__ import annotations

import base64
import html
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from false_senders import FORMER, FORWARDED, GROUP, GUEST, NOBODY, SENDERS, TEAM
from tenant import Door, Naps, email, settings_for, small_seed
from test_daily_run import Council

import sandbox
from bot.office.graph import Graph
from bot.office.sign_in import signed_in

LOOK = "Please look at"
ALLOCATIONS = "/lists/Audit allocations"
JsonObject = dict[str, Any]


def seed_with_strangers(rows: int = 2) -> JsonObject:
    """The small council with people who have no part in its audits."""
    seed = small_seed(rows)
    strangers = (
        ("Nell Nopart", NOBODY),
        ("Fay Former", FORMER),
        ("All Auditors", GROUP),
        ("Gus Guest", GUEST),
    )
    seed["people"] += [
        {"id": f"stranger-{n}", "name": name, "email": a} for n, (name, a) in enumerate(strangers)
    ]
    return seed


@contextmanager
def council(running: sandbox.Running, folder: Path) -> Iterator[Office]:
    """The council on Monday 2 March 2026, as at its first day."""
    running.ask("POST", "/reset")
    running.ask("POST", "/clock", {"now": "2026-03-02T07:00:00+00:00"})
    running.ask("POST", "/behaviours", {"sending rate": False, "everybody known to the site": True})
    folder.mkdir(parents=True, exist_ok=True)
    settings = settings_for(running, folder)
    naps, account = Naps(), signed_in(settings.tenant)
    graph = Graph(account.connection, account.protocol.service_url, sleep=naps)
    try:
        yield Office(Door(running, settings, graph, naps, folder))
    finally:
        account.connection.close()


@dataclass(frozen=True)
class World:
    """What may not differ because of a forgery: cells, files without their hashes, letters but for the team's."""

    cells: dict[tuple[str, str], Any]
    files: frozenset[str]
    letters: Counter[tuple[str, str, str]]  # day, reader, subject


@dataclass(frozen=True)
class Thing:
    """What somebody sends: its message but for the sender, and the person from whom it would be right."""

    name: str
    right: str  # by name, or an address
    message: JsonObject

    def from_right(self) -> JsonObject:
        return {**self.message, "from": address(self.right), "from_name": self.right}

    def forged(self, kind: str) -> JsonObject:
        """The message as a false sender sends it. Header lines of its own stay."""
        if kind == FORWARDED:
            attachments = [self._as_attachment()]
            subject = f"FW: {self.message['subject']}"
            return {
                "from": NOBODY,
                "subject": subject,
                "html": "<p>See below.</p>",
                "attachments": attachments,
            }
        own = list(self.message.get("headers") or [])
        sender = SENDERS[kind](address(self.right), self.right)
        return {**self.message, **sender, "headers": [*own, *sender["headers"]]}

    def _as_attachment(self) -> JsonObject:
        inner = EmailMessage()
        inner["From"], inner["To"] = f"{self.right} <{address(self.right)}>", TEAM
        inner["Subject"] = self.message["subject"]
        inner.set_content(self.message.get("html", ""), subtype="html")
        for each in self.message.get("attachments", ()):
            inner.add_attachment(
                base64.b64decode(each["base64"]),
                maintype="application",
                subtype="octet-stream",
                filename=each["name"],
            )
        return {
            "name": "message.eml",
            "type": "message/rfc822",
            "base64": base64.b64encode(bytes(inner)).decode(),
        }


def address(person: str) -> str:
    return person if "@" in person else email(person)


def attached(name: str, data: bytes) -> list[JsonObject]:
    return [{"name": name, "base64": base64.b64encode(data).decode()}]


class Office(Council):
    """The council day by day, its letters' buttons, and what it looks like from outside."""

    def runs(self, *days: str) -> None:
        """A day alone is its daily run; with an hour behind it, a look at the mailbox."""
        for day in days:
            on, _, hour = day.partition(" ")
            self.run(on, hour or "08:00", whole=not hour)

    def edit(self, row: int, **values: Any) -> None:
        self.ask("PATCH", f"{ALLOCATIONS}/{row}", {k.replace("_", " "): v for k, v in values.items()})

    def post(self, message: JsonObject, on: str) -> str:
        """A message arrives at a moment (UTC); its Message-ID."""
        self.ask("POST", "/clock", {"now": f"{on}:00+00:00"})
        found: str = self.ask("POST", "/messages", {"to": [TEAM], **message})["internetMessageId"]
        return found

    def letter(self, reader: str, subject: str) -> JsonObject:
        found = [d for d in self.door.tenant.deliveries(html=True)
                 if address(reader) in d["delivered_to"] and subject in d["subject"]]  # fmt: skip
        assert found, f"{reader} has no letter “{subject}”, only {self.received(reader)}"
        return found[-1]

    def button(self, reader: str, subject: str, label: str, words: str = "") -> JsonObject:
        """The message that a button of a letter opens, with words behind its first colon if it asks for some."""
        letters = [d for d in self.door.tenant.deliveries(html=True)
                   if address(reader) in d["delivered_to"] and subject in d["subject"]]  # fmt: skip
        links = [
            link
            for d in reversed(letters)
            for link in re.findall(r'<a href="(mailto:[^"]*)"[^>]*>([^<]*)</a>', d["html"])
        ]
        found = [link for link, says in links if html.unescape(says).endswith(label)]
        assert found, f"no button “{label}” in {[d['subject'] for d in letters]}"
        query = parse_qs(html.unescape(found[0]).partition("?")[2])
        lines = query.get("body", [""])[0]
        lines = lines.replace(": ", f": {words}", 1) if words else lines
        return {
            "subject": query["subject"][0],
            "html": "".join(f"<div>{escape(x) or '<br>'}</div>" for x in lines.splitlines()),
        }

    def digest(self) -> str:
        """The words of the latest digest, its links' addresses left out."""
        letters = self.door.tenant.deliveries(html=True)
        found = [d["html"] for d in letters if "Audits on" in d["subject"]]
        text = re.sub(r"(?is)<(style|head)\b.*?</\1>", " ", found[-1]) if found else ""
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())

    def folder_of(self, internet_id: str) -> str:
        found = self.ask("GET", f"/mailboxes/{TEAM}")["messages"]
        return next((m["folder"] for m in found if m["internet_message_id"] == internet_id), "nowhere")

    def world(self) -> World:
        cells = {}
        for name in ("Audit allocations", "Audit cycles", "Audit roles"):
            for row in self.ask("GET", f"/lists/{name}")["rows"]:
                row["Document link"] = bool(row.get("Document link"))
                title = f"{row['Title']} {row['id']}"
                cells |= {
                    (title, column): value for column, value in row.items() if column not in ("id", "etag")
                }
        files = frozenset(re.sub(r" [0-9a-f]{8}\.", ".", f["path"]) for f in self.ask("GET", "/files"))
        letters: Counter[tuple[str, str, str]] = Counter()
        for d in self.door.tenant.deliveries():
            if d["sender"] == TEAM:
                letters.update(
                    (d["at"][:10], reader, d["subject"]) for reader in d["delivered_to"] if reader != TEAM
                )
                letters.update(
                    (d["at"][:10], a, d["subject"])
                    for a in (*d["to"], *d["cc"])
                    if a not in d["delivered_to"]
                )
        return World(cells, files, letters)
