"""What is put into a report is what stands in it, in the template's own styles, and nothing else."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree
from report_files import (
    DOCUMENT,
    SHIPPED,
    W,
    control,
    edited,
    page,
    paragraphs,
    parts,
    related,
    report,
    reworded,
    table,
    tag_of,
    template,
    text,
)
from report_pieces.report_file import Column, ReportFile

from bot.papers.reports.word_report import fill
from bot.papers.word.controls import printable
from bot.papers.word.walk import NotWord
from bot.programme.reports.report import Chart, ReportTable

HARD = "A & B <w:p> “quoted” 'x' ]]> \t\n é 👩🏽‍👧 \x00\ud800 " + "x" * 5000


def _places(file: ReportFile) -> None:
    file.add(f"<w:p>{file.word('word')}</w:p>")
    file.list("list")
    file.numbers("table", Column("First", 40, number=False), Column("Second", 30), Column("Third", 30))
    file.your_words("thoughts", "Write here")


PLACES = template(_places)

texts = st.text(max_size=40)
numbers_or_text = st.integers(0, 500) | texts


@st.composite
def tables(draw: st.DrawFn) -> ReportTable:
    width = draw(st.integers(1, 7))
    row = st.tuples(*[numbers_or_text] * width)
    columns = draw(st.tuples(*[texts] * width))
    return ReportTable(columns, tuple(draw(st.lists(row, max_size=6))), draw(texts))


@settings(max_examples=60, deadline=None)
@given(texts, st.lists(texts, min_size=1, max_size=5), tables())
@example(HARD, [HARD, "", HARD], ReportTable((HARD, "b"), ((HARD, 3), ("", HARD)), HARD))
def test_what_is_put_in_is_read_back_equal(word: str, entries: list[str], given_table: ReportTable) -> None:
    root = page(
        fill(
            PLACES,
            report(words={"word": word}, lists={"list": tuple(entries)}, tables={"table": given_table}),
        )
    )
    assert text(control(root, "word")) == printable(word)
    assert paragraphs(control(root, "list")) == [printable(entry) for entry in entries]
    place = control(root, "table")
    assert table(place) == [
        [printable(str(cell)) for cell in row] for row in (given_table.columns, *given_table.rows)
    ]
    below = [text(p) for p in place.find(f"{W}sdtContent").findall(f"{W}p")]
    assert [note for note in below if note] == [printable(n) for n in [given_table.note] if printable(n)]


def test_what_every_report_has_stands_without_saying_so() -> None:
    root = page(fill(SHIPPED, report()))
    assert text(control(root, "title")) == "A report"
    assert text(control(root, "cycle")) == "March 2026"
    assert text(control(root, "as at")) == "30 April 2026"
    foot = etree.fromstring(parts(fill(SHIPPED, report()))["word/footer1.xml"])
    assert "A report, March 2026    Draft as at 30 April 2026" in text(foot)
    assert (
        "<dc:title>A report – March 2026</dc:title>"
        in parts(fill(SHIPPED, report()))["docProps/core.xml"].decode()
    )


def test_the_styles_of_the_template_are_kept() -> None:
    root = page(
        fill(
            PLACES,
            report(
                words={"word": "x"},
                lists={"list": ("a", "b", "c")},
                tables={"table": ReportTable(("A", "B", "C"), (("a", 1, 2), ("b", 3, 4)))},
            ),
        )
    )

    def styles(element: etree._Element) -> list[str]:
        return [s.get(f"{W}val") for s in element.iter(f"{W}pStyle")]

    assert styles(control(root, "list")) == ["Reportlist"] * 3
    place = control(root, "table")
    rows = [styles(row) for row in place.iter(f"{W}tr")]
    assert rows == [["Tableheading", *["Tableheadingnumber"] * 2], *[["Tabletext", *["Tablenumber"] * 2]] * 2]
    assert next(place.iter(f"{W}tblStyle")).get(f"{W}val") == "ReportTable"


def test_a_word_looks_as_the_template_shows_it() -> None:
    bold = reworded(
        PLACES,
        (
            '<w:r><w:t xml:space="preserve">‹word›',
            "<w:r><w:rPr><w:b/></w:rPr><w:t>‹wo</w:t></w:r><w:r><w:t>rd›",
        ),
    )
    place = control(page(fill(bold, report(words={"word": "x"}))), "word")
    assert len(list(place.iter(f"{W}r"))) == 1
    assert place.find(f".//{W}rPr/{W}b") is not None


@pytest.mark.parametrize("columns", [1, 2, 3, 4, 9])
def test_the_heading_row_is_repeated_and_the_widths_are_shared_out_anew(columns: int) -> None:
    row = tuple(range(columns))
    given_table = ReportTable(tuple(f"C{n}" for n in row), (row, row))
    place = control(page(fill(PLACES, report(tables={"table": given_table}))), "table")
    heads = [tr.find(f"{W}trPr/{W}tblHeader") is not None for tr in place.iter(f"{W}tr")]
    assert heads == [True, False, False]
    widths = [int(col.get(f"{W}w")) for col in place.iter(f"{W}gridCol")]
    before = [int(col.get(f"{W}w")) for col in control(page(PLACES), "table").iter(f"{W}gridCol")]
    assert len(widths) == columns
    assert sum(widths) == sum(before)
    assert columns != len(before) or widths == before
    for tr in place.iter(f"{W}tr"):
        assert [int(w.get(f"{W}w")) for w in tr.iter(f"{W}tcW")] == widths


def test_a_row_that_is_too_short_is_no_table() -> None:
    with pytest.raises(ValueError):
        fill(PLACES, report(tables={"table": ReportTable(("A", "B"), (("a",),))}))


def test_a_persons_places_are_never_touched() -> None:
    """Not even when a report has something under that very name."""

    def own(data: bytes) -> list[bytes]:
        return [etree.tostring(sdt) for sdt in page(data).iter(f"{W}sdt") if tag_of(sdt).startswith("write.")]

    name = "write.headline"
    given_report = report(words={name: "x"}, lists={name: ("x",)}, charts={name: Chart("", (), (), "")})
    assert len(own(SHIPPED)) == 5
    assert own(fill(SHIPPED, given_report)) == own(SHIPPED)


def test_a_place_the_report_has_nothing_for_says_so_and_shows_no_example() -> None:
    found = fill(PLACES, report())
    assert text(control(page(found), "word")) == "[nothing under “word”]"
    assert paragraphs(control(page(found), "table")) == ["[nothing under “table”]"]
    assert "‹" not in text(page(found))


def test_a_list_without_entries_shows_a_dash() -> None:
    assert paragraphs(control(page(fill(PLACES, report(lists={"list": ()}))), "list")) == ["–"]


def test_a_table_where_the_template_has_none_is_a_sentence() -> None:
    found = fill(PLACES, report(tables={"list": ReportTable(("A",), ())}))
    assert "draw one with a heading row" in text(control(page(found), "list"))


def test_two_tables_never_grow_together() -> None:
    columns = (Column("A", 50), Column("B", 50))
    both = template(
        lambda f: f.numbers("one", *columns), lambda f: f.numbers("two", *columns), lambda f: f.heading("x")
    )
    one = ReportTable(("A", "B"), ((1, 2),))
    root = page(fill(both, report(tables={"one": one, "two": one})))
    blocks = [
        b.tag.removeprefix(W)
        for sdt in (control(root, "one"), control(root, "two"))
        for b in sdt.find(f"{W}sdtContent")
    ]
    assert blocks == ["tbl", "p", "tbl"]


def test_a_bound_control_shows_what_is_put_in() -> None:
    bound = reworded(PLACES, ("<w:text/>", '<w:dataBinding w:xpath="/a" w:storeItemID="b"/><w:text/>'))
    place = control(page(fill(bound, report(words={"word": "x"}))), "word")
    assert text(place) == "x"
    assert place.find(f".//{W}dataBinding") is None


def test_a_moved_section_and_a_changed_logo_work() -> None:
    """A block cut and pasted elsewhere, and a picture the team put in: its part stays as it is."""
    logo = b"\x89PNG another logo"

    def moved(data: bytes) -> bytes:
        root = etree.fromstring(data)
        body = root.find(f"{W}body")
        body.insert(0, control(root, "table"))
        return etree.tostring(root)

    def with_logo(data: bytes) -> bytes:
        picture = b'<Relationship Id="rIdLogo" Type="http://x/image" Target="media/logo.png"/>'
        return data.replace(b"</Relationships>", picture + b"</Relationships>")

    edits = {DOCUMENT: moved, "word/_rels/document.xml.rels": with_logo}
    changed = edited(PLACES, edits, {"word/media/logo.png": logo})
    found = fill(changed, report(tables={"table": ReportTable(("A",), (("b",),))}))
    assert parts(found)["word/media/logo.png"] == logo
    assert table(page(found).find(f"{W}body")[0]) == [["A"], ["b"]]


def test_the_same_report_gives_the_same_bytes_and_each_part_is_known() -> None:
    found = fill(SHIPPED, report())
    assert found == fill(SHIPPED, report())
    held = parts(found)
    types = held["[Content_Types].xml"].decode()
    for name in held:
        ending = name.rpartition(".")[2]
        assert f'PartName="/{name}"' in types or f'Extension="{ending}"' in types, name
        assert ending != "xml" or etree.fromstring(held[name]) is not None
    for part in re.findall(r'PartName="/([^"]+)"', types):
        assert part in held
    for name in held:
        for _, target in related(found, name).values():
            assert target in held, (name, target)


def test_a_template_saved_as_a_template_gives_a_document() -> None:
    dotx = reworded(PLACES, ("document.main+xml", "template.main+xml"), part="[Content_Types].xml")
    assert b"document.main+xml" in parts(fill(dotx, report()))["[Content_Types].xml"]


@pytest.mark.parametrize("data", [b"", b"PK", b"no zip at all", SHIPPED[:2000], SHIPPED[:-40]])
def test_what_is_no_word_file_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(NotWord):
        fill(data, report())


def test_eight_tables_and_three_charts_take_less_than_half_a_second() -> None:
    columns = tuple(Column(f"C{n}", 20) for n in range(5))
    big = template(
        *(lambda f, n=n: f.numbers(f"t{n}", *columns) for n in range(8)),
        *(lambda f, n=n: f.grade_bars(f"c{n}", "A", "B") for n in range(3)),
    )
    rows = tuple((f"row {n}", n, n, n, n) for n in range(12))
    bars = Chart("t", tuple(f"c{n}" for n in range(8)), (("Good", tuple(range(8))),) * 4, "f")
    full = report(
        tables={f"t{n}": ReportTable(("A", "B", "C", "D", "E"), rows) for n in range(8)},
        charts={f"c{n}": bars for n in range(3)},
    )
    fill(big, full)
    began = time.process_time()
    fill(big, full)
    assert time.process_time() - began < 0.5
