"""SharePoint: the site, its lists and their rows.

https://learn.microsoft.com/graph/api/resources/listitem
"""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from sandbox.graph_http import Answer, Call, GraphError, JsonObject, Routes, boolean, page
from sandbox.odata_filter import FilterError, matches, parse, properties
from sandbox.state import Column, Item, SharePointList, Tenant

routes = Routes("sharepoint")
READ = ("Sites.Read.All", "Sites.ReadWrite.All", "Sites.Selected")
WRITE = ("Sites.ReadWrite.All", "Sites.Selected")
LONDON = ZoneInfo("Europe/London")
USER_LIST = "User Information List"


def internal_name(display: str) -> str:
    """The name SharePoint gives a column for ever when it is made: encoded, 32 characters at most."""
    encoded = re.sub(r"[^A-Za-z0-9_]", lambda found: f"_x{ord(found[0]):04x}_", display)
    return encoded[:32]


# ------------------------------------------------------------------------------------------------------- sites


def site_json(tenant: Tenant, call: Call) -> JsonObject:
    host = tenant.site_id.partition(",")[0]
    return {
        "@odata.context": f"{call.root}/$metadata#sites/$entity",
        "id": tenant.site_id,
        "name": tenant.site_path.rsplit("/", 1)[-1],
        "displayName": tenant.site_name,
        "webUrl": f"https://{host}{tenant.site_path}",
        "createdDateTime": "2025-01-06T09:00:00Z",
    }


def _is_our_site(tenant: Tenant, name: str) -> None:
    if name.casefold() not in (tenant.site_id.casefold(), "root"):
        raise GraphError(404, "itemNotFound", "Requested site could not be found")


@routes.on("GET", "/sites/{s}", *READ)
def get_site(tenant: Tenant, call: Call) -> Answer:
    _is_our_site(tenant, call.args["s"])
    return Answer(body=site_json(tenant, call))


@routes.on("GET", "/sites/{host}:/{path...}", *READ)
def get_site_by_path(tenant: Tenant, call: Call) -> Answer:
    path = "/" + call.args["path"].rstrip(":")
    if path.casefold() != tenant.site_path.casefold():
        raise GraphError(404, "itemNotFound", "Requested site could not be found")
    return Answer(body=site_json(tenant, call))


# ------------------------------------------------------------------------------------------------------- lists


def list_of(tenant: Tenant, call: Call) -> SharePointList:
    _is_our_site(tenant, call.args["s"])
    found = tenant.list_named(call.args["l"])
    if found is None:
        raise GraphError(404, "itemNotFound", "The resource could not be found.")
    return found


def list_json(found: SharePointList) -> JsonObject:
    return {
        "id": found.id,
        "name": found.name,
        "displayName": found.name,
        "list": {"hidden": found.hidden, "template": "genericList", "contentTypesEnabled": False},
    }


@routes.on("GET", "/sites/{s}/lists", *READ)
def get_lists(tenant: Tenant, call: Call) -> Answer:
    _is_our_site(tenant, call.args["s"])
    shown = [list_json(found) for found in tenant.lists.values() if not found.hidden]
    return Answer(body={"@odata.context": f"{call.root}/$metadata#lists", "value": shown})


@routes.on("GET", "/sites/{s}/lists/{l}", *READ)
def get_list(tenant: Tenant, call: Call) -> Answer:
    return Answer(body=list_json(list_of(tenant, call)))


@routes.on("GET", "/sites/{s}/lists/{l}/columns", *READ)
def get_columns(tenant: Tenant, call: Call) -> Answer:
    found = list_of(tenant, call)
    return Answer(
        body={
            "@odata.context": f"{call.root}/$metadata#columns",
            "value": [column_json(tenant, c) for c in found.columns.values()],
        }
    )


