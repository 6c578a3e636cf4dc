"""The audit tool for one audit: the Audit Team's Word form with what is known already filled in (§7).

Only the controls named here are written, found by their tags; everything else in the form stays as the Audit Team
made it. The parts that do not change are kept compressed, so that sixty forms cost little more than one.
"""

from __future__ import annotations

import copy
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lxml import etree

from bot.errors import SettingsError
from bot.papers.word.package import CUSTOM, custom_properties
from bot.papers.word.xml import parsed, w

DOCUMENT = "word/document.xml"
KLOE_ROW = "kloe.row"
"""The tag of the repeating row that stands once for each key line of enquiry."""

NEEDED = ("audit_ref", "grade_auditor", "grade_moderated")


@dataclass(frozen=True, slots=True)
class FormValues:
    """What stands in the form before anybody has written a word. Of a restricted audit, no identifiers."""

    reference: str
    cycle: str
    audit_type: str
    return_by: date | None
    return_to: str
    mosaic_number: str
    child_name: str
    date_of_birth: date | None
    age: str
    ethnicity: str
    outcome_type: str
    practitioner: str
    team: str
    team_manager: str
    auditor: str
    moderator: str
    kloes: tuple[str, ...]
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class PreparedTemplate:
    """A template taken apart once. `rest` is the package without the two parts that are written anew."""

    document: etree._Element
    rest: bytes
    version: str


def prepare(template: bytes) -> PreparedTemplate:
    """Take the form apart. Raises SettingsError when it is no form the bot can fill."""
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as package:
            document = parsed(package.read(DOCUMENT))
            rest = io.BytesIO()
            with zipfile.ZipFile(rest, "w", zipfile.ZIP_DEFLATED) as kept:
                for info in package.infolist():
                    if info.filename not in (DOCUMENT, CUSTOM):
                        kept.writestr(info.filename, package.read(info))
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError) as fault:
        raise SettingsError(["The audit tool is not a Word document that can be opened."]) from fault
    tags = {_tag(sdt) for sdt in document.iter(w("sdt"))}
    missing = [name for name in NEEDED if name not in tags]
    if missing:
        raise SettingsError([f"The audit tool has no control with the tag “{name}”." for name in missing])
    version = next((_text(sdt) for sdt in document.iter(w("sdt")) if _tag(sdt) == "tpl_ver"), "")
    return PreparedTemplate(document, rest.getvalue(), version)


def stamp(template: PreparedTemplate | bytes, values: FormValues) -> bytes:
    """The form for one audit, as a DOCX."""
    prepared = template if isinstance(template, PreparedTemplate) else prepare(template)
    document = copy.deepcopy(prepared.document)
    _repeat_kloes(document, values.kloes)
    written = _written(values)
    for sdt in document.iter(w("sdt")):
        tag = _tag(sdt)
        if tag in written:
            _write(sdt, written[tag])
    out = io.BytesIO(prepared.rest)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as package:
        text = etree.tostring(document, xml_declaration=True, encoding="UTF-8", standalone=True)
        package.writestr(DOCUMENT, text)
        package.writestr(CUSTOM, custom_properties(values.reference, prepared.version))
    return out.getvalue()


def _written(values: FormValues) -> Mapping[str, str | date]:
    found: dict[str, str | date | None] = {
        "audit_ref": values.reference,
        "cycle": values.cycle,
        "audit_type": values.audit_type,
        "due_auditor": values.return_by,
        "return_to": values.return_to,
        "outcome_type": values.outcome_type,
        "sw": values.practitioner,
        "team": values.team,
        "tm": values.team_manager,
        "auditor": values.auditor,
        "moderator": values.moderator,
    }
    if values.restricted:
        hidden = "Restricted record: ask the Audit Team"
        found |= {"mosaic_id": hidden, "child_name": hidden}
    else:
        found |= {
            "mosaic_id": values.mosaic_number,
            "child_name": values.child_name,
            "child_dob": values.date_of_birth,
            "child_age": values.age,
            "ethnicity": values.ethnicity,
        }
    return {tag: value for tag, value in found.items() if value}


def _repeat_kloes(document: etree._Element, kloes: tuple[str, ...]) -> None:
    """One row for each key line of enquiry, made from the first."""
    section = next((s for s in document.iter(w("sdt")) if _tag(s) == KLOE_ROW), None)
    if section is None:
        return
    content = section.find(w("sdtContent"))
    items = [] if content is None else [i for i in content if i.tag == w("sdt")]
    if content is None or not items:
        return
    for extra in items[1:]:
        content.remove(extra)
    pattern = copy.deepcopy(items[0])
    for n, kloe in enumerate(kloes or ("",)):
        item = items[0] if n == 0 else copy.deepcopy(pattern)
        if n:
            content.append(item)
            for number, identity in enumerate(item.iter(w("id"))):
                identity.set(w("val"), str(900_000 + 100 * n + number))
        for sdt in item.iter(w("sdt")):
            if _tag(sdt) == "kloe.text" and kloe:
                _write(sdt, kloe)


def _write(sdt: etree._Element, value: str | date) -> None:
    """Put a value into a control as Word would: the placeholder goes, a date is stored as a date too."""
    properties, content = sdt.find(w("sdtPr")), sdt.find(w("sdtContent"))
    if properties is None or content is None:
        return
    showing = properties.find(w("showingPlcHdr"))
    if showing is not None:
        properties.remove(showing)
    text = value if isinstance(value, str) else f"{value:%d/%m/%Y}"
    picker = properties.find(w("date"))
    if picker is not None and isinstance(value, date):
        picker.set(w("fullDate"), f"{value.isoformat()}T00:00:00Z")
    runs = list(content.iter(w("r")))
    if not runs:
        return
    first = runs[0]
    for run in runs[1:]:
        parent = run.getparent()
        if parent is not None:
            parent.remove(run)
    for child in list(first):
        style = child.find(w("rStyle")) if child.tag == w("rPr") else None
        if child.tag != w("rPr") or (style is not None and style.get(w("val")) == "PlaceholderText"):
            first.remove(child)
    element = etree.SubElement(first, w("t"))
    element.text = _printable(text)
    element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _printable(text: str) -> str:
    """Text without the signs XML cannot hold."""
    return "".join(
        c
        for c in text
        if c in "\t\n" or (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
    )


def _tag(sdt: etree._Element) -> str:
    properties = sdt.find(w("sdtPr"))
    found = properties.find(w("tag")) if properties is not None else None
    return (found.get(w("val")) or "") if found is not None else ""


def _text(sdt: etree._Element) -> str:
    return "".join(t.text or "" for t in sdt.iter(w("t")))
