"""What happens to a message that is sent: copies arrive, unknown addresses bounce, absent people answer by machine."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from email.utils import format_datetime
from typing import Any

from sandbox.clock import moment_from
from sandbox.state import Attachment, Delivery, Mailbox, Message, Tenant, new_id

MESSAGE_CLASS = "String 0x001A"
JsonObject = dict[str, Any]


def recipient(name: str, address: str) -> JsonObject:
    return {"emailAddress": {"name": name, "address": address}}


def addresses(recipients: Iterable[Mapping[str, Any]]) -> list[str]:
    return [str(r["emailAddress"].get("address", "")).strip().casefold() for r in recipients]


def send(tenant: Tenant, mailbox: Mailbox, message: Message, *, save: bool = True) -> None:
    """Send a draft: it moves to Sent Items and a copy arrives in each recipient's Inbox."""
    now = tenant.now()
    message.props.update(isDraft=False, sentDateTime=now, receivedDateTime=now, isRead=True)
    message.props.setdefault("internetMessageId", fresh_message_id(tenant))
    sender = recipient(mailbox.user.name, mailbox.user.email)
    message.props.update({"from": sender, "sender": sender})
    if save:
        mailbox.move(message, mailbox.well_known["sentitems"])
    else:
        mailbox.remove(message)
    deliver(tenant, mailbox, message)


def deliver(tenant: Tenant, mailbox: Mailbox, message: Message, *, kind: str = "message") -> Delivery:
    """Put a copy into each recipient's Inbox and note the delivery in the history."""
    props = message.props
    to, cc, bcc = (addresses(props.get(k) or ()) for k in ("toRecipients", "ccRecipients", "bccRecipients"))
    reached, lost = [], []
    headers = transport_headers(tenant, mailbox.user.email, message)
    for address in dict.fromkeys([*to, *cc, *bcc]):
        target = tenant.mailboxes.get(address)
        if target is None:
            lost.append(address)
            continue
        reached.append(address)
        arrive(tenant, target, message, headers)
    for address in reached:
        target = tenant.mailboxes[address]
        if kind == "message" and target.automatic_reply and mailbox.user.email not in target.replied_to:
            target.replied_to.add(mailbox.user.email)
            _reply_automatically(tenant, target, mailbox, message)
    delivery = Delivery(
        at=tenant.now(),
        sender=mailbox.user.email,
        to=tuple(to),
        cc=tuple(cc),
        delivered_to=tuple(reached),
        undeliverable=tuple(lost),
        subject=props.get("subject") or "",
        internet_message_id=props["internetMessageId"],
        headers={h["name"].lower(): h["value"] for h in message.headers},
        attachments=tuple((a.name, a.sha256) for a in message.attachments if a.kind == "file"),
        html=(props.get("body") or {}).get("content") or "",
        kind=kind,
    )
    tenant.deliveries.append(delivery)
    if lost and kind == "message":
        _bounce(tenant, mailbox, message, lost)
    return delivery


def arrive(tenant: Tenant, target: Mailbox, message: Message, headers: list[dict[str, str]]) -> Message:
    """A copy of a message in somebody's Inbox."""
    now = tenant.now()
    props = {
        **message.props,
        "isDraft": False,
        "isRead": False,
        "receivedDateTime": now,
        "createdDateTime": now,
        "hasAttachments": any(not a.inline for a in message.attachments),
        "categories": [],
        "bccRecipients": [],
    }
    extended = {MESSAGE_CLASS: message.extended.get(MESSAGE_CLASS, "IPM.Note")}
    return target.add(
        Message(
            new_id(),
            target.well_known["inbox"],
            props,
            headers=headers,
            extended=extended,
            attachments=message.attachments,
        )
    )


def transport_headers(tenant: Tenant, sender: str, message: Message) -> list[dict[str, str]]:
    """The headers a message has once Exchange has carried it."""
    props = message.props
    when = format_datetime(moment_from(props.get("sentDateTime") or tenant.now()))
    inside = sender in tenant.mailboxes
    own = {h["name"].lower() for h in message.headers}
    pairs = [
        ("Received", f"from mail.{tenant.domain} by inbox.{tenant.domain} with HTTPS; {when}"),
        (
            "Authentication-Results",
            f"spf=pass; dkim=pass; dmarc=pass; compauth={'pass' if inside else 'none'}",
        ),
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
        ("X-MS-Exchange-Organization-AuthAs", "Internal" if inside else "Anonymous"),
    ]
    found = [{"name": n, "value": v} for n, v in pairs if v and n.lower() not in own]
    return [*found, *message.headers]


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


def _reply_automatically(tenant: Tenant, away: Mailbox, back_to: Mailbox, original: Message) -> None:
    """An out-of-office answer, once for each sender, with the headers Exchange gives it."""
    subject = f"Automatic reply: {original.props.get('subject') or ''}"
    me = recipient(away.user.name, away.user.email)
    reply = composed(
        tenant,
        me,
        [recipient(back_to.user.name, back_to.user.email)],
        subject,
        f"<html><body><p>{away.automatic_reply}</p></body></html>",
        headers=[
            {"name": "Auto-Submitted", "value": "auto-replied"},
            {"name": "X-Auto-Response-Suppress", "value": "All"},
        ],
        extended={MESSAGE_CLASS: "IPM.Note.Rules.OofTemplate.Microsoft"},
    )
    reply.props["_inReplyTo"] = original.props["internetMessageId"]
    deliver(tenant, away, reply, kind="automatic reply")


def _bounce(tenant: Tenant, mailbox: Mailbox, message: Message, lost: list[str]) -> None:
    """A non-delivery report to the sender, with the message that could not be delivered inside it."""
    subject = message.props.get("subject") or ""
    postmaster = recipient("Microsoft Outlook", f"postmaster@{tenant.domain}")
    items = "".join(
        f"<p><a href='mailto:{a}'>{a}</a><br>The email address you entered couldn't be found.</p>"
        for a in lost
    )
    report = composed(
        tenant,
        postmaster,
        [recipient(mailbox.user.name, mailbox.user.email)],
        f"Undeliverable: {subject}",
        f"<html><body><p><b>Delivery has failed to these recipients or groups:</b></p>{items}"
        "<p>Diagnostic information for administrators: 550 5.1.10 RESOLVER.ADR.RecipientNotFound</p></body></html>",
        headers=[
            {"name": "Content-Type", "value": 'multipart/report; report-type=delivery-status; boundary="b"'},
            {"name": "Auto-Submitted", "value": "auto-generated"},
            {"name": "Return-Path", "value": "<>"},
            {"name": "X-Failed-Recipients", "value": ", ".join(lost)},
            *[h for h in message.headers if h["name"].lower().startswith("x-")],
        ],
        extended={MESSAGE_CLASS: "REPORT.IPM.Note.NDR"},
        attachments=[
            Attachment(
                subject,
                kind="item",
                content_type="message/rfc822",
                item={"@odata.type": "#microsoft.graph.message", "subject": subject,
                      "internetMessageId": message.props["internetMessageId"]},
            )
        ],
    )  # fmt: skip
    report.props["_inReplyTo"] = message.props["internetMessageId"]
    headers = transport_headers(tenant, f"postmaster@{tenant.domain}", report)
    arrive(tenant, mailbox, report, headers)
    tenant.deliveries.append(
        Delivery(
            tenant.now(), f"postmaster@{tenant.domain}", (mailbox.user.email,), (), (mailbox.user.email,), (),
            report.props["subject"], report.props["internetMessageId"], {}, (), report.props["body"]["content"],
            "NDR",
        )
    )  # fmt: skip
