"""Why an answer cannot be taken by itself: everything about it that a reader of the printed page might not see.

Looked at only for grades, so it may take its time. Formatting that was changed with Track Changes on is no doubt,
unless the change hides the text, shows it or strikes it out.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from bot.papers.word.styles import Styles, switch
from bot.papers.word.walk import chosen_entry, row_is, shown_alternative, tidy
from bot.papers.word.xml import MC, VAL, value, w

INSERTED = "text was inserted with Track Changes on"
DELETED = "text was deleted with Track Changes on"
MOVED = "text was moved with Track Changes on"
ROW = "its row was changed with Track Changes on"
HIDDEN = "there is hidden text"
STRUCK = "there is struck-through text"
UNSEEN = "there is text too small or too pale to see"
BOX = "the answer is in a text box"
FILE = "the answer is in an embedded file"
DRAWN = "the answer is in a drawing that exists twice and differs"
PICTURE = "there is a picture or an object in the answer"
TWICE = "its letters are formatted in two ways at once"
MIRRORED = "the letters run against their order"
BOUND = "Word will show {} there when the form is opened"

_ALTERNATE = f"{{{MC}}}AlternateContent"
_BY_TAG = {
    w("ins"): INSERTED, w("del"): DELETED, w("moveFrom"): MOVED, w("moveTo"): MOVED,
    w("cellIns"): ROW, w("cellDel"): ROW, w("cellMerge"): ROW,
    w("customXmlInsRangeStart"): INSERTED, w("customXmlDelRangeStart"): DELETED,
    w("txbxContent"): BOX, w("altChunk"): FILE,
    w("drawing"): PICTURE, w("pict"): PICTURE, w("object"): PICTURE,
}  # fmt: skip
_R, _P, _TR, _TC, _TCPR, _RPR = map(w, ("r", "p", "tr", "tc", "tcPr", "rPr"))
_OUTER = (w("ins"), w("moveTo"), w("txbxContent"), _TR, _TC, _ALTERNATE)
_CELL_CHANGES = tuple(map(w, ("cellIns", "cellDel", "cellMerge")))
_INNER = (*_BY_TAG, _R, _TR, _ALTERNATE, w("bdo"), w("dir"))
_ODD = (
    *_BY_TAG, _ALTERNATE,
    *map(w, ("bdo", "dir", "hidden", "vanish", "webHidden", "specVanish", "strike", "dstrike", "rPrChange")),
)  # fmt: skip
_PALE = ("FFFFFF", "FEFEFE", "FDFDFD")
_SMALLEST = 4
"""Half-points. Letters of two points or less are not there to be read."""


def anything_odd(root: etree._Element, styles: Styles) -> bool:
    """Whether anything at all in a part could make an answer doubtful, save letters that cannot be seen."""
    return not styles.plain or next(root.iter(*_ODD), None) is not None


def doubts(answer: etree._Element, styles: Styles, *, odd: bool = True) -> tuple[str, ...]:
    """The reasons in words, each once, not to trust the text of a control, a cell or a paragraph by itself.

    `odd` is what `anything_odd` says of the whole part: most forms need no closer look.
    """
    if not odd:
        return (UNSEEN,) if any(map(_unseen, answer.iter(_R))) else ()
    return tuple(dict.fromkeys([*_around(answer), *_within(answer, styles)]))


def _around(answer: etree._Element) -> Iterator[str]:
    for outer in answer.iterancestors(*_OUTER):
        tag = outer.tag
        if tag == _TR:
            yield from _row(outer)
        elif tag == _TC:
            properties = outer.find(_TCPR)
            if properties is not None and next(properties.iter(*_CELL_CHANGES), None) is not None:
                yield ROW
        elif tag == _ALTERNATE:
            if _alternatives_differ(outer):
                yield DRAWN
        else:
            yield _BY_TAG[tag]


def _within(answer: etree._Element, styles: Styles) -> Iterator[str]:
    for each in answer.iter(*_INNER):
        tag = each.tag
        if tag == _R:
            yield from _run(each, styles)
        elif tag == _TR:
            yield from _row(each)
        elif tag == _ALTERNATE:
            if _alternatives_differ(each):
                yield DRAWN
        elif tag in (w("bdo"), w("dir")):
            if each.get(VAL) == "rtl":
                yield MIRRORED
        elif _BY_TAG[tag] is not PICTURE or next(each.iter(w("txbxContent")), None) is None:
            yield _BY_TAG[tag]


def _row(row: etree._Element) -> Iterator[str]:
    if row_is(row, "ins") or row_is(row, "del"):
        yield ROW
    if row_is(row, "hidden"):
        yield HIDDEN


def _run(run: etree._Element, styles: Styles) -> Iterator[str]:
    if not any((t.text or "").strip() for t in run.iter(w("t"), w("delText"))) and run.find(w("sym")) is None:
        return
    properties = run.find(w("rPr"))
    if len(run.findall(w("rPr"))) > 1:
        yield TWICE
    used: set[str] = set()
    if not styles.plain:
        paragraph = next(run.iterancestors(_P), None)
        used = {value(properties, "rStyle")}
        if paragraph is not None:
            used.add(value(paragraph.find(w("pPr")), "pStyle"))
    hides = switch(properties, "vanish", "webHidden", "specVanish")
    if hides or (hides is None and (styles.all_hidden or used & styles.hidden)):
        yield HIDDEN
    strikes = switch(properties, "strike", "dstrike")
    if strikes or (strikes is None and used & styles.struck):
        yield STRUCK
    if properties is None or not len(properties):
        return
    change = properties.find(w("rPrChange"))
    earlier = change.find(w("rPr")) if change is not None else None
    if change is not None and bool(switch(earlier, "strike", "dstrike")) != bool(strikes):
        yield STRUCK
    if change is not None and bool(switch(earlier, "vanish")) != bool(switch(properties, "vanish")):
        yield HIDDEN
    if _unseen(run):
        yield UNSEEN


def _unseen(run: etree._Element) -> bool:
    properties = run.find(_RPR)
    if properties is None or not len(properties):
        return False
    size = value(properties, "sz")
    return (size.isdigit() and int(size) <= _SMALLEST) or (
        value(properties, "color").upper() in _PALE and not _shaded(run)
    )


def _shaded(run: etree._Element) -> bool:
    """Whether the ground behind a run is coloured, so that white letters are seen."""
    holders = [run.find(w("rPr"))]
    for outer in run.iterancestors(w("p"), w("tc")):
        holders.append(outer.find(w("pPr")) if outer.tag == w("p") else outer.find(w("tcPr")))
    for holder in holders:
        shade = holder.find(w("shd")) if holder is not None else None
        if shade is not None and (shade.get(w("fill")) or "auto").upper() not in ("AUTO", *_PALE):
            return True
        if holder is not None and holder.find(w("highlight")) is not None:
            return True
    return False


def _alternatives_differ(alternate: etree._Element) -> bool:
    return len({_all_text(child) for child in alternate if _all_text(child)}) > 1


def _all_text(element: etree._Element) -> str:
    return " ".join("".join(t.text or "" for t in element.iter(w("t"))).split())


def before(answer: etree._Element) -> str:
    """What stood in an answer before its tracked changes: deletions kept, insertions left out, hidden text too."""
    pieces: list[str] = []
    _before(answer, pieces)
    return tidy("".join(pieces))


def everything(answer: etree._Element) -> str:
    """All text of an answer, hidden and struck out or not, without what was deleted."""
    pieces: list[str] = []
    _before(answer, pieces, now=True)
    return tidy("".join(pieces))


_LEFT_OUT = frozenset(map(w, ("instrText", "pPr", "rPr", "sdtPr", "tcPr", "trPr", "tblPr")))


def _before(element: etree._Element, pieces: list[str], *, now: bool = False) -> None:
    for child in element:
        tag = child.tag
        if tag in _LEFT_OUT or tag in ((w("del"), w("moveFrom")) if now else (w("ins"), w("moveTo"))):
            continue
        if tag in (w("t"), w("delText")):
            pieces.append(child.text or "")
        elif tag == w("ffData"):
            drop = child.find(w("ddList"))
            if drop is not None:
                pieces.append(chosen_entry(drop))
        elif tag == _ALTERNATE:
            chosen = shown_alternative(child)
            if chosen is not None:
                _before(chosen, pieces, now=now)
        else:
            _before(child, pieces, now=now)
            if tag in (w("p"), w("tr")):
                pieces.append("\n")
            elif tag in (w("tab"), w("br"), w("cr")):
                pieces.append(" ")
