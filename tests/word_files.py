"""Word files written by hand for the tests: XML in, DOCX out, with none of the bot's own code."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
NAMES = (
    f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:later="urn:not-known-yet"'
)
TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{DOCX}"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
REF = "FSP-2026-03-001"


def document(body: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><w:document {NAMES}><w:body>{body}</w:body></w:document>'


def packed(parts: Mapping[str, str | bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return out.getvalue()


def docx(body: str, **parts: str | bytes) -> bytes:
    """A Word file with this body. Further parts by name, "__" for a slash and "_dot_" for the dot."""
    more = {name.replace("__", "/").replace("_dot_", "."): text for name, text in parts.items()}
    return packed(
        {"[Content_Types].xml": TYPES, "_rels/.rels": RELATIONS, "word/document.xml": document(body), **more}
    )


def t(text: str, properties: str = "") -> str:
    """A run of text."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def p(content: str = "", properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{content}</w:p>"


def tc(content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def table(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


def sdt(tag: str, content: str, properties: str = "") -> str:
    return f'<w:sdt><w:sdtPr><w:tag w:val="{tag}"/>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>'


def ins(content: str) -> str:
    return f'<w:ins w:id="1" w:author="A" w:date="2026-03-01T00:00:00Z">{content}</w:ins>'


def gone(text: str) -> str:
    return f'<w:del w:id="2" w:author="A"><w:r><w:delText>{text}</w:delText></w:r></w:del>'


def pairs(*questions: tuple[str, str]) -> str:
    """A table of words and answers; an answer is the content of its cell."""
    return table(*(tr(tc(p(t(words))), tc(answer)) for words, answer in questions))


def by_words(grade_cell: str, **more: str) -> bytes:
    """A form without controls whose grade's cell holds this."""
    rows = [("Audit reference", p(t(REF))), ("Overall grade", grade_cell)]
    return docx(pairs(*rows, *more.items()))


def by_control(control: str, before: str = "", after: str = "") -> bytes:
    """A form whose reference is in a control and whose grade's cell holds this control."""
    cell = control if control.startswith("<w:p") else p(before + control + after)
    return docx(pairs(("Audit reference", p(sdt("audit_ref", t(REF)))), ("Overall grade", cell)))
