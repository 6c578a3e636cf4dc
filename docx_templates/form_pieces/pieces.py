"""Pieces of Word's XML, as text: runs, paragraphs, tables and content controls (ECMA-376 part 1, chapter 17).

The children of each `...Pr` element stand in the order of the schema; Word refuses a file in which they do not.
Widths are twentieths of a point (dxa), font sizes half points, border widths eighths of a point.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

INK, GREY, HAIR, WHITE = "1F2A37", "5B6B73", "CBD5D9", "FFFFFF"
HINT = "PlaceholderText"
"""The style of grey words that stand where an answer will be."""

WIDTH = 9720
LABEL = 2160


@dataclass(frozen=True)
class Role:
    """Who fills a part in: the accent of its headings and rules, and the tint behind its questions."""

    name: str
    accent: str
    tint: str


SERVICE = Role("Filled in for you", "5B6B73", "EEF2F4")
EVERYBODY = Role("For everybody", "5B6B73", "EEF2F4")
AUDITOR = Role("Auditor", "0B5563", "E7F1F2")
PRACTITIONER = Role("Practitioner", "7A3E65", "F6EDF3")
MODERATOR = Role("Moderator", "8A5200", "FAF2E6")
AUDIT_TEAM = Role("Audit Team", "3D4F87", "ECEFF7")


def run(
    text: str, style: str = "", *, bold: bool = False, size: int = 0, colour: str = "", italic: bool = False
) -> str:
    properties = (
        (f'<w:rStyle w:val="{style}"/>' if style else "")
        + ("<w:b/>" if bold else "")
        + ("<w:i/>" if italic else "")
        + (f'<w:color w:val="{colour}"/>' if colour else "")
        + (f'<w:sz w:val="{size}"/>' if size else "")
    )
    properties = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def tab() -> str:
    return "<w:r><w:tab/></w:r>"


def page_number(field_name: str) -> str:
    """PAGE or NUMPAGES."""
    return f'<w:fldSimple w:instr=" {field_name} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'


def paragraph(
    content: str, style: str = "", *, keep: bool = False, bar: str = "", new_page: bool = False
) -> str:
    """`keep`: on one page with what follows. `bar`: the colour of a bar to its left."""
    properties = (
        (f'<w:pStyle w:val="{style}"/>' if style else "")
        + ("<w:keepNext/>" if keep else "")
        + ("<w:pageBreakBefore/>" if new_page else "")
        + (
            f'<w:pBdr><w:left w:val="single" w:sz="36" w:space="6" w:color="{bar}"/></w:pBdr><w:ind w:left="170"/>'
            if bar
            else ""
        )
    )
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{content}</w:p>"


def answer(content: str) -> str:
    return paragraph(content, "Answer")


def label(words: str, help_: str = "", *, needed: bool = False, keep: bool = False, colour: str = INK) -> str:
    """A question. `needed` puts the star behind it that the legend explains."""
    star = run("\u00a0*", bold=True, colour=colour) if needed else ""
    found = paragraph(run(words, bold=True) + star, "Label", keep=keep)
    return found + (paragraph(run(help_), "Help", keep=keep) if help_ else "")


def cell(content: str, width: int, *, shade: str = "", span: int = 1, top: str = "") -> str:
    """`top`: the colour of a thick line above."""
    properties = (
        f'<w:tcW w:w="{width}" w:type="dxa"/>'
        + (f'<w:gridSpan w:val="{span}"/>' if span > 1 else "")
        + (f'<w:tcBorders><w:top w:val="single" w:sz="24" w:space="0" w:color="{top}"/></w:tcBorders>' if top else "")
        + (f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>' if shade else "")
    )  # fmt: skip
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def row(*cells: str, header: bool = False, split: bool = False, height: int = 0) -> str:
    """`split`: may run over a page's end. `height`: at least so high."""
    properties = (
        ("" if split else "<w:cantSplit/>")
        + (f'<w:trHeight w:val="{height}" w:hRule="atLeast"/>' if height else "")
        + ("<w:tblHeader/>" if header else "")
    )
    return f"<w:tr>{f'<w:trPr>{properties}</w:trPr>' if properties else ''}{''.join(cells)}</w:tr>"


