"""Words and lists put into a control, in the styles of the template."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from itertools import pairwise

from lxml import etree

from bot.papers.word.controls import emptied_run, only_run, opened, write
from bot.papers.word.xml import W14, w

_PUT_IN, _TAKEN_OUT = ("ins", "moveTo"), ("del", "moveFrom")
CHANGED = (*_PUT_IN, *_TAKEN_OUT)
"""How Word marks what was changed with “Track Changes” on."""

NONE = "–"
"""Stands where a list has no entry."""


def nothing_under(name: str) -> str:
    """What stands where a template has a place for something the report has not."""
    return f"[nothing under “{name}”]"


def put_words(sdt: etree._Element, text: str) -> None:
    """A single line. It looks as the template's own text there, or as the control says."""
    run = emptied_run(sdt)
    home = next(run.iterancestors(w("p")), None)
    content = sdt.find(w("sdtContent"))
    for other in list(content.iter(w("p"), w("tbl"))) if content is not None else ():
        if home is not None and home not in (other, *other.iter(w("p"))):
            take_out(other)
    write(run, text)


def put_list(sdt: etree._Element, entries: Sequence[str]) -> None:
    """A paragraph for each entry, made from the first one of the control; in a control within a line, a line each."""
    run = emptied_run(sdt)
    model = next(run.iterancestors(w("p")), None)
    if model is None or sdt in model.iter(w("sdt")):
        write(run, "\n".join(entries or (NONE,)))
        return
    put_words(sdt, NONE)
    made = [model, *(again(model) for _ in entries[1:])]
    for earlier, later in pairwise(made):
        earlier.addnext(later)
    for paragraph, entry in zip(made, entries, strict=False):
        put_in(paragraph, entry)


def put_in(home: etree._Element, text: str) -> None:
    """Text into the first run of a paragraph or a cell; what else was written there goes. Without a run, one is made
    that looks as the end of the paragraph does."""
    unwrap(home)
    paragraphs = list(home.iter(w("p")))
    first = paragraphs[0] if paragraphs else etree.SubElement(home, w("p"))
    for other in paragraphs[1:]:
        take_out(other)
    run = only_run(home)
    if run is None:
        run = etree.SubElement(first, w("r"))
        if (look := first.find(f"{w('pPr')}/{w('rPr')}")) is not None:
            run.append(copy.deepcopy(look))
    for child in list(run):
        if child.tag != w("rPr"):
            run.remove(child)
    write(run, text)


def again(element: etree._Element) -> etree._Element:
    """A copy, without what may stand only once in a document."""
    made = copy.deepcopy(element)
    for each in list(made.iter()):
        for name in ("paraId", "textId"):
            each.attrib.pop(f"{{{W14}}}{name}", "")
        if each.tag in (w("bookmarkStart"), w("bookmarkEnd")):
            take_out(each)
    return made


def unwrap(home: etree._Element) -> None:
    """Take the controls inside an element away and leave what stands in them; a mere placeholder goes too."""
    for sdt in [each for each in home.iter(w("sdt")) if each is not home]:
        content = sdt.find(w("sdtContent"))
        if content is not None and sdt.find(f"{w('sdtPr')}/{w('showingPlcHdr')}") is not None:
            for run in list(content.iter(w("r"))):
                take_out(run)
        for child in list(content) if content is not None else ():
            sdt.addprevious(child)
        take_out(sdt)


def instead(sdt: etree._Element, text: str) -> None:
    """A sentence in place of whatever a control holds."""
    content = opened(sdt)
    parent = sdt.getparent()
    within_a_line = parent is not None and parent.tag == w("p")
    whole_cells = content.find(w("tc"))
    for child in list(content):
        if child is not whole_cells:
            content.remove(child)
    if whole_cells is not None:
        put_in(whole_cells, text)
        return
    home = content if within_a_line else etree.SubElement(content, w("p"))
    write(etree.SubElement(home, w("r")), text)


def settle(home: etree._Element) -> None:
    """Tracked changes of a sample mean nothing for what takes its place: what was put in stays, what was taken out
    goes."""
    for each in list(home.iter(*map(w, CHANGED))):
        if each.tag in map(w, _PUT_IN):
            for child in list(each):
                each.addprevious(child)
        take_out(each)


def take_out(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
