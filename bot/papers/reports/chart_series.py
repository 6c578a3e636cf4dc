"""One series of a chart (ECMA-376 part 1, 21.2.2.170): its name, categories and values, and what it looks like."""

from __future__ import annotations

import copy
from collections.abc import Sequence

from lxml import etree

from bot.papers.reports.grade_colours import GRADE_COLOURS
from bot.papers.word.controls import printable

C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
SHEET = "Sheet1"

_OF_THE_SAMPLE = ("trendline", "errBars", "extLst")
"""Children of a series that hold, or are reckoned from, the template's numbers: series put aside stand in extLst."""

_BEHIND_THE_VALUES = ("shape", "smooth", "extLst")


def c(name: str) -> str:
    return f"{{{C}}}{name}"


def a(name: str) -> str:
    return f"{{{A}}}{name}"


def series_name(series: etree._Element) -> str:
    """The name of a series, as names are compared."""
    return plain("".join(v.text or "" for v in series.findall(f"{c('tx')}//{c('v')}")))


def plain(text: str) -> str:
    return " ".join(text.casefold().split())


def series_like(
    model: etree._Element,
    at: int,
    name: str,
    categories: Sequence[str],
    values: Sequence[int | None],
) -> etree._Element:
    """A series drawn like another, with its own name and numbers. One of the same name keeps its colours and those of
    its single bars; one of another name gets the colour of its grade. `at`: its place among the series, from 0."""
    made = copy.deepcopy(model)
    own = series_name(model) == plain(name)
    _cleared(made, len(categories) if own else 0)
    if not own:
        _coloured(made, name)
    _filled(made, at, name, categories, values)
    return made


def _cleared(series: etree._Element, points: int) -> None:
    """Without the template's numbers, or words on single ones; the first `points` keep a look of their own."""
    for name in _OF_THE_SAMPLE:
        for each in series.findall(c(name)):
            series.remove(each)
    for point in series.findall(c("dPt")):
        at = point.find(c("idx"))
        if at is None or int(at.get("val") or 0) >= points:
            series.remove(point)
    for labels in series.findall(c("dLbls")):
        for each in labels.findall(c("dLbl")) + labels.findall(c("extLst")):
            labels.remove(each)


def _coloured(series: etree._Element, name: str) -> None:
    """The colour of a grade; Word's own next colour for anything else."""
    colour = GRADE_COLOURS.get(name)
    shape = series.find(c("spPr"))
    if colour is None:
        if shape is not None:
            series.remove(shape)
        return
    if shape is None:
        shape = etree.Element(c("spPr"))
        series.insert(
            max(n for n, e in enumerate(series) if e.tag in (c("idx"), c("order"), c("tx"))) + 1, shape
        )
    for fill in [e for e in shape if e.tag != a("ln") and e.tag.endswith(("Fill", "}grpFill"))]:
        shape.remove(fill)
    shape.insert(0, _solid(colour.fill))
    for text in series.iterfind(f"{c('dLbls')}/{c('txPr')}//{a('defRPr')}"):
        for fill in text.findall(a("solidFill")):
            text.remove(fill)
        text.insert(1 if text.find(a("ln")) is not None else 0, _solid(colour.label))


def _solid(colour: str) -> etree._Element:
    fill = etree.Element(a("solidFill"))
    etree.SubElement(fill, a("srgbClr")).set("val", colour)
    return fill


def _filled(
    series: etree._Element, at: int, name: str, categories: Sequence[str], values: Sequence[int | None]
) -> None:
    for child, number in (("idx", at), ("order", at)):
        found = series.find(c(child))
        if found is not None:
            found.set("val", str(number))
    for child in ("tx", "cat", "val"):
        for each in series.findall(c(child)):
            series.remove(each)
    column, last = column_name(at + 1), len(categories) + 1
    text = etree.Element(c("tx"))
    _cache(text, "str", f"{SHEET}!${column}$1", (name,))
    series.insert(1 + max(n for n, e in enumerate(series) if e.tag in (c("idx"), c("order"))), text)
    named, valued = etree.Element(c("cat")), etree.Element(c("val"))
    _cache(named, "str", f"{SHEET}!$A$2:$A${last}", categories)
    _cache(valued, "num", f"{SHEET}!${column}$2:${column}${last}", values)
    behind = next(
        (n for n, e in enumerate(series) if e.tag in tuple(map(c, _BEHIND_THE_VALUES))), len(series)
    )
    series[behind:behind] = [named, valued]


def _cache(home: etree._Element, kind: str, where: str, values: Sequence[str | int | None]) -> None:
    """A reference to cells of the workbook and what stands in them; an empty cell has no point."""
    reference = etree.SubElement(home, c(f"{kind}Ref"))
    etree.SubElement(reference, c("f")).text = where
    cache = etree.SubElement(reference, c(f"{kind}Cache"))
    if kind == "num":
        etree.SubElement(cache, c("formatCode")).text = "General"
    etree.SubElement(cache, c("ptCount")).set("val", str(len(values)))
    for n, value in enumerate(values):
        if value is not None:
            point = etree.SubElement(cache, c("pt"))
            point.set("idx", str(n))
            etree.SubElement(point, c("v")).text = printable(str(value))


def column_name(number: int) -> str:
    """0 is A."""
    name = ""
    while number >= 0:
        number, rest = divmod(number, 26)
        name, number = chr(65 + rest) + name, number - 1
    return name
