"""Forms damaged and tampered with at random, the same ones for the same number, and a second look at what they say.

The second look shares nothing with the reader: it goes over the XML as text, with a regular expression, and tells what
each control and each table row shows as plain text.
"""

from __future__ import annotations

import html
import io
import random
import re
import struct
import unicodedata
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from grade_shapes import GRADES, SHAPES, Originals, package_of, parts_of, shaped

SAMPLES = Path(__file__).parents[1] / "samples"
DOCUMENT = "word/document.xml"
_PIECE = re.compile(
    r"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[(.*?)\]\]>|<(/?)([\w:.-]+)([^<>]*?)(/?)>|([^<]+)", re.DOTALL
)
_TAG_OF_CONTROL = re.compile(r'w:val="([^"]*)"')

# ---------------------------------------------------------------------------------------------- the second look


@dataclass(slots=True)
class Shown:
    """What a file shows: (control's tag, its text), and the texts of all cells in their order.

    `odd` are the names of shapes (grade_shapes) that no editor writes, where the file has them.
    """

    controls: list[tuple[str, str]] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    odd: set[str] = field(default_factory=set)

    def says(self, tag: str, label: str, spellings: set[str]) -> bool:
        """Whether a control of this tag, or the cell beside this label, is one of the spellings and nothing else."""
        if any(each == tag and plain(text) in spellings for each, text in self.controls):
            return True
        return any(plain(a) == plain(label) and plain(b) in spellings for a, b in pairwise(self.cells))


def plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def shown(xml: str) -> Shown:
    """The plain text of each control and cell. What is deleted, moved away or hidden by its run is left out."""
    found = Shown()
    texts: list[list[str]] = []
    open_: list[tuple[str, list[str], dict[str, str]]] = []
    gone = 0
    for comment, closing, name, given, alone, text in _PIECE.findall(xml):
        text = comment or text
        name = name.rpartition(":")[2]
        if text:
            if (
                open_
                and open_[-1][0] == "t"
                and not gone
                and not any(each.endswith("Pr") for each, *_ in open_)
            ):
                for each in texts:
                    each.append(html.unescape(text))
        elif closing:
            while open_:
                last, mine, known = open_.pop()
                gone -= last in ("del", "moveFrom", "Fallback")
                if any(mine is each for each in texts):
                    texts = [each for each in texts if each is not mine]
                    whole = "".join(mine)
                    if "hidden" in known or "showing" in known:
                        for each in texts:
                            if whole and each[-len(mine) :] == mine:
                                del each[-len(mine) :]
                    elif last == "sdt" and "tag" in known and "showing" not in known:
                        found.controls.append((known["tag"], whole))
                    elif last == "tc":
                        found.cells.append(whole)
                if last == name:
                    break
        elif name:
            around = {each: known for each, _, known in open_}
            if not open_ and name != "document":
                found.odd.add("document in the footer's place")
            if open_ and open_[-1][0] == "sdt" and not name.startswith("sdt"):
                found.odd.add("text in the control outside its content")
            if name == "sdtContent" and open_ and open_[-1][0] == "sdt":
                if "content" in open_[-1][2]:
                    found.odd.add("two contents in one control")
                open_[-1][2]["content"] = ""
            if name == "tr" and "r" in around:
                found.odd |= {"row within a run", "row within a run, after the answer"}
            if name == "rPr" and open_ and open_[-1][0] == "r":
                if "formatted" in open_[-1][2]:
                    found.odd.add("hidden by a run's second properties")
                open_[-1][2]["formatted"] = ""
            if name == "tag" and "tag" in around.get("sdt", {}) and open_[-1][0] == "sdtPr":
                found.odd.add("control of two tags")
            if name == "tag" and "sdtPr" in around and (value := _TAG_OF_CONTROL.search(given)):
                around["sdt"].setdefault("tag", html.unescape(value[1]))
            elif name == "showingPlcHdr" and "sdtPr" in around and "sdt" in around:
                around["sdt"]["showing"] = ""
            elif name in ("vanish", "webHidden") and "r" in around and open_[-1][0] == "rPr":
                around["r"]["hidden"] = ""
            elif name in ("p", "br", "tab", "cr"):
                for each in texts:
                    each.append(" ")
            if not alone:
                mine: list[str] = []  # type: ignore[no-redef]
                if name in ("sdt", "tc", "r"):
                    texts.append(mine)
                gone += name in ("del", "moveFrom", "Fallback")
                open_.append((name, mine, {}))
    return found


# --------------------------------------------------------------------------------------------------- the originals


