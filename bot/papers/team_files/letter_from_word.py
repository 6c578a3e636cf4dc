"""A letter that was edited in Word, as the text the bot uses (mail_templates/*.md).

Read are the small table at the top (Subject, Preview), headings, bold and italic, lists, links, tables, and Word's
style Quote as the letter's box. Typographic quotation marks inside braces, which Word makes of itself, are made plain.
What no letter can carry is said, with the way out. It is called where it can do no harm (office/isolated_reader.py).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from lxml import etree

from bot.papers.team_files.letter_in_word import HEAD, TAG
from bot.papers.word.package import Package
from bot.papers.word.xml import RELATIONSHIPS, VAL, on, parsed, value, w

_TRACKED = ("ins", "del", "moveFrom", "moveTo")
_NOT_CARRIED = {
    "drawing": "a picture or a text box",
    "pict": "a picture or a text box",
    "object": "an embedded object",
}
_BOX = re.compile(r"quote|intense ?quote|quotations?|block ?text", re.IGNORECASE)
_LOOKS_LIKE = re.compile(r"(?:[-+#>|]|\d+[.)])(?=\s|$)|\|")

_CLOSES = re.compile(r"\{%-?\s*end\w+")
_OTHERWISE = re.compile(r"\{%-?\s*(?:else|elif)\b")


class NoLetter(ValueError):
    """`faults` say what is wrong and what to do."""

    def __init__(self, *faults: str) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


@dataclass(slots=True)
class _Known:
    """What of the package a paragraph needs: addresses of links, names of styles, which lists are numbered."""

    links: Mapping[str, str] = field(default_factory=dict)
    styles: Mapping[str, str] = field(default_factory=dict)
    lists_of_styles: Mapping[str, str] = field(default_factory=dict)
    numbered: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Block:
    """A paragraph or a table as lines of text. `kind`: "text", "item", "box", "table", "tag"."""

    kind: str
    lines: tuple[str, ...]


def letter_of_word(parts: Mapping[str, bytes], main: str) -> str:
    """The letter in a Word document that was unpacked. Raises NoLetter, NotWord."""
    body = Package(parts, main).document().find(w("body"))
    assert body is not None
    _refuse_what_is_not_carried(body)
    known = _known(parts, posixpath.dirname(main))
    children = [child for child in _flat(body) if child.tag in (w("p"), w("tbl"))]
    while children and children[0].tag == w("p") and not _text(children[0], known):
        children.pop(0)
    if not children or children[0].tag != w("tbl"):
        raise NoLetter("the small table at its top, with Subject and Preview, is gone; put it back.")
    head = _head(children.pop(0), known)
    blocks = [block for child in children if (block := _block(child, known))]
    if not blocks:
        raise NoLetter("nothing stands below the table at its top.")
    lines = [f"{word}: {head[word]}" for word in HEAD if head.get(word)]
    return "\n".join([*lines, "", *_laid_out(blocks)]) + "\n"


def _refuse_what_is_not_carried(body: etree._Element) -> None:
    if any(next(body.iter(w(name)), None) is not None for name in _TRACKED):
        raise NoLetter(
            "it has tracked changes; accept or reject all of them (Review), turn tracking off, and save."
        )
    for name, what in _NOT_CARRIED.items():
        if next(body.iter(w(name)), None) is not None:
            raise NoLetter(f"{what} lies in it, which no letter carries; take it out.")


def _flat(body: etree._Element) -> Iterator[etree._Element]:
    """The blocks of a body, those within a content control or a section of it among them."""
    for child in body:
        content = child.find(w("sdtContent")) if child.tag == w("sdt") else None
        yield from _flat(content) if content is not None else (child,)


def _known(parts: Mapping[str, bytes], folder: str) -> _Known:
    def part(name: str) -> etree._Element | None:
        data = parts.get(posixpath.join(folder, name))
        return None if data is None else parsed(data)

    found = _Known()
    if (relations := part("_rels/document.xml.rels")) is not None:
        found.links = {
            str(each.get("Id")): _address(str(each.get("Target")))
            for each in relations
            if str(each.get("Type", "")).endswith("/hyperlink")
        }
    if (styles := part("styles.xml")) is not None:
        found.styles = {str(each.get(w("styleId"))): value(each, "name") for each in styles.iter(w("style"))}
        found.lists_of_styles = {
            str(each.get(w("styleId"))): (number.get(VAL) or "")
            for each in styles.iter(w("style"))
            if (number := each.find(f"{w('pPr')}/{w('numPr')}/{w('numId')}")) is not None
        }
    if (numbering := part("numbering.xml")) is not None:
        kinds = {
            str(each.get(w("abstractNumId"))): value(each.find(w("lvl")), "numFmt") not in ("bullet", "none")
            for each in numbering.iter(w("abstractNum"))
        }
        found.numbered = {
            str(each.get(w("numId"))): kinds.get(value(each, "abstractNumId"), False)
            for each in numbering.iter(w("num"))
        }
    return found


def _address(target: str) -> str:
    """An address as it stands in a letter: editors write a space as %20, or %20 as a space, and braces in code."""
    target = re.sub("%7B", "{", re.sub("%7D", "}", target, flags=re.IGNORECASE), flags=re.IGNORECASE)
    at, out = 0, []
    for tag in TAG.finditer(target):
        out += [target[at : tag.start()].replace(" ", "%20"), unquote(tag[0])]
        at = tag.end()
    return "".join([*out, target[at:].replace(" ", "%20")])


def _head(table: etree._Element, known: _Known) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in table.iter(w("tr")):
        cells = [" ".join(_texts(cell, known, plain=True)).strip() for cell in row.iter(w("tc"))]
        name = cells[0].rstrip(":").strip().capitalize() if cells else ""
        if name not in HEAD:
            raise NoLetter(
                f"its first table has a row “{name[:40]}”; it has the rows Subject and Preview and no other."
            )
        if len(cells) < 2 or name in found:
            raise NoLetter(
                f"the row “{name}” of its first table needs one cell beside it, and stands there once."
            )
        found[name] = cells[1]
    if not found.get("Subject"):
        raise NoLetter("its first table says no Subject.")
    return found


def _block(child: etree._Element, known: _Known) -> _Block | None:
    if child.tag == w("tbl"):
        return _Block("table", tuple(_table(child, known)))
    text = _text(child, known)
    if not text:
        return None
    how = child.find(w("pPr"))
    style = known.styles.get(value(how, "pStyle"), value(how, "pStyle"))
    if heading := re.fullmatch(r"heading ?([1-3])", style, re.IGNORECASE):
        plain = text.replace("**", "")
        return _Block("text", (f"{'#' * int(heading[1])} {plain}",))
    boxed = bool(_BOX.fullmatch(style))
    if not TAG.sub("", text).strip() and "{%" in text:
        return _Block("box tag" if boxed else "tag", (text,))
    number = _list_of(how, known)
    if number is not None:
        line = f"{'1.' if number else '-'} {text}"
        return _Block("box item" if boxed else "item", (line,))
    if _LOOKS_LIKE.match(text):
        text = f"\\{text}"
    return _Block("box" if boxed else "text", (text,))


def _list_of(how: etree._Element | None, known: _Known) -> bool | None:
    """Whether a paragraph is an item of a numbered list; None where it is of no list."""
    number = value(how.find(w("numPr")), "numId") if how is not None else ""
    if not number:
        style = value(how, "pStyle")
        number = known.lists_of_styles.get(style, "")
    if not number or number == "0":
        return None
    return known.numbered.get(number, False)


def _table(table: etree._Element, known: _Known) -> Iterator[str]:
    rows = [
        [" ".join(_texts(cell, known)).strip() for cell in row.iterchildren(w("tc"))]
        for row in table.iterchildren(w("tr"))
    ]
    columns = max(map(len, rows), default=0)
    for n, row in enumerate(rows):
        said = [cell for cell in row if cell]
        if n and len(said) == 1 and row[0] and not TAG.sub("", row[0]).strip() and "{%" in row[0]:
            yield row[0]
            continue
        cells = [*(cell.replace("|", "\\|") if "{" not in cell else _bars(cell) for cell in row)]
        cells += [""] * (columns - len(row))
        yield "| " + " | ".join(cells) + " |" if any(cells) else "|" + " |" * columns
        if n == 0:
            yield "|" + "---|" * columns


def _bars(cell: str) -> str:
    """A bar outside of braces parts cells, one within them does not."""
    at, out = 0, []
    for tag in TAG.finditer(cell):
        out += [cell[at : tag.start()].replace("|", "\\|"), tag[0]]
        at = tag.end()
    return "".join([*out, cell[at:].replace("|", "\\|")])


def _texts(cell: etree._Element, known: _Known, *, plain: bool = False) -> Iterator[str]:
    for paragraph in cell.iter(w("p")):
        if text := _text(paragraph, known, plain=plain):
            yield text.replace("\\\n", " ")


def _text(paragraph: etree._Element, known: _Known, *, plain: bool = False) -> str:
    """The words of a paragraph, marked as a letter marks them."""
    pieces: list[tuple[str, str, str]] = []  # marks, address, words
    for run in paragraph.iter(w("r")):
        above = next((up for up in run.iterancestors(w("hyperlink"))), None)
        to = known.links.get(above.get(f"{{{RELATIONSHIPS}}}id") or "", "") if above is not None else ""
        how = run.find(w("rPr"))
        marks = "" if plain else "**" * _is(how, "b") or "*" * _is(how, "i")
        pieces.append((marks, "" if plain else to, _words(run)))
    whole = re.sub(r" *\n *", "\n", "".join(_marked(pieces)).strip())
    return _straight(whole.replace("\n", "\\\n"))


def _is(how: etree._Element | None, mark: str) -> bool:
    return how is not None and on(how.find(w(mark)))


def _words(run: etree._Element) -> str:
    found = []
    for each in run:
        if each.tag == w("t"):
            found.append(each.text or "")
        elif each.tag in (w("br"), w("cr")):
            found.append("\n" if each.get(w("type")) in (None, "textWrapping") else " ")
        elif each.tag == w("tab"):
            found.append(" ")
        elif each.tag == w("noBreakHyphen"):
            found.append("-")
    return "".join(found).replace("\xa0", " ")


def _marked(pieces: list[tuple[str, str, str]]) -> Iterator[str]:
    """The pieces with those that are alike put together; spaces at the edges of what is marked stand outside."""
    joined: list[tuple[str, str, str]] = []
    for marks, to, words in pieces:
        if not words:
            continue
        if joined and joined[-1][1] == to and (joined[-1][0] == marks or not words.strip()):
            joined[-1] = (joined[-1][0], to, joined[-1][2] + words)
        else:
            joined.append((marks, to, words))
    for marks, to, words in joined:
        inner = words.strip()
        if not inner:
            yield words
            continue
        before, after = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]
        shown = f"[{inner}]({to})" if to else inner
        yield f"{before}{marks}{shown}{marks}{after}"


_CURLY = str.maketrans({"“": '"', "”": '"', "„": '"', "‟": '"', "\xa0": " "})


def _straight(text: str) -> str:
    """Word's quotation marks made plain inside braces, and nowhere else."""
    return TAG.sub(lambda tag: tag[0].translate(_CURLY), text)


