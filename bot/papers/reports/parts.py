"""A Word file as its parts and what points to what (ECMA-376 part 2): parts are replaced, and the unused left out."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from bot.papers.word.walk import NotWord
from bot.papers.word.xml import RELATIONSHIPS, STRICT, as_utf8, parsed, w

TYPES = "[Content_Types].xml"
_T = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_R = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_NEW_RELATIONS = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
_DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_TEMPLATE = _DOCUMENT.replace("document.main", "template.main")
_MACROS = "macroEnabled"
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, KeyError, RuntimeError)
"""What unpacking raises: the last of them where a file in it is locked with a password."""


@dataclass(slots=True)
class Parts:
    """The parts of one file by name. `trees` are those taken apart; they are written back as they then stand."""

    data: dict[str, bytes]
    trees: dict[str, etree._Element] = field(default_factory=dict)

    def tree(self, name: str) -> etree._Element:
        """The root of an XML part. Raises NotWord."""
        if name not in self.trees:
            if name not in self.data:
                raise NotWord(f"the part {name} is missing")
            try:
                self.trees[name] = parsed(as_utf8(self.data[name]))
            except etree.XMLSyntaxError as fault:
                raise NotWord(f"the part {name} is damaged") from fault
        return self.trees[name]

    def put(self, name: str, data: bytes, content_type: str) -> None:
        """A part of this content, in place of one of this name."""
        self.data[name] = data
        self.trees.pop(name, None)
        types = self.tree(TYPES)
        for old in [o for o in types.iter(f"{_T}Override") if o.get("PartName") == f"/{name}"]:
            types.remove(old)
        etree.SubElement(types, f"{_T}Override", PartName=f"/{name}", ContentType=content_type)

    def relations(self, name: str) -> etree._Element:
        """The relations of a part ("" for the file's own), to read and to change."""
        place = _relations_of(name)
        if place not in self.data:
            self.data[place] = _NEW_RELATIONS
        return self.tree(place)

    def target(self, name: str, relation: str) -> str:
        """The part a relation of a part points to; "" when there is none, or it lies outside the file."""
        found = next((r for r in self.relations(name) if r.get("Id") == relation), None)
        return _target(name, found) if found is not None else ""

    def related(self, name: str, *kinds: str) -> Iterator[str]:
        """The parts that relations of these kinds point to."""
        for each in self.relations(name):
            if str(each.get("Type", "")).rpartition("/")[2] in kinds and (found := _target(name, each)):
                yield found

    def relate(self, name: str, kind: str, target: str) -> str:
        """A new relation to another part; its id."""
        relations = self.relations(name)
        taken = {r.get("Id") for r in relations}
        number = next(f"rIdBot{n}" for n in range(1, len(taken) + 2) if f"rIdBot{n}" not in taken)
        where = posixpath.relpath(target, posixpath.dirname(name) or ".")
        etree.SubElement(
            relations, f"{_R}Relationship", Id=number, Type=f"{RELATIONSHIPS}/{kind}", Target=where
        )
        return number

    def unrelate(self, name: str, relation: str) -> None:
        relations = self.relations(name)
        for each in [r for r in relations if r.get("Id") == relation]:
            relations.remove(each)

    def main(self) -> str:
        """The name of the document itself. Raises NotWord."""
        found = next(self.related("", "officeDocument"), "")
        if not found:
            raise NotWord("the file has no document in it")
        return found

    def packed(self) -> bytes:
        """The file, with only what something in it points to; the same parts give the same bytes."""
        kept = self._reachable()
        types = self.tree(TYPES)
        for each in list(types):
            name = str(each.get("PartName") or "").lstrip("/")
            if name and name not in kept:
                types.remove(each)
            elif (
                each.get("ContentType") == _TEMPLATE
            ):  # saved as a template: what is made of it is a document
                each.set("ContentType", _DOCUMENT)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
            for name in [TYPES, *(n for n in self.data if n in kept)]:
                tree = self.trees.get(name)
                data = self.data[name] if tree is None else _serialised(tree)
                package.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
        return out.getvalue()

    def _reachable(self) -> set[str]:
        found: set[str] = set()
        waiting = [""]
        while waiting:
            name = waiting.pop()
            place = _relations_of(name)
            if place not in self.data or place in found:
                continue
            found.add(place)
            for each in self.tree(place):
                if (target := _target(name, each)) in self.data and target not in found:
                    found.add(target)
                    waiting.append(target)
        return found


def unpacked(data: bytes) -> Parts:
    """The parts of a file. Raises NotWord when it is none, is kept as Strict Open XML, whose names are others, or with
    macros: under the name of a document Word would not open what is made of it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = Parts({name: package.read(name) for name in package.namelist() if not name.endswith("/")})
    except _DAMAGED as fault:
        raise NotWord("the file is damaged, or no Word file") from fault
    if TYPES not in parts.data or "_rels/.rels" not in parts.data:
        raise NotWord("the file is no Word file")
    main = parts.main()
    if STRICT.encode() in parts.data.get(main, b"")[:8000]:
        raise NotWord("it is saved as “Strict Open XML Document”; save it as “Word Document (*.docx)”")
    if parts.tree(main).tag != w("document"):
        raise NotWord("it is of another program of Office; a “Word Document (*.docx)” is needed")
    if any(_MACROS in str(each.get("ContentType")) for each in parts.tree(TYPES)):
        raise NotWord("it is saved with macros; save it as “Word Document (*.docx)”")
    return parts


def _relations_of(name: str) -> str:
    folder, _, last = name.rpartition("/")
    return f"{folder}/_rels/{last}.rels" if folder else f"_rels/{last}.rels"


def _target(name: str, relation: etree._Element) -> str:
    told = str(relation.get("Target", ""))
    if relation.get("TargetMode") == "External":
        return ""
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(name), told)).lstrip("/")


def _serialised(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
