"""The document library of the site: what may be asked of its folders and files.

https://learn.microsoft.com/graph/api/resources/driveitem
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from urllib.parse import quote

from sandbox.tenant.graph_error import GraphError
from sandbox.tenant.graph_http import Answer, Call, JsonObject, Responder, other_host
from sandbox.tenant.names import check_name
from sandbox.tenant.sites import uploads
from sandbox.tenant.sites.drive_items import (
    DOWNLOAD,
    DRIVE,
    check_drive,
    conflict_rule,
    download_url,
    drive_json,
    file_json,
    item_pattern,
    place,
    target,
)
from sandbox.tenant.sites.library import by_id, check_lock, discard, etags, inside, move, numbered, store
from sandbox.tenant.sites.rows import check_etag, check_not_busy, fields_json, item_json, keep
from sandbox.tenant.sites.sharepoint import SharePointRoutes, body_of, collection, missing, selected
from sandbox.tenant.sites.values import written
from sandbox.tenant.state import StoredFile, Tenant

routes = SharePointRoutes()
upload = uploads.upload


def on(method: str, need: str, action: str = "") -> Callable[[Responder], Responder]:
    """A route on an item of the library: `action` is what follows its address."""
    return routes.at(method, item_pattern(action), need)


@routes.at("GET", DRIVE, "read")
def get_drive(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/drive-get"""
    check_drive(tenant, call)
    return Answer(body=drive_json(tenant, call))


