"""Mail: folders, messages, drafts, attachments, sending and delta.

https://learn.microsoft.com/graph/api/resources/message
"""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

from sandbox.clock import moment_from
from sandbox.delivery import addresses, fresh_message_id, send
from sandbox.graph_http import Answer, Call, GraphError, JsonObject, Routes, boolean, insensitive, page
from sandbox.odata_filter import Any_, Comparison, FilterError, Junction, matches, parse, properties, required
from sandbox.state import Attachment, Folder, Mailbox, Message, Tenant, new_id

routes = Routes("outlook")
READ = ("Mail.Read", "Mail.ReadWrite")
WRITE = ("Mail.ReadWrite",)
SEND = ("Mail.Send",)
SMALL_ATTACHMENT = 3 * 1024 * 1024
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
_WRITABLE = DRAFT_ONLY | {
    "categories",
    "importance",
    "isRead",
    "flag",
    "from",
    "sender",
    "inferenceClassification",
}


def mailbox_of(tenant: Tenant, call: Call) -> Mailbox:
    """The mailbox of the path, if the app may see it."""
    found = tenant.mailbox(call.args["u"])
    allowed = call.app.mailboxes
    if found is None:
        raise GraphError(404, "ErrorInvalidUser", f"The requested user '{call.args['u']}' is invalid.")
    if allowed is not None and found.user.email not in allowed:
        raise GraphError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
    return found


def folder_of(mailbox: Mailbox, name: str) -> Folder:
    found = mailbox.folder(name)
    if found is None:
        raise GraphError(404, "ErrorItemNotFound", "The specified folder could not be found in the store.")
    return found


def message_of(mailbox: Mailbox, call: Call) -> Message:
    found = mailbox.find(call.args["m"])
    if found is None:
        raise GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.")
    return found


# ---------------------------------------------------------------------------------------------------- as JSON


def as_json(call: Call, mailbox: Mailbox, message: Message) -> JsonObject:
    """A message as Graph answers it, with what `$select` and `$expand` ask for."""
    body: JsonObject = {k: v for k, v in message.props.items() if not k.startswith("_")}
    body["hasAttachments"] = any(not a.inline for a in message.attachments)
    body["parentFolderId"] = message.folder
    body["changeKey"] = message.change_key
    body.setdefault("bodyPreview", _preview(body.get("body")))
    if call.preference("outlook.body-content-type") == "text" and "body" in body:
        call.honour('outlook.body-content-type="text"')
        body["body"] = {"contentType": "text", "content": _as_text(body["body"])}
    select = [part.strip().casefold() for part in call.query.get("select", "").split(",") if part.strip()]
    if select:
        body = {k: v for k, v in body.items() if k.casefold() in select}
        if "internetmessageheaders" in select:
            body["internetMessageHeaders"] = message.headers
    _expand(call, message, body)
    identity = message.id if call.immutable_ids else message.default_id
    return {"@odata.etag": f'W/"{message.change_key}"', "id": identity, **body}


def _as_text(body: JsonObject) -> str:
    """A body as plain text: paragraphs and rows become lines."""
    content = str(body.get("content") or "")
    if str(body.get("contentType")).casefold() != "html":
        return content
    content = re.sub(r"(?is)<(style|head|script)\b.*?</\1>|<!--.*?-->", "", content)
    content = re.sub(r"(?i)<br[^>]*>|</(?:p|div|tr|li|h\d|table)>", "\r\n", " ".join(content.split()))
    return unescape(re.sub(r"<[^>]+>", "", content)).strip()


def _preview(body: Any) -> str:
    text = re.sub(r"<[^>]+>", " ", str((body or {}).get("content") or ""))
    return " ".join(text.split())[:255]


def _expand(call: Call, message: Message, body: JsonObject) -> None:
    expand = call.query.get("expand", "")
    if "attachments" in expand.lower():
        body["attachments"] = [attachment_json(a) for a in message.attachments]
    if "singlevalueextendedproperties" in expand.lower():
        wanted = {found.casefold() for found in re.findall(r"id eq '((?:[^']|'')*)'", expand)}
        values = [{"id": k, "value": v} for k, v in message.extended.items() if k.casefold() in wanted]
        if values:
            body["singleValueExtendedProperties"] = values


