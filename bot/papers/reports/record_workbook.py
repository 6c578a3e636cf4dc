"""The record of a cycle as an Excel workbook the Audit Team works in, and what stands in it when it is read again (§8).

What the bot wrote last stands in hidden sheets of the same workbook, so that an edit is told from what a form says anew
and nothing of it has to be remembered anywhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import Any

from bot.papers.spreadsheet import as_high_as_its_text, as_it_prints, as_prose
from bot.papers.workbook_read import ReadBook, Value
from bot.programme.date_words import full_day
from bot.programme.reports.concerns import CONCERNS
from bot.programme.reports.cycle_record import FACTS, CycleRecord, Recorded
from bot.programme.reports.record_merged import AS_THE_FORMS, KEEP, State
from bot.programme.reports.record_sheet import Cell, Sheet, as_cell, in_words, with_names

ROW, READ_ME, CORRECTIONS, HIDDEN, DECISION = "Row", "Read me", "Corrections", "as written, ", "Decision"
_TOLD = (
    "Sheet",
    "Row",
    "Column",
    "Put right to",
    "The forms said",
    "The forms say now",
    "What becomes of it",
    DECISION,
)
_WIDE = (
    "Finding",
    "Evidence",
    "What",
    "What they said",
    "What was raised",
    "What was agreed",
    "What becomes of it",
)
_HEADING_WITHIN = 20
NOT_COUNTED = "kept, does not count"
_LIST_ENDS = 5000
"""Rows of the sheet of corrections in which the two decisions are offered."""


def _read_me(name: str, day: date) -> list[str]:
    return [
        f"Record of the cycle {name}, as at the end of {full_day(day)}.",
        "OFFICIAL-SENSITIVE: it names children and staff. It is for the Audit Team alone; keep it in a folder that "
        "nobody else may open.",
        "It is made from the list and the forms that came back, and made anew as they change.",
        "Put right what is wrong in any cell: your word counts in every report, is coloured, is listed on the sheet "
        f"{CORRECTIONS}, and is never written over. Leave the first column as it is: by it a row is found again.",
        "Rows may be added below the others (leave their first cell empty and write the audit's reference in the "
        "second), and taken out; but audits are added and withdrawn in the list. Columns of your own are kept.",
        f"Where a form has changed since, the sheet {CORRECTIONS} asks: write “{KEEP}” or “{AS_THE_FORMS}” in the "
        f"column {DECISION}. “{AS_THE_FORMS}” also takes any other correction back.",
        f"{', '.join(FACTS)} only tell: what is written there goes. The sheet {CONCERNS} is yours alone; the bot adds "
        "audits that a moderator referred to you and uses nothing of it anywhere.",
        "Formulas are kept as what they came to; comments, pictures and charts are not kept (the version history of "
        "the library has them).",
    ]  # fmt: skip


def told_sheet(record: CycleRecord) -> Sheet:
    """The corrections as they are listed."""
    rows: dict[str, tuple[Cell, ...]] = {}
    for c in record.corrections:
        remark = record.remarks.get(c.name)
        state = NOT_COUNTED if remark and c.state in (State.COUNTS, State.ADDED) else c.state.value
        becomes = f"{state}; {remark}" if remark else state
        rows[c.name] = (c.sheet, c.row, c.column or None, c.to, c.was, c.forms, becomes, None)
    return Sheet(_TOLD, rows)


def record_workbook(name: str, day: date, record: CycleRecord) -> bytes:
    """The workbook of the cycle of that name. Corrected cells are coloured."""
    import xlsxwriter  # only when there is one to make

    out = BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, {"in_memory": True, **plain})
    looks = _Looks(book)
    first = book.add_worksheet(READ_ME)
    as_it_prints(first)
    as_prose(first, _read_me(name, day))
    for n, line in enumerate(_read_me(name, day)):
        first.write_string(n, 0, line, looks.text)
    marked = {(c.sheet, c.row, c.column) for c in record.corrections if c.column}
    whole = {(c.sheet, c.row) for c in record.corrections if not c.column}
    for title, sheet in record.sheets.items():
        marks = {(row, column) for about, row, column in marked if about == title}
        rows = {row for about, row in whole if about == title}
        looks.write(book.add_worksheet(title), sheet.counts, marks, rows)
    told = book.add_worksheet(CORRECTIONS)
    looks.write(told, told_sheet(record), set(), set())
    told.data_validation(
        1, len(_TOLD), _LIST_ENDS, len(_TOLD), {"validate": "list", "source": [KEEP, AS_THE_FORMS]}
    )
    for title, sheet in record.sheets.items():
        if title not in FACTS:
            hidden = book.add_worksheet(_hidden(title))
            looks.write(hidden, sheet.base, set(), set())
            hidden.very_hidden()
    book.close()
    return out.getvalue()


def _hidden(title: str) -> str:
    return f"{HIDDEN}{title}"[:31]


class _Looks:
    """How cells look; a day is shown as Excel's days are."""

    def __init__(self, book: Any) -> None:
        top = {"valign": "top", "text_wrap": True}
        day = {**top, "num_format": "d mmm yyyy", "align": "left"}
        corrected = {"bg_color": "#F2C14E", "border": 1, "border_color": "#9C6B00"}
        self.text, self.day = book.add_format(top), book.add_format(day)
        self.marked_text = book.add_format({**top, **corrected})
        self.marked_day = book.add_format({**day, **corrected})
        self.name = book.add_format({"valign": "top", "font_color": "#6B6B6B", "font_size": 8})
        self.heading = book.add_format(
            {"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E5F", "text_wrap": True}
        )

    def write(self, out: Any, sheet: Sheet, marks: set[tuple[str, str]], rows: set[str]) -> None:
        out.freeze_panes(1, 2)
        as_it_prints(out)
        widths = [14, *(50 if title in _WIDE else 18 for title in sheet.columns)]
        for n, title in enumerate((ROW, *sheet.columns)):
            out.write_string(0, n, title, self.heading)
            out.set_column(n, n, widths[n])
        for at, (name, cells) in enumerate(sheet.rows.items(), 1):
            out.write_string(at, 0, name, self.name)
            as_high_as_its_text(out, at, cells, widths[1:])
            for n, cell in enumerate(cells, 1):
                marked = name in rows or (name, sheet.columns[n - 1]) in marks
                look = self.marked_text if marked else self.text
                if cell is None:
                    if marked:
                        out.write_blank(at, n, None, look)
                elif isinstance(cell, date):
                    out.write_datetime(at, n, cell, self.marked_day if marked else self.day)
                elif isinstance(cell, str):
                    out.write_string(at, n, cell, look)
                else:
                    out.write_number(at, n, cell, look)
        out.autofilter(0, 0, max(1, len(sheet.rows)), len(sheet.columns))


