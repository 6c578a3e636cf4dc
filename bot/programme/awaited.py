"""Whose part of which audit has not come yet, and so what a message that nobody can read may hold (§7, §10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.programme.history import History
from bot.programme.vocabulary import Allocation, Cycle

UNREAD = "Nobody can tell yet whether it holds an Inadequate."


def awaited_from(
    sender: str, allocations: Iterable[Allocation], cycles: Mapping[str, Cycle], picture: History
) -> list[Allocation]:
    """The audits of open cycles of which this person's own part has not come: the auditor's, again while a date for
    putting it right stands in the row, or the moderator's."""
    return [
        a
        for a in allocations
        if a.cycle in cycles and cycles[a.cycle].open and not a.left_out and _owes(sender, a, picture)
    ]


def _owes(sender: str, a: Allocation, picture: History) -> bool:
    known = picture.audit(a.item_id)
    if a.auditor and a.auditor.email == sender:
        return not known.returns or a.rectification_by is not None
    return bool(a.moderator and a.moderator.email == sender) and not known.moderations


def may_hold_an_audit(rows: Iterable[Allocation]) -> bool:
    """Whether what nobody can read may be an audit with a grade: of the audits its message names, or of those its
    sender's part is awaited of."""
    return any(a.audit_type.is_moderated for a in rows)
