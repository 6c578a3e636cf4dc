"""The guard at the door: what a file is, before anything in it is believed.

Every file that is not a Word document gets a reason of its own and what to ask its sender for. The limits leave an
ordinary form room to spare: one with pictures unpacks to a few megabytes.
"""

from __future__ import annotations

import io
import zipfile

from bot.papers.answers import Refused

LARGEST_FILE = 25_000_000
MOST_PARTS = 2_000
LARGEST_PART = 60_000_000
LARGEST_XML = 40_000_000
LARGEST_WHOLE = 150_000_000
HIGHEST_RATIO = 200
RATIO_FROM = 1_000_000
CHUNK = 64 * 1024
DOCX = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_AGAIN = "Ask the sender for the form as a Word document (.docx)."
_KINDS = (
    (b"%PDF", "It is a PDF, in which no answer can be read for certain."),
    (b"{\\rtf", "It is an RTF file."),
    (b"\x89PNG", "It is a picture."),
    (b"\xff\xd8\xff", "It is a picture."),
    (b"GIF8", "It is a picture."),
    (b"<html", "It is a web page."),
    (b"<!DOCTYPE html", "It is a web page."),
)


def refusal(data: bytes, name: str) -> Refused | None:
    """Why a file may not be opened, or None. `name` is only used to tell kinds apart that begin alike."""
    if not data:
        return Refused(f"The file is empty. {_AGAIN}")
    if len(data) > LARGEST_FILE:
        return Refused(
            f"The file has {len(data) / 1e6:.0f} MB; the limit is {LARGEST_FILE / 1e6:.0f} MB. {_AGAIN}"
        )
    if data.startswith(_OLE):
        return Refused(_ole(data))
    for magic, kind in _KINDS:
        if data[:20].lstrip().startswith(magic):
            return Refused(f"{kind} {_AGAIN}")
    if not data.startswith(b"PK\x03\x04"):
        return Refused(f"It is not a Word document ({_ending(name)}). {_AGAIN}")
    try:
        return _zip(data)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, ValueError, EOFError, OSError):
        return Refused(f"The file is damaged and cannot be unpacked. {_AGAIN}")
    except Exception as fault:
        return Refused(f"The file cannot be unpacked ({type(fault).__name__}). {_AGAIN}")


def _ole(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return (
            "The file is protected by a password or an encrypting sensitivity label. Ask the sender for a copy "
            "without protection, or open it by hand."
        )
    if "WordDocument".encode("utf-16-le") in data:
        return f"It is in the old Word format (.doc). {_AGAIN}"
    if "__substg1.0".encode("utf-16-le") in data:
        return f"It is an Outlook message. {_AGAIN}"
    return f"It is an old Office file. {_AGAIN}"


def _ending(name: str) -> str:
    _, dot, ending = name.rpartition(".")
    return f".{ending.lower()[:10]}" if dot else "no known ending"


def _zip(data: bytes) -> Refused | None:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        infos = package.infolist()
        names = [info.filename.casefold() for info in infos]
        if "[content_types].xml" not in names:
            kind = "an OpenDocument file" if "mimetype" in names else "a zip archive"
            return Refused(f"It is {kind}. {_AGAIN}")
        if len(infos) > MOST_PARTS or len(set(names)) != len(names):
            return Refused(f"The file is not built like a Word document. {_AGAIN}")
        if any(
            info.flag_bits & 1 or info.compress_type not in (0, 8) or _odd(info.filename) for info in infos
        ):
            return Refused(f"The file is not built like a Word document. {_AGAIN}")
        if _overlapping(infos):
            return Refused(f"The file is not built like a Word document. {_AGAIN}")
        whole = 0
        types = b""
        for info in infos:
            size, text = _unpacked(package, info)
            whole += size
            if size < 0 or whole > LARGEST_WHOLE:
                return Refused(f"The file unpacks to far more than a form holds. {_AGAIN}")
            if text is not None and (b"<!DOCTYPE" in text or b"<!ENTITY" in text):
                return Refused(f"The file carries definitions that no Word document needs. {_AGAIN}")
            if info.filename.casefold() == "[content_types].xml":
                types = text or b""
    if b"macroEnabled" in types:
        return Refused(f"It is a Word document with macros. {_AGAIN}")
    if DOCX not in types:
        return Refused(f"It is an Office file of another kind. {_AGAIN}")
    return None


def _odd(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in name.split("/") or "\x00" in name or ":" in name


def _overlapping(infos: list[zipfile.ZipInfo]) -> bool:
    ends = 0
    for info in sorted(infos, key=lambda i: i.header_offset):
        if info.header_offset < ends:
            return True
        ends = info.header_offset + 30 + info.compress_size
    return False


def _unpacked(package: zipfile.ZipFile, info: zipfile.ZipInfo) -> tuple[int, bytes | None]:
    """The true length of a part, unpacked piece by piece; -1 when it passes a limit. XML parts' first text too."""
    xml = info.filename.casefold().endswith((".xml", ".rels"))
    most = LARGEST_XML if xml else LARGEST_PART
    size = 0
    kept: list[bytes] = []
    with package.open(info) as part:
        while piece := part.read(CHUNK):
            size += len(piece)
            if size > most or (size > RATIO_FROM and size > HIGHEST_RATIO * max(1, info.compress_size)):
                return -1, None
            if xml:
                kept.append(piece)
    text = b"".join(kept) if xml else None
    if text and text[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = text.decode("utf-16", "replace").encode()
    return size, text
