"""Whatever is not a Word document is refused by its own name, in little time and memory, before it is believed."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator

import pytest
from word_files import DOCX, REF, RELATIONS, TYPES, by_words, document, docx, p, packed, pairs, t

from bot.office.isolated_reader import close, read_safely
from bot.papers.forms.answers import Held, Refused, ReturnedAudit
from bot.papers.forms.intake import admitted, refusal

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
GOOD = by_words(p(t("Good")))


def ole(stream: str) -> bytes:
    return OLE + bytes(600) + stream.encode("utf-16-le") + bytes(600)


def with_parts(**more: str | bytes) -> bytes:
    return docx("", **more)


def of_type(kind: str, **more: str) -> bytes:
    parts = {
        "[Content_Types].xml": TYPES.replace(DOCX, kind),
        "_rels/.rels": RELATIONS,
        "word/document.xml": document(""),
    }
    return packed({**parts, **more})


def outside(kind: str, target: str, mode: str = "External") -> bytes:
    place = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
    return docx(
        pairs(("Audit reference", p(t(REF))), ("Overall grade", p(t("Good")))),
        word___rels__document_dot_xml_dot_rels=(
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r9" Type="{place}" Target="{target}" TargetMode="{mode}"/></Relationships>'
        ),
    )


OTHER_KINDS: dict[str, tuple[bytes, str, str]] = {
    "nothing": (b"", "form.docx", "empty"),
    "too much": (bytes(25_000_001), "form.docx", "limit is 25 MB"),
    "a password": (ole("EncryptedPackage"), "form.docx", "without protection"),
    "rights management": (ole("\x09DRMContent"), "form.doc", "sensitivity label"),
    "the old Word": (ole("WordDocument"), "form.doc", "(.doc)"),
    "an Outlook message": (ole("__substg1.0_0037001F"), "form.msg", "(.msg)"),
    "an old workbook": (ole("Workbook"), "form.xls", "(.xls)"),
    "a PDF": (b"\n%PDF-1.7 ...", "form.docx", "PDF"),
    "RTF": (b"{\\rtf1 Good}", "form.doc", "RTF"),
    "a photograph": (b"\xff\xd8\xff\xe0 x", "form.jpg", "picture"),
    "a telephone's photograph": (b"\x00\x00\x00\x18ftypheic", "form.heic", "picture"),
    "a drawing": (b'<svg xmlns="x"/>', "form.svg", "picture"),
    "a web page": (b"\xef\xbb\xbf<!DOCTYPE HTML><html>", "form.htm", "web page"),
    "a web page called .doc": (b"<html xmlns:o='x'>Good</html>", "form.doc", "saved as .doc"),
    "Word 2003": (b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w/>', "form.xml", "Word 2003"),
    "one XML file": (
        b'<?xml version="1.0"?><pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage"/>',
        "form.xml", "one XML file",
    ),
    "a web archive": (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x", "form.mht", "web archive"
    ),
    "a message": (b"Received: from a\r\nFrom: a@b.example\r\nSubject: x\r\n\r\nGood", "form.eml", "e-mail message"),
    "an archive": (b"7z\xbc\xaf\x27\x1c...", "form.7z", "archive"),
    "an empty zip": (b"PK\x05\x06" + bytes(18), "form.zip", "archive"),
    "a zip": (packed({"form.docx": GOOD}), "form.zip", "zip archive"),
    "OpenDocument": (
        packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}), "form.odt",
        "OpenDocument",
    ),
    "Pages": (packed({"Index/Document.iwa": b"x", "preview.jpg": b"x"}), "form.pages", "Pages"),
    "a shortcut": (b"[InternetShortcut]\r\nURL=https://x.example/form.docx", "form.url", "a link"),
    "Word's own lock file": (b"\x05Ada" + bytes(158), "~$FSP-2026-03-001.docx", "keeps beside an open document"),
    "words": (b"Overall grade: Good", "form.txt", "(.txt)"),
    "macros": (of_type("application/vnd.ms-word.document.macroEnabled.main+xml"), "form.docm", "(.docm)"),
    "macros called .docx": (of_type(DOCX, **{"word/vbaProject.bin": "x"}), "form.docx", "macros"),
    "a template": (
        of_type("application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"), "x.dotx", "(.dotx)"
    ),
    "a template with macros": (
        of_type("application/vnd.ms-word.template.macroEnabledTemplate.main+xml"), "form.dotm", "(.dotm)"
    ),
    "a workbook": (
        of_type("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"), "form.xlsx", "Excel"
    ),
    "a presentation": (
        of_type("application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"), "x.pptx",
        "PowerPoint",
    ),
    "half a file": (GOOD[: len(GOOD) // 2], "form.docx", "damaged"),
}  # fmt: skip


@pytest.mark.parametrize("what", OTHER_KINDS)
def test_every_other_kind_of_file_has_its_own_name_and_what_to_ask_for(what: str) -> None:
    data, name, fragment = OTHER_KINDS[what]
    found = refusal(data, name)
    assert isinstance(found, Refused), found
    assert fragment in found.reason, found.reason
    assert "sk the sender" in found.reason


# ------------------------------------------------------------------------------------------------ built to deceive


def again(change: Callable[[dict[str, bytes]], None], data: bytes = GOOD) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    change(parts)
    return packed(parts)


def with_document(text: bytes) -> bytes:
    return again(lambda parts: parts.update({"word/document.xml": text}))


def lying(data: bytes, declared: int) -> bytes:
    """The first part's length in the directory and in its own header set to something else."""
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(b"PK\x05\x06"))
    changed = bytearray(data)
    offset = struct.unpack_from("<I", changed, at + 42)[0]
    struct.pack_into("<I", changed, at + 24, declared)
    struct.pack_into("<I", changed, offset + 22, declared)
    return bytes(changed)


