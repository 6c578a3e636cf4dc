"""Filling the audit tool in as a person does in Word: by its controls, found by tag."""

from __future__ import annotations

import io
import random
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
Answers = Mapping[str, str | Sequence[str]]
"""What is written in a form, by tag. Where there are several, as in a table: the rows from the top, "" left empty."""

WELL = (
    "Visits are regular and purposeful, and {child} knows why the worker comes.",
    "The assessment draws on what the family said and is clear about risk.",
    "School, health and the wider family pull together, and the record shows it.",
    "Direct work with feelings cards helped {child} say what had to change at home.",
)
BETTER = (
    "The plan would be stronger with dates for each step.",
    "The father's side of the family has not been asked what they could offer.",
    "Supervision could look back at what was agreed the time before.",
)
IMPACT = (
    "Attendance has risen since the autumn and {child} sleeps through the night again.",
    "The parents use the safety plan themselves and called for help in time.",
)
AGREED = "Revisit the genogram with the family and bring it to group supervision"
AGREED_AT_THE_MEETING = "Invite the grandmother to the next core group"
REASON = (
    "The work is consistent with the criteria for this grade: what was planned follows from what is known, and the "
    "record shows what has changed for the child.",
    "I talked this through with the practitioner; the evidence in the record and in our conversation supports it.",
)


def auditors_answers(grade: str, day: str, draw: random.Random) -> dict[str, str]:
    """What an auditor writes who has given a grade."""
    child = "the child"
    answers = {
        "decl_trained": "x", "decl_indep": "x", "conv_held": "Yes", "conv_date": day, "records_reviewed": "Yes",
        "iro_cp_involved": "No", "svc_none": "x", "grade_auditor": grade, "a_date": day, "grade_discussed": day,
        "grade_reason": " ".join(REASON), "kloe.rag": "Strength", "kloe.evidence": "Case notes",
        "kloe.finding": draw.choice(WELL).format(child=child), "p_impact": draw.choice(IMPACT).format(child=child),
        "p_name": "The practitioner", "p_date": day,
    }  # fmt: skip
    for n in range(1, 7):
        answers |= {
            f"d{n}.well": draw.choice(WELL).format(child=child),
            f"d{n}.better": draw.choice(BETTER),
            f"d{n}.impact": draw.choice(IMPACT).format(child=child),
            f"d{n}.grade": "Good" if grade == "Outstanding" else grade if n <= 3 else "Good",
        }
    if draw.random() < 0.7:
        answers |= {
            "fam_attempted": "Yes",
            "fam_parent": "x",
            "fam_date": day,
            "fam_how": "Phone",
            "fb_family": "We feel listened to, most of the time.",
        }
    if draw.random() < 0.85:
        answers["fb_practitioner"] = "A useful conversation; it helped me see the next step."
    if grade in ("Requires Improvement", "Inadequate"):
        answers |= {
            "act.what": AGREED,
            "act.who": "Practitioner and Team Manager",
            "act.by": (date.fromisoformat(day) + timedelta(45)).isoformat(),
            "act.measure": "The plan names who in the family helps with what",
            "act.plan": "CIN",
        }
    if grade == "Inadequate":
        answers["grade_harm"] = "No visit for nine weeks while concerns at home were growing."
    if grade == "Outstanding":
        answers["grade_outstanding"] = "Direct work of rare quality: the child wrote the plan's first page."
    return answers


def re_auditors_answers(day: str) -> dict[str, str]:
    """What a re-audit asks besides: the talk with the Team Manager, and what became of what was agreed."""
    answers = {
        "tm_conv_held": "Yes", "tm_conv_date": day, "fb_tm": "The plan is on the agenda of every supervision.",
        "prev.status": "Done", "prev.comment": "The genogram is in the plan of 12 June.",
        "progress": "The grandmother is part of the plan.", "drift": "No",
    }  # fmt: skip
    return answers | {f"d{n}.change": "The record shows what the family said." for n in range(1, 7)}


def dip_samplers_answers(day: str, draw: random.Random) -> dict[str, str]:
    """What a dip sample says of each line of enquiry."""
    return {"kloe.met": draw.choice(("Yes", "Partly")), "kloe.comment": "Case notes of March.", "a_date": day}


def moderators_answers(auditors: str, grade: str, day: str) -> dict[str, str]:
    """What a moderator adds."""
    agree = auditors == grade
    answers = {
        "m_disc": "Yes", "m_disc_date": day, "m_depth": "Yes", "m_accurate": "Yes" if agree else "No", "m_recs": "Yes",
        "m_conv_ok": "Yes", "grade_moderated": grade, "m_agree": "Yes" if agree else "No", "m_outcome": "Moderated",
        "m_date": day, "m_notes": "Thank you for a careful audit.",
    }  # fmt: skip
    if not agree:
        answers["m_rationale"] = (
            "We talked it over. The evidence in the record supports another grade: planning drifted for two months "
            "and nobody challenged it."
        )
    for n in range(1, 7):
        answers[f"md{n}.grade"] = grade if n <= 3 else "Good"
    return answers


