"""Attachments of messages, and upload sessions for those from 3 MB on.

https://learn.microsoft.com/graph/api/resources/attachment, https://learn.microsoft.com/graph/outlook-large-attachments
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

from sandbox.tenant.clock import iso, moment_from
from sandbox.tenant.graph_error import GraphError
from sandbox.tenant.graph_http import Answer, Call, JsonObject, boolean, insensitive, other_host
from sandbox.tenant.mail import mime
from sandbox.tenant.mail.mail_json import attachment_json
from sandbox.tenant.mail.outlook import MEGABYTE, NOT_FOUND, READ, WRITE, mailbox_of, message_of, on_message
from sandbox.tenant.state import Attachment, Message, Tenant, new_id
from sandbox.tenant.vocabulary import ATTACHMENT, check_body, chosen, selected

SMALL, LARGEST = 3 * MEGABYTE, 150 * MEGABYTE


def attachment_from(given: JsonObject) -> Attachment:
    """An attachment from what a client posted; 413 from 3 MB on."""
    kind = str(given.get("@odata.type", "#microsoft.graph.fileAttachment")).rpartition(".")[2]
    if kind == "referenceAttachment":
        return Attachment(str(given.get("name", "")), kind="reference", item=given)
    if kind == "itemAttachment":
        item = given.get("item") if isinstance(given.get("item"), dict) else {}
        return Attachment(str(given.get("name", "")), kind="item", item=item)
    if kind != "fileAttachment":
        raise GraphError(400, "RequestBodyRead", f"'microsoft.graph.{kind}' is no type of attachment.")
    check_body(given, ATTACHMENT, "fileAttachment")
    encoded = str(given.get("contentBytes") or "")
    if len(encoded) * 3 // 4 > SMALL:
        raise GraphError(413, "RequestEntityTooLarge", "The maximum request length was exceeded.")
    if not re.fullmatch(r"[A-Za-z0-9+/\-_]*={0,2}", encoded):
        raise GraphError(
            400,
            "RequestBodyRead",
            "Cannot convert the value of 'contentBytes' to the expected type 'Edm.Binary'.",
        )
    return Attachment(
        str(given.get("name", "")),
        encoded=encoded,
        content_type=str(given.get("contentType") or "application/octet-stream"),
        inline=boolean(given.get("isInline") or False, "isInline"),
        content_id=given.get("contentId"),
    )


@on_message("GET", "/attachments", *READ)
def list_attachments(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/message-list-attachments"""
    message = message_of(mailbox_of(tenant, call), call)
    names = selected(call, ATTACHMENT, "attachment")
    content = not names or "contentbytes" in names
    value = [chosen(attachment_json(message, a, content=content), names) for a in message.attachments]
    return Answer(body={"@odata.context": f"{call.root}/$metadata#attachments", "value": value})


