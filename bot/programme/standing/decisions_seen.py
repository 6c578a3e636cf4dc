"""What people decide in the list has no day of its own there: it counts from the day on which it was first seen, or was
gone again (§7, §11)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from bot.programme.events import Event, EventKind
from bot.programme.history.history import History
from bot.programme.standing.council import Council


def decisions_seen(council: Council, history: History, now: datetime, today: date) -> Iterator[Event]:
    """Dates for putting an audit right, final grades, disagreements and withdrawals that are another than they were."""
    on = today.isoformat()
    for a in council.allocations:
        before = history.audit(a.item_id)
        if (by := a.rectification_by) and by not in before.rectification_asked_on:
            key, data = f"{a.item_id}#{by.isoformat()}", {"on": on, "by": by.isoformat()}
            yield Event(now, EventKind.RECTIFICATION_SEEN, key, a.item_id, data)
        grades = before.decisions_seen
        if (grades or a.final_grade) and (not grades or grades[-1][0] is not a.final_grade):
            key = f"{a.item_id}#{len(grades)}#{a.final_grade or ''}"
            grade = a.final_grade.value if a.final_grade else ""
            yield Event(now, EventKind.DECISION_SEEN, key, a.item_id, {"on": on, "grade": grade})
        disputes = before.disagreements_seen
        if (disputes or a.disputed_on) and (not disputes or disputes[-1][0] != a.disputed_on):
            day = a.disputed_on.isoformat() if a.disputed_on else ""
            key, data = f"{a.item_id}#{len(disputes)}", {"on": on, "disputed": day}
            yield Event(now, EventKind.DISAGREEMENT_SEEN, key, a.item_id, data)
        was = before.withdrawals_seen
        if a.withdrawn is not bool(was and was[-1][0]):
            key = f"{a.item_id}#{len(was)}"
            data = {"on": on, "withdrawn": "yes" if a.withdrawn else ""}
            yield Event(now, EventKind.WITHDRAWAL_SEEN, key, a.item_id, data)