def column_json(tenant: Tenant, column: Column) -> JsonObject:
    facets: dict[str, JsonObject] = {
        "text": {"text": {"allowMultipleLines": False, "maxLength": 255}},
        "note": {"text": {"allowMultipleLines": True, "textType": "plain"}},
        "choice": {"choice": {"allowTextEntry": False, "choices": list(column.choices)}},
        "boolean": {"boolean": {}},
        "number": {"number": {"decimalPlaces": "automatic"}},
        "date": {"dateTime": {"format": "dateOnly", "displayAs": "default"}},
        "datetime": {"dateTime": {"format": "dateTime", "displayAs": "default"}},
        "lookup": {"lookup": {"columnName": "Title", "allowMultipleValues": False}},
        "person": {"personOrGroup": {"allowMultipleSelection": False, "chooseFromType": "peopleOnly"}},
        "people": {"personOrGroup": {"allowMultipleSelection": True, "chooseFromType": "peopleOnly"}},
    }
    if column.kind == "lookup" and (target := tenant.list_named(column.lookup_list)):
        facets["lookup"]["lookup"]["listId"] = target.id
    return {
        "id": column.name,
        "name": column.name,
        "displayName": column.display,
        "indexed": column.indexed,
        "readOnly": False,
        "hidden": False,
        "required": column.name == "Title",
        **facets[column.kind],
    }


# ------------------------------------------------------------------------------------------------------- rows


@routes.on("GET", "/sites/{s}/lists/{l}/items", *READ)
def get_items(tenant: Tenant, call: Call) -> Answer:
    found = list_of(tenant, call)
    items = _filtered(call, found)
    part, notes = page(call, items, 200, 5000)
    return Answer(
        body={
            "@odata.context": f"{call.root}/$metadata#items",
            **notes,
            "value": [item_json(tenant, call, found, item) for item in part],
        }
    )


def _filtered(call: Call, found: SharePointList) -> list[Item]:
    items = list(found.items.values())
    text = call.query.get("filter", "")
    order = call.query.get("orderby", "").split()
    try:
        node = parse(text) if text else None
        named = properties(node) if node else []
        for path in [*named, *order[:1]]:
            name = path.removeprefix("fields/")
            column = found.columns.get(name.removesuffix("LookupId"))
            override = call.preference("HonorNonIndexedQueriesWarningMayFailRandomly") is not None
            if path.startswith("fields/") and column and not column.indexed and not override:
                raise GraphError(
                    400,
                    "invalidRequest",
                    f"Field '{name}' cannot be referenced in filter or orderby as it is not indexed. Provide the "
                    "'Prefer: HonorNonIndexedQueriesWarningMayFailRandomly' header to allow this, but be warned "
                    "that such queries may fail on large lists.",
                )
        if node:
            items = [i for i in items if matches(node, lambda path, i=i: _value_at(i, path))]  # type: ignore[misc]
    except FilterError as fault:
        raise GraphError(400, "invalidRequest", str(fault)) from fault
    if order:
        items.sort(key=lambda i: str(_value_at(i, order[0]) or ""), reverse=order[1:] == ["desc"])
    return items


def _value_at(item: Item, path: str) -> Any:
    name = path.removeprefix("fields/")
    return str(item.id) if name == "id" else item.fields.get(name.removesuffix("LookupId"))


def item_json(
    tenant: Tenant, call: Call, found: SharePointList, item: Item, *, bare: bool = False
) -> JsonObject:
    body: JsonObject = {
        "@odata.etag": item.etag,
        "eTag": item.etag,
        "id": str(item.id),
        "createdDateTime": item.created,
        "lastModifiedDateTime": item.modified,
        "createdBy": {"user": {"displayName": "Audit Team"}},
        "lastModifiedBy": {"user": {"displayName": "Audit Team"}},
        "contentType": {"id": "0x0100", "name": "Item"},
        "parentReference": {"siteId": tenant.site_id},
        "webUrl": f"https://{tenant.site_id.partition(',')[0]}{tenant.site_path}/Lists/{quote(found.name)}/"
        f"{item.id}_.000",
    }
    expand = call.query.get("expand", "")
    if not bare and expand.lower().startswith("fields"):
        select = re.search(r"select=([^)]*)", expand, re.I)
        names = [n.strip() for n in select[1].split(",")] if select else None
        body["fields@odata.context"] = f"{call.root}/$metadata#fields/$entity"
        body["fields"] = fields_json(tenant, found, item, names)
    return body


