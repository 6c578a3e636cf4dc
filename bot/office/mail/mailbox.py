"""The shared mailbox: what came, what it carries, and where it goes.

Messages are told apart by their immutable ids. Whether one has been read is never looked at and never changed: for
the people who share the mailbox, unread is their own queue.
https://learn.microsoft.com/graph/delta-query-messages
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from bot.clock import now
from bot.errors import RequestRefused
from bot.office.graph import Graph, Reply, Request, no_circle
from bot.office.mail.folders import Folders
from bot.programme.addresses import in_small_letters
from bot.programme.messages.post import LONGEST_HEADER, Attachment, Post
from bot.programme.messages.safe_links import unwrapped

KEY_PROPERTY = "String {6f2c1f5e-3d0b-4a77-9d3c-2f6a8b1e5c40} Name AuditBotKey"
"""The named property by which our own letters are found again. Its name is case-sensitive."""

COVERS_PROPERTY = "String {6f2c1f5e-3d0b-4a77-9d3c-2f6a8b1e5c40} Name AuditBotCovers"
"""On a letter that stands for several: their keys, so that the mailbox knows of each."""

SHOWN_PROPERTY = "String {6f2c1f5e-3d0b-4a77-9d3c-2f6a8b1e5c40} Name AuditBotShown"
"""On a list for confirmation: what it showed, in codes, for a ledger that is lost."""

KEY_HEADER = "x-auditbot-key"
LONGEST_BODY = 1_000_000
"""Signs of a body that are looked at. What somebody wrote stands at its beginning, above what they quote."""
MESSAGE_CLASS = "String 0x001A"
_ENVELOPE = (
    "id,internetMessageId,subject,from,sender,toRecipients,ccRecipients,receivedDateTime,hasAttachments,"
    "parentFolderId,categories"
)
_DETAILS = (
    "$select=internetMessageHeaders&$expand=singleValueExtendedProperties("
    f"$filter=id eq '{KEY_PROPERTY}' or id eq '{MESSAGE_CLASS}')"
)
_ATTACHMENTS = "$select=id,name,contentType,size,isInline"
PAGE = "odata.maxpagesize=50"
GONE = (404, 410)
"""Exchange's answers about a message that is in the mailbox no more."""
BEGUN_ANEW = 3
"""So often a look begins the Inbox anew before it gives up."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a listing tells of a message. `folder` is the id of the folder it lies in; `raw` is Graph's own answer."""

    id: str
    internet_message_id: str
    sender: str
    received: datetime
    folder: str
    raw: Any


@dataclass(frozen=True, slots=True)
class Page:
    """A page of messages, and the place to go on from: a next link, or after the last page the link for next time."""

    messages: tuple[Envelope, ...]
    cursor: str