def attachment_json(attachment: Attachment, *, content: bool = True) -> JsonObject:
    body: JsonObject = {
        "@odata.type": f"#microsoft.graph.{attachment.kind}Attachment",
        "id": attachment.id,
        "name": attachment.name,
        "contentType": attachment.content_type,
        "size": attachment.size,
        "isInline": attachment.inline,
    }
    if attachment.kind == "file" and content:
        body["contentBytes"] = attachment.encoded
    if attachment.kind == "reference":
        body["sourceUrl"] = (attachment.item or {}).get("sourceUrl", "")
    return body


# ---------------------------------------------------------------------------------------------------- reading


@routes.on("GET", "/users/{u}/messages", *READ)
@routes.on("GET", "/users/{u}/mailFolders/{f}/messages", *READ)
def list_messages(tenant: Tenant, call: Call) -> Answer:
    mailbox = mailbox_of(tenant, call)
    folder = folder_of(mailbox, call.args["f"]).id if "f" in call.args else None
    found = _filtered(tenant, call, mailbox, folder)
    part, notes = page(call, found, 10, 1000)
    context = f"{call.root}/$metadata#users('{mailbox.user.id}')/messages"
    return Answer(
        body={"@odata.context": context, **notes, "value": [as_json(call, mailbox, m) for m in part]}
    )


def _filtered(tenant: Tenant, call: Call, mailbox: Mailbox, folder: str | None) -> list[Message]:
    text = call.query.get("filter", "")
    order = [part.split() for part in call.query.get("orderby", "").split(",") if part.strip()]
    try:
        node = parse(text) if text else None
    except FilterError as fault:
        raise GraphError(400, "ErrorInvalidUrlQueryFilter", str(fault)) from fault
    candidates: Any = mailbox.messages.values()
    if node:
        if order and [o[0] for o in order] != properties(node)[: len(order)]:
            raise GraphError(
                400, "InefficientFilter", "The restriction or sort order is too complex for this operation."
            )
        exact = [_exact(part) for part in required(node)]
        key = next((pair for pair in exact if pair), None)
        if key:
            candidates = list(mailbox.with_extended(*key))
    hidden = tenant.stale_since
    found = []
    for message in candidates:
        if folder is not None and message.folder != folder:
            continue
        if node:
            if hidden and message.changed_at and message.changed_at > hidden:
                continue
            try:
                if not matches(node, lambda path, m=message: _property(m, path)):  # type: ignore[misc]
                    continue
            except FilterError as fault:
                raise GraphError(400, "ErrorInvalidUrlQueryFilter", str(fault)) from fault
        found.append(message)
    for name, *direction in reversed(order or [["receivedDateTime", "desc"]]):
        found.sort(key=lambda m: str(_property(m, name) or ""), reverse=direction[:1] == ["desc"])
    return found


def _exact(node: Any) -> tuple[str, str] | None:
    """The id and value of an extended property that a part of a filter asks for exactly."""
    if not (isinstance(node, Any_) and node.path.casefold() == "singlevalueextendedproperties"):
        return None
    inner = node.inner
    if not (isinstance(inner, Junction) and inner.word == "and"):
        return None
    values = {
        part.path.rpartition("/")[2].casefold(): str(part.value)
        for part in inner.parts
        if isinstance(part, Comparison) and part.operator == "eq"
    }
    return (values["id"], values["value"]) if {"id", "value"} <= values.keys() else None


def _property(message: Message, path: str) -> Any:
    if path.casefold() == "singlevalueextendedproperties":
        return [{"id": k, "value": v} for k, v in message.extended.items()]
    if path.casefold() == "hasattachments":
        return any(not a.inline for a in message.attachments)
    value: Any = message.props
    for name in path.split("/"):
        if not isinstance(value, dict):
            return None
        value = next((v for k, v in value.items() if k.casefold() == name.casefold()), None)
    if path.endswith("DateTime") and value:
        return moment_from(str(value))
    return value


