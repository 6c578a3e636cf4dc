"""Messages that cannot be taken in yet, or not at all: closed, on their way, locked, or trouble of any kind."""

from __future__ import annotations

from datetime import timedelta

from bot.daily_run.post.reading import Reading
from bot.errors import in_words
from bot.programme.messages.held_reasons import NOT_TAKEN_IN, PROTECTED
from bot.programme.vocabulary import Problem

TOLD_AFTER = timedelta(hours=1)
STAYS = "not taken in"
"""Ends the key of a question about a message that stays in the Inbox."""


def tried_again(reading: Reading, why: str) -> None:
    """A message that could not be taken in: it is tried again, and told meanwhile. From somebody of the programme,
    or about an audit, it is put to the Audit Team like one that is held: nobody is chased for what it may bring."""
    post = reading.post
    told = f"A message from {post.sender or 'an unknown sender'} could not be taken in: {in_words(why)}. "
    told += "It stays where it is and is tried again."
    if not (reading.about.named or reading.known.has_a_part(post.sender)):
        who = "the IT administrator, if it happens again"
        reading.problems.append(Problem("The shared mailbox", told, who))
        return
    brought = [a for a in post.attachments if a.brought or a.may_be_a_message]
    rows = reading.about.rows(form.reference for form in reading.opened)
    reading.hold(
        NOT_TAKEN_IN,
        f"{told} If it goes on, please ask the IT administrator.",
        sha256=STAYS,
        about=rows[0].item_id if len(rows) == 1 else "",
        form=bool(brought or post.closed),
        stays=True,
        grades_of=[
            *(form.read for form in reading.opened),
            *[None] * bool(post.closed or len(brought) > len(reading.opened)),
        ],
    )


def closed(reading: Reading) -> None:
    """Its headers and attachments could not be had."""
    tried_again(reading, reading.post.closed)


def on_its_way(reading: Reading) -> None:
    """What it brings is with Safe Attachments still. It is not touched: it would never arrive. It is read again on
    every run and told after an hour."""
    if reading.workplace.clock() - reading.post.received > TOLD_AFTER:
        tried_again(reading, "Safe Attachments has not let its files through yet")


def locked(reading: Reading) -> None:
    """A label or "Encrypt" keeps it from everybody but its recipients."""
    ask = "Ask for the form in a message without protection (no “Encrypt”, no label that locks it)."
    why = f"The message is protected, and nobody else can open it. {ask}"
    reading.put_to_a_person(PROTECTED, why, grades_of=[None])
