"""The document library of the site: folders, files, their rows, upload sessions, and what may be done to them.

Every path of the page works below `/drives/{id}`, `/sites/{id}/drive`, `/sites/{id}/drives/{id}` and
`/sites/{id}/lists/{id}/drive`, with `/root`, `/items/{id}`, and `:/a/b:` after either.
https://learn.microsoft.com/graph/api/resources/driveitem
https://learn.microsoft.com/graph/onedrive-addressing-driveitems
"""

from __future__ import annotations

import itertools
import json
import mimetypes
import re
import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from sandbox.clock import iso
from sandbox.content import OFFICE, encrypted, ending, promoted, quick_xor
from sandbox.graph_http import Answer, Call, GraphError, JsonObject, Responder
from sandbox.names import check_name
from sandbox.rows import check_etag, check_not_busy, fields_json, identity, item_json, keep, new_row, remove
from sandbox.sharepoint import SharePointRoutes, allow_expand, missing, selected
from sandbox.state import Column, StoredFile, Tenant, new_id
from sandbox.values import written

routes = SharePointRoutes()
GRAIN = 320 * 1024
LARGEST_RANGE = 60 * 1024 * 1024
_DRIVE = (
    r"/(?:drives/(?P<d>[^/]+)|sites/(?P<s>[^/]+)/(?:drives/(?P<d2>[^/]+)|drive|lists/(?P<l>[^/]+)/drive))"
)
_ITEM = r"/(?:root|items/(?P<i>[^/:]+))(?::/(?P<path>[^:]+?))?"
_FOLLOWING = ("@microsoft.graph.conflictbehavior", "@name.conflictbehavior")


def _on(method: str, need: str, action: str = "") -> Callable[[Responder], Responder]:
    """A route on an item of the library: `action` is what follows it."""
    return routes.at(method, _DRIVE + _ITEM + (f"(?(path):)/{action}" if action else "(?(path):?)"), need)


def found_library(tenant: Tenant) -> None:
    """The library as a new site has it: empty."""
    library = tenant.library
    library.columns = {
        c.name: c for c in (Column("Title", "Title", "text"), Column("FileLeafRef", "Name", "text"))
    }
    library.template, library.leaf, library.german = "documentLibrary", "Shared Documents", "Dokumente"
    library.created = library.modified = tenant.now()
    tenant.lists[library.id] = library
    root = new_row(tenant, library, {})
    del library.items[root.id]  # the root is an item of the drive, not a row
    tenant.files[""] = StoredFile(new_id("01"), "", None, root)


# --------------------------------------------------------------------------------------------------------- shown


def drive_json(tenant: Tenant, call: Call) -> JsonObject:
    body = {
        "@odata.context": f"{call.root}/$metadata#drives/$entity",
        "id": tenant.drive_id,
        "name": tenant.title(tenant.library),
        "driveType": "documentLibrary",
        "createdDateTime": tenant.library.created,
        "lastModifiedDateTime": tenant.library.modified,
        "webUrl": f"https://{tenant.host}{tenant.site_path}/Shared%20Documents",
        "quota": {"state": "normal", "total": 27487790694400},
    }
    return selected(call, body, "drive")


def path_url(tenant: Tenant, stored: StoredFile) -> str:
    return f"https://{tenant.host}{tenant.site_path}/Shared%20Documents/{quote(stored.path)}".rstrip("/")


def web_url(tenant: Tenant, stored: StoredFile) -> str:
    """What people click: for an Office file the page that opens it, which is not its path."""
    if stored.data is None or ending(stored.name) not in OFFICE:
        return path_url(tenant, stored)
    return (
        f"https://{tenant.host}{tenant.site_path}/_layouts/15/Doc.aspx?sourcedoc=%7B{stored.item.guid.upper()}%7D"
        f"&file={quote(stored.name)}&action=default&mobileredirect=true"
    )


