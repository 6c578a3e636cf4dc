"""The forms as they are built: every field with its tag, and what Word needs to open, list and print them well."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from collections import Counter
from functools import cache
from pathlib import Path

import docx
import pytest
from lxml import etree

from bot.papers.forms.questions import questions
from bot.papers.word.xml import MC, W14, W15, w
from bot.programme.vocabulary import Grade

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docx_templates"
FORMS = ("audit_tool", "dip_sample", "dip_audit", "re_audit", "uopp_record")

# tag: what kind of control it is. "locked" cannot be changed by whoever fills the form in.
AUDIT_TOOL = {
    # section 0
    "audit_ref": "locked text", "tpl_ver": "locked text", "cycle": "locked text", "audit_type": "list",
    "due_auditor": "locked date", "return_to": "locked text",
    # section 1
    "mosaic_id": "locked text", "child_name": "text", "child_dob": "date", "child_age": "text", "ethnicity": "text",
    "outcome_type": "list or words", "sw": "locked text", "team": "locked text", "tm": "locked text",
    "iro_cp_involved": "list", "iro_cp_name": "text", "svc_yjs": "tick", "svc_edge": "tick", "svc_pc": "tick",
    "svc_expl": "tick", "svc_eva": "tick", "svc_none": "tick", "period_from": "date", "period_to": "date",
    # section 2
    "auditor": "locked text", "auditor_role": "locked text", "moderator": "locked text", "decl_trained": "tick",
    "decl_indep": "tick",
    # section 3
    "conv_held": "list", "conv_date": "date", "conv_why_not": "text", "records_reviewed": "list",
    "fam_attempted": "list", "fam_child": "tick", "fam_parent": "tick", "fam_carer": "tick", "fam_date": "date",
    "fam_how": "list",
    # section 4
    "p_impact": "rich", **{f"p_c{n}": "rich" for n in range(1, 7)}, "p_proud": "rich", "p_diff": "rich",
    "p_support": "rich", "p_name": "text", "p_date": "date",
    # section 5
    "kloe.row": "rows", "kloe.text": "locked text", "kloe.finding": "rich", "kloe.evidence": "text",
    "kloe.rag": "list",
    # section 6
    **{f"d{n}.{part}": "rich" for n in range(1, 7) for part in ("well", "better", "impact")},
    **{f"d{n}.grade": "list" for n in range(1, 7)},
    # section 7
    "fb_child": "rich", "fb_family": "rich", "fb_practitioner": "rich",
    # section 8
    "grade_auditor": "list", "grade_reason": "rich", "grade_outstanding": "rich", "grade_harm": "rich",
    "ia_notified": "tick", "ia_notified_on": "date", "grade_discussed": "date",
    # section 9
    "act.row": "rows", "act.what": "text", "act.who": "text", "act.by": "date", "act.measure": "text",
    "act.plan": "list",
    # sections 10 and 11
    "a_date": "date", "qa_received": "date", "qa_ok": "list", **{f"qa_r{n}": "tick" for n in range(1, 6)},
    "qa_due": "date", "qa_cleared": "date",
    # section 12
    "m_disc": "list", "m_disc_date": "date", "m_depth": "list", "m_accurate": "list", "m_recs": "list",
    "m_conv_ok": "list", "grade_moderated": "list", **{f"md{n}.grade": "list" for n in range(1, 7)},
    "m_agree": "list", "m_rationale": "rich", "m_notes": "rich", "m_outcome": "list", "m_date": "date",
    # section 13
    "guidance": "locked rich",
}  # fmt: skip
EARLIER = {
    "prev_ref": "locked text", "prev_grade": "locked text", "prev_date": "locked date", "prev_uopp": "date",
    "prev.row": "rows", "prev.what": "locked text", "prev.who": "locked text", "prev.by": "locked date",
    "prev.status": "list", "prev.comment": "rich", "progress": "rich", "drift": "list", "drift_comment": "rich",
    "a_date": "date",
}  # fmt: skip
OF_A_KIND = {
    "audit_tool": AUDIT_TOOL,
    "dip_sample": {
        "audit_ref": "locked text", "kloe.row": "rows", "kloe.text": "locked text", "kloe.met": "list",
        "kloe.comment": "rich", "comment": "rich", "a_date": "date",
    },
    "dip_audit": {"audit_ref": "locked text", **EARLIER, "refer_hos": "list", "comment": "rich",
        "grade_six_weeks": "list",
    },
    "re_audit": {
        **EARLIER,
        **{tag: kind for tag, kind in AUDIT_TOOL.items()
           if tag.startswith(("audit_", "grade_", "m_", "md", "decl", "conv", "act.", "fam_a", "guidance"))
           or tag.endswith(".grade")},
        "tm_conv_held": "list", "tm_conv_date": "date", "fb_tm": "rich",
        **{f"d{n}.change": "rich" for n in range(1, 7)},
    },
    "uopp_record": {
        "audit_ref": "locked text", "uopp_date": "date", "uopp_chair": "text", "uopp_attendees": "text",
        "att_sw": "tick", "att_tm": "tick", "att_auditor": "tick", "uopp_grade_start": "list",
        "uopp_reconsidered": "list", "grade_uopp": "list", "uopp_reason": "rich", "act.row": "rows",
        "act.what": "text", "act.who": "text", "act.by": "date", "act.measure": "text", "act.plan": "list",
        "uopp_plan": "list", "uopp_recorded": "date", "uopp_review": "date", "sent_sw": "tick", "sent_tm": "tick",
        "sent_hos": "tick", "sent_at": "tick",
    },
}  # fmt: skip

# The order in which the schema wants the children of these elements (ECMA-376 part 1, wml.xsd).
ORDER = {
    "sdtPr": "rPr alias tag id lock placeholder temporary showingPlcHdr dataBinding text dropDownList comboBox date",
    "rPr": "rStyle rFonts b i caps color spacing sz szCs lang",
    "pPr": "pStyle keepNext keepLines pageBreakBefore pBdr shd tabs spacing ind jc",
    "tcPr": "tcW gridSpan vMerge tcBorders shd vAlign",
    "tblPr": "tblStyle tblW jc tblBorders tblLayout tblCellMar tblLook tblCaption",
}
KINDS = {
    w("text"): "text",
    w("dropDownList"): "list",
    w("comboBox"): "list or words",
    w("date"): "date",
    f"{{{W14}}}checkbox": "tick",
    f"{{{W15}}}repeatingSection": "rows",
}


@cache
def parts(form: str) -> dict[str, bytes]:
    with zipfile.ZipFile(FOLDER / f"{form}.docx") as package:
        return {name: package.read(name) for name in package.namelist()}


def page(form: str) -> etree._Element:
    return etree.fromstring(parts(form)["word/document.xml"])


def kinds(root: etree._Element) -> dict[str, str]:
    found = {}
    for properties in root.iter(w("sdtPr")):
        tag = properties.find(w("tag"))
        if tag is None:
            continue
        kind = next((KINDS[child.tag] for child in properties if child.tag in KINDS), "rich")
        lock = properties.find(w("lock"))
        locked = lock is not None and lock.get(w("val")) == "sdtContentLocked"
        found[tag.get(w("val"))] = f"locked {kind}" if locked else kind
    return found


@pytest.mark.parametrize("form", FORMS)
def test_a_form_has_every_field_with_its_tag_and_kind(form: str) -> None:
    found = kinds(page(form))
    assert {tag: found.get(tag) for tag in OF_A_KIND[form]} == OF_A_KIND[form]


def test_the_audit_tool_has_no_field_that_the_table_above_does_not_list() -> None:
    assert kinds(page("audit_tool")) == AUDIT_TOOL


# Parts of an audit that may rightly be empty in a complete one. Others are judged by what stands beside them: the
# grades, the reasons for Outstanding and Inadequate, why there was no conversation.
MAY_STAY_EMPTY = {
    "act.by", "act.measure", "act.plan", "act.what", "act.who", "conv_why_not", "drift_comment", "fam_date",
    "fam_how", "fb_practitioner", "fb_tm", "grade_auditor", "grade_harm", "grade_moderated", "grade_outstanding",
    "ia_notified", "ia_notified_on", "iro_cp_name", "kloe.evidence", "p_c1", "p_c2", "p_c3", "p_c4", "p_c5", "p_c6",
    "p_diff", "p_proud", "p_support", "period_from", "period_to", "prev.comment", "prev.status", "progress",
    "qa_cleared", "qa_due", "qa_ok", "qa_r1", "qa_r2", "qa_r3", "qa_r4", "qa_r5", "qa_received", "svc_edge",
    "svc_eva", "svc_expl", "svc_none", "svc_pc", "svc_yjs",
}  # fmt: skip


def answered(form: str) -> set[str]:
    """The tags of the controls somebody answers, or that are filled in for them."""
    return {tag for tag, kind in kinds(page(form)).items() if kind != "rows" and tag != "guidance"}


@pytest.mark.parametrize("form", FORMS)
def test_every_control_of_a_form_has_its_words_for_when_word_loses_it(form: str) -> None:
    asked = questions((ROOT / "config/audit_tool.toml").read_text(encoding="utf-8"))
    of_domains = {
        f"{moderated}{domain}.{part}"
        for domain in asked.domains.values()
        for moderated in ("", "m")
        for part in ("grade", *asked.in_each_domain.values())
    }
    for tag in sorted(answered(form) - asked.known_by_words - asked.elsewhere - of_domains):
        pytest.fail(
            f"config/audit_tool.toml, [questions]: the control “{tag}” of {form}.docx has no words, so its answer is "
            "lost with it. Write what stands beside it in the form.",
            pytrace=False,
        )


@pytest.mark.parametrize("form", ["audit_tool", "re_audit"])
def test_every_control_of_an_audit_is_required_or_may_stay_empty(form: str) -> None:
    asked = questions((ROOT / "config/audit_tool.toml").read_text(encoding="utf-8"))
    required = {tag for needed in asked.required.values() for tag in needed}
    judged = {tag for group in asked.several.values() for tag in group} | MAY_STAY_EMPTY
    of_domains = re.compile(rf"m?(?:{'|'.join(asked.domains.values())})\.")
    for tag in sorted(answered(form) - required - judged):
        if not of_domains.match(tag) and not kinds(page(form))[tag].startswith("locked"):
            pytest.fail(
                f"config/audit_tool.toml, [required]: nobody says whether an audit is complete without “{tag}” of "
                f"{form}.docx. Name it there, or in MAY_STAY_EMPTY of this test.",
                pytrace=False,
            )


def test_what_may_stay_empty_is_a_control_that_nothing_requires() -> None:
    asked = questions((ROOT / "config/audit_tool.toml").read_text(encoding="utf-8"))
    assert answered("audit_tool") | answered("re_audit") >= MAY_STAY_EMPTY
    assert not MAY_STAY_EMPTY & {tag for needed in asked.required.values() for tag in needed}


def test_every_question_of_the_reader_is_in_one_of_the_forms() -> None:
    asked = questions((ROOT / "config/audit_tool.toml").read_text(encoding="utf-8"))
    tags = {*asked.tags.values(), *(tag for group in asked.several.values() for tag in group), *asked.labels}
    assert tags <= {*AUDIT_TOOL, *(tag for form in OF_A_KIND.values() for tag in form)}
    assert {*asked.required["auditor"], *asked.required["moderator"]} <= set(AUDIT_TOOL)
    assert {*asked.required["re_audit"], *asked.required["moderator"]} <= set(kinds(page("re_audit")))


def test_a_dip_sample_has_nothing_to_grade() -> None:
    assert not [tag for tag in kinds(page("dip_sample")) if "grade" in tag]


def choices(form: str, tag: str) -> list[str]:
    found = next(sdt for sdt in page(form).iter(w("sdt")) if tag_of(sdt) == tag)
    return [item.get(w("value")) or "" for item in found.iter(w("listItem")) if item.get(w("value"))]


def test_the_six_week_check_asks_for_the_grade_in_the_guides_four_words() -> None:
    four = [grade.in_full for grade in Grade]
    assert four == ["Outstanding", "Good", "Requires Improvement to be Good", "Inadequate"]
    assert choices("dip_audit", "grade_six_weeks") == four
    assert choices("audit_tool", "grade_auditor") == four
    letter = (ROOT / "mail_templates/13_six_week_check_due.md").read_text(encoding="utf-8")
    assert "one of the four grades" in letter


# What the guide says (§2), point by point, and the words in which the form says it: nothing softer, nothing more.
STANDARDS = {
    "Outstanding": {
        "meets good consistently in all points": "The work is Good in all points, consistently",
        "AND something outstanding in the work": "and there is something outstanding in it",
        "direct work": "exceptionally effective direct work with extraordinary results",
        "assessment": "a particularly thorough and sophisticated assessment that gives complex work "
        "clarity and direction",
    },
    "Good": {
        "all the criteria": "The work meets these nine criteria consistently.",
        "good support": "1. The child and the family are getting good support.",
        "thresholds": "2. Thresholds are applied as they should be: step up and step down, "
        "escalation and closure.",
        "direct work": "3. Direct work is built on relationships; it can be seen, and it has a purpose.",
        "high standard": "4. The work is of a high standard throughout and makes a difference to "
        "children, young people and families.",
        "risk": "5. Risk is managed well.",
        "management oversight": "6. Management oversight is effective and drives the work.",
        "drift or delay": "7. There is no drift and no delay. What is lacking in the work is minor and "
        "has no impact on children or outcomes.",
        "assessments": "8. Assessments are comprehensive and analytical. Their recommendations are "
        "appropriate and inform well the targeted help in plans.",
        "agencies": "9. Agencies are used well, to inform plans and to support families.",
    },
    "Requires Improvement to be Good": {
        "below good": "The work falls below the criteria for Good",
        "no serious or widespread failures": "no serious or widespread failures",
        "harm or risk of harm": "that lead to the child being harmed or at risk of harm",
        "detrimental impact": "or to a detrimental impact on their health, wellbeing or development",
    },
    "Inadequate": {
        "below the criteria for good": "The work is below the criteria for Good",
        "serious failures": "and there are serious failures",
        "harm or risk of harm": "that lead to the child being harmed or at risk of harm",
        "detrimental impact": "or to another detrimental impact on their health, wellbeing or development",
    },
}


@pytest.mark.parametrize("form", ["audit_tool", "re_audit"])
@pytest.mark.parametrize("grade", STANDARDS)
def test_the_grading_criteria_are_the_guides_statement_for_statement(form: str, grade: str) -> None:
    block = next(sdt for sdt in page(form).iter(w("sdt")) if tag_of(sdt) == "guidance")
    paragraphs = [
        "".join(t.text or "" for t in p.iter(w("t"))).replace("  ", " ") for p in block.iter(w("p"))
    ]
    begins = next(n for n, text in enumerate(paragraphs) if text.startswith(f"{grade}. "))
    of_grade = [paragraphs[begins]]
    for text in paragraphs[begins + 1 :]:
        if not text[:1].isdigit():
            break
        of_grade.append(text)
    said = " ".join(of_grade)
    for point, words in STANDARDS[grade].items():
        assert words in said, point
    assert len(of_grade) == (10 if grade == "Good" else 1)


@pytest.mark.parametrize("form", FORMS)
def test_the_children_of_properties_stand_in_the_order_of_the_schema(form: str) -> None:
    for name in (
        n for n in parts(form) if re.fullmatch(r"word/(document|footer\d|styles|glossary/document).xml", n)
    ):
        root = etree.fromstring(parts(form)[name])
        for element, order in ORDER.items():
            wanted = [w(each) for each in order.split()]
            for properties in root.iter(w(element)):
                found = [wanted.index(child.tag) for child in properties if child.tag in wanted]
                assert found == sorted(found), f"{name}: {etree.tostring(properties).decode()}"


@pytest.mark.parametrize("form", FORMS)
def test_every_control_has_a_number_of_its_own_and_a_title(form: str) -> None:
    controls = list(page(form).iter(w("sdtPr")))
    numbers = Counter(control.find(w("id")).get(w("val")) for control in controls)
    assert max(numbers.values()) == 1
    assert all(
        control.find(w("alias")) is not None for control in controls if control.find(w("tag")) is not None
    )


@pytest.mark.parametrize("form", FORMS)
def test_a_deleted_answer_brings_its_hint_back(form: str) -> None:
    hints = {
        name.get(w("val")): "".join(t.text for t in entry.iter(w("t")))
        for entry in etree.fromstring(parts(form)["word/glossary/document.xml"]).iter(w("docPart"))
        for name in entry.iter(w("name"))
        if name.get(w("val")) != "General"
    }
    for sdt in page(form).iter(w("sdt")):
        properties = sdt.find(w("sdtPr"))
        if properties.find(w("showingPlcHdr")) is not None:
            name = properties.find(f"{w('placeholder')}/{w('docPart')}").get(w("val"))
            assert "".join(t.text for t in sdt.find(w("sdtContent")).iter(w("t"))) == hints[name]


@pytest.mark.parametrize("form", FORMS)
def test_the_sections_are_headings_that_the_navigation_pane_lists(form: str) -> None:
    headings = [p for p in page(form).iter(w("p")) if style_of(p) in ("Heading1", "Heading2")]
    assert not [p for p in headings if next(p.iterancestors(w("tbl")), None) is not None]
    numbers = [int(text_of(p).split()[0]) for p in headings if style_of(p) == "Heading1"]
    assert numbers == list(range(1, len(numbers) + 1))
    assert (
        len(numbers)
        == {"audit_tool": 13, "dip_sample": 3, "dip_audit": 4, "re_audit": 10, "uopp_record": 5}[form]
    )


@pytest.mark.parametrize("form", FORMS)
def test_a_heading_stays_with_its_table_and_a_header_row_comes_again_on_the_next_page(form: str) -> None:
    styles = {
        s.get(w("styleId")): s for s in etree.fromstring(parts(form)["word/styles.xml"]).iter(w("style"))
    }
    assert all(
        styles[name].find(f"{w('pPr')}/{w('keepNext')}") is not None for name in ("Heading1", "Heading2")
    )
    rows = {"kloe.row", "act.row", "prev.row"} & set(kinds(page(form)))
    repeating = [
        next(sdt.iterancestors(w("tbl"))) for sdt in page(form).iter(w("sdt")) if tag_of(sdt) in rows
    ]
    assert len(repeating) == len(rows)
    for table in repeating:
        header = table.find(w("tr"))
        assert header.find(f"{w('trPr')}/{w('tblHeader')}") is not None
        assert all(p.find(f"{w('pPr')}/{w('keepNext')}") is not None for p in header.iter(w("p")))


def test_no_row_of_a_domain_is_left_alone_on_a_page() -> None:
    tables = [
        t
        for t in page("audit_tool").iter(w("tbl"))
        if re.search(r"d\d\.well", "".join(map(tag_of, t.iter(w("sdt")))))
    ]
    assert len(tables) == 6
    for table in tables:
        *upper, last = table.findall(w("tr"))
        assert all(
            p.find(f"{w('pPr')}/{w('keepNext')}") is not None for row in upper for p in row.iter(w("p"))
        )
        assert not [p for p in last.iter(w("p")) if p.find(f"{w('pPr')}/{w('keepNext')}") is not None]


@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_in_british_english_has_a_title_and_page_numbers(form: str) -> None:
    found = parts(form)
    defaults = etree.fromstring(found["word/styles.xml"]).find(w("docDefaults"))
    assert [each.get(w("val")) for each in defaults.iter(w("lang"))] == ["en-GB"]
    assert b"en-US" not in found["word/document.xml"] + found["word/settings.xml"]
    for date in page(form).iter(w("date")):
        assert date.find(w("dateFormat")).get(w("val")) == "dd/MM/yyyy"
        assert date.find(w("lid")).get(w("val")) == "en-GB"
    core = docx.Document(io.BytesIO((FOLDER / f"{form}.docx").read_bytes())).core_properties
    assert core.title.startswith("Understanding our Practice – ")
    assert core.language == "en-GB"
    footer = next(data for name, data in found.items() if re.fullmatch(r"word/footer\d\.xml", name))
    assert b" PAGE " in footer
    assert b" NUMPAGES " in footer


@pytest.mark.parametrize("form", FORMS)
def test_word_offers_the_repeating_rows(form: str) -> None:
    """It does so only when the file is laid out as Word 2013 and later do, and knows the newer names."""
    settings = etree.fromstring(parts(form)["word/settings.xml"])
    modes = [
        s.get(w("val")) for s in settings.iter(w("compatSetting")) if s.get(w("name")) == "compatibilityMode"
    ]
    assert modes == ["15"]
    assert page(form).get(f"{{{MC}}}Ignorable") == "w14 w15"
    for section in page(form).iter(f"{{{W15}}}repeatingSection"):
        assert next((child.tag, *child.attrib) for child in section) == (f"{{{W15}}}sectionTitle", w("val"))


@pytest.mark.parametrize("form", ["audit_tool", "re_audit"])
def test_the_guidance_is_locked_and_names_each_grade_and_each_c(form: str) -> None:
    block = next(sdt for sdt in page(form).iter(w("sdt")) if tag_of(sdt) == "guidance")
    text = "".join(t.text for t in block.iter(w("t")))
    assert block.getparent().tag == w("body")
    steps = "Connect|Stay curious|Build a community around the child|Co-produce a plan|Collaborate for change"
    for word in (
        "Outstanding",
        "Good",
        "Requires Improvement to be Good",
        "Inadequate",
        *steps.split("|"),
        "Check back",
    ):
        assert f"{word}." in text


def test_the_files_are_what_the_code_builds(tmp_path: Path) -> None:
    subprocess.run([sys.executable, FOLDER / "build.py", "--to", tmp_path], check=True)
    for form in FORMS:
        with zipfile.ZipFile(tmp_path / f"{form}.docx") as built:
            assert {name: built.read(name) for name in built.namelist()} == parts(form), form


def style_of(paragraph: etree._Element) -> str:
    style = paragraph.find(f"{w('pPr')}/{w('pStyle')}")
    return style.get(w("val")) if style is not None else ""


def text_of(element: etree._Element) -> str:
    return "".join(t.text or "" for t in element.iter(w("t")))


def tag_of(sdt: etree._Element) -> str:
    tag = sdt.find(f"{w('sdtPr')}/{w('tag')}")
    return tag.get(w("val")) if tag is not None else ""
