"""Messages and attachments as Graph answers them.

https://learn.microsoft.com/graph/api/resources/message, https://learn.microsoft.com/graph/api/resources/attachment
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape

from sandbox.tenant.graph_error import GraphError
from sandbox.tenant.graph_http import Call, JsonObject
from sandbox.tenant.mail.extended import MESSAGE_CLASS, MESSAGE_FLAGS, canonical
from sandbox.tenant.state import Attachment, Mailbox, Message
from sandbox.tenant.vocabulary import ATTACHMENT, MESSAGE, check_names, chosen, selected

_EXPANDABLE = ("attachments", "singlevalueextendedproperties", "multivalueextendedproperties", "extensions")
_READ, _SUBMIT, _UNSENT, _HAS_ATTACHMENT = 0x1, 0x4, 0x8, 0x10


def as_json(call: Call, mailbox: Mailbox, message: Message) -> JsonObject:
    """A message with what `$select` and `$expand` ask for."""
    select = selected(call, MESSAGE, "message")
    body: JsonObject = {k: v for k, v in message.props.items() if not k.startswith("_")}
    body["hasAttachments"] = has_attachments(message)
    body["parentFolderId"] = message.folder
    body["changeKey"] = message.change_key
    body.setdefault("bodyPreview", _preview(str((body.get("body") or {}).get("content") or "")))
    body.setdefault("replyTo", [])
    body.setdefault("conversationIndex", None)
    body.setdefault("flag", {"flagStatus": "notFlagged"})
    body.setdefault("inferenceClassification", "focused")
    body.setdefault("isReadReceiptRequested", False)
    body.setdefault("isDeliveryReceiptRequested", False)
    body["webLink"] = f"https://outlook.office365.com/owa/?ItemID={message.default_id}&exvsurl=1"
    if call.preference("outlook.body-content-type") == "text" and "body" in body:
        call.honour('outlook.body-content-type="text"')
        body["body"] = {"contentType": "text", "content": plain_text(body["body"])}
    body = chosen(body, select, always=())
    # the copy in Sent Items keeps its headers to itself (microsoftgraph/msgraph-sdk-dotnet#3025)
    if "internetmessageheaders" in select and not message.sent:
        body["internetMessageHeaders"] = message.headers
    if "uniquebody" in select:
        body["uniqueBody"] = message.props.get("body")
    _expand(call, message, body)
    identity = message.id if call.immutable_ids else message.default_id
    kind = {"@odata.type": message.props["_type"]} if message.props.get("_type") else {}
    return {**kind, "@odata.etag": f'W/"{message.change_key}"', "id": identity, **body}


def has_attachments(message: Message) -> bool:
    """False, too, when every attachment is inline; true for files Safe Attachments only announces."""
    return message.announced or any(not a.inline for a in message.attachments)


def plain_text(body: JsonObject) -> str:
    """A body as plain text: paragraphs and rows become lines."""
    content = str(body.get("content") or "")
    if str(body.get("contentType")).casefold() != "html":
        return content
    content = re.sub(r"(?is)<(style|head|script)\b.*?</\1>|<!--.*?-->", "", content)
    content = re.sub(r"(?i)<br[^>]*>|</(?:p|div|tr|li|h\d|table)>", "\r\n", " ".join(content.split()))
    return unescape(re.sub(r"<[^>]+>", "", content)).strip()


@lru_cache(4096)
def _preview(content: str) -> str:
    text = re.sub(r"<[^>]+>", " ", content)
    return " ".join(text.split())[:255]


def extended_value(message: Message, name: str) -> str | None:
    """The value of an extended property by its canonical id, the computed ones among them."""
    if name == MESSAGE_FLAGS:
        return str(
            _READ * bool(message.props.get("isRead"))
            + _UNSENT * bool(message.props.get("isDraft"))
            + _SUBMIT * message.submitted
            + _HAS_ATTACHMENT * has_attachments(message)
        )
    return message.extended.get(name, "IPM.Note" if name == MESSAGE_CLASS else None)


def _expand(call: Call, message: Message, body: JsonObject) -> None:
    for part in re.findall(r"(?:[^,(]|\((?:[^()']|'[^']*'|\([^()]*\))*\))+", call.query.get("expand", "")):
        name, _, options = part.strip().partition("(")
        match name.casefold():
            case "attachments":
                select = re.search(r"\$?select=([^;)]*)", options, re.I)
                names = [n.strip() for n in select[1].split(",")] if select else []
                check_names(names, ATTACHMENT, "attachment")
                wanted = [n.casefold() for n in names]
                body["attachments"] = [
                    chosen(attachment_json(message, a), wanted) for a in message.attachments
                ]
            case "singlevalueextendedproperties":
                asked = [
                    found.replace("''", "'")
                    for found in re.findall(r"id\s+eq\s+'((?:[^']|'')*)'", options, re.I)
                ]
                values = [(name, extended_value(message, name)) for name in map(canonical, asked)]
                found = [{"id": name, "value": value} for name, value in values if value is not None]
                if found:
                    body["singleValueExtendedProperties"] = found
            case known if known in _EXPANDABLE:
                continue
            case _:
                raise GraphError(
                    400, "RequestBroker--ParseUri",
                    f"Could not find a property named '{name}' on type 'microsoft.graph.message'.",
                )  # fmt: skip


def attachment_json(message: Message, attachment: Attachment, *, content: bool = True) -> JsonObject:
    """An attachment. Of a file that lies in a cloud v1.0 tells the name and the size of its link, not the address."""
    body: JsonObject = {
        "@odata.type": f"#microsoft.graph.{attachment.kind}Attachment",
        "@odata.mediaContentType": attachment.content_type,
        "id": attachment.id,
        "lastModifiedDateTime": message.props.get("lastModifiedDateTime"),
        "name": attachment.name,
        "contentType": None if attachment.kind != "file" else attachment.content_type,
        "size": attachment.size,
        "isInline": attachment.inline,
    }
    if attachment.kind == "file":
        body["contentId"] = attachment.content_id
        if content:
            body["contentBytes"] = attachment.encoded
    else:
        del body["@odata.mediaContentType"]
    return body