@routes.on("GET", "/users/{u}/messages/{m}", *READ)
@routes.on("GET", "/users/{u}/mailFolders/{f}/messages/{m}", *READ)
def get_message(tenant: Tenant, call: Call) -> Answer:
    mailbox = mailbox_of(tenant, call)
    if call.args["m"].lower() == "delta":
        return delta(tenant, call)
    return Answer(body=as_json(call, mailbox, message_of(mailbox, call)))


@routes.on("GET", "/users/{u}/messages/{m}/$value", *READ)
def get_mime(tenant: Tenant, call: Call) -> Answer:
    message = message_of(mailbox_of(tenant, call), call)
    lines = [f"{h['name']}: {h['value']}" for h in message.headers]
    text = "\r\n".join([*lines, "", (message.props.get("body") or {}).get("content") or ""])
    return Answer(content=text.encode(), headers={"Content-Type": "text/plain"})


def delta(tenant: Tenant, call: Call) -> Answer:
    """One page of what changed in a folder. The token carries the place in the journal and the query."""
    mailbox = mailbox_of(tenant, call)
    folder = folder_of(mailbox, call.args.get("f", "inbox"))
    place = call.query.get("skiptoken") or call.query.get("deltatoken")
    size = int(call.preference("odata.maxpagesize") or 10)
    if call.preference("odata.maxpagesize"):
        call.honour(f"odata.maxpagesize={size}")
    if place is None:
        state: JsonObject = {
            "f": folder.id,
            "end": len(mailbox.journal),
            "ids": [m.id for m in mailbox.in_folder(folder.id)],
            "gone": [],
            "q": {k: v for k, v in call.query.items() if k in ("select", "expand", "filter")},
        }
        since = re.search(r"receivedDateTime\s+g[et]\s+(\S+)", call.query.get("filter", ""), re.I)
        if since:
            start = moment_from(since[1])
            state["ids"] = [
                i for i in state["ids"] if moment_from(mailbox.messages[i].props["receivedDateTime"]) >= start
            ]
    else:
        state = _token(mailbox, place)
        if state["f"] != folder.id:
            raise GraphError(410, "SyncStateNotFound", "The sync state generation is not found.")
        if call.query.get("deltatoken"):
            changed: dict[str, str] = {}
            for where, message_id, what in mailbox.journal[state["end"] :]:
                if where == folder.id:
                    changed[message_id] = what
            here = {i for i in changed if i in mailbox.messages and mailbox.messages[i].folder == folder.id}
            state |= {
                "end": len(mailbox.journal),
                "ids": [i for i in changed if i in here],
                "gone": [i for i in changed if i not in here],
            }
    call.query.update(state["q"])
    ids, rest = state["ids"][:size], state["ids"][size:]
    value = [as_json(call, mailbox, mailbox.messages[i]) for i in ids if i in mailbox.messages]
    value += [
        {
            "@odata.type": "#microsoft.graph.message",
            "id": i if call.immutable_ids else mailbox.left.get((folder.id, i), i),
            "@removed": {"reason": "deleted"},
        }
        for i in state["gone"]
    ]
    token = new_id("t")
    mailbox.delta_tokens[token] = {**state, "ids": rest, "gone": []}
    path = f"/users/{call.args['u']}/mailFolders/{call.args.get('f', 'inbox')}/messages/delta"
    word, option = ("nextLink", "skiptoken") if rest else ("deltaLink", "deltatoken")
    context = f"{call.root}/$metadata#Collection(message)"
    return Answer(
        body={
            "@odata.context": context,
            "value": value,
            f"@odata.{word}": f"{call.root}{path}?${option}={token}",
        }
    )


def _token(mailbox: Mailbox, text: str) -> JsonObject:
    """The place a token stands for. The tenant keeps it, so that the link stays short."""
    if text not in mailbox.delta_tokens:
        raise GraphError(410, "SyncStateNotFound", "The sync state generation is not found.")
    return dict(mailbox.delta_tokens[text])


# ---------------------------------------------------------------------------------------------------- writing


