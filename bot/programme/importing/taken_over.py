"""The past of an audit that was begun without the bot, as the bot remembers it: nothing is sent again for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from bot.programme.events import Event, EventKind, Plain
from bot.programme.history.history import History
from bot.programme.importing.entries import Past
from bot.programme.modes import Mode
from bot.programme.vocabulary import Grade


def taken_over(item_id: str, past: Past, at: datetime, history: History) -> list[Event]:
    """What came back before, as events. Nothing, once the bot knows itself of something that came back."""
    known = history.audit(item_id)
    found = []
    if past.returned_on and not known.returns:
        found.append(_event(EventKind.AUDIT_RETURNED, item_id, past.returned_on, past.auditors_grade, at))
    if past.moderated_on and not known.moderations:
        found.append(
            _event(EventKind.MODERATION_RETURNED, item_id, past.moderated_on, past.moderated_grade, at)
        )
    return found


def letters_begin(today: date, at: datetime, mode: Mode) -> list[Event]:
    """That letters go by today's date from now on: what audits with a past would have had before is put to the Audit
    Team in one list, and not sent. Where letters go to nobody yet, that comes when they begin to."""
    if mode.trial:
        return []
    on = today.isoformat()
    return [Event(at, EventKind.LIVE_BEGAN, on, "", {"on": on})]


def _event(kind: EventKind, item_id: str, on: date, grade: Grade | None, at: datetime) -> Event:
    data: Mapping[str, Plain] = {
        "on": on.isoformat(),
        "grade": grade.value if grade else None,
        "taken_over": True,
    }
    return Event(at, kind, f"{item_id}#taken over", item_id, data)
