"""The guard at the door: what a file is, before anything in it is believed.

Every file that is not a Word document gets a reason of its own and what to ask its sender for. The limits leave an
ordinary form room to spare: one with pictures unpacks to a few megabytes. Looked at in this order: size, first bytes,
the zip's own directory, every part unpacked piece by piece, definitions, content types, relationships.

Bytes after the end of the zip are let be when its directory is whole: some mail gateways add them and no program reads
them. Bytes before it are not: there two programs may see two documents.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from lxml import etree

from bot.papers.forms.answers import Held, Refused
from bot.papers.word.xml import as_utf8, parsed
from bot.programme.file_names import ending_of

LARGEST_FILE = 25_000_000
MOST_PARTS = 2_000
LARGEST_PART = 60_000_000
LARGEST_XML = 40_000_000
LARGEST_WHOLE = 150_000_000
LARGEST_LIST = 1_000_000
"""Bytes of the content types or of one list of relationships."""

HIGHEST_RATIO = 200
RATIO_FROM = 1_000_000
MOST_ELEMENTS = 1_500_000
CHUNK = 256 * 1024
SLICE = 64 * 1024
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"

AGAIN = "Ask the sender for the form as a Word document (.docx)."
UNPROTECTED = "Ask the sender for a copy without protection, or open it by hand."
ODD = f"The file is not built like a Word document: {{}}. {AGAIN}"

_TYPES, _RELATIONS = "[Content_Types].xml", "_rels/.rels"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"<svg")
_ARCHIVES = (b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\x1f\x8b", b"BZh")
_OTHER_KINDS = (  # of the main part's content type, and what is said of it
    ("document.macroenabled", "It is a Word document with macros (.docm)."),
    ("template.macroenabled", "It is a Word template with macros (.dotm)."),
    ("wordprocessingml.template", "It is a Word template (.dotx)."),
    ("macroenabled", "It is an Office file with macros."),
    ("spreadsheetml", "It is an Excel workbook."),
    ("presentationml", "It is a PowerPoint presentation."),
    ("visio", "It is a Visio drawing."),
)
_TAKES_IN = ("oleobject", "frame", "subdocument", "afchunk", "package", "control", "attachedtoolbars")
"""Kinds of relationship by which another file becomes part of the document."""

_ENCODINGS = (b"utf-8", b"utf8", b"us-ascii", b"ascii", b"utf-16", b"iso-8859-1", b"windows-1252")
_DECLARATION = re.compile(rb"<\?xml\b[^>]*?encoding\s*=\s*[\"']([^\"']*)[\"'][^>]*\?>")
_BEGINS_PLAINLY = re.compile(
    rb"(?:<\?xml version=[\"']1\.0[\"'] encoding=[\"'](?i:utf-8)[\"'](?: standalone=[\"'](?:yes|no)[\"'])?\s*\?>)?"
    rb"\s*<[A-Za-z]"
)
"""As Word itself writes every part: nothing before the first element but an ordinary declaration."""

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_HEADERS = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]*:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)+")


@dataclass(frozen=True, slots=True)
class Admitted:
    """A Word document that may be read: its XML parts by name, the name of the main one, and what to know of it."""

    parts: Mapping[str, bytes]
    main: str
    notes: tuple[str, ...] = ()


class _Turned(Exception):
    """Ends the look at a file; the text is the reason."""


def refusal(data: bytes, name: str) -> Refused | Held | None:
    """Why a file may not be opened, or None. `name` is only used to tell kinds apart that begin alike."""
    found = admitted(data, name)
    return None if isinstance(found, Admitted) else found


def admitted(data: bytes, name: str) -> Admitted | Refused | Held:
    """A file's parts, or why it may not be opened."""
    if not data:
        return Refused(f"The file is empty. {AGAIN}")
    if len(data) > LARGEST_FILE:
        return Refused(
            f"The file has {len(data) / 1e6:.0f} MB; the limit is {LARGEST_FILE / 1e6:.0f} MB. {AGAIN}"
        )
    if posixpath.basename(name).startswith("~$"):
        return Refused(
            f"It is the small file Word keeps beside an open document, not the document itself. {AGAIN}"
        )
    if not data.startswith(b"PK\x03\x04"):
        return Refused(_not_a_zip(data, name))
    try:
        return _document(data)
    except _Turned as turned:
        return Refused(str(turned))
    except _TakesIn as taken:
        return Held(str(taken))
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        etree.XMLSyntaxError,
        ValueError,
        EOFError,
        OSError,
    ):
        return Refused(f"The file is damaged and cannot be unpacked. {AGAIN}")
    except MemoryError:
        raise
    except Exception as fault:
        return Refused(f"The file cannot be unpacked ({type(fault).__name__}). {AGAIN}")


