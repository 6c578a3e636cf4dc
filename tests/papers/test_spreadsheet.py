"""Tables as a workbook, read back from the file itself."""

from __future__ import annotations

import zipfile
from datetime import UTC, date, datetime
from io import BytesIO
from xml.etree import ElementTree

import pytest

from bot.papers.reports.grade_colours import GRADE_COLOURS
from bot.papers.sheet_chart import SheetChart
from bot.papers.spreadsheet import LONGEST_CELL, Table, workbook

X = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def part(data: bytes, name: str) -> ElementTree.Element:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return ElementTree.fromstring(package.read(name))


def cells(data: bytes, sheet: int = 1) -> dict[str, tuple[str, str]]:
    """Cell -> (kind, value): "s" for text, "n" for a number, "f" for a formula."""
    strings = ["".join(t.itertext()) for t in part(data, "xl/sharedStrings.xml").iter(f"{X}si")]
    found = {}
    for cell in part(data, f"xl/worksheets/sheet{sheet}.xml").iter(f"{X}c"):
        value = cell.find(f"{X}v")
        if cell.find(f"{X}f") is not None:
            found[cell.attrib["r"]] = ("f", "")
        elif value is not None:
            kind = cell.get("t", "n")
            found[cell.attrib["r"]] = (
                kind,
                strings[int(value.text or 0)] if kind == "s" else value.text or "",
            )
    return found


def sheet_names(data: bytes) -> list[str]:
    return [sheet.attrib["name"] for sheet in part(data, "xl/workbook.xml").iter(f"{X}sheet")]


def test_a_table_is_written_with_its_headings_and_rows() -> None:
    data = workbook(
        {"Letters": Table(["Audit", "Days", "Late"], [["FSP-1", 3, True], ["FSP-2", 1.5, False]])}
    )
    assert cells(data) == {
        "A1": ("s", "Audit"), "B1": ("s", "Days"), "C1": ("s", "Late"),
        "A2": ("s", "FSP-1"), "B2": ("n", "3"), "C2": ("s", "Yes"),
        "A3": ("s", "FSP-2"), "B3": ("n", "1.5"), "C3": ("s", "No"),
    }  # fmt: skip


def test_a_date_is_a_date_that_can_be_sorted() -> None:
    data = workbook({"x": Table(["On", "At"], [[date(2026, 4, 7), datetime(2026, 4, 7, 12, tzinfo=UTC)]])})
    assert cells(data)["A2"] == ("n", "46119")
    assert cells(data)["B2"] == ("n", "46119.5")
    formats = {f.attrib["formatCode"] for f in part(data, "xl/styles.xml").iter(f"{X}numFmt")}
    assert formats >= {"ddd d mmm yyyy", "ddd d mmm yyyy hh:mm"}


@pytest.mark.parametrize(
    "typed",
    [
        "=1+1", "=HYPERLINK(\"http://evil.example\",\"x\")", "+1", "-1", "@SUM(A1)", "{=1}", "\t=1", "\r=1",
        "http://evil.example", "mailto:a@b.example", "00123", "1e5", "TRUE",
    ],
)  # fmt: skip
def test_what_somebody_typed_stays_text(typed: str) -> None:
    data = workbook({"x": Table([typed], [[typed]])})
    text = typed.replace("\r", "\n")
    assert cells(data)["A2"] == ("s", text)
    assert cells(data)["A1"] == ("s", text)
    with zipfile.ZipFile(BytesIO(data)) as package:
        assert "hyperlink" not in package.read("xl/worksheets/sheet1.xml").decode()


def test_nothing_typed_can_break_the_file() -> None:
    data = workbook(
        {"x": Table(["A"], [["a\x00b\x0bc\ud800\uffff]]> <x> & 👩🏽‍👧"], ["x" * 50_000], [None], [""]])}
    )
    assert cells(data)["A2"] == ("s", "abc]]> <x> & 👩🏽‍👧")
    assert cells(data)["A3"] == ("s", "x" * (LONGEST_CELL - 1) + "…")
    assert "A4" not in cells(data)


