"""The search for canaries in any bytes: Word and Excel files and what is packed in them, pages, letters, text.

Nothing is passed over in silence: what cannot be looked into is an error.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import io
import quopri
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape
from urllib.parse import unquote

from reports.recount.canaries import DIGITS, LETTERS, SINGS, YEAR, Canaries

WORD = re.compile(rf"{SINGS}[a-z]{{0,{LETTERS - len(SINGS)}}}", re.I)
NUMBER = re.compile(rf"(?<![0-9a-fA-F])(?:0?7)?({DIGITS}\d*|{'[ -]?'.join(DIGITS)}(?:[ -]?\d){{5,6}})")
INITIALS = re.compile(r"\b(?:Z\.? ?Z\.|X\. ?[A-Z]\. ?[A-Z]\.)")
POSTCODE = re.compile(r"\bZQ\d\d? ?\d[A-Z]{2}\b")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_MONTH = rf"(?P<word>{'|'.join(_MONTHS)})[a-z]*"
_IN = rf"(?:{YEAR}|'?{YEAR % 100:02})(?!\d)"
BIRTHS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<![\d.])(?P<day>\d\d?)(?P<between>[./-])(?P<month>\d\d?)(?P=between){_IN}",
        rf"(?<!\d)(?P<day>\d\d?)(?:st|nd|rd|th)?(?: of)? {_MONTH} {_IN}",
        rf"\b{_MONTH} (?P<day>\d\d?),? {_IN}",
        rf"(?<!\d){YEAR}(?P<between>[./-]?)(?P<month>\d\d)(?P=between)(?P<day>\d\d)(?!\d)",
        rf"(?<![\w.#-])(?<!\d )(?P<day>[0-3]\d)(?P<month>[01]\d)(?:{YEAR}|{YEAR % 100:02})(?![\w-]|\.\w)",
    )
)
"""A day of that year, as people write it."""
THE_YEAR = re.compile(rf"(?<![0-9A-Za-z]){YEAR}(?![0-9A-Za-z])")
SERIAL = re.compile(rb"<v>(39(?:8[1-9]|9\d)\d|40(?:0\d\d|1[0-7]\d))(?:\.0)?</v>")
"""Days of that year, as Excel counts them."""
HIDDEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
PACKED = re.compile(rb"(?:[A-Za-z0-9+/_-]{4}[\r\n]*){8,}[A-Za-z0-9+/_=-]*")
CLOSED = {
    b"%PDF-": "a PDF",
    b"\xd0\xcf\x11\xe0": "an old or encrypted Office file",
    b"7z\xbc\xaf": "a 7z archive",
}
DEEPEST = 6


class CannotLook(ValueError):
    """Something in which a canary could sit unheard."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A canary, or a piece of one, and where: the file, the part in it, the part in that."""

    where: str
    word: str

    def __str__(self) -> str:
        return f"{self.word} in {self.where}"


def singing(data: bytes | str, called: str = "", _depth: int = 0) -> list[Sighting]:
    """Every canary in a file, a page, a letter or a text, each once a place; in its name too."""
    found = [Sighting(f"the name {called}", word) for word in _in_text(called)]
    if isinstance(data, str):
        data = data.encode()
    found += [Sighting(called or "the text", word) for word in dict.fromkeys(_in_bytes(data))]
    if _depth > DEEPEST:
        raise CannotLook(f"{called}: packed too deep")
    for name, inner in _inside(data, called):
        found += singing(inner, f"{called}/{name}", _depth + 1)
    return list(dict.fromkeys(found))


def fields(sightings: Iterable[Sighting], canaries: Canaries) -> dict[str, str]:
    """From which field what was seen came: the word -> the field; "?" where it is a piece of a word."""
    return {seen.word: canaries.where.get(seen.word.casefold(), "?") for seen in sightings}


def _in_text(text: str) -> Iterator[str]:
    yield from WORD.findall(text)
    yield from (re.sub("[ -]", "", number) for number in NUMBER.findall(text))
    yield from (each.replace(" ", "") for pattern in (INITIALS, POSTCODE) for each in pattern.findall(text))
    yield from _days_in(text)


def _days_in(text: str) -> Iterator[str]:
    """Each day of that year as 2009-03-14; the year alone where no day can be read."""
    days = [day for pattern in BIRTHS for found in pattern.finditer(text) if (day := _day(found))]
    yield from days
    if not days:
        yield from THE_YEAR.findall(text)


def _day(found: re.Match[str]) -> str:
    told = found.groupdict()
    month = int(told["month"]) if told.get("month") else _MONTHS.index(told["word"]) + 1
    try:
        return date(YEAR, month, int(told["day"])).isoformat()
    except ValueError:
        return ""


def _in_bytes(data: bytes) -> Iterator[str]:
    for text in _texts(data):
        plain = HIDDEN.sub("", unescape(text))
        yield from _in_text(plain)
        yield from _in_text(unquote(plain)) if "%" in plain else ()
        if "<" in plain:
            yield from _in_text(
                HIDDEN.sub("", unescape(re.sub(r"<[^>]*>", "", text)))
            )  # a word cut into runs
    yield from ((date(1899, 12, 30) + timedelta(int(n))).isoformat() for n in SERIAL.findall(data))


def _texts(data: bytes) -> Iterator[str]:
    yield data.decode("utf-8", "replace")
    if b"\0" in data[:4000] or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        for at in (0, 1):
            yield data[at:].decode("utf-16-le", "replace")
    if b"=\n" in data or b"=\r\n" in data or b"=3D" in data:
        yield quopri.decodestring(data).decode("utf-8", "replace")


def _inside(data: bytes, called: str) -> Iterator[tuple[str, bytes]]:
    for begins, what in CLOSED.items():
        if data.startswith(begins):
            raise CannotLook(f"{called} is {what}")
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            yield "the comment", package.comment
            for info in package.infolist():
                if info.flag_bits & 1:
                    raise CannotLook(f"{called}/{info.filename} is encrypted")
                yield info.filename, package.read(info)
        return
    if data.startswith(b"\x1f\x8b"):
        yield "unpacked", gzip.decompress(data)
        return
    for n, packed in enumerate(PACKED.findall(data)):
        for altered in (None, b"-_"):
            try:
                plain = base64.b64decode(re.sub(rb"\s", b"", packed) + b"==", altered, validate=False)
            except (binascii.Error, ValueError):
                continue
            if plain[:2] in (b"PK", b"\x1f\x8b") or any(_in_bytes(plain)):
                yield f"base64 {n}", plain