def flagged(bit: int) -> bytes:
    changed = bytearray(GOOD)
    for magic, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = changed.find(magic)
        struct.pack_into("<H", changed, at + place, struct.unpack_from("<H", changed, at + place)[0] | bit)
    return bytes(changed)


def twice() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("[Content_Types].xml", TYPES)
        package.writestr("_rels/.rels", RELATIONS)
        package.writestr("word/document.xml", document(p(t("Inadequate"))))
        package.writestr("word/Document.xml", document(p(t("Outstanding"))))
    return out.getvalue()


def overlapping() -> bytes:
    """Many entries of the directory on the one part."""
    whole = packed({"a": b"x" * 5000, "[Content_Types].xml": TYPES})
    end = whole.rindex(b"PK\x05\x06")
    start = struct.unpack_from("<I", whole, end + 16)[0]
    entry = whole[start : start + 46 + 1]
    extra = b"".join(entry[:46] + bytes([98 + n]) for n in range(20))
    directory = whole[start:end] + extra
    return whole[:start] + directory + struct.pack(
        "<4sHHHHIIH", b"PK\x05\x06", 0, 0, 22, 22, len(directory), start, 0
    )  # fmt: skip


def disagreeing() -> bytes:
    return GOOD.replace(b"word/document.xml", b"word/documenu.xml", 1)