def file_json(tenant: Tenant, call: Call | None, stored: StoredFile, *, in_delta: bool = False) -> JsonObject:
    """A driveItem. `call` None: the answer to an upload, which is no Graph call and can select nothing."""
    item, guid = stored.item, stored.item.guid.upper()
    by = identity(item.modified_by)
    body: JsonObject = {
        "id": stored.id,
        "name": stored.name or "root",
        "webUrl": path_url(tenant, stored) if in_delta else web_url(tenant, stored),
        "eTag": f'"{{{guid}}},{item.version}"',
        "createdDateTime": item.created,
        "lastModifiedDateTime": item.modified,
        "createdBy": identity(item.created_by),
        "lastModifiedBy": by,
        "parentReference": {
            "driveType": "documentLibrary",
            "driveId": tenant.drive_id,
            "siteId": tenant.site_id,
        },
        "fileSystemInfo": {"createdDateTime": item.created, "lastModifiedDateTime": item.modified},
    }
    if stored.path:
        parent = tenant.files[stored.folder.casefold()]
        where = f"/drives/{tenant.drive_id}/root:" + (f"/{quote(parent.path)}" if parent.path else "")
        body["parentReference"] |= {"id": parent.id, "name": parent.name or "root", "path": where}
    else:
        body["root"] = {}
    if stored.data is None:
        inside = _inside(tenant, stored)
        body |= {"folder": {"childCount": len(inside)}, "size": sum(len(f.data or b"") for f in inside)}
    else:
        kind = mimetypes.guess_type(stored.name)[0] or "application/octet-stream"
        body |= {
            "cTag": f'"c:{{{guid}}},{stored.content_version}"',
            "size": len(stored.data),
            "file": {"mimeType": kind, "hashes": {"quickXorHash": quick_xor(stored.data)}},
        }
    if call is None:
        return body
    body["@odata.context"] = f"{call.root}/$metadata#driveItem"
    chosen = call.query.get("select", "").lower()
    if stored.data is not None and call.method == "GET" and (not chosen or "content.downloadurl" in chosen):
        body["@microsoft.graph.downloadUrl"] = _download_url(tenant, call.base, stored)
    if "webdavurl" in chosen:
        body["webDavUrl"] = path_url(tenant, stored)
    wanted = allow_expand(call, "driveItem", ("children", "listItem", "thumbnails", "permissions"))
    if "children" in wanted and stored.data is None:
        plain = Call("GET", call.path, {}, call.headers, call.base, call.app, version=call.version)
        body["children"] = [file_json(tenant, plain, each) for each in _inside(tenant, stored)]
    if "listitem" in wanted:
        body["listItem"] = _list_item(tenant, call, stored, {"expand": "fields"})
    return selected(call, body, "driveItem", ("content.downloadUrl", "@microsoft.graph.downloadUrl"))


def _list_item(tenant: Tenant, call: Call, stored: StoredFile, query: Mapping[str, str]) -> JsonObject:
    within = Call("GET", call.path, dict(query), call.headers, call.base, call.app, version=call.version)
    return item_json(tenant, within, tenant.library, stored.item)


def other_host(base: str) -> str:
    """The same machine by its other name: contents and uploads are not Graph's own host."""
    name, _, port = base.partition("://")[2].partition(":")
    return f"https://{'127.0.0.1' if name == 'localhost' else 'localhost'}:{port}"


def _download_url(tenant: Tenant, base: str, stored: StoredFile) -> str:
    """An address that needs no token and gives the content as it is now."""
    data = stored.data or b""
    if tenant.behaviours.on("library encrypts downloads") and ending(stored.name) in OFFICE:
        data = encrypted(data)
    token = secrets.token_urlsafe(16)
    tenant.downloads[token] = data
    while len(tenant.downloads) > 2000:  # an address lives for about an hour; this is shorter
        del tenant.downloads[next(iter(tenant.downloads))]
    return f"{other_host(base)}/download/{token}"


# --------------------------------------------------------------------------------------------------------- found


