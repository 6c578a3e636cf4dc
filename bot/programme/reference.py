"""What an audit's reference is, and texts that look like another one's: a file named after another audit must not pass
for this one's."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

REFERENCE = r"[A-Za-z]+([-_][A-Za-z0-9]+)*[-_][0-9]+[A-Za-z]?"
"""How a reference is written where the profile says nothing else: “FSP-2026-03-014”, “FSP-14”. It begins with letters
and ends with a number, so that no child's name and no Mosaic number passes for one."""
LONGEST = 64
_SAFE = re.compile(rf"(?=.{{1,{LONGEST}}}\Z)[A-Za-z0-9]+([-_][A-Za-z0-9]+)*")
"""What every reference keeps within, whatever the profile says: it stands in subjects, addresses and names of files."""

_HYPHENS = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d", "-") | {"\u00ad": None}
)
_BETWEEN = str.maketrans(dict.fromkeys("_ /\\", "-"))
_SEPARATORS = frozenset("-_/\\ ")
"""What may stand between the parts of a reference in somebody's file or subject."""
_WORD = re.compile(r"[a-z0-9]+")
_PARTS = re.compile(r"[A-Za-z]+|\d+|[^A-Za-z\d]+")


def is_reference(text: str, pattern: str = REFERENCE) -> bool:
    """Whether a whole text is a reference as the council writes them."""
    return bool(_SAFE.fullmatch(text) and re.fullmatch(pattern, text))


def as_told(text: str, pattern: str = REFERENCE) -> str:
    """What a form gives as its reference, as it may be told: in its own words only where it is written as the council
    writes one."""
    return text if is_reference(text, pattern) else "words that are no reference"


def plain_hyphens(text: str) -> str:
    """A text with the hyphen of every keyboard, whichever Word or a telephone has put in its place."""
    return text.translate(_HYPHENS)


def references_in(text: str, known: Collection[str]) -> list[str]:
    """The references of the list that stand in a text as whole words, in order, whatever their case.

    File systems and people put other signs between the parts of one: “FSP_2026_03_014 final”, “FSP 2026 03 014”, or
    none at all, where only one of the list is written so. Where more of the same kind follows, it is another's.
    """
    by_parts: dict[tuple[str, ...], set[str]] = {}
    for reference in known:
        parts = tuple(_WORD.findall(reference.casefold()))
        for written in (parts, ("".join(parts),)):
            by_parts.setdefault(written, set()).add(reference)
    lengths = sorted({len(parts) for parts in by_parts}, reverse=True)
    words = [*_WORD.finditer(plain_hyphens(text).casefold())]
    found, n = [], 0
    while n < len(words):
        length = next((size for size in lengths if _stands(words, n, size, by_parts)), 0)
        if length:
            each = words[n : n + length]
            named = by_parts[tuple(word[0] for word in each)]
            exactly = each[0].string[each[0].start() : each[-1].end()]
            found += [r for r in named if len(named) == 1 or r.casefold() == exactly]
        n += length or 1
    return list(dict.fromkeys(found))


def _stands(words: Sequence[re.Match[str]], n: int, size: int, known: Collection[tuple[str, ...]]) -> bool:
    """Whether so many words from the n-th on are one of the known references, and all of it."""
    parts = words[n : n + size]
    each = tuple(word[0] for word in parts)
    if each not in known or not _tells_one("".join(each)):
        return False
    between = {one.string[one.end() : two.start()] for one, two in pairwise(parts)}
    if not between <= _SEPARATORS or (" " in between and size < 3):  # “FSP 14” may begin a date
        return False
    text = parts[0].string
    if n and text[words[n - 1].end() : parts[0].start()] in between & {"-", "/"}:
        return False
    return not any(
        text[parts[-1].end() : after.start()] in (between or {"-"})
        and (after[0][0].isdigit() or len(after[0]) == 1)
        for after in words[n + size : n + size + 1]
    )


def _tells_one(word: str) -> bool:
    """Whether it says enough to be a reference: not a word of the language, a year or a day."""
    return any(map(str.isdigit, word)) and (not word.isdigit() or len(word) > 4)


def another_reference(name: str, reference: str) -> str:
    """A text in `name` that is built like `reference` and is another one, "" when there is none.

    Built alike means letters where it has letters and as many digits where it has digits, so that a date in a file's
    name is not taken for an audit.
    """
    pattern = "".join(
        "[A-Za-z]+" if part.isalpha() else rf"\d{{{len(part)}}}" if part.isdigit() else "-+"
        for part in _PARTS.findall(reference)
    )
    if not re.search(r"\d", reference):
        return ""
    found = re.findall(rf"(?<![A-Za-z\d]){pattern}(?!\d)", plain_hyphens(name).translate(_BETWEEN))
    same = re.sub(
        r"[^A-Za-z\d]+", "-", reference
    ).casefold()  # as a file's name has it, whatever sign it stands for
    return next((each for each in found if re.sub("-+", "-", each).casefold() != same), "")
