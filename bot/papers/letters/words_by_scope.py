"""Which letter has which words: by what its rule is about."""

from __future__ import annotations

from collections.abc import Mapping

from bot.papers.letters.audit_words import AuditWords
from bot.papers.letters.button_words import BUTTON_KINDS, LINK_KINDS, WithButtons
from bot.papers.letters.cycle_words import CycleWords, MonthWords
from bot.papers.letters.digest_words import DigestWords, ReceiptWords
from bot.papers.letters.letter_words import EveryLetter, Surroundings
from bot.papers.letters.level_words import LevelWords
from bot.papers.letters.replacement_words import ReplacementWords
from bot.papers.letters.several_words import SeveralWords
from bot.papers.letters.word_classes import Kind, kinds
from bot.programme.standing.actions import SendLetter
from bot.programme.standing.council import Council
from bot.programme.vocabulary import Scope

SORTS: tuple[type[EveryLetter], ...] = (
    AuditWords, CycleWords, MonthWords, SeveralWords, ReceiptWords, DigestWords, LevelWords,
    ReplacementWords,
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
