"""What SharePoint does to the bytes of a file: fingerprints them, and writes a library's properties into Word files.

https://learn.microsoft.com/onedrive/developer/code-snippets/quickxorhash
"""

from __future__ import annotations

import base64
import io
import re
import zipfile

_BITS, _SHIFT, _BLOCK = 160, 11, 160
OFFICE = frozenset(
    ["doc", "docx", "docm", "dot", "dotx", "xls", "xlsx", "xlsm", "ppt", "pptx", "pptm", "vsdx", "one"]
)
CONTENT_TYPE = "0x0101009A7B6C5D4E3F2A1B"
ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How a file begins that a sensitivity label has encrypted: a compound file, no ZIP."""


def quick_xor(data: bytes) -> str:
    """QuickXorHash in base64: every byte is rotated 11 bits further than the one before, then the length is added."""
    folded = (
        0  # after 160 bytes the rotation is where it began, so the blocks can be laid over one another first
    )
    for start in range(0, len(data), _BLOCK):
        folded ^= int.from_bytes(data[start : start + _BLOCK].ljust(_BLOCK, b"\0"), "little")
    state = 0
    for n, byte in enumerate(folded.to_bytes(_BLOCK, "little")):
        wide = byte << (n * _SHIFT % _BITS)
        state ^= (wide & (1 << _BITS) - 1) | wide >> _BITS
    state ^= len(data) << (_BITS - 64)
    return base64.b64encode((state & (1 << _BITS) - 1).to_bytes(_BITS // 8, "little")).decode()


def ending(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


_CUSTOM = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"></Properties>'
)
_PART = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"


def promoted(data: bytes) -> bytes:
    """A Word file as a library gives it back: with the id of its content type in docProps/custom.xml.

    Bytes, size and hash change; what is written in the document does not. Anything but a Word file stays as it is.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as given:
            parts = {info.filename: given.read(info) for info in given.infolist()}
    except zipfile.BadZipFile:
        return data
    if "word/document.xml" not in parts or "_rels/.rels" not in parts:
        return data
    custom = parts.get("docProps/custom.xml", b"").decode("utf-8") or _CUSTOM
    if "ContentTypeId" not in custom:
        number = max([1, *(int(n) for n in re.findall(r'pid="(\d+)"', custom))]) + 1
        prefix = found[1] if (found := re.search(r'xmlns:(\w+)="[^"]*/docPropsVTypes"', custom)) else ""
        if prefix:
            entry = (
                f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{number}" name="ContentTypeId">'
                f"<{prefix}:lpwstr>{CONTENT_TYPE}</{prefix}:lpwstr></property>"
            )
            custom = re.sub(r"/>\s*$", "></Properties>", custom) if "</" not in custom else custom
            custom = re.sub(r"</(\w+:)?Properties>\s*$", lambda end: entry + end[0], custom)
    if "docProps/custom.xml" not in parts:
        types, rels = (parts[name].decode("utf-8") for name in ("[Content_Types].xml", "_rels/.rels"))
        override = f'<Override PartName="/docProps/custom.xml" ContentType="{_PART}"/></Types>'
        relation = f'<Relationship Id="rIdSharePoint" Type="{_RELATION}" Target="docProps/custom.xml"/></Relationships>'
        parts["[Content_Types].xml"] = types.replace("</Types>", override).encode()
        parts["_rels/.rels"] = rels.replace("</Relationships>", relation).encode()
    parts["docProps/custom.xml"] = custom.encode()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        for name, part in parts.items():
            out.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def encrypted(data: bytes) -> bytes:
    """What an app downloads of a file its library has encrypted by label: nothing it can read."""
    return ENCRYPTED + bytes(504) + bytes(byte ^ 0x5A for byte in data)
