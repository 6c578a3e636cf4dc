"""Names of Word's XML (ECMA-376 part 1; the 2010 and 2012 additions are Microsoft's [MS-DOCX])."""

from __future__ import annotations

import re
from functools import cache

from lxml import etree

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
W15 = "http://schemas.microsoft.com/office/word/2012/wordml"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
M = "http://schemas.openxmlformats.org/officeDocument/2006/math"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
STRICT_RELATIONSHIPS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

_STRICT_NAMES = (
    (STRICT.encode(), W.encode()),
    (STRICT_RELATIONSHIPS.encode(), RELATIONSHIPS.encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", M.encode()),
)
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*\?>")
_OFF = ("0", "false", "off", "none")


@cache
def w(name: str) -> str:
    return f"{{{W}}}{name}"


VAL = w("val")


_PARSER = etree.XMLParser(
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    huge_tree=False,
    collect_ids=False,
    remove_comments=True,
    remove_pis=True,
)


def parsed(data: bytes) -> etree._Element:
    """The root of an XML part, comments and processing instructions left out, so that they part no word.

    No entity is expanded and nothing is fetched; libxml2 itself refuses more than 256 levels. Raises
    etree.XMLSyntaxError.
    """
    return etree.fromstring(data, _PARSER)


def as_utf8(data: bytes) -> bytes:
    """A part's text as UTF-8, whatever Unicode encoding it came in; a Strict document under its ordinary names."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:2] in (b"<\x00", b"\x00<"):
        encoding = "utf-16" if data[:1] != b"<" and data[:1] != b"\x00" else (
            "utf-16-le" if data[:1] == b"<" else "utf-16-be"
        )  # fmt: skip
        data = _DECLARED.sub(b"", data.decode(encoding, "replace").encode())
    if data.find(b"http://purl.oclc.org/ooxml/", 0, 8000) >= 0:
        for strict, ordinary in _STRICT_NAMES:
            data = data.replace(strict, ordinary)
    return data


def value(element: etree._Element | None, name: str) -> str:
    """The `val` of a child, "" when there is none."""
    found = element.find(w(name)) if element is not None else None
    return (found.get(VAL) or "") if found is not None else ""


def on(element: etree._Element | None) -> bool:
    """Whether a switch is on: it is there, and not set to false."""
    return element is not None and (element.get(VAL) or "true").lower() not in _OFF


def is_off(text: str | None, default: str = "1") -> bool:
    return (text or default).lower() in _OFF
