"""The values of a row: as a client writes them, as the list keeps them, as Graph shows them.

Kept are: text as text, choices as text or a list, dates as ISO text in UTC, people and lookups as ids or a list of ids.
https://learn.microsoft.com/graph/api/resources/fieldvalueset
"""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox.tenant.graph_error import GraphError
from sandbox.tenant.graph_http import JsonObject, boolean
from sandbox.tenant.people import author_id
from sandbox.tenant.sites.columns import BUILT_IN, is_rich
from sandbox.tenant.state import Column, Item, SharePointList, Tenant
from sandbox.tenant.zones import day_of, midnight, utc

INTEGERS, TEXTS = "Collection(Edm.Int32)", "Collection(Edm.String)"
EMPTY: tuple[Any, ...] = (None, "", [])


def bad(message: str) -> GraphError:
    return GraphError(400, "invalidRequest", message)


# ------------------------------------------------------------------------------------------------------ written


def written(tenant: Tenant, found: SharePointList, given: Mapping[str, Any]) -> dict[str, Any]:
    """What a client's JSON means, by internal name. 400 for an unknown or read-only column and for a wrong value."""
    kinds = {
        name.removesuffix("@odata.type"): kind for name, kind in given.items() if name.endswith("@odata.type")
    }
    changes: dict[str, Any] = {}
    for name, value in given.items():
        if "@" in name:
            continue
        column = found.columns.get(name)
        by_id = column is None and name.endswith("LookupId")
        if by_id:
            column = found.columns.get(name.removesuffix("LookupId"))
        if name in BUILT_IN or name.removesuffix("LookupId") in ("Author", "Editor"):
            raise bad(f"Field '{name}' is read-only")
        if column is None or by_id != column.looks_up:
            raise bad(f"Field '{name}' is not recognized")
        changes[column.name] = _kept(tenant, column, name, value, str(kinds.get(name, "")).lstrip("#"))
    return changes


def _kept(tenant: Tenant, column: Column, name: str, value: Any, kind: str) -> Any:
    if column.many:
        if value is None:
            return None
        return _several(tenant, column, name, value, kind)
    if kind.startswith("Collection") or (kind and column.looks_up):
        raise bad(f"'{name}' takes one value and no '{name}@odata.type'")
    if isinstance(value, list | dict):
        raise bad(f"'{name}' takes one value")
    if value in EMPTY:
        return None
    return _one(tenant, column, value)


def _several(tenant: Tenant, column: Column, name: str, value: Any, kind: str) -> list[Any] | None:
    """A column with several values needs its type said, and members of that type."""
    allowed = {INTEGERS: int, TEXTS: str} if column.looks_up else {TEXTS: str}
    if kind not in allowed:
        raise bad(f"'{name}' is a collection: '{name}@odata.type' must be {' or '.join(allowed)}")
    if not isinstance(value, list) or not all(type(each) is allowed[kind] for each in value):
        raise bad(f"The members of '{name}' are not of the type {kind}")
    return [_one(tenant, column, each) for each in value] or None


def _one(tenant: Tenant, column: Column, value: Any) -> Any:
    match column.kind:
        case "choice" if column.choices and value not in column.choices:
            raise bad(f"'{value}' is not a choice of '{column.display}'.")
        case "date" | "datetime":
            return _posted_date(tenant, column, value)
        case "boolean":
            return boolean(value, column.display)
        case "number":
            try:
                return float(value)
            except (TypeError, ValueError):
                raise bad(f"'{value}' is not a number.") from None
        case "lookup" | "person" | "people":
            return _looked_up(tenant, column, value)
        case "text" if len(str(value)) > 255:
            raise bad(f"'{column.display}' holds at most 255 characters.")
        case "note" if is_rich(tenant, column):
            return str(value) if _wrapped(str(value)) else _wrap(str(value))
        case "text" | "note":
            return str(value)
    return value


def _looked_up(tenant: Tenant, column: Column, value: Any) -> int:
    target = target_of(tenant, column)
    if (
        isinstance(value, bool)
        or not str(value).isdigit()
        or target is None
        or int(value) not in target.items
    ):
        raise GraphError(400, "generalException", "General exception while processing")
    return int(value)


