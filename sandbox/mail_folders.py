"""What becomes of a mailbox's folders: renamed, moved, deleted.

https://learn.microsoft.com/graph/api/resources/mailfolder
"""

from __future__ import annotations

from sandbox.graph_http import Answer, Call, GraphError, Routes, insensitive
from sandbox.mail import WRITE, folder_json, folder_of, mailbox_of
from sandbox.state import Folder, Mailbox, Tenant

routes = Routes("outlook")


def _peoples_folder(mailbox: Mailbox, call: Call) -> Folder:
    """A folder people made: those that every mailbox has are neither renamed nor moved nor deleted."""
    found = folder_of(mailbox, call.args["f"])
    if found.id in mailbox.well_known.values():
        raise GraphError(400, "ErrorInvalidRequest", "A distinguished folder cannot be changed.")
    return found


@routes.on("PATCH", "/users/{u}/mailFolders/{f}", *WRITE)
def rename_folder(tenant: Tenant, call: Call) -> Answer:
    mailbox = mailbox_of(tenant, call)
    folder = _peoples_folder(mailbox, call)
    folder.name = str(insensitive(call.json()).get("displayname") or folder.name)
    return Answer(body=folder_json(mailbox, folder))


@routes.on("POST", "/users/{u}/mailFolders/{f}/move", *WRITE)
def move_folder(tenant: Tenant, call: Call) -> Answer:
    mailbox = mailbox_of(tenant, call)
    folder = _peoples_folder(mailbox, call)
    folder.parent = folder_of(mailbox, str(insensitive(call.json()).get("destinationid", ""))).id
    return Answer(201, folder_json(mailbox, folder))


@routes.on("DELETE", "/users/{u}/mailFolders/{f}", *WRITE)
def delete_folder(tenant: Tenant, call: Call) -> Answer:
    mailbox = mailbox_of(tenant, call)
    folder = _peoples_folder(mailbox, call)
    for message in mailbox.in_folder(folder.id):
        mailbox.remove(message)
    del mailbox.folders[folder.id]
    return Answer(204)
