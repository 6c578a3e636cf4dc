"""The audit's reference inside the file itself: in the document's properties, and as a part of data of its own.

Both outlive a renamed file and a rewritten page. They hold the reference and the form's version, nothing else.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

from lxml import etree

from bot.papers.word.controls import printable
from bot.papers.word.package import CUSTOM, REFERENCE_PROPERTY
from bot.papers.word.xml import parsed

NAMESPACE = "urn:audit-bot:audit"
VERSION_PROPERTY = "TemplateVersion"

_ITEM_ID = "{3C9F0C0E-8D0B-4B52-9B57-6C2F2A4F7A11}"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_DATA = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
_MS = "application/vnd.openxmlformats-officedocument"
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_HERE = "REFERENCE-OF-THE-AUDIT"

Around = tuple[bytes, bytes]
"""What stands before and after the reference."""


def prepared(parts: dict[str, bytes], main: str, version: str) -> Mapping[str, Around]:
    """The parts that carry the reference, by name. In `parts`, they are taken out and what announces them is put in.

    `main` is the name of the main part. Properties of others (a sensitivity label, say) are kept.
    """
    types = "[Content_Types].xml"
    relations = f"{posixpath.dirname(main)}/_rels/{posixpath.basename(main)}.rels"
    properties = _with_properties(parts.pop(CUSTOM, None), version)
    _declare(parts, types, f"/{CUSTOM}", f"{_MS}.custom-properties+xml")
    _relate(parts, "_rels/.rels", f"{_RELATION}/custom-properties", CUSTOM)
    item = next((name for name in parts if _ours(name, parts[name])), "")
    if item:
        del parts[item]
    else:
        taken = [int(n) for name in parts for n in re.findall(r"customXml/item(\d+)\.xml", name)]
        n = max(taken, default=0) + 1
        item, props = f"customXml/item{n}.xml", f"customXml/itemProps{n}.xml"
        parts[props] = (
            f'<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<ds:datastoreItem ds:itemID="{_ITEM_ID}" '
            f'xmlns:ds="{_DATA}"><ds:schemaRefs><ds:schemaRef ds:uri="{NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>'
        ).encode()
        _relate(
            parts, f"customXml/_rels/item{n}.xml.rels", f"{_RELATION}/customXmlProps", f"itemProps{n}.xml"
        )
        _relate(parts, relations, f"{_RELATION}/customXml", f"../{item}")
        _declare(parts, types, f"/{props}", f"{_MS}.customXmlProperties+xml")
    data = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<audit xmlns="{NAMESPACE}">'
        f"<reference>{_HERE}</reference><template>{escape(printable(version))}</template></audit>"
    ).encode()
    return {CUSTOM: _cut(properties), item: _cut(data)}


def written(around: Around, reference: str) -> bytes:
    before, after = around
    return before + escape(printable(reference)).encode() + after


def _cut(data: bytes) -> Around:
    before, after = data.split(_HERE.encode())
    return before, after


def _with_properties(existing: bytes | None, version: str) -> bytes:
    root = parsed(existing or f'<Properties xmlns="{_PROPERTIES}" xmlns:vt="{_TYPES}"/>'.encode())
    ours = {REFERENCE_PROPERTY: _HERE, VERSION_PROPERTY: printable(version)}
    for each in list(root):
        if each.get("name") in ours:
            root.remove(each)
    number = max((int(each.get("pid") or 1) for each in root), default=1)
    for n, (name, value) in enumerate(ours.items(), number + 1):
        attributes = {"fmtid": _FORMAT, "pid": str(n), "name": name}
        each = etree.SubElement(root, f"{{{_PROPERTIES}}}property", attributes)
        etree.SubElement(each, f"{{{_TYPES}}}lpwstr").text = value
    return _serialised(root)


def _ours(name: str, data: bytes) -> bool:
    return bool(re.fullmatch(r"customXml/item\d+\.xml", name)) and NAMESPACE.encode() in data


def _declare(parts: dict[str, bytes], types: str, name: str, kind: str) -> None:
    root = parsed(parts[types])
    if not any(str(each.get("PartName", "")).lower() == name.lower() for each in root):
        etree.SubElement(
            root, f"{{{_PACKAGE}/content-types}}Override", {"PartName": name, "ContentType": kind}
        )
        parts[types] = _serialised(root)


def _relate(parts: dict[str, bytes], where: str, kind: str, target: str) -> None:
    names = f"{_PACKAGE}/relationships"
    root = parsed(parts.get(where) or f'<Relationships xmlns="{names}"/>'.encode())
    if not any(each.get("Target", "").lstrip("/") == target for each in root):
        taken = {each.get("Id") for each in root}
        free = next(i for n in range(1, 10_000) if (i := f"rIdAudit{n}") not in taken)
        etree.SubElement(root, f"{{{names}}}Relationship", {"Id": free, "Type": kind, "Target": target})
        parts[where] = _serialised(root)


def _serialised(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
