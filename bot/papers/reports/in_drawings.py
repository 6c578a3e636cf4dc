"""Charts at their places: their numbers, the workbook inside, the alternative text; or a sentence instead."""

from __future__ import annotations

from lxml import etree

from bot.papers.reports.chart_series import c
from bot.papers.reports.chart_workbook import CONTENT_TYPE, chart_workbook
from bot.papers.reports.in_charts import as_drawn, can_hold, put_chart
from bot.papers.reports.in_words import nothing_under
from bot.papers.reports.parts import Parts
from bot.papers.reports.places import ChartPlace
from bot.papers.word.controls import write
from bot.papers.word.xml import MC, RELATIONSHIPS, w
from bot.programme.reports.report import Chart, Report


def draw(parts: Parts, place: ChartPlace, report: Report) -> None:
    chart = report.charts.get(place.name)
    if chart is None or not holds_numbers(parts, place):
        _say_instead(parts, place, nothing_under(place.name or "a chart without a name"))
        return
    root = parts.tree(place.part)
    chart = as_drawn(root, chart)
    put_chart(root, chart)
    _put_workbook(parts, place.part, root, chart)
    _without_fallback(parts, place)
    if place.about is not None:
        place.about.set("title", place.name)
        place.about.set("descr", chart.finding)


def _put_workbook(parts: Parts, part: str, root: etree._Element, chart: Chart) -> None:
    """The workbook inside a chart, in place of the one it was drawn with, or of the link to one outside."""
    for outside in root.findall(c("externalData")):
        parts.unrelate(part, str(outside.get(f"{{{RELATIONSHIPS}}}id", "")))
        root.remove(outside)
    book = f"word/embeddings/{part.rpartition('/')[2].removesuffix('.xml')}-numbers.xlsx"
    parts.put(book, chart_workbook(chart), CONTENT_TYPE)
    outside = etree.Element(c("externalData"))
    outside.set(f"{{{RELATIONSHIPS}}}id", parts.relate(part, "package", book))
    etree.SubElement(outside, c("autoUpdate")).set("val", "0")
    before = [e for e in root if e.tag in (c("chart"), c("spPr"), c("txPr"))]
    before[-1].addnext(outside)


def _without_fallback(parts: Parts, place: ChartPlace) -> None:
    """Word may keep a picture of a chart beside it, for programs that cannot draw one: of the sample's numbers."""
    root = parts.tree(place.where)
    for alternate in place.drawing.iterancestors(f"{{{MC}}}AlternateContent"):
        for fallback in alternate.findall(f"{{{MC}}}Fallback"):
            pointed = _relations(fallback)
            alternate.remove(fallback)
            for relation in pointed - _relations(root):
                parts.unrelate(place.where, relation)


def _relations(element: etree._Element) -> set[str]:
    """The relations an element speaks of."""
    return {
        str(value)
        for each in element.iter()
        for name, value in each.attrib.items()
        if str(name).startswith(f"{{{RELATIONSHIPS}}}")
    }


def holds_numbers(parts: Parts, place: ChartPlace) -> bool:
    return bool(place.part) and can_hold(parts.tree(place.part))


def _say_instead(parts: Parts, place: ChartPlace, text: str) -> None:
    """A sentence where a chart stood, which goes with all its numbers."""
    run = next(place.drawing.iterancestors(w("r")), None)
    parts.unrelate(place.where, place.relation)
    if run is None:
        return
    for child in list(run):
        if child.tag != w("rPr"):
            run.remove(child)
    write(run, text)
