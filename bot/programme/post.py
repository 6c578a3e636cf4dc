"""What kind of thing a message in the shared mailbox is, from its envelope alone.

The order of the questions matters: the first that fits decides (RFC 3834; Exchange's own headers). Nothing that
is recognised here is ever answered.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class PostKind(StrEnum):
    OWN = "our own letter"
    BOUNCE = "could not be delivered"
    AUTOMATIC = "automatic reply"
    NOTICE = "a notice from Outlook"  # receipts, recalls, meeting answers
    LETTER = "a letter from a person"


@dataclass(frozen=True, slots=True)
class Post:
    """The envelope of one message. Addresses and header names are lower case; `received` is UTC."""

    id: str
    internet_id: str
    sender: str
    subject: str
    received: datetime
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    message_class: str = ""
    own_key: str = ""
    has_attachments: bool = False
    from_differs_from_sender: bool = False
    internal_by_rule: bool = False  # the council's own rule of mail flow says that it came from inside

    def header(self, name: str) -> str:
        return self.headers.get(name, "").strip()


def kind_of(post: Post, mailbox: str) -> PostKind:
    """What this message is. `mailbox` is the shared mailbox's own address."""
    message_class = post.message_class.casefold()
    local_part = post.sender.partition("@")[0]
    content_type = post.header("content-type").casefold()
    if (message_class.startswith("report.") and message_class.endswith(".ndr")) or (
        "multipart/report" in content_type and "delivery-status" in content_type
    ):
        return PostKind.BOUNCE
    if post.sender == mailbox:
        return PostKind.OWN
    if message_class.startswith(("report.", "ipm.outlook.recall", "ipm.schedule", "ipm.recall")):
        return PostKind.NOTICE
    # X-Auto-Response-Suppress is not in this list on purpose: ordinary programs put it on ordinary mail.
    automatic = (
        post.header("auto-submitted").casefold().startswith("auto-")
        or message_class.startswith("ipm.note.rules.oof")
        or bool(post.header("x-autoreply") or post.header("x-autorespond"))
        or bool(post.header("x-ms-exchange-inbox-rules-loop"))
        or post.header("return-path") == "<>"
        or local_part in ("mailer-daemon", "postmaster")
    )
    return PostKind.AUTOMATIC if automatic else PostKind.LETTER


def doubt_about_sender(post: Post, domains: Collection[str]) -> str | None:
    """Why the sender cannot be taken at their word, or None. "From" is only a claim until Exchange vouches for it."""
    domain = post.sender.rpartition("@")[2]
    if domain not in domains:
        return "it came from outside the council"
    if post.from_differs_from_sender:
        return "it was sent by one person on behalf of another"
    said = post.header("x-ms-exchange-organization-authas").casefold()
    if said != "internal" and not post.internal_by_rule:
        # Mail from inside carries no result of SPF, DKIM or DMARC, so that a missing word is made good by nothing.
        return (
            "Exchange did not recognise the sender as one of ours"
            if said
            else "Exchange does not say whether the sender is one of ours"
        )
    results = post.header("authentication-results").casefold()
    if "compauth=fail" in results or "dmarc=fail" in results:
        return "Exchange could not confirm the sender"
    return None
