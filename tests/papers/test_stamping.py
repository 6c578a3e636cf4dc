"""Filling forms in: what goes in comes out again, and nothing else in the form changes."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import pytest
from forms import filled
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from bot.errors import SettingsError
from bot.papers.forms import audit_tool
from bot.papers.forms.answers import ReturnedAudit
from bot.papers.forms.audit_tool import RESTRICTED, FormValues, PreviousAction, prepare, stamp
from bot.papers.forms.questions import questions
from bot.papers.forms.returned_audit import read
from bot.papers.word.package import Package
from bot.papers.word.walk import Control, walk
from bot.papers.word.xml import W14, W15, w
from bot.programme.vocabulary import Grade

ROOT = Path(__file__).parents[2]
ASKED = questions((ROOT / "config/audit_tool.toml").read_text(encoding="utf-8"))
NEEDS = {
    "audit_tool": audit_tool.AUDIT_TOOL,
    "dip_sample": audit_tool.DIP_SAMPLE,
    "dip_audit": audit_tool.DIP_AUDIT,
    "re_audit": audit_tool.RE_AUDIT,
    "uopp_record": audit_tool.UOPP_RECORD,
}
FORMS = {name: (ROOT / f"docx_templates/{name}.docx").read_bytes() for name in NEEDS}
PREPARED = {name: prepare(FORMS[name], needed) for name, needed in NEEDS.items()}
VALUES = FormValues(
    reference="FSP-2026-03-014",
    cycle="FSP and CWD, March 2026",
    audit_type="Full – Team Manager",
    return_by=date(2026, 3, 20),
    return_to="Hannah Haddad, Farzana Campbell; copied to audit.team@wexcombe.example",
    mosaic_number="9397613",
    child_name="Robin Example",
    date_of_birth=date(2017, 6, 10),
    age="8",
    ethnicity="Black Caribbean",
    outcome_type="Child protection plan",
    practitioner="Farzana Campbell",
    team="FSP Team 1",
    team_manager="Sophie O'Connell",
    auditor="Aaron Ashworth",
    moderator="Hannah Haddad",
    kloes=("Is the child's voice heard & acted on?", "Are plans < 6 months old?"),
    auditor_role="Team Manager",
    previous_reference="FSP-2025-09-003",
    previous_grade="Requires Improvement",
    previous_moderated_on=date(2025, 9, 30),
    previous_uopp_on=date(2025, 10, 7),
    previous_actions=(
        PreviousAction("Revisit the genogram with the family", "Practitioner", date(2025, 10, 31)),
        PreviousAction("Group supervision", "Team Manager", "within ten days"),
    ),
)
TAGS = {
    "audit_ref": "reference", "cycle": "cycle", "audit_type": "audit_type", "due_auditor": "return_by",
    "return_to": "return_to", "mosaic_id": "mosaic_number", "child_name": "child_name", "child_dob": "date_of_birth",
    "child_age": "age", "ethnicity": "ethnicity", "outcome_type": "outcome_type", "sw": "practitioner", "team": "team",
    "tm": "team_manager", "auditor": "auditor", "auditor_role": "auditor_role", "moderator": "moderator",
    "prev_ref": "previous_reference", "prev_grade": "previous_grade", "uopp_grade_start": "previous_grade",
    "prev_date": "previous_moderated_on", "prev_uopp": "previous_uopp_on",
}  # fmt: skip


def found(form: bytes) -> list[Control]:
    return walk(Package(form).document()).controls


def carried(form: bytes) -> str:
    """The reference in the file itself: its properties and its own part of data say the same."""
    (reference,) = {reference for _, reference, _ in Package(form).stamps()}
    return reference


def only(form: bytes, tag: str) -> Control:
    (control,) = [c for c in found(form) if c.tag == tag]
    return control


def texts(form: bytes, tag: str) -> list[str]:
    return [c.text for c in found(form) if c.tag == tag]


def as_shown(text: str) -> str:
    """Text as the reader gives it: signs XML cannot hold gone, one space between words, no empty lines."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(
        c
        for c in text
        if c in "\t\n" or (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
    )
    lines = (" ".join(line.split()) for line in kept.split("\n"))
    return "\n".join(line for line in lines if line)


