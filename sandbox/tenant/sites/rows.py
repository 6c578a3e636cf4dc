"""The rows of a list: read by pages, filtered, made, changed under an ETag, deleted, followed by delta.

https://learn.microsoft.com/graph/api/listitem-list
https://learn.microsoft.com/graph/api/listitem-update
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Any
from urllib.parse import quote

from sandbox.tenant.graph_error import GraphError
from sandbox.tenant.graph_http import Answer, Call, JsonObject
from sandbox.tenant.odata_filter import FilterError, matches, parse, properties
from sandbox.tenant.sites.columns import INDEXED
from sandbox.tenant.sites.sharepoint import (
    SKIP,
    SharePointRoutes,
    allow_expand,
    approver,
    body_of,
    missing,
    selected,
    unknown_property,
)
from sandbox.tenant.sites.values import chosen, known_fields, shown, target_of, written
from sandbox.tenant.state import Item, SharePointList, Tenant

routes = SharePointRoutes()
DEFAULT_PAGE, LARGEST_PAGE = 200, 5000
_ITEM = ("createdDateTime", "lastModifiedDateTime", "id", "webUrl")


def list_of(tenant: Tenant, call: Call) -> SharePointList:
    found = (
        tenant.list_named(call.args["l"]) if call.args["s"].casefold() == tenant.site_id.casefold() else None
    )
    if found is None:
        raise missing()
    return found


# ---------------------------------------------------------------------------------------------------------- read


@routes.read("GET", "/sites/{s}/lists/{l}/items")
def get_items(tenant: Tenant, call: Call) -> Answer:
    found = list_of(tenant, call)
    if "skip" in call.query:
        raise GraphError(400, "invalidRequest", SKIP)
    part, notes = _page(tenant, call, _filtered(tenant, call, found))
    return Answer(
        body={
            "@odata.context": f"{call.root}/$metadata#items",
            **notes,
            "value": [item_json(tenant, call, found, item) for item in part],
        }
    )


def _page(tenant: Tenant, call: Call, items: list[Item]) -> tuple[list[Item], JsonObject]:
    """One page; the next one begins after the last row of this. How large `$top` may be no page says: 5,000 come."""
    top = call.number("top")
    if top == 0:
        raise GraphError(400, "invalidRequest", "Invalid page size specified: '0'. Must be greater than 0.")
    size = min(top or DEFAULT_PAGE, LARGEST_PAGE)
    if tenant.behaviours.on("pages shorter than asked"):
        size = tenant.behaviours.chance.randint(min(size, 30), size)
    start = 0
    if token := call.query.get("skiptoken"):
        try:
            place = dict(p.split("=") for p in base64.urlsafe_b64decode(token).decode().split("&"))
            start = int(place["p_N"])
            if "orderby" not in call.query:  # in the order of ids a row that has gone moves nothing
                start = next((n for n, i in enumerate(items) if i.id > int(place["p_ID"])), len(items))
        except (ValueError, KeyError, binascii.Error):
            raise GraphError(400, "invalidRequest", "Invalid skip token") from None
    part = items[start : start + size]
    if start + size >= len(items):
        return part, {}
    mark = f"Paged=TRUE&p_ID={part[-1].id}&p_N={start + size}"
    return part, {"@odata.nextLink": call.link(skiptoken=base64.urlsafe_b64encode(mark.encode()).decode())}


def visible(tenant: Tenant, call: Call, found: SharePointList) -> list[Item]:
    """The rows an app sees: where content needs approval only what is approved."""
    items = found.items.values()
    return [i for i in items if i.approved] if found.approval and not approver(tenant, call) else list(items)


def _filtered(tenant: Tenant, call: Call, found: SharePointList) -> list[Item]:
    items = visible(tenant, call, found)
    text = call.query.get("filter", "")
    orders = [part.split() for part in call.query.get("orderby", "").split(",") if part.strip()]
    try:
        node = parse(text) if text else None
        for path in [*(properties(node) if node else []), *(order[0] for order in orders)]:
            _may_query(tenant, call, found, path)
        if node:
            items = [
                i
                for i in items
                if matches(node, lambda path, i=i: _value_at(tenant, found, i, path))  # type: ignore[misc]
            ]
    except FilterError as fault:
        raise GraphError(400, "invalidRequest", str(fault)) from fault
    for order in reversed(orders):
        items.sort(
            key=lambda i: _sortable(_value_at(tenant, found, i, order[0])), reverse=order[1:] == ["desc"]
        )
    return items


def _may_query(tenant: Tenant, call: Call, found: SharePointList, path: str) -> None:
    """400 for a field that does not exist, or that is not indexed and asked for without more ado or in a long list."""
    if not path.startswith("fields/"):
        if path not in _ITEM:
            raise unknown_property(path, "listItem")
        return
    name = path.removeprefix("fields/")
    if name not in known_fields(found):
        raise GraphError(400, "invalidRequest", f"Field '{name}' is not recognized")
    column = found.columns.get(name) or found.columns.get(name.removesuffix("LookupId"))
    if column.indexed if column else name in INDEXED:
        return
    if call.preference("HonorNonIndexedQueriesWarningMayFailRandomly") is None:
        raise GraphError(
            400,
            "invalidRequest",
            f"Field '{name}' cannot be referenced in filter or orderby as it is not indexed. Provide the "
            "'Prefer: HonorNonIndexedQueriesWarningMayFailRandomly' header to allow this, but be warned "
            "that such queries may fail on large lists.",
        )
    if len(found.items) > tenant.behaviours.limit("list view threshold"):
        raise GraphError(
            400,
            "invalidRequest",
            "The attempted operation is prohibited because it exceeds the list view threshold.",
        )


def _value_at(tenant: Tenant, found: SharePointList, item: Item, path: str) -> Any:
    name = path.removeprefix("fields/")
    match name:
        case "id" | "ID":
            return item.id
        case "Created" | "createdDateTime":
            return item.created
        case "Modified" | "lastModifiedDateTime":
            return item.modified
    column = found.columns.get(name)
    if column and column.looks_up and not column.many and (value := item.fields.get(name)):
        target = target_of(tenant, column)
        return target.items[value].fields.get("Title") if target and value in target.items else None
    return item.fields.get(name if column else name.removesuffix("LookupId"))


def _sortable(value: Any) -> tuple[int, Any]:
    if value in (None, ""):
        return 0, 0
    return (1, value) if isinstance(value, int | float) else (2, str(value).casefold())


def item_json(tenant: Tenant, call: Call, found: SharePointList, item: Item) -> JsonObject:
    wanted = allow_expand(call, "listItem", ("fields", "driveItem"))
    body: JsonObject = {
        "@odata.etag": item.etag,
        "eTag": item.etag,
        "id": str(item.id),
        "createdDateTime": item.created,
        "lastModifiedDateTime": item.modified,
        "createdBy": identity(item.created_by),
        "lastModifiedBy": identity(item.modified_by),
        "contentType": {"id": "0x0100A2F1B9C8D7E6F5", "name": "Item"},
        "parentReference": {"id": found.id, "siteId": tenant.site_id},
        "webUrl": _item_url(tenant, found, item),
    }
    if "fields" in wanted:
        body["fields@odata.context"] = f"{call.root}/$metadata#fields/$entity"
        body["fields"] = shown(tenant, found, item, chosen(tenant, found, wanted["fields"].get("select", "")))
    if "driveitem" in wanted and (stored := tenant.file_of(found, item)):
        body["driveItem"] = {
            "id": stored.id,
            "name": stored.name,
            "parentReference": {"driveId": tenant.drive_id},
        }
    return selected(call, body, "listItem")


def _item_url(tenant: Tenant, found: SharePointList, item: Item) -> str:
    site = f"https://{tenant.host}{tenant.site_path}"
    if stored := tenant.file_of(found, item):
        return f"{site}/{quote(found.leaf)}/{quote(stored.path)}"
    return f"{site}/Lists/{quote(found.leaf)}/{item.id}_.000"


def identity(app_id: str) -> JsonObject:
    """Who made or changed something: an app by its id, or the people of the site."""
    if app_id:
        return {
            "application": {"id": app_id, "displayName": "Registered app"},
            "user": {"displayName": "SharePoint App"},
        }
    return {"user": {"displayName": "Site Owner"}}


def _item_of(tenant: Tenant, call: Call, found: SharePointList) -> Item:
    item = found.items.get(int(call.args["i"])) if call.args["i"].isdigit() else None
    if item is None or (found.approval and not item.approved and not approver(tenant, call)):
        raise missing("The specified item was not found.")
    return item


@routes.read("GET", "/sites/{s}/lists/{l}/items/{i}")
def get_item(tenant: Tenant, call: Call) -> Answer:
    found = list_of(tenant, call)
    if call.args["i"].lower().startswith("delta"):
        return items_delta(tenant, call, found)
    return Answer(body=item_json(tenant, call, found, _item_of(tenant, call, found)))


@routes.read("GET", "/sites/{s}/lists/{l}/items/{i}/fields")
def get_fields(tenant: Tenant, call: Call) -> Answer:
    found = list_of(tenant, call)
    return Answer(body=fields_json(tenant, call, found, _item_of(tenant, call, found)))


def fields_json(tenant: Tenant, call: Call, found: SharePointList, item: Item) -> JsonObject:
    """A row's fields alone, as `/fields` and the answer to a change give them, by `$select` if there is one."""
    names = chosen(tenant, found, call.query.get("select", ""))
    return {"@odata.context": f"{call.root}/$metadata#fields/$entity", **shown(tenant, found, item, names)}


