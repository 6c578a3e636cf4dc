"""Upload sessions of the library: ranges sent to another host, without a token, in multiples of 320 KiB.

https://learn.microsoft.com/graph/api/driveitem-createuploadsession
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import timedelta

from sandbox.tenant.clock import iso
from sandbox.tenant.graph_error import GraphError
from sandbox.tenant.graph_http import Answer, Call, JsonObject, other_host
from sandbox.tenant.names import check_name
from sandbox.tenant.sites.drive_items import conflict_rule, file_json, item_pattern, place
from sandbox.tenant.sites.library import etags, store
from sandbox.tenant.sites.rows import check_etag
from sandbox.tenant.sites.sharepoint import SharePointRoutes, missing
from sandbox.tenant.state import Tenant

routes = SharePointRoutes()
GRAIN = 320 * 1024
LARGEST_RANGE = 60 * 1024 * 1024


@routes.at("POST", item_pattern("createUploadSession"), "write")
def create_upload(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/driveitem-createuploadsession"""
    path, given = place(tenant, call), call.body if isinstance(call.body, dict) else {}
    for name in path.split("/"):
        check_name(name)
    if known := tenant.files.get(path.casefold()):
        check_etag(tenant, call, *etags(known))
    item = given.get("item") or {}
    if item.get("name", path.rsplit("/", 1)[-1]) != path.rsplit("/", 1)[-1]:
        raise GraphError(400, "invalidRequest", "The name in the body is not the one in the address.")
    conflict = conflict_rule(call, item, "fail" if call.args.get("path") else "replace")
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
    """What is still missing: open at its end until a range has said how large the file is, then "start-end".

    https://learn.microsoft.com/graph/api/resources/uploadsession; what SharePoint answers stands in
    https://github.com/OneDrive/onedrive-api-docs/issues/342 and /1273.
    """
    upload = tenant.uploads[token]
    there, whole = len(upload["data"]), upload["whole"]
    missing = [f"{there}-"] if whole is None else [f"{there}-{whole - 1}"] if there < whole else []
    return {"expirationDateTime": iso(upload["until"]), "nextExpectedRanges": missing}


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
