"""A form as a Word file: its styles, page, footer and title, and the hints its controls fall back to."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from pathlib import Path

import docx
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor, Twips
from docx.styles.style import BaseStyle
from lxml import etree

from form_pieces.pieces import (
    AUDITOR,
    GREY,
    HAIR,
    HINT,
    INK,
    SERVICE,
    WIDTH,
    Controls,
    Question,
    Role,
    cell,
    page_number,
    paragraph,
    row,
    run,
    short_questions,
    tab,
    table,
)

VERSION = "2026.2"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMESPACES = (
    f'xmlns:w="{_W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml" mc:Ignorable="w14 w15"'
)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_GLOSSARY = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.glossary+xml"
_STYLES = "application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_UNUSED = re.compile("thumbnail|customXml|stylesWithEffects")
"""Parts of python-docx's blank document that say nothing: a picture, a list of sources, styles of Word 2007."""

_BUILT = datetime(2026, 1, 5, 9, 0)  # noqa: DTZ001 - the same bytes whenever it is built


class WordFile:
    """One form while it is being put together, from its title down."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.controls = Controls()
        self._body: list[str] = []
        self._document = docx.Document()
        _styles(self._document)
        _only_styles_in_use(self._document)
        core = self._document.core_properties
        core.title, core.subject = f"Understanding our Practice – {title}", "Case-file audit"
        core.author, core.last_modified_by, core.comments = "The Audit Team", "The Audit Team", ""
        core.language, core.keywords = "en-GB", ""
        core.created = core.modified = _BUILT

    def add(self, *pieces: str) -> None:
        self._body += pieces

    def table(self, *pieces: str) -> None:
        """A table, with a little air below it: without a paragraph between them Word joins two tables."""
        for each in pieces:
            self.add(each, paragraph("", "Gap"))

    def section(self, number: int, words: str, role: Role, note: str = "", *, new_page: bool = False) -> None:
        """A heading that Word's navigation pane lists, who fills the section in, and what helps to do so."""
        self.add(
            paragraph(run(f"{number}  {words}"), "Heading1", keep=True, bar=role.accent, new_page=new_page)
        )
        who = run(role.name, bold=True, colour=role.accent)
        self.add(paragraph(who + (run(f"   {note}") if note else ""), "Note", keep=True))

    def title_block(
        self, *short: Question, wide: tuple[Question, ...], who: tuple[tuple[Role, str], ...]
    ) -> None:
        """The top of page one: title, what the bot knows, and who fills in what."""
        self.add(paragraph(run("Children's Social Care  ·  case-file audit"), "Note"))
        self.add(paragraph(run("Understanding our Practice"), "Title"))
        self.add(paragraph(run(self.title), "Subtitle"))
        self.table(short_questions(SERVICE, "About this audit", *short, wide=wide))
        width = WIDTH // len(who)
        legend = [
            cell(
                paragraph(run(role.name, bold=True, colour=role.accent), "Label")
                + paragraph(run(parts), "Help"),
                width,
                shade=role.tint,
                top=role.accent,
            )
            for role, parts in who
        ]
        self.table(table([row(*legend)], [width] * len(who), "Who fills in what"))
        star = run("*", bold=True, colour=AUDITOR.accent)
        self.add(
            paragraph(
                star
                + run(
                    " Needed before a form counts as complete. Some boxes are needed only in some cases: they say "
                    "so. Click and write: boxes grow as you do. A grey word goes as soon as you answer."
                ),
                "Note",
            )
        )

    def save(self, path: Path) -> None:
        """Write the file. The same form gives the same bytes."""
        self._page()
        built = io.BytesIO()
        self._document.save(built)
        with zipfile.ZipFile(built) as package:
            parts = {
                i.filename: package.read(i) for i in package.infolist() if not _UNUSED.search(i.filename)
            }
        section = self._document.element.body.sectPr
        parts["word/document.xml"] = (
            f"{_HEAD}<w:document {NAMESPACES}><w:body>{''.join(self._body)}{_serialised(section)}</w:body></w:document>"
        ).encode()
        parts["word/settings.xml"] = _settings(parts["word/settings.xml"])
        self._add_parts(parts)
        for name in ("_rels/.rels", "word/_rels/document.xml.rels", "[Content_Types].xml"):
            parts[name] = _without_unused(parts[name])
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            for name, data in parts.items():
                package.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)

    def _page(self) -> None:
        section = self._document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Twips((11906 - WIDTH) // 2)
        section.top_margin, section.bottom_margin = Cm(1.7), Cm(1.9)
        section.header_distance = section.footer_distance = Cm(0.9)
        footer = section.footer.paragraphs[0]
        footer.style = self._document.styles["Foot"]
        for each in parse_xml(f"<w:p {NAMESPACES}>{''.join(self._foot())}</w:p>"):
            footer._p.append(each)

    def _foot(self) -> tuple[str, ...]:
        """What stands at the foot of every page."""
        reference = self.controls.inline(
            "audit_ref", "Audit reference", "<w:text/>", "–", locked=True, looks="<w:b/>"
        )
        return (
            run(f"{self.title}, {VERSION}    "),
            reference,
            run("    Holds personal information: not to leave the council"),
            tab(),
            run("Page "),
            page_number("PAGE"),
            run(" of "),
            page_number("NUMPAGES"),
        )

    def _add_parts(self, parts: dict[str, bytes]) -> None:
        """Parts beside the document, its styles and its footer."""
        self._add_hints(parts)

    def _add_hints(self, parts: dict[str, bytes]) -> None:
        """The glossary part: for each control the grey words that come back when an answer is deleted."""
        entries = "".join(
            f'<w:docPart><w:docPartPr><w:name w:val="{name}"/><w:category><w:name w:val="General"/>'
            '<w:gallery w:val="placeholder"/></w:category><w:types><w:type w:val="bbPlcHdr"/></w:types>'
            f'<w:behaviors><w:behavior w:val="content"/></w:behaviors><w:guid w:val="{_guid(name)}"/></w:docPartPr>'
            f"<w:docPartBody>{paragraph(run(words, HINT))}</w:docPartBody></w:docPart>"
            for words, name in self.controls.hints.items()
        )
        parts["word/glossary/document.xml"] = (
            f'{_HEAD}<w:glossaryDocument xmlns:w="{_W}"><w:docParts>{entries}</w:docParts></w:glossaryDocument>'
        ).encode()
        parts["word/glossary/styles.xml"] = parts["word/styles.xml"]
        parts["word/glossary/_rels/document.xml.rels"] = (
            f'{_HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{_RELATION}/styles" Target="styles.xml"/></Relationships>'
        ).encode()
        relations, types = "word/_rels/document.xml.rels", "[Content_Types].xml"
        parts[relations] = _with(
            parts[relations],
            f'<Relationship Id="rIdHints" Type="{_RELATION}/glossaryDocument" Target="glossary/document.xml"/>',
            "</Relationships>",
        )
        parts[types] = _with(
            parts[types],
            f'<Override PartName="/word/glossary/document.xml" ContentType="{_GLOSSARY}"/>'
            f'<Override PartName="/word/glossary/styles.xml" ContentType="{_STYLES}"/>',
            "</Types>",
        )


def _styles(document: docx.document.Document) -> None:
    styles = document.styles
    defaults = styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    language = defaults.find(qn("w:lang"))
    language.set(qn("w:val"), "en-GB")
    normal = styles["Normal"]
    _looks(normal, 10, INK)
    normal.paragraph_format.space_after = Pt(4)
    for name, size, colour, before, after in (
        ("Title", 25, AUDITOR.accent, 2, 0),
        ("Subtitle", 14, INK, 0, 8),
        ("Heading 1", 14, INK, 16, 2),
        ("Heading 2", 11, AUDITOR.accent, 8, 3),
    ):
        style = styles[name]
        _looks(style, size, colour, bold=name != "Subtitle")
        style.font.italic = False
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        style.paragraph_format.keep_with_next = True
        border = style.element.pPr.find(qn("w:pBdr"))
        if border is not None:
            style.element.pPr.remove(border)
        for spacing in style.element.rPr.findall(qn("w:spacing")):
            style.element.rPr.remove(spacing)
    for name, size, colour, after in (
        ("Label", 9, INK, 1),
        ("Help", 8, GREY, 1),
        ("Note", 8.5, GREY, 5),
        ("Answer", 10, "000000", 2),
        ("Gap", 4, GREY, 0),
        ("Foot", 7.5, GREY, 0),
    ):
        style = styles.add_style(name, 1)
        style.base_style = normal
        style.quick_style = True
        _looks(style, size, colour)
        style.paragraph_format.space_after = Pt(after)
    styles["Foot"].paragraph_format.tab_stops.add_tab_stop(Twips(WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    line = parse_xml(
        f'<w:pBdr {NAMESPACES}><w:top w:val="single" w:sz="4" w:space="5" w:color="{HAIR}"/></w:pBdr>'
    )
    properties = styles["Foot"].element.get_or_add_pPr()
    properties.insert(0, line)
    hint = styles.add_style("Placeholder Text", 2, builtin=True)
    hint.element.set(qn("w:styleId"), HINT)
    hint.font.color.rgb = RGBColor.from_string("6B7780")


_IN_USE = (
    "Normal", "Title", "Subtitle", "Heading1", "Heading2", "Heading3", "Label", "Help", "Note", "Answer", "Gap", "Foot",
    HINT, "Header", "Footer", "ListBullet", "ListNumber", "TableGrid",
)  # fmt: skip


def _only_styles_in_use(document: docx.document.Document) -> None:
    """Without the some hundred table styles of the blank document, nine tenths of the file."""
    styles = {style.get(qn("w:styleId")): style for style in document.styles.element.findall(qn("w:style"))}
    wanted = {name for name, style in styles.items() if style.get(qn("w:default")) == "1"} | set(_IN_USE)
    for _ in range(4):  # what they build on
        for name in wanted & set(styles):
            for kind in ("basedOn", "next", "link"):
                other = styles[name].find(qn(f"w:{kind}"))
                if other is not None:
                    wanted = wanted | {other.get(qn("w:val"))}
    for name, style in styles.items():
        if name not in wanted:
            document.styles.element.remove(style)


def _looks(style: BaseStyle, size: float, colour: str, *, bold: bool = False) -> None:
    style.font.name, style.font.size, style.font.bold = "Arial", Pt(size), bold
    style.font.color.rgb = RGBColor.from_string(colour)
    fonts = style.element.rPr.rFonts
    for key in list(fonts.attrib):
        del fonts.attrib[key]
    for key in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{key}"), "Arial")


def _settings(data: bytes) -> bytes:
    """Word's present way of laying out, without which it offers no repeating rows; and no preview picture."""
    root = parse_xml(data)
    for name in ("savePreviewPicture", "proofState"):
        for each in root.findall(qn(f"w:{name}")):
            root.remove(each)
    for each in root.iter(qn("w:compatSetting")):
        if each.get(qn("w:name")) == "compatibilityMode":
            each.set(qn("w:val"), "15")
    for each in root.iter(qn("w:zoom")):
        each.set(qn("w:percent"), "100")
    for each in root.iter(qn("w:themeFontLang")):
        each.set(qn("w:val"), "en-GB")
    return _HEAD.encode() + _serialised(root).encode()


def _serialised(element: object) -> str:
    return str(etree.tostring(element, encoding="unicode"))


def _without_unused(data: bytes) -> bytes:
    root = parse_xml(data)
    for each in list(root):
        if _UNUSED.search(each.get("Target") or each.get("PartName") or ""):
            root.remove(each)
    return _HEAD.encode() + _serialised(root).encode()


def _with(data: bytes, piece: str, end: str) -> bytes:
    return data.replace(end.encode(), (piece + end).encode())


def _guid(name: str) -> str:
    return f"{{4E1A7C50-6B2D-4F38-9A61-{int(name.removeprefix('Hint')):012X}}}"
