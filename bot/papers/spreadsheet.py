"""Tables as an Excel workbook, for people to read, sort and print."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

from bot.papers.sheet_chart import SheetChart, insert_chart

LONGEST_CELL = 32_767
"""Characters in one cell. https://support.microsoft.com/office/excel-specifications-and-limits"""

_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SHARE = re.compile(r"(?:\d+|\[c\]) of (?:\d+|\[c\])(?: \(.*\))?")
_NARROWEST, _WIDEST = 8, 60
_OF_PROSE, _LINE, _HIGHEST = 110, 15, 405
"""How wide a column of sentences is, in characters; how high one line of it is and a row may be, in points."""
_PAGE, _WRAPPED = 155, 18
"""Characters of a row that print on A4 across, letters 8 points high in whatever font; a column of text is not made
narrower for it than this."""
_ROOM = 0.95
"""Of a column's width, what letters fill for certain: it is told in figures of Calibri, and other fonts are wider."""
_MARGIN = 0.4


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: the names of its columns and its rows of text, numbers, dates, yes/no or None; below them a chart of
    them, if there is one. Of a table with `printed` so many columns are printed, or all; `marked` are cells that stand
    out, by row and column from 0 on, and `footer` what each page says below."""

    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    chart: SheetChart | None = None
    printed: int = 0
    marked: Collection[tuple[int, int]] = frozenset()
    footer: str = ""


def workbook(sheets: Mapping[str, Table], notes: Sequence[str] = ()) -> bytes:
    """An .xlsx file with a sheet for each table, by the sheet's name; notes are a last sheet, a row each.

    The heading row stays in view and filters; dates are dates; text is text whatever it begins with, so that nothing
    anybody typed becomes a formula or a link. Raises ValueError when there is no sheet, and when a chart is of columns
    its table has not.
    """
    import xlsxwriter  # only when there is one to make: most runs make none

    if not sheets:
        raise ValueError("A workbook needs at least one sheet.")
    out = BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "ddd d mmm yyyy",
        },
    )
    heading = book.add_format(
        {"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E5F", "valign": "vcenter", "text_wrap": True}
    )
    cell = book.add_format({"valign": "top", "text_wrap": True})
    stands_out = book.add_format({"valign": "top", "text_wrap": True, "border": 1, "bg_color": "#FFF2CC"})
    share = book.add_format(
        {"valign": "top", "text_wrap": True, "align": "right"}
    )  # as the numbers of its column
    on_day = book.add_format({"num_format": "ddd d mmm yyyy", "align": "left", "valign": "top"})
    at_time = book.add_format({"num_format": "ddd d mmm yyyy hh:mm", "align": "left", "valign": "top"})
    taken: set[str] = set()
    noted = {"Notes": Table(("Notes",), [(note,) for note in notes])} if notes else {}
    for name, table in [*sheets.items(), *noted.items()]:
        sheet = book.add_worksheet(sheet_name(name, taken))
        sheet.freeze_panes(1, 0)
        as_it_prints(sheet)
        if table.printed:
            sheet.print_area(0, 0, len(table.rows), table.printed - 1)
        if table.footer:
            sheet.set_footer(f"&L{table.footer}&R&P / &N")
        widths = _widths(table)
        sheet.set_row(0, 7 + _height(table.columns, [width - 2 for width in widths]))
        for column, title in enumerate(table.columns):
            sheet.set_column(column, column, widths[column])
            sheet.write_string(0, column, cell_text(title), heading)
        for n, row in enumerate(table.rows, 1):
            as_high_as_its_text(sheet, n, row, widths)
            for column, value in enumerate(row):
                if value is None or value == "":
                    sheet.write_blank(n, column, None, cell)
                elif isinstance(value, bool):
                    sheet.write_string(n, column, "Yes" if value else "No", cell)
                elif isinstance(value, int | float):
                    sheet.write_number(n, column, value, cell)
                elif isinstance(value, datetime):
                    sheet.write_datetime(n, column, value.replace(tzinfo=None), at_time)
                elif isinstance(value, date):
                    sheet.write_datetime(n, column, value, on_day)
                else:
                    text = cell_text(value)
                    plainly = share if _SHARE.fullmatch(text) else cell
                    sheet.write_string(
                        n, column, text, stands_out if (n - 1, column) in table.marked else plainly
                    )
        if len(table.columns) == 1:
            as_prose(sheet, [str(row[0] or "") for row in table.rows], 1)
        if table.columns:
            sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
        if table.chart:
            insert_chart(book, sheet, table.chart, table.columns, table.rows)
    book.close()
    return out.getvalue()


def as_it_prints(sheet: Any) -> None:
    """On A4, across, no column on another page than its row, the headings on each."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(_MARGIN, _MARGIN, 0.5, 0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def as_prose(sheet: Any, sentences: Sequence[str], first: int = 0) -> None:
    """A sheet of one column of sentences, from a row on: wide, and each row as high as it needs. Excel sees to that
    itself when it opens a file; other programs do not."""
    sheet.set_column(0, 0, _OF_PROSE)
    for n, sentence in enumerate(sentences, first):
        lines = sum(1 + len(line) // (_OF_PROSE - 10) for line in sentence.split("\n"))
        sheet.set_row(n, min(_LINE * lines, _HIGHEST))


def as_high_as_its_text(sheet: Any, n: int, row: Sequence[object], widths: Sequence[int]) -> None:
    """A row of cells in columns of these widths, in characters."""
    if (height := _height(row, widths)) > _LINE:
        sheet.set_row(n, height)


def cell_text(value: object) -> str:
    """Text as a cell can hold it: nothing XML does not know, and no longer than Excel takes."""
    text = _NOT_IN_XML.sub("", str(value).replace("\r\n", "\n").replace("\r", "\n"))
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"


def _widths(table: Table) -> list[int]:
    """Of each column as wide as it asks for; where all that is printed would be too small to be read, headings take
    several lines and the widest columns are made narrower, as far as that helps."""
    cells = [[row[n] for row in table.rows] for n in range(len(table.columns))]
    widths = [_width(title, values) for title, values in zip(table.columns, cells, strict=True)]
    if sum(printed := widths[: table.printed or None]) <= _PAGE:
        return widths
    words = [max(title.split() or [""], key=len) for title in table.columns]
    printed = [_width(word, values) for word, values in zip(words, cells, strict=True)][: len(printed)]
    fits = (most for most in range(_WIDEST, _WRAPPED - 1, -1) if sum(min(w, most) for w in printed) <= _PAGE)
    most = next(fits, None)
    return widths if most is None else [*(min(width, most) for width in printed), *widths[len(printed) :]]


def _height(row: Sequence[object], widths: Sequence[int]) -> int:
    """Points, so that no line of a row is cut off or lies on the next row. Excel sees to that itself when it opens a
    file; other programs do not."""
    texts = ((value, width) for value, width in zip(row, widths, strict=False) if isinstance(value, str))
    return min(_LINE * max((_lines(text, width) for text, width in texts), default=1), _HIGHEST)


def _lines(text: str, width: int) -> int:
    """So many lines a text takes in a column, at most."""
    room = max(1, int(width * _ROOM))
    if len(text) <= room and "\n" not in text:
        return 1
    lines = 0
    for line in text.split("\n"):
        lines, used = lines + 1, 0
        for word in line.split(" "):
            if used and used + 1 + len(word) > room:
                lines, used = lines + 1, 0
            used += len(word) + bool(used)
            lines, used = lines + (used - 1) // room if used else lines, (used - 1) % room + 1 if used else 0
    return lines


def _width(title: str, values: Sequence[object]) -> int:
    """Characters: wide enough for the title and most values, never so wide that the next column is out of sight."""
    lengths = [len(str(title)) + 3]
    for value in values:
        lengths.append(16 if isinstance(value, date) else len(str(value if value is not None else "")) + 2)
    return max(_NARROWEST, min(_WIDEST, max(lengths)))


def sheet_name(name: str, taken: set[str]) -> str:
    """A name Excel accepts: at most 31 characters, none of []:*?/\\, no apostrophe at either end, and not yet taken."""
    clean = _NOT_IN_A_NAME.sub(" ", name).strip().strip("'").strip() or "Sheet"
    found, n = clean[:31], 2
    while found.casefold() in taken or found.casefold() == "history":
        ending = f" ({n})"
        found, n = clean[: 31 - len(ending)] + ending, n + 1
    taken.add(found.casefold())
    return found
