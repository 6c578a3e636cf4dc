"""A held form says which grades it may hold, so that an Inadequate is told at once and a Good is not."""

from __future__ import annotations

from functools import cache

import pytest
from grade_shapes import POSITIONS, SHAPES, Originals, shaped
from judge import answered
from test_reading_grades import ASKED
from word_files import docx, gone, ins, p, pairs, sdt, t

from bot.papers.forms.answers import Held, Refused, grades_told
from bot.papers.forms.returned_audit import read
from bot.programme.vocabulary import Grade

OVERALL = [place for place in POSITIONS if place != "a domain's"]


@cache
def originals() -> Originals:
    return Originals()


def held(name: str, position: str, grade: str) -> Held | Refused | None:
    shape = SHAPES[name]
    if grade not in shape.grades:
        return None
    answer = answered(shaped(originals(), shape, position, grade))
    return answer if isinstance(answer, Held | Refused) else None


@pytest.mark.parametrize("name", SHAPES)
def test_an_inadequate_in_any_shape_is_never_said_to_be_certainly_none(name: str) -> None:
    for position in OVERALL:
        if (answer := held(name, position, "Inadequate")) and not (
            isinstance(answer, Held) and answer.incomplete
        ):
            told = grades_told(answer)
            assert told is None or Grade.INADEQUATE in told, f"{position}: {answer.reason}"


@pytest.mark.parametrize("name", SHAPES)
def test_a_doubtful_good_or_a_doubt_about_a_domain_is_not_said_to_be_an_inadequate(name: str) -> None:
    for position in OVERALL:
        if answer := held(name, position, "Good"):
            assert Grade.INADEQUATE not in (grades_told(answer) or ()), f"{position}: {answer.reason}"
    if (answer := held(name, "a domain's", "Inadequate")) and isinstance(answer, Held) and answer.problems:
        assert answer.grades == (Grade.GOOD,), answer.reason


def form(*rows: tuple[str, str]) -> bytes:
    return docx(pairs(*((label, p(each)) for label, each in rows)))


@pytest.mark.parametrize("grade", Grade)
def test_a_form_of_which_it_is_not_certain_whose_it_is_still_says_its_grade(grade: Grade) -> None:
    data = form(
        ("Audit reference", sdt("audit_ref", t("FSP-2026-03-001"))),
        ("Overall grade", sdt("grade_auditor", t(grade.value))),
    )
    found = read(data, ASKED, "FSP-2026-03-002.docx")
    assert isinstance(found, Held)
    assert found.another_child
    assert found.grades == (grade,)


def test_a_word_file_that_is_no_form_says_which_grades_its_words_name() -> None:
    found = read(docx(p(t("In my view this is Inadequate."))), ASKED)
    assert isinstance(found, Held)
    assert found.grades == (Grade.INADEQUATE,)
    other = read(docx(p(t("Minutes of the team meeting. Adequately done."))), ASKED)
    assert isinstance(other, Held)
    assert other.grades == ()


def test_a_word_that_is_no_grade_leaves_open_what_it_means() -> None:
    data = form(
        ("Audit reference", sdt("audit_ref", t("FSP-2026-03-001"))),
        ("Overall grade", sdt("grade_auditor", t("Inadeqate"))),
    )
    found = read(data, ASKED)
    assert isinstance(found, Held)
    assert found.grades is None


CHILD = "Zylphi Quenabrook, born 14 March 2008, Mosaic 9310007"
WORDS_IN_THE_BOX = {
    "beside a grade": sdt("grade_auditor", t(f"Good, as {CHILD} says")),
    "in place of one": sdt("grade_auditor", t(CHILD)),
    "before a change": sdt("grade_auditor", gone(CHILD) + ins(t("Good"))),
    "in a change": sdt("grade_auditor", t("Good") + ins(t(f" {CHILD}"))),
    "hidden": sdt("grade_auditor", t("Good") + t(CHILD, "<w:vanish/>")),
    "behind the control": sdt("grade_auditor", t("Good")) + t(f" {CHILD}"),
    "behind an empty control": sdt("grade_auditor", "") + t(f" {CHILD}"),
    "twice": sdt("grade_auditor", t("Good")) + sdt("grade_auditor", t(CHILD)),
}


@pytest.mark.parametrize("name", WORDS_IN_THE_BOX)
def test_what_a_grade_box_says_is_never_quoted(name: str) -> None:
    """Only the four grades are, whatever the box holds."""
    data = form(
        ("Audit reference", sdt("audit_ref", t("FSP-2026-03-001"))),
        ("Overall grade", WORDS_IN_THE_BOX[name]),
    )
    found = read(data, ASKED)
    assert isinstance(found, Held), found
    said = f"{found.reason} {found.problems}"
    assert not any(word in said for word in ("Zylphi", "Quenabrook", "March", "2008", "9310007"))
    assert "no grade" in said or "nothing" in said or "“Good”" in said
