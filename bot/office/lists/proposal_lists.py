"""A list of the site that stands in the place of a sheet for a proposal: read whole as a sheet, never written.

https://learn.microsoft.com/graph/api/listitem-list  https://learn.microsoft.com/graph/api/resources/columndefinition
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from bot.errors import RequestRefused, SettingsError
from bot.office.graph import Graph
from bot.office.lists.cells import Row, each_once
from bot.programme.allocating.sheet_columns import SheetColumn
from bot.programme.importing.sheets import Sheet, Value

TITLE = "Title"
_HIDDEN_FROM_A_SHEET = (
    "ContentType",
    "Attachments",
    "_UIVersionString",
    "Edit",
    "LinkTitle",
    "LinkTitleNoMenu",
    "DocIcon",
)
_NO_TEXT = ("personOrGroup", "lookup")


def sheet_of_list(graph: Graph, site: str, called: str, sheet: str, columns: Sequence[SheetColumn]) -> Sheet:
    """The list of that name as a sheet, its columns by the names people see; Title is what the first of `columns` is.
    Raises SettingsError where there is no such list, or a name is a column of people."""
    path = f"{site}/lists/{quote(called, safe='')}"
    try:
        definitions = list(graph.entries(graph.get(f"{path}/columns")))
        items = each_once(graph.entries(graph.get(f"{path}/items?$expand=fields&$top=1000")))
    except RequestRefused as fault:
        if fault.status != 404:
            raise
        raise SettingsError(
            [
                f"There is no list “{called}” on the site, which is to hold “{sheet}”: audit-bot prepare makes it."
            ]
        ) from fault
    shown = [c for c in definitions if _is_peoples(c)]
    of_people = [str(c["displayName"]) for c in shown if any(kind in c for kind in _NO_TEXT)]
    if of_people:
        which = ", ".join(f"“{name}”" for name in of_people)
        raise SettingsError(
            [
                f"The list “{called}”: {which} must be a column of text, in which “none” can stand too, and no lookup."
            ]
        )
    titles = [columns[0].title if c["name"] == TITLE else str(c["displayName"]) for c in shown]
    rows: list[Sequence[Value]] = [titles, *(_values(item, shown) for item in items)]
    return Sheet(sheet, rows, ids=("", *(str(item["id"]) for item in items)), called=called)


def _is_peoples(column: Any) -> bool:
    """Whether people enter something in it."""
    name = str(column["name"])
    if name == TITLE:
        return True
    return not (column.get("hidden") or column.get("readOnly") or name in _HIDDEN_FROM_A_SHEET)


def _values(item: Any, columns: Sequence[Any]) -> list[Value]:
    names = {str(c["name"]): str(c["name"]) for c in columns}
    timed = frozenset(
        n for c in columns if (c.get("dateTime") or {}).get("format") == "dateTime" for n in [str(c["name"])]
    )
    row = Row(item, names, {}, timed)
    return [
        _day(row, str(c["name"])) if "dateTime" in c else "\n".join(row.lines(str(c["name"]))) or None
        for c in columns
    ]


def _day(row: Row, word: str) -> Value:
    """A day as it stands there, also one that cannot be right: that is told by whoever needs it."""
    return row.day(word) or row.implausible.get(word) or row.no_date.get(word)
