"""Faults: things that stop a piece of work. A thing to show a person is a `Problem`, a value (vocabulary.py).

Each message says what is wrong, where, and who can put it right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable


class AuditBotError(Exception):
    """Anything this program raises on purpose."""


def in_words(fault: AuditBotError | str) -> str:
    """A fault for people who do not know Graph: without the address that was asked."""
    said = "\n".join(fault.for_letters) if isinstance(fault, SettingsError) else str(fault)
    return re.sub(r"^(?:GET|POST|PUT|PATCH|DELETE) \S+: ", "", said).rstrip(".")


class SettingsError(AuditBotError):
    """The configuration, the rules or a letter is wrong. `problems` lists every fault found, one sentence each, and
    `for_letters` the same without what stands in a file that cannot be read: it may be another file than is meant."""

    def __init__(self, problems: list[str], for_letters: list[str] | None = None) -> None:
        self.problems, self.for_letters = problems, problems if for_letters is None else for_letters
        super().__init__("\n".join(problems))


def near_words(word: str, words: Iterable[str], most: int = 1, alike: float = 0.6) -> list[str]:
    """Those of `words` most like a word, the nearest first. `alike` is how much of both must be the same, 0 to 1.

    Only words whose length allows it are compared: of two texts the same in `alike` of both, one is at most
    2 / alike - 1 times as long. A cell may hold a megabyte, and difflib's work grows with it whatever it is held
    against. https://docs.python.org/3/library/difflib.html#difflib.SequenceMatcher.ratio
    """
    times = 2 / alike - 1
    possible = [each for each in words if len(word) <= times * len(each) and len(each) <= times * len(word)]
    if not possible:
        return []
    from difflib import get_close_matches  # only where something is wrong

    return get_close_matches(word, possible, most, alike)


def nearest(word: str, words: Iterable[str]) -> str:
    """A hint at the word that was probably meant, or the whole choice when nothing is near."""
    choices = list(words)
    near = near_words(word.casefold(), (choice.casefold() for choice in choices))
    if near:
        right = next(choice for choice in choices if choice.casefold() == near[0])
        return f" (did you mean “{right}”?)"
    return f"; it may be {', '.join(f'“{choice}”' for choice in choices[:-1])} or “{choices[-1]}”"


class SignInRefused(AuditBotError):
    """Microsoft 365 does not accept the bot's identity; the IT administrator can put it right."""


class TenantUnavailable(AuditBotError):
    """Microsoft 365 did not answer, or answered that it is busy."""


class RequestRefused(AuditBotError):
    """Microsoft Graph refused one request. `status` is the HTTP status, `code` Graph's own error code."""

    def __init__(self, message: str, *, status: int, code: str = "") -> None:
        self.status = status
        self.code = code
        super().__init__(message)


class ListChanged(AuditBotError):
    """A row was edited between reading and writing it (HTTP 412): read again and decide again."""


class StandsStill(AuditBotError):
    """Whatever was done now might be done twice: nothing goes out until a person has acted. `what` begins small and
    ends with a full stop; `remedy` says who does what."""

    def __init__(self, what: str, remedy: str) -> None:
        self.what, self.remedy = what, remedy
        super().__init__(f"{what[0].upper()}{what[1:]} {remedy}")


class FileChanged(AuditBotError):
    """A file of the document library is not what was received, or not there: it is not sent on until a person has
    looked."""


class LetterRefused(AuditBotError):
    """A letter cannot be written as it stands: a word is missing, or it would carry what it must not."""


class LedgerError(AuditBotError):
    """The ledger cannot be read or written, or another run holds it."""


class NewerLedger(LedgerError):
    """The ledger was written by a newer audit bot, and only that one may go on with it."""


class Busy(LedgerError):
    """Another run is at work; this one does nothing."""
