"""Fills a form in as Word would, for the tests: by tag, in the XML, with none of the bot's own code."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"

AUDITORS_PART: Mapping[str, str] = {
    "decl_trained": "x",
    "decl_indep": "x",
    "conv_held": "Yes",
    "kloe.finding": "The record shows the child's own words at each visit and what followed from them.",
    **{f"d{n}.well": "Steady, warm work that the family speaks well of." for n in range(1, 7)},
    **{f"d{n}.grade": "Good" for n in range(1, 7)},
    "grade_reason": "Visits are regular, the plan follows from the assessment and the child is safer than in autumn.",
    "fb_practitioner": "A helpful conversation.",
    "fam_child": "x",
    "fb_family": "They felt listened to.",
    "act.what": "Revisit the genogram with the family",
    "act.who": "Practitioner",
    "act.by": "2026-04-15",
    "a_date": "2026-03-16",
}
MODERATORS_PART: Mapping[str, str] = {
    "m_disc": "Yes",
    "m_rationale": "We talked it over and agreed on the evidence in the record.",
    "m_date": "2026-03-24",
    "m_outcome": "Moderated",
}


def filled(form: bytes, *, grade: str, moderated: str = "", tracked_from: str = "", **answers: str) -> bytes:
    """The form with the auditor's part (and the moderator's, if a grade is given for it)."""
    values = {**AUDITORS_PART, "grade_auditor": grade, **answers}
    if grade == "Inadequate":
        values["grade_harm"] = "The child was left without a visit for ten weeks while the risk grew."
    if moderated:
        values |= {
            **MODERATORS_PART,
            "grade_moderated": moderated,
            "m_agree": "Yes" if moderated == grade else "No",
        }
    with zipfile.ZipFile(io.BytesIO(form)) as package:
        parts = {info.filename: package.read(info) for info in package.infolist()}
    root = etree.fromstring(parts["word/document.xml"])
    for sdt in root.iter(f"{W}sdt"):
        tag = sdt.find(f"{W}sdtPr/{W}tag")
        value = values.get(tag.get(f"{W}val") or "") if tag is not None else None
        if value:
            tracked = tracked_from if tag is not None and tag.get(f"{W}val") == "grade_auditor" else ""
            put(sdt, value, tracked_from=tracked)
    parts["word/document.xml"] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return out.getvalue()


def put(sdt: etree._Element, value: str, *, tracked_from: str = "") -> None:
    """One answer: a tick, a date or a text; with `tracked_from`, typed over with Track Changes on."""
    properties, content = sdt.find(f"{W}sdtPr"), sdt.find(f"{W}sdtContent")
    assert properties is not None
    assert content is not None
    showing = properties.find(f"{W}showingPlcHdr")
    if showing is not None:
        properties.remove(showing)
    checked = properties.find(f"{W14}checkbox/{W14}checked")
    if checked is not None:
        checked.set(f"{W14}val", "1")
        next(content.iter(f"{W}t")).text = "☒"
        return
    picker = properties.find(f"{W}date")
    if picker is not None:
        picker.set(f"{W}fullDate", f"{value}T00:00:00Z")
        value = "/".join(reversed(value.split("-")))
    runs = list(content.iter(f"{W}r"))
    text = runs[0].find(f"{W}t")
    assert text is not None
    text.text = value
    for properties_of_run in runs[0].findall(f"{W}rPr"):
        runs[0].remove(properties_of_run)
    if tracked_from:
        parent = runs[0].getparent()
        assert parent is not None
        inserted = etree.SubElement(parent, f"{W}ins", {f"{W}id": "901", f"{W}author": "Ada"})
        inserted.append(runs[0])
        deleted = etree.SubElement(parent, f"{W}del", {f"{W}id": "902", f"{W}author": "Ada"})
        gone = etree.SubElement(etree.SubElement(deleted, f"{W}r"), f"{W}delText")
        gone.text = tracked_from
