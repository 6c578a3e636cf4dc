"""Messages as MIME, both ways.

https://learn.microsoft.com/graph/outlook-get-mime-message, https://learn.microsoft.com/graph/outlook-send-mime-message
"""

from __future__ import annotations

import base64
import binascii
from email import encoders, message_from_bytes, policy
from email.header import Header
from email.message import EmailMessage
from email.message import Message as Mime
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, getaddresses

from sandbox.tenant.clock import moment_from
from sandbox.tenant.graph_error import GraphError
from sandbox.tenant.graph_http import JsonObject
from sandbox.tenant.state import Attachment, Message

_OWN = ("content-type", "content-transfer-encoding", "mime-version")


def written(message: Message) -> bytes:
    """A message with its headers and every part, as `/$value` gives it."""
    mime = _body(message)
    own = {h["name"].casefold() for h in message.headers}
    for name, value in [(h["name"], h["value"]) for h in message.headers] + _headers(message, own):
        if name.casefold() not in _OWN:
            clean = " ".join(str(value).split())
            mime[name] = clean if clean.isascii() else Header(clean, "utf-8").encode()
    return mime.as_bytes(policy=policy.compat32.clone(linesep="\r\n"))


def _headers(message: Message, known: set[str]) -> list[tuple[str, str]]:
    """What the properties say where the message has no such header."""
    props = message.props
    found = [
        ("From", _people([props["from"]] if props.get("from") else [])),
        ("To", _people(props.get("toRecipients") or [])),
        ("Cc", _people(props.get("ccRecipients") or [])),
        ("Subject", str(props.get("subject") or "")),
        ("Message-ID", str(props.get("internetMessageId") or "")),
        ("Date", format_datetime(moment_from(props["sentDateTime"])) if props.get("sentDateTime") else ""),
        ("In-Reply-To", str(props.get("_inReplyTo") or "")),
        ("References", str(props.get("_references") or "")),
    ]
    return [(name, value) for name, value in found if value and name.casefold() not in known]


def _people(recipients: list[JsonObject]) -> str:
    people = [r["emailAddress"] for r in recipients]
    return ", ".join(f'"{p.get("name", "")}" <{p.get("address", "")}>' for p in people)


def _body(message: Message) -> Mime:
    body = message.props.get("body") or {}
    kind = "html" if str(body.get("contentType")).casefold() == "html" else "plain"
    text = MIMEText(str(body.get("content") or ""), kind, "utf-8")
    if message.parts:
        report = MIMEMultipart("report", _subparts=[text])
        report.set_param("report-type", "delivery-status")
        for content_type, data in message.parts:
            report.attach(_report_part(content_type, data))
        return report
    if not message.attachments:
        return text
    whole = MIMEMultipart("mixed", _subparts=[text])
    for attachment in message.attachments:
        whole.attach(_file(attachment))
    return whole


def _report_part(content_type: str, data: bytes) -> Mime:
    """A part of a report as it is, with nothing encoded."""
    return message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + data)


def _file(attachment: Attachment) -> Mime:
    if attachment.kind == "item":
        inner = attachment.data or written(_item(attachment))
        part: Mime = message_from_bytes(b"Content-Type: message/rfc822\r\n\r\n" + inner)
    else:
        main, _, sub = (
            (attachment.content_type or "application/octet-stream").partition(";")[0].partition("/")
        )
        part = MIMEBase(main or "application", sub or "octet-stream")
        part.set_payload(attachment.data)
        encoders.encode_base64(part)
    way = "inline" if attachment.inline else "attachment"
    part.add_header("Content-Disposition", way, filename=attachment.name)
    if attachment.content_id:
        part["Content-ID"] = f"<{attachment.content_id}>"
    return part


def _item(attachment: Attachment) -> Message:
    return Message("", "", dict(attachment.item or {}))


def item_bytes(attachment: Attachment) -> bytes:
    """An attached message as MIME, an attached file as it is."""
    return attachment.data or (written(_item(attachment)) if attachment.kind == "item" else b"")


def read(content: bytes) -> JsonObject:
    """What a client posted as base64 MIME, as a message in JSON. Headers that do not begin with x- are dropped.

    400 `ErrorMimeContentInvalidBase64String` if it is no base64.
    """
    try:
        data = base64.b64decode(b"".join(content.split()), validate=True)
    except (binascii.Error, ValueError):
        raise GraphError(
            400, "ErrorMimeContentInvalidBase64String", "Invalid base64 string for MIME content."
        ) from None
    mime = message_from_bytes(data, policy=policy.default)
    assert isinstance(mime, EmailMessage)
    body = mime.get_body(("html", "plain"))
    given: JsonObject = {
        "subject": str(mime["Subject"] or ""),
        "body": {
            "contentType": "html" if body and body.get_content_subtype() == "html" else "text",
            "content": body.get_content() if body else "",
        },
        "internetMessageHeaders": [
            {"name": n, "value": str(v)} for n, v in mime.items() if n.lower().startswith("x-")
        ][:5],
        "attachments": [_attached(part) for part in mime.iter_attachments()],
    }
    for header, name in (("To", "toRecipients"), ("Cc", "ccRecipients"), ("Bcc", "bccRecipients")):
        found = getaddresses([str(value) for value in mime.get_all(header, [])])
        given[name] = [{"emailAddress": {"name": n or a, "address": a}} for n, a in found if a]
    return given


def _attached(part: Mime) -> JsonObject:
    data = part.get_payload(decode=True)
    return {
        "@odata.type": "#microsoft.graph.fileAttachment",
        "name": part.get_filename() or "attachment",
        "contentType": part.get_content_type(),
        "contentBytes": base64.b64encode(data if isinstance(data, bytes) else b"").decode(),
        "isInline": part.get_content_disposition() == "inline",
    }
