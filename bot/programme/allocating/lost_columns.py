"""Columns that are not where they were: what stood there would close somebody, and nobody would know.

A column whose heading somebody has changed (“Exempted by HoS”) is used no more. Where it is one that keeps people from
an audit, nothing is proposed until its heading is put right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.programme.allocating.record import DRAW
from bot.programme.allocating.record_read import facts_in
from bot.programme.allocating.sheet_columns import AUDITORS, CHILDREN, COLUMNS
from bot.programme.allocating.sheet_lines import Book, called_alike, row_of_headings
from bot.programme.allocating.sheets_read import names_in
from bot.programme.importing.known_titles import folded
from bot.programme.importing.sheets import Sheet, cell_name, shown

_CLOSING = {
    CHILDREN: (
        "team", "practitioner", "team_manager", "group_manager", "head_of_service", "iro_or_cp_chair", "involved",
        "earlier_auditors", "left_out",
    ),
    AUDITORS: (
        "team", "teams_before", "trained_on", "left_on", "exempted", "leave_from", "leave_to", "manager",
        "head_of_service", "own_work", "paired",
    ),
}  # fmt: skip
"""The columns by which somebody cannot audit or moderate something."""
_BEGINS_MANY = {"team", "teams", "head", "audits", "trained", "date", "last", "day", "line", "same", "paired"}
"""First words of titles that begin other headings as well."""


def columns_kept(sheets: Iterable[Sheet]) -> list[tuple[str, str]]:
    """What a proposal says of the sheets it was made from, for those who read it again: the columns of ours that each
    had."""
    return [
        (_named(name), "; ".join(_titles(name, _found(name, s))))
        for s in sheets
        for name in COLUMNS
        if called_alike(s.name, name)
    ]


def lost_columns(book: Book) -> None:
    """Note as faults columns that are gone since the proposal was saved, and those whose heading is nearly one that
    closes somebody. The columns of a list of the site cannot be headed otherwise."""
    record = book.sheet(DRAW)
    facts = facts_in(record.rows) if record else {}
    for name in COLUMNS:
        sheet = book.sheet(name)
        if sheet is None or sheet.ids:
            continue
        there = _found(name, sheet)
        saved = facts.get(_named(name), "").split("; ")
        lost = [c.title for c in COLUMNS[name] if c.title in saved and c.word not in there.values()]
        book.faults += [
            f"{name}: the column “{title}” stood there when the proposal was saved, and no column is headed so now. "
            f"Give it back its heading; if it is to go, take its name out of the sheet “{DRAW}” too."
            for title in lost
        ]
        for (row, n), title in _nearly(name, sheet, there).items():
            if title not in lost:
                book.faults.append(
                    f"{name}: the heading in {cell_name(row, n)} is nearly “{title}”, and the column is not used. "
                    f"Head it “{title}”, or otherwise if it is something else."
                )


def _named(sheet: str) -> str:
    return f"Columns of the sheet “{sheet}”"


def _titles(name: str, there: Mapping[int, str]) -> list[str]:
    return [c.title for c in COLUMNS[name] if c.word in there.values()]


def _found(name: str, sheet: Sheet) -> dict[int, str]:
    """Our words by the place of their column."""
    names = names_in(name)
    row = row_of_headings(names, sheet, 1) or 0
    width = len(sheet.rows[row]) if sheet.rows else 0
    return {n: word for n in range(width) if (word := names.get(folded(shown(sheet.cell(row, n)))))}


def _nearly(name: str, sheet: Sheet, there: Mapping[int, str]) -> dict[tuple[int, int], str]:
    """Headings that are none of ours and hold one or what may be meant for one, or in the register begin as one, whose
    column is not there."""
    row = row_of_headings(names_in(name), sheet, 1) or 0
    words = [word for word in _CLOSING[name] if word not in there.values()]
    titles = {c.word: c.title for c in COLUMNS[name]}
    named = [(each.split(), titles[word]) for each, word in names_in(name).items() if word in words]
    meant = [(each.split(), titles[c.word]) for c in COLUMNS[name] for each in c.meant if c.word in words]
    begun = [each for each in named if name == AUDITORS and each[0][0] not in _BEGINS_MANY]
    found: dict[tuple[int, int], str] = {}
    for n in range(len(sheet.rows[row]) if sheet.rows else 0):
        heading = folded(shown(sheet.cell(row, n))).split()
        if n in there or not heading:
            continue
        holds = [
            (at, -len(each), title)
            for each, title in [*meant, *named]
            for at in range(len(heading))
            if _begins(heading[at:], each)
        ]
        begins = (title for each, title in begun if _begins(heading, each[:1]))
        if title := min(holds)[2] if holds else next(begins, ""):
            found[row, n] = title
    return found


def _begins(heading: list[str], words: list[str]) -> bool:
    """Whether a heading begins with some words, or with others made of them: “managers”, “exemption”."""
    pairs = zip(heading, words, strict=False)
    return len(heading) >= len(words) and all(h == w or (len(w) > 3 and h.startswith(w)) for h, w in pairs)
