"""A chart's own part with other numbers (ECMA-376 part 1, chapter 21.2).

What was drawn in Word stays, colours and labels too; of the numbers it was drawn with nothing does.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace

from lxml import etree

from bot.papers.reports.grade_colours import GRADE_COLOURS
from bot.papers.word.controls import printable
from bot.programme.reports.counts import SUPPRESSED
from bot.programme.reports.report import Chart

C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
SHEET = "Sheet1"

_OF_THE_SAMPLE = ("trendline", "errBars", "extLst")
"""Children of a series that hold, or are reckoned from, the template's numbers: series put aside stand in extLst."""

_BEHIND_THE_VALUES = ("shape", "smooth", "extLst")


def c(name: str) -> str:
    return f"{{{C}}}{name}"


def _a(name: str) -> str:
    return f"{{{A}}}{name}"


def can_hold(root: etree._Element) -> bool:
    """Whether a chart part is a chart of categories and values, as bars and lines are."""
    return bool(_kinds(root))


def as_drawn(root: etree._Element, chart: Chart) -> Chart:
    """The chart as this part can show it. A bar that stands for 100 % and lacks a piece would show false shares: such a
    bar is left empty, and its category marked as one that is not told."""
    grouped = [kind.find(c("grouping")) for kind in _kinds(root)]
    if not any(each is not None and each.get("val") == "percentStacked" for each in grouped):
        return chart
    untold = {n for _, values in chart.series for n, value in enumerate(values) if value is None}
    return replace(
        chart,
        categories=tuple(
            f"{name} {SUPPRESSED}" if n in untold else name for n, name in enumerate(chart.categories)
        ),
        series=tuple(
            (name, tuple(None if n in untold else value for n, value in enumerate(values)))
            for name, values in chart.series
        ),
    )


def put_chart(root: etree._Element, chart: Chart) -> None:
    """The chart's series, categories and values in place of all the part holds. A series of a name the template has
    keeps its looks; another is drawn like the first, in the colour of its grade."""
    kinds = _kinds(root)
    drawn = [(kind, series) for kind in kinds for series in kind.findall(c("ser"))]
    looks = {_name(series): (kind, series) for kind, series in reversed(drawn)}
    places = [(kind, next(n for n, e in enumerate(kind) if e.tag == c("ser"))) for kind in kinds]
    made: list[tuple[etree._Element, etree._Element]] = []
    for name, values in chart.series:
        kind, old = looks.get(_plain(name), drawn[0])
        known = _plain(name) in looks
        series = copy.deepcopy(old)
        _cleared(series, len(chart.categories) if known else 0)
        if not known:
            _coloured(series, name)
        _filled(series, len(made), name, chart.categories, values)
        made.append((kind, series))
    for kind, old in drawn:
        kind.remove(old)
    for kind, at in places:
        kind[at:at] = [series for its, series in made if its is kind]
        for each in kind.findall(c("extLst")):
            kind.remove(each)
    _titled(root, chart.title)
    _gaps(root)


def _kinds(root: etree._Element) -> list[etree._Element]:
    """The bars, lines … of a chart that have series; none when one of them has no categories."""
    area = root.find(f"{c('chart')}/{c('plotArea')}")
    found = [kind for kind in area if kind.find(c("ser")) is not None] if area is not None else []
    without = [kind for kind in found if kind.tag in (c("scatterChart"), c("bubbleChart"))]
    return [] if without else found


def _name(series: etree._Element) -> str:
    return _plain("".join(v.text or "" for v in series.findall(f"{c('tx')}//{c('v')}")))


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


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
    for fill in [e for e in shape if e.tag != _a("ln") and e.tag.endswith(("Fill", "}grpFill"))]:
        shape.remove(fill)
    shape.insert(0, _solid(colour.fill))
    for text in series.iterfind(f"{c('dLbls')}/{c('txPr')}//{_a('defRPr')}"):
        for fill in text.findall(_a("solidFill")):
            text.remove(fill)
        text.insert(1 if text.find(_a("ln")) is not None else 0, _solid(colour.label))


def _solid(colour: str) -> etree._Element:
    fill = etree.Element(_a("solidFill"))
    etree.SubElement(fill, _a("srgbClr")).set("val", colour)
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


def _titled(root: etree._Element, title: str) -> None:
    """The chart's own title, where the template shows one in words."""
    rich = root.find(f"{c('chart')}/{c('title')}/{c('tx')}/{c('rich')}")
    if rich is None:
        return
    paragraphs = rich.findall(_a("p"))
    for other in paragraphs[1:]:
        rich.remove(other)
    runs = [r for p in paragraphs[:1] for r in p.findall(_a("r")) + p.findall(_a("fld"))]
    for other in runs[1:]:
        paragraphs[0].remove(other)
    for text in runs[0].findall(_a("t")) if runs else ():
        text.text = printable(title)


def _gaps(root: etree._Element) -> None:
    """A number that is not told is a gap, never a nought."""
    chart = root.find(c("chart"))
    if chart is None:
        return
    blanks = chart.find(c("dispBlanksAs"))
    if blanks is None:
        blanks = etree.Element(c("dispBlanksAs"))
        before = max(
            n for n, e in enumerate(chart) if e.tag in tuple(map(c, ("plotArea", "legend", "plotVisOnly")))
        )
        chart.insert(before + 1, blanks)
    blanks.set("val", "gap")