ANOTHER = RELATIONS.partition('relationships">')[2].partition("</Rel")[0]
ANOTHER = ANOTHER.replace("r1", "r2").replace("document.xml", "other.xml")
TWO_MAIN_PARTS = RELATIONS.replace("</Relationships>", f"{ANOTHER}</Relationships>")
DTD = b'<!DOCTYPE w [<!ENTITY g "Outstanding">]>'
BODY = document(p(t("&g;"))).partition("?>")[2]
DECEIVING: dict[str, tuple[bytes, str]] = {
    "two documents": (twice(), "same name"),
    "a length that lies": (lying(GOOD, 5), "larger than it says"),
    "an encryption flag": (flagged(1), "password"),
    "parts that overlap": (overlapping(), "overlap"),
    "a directory that disagrees": (disagreeing(), "disagree"),
    "something before its beginning": (b"MZ" + GOOD, "before its beginning"),
    "another zip before it": (packed({"a": b"x"}) + GOOD, "before its beginning"),
    "a name that climbs out": (with_parts(**{"..__..__etc__passwd": "x"}), "impossible name"),
    "a name from the root": (with_parts(__etc__passwd="x"), "impossible name"),
    "a name with a backslash": (with_parts(**{"word\\document_dot_xml": "x"}), "name"),
    "too many parts": (with_parts(**{f"p{n}": "" for n in range(2001)}), "parts"),
    "packed like no Word file": (packed({"[Content_Types].xml": TYPES}, method=zipfile.ZIP_BZIP2), "does not use"),
    "a definition": (with_document(b"<?xml version='1.0'?>" + DTD + BODY.encode()), "definitions"),
    "a definition after a remark": (with_document(b"<!-- <w> -->\n" + DTD + BODY.encode()), "definitions"),
    "a definition in UTF-16": (with_document((DTD.decode() + BODY).encode("utf-16")), "definitions"),
    "a definition in UTF-16 without a mark": (with_document((DTD.decode() + BODY).encode("utf-16-be")), "definitions"),
    "a definition in UTF-32": (with_document((DTD.decode() + BODY).encode("utf-32")), "encoding"),
    "a definition in UTF-32 without a mark": (with_document((DTD.decode() + BODY).encode("utf-32-le")), "encoding"),
    "a definition in EBCDIC": (
        with_document(('<?xml version="1.0" encoding="cp037"?>' + DTD.decode() + BODY).encode("cp037")), "encoding"
    ),
    "a definition in UTF-7": (with_document(b"<?xml version='1.0' encoding='UTF-7'?>+ADwAIQ-DOCTYPE w>"), "encoding"),
    "a definition in the types": (
        again(lambda parts: parts.update({"[Content_Types].xml": DTD + TYPES.partition("?>")[2].encode()})),
        "definitions",
    ),
    "a definition in a part nobody reads": (with_parts(word__theme_dot_bin=DTD + b"<x/>"), "definitions"),
    "two main parts": (
        again(
            lambda parts: parts.update({"_rels/.rels": TWO_MAIN_PARTS.encode()})
        ),
        "main part",
    ),
    "no main part": (again(lambda parts: parts.pop("word/document.xml")), "missing"),
}  # fmt: skip


@pytest.mark.parametrize("what", DECEIVING)
def test_a_file_built_to_deceive_is_refused(what: str) -> None:
    data, fragment = DECEIVING[what]
    found = refusal(data, "form.docx")
    assert isinstance(found, Refused), found
    assert fragment in found.reason, found.reason


def test_bytes_after_the_end_do_no_harm() -> None:
    assert refusal(GOOD + b"\r\n\r\n-- \r\nSent by a gateway", "form.docx") is None


def test_a_template_on_the_writers_own_disk_is_nothing_to_speak_of() -> None:
    found = read_safely(
        outside("attachedTemplate", "file:///C:\\Templates\\Normal.dotm"), "form.docx", QUESTIONS
    )
    assert isinstance(found, ReturnedAudit)
    assert not any("template" in p.what for p in found.problems)


@pytest.mark.parametrize("target", ["https://x.example/t.dotm", "\\\\server\\t.dotm", "file://server/t.dotm"])
def test_a_template_from_somewhere_else_is_pointed_out(target: str) -> None:
    found = read_safely(outside("attachedTemplate", target), "form.docx", QUESTIONS)
    assert isinstance(found, ReturnedAudit)
    assert any("fetches its template" in p.what for p in found.problems)


@pytest.mark.parametrize("kind", ["oleObject", "frame", "subDocument", "aFChunk"])
def test_a_form_that_takes_in_another_file_is_held(kind: str) -> None:
    found = refusal(outside(kind, "https://x.example/a"), "form.docx")
    assert isinstance(found, Held)
    assert "another file" in found.reason


def test_a_link_is_only_a_link() -> None:
    assert refusal(outside("hyperlink", "https://x.example/a"), "form.docx") is None


# ---------------------------------------------------------------------------------------------- built to exhaust

QUESTIONS = ""


@pytest.fixture(autouse=True, scope="module")
def _room() -> Iterator[None]:
    from pathlib import Path

    global QUESTIONS
    QUESTIONS = (Path(__file__).parents[2] / "config" / "audit_tool.toml").read_text(encoding="utf-8")
    yield
    close()


