"""Receipts: whoever sends a form hears what was read in it, what is still empty, and what comes next (§7); or, where
the form is held, that it has come and a person looks at it.

Only to somebody Exchange, or the Audit Team, vouches for, never to a machine, and one for each message, whatever
becomes of it later.
No grade and nothing of what the form says is in it: the conversation about quality is for people.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.programme.events import Event, EventKind
from bot.programme.messages.offers import VOUCH
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.status import next_for_people, status_of

RECEIPT = "receipt"
"""The name under which receipts stand in the ledger."""

_FRESH = timedelta(days=2)
"""An older return gets no receipt: it would only surprise."""
_PARTS = {
    EventKind.AUDIT_RETURNED: "the auditor's part",
    EventKind.MODERATION_RETURNED: "the moderator's part",
}


@dataclass(frozen=True, slots=True)
class ReceivedForm:
    """One part of one form. `empty` are the places, by section and question, in which nothing was found."""

    found: Standing
    part: str
    empty: tuple[str, ...]
    next_step: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """`held` are forms at which a person looks first: the audit of each where its sender has a part in it, else None.
    Why is not said: what is wrong with a form is for people to tell."""

    message: str
    sender: str
    forms: tuple[ReceivedForm, ...]
    held: tuple[Standing | None, ...] = ()


def receipts(events: Iterable[Event], standings: Sequence[Standing], today: date) -> list[Receipt]:
    """What has come in lately, message by message. The caller leaves out what has its receipt already."""
    known = {found.allocation.item_id: found for found in standings}
    came: dict[tuple[str, str], list[ReceivedForm]] = {}
    held: dict[tuple[str, str], dict[str, Standing | None]] = {}
    # messages whose form may count by the Audit Team's word, but not their sender's
    doubtful: set[str] = set()
    for event in events:
        if event.kind is EventKind.NEEDS_A_PERSON and event.data.get("vouched") is False:
            doubtful.add(event.key.partition("#")[0])
        if event.kind is EventKind.TEAM_SAID and event.data.get("word") == VOUCH:
            doubtful.discard(str(event.data.get("message")))
        if event.kind is EventKind.NEEDS_A_PERSON and event.data.get("form") and event.data.get("vouched"):
            if today - event.at.date() <= _FRESH:
                sender = str(event.data.get("sender") or "")
                theirs = known.get(event.about)
                has_part = theirs and sender in {person.email for person in theirs.allocation.people}
                waits = held.setdefault((event.key.partition("#")[0], sender), {})
                waits[event.key] = theirs if has_part else None
            continue
        message, sender = str(event.data.get("came_in") or ""), str(event.data.get("sender") or "")
        found = known.get(event.about)
        if event.kind not in _PARTS or not (message and sender and found):
            continue
        if today - event.at.date() > _FRESH:
            continue
        came.setdefault((message, sender), []).append(
            ReceivedForm(
                found, _PARTS[event.kind], _empty(event), next_for_people(found, status_of(found, today))
            )
        )
    return [
        Receipt(
            message,
            sender,
            tuple(came.get((message, sender), ())),
            tuple(held.get((message, sender), {}).values()),
        )
        for message, sender in dict.fromkeys([*came, *held])
        if message not in doubtful
    ]


def _empty(event: Event) -> tuple[str, ...]:
    """Where something is missing, of a form that was found incomplete; what it says is for people to talk about."""
    problems = event.data.get("problems")
    if not event.data.get("incomplete") or not isinstance(problems, Sequence) or isinstance(problems, str):
        return ()
    return tuple(dict.fromkeys(str(text).partition(": ")[0] for text in problems))
