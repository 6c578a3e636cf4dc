"""Letters as drafts in the mailbox: written there, and compared with what was asked for before they may go.

https://learn.microsoft.com/graph/api/user-post-messages
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import partial
from typing import Any

from bot.errors import AuditBotError, RequestRefused, TenantUnavailable
from bot.office.graph import Graph, Reply, Request
from bot.office.mail.drafts_compared import differs
from bot.office.mail.letter_states import LetterStates
from bot.office.mail.mailbox import COVERS_PROPERTY, KEY_HEADER, KEY_PROPERTY, SHOWN_PROPERTY, Mailbox
from bot.office.mail.outgoing import LetterOutcome, OutgoingLetter
from bot.programme.modes import Mode
from bot.programme.vocabulary import Person
from bot.settings import Settings

IN_THE_MESSAGE = 2_500_000
"""Bytes of attachments that may travel inside the draft; Graph refuses a request of about four million."""

SMALL_ATTACHMENT = 3 * 1024 * 1024


class Drafting:
    """Makes the drafts of letters."""

    def __init__(
        self, graph: Graph, mailbox: Mailbox, states: LetterStates, settings: Settings, mode: Mode
    ) -> None:
        self._graph, self._mailbox, self._states, self._mode = graph, mailbox, states, mode
        left = settings.rehearsal_folder if mode is Mode.REHEARSE else settings.drafts_folder
        self._folders = {False: settings.outbox_folder, True: left}  # by whether it stays a draft

    def draft(
        self, letters: Sequence[OutgoingLetter], outcomes: list[LetterOutcome]
    ) -> list[tuple[OutgoingLetter, Any]]:
        """Make the drafts. Those that came out as they should; the others are deleted or left for the next run."""
        if not letters:
            return []
        try:
            replies = self._graph.batch([self._request(letter) for letter in letters])
        except (TenantUnavailable, RequestRefused) as fault:
            # Whether the drafts were made does not matter: a draft without "sending" in the ledger never goes out.
            self._states.refused = str(fault)
            outcomes += [LetterOutcome(letter.key, "waiting", str(fault)) for letter in letters]
            return []
        made: list[tuple[OutgoingLetter, Any]] = []
        spoilt: list[tuple[OutgoingLetter, str]] = []
        for letter, reply in zip(letters, replies, strict=True):
            wrong = self._wrong_with(letter, reply)
            if not wrong:
                made.append((letter, reply.body))
                if letter.draft_only:
                    outcomes.append(LetterOutcome(letter.key, "left as draft"))
                continue
            self._states.refused = wrong
            if reply.status in (429, 500, 502, 503, 504):
                outcomes.append(LetterOutcome(letter.key, "waiting", wrong))
            else:
                if reply.ok:
                    self._graph.delete(f"{self._mailbox.path}/messages/{reply.body['id']}")
                outcomes.append(LetterOutcome(letter.key, "failed", wrong))
                spoilt.append((letter, wrong))
        self._states.drafted(made)
        self._states.cancelled(spoilt)
        return made

    def _request(self, letter: OutgoingLetter) -> Request:
        folder = self._mailbox.folder(self._folders[letter.draft_only])
        path = f"{self._mailbox.path}/mailFolders/{folder}/messages"
        return Request("POST", path, _body(letter, self._mode))

    def _wrong_with(self, letter: OutgoingLetter, reply: Reply) -> str:
        """Why a draft may not go out: refused, or not what was asked for. "" when all is well."""
        if not reply.ok:
            return str(reply.fault("Making a draft"))
        if what := differs(reply.body, letter):
            return f"Exchange gave the draft {what} than was asked for."
        if not _travels_inside(letter):
            try:
                self._attach(str(reply.body["id"]), letter)
            except AuditBotError as fault:
                return f"An attachment could not be put on: {fault}"
        return ""

    def _attach(self, message_id: str, letter: OutgoingLetter) -> None:
        """Put attachments on one by one; a large one goes up in ranges.

        https://learn.microsoft.com/graph/outlook-large-attachments
        """
        path = f"{self._mailbox.path}/messages/{message_id}/attachments"
        for name, data in letter.attachments:
            if len(data) < SMALL_ATTACHMENT:
                self._graph.post(path, _attachment(name, data))
                continue
            item = {"AttachmentItem": {"attachmentType": "file", "name": name, "size": len(data)}}
            self._graph.upload(partial(self._graph.post, f"{path}/createUploadSession", item), data)


def _body(letter: OutgoingLetter, mode: Mode) -> dict[str, Any]:
    """The draft as Graph wants it, with the letter's key in a named property and in a header."""

    def recipients(people: Sequence[Person]) -> list[dict[str, Any]]:
        return [{"emailAddress": {"name": p.name, "address": p.email}} for p in people]

    body: dict[str, Any] = {
        "subject": letter.subject,
        "body": {"contentType": "html", "content": letter.html},
        "toRecipients": recipients(letter.to),
        "ccRecipients": recipients(letter.cc),
        "singleValueExtendedProperties": [{"id": KEY_PROPERTY, "value": mode.marked(letter.key)}],
        # Comes back inside a non-delivery report. Automatic replies of people who are away stay welcome.
        "internetMessageHeaders": [{"name": KEY_HEADER, "value": mode.marked(letter.key)}],
    }
    if letter.important:
        body["importance"] = "high"
    if letter.covers:
        keys = ",".join(mode.marked(part["key"]) for part in letter.covers)
        body["singleValueExtendedProperties"].append({"id": COVERS_PROPERTY, "value": keys})
    if letter.shown:
        body["singleValueExtendedProperties"].append({"id": SHOWN_PROPERTY, "value": letter.shown})
    if letter.attachments and _travels_inside(letter):
        body["attachments"] = [_attachment(name, data) for name, data in letter.attachments]
    return body


_TYPES = {
    "html": "text/html",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ics": "text/calendar; method=PUBLISH",
}


def _attachment(name: str, data: bytes) -> dict[str, Any]:
    return {
        "@odata.type": "#microsoft.graph.fileAttachment",
        "name": name,
        "contentType": _TYPES[name.rpartition(".")[2]],
        "contentBytes": base64.b64encode(data).decode(),
    }


def _travels_inside(letter: OutgoingLetter) -> bool:
    return sum(len(data) for _, data in letter.attachments) <= IN_THE_MESSAGE
