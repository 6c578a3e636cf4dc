"""Answers to messages: drafts of replies and forwards, and those sent in one step.

https://learn.microsoft.com/graph/api/message-createreply, …/message-reply, …/message-forward
"""

from __future__ import annotations

import re
from html import escape

from sandbox.tenant.graph_error import GraphError
from sandbox.tenant.graph_http import Answer, Call, JsonObject, insensitive
from sandbox.tenant.mail import mime
from sandbox.tenant.mail.arriving import addresses
from sandbox.tenant.mail.attachments import attachment_from
from sandbox.tenant.mail.delivery import send
from sandbox.tenant.mail.drafts import RECIPIENTS, WRITABLE, check_recipients, draft, value_from
from sandbox.tenant.mail.mail_json import as_json
from sandbox.tenant.mail.outlook import SEND, WRITE, folder_of, mailbox_of, message_of, on_message
from sandbox.tenant.state import Mailbox, Message, Tenant
from sandbox.tenant.vocabulary import MESSAGE, check_body


@on_message("POST", "/createReply", *WRITE)
@on_message("POST", "/createReplyAll", *WRITE)
@on_message("POST", "/createForward", *WRITE)
def create_answer(tenant: Tenant, call: Call) -> Answer:
    """A draft; a comment does not become part of it. https://learn.microsoft.com/graph/api/message-createreply"""
    mailbox = mailbox_of(tenant, call)
    reply = _answer(tenant, call, mailbox, commented=False)
    mailbox.add(reply)
    return Answer(201, as_json(call, mailbox, reply))


@on_message("POST", "/reply", *SEND)
@on_message("POST", "/replyAll", *SEND)
@on_message("POST", "/forward", *SEND)
def answer_at_once(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/message-reply, …/message-replyall, …/message-forward"""
    mailbox = mailbox_of(tenant, call)
    reply = _answer(tenant, call, mailbox, commented=True)
    check_recipients(reply)
    mailbox.add(reply)
    send(tenant, mailbox, reply)
    return Answer(202)


def _answer(tenant: Tenant, call: Call, mailbox: Mailbox, *, commented: bool) -> Message:
    original = message_of(mailbox, call)
    action = call.path.rsplit("/", 1)[1].casefold().removeprefix("create")
    posted_mime = call.headers.get("content-type", "").startswith("text/plain") and call.content
    given = {"message": mime.read(call.content)} if posted_mime else insensitive(call.body or {})
    changes: JsonObject = given.get("message") or {}
    comment = str(given.get("comment") or "")
    check_body(changes, MESSAGE, "message")
    if comment and changes.get("body"):
        raise GraphError(400, "ErrorInvalidArgument", "Comment and message.body cannot be given together.")
    named = given.get("torecipients")
    if named and changes.get("toRecipients"):
        raise GraphError(400, "ErrorInvalidArgument", "toRecipients stands twice.")
    to, cc = _readers(mailbox, original, action)
    subject = re.sub(r"^((re|fw): )+", "", original.props.get("subject") or "", flags=re.I)
    said = f"<p>{escape(comment)}</p>" if commented and comment else ""
    reply = draft(tenant, mailbox, folder_of(mailbox, "drafts"), {
        "subject": f"{'FW' if action == 'forward' else 'RE'}: {subject}",
        "toRecipients": named or to,
        "ccRecipients": cc,
        "body": {"contentType": "html", "content": f"<html><body>{said}<br><hr>"
                 f"{(original.props.get('body') or {}).get('content') or ''}</body></html>"},
    })  # fmt: skip
    for name, value in changes.items():
        if name in WRITABLE and not (name in RECIPIENTS and not value):
            reply.props[name] = value_from(name, value)
    reply.attachments = list(original.attachments) if action == "forward" else []
    reply.attachments += [attachment_from(each) for each in changes.get("attachments") or ()]
    reply.props["conversationId"] = original.props["conversationId"]
    reply.props["_inReplyTo"] = original.props["internetMessageId"]
    earlier = original.props.get("_references") or ""
    reply.props["_references"] = f"{earlier} {original.props['internetMessageId']}".strip()
    return reply


def _readers(mailbox: Mailbox, original: Message, action: str) -> tuple[list[JsonObject], list[JsonObject]]:
    """To whom an answer goes: those in replyTo if there are any, else the sender."""
    if action == "forward":
        return [], []
    props = original.props
    to = list(props.get("replyTo") or ([props["from"]] if props.get("from") else []))
    if action == "reply":
        return to, []
    seen = {*addresses(to), mailbox.user.email}
    others = [*(props.get("toRecipients") or ()), *(props.get("ccRecipients") or ())]
    return to, [r for r in others if addresses([r])[0] not in seen]
