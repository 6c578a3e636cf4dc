"""A part of a Word file as the bytes between the controls that are written, so that writing is joining bytes.

A part is taken apart once: it is serialised as it stands and again with every control filled in, and both texts are
cut at marks set round the controls. What is not one of those controls is never touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

from lxml import etree

from bot.papers.word.controls import emptied_run, printable, tag_of, write
from bot.papers.word.xml import W14, W15, w

Value = str | date
"""A date is shown as dd/mm/yyyy; a date picker keeps it as a date too."""

_MARKED = re.compile(rb"<\?(slot|rows) ([^?]*)\?>(.*?)<\?end-\1 \2\?>", re.DOTALL)
_DATE = re.compile(rb' (?:[\w.-]+:)?fullDate="DATE-OF-A-SLOT"')
_TEXT, _DATE_TEXT = "TEXT-OF-A-SLOT", "DATE-OF-A-SLOT"


@dataclass(frozen=True, slots=True)
class Slot:
    """One control. Filled in it is `before`, the date a picker keeps, `between`, the text and `after`."""

    tag: str
    untouched: bytes
    before: bytes
    between: bytes
    after: bytes
    prefix: str

    def written(self, value: Value | None) -> bytes:
        """The control with this value; as the template has it when there is none."""
        w_ = self.prefix
        if isinstance(value, date):
            kept = f' {w_}fullDate="{value.isoformat()}T00:00:00Z"' if self.between else ""
            shown = f"{value.day:02}/{value.month:02}/{value.year:04}"
            return self.before + kept.encode() + self.between + shown.encode() + self.after
        text = printable(value or "")
        if not text.strip():
            return self.untouched
        return self.before + self.between + _lines(text, w_) + self.after


@dataclass(frozen=True, slots=True)
class Rows:
    """A row that stands once for each entry. `numbers` are free for the controls of the further rows."""

    name: str
    row: tuple[bytes | Slot, ...]
    identity: re.Pattern[bytes]
    numbers: int

    def written(self, entries: Sequence[Mapping[str, Value]]) -> bytes:
        """The rows; without an entry one row, as the template has it."""
        numbers = iter(range(self.numbers, self.numbers + 1_000_000))
        found = []
        for n, entry in enumerate(entries or ({},)):
            row = b"".join(p if isinstance(p, bytes) else p.written(entry.get(p.tag)) for p in self.row)
            if n:
                row = self.identity.sub(lambda m: b'%b"%d"' % (m[1], next(numbers)), row)
            found.append(row)
        return b"".join(found)


Part = tuple[bytes | Slot | Rows, ...]


def taken_apart(root: etree._Element, tags: frozenset[str], rows: Mapping[str, str]) -> Part:
    """A part of a form with a slot for every control whose tag is in `tags`. `root` is used up.

    `rows` maps the tag of a control to the name of the rows that it stands in: its row repeats, and the other rows
    with that control are left out.
    """
    repeated = {row: name for tag, name in rows.items() if (row := _only_row(root, tag)) is not None}
    controls = [
        sdt for sdt in root.iter(w("sdt")) if tag_of(sdt) in tags and sdt.find(f".//{w('sdt')}") is None
    ]
    numbers = _free_numbers(root)
    for row, name in repeated.items():
        _make_repeatable(row)
        _mark(row, "rows", name)
    for n, sdt in enumerate(controls):
        _mark(sdt, "slot", str(n))
    untouched = _serialised(root)
    for sdt in controls:
        _fill(sdt)
    made = [(tag_of(sdt), f"{sdt.prefix}:" if sdt.prefix else "") for sdt in controls]
    return tuple(_pieces(untouched, _serialised(root), made, numbers))


def joined(
    part: Part, values: Mapping[str, Value], rows: Mapping[str, Sequence[Mapping[str, Value]]]
) -> bytes:
    """The part with these values by tag, and these entries by name of rows."""
    return b"".join(
        p
        if isinstance(p, bytes)
        else p.written(values.get(p.tag))
        if isinstance(p, Slot)
        else p.written(rows.get(p.name, ()))
        for p in part
    )


def _pieces(
    untouched: bytes, filled: bytes, made: Sequence[tuple[str, str]], numbers: int
) -> Iterator[bytes | Slot | Rows]:
    """Both texts cut at the same marks."""
    end = 0
    for as_is, full in zip(_MARKED.finditer(untouched), _MARKED.finditer(filled), strict=True):
        if as_is.start() > end:
            yield untouched[end : as_is.start()]
        end = as_is.end()
        if as_is[1] == b"rows":
            row = tuple(p for p in _pieces(as_is[3], full[3], made, 0) if not isinstance(p, Rows))
            prefix = made[0][1] if made else ""
            identity = re.compile(rb'(<%bid %bval=)"[^"]*"' % (prefix.encode(), prefix.encode()))
            yield Rows(as_is[2].decode(), row, identity, numbers)
        else:
            tag, prefix = made[int(as_is[2])]
            head, after = full[3].split(_TEXT.encode())
            before, *rest = _DATE.split(head)
            yield Slot(tag, as_is[3], before, b"".join(rest), after, prefix)
    yield untouched[end:]


def _mark(element: etree._Element, kind: str, name: str) -> None:
    element.addprevious(etree.ProcessingInstruction(kind, name))
    element.addnext(etree.ProcessingInstruction(f"end-{kind}", name))


def _only_row(root: etree._Element, tag: str) -> etree._Element | None:
    """The first row (or item of a repeating section) with such a control; the others go."""
    found: list[etree._Element] = []
    for sdt in root.iter(w("sdt")):
        row = next(sdt.iterancestors(w("tr")), None) if tag_of(sdt) == tag else None
        if row is None:
            continue
        item = row.getparent()
        item = item.getparent() if item is not None and item.tag == w("sdtContent") else None
        if item is not None and item.find(f"{w('sdtPr')}/{{{W15}}}repeatingSectionItem") is not None:
            row = item
        if row not in found:
            found.append(row)
    for other in found[1:]:
        parent = other.getparent()
        if parent is not None:
            parent.remove(other)
    return found[0] if found else None


def _make_repeatable(row: etree._Element) -> None:
    """Without what may stand only once in a document."""
    for element in list(row.iter()):
        for name in ("paraId", "textId"):
            element.attrib.pop(f"{{{W14}}}{name}", "")
        parent = element.getparent()
        if element.tag in (w("bookmarkStart"), w("bookmarkEnd")) and parent is not None:
            parent.remove(element)


def _free_numbers(root: etree._Element) -> int:
    """The first of a million numbers that no control has."""
    used = {each.get(w("val")) or "" for each in root.iter(w("id"))}
    taken = {int(number) // 1_000_000 for number in used if number.lstrip("-").isdigit()}
    return next(n for n in range(1, 2000) if n not in taken) * 1_000_000


def _fill(sdt: etree._Element) -> None:
    """Fill a control in as Word does, with marks for the text and for the date a picker keeps."""
    properties = sdt.find(w("sdtPr"))
    if properties is None:
        return
    picker = properties.find(w("date"))
    if picker is not None:
        picker.set(w("fullDate"), _DATE_TEXT)
    write(emptied_run(sdt), _TEXT)


def _serialised(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _lines(text: str, w_: str) -> bytes:
    found = escape(text)
    if "\n" in found or "\t" in found:
        again = f'<{w_}t xml:space="preserve">'
        for sign, name in (("\n", "br"), ("\t", "tab")):
            found = found.replace(sign, f"</{w_}t><{w_}{name}/>{again}")
    return found.encode()
