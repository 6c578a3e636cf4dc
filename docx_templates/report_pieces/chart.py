"""A native chart as Word keeps one: a part of its own with its workbook inside (ECMA-376 part 1, chapter 21.2)."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from form_pieces.pieces import GREY, INK, WIDTH

from bot.papers.reports.chart_workbook import chart_workbook
from bot.papers.reports.grade_colours import GRADE_COLOURS, Colour
from bot.programme.reports.report import Chart
from report_pieces.styles import ACCENT

_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
EMU = 635
"""Of one twentieth of a point."""

_PLAIN = Colour(ACCENT, INK)
"""Bars that stand for no grade."""


def drawing(name: str, number: int, relation: str, height: int) -> str:
    """The place of a chart in a line, as wide as the text. `height`: twentieths of a point."""
    return (
        f'<w:r><w:drawing><wp:inline xmlns:wp="{_WP}" distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{WIDTH * EMU}" cy="{height * EMU}"/><wp:effectExtent l="0" t="0" r="0" b="0"/>'
        f'<wp:docPr id="{number}" name="Chart {number}" descr="An example, until the report is made."'
        f" title={quoteattr(name)}/><wp:cNvGraphicFramePr/>"
        f'<a:graphic xmlns:a="{_A}"><a:graphicData uri="{_C}"><c:chart xmlns:c="{_C}" r:id="{relation}"/>'
        f"</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def bars(sample: Chart, relation: str) -> str:
    """The chart part, without an axis of numbers and without lines. Several series: bars of 100 % in pieces, the number
    on each, the key above. One series: plain bars, the number at the end of each."""
    whole = len(sample.series) > 1
    series = "".join(
        _series(n, name, values, sample, whole=whole) for n, (name, values) in enumerate(sample.series)
    )
    grouping = f'<c:grouping val="{"percentStacked" if whole else "clustered"}"/>'
    overlap = '<c:overlap val="100"/>' if whole else ""
    key = f'<c:legend><c:legendPos val="t"/><c:overlay val="0"/>{_text(900, INK)}</c:legend>' if whole else ""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<c:chartSpace xmlns:c="{_C}" xmlns:a="{_A}" xmlns:r="{_R}"><c:date1904 val="0"/><c:lang val="en-GB"/>'
        '<c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>'
        f'<c:barChart><c:barDir val="bar"/>{grouping}<c:varyColors val="0"/>'
        f'{series}<c:gapWidth val="45"/>{overlap}<c:axId val="1001"/><c:axId val="1002"/></c:barChart>'
        '<c:catAx><c:axId val="1001"/><c:scaling><c:orientation val="maxMin"/></c:scaling><c:delete val="0"/>'
        '<c:axPos val="l"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/>'
        '<c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/><c:spPr><a:ln><a:noFill/></a:ln></c:spPr>'
        f"{_text(900, INK)}"
        '<c:crossAx val="1002"/><c:crosses val="autoZero"/><c:auto val="1"/><c:lblAlgn val="ctr"/>'
        '<c:lblOffset val="100"/><c:noMultiLvlLbl val="1"/></c:catAx>'
        '<c:valAx><c:axId val="1002"/><c:scaling><c:orientation val="minMax"/><c:min val="0"/></c:scaling>'
        '<c:delete val="1"/>'
        '<c:axPos val="t"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/>'
        '<c:minorTickMark val="none"/><c:tickLblPos val="none"/><c:crossAx val="1001"/><c:crosses val="autoZero"/>'
        '<c:crossBetween val="between"/></c:valAx><c:spPr><a:noFill/></c:spPr></c:plotArea>'
        f"{key}"
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        '<c:spPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill><a:ln><a:noFill/></a:ln></c:spPr>'
        f"{_text(900, GREY)}"
        f'<c:externalData r:id="{relation}"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    )


def dots(sample: Chart, relation: str) -> str:
    """The chart part with the first series as dots, the number above each, and the second as a level line; 0 to 100."""
    look = (
        '<c:spPr><a:ln w="28575"><a:noFill/></a:ln></c:spPr><c:marker><c:symbol val="circle"/><c:size val="9"/>'
        f'<c:spPr><a:solidFill><a:srgbClr val="{ACCENT}"/></a:solidFill></c:spPr></c:marker>'
        '<c:dLbls><c:numFmt formatCode="0" sourceLinked="0"/><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>'
        f'{_text(900, INK, bold=True)}<c:dLblPos val="t"/><c:showLegendKey val="0"/><c:showVal val="1"/>'
        '<c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>',
        f'<c:spPr><a:ln w="15875"><a:solidFill><a:srgbClr val="{GREY}"/></a:solidFill><a:prstDash val="dash"/></a:ln>'
        '</c:spPr><c:marker><c:symbol val="none"/></c:marker>',
    )
    series = ""
    for n, (name, values) in enumerate(sample.series):
        column, last = "BC"[n], len(values) + 1
        series += (
            f'<c:ser><c:idx val="{n}"/><c:order val="{n}"/>'
            f"<c:tx><c:strRef><c:f>Sheet1!${column}$1</c:f>{_cache('str', (name,))}</c:strRef></c:tx>{look[n]}"
            f"<c:cat><c:strRef><c:f>Sheet1!$A$2:$A${last}</c:f>{_cache('str', sample.categories)}</c:strRef></c:cat>"
            f"<c:val><c:numRef><c:f>Sheet1!${column}$2:${column}${last}</c:f>{_cache('num', values)}</c:numRef></c:val>"
            '<c:smooth val="0"/></c:ser>'
        )
    axis = '<c:numFmt formatCode="0" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<c:chartSpace xmlns:c="{_C}" xmlns:a="{_A}" xmlns:r="{_R}"><c:date1904 val="0"/><c:lang val="en-GB"/>'
        '<c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>'
        f'<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{series}<c:marker val="1"/>'
        '<c:axId val="1001"/><c:axId val="1002"/></c:lineChart>'
        '<c:catAx><c:axId val="1001"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="b"/>{axis}<c:tickLblPos val="nextTo"/>{_text(900, INK)}<c:crossAx val="1002"/>'
        '<c:crosses val="autoZero"/><c:auto val="1"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/>'
        '<c:noMultiLvlLbl val="1"/></c:catAx>'
        '<c:valAx><c:axId val="1002"/><c:scaling><c:orientation val="minMax"/><c:max val="100"/><c:min val="0"/>'
        f'</c:scaling><c:delete val="0"/><c:axPos val="l"/>{axis}<c:tickLblPos val="nextTo"/>{_text(900, INK)}'
        '<c:crossAx val="1001"/><c:crosses val="autoZero"/><c:crossBetween val="between"/><c:majorUnit val="25"/>'
        "</c:valAx><c:spPr><a:noFill/></c:spPr></c:plotArea>"
        f'<c:legend><c:legendPos val="t"/><c:overlay val="0"/>{_text(900, INK)}</c:legend>'
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        '<c:spPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill><a:ln><a:noFill/></a:ln></c:spPr>'
        f"{_text(900, GREY)}"
        f'<c:externalData r:id="{relation}"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    )


def workbook(sample: Chart) -> bytes:
    return chart_workbook(sample)


def _series(n: int, name: str, values: tuple[int | None, ...], sample: Chart, *, whole: bool) -> str:
    colour, column = GRADE_COLOURS.get(name, _PLAIN), "BCDEFG"[n]
    last = len(values) + 1
    return (
        f'<c:ser><c:idx val="{n}"/><c:order val="{n}"/>'
        f"<c:tx><c:strRef><c:f>Sheet1!${column}$1</c:f>{_cache('str', (name,))}</c:strRef></c:tx>"
        f'<c:spPr><a:solidFill><a:srgbClr val="{colour.fill}"/></a:solidFill>'
        '<a:ln w="9525"><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill></a:ln></c:spPr>'
        '<c:invertIfNegative val="0"/>'
        f'<c:dLbls><c:numFmt formatCode="{"0;;;" if whole else "0"}" sourceLinked="0"/>'
        "<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"
        f"{_text(900, colour.label, bold=True)}"
        f'<c:dLblPos val="{"ctr" if whole else "outEnd"}"/><c:showLegendKey val="0"/>'
        '<c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/>'
        '<c:showBubbleSize val="0"/></c:dLbls>'
        f"<c:cat><c:strRef><c:f>Sheet1!$A$2:$A${last}</c:f>{_cache('str', sample.categories)}</c:strRef></c:cat>"
        f"<c:val><c:numRef><c:f>Sheet1!${column}$2:${column}${last}</c:f>{_cache('num', values)}</c:numRef></c:val>"
        "</c:ser>"
    )


def _cache(kind: str, values: tuple[object, ...]) -> str:
    points = "".join(f'<c:pt idx="{n}"><c:v>{escape(str(v))}</c:v></c:pt>' for n, v in enumerate(values))
    form = "<c:formatCode>General</c:formatCode>" if kind == "num" else ""
    return f'<c:{kind}Cache>{form}<c:ptCount val="{len(values)}"/>{points}</c:{kind}Cache>'


def _text(size: int, colour: str, *, bold: bool = False) -> str:
    """`size`: hundredths of a point."""
    return (
        f'<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="{size}" b="{int(bold)}">'
        f'<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill><a:latin typeface="Arial"/>'
        '<a:cs typeface="Arial"/></a:defRPr></a:pPr><a:endParaRPr lang="en-GB"/></a:p></c:txPr>'
    )
