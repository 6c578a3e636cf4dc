"""What of an audit has fallen out today, so that another is to come in its place (§7, X30).

The child of an audit that was withdrawn or declared invalid; an auditor who was exempted; an auditor or moderator whom
the row no longer names, who has left or is away. What has come back is not done over again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from bot.programme.date_words import day_in_words
from bot.programme.history.records_of_the_past import AuditHistory
from bot.programme.vocabulary import Allocation, AuditType, Person, Role, RoleHolder, Vacant

TO_REPLACE = "a row to replace"
"""The kind of matter."""
AWAY_FOR = timedelta(days=5)
"""For so long an automatic reply counts as news of somebody's absence."""


def vacancies(
    a: Allocation,
    past: AuditHistory,
    today: date,
    away: Mapping[str, tuple[date, str]],
    roles: Collection[RoleHolder] = (),
) -> dict[Vacant, str]:
    """What is vacant, and why, as a sentence goes on. `away` are the days of automatic replies, by address."""
    if a.audit_type is AuditType.DIP_AUDIT:
        return {}
    if a.withdrawn:
        return {Vacant.CHILD: "the audit was withdrawn"}
    if a.declared_invalid_on:
        return {Vacant.CHILD: "the audit was declared invalid"}
    found: dict[Vacant, str] = {}
    if not (past.returns or past.moderations or a.dip_completed_on):
        if a.exempted and a.auditor:
            found[Vacant.AUDITOR] = f"{a.auditor.name} was exempted"
        elif why := _gone(a.auditor, today, away):
            found[Vacant.AUDITOR] = why
        elif a.auditor and not_trained(a, roles):
            found[Vacant.AUDITOR] = f"{a.auditor.name} is not among the trained auditors in Audit roles"
    if a.audit_type.is_moderated and not past.moderations and (why := _gone(a.moderator, today, away)):
        found[Vacant.MODERATOR] = why
    return found


def may_be_away(replied: date, today: date) -> bool:
    """Whether an automatic reply of that day is news of an absence still."""
    return today - replied <= AWAY_FOR


def vacant_person(a: Allocation, vacant: Vacant) -> Person | None:
    """Who holds the part now, if anybody."""
    return {Vacant.AUDITOR: a.auditor, Vacant.MODERATOR: a.moderator}.get(vacant)


def not_trained(a: Allocation, roles: Collection[RoleHolder]) -> bool:
    """Whether Audit roles keep a training register in which the auditor does not stand on the day that counts (§6)."""
    trained = [h for h in roles if h.role is Role.TRAINED_AUDITOR]
    if not trained or a.auditor is None or not a.audit_type.is_moderated:
        return False
    day = a.confirmed_on
    return not any(h.person == a.auditor and (day is None or h.holds_on(day)) for h in trained)


def _gone(person: Person | None, today: date, away: Mapping[str, tuple[date, str]]) -> str:
    if person is None:
        return "the row names nobody"
    if "@" not in person.email:
        return f"{person.name} has no address in Microsoft 365 (left the council?)"
    if (known := away.get(person.email)) and may_be_away(known[0], today):
        return f"{person.name} answered automatically on {day_in_words(known[0])} and may be away"
    return ""