class Mailbox:
    """One mailbox, by its address."""

    def __init__(self, graph: Graph, address: str) -> None:
        self._graph = graph
        self.path = f"/users/{quote(address)}"
        self.folders = Folders(graph, self.path)

    # --------------------------------------------------------------------------------------------------- looking

    def inbox(self, cursor: str, since: datetime | None = None) -> Iterator[Page]:
        """What came to the Inbox since `cursor`, page by page; from `since` on when the cursor is empty or no longer
        known. Delta may show a message twice, in any order, and one that only changed."""
        start = f"{self.path}/mailFolders/Inbox/messages/delta?$select={_ENVELOPE}"
        if since:
            start += f"&$filter=receivedDateTime+ge+{_moment(since)}"
        link, begun = cursor or start, 0 if cursor else 1
        followed: set[str] = set()
        while link:
            try:
                no_circle(link, followed)
                page = self._graph.get(link, headers={"Prefer": PAGE})
            except RequestRefused as fault:
                # An old token is answered in more than one way, or is of an address that Graph had before (0), and a
                # next link may die on the way.
                hopeless = (begun and link == start) or begun == BEGUN_ANEW
                if hopeless or fault.status not in (0, 400, *GONE):
                    raise
                link, begun, followed = start, begun + 1, set()
                continue
            # A change of an old message may come in part, without its envelope: it is not news.
            found = [m for m in page["value"] if "@removed" not in m and m.get("receivedDateTime")]
            ahead = str(page.get("@odata.nextLink") or "")
            yield Page(
                tuple(_envelope(m) for m in found), ahead or str(page.get("@odata.deltaLink") or cursor)
            )
            link = ahead

    def everywhere(self, since: datetime) -> Iterator[Page]:
        """Every message of the mailbox received since a moment, oldest first, whatever folder it lies in.

        https://learn.microsoft.com/graph/api/user-list-messages
        """
        query = {
            "$filter": f"receivedDateTime ge {_moment(since)}",
            "$orderby": "receivedDateTime",
            "$select": f"{_ENVELOPE},isDraft",
            "$top": "200",
        }
        for page in self._graph.pages(f"{self.path}/messages", query):
            found = [m for m in page["value"] if m.get("receivedDateTime") and not m.get("isDraft")]
            yield Page(tuple(_envelope(m) for m in found), "")

    def where(self, ids: Sequence[str]) -> dict[str, str]:
        """The folder each of these messages lies in now, by its id: "" where that could not be told just now. Those
        that are gone are left out."""
        parts = [Request("GET", f"{self.path}/messages/{i}?$select=parentFolderId") for i in ids]
        replies = self._graph.batch(parts)
        return {
            i: str(r.body["parentFolderId"]) if r.ok else ""
            for i, r in zip(ids, replies, strict=True)
            if r.ok or r.status not in GONE
        }

    def opened(self, envelopes: Sequence[Envelope]) -> list[Post]:
        """These messages with their headers and attachments; those that were deleted meanwhile are left out."""
        return self._with_details([envelope.raw for envelope in envelopes])

    def messages(self, ids: Sequence[str], *, closed_too: bool = False) -> list[Post]:
        """Messages by id, in whatever folder they are now; those that were deleted are left out.

        With `closed_too` one that is refused although others are not is given as closed, with nothing but its id.
        """
        parts = [Request("GET", f"{self.path}/messages/{i}?$select={_ENVELOPE}") for i in ids]
        replies = self._graph.batch(parts)
        closed = []
        for message_id, reply in zip(ids, replies, strict=True):
            if not reply.ok and reply.status != 404:
                fault = reply.fault("Reading a message")
                if not closed_too or (len(ids) > 1 and not any(each.ok for each in replies)):
                    raise fault
                closed.append(
                    Post(message_id, "", "", "", datetime.min.replace(tzinfo=UTC), closed=str(fault))
                )
        return [*closed, *self._with_details([reply.body for reply in replies if reply.ok])]

    def _with_details(self, envelopes: Sequence[Any]) -> list[Post]:
        """Headers, message class and attachments of each message, in few requests. One that cannot be opened although
        others can keeps nobody from reading them."""
        parts = []
        for envelope in envelopes:
            path = f"{self.path}/messages/{envelope['id']}"
            parts.append(Request("GET", f"{path}?{_DETAILS}"))
            # Whatever hasAttachments says: it is wrong both ways, for files marked as inline above all.
            parts.append(Request("GET", f"{path}/attachments?{_ATTACHMENTS}"))
        replies = iter(self._graph.batch(parts))
        found = []
        fault: Exception | None = None
        nothing = Reply(200, {"value": []}, {})
        for envelope in envelopes:
            details, attachments = next(replies), next(replies)
            if details.status == 404:
                continue  # deleted while we looked; that only its files are not found is trouble and no deletion
            wrong = next((reply for reply in (details, attachments) if not reply.ok), None)
            if wrong is not None:
                fault = wrong.fault("Reading a message")
                found.append(replace(_message(envelope, nothing, nothing), closed=str(fault)))
                continue
            try:
                found.append(_message(envelope, details, attachments))
            except (
                AttributeError,
                KeyError,
                TypeError,
                ValueError,
            ) as odd:  # an answer that is not what it should be
                fault = RequestRefused(f"Reading a message: {type(odd).__name__} in the answer.", status=0)
                found.append(replace(_message(envelope, nothing, nothing), closed=str(fault)))
        if fault and len(found) > 1 and all(message.closed for message in found):
            raise fault  # it is not the messages
        return found

    def attachment_bytes(self, message_id: str, attachment: Attachment) -> bytes:
        """The content of a file, or of an attached message as MIME text."""
        return self._graph.get_bytes(f"{self.path}/messages/{message_id}/attachments/{attachment.id}/$value")

    def mime(self, message_id: str) -> bytes:
        """A message as it travelled (RFC 5322): all headers and parts, those of a report of delivery among them.

        https://learn.microsoft.com/graph/outlook-get-mime-message
        """
        return self._graph.get_bytes(f"{self.path}/messages/{message_id}/$value")

    def text(self, message_id: str) -> str:
        """The body of a message as plain text, made from its HTML by Exchange, with links as their sender wrote them.

        https://learn.microsoft.com/graph/api/message-get
        """
        found = self._graph.get(
            f"{self.path}/messages/{message_id}?$select=body",
            headers={"Prefer": 'outlook.body-content-type="text"'},
        )
        return _words(found)

    def body(self, message_id: str) -> str:
        """What stands in a message, as HTML where it was written so, with links as their sender wrote them.

        https://learn.microsoft.com/graph/api/message-get
        """
        return _words(self._graph.get(f"{self.path}/messages/{message_id}?$select=body"))

    # ---------------------------------------------------------------------------------------------------- filing

    def file(self, moves: Sequence[tuple[str, str, Sequence[str]]]) -> list[str]:
        """Put messages where they belong: (message id, folder, all its categories, or none to leave them as they are).
        What went wrong with each, or "".

        A message somebody deleted meanwhile is no longer ours and counts as filed; one that Exchange does not find to
        move, and that lies where it lay all the same, does not.
        """
        for folder in dict.fromkeys(folder for _, folder, _ in moves):
            self.folder(folder)
        marked = [(i, list(c)) for i, _, c in moves if c]
        parts = [Request("PATCH", f"{self.path}/messages/{i}", {"categories": c}) for i, c in marked]
        self._graph.batch(parts)
        replies = self._graph.batch(
            Request("POST", f"{self.path}/messages/{i}/move", {"destinationId": self.folder(f)})
            for i, f, _ in moves
        )
        lost = [i for (i, _, _), reply in zip(moves, replies, strict=True) if reply.status in GONE]
        now = self.where(lost) if lost else {}

        def filed(message_id: str, folder: str, reply: Reply) -> bool:
            if reply.status not in GONE:
                return reply.ok
            return message_id not in now or now[message_id] == self.folder(folder)

        return [
            "" if filed(i, folder, reply) else str(reply.fault("Moving a message"))
            for (i, folder, _), reply in zip(moves, replies, strict=True)
        ]

    def folder(self, name: str) -> str:
        """The id of one of our folders, made when it is missing."""
        return self.folders.id_of(name)

    def ids_in(self, folder: str) -> frozenset[str]:
        """The ids of the messages that lie in a folder now."""
        pages = self._graph.pages(
            f"{self.path}/mailFolders/{self.folder(folder)}/messages", {"$select": "id", "$top": "500"}
        )
        return frozenset(str(message["id"]) for page in pages for message in page["value"])