@pytest.mark.parametrize("form", NEEDS)
def test_every_value_is_read_back_as_it_was_put_in_dates_included(form: str) -> None:
    stamped = stamp(PREPARED[form], VALUES)
    tags = {c.tag for c in found(FORMS[form])} & set(TAGS)
    assert {"audit_ref", "return_to", "sw"} <= tags
    for tag in tags:
        value = getattr(VALUES, TAGS[tag])
        control = only(stamped, tag)
        assert not control.prompt
        if isinstance(value, date):
            assert (control.text, control.date) == (f"{value:%d/%m/%Y}", value.isoformat())
        else:
            assert control.text == value
    assert carried(stamped) == VALUES.reference
    assert docx.Document(io.BytesIO(stamped)).core_properties.title


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(st.characters(), max_size=60),
    born=st.dates(),
    kloes=st.lists(st.text(max_size=30), max_size=4),
)
def test_any_text_and_any_date_comes_back_the_same(text: str, born: date, kloes: list[str]) -> None:
    values = replace(VALUES, child_name=text, return_to=text, date_of_birth=born, kloes=tuple(kloes))
    stamped = stamp(PREPARED["audit_tool"], values)
    assert only(stamped, "child_name").text == as_shown(text)
    assert only(stamped, "return_to").text == as_shown(text)
    assert only(stamped, "child_dob").date == f"{born.year:04}-{born.month:02}-{born.day:02}"
    assert texts(stamped, "kloe.text") == ([as_shown(kloe) for kloe in kloes] or [""])


def test_the_reference_survives_signs_that_xml_must_escape() -> None:
    stamped = stamp(PREPARED["audit_tool"], replace(VALUES, reference='A&B <"1">'))
    assert carried(stamped) == only(stamped, "audit_ref").text == 'A&B <"1">'


def test_without_a_value_the_hint_stays() -> None:
    stamped = stamp(PREPARED["audit_tool"], replace(VALUES, ethnicity="", date_of_birth=None, age=" \x00 "))
    assert all(only(stamped, tag).prompt for tag in ("ethnicity", "child_dob", "child_age"))


@pytest.mark.parametrize("count", [0, 1, 3, 10])
def test_there_is_one_row_for_each_key_line_of_enquiry(count: int) -> None:
    kloes = tuple(f"Line {n}?" for n in range(count))
    for form in ("audit_tool", "dip_sample"):
        stamped = stamp(PREPARED[form], replace(VALUES, kloes=kloes))
        lines = [c for c in found(stamped) if c.tag == "kloe.text"]
        assert [c.text for c in lines] == (list(kloes) or [""])
        assert len({c.group for c in lines}) == len(lines)
        numbers = Counter(each.get(w("val")) for each in Package(stamped).document().iter(w("id")))
        assert max(numbers.values()) == 1


@pytest.mark.parametrize("form", ["dip_audit", "re_audit"])
def test_what_was_agreed_before_stands_in_the_rows_of_dip_audit_and_re_audit(form: str) -> None:
    stamped = stamp(PREPARED[form], VALUES)
    assert texts(stamped, "prev.what") == ["Revisit the genogram with the family", "Group supervision"]
    assert texts(stamped, "prev.who") == ["Practitioner", "Team Manager"]
    by = [c for c in found(stamped) if c.tag == "prev.by"]
    assert [(c.text, c.date) for c in by] == [("31/10/2025", "2025-10-31"), ("within ten days", "")]
    assert [c.prompt for c in found(stamped) if c.tag == "prev.status"] == [True, True]