@routes.read("GET", "/sites/{s}/drives")
def get_drives(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/drive-list"""
    check_drive(tenant, call)
    context = f"{call.root}/$metadata#drives"
    return Answer(body={"@odata.context": context, "value": [drive_json(tenant, call)]})


@on("GET", "read")
def get_item(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/driveitem-get"""
    return Answer(body=selected(call, file_json(tenant, call, target(tenant, call)), "driveItem", DOWNLOAD))


@on("GET", "read", "children")
def get_children(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/driveitem-list-children"""
    bodies = [file_json(tenant, call, each) for each in inside(tenant, target(tenant, call))]
    context = f"{call.root}/$metadata#Collection(driveItem)"
    return Answer(body={"@odata.context": context, **collection(call, "driveItem", bodies, DOWNLOAD)})


@on("POST", "write", "children")
def make_folder(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/driveitem-post-children"""
    parent, given = target(tenant, call), body_of(call, "driveItem")
    if "folder" not in given or not given.get("name"):
        raise GraphError(400, "invalidRequest", "A folder needs a name and the facet folder.")
    check_name(str(given["name"]))
    path = f"{parent.path}/{given['name']}"
    _, stored = store(tenant, path, None, conflict_rule(call, given, "fail"), call.app.client_id)
    return Answer(201, file_json(tenant, call, stored))


@on("PUT", "write", "content")
def put_content(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/driveitem-put-content"""
    path = place(tenant, call)
    if known := tenant.files.get(path.casefold()):
        check_etag(tenant, call, *etags(known))
    status, stored = store(tenant, path, call.content, conflict_rule(call, {}, "replace"), call.app.client_id)
    return Answer(status, file_json(tenant, call, stored))


@on("GET", "read", "content")
def get_content(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/driveitem-get-content"""
    stored = target(tenant, call)
    if stored.data is None:
        raise GraphError(400, "invalidRequest", "A folder has no content.")
    return Answer(302, headers={"Location": download_url(tenant, call.base, stored)})


@on("PATCH", "write")
def patch_item(tenant: Tenant, call: Call) -> Answer:
    """Rename or move. https://learn.microsoft.com/graph/api/driveitem-update"""
    stored, given = target(tenant, call), body_of(call, "driveItem")
    check_etag(tenant, call, *etags(stored))
    check_lock(stored)
    if not stored.path:
        raise GraphError(400, "invalidRequest", "The root cannot be moved.")
    path = _destination(tenant, stored, given)
    if path != stored.path:
        there = tenant.files.get(path.casefold())
        if there and there is not stored:
            match conflict_rule(call, given, "fail"):
                case "fail":
                    raise GraphError(409, "nameAlreadyExists", "The specified item name already exists.")
                case "rename":
                    path = numbered(tenant, path)
                case _:
                    discard(tenant, there)
        move(tenant, stored, path, call.app.client_id)
    return Answer(body=file_json(tenant, call, stored))


def _destination(tenant: Tenant, stored: StoredFile, given: JsonObject) -> str:
    name = str(given.get("name") or stored.name)
    check_name(name)
    reference = given.get("parentReference") or {}
    if reference.get("driveId", tenant.drive_id) != tenant.drive_id:
        raise GraphError(400, "invalidRequest", "Moving between drives is not supported.")
    folder = tenant.files[stored.folder.casefold()]
    if reference.get("id"):
        folder = by_id(tenant, str(reference["id"]))
    elif "path" in reference:
        found = tenant.files.get(str(reference["path"]).partition("root:")[2].strip("/").casefold())
        if found is None:
            raise missing()
        folder = found
    if folder.data is not None or f"{folder.path}/".casefold().startswith(f"{stored.path}/".casefold()):
        raise GraphError(400, "invalidRequest", "The destination is no folder, or is within what is moved.")
    return f"{folder.path}/{name}".strip("/")


@on("DELETE", "write")
def delete_item(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/driveitem-delete"""
    stored = target(tenant, call)
    check_etag(tenant, call, *etags(stored))
    check_lock(stored)
    if not stored.path:
        raise GraphError(400, "invalidRequest", "The root cannot be deleted.")
    discard(tenant, stored)
    return Answer(204)


@on("POST", "write", "copy")
def copy_item(tenant: Tenant, call: Call) -> Answer:
    """A copy is made by and by; its progress stands at the address in Location, which needs no token.

    https://learn.microsoft.com/graph/api/driveitem-copy
    """
    stored, given = target(tenant, call), call.body if isinstance(call.body, dict) else {}
    path, made = _destination(tenant, stored, given), None
    conflict = conflict_rule(call, given, "fail")
    if path.casefold() in tenant.files and conflict == "fail":
        progress = {
            "status": "failed",
            "error": {"code": "nameAlreadyExists", "message": "Name already exists"},
        }
    else:
        _, made = store(tenant, path, stored.data, conflict, call.app.client_id)
        for each in list(tenant.files.values()):
            if each.path.casefold().startswith(f"{stored.path.casefold()}/") and each.path != made.path:
                store(tenant, made.path + each.path[len(stored.path) :], each.data, by=call.app.client_id)
        progress = {"status": "completed", "percentageComplete": 100.0, "resourceId": made.id}  # type: ignore[dict-item]
    token = secrets.token_urlsafe(16)
    tenant.downloads[token] = json.dumps(progress).encode()
    return Answer(202, headers={"Location": f"{other_host(call.base)}/download/{token}"})


@on("GET", "read", "listItem")
def get_list_item(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/resources/driveitem (relationship listItem)"""
    return Answer(body=item_json(tenant, call, tenant.library, target(tenant, call).item))


@on("GET", "read", "listItem/fields")
def get_fields(tenant: Tenant, call: Call) -> Answer:
    return Answer(body=fields_json(tenant, call, tenant.library, target(tenant, call).item))


@on("PATCH", "write", "listItem/fields")
def patch_fields(tenant: Tenant, call: Call) -> Answer:
    """The columns of a file. Just after an upload the service may still be at it: 409 though nobody edited anything."""
    stored = target(tenant, call)
    check_etag(tenant, call, stored.item.etag)
    check_lock(stored)
    check_not_busy(tenant, tenant.library, stored.item)
    keep(
        tenant, tenant.library, stored.item, written(tenant, tenant.library, call.json()), call.app.client_id
    )
    return Answer(body=fields_json(tenant, call, tenant.library, stored.item))


@routes.at("GET", DRIVE + r"/root/delta(?:\(token='(?P<token>[^']*)'\))?", "read")
def get_delta(tenant: Tenant, call: Call) -> Answer:
    """What changed in the library; here, and only here, webUrl is the path of an Office file.

    https://learn.microsoft.com/graph/api/driveitem-delta
    """
    check_drive(tenant, call)
    journal = tenant.library.journal
    token = call.args.get("token") or call.query.get("token") or ""
    by_row = {f.item.id: f for f in tenant.files.values()}
    if token == "latest":
        ids: list[int] = []
    elif token.isdigit() and int(token) <= len(journal):
        ids = list(dict.fromkeys(journal[int(token) :]))
    elif token:
        raise GraphError(410, "resyncChangesApplyDifferences", "Resync required.",
                         headers={"Location": f"{call.root}/drives/{tenant.drive_id}/root/delta"})  # fmt: skip
    else:
        ids = list(by_row)
    value = [
        file_json(tenant, call, by_row[i], in_delta=True)
        if i in by_row
        else {"id": tenant.gone_files.get(i, ""), "deleted": {"state": "deleted"}}
        for i in ids
    ]
    link = f"{call.root}/drives/{quote(tenant.drive_id, safe='!')}/root/delta?token={len(journal)}"
    context = f"{call.root}/$metadata#Collection(driveItem)"
    return Answer(body={"@odata.context": context, "value": value, "@odata.deltaLink": link})


routes.all += uploads.routes.all
