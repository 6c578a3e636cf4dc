"""The styles of a report, by names that the Audit Team finds in Word's own list and may change there."""

from __future__ import annotations

import copy

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.styles.style import BaseStyle
from form_pieces.pieces import AUDIT_TEAM, AUDITOR, GREY, HAIR, INK

ACCENT, TINT = AUDITOR.accent, AUDITOR.tint
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

_PARAGRAPHS = (
    # name, size, colour, bold, space before, space after, on one page with what follows
    ("Draft line", 9, GREY, False, 0, 10, False),
    ("Figure title", 10.5, INK, True, 10, 1, True),
    ("Figure", 10, INK, False, 0, 2, True),
    ("Table heading", 9, ACCENT, True, 0, 0, True),
    ("Table heading number", 9, ACCENT, True, 0, 0, True),
    ("Table text", 9, "", None, 0, 0, True),
    ("Table number", 9, "", None, 0, 0, True),
    ("Report note", 8.5, GREY, False, 3, 6, False),
    ("Report list", 10, INK, False, 2, 4, False),
    ("Small list", 8.5, INK, False, 2, 2, False),
    ("Your words", 10, INK, False, 10, 10, False),
)
"""A table's rows stay on one page as long as they fit there. What the table's own style says of a row in bold or in
another colour holds only where the paragraph's says nothing."""


def style_id(name: str) -> str:
    return name.replace(" ", "")


def add_styles(document: docx.document.Document) -> None:
    styles = document.styles
    for name, size, colour, bold, before, after, keep in _PARAGRAPHS:
        style = styles.add_style(name, 1)
        style.base_style = styles["Normal"]
        style.quick_style = True
        style.font.size, style.font.bold = Pt(size), bold
        if colour:
            style.font.color.rgb = RGBColor.from_string(colour)
        looks = style.paragraph_format
        looks.space_before, looks.space_after, looks.keep_with_next = Pt(before), Pt(after), keep
        style.element.set(qn("w:styleId"), style_id(name))
    for name in ("Report list", "Small list"):
        styles[name].paragraph_format.keep_together = True
        number = styles["List Bullet"].element.pPr.numPr
        properties = styles[name].element.get_or_add_pPr()
        properties.find(qn("w:spacing")).addprevious(copy.deepcopy(number))
        styles[name].paragraph_format.left_indent = Pt(14)
        styles[name].paragraph_format.first_line_indent = Pt(-14)
    for name in ("Table number", "Table heading number"):
        styles[name].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _as_panel(styles["Your words"])
    heading = styles["Heading 1"].paragraph_format
    heading.space_before, heading.space_after = Pt(18), Pt(4)
    styles.element.append(parse_xml(_TABLE))


def _as_panel(style: BaseStyle) -> None:
    """A tinted ground with a bar to its left and a little air within; both stand before the spacing in the schema."""
    sides = "".join(_edge(side, 4, AUDIT_TEAM.tint, 5) for side in ("top", "bottom"))
    bar = _edge("left", 24, AUDIT_TEAM.accent, 8)
    borders = sides.replace("<w:bottom", f"{bar}<w:bottom")
    spacing = style.element.get_or_add_pPr().find(qn("w:spacing"))
    spacing.addprevious(parse_xml(f'<w:pBdr xmlns:w="{_W}">{borders}</w:pBdr>'))
    spacing.addprevious(
        parse_xml(f'<w:shd xmlns:w="{_W}" w:val="clear" w:color="auto" w:fill="{AUDIT_TEAM.tint}"/>')
    )
    style.paragraph_format.left_indent = Pt(11)


def _edge(side: str, size: int, colour: str, space: int = 0) -> str:
    return f'<w:{side} w:val="single" w:sz="{size}" w:space="{space}" w:color="{colour}"/>'


_TABLE = f"""<w:style xmlns:w="{_W}" w:type="table" w:customStyle="1" w:styleId="ReportTable">
<w:name w:val="Report table"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="1"/><w:qFormat/>
<w:tblPr><w:tblBorders>{_edge("top", 4, HAIR)}{_edge("bottom", 8, ACCENT)}{_edge("insideH", 4, HAIR)}</w:tblBorders>
<w:tblCellMar><w:top w:w="50" w:type="dxa"/><w:left w:w="90" w:type="dxa"/><w:bottom w:w="50" w:type="dxa"/>
<w:right w:w="90" w:type="dxa"/></w:tblCellMar></w:tblPr>
<w:tblStylePr w:type="firstRow"><w:tcPr><w:tcBorders>{_edge("top", 8, ACCENT)}{_edge("bottom", 8, ACCENT)}</w:tcBorders>
<w:shd w:val="clear" w:color="auto" w:fill="{TINT}"/><w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr>
<w:tblStylePr w:type="lastRow"><w:rPr><w:b/></w:rPr></w:tblStylePr>
</w:style>"""