def deflated(size: int, fill: bytes = b"A", head: bytes = b"", tail: bytes = b"") -> tuple[bytes, int, int]:
    """Raw deflate of head + fill * n + tail without ever holding it, its length and its checksum."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = fill * (1_000_000 // len(fill))
    pieces, check, length = [packer.compress(head)], zlib.crc32(head), len(head)
    while length < size:
        pieces.append(packer.compress(block))
        check, length = zlib.crc32(block, check), length + len(block)
    pieces += [packer.compress(tail), packer.flush()]
    return b"".join(pieces), length + len(tail), zlib.crc32(tail, check)


def zipped(entries: list[tuple[str, bytes, int, int]], declared: int | None = None) -> bytes:
    """A zip of parts already deflated: (name, bytes, length, checksum)."""
    out, directory = bytearray(), bytearray()
    for name, raw, length, check in entries:
        said = length if declared is None or not name.endswith("big") else declared
        offset = len(out)
        common = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, check, len(raw), said, len(name), 0)
        out += b"PK\x03\x04" + common + name.encode() + raw
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + common
        directory += struct.pack("<HHHII", 0, 0, 0, 0, offset) + name.encode()
    start = len(out)
    return bytes(out + directory) + struct.pack(
        "<4sHHHHIIH", b"PK\x05\x06", 0, 0, len(entries), len(entries), len(directory), start, 0
    )  # fmt: skip


def part(name: str, text: str | bytes) -> tuple[str, bytes, int, int]:
    data = text.encode() if isinstance(text, str) else text
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return name, packer.compress(data) + packer.flush(), len(data), zlib.crc32(data)


HEAD, _, TAIL = document("<w:p>@</w:p>").partition("@")
LISTS = [part("[Content_Types].xml", TYPES), part("_rels/.rels", RELATIONS)]
SOUND = [*LISTS, part("word/document.xml", document(p(t("Good"))))]


def exhausting() -> dict[str, bytes]:
    text = deflated(1_000_000_000, b"A", (HEAD + "<w:r><w:t>").encode(), ("</w:t></w:r>" + TAIL).encode())
    paragraphs = deflated(100_000_000, b"<w:p><w:r><w:t>a</w:t></w:r></w:p>", HEAD.encode(), TAIL.encode())
    image = deflated(2_000_000_000, b"\x00")
    ten = deflated(10_000_000, b"\x00")
    deep = "<w:sdt><w:sdtContent>" * 100_000
    return {
        "one text of a thousand megabytes": zipped([*LISTS, ("word/document.xml", *text)]),
        "a hundred megabytes of small paragraphs": zipped([*LISTS, ("word/document.xml", *paragraphs)]),
        "an image of two thousand megabytes": zipped([*SOUND, ("word/media/big", *image)]),
        "the same image, said to be small": zipped([*SOUND, ("word/media/big", *image)], declared=5_000),
        "four hundred parts of ten megabytes": zipped([*SOUND, *((f"x/{n}", *ten) for n in range(400))]),
        "a hundred thousand levels": docx(deep),
        "a row of fifty million columns": docx(
            "<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='50000000'/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>"
        ),
        "a table of twenty thousand rows": docx("<w:tbl>" + "<w:tr><w:tc><w:p/></w:tc></w:tr>" * 20_000 + "</w:tbl>"),
        "billion laughs": with_document(
            b'<!DOCTYPE w [<!ENTITY a "ha">' + b"".join(
                b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
            ) + b"]>" + BODY.encode()
        ),
        "a file of this machine": with_document(
            b'<!DOCTYPE w [<!ENTITY g SYSTEM "file:///etc/passwd">]>' + BODY.encode()
        ),
        "an attribute of twenty megabytes": docx(f'<w:p w:x="{"a" * 20_000_000}"/>'),
    }  # fmt: skip


def test_files_built_to_exhaust_are_turned_away_in_little_time_and_memory() -> None:
    import resource
    import time

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    files = exhausting()
    made = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for what, data in files.items():
        begun = time.perf_counter()
        found = admitted(data, "form.docx")
        took = time.perf_counter() - begun
        assert took < 3, (what, took)
        read_back = read_safely(data, "form.docx", QUESTIONS)
        assert isinstance(read_back, Refused | Held), (what, read_back)
        assert isinstance(found, Refused) == isinstance(read_back, Refused), (what, found, read_back)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - max(before, made)) / 1024
    assert grown < 300, f"{grown} MB"
    assert isinstance(read_safely(GOOD, "form.docx", QUESTIONS), ReturnedAudit)


def test_a_sound_form_is_read_after_a_hundred_hostile_ones_in_a_row() -> None:
    for n in range(100):
        assert not isinstance(
            read_safely(GOOD[: len(GOOD) - n * 9 - 1], "form.docx", QUESTIONS), ReturnedAudit
        )
    assert isinstance(read_safely(GOOD, "form.docx", QUESTIONS), ReturnedAudit)
