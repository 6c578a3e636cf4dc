"""What an audit's reference is, and texts that look like another one's: a file named after another audit must not pass
for this one's."""

from __future__ import annotations

import re

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
_PARTS = re.compile(r"[A-Za-z]+|\d+|[^A-Za-z\d]+")


def is_reference(text: str, pattern: str = REFERENCE) -> bool:
    """Whether a whole text is a reference as the council writes them."""
    return bool(_SAFE.fullmatch(text) and re.fullmatch(pattern, text))


def as_told(text: str) -> str:
    """What a form gives as its reference, as it may be told: in its own words only where it could be one."""
    return text if is_reference(text, r".*\d.*") else "words that are no reference"


def plain_hyphens(text: str) -> str:
    """A text with the hyphen of every keyboard, whichever Word or a telephone has put in its place."""
    return text.translate(_HYPHENS)


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
