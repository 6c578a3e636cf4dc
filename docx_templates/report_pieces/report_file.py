"""A report's template as a Word file while it is being put together: places the bot fills, and places for a person.

What a place shows in the template stands in ‹marks› and in the style the report will have there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from form_pieces.pieces import GREY, HINT, WIDTH, cell, page_number, paragraph, row, run, tab
from form_pieces.word_file import VERSION, WordFile

from bot.programme.reports.report import Chart
from bot.programme.vocabulary import Grade
from report_pieces import chart
from report_pieces.styles import add_styles, style_id

_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CHART = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Column:
    """A column of the template's table. The bot writes the heading; `share` of the width, in hundredths."""

    heading: str
    share: int
    number: bool = True


class ReportFile(WordFile):
    """One report's template, from its title down. `words`, `lists`, `tables` and `charts` name its places."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        add_styles(self._document)
        core = self._document.core_properties
        core.title, core.subject = title, "Understanding our Practice"
        self.words: list[str] = []
        self.lists: list[str] = []
        self.tables: list[str] = []
        self.charts: list[str] = []
        self._drawn: list[Chart] = []
        self._as_dots: set[int] = set()

    def title_block(self, above: str) -> None:
        """Title, cycle, and the line that says what this paper is: a draft, as at which day, from which template."""
        self.add(paragraph(run(above), "Note"))
        self.add(paragraph(self.word("title"), "Title"))
        self.add(paragraph(self.word("cycle"), "Subtitle"))
        line = (
            run("Draft, as at "),
            self.word("as at"),
            run(" · for "),
            self.word("for"),
            run(f" · template {VERSION}"),
        )
        self.add(paragraph("".join(line), style_id("Draft line")))

    def tables_go_over_pages(self) -> None:
        """For tables longer than a page: rows that are kept together move to a new page as one, and leave an empty one
        behind."""
        self._document.styles["Table text"].paragraph_format.keep_with_next = False

    def heading(self, words: str, note: str = "", *, new_page: bool = False) -> None:
        self.add(paragraph(run(words), "Heading1", keep=True, new_page=new_page))
        if note:
            self.add(paragraph(run(note), "Note", keep=True))

    def word(self, name: str) -> str:
        """A single line, within a line."""
        self.words.append(name)
        return f"<w:sdt>{self._properties(name, '<w:text/>')}<w:sdtContent>{run(f'‹{name}›')}</w:sdtContent></w:sdt>"

    def line(self, name: str) -> None:
        """A paragraph of its own, small."""
        self.add(paragraph(self.word(name), style_id("Report note")))

    def list(self, name: str, *, small: bool = False) -> None:
        """A paragraph for each entry."""
        self.lists.append(name)
        entry = paragraph(
            run(f"‹{name}: one after the other›"), style_id("Small list" if small else "Report list")
        )
        self.add(f"<w:sdt>{self._properties(name)}<w:sdtContent>{entry}</w:sdtContent></w:sdt>")

    def subheading(self, words: str) -> None:
        self.add(paragraph(run(words), "Heading2", keep=True))

    def numbers(self, name: str, *columns: Column, total: bool = False) -> None:
        """A table, and the paragraph of its note below it. `total`: its last row is the sum of the others."""
        self.tables.append(name)
        widths = [WIDTH * c.share // 100 for c in columns]
        kinds = [" number" if c.number else "" for c in columns]
        head = (
            cell(paragraph(run(c.heading), style_id(f"Table heading{kind}")), width)
            for c, kind, width in zip(columns, kinds, widths, strict=True)
        )
        body = (
            cell(paragraph(run("‹…›"), style_id(f"Table{kind or ' text'}")), width)
            for kind, width in zip(kinds, widths, strict=True)
        )
        drawn = _table(name, widths, [row(*head, header=True), row(*body)], total=total)
        note = paragraph(run("‹what the table's note says›"), style_id("Report note"))
        self.add(f"<w:sdt>{self._properties(name)}<w:sdtContent>{drawn}{note}</w:sdtContent></w:sdt>")

    def grade_bars(self, name: str, *categories: str, of: str = "audits") -> None:
        """A bar of 100 % for each category, in pieces by grade, its title above it."""
        self._bars(name, categories, tuple(grade.in_full for grade in Grade))
        note = f"The number on each piece counts {of}; each bar is 100 %."
        self.add(paragraph(run(note), style_id("Report note")))

    def plain_bars(self, name: str, counted: str, *categories: str) -> None:
        """A bar for each category, as long as what was `counted` is many; that is also the name of its series."""
        self._bars(name, categories, (counted,))

    def dots(self, name: str, series: tuple[str, str], *categories: str) -> None:
        """A dot for each category, and a second series as a level line, this service alone."""
        self._bars(name, categories, series, height=3400)
        self._as_dots.add(len(self._drawn))
        note = "This service alone; n is the number of audits with a standing grade. Of fewer than 20 there is no dot."
        self.add(paragraph(run(note), style_id("Report note")))

    def _bars(
        self, name: str, categories: tuple[str, ...], pieces: tuple[str, ...], *, height: int = 0
    ) -> None:
        """A chart and its title, drawn here with sample numbers."""
        self.charts.append(name)
        series = tuple(
            (piece, tuple((n + m) % 4 + 1 for m in range(len(categories)))) for n, piece in enumerate(pieces)
        )
        self._drawn.append(Chart(name, categories, series, ""))
        self.add(paragraph(self.word(f"{name}: title"), style_id("Figure title")))
        number = len(self._drawn)
        height = height or (900 if len(pieces) > 1 else 300) + 480 * len(categories)
        self.add(paragraph(chart.drawing(name, number, f"rIdChart{number}", height), "Figure"))

    def your_words(self, name: str, hint: str) -> None:
        """A place for a person. The grey hint goes as soon as they write; the bot never writes here."""
        known = self.controls.hints.setdefault(hint, f"Hint{len(self.controls.hints) + 1}")
        showing = f'<w:placeholder><w:docPart w:val="{known}"/></w:placeholder><w:showingPlcHdr/>'
        content = paragraph(run(hint, HINT, colour=GREY), style_id("Your words"))
        self.add(
            f"<w:sdt>{self._properties(f'write.{name}', showing)}<w:sdtContent>{content}</w:sdtContent></w:sdt>"
        )

    def to_fill_in(self, name: str, rows: int, *columns: Column, begun: Sequence[str] = ()) -> None:
        """A table that is a person's from its first row on; `begun` are words that stand in its first column."""
        widths = [WIDTH * c.share // 100 for c in columns]
        heads = (
            cell(paragraph(run(c.heading), style_id("Table heading")), width)
            for c, width in zip(columns, widths, strict=True)
        )
        text = style_id("Table text")
        lines = [
            row(
                *(
                    cell(paragraph(run(first) if n == 0 and first else "", text), width)
                    for n, width in enumerate(widths)
                ),
                height=520,
            )
            for first in (*begun, *[""] * (rows - len(begun)))
        ]
        drawn = _table(name, widths, [row(*heads, header=True), *lines])
        held = f"{drawn}{paragraph('', 'Gap')}"
        self.add(f"<w:sdt>{self._properties(f'write.{name}')}<w:sdtContent>{held}</w:sdtContent></w:sdt>")

    def sign_off(self, *who: str) -> None:
        """A line for each who signs the paper off, with the day."""
        widths = [WIDTH * share // 100 for share in (40, 35, 25)]
        names = ("For", "Name", "Date")
        text, heading = style_id("Table text"), style_id("Table heading")
        head = row(
            *(cell(paragraph(run(name), heading), width) for name, width in zip(names, widths, strict=True)),
            header=True,
        )
        rows = [
            row(
                cell(paragraph(run(each), text), widths[0]),
                *(cell(paragraph("", text), n) for n in widths[1:]),
            )
            for each in who
        ]
        self.add(_table("Signed off", widths, [head, *rows]), paragraph("", "Gap"))

    def _properties(self, name: str, kind: str = "") -> str:
        number = next(self.controls.numbers)
        told = quoteattr(name)
        return (
            f'<w:sdtPr><w:alias w:val={told}/><w:tag w:val={told}/><w:id w:val="{number}"/>{kind}</w:sdtPr>'
        )

    def _foot(self) -> Sequence[str]:
        return (
            self.word("title"), run(", "), self.word("cycle"), run("    Draft as at "), self.word("as at"),
            tab(), run("Page "), page_number("PAGE"), run(" of "), page_number("NUMPAGES"),
        )  # fmt: skip

    def _add_parts(self, parts: dict[str, bytes]) -> None:
        if self.controls.hints:  # a glossary without entries is none
            super()._add_parts(parts)
        relations, types = [], [f'<Default Extension="xlsx" ContentType="{_SHEET}"/>']
        for n, sample in enumerate(self._drawn, 1):
            drawn = chart.dots if n in self._as_dots else chart.bars
            parts[f"word/charts/chart{n}.xml"] = drawn(sample, "rId1").encode()
            parts[f"word/embeddings/chart{n}.xlsx"] = chart.workbook(sample)
            parts[f"word/charts/_rels/chart{n}.xml.rels"] = (
                '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
                '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                f'<Relationship Id="rId1" Type="{_RELATION}/package" Target="../embeddings/chart{n}.xlsx"/>'
                "</Relationships>"
            ).encode()
            relations.append(
                f'<Relationship Id="rIdChart{n}" Type="{_RELATION}/chart" Target="charts/chart{n}.xml"/>'
            )
            types.append(f'<Override PartName="/word/charts/chart{n}.xml" ContentType="{_CHART}"/>')
        for name, more, end in (
            ("word/_rels/document.xml.rels", relations, "</Relationships>"),
            ("[Content_Types].xml", types, "</Types>"),
        ):
            parts[name] = parts[name].replace(end.encode(), ("".join(more) + end).encode())


def _table(name: str, widths: Sequence[int], rows: Sequence[str], *, total: bool = False) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="ReportTable"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblLook w:val="{"0660" if total else "0620"}" w:firstRow="1" '
        f'w:lastRow="{int(total)}" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f"<w:tblCaption w:val={quoteattr(name)}/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )
