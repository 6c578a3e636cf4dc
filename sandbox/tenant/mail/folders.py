"""Mail folders and categories.

https://learn.microsoft.com/graph/api/resources/mailfolder
"""

from __future__ import annotations

from sandbox.tenant.graph_error import GraphError
from sandbox.tenant.graph_http import Answer, Call, JsonObject, insensitive, page
from sandbox.tenant.mail.outlook import READ, WRITE, folder_of, mailbox_of, routes
from sandbox.tenant.odata_filter import FilterError, matches, parse, properties
from sandbox.tenant.state import Folder, Mailbox, Tenant, new_id
from sandbox.tenant.vocabulary import FOLDER, check_body, check_names, chosen, selected


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
    """https://learn.microsoft.com/graph/api/user-list-mailfolders"""
    mailbox = mailbox_of(tenant, call)
    parent = folder_of(mailbox, call.args["f"]).id if "f" in call.args else "root"
    names = selected(call, FOLDER, "mailFolder")
    found = [f for f in mailbox.folders.values() if f.parent == parent]
    if text := call.query.get("filter"):
        try:
            node = parse(text)
            check_names(properties(node), FOLDER, "mailFolder")
            found = [f for f in found if matches(node, folder_json(mailbox, f).get)]
        except FilterError as fault:
            raise GraphError(400, "ErrorInvalidUrlQueryFilter", str(fault)) from fault
    part, notes = page(call, found, 10, 1000)
    return Answer(body={"@odata.context": f"{call.root}/$metadata#users('{mailbox.user.id}')/mailFolders", **notes,
                        "value": [chosen(folder_json(mailbox, f), names) for f in part]})  # fmt: skip


def _named(mailbox: Mailbox, call: Call, parent: str, *, itself: str = "") -> str:
    """The name in a body; 409 if a folder beside it has that name."""
    given = call.json()
    check_body(given, FOLDER, "mailFolder")
    name = str(given.get("displayName") or "")
    if not name:
        raise GraphError(400, "ErrorInvalidArgument", "The folder has no displayName.")
    for folder in mailbox.folders.values():
        if folder.parent == parent and folder.id != itself and folder.name.casefold() == name.casefold():
            raise GraphError(409, "ErrorFolderExists", "A folder with the specified name already exists.")
    return name


@routes.on("POST", "/users/{u}/mailFolders", *WRITE)
@routes.on("POST", "/users/{u}/mailFolders/{f}/childFolders", *WRITE)
def create_folder(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/user-post-mailfolders"""
    mailbox = mailbox_of(tenant, call)
    parent = folder_of(mailbox, call.args["f"]).id if "f" in call.args else "root"
    folder = Folder(new_id("AAMkFLD"), _named(mailbox, call, parent), parent)
    mailbox.folders[folder.id] = folder
    return Answer(201, folder_json(mailbox, folder))


@routes.on("GET", "/users/{u}/mailFolders/{f}", *READ)
def get_folder(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/mailfolder-get"""
    mailbox = mailbox_of(tenant, call)
    names = selected(call, FOLDER, "mailFolder")
    return Answer(body=chosen(folder_json(mailbox, folder_of(mailbox, call.args["f"])), names))


@routes.on("PATCH", "/users/{u}/mailFolders/{f}", *WRITE)
def rename_folder(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/mailfolder-update"""
    mailbox = mailbox_of(tenant, call)
    folder = folder_of(mailbox, call.args["f"])
    folder.name = _named(mailbox, call, folder.parent, itself=folder.id)
    return Answer(body=folder_json(mailbox, folder))


@routes.on("POST", "/users/{u}/mailFolders/{f}/move", *WRITE)
def move_folder(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/mailfolder-move"""
    mailbox = mailbox_of(tenant, call)
    folder = folder_of(mailbox, call.args["f"])
    if folder.id in mailbox.well_known.values():
        raise GraphError(400, "ErrorMoveDistinguishedFolder", "Distinguished folders cannot be moved.")
    folder.parent = folder_of(mailbox, str(insensitive(call.json()).get("destinationid", ""))).id
    return Answer(201, folder_json(mailbox, folder))


@routes.on("DELETE", "/users/{u}/mailFolders/{f}", *WRITE)
def delete_folder(tenant: Tenant, call: Call) -> Answer:
    """It goes below Deleted Items, and out of there for good. https://learn.microsoft.com/graph/api/mailfolder-delete"""
    mailbox = mailbox_of(tenant, call)
    folder = folder_of(mailbox, call.args["f"])
    if folder.id in mailbox.well_known.values():
        raise GraphError(403, "ErrorDeleteDistinguishedFolder", "Distinguished folders cannot be deleted.")
    bin_ = mailbox.well_known["deleteditems"]
    if folder.parent != bin_:
        folder.parent = bin_
    else:
        for message in mailbox.in_folder(folder.id):
            mailbox.remove(message)
        del mailbox.folders[folder.id]
    return Answer(204)


@routes.on("GET", "/users/{u}/outlook/masterCategories", "MailboxSettings.Read", *READ)
def master_categories(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/outlookuser-list-mastercategories"""
    context = f"{call.root}/$metadata#masterCategories"
    return Answer(body={"@odata.context": context, "value": mailbox_of(tenant, call).categories})


@routes.on("POST", "/users/{u}/outlook/masterCategories", "MailboxSettings.ReadWrite")
def create_category(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/outlookuser-post-mastercategories"""
    categories, given = mailbox_of(tenant, call).categories, call.json()
    name = str(given.get("displayName") or "")
    if any(each["displayName"].casefold() == name.casefold() for each in categories):
        raise GraphError(409, "CategoryAlreadyExists", "A category with the specified name already exists.")
    made = {"id": new_id(), "displayName": name, "color": str(given.get("color") or "none")}
    categories.append(made)
    return Answer(201, made)
