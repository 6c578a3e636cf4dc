"""SharePoint: the sites an app may see, their lists and columns, who is let in, and how lists are made.

https://learn.microsoft.com/graph/api/resources/site
https://learn.microsoft.com/graph/api/resources/list
"""

from __future__ import annotations

import itertools
import uuid
from dataclasses import replace
from urllib.parse import quote

from sandbox.tenant.graph_error import GraphError
from sandbox.tenant.graph_http import Answer, Call, JsonObject
from sandbox.tenant.sites import rows
from sandbox.tenant.sites.columns import (
    LONGEST,
    check_indexes,
    column_from,
    column_json,
    columns_json,
    internal_name,
    update,
)
from sandbox.tenant.sites.rows import list_of
from sandbox.tenant.sites.sharepoint import (
    RANK,
    SharePointRoutes,
    allow_expand,
    body_of,
    collection,
    missing,
    other_site,
    rank,
    refused,
    selected,
)
from sandbox.tenant.state import Column, SharePointList, Tenant

routes = SharePointRoutes()
_CREATED = "2025-01-06T09:00:00Z"

# --------------------------------------------------------------------------------------------------------- sites


@routes.read("GET", "/sites/{s}")
@routes.read("GET", "/sites/{host}:/{path...}")
@routes.read("GET", "/sites/{host}/getByPath(path='{path...}')")
def get_site(tenant: Tenant, call: Call) -> Answer:
    """By id, as `root`, by host name, or by path. https://learn.microsoft.com/graph/api/site-getbypath"""
    other = other_site(tenant, call)
    path, name = (other.path, other.name) if other else (tenant.site_path, tenant.site_name)
    body = {
        "@odata.context": f"{call.root}/$metadata#sites/$entity",
        "id": other.id if other else tenant.site_id,
        "name": path.rsplit("/", 1)[-1],
        "displayName": name,
        "description": "",
        "webUrl": f"https://{tenant.host}{path.rstrip('/')}",
        "createdDateTime": _CREATED,
        "lastModifiedDateTime": _CREATED,
        "root": {},
        "siteCollection": {"hostname": tenant.host},
    }
    return Answer(body=selected(call, body, "site"))


# --------------------------------------------------------------------------------------------------------- lists


def list_json(tenant: Tenant, call: Call, found: SharePointList) -> JsonObject:
    wanted = allow_expand(call, "list", ("columns", "items", "drive"))
    where = {"userInformation": "_catalogs/", "documentLibrary": ""}.get(found.template, "Lists/")
    tag = f'"{found.id},{len(found.journal)}"'
    body: JsonObject = {
        "@odata.etag": tag,
        "eTag": tag,
        "id": found.id,
        "name": found.leaf,
        "displayName": tenant.title(found),
        "description": found.description,
        "createdDateTime": found.created or _CREATED,
        "lastModifiedDateTime": found.modified or _CREATED,
        "webUrl": f"https://{tenant.host}{tenant.site_path}/{where}{quote(found.leaf)}",
        "parentReference": {"siteId": tenant.site_id},
        "list": {"hidden": found.hidden, "template": found.template, "contentTypesEnabled": False},
    }
    if found.hidden and "system" in call.query.get("select", "").lower():
        body["system"] = {}
    if "columns" in wanted:
        within = call.within(wanted["columns"])
        body["columns"] = [selected(within, each, "columnDefinition") for each in columns_json(tenant, found)]
    if "items" in wanted:
        within = call.within(wanted["items"])
        visible = rows.visible(tenant, call, found)[: rows.DEFAULT_PAGE]
        body["items"] = [rows.item_json(tenant, within, found, item) for item in visible]
    if "drive" in wanted and found is tenant.library:
        body["drive"] = {"id": tenant.drive_id, "name": tenant.title(found), "driveType": "documentLibrary"}
    return body


@routes.read("GET", "/sites/{s}/lists")
def get_lists(tenant: Tenant, call: Call) -> Answer:
    """Hidden lists come only when `system` is selected. https://learn.microsoft.com/graph/api/list-list"""
    chosen = [name.strip().lower() for name in call.query.get("select", "").split(",")]
    every = () if other_site(tenant, call) else tenant.lists.values()
    found = [each for each in every if not each.hidden or "system" in chosen]
    bodies = [list_json(tenant, call, each) for each in found]
    return Answer(body={"@odata.context": f"{call.root}/$metadata#lists", **collection(call, "list", bodies)})


