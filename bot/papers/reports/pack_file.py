"""A pack as one file: a zip of documents with the list of their hashes, and what is wrong with one.

The list is as GNU coreutils write and check it, so that whoever has the pack needs nothing of ours to check it.
https://www.gnu.org/software/coreutils/manual/html_node/cksum-output-modes.html
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import BinaryIO

SUMS = "SHA256SUMS"
LARGEST = 4 * 1024**3
"""Bytes of all files of a pack together that are looked at, at most."""

_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")
_UNSAFE = re.compile(r"^[/~]|[\\:\x00-\x1f\x7f]|(^|/)\.\.?(/|$)|//|^$")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)
_CHUNK = 1024 * 1024


def packed(files: Mapping[str, bytes], on: date) -> bytes:
    """The files by their names, with the list of their hashes; the same files give the same bytes."""
    out = io.BytesIO()
    lines = (f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items())
    with zipfile.ZipFile(out, "w") as pack:
        for name, data in {**files, SUMS: "".join(lines).encode()}.items():
            entry = zipfile.ZipInfo(name, (on.year, on.month, on.day, 0, 0, 0))
            entry.external_attr = 0o600 << 16
            pack.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def seal_of(file: BinaryIO) -> str:
    """What tells a pack from every other: the hash of its list of hashes. "" when that cannot be read."""
    try:
        with zipfile.ZipFile(file) as pack:
            return hashlib.sha256(pack.read(SUMS)).hexdigest()
    except (*_BROKEN, KeyError):
        return ""


def pack_faults(file: BinaryIO) -> list[str]:
    """A sentence for every file of a pack that was changed, is missing, was added or renamed, and for every name that
    would be unpacked elsewhere than into its own folder. Nothing is unpacked."""
    try:
        with zipfile.ZipFile(file) as pack:
            return _faults(pack)
    except _BROKEN as fault:
        return [f"This is no pack, or it is damaged: {fault}."]


def _faults(pack: zipfile.ZipFile) -> list[str]:
    entries = [entry for entry in pack.infolist() if not (entry.is_dir() and not entry.file_size)]
    # what stands after a zero byte in a name is left out of it by whoever reads it
    names = [entry.orig_filename.replace("\0", "\\0") for entry in entries]
    found = [
        f"“{name}” is a name that leads out of the folder: do not unpack this pack."
        for name in dict.fromkeys(names)
        if _UNSAFE.search(name)
    ]
    found += [f"“{name}” is in it {n} times." for name, n in Counter(names).items() if n > 1]
    if sum(entry.file_size for entry in entries) > LARGEST:
        return [*found, "It is larger than any pack the bot makes, and was not read."]
    held = {name: _hash(pack, entry) for name, entry in zip(names, entries, strict=True)}
    if not held.get(SUMS):
        return [*found, f"{SUMS}, the list of its files, is missing or cannot be read."]
    listed, odd = _listed(pack.read(SUMS))
    found += [f"{SUMS} has a line that is none of its own: “{line}”." for line in odd]
    del held[SUMS]
    return [*found, *_differences(listed, held)]


def _differences(listed: Mapping[str, str], held: Mapping[str, str]) -> list[str]:
    """What is told against what is there; a file that is there under another name is renamed, not lost and found."""
    found = [f"“{n}” was changed." for n, told in listed.items() if n in held and held[n] != told]
    added = [name for name in held if name not in listed]
    for name in (each for each in listed if each not in held):
        again = next((each for each in added if held[each] == listed[name]), None)
        if again is None:
            found.append(f"“{name}” is missing.")
        else:
            added.remove(again)
            found.append(f"“{name}” was renamed; it is there as “{again}”.")
    return [*found, *(f"“{name}” was added." for name in added)]


def _listed(data: bytes) -> tuple[dict[str, str], list[str]]:
    """Name -> hash, and the lines that are none, or name a file twice or one outside."""
    told: dict[str, str] = {}
    odd = []
    for line in data.decode("utf-8", "replace").split("\n")[: -1 if data.endswith(b"\n") else None]:
        read = _LINE.fullmatch(line)
        if read is None or read[2] in told or read[2] == SUMS or _UNSAFE.search(read[2]):
            odd.append(line)
        else:
            told[read[2]] = read[1]
    return told, odd


def _hash(pack: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str:
    """The hash of a file's content; "" when it cannot be read any more, which is no hash."""
    made = hashlib.sha256()
    try:
        with pack.open(entry) as content:
            while chunk := content.read(_CHUNK):
                made.update(chunk)
    except _BROKEN:
        return ""
    return made.hexdigest()
