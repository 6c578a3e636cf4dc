"""The places of a template: content controls by their tag, charts by the title of their alternative text."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from lxml import etree

from bot.papers.reports.parts import Parts
from bot.papers.word.controls import tag_of
from bot.papers.word.xml import RELATIONSHIPS, w

A_PERSONS = "write."
"""How the tag of a place begins that is a person's: nothing is ever put there."""

_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"
_MARGINS = ("header", "footer")


@dataclass(frozen=True, slots=True)
class ChartPlace:
    """A chart in a part: its name, what describes it (`wp:docPr`, None inside a group), its drawing, and the part that
    holds its numbers ("" when there is none)."""

    name: str
    about: etree._Element | None
    drawing: etree._Element
    where: str
    relation: str
    part: str

    @property
    def is_a_persons(self) -> bool:
        return self.name.startswith(A_PERSONS) or _in_a_persons(self.drawing)


def pages(parts: Parts) -> list[str]:
    """The names of the parts people see: the document, its headers and footers."""
    main = parts.main()
    return [main, *dict.fromkeys(parts.related(main, *_MARGINS))]


def controls(root: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    """Each control with a tag that is not a person's, outermost first; one that a filled one has replaced is gone."""
    for sdt in list(root.iter(w("sdt"))):
        tag = tag_of(sdt).strip()
        if tag and not tag.startswith(A_PERSONS) and root in sdt.iterancestors() and not _in_a_persons(sdt):
            yield tag, sdt


def _in_a_persons(element: etree._Element) -> bool:
    return any(tag_of(outer).strip().startswith(A_PERSONS) for outer in element.iterancestors(w("sdt")))


def charts(parts: Parts, where: str, known: Collection[str]) -> Iterator[ChartPlace]:
    """The charts of a part. Word's own window shows only the description of a picture's alternative text, and its list
    of objects the name: where the title says nothing, one of those may be the chart's name."""
    for chart in list(parts.tree(where).iter(_CHART)):
        relation = str(chart.get(f"{{{RELATIONSHIPS}}}id", ""))
        drawing = next(chart.iterancestors(w("drawing")), None)
        if drawing is None:
            continue
        about = next(drawing.iter(f"{_WP}docPr"), None)
        told = [(about.get(a) or "").strip() for a in ("title", "descr", "name")] if about is not None else []
        title = told[0] if told else ""
        name = title or next((t for t in told if t in known or t.startswith(A_PERSONS)), "")
        yield ChartPlace(name, about, drawing, where, relation, parts.target(where, relation))