@routes.on("POST", "/users/{u}/messages", *WRITE)
@routes.on("POST", "/users/{u}/mailFolders/{f}/messages", *WRITE)
def create_draft(tenant: Tenant, call: Call) -> Answer:
    mailbox = mailbox_of(tenant, call)
    folder = folder_of(mailbox, call.args.get("f", "drafts"))
    message = draft(tenant, mailbox, folder, call.json())
    mailbox.add(message)
    return Answer(201, as_json(call, mailbox, message))


def draft(tenant: Tenant, mailbox: Mailbox, folder: Folder, given: JsonObject) -> Message:
    """A new draft from what a client posted."""
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
        if name in _WRITABLE:
            props[name] = _value(name, value)
    headers = given.get("internetMessageHeaders") or []
    if len(headers) > 5 or any(not str(h.get("name", "")).lower().startswith("x-") for h in headers):
        raise GraphError(
            400,
            "InvalidInternetMessageHeaderCollection",
            "The internet message headers should start with 'x-' and there should be at most 5 of them.",
        )
    extended = {
        str(p["id"]): str(p["value"]) for p in given.get("singleValueExtendedProperties") or () if p.get("id")
    }
    message = Message(
        new_id(), folder.id, props, headers=[{"name": h["name"], "value": h["value"]} for h in headers],
        extended=extended,
    )  # fmt: skip
    for each in given.get("attachments") or ():
        message.attachments.append(_attachment(each))
    return message


def _value(name: str, value: Any) -> Any:
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
    if name == "isRead":
        return boolean(value, name)
    return value


def _attachment(given: JsonObject) -> Attachment:
    kind = str(given.get("@odata.type", "#microsoft.graph.fileAttachment"))
    if kind.endswith("referenceAttachment"):
        return Attachment(str(given.get("name", "")), kind="reference", item=given)
    encoded = str(given.get("contentBytes") or "")
    if len(encoded) * 3 // 4 > SMALL_ATTACHMENT:
        raise GraphError(413, "RequestEntityTooLarge", "The maximum request length was exceeded.")
    return Attachment(
        str(given.get("name", "")),
        encoded=encoded,
        content_type=str(given.get("contentType") or "application/octet-stream"),
        inline=boolean(given.get("isInline", False), "isInline"),
    )


@routes.on("PATCH", "/users/{u}/messages/{m}", *WRITE)
@routes.on("PATCH", "/users/{u}/mailFolders/{f}/messages/{m}", *WRITE)
def update_message(tenant: Tenant, call: Call) -> Answer:
    mailbox = mailbox_of(tenant, call)
    message = message_of(mailbox, call)
    given = call.json()
    if "internetMessageHeaders" in given:
        raise GraphError(400, "ErrorInvalidPropertySet", "Headers can be set only when a message is created.")
    for name, value in given.items():
        if name in DRAFT_ONLY and not message.props.get("isDraft"):
            raise GraphError(400, "ErrorInvalidPropertySet", f"Set action is invalid for property '{name}'.")
        if name in _WRITABLE:
            message.props[name] = _value(name, value)
    for each in given.get("singleValueExtendedProperties") or ():
        message.extended[str(each["id"])] = str(each["value"])
        mailbox.index(message)
    mailbox.touch(message)
    return Answer(body=as_json(call, mailbox, message))


@routes.on("DELETE", "/users/{u}/messages/{m}", *WRITE)
@routes.on("DELETE", "/users/{u}/mailFolders/{f}/messages/{m}", *WRITE)
def delete_message(tenant: Tenant, call: Call) -> Answer:
    mailbox = mailbox_of(tenant, call)
    message = message_of(mailbox, call)
    bin_ = mailbox.well_known["deleteditems"]
    if message.folder == bin_:
        mailbox.remove(message)
    else:
        mailbox.move(message, bin_)
    return Answer(204)


