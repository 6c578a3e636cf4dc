"""A chart's own part with other numbers (ECMA-376 part 1, chapter 21.2).

What was drawn in Word stays, colours and labels too; of the numbers it was drawn with nothing does.
"""

from __future__ import annotations

from dataclasses import replace

from lxml import etree

from bot.papers.reports.chart_series import a, c, plain, series_like, series_name
from bot.papers.word.controls import printable
from bot.programme.reports.counts import SUPPRESSED
from bot.programme.reports.report import Chart

_FILLED = {*map(c, ("barChart", "bar3DChart", "lineChart", "line3DChart"))}


def can_hold(root: etree._Element) -> bool:
    """Whether each series of a chart part is drawn by category and value, as bars and lines are. A pie shows the first
    of them alone, an area draws a number that is not told as a nought."""
    return bool(_kinds(root))


def as_drawn(root: etree._Element, chart: Chart) -> Chart:
    """The chart as this part can show it: a category of which a number is not told is marked, for an empty bar looks
    like a nought; and where each bar is 100 % it has none at all, since the other pieces would be drawn too long."""
    untold = {n for _, values in chart.series for n, value in enumerate(values) if value is None}
    marked = tuple(f"{name} {SUPPRESSED}" if n in untold else name for n, name in enumerate(chart.categories))
    grouped = [kind.find(c("grouping")) for kind in _kinds(root)]
    if not any(each is not None and each.get("val") == "percentStacked" for each in grouped):
        return replace(chart, categories=marked)
    whole = tuple(
        (name, tuple(None if n in untold else value for n, value in enumerate(values)))
        for name, values in chart.series
    )
    return replace(chart, categories=marked, series=whole)


def put_chart(root: etree._Element, chart: Chart) -> None:
    """The chart's series, categories and values in place of all the part holds. A series of a name the template has
    keeps its looks; another is drawn like the first, in the colour of its grade."""
    kinds = _kinds(root)
    drawn = [(kind, series) for kind in kinds for series in kind.findall(c("ser"))]
    looks = {series_name(series): (kind, series) for kind, series in reversed(drawn)}
    places = [(kind, next(n for n, e in enumerate(kind) if e.tag == c("ser"))) for kind in kinds]
    made: list[tuple[etree._Element, etree._Element]] = []
    for name, values in chart.series:
        kind, model = looks.get(plain(name), drawn[0])
        series = series_like(model, len(made), name, chart.categories, values)
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
    """The bars and lines of a chart that have series; none when something else has."""
    area = root.find(f"{c('chart')}/{c('plotArea')}")
    found = [kind for kind in area if kind.find(c("ser")) is not None] if area is not None else []
    return found if {kind.tag for kind in found} <= _FILLED else []


def _titled(root: etree._Element, title: str) -> None:
    """The chart's own title, where the template shows one in words."""
    rich = root.find(f"{c('chart')}/{c('title')}/{c('tx')}/{c('rich')}")
    if rich is None:
        return
    paragraphs = rich.findall(a("p"))
    for other in paragraphs[1:]:
        rich.remove(other)
    runs = [r for p in paragraphs[:1] for r in p.findall(a("r")) + p.findall(a("fld"))]
    for other in runs[1:]:
        paragraphs[0].remove(other)
    for text in runs[0].findall(a("t")) if runs else ():
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
