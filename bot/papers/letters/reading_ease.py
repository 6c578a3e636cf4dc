"""How easily a text is read, by Rudolf Flesch's formula."""

from __future__ import annotations

import re

_SENTENCE = re.compile(r"[.!?:;]+(?=\s|$)|\n+")
_WORD = re.compile(r"[A-Za-zÀ-ÿ'’]+")
_VOWELS = re.compile(r"[aeiouyà-ÿ]+")


def reading_ease(text: str) -> float:
    """0 to 100 and beyond; 60 to 70 is plain English, higher is easier. 100 for a text without words."""
    sentences = [found for part in _SENTENCE.split(text) if (found := _WORD.findall(part))]
    words = [word for sentence in sentences for word in sentence]
    if not words:
        return 100.0
    per_sentence = len(words) / len(sentences)
    return 206.835 - 1.015 * per_sentence - 84.6 * sum(map(_syllables, words)) / len(words)


def _syllables(word: str) -> int:
    word = word.casefold().strip("'’")
    found = len(_VOWELS.findall(word))
    if word.endswith("e") and not word.endswith(("le", "ee")) and found > 1:
        found -= 1
    if word.endswith("ed") and not word.endswith(("ted", "ded")) and found > 1:
        found -= 1
    return max(1, found)
