"""An Excel workbook read as values: what stands in each cell of each sheet, and nothing that could act.

Read are text, numbers, days and yes/no (ECMA-376 part 1, 18.3.1.4); of a formula what it last came to. It is called
where it can do no harm (bot/office/isolated_reader.py).
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from lxml import etree

from bot.papers.word.xml import parsed

LARGEST_WORKBOOK = 25_000_000
LARGEST_WHOLE = 200_000_000
"""Bytes of all parts together, unpacked."""
MOST_CELLS = 1_000_000
MOST_COLUMNS = 1_000

Value = str | int | float | bool | date | None

_DAYS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
"""Number formats of days and times that every program knows (18.8.30)."""
_NO_FORMAT = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d+)")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NOT_CARRIED = (
    ("comments", "comments"), ("threadedcomments", "comments"), ("media/", "pictures"), ("charts/", "charts"),
    ("pivottables/", "pivot tables"),
)  # fmt: skip


class NotAWorkbook(ValueError):
    """Says in words why a file cannot be read as a workbook."""


@dataclass(frozen=True, slots=True)
class ReadBook:
    """Sheet by sheet the rows of cells, from the first row on; empty cells are None. `besides` names what it holds
    that is in no cell: comments, pictures, charts.

    Of each sheet `hidden` are its columns that nobody sees, `merged` its cells that are one: first row, first column,
    last row, last column, all from 0 on. `epoch` is the day that a number counts from where it means one."""

    sheets: dict[str, tuple[tuple[Value, ...], ...]]
    besides: tuple[str, ...] = ()
    hidden: dict[str, tuple[int, ...]] = field(default_factory=dict)
    merged: dict[str, tuple[tuple[int, int, int, int], ...]] = field(default_factory=dict)
    epoch: date = date(1899, 12, 30)


def read_workbook(data: bytes) -> ReadBook:
    """Raises NotAWorkbook."""
    if len(data) > LARGEST_WORKBOOK:
        raise NotAWorkbook(f"it has {len(data) / 1e6:.0f} MB")
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise NotAWorkbook("it is protected by a password or an encrypting label, or in an old format")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return _book(package)
    except NotAWorkbook:
        raise
    except (zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, LookupError, ValueError, EOFError) as fault:
        raise NotAWorkbook(f"it is no Excel workbook, or damaged ({type(fault).__name__})") from fault


def _book(package: zipfile.ZipFile) -> ReadBook:
    if sum(info.file_size for info in package.infolist()) > LARGEST_WHOLE:
        raise NotAWorkbook("it unpacks to far more than a record holds")
    names = {info.filename for info in package.infolist()}
    book = parsed(package.read("xl/workbook.xml"))
    targets = {
        str(each.get("Id")): str(each.get("Target"))
        for each in parsed(package.read("xl/_rels/workbook.xml.rels"))
    }
    strings = _strings(package) if "xl/sharedStrings.xml" in names else []
    days = _formats_of_days(package) if "xl/styles.xml" in names else set()
    properties = book.find("{*}workbookPr")
    mac = properties is not None and properties.get("date1904") in ("1", "true")
    epoch = date(1904, 1, 1) if mac else date(1899, 12, 30)
    sheets: dict[str, tuple[tuple[Value, ...], ...]] = {}
    hidden: dict[str, tuple[int, ...]] = {}
    merged: dict[str, tuple[tuple[int, int, int, int], ...]] = {}
    left = MOST_CELLS
    for sheet in book.iterfind("{*}sheets/{*}sheet"):
        rel = next(str(v) for k, v in sheet.attrib.items() if str(k).endswith("}id"))
        target = targets[rel]
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        read, name = parsed(package.read(part)), str(sheet.get("name"))
        rows = tuple(_rows(read, strings, days, epoch))
        left -= sum(map(len, rows))
        if left < 0:
            raise NotAWorkbook("it has far more cells than a record")
        sheets[name], hidden[name], merged[name] = rows, tuple(_hidden(read)), tuple(_merged(read))
    lower = [name.casefold() for name in names]
    besides = [word for sign, word in _NOT_CARRIED if any(sign in name for name in lower)]
    return ReadBook(sheets, tuple(dict.fromkeys(besides)), hidden, merged, epoch)


def _hidden(sheet: etree._Element) -> Iterator[int]:
    """The columns nobody sees (18.3.1.13)."""
    for each in sheet.iterfind("{*}cols/{*}col"):
        if each.get("hidden") in ("1", "true"):
            last = min(int(each.get("max") or 0), MOST_COLUMNS)
            yield from range(int(each.get("min") or 1) - 1, last)


def _merged(sheet: etree._Element) -> Iterator[tuple[int, int, int, int]]:
    """The cells that are one (18.3.1.55)."""
    for each in sheet.iterfind("{*}mergeCells/{*}mergeCell"):
        ends = [_REFERENCE.fullmatch(end) for end in (each.get("ref") or "").split(":")]
        if len(ends) == 2 and ends[0] and ends[1]:
            (first, top), (last, bottom) = ends[0].groups(), ends[1].groups()
            yield int(top) - 1, _column(first), int(bottom) - 1, _column(last)


def _text(element: etree._Element) -> str:
    """The text of a string, without what says how it is pronounced."""
    said = "".join(
        t.text or ""
        for t in element.iter("{*}t")
        if not any(etree.QName(up).localname == "rPh" for up in t.iterancestors())
    )
    return _unescaped(said)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _strings(package: zipfile.ZipFile) -> list[str]:
    return [_text(si) for si in parsed(package.read("xl/sharedStrings.xml")).iterfind("{*}si")]


def _formats_of_days(package: zipfile.ZipFile) -> set[int]:
    """The numbers of the cell formats that show a day."""
    root = parsed(package.read("xl/styles.xml"))
    own = {
        int(each.get("numFmtId") or 0)
        for each in root.iterfind("{*}numFmts/{*}numFmt")
        if re.search(r"[dy]", _NO_FORMAT.sub("", (each.get("formatCode") or "").casefold()))
    }
    styles = root.iterfind("{*}cellXfs/{*}xf")
    return {n for n, each in enumerate(styles) if int(each.get("numFmtId") or 0) in _DAYS | own}


def _rows(
    sheet: etree._Element, strings: list[str], days: set[int], epoch: date
) -> Iterator[tuple[Value, ...]]:
    at = 0
    for row in sheet.iterfind("{*}sheetData/{*}row"):
        number = int(row.get("r") or at + 1)
        if number <= at or number > MOST_CELLS:
            raise NotAWorkbook("its rows are not in order")
        for _ in range(number - at - 1):
            yield ()
        at = number
        cells: list[Value] = []
        for cell in row.iterfind("{*}c"):
            place = _REFERENCE.fullmatch(cell.get("r") or "")
            column = _column(place[1]) if place else len(cells)
            if column < len(cells) or column >= MOST_COLUMNS:
                raise NotAWorkbook("its cells are not in order")
            cells += [None] * (column - len(cells))
            cells.append(_value(cell, strings, days, epoch))
        yield tuple(cells)


def _column(letters: str) -> int:
    n = 0
    for letter in letters:
        n = 26 * n + ord(letter) - 64
    return n - 1


def _value(cell: etree._Element, strings: list[str], days: set[int], epoch: date) -> Value:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _text(cell) or None
    said = cell.findtext("{*}v") or ""
    if not said:
        return None
    if kind == "s":
        return strings[int(said)] or None
    if kind == "b":
        return said == "1"
    if kind == "d":
        return date.fromisoformat(said[:10])
    if kind != "n":
        return _unescaped(said)
    try:
        number = float(said)
        if int(cell.get("s") or 0) in days and 0 < number < 2_958_466:
            return epoch + timedelta(int(number))
        return int(number) if number.is_integer() else number
    except (ValueError, OverflowError):
        return said
