"""Reports read back with none of the bot's own code, and small templates to put them into."""

from __future__ import annotations

import io
import posixpath
import sys
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from lxml import etree

from bot.programme.reports.report import Audience, Report

FOLDER = Path(__file__).parents[2] / "docx_templates"
sys.path.insert(0, str(FOLDER))

from build import FORMS as FORMS  # noqa: E402 - found through the line above
from build import REPORTS as REPORTS  # noqa: E402
from report_pieces.report_file import ReportFile  # noqa: E402 - found through the line above

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
X = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
SHIPPED = (FOLDER / "highlight_report.docx").read_bytes()


def report(**given: object) -> Report:
    return Report("test", "A report", "March 2026", date(2026, 4, 30), Audience.INSIDE, **given)  # type: ignore[arg-type]


def template(*build: Callable[[ReportFile], object]) -> bytes:
    """A template with what these put into it."""
    file = ReportFile("A report")
    for each in build:
        each(file)
    out = io.BytesIO()
    file.save(out)  # type: ignore[arg-type]
    return out.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


DOCUMENT, CHART, BOOK = "word/document.xml", "word/charts/chart1.xml", "word/embeddings/chart1.xlsx"


def edited(
    data: bytes, edits: Mapping[str, Callable[[bytes], bytes]], more: Mapping[str, bytes] | None = None
) -> bytes:
    """The file with some of its parts changed, and more parts put in."""
    held = parts(data)
    assert set(edits) <= set(held)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, text_ in {**held, **(more or {})}.items():
            package.writestr(name, edits.get(name, bytes)(text_))
    return out.getvalue()


def reworded(data: bytes, *changes: tuple[str, str], part: str = DOCUMENT) -> bytes:
    """The file with words of a part replaced, each of which stands there."""

    def changed(held: bytes) -> bytes:
        for old, new in changes:
            assert old.encode() in held, old
            held = held.replace(old.encode(), new.encode())
        return held

    return edited(data, {part: changed})


def page(data: bytes) -> etree._Element:
    return etree.fromstring(parts(data)["word/document.xml"])


def tag_of(sdt: etree._Element) -> str:
    tag = sdt.find(f"{W}sdtPr/{W}tag")
    return str(tag.get(f"{W}val")) if tag is not None else ""


def control(root: etree._Element, tag: str) -> etree._Element:
    found = [sdt for sdt in root.iter(f"{W}sdt") if tag_of(sdt) == tag]
    assert len(found) == 1, (tag, len(found))
    return found[0]


def text(element: etree._Element) -> str:
    """As Word shows it: line breaks and tabs are what they look like."""
    signs = {f"{W}br": "\n", f"{W}tab": "\t"}
    return "".join(
        signs.get(e.tag, e.text or "") for e in element.iter(f"{W}t", *signs) if e.getparent().tag == f"{W}r"
    )


def paragraphs(element: etree._Element) -> list[str]:
    return [text(p) for p in element.iter(f"{W}p")]


def table(element: etree._Element) -> list[list[str]]:
    return [[text(tc) for tc in tr.iter(f"{W}tc")] for tr in element.iter(f"{W}tr")]


def related(data: bytes, name: str) -> dict[str, tuple[str, str]]:
    """What a part points to within the file: id -> (kind, part)."""
    folder, _, last = name.rpartition("/")
    text_ = parts(data).get(posixpath.join(folder, "_rels", f"{last}.rels"))
    found = {}
    for each in etree.fromstring(text_) if text_ else ():
        target = posixpath.normpath(posixpath.join("/", folder, each.get("Target"))).lstrip("/")
        if each.get("TargetMode") != "External":
            found[each.get("Id")] = (each.get("Type").rpartition("/")[2], target)
    return found


def charts(data: bytes) -> dict[str, str]:
    """The part of each chart by the title of its alternative text."""
    found = {}
    for drawing in page(data).iter(f"{W}drawing"):
        chart = next(drawing.iter(f"{C}chart"), None)
        if chart is not None:
            title = next(drawing.iter(f"{WP}docPr")).get("title")
            found[title] = related(data, "word/document.xml")[chart.get(f"{R}id")][1]
    return found


Numbers = tuple[list[str], dict[str, list[int | None]]]


def drawn(data: bytes, name: str) -> Numbers:
    """The categories and series a chart is drawn from."""
    root = etree.fromstring(parts(data)[charts(data)[name]])
    categories: list[str] = []
    series = {}
    for ser in root.iter(f"{C}ser"):
        categories = ["" if v is None else v for v in _points(ser.find(f"{C}cat"))]
        values = _points(ser.find(f"{C}val"))
        (title,) = _points(ser.find(f"{C}tx"))
        series[title or ""] = [None if v is None else int(v) for v in values]
    return categories, series


def _points(home: etree._Element) -> list[str | None]:
    count = int(next(home.iter(f"{C}ptCount")).get("val"))
    held = {int(pt.get("idx")): pt.findtext(f"{C}v") for pt in home.iter(f"{C}pt")}
    assert set(held) <= set(range(count))
    return [held.get(n) for n in range(count)]


def workbook_of(data: bytes, name: str) -> Numbers:
    """What Word draws a chart from again, when somebody edits its data: the cells its references name."""
    part = charts(data)[name]
    root = etree.fromstring(parts(data)[part])
    kind, book = related(data, part)[root.find(f"{C}externalData").get(f"{R}id")]
    assert kind == "package"
    cells = _cells(parts(parts(data)[book]))
    categories: list[str] = []
    series = {}
    for ser in root.iter(f"{C}ser"):
        (title,) = _named(cells, ser.findtext(f"{C}tx//{C}f"))
        categories = [str(v or "") for v in _named(cells, ser.findtext(f"{C}cat//{C}f"))]
        series[str(title or "")] = [
            v for v in _named(cells, ser.findtext(f"{C}val//{C}f")) if v is None or int(v) == v
        ]
    return categories, series  # type: ignore[return-value]


def _named(cells: dict[str, str | int], reference: str) -> list[str | int | None]:
    """The cells of a reference within a column: Sheet1!$B$2:$B$5."""
    sheet, _, place = reference.partition("!")
    assert sheet == "Sheet1"
    first, _, last = place.replace("$", "").partition(":")
    column = first.rstrip("0123456789")
    rows = range(int(first.removeprefix(column)), int((last or first).removeprefix(column)) + 1)
    return [cells.get(f"{column}{row}") for row in rows]


def _cells(book: dict[str, bytes]) -> dict[str, str | int]:
    told = book.get("xl/sharedStrings.xml", b"<none/>")
    strings = ["".join(t.text or "" for t in si.iter(f"{X}t")) for si in etree.fromstring(told)]
    found: dict[str, str | int] = {}
    for cell in etree.fromstring(book["xl/worksheets/sheet1.xml"]).iter(f"{X}c"):
        value = cell.findtext(f"{X}v")
        if value is not None:
            found[cell.get("r")] = strings[int(value)] if cell.get("t") == "s" else int(value)
    return found


def everything(data: bytes) -> str:
    """All that is in a file, in the files inside it too."""
    found = []
    for name, held in parts(data).items():
        found.append(name)
        found.append(everything(held) if held[:2] == b"PK" else held.decode("utf-8", "replace"))
    return "\n".join(found)
