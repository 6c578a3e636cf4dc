"""An Excel workbook read as values: what stands in each cell of each sheet, and nothing that could act.

Read are text, numbers, days and yes/no (ECMA-376 part 1, 18.3.1.4); of a formula what it last came to (18.3.1.40), and
of one that was never worked out its text behind “=”, for what it would say is not nothing. It is called where it can do
no harm (bot/office/isolated_reader.py).
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from lxml import etree

from bot.papers.word.xml import parsed
from bot.programme.importing.sheets import Marks
from bot.programme.whole_text import whole_text

LARGEST_WORKBOOK = 25_000_000
LARGEST_WHOLE = 200_000_000
"""Bytes of all parts together, unpacked."""
MOST_CELLS = 1_000_000
MOST_COLUMNS = 1_000
_LAST_ROW = 1_048_576
"""Of a sheet. https://support.microsoft.com/office/excel-specifications-and-limits"""

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
    last row, last column, all from 0 on, and `marks` its comments and the like. `epoch` is the day that a number counts
    from where it means one. Rows in which nothing stands have no cells, and there are none behind the last in which
    something does."""

    sheets: dict[str, tuple[tuple[Value, ...], ...]]
    besides: tuple[str, ...] = ()
    hidden: dict[str, tuple[int, ...]] = field(default_factory=dict)
    merged: dict[str, tuple[tuple[int, int, int, int], ...]] = field(default_factory=dict)
    epoch: date = date(1899, 12, 30)
    marks: dict[str, Marks] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Styles:
    """The numbers of the cell formats that show a day, and of those that strike through."""

    days: frozenset[int] = frozenset()
    struck: frozenset[int] = frozenset()


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
    strings, crossed = _strings(package) if "xl/sharedStrings.xml" in names else ([], frozenset())
    styles = _styles(package) if "xl/styles.xml" in names else _Styles()
    properties = book.find("{*}workbookPr")
    mac = properties is not None and properties.get("date1904") in ("1", "true")
    epoch = date(1904, 1, 1) if mac else date(1899, 12, 30)
    calculation = book.find("{*}calcPr")  # 18.2.2
    waiting = calculation is not None and calculation.get("fullCalcOnLoad") in ("1", "true")
    sheets: dict[str, tuple[tuple[Value, ...], ...]] = {}
    hidden: dict[str, tuple[int, ...]] = {}
    merged: dict[str, tuple[tuple[int, int, int, int], ...]] = {}
    marks: dict[str, Marks] = {}
    left, gaps = MOST_CELLS, _LAST_ROW
    for sheet in book.iterfind("{*}sheets/{*}sheet"):
        rel = next(str(v) for k, v in sheet.attrib.items() if str(k).endswith("}id"))
        target = targets[rel]
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        read, name = parsed(package.read(part)), str(sheet.get("name"))
        rows: list[tuple[Value, ...]] = []
        for number, row in _rows(read, strings, styles.days, epoch, waiting):
            left, gaps = left - len(row), gaps - (number - len(rows))
            if left < 0:
                raise NotAWorkbook("it has far more cells than a record")
            if gaps < 0:
                raise NotAWorkbook(
                    "something stands far below all else in several sheets, as in row "
                    f"{number + 1} of “{name}”; delete it there"
                )
            rows += [()] * (number - len(rows))
            rows.append(row)
        sheets[name], hidden[name], merged[name] = tuple(rows), tuple(_hidden(read)), tuple(_merged(read))
        marks[name] = replace(
            _marks(read, styles.struck, crossed),
            comments=tuple(dict.fromkeys(_comments(package, part, names))),
            unseen=sheet.get("state") in ("hidden", "veryHidden"),
        )
    lower = [name.casefold() for name in names]
    besides = [word for sign, word in _NOT_CARRIED if any(sign in name for name in lower)]
    return ReadBook(sheets, tuple(dict.fromkeys(besides)), hidden, merged, epoch, marks)


def _marks(sheet: etree._Element, struck: frozenset[int], crossed: frozenset[int]) -> Marks:
    """Its cells that are struck through, by their format (18.8.22) or in their text, and its rows nobody sees."""
    cells, rows = [], []
    for row in sheet.iterfind("{*}sheetData/{*}row"):
        if row.get("hidden") in ("1", "true"):
            rows.append(int(row.get("r") or 0) - 1)
        for cell in row.iterfind("{*}c"):
            kind = cell.get("t")
            by_text = (crossed and kind == "s" and int(cell.findtext("{*}v") or -1) in crossed) or (
                kind == "inlineStr" and _crossed(cell)
            )
            place = _REFERENCE.fullmatch(cell.get("r") or "")
            if place and (by_text or int(cell.get("s") or 0) in struck):
                cells.append((int(place[2]) - 1, _column(place[1])))
    return Marks(struck=tuple(cells), hidden_rows=tuple(rows))


def _comments(package: zipfile.ZipFile, part: str, names: set[str]) -> Iterator[tuple[int, int]]:
    """The cells with a comment: a note (18.7.3), or a conversation ([MS-XLSX] 2.6.205)."""
    folder, _, name = part.rpartition("/")
    if (relations := f"{folder}/_rels/{name}.rels") not in names:
        return
    for each in parsed(package.read(relations)):
        target = posixpath.normpath(posixpath.join("/", folder, str(each.get("Target")))).lstrip("/")
        if "comment" not in str(each.get("Type")).casefold() or target not in names:
            continue
        for comment in parsed(package.read(target)).iter("{*}comment", "{*}threadedComment"):
            if place := _REFERENCE.fullmatch(comment.get("ref") or ""):
                yield int(place[2]) - 1, _column(place[1])


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
    return whole_text(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), text))


def _strings(package: zipfile.ZipFile) -> tuple[list[str], frozenset[int]]:
    """The strings of all sheets, and which of them have words that are struck through."""
    found = list(parsed(package.read("xl/sharedStrings.xml")).iterfind("{*}si"))
    return [_text(si) for si in found], frozenset(n for n, si in enumerate(found) if _crossed(si))


def _crossed(element: etree._Element) -> bool:
    return any(_is_on(each) for each in element.iterfind(".//{*}rPr/{*}strike"))


def _is_on(switch: etree._Element) -> bool:
    return switch.get("val", "1") not in ("0", "false")


def _styles(package: zipfile.ZipFile) -> _Styles:
    root = parsed(package.read("xl/styles.xml"))
    own = {
        int(each.get("numFmtId") or 0)
        for each in root.iterfind("{*}numFmts/{*}numFmt")
        if re.search(r"[dy]", _NO_FORMAT.sub("", (each.get("formatCode") or "").casefold()))
    }
    fonts = root.iterfind("{*}fonts/{*}font")
    lined = {n for n, font in enumerate(fonts) if any(map(_is_on, font.iterfind("{*}strike")))}
    formats = list(enumerate(root.iterfind("{*}cellXfs/{*}xf")))
    return _Styles(
        frozenset(n for n, each in formats if int(each.get("numFmtId") or 0) in _DAYS | own),
        frozenset(n for n, each in formats if int(each.get("fontId") or 0) in lined),
    )


def _rows(
    sheet: etree._Element, strings: list[str], days: frozenset[int], epoch: date, waiting: bool
) -> Iterator[tuple[int, tuple[Value, ...]]]:
    """The rows in which anything stands, with their numbers from 0 on."""
    at = 0
    for row in sheet.iterfind("{*}sheetData/{*}row"):
        number = int(row.get("r") or at + 1)
        if number <= at:
            raise NotAWorkbook("its rows are not in order")
        if number > _LAST_ROW:
            raise NotAWorkbook(f"it has a row {number}, and a sheet of Excel ends with row {_LAST_ROW}")
        at = number
        cells: list[Value] = []
        last = -1
        for cell in row.iterfind("{*}c"):
            place = _REFERENCE.fullmatch(cell.get("r") or "")
            column = _column(place[1]) if place else last + 1
            if column <= last:
                raise NotAWorkbook("its cells are not in order")
            last = column
            value = _value(cell, strings, days, epoch, waiting)
            if column < MOST_COLUMNS:
                cells += [None] * (column - len(cells))
                cells.append(value)
            elif not _empty(value):
                raise NotAWorkbook(
                    f"something stands in {cell.get('r')}, far to the right of all columns; delete it there"
                )
        if not all(map(_empty, cells)):
            yield number - 1, tuple(cells)


def _empty(value: Value) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _column(letters: str) -> int:
    n = 0
    for letter in letters:
        n = 26 * n + ord(letter) - 64
    return n - 1


def _value(
    cell: etree._Element, strings: list[str], days: frozenset[int], epoch: date, waiting: bool
) -> Value:
    kind, formula = cell.get("t", "n"), cell.find("{*}f")
    said = cell.findtext("{*}v")
    if kind == "inlineStr" and (text := _text(cell)):
        return text
    if formula is not None and _never_worked_out(kind, said, waiting):
        return f"={_unescaped(formula.text or '') or '…'}"
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


def _never_worked_out(kind: str, said: str | None, waiting: bool) -> bool:
    """Whether a formula has no result: none at all, or none but the nought that a program which cannot calculate writes
    into a workbook whose formulas are `waiting` to be worked out. An empty text is a result, and has its type."""
    if kind == "str":
        return said is None
    return not said or (waiting and said == "0")