# -------------------------------------------------------------------------------------------------------- written


def keep(tenant: Tenant, found: SharePointList, item: Item, changes: JsonObject, by: str = "") -> None:
    """Change kept values (sandbox/tenant/sites/values.py). `by`: the client id of an app; without one it is people."""
    item.fields.update(changes)
    item.version += 1
    item.modified, item.modified_by = tenant.now(), by
    item.approved = not found.approval
    found.journal.append(item.id)


def new_row(tenant: Tenant, found: SharePointList, values: JsonObject, by: str = "") -> Item:
    item = Item(found.next_id, {}, version=0, created=tenant.now(), created_by=by)
    keep(tenant, found, item, values, by)
    found.items[item.id] = item
    found.next_id += 1
    return item


def remove(found: SharePointList, item: Item) -> None:
    del found.items[item.id]
    found.deleted.add(item.id)
    found.journal.append(item.id)


def check_etag(tenant: Tenant, call: Call, *current: str) -> None:
    """412, or in some tenants 409, where `If-Match` names another state than the present one."""
    wanted = call.headers.get("if-match", "").removeprefix("W/")
    if wanted and wanted != "*" and wanted not in current:
        raise GraphError(
            409 if tenant.behaviours.strikes("conflicts as 409") else 412,
            "resourceModified",
            "The resource has changed since the caller last read it; usually an eTag mismatch",
            inner={"code": "entityTagDoesNotMatch"},
        )