@routes.on("POST", "/users/{u}/messages/{m}/move", *WRITE)
def move_message(tenant: Tenant, call: Call) -> Answer:
    mailbox = mailbox_of(tenant, call)
    message = message_of(mailbox, call)
    target = folder_of(mailbox, str(insensitive(call.json()).get("destinationid", "")))
    mailbox.move(message, target.id)
    return Answer(201, as_json(call, mailbox, message))


@routes.on("POST", "/users/{u}/messages/{m}/copy", *WRITE)
def copy_message(tenant: Tenant, call: Call) -> Answer:
    mailbox = mailbox_of(tenant, call)
    message = message_of(mailbox, call)
    target = folder_of(mailbox, str(insensitive(call.json()).get("destinationid", "")))
    copy = Message(
        new_id(), target.id, dict(message.props), headers=message.headers, extended=dict(message.extended),
        attachments=message.attachments,
    )  # fmt: skip
    mailbox.add(copy)
    return Answer(201, as_json(call, mailbox, copy))


@routes.on("POST", "/users/{u}/messages/{m}/send", *SEND)
def send_draft(tenant: Tenant, call: Call) -> Answer:
    mailbox = mailbox_of(tenant, call)
    message = message_of(mailbox, call)
    if not message.props.get("isDraft"):
        raise GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.")
    if not any(message.props[kind] for kind in RECIPIENTS[:3]):
        raise GraphError(400, "ErrorInvalidRecipients", "At least one recipient isn't valid.")
    send(tenant, mailbox, message)
    return Answer(202)


@routes.on("POST", "/users/{u}/sendMail", *SEND)
def send_mail(tenant: Tenant, call: Call) -> Answer:
    mailbox = mailbox_of(tenant, call)
    given = insensitive(call.json())
    message = draft(tenant, mailbox, folder_of(mailbox, "drafts"), given.get("message") or {})
    if not any(addresses(message.props[kind]) for kind in RECIPIENTS[:3]):
        raise GraphError(400, "ErrorInvalidRecipients", "At least one recipient isn't valid.")
    mailbox.add(message)
    save = boolean(given.get("savetosentitems", True), "saveToSentItems")
    send(tenant, mailbox, message, save=save)
    return Answer(202)


@routes.on("POST", "/users/{u}/messages/{m}/createReply", *WRITE)
@routes.on("POST", "/users/{u}/messages/{m}/createReplyAll", *WRITE)
@routes.on("POST", "/users/{u}/messages/{m}/createForward", *WRITE)
def create_answer(tenant: Tenant, call: Call) -> Answer:
    mailbox = mailbox_of(tenant, call)
    message = message_of(mailbox, call)
    action = call.path.rsplit("/", 1)[1].lower()
    original = message.props
    forward = action == "createforward"
    to, cc = [], []
    if not forward:
        to = [original["from"]] if original.get("from") else []
    if action == "createreplyall":
        mine = mailbox.user.email
        seen = set(addresses(to)) | {mine}
        cc = [
            r for r in [*original["toRecipients"], *original["ccRecipients"]] if addresses([r])[0] not in seen
        ]
    subject = re.sub(r"^((re|fw): )+", "", original.get("subject") or "", flags=re.I)
    reply = draft(tenant, mailbox, folder_of(mailbox, "drafts"), {
        "subject": f"{'FW' if forward else 'RE'}: {subject}",
        "toRecipients": to,
        "ccRecipients": cc,
        "body": {"contentType": "html", "content": "<html><body><br><hr>"
                 f"{(original.get('body') or {}).get('content') or ''}</body></html>"},
    })  # fmt: skip
    given = call.body if isinstance(call.body, dict) else {}
    for name, value in (insensitive(given).get("message") or {}).items():
        if name in _WRITABLE:
            reply.props[name] = _value(name, value)
    reply.props["conversationId"] = original["conversationId"]
    reply.props["_inReplyTo"] = original["internetMessageId"]
    earlier = original.get("_references") or ""
    reply.props["_references"] = f"{earlier} {original['internetMessageId']}".strip()
    if forward:
        reply.attachments = list(message.attachments)
    mailbox.add(reply)
    return Answer(201, as_json(call, mailbox, reply))


# ------------------------------------------------------------------------------------------------ attachments


