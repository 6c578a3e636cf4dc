"""What happens to a message that is sent: it leaves in its minute, copies arrive, absent people answer by machine.

https://learn.microsoft.com/graph/outlook-things-to-know-about-send-mail
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sandbox.tenant.mail import reports
from sandbox.tenant.mail.arriving import (
    addresses,
    arrive,
    composed,
    fresh_message_id,
    recipient,
    transport_headers,
)
from sandbox.tenant.mail.extended import MESSAGE_CLASS
from sandbox.tenant.state import Delivery, Mailbox, Message, Tenant

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
JsonObject = dict[str, Any]


def send(tenant: Tenant, mailbox: Mailbox, message: Message, *, save: bool = True) -> None:
    """Take a draft: it leaves in its minute, and a copy stands in Sent Items some time after that."""
    message.submitted = True
    mailbox.touch(message)
    leaves = _minute_for(tenant, mailbox)

    def depart() -> None:
        if mailbox.messages.get(message.id) is not message:
            return  # somebody deleted it while it waited
        now = tenant.now()
        sender = recipient(mailbox.user.name, mailbox.user.email)
        message.props.update({"sentDateTime": now, "receivedDateTime": now, "from": sender, "sender": sender})
        message.props.setdefault("internetMessageId", fresh_message_id(tenant))
        lag = timedelta(seconds=tenant.behaviours.amount("Sent Items lag"))
        tenant.later(leaves + lag, lambda: _file(tenant, mailbox, message, save))
        deliver(tenant, mailbox, message)

    tenant.later(leaves, depart)


def _minute_for(tenant: Tenant, mailbox: Mailbox) -> datetime:
    """When the next message of a mailbox leaves: now, or a minute after the last one that fills the rate."""
    now = tenant.clock.running()
    while mailbox.departures and mailbox.departures[-1] > now + DAY:  # the clock was set back
        mailbox.departures.pop()
    rate = tenant.behaviours.limit("sending rate")
    earlier = mailbox.departures[-int(rate)] if len(mailbox.departures) >= rate else None
    leaves = max(now, earlier + MINUTE) if earlier else now
    mailbox.departures.append(leaves)
    return leaves


def _file(tenant: Tenant, mailbox: Mailbox, message: Message, save: bool) -> None:
    """The copy in Sent Items, now and then under another id (microsoft-graph-docs#1533)."""
    if mailbox.messages.get(message.id) is not message:
        return
    message.submitted, message.sent = False, True
    message.props.update(isDraft=False, isRead=True)
    if not save:
        mailbox.remove(message)
        return
    mailbox.move(message, mailbox.well_known["sentitems"])
    if tenant.behaviours.strikes("ids change on send"):
        mailbox.rename(message)


def _over_the_day(tenant: Tenant, mailbox: Mailbox, recipients: int) -> bool:
    """Whether so many more recipients are too many for this mailbox today."""
    now = tenant.clock.now()
    while mailbox.recipients and not now - DAY < mailbox.recipients[0][0] <= now:
        mailbox.recipients.popleft()
    if sum(n for _, n in mailbox.recipients) + recipients > tenant.behaviours.limit("recipient quota"):
        return True
    mailbox.recipients.append((now, recipients))
    return False


def deliver(tenant: Tenant, mailbox: Mailbox, message: Message, *, kind: str = "message") -> Delivery:
    """Put a copy into each recipient's Inbox and note the delivery in the history."""
    props = message.props
    to, cc, bcc = (addresses(props.get(k) or ()) for k in ("toRecipients", "ccRecipients", "bccRecipients"))
    everybody = list(dict.fromkeys([*to, *cc, *bcc]))
    refused = kind == "message" and _over_the_day(tenant, mailbox, len(everybody))
    reached = [a for a in everybody if a in tenant.mailboxes and not refused]
    lost = [a for a in everybody if a not in reached]
    headers = transport_headers(tenant, mailbox.user.email, message)
    for address in reached:
        copy = arrive(tenant, tenant.mailboxes[address], message, headers)
        if (
            kind == "message"
            and props.get("isReadReceiptRequested")
            and tenant.behaviours.on("read receipts")
        ):
            reports.read_receipt(tenant, tenant.mailboxes[address], mailbox, copy)
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
        reports.bounce(tenant, mailbox, message, lost, reports.QUOTA if refused else reports.UNKNOWN)
    return delivery


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
        extended={MESSAGE_CLASS: away.reply_class or "IPM.Note.Rules.OofTemplate.Microsoft"},
    )
    reply.props["_inReplyTo"] = original.props["internetMessageId"]
    deliver(tenant, away, reply, kind="automatic reply")