def _laid_out(blocks: list[_Block]) -> Iterator[str]:
    """The blocks as lines: items stand together and are counted, boxes go on, an empty line parts everything else."""
    last, n = "", 0  # the kind before, tags left out; the number in its list
    for at, block in enumerate(blocks):
        boxed, item = block.kind.startswith("box"), block.kind.endswith("item")
        before = blocks[at - 1] if at else None
        if item:
            n = n + 1 if last == block.kind else 1
        elif block.kind.endswith("tag"):
            n -= (
                _OTHERWISE.match(block.lines[0]) is not None
            )  # the item of the other case has the same number
        if before and _parted(before, block, last, blocks[at:]):
            yield ">" if boxed and before.kind.startswith("box") else ""
        for line in block.lines:
            line = f"{n}.{line[2:]}" if item and line.startswith("1. ") else line
            yield "> " + line.replace("\n", "\n> ") if boxed else line
        last = last if block.kind.endswith("tag") else block.kind


def _parted(before: _Block, block: _Block, last: str, coming: list[_Block]) -> bool:
    """Whether an empty line stands between two blocks. A tag that opens stands with what follows, one that closes with
    what comes before; in a list both stand among its items."""
    following = next((each.kind for each in coming if not each.kind.endswith("tag")), "")
    if last.endswith("item") and last == following:
        return False
    if before.kind.startswith("box") and block.kind.startswith("box"):
        return True
    if before.kind == "tag" and not _CLOSES.match(before.lines[0]):
        return False
    return not (block.kind == "tag" and (_CLOSES.match(block.lines[0]) or _OTHERWISE.match(block.lines[0])))