@routes.on("GET", "/users/{u}/messages/{m}/attachments", *READ)
def list_attachments(tenant: Tenant, call: Call) -> Answer:
    message = message_of(mailbox_of(tenant, call), call)
    select = [part.strip() for part in call.query.get("select", "").split(",") if part.strip()]
    content = not select or "contentBytes" in select
    value = [attachment_json(a, content=content) for a in message.attachments]
    if select:
        value = [{k: v for k, v in a.items() if k in select or k in ("@odata.type", "id")} for a in value]
    return Answer(body={"@odata.context": f"{call.root}/$metadata#attachments", "value": value})


@routes.on("POST", "/users/{u}/messages/{m}/attachments", *WRITE)
def add_attachment(tenant: Tenant, call: Call) -> Answer:
    mailbox = mailbox_of(tenant, call)
    message = message_of(mailbox, call)
    attachment = _attachment(call.json())
    message.attachments = [*message.attachments, attachment]
    mailbox.touch(message)
    return Answer(201, attachment_json(attachment))


def _attachment_of(message: Message, call: Call) -> Attachment:
    found = next((a for a in message.attachments if a.id == call.args["a"]), None)
    if found is None:
        raise GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.")
    return found


@routes.on("GET", "/users/{u}/messages/{m}/attachments/{a}", *READ)
def get_attachment(tenant: Tenant, call: Call) -> Answer:
    attachment = _attachment_of(message_of(mailbox_of(tenant, call), call), call)
    body = attachment_json(attachment)
    if attachment.kind == "item" and "item" in call.query.get("expand", "").lower():
        body["item"] = attachment.item
    return Answer(body=body)


@routes.on("GET", "/users/{u}/messages/{m}/attachments/{a}/$value", *READ)
def get_attachment_bytes(tenant: Tenant, call: Call) -> Answer:
    attachment = _attachment_of(message_of(mailbox_of(tenant, call), call), call)
    if attachment.kind == "reference":
        raise GraphError(405, "ErrorInvalidRequest", "A reference attachment has no content.")
    return Answer(content=attachment.data, headers={"Content-Type": "application/octet-stream"})


@routes.on("DELETE", "/users/{u}/messages/{m}/attachments/{a}", *WRITE)
def delete_attachment(tenant: Tenant, call: Call) -> Answer:
    mailbox = mailbox_of(tenant, call)
    message = message_of(mailbox, call)
    gone = _attachment_of(message, call)
    message.attachments = [a for a in message.attachments if a is not gone]
    mailbox.touch(message)
    return Answer(204)


@routes.on("POST", "/users/{u}/messages/{m}/attachments/createUploadSession", *WRITE)
def create_upload(tenant: Tenant, call: Call) -> Answer:
    mailbox = mailbox_of(tenant, call)
    message = message_of(mailbox, call)
    item = insensitive(insensitive(call.json()).get("attachmentitem") or {})
    token = new_id("up")
    mailbox.uploads[token] = {
        "message": message.id, "name": item.get("name", ""), "size": int(item.get("size", 0)), "data": bytearray(),
    }  # fmt: skip
    expires = (tenant.clock.now() + timedelta(hours=1)).isoformat()
    return Answer(
        201,
        {
            "uploadUrl": f"{call.base}/upload/mail/{mailbox.user.email}/{token}",
            "expirationDateTime": expires,
            "nextExpectedRanges": ["0-"],
        },
    )


def put_range(
    tenant: Tenant, base: str, mailbox: Mailbox, token: str, content: bytes, content_range: str
) -> Answer:
    """One range of an upload session. No token is needed: the address is the permission."""
    upload = mailbox.uploads.get(token)
    found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", content_range)
    if upload is None:
        raise GraphError(404, "ErrorItemNotFound", "The upload session was not found.")
    if not found or int(found[1]) != len(upload["data"]):
        raise GraphError(416, "ErrorInvalidRange", "The range is not the one expected next.")
    upload["data"] += content
    if len(upload["data"]) < upload["size"]:
        return Answer(200, {"nextExpectedRanges": [str(len(upload["data"]))]})
    message = mailbox.messages[upload["message"]]
    attachment = Attachment(upload["name"], data=bytes(upload["data"]))
    message.attachments = [*message.attachments, attachment]
    mailbox.touch(message)
    del mailbox.uploads[token]
    place = f"{base}/v1.0/users('{mailbox.user.id}')/Messages('{message.default_id}')/Attachments('{attachment.id}')"
    return Answer(201, headers={"Location": place})