def _words(found: Any) -> str:
    return unwrapped(str((found.get("body") or {}).get("content") or "")[:LONGEST_BODY])


def tagged(message: Any, wanted: str) -> str | None:
    """The value of an extended property, or None. Exchange gives ids back in its own spelling: asked for
    "String 0x001A" it answers "String 0x1a"."""
    for each in message.get("singleValueExtendedProperties") or ():
        if _spelled_alike(str(each["id"])) == _spelled_alike(wanted):
            return str(each["value"])
    return None


def _spelled_alike(property_id: str) -> tuple[str, ...]:
    """A property's type and number, or its type, set and name; only a name's case matters."""
    kind, _, rest = property_id.partition(" ")
    if rest[:2].casefold() == "0x":
        return kind.casefold(), str(int(rest, 16))
    guid, _, name = rest.partition(" ")
    word, _, name = name.partition(" ")
    return (
        kind.casefold(),
        guid.casefold(),
        word.casefold(),
        str(int(name, 16)) if word.casefold() == "id" else name,
    )


def _envelope(given: Any) -> Envelope:
    return Envelope(
        id=str(given["id"]),
        internet_message_id=str(given.get("internetMessageId") or ""),
        sender=_address(given.get("from")) or _address(given.get("sender")),
        received=_received(given),
        folder=str(given.get("parentFolderId") or ""),
        raw=given,
    )


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _message(envelope: Any, details: Reply, attachments: Reply) -> Post:
    headers: dict[str, tuple[str, ...]] = {}
    for header in details.body.get("internetMessageHeaders") or ():
        name = str(header["name"]).casefold()
        headers[name] = (*headers.get(name, ()), str(header["value"])[:LONGEST_HEADER])
    sent_by = _address(envelope.get("sender"))
    sender = _address(envelope.get("from")) or sent_by
    return Post(
        id=str(envelope["id"]),
        internet_id=str(envelope.get("internetMessageId") or ""),
        subject=str(envelope.get("subject") or "")[:LONGEST_HEADER],
        sender=sender,
        to=_addresses(envelope.get("toRecipients")),
        cc=_addresses(envelope.get("ccRecipients")),
        received=_received(envelope),
        has_attachments=bool(envelope.get("hasAttachments")),
        folder=str(envelope.get("parentFolderId") or ""),
        sent_by="" if sent_by == sender else sent_by,
        headers={name: values[0] for name, values in headers.items()},
        repeated={name: values for name, values in headers.items() if len(values) > 1},
        message_class=tagged(details.body, MESSAGE_CLASS) or "",
        own_key=tagged(details.body, KEY_PROPERTY) or "",
        attachments=tuple(_attachment(a) for a in attachments.body["value"]),
        categories=tuple(str(c) for c in _several(envelope.get("categories"))),
    )


def _attachment(given: Any) -> Attachment:
    kind = str(given.get("@odata.type", "")).removeprefix("#microsoft.graph.").removesuffix("Attachment")
    return Attachment(
        id=str(given["id"]),
        name=str(given.get("name") or "")[-LONGEST_HEADER:],  # what it is stands at its end
        content_type=str(given.get("contentType") or ""),
        size=int(given.get("size") or 0),
        kind=kind or "file",
        inline=bool(given.get("isInline")),
    )


def _received(given: Any) -> datetime:
    """When a message came; of one whose moment nobody can read, just now: it is looked at all the same."""
    try:
        moment = datetime.fromisoformat(str(given["receivedDateTime"]))
    except ValueError:
        return now()
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _address(recipient: Any) -> str:
    """The address of somebody a message names; "" where the answer is not what it should be. One odd message must not
    keep the others from being seen."""
    given = recipient.get("emailAddress") if isinstance(recipient, dict) else None
    address = given.get("address") if isinstance(given, dict) else None
    return in_small_letters(str(address or "").strip())


def _addresses(recipients: Any) -> tuple[str, ...]:
    return tuple(a for a in (_address(r) for r in _several(recipients)) if a)


def _several(given: Any) -> list[Any]:
    return given if isinstance(given, list) else []
