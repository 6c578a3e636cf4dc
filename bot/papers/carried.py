"""Whether a letter carries something it must not: the last look before it goes (UK GDPR, data minimisation)."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import unquote

_NOT_SHOWN = re.compile(r"<style\b.*?</style>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_ADDRESS = re.compile(r'href="([^"]*)"')
_ELEMENT = re.compile(r"<[^>]*>")
_WORD = re.compile(r"[^\W_]+")
_MARKS = re.compile(  # accents and vowel points, and characters that show nothing
    "[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_WRITTEN_WITHOUT_SPACES = re.compile("[\u0e00-\u0eff\u1000-\u109f\u2e80-\u9fff\uac00-\ud7af]")


def carries(text: str, forbidden: Iterable[str]) -> bool:
    """Whether HTML or plain text carries any of `forbidden`.

    Words are compared, so spaces, hyphens, capitals, accents, entities and formatting do not hide anything, and a
    part of a longer word is not taken for a name.
    """
    searched = f" {' '.join(_words(_shown(text)))} "
    return any(_within(searched, _joined(item)) for item in forbidden)


def _shown(text: str) -> str:
    """What a reader, or a click on a link, would show."""
    addresses = " ".join(unquote(address) for address in _ADDRESS.findall(text))
    return html.unescape(_ELEMENT.sub(" ", _NOT_SHOWN.sub(" ", text)) + " " + addresses)


def _words(text: str) -> list[str]:
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    return _WORD.findall(text.casefold())


@lru_cache(maxsize=4096)
def _joined(item: str) -> str:
    return " ".join(_words(item))


def _within(searched: str, item: str) -> bool:
    if not item:
        return False
    return f" {item} " in searched or bool(_WRITTEN_WITHOUT_SPACES.search(item) and item in searched)
