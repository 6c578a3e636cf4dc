"""A spreadsheet as it is read: sheets of cells, and how one calls a cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.errors import SettingsError

Value = str | int | float | bool | date | None
EPOCH = date(1899, 12, 30)
TO_PUT_RIGHT = "To put right"
"""The sheet of a corrected copy that says what is wrong. It is no sheet of allocations."""
MOST_FILLED = 5_000_000
"""Cells gone over for merged cells. A sheet of allocations has some thousands; a file may claim any number."""
_FAR_TOO_MANY = (
    "Merged cells of the file run down over far more rows than a list of audits has: take “Merge & Centre” off them in "
    "Excel, and delete the empty rows below the last audit."
)


@dataclass(frozen=True, slots=True)
class Marks:
    """What people say in a sheet otherwise than by what stands in its cells, rows and columns from 0 on: cells with a
    comment, cells of which something is struck through, rows nobody sees; `unseen` is a sheet nobody sees."""

    comments: tuple[tuple[int, int], ...] = ()
    struck: tuple[tuple[int, int], ...] = ()
    hidden_rows: tuple[int, ...] = ()
    unseen: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet from its first cell on. `hidden` are columns nobody sees, from 0 on; `epoch` is the day from which a
    number that means a day counts. Of a list of the site, `ids` are those of its items by row, the headings' "", and
    `called` its name."""

    name: str
    rows: Sequence[Sequence[Value]]
    hidden: frozenset[int] = frozenset()
    epoch: date = EPOCH
    ids: Sequence[str] = ()
    called: str = ""
    marks: Marks = Marks()

    def cell(self, row: int, column: int) -> Value:
        """What stands there; text without the blanks around it, None for nothing."""
        cells = self.rows[row] if row < len(self.rows) else ()
        return plain(cells[column]) if column < len(cells) else None


class Stranger(StrEnum):
    """What may be the matter with somebody the site does not know."""

    NOT_MET = "SharePoint has never met them"
    SLIP = "somebody it knows may be meant"


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that cannot be entered as it stands: rows and columns count from 0. `stranger`: it names somebody the site
    does not know."""

    sheet: str
    row: int
    column: int
    stands: Value
    wrong: str
    write: str
    stranger: Stranger | None = None

    @property
    def where(self) -> str:
        return f"{self.sheet}!{cell_name(self.row, self.column)}"


def plain(value: Value) -> Value:
    if not isinstance(value, str):
        return value
    return " ".join(value.replace("\u00a0", " ").split()) if "\n" not in value else _lines(value)


def _lines(text: str) -> str | None:
    lines = (" ".join(line.replace("\u00a0", " ").split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line) or None


def shown(value: Value) -> str:
    """A cell as text: a whole number without its point."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


_ERROR = re.compile(
    r"#(?:n/a|nv|err(?:or)?|getting_data|[a-z0-9/_]+[!?])|#{2,}|err:\s?\d+|=.+", re.IGNORECASE | re.DOTALL
)


def error_of_excel(value: Value) -> bool:
    """Whether a cell is an error of a spreadsheet, or a formula that was never worked out."""
    return isinstance(value, str) and bool(_ERROR.fullmatch(value.strip()))


_EMPTY = {"-", "–", "—", "n/a", "na", "none", "nil", "."}


def folded_empty(value: Value) -> Value:
    """A cell; None also for the signs by which people say that there is nothing."""
    return None if isinstance(value, str) and value.strip().casefold() in _EMPTY else value


def column_name(column: int) -> str:
    """ "A" for 0, "AA" for 26."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def cell_name(row: int, column: int) -> str:
    """ "F14" for row 13 and column 5."""
    return f"{column_name(column)}{row + 1}"


def as_one(
    rows: Sequence[Sequence[Value]], merged: Sequence[tuple[int, int, int, int]]
) -> list[Sequence[Value]]:
    """The rows with what stands in a cell that runs down over several in each of them: a team written once beside its
    five audits. Titles, which run across, stay in their first cell. Raises SettingsError for a file that is no list."""
    found = [list(row) for row in rows]
    room = MOST_FILLED
    for top, left, bottom, right in merged:
        if left != right or top >= len(found) or left >= len(found[top]):
            continue
        for row in found[top + 1 : bottom + 1]:
            room -= left + 1
            if room < 0:
                raise SettingsError([_FAR_TOO_MANY])
            row += [None] * (left + 1 - len(row))
            row[left] = found[top][left]
    return list(found)
