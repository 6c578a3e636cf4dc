"""A template belongs to the Audit Team: what they change in Word works, or is told in a sentence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree
from report_files import (
    CHART,
    DOCUMENT,
    FOLDER,
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
from bot.programme.reports.report import Chart

HIGHLIGHT = highlight.build()
BARS = Chart("t", ("All",), (("Good", (3,)),), "f")
KNOWN = {*HIGHLIGHT.lists, *HIGHLIGHT.tables, *HIGHLIGHT.charts}


def test_nothing_is_wrong_with_the_shipped_template() -> None:
    assert template_problems(SHIPPED, KNOWN) == []


def test_the_reports_are_what_the_code_builds(tmp_path: Path) -> None:
    subprocess.run([sys.executable, FOLDER / "build_reports.py", "--to", tmp_path], check=True)
    built = sorted(tmp_path.glob("*.docx"))
    assert [file.stem for file in built] == sorted(REPORTS)
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

    def without(data: bytes) -> bytes:
        root = etree.fromstring(data)
        place = control(root, "left out")
        for child in list(place.find(f"{W}sdtContent")):
            place.addprevious(child)
        place.getparent().remove(place)
        return etree.tostring(root)

    (told,) = template_problems(edited(SHIPPED, {DOCUMENT: without}), KNOWN)
    assert (
        told
        == "“‹left out: one after the other›” is the mark of a place that was lost: copy its control again."
    )


def test_tracked_changes_are_told() -> None:
    tracked = '<w:t>x</w:t></w:r><w:ins w:id="1" w:author="A"/><w:r><w:t>2'
    changed = _changed('<w:t xml:space="preserve">2  Grades', tracked)
    assert "tracked changes" in " ".join(template_problems(changed, KNOWN))


def test_a_kind_of_chart_that_is_not_filled_is_told() -> None:
    changed = reworded(SHIPPED, ("c:barChart>", "c:scatterChart>"), part=CHART)
    assert "is of a kind that is not filled" in " ".join(template_problems(changed, KNOWN))


def test_what_is_no_word_file_is_told_in_words() -> None:
    assert template_problems(b"x", KNOWN) == [
        "The template cannot be used: the file is damaged, or no Word file."
    ]


def test_a_strict_document_is_told_how_to_be_saved() -> None:
    strict = _changed(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    (told,) = template_problems(strict, KNOWN)
    assert "Word Document (*.docx)" in told
