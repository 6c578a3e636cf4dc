"""A set of files as one file, so that it is there whole or not at all."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping

LARGEST_SET = 200_000_000
"""Bytes of all files of a set, unpacked."""
MOST_FILES = 500
_PLACE = re.compile(r"(config|mail_templates|docx_templates)/[A-Za-z0-9_]{1,80}\.(toml|md|docx)")
_DAY = (2000, 1, 1, 0, 0, 0)


class NoSet(ValueError):
    """Says in words why a file is no set of ours."""


def packed(files: Mapping[str, bytes]) -> bytes:
    """Place -> content as one file; the same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for place, data in sorted(files.items()):
            package.writestr(zipfile.ZipInfo(place, _DAY), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def unpacked(data: bytes) -> dict[str, bytes]:
    """What `packed` made. Raises NoSet."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            inside = package.infolist()
            if len(inside) > MOST_FILES or sum(each.file_size for each in inside) > LARGEST_SET:
                raise NoSet("it holds far more than a set of files")
            if strange := [each.filename for each in inside if not _PLACE.fullmatch(each.filename)]:
                raise NoSet(f"“{strange[0]}” has no place in it")
            return {each.filename: package.read(each) for each in inside}
    except (zipfile.BadZipFile, zlib.error, LookupError, EOFError, OSError, RuntimeError) as fault:
        raise NoSet(f"it is damaged ({type(fault).__name__})") from fault
