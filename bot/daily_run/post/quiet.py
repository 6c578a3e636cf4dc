"""Messages that ask nothing of anybody."""

from __future__ import annotations

from bot.daily_run.post.reading import AUTOMATIC, Reading
from bot.programme.events import EventKind


def let_be(reading: Reading) -> None:
    """It stays where it is."""
    reading.file("")


def automatic_reply(reading: Reading) -> None:
    """Its sender may be away."""
    post = reading.post
    reading.record(EventKind.AUTOMATIC_REPLY_SEEN, post.id, sender=post.sender, until=None)
    reading.file(AUTOMATIC)


def trial_button(reading: Reading) -> None:
    """The button of a trial letter does nothing, and the Audit Team hears that it was tried."""
    name = reading.known.name(reading.post.sender)
    what = f"{name} tried a button of a trial letter. Nothing followed from it."
    reading.record(EventKind.TOLD, reading.post.id, where="Trial", what=what)
    reading.file(reading.workplace.settings.filed_folder)
