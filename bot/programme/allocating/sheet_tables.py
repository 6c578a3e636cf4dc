"""A sheet of a proposal's workbook from its headings on: its lines, with what cannot be read in a cell as a fault and
what is not known as a note. What holds of many cells is one sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.errors import near_words, nearest
from bot.programme.allocating.cell_words import (
    OWN_WORK,
    PEOPLE,
    SEVERAL,
    TEAMS,
    Says,
    is_error,
    is_nothing,
    is_sign,
    part_said,
    plain,
)
from bot.programme.allocating.sheet_lines import FEWEST, Book, Line, places, row_of_headings
from bot.programme.importing.known_titles import folded
from bot.programme.importing.sheets import Sheet, Value, cell_name, shown

_TO_WRITE = "what belongs there, or leave it empty"
_NAMED = 3
_OF_WORDS = frozenset({"service", "outcome_type", "earlier_audit", "reference"})
"""Columns of which nothing else asks whether they say anything."""
MEANT = "meant? Then head it so"
"""Stands in a note of a column that is not used, where one that is seems to be misspelt."""


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of a sheet below its headings; `unused` are the headings nobody knows, by their column."""

    lines: list[Line]
    columns: Mapping[str, int]
    unused: Mapping[int, str]
    headings: Sequence[Value] = ()

    def heading(self, column: int) -> Value:
        return self.headings[column]


def lines_of(
    book: Book,
    name: str,
    names: Mapping[str, str],
    needed: Mapping[str, str],
    titles: Mapping[str, str],
    not_known: Mapping[str, str] | None = None,
    hangs_on: Mapping[str, str] | None = None,
) -> list[Line]:
    """The lines below the headings. `names` are what a heading may say, folded, and our word for it; `needed` the words
    without which nothing can be proposed, with their titles. Of the words of `titles` every cell is looked at:
    `not_known` says what follows where a cell says that it is not known, `hangs_on` where it is a dash or a 0."""
    sheet = book.sheet(name)
    if sheet is None:
        book.faults.append(f"There is no sheet “{name}”{nearest(name, book.sheets) if book.sheets else ''}.")
        return []
    table = table_in(book, sheet, names, needed)
    for heading in table.unused.values():
        near = near_words(folded(heading), names, alike=0.86)
        meant = f"; is “{near[0]}” {MEANT}" if near else ""
        book.notes.append(f"{called(sheet)}: the column “{heading[:60]}” is not used{meant}.")
    looked_at(book, table.lines, titles, not_known or {}, hangs_on or {})
    return table.lines


def called(sheet: Sheet) -> str:
    """How a sheet is named in a sentence about its columns."""
    return f"The list “{sheet.called}”" if sheet.ids else sheet.name


def table_in(book: Book, sheet: Sheet, names: Mapping[str, str], needed: Mapping[str, str]) -> Table:
    """A sheet's lines, wherever its headings stand. A heading that is missing or stands twice is a fault."""
    at = row_of_headings(names, sheet, min(FEWEST, len(needed)))
    if at is None:
        book.faults.append(f"{sheet.name}: no row of headings is known: {', '.join(needed.values())} …")
        return Table([], {}, {})
    columns: dict[str, int] = {}
    unused: dict[int, str] = {}
    for n in range(len(sheet.rows[at])):
        heading = shown(sheet.cell(at, n))
        word = names.get(folded(heading))
        if word in columns:
            book.faults.append(
                f"{called(sheet)}: “{heading}” and another column are both “{word.replace('_', ' ')}”."
            )
        elif word:
            columns[word] = n
        elif is_error(heading):
            book.faults.append(
                f"{called(sheet)}!{cell_name(at, n)}: {_no_result(heading)}, and nobody can tell what stands in its "
                "column. Write the heading."
            )
        elif heading:
            unused[n] = heading
    missing = [title for word, title in needed.items() if word not in columns]
    book.faults += [f"{called(sheet)}: the column “{title}” is missing." for title in missing]
    lines = [
        Line(book, sheet, r, {w: sheet.cell(r, n) for w, n in columns.items()}, columns)
        for r in range(at + 1, len(sheet.rows))
        if sheet.rows[r]
    ]
    filled = [line for line in lines if not all(map(is_nothing, line.cells.values()))]
    return Table(filled, columns, unused, sheet.rows[at])


def looked_at(
    book: Book,
    lines: Sequence[Line],
    titles: Mapping[str, str],
    not_known: Mapping[str, str],
    hangs_on: Mapping[str, str],
) -> None:
    """Faults of cells that are an error of Excel or cannot be what their column holds, and notes of those that are not
    known, each kind of a column in one sentence."""
    for word, title in titles.items():
        wrong: dict[str, list[Line]] = {}
        told: dict[Says, list[Line]] = {Says.NOT_KNOWN: [], Says.NOTHING: []}
        for line in lines:
            value = line.cells.get(word)
            if what := _cannot_be(word, value):
                wrong.setdefault(what, []).append(line)
                line.cells[word] = None
            elif line.not_known(word):
                told[Says.NOT_KNOWN].append(line)
            elif value is not None and is_nothing(value):
                told[Says.NOTHING].append(line)
        for what, those in wrong.items():
            book.faults.append(f"{places(those, word)}: {what}. Write {_TO_WRITE}.")
        for says, follows in ((Says.NOT_KNOWN, not_known), (Says.NOTHING, hangs_on)):
            if told[says] and word in follows:
                said = "says that it is not known" if says is Says.NOT_KNOWN else "says nothing"
                stands = "" if word == OWN_WORK else f" ({_quoted(line.stands(word) for line in told[says])})"
                book.notes.append(
                    f"{places(told[says], word)}: what stands under “{title}” {said}{stands}, so {follows[word]}."
                )


def _quoted(stand: Iterable[str]) -> str:
    every = list(dict.fromkeys(" ".join(each.split())[:40] for each in stand))
    return ", ".join(f"“{each}”" for each in every[:_NAMED]) + (" …" if len(every) > _NAMED else "")


def _no_result(value: Value) -> str:
    text = plain(value)
    what = "a formula that was never worked out" if text.startswith("=") else "an error of Excel"
    return f"“{text[:40]}” is {what}"


def _cannot_be(word: str, value: Value) -> str:
    """Why a cell can be nothing of what its column holds, or ""."""
    if is_error(value):
        return _no_result(value)
    if word in _OF_WORDS and is_sign(value):
        return f"“{plain(value)[:40]}” is a sign, and nobody can tell what it means"
    if isinstance(value, date) and (word in PEOPLE or word in TEAMS or word == OWN_WORK):
        return "a day stands there"
    if isinstance(value, bool) and word == OWN_WORK:
        return "this is no number of a child"
    if word in PEOPLE and value is not None:
        parts = (
            shown(value).replace(";", "\n").replace(",", "\n").split("\n")
            if word in SEVERAL
            else [shown(value)]
        )
        for part in parts:
            says, text = part_said(word, part)
            if says is Says.WORDS and not any(c.isalpha() for c in text):
                return "a number is nobody's name"
    return ""
