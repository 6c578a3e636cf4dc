"""The record of a cycle as it counts: what the forms say, and what people put right in the workbook, cell by cell (§8).

Three things are held against each other: what the bot wrote last, what stands in the workbook, what the forms say now.
What a person changed counts. Where the forms changed as well, the person's word counts until somebody decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.programme.reports.record_sheet import Cell, Sheet, in_words

KEEP, AS_THE_FORMS = "keep", "as the forms"
"""What can be written beside a correction, in the column Decision."""


class State(StrEnum):
    """What became of a correction."""

    COUNTS = "counts"
    ADDED = "row added by hand: counts"
    TAKEN_OUT = "row taken out by hand: left out"
    BOTH = "the forms have changed since: please decide"
    ORPHAN = "the forms no longer have this row: please decide"
    PUT_BACK = "a row of this sheet cannot be taken out: put back"

    @property
    def asks(self) -> bool:
        return self in (State.BOTH, State.ORPHAN)


@dataclass(frozen=True, slots=True)
class Correction:
    """One cell, or with `column` "" one row, that people changed. `was`: what the forms said when it was changed;
    `forms`: what they say now."""

    sheet: str
    row: str
    column: str
    to: Cell
    was: Cell
    forms: Cell
    state: State

    @property
    def name(self) -> str:
        return f"{self.sheet} | {self.row} | {self.column}"

    @property
    def in_words(self) -> str:
        """As it stands in reports about the record: what, from what to what."""
        if not self.column:
            return f"{self.sheet}, {self.row}: {self.state}"
        was, to = in_words(self.was) or "empty", in_words(self.to) or "empty"
        return f"{self.sheet}, {self.row}, {self.column}: {was} → {to} ({self.state})"


@dataclass(slots=True)
class Merged:
    """One sheet: `counts` as it stands, `base` what the bot writes down as its own last word, to tell the next edit
    by."""

    counts: Sheet
    base: Sheet
    corrections: list[Correction] = field(default_factory=list)


def merged(
    name: str,
    forms: Sheet,
    written: Sheet | None,
    found: Sheet | None,
    decided: Mapping[str, str],
    *,
    rows_stay: bool = False,
    of_then: bool = False,
) -> Merged:
    """One sheet of the record. `written`: what the bot wrote last, `found`: what stands there now; None before there
    is a workbook. `decided`: by the name of a correction. `rows_stay`: no row can be taken out. `of_then`: the forms
    are those of an earlier day; what they did not say yet, no correction says for them."""
    if found is None:
        return Merged(forms, forms)
    work = _Work(name, forms, written or Sheet(forms.columns), found, decided, of_then)
    for row in forms.rows:
        if row in found.rows:
            work.row(row)
        elif row in work.written.rows and not _is(decided, name, row, AS_THE_FORMS):
            work.missing(row, rows_stay)
        else:
            work.take(row, forms.rows[row], base=forms.rows[row])
    for row in found.rows:
        if row not in forms.rows:
            work.no_longer_said(row)
    return Merged(Sheet(work.columns, work.counts), Sheet(forms.columns, work.base), work.corrections)


def _is(decided: Mapping[str, str], sheet: str, row: str, word: str, column: str = "") -> bool:
    return decided.get(f"{sheet} | {row} | {column}") == word


class _Work:
    def __init__(
        self,
        name: str,
        forms: Sheet,
        written: Sheet,
        found: Sheet,
        decided: Mapping[str, str],
        of_then: bool,
    ) -> None:
        self.name, self.forms, self.written, self.found, self.decided = name, forms, written, found, decided
        self.of_then = of_then
        own = [c for c in found.columns if c and c not in forms.columns]
        self.own_columns = tuple(own)  # people's own, carried along
        self.columns = (*forms.columns, *own)
        self.counts: dict[str, tuple[Cell, ...]] = {}
        self.base: dict[str, tuple[Cell, ...]] = {}
        self.corrections: list[Correction] = []

    def take(self, row: str, cells: tuple[Cell, ...], base: tuple[Cell, ...] | None) -> None:
        beside = tuple(self.found.cell(row, column) for column in self.own_columns)
        self.counts[row] = (*cells, *beside)
        if base is not None:
            self.base[row] = base

    def told(self, row: str, state: State, column: str = "", *, to: Cell = None, was: Cell = None) -> None:
        said = self.forms.cell(row, column) if column else None
        self.corrections.append(Correction(self.name, row, column, to, was, said, state))

    def row(self, row: str) -> None:
        """A row that stands in the workbook and in the forms."""
        counts: list[Cell] = []
        base: list[Cell] = []
        for column in self.forms.columns:
            new = self.forms.cell(row, column)
            known = row in self.written.rows and column in self.written.columns
            was = self.written.cell(row, column) if known else new
            now = self.found.cell(row, column) if column in self.found.columns else was
            if now in (was, new) or _is(self.decided, self.name, row, AS_THE_FORMS, column):
                counts.append(new)
                base.append(new)
                continue
            agreed = new == was or _is(self.decided, self.name, row, KEEP, column)
            if self.of_then and not agreed:
                counts.append(new)
                base.append(new)
                continue
            self.told(row, State.COUNTS if agreed else State.BOTH, column, to=now, was=was)
            counts.append(now)
            base.append(new if agreed else was)
        self.take(row, tuple(counts), tuple(base))

    def missing(self, row: str, rows_stay: bool) -> None:
        """A row the bot had written and somebody took out."""
        if rows_stay:
            self.take(row, self.forms.rows[row], self.forms.rows[row])
            self.told(row, State.PUT_BACK)
        else:
            self.base[row] = self.forms.rows[row]
            self.told(row, State.TAKEN_OUT)

    def no_longer_said(self, row: str) -> None:
        """A row of the workbook that no form has: added by hand, or of a form that another took the place of."""
        cells = tuple(self.found.cell(row, column) for column in self.forms.columns)
        was = self.written.rows.get(row)
        if was is None or _is(self.decided, self.name, row, KEEP):
            self.take(row, cells, base=None)
            self.told(row, State.ADDED)
        elif not self.of_then and cells != was and not _is(self.decided, self.name, row, AS_THE_FORMS):
            self.take(row, cells, base=was)
            self.told(row, State.ORPHAN)
