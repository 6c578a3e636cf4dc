"""How a message comes to be in somebody's Inbox, with the headers Exchange gives it on its way.

https://learn.microsoft.com/exchange/antispam/antispam-message-headers
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from email.utils import format_datetime
from typing import Any

from sandbox.tenant.clock import moment_from
from sandbox.tenant.mail.defender import hold_back, marked_inline, with_safe_links
from sandbox.tenant.mail.extended import MESSAGE_CLASS
from sandbox.tenant.state import Attachment, Mailbox, Message, Tenant, new_id

JsonObject = dict[str, Any]


def recipient(name: str, address: str) -> JsonObject:
    return {"emailAddress": {"name": name, "address": address}}


def addresses(recipients: Iterable[Mapping[str, Any]]) -> list[str]:
    return [str(r["emailAddress"].get("address", "")).strip().casefold() for r in recipients]


def exchange_address(tenant: Tenant) -> str:
    """The sender of Exchange's own messages."""
    return f"microsoftexchange329e71ec88ae4615bbc36ab6ce41109e@{tenant.domain}"


def arrive(tenant: Tenant, target: Mailbox, message: Message, headers: list[dict[str, str]]) -> Message:
    """A copy of a message in somebody's Inbox."""
    now = tenant.now()
    sender = addresses([message.props["from"]] if message.props.get("from") else [])
    attachments = marked_inline(tenant, sender[0] if sender else "", message.attachments)
    props = {
        **message.props,
        "isDraft": False,
        "isRead": False,
        "receivedDateTime": now,
        "createdDateTime": now,
        "categories": [],
        "bccRecipients": [],
    }
    if tenant.behaviours.on("Safe Links"):
        props["body"] = with_safe_links(props.get("body") or {})
    extended = {MESSAGE_CLASS: message.extended.get(MESSAGE_CLASS, "IPM.Note")}
    copy = Message(
        new_id(), target.well_known["inbox"], props, headers=headers, extended=extended, attachments=attachments,
        parts=message.parts,
    )  # fmt: skip
    target.add(copy)
    hold_back(tenant, target, copy)
    return copy


def transport_headers(tenant: Tenant, sender: str, message: Message) -> list[dict[str, str]]:
    """The headers a message has once Exchange has carried it.

    Only mail from outside has an authentication result; `AuthAs` tells inside from outside.
    """
    props = message.props
    when = format_datetime(moment_from(props.get("sentDateTime") or tenant.now()))
    inside = sender in tenant.mailboxes or sender == exchange_address(tenant)
    own = {h["name"].lower() for h in message.headers}
    pairs = [
        ("Received", f"from mail.{tenant.domain} by inbox.{tenant.domain} with HTTPS; {when}"),
        ("Authentication-Results", "" if inside else _authentication(sender)),
        ("From", sender),
        ("To", ", ".join(addresses(props.get("toRecipients") or ()))),
        ("Cc", ", ".join(addresses(props.get("ccRecipients") or ()))),
        ("Subject", props.get("subject") or ""),
        ("Date", when),
        ("Message-ID", props["internetMessageId"]),
        ("In-Reply-To", props.get("_inReplyTo") or ""),
        ("References", props.get("_references") or ""),
        ("MIME-Version", "1.0"),
        ("Content-Type", "multipart/mixed" if message.attachments else "text/html"),
        ("X-MS-Exchange-Organization-AuthAs", _auth_as(tenant, inside)),
    ]
    found = [{"name": n, "value": v} for n, v in pairs if v and n.lower() not in own]
    return [*found, *message.headers]


def _authentication(sender: str) -> str:
    domain = sender.partition("@")[2]
    return (
        f"spf=pass smtp.mailfrom={domain}; dkim=pass (signature was verified) header.d={domain};"
        f"dmarc=pass action=none header.from={domain};compauth=pass reason=100"
    )


def _auth_as(tenant: Tenant, inside: bool) -> str:
    if inside:
        return "Internal"
    return "" if tenant.behaviours.on("AuthAs absent on outside mail") else "Anonymous"


def fresh_message_id(tenant: Tenant) -> str:
    return f"<{uuid.uuid4().hex.upper()}@{tenant.domain}>"


def composed(
    tenant: Tenant,
    sender: JsonObject,
    to: list[JsonObject],
    subject: str,
    html: str,
    *,
    headers: list[dict[str, str]] | None = None,
    extended: dict[str, str] | None = None,
    attachments: list[Attachment] | None = None,
    cc: list[JsonObject] | None = None,
) -> Message:
    """A message put together by the tenant itself, ready to arrive."""
    now = tenant.now()
    props: JsonObject = {
        "subject": subject,
        "body": {"contentType": "html", "content": html},
        "from": sender,
        "sender": sender,
        "toRecipients": to,
        "ccRecipients": cc or [],
        "conversationId": new_id("AAQk"),
        "internetMessageId": fresh_message_id(tenant),
        "sentDateTime": now,
        "importance": "normal",
    }
    return Message(
        new_id(), "", props, headers=headers or [], extended=extended or {}, attachments=attachments or []
    )
