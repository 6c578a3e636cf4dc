"""The key of the letters, and the keys that were in use before it was changed.

What was made under a former key keeps it: a letter that went, or about which somebody said a word, is found by the key
it has, so changing the key sends nothing again. Only what begins from now on has the new one. Buttons of letters that
are out go on working.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.office.mail.outgoing import letter_key
from bot.programme.answers.team_words import matter_code
from bot.programme.history.history import History
from bot.programme.standing.council import Keys


class KeysInUse:
    """Makes the key of parts. `former` are the makers of keys before the last change, the latest first."""

    def __init__(self, secret: bytes, former: Sequence[bytes] = ()) -> None:
        self._secret = secret
        self.former: tuple[Keys, ...] = tuple(KeysInUse(old) for old in former)
        self._history = History()

    def own(self, parts: tuple[str, ...]) -> str:
        """By the key in use alone."""
        return letter_key(self._secret, parts)

    def __call__(self, parts: tuple[str, ...]) -> str:
        for old in self.former:
            key = old(parts)
            if key in self._history.letters or matter_code(old, "letter", key) in self._history.letter_words:
                return key
        return self.own(parts)

    def learn(self, history: History) -> None:
        """From now on what is in this history, and what it takes in later, is known."""
        self._history = history