def _drive(tenant: Tenant, call: Call) -> None:
    named = call.args.get("d") or call.args.get("d2") or tenant.drive_id
    list_named = call.args.get("l")
    if named != tenant.drive_id or (list_named and tenant.list_named(list_named) is not tenant.library):
        raise missing()
    if (site := call.args.get("s")) and site.casefold() != tenant.site_id.casefold():
        raise missing()


def _path_in(call: Call) -> str:
    """The path after `root:` or `items/{id}:`, taken from the address as it was sent: any name may stand in it."""
    found = re.search(r"/(?:root|items/[^/:]+):/([^:]+?)/?(?::(?:/.*)?)?$", call.raw_path or call.path, re.I)
    return found[1] if found else ""


def _place(tenant: Tenant, call: Call) -> str:
    """The whole path an address names, whether there is something or not."""
    _drive(tenant, call)
    start = _by_id(tenant, call.args["i"]).path if call.args.get("i") else ""
    return f"{start}/{_path_in(call)}".strip("/") if call.args.get("path") else start


def _by_id(tenant: Tenant, item_id: str) -> StoredFile:
    if item_id.lower() == "root":
        return tenant.files[""]
    found = next((f for f in tenant.files.values() if f.id == item_id), None)
    if found is None:
        raise missing()
    return found


def _target(tenant: Tenant, call: Call) -> StoredFile:
    found = tenant.files.get(_place(tenant, call).casefold())
    if found is None:
        raise missing()
    return found


def _inside(tenant: Tenant, folder: StoredFile) -> list[StoredFile]:
    key = folder.path.casefold()
    return [f for f in tenant.files.values() if f.path and f.folder.casefold() == key]


# ---------------------------------------------------------------------------------------------------------- kept


def store(
    tenant: Tenant, path: str, data: bytes | None, conflict: str = "replace", by: str = ""
) -> tuple[int, StoredFile]:
    """Keep a file (`data` None: a folder), making its folders. 409 when it exists and `conflict` is fail."""
    path = path.strip("/")
    for name in path.split("/"):
        check_name(name)
    if len(path) > 400:
        raise GraphError(400, "pathIsTooLong", "The specified file or folder name is too long.")
    known = tenant.files.get(path.casefold())
    if known and (conflict == "fail" or (conflict == "replace" and (known.data is None) != (data is None))):
        raise GraphError(409, "nameAlreadyExists", "The specified item name already exists.")
    if known and conflict == "rename":
        path, known = _numbered(tenant, path), None
    if data is not None and tenant.behaviours.on("Word files are rewritten"):
        data = promoted(data)
    if known:
        if data is not None:
            known.data = data
            known.content_version += 1
            known.busy = True
        keep(tenant, tenant.library, known.item, {}, by)
        return 200, known
    parts = path.split("/")
    for n in range(1, len(parts)):
        folder = "/".join(parts[:n])
        if (there := tenant.files.get(folder.casefold())) is None:
            _new(tenant, folder, None, by)
        elif there.data is not None:
            raise GraphError(409, "nameAlreadyExists", "A file stands where a folder is needed.")
    return 201, _new(tenant, path, data, by)


def _new(tenant: Tenant, path: str, data: bytes | None, by: str) -> StoredFile:
    row = new_row(tenant, tenant.library, {"FileLeafRef": path.rsplit("/", 1)[-1]}, by)
    tenant.files[path.casefold()] = stored = StoredFile(new_id("01"), path, data, row, busy=data is not None)
    return stored


def _numbered(tenant: Tenant, path: str) -> str:
    folder, slash, name = path.rpartition("/")
    stem, dot, last = name.rpartition(".")
    stem, last = (stem, last) if dot else (last, "")
    each = (f"{folder}{slash}{stem} {n}{dot}{last}" for n in itertools.count(1))
    return next(p for p in each if p.casefold() not in tenant.files)