# ------------------------------------------------------------------------------------------------- other kinds


def _not_a_zip(data: bytes, name: str) -> str:
    """What a file that is no zip is, from its first bytes, and what to ask for."""
    ending = ending_of(name).removeprefix(".")
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    text = (
        data[:4096].decode("utf-16", "replace").encode() if data[:2] in (b"\xff\xfe", b"\xfe\xff") else head
    ).lower()
    if data.startswith(_OLE):
        return _ole(data)
    if b"%PDF" in data[:1024]:
        return f"It is a PDF, in which no answer can be read for certain. {AGAIN}"
    if head.startswith(b"{\\rtf"):
        return f"It is an RTF file. {AGAIN}"
    if (
        head.startswith(_PICTURES)
        or data[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif")
        or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")
    ):
        return f"It is a picture. {AGAIN}"
    if head.startswith(_ARCHIVES) or data.startswith(b"PK\x05\x06"):
        return f"It is an archive, and archives are never opened. {AGAIN}"
    if b"[internetshortcut]" in text or data.startswith(b"L\x00\x00\x00\x01\x14\x02\x00"):
        return f"It is a link to a file, not the file. {AGAIN}"
    if (b"mso-application" in text and b"word.document" in text) or b"office/word/2003/wordml" in text:
        return f"It is in the XML format of Word 2003. {AGAIN}"
    if b"schemas.microsoft.com/office/2006/xmlpackage" in text:
        return f"It is a Word document saved as one XML file. {AGAIN}"
    if b"office:document" in text and b"<?xml" in text:
        return f"It is an OpenDocument file. {AGAIN}"
    if text.startswith((b"<html", b"<!doctype html")) or (
        text.startswith((b"<?xml", b"<!--")) and b"<html" in text
    ):
        saved = f" saved as .{ending}" if ending in ("doc", "docx") else ""
        return f"It is a web page{saved}. {AGAIN}"
    if looks_like_a_message(data):
        if b"multipart/related" in text and (b"received:" not in text or ending in ("mht", "mhtml")):
            return f"It is a web archive (MHT). {AGAIN}"
        return f"It is an e-mail message. {AGAIN}"
    at = data.find(b"PK\x03\x04")
    if at > 0 and zipfile.is_zipfile(io.BytesIO(data)):
        return ODD.format("there is something before its beginning")
    kind = f".{ending}" if ending else "no known ending"
    return f"It is not a Word document ({kind}). {AGAIN}"


def _ole(data: bytes) -> str:
    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if holds("EncryptedPackage") or holds("DRMContent"):
        return f"The file is protected by a password or an encrypting sensitivity label. {UNPROTECTED}"
    for stream, kind in (
        ("__substg1.0", "It is an Outlook message (.msg)."),
        ("WordDocument", "It is in the old Word format (.doc)."),
        ("Workbook", "It is an old Excel workbook (.xls)."),
        ("PowerPoint Document", "It is an old PowerPoint presentation (.ppt)."),
    ):
        if holds(stream):
            return f"{kind} {AGAIN}"
    return f"It is an old Office file. {AGAIN}"


def looks_like_a_message(data: bytes) -> bool:
    """Whether a file begins with the headers of an e-mail message."""
    found = _HEADERS.match(data[:20_000].lstrip())
    if found is None:
        return False
    headers = found[0].lower()
    known = (
        b"mime-version:",
        b"from:",
        b"subject:",
        b"message-id:",
        b"received:",
        b"date:",
        b"content-type:",
    )
    return sum(name in headers for name in known) >= 2


# ------------------------------------------------------------------------------------------------------ the zip


def _document(data: bytes) -> Admitted:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        infos = package.infolist()
        start_of_directory = package.start_dir
    names = {info.filename for info in infos}
    if _TYPES not in names:
        raise _Turned(_other_zip(names))
    begins = _directory(data, infos, start_of_directory)
    parts: dict[str, bytes] = {}
    whole = 0
    for info in infos:
        if info.is_dir():
            continue
        text = _unpacked(data, info, begins[info.filename], LARGEST_WHOLE - whole)
        whole += info.file_size
        if text is not None:
            parts[info.filename] = text
    main = _main_part(parts)
    _kind(parts[_TYPES], main, names)
    if main not in parts:
        raise _Turned(ODD.format("its main part is missing"))
    if len(parts[main]) > RATIO_FROM and parts[main].count(b"<") > 2 * MOST_ELEMENTS:
        raise _Turned(f"The file holds far more than a form does. {AGAIN}")
    return Admitted(parts, main, tuple(_relations(parts)))


def _other_zip(names: set[str]) -> str:
    lower = {name.casefold() for name in names}
    if "mimetype" in lower and ("content.xml" in lower or "meta-inf/manifest.xml" in lower):
        return f"It is an OpenDocument file. {AGAIN}"
    if any(name.endswith(".iwa") or name in ("index.zip", "index.apxl", "index.xml.gz") for name in lower):
        return f"It is a Pages document. {AGAIN}"
    return f"It is a zip archive, and archives are never opened. {AGAIN}"


def _directory(data: bytes, infos: list[zipfile.ZipInfo], start_of_directory: int) -> dict[str, int]:
    """Where the bytes of each part begin. The directory agrees with itself and with the parts it lists."""
    if len(infos) > MOST_PARTS:
        raise _Turned(ODD.format(f"it has {len(infos)} parts"))
    if len({unquote(info.filename).replace("\\", "/").casefold() for info in infos}) != len(infos):
        raise _Turned(ODD.format("two of its parts have the same name"))
    if infos and min(info.header_offset for info in infos) != 0:
        raise _Turned(ODD.format("there is something before its beginning"))
    begins: dict[str, int] = {}
    end = 0
    for info in sorted(infos, key=lambda i: i.header_offset):
        if _odd(info.filename):
            raise _Turned(ODD.format("one of its parts has an impossible name"))
        if info.flag_bits & 0x41:
            raise _Turned(f"The file is protected by a password. {UNPROTECTED}")
        if info.compress_type not in (0, 8):
            raise _Turned(ODD.format("a part is packed in a way Word does not use"))
        if info.header_offset < end:
            raise _Turned(ODD.format("its parts overlap"))
        begin, name = _begin(data, info)
        encoding = "ascii" if name.isascii() else "utf-8" if info.flag_bits & 0x800 else "cp437"
        if name.decode(encoding, "replace") != info.orig_filename:
            raise _Turned(ODD.format("its directory and its parts disagree"))
        begins[info.filename] = begin
        end = begin + info.compress_size
        if end > start_of_directory:
            raise _Turned(ODD.format("its parts overlap"))
    return begins


def _begin(data: bytes, info: zipfile.ZipInfo) -> tuple[int, bytes]:
    """Where the bytes of a part begin, and the name it gives itself."""
    magic, _, flags, method, *_, name_length, extra_length = _LOCAL.unpack_from(data, info.header_offset)
    if magic != b"PK\x03\x04" or method != info.compress_type or flags & 0x41:
        raise _Turned(ODD.format("its directory and its parts disagree"))
    begin = info.header_offset + _LOCAL.size
    return begin + name_length + extra_length, data[begin : begin + name_length]


def _odd(name: str) -> bool:
    return (
        name.startswith("/") or "\\" in name or "\x00" in name or ":" in name or "//" in name
        or any(step in (".", "..") for step in name.split("/"))
    )  # fmt: skip


def _unpacked(data: bytes, info: zipfile.ZipInfo, begin: int, left: int) -> bytes | None:
    """A part unpacked piece by piece within the limits; its bytes when it is XML, None when it is anything else.

    What a part says of its size is not believed: it is held against what comes out.
    """
    named = info.filename.casefold().endswith((".xml", ".rels"))
    most = min(LARGEST_XML if named else LARGEST_PART, left)
    packed = memoryview(data)[begin : begin + info.compress_size]
    unpacker = zlib.decompressobj(-15) if info.compress_type else None
    kept: list[bytes] = []
    size = check = 0
    xml = named
    for at in range(0, len(packed), SLICE):
        rest: bytes | memoryview = packed[at : at + SLICE]
        while len(rest):
            piece = bytes(rest) if unpacker is None else unpacker.decompress(rest, CHUNK)
            rest = b"" if unpacker is None else unpacker.unconsumed_tail
            if not size and piece:
                xml = named or piece.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith(b"<")
            size += len(piece)
            check = zlib.crc32(piece, check)
            if size > most or (size > RATIO_FROM and size > HIGHEST_RATIO * max(1, info.compress_size)):
                raise _Turned(f"The file unpacks to far more than a form holds. {AGAIN}")
            if size > info.file_size:
                raise _Turned(ODD.format("a part is larger than it says"))
            if xml:
                kept.append(piece)
    if size != info.file_size or check != info.CRC or (unpacker is not None and not unpacker.eof):
        raise zipfile.BadZipFile
    if not xml:
        return None
    text = kept[0] if len(kept) == 1 else b"".join(kept)
    if named or text:
        _no_definitions(text)
    return text


def _no_definitions(text: bytes) -> None:
    """A document type, and with it every entity, can only stand before the first element: nothing else is let in.

    An encoding in which it might not be recognised is no encoding of a Word document.
    """
    if _BEGINS_PLAINLY.match(text):
        return
    if text[:4] in (b"\x00\x00\xfe\xff", b"\xff\xfe\x00\x00", b"<\x00\x00\x00", b"\x00\x00\x00<"):
        raise _Turned(ODD.format("a part is in an encoding that Word does not use"))
    head = as_utf8(text[:8192] if len(text) > 8192 else text).removeprefix(b"\xef\xbb\xbf").lstrip()
    if head and not head.startswith(b"<"):
        raise _Turned(ODD.format("a part is in an encoding that Word does not use"))
    declared = _DECLARATION.match(text.removeprefix(b"\xef\xbb\xbf")[:400])
    if declared and declared[1].lower() not in _ENCODINGS:
        raise _Turned(ODD.format("a part is in an encoding that Word does not use"))
    while True:
        head = head.lstrip()
        if head.startswith((b"<?", b"<!--")):
            end = head.find(b"?>" if head[1:2] == b"?" else b"-->")
            if end < 0:
                raise _Turned(ODD.format("a part begins with nothing but remarks"))
            head = head[end + (2 if head[1:2] == b"?" else 3) :]
        elif head.startswith(b"<!"):
            raise _Turned(f"The file carries definitions that no Word document needs. {AGAIN}")
        else:
            return


# ---------------------------------------------------------------------------------------------- what it holds


def _list(text: bytes) -> etree._Element:
    if len(text) > LARGEST_LIST:
        raise _Turned(ODD.format("its list of parts is far too long"))
    return parsed(as_utf8(text))


def _main_part(parts: Mapping[str, bytes]) -> str:
    if _RELATIONS not in parts:
        raise _Turned(ODD.format("it does not say which part is the document"))
    found = [
        posixpath.normpath(str(each.get("Target", "")).lstrip("/"))
        for each in _list(parts[_RELATIONS])
        if str(each.get("Type", "")).endswith("/officeDocument") and each.get("TargetMode") != "External"
    ]
    if len(found) != 1:
        raise _Turned(ODD.format(f"it names {len(found)} documents as its main part"))
    return found[0]


def _kind(types: bytes, main: str, names: set[str]) -> None:
    """The main part is a Word document and nothing that only resembles one."""
    listed = _list(types)
    said = _said_of("PartName", main.casefold(), listed)
    if not said:
        said = _said_of("Extension", main.rpartition(".")[2].casefold(), listed)
    if said == {DOCX}:
        if any(name.casefold().endswith("vbaproject.bin") for name in names):
            raise _Turned(f"It is a Word document with macros. {AGAIN}")
        return
    kinds = " ".join(said).casefold()
    for mark, kind in _OTHER_KINDS:
        if mark in kinds:
            raise _Turned(f"{kind} {AGAIN}")
    raise _Turned(f"It is an Office file of another kind. {AGAIN}")


def _said_of(attribute: str, name: str, listed: etree._Element) -> set[str]:
    """The content types of a part or of an ending."""
    return {
        str(each.get("ContentType", ""))
        for each in listed
        if str(each.get(attribute, "")).lstrip("/").casefold() == name
    }


class _TakesIn(Exception):
    """The document takes in another file; the text is the reason why a person must look."""


def _relations(parts: Mapping[str, bytes]) -> list[str]:
    """What the document draws on from outside. A link is harmless; a file that becomes part of it is not."""
    notes = []
    for name, text in parts.items():
        if not name.casefold().endswith(".rels"):
            continue
        plain = as_utf8(text)
        if b"External" not in plain and b"aFChunk" not in plain:
            continue
        for each in _list(text):
            kind = str(each.get("Type", "")).rpartition("/")[2].casefold()
            outside = str(each.get("TargetMode", "")).casefold() == "external"
            target = str(each.get("Target", ""))
            if kind in _TAKES_IN and (outside or kind == "afchunk"):
                raise _TakesIn(
                    "Part of the form is another file that is taken in when it is opened, so what it says is not all "
                    f"in it. {AGAIN}"
                )
            if (
                outside
                and kind == "attachedtemplate"
                and re.match(r"(?i)(https?|ftp|file://[^/]|\\\\)", target)
            ):
                notes.append(
                    "it fetches its template from another address when it is opened: leave Protected View on."
                )
    return notes
