"""How a council's letter differs from the one the bot comes with in what follows from it: its tags and its addresses.

The wording is the Audit Team's and is not told. A button that is gone, a condition that is another one or an address
that was not there is: nobody should find out from the letter that went.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_TAG = re.compile(r"\{\{.*?\}\}|\{%[-+]?\s*(?:if|elif|for|set)\b.*?%\}", re.DOTALL)
_ADDRESS = re.compile(r"(?:https?://|mailto:)[^\s)>\]{]+", re.IGNORECASE)
MOST = 4
"""So many tags are named."""


def letter_changed(mine: str, shipped: str) -> str:
    """ "without {{ button("Return the audit", return_audit) }}; with https://…"; "" where nothing follows from it."""
    here, there = _what_follows(mine), _what_follows(shipped)
    gone = [there[each] for each in there if each not in here]
    new = [here[each] for each in here if each not in there]
    return "; ".join(f"{word} {_named(tags)}" for word, tags in (("without", gone), ("with", new)) if tags)


def _what_follows(text: str) -> dict[str, str]:
    """Each tag and address as it stands there, by what of it matters."""
    found = [*_TAG.findall(text), *_ADDRESS.findall(text)]
    return {re.sub(r"\s+|(?<=[{%])[-+]|[-+](?=[}%])", "", each): each for each in found}


def _named(tags: Sequence[str]) -> str:
    more = f" and {len(tags) - MOST} more" if len(tags) > MOST else ""
    return ", ".join(tags[:MOST]) + more
