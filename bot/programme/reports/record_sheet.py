"""A sheet of the record of a cycle: what a cell holds, and by what a row is found again (§8)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

Cell = str | int | float | date | None
"""Text, a number, a day; None where nothing stands. Yes and no are the words."""

LONGEST_CELL = 32_767
"""Characters Excel keeps in one cell."""
BY_HAND = "by hand"
"""In the first column of a row that a person added."""

_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """`columns` without the first, which names the row; `rows`: that name -> its cells, in their order. The first of
    `columns` is the audit's reference."""

    columns: tuple[str, ...]
    rows: Mapping[str, tuple[Cell, ...]] = field(default_factory=dict)

    def cell(self, row: str, column: str) -> Cell:
        """What stands there; None where there is no such row or column."""
        cells = self.rows.get(row)
        return cells[self.columns.index(column)] if cells and column in self.columns else None


def as_cell(value: object) -> Cell:
    """A value as it stands in a cell and comes back from one: so that nothing but an edit makes a difference."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if value is None or isinstance(value, int | date):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    text = _NOT_IN_XML.sub("", str(value).replace("\r\n", "\n").replace("\r", "\n")).strip()
    return (text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…") or None


def in_words(cell: Cell) -> str:
    """A cell as text; "" where nothing stands."""
    return "" if cell is None else cell.isoformat() if isinstance(cell, date) else str(cell)


class Numbers:
    """Names for rows such as "FSP-2026-03-014/act/2". A row that was in the sheet before (`before`: what the bot wrote
    last) keeps its name, so that a correction stays with what was corrected when a form puts another row above it."""

    def __init__(self, before: Sheet | None) -> None:
        self._before: dict[str, list[tuple[int, tuple[Cell, ...]]]] = defaultdict(list)
        for name, cells in before.rows.items() if before else ():
            place, _, number = name.rpartition("/")
            if number.isdecimal():
                self._before[place].append((int(number), cells))

    def named(
        self, place: str, rows: Iterable[Sequence[object]], key: Sequence[int]
    ) -> dict[str, tuple[Cell, ...]]:
        """The rows under their names. `place`: "FSP-2026-03-014/act"; `key`: which of their cells tell one row from
        another."""
        free = list(self._before.get(place, ()))
        highest = max((number for number, _ in free), default=0)
        found: dict[str, tuple[Cell, ...]] = {}
        for row in rows:
            cells = tuple(map(as_cell, row))
            same = next(
                (e for e in free if len(e[1]) == len(cells) and all(e[1][k] == cells[k] for k in key)), None
            )
            if same:
                free.remove(same)
            else:
                highest += 1
            found[f"{place}/{same[0] if same else highest}"] = cells
        return found


def with_names(found: Sheet, nameless: list[tuple[Cell, ...]]) -> Sheet:
    """A sheet whose nameless rows, which people added, have names of their own."""
    rows = dict(found.rows)
    for cells in nameless:
        place = f"{in_words(cells[0]) or 'no audit'}/{BY_HAND}"
        number = next(n for n in range(1, len(rows) + 2) if f"{place}/{n}" not in rows)
        rows[f"{place}/{number}"] = cells
    return Sheet(found.columns, rows)
