"""What Exchange and Outlook write: bounces, notices of delay, receipts, meeting items, recalls, protected mail.

RFC 3464 for the parts of a report; https://learn.microsoft.com/exchange/mail-flow-best-practices/non-delivery-reports-in-exchange-online.
The report itself stands in `/$value` alone: Graph shows of it the class, the body and the message it is about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.tenant.mail import mime
from sandbox.tenant.mail.arriving import arrive, composed, exchange_address, recipient, transport_headers
from sandbox.tenant.mail.extended import MESSAGE_CLASS
from sandbox.tenant.state import Attachment, Delivery, Mailbox, Message, Tenant

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Report:
    """A kind of delivery report: class, the beginning of its subject, RFC 3464's action and status, what it says."""

    message_class: str
    subject: str
    action: str
    status: str
    says: str
    diagnostic: str


UNKNOWN = Report(
    "REPORT.IPM.Note.NDR", "Undeliverable", "failed", "5.1.10", "The email address you entered couldn't be found.",
    "smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
)  # fmt: skip
QUOTA = Report(
    "REPORT.IPM.Note.NDR", "Undeliverable", "failed", "5.1.90",
    "You've reached your daily limit for message recipients.",
    "smtp;550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients",
)  # fmt: skip
KINDS = {
    "bounce": UNKNOWN,
    "delay notice": Report(
        "REPORT.IPM.Note.Delayed", "Delivery delayed", "delayed", "4.4.7",
        "Your message hasn't been delivered yet. We will go on trying for a day.", "smtp;400 4.4.7 Message delayed",
    ),
    "relay notice": Report(
        "REPORT.IPM.Note.Relayed", "Relayed", "relayed", "2.0.0",
        "Delivery is complete, but no delivery notification was sent by the destination server.", "smtp;250 2.0.0 OK",
    ),
    "delivery receipt": Report(
        "REPORT.IPM.Note.DR", "Delivered", "delivered", "2.1.5", "Your message has been delivered.",
        "smtp;250 2.1.5 OK",
    ),
}  # fmt: skip
OUTLOOK_KINDS = {
    "read receipt": "REPORT.IPM.Note.IPNRN",
    "meeting request": "IPM.Schedule.Meeting.Request",
    "meeting cancelled": "IPM.Schedule.Meeting.Canceled",
    "meeting accepted": "IPM.Schedule.Meeting.Resp.Pos",
    "meeting declined": "IPM.Schedule.Meeting.Resp.Neg",
    "meeting tentatively accepted": "IPM.Schedule.Meeting.Resp.Tent",
    "recall": "IPM.Outlook.Recall",
    "protected mail": "IPM.Note",
}
_MEETINGS = {
    "IPM.Schedule.Meeting.Request": ("eventMessageRequest", "meetingRequest"),
    "IPM.Schedule.Meeting.Canceled": ("eventMessage", "meetingCancelled"),
    "IPM.Schedule.Meeting.Resp.Pos": ("eventMessageResponse", "meetingAccepted"),
    "IPM.Schedule.Meeting.Resp.Neg": ("eventMessageResponse", "meetingDeclined"),
    "IPM.Schedule.Meeting.Resp.Tent": ("eventMessageResponse", "meetingTenativelyAccepted"),
}
PROTECTED = (
    "<html><body><p>This message is protected with Microsoft Purview Message Encryption. You can't read it in this "
    "program. <a href='https://outlook.office365.com/Encryption/retrieve.ashx'>Read the message</a></p></body></html>"
)


def bounce(
    tenant: Tenant, mailbox: Mailbox, message: Message, lost: Sequence[str], kind: Report = UNKNOWN
) -> Message:
    """A report about some recipients of a message to the mailbox that sent it, as Exchange writes it."""
    subject = message.props.get("subject") or ""
    items = "".join(f"<p><a href='mailto:{a}'>{a}</a><br>{kind.says}</p>" for a in lost)
    ours = [h for h in message.headers if h["name"].lower().startswith("x-")]
    headers = [
        {"name": "Content-Type", "value": 'multipart/report; report-type=delivery-status; boundary="b"'},
        {"name": "Auto-Submitted", "value": "auto-replied"},
        {"name": "Return-Path", "value": "<>"},
    ]
    if kind.action == "failed":
        headers.append({"name": "X-MS-Exchange-Message-Is-Ndr", "value": ""})
    if not tenant.behaviours.on("Exchange bounces"):
        headers += [{"name": "X-Failed-Recipients", "value": ", ".join(lost)}, *ours]
    report = composed(
        tenant,
        recipient("Microsoft Outlook", exchange_address(tenant)),
        [recipient(mailbox.user.name, mailbox.user.email)],
        f"{kind.subject}: {subject}",
        f"<html><body><p><b>{'Delivery has failed to' if kind.action == 'failed' else 'About'} these recipients or "
        f"groups:</b></p>{items}<p>Diagnostic information for administrators: {kind.diagnostic}</p></body></html>",
        headers=headers,
        extended={MESSAGE_CLASS: kind.message_class},
        attachments=[
            Attachment(subject, kind="item", content_type="message/rfc822", item=_original(message))
        ],
    )
    kept = ours if tenant.behaviours.on("bounces carry our headers") else []
    report.parts = [
        ("message/delivery-status", _status(tenant, lost, kind)),
        ("message/rfc822", mime.written(Message("", "", message.props, headers=kept))),
    ]
    report.props["_inReplyTo"] = message.props["internetMessageId"]
    return _arrived(tenant, mailbox, report, "NDR" if kind.action == "failed" else "report")


