"""A DOCX as a package: its main part, its headers and footers, and where an audit's reference is kept in it."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping

from lxml import etree

from bot.papers.word.styles import PLAIN, Styles, styles
from bot.papers.word.walk import NotWord
from bot.papers.word.xml import VAL, as_utf8, parsed, w

REFERENCE_PROPERTY = "AuditReference"
VERSION_PROPERTY = "TemplateVersion"
CUSTOM = "docProps/custom.xml"
STAMP_NAMESPACE = "urn:audit-bot:audit"
"""Of the custom XML part that says which audit a form is for: `audit` with a reference and a template."""

LARGEST_STAMP = 20_000
"""Bytes. The custom part that carries our own words is far smaller; larger ones are somebody else's."""

WIDEST_ROW = 63
"""Columns. Word itself makes no wider table."""

_PERHAPS_WIDE = re.compile(rb"gridSpan\b[^<]*?(?:\d\d|&)")
"""How a span of ten columns or more may be written: quicker than to look at every element."""

_MARGIN = re.compile(r"(?:header|footer)\d*\.xml")
_STAMP_PART = re.compile(r"customXml/item\d*\.xml", re.IGNORECASE)


class Package:
    """A DOCX opened for reading."""

    def __init__(self, data: bytes | Mapping[str, bytes], main: str = "") -> None:
        """`data` is a whole file, or its parts already unpacked; `main` the name of its main part, when it is known."""
        self._parts: Mapping[str, bytes] = {} if isinstance(data, bytes) else data
        self._zip: zipfile.ZipFile | None = None
        if isinstance(data, bytes):
            try:
                self._zip = zipfile.ZipFile(io.BytesIO(data))
            except zipfile.BadZipFile as fault:
                raise NotWord("the file is damaged") from fault
        self._names = set(self._zip.namelist() if self._zip else self._parts)
        self._main = main or self._main_part()
        self._folder = posixpath.dirname(self._main)

    def document(self) -> etree._Element:
        """The root of the main part. A Strict document is read as if it were an ordinary one."""
        text = self._text(self._main)
        root = parsed(text)
        if root.tag != w("document") or root.find(w("body")) is None:
            raise NotWord("its main part is no document")
        if b"gridSpan" in text and _PERHAPS_WIDE.search(text) and _widest(root) > WIDEST_ROW:
            raise NotWord("a row says that it is wider than any table is")
        return root

    def styles(self) -> Styles:
        name = posixpath.join(self._folder, "styles.xml")
        return styles(self._text(name)) if name in self._names else PLAIN

    def margins(self) -> Iterator[etree._Element]:
        """The headers and footers."""
        folder = f"{self._folder}/" if self._folder else ""
        for name in sorted(self._names):
            if name.startswith(folder) and _MARGIN.fullmatch(name, len(folder)):
                root = parsed(self._text(name))
                if root.tag in (w("hdr"), w("ftr")):
                    yield root

    def stamps(self) -> list[tuple[str, str, str]]:
        """What the package itself says it is: (where it says so, reference, template's version), "" for not said."""
        found = []
        if CUSTOM in self._names:
            said = {
                str(each.get("name")): "".join(str(t) for t in each.itertext()).strip()
                for each in parsed(self._text(CUSTOM))
            }
            found.append(
                (
                    "the file's own properties",
                    said.get(REFERENCE_PROPERTY, ""),
                    said.get(VERSION_PROPERTY, ""),
                )
            )
        for name in sorted(filter(_STAMP_PART.fullmatch, self._names)):
            text = self._text(name)
            if len(text) <= LARGEST_STAMP and STAMP_NAMESPACE.encode() in text:
                found.append(("the mark inside the file", *_stamp(parsed(text))))
        return found

    def bound_value(self, store: str, path: str) -> str | None:
        """The text at a plain path in the custom part with that id, to which a control is bound; None if unknown."""
        for name in sorted(self._names):
            if not re.fullmatch(r"customXml/itemProps\d*\.xml", name) or not store:
                continue
            if store.strip("{}").casefold() not in self._text(name).decode("utf-8", "replace").casefold():
                continue
            item = name.replace("itemProps", "item")
            if item in self._names:
                return _at(parsed(self._text(item)), path)
        return None

    def _main_part(self) -> str:
        for relation in parsed(self._text("_rels/.rels")):
            if str(relation.get("Type", "")).endswith("/officeDocument"):
                return posixpath.normpath(str(relation.get("Target", "")).lstrip("/"))
        raise NotWord("the file has no document in it")

    def _text(self, name: str) -> bytes:
        if name not in self._names:
            raise NotWord(f"the part {name} is missing")
        return as_utf8(self._zip.read(name) if self._zip else self._parts[name])


def _widest(root: etree._Element) -> int:
    """The most columns a cell says it takes."""
    said = ((each.get(VAL) or "").strip() for each in root.iter(w("gridSpan")))
    return max((int(width[:9]) for width in said if width.isdecimal()), default=0)


def _stamp(root: etree._Element) -> tuple[str, str]:
    def said(name: str) -> str:
        child = next((c for c in root.iter() if etree.QName(c).localname == name), None)
        given = root.get(name) or ("".join(str(t) for t in child.itertext()) if child is not None else "")
        return given.strip()

    return said("reference"), said("template")


def _at(root: etree._Element, path: str) -> str | None:
    """The text at /a/b[2]/c: names without regard to their namespaces, because Word's prefixes are its own."""
    found: list[etree._Element] = [root]
    for n, step in enumerate(path.strip("/").split("/")):
        parts = re.fullmatch(r"(?:[\w.-]+:)?([\w.-]+)(?:\[(\d+)\])?", step)
        if parts is None:
            return None
        pool = found if n == 0 else [child for each in found for child in each]
        named = [each for each in pool if etree.QName(each).localname == parts[1]]
        place = int(parts[2]) - 1 if parts[2] else 0
        found = named[place : place + 1]
        if not found:
            return None
    return "".join(str(text) for text in found[0].itertext()).strip()
