"""Which letter has which words: by what its rule is about."""

from __future__ import annotations

from collections.abc import Mapping

from bot.papers.letters.audit_words import AuditWords
from bot.papers.letters.button_words import BUTTON_KINDS, LINK_KINDS, Links, WithButtons
from bot.papers.letters.cycle_words import CycleWords, MonthWords
from bot.papers.letters.digest_words import DigestWords, ReceiptWords
from bot.papers.letters.letter_words import EveryLetter, Surroundings, ToPeople
from bot.papers.letters.several_words import SeveralWords
from bot.papers.letters.word_classes import Kind, Words, kinds
from bot.programme.standing.actions import SendLetter
from bot.programme.standing.council import Council
from bot.programme.vocabulary import Scope

SORTS: tuple[type[EveryLetter], ...] = (
    AuditWords, CycleWords, MonthWords, SeveralWords, ReceiptWords, DigestWords,
)  # fmt: skip
"""Every sort of letter there is."""


def allowed(sort: type[EveryLetter]) -> Mapping[str, Kind]:
    """Word -> what it holds: all that a letter of this sort may use."""
    more = {**BUTTON_KINDS, **LINK_KINDS} if issubclass(sort, WithButtons) else {}
    return {**kinds(sort), **more}


def words(letter: SendLetter, lists: Council, around: Surroundings) -> dict[str, object]:
    """The words of one planned letter. A restricted audit has no identifiers among them."""
    if letter.together:
        return SeveralWords(around, letter, lists).given()
    if letter.rule.scope is Scope.MONTH:
        return MonthWords(around, letter, lists).given()
    if letter.standing:
        return AuditWords(around, letter, lists, letter.standing).given()
    return CycleWords(around, letter, lists).given()


def as_markdown() -> str:
    """The tables of docs/letters.md, one for each class of words; those for buttons: buttons_described.py."""
    parts = (EveryLetter, ToPeople, *SORTS[:4], ReceiptWords, DigestWords, Links)
    return "\n".join(_table(part) for part in parts)


def _table(of: type[Words]) -> str:
    rows = [f"| `{word.name}` | {word.explained} |" for word in of.own()]
    return "\n".join([f"## {of.__doc__}", "", "| Word | What it holds |", "|---|---|", *rows, ""])
