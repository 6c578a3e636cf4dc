"""The Audit Team's spreadsheet going out again: with its faults marked, or the list in the shape an import takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import Enum
from io import BytesIO
from typing import Any

from bot.papers.spreadsheet import Table, as_high_as_its_text, as_it_prints, cell_text, sheet_name, workbook
from bot.papers.workbook_read import ReadBook
from bot.programme.importing.columns_recognised import title_of
from bot.programme.importing.known_titles import COLUMNS, NOT_ENTERED, PAST
from bot.programme.importing.sheets import TO_PUT_RIGHT, Fault, Marks, Sheet, as_one, shown
from bot.programme.vocabulary import Allocation, Person

_WIDTHS = (18, 30, 60, 50)
_LARGEST_NUMBER = 1e300
"""What is larger, or endless, is no number to Excel and stands there as text."""


def sheets_of(book: ReadBook) -> list[Sheet]:
    """The sheets of a workbook but for what an earlier import has said about it."""
    return [
        Sheet(
            name,
            as_one(rows, book.merged.get(name, ())),
            frozenset(book.hidden.get(name, ())),
            book.epoch,
            marks=book.marks.get(name, Marks()),
        )
        for name, rows in book.sheets.items()
        if name.casefold() != TO_PUT_RIGHT.casefold()
    ]


def put_right(sheets: Sequence[Sheet], faults: Sequence[Fault]) -> bytes:
    """The spreadsheet with each faulty cell marked, every cell in its place, and the sheet “To put right” before it:
    cell, what stands there, what is wrong, what to write."""
    import xlsxwriter  # only when there is one to make

    out = BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, {"in_memory": True, **plain})
    bold = book.add_format({"bold": True, "text_wrap": True})
    wrapped = book.add_format({"valign": "top", "text_wrap": True})
    looks = {
        marked: (
            book.add_format({"bg_color": "#FFD966", "border": 2} if marked else {}),
            book.add_format(
                {"num_format": "dd/mm/yyyy"} | ({"bg_color": "#FFD966", "border": 2} if marked else {})
            ),
        )
        for marked in (False, True)
    }
    taken = {TO_PUT_RIGHT.casefold()}
    pages = {sheet.name: sheet_name(sheet.name, taken) for sheet in sheets}
    told = book.add_worksheet(TO_PUT_RIGHT)
    as_it_prints(told)
    told.freeze_panes(1, 0)
    for n, (title, width) in enumerate(
        zip(("Cell", "What stands there", "What is wrong", "What to write"), _WIDTHS, strict=True)
    ):
        told.set_column(n, n, width)
        told.write_string(0, n, title, bold)
    for n, fault in enumerate(faults, 1):
        stands = _in_words(fault.stands)
        place = (
            f"internal:'{pages[fault.sheet].replace(chr(39), chr(39) * 2)}'!{fault.where.rpartition('!')[2]}"
        )
        told.write_url(n, 0, place, string=cell_text(fault.where))
        for column, text in enumerate((stands, fault.wrong, fault.write), 1):
            told.write_string(n, column, cell_text(text), wrapped)
        as_high_as_its_text(told, n, (fault.where, stands, fault.wrong, fault.write), _WIDTHS)
    wrong: dict[tuple[str, int, int], list[Fault]] = {}
    for fault in faults:
        wrong.setdefault((fault.sheet, fault.row, fault.column), []).append(fault)
    for sheet in sheets:
        page = book.add_worksheet(pages[sheet.name])
        for column in sheet.hidden:
            page.set_column(column, column, None, None, {"hidden": True})
        for r, row in enumerate(sheet.rows):
            for c, value in enumerate(row):
                look, day = looks[(sheet.name, r, c) in wrong]
                _write(page, r, c, value, look, day)
        for (name, r, c), several in wrong.items():
            if name == sheet.name:
                if c >= len(sheet.rows[r]) or sheet.rows[r][c] is None:
                    page.write_blank(r, c, None, looks[True][0])
                page.write_comment(
                    r, c, cell_text("\n".join(f"{f.wrong} Write: {f.write}." for f in several))
                )
    book.close()
    return out.getvalue()


def _write(page: Any, r: int, c: int, value: object, look: Any, day: Any) -> None:
    if value is None:
        return
    if isinstance(value, date):
        page.write_datetime(r, c, value, day)
    elif isinstance(value, bool):
        page.write_boolean(r, c, value, look)
    elif isinstance(value, int | float) and abs(value) < _LARGEST_NUMBER:
        page.write_number(r, c, value, look)
    else:
        page.write_string(r, c, cell_text(str(value)), look)


def _in_words(value: object) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else shown(value)  # type: ignore[arg-type]


def exported(allocations: Sequence[Allocation], titles: Mapping[str, str]) -> bytes:
    """The rows of the list as `audit-bot import` takes them: people as “Name <address>”, days as days; no child's name,
    date of birth or address."""
    words = [word for word in COLUMNS if word not in NOT_ENTERED]
    rows = [[_cell(a, word) for word in words] for a in allocations]
    return workbook({"Allocations": Table([title_of(word, titles) for word in words], rows)})


def _cell(a: Allocation, word: str) -> object:
    value = a.written.get(word) if word in PAST else getattr(a, word)
    if isinstance(value, Person):
        return f"{value.name} <{value.email}>" if value.email else value.name
    if isinstance(value, tuple):
        return "\n".join(value)
    if value is False and word != "drift":
        return None
    return value.value if isinstance(value, Enum) else value
