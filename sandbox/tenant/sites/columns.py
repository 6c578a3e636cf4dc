"""The columns of a list: as Graph shows them, and as somebody who makes a list gives them.

https://learn.microsoft.com/graph/api/resources/columndefinition
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from sandbox.tenant.graph_error import GraphError
from sandbox.tenant.graph_http import JsonObject
from sandbox.tenant.state import Column, SharePointList, Tenant

BUILT_IN: dict[str, tuple[str, JsonObject]] = {
    "ID": ("ID", {"number": {"decimalPlaces": "none"}}),
    "ContentType": ("Content Type", {"text": {"allowMultipleLines": False, "maxLength": 255}}),
    "Modified": ("Modified", {"dateTime": {"format": "dateTime", "displayAs": "default"}}),
    "Created": ("Created", {"dateTime": {"format": "dateTime", "displayAs": "default"}}),
    "Author": (
        "Created By",
        {"personOrGroup": {"allowMultipleSelection": False, "chooseFromType": "peopleOnly"}},
    ),
    "Editor": (
        "Modified By",
        {"personOrGroup": {"allowMultipleSelection": False, "chooseFromType": "peopleOnly"}},
    ),
    "_UIVersionString": ("Version", {"text": {"allowMultipleLines": False, "maxLength": 255}}),
    "Attachments": ("Attachments", {"boolean": {}}),
    "LinkTitleNoMenu": ("Title", {"calculated": {}}),
    "LinkTitle": ("Title", {"calculated": {}}),
}
"""Columns every list has and nobody can write: the name they see and the kind. Two of them are shown as “Title”."""

INDEXED = ("ID", "id")


def internal_name(display: str) -> str:
    """The name SharePoint gives a column for ever when it is made: encoded, 32 characters at most."""
    encoded = re.sub(r"[^A-Za-z0-9_]", lambda found: f"_x{ord(found[0]):04x}_", display)
    return encoded[:32]


def is_rich(tenant: Tenant, column: Column) -> bool:
    return column.kind == "note" and (column.rich or tenant.behaviours.on("multi-line columns are rich text"))


def columns_json(tenant: Tenant, found: SharePointList) -> list[JsonObject]:
    own = [column_json(tenant, column) for column in found.columns.values()]
    return own + [
        {
            "id": f"{found.id[:8]}-{n:04}-4000-8000-{found.id[-12:]}",
            "name": name,
            "displayName": display,
            "columnGroup": "_Hidden",
            "description": "",
            "enforceUniqueValues": False,
            "indexed": name in INDEXED,
            "readOnly": True,
            "hidden": False,
            "required": False,
            **facet,
        }
        for n, (name, (display, facet)) in enumerate(BUILT_IN.items())
    ]


def column_json(tenant: Tenant, column: Column) -> JsonObject:
    rich = is_rich(tenant, column)
    facets: dict[str, JsonObject] = {
        "text": {"text": {"allowMultipleLines": False, "appendChangesToExistingText": False, "linesForEditing": 0,
                          "maxLength": 255}},
        "note": {"text": {"allowMultipleLines": True, "appendChangesToExistingText": False, "linesForEditing": 6,
                          "textType": "richText" if rich else "plain"}},
        "choice": {"choice": {"allowTextEntry": False, "choices": list(column.choices),
                              "displayAs": "checkBoxes" if column.several else "dropDownMenu"}},
        "boolean": {"boolean": {}},
        "number": {"number": {"decimalPlaces": "automatic", "displayAs": "number"}},
        "date": {"dateTime": {"format": "dateOnly", "displayAs": "default"}},
        "datetime": {"dateTime": {"format": "dateTime", "displayAs": "default"}},
        "lookup": {"lookup": {"columnName": "Title", "allowMultipleValues": column.several,
                              "allowUnlimitedLength": False}},
        "person": {"personOrGroup": {"allowMultipleSelection": False, "chooseFromType": "peopleOnly"}},
        "people": {"personOrGroup": {"allowMultipleSelection": True, "chooseFromType": "peopleOnly"}},
    }  # fmt: skip
    if column.kind == "lookup" and (target := tenant.list_named(column.lookup_list)):
        facets["lookup"]["lookup"]["listId"] = target.id
    body: JsonObject = {
        "id": column.id,
        "name": column.name,
        "displayName": column.display,
        "columnGroup": "Custom Columns",
        "description": column.description,
        "enforceUniqueValues": False,
        "indexed": column.indexed,
        "readOnly": False,
        "hidden": False,
        "required": column.required or column.name == "Title",
        **facets[column.kind],
    }
    if column.validation:
        body["validation"] = column.validation
    return body


_FACETS: dict[str, dict[str, tuple[str, ...]]] = {
    "text": {
        "allowMultipleLines": (), "appendChangesToExistingText": (), "linesForEditing": (), "maxLength": (),
        "textType": ("plain", "richText"),
    },
    "choice": {
        "allowTextEntry": (), "choices": (), "displayAs": ("checkBoxes", "dropDownMenu", "radioButtons"),
    },
    "boolean": {},
    "number": {
        "decimalPlaces": ("automatic", "none", "one", "two", "three", "four", "five"),
        "displayAs": ("number", "percentage"), "maximum": (), "minimum": (),
    },
    "dateTime": {"displayAs": ("default", "friendly", "standard"), "format": ("dateOnly", "dateTime")},
    "lookup": {
        "allowMultipleValues": (), "allowUnlimitedLength": (), "columnName": (), "listId": (),
        "primaryLookupColumnId": (),
    },
    "personOrGroup": {
        "allowMultipleSelection": (), "chooseFromType": ("peopleAndGroups", "peopleOnly"), "displayAs": (),
    },
}  # fmt: skip
"""The kinds of column, each with its properties and, where a property takes no other, its words:
https://learn.microsoft.com/graph/api/resources/textcolumn and its neighbours."""