@routes.read("GET", "/sites/{s}/lists/{l}")
def get_list(tenant: Tenant, call: Call) -> Answer:
    return Answer(body=selected(call, list_json(tenant, call, list_of(tenant, call)), "list"))


@routes.write("POST", "/sites/{s}/lists")
def create_list(tenant: Tenant, call: Call) -> Answer:
    """A list with its columns; Sites.ReadWrite.All will do, a grant to write will not.

    https://learn.microsoft.com/graph/api/list-create
    """
    if rank(tenant, call) < RANK["owner"] and "Sites.ReadWrite.All" not in call.app.roles:
        raise refused()
    given = body_of(call, "list")
    name = str(given.get("displayName") or "")
    if not name or len(name) > LONGEST:
        raise GraphError(
            400, "invalidRequest", f"A list needs a displayName of {LONGEST} characters at most."
        )
    if tenant.list_named(name):
        raise GraphError(409, "nameAlreadyExists", "A list with this name already exists in the site.")
    columns = {"Title": Column("Title", "Title", "text")}
    for column in (column_from(tenant, each) for each in given.get("columns") or ()):
        if column.name in columns and (column.name != "Title" or column.kind != "text"):
            raise GraphError(409, "nameAlreadyExists", f"A column '{column.display}' already exists.")
        columns[column.name] = column
    check_indexes(columns.values())
    found = SharePointList(str(uuid.uuid4()), name, columns)
    template = (given.get("list") or {}).get("template", "genericList")
    if template not in ("genericList", "documentLibrary", "links", "tasks", "events"):
        raise GraphError(400, "invalidRequest", f"'{template}' is not a template for lists.")
    found.template, found.leaf = template, name
    found.description = str(given.get("description") or "")
    found.created = found.modified = tenant.now()
    tenant.lists[found.id] = found
    return Answer(201, list_json(tenant, call, found))


@routes.own("PATCH", "/sites/{s}/lists/{l}")
def patch_list(tenant: Tenant, call: Call) -> Answer:
    found, given = list_of(tenant, call), body_of(call, "list")
    rename(tenant, found, str(given.get("displayName") or tenant.title(found)))
    found.description = str(given.get("description", found.description) or "")
    return Answer(body=list_json(tenant, call, found))


def rename(tenant: Tenant, found: SharePointList, title: str) -> None:
    """Another name for people to see; the address stays. Lookups go by the list's id."""
    for column in (c for each in tenant.lists.values() for c in each.columns.values()):
        if column.lookup_list and tenant.list_named(column.lookup_list) is found:
            column.lookup_list = found.id
    if title != tenant.title(found):
        found.name, found.german = title, ""


@routes.own("DELETE", "/sites/{s}/lists/{l}")
def delete_list(tenant: Tenant, call: Call) -> Answer:
    found = list_of(tenant, call)
    if found.hidden or found is tenant.library:
        raise GraphError(403, "accessDenied", "This list cannot be deleted.")
    del tenant.lists[found.id]
    return Answer(204)


# -------------------------------------------------------------------------------------------------------- columns


@routes.read("GET", "/sites/{s}/lists/{l}/columns")
def get_columns(tenant: Tenant, call: Call) -> Answer:
    bodies = columns_json(tenant, list_of(tenant, call))
    context = f"{call.root}/$metadata#columns"
    return Answer(body={"@odata.context": context, **collection(call, "columnDefinition", bodies)})


def _column_of(tenant: Tenant, call: Call) -> tuple[SharePointList, Column]:
    found, wanted = list_of(tenant, call), call.args["c"].casefold()
    for column in found.columns.values():
        if wanted in (column.id.casefold(), column.name.casefold()):
            return found, column
    raise missing()


@routes.read("GET", "/sites/{s}/lists/{l}/columns/{c}")
def get_column(tenant: Tenant, call: Call) -> Answer:
    return Answer(body=selected(call, column_json(tenant, _column_of(tenant, call)[1]), "columnDefinition"))