@on_message("POST", "/attachments", *WRITE)
def add_attachment(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/message-post-attachments"""
    mailbox = mailbox_of(tenant, call)
    message = message_of(mailbox, call)
    attachment = attachment_from(call.json())
    message.attachments = [*message.attachments, attachment]
    mailbox.touch(message)
    return Answer(201, attachment_json(message, attachment))


def _attachment_of(message: Message, call: Call) -> Attachment:
    found = next((a for a in message.attachments if a.id == call.args["a"]), None)
    if found is None:
        raise GraphError(404, "ErrorItemNotFound", NOT_FOUND)
    return found


@on_message("GET", "/attachments/{a}", *READ)
def get_attachment(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/attachment-get"""
    message = message_of(mailbox_of(tenant, call), call)
    attachment = _attachment_of(message, call)
    body = chosen(attachment_json(message, attachment), selected(call, ATTACHMENT, "attachment"))
    if attachment.kind == "item" and "item" in call.query.get("expand", "").lower():
        body["item"] = attachment.item
    return Answer(body=body)


@on_message("GET", "/attachments/{a}/$value", *READ)
def get_attachment_bytes(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/attachment-get#example-6"""
    attachment = _attachment_of(message_of(mailbox_of(tenant, call), call), call)
    if attachment.kind == "reference":
        raise GraphError(405, "ErrorInvalidRequest", "A reference attachment has no content.")
    return Answer(content=mime.item_bytes(attachment), headers={"Content-Type": "application/octet-stream"})


@on_message("DELETE", "/attachments/{a}", *WRITE)
def delete_attachment(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/attachment-delete"""
    mailbox = mailbox_of(tenant, call)
    message = message_of(mailbox, call)
    gone = _attachment_of(message, call)
    message.attachments = [a for a in message.attachments if a is not gone]
    mailbox.touch(message)
    return Answer(204)


@on_message("POST", "/attachments/createUploadSession", *WRITE)
def create_upload(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/attachment-createuploadsession"""
    mailbox = mailbox_of(tenant, call)
    message = message_of(mailbox, call)
    item = insensitive(insensitive(call.json()).get("attachmentitem") or {})
    size = int(item.get("size") or 0)
    if not item.get("name") or str(item.get("attachmenttype", "")).casefold() != "file":
        raise GraphError(400, "ErrorInvalidArgument", "AttachmentItem needs attachmentType, name and size.")
    if size < SMALL:
        raise GraphError(
            400,
            "ErrorAttachmentSizeShouldNotBeLessThanMinimumSize",
            "The attachment size is less than the minimum.",
        )
    if size > LARGEST:
        raise GraphError(413, "ErrorAttachmentSizeLimitExceeded", "The attachment is larger than 150 MB.")
    token = new_id("up")
    expires = iso(tenant.clock.now() + timedelta(hours=1))
    mailbox.uploads[token] = {
        "message": message.id, "name": item["name"], "size": size, "data": bytearray(), "expires": expires,
    }  # fmt: skip
    path = (f"/api/v2.0/Users('{mailbox.user.id}@{tenant.id}')/Messages('{message.default_id}')"
            f"/AttachmentSessions('{token[-16:]}')")  # fmt: skip
    return Answer(
        201,
        {
            "@odata.context": f"{call.root}/$metadata#microsoft.graph.uploadSession",
            "uploadUrl": f"{other_host(call.base)}{path}?authtoken={token}",
            "expirationDateTime": expires,
            "nextExpectedRanges": ["0-"],
        },
    )


def upload(
    tenant: Tenant, base: str, method: str, token: str, headers: Mapping[str, str], content: bytes
) -> Answer:
    """One range of an upload session. The address is the permission, and an access token beside it is refused."""
    if headers.get("Authorization"):
        raise GraphError(401, "InvalidAuthenticationToken", "The upload URL is pre-authenticated.")
    mailbox = next((box for box in tenant.mailboxes.values() if token in box.uploads), None)
    if mailbox is None or moment_from(mailbox.uploads[token]["expires"]) < tenant.clock.now():
        raise GraphError(404, "ErrorItemNotFound", "The upload session was not found.")
    session = mailbox.uploads[token]
    if method == "DELETE":
        del mailbox.uploads[token]
        return Answer(204)
    found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", headers.get("Content-Range", ""))
    data = session["data"]
    if not found or int(found[1]) != len(data) or int(found[3]) != session["size"]:
        raise GraphError(416, "ErrorInvalidRange", "The range is not the one expected next.")
    if int(found[2]) - int(found[1]) + 1 != len(content):
        raise GraphError(400, "ErrorInvalidRange", "The range and the content differ in length.")
    tenant.quotas.upload(
        tenant.behaviours, mailbox.user.email, tenant.clock.running().timestamp(), len(content)
    )
    data += content
    if len(data) < session["size"]:
        return Answer(200, {"ExpirationDateTime": session["expires"], "nextExpectedRanges": [str(len(data))]})
    message = mailbox.messages.get(session["message"])
    if message is None:
        raise GraphError(404, "ErrorItemNotFound", NOT_FOUND)
    attachment = Attachment(session["name"], data=bytes(data))
    message.attachments = [*message.attachments, attachment]
    mailbox.touch(message)
    del mailbox.uploads[token]
    place = (f"{base}/api/v2.0/Users('{mailbox.user.id}@{tenant.id}')/Messages('{message.default_id}')"
             f"/Attachments('{attachment.id}')")  # fmt: skip
    return Answer(201, headers={"Location": place})