def table(rows: Iterable[str], widths: Sequence[int], title: str, *, accent: str = "") -> str:
    """`title` is read out by screen readers; `accent` is the colour of the line down its left side."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    sides = dict.fromkeys(("top", "left", "bottom", "right", "insideH", "insideV"), (4, HAIR))
    if accent:
        sides["left"] = (24, accent)
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="{colour}"/>'
        for side, (size, colour) in sides.items()
    )
    margins = "".join(
        f'<w:{side} w:w="{size}" w:type="dxa"/>'
        for side, size in (("top", 70), ("left", 120), ("bottom", 70), ("right", 120))
    )
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar>'
        f'<w:tblLook w:val="0000"/><w:tblCaption w:val={quoteattr(title)}/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def header_row(role: Role, widths: Sequence[int], *names: str) -> str:
    cells = (
        cell(paragraph(run(name, bold=True, colour=WHITE), "Label", keep=True), width, shade=role.accent)
        for name, width in zip(names, widths, strict=True)
    )
    return row(*cells, header=True)


@dataclass
class Controls:
    """The content controls of one form: their numbers, and the hints Word puts back when an answer is deleted."""

    hints: dict[str, str] = field(default_factory=dict)
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1001))

    def properties(
        self, tag: str, title: str, kind: str = "", *, hint: str = "", locked: bool = False, looks: str = ""
    ) -> str:
        lock = "sdtContentLocked" if locked else "sdtLocked"
        showing = ""
        if hint:
            name = self.hints.setdefault(hint, f"Hint{len(self.hints) + 1}")
            showing = f'<w:placeholder><w:docPart w:val="{name}"/></w:placeholder><w:showingPlcHdr/>'
        return (
            f"<w:sdtPr>{f'<w:rPr>{looks}</w:rPr>' if looks else ''}<w:alias w:val={quoteattr(title)}/>"
            f'<w:tag w:val="{tag}"/><w:id w:val="{next(self.numbers)}"/><w:lock w:val="{lock}"/>'
            f"{showing}{kind}</w:sdtPr>"
        )

    def inline(
        self, tag: str, title: str, kind: str, hint: str, *, locked: bool = False, looks: str = ""
    ) -> str:
        properties = self.properties(tag, title, kind, hint=hint, locked=locked, looks=looks)
        return f"<w:sdt>{properties}<w:sdtContent>{run(hint, HINT)}</w:sdtContent></w:sdt>"

    def text(self, tag: str, title: str, hint: str = "Click to write") -> str:
        return self.inline(tag, title, '<w:text w:multiLine="1"/>', hint)

    def filled(self, tag: str, title: str, *, looks: str = "") -> str:
        """Filled in by the bot and locked; the grey dash shows that nothing is known yet."""
        return self.inline(tag, title, '<w:text w:multiLine="1"/>', "–", locked=True, looks=looks)

    def fixed(self, tag: str, title: str, value: str) -> str:
        """The same in every copy, and locked."""
        properties = self.properties(tag, title, "<w:text/>", locked=True)
        return f"<w:sdt>{properties}<w:sdtContent>{run(value)}</w:sdtContent></w:sdt>"

    def choice(self, tag: str, title: str, choices: Sequence[str], hint: str = "Choose") -> str:
        return self.inline(tag, title, f"<w:dropDownList>{_items(choices)}</w:dropDownList>", hint)

    def choice_or_words(self, tag: str, title: str, choices: Sequence[str], hint: str = "Choose") -> str:
        """A list that also takes words of one's own."""
        return self.inline(tag, title, f"<w:comboBox>{_items(choices)}</w:comboBox>", hint)

    def day(self, tag: str, title: str, hint: str = "Choose a date", *, locked: bool = False) -> str:
        kind = (
            '<w:date><w:dateFormat w:val="dd/MM/yyyy"/><w:lid w:val="en-GB"/>'
            '<w:storeMappedDataAs w:val="dateTime"/><w:calendar w:val="gregorian"/></w:date>'
        )
        return self.inline(tag, title, kind, "–" if locked else hint, locked=locked)

    def tick(self, tag: str, words: str) -> str:
        """A box and its words; short words never part from their box at a line's end."""
        kind = (
            '<w14:checkbox><w14:checked w14:val="0"/><w14:checkedState w14:val="2612" w14:font="MS Gothic"/>'
            '<w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/></w14:checkbox>'
        )
        box = (
            '<w:r><w:rPr><w:rFonts w:ascii="MS Gothic" w:eastAsia="MS Gothic" w:hAnsi="MS Gothic"'
            ' w:hint="eastAsia"/></w:rPr><w:t>☐</w:t></w:r>'
        )
        shown = words.replace(" ", "\u00a0") if len(words) < 28 else words
        properties = self.properties(tag, words[:64], kind)
        return f"<w:sdt>{properties}<w:sdtContent>{box}</w:sdtContent></w:sdt>{run(chr(160) + shown)}"

    def long(self, tag: str, title: str, hint: str = "Click to write") -> str:
        """A longer answer: a rich control around a paragraph of its own; several paragraphs are welcome."""
        content = answer(run(hint, HINT))
        properties = self.properties(tag, title, hint=hint)
        return f"<w:sdt>{properties}<w:sdtContent>{content}</w:sdtContent></w:sdt>"

    def repeating(self, tag: str, title: str, rows: Iterable[str], *, fixed: bool = False) -> str:
        """Rows to which Word adds another with its plus sign; `fixed`: only the bot adds rows."""
        items = "".join(
            f'<w:sdt><w:sdtPr><w:id w:val="{next(self.numbers)}"/><w15:repeatingSectionItem/></w:sdtPr>'
            f"<w:sdtContent>{each}</w:sdtContent></w:sdt>"
            for each in rows
        )
        only = "<w15:doNotAllowInsertDeleteSection/>" if fixed else ""
        if not fixed:  # Word does not delete a row that holds a control it may not delete
            items = items.replace('<w:lock w:val="sdtLocked"/>', "")
        return (
            f'<w:sdt><w:sdtPr><w:alias w:val="{title}"/><w:tag w:val="{tag}"/>'
            f'<w:id w:val="{next(self.numbers)}"/><w15:repeatingSection><w15:sectionTitle w:val="{title}"/>{only}'
            f"</w15:repeatingSection></w:sdtPr><w:sdtContent>{items}</w:sdtContent></w:sdt>"
        )

    def locked(self, title: str, tag: str, content: str) -> str:
        """Paragraphs nobody can change by accident."""
        properties = self.properties(tag, title, locked=True)
        return f"<w:sdt>{properties}<w:sdtContent>{content}</w:sdtContent></w:sdt>"


