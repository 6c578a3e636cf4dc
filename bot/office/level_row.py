"""How far letters go, as a row of the site's list “Audit bot” says it: what a ledger that was put back from a copy, or
lost, cannot have forgotten. It is read and written while a run holds its own row there (lease.py)."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from bot.office.graph import Graph
from bot.programme.levels import LADDER
from bot.programme.modes import Mode

SAYS = "How far letters go: "
_LEVELS = {f"{SAYS}{mode}": mode for mode in LADDER}


class LevelRow:
    """`titles` are what stands in the list, by the number of each row; None where there is no list, or it cannot be
    read: then nothing is said there."""

    def __init__(self, graph: Graph, site: str, name: str, titles: Mapping[int, str] | None) -> None:
        self._graph, self._items, self._there = graph, f"{site}/lists/{quote(name)}/items", titles is not None
        self._rows = {item: title for item, title in (titles or {}).items() if title in _LEVELS}

    @property
    def said(self) -> Mode | None:
        """The level that stands there; of several rows the lowest."""
        return min((_LEVELS[title] for title in self._rows.values()), key=LADDER.index, default=None)

    def say(self, mode: Mode) -> None:
        """Write it there, where it does not say so. Raises AuditBotError."""
        title = f"{SAYS}{mode}"
        if self._there and not self._rows:
            made = self._graph.post(self._items, {"fields": {"Title": title}})
            self._rows[int(made["id"])] = title
        for item in [item for item, stands in self._rows.items() if stands != title]:
            self._graph.patch(f"{self._items}/{item}/fields", {"Title": title})
            self._rows[item] = title
