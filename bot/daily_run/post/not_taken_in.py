"""Messages that cannot be taken in yet, or not at all: closed, on their way, locked, or trouble of any kind."""

from __future__ import annotations

from datetime import timedelta

from bot.daily_run.post.reading import Filing, Reading
from bot.errors import in_words
from bot.papers.forms.answers import Held, Refused, ReturnedAudit
from bot.programme.events import EventKind
from bot.programme.messages.held_reasons import NOT_TAKEN_IN, PROTECTED, PUT_ASIDE
from bot.programme.vocabulary import Problem

TOLD_AFTER = timedelta(hours=1)
TRIED = 2
"""So often a message is read on which the bot itself fails."""
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
    rows = reading.about.rows(form.reference for form in reading.opened)
    reading.hold(
        NOT_TAKEN_IN,
        f"{told} If it goes on, please ask the IT administrator.",
        sha256=STAYS,
        about=rows[0].item_id if len(rows) == 1 else "",
        form=bool(_brought(reading) or post.closed),
        stays=True,
        grades_of=_grades(reading),
    )


def _brought(reading: Reading) -> int:
    return sum(a.brought or a.may_be_a_message for a in reading.post.attachments)


def _grades(reading: Reading) -> list[ReturnedAudit | Held | Refused | None]:
    """What its files say as far as they were opened, and None where there are others."""
    lacking = bool(reading.post.closed) or _brought(reading) > len(reading.opened)
    return [*(form.read for form in reading.opened), *[None] * lacking]


def broke(reading: Reading, fault: Exception) -> None:
    """The bot itself failed on it. It is tried once more, after all the others; then it is put aside."""
    post, kind = reading.post, type(fault).__name__
    times = reading.history.broke.get(post.id, 0) + 1
    reading.record(EventKind.MESSAGE_BROKE, f"{post.id}#{times}", message=post.id, why=kind)
    why = f"the bot met something it does not know ({kind})"
    if times < TRIED:
        tried_again(reading, why)
    else:
        put_aside(reading, f"It could not be taken in {times} times: {why}")


def put_aside(reading: Reading, why: str) -> None:
    """Nothing of it counts, and it is not tried again: a person looks."""
    rows = reading.about.rows(form.reference for form in reading.opened)
    about = rows[0].item_id if len(rows) == 1 else ""
    reading.put_to_a_person(
        PUT_ASIDE,
        f"{why}. Nothing of it was taken in. {PUT_ASIDE.step}",
        about=about,
        grades_of=_grades(reading),
    )


def put_aside_unread(reading: Reading) -> None:
    """The same of a message of which the bot cannot even say what it is about."""
    post = reading.post
    why = f"A message from {post.sender or 'an unknown sender'} made the bot fail whatever it tried. {PUT_ASIDE.step}"
    reading.record(
        EventKind.NEEDS_A_PERSON, "#".join(filter(None, (post.id, reading.history.times_again(post.id)))),
        reason=why, sender=post.sender, category=str(PUT_ASIDE), doubt="", theirs=False, unread=True,
    )  # fmt: skip
    reading.filings.append(Filing(post, reading.workplace.settings.please_look_folder, PUT_ASIDE))


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
