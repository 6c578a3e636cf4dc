"""A letter as a Word document to edit: subject and preview in a small table, then the letter as it is laid out.

Headings, bold, lists, links and tables are Word's own; the words in braces stand as they are. What stands in a box in
the letter (">") has Word's style Quote. letter_from_word.py reads it back.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from html import escape

from bot.papers.word.xml import RELATIONSHIPS, W

TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
HEAD = ("Subject", "Preview")
BULLET, NUMBER = "1", "2"
_INLINE = re.compile(r"\*\*(?P<bold>.+?)\*\*|\[(?P<text>[^\]]*)\]\((?P<to>[^)\s]*)\)|\*(?P<italic>[^*]+)\*")
_ITEM = re.compile(r"(?:-|(\d+)\.) +(.*)")
_PIPE = re.compile(r"(?<!\\)\|")


class _Links:
    def __init__(self) -> None:
        self.to: list[str] = []

    def number(self, address: str) -> str:
        self.to.append(address)
        return f"rIdL{len(self.to)}"


def letter_as_word(text: str) -> bytes:
    """The text of a letter (mail_templates/*.md) as a Word document."""
    lines = text.replace("\r\n", "\n").strip("\n").split("\n")
    links = _Links()
    head = []
    for word in HEAD:
        if lines and lines[0].startswith(f"{word}:"):
            head.append((word, lines.pop(0).partition(":")[2].strip()))
    body = [_table([[(name, True), (said, False)] for name, said in head], links), _paragraph("", links)]
    body += _blocks(lines, links)
    return _package("".join(body), links)


def _blocks(lines: Sequence[str], links: _Links, style: str = "") -> Iterator[str]:
    n = 0
    while n < len(lines):
        line = lines[n]
        if not line.strip():
            n += 1
        elif line.startswith(">"):
            end = _while(lines, n, lambda each: each.startswith(">"))
            yield from _blocks([each[1:].removeprefix(" ") for each in lines[n:end]], links, "Quote")
            n = end
        elif line.startswith("|"):
            end = _while(lines, n, lambda each: each.startswith("|") or bool(_only_tags(each)))
            while _only_tags(lines[end - 1]) and not _closes(lines[n:end]):
                end -= 1
            rows = [
                _cells(each) for each in lines[n:end] if not re.fullmatch(r"\|(?:\s*:?-+:?\s*\|)+\s*", each)
            ]
            yield _table(rows, links) + _paragraph("", links)
            n = end
        else:
            while line.endswith("\\") and n + 1 < len(lines):
                n += 1
                line = f"{line[:-1]}\n{lines[n]}"
            yield _line(line, links, style)
            n += 1


def _while(lines: Sequence[str], start: int, holds: object) -> int:
    assert callable(holds)
    return next((n for n in range(start, len(lines)) if not holds(lines[n])), len(lines))


def _only_tags(line: str) -> bool:
    return bool(line.strip()) and not TAG.sub("", line).strip() and "{%" in line


def _closes(lines: Sequence[str]) -> bool:
    """Whether tags that open in these lines end in them, so that they are of the table."""
    whole = " ".join(lines)
    return len(re.findall(r"\{%-?\s*(?:if|for)\b", whole)) == len(
        re.findall(r"\{%-?\s*end(?:if|for)\b", whole)
    )


def _cells(line: str) -> list[tuple[str, bool]]:
    if _only_tags(line):
        return [(line.strip(), False)]
    kept: list[str] = []
    hidden = TAG.sub(lambda tag: kept.append(tag[0]) or f"\x00{len(kept) - 1}\x00", line.strip())  # type: ignore[func-returns-value]
    parts = _PIPE.split(hidden.removeprefix("|").removesuffix("|"))
    shown = (re.sub("\x00(\\d+)\x00", lambda found: kept[int(found[1])], part).strip() for part in parts)
    return [(part.replace("\\|", "|"), False) for part in shown]


def _line(line: str, links: _Links, style: str) -> str:
    if heading := re.match(r"(#{1,3}) +", line):
        return _paragraph(line[heading.end() :], links, f"Heading{len(heading[1])}")
    if item := _ITEM.match(line):
        return _paragraph(item[2], links, style, NUMBER if item[1] else BULLET)
    return _paragraph(line, links, style)


def _paragraph(text: str, links: _Links, style: str = "", items: str = "") -> str:
    how = f'<w:pStyle w:val="{style}"/>' if style else ""
    if items:
        how += f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{items}"/></w:numPr>'
    return f"<w:p>{f'<w:pPr>{how}</w:pPr>' if how else ''}{''.join(_runs(text, links))}</w:p>"


def _runs(text: str, links: _Links, marks: str = "") -> Iterator[str]:
    kept: list[str] = []
    hidden = TAG.sub(lambda tag: kept.append(tag[0]) or f"\x00{len(kept) - 1}\x00", text)  # type: ignore[func-returns-value]

    def whole(part: str) -> str:
        return re.sub("\x00(\\d+)\x00", lambda found: kept[int(found[1])], part)

    at = 0
    for found in _INLINE.finditer(hidden):
        yield _run(whole(hidden[at : found.start()]), marks)
        at = found.end()
        if found["bold"]:
            yield from _runs(whole(found["bold"]), links, f"{marks}<w:b/>")
        elif found["italic"]:
            yield from _runs(whole(found["italic"]), links, f"{marks}<w:i/>")
        else:
            inside = _run(whole(found["text"]), f'<w:rStyle w:val="Hyperlink"/>{marks}')
            yield f'<w:hyperlink r:id="{links.number(whole(found["to"]))}">{inside}</w:hyperlink>'
    yield _run(whole(hidden[at:]), marks)


def _run(text: str, marks: str) -> str:
    if not text:
        return ""
    how = f"<w:rPr>{marks}</w:rPr>" if marks else ""
    lines = (f'<w:t xml:space="preserve">{escape(line, quote=False)}</w:t>' for line in text.split("\n"))
    return f"<w:r>{how}{'<w:br/>'.join(lines)}</w:r>"


def _table(rows: Sequence[Sequence[tuple[str, bool]]], links: _Links) -> str:
    columns = max((len(row) for row in rows), default=1)
    made = []
    for row in rows:
        span = f'<w:gridSpan w:val="{columns}"/>' if len(row) == 1 < columns else ""
        cells = [*row, *[("", False)] * (0 if span else columns - len(row))]
        made.append(
            "<w:tr>" + "".join(_cell(text, bold, span, columns, links) for text, bold in cells) + "</w:tr>"
        )
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:color="BBBBBB"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = f'<w:gridCol w:w="{9000 // columns}"/>' * columns
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="9000" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(made)}</w:tbl>"
    )


def _cell(text: str, bold: bool, span: str, columns: int, links: _Links) -> str:
    runs = "".join(_runs(text, links, "<w:b/>" if bold else ""))
    width = 9000 if span else 9000 // columns
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}</w:tcPr><w:p>{runs}</w:p></w:tc>'


_STYLES = "".join(
    f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{called}"/><w:basedOn w:val="Normal"/>'
    f"<w:pPr>{how}</w:pPr><w:rPr>{looks}</w:rPr></w:style>"
    for name, called, how, looks in (
        *((f"Heading{n}", f"heading {n}", f'<w:outlineLvl w:val="{n - 1}"/>', f'<w:b/><w:sz w:val="{36 - 4 * n}"/>')
          for n in (1, 2, 3)),
        ("Quote", "Quote", '<w:shd w:val="clear" w:fill="E8F0F2"/><w:ind w:left="300"/>', ""),
    )
)  # fmt: skip
_NUMBERING = "".join(
    f'<w:abstractNum w:abstractNumId="{n}"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
    f'<w:lvlText w:val="{sign}"/><w:pPr><w:ind w:left="500" w:hanging="300"/></w:pPr></w:lvl></w:abstractNum>'
    for n, kind, sign in ((BULLET, "bullet", "•"), (NUMBER, "decimal", "%1."))
) + "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>' for n in (BULLET, NUMBER))
_OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def _package(body: str, links: _Links) -> bytes:
    start, names = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
        f'xmlns:w="{W}" xmlns:r="{RELATIONSHIPS}"',
    )
    relations = [("rId1", "styles", "styles.xml", ""), ("rId2", "numbering", "numbering.xml", "")]
    relations += [(f"rIdL{n}", "hyperlink", to, ' TargetMode="External"') for n, to in enumerate(links.to, 1)]
    inside = "".join(
        f'<Relationship Id="{i}" Type="{RELATIONSHIPS}/{kind}" Target="{escape(to)}"{more}/>'
        for i, kind, to, more in relations
    )
    kinds = "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{_OFFICE}.{kind}+xml"/>'
        for part, kind in (("document", "document.main"), ("styles", "styles"), ("numbering", "numbering"))
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{kinds}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{RELATIONSHIPS}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f"<w:document {names}><w:body>{body}<w:sectPr/></w:body></w:document>",
        "word/styles.xml": f'<w:styles {names}><w:style w:type="paragraph" w:default="1" w:styleId="Normal">'
        f'<w:name w:val="Normal"/></w:style>{_STYLES}<w:style w:type="character" w:styleId="Hyperlink"><w:name '
        'w:val="Hyperlink"/><w:rPr><w:color w:val="0B5563"/><w:u w:val="single"/></w:rPr></w:style></w:styles>',
        "word/numbering.xml": f"<w:numbering {names}>{_NUMBERING}</w:numbering>",
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{inside}</Relationships>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(
                zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), f"{start}{text}", zipfile.ZIP_DEFLATED
            )
    return out.getvalue()