def _items(choices: Sequence[str]) -> str:
    return "".join(f"<w:listItem w:displayText={quoteattr(c)} w:value={quoteattr(c)}/>" for c in choices)


@dataclass(frozen=True)
class Question:
    """A question and its answer. `height` gives a longer answer room, also on paper."""

    words: str
    answer: str
    help: str = ""
    needed: bool = False
    height: int = 0


def questions(role: Role, title: str, *asked: Question, together: bool = False) -> str:
    """One question to a row. `together`: on one page as long as it fits there."""
    rows = [
        row(
            cell(
                label(q.words, q.help, needed=q.needed, colour=role.accent, keep=together and n < len(asked)),
                LABEL,
                shade=role.tint,
            ),
            cell(_kept(q.answer) if together and n < len(asked) else q.answer, WIDTH - LABEL),
            split=bool(q.height),
            height=q.height,
        )
        for n, q in enumerate(asked, 1)
    ]
    return table(rows, [LABEL, WIDTH - LABEL], title, accent=role.accent)


def _kept(content: str) -> str:
    """Answers that stay on one page with what follows."""
    style = '<w:pStyle w:val="Answer"/>'
    return content.replace(style, f"{style}<w:keepNext/>")


def short_questions(role: Role, title: str, *asked: Question, wide: Sequence[Question] = ()) -> str:
    """Two short questions to a row, then those of `wide` (and an odd one), each a row of its own."""
    widths = [LABEL, WIDTH // 2 - LABEL] * 2
    if len(asked) % 2:
        asked, wide = asked[:-1], (asked[-1], *wide)

    def pair(q: Question, span: int = 1) -> list[str]:
        words = label(q.words, q.help, needed=q.needed, colour=role.accent)
        width = widths[1] if span == 1 else WIDTH - LABEL
        return [cell(words, LABEL, shade=role.tint), cell(answer(q.answer), width, span=span)]

    rows = [row(*pair(one), *pair(other)) for one, other in zip(asked[::2], asked[1::2], strict=True)]
    rows += [row(*pair(q, span=3)) for q in wide]
    return table(rows, widths, title, accent=role.accent)