# ------------------------------------------------------------------------------------------------------ read again


def recorded(book: ReadBook) -> Recorded:
    """What stands in the workbook. A sheet that was renamed is known by its columns."""
    written = {
        t.removeprefix(HIDDEN): _sheet(rows) for t, rows in book.sheets.items() if t.startswith(HIDDEN)
    }
    shown = {t: rows for t, rows in book.sheets.items() if t != READ_ME and not t.startswith(HIDDEN)}
    others = [t for t in shown if written and t not in (*written, *FACTS, CORRECTIONS)]
    for title in [t for t in written if t not in shown]:
        if other := next((t for t in others if {*written[title].columns} <= {*_sheet(shown[t]).columns}), ""):
            others.remove(other)
            shown[title] = shown.pop(other)
    gone = tuple(t for t in written if t not in shown or _heading(shown[t]) is None)
    found = {title: _sheet(rows) for title, rows in shown.items()}
    told = found.pop(CORRECTIONS, Sheet(()))
    decided = {row: in_words(told.cell(row, DECISION)).casefold() for row in told.rows}
    lost = (*book.besides, *(f"a sheet of your own (“{title}”)" for title in others))
    return Recorded(found, written, {row: word for row, word in decided.items() if word}, told, lost, gone)


def _heading(rows: Sequence[Sequence[Value]]) -> tuple[int, int] | None:
    """Which row has the headings and which column the names of the rows: people put a title above, a column before."""
    for n, row in enumerate(rows[:_HEADING_WITHIN]):
        for column, cell in enumerate(row):
            if in_words(as_cell(cell)).casefold() == ROW.casefold():
                return n, column
    return None


def _sheet(rows: Sequence[Sequence[Value]]) -> Sheet:
    """A sheet as people left it: their order of columns, rows without a name or with one that stands twice named
    anew."""
    top, first = _heading(rows) or (0, 0)
    padded = [[*row, *[None] * (first + 1 - len(row))] for row in rows[top:]]
    rows = [[row[first], *row[:first], *row[first + 1 :]] for row in padded]
    heads = [in_words(as_cell(cell)) for cell in rows[0][1:]] if rows else []
    columns = tuple(dict.fromkeys(head for head in heads if head))
    at = [heads.index(column) + 1 for column in columns]
    named: dict[str, tuple[Cell, ...]] = {}
    nameless: list[tuple[Cell, ...]] = []
    for row in rows[1:]:
        cells = tuple(as_cell(row[n]) if n < len(row) else None for n in at)
        name = in_words(as_cell(row[0])) if row else ""
        if name and name not in named:
            named[name] = cells
        elif any(cell is not None for cell in cells):
            nameless.append(cells)
    return with_names(Sheet(columns, named), nameless)


def stands_so_already(record: CycleRecord, workbook: Recorded) -> bool:
    """Whether writing the record again would change nothing, but for the day it is as at."""

    def same(one: Sheet, other: Sheet | None) -> bool:
        return other is not None and one.columns == other.columns and one.rows == other.rows

    shown: Mapping[str, Sheet] = {title: sheet.counts for title, sheet in record.sheets.items()}
    base = {title: sheet.base for title, sheet in record.sheets.items() if title not in FACTS}
    return (
        not workbook.decided
        and all(same(sheet, workbook.found.get(title)) for title, sheet in shown.items())
        and all(same(sheet, workbook.written.get(title)) for title, sheet in base.items())
        and same(told_sheet(record), workbook.told)
    )