@pytest.mark.parametrize("form", NEEDS)
def test_of_a_restricted_child_nothing_is_written_anywhere_in_the_file(form: str) -> None:
    stamped = stamp(PREPARED[form], replace(VALUES, restricted=True))
    with zipfile.ZipFile(io.BytesIO(stamped)) as package:
        everything = b"".join(package.read(name) for name in package.namelist()).decode("utf-8", "replace")
    for secret in ("9397613", "Robin Example", "10/06/2017", "2017-06-10", "Black Caribbean", "genogram"):
        assert secret not in everything
    if form in ("dip_audit", "re_audit"):
        assert texts(stamped, "prev.what") == [RESTRICTED]
    assert only(stamped, "mosaic_id").text == RESTRICTED
    assert only(stamped, "audit_ref").text == VALUES.reference


def test_the_reference_stands_at_the_foot_of_every_page() -> None:
    with zipfile.ZipFile(io.BytesIO(stamp(PREPARED["audit_tool"], VALUES))) as package:
        footer = etree.fromstring(package.read("word/footer1.xml"))
    assert VALUES.reference in "".join(t.text or "" for t in footer.iter(w("t")))


@pytest.mark.parametrize("form", NEEDS)
def test_the_part_of_data_is_announced_and_holds_the_reference_and_the_version_alone(form: str) -> None:
    with zipfile.ZipFile(io.BytesIO(stamp(PREPARED[form], VALUES))) as package:
        assert package.testzip() is None
        assert max(Counter(package.namelist()).values()) == 1
        part = {name: package.read(name) for name in package.namelist()}
    (item,) = [
        name
        for name, data in part.items()
        if name.startswith("customXml/item") and b"urn:audit-bot:audit" in data and "Props" not in name
    ]
    root = etree.fromstring(part[item])
    assert [(each.tag, each.text) for each in root] == [
        ("{urn:audit-bot:audit}reference", VALUES.reference),
        ("{urn:audit-bot:audit}template", "2026.2"),
    ]
    number = re.findall(r"\d+", item)[0]
    props = f"customXml/itemProps{number}.xml"
    assert b'ds:uri="urn:audit-bot:audit"' in part[props]
    assert f'Target="itemProps{number}.xml"'.encode() in part[f"customXml/_rels/item{number}.xml.rels"]
    assert f'Target="../{item}"'.encode() in part["word/_rels/document.xml.rels"]
    types = etree.fromstring(part["[Content_Types].xml"])
    overrides = {each.get("PartName") for each in types}
    assert {f"/{props}", "/docProps/custom.xml"} <= overrides
    assert "xml" in {each.get("Extension") for each in types}
    properties = etree.fromstring(part["docProps/custom.xml"])
    assert {p.get("name"): "".join(p.itertext()) for p in properties} == {
        "AuditReference": VALUES.reference, "TemplateVersion": "2026.2",
    }  # fmt: skip


def test_properties_of_others_stay_and_a_second_stamp_replaces_ours() -> None:
    label = "MSIP_Label_1_Enabled"
    first = changed(
        stamp(PREPARED["audit_tool"], VALUES),
        {
            "docProps/custom.xml": lambda data: data.replace(
                b'name="TemplateVersion"', f'name="{label}"'.encode()
            )
        },
    )
    again = stamp(prepare(first), replace(VALUES, reference="FSP-2026-03-015", return_by=date(2026, 4, 1)))
    with zipfile.ZipFile(io.BytesIO(again)) as package:
        properties = etree.fromstring(package.read("docProps/custom.xml"))
        assert [n for n in package.namelist() if re.fullmatch(r"customXml/item\d\.xml", n)] == [
            "customXml/item1.xml"
        ]
    names = [p.get("name") for p in properties]
    assert sorted(names) == ["AuditReference", label, "TemplateVersion"]
    assert len({p.get("pid") for p in properties}) == 3
    assert carried(again) == only(again, "audit_ref").text == "FSP-2026-03-015"
    assert only(again, "due_auditor").date == "2026-04-01"
    assert texts(again, "kloe.text") == list(VALUES.kloes)


def test_the_same_values_give_the_same_bytes() -> None:
    assert stamp(PREPARED["audit_tool"], VALUES) == stamp(FORMS["audit_tool"], VALUES)


