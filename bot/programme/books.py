"""Balancing the books: which events a run still needs, when the ledger has grown for years.

Nothing is ever removed from the ledger. Now and then a run carries forward what still matters, and the next runs read
that and what has happened since. Whatever is left out can change no plan as long as the audits it is about are not in
an open cycle; when one is again, the whole ledger is read (bot/office/ledger.py).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from bot.programme.events import Event, EventKind
from bot.programme.history import History, LetterState
from bot.programme.planner import Council
from bot.programme.summary import DIGEST

RECENT_DAYS = 30
"""So long everything is kept, whatever it is about: for duplicates, bounces and replies that come late."""

SETTLED = (LetterState.SENT, LetterState.LEFT_AS_DRAFT, LetterState.CANCELLED)
"""States of a letter that is out of everybody's hands."""


def open_business(council: Council) -> set[str]:
    """What events may be about that a plan depends on: the open cycles, every row in them, and the month."""
    cycles = {cycle.name: cycle for cycle in council.cycles if cycle.open}
    return {"month", *(f"cycle:{cycle.item_id}" for cycle in cycles.values())} | {
        allocation.item_id for allocation in council.allocations if allocation.cycle in cycles
    }


def still_matter(
    events: Sequence[Event], picture: History, business: Collection[str], since: date
) -> list[bool]:
    """For each event, whether it is to be carried forward. `picture` is what these same events tell; `business` is
    `open_business`; everything from `since` on is kept."""
    last_of = {_alone(event): n for n, event in enumerate(events)}
    waiting = {(question.message, question.about) for question in picture.open_questions()}
    asked = {message for message, _ in waiting}

    def matters(n: int, event: Event) -> bool:
        if event.about in business or event.at.date() >= since:
            return True
        name = event.key.partition("#")[0]
        match event.kind:
            case EventKind.CURSOR_MOVED | EventKind.FOLDER_KNOWN | EventKind.MAILBOX_GONE_THROUGH:
                return last_of[_alone(event)] == n
            case EventKind.READING_BEGINS | EventKind.TEAM_SAID | EventKind.MATTER_TOLD:
                return True
            case EventKind.LIVE_BEGAN | EventKind.WORD_ON_A_LETTER:
                return True
            case EventKind.MESSAGE_READ_AGAIN | EventKind.MESSAGE_TRIED:
                return name in asked or name not in picture.filed
            case EventKind.MESSAGE_SEEN:
                return event.key not in picture.filed
            case EventKind.NEEDS_A_PERSON:
                return (name, event.about) in waiting
        if letter := picture.letters.get(name) if event.kind.value.startswith("letter ") else None:
            about = {picture.letters[key].about for key in letter.covers}
            return letter.state not in SETTLED or last_of.get("digest") == n or not about.isdisjoint(business)
        return False

    return [matters(n, event) for n, event in enumerate(events)]


def _alone(event: Event) -> str:
    """The name of a series of which only the last event counts, or ""."""
    if event.kind in (EventKind.CURSOR_MOVED, EventKind.MAILBOX_GONE_THROUGH):
        return event.kind.value
    if event.kind is EventKind.FOLDER_KNOWN:
        return f"{event.kind.value} {event.data.get('name')}"
    return "digest" if event.kind is EventKind.LETTER_INTENDED and event.data.get("rule") == DIGEST else ""
