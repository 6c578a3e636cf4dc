"""What a Word file holds outside its questions: canaries in each place where Word keeps words."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from reports.recount.canaries import Canaries

_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_KINDS = "application/vnd.openxmlformats-officedocument"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PARTS = {
    "header": ("word/header9.xml", f"{_KINDS}.wordprocessingml.header+xml", "<w:hdr {ns}>{p}</w:hdr>"),
    "comments": (
        "word/comments.xml", f"{_KINDS}.wordprocessingml.comments+xml",
        '<w:comments {ns}><w:comment w:id="9" w:author="{author}" w:initials="{author}">{p}</w:comment></w:comments>',
    ),
    "footnotes": (
        "word/footnotes.xml", f"{_KINDS}.wordprocessingml.footnotes+xml",
        '<w:footnotes {ns}><w:footnote w:id="9">{p}</w:footnote></w:footnotes>',
    ),
    "customXml": ("word/customXml9.xml", "application/xml", "<told>{text}</told>"),
}  # fmt: skip
"""Parts that a form comes without: the name of each, its kind, what stands in it."""


def in_the_margins(form: bytes, canaries: Canaries, called: str) -> bytes:
    """A form with a canary in its header, footer, comments and their authors, footnotes, custom XML, company and custom
    properties, below the last table, in words that were deleted, in hidden words and in an alternative text."""

    def said(where: str) -> str:
        return f"It is about {canaries.name(f'{called} {where}')}."

    with zipfile.ZipFile(io.BytesIO(form)) as package:
        parts = {info.filename: package.read(info) for info in package.infolist()}
    text = {name: data.decode() for name, data in parts.items() if name.endswith((".xml", ".rels"))}
    text["word/footer1.xml"] = _before(text["word/footer1.xml"], "</w:ftr>", _paragraph(said("footer")))
    kinds, relations = "", ""
    for kind, (part, content_type, told) in _PARTS.items():
        words = said(kind)
        author = said("author of a comment") if "{author}" in told else ""
        text[part] = told.format(ns=_WORD, p=_paragraph(words), text=words, author=author)
        kinds += f'<Override PartName="/{part}" ContentType="{content_type}"/>'
        relations += f'<Relationship Id="rIdZ{kind}" Type="{_RELATED}/{kind}" Target="{part[5:]}"/>'
    text["docProps/app.xml"] = _before(
        text["docProps/app.xml"], "</Properties>", f"<Company>{said('company')}</Company>"
    )
    text["[Content_Types].xml"] = _before(text["[Content_Types].xml"], "</Types>", kinds)
    rels = "word/_rels/document.xml.rels"
    text[rels] = _before(text[rels], "</Relationships>", relations)
    text["word/document.xml"] = _below(text["word/document.xml"], said)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in (parts | {name: each.encode() for name, each in text.items()}).items():
            package.writestr(name, data)
    return out.getvalue()


def _paragraph(words: str, properties: str = "") -> str:
    return f"<w:p><w:r>{properties}<w:t>{words}</w:t></w:r></w:p>"


def _below(document: str, said: Callable[[str], str]) -> str:
    change = 'w:id="997" w:author="{}" w:date="2026-03-01T10:00:00Z"'.format(said("author of a change"))
    deleted = f"<w:del {change}><w:r><w:delText>{said('deleted')}</w:delText></w:r></w:del>"
    frame = (
        '<w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        f'<wp:docPr id="99" name="Picture" descr="{said("alternative text")}"/></wp:inline></w:drawing></w:r>'
    )
    below = _paragraph(said("below the last table")) + _paragraph(
        said("hidden"), "<w:rPr><w:vanish/></w:rPr>"
    )
    return _before(document, "<w:sectPr", f"{below}<w:p>{deleted}{frame}</w:p>")


def _before(text: str, mark: str, more: str) -> str:
    at = text.rindex(mark)
    return text[:at] + more + text[at:]