@pytest.mark.parametrize("form", NEEDS)
def test_nothing_else_in_the_form_changes(form: str) -> None:
    before, after = FORMS[form], stamp(PREPARED[form], VALUES)
    assert rest_of(before) == rest_of(after)
    with zipfile.ZipFile(io.BytesIO(before)) as old, zipfile.ZipFile(io.BytesIO(after)) as new:
        for name in (
            "word/styles.xml",
            "word/settings.xml",
            "word/glossary/document.xml",
            "docProps/core.xml",
        ):
            assert old.read(name) == new.read(name)


def rest_of(form: bytes) -> bytes:
    """The document without what is written in it."""
    root = Package(form).document()
    for sdt in list(root.iter(w("sdt"))):
        tag = sdt.find(f"{w('sdtPr')}/{w('tag')}")
        if tag is not None and tag.get(w("val")) in {*TAGS, "kloe.row", "prev.row"}:
            sdt.getparent().remove(sdt)  # type: ignore[union-attr]
    return etree.tostring(root, method="c14n")


def changed(
    form: bytes, parts: dict[str, Callable[[bytes], bytes]], renamed: dict[str, str] | None = None
) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(form)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr((renamed or {}).get(name, name), parts.get(name, bytes)(old.read(name)))
    return out.getvalue()


def saved_by_python_docx(form: bytes) -> bytes:
    out = io.BytesIO()
    document = docx.Document(io.BytesIO(form))
    document.add_paragraph("Added by the Audit Team")
    document.save(out)
    return out.getvalue()


def saved_by_word(form: bytes) -> bytes:
    """With what Word adds: numbers of paragraphs, revisions, split runs, marks, and at times another name."""

    def busy(data: bytes) -> bytes:
        root = etree.fromstring(data)
        for n, paragraph in enumerate(root.iter(w("p"))):
            paragraph.set(f"{{{W14}}}paraId", f"{n + 1:08X}")
            paragraph.set(w("rsidR"), "00AB12CD")
        for content in root.iter(w("sdtContent")):
            run = content.find(w("r"))
            if run is not None:
                run.addprevious(etree.Element(w("proofErr"), {w("type"): "spellStart"}))
                run.addnext(etree.fromstring(etree.tostring(run)))
        for n, paragraph in enumerate(root.iter(w("p"))):
            paragraph.append(etree.Element(w("bookmarkStart"), {w("id"): str(n), w("name"): f"mark{n}"}))
            paragraph.append(etree.Element(w("bookmarkEnd"), {w("id"): str(n)}))
        for properties in root.iter(w("sdtPr")):
            properties.append(etree.Element(f"{{{W15}}}color", {w("val"): "0B5563"}))
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)

    return changed(
        form,
        {
            "word/document.xml": busy,
            "_rels/.rels": lambda data: data.replace(b"word/document.xml", b"word/document2.xml"),
            "[Content_Types].xml": lambda data: data.replace(b"/word/document.xml", b"/word/document2.xml"),
        },
        {
            "word/document.xml": "word/document2.xml",
            "word/_rels/document.xml.rels": "word/_rels/document2.xml.rels",
        },
    )


def saved_without_repeating_sections(form: bytes) -> bytes:
    """As by a program that keeps the fields' controls, but not those around rows."""

    def plain(data: bytes) -> bytes:
        root = etree.fromstring(data)
        for name in ("repeatingSectionItem", "repeatingSection"):
            for kind in list(root.iter(f"{{{W15}}}{name}")):
                sdt = kind.getparent().getparent()  # type: ignore[union-attr]
                for child in list(sdt.find(w("sdtContent"))):  # type: ignore[union-attr, arg-type]
                    sdt.addprevious(child)  # type: ignore[union-attr]
                sdt.getparent().remove(sdt)  # type: ignore[union-attr]
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)

    return changed(form, {"word/document.xml": plain})


def with_another_prefix(form: bytes) -> bytes:
    return changed(
        form,
        {
            "word/document.xml": lambda d: re.sub(rb"(</?|\s)w:", rb"\1ns0:", d).replace(
                b"xmlns:w=", b"xmlns:ns0="
            )
        },
    )