def check_not_busy(tenant: Tenant, found: SharePointList, item: Item) -> None:
    """409 for the columns of a file the service is still at after its upload, though nobody edited anything."""
    stored = tenant.file_of(found, item)
    if stored is None:
        return
    busy, stored.busy = stored.busy, False
    if busy and tenant.behaviours.on("fields busy after an upload"):
        item.version += 1
        raise GraphError(409, "resourceModified", "ETag does not match current item's value")


@routes.write("POST", "/sites/{s}/lists/{l}/items")
def create_item(tenant: Tenant, call: Call) -> Answer:
    found = list_of(tenant, call)
    fields = body_of(call, "listItem").get("fields")
    if not isinstance(fields, dict):
        raise GraphError(400, "invalidRequest", "A row is given by its fields.")
    if found.template == "documentLibrary":
        raise GraphError(400, "invalidRequest", "A row of a library is made by uploading its file.")
    item = new_row(tenant, found, written(tenant, found, fields), call.app.client_id)
    made = item_json(tenant, call, found, item)
    context = {"fields@odata.context": f"{call.root}/$metadata#fields/$entity"}
    return Answer(201, {**made, **context, "fields": shown(tenant, found, item, None, fresh=True)})


@routes.write("PATCH", "/sites/{s}/lists/{l}/items/{i}/fields")
def patch_fields(tenant: Tenant, call: Call) -> Answer:
    found = list_of(tenant, call)
    item = _item_of(tenant, call, found)
    check_etag(tenant, call, item.etag)
    check_not_busy(tenant, found, item)
    keep(tenant, found, item, written(tenant, found, call.json()), call.app.client_id)
    return Answer(body=fields_json(tenant, call, found, item))


@routes.write("PATCH", "/sites/{s}/lists/{l}/items/{i}")
def patch_item(tenant: Tenant, call: Call) -> Answer:
    found = list_of(tenant, call)
    item = _item_of(tenant, call, found)
    check_etag(tenant, call, item.etag)
    keep(
        tenant,
        found,
        item,
        written(tenant, found, body_of(call, "listItem").get("fields") or {}),
        call.app.client_id,
    )
    return Answer(body=item_json(tenant, call, found, item))


@routes.write("DELETE", "/sites/{s}/lists/{l}/items/{i}")
def delete_item(tenant: Tenant, call: Call) -> Answer:
    found = list_of(tenant, call)
    item = _item_of(tenant, call, found)
    check_etag(tenant, call, item.etag)
    if stored := tenant.file_of(found, item):
        tenant.forget(stored)
    remove(found, item)
    return Answer(204)


# ---------------------------------------------------------------------------------------------------------- delta


def items_delta(tenant: Tenant, call: Call, found: SharePointList) -> Answer:
    """Rows changed since a token; a deleted row carries the `deleted` facet.

    https://learn.microsoft.com/graph/api/listitem-delta
    """
    given = re.search(r"token='([^']*)'", call.args["i"])
    place = given[1] if given else call.query.get("token") or call.query.get("deltatoken") or ""
    present = {item.id: item for item in visible(tenant, call, found)}
    if place == "latest":
        ids: list[int] = []
    elif place:
        try:
            ids = list(dict.fromkeys(found.journal[int(json.loads(base64.urlsafe_b64decode(place))["at"]) :]))
        except (ValueError, KeyError, TypeError):
            raise GraphError(
                410,
                "resyncChangesApplyDifferences",
                "Resync required.",
                headers={"Location": f"{call.root}{quote(call.path, safe='/,:')}"},
            ) from None
    else:
        ids = list(present)
    value: list[JsonObject] = [
        item_json(tenant, call, found, present[i])
        if i in present
        else {"id": str(i), "deleted": {"state": "deleted"}}
        for i in ids
        if i in present or i not in found.items
    ]
    token = base64.urlsafe_b64encode(json.dumps({"at": len(found.journal)}).encode()).decode()
    path = f"/sites/{call.args['s']}/lists/{found.id}/items/delta"
    return Answer(
        body={
            "@odata.context": f"{call.root}/$metadata#Collection(listItem)",
            "value": value,
            "@odata.deltaLink": f"{call.root}{quote(path, safe='/,:')}?token={token}",
        }
    )