@dataclass(frozen=True, slots=True)
class Original:
    """A form, its true grades by tag, and where each element of its document begins and ends."""

    name: str
    data: bytes
    parts: Mapping[str, bytes]
    xml: str
    spans: list[tuple[int, int, str]]
    true: Mapping[str, str]


def spans(xml: str) -> list[tuple[int, int, str]]:
    found, open_ = [], []
    for piece in _PIECE.finditer(xml):
        name = piece[3]
        if not name:
            continue
        if piece[2]:
            start = open_.pop()
            found.append((start, piece.end(), name))
        elif piece[5]:
            found.append((piece.start(), piece.end(), name))
        else:
            open_.append(piece.start())
    return found


def originals(true_grades: Callable[[bytes], Mapping[str, str]]) -> list[Original]:
    """From our own form, from shapes of it and from what editors saved. `true_grades` reads the untouched file."""
    made = Originals()
    files = {
        f"{name}, {position}, {grade}": shaped(made, SHAPES[name], position, grade)
        for name, position, grade in (
            ("drop-down control", "auditor's", "Good"),
            ("drop-down control", "moderated", "Inadequate"),
            ("block control", "auditor's", "Outstanding"),
            ("split over two runs", "a domain's", "Requires Improvement"),
            ("control in a control without a tag", "moderated", "Outstanding"),
            ("tracked replacement", "auditor's", "Inadequate"),
            ("typed where the control was", "auditor's", "Good"),
            ("Strict Open XML", "auditor's", "Requires Improvement"),
        )
    }
    for name in (
        "writer-saved-moderated-inadequate",
        "python-docx-saved-requires",
        "docxtemplater-outstanding",
    ):
        files[name] = (SAMPLES / f"{name}.docx").read_bytes()
    found = []
    for name, data in files.items():
        parts = parts_of(data)
        parts.pop("word/stylesWithEffects.xml", None)  # half of the bytes, of no use to anybody
        data = package_of(parts, zipfile.ZIP_DEFLATED)
        xml = parts[DOCUMENT].decode()
        found.append(Original(name, data, parts, xml, spans(xml), true_grades(data)))
    return found


# --------------------------------------------------------------------------------------------------- the mutations

Change = Callable[[random.Random, Original], bytes]
OF_BYTES: dict[str, Callable[[random.Random, bytes], bytes]] = {}
OF_XML: dict[str, Callable[[random.Random, Original], str]] = {}
OF_ZIP: dict[str, Callable[[random.Random, dict[str, bytes]], bytes]] = {}


def _place(draw: random.Random, data: bytes | str, most: int = 400) -> tuple[int, int]:
    start = draw.randrange(len(data))
    return start, min(len(data), start + draw.randint(1, most))


def cut_short(draw: random.Random, data: bytes) -> bytes:
    return data[: draw.randrange(len(data))]


