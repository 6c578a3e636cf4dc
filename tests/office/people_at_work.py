"""What people do in the small council: press the buttons of their letters, answer, send in their records."""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Any
from urllib.parse import parse_qs

from forms import filled
from small_council import REF, Council
from tenant import ROOT, Door, email

HELD = (f"Audit {REF}: UoPP meeting to arrange", "The UoPP meeting was held, on …")
SECRET = "Robin has moved out and the neighbours know"
ACTION = {"act.what": "See the grandparents", "act.who": "Practitioner", "act.by": "2026-04-30"}


class Buttons(Council):
    """The small council, whose people use the buttons of their letters."""

    def click(self, reader: str, letter: str, label: str) -> tuple[str, str]:
        """Subject and body of the message that a button of somebody's letter opens."""
        for delivery in reversed(self.door.tenant.deliveries(html=True)):
            if email(reader) in delivery["delivered_to"] and letter in delivery["subject"]:
                found = re.search(
                    rf'<a href="(mailto:[^"]*)"[^>]*>{re.escape(escape(label))}</a>', delivery["html"]
                )
                assert found, f"no button “{label}”"
                query = parse_qs(unescape(found[1]).partition("?")[2])
                return query["subject"][0], query["body"][0]
        raise AssertionError(f"{reader} has no letter “{letter}”")

    def says(self, sender: str, subject: str, body: str, **more: Any) -> None:
        self.ask("POST", "/clock", {"now": f"{more.pop('on', '2026-03-19')}T07:00:00+00:00"})
        lines = "".join(f"<div>{escape(line) or '<br>'}</div>" for line in body.splitlines())
        self.arrives(sender, None, subject=subject, html=f"<html><body>{lines}</body></html>", cc=[], **more)

    def moderated(self, grade: str) -> None:
        """An audit returned on Mon 16 March and moderated on Tue 17 March, played once for all tests that begin so."""
        self.once(f"moderated {grade} on 17 March", lambda: self._moderated(grade))

    def _moderated(self, grade: str) -> None:
        self.run("2026-03-02")
        self.arrives("Ada Auditor", filled(self.form(), grade=grade))
        self.run("2026-03-16", "10:05")
        self.arrives("Mo Moderator", filled(self.form(), grade=grade, moderated=grade))
        self.run("2026-03-17", "10:05")

    def folders(self) -> list[tuple[str, str]]:
        return [
            (m["folder"], ", ".join(m["categories"])) for m in self.inbox() if m["subject"].count("[FSP-")
        ]


def dated(body: str, words: str) -> str:
    return body.replace("held on: ", f"held on: {words}", 1)


class TeamAtWork(Buttons):
    """The small council, whose Audit Team uses the buttons of its digest. Tia Manager is the Audit Manager."""

    def digest(self) -> str:
        letters = self.door.tenant.deliveries(html=True)
        return next(str(d["html"]) for d in reversed(letters) if "Audits on" in d["subject"])

    def words(self) -> str:
        return unescape(re.sub(r"<[^>]+>", " ", self.digest()))

    def buttons(self) -> dict[str, str]:
        """What each button of the latest digest says -> the subject of its ready message."""
        found = re.findall(r'<a [^>]*href="(mailto:[^"]*)"[^>]*>([^<]*)</a>', self.digest())
        subjects = {unescape(says): parse_qs(unescape(link).partition("?")[2]) for link, says in found}
        return {says: query["subject"][0] for says, query in subjects.items() if "subject" in query}

    def team_says(self, subject: str, sender: str | None = None, on: str = "2026-03-04T09:00") -> None:
        self.ask("POST", "/clock", {"now": f"{on}:00+00:00"})
        mailbox = self.door.settings.mailbox
        self.ask(
            "POST", "/messages",
            {"from": email(sender) if sender else mailbox, "to": [mailbox], "subject": subject,
             "html": "<p>Just send this message.</p>"},
        )  # fmt: skip

    def presses(self, says: str, on: str = "2026-03-04") -> Any:
        """Run the day's digest, press a button in it, and run again at ten."""
        self.run(on)
        buttons = self.buttons()
        assert says in buttons, list(buttons)
        self.team_says(buttons[says], "Tia Manager", on=f"{on}T09:00")
        return self.run(on, "10:00", whole=False)

    def lies_in(self, subject: str) -> list[str]:
        return [m["folder"] for m in self.inbox() if subject in m["subject"]]


def unsent(council: TeamAtWork) -> None:
    """Seven letters of which nobody knows whether they left: their drafts still lie in the outbox's folder."""
    council.door.fault("timeout before", method="POST", path="/send$", times=1_000)
    for hour in ("08:00", "08:20", "08:40", "09:00"):
        council.run("2026-03-02", hour, settle_minutes=2)
    council.ask("DELETE", "/faults")
    council.run("2026-03-03")


def blank(council: Council, person: str, ending: str) -> bytes:
    """The form of that name as it went out to somebody."""
    box = f"/mailboxes/{email(person) if '@' not in person else person}"
    for message in council.ask("GET", box)["messages"]:
        for attachment in council.ask("GET", f"{box}/{message['id']}")["attachments"]:
            if attachment["name"] == f"{REF} {ending}.docx":
                return council._bytes(f"{box}/{message['id']}/{attachment['id']}")
    raise AssertionError(f"no {ending} was sent")


def moderated(door: Door, grade: str = "Requires Improvement", **form: str) -> Council:
    """An audit returned on Tue 3 March and moderated on Wed 4 March."""
    council = Council(door)
    council.run("2026-03-02")
    council.arrives("Ada Auditor", filled(council.form(), grade=grade, **form))
    council.run("2026-03-03", "09:00", whole=False)
    council.ask("POST", "/clock", {"now": "2026-03-04T08:00:00+00:00"})
    council.arrives("Mo Moderator", filled(council.form(), grade=grade, moderated=grade, **form))
    council.run("2026-03-04", "09:00", whole=False)
    assert council.row()["Moderated grade"] == grade
    council.run("2026-03-05")
    return council


def once_moderated(door: Door, grade: str = "Requires Improvement", **form: str) -> Council:
    """The same where a test begins with it and is about what comes after it: played once for all of them."""
    door.played(("moderated", grade, form), lambda: moderated(door, grade, **form))
    return Council(door)


def record(council: Council, sender: str = "Ada Auditor", on: str = "2026-03-09", **answers: str) -> None:
    """A record that comes on Tue 10 March; the usual one is of a first meeting on Mon 9 March."""
    usual = {"uopp_date": on, "uopp_well": SECRET, "uopp_kind": "First", **ACTION, **answers}
    form = filled((ROOT / "docx_templates/uopp_record.docx").read_bytes(), grade="", audit_ref=REF, **usual)
    council.ask("POST", "/clock", {"now": "2026-03-10T08:00:00+00:00"})
    council.arrives(sender, form, f"{REF} UoPP record.docx")
    council.run("2026-03-10", "09:00", whole=False)


def answers(council: Council, sender: str, words: str, letter: str) -> None:
    sent = council.door.tenant.deliveries(html=True)
    found = next(d for d in reversed(sent) if letter in d["subject"] and email(sender) in d["to"])
    headers = {"In-Reply-To": found["internet_message_id"]}
    council.arrives(sender, None, subject=f"RE: {found['subject']}", html=f"<p>{words}</p>", headers=headers)