@routes.own("POST", "/sites/{s}/lists/{l}/columns")
def create_column(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/list-post-columns"""
    found, column = list_of(tenant, call), column_from(tenant, body_of(call, "columnDefinition"))
    if column.name in found.columns:
        # SharePoint makes a second column of the same name under a name with a number
        stem = internal_name(column.display)[:31]
        column.name = next(n for n in (f"{stem}{k}" for k in itertools.count(0)) if n not in found.columns)
    check_indexes([*found.columns.values(), column])
    found.columns[column.name] = column
    return Answer(201, column_json(tenant, column))


@routes.own("PATCH", "/sites/{s}/lists/{l}/columns/{c}")
def patch_column(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/columndefinition-update"""
    found, column = _column_of(tenant, call)
    given = body_of(call, "columnDefinition")
    if given.get("indexed") and not column.indexed:
        check_indexes([*found.columns.values(), replace(column, indexed=True)])
    update(column, given)
    return Answer(body=column_json(tenant, column))


@routes.own("DELETE", "/sites/{s}/lists/{l}/columns/{c}")
def delete_column(tenant: Tenant, call: Call) -> Answer:
    found, column = _column_of(tenant, call)
    if column.name == "Title":
        raise GraphError(400, "invalidRequest", "This column cannot be deleted.")
    del found.columns[column.name]
    for item in found.items.values():
        item.fields.pop(column.name, None)
    return Answer(204)


# ---------------------------------------------------------------------------------------------------- permissions


def _granted(grants: dict[str, str], client_id: str) -> JsonObject:
    app = {"application": {"id": client_id, "displayName": "Registered app"}}
    return {"id": client_id, "roles": [grants[client_id]], "grantedToV2": app}


@routes.own("GET", "/sites/{s}/lists/{l}/permissions")
def get_permissions(tenant: Tenant, call: Call) -> Answer:
    grants = list_of(tenant, call).grants
    return Answer(body={"value": [_granted(grants, each) for each in grants]})


@routes.own("POST", "/sites/{s}/lists/{l}/permissions")
def grant_list(tenant: Tenant, call: Call) -> Answer:
    """Let an app into one list. https://learn.microsoft.com/graph/api/list-post-permissions"""
    return _grant(
        call, list_of(tenant, call).grants, (call.json().get("grantedToV2") or {}).get("application")
    )


@routes.own("POST", "/sites/{s}/permissions")
def grant_site(tenant: Tenant, call: Call) -> Answer:
    """Let an app into the site. https://learn.microsoft.com/graph/api/site-post-permissions"""
    grants, given = _site_grants(tenant, call), call.json()
    named = given.get("grantedToIdentities") or given.get("grantedToIdentitiesV2") or [{}]
    return _grant(call, grants, named[0].get("application"))


@routes.own("GET", "/sites/{s}/permissions")
def get_site_permissions(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/site-list-permissions"""
    grants = _site_grants(tenant, call)
    return Answer(body={"value": [_granted(grants, each) for each in grants]})


@routes.own("PATCH", "/sites/{s}/permissions/{p}")
def patch_site_permission(tenant: Tenant, call: Call) -> Answer:
    """Another role for an app that is let in. https://learn.microsoft.com/graph/api/site-update-permission"""
    grants, client_id = _site_grants(tenant, call), call.args["p"]
    if client_id not in grants:
        raise missing()
    _grant(call, grants, {"id": client_id})
    return Answer(body=_granted(grants, client_id))


@routes.own("DELETE", "/sites/{s}/permissions/{p}")
def revoke_site(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/site-delete-permission"""
    if _site_grants(tenant, call).pop(call.args["p"], None) is None:
        raise missing()
    return Answer(204)


def _site_grants(tenant: Tenant, call: Call) -> dict[str, str]:
    """Who is let into a site; only an app with Sites.FullControl.All may ask."""
    if "Sites.FullControl.All" not in call.app.roles:
        raise refused()
    other = other_site(tenant, call)
    return other.grants if other else tenant.grants


def _grant(call: Call, grants: dict[str, str], application: JsonObject | None) -> Answer:
    roles = call.json().get("roles") or []
    if len(roles) != 1 or roles[0] not in RANK or not roles[0] or not (application or {}).get("id"):
        raise GraphError(
            400,
            "invalidRequest",
            "A grant names one application and one of read, write, manage, owner, fullcontrol.",
        )
    client_id = str((application or {})["id"])
    grants[client_id] = roles[0]
    return Answer(201, _granted(grants, client_id))


@routes.own("DELETE", "/sites/{s}/lists/{l}/permissions/{p}")
def revoke_list(tenant: Tenant, call: Call) -> Answer:
    if list_of(tenant, call).grants.pop(call.args["p"], None) is None:
        raise missing()
    return Answer(204)


routes.all += rows.routes.all
