"""What the Audit Team is prompted to look at in a returned form (§2, §7): one test for each thing."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from forms import filled
from lost_controls import changed
from lxml import etree
from word_files import docx, p, pairs, sdt, t

from bot.papers.forms.answers import Held, ReturnedAudit
from bot.papers.forms.audit_tool import FormValues, stamp
from bot.papers.forms.intake import Admitted, admitted
from bot.papers.forms.questions import questions
from bot.papers.forms.returned_audit import read
from bot.papers.word.xml import w
from bot.programme.vocabulary import Part, Problem

ROOT = Path(__file__).parents[2]
ASKED = questions((ROOT / "config" / "audit_tool.toml").read_text(encoding="utf-8"))
VALUES = FormValues(
    "FSP-2026-03-001", "FSP, March 2026", "Full – Team Manager", None, "", "1000001", "Robin Example", None, "", "",
    "CIN", "Pru", "Bow", "Tia", "Ada", "Mo", ("Is the child's voice heard?", "Is supervision making a difference?"),
)  # fmt: skip
FORM = stamp((ROOT / "docx_templates" / "audit_tool.docx").read_bytes(), VALUES)
WHOLE = {
    "conv_date": "2026-03-10", "records_reviewed": "Yes", "fam_attempted": "Yes", "iro_cp_involved": "No",
    "p_impact": "What I set out to do", "p_name": "Pru", "p_date": "2026-03-11", "kloe.rag": "Strength",
    "grade_discussed": "2026-03-12", "fb_family": "They felt listened to.",
}  # fmt: skip
MODERATION = {
    "m_disc_date": "2026-03-20", "m_depth": "Yes", "m_accurate": "Yes", "m_recs": "Yes", "m_conv_ok": "Yes",
    "m_disc": "Yes", "m_agree": "Yes", "m_outcome": "Moderated", "m_date": "2026-03-24",
}  # fmt: skip


def answers(grade: str = "Good", moderated: str = "", form: bytes = FORM, **changes: str) -> ReturnedAudit:
    part = {**MODERATION, "grade_moderated": moderated} if moderated else {}
    found = read(filled(form, grade=grade, **{**WHOLE, **part, **changes}), ASKED)
    assert isinstance(found, ReturnedAudit), found
    return found


def said(found: ReturnedAudit) -> list[str]:
    return [f"{problem.where}: {problem.what}" for problem in found.problems]


def test_a_complete_audit_has_nothing_to_look_at() -> None:
    found = answers()
    assert said(found) == []
    assert not found.incomplete
    assert found.part is Part.AUDITOR
    assert (found.reference, found.mosaic_number, found.child_name) == (
        "FSP-2026-03-001", "1000001", "Robin Example",
    )  # fmt: skip


def test_a_complete_moderation_has_nothing_to_look_at() -> None:
    found = answers(moderated="Good")
    assert said(found) == []
    assert found.part is Part.BOTH


MISSING: dict[str, tuple[dict[str, str], str]] = {
    "a needed answer": ({"records_reviewed": ""}, "Section 3, Records reviewed?: it is not filled in."),
    "the training declaration": ({"decl_trained": ""}, "Section 2, Training declaration: the box is not ticked."),
    "the independence declaration": ({"decl_indep": ""}, "Section 2, Independence declaration: the box is not ticked."),
    "no conversation": ({"conv_held": "No"}, "the audit may not be valid"),
    "nothing said of a conversation": ({"conv_held": ""}, "it is not said whether a conversation was held"),
    "lines of enquiry without a finding": ({"kloe.finding": ""}, "2 of 2 key lines of enquiry have no finding."),
    "a domain without a grade": ({"d4.grade": ""}, "Section 6, Planning, grade: no grade is chosen."),
    "no reason": ({"grade_reason": ""}, "no reason is given for the grade"),
    "a scant reason": ({"grade_reason": "It was good work."}, "the reason for the grade has only 4 words."),
    "harm with a grade that does not say so": (
        {"grade_harm": "The child was hurt."}, "harm or risk of harm is described, but the grade is Good."
    ),
    "two steps above the lowest domain": ({"d4.grade": "Inadequate"}, "two steps or more above the lowest domain."),
    "an action nobody is to do": ({"act.who": ""}, "Section 9, Improvement plan: action 1 does not say who does it."),
    "an action without a day": ({"act.by": ""}, "action 1 does not say by when."),
    "an action due before the audit was complete": ({"act.by": "2026-03-01"}, "action 1 was due before the audit"),
    "complete before the conversation": (
        {"conv_date": "2026-03-18"}, "Section 10, Completed on: the date is before the one of “Section 3, Date of the"
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", MISSING)
def test_what_is_missing_or_odd_is_said_with_its_place(what: str) -> None:
    changes, fragment = MISSING[what]
    assert any(fragment in line for line in said(answers(**changes))), said(answers(**changes))


def test_outstanding_with_a_domain_below_good_is_pointed_out() -> None:
    found = answers(
        "Outstanding", **{"d2.grade": "Requires Improvement", "grade_outstanding": "The direct work."}
    )
    assert any("Outstanding, although a domain is graded below Good" in line for line in said(found))


def test_outstanding_without_saying_what_is_outstanding_is_pointed_out() -> None:
    assert any("it is not said what is outstanding" in line for line in said(answers("Outstanding")))


def test_inadequate_without_harm_is_pointed_out() -> None:
    whole = answers("Inadequate", **{f"d{n}.grade": "Inadequate" for n in range(1, 7)})
    assert said(whole) == []
    found = read(filled(FORM, grade="RI", **{**WHOLE, "grade_auditor": "Inadequate"}), ASKED)
    assert isinstance(found, ReturnedAudit)
    assert any("Inadequate, but no harm or risk of harm is described" in line for line in said(found))


@pytest.mark.parametrize("grade", ["Requires Improvement", "Inadequate"])
def test_below_good_without_a_whole_action_is_incomplete(grade: str) -> None:
    found = answers(grade, **{"act.who": ""})
    assert found.incomplete
    assert any("no action has what, who and by when" in line for line in said(found))


def test_a_moderator_who_agrees_with_another_grade_is_pointed_out() -> None:
    found = answers(moderated="Inadequate", m_agree="Yes", m_rationale="")
    assert any("the moderator agrees, but the grades differ" in line for line in said(found))
    assert any("the grade was changed and no rationale is given" in line for line in said(found))


def test_a_moderator_who_disagrees_without_a_reason_is_pointed_out() -> None:
    found = answers(moderated="Good", m_agree="No", m_rationale="")
    assert any("does not agree and no rationale is given" in line for line in said(found))


def test_a_moderation_before_the_audit_was_complete_is_pointed_out() -> None:
    found = answers(moderated="Good", m_date="2026-03-01")
    assert any("Section 12, Moderated on: the date is before" in line for line in said(found))


def test_questions_that_can_no_longer_be_found_in_the_file_are_told_by_name() -> None:
    import io
    import zipfile

    from word_files import packed

    with zipfile.ZipFile(io.BytesIO(FORM)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts["word/document.xml"] = parts["word/document.xml"].replace(b'w:val="records_reviewed"', b'w:val="x"')
    parts["word/document.xml"] = parts["word/document.xml"].replace(b"Records read?", b"Something else")
    found = answers(form=packed(parts))
    assert any(
        line.startswith("The form: no answer could be found") and "Records" in line for line in said(found)
    )


def test_a_re_audit_is_asked_for_its_own_questions_and_for_none_of_an_audits() -> None:
    form = stamp((ROOT / "docx_templates" / "re_audit.docx").read_bytes(), VALUES)
    of_its_own = {"tm_conv_held": "Yes", "tm_conv_date": "2026-03-11", "drift": "No"}
    assert said(answers(form=form, **of_its_own)) == []
    assert said(answers("Requires Improvement", "Requires Improvement", form, **of_its_own)) == []
    found = answers(form=form, **{**of_its_own, "tm_conv_held": ""})
    assert said(found) == ["Section 3, Conversation with the Team Manager: it is not filled in."]


def test_no_grade_at_all_is_incomplete_and_held() -> None:
    found = read(filled(FORM, grade=""), ASKED)
    assert isinstance(found, Held)
    assert found.incomplete
    assert [problem.where for problem in found.problems] == ["Section 8, Overall grade"]


# ---------------------------------------------------------------------------------------------- which audit it is


def stamped(reference: str = "FSP-2026-03-001", control: str = "FSP-2026-03-001", **parts: str) -> bytes:
    more = {
        "customXml__item7_dot_xml": '<audit xmlns="urn:audit-bot:audit" template="2026.2"><reference>'
        f"{reference}</reference></audit>",
        **parts,
    }
    who = pairs(("Audit reference", p(sdt("audit_ref", t(control)) if control else "")))
    return docx(who + pairs(("Overall grade", p(sdt("grade_auditor", t("Good"))))), **more)


def test_the_mark_inside_the_file_says_which_audit_it_is_when_the_control_is_gone() -> None:
    found = read(stamped(control=""), ASKED)
    assert isinstance(found, ReturnedAudit)
    assert (found.reference, found.template) == ("FSP-2026-03-001", "2026.2")


@pytest.mark.parametrize(
    "data",
    [
        stamped("FSP-2026-03-002"),
        stamped(control="FSP-2026-03-003"),
        docx(
            pairs(
                (
                    "Audit reference",
                    p(sdt("audit_ref", t("FSP-2026-03-001")) + sdt("audit_ref", t("FSP-2026-03-002"))),
                ),
                ("Overall grade", p(sdt("grade_auditor", t("Good")))),
            )
        ),
        docx(
            pairs(
                ("Audit reference", p(sdt("audit_ref", t("FSP-2026-03-001")))),
                ("Overall grade", p(sdt("grade_auditor", t("Good")))),
            ),
            word__header1_dot_xml='<w:hdr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
            "<w:p><w:r><w:t>Audit FSP-2026-03-002</w:t></w:r></w:p></w:hdr>",
        ),
    ],
    ids=["the mark", "the control", "two controls", "the header"],
)
def test_places_that_name_different_audits_hold_the_form(data: bytes) -> None:
    found = read(data, ASKED)
    assert isinstance(found, Held)
    assert "FSP-2026-03-00" in found.reason


@pytest.mark.parametrize(
    "name",
    [
        "FSP-2026-03-002.docx",
        "Audit FSP 2026 03 002 (1).docx",
        "fsp_2026_03_002 final.docx",
        "CLA-2026-03-001.docx",
    ],
)
def test_a_file_named_after_another_audit_is_held(name: str) -> None:
    found = read(stamped(), ASKED, name)
    assert isinstance(found, Held)
    assert "file's name" in found.reason


@pytest.mark.parametrize(
    "name",
    [
        "FSP-2026-03-001.docx",
        "FSP-2026-03-001 (2) 2026-03-16.docx",
        "Audit-2026-03-16.docx",
        "audit.docx",
        "ü.docx",
    ],
)
def test_an_ordinary_file_name_is_no_contradiction(name: str) -> None:
    assert isinstance(read(stamped(), ASKED, name), ReturnedAudit)


def test_two_children_in_one_form_hold_it_without_naming_either() -> None:
    body = pairs(
        ("Audit reference", p(sdt("audit_ref", t("FSP-2026-03-001")))),
        ("Mosaic number", p(sdt("mosaic_id", t("1000001")) + sdt("mosaic_id", t("1000002")))),
        ("Overall grade", p(sdt("grade_auditor", t("Good")))),
    )
    found = read(docx(body), ASKED)
    assert isinstance(found, Held)
    assert "100000" not in found.reason


def test_a_word_file_that_is_no_form_is_held() -> None:
    letter = docx(p(t("Dear Sam,")) + p(t("the overall grade was good.")) + p(t("Grade: Good")))
    found = read(letter, ASKED)
    assert isinstance(found, Held)
    assert "not the audit tool" in found.reason


def test_a_form_without_any_control_is_read_by_its_words() -> None:
    from word_files import table, tc, tr

    plan = table(
        tr(*(tc(p(t(head))) for head in ("What will be done", "Who", "By when"))),
        tr(*(tc(p(t(cell))) for cell in ("See the child alone", "Pru", "30/04/2026"))),
        tr(tc(p()), tc(p()), tc(p())),
    )
    body = (
        pairs(
            ("Audit reference", p(t("FSP-2026-03-001"))),
            ("Mosaic number", p(t("1000001"))),
            ("Child's name", p(t("Robin Example"))),
            ("Conversation held?", p(t("Yes"))),
            ("Overall grade", p(t("Requires Improvement"))),
            ("Why this grade", p(t("Visits are late and the plan does not follow from what is known."))),
            ("Feedback obtained from", p(t("☐ Child   ☒ Parent   ☐ Carer"))),
            ("Completed on", p(t("16 March 2026"))),
        )
        + plan
    )
    found = read(docx(body), ASKED)
    assert isinstance(found, ReturnedAudit)
    assert found.mosaic_number == "1000001"
    assert found.child_name == "Robin Example"
    assert found.family_feedback
    assert found.actions == ({"what": "See the child alone", "who": "Pru", "by": "2026-04-30"},)
    assert not any("improvement plan" in line for line in said(found))
    assert found.fields["a_date"] == "2026-03-16"


def test_grades_without_a_word_in_any_domain_are_pointed_out() -> None:
    assert any(
        "nothing is written in any of the domains" in line
        for line in said(answers(**{f"d{n}.well": "" for n in range(1, 7)}))
    )


def test_feedback_that_is_ticked_and_not_written_down_is_pointed_out() -> None:
    assert any("feedback is ticked as obtained" in line for line in said(answers(fb_family="")))


def test_good_beside_three_domains_that_require_improvement_is_pointed_out() -> None:
    below = {f"d{n}.grade": "Requires Improvement" for n in (1, 2, 3)}
    assert any("Good, although 3 of 6 domains are below Good" in line for line in said(answers(**below)))
    assert not any(
        "domains are below Good" in line for line in said(answers("Requires Improvement", **below))
    )


def test_an_inadequate_that_only_the_moderator_finds_needs_its_harm() -> None:
    changed = {"m_rationale": "I see it differently", "m_agree": "No"}
    assert any("no harm or risk of harm" in line for line in said(answers("Good", "Inadequate", **changed)))
    changed["m_rationale"] = "The child was left at risk of harm"
    assert not any(
        "no harm or risk of harm" in line for line in said(answers("Good", "Inadequate", **changed))
    )


def test_outstanding_beside_a_domain_moderated_below_good_is_pointed_out() -> None:
    found = answers(
        "Outstanding", "Outstanding", **{"md2.grade": "Inadequate", "grade_outstanding": "Rare work"}
    )
    assert any("moderated as Outstanding, although a domain" in line for line in said(found))


@pytest.mark.parametrize(
    "answer", [{"m_outcome": "Invalid"}, {"m_conv_ok": "No"}, {"m_depth": "No"}, {"m_recs": "No"}]
)
def test_a_moderators_no_is_never_a_complete_moderation(answer: dict[str, str]) -> None:
    assert any("the moderator" in line for line in said(answers("Good", "Good", **answer)))


# ------------------------------------------------------------- what the file itself says, and who is named in it


def test_a_form_whose_own_data_name_another_audit_than_its_words_is_held() -> None:
    other = stamp(
        (ROOT / "docx_templates" / "audit_tool.docx").read_bytes(),
        replace(VALUES, reference="FSP-2026-03-002"),
    )
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(FORM)) as own,
        zipfile.ZipFile(io.BytesIO(other)) as words,
        zipfile.ZipFile(out, "w") as package,
    ):
        for name in own.namelist():
            package.writestr(name, (words if name.startswith("word/") else own).read(name))
    found = read(filled(out.getvalue(), grade="Good", **WHOLE), ASKED)
    assert isinstance(found, Held)
    assert found.another_child
    assert "the form says FSP-2026-03-002" in found.reason
    assert "says FSP-2026-03-001" in found.reason


def test_the_version_of_a_form_is_known_by_its_own_data_where_the_question_is_gone() -> None:
    def gone(root: etree._Element) -> None:
        for tag in [each for each in root.iter(w("tag")) if each.get(w("val")) == "tpl_ver"]:
            paragraph = next(tag.iterancestors(w("p"), w("tr")))
            paragraph.getparent().remove(paragraph)

    whole, without = answers(), answers(form=changed(FORM, gone))
    assert whole.template
    assert without.template == whole.template


def test_what_the_guard_has_to_say_of_a_file_is_told_with_it_also_where_a_grade_is_in_doubt() -> None:
    note = Problem("The file", "It names a template on another machine.")
    certain = admitted(filled(FORM, grade="Good", **WHOLE), "FSP-2026-03-001.docx")
    doubtful = admitted(
        filled(FORM, grade="Good", tracked_from="Inadequate", **WHOLE), "FSP-2026-03-001.docx"
    )
    assert isinstance(certain, Admitted)
    assert isinstance(doubtful, Admitted)
    found = read(replace(certain, notes=(note.what,)), ASKED)
    assert isinstance(found, ReturnedAudit)
    assert found.problems == (note,)
    held = read(replace(doubtful, notes=(note.what,)), ASKED)
    assert isinstance(held, Held)
    assert held.otherwise
    assert note in held.otherwise.problems


@pytest.mark.parametrize(
    ("involved", "name", "chair"),
    [
        ("No", "", None), ("No", "Cai Chair", None), ("Yes", "Cai Chair", "Cai Chair"), ("Yes", "", ""),
        ("", "Cai Chair", "Cai Chair"), ("", "", None), ("Not applicable", "", None),
    ],
)  # fmt: skip
def test_the_chair_is_whoever_is_named_and_asked_for_where_one_is_involved(
    involved: str, name: str, chair: str | None
) -> None:
    assert answers(iro_cp_involved=involved, iro_cp_name=name).chair == chair
