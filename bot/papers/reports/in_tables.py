"""A table put into a control: the template's heading row and its first row below, cloned; widths shared out anew."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from bot.papers.reports.in_words import again, put_in, take_out, unwrap
from bot.papers.word.controls import opened
from bot.papers.word.xml import VAL, w
from bot.programme.reports.report import ReportTable

_NARROWEST = 4
"""The first column names the row: it gets no less than a fourth of the table."""

_A_TEXT_COLUMN = 9000
"""Twentieths of a point, where the template says nowhere how wide its table is."""


def put_table(sdt: etree._Element, table: ReportTable) -> bool:
    """The table, and its note in the paragraph below it. False when there is no table in the control to be filled.

    Raises ValueError when a row has not as many cells as there are columns.
    """
    drawn = table_in(sdt)
    if drawn is None or not table.columns:
        return False
    opened(sdt)
    unwrap(drawn)
    rows = drawn.findall(w("tr"))
    head, body = rows[0], rows[1] if len(rows) > 1 else again(rows[0])
    widths = _widths(drawn, len(table.columns))
    for row in rows:
        drawn.remove(row)
    _cells_for(head, widths)
    _cells_for(body, widths)
    _is_heading(head, yes=True)
    _is_heading(body, yes=False)
    _put_row(head, table.columns)
    drawn.append(head)
    for given in table.rows:
        row = again(body)
        _put_row(row, given)
        drawn.append(row)
    _put_note(sdt, drawn, table.note)
    return True


def table_in(sdt: etree._Element) -> etree._Element | None:
    """The table of a control that can be filled: its first two rows, where it has them, have cells."""
    content = sdt.find(w("sdtContent"))
    drawn = next(content.iter(w("tbl")), None) if content is not None else None
    if drawn is None:
        return None
    rows = [each for each in drawn.iter(w("tr")) if next(each.iterancestors(w("tbl"))) is drawn]
    return drawn if rows and all(next(row.iter(w("tc")), None) is not None for row in rows[:2]) else None


def _put_row(row: etree._Element, texts: Sequence[str | int]) -> None:
    for cell, text in zip(row.findall(w("tc")), texts, strict=True):
        put_in(cell, str(text))


def _widths(drawn: etree._Element, columns: int) -> list[int]:
    """The widths as drawn, when there are as many columns; else the first column's own and even ones for the rest."""
    grid = drawn.find(w("tblGrid"))
    if grid is None:
        grid = etree.Element(w("tblGrid"))
        properties = drawn.find(w("tblPr"))
        drawn.insert(0, grid) if properties is None else properties.addnext(grid)
    now = [_number(each.get(w("w"))) for each in grid.findall(w("gridCol"))]
    if len(now) == columns and all(now):
        return now
    whole = sum(now) or _A_TEXT_COLUMN
    first = min(now[0], whole // 2) if now and len(now) > 1 else 0
    first = max(first, whole // max(_NARROWEST, columns)) if columns > 1 else whole
    rest = (whole - first) // (columns - 1) if columns > 1 else 0
    found = [whole - rest * (columns - 1), *[rest] * (columns - 1)]
    for each in list(grid):
        grid.remove(each)
    for width in found:
        etree.SubElement(grid, w("gridCol")).set(w("w"), str(width))
    return found


def _number(text: str | None) -> int:
    return int(float(text)) if text and text.replace(".", "", 1).isdigit() else 0


def _cells_for(row: etree._Element, widths: Sequence[int]) -> None:
    """As many cells as columns: the last one of the row again, or the last ones left out."""
    cells = row.findall(w("tc"))
    while len(cells) < len(widths):
        made = again(cells[-1])
        cells[-1].addnext(made)
        cells.append(made)
    for extra in cells[len(widths) :]:
        row.remove(extra)
    for cell, width in zip(cells, widths, strict=False):
        properties = cell.find(w("tcPr"))
        if properties is None:
            properties = etree.Element(w("tcPr"))
            cell.insert(0, properties)
        for name in ("gridSpan", "vMerge", "hMerge"):
            for each in properties.findall(w(name)):
                properties.remove(each)
        told = properties.find(w("tcW"))
        if told is None:
            told = etree.Element(w("tcW"))
            place = properties.find(w("cnfStyle"))
            properties.insert(0, told) if place is None else place.addnext(told)
        told.set(w("w"), str(width))
        told.set(w("type"), "dxa")


def _is_heading(row: etree._Element, *, yes: bool) -> None:
    """Whether a row is repeated on each page and read out as the heading."""
    properties = row.find(w("trPr"))
    if properties is None:
        properties = etree.Element(w("trPr"))
        before = row.find(w("tblPrEx"))
        row.insert(0, properties) if before is None else before.addnext(properties)
    for each in properties.findall(w("tblHeader")):
        properties.remove(each)
    if yes:
        etree.SubElement(properties, w("tblHeader"))
    else:  # what Word keeps of a heading's place in the table's style
        for each in properties.findall(w("cnfStyle")):
            if (each.get(VAL) or "").startswith("1"):
                properties.remove(each)


def _put_note(sdt: etree._Element, drawn: etree._Element, note: str) -> None:
    """The note in the paragraph below the table. Without one it goes, unless two tables would grow together."""
    below = drawn.getnext()
    if below is None or below.tag != w("p"):
        if not note:
            return
        below = etree.Element(w("p"))
        drawn.addnext(below)
    following = sdt.getnext()
    first = next(following.iter(w("p"), w("tbl"), w("sectPr")), None) if following is not None else None
    if note or first is None or first.tag == w("tbl"):
        put_in(below, note)
    else:
        take_out(below)