def _move(tenant: Tenant, stored: StoredFile, path: str, by: str) -> None:
    """Another name or folder for a file, or for a folder and all in it."""
    old = stored.path
    for each in [
        f for f in tenant.files.values() if f is stored or f.path.casefold().startswith(f"{old.casefold()}/")
    ]:
        del tenant.files[each.path.casefold()]
        each.path = path + each.path[len(old) :]
        tenant.files[each.path.casefold()] = each
    keep(tenant, tenant.library, stored.item, {"FileLeafRef": stored.name}, by)


def discard(tenant: Tenant, stored: StoredFile) -> None:
    """Delete a file, or a folder with all in it."""
    key = stored.path.casefold()
    for each in [f for f in tenant.files.values() if f is stored or f.path.casefold().startswith(f"{key}/")]:
        tenant.forget(each)
        remove(tenant.library, each.item)


def _conflict(call: Call, body: Mapping[str, Any], usual: str) -> str:
    said = body.get("@microsoft.graph.conflictBehavior") or next(
        (call.query[name] for name in _FOLLOWING if name in call.query), usual
    )
    if said not in ("fail", "replace", "rename"):
        raise GraphError(400, "invalidRequest", f"'{said}' is not a conflict behaviour.")
    return str(said)


def _etags(stored: StoredFile) -> tuple[str, str]:
    guid = stored.item.guid.upper()
    return f'"{{{guid}}},{stored.item.version}"', f'"c:{{{guid}}},{stored.content_version}"'


# -------------------------------------------------------------------------------------------------------- answers