def test_the_heading_row_stays_in_view_and_filters() -> None:
    sheet = part(workbook({"x": Table(["A", "B"], [[1, 2], [3, 4]])}), "xl/worksheets/sheet1.xml")
    pane = sheet.find(f".//{X}pane")
    assert pane is not None
    assert (pane.attrib["state"], pane.attrib["ySplit"]) == ("frozen", "1")
    autofilter = sheet.find(f"{X}autoFilter")
    assert autofilter is not None
    assert autofilter.attrib["ref"] == "A1:B3"


def test_columns_are_wide_enough_and_never_too_wide() -> None:
    sheet = part(workbook({"x": Table(["A", "Next step"], [["1", "x" * 500]])}), "xl/worksheets/sheet1.xml")
    widths = [float(column.attrib["width"]) for column in sheet.iter(f"{X}col")]
    assert widths[0] < 10
    assert 55 < widths[1] < 65


def test_no_sentence_of_a_note_lies_on_the_next() -> None:
    sheet = part(
        workbook({"x": Table(["A"], [])}, ["short", "x " * 120, "x" * 50_000]), "xl/worksheets/sheet2.xml"
    )
    heights = [float(row.get("ht", 15)) for row in sheet.iter(f"{X}row")][1:]
    assert heights == [15, 45, 405]


def rows_and_widths(data: bytes) -> tuple[list[float], list[float]]:
    sheet = part(data, "xl/worksheets/sheet1.xml")
    heights = [float(row.get("ht", 15)) for row in sheet.iter(f"{X}row")]
    columns = [c.attrib for c in sheet.iter(f"{X}col")]
    return heights, [float(c["width"]) for c in columns for _ in range(int(c["min"]), int(c["max"]) + 1)]


def test_every_row_of_every_table_is_as_high_as_its_text_needs() -> None:
    said = "Nobody is left to audit this, and it would be met with one more trained Team Manager. " * 4
    rows = [
        ["a", said, 3],
        ["b", "short", 3],
        ["c", "one\ntwo\nthree", 3],
        ["d", "x" * 130, 3],
        ["e", "x " * 9_000, 3],
    ]
    heights, widths = rows_and_widths(workbook({"x": Table(["A", "B", "C"], rows)}))
    assert heights[2:4] == [15, 45]
    for row, height in zip(rows, heights[1:], strict=True):
        assert height == 405 or height / 15 * widths[1] > len(str(row[1])), (
            "even where every letter is a wide one"
        )
    assert heights[5] == 405, "Excel's highest"


def test_what_is_printed_can_be_read_and_the_rest_stands_to_the_right_of_it() -> None:
    """Eleven points are Excel's letters, and 150 characters of them as wide as A4 is between its margins."""
    titles = [
        "Mosaic number",
        "Audit type",
        "Team",
        "Who did the work",
        "Auditor",
        "Moderator",
        "On",
        "Note",
        "More",
    ]
    person = "Somebody Longname <somebody.longname@wexcombe.example>"
    row = [
        "30001",
        "Full – Advanced Practitioner",
        "FSP 1",
        person,
        person,
        person,
        date(2026, 3, 2),
        "x" * 90,
        "y" * 90,
    ]
    data = workbook({"x": Table(titles, [row], printed=7, marked={(0, 4)}, footer="Filled: by hand.")})
    heights, widths = rows_and_widths(data)
    assert 11 * 150 / sum(widths[:7]) >= 8
    assert widths[6] >= 15, "a day is no row of ####"
    assert widths[7] == pytest.approx(60, abs=1), "what is not printed is as wide as ever"
    assert heights[1] >= 45
    sheet = part(data, "xl/worksheets/sheet1.xml")
    assert sheet.find(f"{X}pageSetup").attrib["orientation"] == "landscape"  # type: ignore[union-attr]
    names = {n.attrib["name"]: n.text for n in part(data, "xl/workbook.xml").iter(f"{X}definedName")}
    assert names["_xlnm.Print_Area"] == "x!$A$1:$G$2"
    assert "Filled: by hand." in str(sheet.findtext(f"{X}headerFooter/{X}oddFooter"))
    looks = {c.attrib["r"]: c.attrib["s"] for c in sheet.iter(f"{X}c")}
    assert looks["E2"] != looks["F2"]


