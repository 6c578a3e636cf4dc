"""Messages: reading, drafting, changing, moving and sending them.

https://learn.microsoft.com/graph/api/resources/message
"""

from __future__ import annotations

from sandbox.tenant.graph_error import GraphError
from sandbox.tenant.graph_http import Answer, Call, JsonObject, boolean, insensitive, page
from sandbox.tenant.mail import folders, free_busy, mime, replies
from sandbox.tenant.mail.attachments import upload
from sandbox.tenant.mail.delivery import send
from sandbox.tenant.mail.directory import users
from sandbox.tenant.mail.drafts import (
    DRAFT_ONLY,
    WRITABLE,
    check_recipients,
    draft,
    extended_from,
    value_from,
)
from sandbox.tenant.mail.mail_delta import delta
from sandbox.tenant.mail.mail_json import as_json
from sandbox.tenant.mail.mail_query import found_messages
from sandbox.tenant.mail.outlook import (
    NOT_FOUND,
    READ,
    SEND,
    WRITE,
    check_match,
    folder_of,
    mailbox_of,
    message_of,
    on_message,
    routes,
)
from sandbox.tenant.state import Message, Tenant, new_id
from sandbox.tenant.vocabulary import MESSAGE, check_body

__all__ = ["folders", "free_busy", "replies", "routes", "upload", "users"]


@routes.on("GET", "/users/{u}/messages", *READ)
@routes.on("GET", "/users/{u}/mailFolders/{f}/messages", *READ)
def list_messages(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/user-list-messages"""
    mailbox = mailbox_of(tenant, call)
    folder = folder_of(mailbox, call.args["f"]).id if "f" in call.args else None
    part, notes = page(call, found_messages(tenant, call, mailbox, folder), 10, 1000)
    context = f"{call.root}/$metadata#users('{mailbox.user.id}')/messages"
    value = [as_json(call, mailbox, m) for m in part]
    return Answer(body={"@odata.context": context, **notes, "value": value})


@on_message("GET", "", *READ)
def get_message(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/message-get"""
    if call.args["m"].lower() == "delta":
        return delta(tenant, call)
    mailbox = mailbox_of(tenant, call)
    return Answer(body=as_json(call, mailbox, message_of(mailbox, call)))


@on_message("GET", "/$value", *READ)
def get_mime(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/outlook-get-mime-message"""
    message = message_of(mailbox_of(tenant, call), call)
    return Answer(content=mime.written(message), headers={"Content-Type": "text/plain"})


def _posted(call: Call) -> JsonObject:
    """The message a client posted, as JSON or as base64 MIME."""
    if call.headers.get("content-type", "").startswith("text/plain"):
        return mime.read(call.content)
    return call.json()


@routes.on("POST", "/users/{u}/messages", *WRITE)
@routes.on("POST", "/users/{u}/mailFolders/{f}/messages", *WRITE)
def create_draft(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/user-post-messages"""
    mailbox = mailbox_of(tenant, call)
    folder = folder_of(mailbox, call.args.get("f", "drafts"))
    message = mailbox.add(draft(tenant, mailbox, folder, _posted(call)))
    return Answer(201, as_json(call, mailbox, message))


@on_message("PATCH", "", *WRITE)
def update_message(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/message-update"""
    mailbox = mailbox_of(tenant, call)
    message = message_of(mailbox, call)
    check_match(call, message)
    given = call.json()
    check_body(given, MESSAGE, "message")
    if "internetMessageHeaders" in given:
        raise GraphError(400, "ErrorInvalidPropertySet", "Headers can be set only when a message is created.")
    sealed = DRAFT_ONLY & given.keys() if not message.props.get("isDraft") else set()
    if sealed and "Mail-Advanced.ReadWrite" not in call.app.roles:
        if tenant.behaviours.on("sealed mail"):
            raise GraphError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
        name = sorted(sealed)[0]
        raise GraphError(400, "ErrorInvalidPropertySet", f"Set action is invalid for property '{name}'.")
    changed = {name: value_from(name, value) for name, value in given.items() if name in WRITABLE}
    extended = extended_from(given)
    message.props.update(changed)
    message.extended.update(extended)
    mailbox.index(message)
    mailbox.touch(message)
    return Answer(body=as_json(call, mailbox, message))


@on_message("DELETE", "", *WRITE)
def delete_message(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/message-delete"""
    mailbox = mailbox_of(tenant, call)
    message = message_of(mailbox, call)
    check_match(call, message)
    bin_ = mailbox.well_known["deleteditems"]
    if message.folder == bin_:
        mailbox.remove(message)
    else:
        mailbox.move(message, bin_)
    return Answer(204)


@on_message("POST", "/move", *WRITE)
def move_message(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/message-move"""
    mailbox = mailbox_of(tenant, call)
    message = message_of(mailbox, call)
    target = folder_of(mailbox, str(insensitive(call.json()).get("destinationid", "")))
    mailbox.move(message, target.id)
    return Answer(201, as_json(call, mailbox, message))


@on_message("POST", "/copy", *WRITE)
def copy_message(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/message-copy"""
    mailbox = mailbox_of(tenant, call)
    message = message_of(mailbox, call)
    target = folder_of(mailbox, str(insensitive(call.json()).get("destinationid", "")))
    copy = Message(
        new_id(), target.id, dict(message.props), headers=message.headers, extended=dict(message.extended),
        attachments=message.attachments, parts=message.parts, sent=message.sent,
    )  # fmt: skip
    return Answer(201, as_json(call, mailbox, mailbox.add(copy)))


@on_message("POST", "/send", *SEND)
def send_draft(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/message-send. No page says what a second call does."""
    mailbox = mailbox_of(tenant, call)
    message = message_of(mailbox, call)
    if message.submitted or not message.props.get("isDraft"):
        return _second_send(tenant)
    check_recipients(message)
    send(tenant, mailbox, message)
    return Answer(202)


def _second_send(tenant: Tenant) -> Answer:
    status = tenant.behaviours.chance.choice((202, 404, 400)) if tenant.behaviours.on("second send") else 404
    if status == 400:
        raise GraphError(400, "ErrorInvalidOperation", "The message is not a draft.")
    if status == 404:
        raise GraphError(404, "ErrorItemNotFound", NOT_FOUND)
    return Answer(202)


@routes.on("POST", "/users/{u}/sendMail", *SEND)
def send_mail(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/user-sendmail"""
    mailbox = mailbox_of(tenant, call)
    posted = _posted(call)
    as_mime = call.headers.get("content-type", "").startswith("text/plain")
    given = {"message": posted} if as_mime else insensitive(posted)
    message = draft(tenant, mailbox, folder_of(mailbox, "outbox"), given.get("message") or {})
    check_recipients(message)
    save = boolean(given.get("savetosentitems", True), "saveToSentItems")
    mailbox.add(message)
    send(tenant, mailbox, message, save=save)
    return Answer(202)
