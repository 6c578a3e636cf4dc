"""Whether two files of a letter come to the same letter, and which of their words differ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from bot.papers.letters.letter_check import PARTS
from bot.papers.letters.letter_language import LetterLanguage
from bot.papers.letters.letter_text import letter_text


def reads_the_same(one: str, other: str) -> bool:
    """Whether subject, preview and page are the same, tags and all; what is wrong in either is another letter."""
    if one == other:
        return True
    try:
        mine, theirs = (
            letter_text(text, LetterLanguage(escaping=True, parts=PARTS)) for text in (one, other)
        )
    except (ValueError, TypeError, LookupError, AttributeError, AssertionError, RecursionError):
        return False  # what it fails on is told where the letter is checked
    if mine.faults or theirs.faults or [t.text for t in mine.tags] != [t.text for t in theirs.tags]:
        return False
    return (mine.subject, mine.preview, mine.html) == (theirs.subject, theirs.preview, theirs.html)


_MOST_WORDS = 3_000
"""Of longer letters no words are compared: the work grows with the square of them."""
_MOST_PLACES, _BEFORE, _LONGEST = 6, 2, 160
_MARKS = "*_>#|`\\"
_WORD, _PARAGRAPH = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\n\s*\n|[^\s{]+|\{"), "\n\n"


def changed_words(now: str, before: str) -> list[str]:
    """In sentences, which words of a letter are others than before, each with the two that stand in front of them."""
    was, says = (_words(text) for text in (before, now))
    if max(len(was), len(says)) > _MOST_WORDS:
        return []
    places = [
        (_with_those_in_front(was, a, b), _with_those_in_front(says, c, d))
        for what, a, b, c, d in SequenceMatcher(None, was, says, autojunk=False).get_opcodes()
        if what != "equal"
    ]
    said = [f"“{_short(old)}” is now “{_short(new)}”" for old, new in places[:_MOST_PLACES]]
    more = len(places) - _MOST_PLACES
    return [*said, f"{more} more places"] if more > 0 else said


def _words(text: str) -> list[str]:
    """The words and the words in braces of a letter, and where a paragraph ends."""
    found = (raw.strip(_MARKS) if raw.strip() else _PARAGRAPH for raw in _WORD.findall(text))
    return [word for word in found if word]


def _with_those_in_front(words: Sequence[str], first: int, end: int) -> list[str]:
    front = words[max(0, first - _BEFORE) : first]
    if _PARAGRAPH in front:
        front = front[len(front) - front[::-1].index(_PARAGRAPH) :]
    return [word for word in (*front, *words[first:end]) if word != _PARAGRAPH]


def _short(words: Sequence[str]) -> str:
    text = " ".join(words)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"
