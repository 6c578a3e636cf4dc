"""The key of the letters, and the keys that were in use before it was changed.

What was made under a former key keeps it: a letter that went, or about which somebody said a word, is found by the key
it has, so changing the key sends nothing again. Only what begins from now on has the new one. Buttons of letters that
are out go on working.

Every run leaves a code of its key in the ledger, by which nobody finds the key. Where one of these is the code of no
key the bot has, a former key was not kept, and the bot stands still.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from bot.errors import StandsStill
from bot.office.mail.outgoing import letter_key
from bot.programme.answers.team_words import matter_code
from bot.programme.date_words import day_in_words
from bot.programme.history.history import History
from bot.programme.modes import Mode


class KeysInUse:
    """Makes the key of parts. `former` are the makers of keys before the last change, the latest first."""

    def __init__(self, secret: bytes, former: Sequence[bytes] = ()) -> None:
        self._secret = secret
        self.former = tuple(KeysInUse(old) for old in former)
        self._history = History()

    def own(self, parts: tuple[str, ...]) -> str:
        """By the key in use alone."""
        return letter_key(self._secret, parts)

    @property
    def code(self) -> str:
        """Of the key in use: 32 bits made with it from fixed words, which tell two keys apart and neither of them."""
        return self.own(("key in use",))[:8]

    @property
    def codes(self) -> Collection[str]:
        """Of all of them."""
        return {self.code, *(old.code for old in self.former)}

    def __call__(self, parts: tuple[str, ...]) -> str:
        for old in self.former:
            key = old(parts)
            if key in self._history.letters or matter_code(old, "letter", key) in self._history.letter_words:
                return key
        return self.own(parts)

    def learn(self, history: History) -> None:
        """From now on what is in this history, and what it takes in later, is known."""
        self._history = history


def refuse_a_lost_key(keys: KeysInUse, history: History, mode: Mode | str) -> None:
    """Stop where runs in this mode, or live ones, have worked by a key that is neither the one in use nor a former one:
    what went by it would go again, and its buttons would do nothing. A trial that was over before letters last went
    live does not count: between the two a key is rightly changed. Raises StandsStill."""
    lost = [
        day
        for (of, code), day in history.keys_used.items()
        if code not in keys.codes
        and (of == Mode.LIVE or (of == mode and day > (history.last_live_on or date.min)))
    ]
    if lost:
        raise StandsStill(
            f"the key of the letters is another than until {day_in_words(max(lost))}, and the former one was not kept: "
            "letters that have gone would go again, and their buttons would do nothing.",
            "The IT administrator: put the former key back, or into a variable of its own (in council.env beside the "
            "profile) that “former_keys_env” names, for good. Quotes around a value there do not belong to it: a key "
            "that was once read with its quotes stands between single ones, '\"KEY\"'. If it is lost for good, set the "
            "ledger aside as well, and write “start_on” with today's day into the profile: what was due earlier than "
            "the day before waits for the Audit Team's word.",
        )
