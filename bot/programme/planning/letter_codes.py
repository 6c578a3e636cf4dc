"""What a plan holds, in codes: by them a later plan is seen to have grown, and nobody can read a letter from them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date

from bot.programme.standing.actions import SendLetter


def codes_of(days: Mapping[date, Sequence[SendLetter]]) -> frozenset[str]:
    """A code for each letter with each of its readers; nobody can read either from it."""
    return frozenset(
        hashlib.sha256(f"{letter.key} {reader}".encode()).hexdigest()[:12]
        for letters in days.values()
        for letter in letters
        for reader in ("", *(person.email for person in (*letter.to, *letter.cc)))
    )
