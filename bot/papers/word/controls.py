"""Content controls and their values, as Word shows them to a reader.

Insertions and moved-to text count, deletions and moved-from text do not; hidden text is not seen; a placeholder is
an empty answer. What makes an answer doubtful is noted beside it: for a grade, any of it is reason to ask a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from bot.papers.word.xml import MC, W14, w

_SKIPPED = {
    w(n) for n in ("del", "moveFrom", "instrText", "delText", "rPr", "pPr", "sdtPr", "tblPr", "trPr", "tcPr")
}
_SKIPPED |= {f"{{{MC}}}Fallback"}
_CHANGED = {w(n): word for n, word in (
    ("ins", "text was inserted with Track Changes on"),
    ("del", "text was deleted with Track Changes on"),
    ("moveFrom", "text was moved with Track Changes on"),
    ("moveTo", "text was moved with Track Changes on"),
)}  # fmt: skip
_ODD = {
    w("txbxContent"): "the answer is in a text box",
    w("altChunk"): "the answer is in an embedded file",
    f"{{{MC}}}AlternateContent": "the answer is in a drawing",
}
_OFF = ("0", "false", "off", "none")


@dataclass(frozen=True, slots=True)
class Control:
    """One answer. `text` is what Word shows; `before` what stood there before tracked changes, when that differs.

    `checked` is set for a tick box and `date` (ISO) for a date picker; `row` tells answers of one table row
    together; `doubts` are reasons in words not to trust the text by itself.
    """

    tag: str
    text: str
    placeholder: bool
    checked: bool | None
    date: str
    row: int
    doubts: tuple[str, ...]
    before: str

    @property
    def answered(self) -> bool:
        return self.checked is True or (self.checked is None and bool(self.text))


def controls(root: etree._Element) -> list[Control]:
    """Every tagged control of a document part, in document order; those in deleted rows and text are left out."""
    rows: dict[etree._Element, int] = {}
    found = []
    for sdt in root.iter(w("sdt")):
        properties = sdt.find(w("sdtPr"))
        content = sdt.find(w("sdtContent"))
        tag = _value(properties, "tag")
        if properties is None or content is None or not tag or _gone(sdt):
            continue
        if _inside_fallback(sdt):
            continue
        row = next(sdt.iterancestors(w("tr")), None)
        if row is None:
            row = next(content.iter(w("tr")), None)
        number = -1 if row is None else rows.setdefault(row, len(rows))
        found.append(_control(sdt, properties, content, tag, number))
    return found


def _control(
    sdt: etree._Element, properties: etree._Element, content: etree._Element, tag: str, row: int
) -> Control:
    box = properties.find(f"{{{W14}}}checkbox")
    placeholder = properties.find(w("showingPlcHdr")) is not None and _on(properties.find(w("showingPlcHdr")))
    text = "" if placeholder else shown(content)
    picker = properties.find(w("date"))
    return Control(
        tag=tag,
        text=text,
        placeholder=placeholder,
        checked=_ticked(box) if box is not None else None,
        date=(picker.get(w("fullDate")) or "")[:10] if picker is not None and text else "",
        row=row,
        doubts=tuple(dict.fromkeys(_doubts(sdt, content))),
        before=shown(content, before=True),
    )


def shown(element: etree._Element, *, before: bool = False) -> str:
    """The text of an element as Word shows it, or as it was before its tracked changes."""
    parts: list[str] = []
    _gather(element, parts, before)
    lines = [" ".join(line.split()) for line in "".join(parts).split("\n")]
    return "\n".join(line for line in lines if line)


def _gather(element: etree._Element, parts: list[str], before: bool) -> None:
    for child in element:
        name = child.tag
        if not isinstance(name, str):
            continue
        if before and name in (w("del"), w("moveFrom")):
            _gather(child, parts, before)
        elif before and name in (w("ins"), w("moveTo")):
            continue
        elif name == w("delText"):
            if before:
                parts.append(child.text or "")
        elif name in _SKIPPED or (name == w("tr") and _deleted_row(child) and not before):
            continue
        elif name == w("r"):
            if not _hidden(child):
                _gather(child, parts, before)
        elif name == w("t"):
            parts.append(child.text or "")
        elif name in (w("tab"), w("ptab")):
            parts.append(" ")
        elif name in (w("br"), w("cr")):
            parts.append("\n")
        elif name in (w("noBreakHyphen"), w("softHyphen")):
            parts.append("-" if name == w("noBreakHyphen") else "")
        elif name == w("ffData"):
            parts.append(_legacy_choice(child))
        else:
            _gather(child, parts, before)
            if name in (w("p"), w("tr")):
                parts.append("\n")


def _doubts(sdt: etree._Element, content: etree._Element) -> Iterator[str]:
    for ancestor in sdt.iterancestors():
        if ancestor.tag in _CHANGED:
            yield _CHANGED[ancestor.tag]
    for each in content.iter():
        if each.tag in _CHANGED:
            yield _CHANGED[each.tag]
        elif each.tag in _ODD:
            yield _ODD[each.tag]
        elif each.tag == w("r"):
            if _hidden(each) and shown_run(each):
                yield "there is hidden text"
            if _struck(each) and shown_run(each):
                yield "there is struck-through text"


def shown_run(run: etree._Element) -> str:
    return "".join(t.text or "" for t in run.iter(w("t"), w("delText"))).strip()


def _gone(sdt: etree._Element) -> bool:
    """Whether a tracked deletion or move has taken the control away from the reader."""
    return any(
        a.tag in (w("del"), w("moveFrom")) or (a.tag == w("tr") and _deleted_row(a))
        for a in sdt.iterancestors()
    )


def _inside_fallback(sdt: etree._Element) -> bool:
    return any(a.tag == f"{{{MC}}}Fallback" for a in sdt.iterancestors())


def _deleted_row(row: etree._Element) -> bool:
    properties = row.find(w("trPr"))
    return properties is not None and properties.find(w("del")) is not None


def _hidden(run: etree._Element) -> bool:
    properties = run.find(w("rPr"))
    return properties is not None and (
        _on(properties.find(w("vanish"))) or _on(properties.find(w("webHidden")))
    )


def _struck(run: etree._Element) -> bool:
    properties = run.find(w("rPr"))
    return properties is not None and (
        _on(properties.find(w("strike"))) or _on(properties.find(w("dstrike")))
    )


def _on(element: etree._Element | None) -> bool:
    return element is not None and (element.get(w("val")) or "true").lower() not in _OFF


def _ticked(box: etree._Element) -> bool:
    checked = box.find(f"{{{W14}}}checked")
    return checked is not None and (checked.get(f"{{{W14}}}val") or "1").lower() not in _OFF


def _legacy_choice(data: etree._Element) -> str:
    """The chosen entry of an old drop-down form field: `result` counts its entries from nought."""
    drop = data.find(w("ddList"))
    if drop is None:
        return ""
    entries = [e.get(w("val")) or "" for e in drop.findall(w("listEntry"))]
    result = _value(drop, "result") or "0"
    return entries[int(result)] if result.isdigit() and int(result) < len(entries) else ""


def _value(element: etree._Element | None, name: str) -> str:
    found = element.find(w(name)) if element is not None else None
    return (found.get(w("val")) or "") if found is not None else ""
