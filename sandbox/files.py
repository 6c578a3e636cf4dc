"""The document library of the site: folders, files, upload sessions.

https://learn.microsoft.com/graph/api/resources/driveitem
"""

from __future__ import annotations

import itertools
import re
import secrets
from urllib.parse import quote

from sandbox.graph_http import Answer, Call, GraphError, JsonObject, Routes
from sandbox.state import StoredFile, Tenant, new_id

routes = Routes("sharepoint")
READ = ("Sites.Read.All", "Sites.ReadWrite.All", "Sites.Selected", "Files.ReadWrite.All")
WRITE = ("Sites.ReadWrite.All", "Sites.Selected", "Files.ReadWrite.All")


def drive_json(tenant: Tenant) -> JsonObject:
    host = tenant.site_id.partition(",")[0]
    return {
        "id": tenant.drive_id,
        "name": "Documents",
        "driveType": "documentLibrary",
        "webUrl": f"https://{host}{tenant.site_path}/Shared%20Documents",
    }


def file_json(tenant: Tenant, stored: StoredFile) -> JsonObject:
    body: JsonObject = {
        "id": stored.id,
        "name": stored.path.rsplit("/", 1)[-1],
        "webUrl": f"{drive_json(tenant)['webUrl']}/{quote(stored.path)}",
        "eTag": f'"{stored.id},{stored.version}"',
        "lastModifiedDateTime": stored.modified,
        "parentReference": {
            "driveId": tenant.drive_id,
            "path": f"/drives/{tenant.drive_id}/root:/{stored.path.rpartition('/')[0]}",
        },
    }
    if stored.data is None:
        inside = [f for f in tenant.files.values() if f.path.rpartition("/")[0] == stored.path]
        return body | {"folder": {"childCount": len(inside)}, "size": 0}
    return body | {"size": len(stored.data), "file": {"mimeType": "application/octet-stream"}}


def _drive(tenant: Tenant, call: Call) -> None:
    if "d" in call.args and call.args["d"] != tenant.drive_id:
        raise GraphError(404, "itemNotFound", "The resource could not be found.")


def _by_path(tenant: Tenant, path: str) -> StoredFile:
    found = tenant.files.get(path.strip("/").casefold())
    if found is None:
        raise GraphError(404, "itemNotFound", "The resource could not be found.")
    return found


def _by_id(tenant: Tenant, item_id: str) -> StoredFile:
    found = next((f for f in tenant.files.values() if f.id == item_id), None)
    if found is None:
        raise GraphError(404, "itemNotFound", "The resource could not be found.")
    return found


def store(tenant: Tenant, path: str, data: bytes, conflict: str = "replace") -> tuple[int, StoredFile]:
    """Keep a file, making its folders. 409 when it exists and `conflict` is fail."""
    path = path.strip("/")
    if re.search(r'["*:<>?|#%\\]', path):
        raise GraphError(400, "invalidRequest", "The name or path contains characters that are not allowed.")
    known = tenant.files.get(path.casefold())
    if known and conflict == "fail":
        raise GraphError(409, "nameAlreadyExists", "An item with the same name already exists.")
    if known and conflict == "rename":
        stem, dot, ending = path.rpartition(".")
        numbered = (f"{stem} {n}{dot}{ending}" for n in itertools.count(1))
        path = next(name for name in numbered if name.casefold() not in tenant.files)
        known = None
    if known:
        known.data, known.modified = data, tenant.now()
        known.version += 1
        return 200, known
    parts = path.split("/")
    for n in range(1, len(parts)):
        folder = "/".join(parts[:n])
        tenant.files.setdefault(folder.casefold(), StoredFile(new_id("01"), folder, None, tenant.now()))
    stored = StoredFile(new_id("01"), path, data, tenant.now())
    tenant.files[path.casefold()] = stored
    return 201, stored


@routes.on("GET", "/sites/{s}/drive", *READ)
@routes.on("GET", "/drives/{d}", *READ)
def get_drive(tenant: Tenant, call: Call) -> Answer:
    _drive(tenant, call)
    return Answer(body=drive_json(tenant))


