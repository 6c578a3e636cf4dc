"""A template belongs to the Audit Team: what they change in Word works, or is told in a sentence."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from lxml import etree
from report_files import (
    BOOK,
    CHART,
    DOCUMENT,
    FOLDER,
    FORMS,
    REPORTS,
    SHIPPED,
    W,
    charts,
    control,
    drawn,
    edited,
    everything,
    page,
    parts,
    report,
    reworded,
    template,
    text,
)  # fmt: skip
from report_pieces import highlight
from report_pieces.report_file import ReportFile

from bot.papers.reports.word_report import fill, template_problems
from bot.papers.word.walk import NotWord
from bot.programme.reports.report import Chart

HIGHLIGHT = highlight.build()
BARS = Chart("t", ("All",), (("Good", (3,)),), "f")
KNOWN = {*HIGHLIGHT.lists, *HIGHLIGHT.tables, *HIGHLIGHT.charts}


def test_nothing_is_wrong_with_the_shipped_template() -> None:
    assert template_problems(SHIPPED, KNOWN) == []


def test_the_forms_and_the_reports_are_what_the_code_builds(tmp_path: Path) -> None:
    subprocess.run([sys.executable, FOLDER / "build.py", "--to", tmp_path], check=True)
    built = sorted(tmp_path.glob("*.docx"))
    assert [file.stem for file in built] == sorted([*FORMS, *REPORTS])
    for file in built:
        assert parts(file.read_bytes()) == parts((FOLDER / file.name).read_bytes()), file.name


def test_tables_hold_rows_and_rows_hold_cells() -> None:
    """Word opens nothing in which they do not; other programs do."""
    holders = {"tr": ("tbl", "sdtContent"), "tc": ("tr", "sdtContent"), "p": ("body", "tc", "sdtContent")}
    root = page(SHIPPED)
    for name, right in holders.items():
        for element in root.iter(f"{W}{name}"):
            assert element.getparent().tag.removeprefix(W) in right
    assert all(cell[-1].tag == f"{W}p" for cell in root.iter(f"{W}tc"))


def test_the_places_of_the_highlight_report_are_told_at_its_head() -> None:
    told = " ".join(str(highlight.__doc__).split())
    for name in KNOWN:
        assert name in told


def _changed(old: str, new: str) -> bytes:
    return reworded(SHIPPED, (old, new))


def test_a_misspelt_place_is_told_with_the_nearest_right_name() -> None:
    changed = _changed('w:tag w:val="left out"', 'w:tag w:val="leftout"')
    assert template_problems(changed, KNOWN) == [
        "The place “leftout” is nothing this report has (did you mean “left out”?)."
    ]


def test_a_misspelt_figure_is_told_with_the_nearest_right_name() -> None:
    changed = _changed('title="domain grades"', 'title="domain grads"')
    assert template_problems(changed, KNOWN) == [
        "The chart “domain grads” is nothing this report has (did you mean “domain grades”?)."
    ]


def test_a_figure_taken_out_is_not_printed_and_the_others_are() -> None:
    def without(data: bytes) -> bytes:
        root = etree.fromstring(data)
        figure = next(root.iter(f"{W}drawing")).getparent().getparent()
        figure.getparent().remove(figure)
        return etree.tostring(root)

    found = fill(edited(SHIPPED, {DOCUMENT: without}), report(charts=dict.fromkeys(HIGHLIGHT.charts, BARS)))
    assert charts(found).keys() == {"domain grades"}
    assert drawn(found, "domain grades") == (["All"], {"Good": [3]})


def test_a_misspelt_figure_shows_a_sentence_and_no_sample_numbers() -> None:
    changed = _changed('title="domain grades"', 'title="domain grads"')
    found = fill(changed, report(charts=dict.fromkeys(HIGHLIGHT.charts, BARS)))
    assert charts(found).keys() == {"grades by type"}
    assert "[nothing under “domain grads”]" in text(page(found))
    assert "Domain 1" not in everything(found)


def test_a_name_that_is_near_none_is_told_with_all_there_are() -> None:
    (told,) = template_problems(_changed('title="domain grades"', 'title="zzz"'), {"b", "a"} | KNOWN)[-1:]
    assert "“a”" in told
    assert "“left out”" in told


def test_a_chart_without_a_name_is_told() -> None:
    (told,) = template_problems(_changed(' title="domain grades"', ""), KNOWN)
    assert told.startswith("A chart has no name")


def test_a_figure_or_section_taken_out_is_nothing_to_tell() -> None:
    without = template(lambda f: f.list("left out"))
    assert template_problems(without, KNOWN) == []


@pytest.mark.parametrize("name", ["write.anything", "write.a figure of our own"])
def test_a_persons_own_places_and_figures_are_theirs(name: str) -> None:
    def own(file: ReportFile) -> None:
        file.your_words("anything", "x")
        file.grade_bars("figure", "A")

    theirs = reworded(template(own), ('title="figure"', f'title="{name}"'))
    assert [each for each in template_problems(theirs, KNOWN) if "figure: title" not in each] == []


def test_a_control_that_was_taken_away_is_told() -> None:
    """Word's “Remove Content Control” leaves what stood in it."""
    (told,) = template_problems(unpacked(SHIPPED, "left out"), KNOWN)
    assert (
        told
        == "“‹left out: one after the other›” is the mark of a place that was lost: copy its control again."
    )


