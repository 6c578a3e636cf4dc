"""What happens to mail besides: reports of delivery, automatic replies, thanks, recalls; and what the Audit Team does
with the folders that the bot keeps for it."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import date

from sandbox.play.cast.person import JsonObject
from sandbox.play.cast.stage import Stage
from sandbox.play.letters import kind_of
from sandbox.play.working_days import later

DRAFTS = "Drafts for the Audit Team"
NOTICES = ("delay notice", "relay notice", "delivery receipt")
"""Reports that say nothing of a failure: they must change nothing."""
WAITS = {"Doubtful", "Not a Word form", "Sender in doubt", "Differs from an earlier return"}
"""Why a form is held that somebody is to send again."""


class Post(Stage):
    """Exchange, Outlook, and people who are polite."""

    def _happens_to(self, day: date, person: str, delivery: JsonObject) -> None:
        """A letter is delayed, relayed, thanked for, or comes back from one of its readers."""
        if person == self._tenant.mailbox:
            return
        rules, letter = self._rules["post"], kind_of(delivery)
        draw = self._draw(f"{person} {letter.name} {', '.join(letter.about)} {day}", "post")
        if draw.randrange(100) < rules["noticed"]:
            kind = draw.choice(NOTICES)
            self._later_by_mail(day, f"A {kind} comes", lambda _d: self._event(kind, person, delivery))
        if draw.randrange(100) < rules["thanked"] and person in delivery["to"]:
            words = draw.choice(rules["thanks"])
            self._later_by_mail(later(day, 1), "Somebody says thank you",
                                lambda _d: self._thank(person, delivery, words))  # fmt: skip

    def _event(self, kind: str, person: str, delivery: JsonObject) -> None:
        body = {"kind": kind, "internetMessageId": delivery["internet_message_id"], "recipients": [person]}
        self._tenant.ask("POST", "/events", body)

    def _thank(self, person: str, delivery: JsonObject, words: str) -> None:
        message = self._outlook.message(person, delivery["internet_message_id"])
        self._outlook.answer(person, message, words, [self._tenant.mailbox], [])

    def _plan_failure(self, day: date, reference: str, person: str, delivery: JsonObject) -> None:
        """A letter comes back from somebody whose mailbox is full; the next day there is room again."""
        wanted = "fails_alert" if kind_of(delivery).name == "10_inadequate_alert" else "fails"
        if self._special(reference, wanted) and self._once(wanted, reference):
            self._later_by_mail(day, f"A letter about {reference} comes back",
                                lambda _d: self._event("bounce", person, delivery))  # fmt: skip

    def _read_what_waits(self) -> None:
        """The Audit Team reads what lies in “Please look at” on the same day and clears it away; only what somebody is
        to send again, or what they have a question about, stays until it is settled."""
        team = self._tenant.mailbox
        if not self._looking:
            folders = self._outlook.call("GET", team, "/mailFolders?$top=100")["value"]
            self._looking = next((f["id"] for f in folders if f["displayName"] == "Please look at"), "")
        if self._looking:
            path = f"/mailFolders/{self._looking}/messages?$top=500&$select=id,categories,subject"
            for message in self._outlook.call("GET", team, path)["value"]:
                asked = any(reference in message["subject"] for reference in self._in_question)
                if not asked and not WAITS & set(message["categories"]):
                    self._outlook.call(
                        "POST", team, f"/messages/{message['id']}/move", {"destinationId": "archive"}
                    )

    def _send_drafts(self) -> None:
        """The Audit Team reads what the bot has left in its drafts and sends it as it stands."""
        team = self._tenant.mailbox
        if not self._drafts:
            folders = self._outlook.call("GET", team, "/mailFolders?$top=100")["value"]
            self._drafts = next((f["id"] for f in folders if f["displayName"] == DRAFTS), "")
        if self._drafts:
            path = f"/mailFolders/{self._drafts}/messages?$top=500&$select=id"
            for draft in self._outlook.call("GET", team, path)["value"]:
                self._outlook.call("POST", team, f"/messages/{draft['id']}/send")

    def _recall(self, reference: str, person: str) -> None:
        subject = f"Recall: {reference}"
        self._tenant.ask(
            "POST", "/events",
            {"kind": "recall", "from": person, "to": self._tenant.mailbox, "subject": subject},
        )  # fmt: skip

    def _reply_by_itself(self, person: str, reference: str, files: Sequence[tuple[str, bytes]]) -> None:
        """A program answers in somebody's name, with a file of theirs."""
        attachments = [{"name": name, "base64": base64.b64encode(data).decode()} for name, data in files]
        self._tenant.ask(
            "POST", "/messages",
            {"from": person, "to": [self._tenant.mailbox], "subject": f"Automatic reply: Audit {reference}",
             "html": "<p>I am away; the audit is attached.</p>", "attachments": attachments,
             "headers": {"Auto-Submitted": "auto-replied"}},
        )  # fmt: skip
