"""Content controls as Word writes into them: by tag, the placeholder gone, the text looking as the control says."""

from __future__ import annotations

import copy
import re

from lxml import etree

from bot.papers.word.xml import VAL, w

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_NO_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def tag_of(sdt: etree._Element) -> str:
    found = sdt.find(f"{w('sdtPr')}/{w('tag')}")
    return (found.get(VAL) or "") if found is not None else ""


def printable(text: str) -> str:
    """Text without the signs XML cannot hold; line ends are newlines."""
    return _NO_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def opened(sdt: etree._Element) -> etree._Element:
    """The content of a control about to be filled: it shows no placeholder and is bound to nothing any more, since a
    bound control would show the bound value again."""
    properties, content = sdt.find(w("sdtPr")), sdt.find(w("sdtContent"))
    if properties is not None:
        for gone in [each for each in properties if each.tag in (w("showingPlcHdr"), w("dataBinding"))]:
            properties.remove(gone)
    return etree.SubElement(sdt, w("sdtContent")) if content is None else content


def emptied_run(sdt: etree._Element) -> etree._Element:
    """The one run that is left of a control, without text: with the looks of its text, or of the control itself where
    only a placeholder was shown."""
    properties = sdt.find(w("sdtPr"))
    showing = properties is not None and properties.find(w("showingPlcHdr")) is not None
    looks = properties.find(w("rPr")) if properties is not None else None
    content = opened(sdt)
    run = only_run(content)
    if run is None:
        run = _new_run(sdt, content)
    own = run.find(w("rPr"))
    look = looks if showing or own is None else own
    for child in list(run):
        run.remove(child)
    if look is not None:
        run.append(copy.deepcopy(look))
    return run


def only_run(content: etree._Element) -> etree._Element | None:
    """The first run of an element, all others taken out; None when it has none."""
    runs = list(content.iter(w("r")))
    for extra in runs[1:]:
        parent = extra.getparent()
        if parent is not None:
            parent.remove(extra)
    return runs[0] if runs else None


def write(run: etree._Element, text: str) -> None:
    """Put text behind what a run holds; a new line is a line break, a tab a tab."""
    for n, line in enumerate(printable(text).split("\n")):
        if n:
            etree.SubElement(run, w("br"))
        for m, piece in enumerate(line.split("\t")):
            if m:
                etree.SubElement(run, w("tab"))
            if piece:
                written = etree.SubElement(run, w("t"))
                written.set(_SPACE, "preserve")
                written.text = piece


def _new_run(sdt: etree._Element, content: etree._Element) -> etree._Element:
    """A run where there is none yet: in the control's paragraph, or in one made for it."""
    parent = sdt.getparent()
    inline = parent is not None and parent.tag == w("p")
    home = content if inline else next(content.iter(w("p")), None)
    if home is None:
        home = etree.SubElement(content, w("p"))
    return etree.SubElement(home, w("r"))
