"""What every part of Outlook's API shares: its routes, its roles, and the mailbox, folder or message of a path."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.tenant.graph_error import GraphError
from sandbox.tenant.graph_http import Call, Responder, Routes
from sandbox.tenant.state import Folder, Mailbox, Message, Tenant

routes = Routes("outlook")
READ = ("Mail.Read", "Mail.ReadWrite")
WRITE = ("Mail.ReadWrite",)
SEND = ("Mail.Send",)
MEGABYTE = 1024 * 1024
NOT_FOUND = "The specified object was not found in the store."


def on_message(method: str, tail: str, *roles: str) -> Callable[[Responder], Responder]:
    """Answer on a message whether its folder is named or not."""

    def register(answer: Responder) -> Responder:
        routes.on(method, f"/users/{{u}}/mailFolders/{{f}}/messages/{{m}}{tail}", *roles)(answer)
        return routes.on(method, f"/users/{{u}}/messages/{{m}}{tail}", *roles)(answer)

    return register


def mailbox_of(tenant: Tenant, call: Call) -> Mailbox:
    """The mailbox of the path, if the app may see it.

    https://learn.microsoft.com/exchange/permissions-exo/application-rbac
    """
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
        raise GraphError(404, "ErrorItemNotFound", NOT_FOUND)
    return found


def check_match(call: Call, message: Message) -> None:
    """Refuse a change to a message that is no longer the one the client saw: 412.

    https://learn.microsoft.com/graph/api/message-update
    """
    wanted = call.headers.get("if-match", "*").strip()
    if wanted not in ("*", f'W/"{message.change_key}"', f'"{message.change_key}"'):
        raise GraphError(
            412,
            "ErrorIrresolvableConflict",
            "The send or update operation could not be performed because the change key passed in the request does "
            "not match the current change key for the item.",
        )