@routes.on("GET", "/sites/{s}/drives", *READ)
def get_drives(tenant: Tenant, call: Call) -> Answer:
    return Answer(body={"value": [drive_json(tenant)]})


@routes.on("PUT", "/drives/{d}/root:/{path...}:/content", *WRITE)
def put_content(tenant: Tenant, call: Call) -> Answer:
    _drive(tenant, call)
    conflict = call.query.get("@microsoft.graph.conflictbehavior", "replace")
    status, stored = store(tenant, call.args["path"], call.content, conflict)
    return Answer(status, file_json(tenant, stored))


@routes.on("GET", "/drives/{d}/root:/{path...}:/content", *READ)
def get_content_by_path(tenant: Tenant, call: Call) -> Answer:
    return _download(tenant, call, _by_path(tenant, call.args["path"]))


@routes.on("GET", "/drives/{d}/items/{i}/content", *READ)
def get_content(tenant: Tenant, call: Call) -> Answer:
    return _download(tenant, call, _by_id(tenant, call.args["i"]))


def _download(tenant: Tenant, call: Call, stored: StoredFile) -> Answer:
    if stored.data is None:
        raise GraphError(400, "invalidRequest", "A folder has no content.")
    token = secrets.token_urlsafe(16)
    tenant.downloads[token] = stored.data
    return Answer(302, headers={"Location": f"{call.base}/download/{token}"})


@routes.on("GET", "/drives/{d}/root/children", *READ)
@routes.on("GET", "/drives/{d}/root:/{path...}:/children", *READ)
def get_children(tenant: Tenant, call: Call) -> Answer:
    folder = call.args.get("path", "").strip("/")
    if folder:
        folder = _by_path(tenant, folder).path
    inside = [f for f in tenant.files.values() if f.path.rpartition("/")[0] == folder]
    return Answer(body={"value": [file_json(tenant, f) for f in inside]})


@routes.on("POST", "/drives/{d}/root:/{path...}:/createUploadSession", *WRITE)
def create_upload(tenant: Tenant, call: Call) -> Answer:
    token = secrets.token_urlsafe(16)
    item = (call.body or {}).get("item") or {}
    tenant.uploads[token] = {
        "path": call.args["path"],
        "conflict": item.get("@microsoft.graph.conflictBehavior", "fail"),
        "data": bytearray(),
    }
    return Answer(
        200,
        {
            "uploadUrl": f"{call.base}/upload/file/{token}",
            "expirationDateTime": "2099-01-01T00:00:00Z",
            "nextExpectedRanges": ["0-"],
        },
    )


def put_range(tenant: Tenant, token: str, content: bytes, content_range: str) -> Answer:
    """One range of a file's upload session; the last one makes the file."""
    upload = tenant.uploads.get(token)
    found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", content_range)
    if upload is None:
        raise GraphError(404, "itemNotFound", "The upload session was not found.")
    if not found or int(found[1]) != len(upload["data"]):
        raise GraphError(416, "invalidRange", "The range is not the one expected next.")
    upload["data"] += content
    if len(upload["data"]) < int(found[3]):
        return Answer(202, {"nextExpectedRanges": [f"{len(upload['data'])}-"]})
    del tenant.uploads[token]
    status, stored = store(tenant, upload["path"], bytes(upload["data"]), upload["conflict"])
    return Answer(status, file_json(tenant, stored))


@routes.on("GET", "/drives/{d}/items/{i}", *READ)
def get_by_id(tenant: Tenant, call: Call) -> Answer:
    return Answer(body=file_json(tenant, _by_id(tenant, call.args["i"])))


@routes.on("GET", "/drives/{d}/root:/{path...}", *READ)
def get_by_path(tenant: Tenant, call: Call) -> Answer:
    return Answer(body=file_json(tenant, _by_path(tenant, call.args["path"].rstrip(":"))))
