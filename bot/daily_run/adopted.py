"""Letters that were found in Sent Items and of which the ledger knows nothing but that they went: what they were.

A ledger that was lost, or restored from a copy, adopts them by their keys (`Outbox.adopt`). What is due by now is
planned as if they had not gone, and as if nothing had come back yet; a planned letter with the key of one of them says
what it was. Otherwise an audit that is out would stand there as "Ready to send", and nobody would be reminded of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import replace

from bot.daily_run.workplace import Workplace
from bot.programme.events import Event, EventKind
from bot.programme.history.history import History, history_of
from bot.programme.history.records_of_the_past import LetterState
from bot.programme.planning.planner import plan
from bot.programme.standing.actions import SendLetter
from bot.programme.standing.council import Council

_NOT_YET: tuple[tuple[EventKind, ...], ...] = (
    (EventKind.AUDIT_RETURNED, EventKind.MODERATION_RETURNED),
    (EventKind.MODERATION_RETURNED,),
    (),
)
"""What is left out, one time after the other: a letter that asks for something ends when that has come."""

_CAME = (
    EventKind.AUDIT_RETURNED,
    EventKind.MODERATION_RETURNED,
    EventKind.RECORD_RETURNED,
    EventKind.REPORTED,
)
_LETTERS_FOUND = "letters found"
"""In the place of a message's id: what these letters were last tried against."""
_AS_FOUND = {LetterState.LEFT_AS_DRAFT: EventKind.LETTER_LEFT_AS_DRAFT}


def recognised(workplace: Workplace, lists: Council, history: History) -> list[Event]:
    """What the adopted letters were, as far as what is due by now tells it. Where it tells of none, that is remembered,
    and asked again only once the lists or what came back are others."""
    digests = {k: workplace.basis.keys(("digest", n.on.isoformat())) for k, n in history.letters.items()}
    nameless = {k for k, n in history.letters.items() if n.nameless and k != digests[k]}
    against = _against(nameless, workplace, lists) if nameless else ""
    if not nameless or history.tried.get(_LETTERS_FOUND) == against:
        return []
    each: dict[str, SendLetter] = {}
    for not_yet in _NOT_YET:
        events = [
            e
            for e in workplace.ledger.read()
            if e.kind not in not_yet and e.key.partition("#")[0] not in nameless
        ]
        planned = plan(workplace.today, lists, history_of(events), workplace.basis)
        due = [*planned.letters, *(kept.letter for kept in planned.kept)]
        each |= {letter.key: letter for whole in due for letter in (whole, *whole.together)}
    found = [
        workplace.event(
            _AS_FOUND.get(history.letters[key].state, EventKind.LETTER_SENT),
            f"{key}#known",
            letter.about,
            on=history.letters[key].on.isoformat(),
            **letter.as_remembered(),
        )
        for key, letter in each.items()
        if key in nameless
    ]
    if found:
        return found
    key = f"{_LETTERS_FOUND}#{against}#{workplace.clock().isoformat()}"
    return [workplace.event(EventKind.MESSAGE_TRIED, key, message=_LETTERS_FOUND, against=against)]


def _against(nameless: Collection[str], workplace: Workplace, lists: Council) -> str:
    """A digest of what may tell what these letters were: the lists as people keep them, the rules, and what came."""
    rows = [replace(a, etag="", written={}) for a in lists.allocations]
    came = [e.key for e in workplace.ledger.read() if e.kind in _CAME]
    rules = workplace.basis.rulebook.text_code
    whole = repr((sorted(nameless), rows, lists.cycles, lists.roles, rules, came))
    return hashlib.sha256(whole.encode()).hexdigest()[:16]