# ---------------------------------------------------------------------------------------------------- folders


def folder_json(mailbox: Mailbox, folder: Folder) -> JsonObject:
    inside = mailbox.in_folder(folder.id)
    return {
        "id": folder.id,
        "displayName": folder.name,
        "parentFolderId": folder.parent,
        "childFolderCount": sum(f.parent == folder.id for f in mailbox.folders.values()),
        "totalItemCount": len(inside),
        "unreadItemCount": sum(not m.props.get("isRead") for m in inside),
        "isHidden": False,
    }


@routes.on("GET", "/users/{u}/mailFolders", *READ)
@routes.on("GET", "/users/{u}/mailFolders/{f}/childFolders", *READ)
def list_folders(tenant: Tenant, call: Call) -> Answer:
    mailbox = mailbox_of(tenant, call)
    parent = folder_of(mailbox, call.args["f"]).id if "f" in call.args else "root"
    found = [f for f in mailbox.folders.values() if f.parent == parent]
    named = re.search(r"displayName eq '((?:[^']|'')*)'", call.query.get("filter", ""), re.I)
    if named:
        found = [f for f in found if f.name.casefold() == named[1].replace("''", "'").casefold()]
    part, notes = page(call, found, 10, 1000)
    return Answer(body={"@odata.context": f"{call.root}/$metadata#mailFolders", **notes,
                        "value": [folder_json(mailbox, f) for f in part]})  # fmt: skip


@routes.on("POST", "/users/{u}/mailFolders", *WRITE)
@routes.on("POST", "/users/{u}/mailFolders/{f}/childFolders", *WRITE)
def create_folder(tenant: Tenant, call: Call) -> Answer:
    mailbox = mailbox_of(tenant, call)
    parent = folder_of(mailbox, call.args["f"]).id if "f" in call.args else "root"
    name = str(call.json().get("displayName") or "")
    if any(f.parent == parent and f.name.casefold() == name.casefold() for f in mailbox.folders.values()):
        raise GraphError(409, "ErrorFolderExists", "A folder with the specified name already exists.")
    folder = Folder(new_id("AAMkFLD"), name, parent)
    mailbox.folders[folder.id] = folder
    return Answer(201, folder_json(mailbox, folder))


@routes.on("GET", "/users/{u}/mailFolders/{f}", *READ)
def get_folder(tenant: Tenant, call: Call) -> Answer:
    mailbox = mailbox_of(tenant, call)
    return Answer(body=folder_json(mailbox, folder_of(mailbox, call.args["f"])))


@routes.on("GET", "/users/{u}/outlook/masterCategories", *READ)
def master_categories(tenant: Tenant, call: Call) -> Answer:
    mailbox_of(tenant, call)
    return Answer(body={"value": [{"id": new_id(), "displayName": "Please look at", "color": "preset0"}]})


users = Routes("directory")


@users.on("GET", "/users/{u}", "User.Read.All", "Mail.ReadWrite", "Mail.Read")
def get_user(tenant: Tenant, call: Call) -> Answer:
    name = call.args["u"].casefold()
    user = next((u for u in tenant.users.values() if name in (u.email, u.id.casefold())), None)
    if user is None:
        raise GraphError(
            404, "Request_ResourceNotFound", f"Resource '{call.args['u']}' does not exist or one of its queried "
            "reference-property objects are not present.",
        )  # fmt: skip
    return Answer(body={
        "@odata.context": f"{call.root}/$metadata#users/$entity", "id": user.id, "displayName": user.name,
        "mail": user.email, "userPrincipalName": user.email, "jobTitle": user.job,
    })  # fmt: skip
