"""Drafts: what a client may write into a message, and what Exchange makes of it."""

from __future__ import annotations

from typing import Any

from sandbox.tenant.graph_error import GraphError
from sandbox.tenant.graph_http import JsonObject, boolean
from sandbox.tenant.mail.arriving import addresses, fresh_message_id
from sandbox.tenant.mail.attachments import attachment_from
from sandbox.tenant.mail.extended import canonical
from sandbox.tenant.state import Folder, Mailbox, Message, Tenant, new_id
from sandbox.tenant.vocabulary import MESSAGE, check_body

DRAFT_ONLY = {
    "subject",
    "body",
    "toRecipients",
    "ccRecipients",
    "bccRecipients",
    "internetMessageId",
    "replyTo",
}
RECIPIENTS = ("toRecipients", "ccRecipients", "bccRecipients", "replyTo")
WRITABLE = DRAFT_ONLY | {
    "categories",
    "importance",
    "isRead",
    "flag",
    "from",
    "sender",
    "inferenceClassification",
    "isReadReceiptRequested",
    "isDeliveryReceiptRequested",
}


def draft(tenant: Tenant, mailbox: Mailbox, folder: Folder, given: JsonObject) -> Message:
    """A new draft from what a client posted. https://learn.microsoft.com/graph/api/user-post-messages"""
    check_body(given, MESSAGE, "message")
    now = tenant.now()
    props: JsonObject = {
        "createdDateTime": now,
        "lastModifiedDateTime": now,
        "receivedDateTime": now,
        "sentDateTime": now,
        "subject": "",
        "body": {"contentType": "text", "content": ""},
        "toRecipients": [],
        "ccRecipients": [],
        "bccRecipients": [],
        "replyTo": [],
        "categories": [],
        "importance": "normal",
        "isRead": True,
        "isDraft": True,
        "conversationId": new_id("AAQk"),
        "internetMessageId": fresh_message_id(tenant),
    }
    for name, value in given.items():
        if name in WRITABLE:
            props[name] = value_from(name, value)
    headers = given.get("internetMessageHeaders") or []
    if len(headers) > 5 or any(not str(h.get("name", "")).lower().startswith("x-") for h in headers):
        raise GraphError(
            400,
            "InvalidInternetMessageHeaderCollection",
            "The internet message headers should start with 'x-' and there should be at most 5 of them.",
        )
    message = Message(
        new_id(), folder.id, props, headers=[{"name": h["name"], "value": h["value"]} for h in headers],
        extended=extended_from(given),
    )  # fmt: skip
    for each in given.get("attachments") or ():
        message.attachments.append(attachment_from(each))
    return message


def extended_from(given: JsonObject) -> dict[str, str]:
    """The extended properties in a body, by their canonical ids."""
    found = given.get("singleValueExtendedProperties") or ()
    return {canonical(str(p["id"])): str(p.get("value")) for p in found if p.get("id")}


def check_recipients(message: Message) -> None:
    """400 unless somebody gets the message and every address is one."""
    named = [a for kind in RECIPIENTS[:3] for a in addresses(message.props.get(kind) or ())]
    if not named or any("@" not in a.strip("@") for a in named):
        raise GraphError(400, "ErrorInvalidRecipients", "At least one recipient isn't valid.")


def value_from(name: str, value: Any) -> Any:
    """A property as Exchange keeps it, from what a client wrote."""
    if name in RECIPIENTS and not all(
        isinstance(r, dict) and isinstance(r.get("emailAddress"), dict) for r in value or ()
    ):
        raise GraphError(400, "RequestBodyRead", f"A recipient in '{name}' has no emailAddress.")
    if name == "body" and isinstance(value, dict):
        return {
            "contentType": str(value.get("contentType", "text")).lower(),
            "content": value.get("content") or "",
        }
    if name in RECIPIENTS:
        return [
            {"emailAddress": {
                "name": r["emailAddress"].get("name") or r["emailAddress"].get("address", ""),
                "address": r["emailAddress"].get("address", ""),
            }}
            for r in value or ()
        ]  # fmt: skip
    if name in ("isRead", "isReadReceiptRequested", "isDeliveryReceiptRequested"):
        return boolean(value, name)
    return value