def test_a_share_stands_below_the_numbers_of_its_column() -> None:
    data = workbook(
        {"x": Table(["A", "B"], [["a", 12], ["b", "3 of 12"], ["c", "[c] of 20 (5 %)"], ["d", "1 of us"]])}
    )
    styles = [xf.find(f"{X}alignment") for xf in part(data, "xl/styles.xml").find(f"{X}cellXfs")]  # type: ignore[union-attr]
    sheet = part(data, "xl/worksheets/sheet1.xml")
    looks = {c.attrib["r"]: styles[int(c.attrib["s"])].get("horizontal") for c in sheet.iter(f"{X}c")}  # type: ignore[union-attr]
    assert [looks[f"B{n}"] for n in (3, 4, 5)] == ["right", "right", None]


def test_an_empty_table_is_a_sheet_with_headings() -> None:
    assert cells(workbook({"x": Table(["A"], [])})) == {"A1": ("s", "A")}


def test_sheets_get_names_excel_accepts() -> None:
    names = ["Next ten days", "a/b:c*[d]?", "x" * 40, "x" * 50, "'quoted'", "", "History", "next TEN days"]
    table = Table(["A"], [])
    found = sheet_names(workbook(dict.fromkeys(names, table)))
    assert found == [
        "Next ten days", "a b c  d", "x" * 31, "x" * 27 + " (2)", "quoted", "Sheet", "History (2)", "next TEN days (2)",
    ]  # fmt: skip


def test_a_workbook_without_sheets_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one sheet"):
        workbook({})


C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
GRADES = ("Outstanding", "Good", "Requires Improvement", "Inadequate")


def grades(*rows: tuple[object, ...], **more: object) -> bytes:
    bars = SheetChart("Both gradings", "Moderators lowered 3 grades.", GRADES)
    return workbook({"Bob's grades": Table(["By", *GRADES], rows, bars)}, **more)  # type: ignore[arg-type]


def values_drawn(data: bytes) -> dict[str, str]:
    """Where each series of the chart takes its values from."""
    chart = part(data, "xl/charts/chart1.xml")
    return {
        str(series.findtext(f"{C}tx//{C}v")): str(series.findtext(f"{C}val//{C}f"))
        for series in chart.iter(f"{C}ser")
    }


def test_a_chart_is_drawn_from_the_cells_of_its_table() -> None:
    data = grades(("Auditor", 5, 35, 14, 1), ("Moderator", 4, 30, 18, 3))
    assert values_drawn(data) == {
        grade: f"'Bob''s grades'!${column}$2:${column}$3"
        for grade, column in zip(GRADES, "BCDE", strict=True)
    }
    chart = part(data, "xl/charts/chart1.xml")
    assert [e.attrib["val"] for e in chart.iter(f"{C}grouping")] == ["percentStacked"]
    fills = [
        e.attrib["val"]
        for series in chart.iter(f"{C}ser")
        for e in series.iterfind(f"{C}spPr/{{*}}solidFill/{{*}}srgbClr")
    ]
    assert fills == [GRADE_COLOURS[grade].fill for grade in GRADES]


def test_the_chart_of_a_workbook_has_its_finding_as_alternative_text() -> None:
    about = next(part(grades(("A", 1, 2, 3, 4)), "xl/drawings/drawing1.xml").iter(f"{DRAWING}cNvPr"))
    assert about.attrib["descr"] == "Moderators lowered 3 grades."


def test_a_row_in_which_a_number_is_not_told_has_no_bar() -> None:
    data = grades(("A", 1, 2, 3, 4), ("B", "[c]", 2, 3, "[c]"), ("C", 5, 6, 7, 8))
    assert values_drawn(data)["Good"] == "('Bob''s grades'!$C$2,'Bob''s grades'!$C$4)"
    with zipfile.ZipFile(BytesIO(grades(("B", "[c]", 2, 3, None)))) as package:
        assert not [name for name in package.namelist() if "chart" in name]


def test_a_chart_of_columns_that_are_not_there_is_refused() -> None:
    with pytest.raises(ValueError):
        workbook({"x": Table(["A"], [["a"]], SheetChart("", "", ["B"]))})


def test_notes_are_a_sheet_of_their_own_at_the_end() -> None:
    data = grades(("A", 1, 2, 3, 4), notes=("What “in play” means", "=1+1"))
    assert sheet_names(data) == ["Bob's grades", "Notes"]
    assert cells(data, 2) == {
        "A1": ("s", "Notes"), "A2": ("s", "What “in play” means"), "A3": ("s", "=1+1"),
    }  # fmt: skip