LONGEST = 255
"""Characters of one line of text, of a column's name and of a list's:
https://learn.microsoft.com/graph/api/resources/textcolumn"""

INDEXES = 20
"""Indexed columns of one list:
https://support.microsoft.com/office/add-an-index-to-a-list-or-library-column-f3f00554-b7dc-44d1-a2ed-d477eac463b0"""


def _facet(given: JsonObject) -> str:
    """The one kind a column is described to be; 400 for none, two, an unknown property or an unknown word."""
    facets = [facet for facet in _FACETS if isinstance(given.get(facet), dict)]
    if len(facets) != 1:
        raise GraphError(400, "invalidRequest", "A column needs a name and exactly one column type.")
    for name, value in given[facets[0]].items():
        if "@" in name:
            continue
        if name not in _FACETS[facets[0]]:
            raise GraphError(
                400,
                "invalidRequest",
                f"The property '{name}' does not exist on type 'microsoft.graph.{facets[0]}Column'.",
            )
        words = _FACETS[facets[0]][name]
        if words and value not in words:
            raise GraphError(400, "invalidRequest", f"'{value}' is not a value of '{name}'.")
    return facets[0]


def column_from(tenant: Tenant, given: JsonObject) -> Column:
    """The column somebody describes. 400 without a name, without a facet, with two of them, or with a wrong one."""
    name = str(given.get("name") or given.get("displayName") or "")
    if not name or max(len(name), len(str(given.get("displayName") or ""))) > LONGEST:
        raise GraphError(400, "invalidRequest", f"A column needs a name of {LONGEST} characters at most.")
    facets = [_facet(given)]
    about: dict[str, Any] = given[facets[0]]
    column = Column(internal_name(name), str(given.get("displayName") or name), "text")
    match facets[0]:
        case "text":
            column.kind = "note" if about.get("allowMultipleLines") else "text"
            if not 0 <= int(about.get("maxLength") or 0) <= LONGEST:
                raise GraphError(400, "invalidRequest", f"maxLength is {LONGEST} at most.")
            column.rich = about.get("textType") == "richText"
        case "choice":
            column.kind, column.choices = "choice", tuple(str(c) for c in about.get("choices") or ())
            column.several = about.get("displayAs") == "checkBoxes"
        case "dateTime":
            column.kind = "date" if about.get("format") == "dateOnly" else "datetime"
        case "lookup":
            target = tenant.lists.get(str(about.get("listId")))
            if target is None:
                raise GraphError(
                    400, "invalidRequest", "A lookup column needs the id of a list of this site."
                )
            shown = str(about.get("columnName") or "")
            if shown not in target.columns and shown not in BUILT_IN:
                raise GraphError(
                    400, "invalidRequest", "A lookup column needs the name of a column of its list."
                )
            column.kind, column.lookup_list = "lookup", target.id
            column.several = bool(about.get("allowMultipleValues"))
        case "personOrGroup":
            column.kind = "people" if about.get("allowMultipleSelection") else "person"
        case kind:
            column.kind = kind
    update(column, given)
    return column


def change_settings(found: SharePointList, column: Column, given: JsonObject) -> None:
    """What an owner changes of a column in the list's settings: several values, formats, index, how it is drawn."""
    several = bool(given.get("several", column.many))
    if several != column.many:
        if column.kind in ("person", "people"):
            column.kind = "people" if several else "person"
        elif column.kind in ("choice", "lookup"):
            column.several = several
        else:
            raise ValueError(f"“{column.display}” cannot hold several values.")
        for item in found.items.values():
            value = item.fields.get(column.name)
            if value not in (None, [], ""):
                item.fields[column.name] = [value] if several else value[0]
    column.rich = bool(given.get("rich", column.rich))
    column.indexed = bool(given.get("indexed", column.indexed))
    column.formatter = str(given.get("formatter", column.formatter))


def check_indexes(columns: Iterable[Column]) -> None:
    """400 where a list would have more indexes than SharePoint keeps."""
    if sum(column.indexed for column in columns) > INDEXES:
        raise GraphError(400, "invalidRequest", f"A list can have {INDEXES} indexed columns at most.")


def update(column: Column, given: JsonObject) -> None:
    """Change what a PATCH may change: what people see, whether it is indexed or required, the choices."""
    column.display = str(given.get("displayName") or column.display)
    column.description = str(given.get("description", column.description) or "")
    column.indexed = bool(given.get("indexed", column.indexed))
    column.required = bool(given.get("required", column.required))
    column.validation = given.get("validation", column.validation)
    if column.indexed and (column.kind == "note" or column.many):
        raise GraphError(
            400, "invalidRequest", f"The column '{column.display}' is of a type that cannot be indexed."
        )
    if column.kind == "choice" and isinstance(given.get("choice"), dict) and "choices" in given["choice"]:
        column.choices = tuple(str(each) for each in given["choice"]["choices"])
    if column.kind == "note" and isinstance(given.get("text"), dict) and "textType" in given["text"]:
        column.rich = given["text"]["textType"] == "richText"