def fields_json(tenant: Tenant, found: SharePointList, item: Item, names: list[str] | None) -> JsonObject:
    """The values of a row: empty columns are left out; people and lookups are ids, with text only when selected."""
    body: JsonObject = {"@odata.etag": item.etag}
    if names is None:
        body |= {
            "id": str(item.id),
            "ContentType": "Item",
            "Modified": item.modified,
            "Created": item.created,
        }
    for name, column in found.columns.items():
        value = item.fields.get(name)
        if value is None or value in ("", []):
            continue
        wanted = names is None or name in names
        if column.kind == "people":
            if wanted:
                body[name] = [_person_json(tenant, int(i)) for i in value]
        elif column.kind in ("lookup", "person"):
            if names is None or f"{name}LookupId" in names:
                body[f"{name}LookupId"] = str(value)
            if names is not None and name in names:
                body[name] = _lookup_text(tenant, column, int(value))
        elif wanted:
            body[name] = value
    return body


def _person_json(tenant: Tenant, item_id: int) -> JsonObject:
    users = tenant.list_named(USER_LIST)
    item = users.items.get(item_id) if users else None
    fields = item.fields if item else {}
    return {"LookupId": item_id, "LookupValue": fields.get("Title", ""), "Email": fields.get("EMail", "")}


def _lookup_text(tenant: Tenant, column: Column, item_id: int) -> str:
    target = tenant.list_named(USER_LIST if column.kind == "person" else column.lookup_list)
    item = target.items.get(item_id) if target else None
    return str(item.fields.get("Title", "")) if item else ""