def _posted_date(tenant: Tenant, column: Column, value: Any) -> str:
    """What becomes of a posted moment. Of a date-only column the site's day is kept; a date alone is midnight UTC."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise bad(f"'{value}' is not a date.") from None
    zone = tenant.site_zone
    if tenant.behaviours.on("posted time zone ignored"):
        moment = moment.replace(tzinfo=zone)
    elif moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    if column.kind == "datetime" or tenant.behaviours.on("date-only columns keep the time"):
        return utc(moment)
    return midnight(moment.astimezone(zone).date(), zone)


# --------------------------------------------------------------------------------------------------------- shown


def target_of(tenant: Tenant, column: Column) -> SharePointList | None:
    return tenant.list_named(column.lookup_list) if column.kind == "lookup" else tenant.people


def shown(
    tenant: Tenant, found: SharePointList, item: Item, names: Collection[str] | None, *, fresh: bool = False
) -> JsonObject:
    """A row's fields. Empty columns are left out. Without a selection lookups are ids; their text comes when selected.

    `fresh`: the answer to the request that made the row.
    """
    body: JsonObject = {"@odata.etag": item.etag}
    body |= {name: value for name, value in _built_in(item).items() if names is None or name in names}
    for name, column in found.columns.items():
        value: Any = item.fields.get(name)
        if value in EMPTY:
            continue
        wanted = names is None or name in names
        if not column.looks_up:
            if wanted:
                body[name] = _value(tenant, column, value, fresh)
        elif column.many:
            if wanted:
                body[name] = [_reference(tenant, column, each) for each in value]
        else:
            if names is None or f"{name}LookupId" in names:
                body[f"{name}LookupId"] = str(value)
            if names is not None and name in names:
                body[name] = _reference(tenant, column, value)["LookupValue"]
    return body


def _built_in(item: Item) -> JsonObject:
    title = item.fields.get("Title")
    return {
        "id": str(item.id),
        "ContentType": "Item",
        "Modified": item.modified,
        "Created": item.created,
        "AuthorLookupId": str(author_id(item.created_by)),
        "EditorLookupId": str(author_id(item.modified_by)),
        "_UIVersionString": f"{item.version}.0",
        "Attachments": False,
    } | ({"LinkTitleNoMenu": title, "LinkTitle": title} if title else {})


def chosen(tenant: Tenant, found: SharePointList, text: str) -> list[str] | None:
    """The fields a selection names, None without one. 400 for an unknown one, or for too many that are looked up."""
    if not text:
        return None
    names = [name.strip() for name in text.split(",")]
    known = known_fields(found)
    for name in names:
        if name not in known:
            raise bad(f"Field '{name}' is not recognized")
    joined = [name for name in names if name in found.columns and found.columns[name].looks_up]
    if len(joined) > tenant.behaviours.limit("lookup column threshold"):
        raise bad(
            "The query cannot be completed because the number of lookup columns it contains exceeds the lookup "
            "column threshold."
        )
    return names


def known_fields(found: SharePointList) -> set[str]:
    """Every name a selection or a filter of fields may use."""
    own = {name for column in found.columns.values() for name in (column.name, f"{column.name}LookupId")}
    return own | set(BUILT_IN) | {"id", "AuthorLookupId", "EditorLookupId"}


def _value(tenant: Tenant, column: Column, value: Any, fresh: bool) -> Any:
    if column.kind == "note" and is_rich(tenant, column) and not _wrapped(str(value)):
        return typed(str(value))
    if column.kind == "number" and float(value).is_integer():
        return int(value)
    if column.kind == "date" and fresh and tenant.behaviours.on("POST answers another date"):
        return datetime.fromisoformat(value).astimezone(tenant.site_zone).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value


def _reference(tenant: Tenant, column: Column, item_id: int) -> JsonObject:
    target = target_of(tenant, column)
    item = target.items.get(int(item_id)) if target else None
    fields = item.fields if item else {}
    found: JsonObject = {"LookupId": int(item_id), "LookupValue": fields.get("Title") or ""}
    return found | ({"Email": fields.get("EMail") or ""} if column.kind != "lookup" else {})


# ----------------------------------------------------------------------------------------------------- rich text


def _wrap(inner: str) -> str:
    return f'<div class="ExternalClass{uuid.uuid4().hex.upper()}">{inner}</div>'


def _wrapped(text: str) -> bool:
    return text.startswith('<div class="ExternalClass')


def typed(text: str) -> str:
    """What a person types into a column with formats, as SharePoint keeps it."""
    lines = "".join(f"<p>{html.escape(line, quote=False) or '&#8203;<br>'}</p>" for line in text.split("\n"))
    # the same text is the same class every time it is read
    return f'<div class="ExternalClass{uuid.uuid5(uuid.NAMESPACE_OID, text).hex.upper()}">{lines}</div>'


def as_seen(text: str) -> str:
    """The lines a person sees of a column with formats."""
    if not _wrapped(text):
        return text
    lines = re.sub(r"(?i)<br\s*/?>|</(p|div|li)>", "\n", text)
    plain = html.unescape(re.sub(r"<[^>]+>", "", lines)).replace("\u200b", "")
    return plain.strip("\n")


def person_sees(tenant: Tenant, column: Column, value: Any) -> Any:
    """A kept value as the page of the list shows it: people by address, lookups by title, days in the site's zone."""
    if value in EMPTY:
        return [] if column.kind == "people" else None
    if column.looks_up:
        word = "LookupValue" if column.kind == "lookup" else "Email"
        if column.many:
            return [_reference(tenant, column, each)[word] for each in value]
        return _reference(tenant, column, value)[word]
    if column.kind == "date":
        return day_of(value, tenant.site_zone).isoformat()
    return as_seen(value) if column.kind == "note" else value
