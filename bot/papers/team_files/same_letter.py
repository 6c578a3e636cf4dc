"""Whether two files of a letter come to the same letter."""

from __future__ import annotations

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
