"""A file or folder as Graph names and shows it: its addresses, its properties, where its content is fetched.

Every path works below `/drives/{id}`, `/sites/{id}/drive`, `/sites/{id}/drives/{id}`, `/sites/{id}/lists/{id}/drive`,
with `/root`, `/items/{id}`, and `:/a/b:` after either.
https://learn.microsoft.com/graph/onedrive-addressing-driveitems
"""

from __future__ import annotations

import mimetypes
import re
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from sandbox.tenant.graph_error import GraphError
from sandbox.tenant.graph_http import Call, JsonObject, other_host
from sandbox.tenant.sites.content import OFFICE, encrypted, ending, quick_xor
from sandbox.tenant.sites.library import by_id, inside
from sandbox.tenant.sites.rows import identity, item_json
from sandbox.tenant.sites.sharepoint import allow_expand, missing, selected
from sandbox.tenant.state import StoredFile, Tenant

DRIVE = r"/(?:drives/(?P<d>[^/]+)|sites/(?P<s>[^/]+)/(?:drives/(?P<d2>[^/]+)|drive|lists/(?P<l>[^/]+)/drive))"
ITEM = r"/(?:root|items/(?P<i>[^/:]+))(?::/(?P<path>[^:]+?))?"

_FOLLOWING = ("@microsoft.graph.conflictbehavior", "@name.conflictbehavior")


def item_pattern(action: str = "") -> str:
    """The addresses of an item of the library, followed by `action`."""
    return DRIVE + ITEM + (f"(?(path):)/{action}" if action else "(?(path):?)")


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
        within = inside(tenant, stored)
        body |= {"folder": {"childCount": len(within)}, "size": sum(len(f.data or b"") for f in within)}
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
        body["@microsoft.graph.downloadUrl"] = download_url(tenant, call.base, stored)
    if "webdavurl" in chosen:
        body["webDavUrl"] = path_url(tenant, stored)
    wanted = allow_expand(call, "driveItem", ("children", "listItem", "thumbnails", "permissions"))
    if "children" in wanted and stored.data is None:
        options = call.within(wanted["children"])
        body["children"] = [file_json(tenant, options, each) for each in inside(tenant, stored)]
    body |= {name: [] for name in ("thumbnails", "permissions") if name in wanted}
    if "listitem" in wanted:
        body["listItem"] = item_json(tenant, call.within(wanted["listitem"]), tenant.library, stored.item)
    return body


DOWNLOAD = ("content.downloadUrl", "@microsoft.graph.downloadUrl")
"""What a selection may name of a file besides its properties."""


def download_url(tenant: Tenant, base: str, stored: StoredFile) -> str:
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


def check_drive(tenant: Tenant, call: Call) -> None:
    named = call.args.get("d") or call.args.get("d2") or tenant.drive_id
    list_named = call.args.get("l")
    if named != tenant.drive_id or (list_named and tenant.list_named(list_named) is not tenant.library):
        raise missing()
    if (site := call.args.get("s")) and site.casefold() != tenant.site_id.casefold():
        raise missing()


def path_in(call: Call) -> str:
    """The path after `root:` or `items/{id}:`, taken from the address as it was sent: any name may stand in it."""
    found = re.search(r"/(?:root|items/[^/:]+):/([^:]+?)/?(?::(?:/.*)?)?$", call.raw_path or call.path, re.I)
    return found[1] if found else ""


def place(tenant: Tenant, call: Call) -> str:
    """The whole path an address names, whether there is something or not."""
    check_drive(tenant, call)
    start = by_id(tenant, call.args["i"]).path if call.args.get("i") else ""
    return f"{start}/{path_in(call)}".strip("/") if call.args.get("path") else start


def target(tenant: Tenant, call: Call) -> StoredFile:
    found = tenant.files.get(place(tenant, call).casefold())
    if found is None:
        raise missing()
    return found


def conflict_rule(call: Call, body: Mapping[str, Any], usual: str) -> str:
    said = body.get("@microsoft.graph.conflictBehavior") or next(
        (call.query[name] for name in _FOLLOWING if name in call.query), usual
    )
    if said not in ("fail", "replace", "rename"):
        raise GraphError(400, "invalidRequest", f"'{said}' is not a conflict behaviour.")
    return str(said)