def date_only(day: date) -> str:
    """A date-only column's value: midnight in the site's zone, expressed in UTC."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def set_fields(tenant: Tenant, found: SharePointList, item: Item, given: JsonObject) -> None:
    """Write values as a client sent them. 400 for an unknown column or a choice that is not one."""
    changes: dict[str, Any] = {}
    for name, value in given.items():
        if name.startswith("@"):
            continue
        column = found.columns.get(name) or found.columns.get(name.removesuffix("LookupId"))
        if column is None:
            raise GraphError(400, "invalidRequest", f"Field '{name}' is not recognized")
        changes[column.name] = None if value in (None, "", []) else _stored(column, value)
    item.fields.update(changes)
    item.version += 1
    item.modified = tenant.now()
    found.journal.append(item.id)


def _stored(column: Column, value: Any) -> Any:
    match column.kind:
        case "choice" if column.choices and value not in column.choices:
            raise GraphError(400, "invalidRequest", f"'{value}' is not a choice of '{column.display}'.")
        case "date":
            text = str(value)
            try:
                if len(text) == 10:
                    return date_only(date.fromisoformat(text))
                moment = datetime.fromisoformat(text)
            except ValueError:
                raise GraphError(400, "invalidRequest", f"'{value}' is not a date.") from None
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            return date_only(moment.astimezone(LONDON).date())
        case "boolean":
            return boolean(value, column.display)
        case "number":
            try:
                return float(value)
            except (TypeError, ValueError):
                raise GraphError(400, "invalidRequest", f"'{value}' is not a number.") from None
        case "lookup" | "person":
            if not str(value).isdigit():
                raise GraphError(400, "generalException", "General exception while processing")
            return int(value)
        case "people":
            return [int(v["LookupId"]) if isinstance(v, dict) else int(v) for v in value]
        case "text" if len(str(value)) > 255:
            raise GraphError(400, "invalidRequest", f"'{column.display}' holds at most 255 characters.")
    return value


def add_item(tenant: Tenant, found: SharePointList, given: JsonObject) -> Item:
    item = Item(found.next_id, {}, version=0, created=tenant.now())
    set_fields(tenant, found, item, given)
    found.items[item.id] = item
    found.next_id += 1
    return item


def _item_of(found: SharePointList, call: Call) -> Item:
    item = found.items.get(int(call.args["i"])) if call.args["i"].isdigit() else None
    if item is None:
        raise GraphError(404, "itemNotFound", "The specified item was not found.")
    return item


def _check_etag(tenant: Tenant, call: Call, item: Item) -> None:
    wanted = call.headers.get("if-match", "").removeprefix("W/")
    if wanted and wanted != "*" and wanted != item.etag:
        raise GraphError(
            409 if tenant.behaviours.strikes("conflicts as 409") else 412,
            "resourceModified",
            "The resource has changed since the caller last read it; usually an eTag mismatch",
            inner={"code": "entityTagDoesNotMatch"},
        )


@routes.on("POST", "/sites/{s}/lists/{l}/items", *WRITE)
def create_item(tenant: Tenant, call: Call) -> Answer:
    found = list_of(tenant, call)
    item = add_item(tenant, found, call.json().get("fields") or {})
    return Answer(
        201, {**item_json(tenant, call, found, item), "fields": fields_json(tenant, found, item, None)}
    )


@routes.on("GET", "/sites/{s}/lists/{l}/items/{i}", *READ)
def get_item(tenant: Tenant, call: Call) -> Answer:
    found = list_of(tenant, call)
    if call.args["i"].lower() == "delta":
        return items_delta(tenant, call, found)
    return Answer(body=item_json(tenant, call, found, _item_of(found, call)))


@routes.on("GET", "/sites/{s}/lists/{l}/items/{i}/fields", *READ)
def get_fields(tenant: Tenant, call: Call) -> Answer:
    found = list_of(tenant, call)
    return Answer(body=fields_json(tenant, found, _item_of(found, call), None))


@routes.on("PATCH", "/sites/{s}/lists/{l}/items/{i}/fields", *WRITE)
def patch_fields(tenant: Tenant, call: Call) -> Answer:
    found = list_of(tenant, call)
    item = _item_of(found, call)
    _check_etag(tenant, call, item)
    set_fields(tenant, found, item, call.json())
    return Answer(body=fields_json(tenant, found, item, None))


@routes.on("PATCH", "/sites/{s}/lists/{l}/items/{i}", *WRITE)
def patch_item(tenant: Tenant, call: Call) -> Answer:
    found = list_of(tenant, call)
    item = _item_of(found, call)
    _check_etag(tenant, call, item)
    set_fields(tenant, found, item, call.json().get("fields") or {})
    return Answer(body=item_json(tenant, call, found, item))


@routes.on("DELETE", "/sites/{s}/lists/{l}/items/{i}", *WRITE)
def delete_item(tenant: Tenant, call: Call) -> Answer:
    found = list_of(tenant, call)
    item = _item_of(found, call)
    _check_etag(tenant, call, item)
    del found.items[item.id]
    found.deleted.add(item.id)
    found.journal.append(item.id)
    return Answer(204)


def items_delta(tenant: Tenant, call: Call, found: SharePointList) -> Answer:
    """Rows changed since a token; a deleted row carries the `deleted` facet."""
    place = call.query.get("token") or call.query.get("deltatoken") or ""
    if place == "latest":
        ids: list[int] = []
    elif place:
        try:
            start = int(json.loads(base64.urlsafe_b64decode(place))["at"])
        except (ValueError, KeyError, TypeError):
            raise GraphError(
                410,
                "resyncChangesApplyDifferences",
                "Resync required.",
                headers={"Location": f"{call.root}{call.path}"},
            ) from None
        ids = list(dict.fromkeys(found.journal[start:]))
    else:
        ids = list(found.items)
    value: list[JsonObject] = [
        item_json(tenant, call, found, found.items[i])
        if i in found.items
        else {"id": str(i), "deleted": {"state": "deleted"}}
        for i in ids
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
