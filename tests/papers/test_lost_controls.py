"""A form whose controls were lost on the way is read by its own words: every answer kept, nothing untrue said of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lost_controls import FORMS, TICKED, WAYS, changed, filled_in, without_controls
from lxml import etree

from bot.papers.forms.answers import Held, ReturnedAudit
from bot.papers.forms.completeness import NOT_FOUND
from bot.papers.forms.form import Form
from bot.papers.forms.questions import label_key, questions
from bot.papers.forms.returned_audit import judged_form, opened
from bot.papers.forms.written_dates import before_and_day

ROOT = Path(__file__).parents[2]
ASKED = questions((ROOT / "config" / "audit_tool.toml").read_text(encoding="utf-8"))
SAVED = ROOT / "tests" / "samples" / "lost_controls"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def form_of(data: bytes) -> Form:
    form = opened(data, ASKED)
    assert isinstance(form, Form), form
    return form


def lost_or_wrong(data: bytes, truth: dict[str, str]) -> dict[str, str]:
    form = form_of(data)
    read = form.fields()
    return {
        tag: read.get(tag, "nothing")
        for tag, answer in truth.items()
        if (not form.ticked(tag) if answer == TICKED else read.get(tag) != answer)
    }


def said(data: bytes) -> set[str]:
    found = judged_form(form_of(data))
    assert isinstance(found, ReturnedAudit), found
    return {f"{problem.where}: {problem.what}" for problem in found.problems}


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("way", WAYS)
def test_every_answer_is_kept_when_the_controls_are_lost(name: str, way: str) -> None:
    data, truth = filled_in(name)
    assert len(truth) > 20
    assert lost_or_wrong(data, truth) == {}
    assert lost_or_wrong(changed(data, WAYS[way]), truth) == {}


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_said_of_a_form_without_controls_that_is_not_said_of_it_with_them(
    name: str, way: str
) -> None:
    data, _ = filled_in(name)
    assert said(changed(data, WAYS[way])) == said(data)


@pytest.mark.parametrize("path", sorted(SAVED.glob("*-by-way-of-*.docx")), ids=lambda path: path.stem)
def test_a_whole_form_that_libreoffice_saved_keeps_every_answer(path: Path) -> None:
    name = path.name.partition("-by-way-of-")[0]
    truth = json.loads((SAVED / "truth.json").read_text(encoding="utf-8"))[name]
    assert lost_or_wrong(path.read_bytes(), truth) == {}
    assert said(path.read_bytes()) == said((SAVED / f"{name}-as-filled-in.docx").read_bytes())


def test_the_saved_forms_are_all_there() -> None:
    assert len(list(SAVED.glob("*-by-way-of-*.docx"))) == 3 * len(FORMS)


def row_of(root: etree._Element, words: str) -> etree._Element:
    return next(
        row
        for row in root.iter(f"{W}tr")
        if label_key("".join(t.text or "" for t in row.iter(f"{W}t")))[: len(words)] == words
    )


def test_a_question_that_is_gone_from_the_form_is_named_and_nobody_is_blamed_for_it() -> None:
    data, _ = filled_in("audit_tool")

    def drop(root: etree._Element) -> None:
        without_controls(root)
        for words in ("grade", "i confirm", "records read"):  # the first domain's grade, both declarations
            row = row_of(root, words)
            parent = row.getparent()
            assert parent is not None
            parent.remove(row)

    found = said(changed(data, drop))
    told = next(line for line in found if line.startswith(f"The form: {NOT_FOUND[:20]}"))
    for named in (
        "Section 6, Relationship and direct work, grade",
        "Section 2, Training declaration",
        "Section 2, Independence declaration",
        "Section 3, Records reviewed?",
    ):
        assert named in told
        assert not any(line.startswith(named) for line in found), "what is not there is nobody's failing"


def test_an_improvement_plan_whose_table_is_gone_is_not_called_missing() -> None:
    data, _ = filled_in("audit_tool")

    def drop(root: etree._Element) -> None:
        without_controls(root)
        for table in list(root.iter(f"{W}tbl")):
            if "What will be done" in "".join(t.text or "" for t in table.iter(f"{W}t")):
                parent = table.getparent()
                assert parent is not None
                parent.remove(table)
        for text in root.iter(f"{W}t"):
            if text.text in ("Outstanding", "Good"):
                text.text = "Requires Improvement"

    found = said(changed(data, drop))
    assert any("Section 9, Improvement plan" in line and line.startswith("The form") for line in found)
    assert not any("no action has what, who and by when" in line for line in found)


def test_a_control_around_a_whole_cell_is_not_the_answer_to_the_title_of_one_inside() -> None:
    """LibreOffice puts the title of a cell's first control on a control around all of the cell."""
    data, truth = filled_in("audit_tool")

    def wrap(root: etree._Element) -> None:
        cell = next(row_of(root, "i confirm").iterchildren(f"{W}tc", reversed=True))
        inner = [each for each in cell if each.tag == f"{W}p"]
        for properties in cell.iter(f"{W}sdtPr"):
            for name in ("tag", "alias"):
                for each in properties.findall(f"{W}{name}"):
                    properties.remove(each)
        outer = etree.SubElement(cell, f"{W}sdt")
        properties = etree.SubElement(outer, f"{W}sdtPr")
        etree.SubElement(properties, f"{W}alias").set(f"{W}val", "I have completed the audit training.")
        content = etree.SubElement(outer, f"{W}sdtContent")
        content.extend(inner)

    assert lost_or_wrong(changed(data, wrap), truth) == {}


def test_a_letter_that_mentions_two_questions_is_no_form() -> None:
    from word_files import docx, p, t

    found = judged_form(
        form_of(docx(p(t("Audit reference: FSP-2026-03-001")) + p(t("Comment: all is well"))))
    )
    assert isinstance(found, Held)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Pru Practitioner,   11/03/2026", ("Pru Practitioner", "11/03/2026")),
        ("Pru Practitioner 11 March 2026", ("Pru Practitioner", "11 March 2026")),
        ("01/01/2026   to   28/02/2026", ("01/01/2026", "28/02/2026")),
        ("Pru Practitioner", ("Pru Practitioner", "")),
        ("11/03/2026", ("", "11/03/2026")),
        ("Pru Practitioner on 11.3.26", ("Pru Practitioner", "11.3.26")),
        ("", ("", "")),
    ],
)
def test_a_name_and_a_day_in_one_place_are_two_answers(written: str, read: tuple[str, str]) -> None:
    assert before_and_day(written) == read
