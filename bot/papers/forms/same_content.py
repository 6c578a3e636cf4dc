"""Whether two Word files say the same, although a document library has written its own properties into one of them.

SharePoint changes a Word file when it is uploaded: the columns of the library become properties of the document.
"""

from __future__ import annotations

import hashlib
import io
import zipfile

from lxml import etree

from bot.papers.forms.intake import Admitted, admitted
from bot.papers.word.xml import parsed

_OF_THE_LIBRARY = ("docprops/", "customxml/", "[content_types].xml", "_rels/")


def content_sha256(data: bytes) -> str:
    """The hash of everything in a Word file that its reader can see; of the bytes of any other file."""
    found = admitted(data, "")
    if not isinstance(found, Admitted):
        return hashlib.sha256(data).hexdigest()
    whole = hashlib.sha256()
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        for name in sorted(file.namelist()):
            if name.casefold().startswith(_OF_THE_LIBRARY) or name.endswith("/"):
                continue
            if name.endswith(".rels"):
                part = _relations(file.read(name))
            elif name in found.parts:
                part = etree.tostring(parsed(found.parts[name]), method="c14n")
            else:
                part = file.read(name)
            whole.update(f"{name}\x00{len(part)}\x00".encode() + part)
    return whole.hexdigest()


def _relations(data: bytes) -> bytes:
    """What a part refers to, in one order, without the library's own properties."""
    each = sorted(
        "\x1f".join(relation.get(key, "") for key in ("Id", "Type", "Target", "TargetMode"))
        for relation in parsed(data)
        if not relation.get("Type", "").endswith("/customXml")
    )
    return "\x1e".join(each).encode()
