"""Names of people and teams in the letters of English, so that a name is one however its letters are typed.

Unicode's own decomposition takes most marks off (ş, ŷ, é); the letters below it leaves as they are. They are written
mostly as in passports (ICAO Doc 9303, part 3, section 6), but ø as one letter, as people with an English keyboard do.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_LEFT = str.maketrans({
    "ı": "i", "ł": "l", "đ": "d", "ð": "d", "ø": "o", "æ": "ae", "œ": "oe", "þ": "th", "ß": "ss", "ħ": "h", "ŋ": "n",
    "ŧ": "t", "ĸ": "k", "ə": "a", "ɛ": "e", "ɔ": "o", "ɨ": "i", "ʉ": "u", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y",
    "ƶ": "z", "ɠ": "g", "ŀ": "l", "ɣ": "g", "ʒ": "z", "ɖ": "d", "ƒ": "f", "ȷ": "j", "ǝ": "a", "·": "",
    "’": "'", "‘": "'", "ʼ": "'", "ʻ": "'", "ʿ": "'", "ʾ": "'", "`": "'", "´": "'", "′": "'", "‐": "-", "‑": "-",
})  # fmt: skip


@lru_cache(maxsize=50_000)
def plain_letters(text: str) -> str:
    """A text in small letters without marks, apostrophes and hyphens alike."""
    if text.isascii():
        return text.casefold().replace("`", "'")
    folded = unicodedata.normalize("NFKD", text.translate(_LEFT).casefold())
    return "".join(c for c in folded if not unicodedata.combining(c)).translate(_LEFT)
