"""A report as a Word file, from a template the Audit Team owns: its words, lists, tables and charts at their places."""

from __future__ import annotations

import re
from collections.abc import Collection

from lxml import etree

from bot.errors import nearest
from bot.papers.reports.in_drawings import draw, holds_numbers
from bot.papers.reports.in_tables import put_table, table_in
from bot.papers.reports.in_words import CHANGED, instead, nothing_under, put_list, put_words, settle
from bot.papers.reports.parts import Parts, unpacked
from bot.papers.reports.places import charts, controls, pages
from bot.papers.word.controls import printable, tag_of
from bot.papers.word.walk import NotWord
from bot.papers.word.xml import VAL, w
from bot.programme.date_words import plain_day
from bot.programme.reports.report import Report

OF_EVERY_REPORT = ("title", "cycle", "as at", "for")
"""Words that each report has without saying so: its title, its cycle, its day and for whom it is."""

OF_A_CHART = ("title", "finding")
"""Words that come with a chart, as “NAME: title”: to stand above and below it."""

NO_PLACE = (
    "The template has no place for anything, as when a program other than Word has saved it: take the one the bot "
    "comes with, and make your changes in Word"
)
_DRAW_ONE = "draw one with a heading row and a row below it in this place"
_MARK = re.compile("‹[^›]*›")
_CORE = "docProps/core.xml"
_DC_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_PREVIEW = "thumbnail"


def fill(template: bytes, report: Report) -> bytes:
    """The template with the report in it. No number the template shows as an example is left: a place the report has
    nothing for says so, and a chart nobody filled is taken out with its numbers. A person's places stay as they are,
    and so do the marks of places that were lost, which `template_problems` names.

    Raises NotWord when the template cannot be read, ValueError when the rows of a table differ in length.
    """
    parts = unpacked(template)
    words = words_of(report)
    for where in pages(parts):
        root = parts.tree(where)
        for name, sdt in controls(root):
            _put(sdt, name, report, words)
        for place in charts(parts, where, report.charts):
            if not place.is_a_persons:
                draw(parts, place, report)
    _entitle(parts, report)
    _without_preview(parts)
    return parts.packed()


def words_of(report: Report) -> dict[str, str]:
    """All single lines of a report by name: its own, those every report has, and those that come with its charts."""
    own = dict(
        zip(
            OF_EVERY_REPORT,
            (report.title, report.cycle, plain_day(report.as_at), report.audience.value),
            strict=True,
        )
    )
    for name, chart in report.charts.items():
        own |= dict(
            zip((f"{name}: {each}" for each in OF_A_CHART), (chart.title, chart.finding), strict=True)
        )
    return own | dict(report.words)


def template_problems(template: bytes, known: Collection[str], tables: Collection[str] = ()) -> list[str]:
    """What would go wrong with a template, a sentence each. `known` are the names a report of this kind may have,
    `tables` those of them that are tables."""
    try:
        found = _problems(unpacked(template), known, tables)
    except NotWord as fault:
        found = [f"The template cannot be used: {fault}"]
    return [f"{each.rstrip('.')}." for each in found]


def _problems(parts: Parts, known: Collection[str], tables: Collection[str]) -> list[str]:
    places = pages(parts)
    roots = [parts.tree(where) for where in places]
    if not any(tag_of(sdt) for root in roots for sdt in root.iter(w("sdt"))):
        return [NO_PLACE]
    names = {*known, *OF_EVERY_REPORT, *(f"{name}: {each}" for name in known for each in OF_A_CHART)}
    choice = sorted({*known, *OF_EVERY_REPORT})
    drawn = [place for where in places for place in charts(parts, where, known) if not place.is_a_persons]
    found = [
        f"The place “{name}” is nothing this report has{nearest(name, choice)}"
        for name in dict.fromkeys(name for root in roots for name, _ in controls(root))
        if name not in names
    ]
    for place in drawn:
        if not place.name:
            found.append("A chart has no name: write the figure's name as the title of its alternative text")
        elif place.name not in known:
            found.append(
                f"The chart “{place.name}” is nothing this report has{nearest(place.name, sorted(known))}"
            )
        elif not holds_numbers(parts, place):
            found.append(
                f"The chart “{place.name}” is of a kind that is not filled: bars, columns and lines are"
            )
    found += [
        f"“{name}” is a table: {_DRAW_ONE}"
        for root in roots
        for name, sdt in controls(root)
        if name in tables and table_in(sdt) is None
    ]
    found += [
        f"“{lost}” is the mark of a place that was lost: copy its control again"
        for lost in dict.fromkeys(_lost(roots))
    ]
    if any(next(root.iter(*map(w, CHANGED)), None) is not None for root in roots):
        found.append(
            "There are tracked changes in the template: accept or reject them, so that only one wording stands"
        )
    return found


def _lost(roots: list[etree._Element]) -> list[str]:
    """The marks that shipped templates show in their places, where they stand in none: the control was taken away.
    Word parts what stands in a line as it likes. In the cells of a table all are alike: its caption names it."""
    return [
        _caption_of(paragraph) or mark
        for root in roots
        for paragraph in root.iter(w("p"))
        for mark in _MARK.findall("".join(_outside_controls(paragraph)))
    ]


def _caption_of(paragraph: etree._Element) -> str:
    around = next(paragraph.iterancestors(w("tbl")), None)
    caption = around.find(f"{w('tblPr')}/{w('tblCaption')}") if around is not None else None
    return (caption.get(VAL) or "") if caption is not None else ""


def _outside_controls(paragraph: etree._Element) -> list[str]:
    texts = paragraph.iter(w("t"))
    return [each.text or "" for each in texts if next(each.iterancestors(w("sdt")), None) is None]


def _put(sdt: etree._Element, name: str, report: Report, words: dict[str, str]) -> None:
    settle(sdt)
    if name in report.tables:
        if not put_table(sdt, report.tables[name]):
            instead(sdt, f"[“{name}” is a table: {_DRAW_ONE}]")
    elif name in report.lists:
        put_list(sdt, report.lists[name])
    elif name in words:
        put_words(sdt, words[name])
    else:
        instead(sdt, nothing_under(name))


def _entitle(parts: Parts, report: Report) -> None:
    """The file's own title, which screen readers read first."""
    if _CORE in parts.data:
        core = parts.tree(_CORE)
        title = core.find(_DC_TITLE)
        title = etree.SubElement(core, _DC_TITLE) if title is None else title
        title.text = printable(f"{report.title} – {report.cycle}")


def _without_preview(parts: Parts) -> None:
    """Word keeps a picture of the template's first page, sample numbers and all."""
    for each in list(parts.relations("")):
        if str(each.get("Type", "")).endswith(_PREVIEW):
            parts.unrelate("", str(each.get("Id")))
