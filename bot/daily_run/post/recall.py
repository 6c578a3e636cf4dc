"""Requests to recall a message."""

from __future__ import annotations

from bot.daily_run.post.reading import Reading
from bot.programme.messages.held_reasons import TO_READ


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
