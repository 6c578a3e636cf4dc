"""Fills every question of a form and takes its controls away, as other programs do when they save it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

from forms import W14, W, put
from lxml import etree

FORMS = ("audit_tool", "dip_sample", "dip_audit", "re_audit", "uopp_record")
TEMPLATES = Path(__file__).parents[1] / "docx_templates"
TICKED = "☒"


def changed(form: bytes, change: Callable[[etree._Element], object]) -> bytes:
    """The form with a change made to its document."""
    with zipfile.ZipFile(io.BytesIO(form)) as package:
        parts = {info.filename: package.read(info) for info in package.infolist()}
    root = etree.fromstring(parts["word/document.xml"])
    change(root)
    parts["word/document.xml"] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return out.getvalue()


def filled_in(name: str) -> tuple[bytes, dict[str, str]]:
    """A form with another answer in each of its controls, and the truth: tag -> its first answer."""
    truth: dict[str, str] = {}

    def fill(root: etree._Element) -> None:
        for n, sdt in enumerate(root.iter(f"{W}sdt"), 1):
            tag, properties = _tag(sdt), sdt.find(f"{W}sdtPr")
            if not tag or properties is None or sdt.find(f"{W}sdtContent//{W}sdt") is not None:
                continue
            if properties.find(f"{W}showingPlcHdr") is None and properties.find(f"{W14}checkbox") is None:
                continue  # the same in every copy: version, guidance
            entries = [item.get(f"{W}displayText") or "" for item in properties.iter(f"{W}listItem")]
            if tag == "audit_ref":
                answer = "FSP-2026-03-001"
            elif properties.find(f"{W14}checkbox") is not None:
                answer = TICKED
            elif properties.find(f"{W}date") is not None:
                answer = f"2026-{n % 12 + 1:02}-{n % 27 + 1:02}"
            else:
                answer = entries[n % len(entries)] if entries else f"Answer {n}, and what led to it"
            put(sdt, answer)
            truth.setdefault(tag, answer)

    return changed((TEMPLATES / f"{name}.docx").read_bytes(), fill), truth


def without_controls(root: etree._Element) -> None:
    """Every control gone, what stood in it kept, as on the way through ODT."""
    for sdt in list(root.iter(f"{W}sdt")):
        parent, content = sdt.getparent(), sdt.find(f"{W}sdtContent")
        assert parent is not None
        at = parent.index(sdt)
        for n, child in enumerate(list(content) if content is not None else ()):
            parent.insert(at + n, child)
        parent.remove(sdt)


def without_tags(root: etree._Element) -> None:
    """The controls kept, their tags and titles gone."""
    _drop(root, "tag", "alias")


def with_titles_only(root: etree._Element) -> None:
    """The controls kept, their tags gone."""
    _drop(root, "tag")


def as_typed_again(root: etree._Element) -> None:
    """As programs on the web write it: no controls, no names of styles, each run in two, no titles of tables."""
    without_controls(root)
    for each in [*root.iter(f"{W}pStyle", f"{W}rStyle", f"{W}tblCaption", f"{W}tblHeader")]:
        parent = each.getparent()
        assert parent is not None
        parent.remove(each)
    for text in list(root.iter(f"{W}t")):
        run, shown = text.getparent(), text.text or ""
        assert run is not None
        if len(shown) > 4:
            second = etree.fromstring(etree.tostring(run))
            text.text = shown[:3]
            next(second.iter(f"{W}t")).text = shown[3:]
            for each in (text, next(second.iter(f"{W}t"))):
                each.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            run.addnext(second)


WAYS = {
    "without controls": without_controls,
    "without tags and titles": without_tags,
    "with titles only": with_titles_only,
    "as typed again": as_typed_again,
}


def _tag(sdt: etree._Element) -> str:
    tag = sdt.find(f"{W}sdtPr/{W}tag")
    return (tag.get(f"{W}val") or "") if tag is not None else ""


def _drop(root: etree._Element, *names: str) -> None:
    for properties in root.iter(f"{W}sdtPr"):
        for name in names:
            for each in properties.findall(f"{W}{name}"):
                properties.remove(each)
