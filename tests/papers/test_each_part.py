"""Whose answer is whose, what differs between two files of one audit, and what is too little to be one (§7)."""

from __future__ import annotations

from pathlib import Path

import pytest
from forms import filled
from lost_controls import WAYS, changed, filled_in

from bot.errors import SettingsError
from bot.papers.forms.answers import ReturnedAudit
from bot.papers.forms.each_part import answered, differences, moderators_questions
from bot.papers.forms.questions import questions
from bot.papers.forms.returned_audit import read
from bot.programme.vocabulary import Part

ROOT = Path(__file__).parents[2]
ASKED = questions((ROOT / "config" / "audit_tool.toml").read_text(encoding="utf-8"))
PARTS = (Part.AUDITOR, Part.MODERATOR)


def form(name: str = "audit_tool") -> bytes:
    return (ROOT / "docx_templates" / f"{name}.docx").read_bytes()


def said(data: bytes) -> ReturnedAudit:
    found = read(data, ASKED)
    assert isinstance(found, ReturnedAudit), found
    return found


@pytest.mark.parametrize("name", ["audit_tool", "re_audit"])
@pytest.mark.parametrize("way", WAYS)
def test_another_program_that_takes_the_controls_away_has_changed_no_answer(name: str, way: str) -> None:
    for data in (
        filled(form(name), grade="Good", moderated="Requires Improvement", audit_ref="FSP-2026-03-001"),
        filled_in(name)[0],
    ):
        was, now = said(data), said(changed(data, WAYS[way]))
        for part in PARTS:
            assert differences(was, now, part, ASKED) == []


def test_a_grade_in_another_spelling_and_a_date_in_another_writing_are_the_same_answer() -> None:
    one = said(filled(form(), grade="Requires Improvement", a_date="2026-03-16"))
    other = said(filled(form(), grade="RI", a_date="2026-03-16"))
    assert differences(one, other, Part.AUDITOR, ASKED) == []


def test_every_question_of_section_12_is_the_moderators_and_no_other() -> None:
    tags = moderators_questions(ASKED)
    assert {"grade_moderated", "m_rationale", "m_notes", "m_outcome", "m_conv_ok", "md4.grade"} <= tags
    assert not {tag for tag in tags if not tag.startswith(("m_", "md")) and tag != "grade_moderated"}
    auditors = said(filled(form(), grade="Good"))
    assert answered(auditors, Part.MODERATOR, ASKED) == []
    assert "Section 8, Overall grade" in answered(auditors, Part.AUDITOR, ASKED)


def test_what_the_audit_team_notes_in_section_11_is_nobodys_change() -> None:
    was = said(filled(form(), grade="Good"))
    now = said(filled(form(), grade="Good", qa_received="2026-03-17", qa_ok="Yes"))
    assert differences(was, now, Part.AUDITOR, ASKED) == []


EMPTY = dict.fromkeys(
    [
        *(
            "decl_trained",
            "decl_indep",
            "conv_held",
            "kloe.finding",
            "grade_reason",
            "fb_practitioner",
            "fam_child",
        ),
        *("fb_family", "act.what", "act.who", "act.by", "a_date"),
        *(f"d{n}.{part}" for n in range(1, 7) for part in ("well", "grade")),
    ],
    "",
)


@pytest.mark.parametrize(("more", "scant"), [
    ({}, True),
    ({"grade_reason": "All fine."}, True),
    ({"grade_reason": "All fine.", "fb_family": "Happy", "fb_practitioner": "Useful"}, True),
    ({"grade_reason": "All fine.", "a_date": "2026-03-16", "conv_held": "Yes"}, False),
])  # fmt: skip
def test_an_audit_with_one_line_is_one_and_a_grade_alone_is_none(more: dict[str, str], scant: bool) -> None:
    assert (Part.AUDITOR in said(filled(form(), grade="Good", **{**EMPTY, **more})).scant) is scant


def test_a_moderated_grade_alone_is_no_moderation() -> None:
    nothing = dict.fromkeys(["m_disc", "m_rationale", "m_date", "m_outcome"], "")
    assert said(filled(form(), grade="Good", moderated="Good", **nothing)).scant == {Part.MODERATOR}
    one = {**nothing, "m_date": "2026-03-24"}
    assert not said(filled(form(), grade="Good", moderated="Good", **one)).scant


@pytest.mark.parametrize("name", ["dip_sample", "dip_audit"])
def test_a_short_dip_sample_is_one(name: str) -> None:
    one = {
        "audit_ref": "FSP-2026-03-001",
        "kloe.met": "Yes",
        "prev.status": "Done",
        "progress": "A new plan.",
    }
    data = filled(form(name), grade="", **EMPTY, **one)
    assert not said(data).scant


def test_more_answers_than_there_are_questions_are_refused_in_a_sentence() -> None:
    text = (ROOT / "config" / "audit_tool.toml").read_text(encoding="utf-8")
    for slip in ("moderator = 20", "moderator = -1", 'moderator = "2"', "moderators = 2"):
        with pytest.raises(
            SettingsError, match=r"audit_tool\.toml, line \d+: .*(answers|whole number|word of ours)"
        ):
            questions(text.replace("\nmoderator = 2\n", f"\n{slip}\n"))