@pytest.mark.parametrize(
    "save", [saved_by_python_docx, saved_by_word, saved_without_repeating_sections, with_another_prefix]
)
def test_a_form_that_was_saved_again_is_still_filled_in(save: Callable[[bytes], bytes]) -> None:
    stamped = stamp(save(FORMS["re_audit"]), VALUES)
    assert {tag: only(stamped, tag).text for tag in ("audit_ref", "sw", "child_name")} == {
        "audit_ref": VALUES.reference, "sw": VALUES.practitioner, "child_name": VALUES.child_name,
    }  # fmt: skip
    assert only(stamped, "child_dob").date == "2017-06-10"
    assert texts(stamped, "prev.who") == ["Practitioner", "Team Manager"]
    kloes = stamp(save(FORMS["audit_tool"]), VALUES)
    assert texts(kloes, "kloe.text") == list(VALUES.kloes)
    root = Package(kloes).document()
    marks = [p.get(f"{{{W14}}}paraId") for p in root.iter(w("p")) if p.get(f"{{{W14}}}paraId")]
    names = [b.get(w("name")) for b in root.iter(w("bookmarkStart"))]
    assert len(set(marks)) == len(marks)
    assert save is not saved_by_word or (marks and names)
    assert len(set(names)) == len(names)
    assert carried(kloes) == VALUES.reference


@pytest.mark.parametrize("form", ["audit_tool", "re_audit"])
def test_the_reader_reads_a_stamped_form_that_was_filled_in(form: str) -> None:
    stamped = stamp(PREPARED[form], VALUES)
    audit = read(filled(stamped, grade="Requires Improvement", moderated="Good"), ASKED)
    assert isinstance(audit, ReturnedAudit)
    assert audit.reference == VALUES.reference
    assert audit.template == "2026.2"
    assert (audit.auditor_grade, audit.moderated_grade) == (Grade.REQUIRES_IMPROVEMENT, Grade.GOOD)
    assert audit.domain_grades["Planning"] is Grade.GOOD
    assert audit.actions[0]["by"] == "2026-04-15"


@pytest.mark.parametrize("form", ["dip_sample", "dip_audit", "uopp_record"])
def test_a_form_need_only_have_the_tags_of_its_kind(form: str) -> None:
    with pytest.raises(SettingsError, match="grade_auditor"):
        prepare(FORMS[form])
    assert prepare(FORMS[form], NEEDS[form]).version == "2026.2"


def test_every_missing_tag_is_named_at_once() -> None:
    lacking = changed(
        FORMS["audit_tool"],
        {"word/document.xml": lambda d: d.replace(b'w:tag w:val="grade_', b'w:tag w:val="x_')},
    )
    with pytest.raises(SettingsError, match="grade_auditor") as fault:
        prepare(lacking)
    assert "grade_moderated" in str(fault.value)


def test_a_line_of_enquiry_that_cannot_be_repeated_is_named() -> None:
    def outside(data: bytes) -> bytes:
        root = etree.fromstring(data)
        line = next(t for t in root.iter(w("tag")) if t.get(w("val")) == "kloe.text").getparent().getparent()  # type: ignore[union-attr]
        body = root.find(w("body"))
        etree.SubElement(body, w("p")).append(line)  # type: ignore[type-var, arg-type]
        return etree.tostring(root)

    with pytest.raises(SettingsError, match=r"“kloe.text” must stand in a row"):
        prepare(changed(FORMS["audit_tool"], {"word/document.xml": outside}))


@pytest.mark.parametrize("data", [b"", b"no zip", FORMS["audit_tool"][:-200]])
def test_what_is_no_word_file_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(SettingsError, match="Word document"):
        prepare(data)


def test_an_old_date_does_not_stay_behind_a_new_text() -> None:
    dated = stamp(PREPARED["dip_audit"], VALUES)
    again = stamp(
        prepare(dated, audit_tool.DIP_AUDIT),
        replace(VALUES, previous_actions=(PreviousAction("Visit", by="soon"),)),
    )
    (by,) = [c for c in found(again) if c.tag == "prev.by"]
    assert (by.text, by.date) == ("soon", "")
