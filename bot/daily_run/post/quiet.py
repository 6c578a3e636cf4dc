"""Messages from which nothing follows by itself."""

from __future__ import annotations

from bot.daily_run.post.reading import AUTOMATIC, Reading
from bot.programme.events import EventKind
from bot.programme.messages.held_reasons import TO_READ, WRONG_SENDER


def let_be(reading: Reading) -> None:
    """It stays where it is."""
    reading.file("")


def automatic_reply(reading: Reading) -> None:
    """Its sender may be away. In answer to a letter they never had it is strange, and named."""
    post = reading.post
    readers = [address for letter in reading.about.letters for address in (*letter.to, *letter.cc)]
    if readers and post.sender not in readers:
        about, name = ", ".join(reading.about.references) or "a letter", reading.known.name(post.sender)
        reason = (
            f"{about}: an automatic reply came from {name}, who had no such letter. Nothing follows from it."
        )
        reading.put_to_a_person(WRONG_SENDER, reason)
        return
    reading.record(EventKind.AUTOMATIC_REPLY_SEEN, post.id, sender=post.sender, until=None)
    reading.file(AUTOMATIC)


def trial_button(reading: Reading) -> None:
    """The button of a trial letter does nothing, and the Audit Team hears that it was tried."""
    name = reading.known.name(reading.post.sender)
    what = f"{name} tried a button of a trial letter. Nothing followed from it."
    reading.record(EventKind.TOLD, reading.post.id, where="Trial", what=what)
    reading.file(reading.workplace.settings.filed_folder)


def recall(reading: Reading) -> None:
    """Nothing is undone by a request to recall: whatever was acted on is for people to put right."""
    about = reading.about
    if not about.is_ours:
        reading.file("")
        return
    named = f" about {', '.join(about.references)}" if about.references else ""
    reason = (
        f"{reading.known.name(reading.post.sender)} asks to take a message{named} back. Nothing is undone by that: ask "
        "what was wrong with it."
    )
    reading.put_to_a_person(TO_READ, reason, about=about.guessed_item)