def bits_flipped(draw: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(draw.choice((1, 1, 2, 8, 64))):
        changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def slice_dropped(draw: random.Random, data: bytes) -> bytes:
    start, end = _place(draw, data)
    return data[:start] + data[end:]


def slice_repeated(draw: random.Random, data: bytes) -> bytes:
    start, end = _place(draw, data)
    return data[:end] + data[start:end] + data[end:]


def slice_noise(draw: random.Random, data: bytes) -> bytes:
    start, end = _place(draw, data, 40)
    return data[:start] + draw.randbytes(end - start) + data[end:]


def directory_changed(draw: random.Random, data: bytes) -> bytes:
    """A field of the zip's directory or of a local header: size, checksum, method, flags, offset, length of a name."""
    marks = [m.start() for m in re.finditer(rb"PK\x01\x02|PK\x03\x04|PK\x05\x06", data)]
    changed = bytearray(data)
    for _ in range(draw.choice((1, 2))):
        place = draw.choice(marks) + draw.randrange(4, 46)
        if place + 4 <= len(changed):
            old = struct.unpack_from("<I", changed, place)[0]
            new = draw.choice((0, 1, 8, 0xFFFFFFFF, old + 1, old ^ 1, draw.getrandbits(32))) & 0xFFFFFFFF
            struct.pack_into("<I", changed, place, new)
    return bytes(changed)


def junk_around(draw: random.Random, data: bytes) -> bytes:
    junk = draw.randbytes(draw.randint(1, 300))
    return junk + data if draw.random() < 0.5 else data + junk


for _each in (
    cut_short,
    bits_flipped,
    slice_dropped,
    slice_repeated,
    slice_noise,
    directory_changed,
    junk_around,
):
    OF_BYTES[_each.__name__] = _each


def _element(draw: random.Random, original: Original, *names: str) -> tuple[int, int, str]:
    found = [s for s in original.spans if s[2] in names] if names else original.spans
    return draw.choice(found or original.spans)


def _near_a_grade(draw: random.Random, original: Original) -> tuple[int, int, str]:
    """An element in or around one that holds a grade; half of the time any element at all."""
    if draw.random() < 0.5:
        return _element(draw, original)
    places = [m.start() for grade in GRADES for m in re.finditer(f">{grade}<", original.xml)]
    if not places:
        return _element(draw, original)
    place = draw.choice(places)
    around = [s for s in original.spans if s[0] <= place < s[1]]
    return draw.choice(sorted(around, key=lambda s: s[1] - s[0])[:9])


def element_dropped(draw: random.Random, original: Original) -> str:
    start, end, _ = _near_a_grade(draw, original)
    return original.xml[:start] + original.xml[end:]


def element_repeated(draw: random.Random, original: Original) -> str:
    start, end, _ = _near_a_grade(draw, original)
    return original.xml[:end] + original.xml[start:end] + original.xml[end:]


def element_moved(draw: random.Random, original: Original) -> str:
    start, end, _ = _near_a_grade(draw, original)
    to = _near_a_grade(draw, original)[draw.randrange(2)]
    piece, xml = original.xml[start:end], original.xml
    if start <= to <= end:
        return xml[:start] + xml[end:] + piece
    return (
        xml[:to] + piece + xml[to:start] + xml[end:]
        if to < start
        else xml[:start] + xml[end:to] + piece + xml[to:]
    )


def elements_swapped(draw: random.Random, original: Original) -> str:
    name = draw.choice(("w:t", "w:r", "w:sdt", "w:sdtContent", "w:sdtPr", "w:tc", "w:p", "w:tag", "w:tr"))
    (a, b, _), (c, d, _) = sorted(_element(draw, original, name) for _ in range(2))
    xml = original.xml
    return xml if b > c else xml[:a] + xml[c:d] + xml[b:c] + xml[a:b] + xml[d:]


def renamed(draw: random.Random, original: Original) -> str:
    start, end, name = _near_a_grade(draw, original)
    new = draw.choice(
        ("w:del", "w:ins", "w:moveTo", "w:sdt", "w:t", "w:delText", "w:r", "w:p", "x", "w:sdtContent")
    )
    piece = original.xml[start:end]
    piece = re.sub(rf"^<{re.escape(name)}\b", f"<{new}", piece)
    piece = re.sub(rf"</{re.escape(name)}>$", f"</{new}>", piece)
    return original.xml[:start] + piece + original.xml[end:]


def wrapped(draw: random.Random, original: Original) -> str:
    start, end, _ = _near_a_grade(draw, original)
    opening, closing = draw.choice((
        ('<w:ins w:id="9" w:author="A">', "</w:ins>"), ('<w:del w:id="9" w:author="A">', "</w:del>"),
        ('<w:moveFrom w:id="9" w:author="A">', "</w:moveFrom>"), ("<w:smartTag>", "</w:smartTag>"),
        ("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>"), ("<w:r><w:pict>", "</w:pict></w:r>"),
        ('<w:sdt><w:sdtPr><w:tag w:val="grade_auditor"/></w:sdtPr><w:sdtContent>', "</w:sdtContent></w:sdt>"),
    ))  # fmt: skip
    return original.xml[:start] + opening + original.xml[start:end] + closing + original.xml[end:]


def put_in(draw: random.Random, original: Original) -> str:
    """A grade, a flag or a piece of nothing somewhere."""
    start, end, _ = _near_a_grade(draw, original)
    piece = draw.choice((
        "<w:r><w:t>Inadequate</w:t></w:r>", "<w:r><w:t>Not </w:t></w:r>", "<w:vanish/>", "<w:rPr><w:vanish/></w:rPr>",
        "<w:rPr><w:strike/></w:rPr>", "<w:showingPlcHdr/>", "<w:br/>", "<w:t>Good</w:t>", "<!-- Good -->", "Good",
        '<w:tag w:val="grade_moderated"/>', "<w:delText>Outstanding</w:delText>", "&#x200B;", "\u0405",
    ))  # fmt: skip
    return original.xml[:start] + piece + original.xml[start:] if draw.random() < 0.5 else (
        original.xml[:end] + piece + original.xml[end:])  # fmt: skip


def attribute_changed(draw: random.Random, original: Original) -> str:
    marks = list(re.finditer(r'="([^"]*)"', original.xml))
    mark, other = draw.choice(marks), draw.choice(marks)
    new = draw.choice((other[1], "", "0", "-1", "999999999", "true", mark[1][:-1]))
    return original.xml[: mark.start(1)] + new + original.xml[mark.end(1) :]


def text_changed(draw: random.Random, original: Original) -> str:
    """Letters of the XML changed, cut or repeated, tags and all."""
    start, end = _place(draw, original.xml, 30)
    if draw.random() < 0.5:
        start, end, _ = _near_a_grade(draw, original)
        start = draw.randrange(start, end)
        end = start + draw.randint(1, 12)
    new = draw.choice(
        ("", original.xml[start:end] * 2, original.xml[start:end][::-1], chr(draw.randrange(32, 0x500)))
    )
    return original.xml[:start] + new + original.xml[end:]


for _every in (element_dropped, element_repeated, element_moved, elements_swapped, renamed, wrapped, put_in,
               attribute_changed, text_changed):  # fmt: skip
    OF_XML[_every.__name__] = _every


def _two(draw: random.Random, parts: dict[str, bytes]) -> tuple[str, str]:
    first = DOCUMENT if draw.random() < 0.6 and DOCUMENT in parts else draw.choice(list(parts))
    return first, draw.choice(list(parts))


def members_swapped(draw: random.Random, parts: dict[str, bytes]) -> bytes:
    a, b = _two(draw, parts)
    parts[a], parts[b] = parts[b], parts[a]
    return package_of(parts)


def member_renamed(draw: random.Random, parts: dict[str, bytes]) -> bytes:
    a, _ = _two(draw, parts)
    parts[
        draw.choice((a.upper(), f"/{a}", f"../{a}", f"{a}.bak", a.replace("/", "\\"), "word/document2.xml"))
    ] = parts.pop(a)
    return package_of(parts)


def member_dropped(draw: random.Random, parts: dict[str, bytes]) -> bytes:
    del parts[draw.choice(list(parts))]
    return package_of(parts)


def name_twice(draw: random.Random, parts: dict[str, bytes]) -> bytes:
    """Two members of one name, one of which says another grade."""
    data = package_of(parts)
    out = io.BytesIO(data)
    other = parts[DOCUMENT].replace(b">Good<", b">Inadequate<") if draw.random() < 0.7 else b"<x/>"
    name = draw.choice((DOCUMENT, DOCUMENT, "Word/Document.xml", draw.choice(list(parts))))
    with zipfile.ZipFile(out, "a") as package:
        package.filelist = [i for i in package.filelist if i.filename != name]
        package.NameToInfo.pop(name, None)
        package.writestr(zipfile.ZipInfo(name), other)
    written = out.getvalue()
    if draw.random() < 0.5:  # the directory tells of one, the file holds both
        return written
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as package:
        package.NameToInfo.pop(name, None)
        package.writestr(zipfile.ZipInfo(f"{name[:-1]}_"), other)
    return out.getvalue().replace(f"{name[:-1]}_".encode(), name.encode())


def member_noise(draw: random.Random, parts: dict[str, bytes]) -> bytes:
    a, _ = _two(draw, parts)
    change = OF_BYTES[
        draw.choice(("cut_short", "bits_flipped", "slice_dropped", "slice_repeated", "slice_noise"))
    ]
    parts[a] = change(draw, parts[a] or b" ")
    return package_of(parts)


for _one in (members_swapped, member_renamed, member_dropped, name_twice, member_noise):
    OF_ZIP[_one.__name__] = _one

KINDS = [*OF_BYTES, *OF_ZIP, *[kind for kind in OF_XML for _ in range(3)]]
"""Most are of the XML: the others nearly all end at the guard."""


def mutated(number: int, forms: list[Original]) -> tuple[str, Original, bytes]:
    """The kind of a mutation, what it was made of, and the file."""
    draw = random.Random(number)
    original = draw.choice(forms)
    kind = draw.choice(KINDS)
    if kind in OF_BYTES:
        return kind, original, OF_BYTES[kind](draw, original.data)
    parts = dict(original.parts)
    if kind in OF_ZIP:
        return kind, original, OF_ZIP[kind](draw, parts)
    xml = OF_XML[kind](draw, original)
    if draw.random() < 0.3:
        again = draw.choice(list(OF_XML))
        try:
            between = Original(original.name, b"", {}, xml, spans(xml), {})
            xml = OF_XML[again](draw, between)
        except (IndexError, ValueError):
            pass  # no longer well-formed: it stays as it is
    parts[DOCUMENT] = xml.encode("utf-8", "replace")
    return kind, original, package_of(parts)


def second_look(data: bytes) -> Shown | None:
    """What the file shows, or None when it cannot be opened in the plain way."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return shown(package.read(DOCUMENT).decode())
    except Exception:
        return None
