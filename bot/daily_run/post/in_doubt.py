"""Messages whose sender is in doubt: nothing follows from them, and what is, or claims to be, ours is held and named.

What outsiders send that names no audit, brings no file and answers nothing is let be like all such mail.
"""

from __future__ import annotations

from bot.daily_run.post.in_words import without_a_form
from bot.daily_run.post.letter import letter
from bot.daily_run.post.reading import AUTOMATIC, Reading
from bot.programme.messages.post_kinds import PostKind


def is_one(reading: Reading) -> bool:
    """Whether its sender is in doubt. What the bot itself wrote is known by its key, and what has no headers at all
    never travelled: a person put it there."""
    post = reading.post
    ours = post.own_key in reading.history.letters or not post.headers
    return bool(reading.doubt) and not (reading.kind is PostKind.OWN and ours)


def held(reading: Reading) -> None:
    """Hold it, its forms read and kept apart; an automatic reply that has to do with nothing of ours is put away."""
    if any(a.brought or a.may_be_a_message for a in reading.post.attachments):
        letter(reading)
    elif reading.kind is PostKind.AUTOMATIC and not reading.about.is_ours:
        reading.file(AUTOMATIC)
    else:
        without_a_form(reading)
