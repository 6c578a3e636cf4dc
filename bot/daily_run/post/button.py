"""Replies by a button of one of our letters."""

from __future__ import annotations

from bot.daily_run.post.in_words import meant, shown
from bot.daily_run.post.letter import letter
from bot.daily_run.post.reading import Reading
from bot.daily_run.replies import taken
from bot.papers.mail.attached_messages import own_words
from bot.programme.messages.held_reasons import NOT_EXPECTED
from bot.programme.messages.reply_text import besides


def reply_by_button(reading: Reading) -> None:
    """What follows from it is remembered. What it brings besides goes the way of all forms."""
    post, workplace = reading.post, reading.workplace
    reply = taken(post, reading.known.lists, reading.history, workplace)
    reading.events += reply.events
    if any(a.brought or a.may_be_a_message for a in post.attachments):
        letter(reading)
    if reply.category:
        reading.filings.clear()
        words = own_words(workplace.mailbox.body(post.id)).replace("\n", " ")
        wrote = shown(reading.known, [besides(words)], reply.about) if reply.category.shows_words else ""
        offers = reply.offers
        if not offers and reply.category != NOT_EXPECTED:  # a reference we never gave out offers nothing
            offers = meant(reading, words, reply.about)
        reading.put_to_a_person(reply.category, f"{reply.reason}{wrote}", about=reply.about, offers=offers)
    elif not reading.filings:
        reading.file(workplace.settings.filed_folder)
