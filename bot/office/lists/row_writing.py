"""Writing the bot's own columns, row by row, and never over somebody's edit.

https://learn.microsoft.com/graph/api/listitem-update
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import quote

from bot.errors import AuditBotError
from bot.office.graph import Graph, Reply, Request
from bot.office.lists.cells import Row, as_cell
from bot.office.lists.columns import Columns
from bot.office.lists.lists_file import ListNames
from bot.programme.date_words import full_day
from bot.programme.standing.actions import WriteRow
from bot.programme.vocabulary import BOT_COLUMNS, Problem


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """`changed`: somebody edited the row since it was read, and nothing was written."""

    written: bool
    changed: bool = False
    problem: Problem | None = None


class RowWriting:
    """Writes rows of the allocation list, whose `columns` are those that are there now."""

    def __init__(self, graph: Graph, site: str, names: ListNames, columns: Columns) -> None:
        self._graph, self._names, self._columns = graph, names, columns
        self._items = f"{site}/lists/{quote(columns.name)}/items"

    def write(self, rows: Sequence[WriteRow]) -> list[RowOutcome]:
        """Each row only if nobody edited it since it was read (If-Match)."""
        parts = []
        for row in rows:
            if foreign := row.values.keys() - BOT_COLUMNS.keys():
                raise AuditBotError(
                    f"{', '.join(sorted(foreign))}: not a column of the bot; it is never written."
                )
            body = {
                self._columns.internal[word]: as_cell(
                    self._names.as_called(value) if isinstance(value, str) else value
                )
                for word, value in row.values.items()
                if word in self._columns.internal
            }
            parts.append(Request("PATCH", f"{self._items}/{row.row_id}/fields", body, {"If-Match": row.etag}))
        replies = self._graph.batch(parts)
        outcomes = [self._outcome(row, reply) for row, reply in zip(rows, replies, strict=True)]
        return self._looked_at_again(rows, outcomes)

    def _looked_at_again(self, rows: Sequence[WriteRow], outcomes: list[RowOutcome]) -> list[RowOutcome]:
        """What SharePoint keeps of a date is seen by reading it afresh, not by the answer to writing it. One row tells
        for all, since it is the site's time zone that could be wrong."""
        for n, (row, outcome) in enumerate(zip(rows, outcomes, strict=True)):
            days = {
                w: v for w, v in row.values.items() if isinstance(v, date) and w in self._columns.internal
            }
            if not outcome.written or not days:
                continue
            try:
                now = self._graph.get(f"{self._items}/{row.row_id}?$expand=fields")
            except AuditBotError:
                break  # the next run reads it anyway
            word, day = next(iter(days.items()))
            stands = Row(now, self._columns.internal, {}, self._columns.with_time).day(word)
            if stands != day:
                display = self._names.titles("audit_allocations")[word]
                written = full_day(day)
                what = f"“{display}” was written as {written} and reads as {stands or 'empty'}."
                told = Problem(
                    self._where(row),
                    f"{what} Please check the time zone of the site.",
                    "the IT administrator",
                )
                outcomes[n] = replace(outcome, problem=told)
            break
        return outcomes

    def _outcome(self, row: WriteRow, reply: Reply) -> RowOutcome:
        if reply.ok:
            return RowOutcome(written=True)
        if reply.status in (409, 412):
            return RowOutcome(written=False, changed=True)
        if reply.status == 404:
            return RowOutcome(
                written=False, problem=Problem(self._where(row), "The row was deleted meanwhile.")
            )
        what = f"The row could not be written: {reply.fault('Writing a row')}"
        who = "nobody, unless it goes on: the next run tries it again"
        who = "the IT administrator" if reply.status in (401, 403) else who
        return RowOutcome(written=False, problem=Problem(self._where(row), what, who))

    def _where(self, row: WriteRow) -> str:
        return f"{self._names.list('audit_allocations')}, row {row.row_id}"