def unpacked(data: bytes, name: str) -> bytes:
    """The file without a control: what stood in it stays."""

    def without(held: bytes) -> bytes:
        root = etree.fromstring(held)
        place = control(root, name)
        for child in list(place.find(f"{W}sdtContent")):
            place.addprevious(child)
        place.getparent().remove(place)
        return etree.tostring(root)

    return edited(data, {DOCUMENT: without})


def test_a_lost_place_is_told_however_word_parts_its_mark_and_a_table_by_its_caption() -> None:
    parted = reworded(unpacked(SHIPPED, "left out"), ("left out: one", "left</w:t></w:r><w:r><w:t> out: one"))
    (told,) = template_problems(parted, KNOWN)
    assert "“‹left out: one after the other›”" in told
    (told, note) = template_problems(unpacked(SHIPPED, "moderation matrix"), KNOWN)
    assert told.startswith("“moderation matrix” is the mark of a place that was lost")
    assert "the table's note" in note


def test_a_template_without_any_place_is_told_in_one_sentence() -> None:
    """LibreOffice takes the controls away and leaves their marks."""

    def without(held: bytes) -> bytes:
        root = etree.fromstring(held)
        for tag in list(root.iter(f"{W}tag")):
            tag.getparent().remove(tag)
        return etree.tostring(root)

    footers = {name: without for name in parts(SHIPPED) if name.startswith("word/footer")}
    (told,) = template_problems(edited(SHIPPED, {DOCUMENT: without, **footers}), KNOWN)
    assert "no place for anything" in told
    assert "make your changes in Word" in told


def test_a_table_without_rows_is_told_before_a_report_is_made() -> None:
    def without(held: bytes) -> bytes:
        root = etree.fromstring(held)
        drawn = next(control(root, "moderation matrix").iter(f"{W}tbl"))
        drawn.getparent().remove(drawn)
        return etree.tostring(root)

    changed = edited(SHIPPED, {DOCUMENT: without})
    (told,) = template_problems(changed, KNOWN, HIGHLIGHT.tables)
    assert told.startswith("“moderation matrix” is a table: draw one")


@pytest.mark.parametrize("change", ["ins", "del"])
def test_a_figure_stands_in_the_report_whatever_was_tracked_in_its_sample(change: str) -> None:
    def tracked(held: bytes) -> bytes:
        root = etree.fromstring(held)
        (run,) = control(root, "left out").iter(f"{W}r")
        mark = etree.Element(f"{W}{change}", {f"{W}id": "7", f"{W}author": "Tia"})
        run.addprevious(mark)
        mark.append(run)
        return etree.tostring(root)

    found = page(fill(edited(SHIPPED, {DOCUMENT: tracked}), report(lists={"left out": ("Of 60, 57.",)})))
    assert text(control(found, "left out")) == "Of 60, 57."
    assert not [*found.iter(f"{W}ins", f"{W}del")]


@pytest.mark.parametrize("kind", ["pieChart", "areaChart", "radarChart", "scatterChart"])
def test_a_chart_that_would_show_a_part_or_a_nought_is_not_filled(kind: str) -> None:
    changed = reworded(SHIPPED, ("c:barChart>", f"c:{kind}>"), part=CHART)
    assert "is of a kind that is not filled" in " ".join(template_problems(changed, KNOWN))
    found = fill(changed, report(charts=dict.fromkeys(HIGHLIGHT.charts, BARS)))
    assert len(charts(found)) == 1


def _garbled(data: bytes) -> bytes:
    """Half of it arrived; the list at its end is there."""
    middle = len(data) // 3
    return data[:middle] + bytes(400) + data[middle + 400 :]


def _without(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for each, held in parts(SHIPPED).items():
            if each != name:
                package.writestr(each, held)
    return out.getvalue()


AS_DOCUMENT = "openxmlformats-officedocument.wordprocessingml.document.main"
MACROS = reworded(SHIPPED, (AS_DOCUMENT, "ms-word.document.macroEnabled.main"), part="[Content_Types].xml")


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (b"", "damaged"),
        (SHIPPED[: len(SHIPPED) // 2], "damaged"),
        (_garbled(SHIPPED), "damaged"),
        (_without(CHART), "chart1.xml is missing"),
        (edited(SHIPPED, {CHART: lambda held: held[:300]}), "chart1.xml is damaged"),
        (parts(SHIPPED)[BOOK], "of another program of Office"),
        (MACROS, "saved with macros; save it as “Word Document (*.docx)”"),
    ],
    ids=["empty", "half", "garbled", "chart gone", "chart cut", "workbook", "macros"],
)
def test_whatever_a_template_is_its_fault_is_a_sentence_and_no_report_comes_of_it(
    file: bytes, said: str
) -> None:
    (told,) = template_problems(file, KNOWN)
    assert told.startswith("The template cannot be used: ")
    assert said in told
    with pytest.raises(NotWord):
        fill(file, report(charts=dict.fromkeys(HIGHLIGHT.charts, BARS)))


def test_tracked_changes_are_told() -> None:
    tracked = '<w:t>x</w:t></w:r><w:ins w:id="1" w:author="A"/><w:r><w:t>2'
    changed = _changed('<w:t xml:space="preserve">2  Grades', tracked)
    assert "tracked changes" in " ".join(template_problems(changed, KNOWN))


def test_a_strict_document_is_told_how_to_be_saved() -> None:
    strict = _changed(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    (told,) = template_problems(strict, KNOWN)
    assert "Word Document (*.docx)" in told
