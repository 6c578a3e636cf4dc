"""The styles of a report, by names that the Audit Team finds in Word's own list and may change there."""

from __future__ import annotations

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Pt
from forms.pieces import AUDIT_TEAM, AUDITOR, GREY, HAIR, INK

ACCENT, TINT = AUDITOR.accent, AUDITOR.tint
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

_PARAGRAPHS = (
    # name, size, colour, bold, before, after, keep with next
    ("Draft line", 9, GREY, False, 0, 10, False),
    ("Figure title", 10.5, INK, True, 10, 1, True),
    ("Figure", 10, INK, False, 0, 2, False),
    ("Table text", 9, INK, False, 0, 0, False),
    ("Table number", 9, INK, False, 0, 0, False),
    ("Report note", 8.5, GREY, False, 3, 8, False),
    ("Report list", 10, INK, False, 0, 4, False),
    ("Small list", 8.5, INK, False, 0, 3, False),
    ("Your words", 10, INK, False, 4, 8, False),
)


def add_styles(document: docx.document.Document) -> None:
    styles = document.styles
    for name, size, colour, bold, before, after, keep in _PARAGRAPHS:
        style = styles.add_style(name, 1)
        style.base_style = styles["Normal"]
        style.quick_style = True
        style.font.size, style.font.bold = Pt(size), bold
        style.font.color.rgb = docx.shared.RGBColor.from_string(colour)
        looks = style.paragraph_format
        looks.space_before, looks.space_after, looks.keep_with_next = Pt(before), Pt(after), keep
        style.element.set(qn("w:styleId"), name.replace(" ", ""))
    for name, after in (("Report list", 4), ("Small list", 3)):
        properties = styles[name].element.get_or_add_pPr()
        number = styles["List Bullet"].element.pPr.numPr
        properties.insert(0, parse_xml(_as_text(number)))
        styles[name].paragraph_format.space_after = Pt(after)
        styles[name].paragraph_format.left_indent = Pt(14)
        styles[name].paragraph_format.first_line_indent = Pt(-14)
    styles["Table number"].paragraph_format.alignment = 2
    panel = parse_xml(
        f'<w:pBdr xmlns:w="{_W}"><w:left w:val="single" w:sz="24" w:space="8" w:color="{AUDIT_TEAM.accent}"/></w:pBdr>'
    )
    shade = parse_xml(f'<w:shd xmlns:w="{_W}" w:val="clear" w:color="auto" w:fill="{AUDIT_TEAM.tint}"/>')
    words = styles["Your words"].element.get_or_add_pPr()
    spacing = words.find(qn("w:spacing"))
    for each in (panel, shade):  # in the schema both stand before the spacing
        spacing.addprevious(each)
    styles["Your words"].paragraph_format.left_indent = Pt(11)
    heading = styles["Heading 1"]
    heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(18), Pt(4)
    styles.element.append(parse_xml(_TABLE))


def _as_text(element: object) -> str:
    from lxml import etree

    return str(etree.tostring(element, encoding="unicode"))


def _edge(side: str, size: int, colour: str) -> str:
    return f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="{colour}"/>'


_TABLE = f"""<w:style xmlns:w="{_W}" w:type="table" w:customStyle="1" w:styleId="ReportTable">
<w:name w:val="Report table"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="1"/><w:qFormat/>
<w:tblPr><w:tblStyleRowBandSize w:val="1"/><w:tblBorders>{_edge("top", 4, HAIR)}{_edge("bottom", 8, ACCENT)}
{_edge("insideH", 4, HAIR)}</w:tblBorders><w:tblCellMar><w:top w:w="50" w:type="dxa"/>
<w:left w:w="90" w:type="dxa"/><w:bottom w:w="50" w:type="dxa"/><w:right w:w="90" w:type="dxa"/></w:tblCellMar></w:tblPr>
<w:tblStylePr w:type="firstRow"><w:rPr><w:b/><w:color w:val="{ACCENT}"/></w:rPr><w:tcPr><w:tcBorders>
{_edge("top", 8, ACCENT)}{_edge("bottom", 8, ACCENT)}</w:tcBorders>
<w:shd w:val="clear" w:color="auto" w:fill="{TINT}"/><w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr>
</w:style>"""
