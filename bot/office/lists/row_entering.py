"""Entering rows that the list has not: those of the Audit Team's spreadsheet, and a replacement on their word. Nothing
that is there is written over, but for the note that a row is being entered, and the people of a row for whom a member
of the Audit Team has had others entered.

https://learn.microsoft.com/graph/api/listitem-create
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any
from urllib.parse import quote

from bot.errors import AuditBotError
from bot.office.graph import Graph, Reply, Request
from bot.office.lists.cells import as_cell
from bot.office.lists.columns import Columns
from bot.programme.importing.known_titles import COLUMNS
from bot.programme.list_columns import Kind
from bot.programme.vocabulary import Person

CHANGED_ON_A_WORD = frozenset(
    {"auditor", "auditors_head_of_service", "moderator", "confirmed_on", "exempted_by", "exempted_on"}
)
"""What another auditor or moderator changes in a row: who it is, and what was said about the former one."""
AT_ONCE = 20
"""Rows in one request: what may be lost with its answer, and is looked up before anything is entered again."""


@dataclass(frozen=True, slots=True)
class RowEntered:
    """`item_id` is "" where it was not entered; `why` says why."""

    item_id: str
    etag: str = ""
    why: str = ""


class RowEntering:
    """Enters rows of the allocation list. `people`: address -> number the site knows somebody by; `cycles`: name ->
    number of the cycle's row."""

    def __init__(
        self, graph: Graph, site: str, columns: Columns, people: Mapping[str, str], cycles: Mapping[str, str]
    ) -> None:
        self._graph, self._columns, self._people, self._cycles = graph, columns, people, cycles
        self._items = f"{site}/lists/{quote(columns.name)}/items"

    def enter(self, rows: Sequence[Mapping[str, Any]]) -> list[RowEntered]:
        """Each row by our words. A request whose answer was lost is not repeated: the list is read first."""
        parts = [Request("POST", self._items, {"fields": self._fields(row)}, again=False) for row in rows]
        return [_entered(reply) for reply in self._graph.batch(parts, most=AT_ONCE)]

    def changed(self, item: str, etag: str, values: Mapping[str, Any]) -> RowEntered:
        """Write people into a row that is there, only if nobody edited it since it was read (If-Match); None empties a
        cell. Of the people's columns no others are ever written. Neither id nor `why`: somebody has edited it."""
        if foreign := values.keys() - CHANGED_ON_A_WORD:
            raise AuditBotError(
                f"{', '.join(sorted(foreign))}: not a column that is changed on anybody's word."
            )
        path = f"{self._items}/{item}/fields"
        (reply,) = self._graph.batch([Request("PATCH", path, self._fields(values), {"If-Match": etag})])
        if reply.ok:
            return RowEntered(item)
        if reply.status in (409, 412):
            return RowEntered("")
        return RowEntered("", why=str(reply.fault("Writing a row")))

    def unknown(self, people: Iterable[Person | None]) -> list[Person]:
        """Those whom the site does not know, so that no column can name them."""
        return [p for p in people if p and p.email not in self._people]

    def emptied(self, word: str, rows: Sequence[tuple[str, str]]) -> list[bool]:
        """Empty one cell of rows, given as id and etag: whether that was done. Only if nobody edited the row since."""
        name = self._columns.internal[word]
        parts = [
            Request("PATCH", f"{self._items}/{item}/fields", {name: None}, {"If-Match": etag})
            for item, etag in rows
        ]
        return [reply.ok for reply in self._graph.batch(parts)]

    def _fields(self, row: Mapping[str, Any]) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for word, value in row.items():
            if (name := self._columns.internal.get(word)) is None:
                continue
            if value is None:
                of_people = COLUMNS[word].kind is Kind.PERSON
                fields[f"{name}LookupId" if of_people else name] = None
            elif isinstance(value, Person):
                fields[f"{name}LookupId"] = int(self._people[value.email])
            elif word == "cycle":
                fields[f"{name}LookupId"] = int(self._cycles[value])
            elif isinstance(value, tuple):
                fields[name] = "\n".join(value)
            elif isinstance(value, bool):
                fields[name] = value if word != "drift" else ("Yes" if value else "No")
            elif isinstance(value, date):
                fields[name] = as_cell(value)
            else:
                fields[name] = value.value if isinstance(value, Enum) else value
        return fields


def _entered(reply: Reply) -> RowEntered:
    body = reply.body if isinstance(reply.body, Mapping) else {}
    if reply.ok and body.get("id"):
        return RowEntered(str(body["id"]), str(body.get("eTag") or body.get("@odata.etag") or ""))
    return RowEntered("", why=str(reply.fault("Entering a row")))
