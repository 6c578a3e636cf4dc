"""Our letters in the mailbox, by the key each carries.

https://learn.microsoft.com/graph/api/singlevaluelegacyextendedproperty-get
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from bot.office.graph import Graph, Request
from bot.office.mail.mailbox import COVERS_PROPERTY, KEY_PROPERTY, SHOWN_PROPERTY, Mailbox, tagged
from bot.programme.modes import Mode

SUBMITTED_FLAG = "Integer 0x0E07"
FLAG = quote(f"singleValueExtendedProperties($filter=id eq '{SUBMITTED_FLAG}')", safe="()$=,'")

ADDRESSED = ("toRecipients", "ccRecipients", "bccRecipients")


class LetterSearch:
    """Asks the mailbox what became of letters. A trial and the live bot see only their own drafts."""

    def __init__(self, graph: Graph, mailbox: Mailbox, mode: Mode) -> None:
        self._graph, self._mailbox, self._mode = graph, mailbox, mode

    def by_key(self, keys: Sequence[str]) -> tuple[str, list[list[Any]]]:
        """The id of Sent Items, and every message of the mailbox that carries each key, wherever it lies."""
        wanted = f"$expand={FLAG}&$select=id,isDraft,sentDateTime,internetMessageId,parentFolderId"
        parts = [Request("GET", f"{self._mailbox.path}/mailFolders/SentItems?$select=id")]
        parts += [self._with_key(key, wanted) for key in keys]
        sent_items, *found = self._looked_up(parts)
        return str(sent_items["id"]), [list(page["value"]) for page in found]

    def subjects(self, keys: Sequence[str]) -> dict[str, str]:
        """The subjects of letters, wherever in the mailbox they lie now; those that are gone are left out."""
        found = self._looked_up([self._with_key(key, "$select=id,subject") for key in keys])
        return {
            key: str(page["value"][0].get("subject") or "")
            for key, page in zip(keys, found, strict=True)
            if page["value"]
        }

    def _with_key(self, key: str, more: str) -> Request:
        value = self._mode.marked(key)
        text = f"singleValueExtendedProperties/Any(ep: ep/id eq '{KEY_PROPERTY}' and ep/value eq '{value}')"
        query = f"$filter={quote(text, safe=chr(39) + '():/,')}&{more}"
        return Request("GET", f"{self._mailbox.path}/messages?{query}")

    def _looked_up(self, parts: Sequence[Request]) -> list[Any]:
        replies = self._graph.batch(parts)
        for reply in replies:
            if not reply.ok:
                raise reply.fault("Looking a letter up")
        return [reply.body for reply in replies]

    def in_sent_items(
        self, since: datetime, *, everywhere: bool = False, readers: bool = False, live: bool = False
    ) -> Iterator[tuple[str, Any]]:
        """Key and envelope of each of our letters in Sent Items since a moment, those a letter stands for among
        them. `everywhere`: wherever in the mailbox people have put them by now; the folders on the way. `readers`:
        with whom it is addressed to. `live`: a trial is shown what has gone live as well."""
        params = {
            "$filter": f"sentDateTime ge {since:%Y-%m-%dT%H:%M:%SZ}",
            "$orderby": "sentDateTime",
            "$select": ",".join(
                ("id,isDraft,sentDateTime,internetMessageId,parentFolderId", *(ADDRESSED if readers else ()))
            ),
            "$expand": "singleValueExtendedProperties"
            f"($filter=id eq '{KEY_PROPERTY}' or id eq '{COVERS_PROPERTY}')",
            "$top": "500",
        }
        path, sent_items = self._mailbox.path, ""
        where = "messages" if everywhere else "mailFolders/SentItems/messages"
        parts = [Request("GET", f"{path}/{where}?{urlencode(params)}")]
        if everywhere:
            parts.append(Request("GET", f"{path}/mailFolders/SentItems?$select=id"))
            parts.append(self._mailbox.folders.request())
        page, *beside = self._graph.batch(parts)
        if beside:
            sent_items = str(beside[0].body["id"]) if beside[0].ok else ""
            self._mailbox.folders.know(beside[1])
        if not page.ok:
            raise page.fault("Looking through the letters that were sent")
        for message in self._graph.entries(page.body):
            if everywhere and message["isDraft"] and message["parentFolderId"] != sent_items:
                continue  # it has not been sent
            for written in (KEY_PROPERTY, COVERS_PROPERTY):
                for kept in (tagged(message, written) or "").split(","):
                    if key := self._mode.own(kept) or (live and Mode.LIVE.own(kept)):
                        yield key, message

    def drafts_in(self, folder: str) -> Iterator[tuple[str, Any]]:
        """Key and envelope of each of our letters that lies as a draft in one of our folders. Raises AuditBotError."""
        params = {
            "$select": "id,isDraft,createdDateTime,internetMessageId,parentFolderId",
            "$expand": "singleValueExtendedProperties"
            f"($filter=id eq '{KEY_PROPERTY}' or id eq '{SUBMITTED_FLAG}')",
            "$top": "500",
        }
        for page in self._graph.pages(f"{self._mailbox.path}/mailFolders/{folder}/messages", params):
            for message in page["value"]:
                if message["isDraft"] and (key := self._mode.own(tagged(message, KEY_PROPERTY) or "")):
                    yield key, message

    def shown_by(self, key: str) -> str:
        """What a list for confirmation showed, by its copy; "" where there is none. Raises AuditBotError."""
        _, (copies,) = self.by_key([key])
        query = {
            "$select": "id",
            "$expand": f"singleValueExtendedProperties($filter=id eq '{SHOWN_PROPERTY}')",
        }
        for copy in copies:
            message = self._graph.get(f"{self._mailbox.path}/messages/{copy['id']}", query)
            if found := tagged(message, SHOWN_PROPERTY):
                return found
        return ""

    def untouched(self, message_ids: Sequence[str], folder: str) -> list[bool]:
        """Whether each message still lies as a draft in a folder, and Exchange has not begun to send it. Raises
        AuditBotError."""
        query = f"$select=id,isDraft,parentFolderId&$expand={FLAG}"
        replies = self._graph.batch(
            Request("GET", f"{self._mailbox.path}/messages/{i}?{query}") for i in message_ids
        )
        return [reply.ok and lies_untouched(reply.body, folder) for reply in replies]


def addressed(message: Any, *kinds: str) -> set[str]:
    """The addresses a message has in these of its lines, in small letters."""
    return {
        str(r["emailAddress"].get("address") or "").casefold()
        for kind in kinds
        for r in message.get(kind) or ()
    }


def lies_untouched(message: Any, folder: str) -> bool:
    return bool(message["isDraft"] and message["parentFolderId"] == folder and not in_hand(message))


def in_hand(draft: Any) -> bool:
    """Whether Exchange has begun to send a draft."""
    return bool(int(tagged(draft, SUBMITTED_FLAG) or 0) & 4)
