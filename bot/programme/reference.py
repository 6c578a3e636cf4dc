"""Texts that look like an audit's reference: a file named after another audit must not pass for this one's."""

from __future__ import annotations

import re

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—_ /\\", "-"))
_PARTS = re.compile(r"[A-Za-z]+|\d+|[^A-Za-z\d]+")


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
    found = re.findall(rf"(?<![A-Za-z\d]){pattern}(?!\d)", name.translate(_DASHES))
    same = re.sub(
        r"[^A-Za-z\d]+", "-", reference
    ).casefold()  # as a file's name has it, whatever sign it stands for
    return next((each for each in found if re.sub("-+", "-", each).casefold() != same), "")