def filled(form: bytes, answers: Answers, *, tracked_from: str = "") -> bytes:
    """The form with these answers. `tracked_from`: the grade is typed over this one with Track Changes on. One answer
    to a question that stands several times is given each time, but of an action only the first."""
    with zipfile.ZipFile(io.BytesIO(form)) as package:
        parts = {info.filename: package.read(info) for info in package.infolist()}
    root = etree.fromstring(parts["word/document.xml"])
    given: Counter[str] = Counter()
    for sdt in root.iter(f"{W}sdt"):
        tag = _tag(sdt)
        row = given[tag]
        given[tag] += 1
        value = answers.get(tag, "")
        if not isinstance(value, str):
            value = value[row] if row < len(value) else ""
        elif tag.startswith("act.") and row:
            value = ""  # one action: the further rows stay empty
        if value:
            _answer(sdt, value, tracked_from if tag == "grade_auditor" else "")
    parts["word/document.xml"] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return out.getvalue()


def all_answers_in(form: bytes) -> dict[str, list[str]]:
    """Everything that stands in a form, by tag, row for row from the top: "" where nothing was answered, "x" for a
    tick, days as 2026-03-16."""
    with zipfile.ZipFile(io.BytesIO(form)) as package:
        root = etree.fromstring(package.read("word/document.xml"))
    found: dict[str, list[str]] = {}
    for sdt in root.iter(f"{W}sdt"):
        if (tag := _tag(sdt)) not in ("", "guidance") and sdt.find(f".//{W}sdt") is None:
            found.setdefault(tag, []).append(_answer_of(sdt))
    return found


def _answer_of(sdt: etree._Element) -> str:
    checked = sdt.find(f"{W}sdtPr/{W14}checkbox/{W14}checked")
    if checked is not None:
        return "x" if checked.get(f"{W14}val") == "1" else ""
    if sdt.find(f"{W}sdtPr/{W}showingPlcHdr") is not None:
        return ""
    picker = sdt.find(f"{W}sdtPr/{W}date")
    if picker is not None and picker.get(f"{W}fullDate"):
        return str(picker.get(f"{W}fullDate"))[:10]
    return "".join(t.text or "" for t in sdt.iter(f"{W}t"))


def answer_in(form: bytes, wanted: str) -> str:
    """The text of one control; "" while its placeholder shows."""
    return next(iter(answers_in(form, wanted)), "")


def answers_in(form: bytes, wanted: str) -> list[str]:
    """The texts of all controls of one name, without those whose placeholder shows."""
    with zipfile.ZipFile(io.BytesIO(form)) as package:
        root = etree.fromstring(package.read("word/document.xml"))
    return [
        "".join(t.text or "" for t in sdt.iter(f"{W}t"))
        for sdt in root.iter(f"{W}sdt")
        if _tag(sdt) == wanted and sdt.find(f"{W}sdtPr/{W}showingPlcHdr") is None
    ]


def record_of_a_meeting(held: str, grade: str = "", *, review: bool = False) -> dict[str, str]:
    """What the record of a UoPP meeting says. `held` may be "": left out by mistake."""
    return {
        "uopp_date": held, "uopp_kind": "Review after six weeks" if review else "First", "grade_uopp": spelt(grade),
        "uopp_reconsidered": "Yes" if grade else "No", "act.what": AGREED_AT_THE_MEETING,
    }  # fmt: skip


def six_week_answers(grade: str, drift: str, day: str) -> dict[str, str]:
    """What the Audit Team finds after six weeks."""
    return {"prev.status": "Done", "progress": "The plan holds.", "drift": drift, "grade_six_weeks": spelt(grade),
            "a_date": day}  # fmt: skip


def spelt(grade: str) -> str:
    """A grade as the forms name it: the third has the guide's own name."""
    return "Requires Improvement to be Good" if grade == "Requires Improvement" else grade


def _tag(sdt: etree._Element) -> str:
    tag = sdt.find(f"{W}sdtPr/{W}tag")
    return (tag.get(f"{W}val") or "") if tag is not None else ""


def _answer(sdt: etree._Element, value: str, tracked_from: str) -> None:
    properties, content = sdt.find(f"{W}sdtPr"), sdt.find(f"{W}sdtContent")
    if properties is None or content is None:
        return
    showing = properties.find(f"{W}showingPlcHdr")
    if showing is not None:
        properties.remove(showing)
    checked = properties.find(f"{W14}checkbox/{W14}checked")
    if checked is not None:
        checked.set(f"{W14}val", "1")
        value = "☒"
    picker = properties.find(f"{W}date")
    if picker is not None:
        picker.set(f"{W}fullDate", f"{value}T00:00:00Z")
        value = "/".join(reversed(value.split("-")))
    runs = list(content.iter(f"{W}r"))
    if not runs:
        return
    run = runs[0]
    text = run.find(f"{W}t")
    if text is None:
        text = etree.SubElement(run, f"{W}t")
    text.text = value
    style = run.find(f"{W}rPr/{W}rStyle")
    if style is not None and checked is None:
        run.remove(run.find(f"{W}rPr"))  # type: ignore[arg-type]
    if tracked_from:
        parent = run.getparent()
        assert parent is not None
        for n, (kind, word) in enumerate((("ins", ""), ("del", tracked_from)), 901):
            change = etree.SubElement(parent, f"{W}{kind}", {f"{W}id": str(n), f"{W}author": "Auditor"})
            if kind == "ins":
                change.append(run)
            else:
                gone = etree.SubElement(etree.SubElement(change, f"{W}r"), f"{W}delText")
                gone.text = word