@routes.at("GET", _DRIVE, "read")
def get_drive(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/drive-get"""
    _drive(tenant, call)
    return Answer(body=drive_json(tenant, call))


@routes.read("GET", "/sites/{s}/drives")
def get_drives(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/drive-list"""
    _drive(tenant, call)
    return Answer(body={"value": [drive_json(tenant, call)]})


@_on("GET", "read")
def get_item(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/driveitem-get"""
    return Answer(body=file_json(tenant, call, _target(tenant, call)))


@_on("GET", "read", "children")
def get_children(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/driveitem-list-children"""
    inside = _inside(tenant, _target(tenant, call))
    if order := call.query.get("orderby", "").split():
        keys: dict[str, Callable[[StoredFile], Any]] = {
            "name": lambda f: f.name.casefold(), "size": lambda f: len(f.data or b""),
            "lastmodifieddatetime": lambda f: f.modified,
        }  # fmt: skip
        if order[0].lower() not in keys:
            raise GraphError(400, "invalidRequest", f"Children cannot be put in the order of '{order[0]}'.")
        inside.sort(key=keys[order[0].lower()], reverse=order[1:] == ["desc"])
    size = min(call.number("top") or 200, 1000)
    token = call.query.get("skiptoken", "")
    start = int(token) if token.isdigit() else 0
    body: JsonObject = {"value": [file_json(tenant, call, f) for f in inside[start : start + size]]}
    if start + size < len(inside):
        body["@odata.nextLink"] = call.link(skiptoken=str(start + size))
    return Answer(body=body)


@_on("POST", "write", "children")
def make_folder(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/driveitem-post-children"""
    parent, given = _target(tenant, call), call.json()
    if "folder" not in given or not given.get("name"):
        raise GraphError(400, "invalidRequest", "A folder needs a name and the facet folder.")
    check_name(str(given["name"]))
    path = f"{parent.path}/{given['name']}"
    _, stored = store(tenant, path, None, _conflict(call, given, "fail"), call.app.client_id)
    return Answer(201, file_json(tenant, call, stored))


@_on("PUT", "write", "content")
def put_content(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/driveitem-put-content"""
    path = _place(tenant, call)
    if known := tenant.files.get(path.casefold()):
        check_etag(tenant, call, *_etags(known))
    status, stored = store(tenant, path, call.content, _conflict(call, {}, "replace"), call.app.client_id)
    return Answer(status, file_json(tenant, call, stored))


@_on("GET", "read", "content")
def get_content(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/driveitem-get-content"""
    stored = _target(tenant, call)
    if stored.data is None:
        raise GraphError(400, "invalidRequest", "A folder has no content.")
    return Answer(302, headers={"Location": _download_url(tenant, call.base, stored)})


@_on("PATCH", "write")
def patch_item(tenant: Tenant, call: Call) -> Answer:
    """Rename or move. https://learn.microsoft.com/graph/api/driveitem-update"""
    stored, given = _target(tenant, call), call.json()
    check_etag(tenant, call, *_etags(stored))
    if not stored.path:
        raise GraphError(400, "invalidRequest", "The root cannot be moved.")
    path = _destination(tenant, stored, given)
    if path != stored.path:
        there = tenant.files.get(path.casefold())
        if there and there is not stored:
            match _conflict(call, given, "fail"):
                case "fail":
                    raise GraphError(409, "nameAlreadyExists", "The specified item name already exists.")
                case "rename":
                    path = _numbered(tenant, path)
                case _:
                    discard(tenant, there)
        _move(tenant, stored, path, call.app.client_id)
    return Answer(body=file_json(tenant, call, stored))


def _destination(tenant: Tenant, stored: StoredFile, given: JsonObject) -> str:
    name = str(given.get("name") or stored.name)
    check_name(name)
    reference = given.get("parentReference") or {}
    if reference.get("driveId", tenant.drive_id) != tenant.drive_id:
        raise GraphError(400, "invalidRequest", "Moving between drives is not supported.")
    folder = tenant.files[stored.folder.casefold()]
    if reference.get("id"):
        folder = _by_id(tenant, str(reference["id"]))
    elif "path" in reference:
        found = tenant.files.get(str(reference["path"]).partition("root:")[2].strip("/").casefold())
        if found is None:
            raise missing()
        folder = found
    if folder.data is not None or f"{folder.path}/".casefold().startswith(f"{stored.path}/".casefold()):
        raise GraphError(400, "invalidRequest", "The destination is no folder, or is within what is moved.")
    return f"{folder.path}/{name}".strip("/")


@_on("DELETE", "write")
def delete_item(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/driveitem-delete"""
    stored = _target(tenant, call)
    check_etag(tenant, call, *_etags(stored))
    if not stored.path:
        raise GraphError(400, "invalidRequest", "The root cannot be deleted.")
    discard(tenant, stored)
    return Answer(204)


@_on("POST", "write", "copy")
def copy_item(tenant: Tenant, call: Call) -> Answer:
    """A copy is made by and by; its progress stands at the address in Location, which needs no token.

    https://learn.microsoft.com/graph/api/driveitem-copy
    """
    stored, given = _target(tenant, call), call.body if isinstance(call.body, dict) else {}
    path, made = _destination(tenant, stored, given), None
    conflict = _conflict(call, given, "fail")
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


@_on("GET", "read", "listItem")
def get_list_item(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/resources/driveitem (relationship listItem)"""
    return Answer(body=item_json(tenant, call, tenant.library, _target(tenant, call).item))


@_on("GET", "read", "listItem/fields")
def get_fields(tenant: Tenant, call: Call) -> Answer:
    return Answer(body=fields_json(tenant, call, tenant.library, _target(tenant, call).item))


@_on("PATCH", "write", "listItem/fields")
def patch_fields(tenant: Tenant, call: Call) -> Answer:
    """The columns of a file. Just after an upload the service may still be at it: 409 though nobody edited anything."""
    stored = _target(tenant, call)
    check_etag(tenant, call, stored.item.etag)
    check_not_busy(tenant, tenant.library, stored.item)
    keep(
        tenant, tenant.library, stored.item, written(tenant, tenant.library, call.json()), call.app.client_id
    )
    return Answer(body=fields_json(tenant, call, tenant.library, stored.item))


@routes.at("GET", _DRIVE + r"/root/delta(?:\(token='(?P<token>[^']*)'\))?", "read")
def get_delta(tenant: Tenant, call: Call) -> Answer:
    """What changed in the library; here, and only here, webUrl is the path of an Office file.

    https://learn.microsoft.com/graph/api/driveitem-delta
    """
    _drive(tenant, call)
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
    return Answer(body={"value": value, "@odata.deltaLink": link})


# -------------------------------------------------------------------------------------------------------- uploads


@_on("POST", "write", "createUploadSession")
def create_upload(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/driveitem-createuploadsession"""
    path, given = _place(tenant, call), call.body if isinstance(call.body, dict) else {}
    for name in path.split("/"):
        check_name(name)
    if known := tenant.files.get(path.casefold()):
        check_etag(tenant, call, *_etags(known))
    item = given.get("item") or {}
    if item.get("name", path.rsplit("/", 1)[-1]) != path.rsplit("/", 1)[-1]:
        raise GraphError(400, "invalidRequest", "The name in the body is not the one in the address.")
    conflict = _conflict(call, item, "fail" if call.args.get("path") else "replace")
    if known and conflict == "fail":
        raise GraphError(409, "nameAlreadyExists", "The specified item name already exists.")
    token = secrets.token_urlsafe(16)
    tenant.uploads[token] = {
        "path": path,
        "conflict": conflict,
        "data": bytearray(),
        "whole": None,
        "defer": bool(given.get("deferCommit")),
        "by": call.app.client_id,
        "until": tenant.clock.now() + timedelta(days=1),
    }
    return Answer(
        200, {"uploadUrl": f"{other_host(call.base)}/upload/file/{token}", **_expected(tenant, token)}
    )


def _expected(tenant: Tenant, token: str) -> JsonObject:
    upload = tenant.uploads[token]
    return {"expirationDateTime": iso(upload["until"]), "nextExpectedRanges": [f"{len(upload['data'])}-"]}


def upload(tenant: Tenant, method: str, token: str, content: bytes, headers: Mapping[str, str]) -> Answer:
    """A request to an upload's address: a range, how far it is, or that it is given up. It takes no token."""
    session = tenant.uploads.get(token)
    if session is None or session["until"] < tenant.clock.now():
        raise missing("The upload session was not found.")
    if "Authorization" in headers:
        raise GraphError(401, "unauthenticated", "The upload address is authorised in itself.")
    if method == "DELETE":
        del tenant.uploads[token]
        return Answer(204)
    if method == "GET":
        return Answer(200, _expected(tenant, token))
    if method == "POST":
        return _complete(tenant, token)
    return put_range(tenant, token, content, headers.get("Content-Range", ""))


def put_range(tenant: Tenant, token: str, content: bytes, content_range: str) -> Answer:
    """One range of a file's upload session, a multiple of 320 KiB unless it is the last, which makes the file."""
    session = tenant.uploads[token]
    found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", content_range)
    if not found:
        raise GraphError(400, "invalidRequest", "The Content-Range header is missing or malformed.")
    first, last, whole = (int(n) for n in found.groups())
    if first != len(session["data"]):
        raise GraphError(416, "invalidRange", "The range is not the one expected next.")
    if last - first + 1 != len(content) or last >= whole or session["whole"] not in (None, whole):
        raise GraphError(400, "invalidRequest", "The range does not fit the bytes sent.")
    if len(content) > LARGEST_RANGE or (last + 1 < whole and len(content) % GRAIN):
        raise GraphError(400, "invalidRequest", "A range is a multiple of 320 KiB and at most 60 MiB.")
    session["data"] += content
    session["whole"] = whole
    if last + 1 < whole or session["defer"]:
        return Answer(202, _expected(tenant, token))
    return _complete(tenant, token)


def _complete(tenant: Tenant, token: str) -> Answer:
    """Make the file. Where that fails, for its name or otherwise, the session stays."""
    session = tenant.uploads[token]
    if len(session["data"]) != session["whole"]:
        raise GraphError(400, "invalidRequest", "Bytes of the file are missing.")
    status, stored = store(
        tenant, session["path"], bytes(session["data"]), session["conflict"], session["by"]
    )
    del tenant.uploads[token]
    return Answer(status, file_json(tenant, None, stored))
