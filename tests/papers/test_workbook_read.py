"""A workbook is read as values, whoever saved it, and nothing in it acts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import date

import pytest
import xlsxwriter

from bot.office.isolated_reader import workbook_safely
from bot.papers.forms.answers import Held
from bot.papers.spreadsheet import Table, workbook
from bot.papers.workbook_read import NotAWorkbook, read_workbook
from bot.programme.importing.sheets import Marks

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STYLES = (
    '<numFmts><numFmt numFmtId="170" formatCode="d\\ mmm\\ yyyy"/>'
    '<numFmt numFmtId="171" formatCode="0&quot; days&quot;"/>'
    '</numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="171"/></cellXfs>'
)


def saved(
    rows: str, *, strings: str = "", main: str = MAIN, more: Mapping[str, str] | None = None, pr: str = ""
) -> bytes:
    """A workbook of one sheet as another program might write it."""
    parts = {
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{RELS}">{pr}<sheets><sheet name="A" r:id="r1"/></sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="r1" Target="/xl/worksheets/a.xml"/>'
        "</Relationships>",
        "xl/worksheets/a.xml": f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{main}">{strings}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{main}">{STYLES}</styleSheet>',
        **(more or {}),
    }  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return out.getvalue()


def first(data: bytes) -> tuple[tuple[object, ...], ...]:
    return next(iter(read_workbook(data).sheets.values()))


def test_what_we_write_is_read_back_equal() -> None:
    said = [
        "=1+1",
        "two\nlines",
        " spaced ",
        "_x0041_",
        "é 漢 &<",
        3,
        -1.5,
        date(2026, 4, 7),
        None,
        "http://x.example",
    ]
    assert first(workbook({"A": Table(["c"] * len(said), [said])}))[1] == tuple(said)


def test_a_rich_text_is_read_as_its_words_and_not_how_they_are_pronounced() -> None:
    strings = "<si><r><t>Requires </t></r><r><t>Improvement</t></r><rPh><t>x</t></rPh></si>"
    assert first(saved('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', strings=strings)) == (
        ("Requires Improvement",),
    )


@pytest.mark.parametrize("main", [MAIN, STRICT])
def test_empty_rows_and_cells_keep_their_place(main: str) -> None:
    rows = '<row r="3"><c r="C3" t="inlineStr"><is><t>here</t></is></c><c r="E3" t="b"><v>1</v></c></row>'
    assert first(saved(rows, main=main)) == ((), (), (None, None, "here", None, True))


@pytest.mark.parametrize(
    ("style", "said"), [(0, 46119), (1, date(2026, 4, 7)), (2, date(2026, 4, 7)), (3, 46119)]
)
def test_a_number_is_a_day_only_where_it_is_shown_as_one(style: int, said: object) -> None:
    assert first(saved(f'<row r="1"><c r="A1" s="{style}"><v>46119</v></c></row>')) == ((said,),)


def test_the_days_of_an_old_mac_begin_in_1904() -> None:
    data = saved('<row r="1"><c r="A1" s="1"><v>44657</v></c></row>', pr='<workbookPr date1904="1"/>')
    assert first(data) == ((date(2026, 4, 7),),)


def test_a_formula_is_what_it_last_came_to() -> None:
    rows = '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>x</f><v>Good</v></c></row>'
    assert first(saved(rows)) == ((2, "Good"),)


@pytest.mark.parametrize("kind", ["", ' t="n"', ' t="b"', ' t="s"', ' t="inlineStr"'])
@pytest.mark.parametrize("result", ["", "<v/>", "<v></v>"])
def test_a_formula_that_was_never_worked_out_is_no_empty_cell(kind: str, result: str) -> None:
    rows = f'<row r="1"><c r="A1"{kind}><f>IF(B1&gt;1,"Yes","")</f>{result}</c></row>'
    assert first(saved(rows)) == (('=IF(B1>1,"Yes","")',),)
    assert first(saved('<row r="1"><c r="A1" t="str"><f t="shared" si="0"/></c></row>')) == (("=…",),)


def test_a_formula_that_came_to_an_empty_text_is_an_empty_cell() -> None:
    rows = '<row r="1"><c r="A1" t="str"><f>IF(1=1,"","x")</f><v></v></c><c r="B1"><v>1</v></c></row>'
    assert first(saved(rows)) == ((None, 1),)


def test_the_nought_of_a_program_that_cannot_calculate_is_no_result_of_its_formula() -> None:
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as written:
        page = written.add_worksheet()
        page.write_formula(0, 0, '=IF(1=1,"Yes","")')
        page.write_formula(0, 1, "=1+1", None, 2)
        page.write_number(0, 2, 0)
    assert first(book.getvalue()) == (('=IF(1=1,"Yes","")', 2, 0),)
    assert first(saved('<row r="1"><c r="A1"><f>B1</f><v>0</v></c></row>')) == ((0,),), (
        "an empty cell looked up"
    )


def test_what_a_rewrite_would_not_carry_is_named() -> None:
    more = {"xl/threadedComments/c1.xml": "<x/>", "xl/comments1.xml": "<x/>", "xl/charts/chart1.xml": "<x/>"}
    assert read_workbook(saved("", more=more)).besides == ("comments", "charts")


def test_a_stray_cell_at_the_foot_of_a_sheet_is_no_fault_and_empty_rows_are_not_carried() -> None:
    first_row = '<row r="1"><c r="A1"><v>1</v></c><c r="D1" s="1"/></row>'
    blank = '<row r="1048576"><c r="D1048576" t="inlineStr"><is><t> </t></is></c></row>'
    assert first(saved(first_row + '<row r="9"/>' + blank)) == ((1, None, None, None),)
    far = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" t="inlineStr"><is><t> </t></is></c></row>'
    assert first(saved(far)) == ((1,),)
    stray = first(saved(first_row + '<row r="999999"><c r="A999999"><v>2</v></c></row>'))
    assert (len(stray), stray[1], stray[-1]) == (999_999, (), (2,))


def test_half_a_character_is_none_and_two_halves_are_one() -> None:
    said = "Wes _xD83D_ Worker _xD83D__xDE00_"
    rows = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{said}</t></is></c></row>'
    assert first(saved(rows)) == (("Wes \ufffd Worker \U0001f600",),)


def test_what_people_say_with_comments_lines_and_hidden_rows_is_read_too() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        lined = book.add_format({"font_strikeout": True})
        people, other = book.add_worksheet("Auditors"), book.add_worksheet("Lists")
        people.write_row(0, 0, ["Name", "Team"])
        people.write_string(1, 0, "Ada Auditor", lined)
        people.write_rich_string(2, 0, lined, "Una", "Unwell")
        people.write_string(3, 0, "Moss Moderator")
        people.write_comment(3, 0, "LEFT 3 January - do not allocate")
        people.set_row(3, None, None, {"hidden": True})
        other.hide()
    marks = read_workbook(out.getvalue()).marks
    assert marks["Auditors"] == Marks(comments=((3, 0),), struck=((1, 0), (2, 0)), hidden_rows=(3,))
    assert marks["Lists"] == Marks(unseen=True)


BAD = {
    "no zip": b"nothing",
    "protected": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500),
    "no workbook": saved("", more={"xl/workbook.xml": "<a/"}),
    "a string that is not there": saved('<row r="1"><c r="A1" t="s"><v>7</v></c></row>'),
    "rows out of order": saved('<row r="2"/><row r="1"/>'),
    "cells out of order": saved('<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>'),
    "a row beyond all": saved('<row r="99999999"/>'),
    "a column beyond all": saved('<row r="1"><c r="XFD1"><v>1</v></c></row>'),
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_no_workbook_is_refused_in_words(what: str) -> None:
    with pytest.raises(NotAWorkbook):
        read_workbook(BAD[what])


def test_it_is_read_where_it_can_do_no_harm() -> None:
    found = workbook_safely(workbook({"A": Table(["On"], [[date(2026, 4, 7)], ["x"], [1.5]])}))
    assert not isinstance(found, Held)
    assert found.sheets["A"] == (("On",), (date(2026, 4, 7),), ("x",), (1.5,))
    held = workbook_safely(b"nothing")
    assert isinstance(held, Held)
    assert "no Excel workbook" in held.reason
