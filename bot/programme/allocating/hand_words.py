"""What people write by hand into the place of an auditor or moderator: a name beside which it is only said that it is
agreed, or words that are no name (docs/proposing.md, “Changing it”).
"""

from __future__ import annotations

import re

from bot.programme.allocating.sheet_lines import Known
from bot.programme.importing.names_written import in_full
from bot.programme.importing.people_named import Unknown
from bot.programme.vocabulary import Person

_DAY = (
    r"\b\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?\b"
    r"|\b\d{1,2}(?:st|nd|rd|th)?\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b(?:\s+\d{4}\b)?"
)
_AGREED = re.compile(
    r"\b(?:agreed|agrees|ok|okay|yes|confirmed|accepted|approved|fine|happy|checked|done|please|thanks|thank you)\b"
    rf"[.!]?|[✓✔☑✅]|{_DAY}",
    re.IGNORECASE,
)
_AS_BEFORE = re.compile(
    r"\b(?:as proposed|as before|as is|no change|unchanged|stays|same(?: again)?)\b", re.IGNORECASE
)
"""What says so of whoever was proposed alone."""
_TO_KEEP = re.compile(r"\b(?:leave|keep|it|them|this|above|again)\b", re.IGNORECASE)


def agreed_name(text: str, before: str, known: Known) -> str:
    """A cell without the words and days that say that it is agreed, where one colleague and nothing else is named
    beside them; otherwise as it stands. `before` is what was proposed."""
    if _colleague(text, known):
        return text
    rest = _AGREED.sub(" ", text)
    who = _colleague(rest, known) or _colleague(rest := _AS_BEFORE.sub(" ", rest), known)
    kept = _AS_BEFORE.search(text) is None or (who and who == _colleague(before, known))
    return known.read(rest).alone if who and kept else text


def only_agreed(text: str) -> bool:
    """Whether words stand there that agree with what was proposed, or ask that it stay, and no name."""
    rest = _TO_KEEP.sub(" ", _AGREED.sub(" ", _AS_BEFORE.sub(" ", text)))
    return any(c.isalpha() for c in text) and not any(c.isalnum() for c in rest)


def _colleague(text: str, known: Known) -> Person | None:
    """The one colleague of the register whom a text names, with nothing beside that says more."""
    cell = known.read(text)
    try:
        who = known.find(cell.alone)
    except Unknown:
        return None
    alone = not cell.more and not known.beside(text).perhaps and not known.beside(text).strange
    return who if alone and known.colleague(who) else None


def may_be_a_name(text: str, known: Known) -> bool:
    """Whether an address or somebody's name stands there, or what may be a colleague's and no more words than theirs;
    of nothing there is nothing to ask."""
    cell, beside = known.read(text), known.beside(text)
    rest = _AS_BEFORE.sub(" ", cell.name)
    if not text or cell.addresses or beside.perhaps or beside.strange:
        return True
    if in_full(cell.name) and any(c.isalpha() for c in _AGREED.sub(" ", rest)):
        return True
    try:
        return bool(known.find(cell.alone))
    except Unknown:
        perhaps = [*known.like(cell.name), *known.short(cell.name)]
        return any(len(cell.name.split()) <= len(p.name.split()) for p in perhaps)