def _original(message: Message) -> JsonObject:
    """The message a report is about, as Graph shows it: without most of its headers (msgraph-sdk-dotnet#1208)."""
    props = message.props
    return {
        "@odata.type": "#microsoft.graph.message",
        **{k: props.get(k) for k in ("subject", "internetMessageId", "toRecipients", "ccRecipients", "from")},
    }


def _status(tenant: Tenant, lost: Sequence[str], kind: Report) -> bytes:
    lines = [f"Reporting-MTA: dns;mail.{tenant.domain}", f"Received-From-MTA: dns;inbox.{tenant.domain}", ""]
    for address in lost:
        lines += [
            f"Original-Recipient: rfc822;{address}", f"Final-Recipient: rfc822;{address}", f"Action: {kind.action}",
            f"Status: {kind.status}", f"Diagnostic-Code: {kind.diagnostic}", "",
        ]  # fmt: skip
    return "\r\n".join(lines).encode()


def _arrived(tenant: Tenant, mailbox: Mailbox, report: Message, kind: str) -> Message:
    sender = report.props["from"]["emailAddress"]["address"]
    found = arrive(tenant, mailbox, report, transport_headers(tenant, sender, report))
    tenant.deliveries.append(
        Delivery(
            tenant.now(), sender, (mailbox.user.email,), (), (mailbox.user.email,), (), report.props["subject"],
            report.props["internetMessageId"], {}, (), report.props["body"]["content"], kind,
        )
    )  # fmt: skip
    return found


def about(tenant: Tenant, kind: str, internet_message_id: str, recipients: Sequence[str]) -> Message:
    """A delivery report about a message that was sent. Raises KeyError if there is no such message or kind."""
    for mailbox in tenant.mailboxes.values():
        for message in mailbox.in_folder(mailbox.well_known["sentitems"]):
            if message.props["internetMessageId"] == internet_message_id:
                return bounce(tenant, mailbox, message, recipients, KINDS[kind])
    raise KeyError(f"Nobody sent a message {internet_message_id}.")


def read_receipt(tenant: Tenant, reader: Mailbox, back_to: Mailbox, message: Message) -> Message:
    """What somebody's Outlook sends once they have read a message that asks for it."""
    subject = f"Read: {message.props.get('subject') or ''}"
    return written_by_outlook(
        tenant, "read receipt", reader, back_to, subject, message.props["internetMessageId"]
    )


def written_by_outlook(
    tenant: Tenant, kind: str, sender: Mailbox, target: Mailbox, subject: str, in_reply_to: str = ""
) -> Message:
    """A receipt, a meeting item, a recall or a protected mail from one person to another."""
    message_class = OUTLOOK_KINDS[kind]
    protected = kind == "protected mail"
    headers = [{"name": "Auto-Submitted", "value": "auto-replied"}] if kind == "read receipt" else []
    if protected:
        headers = [{"name": "Content-Class", "value": "rpmsg.message"}]
    message = composed(
        tenant,
        recipient(sender.user.name, sender.user.email),
        [recipient(target.user.name, target.user.email)],
        subject,
        PROTECTED if protected else "<html><body></body></html>",
        headers=headers,
        extended={MESSAGE_CLASS: message_class},
    )
    if in_reply_to:
        message.props["_inReplyTo"] = in_reply_to
    if message_class in _MEETINGS:
        odata, meeting = _MEETINGS[message_class]
        message.props |= {"_type": f"#microsoft.graph.{odata}", "meetingMessageType": meeting}
    return _arrived(tenant, target, message, kind)
