"""In which of three ways the bot works: live, or one of two trials in which nobody but the Audit Team has a letter.

A trial goes the whole way: what a trial letter told counts as told within that trial, so that reminders and what comes
after them are seen too. For every other mode it was never sent. So a letter's steps are kept under its mode's name, in
the ledger and on the message itself. Live sees its own alone. A trial sees besides what has gone live (as_seen.py):
people have had it, and it does not go to them again, not even as a draft.
"""

from __future__ import annotations

from enum import StrEnum


class Mode(StrEnum):
    LIVE = "live"
    TEAM_ONLY = "team only"
    REHEARSE = "rehearse"

    @property
    def trial(self) -> bool:
        return self is not Mode.LIVE

    def marked(self, key: str) -> str:
        """A letter's key as it is kept in this mode: in "live" as it is."""
        return f"{self.replace(' ', '-')}.{key}" if self.trial else key

    def own(self, kept: str) -> str | None:
        """The key of what is kept under this mode; None of what belongs to another."""
        if not self.trial:
            return None if kept.startswith(_OF_TRIALS) else kept
        start = self.marked("")
        return kept.removeprefix(start) if kept.startswith(start) else None

    @property
    def in_words(self) -> str:
        return _IN_WORDS[self]


STEP_OF_LIVE = "#live"
"""After a letter's key, in a trial: the step was live's (history/as_seen.py)."""
_OF_TRIALS = tuple(mode.marked("") for mode in Mode if mode.trial)
_IN_WORDS = {
    Mode.LIVE: "live: letters go to the people they are for",
    Mode.TEAM_ONLY: "team only: every letter goes to the Audit Team's mailbox, with the names of those it is for",
    Mode.REHEARSE: "rehearse: every letter is left as a draft in the mailbox, and nothing is sent",
}
