"""A DOCX as a package: its main part and the properties in which we keep an audit's reference."""

from __future__ import annotations

import io
import posixpath
import zipfile
from xml.sax.saxutils import escape

from lxml import etree

from bot.papers.word.xml import RELATIONSHIPS, STRICT, STRICT_RELATIONSHIPS, W, parsed

REFERENCE_PROPERTY = "AuditReference"
CUSTOM = "docProps/custom.xml"
_CUSTOM_NAMESPACE = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"


class NotWord(Exception):
    """The bytes are no Word document that can be read; the text says why."""


class Package:
    """A DOCX opened for reading."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except zipfile.BadZipFile as fault:
            raise NotWord("the file is damaged") from fault

    def document(self) -> etree._Element:
        """The root of the main part. A Strict document is read as if it were an ordinary one."""
        data = self._part(self._main())
        if STRICT.encode() in data[:4000]:
            data = data.replace(STRICT.encode(), W.encode()).replace(
                STRICT_RELATIONSHIPS.encode(), RELATIONSHIPS.encode()
            )
        return parsed(data)

    def _main(self) -> str:
        relations = parsed(self._part("_rels/.rels"))
        for relation in relations:
            if str(relation.get("Type", "")).endswith("/officeDocument"):
                return posixpath.normpath(str(relation.get("Target", "")).lstrip("/"))
        raise NotWord("the file has no document in it")

    def _part(self, name: str) -> bytes:
        try:
            return self._zip.read(name)
        except KeyError as fault:
            raise NotWord(f"the part {name} is missing") from fault

    def reference(self) -> str:
        """The reference in the document's own properties, "" when there is none."""
        if CUSTOM not in self._zip.namelist():
            return ""
        for each in parsed(self._part(CUSTOM)):
            if each.get("name") == REFERENCE_PROPERTY:
                return "".join(str(text) for text in each.itertext()).strip()
        return ""


def custom_properties(reference: str, version: str) -> bytes:
    """The part docProps/custom.xml that carries the reference and the template's version."""
    entries = "".join(
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{n}" name="{name}">'
        f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property>"
        for n, (name, value) in enumerate(((REFERENCE_PROPERTY, reference), ("TemplateVersion", version)), 2)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<Properties xmlns="{_CUSTOM_NAMESPACE}" xmlns:vt="{_TYPES}">{entries}</Properties>'
    ).encode()
