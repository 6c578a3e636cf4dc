"""Whether the bot may see when people are free, as far as the settings would have it, and no further (§10).

https://learn.microsoft.com/graph/api/calendar-getschedule  https://learn.microsoft.com/exchange/permissions-exo/application-rbac
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.clock import london_midnight
from bot.daily_run.workplace import Workplace
from bot.errors import AuditBotError, RequestRefused
from bot.office.calendars import MOST, Calendars, Seen
from bot.programme.vocabulary import OF_THE_AUDIT_TEAM, Person
from bot.programme.waits import listed

IT = "The IT administrator:"
ROLE = "Application Calendars.Read"
_FORBIDDEN = (401, 403)


def calendars_wrong(workplace: Workplace) -> tuple[list[str], list[str]]:
    """Problems and notes about the calendars that are to be asked for. Raises AuditBotError."""
    people = _people(workplace)
    try:
        seen = _asked(workplace, workplace.settings.mailbox, people)
    except RequestRefused as fault:
        if fault.status not in _FORBIDDEN:
            raise
        return [
            f"The bot may not see when people are free ({fault.status} {fault.code}); letters go without times. {IT} "
            f"give it {ROLE}, scoped to this very mailbox, or take propose_times out of the profile. Exchange takes up "
            "to two hours to go by it."
        ], []
    return [*_too_wide(workplace), *_nobodys(seen)], _of_some(seen)


def calendars_unneeded(workplace: Workplace) -> list[str]:
    """A note where it may see them and the settings do not ask for it."""
    box = workplace.settings.mailbox
    try:
        _asked(workplace, box, [Person(box, box)])
    except AuditBotError:
        return []
    return [
        f"The bot may see when people are free, and the settings do not use it (propose_times). {IT} take {ROLE} back."
    ]


def _people(workplace: Workplace) -> list[Person]:
    """Those whom Audit roles name; where nobody is, the mailbox itself."""
    roles = [h for h in workplace.lists.read().council.roles if h.role not in OF_THE_AUDIT_TEAM[:1]]
    found = {holder.person.email: holder.person for holder in roles if holder.holds_on(workplace.today)}
    box = workplace.settings.mailbox
    return [*found.values()][:MOST] or [Person(box, box)]


def _asked(workplace: Workplace, asker: str, people: Sequence[Person]) -> Seen:
    begins = london_midnight(workplace.basis.working.after(workplace.today, 1))
    return Calendars(workplace.graph, asker).of(people, begins, begins + timedelta(hours=20))


def _too_wide(workplace: Workplace) -> list[str]:
    """A right that is not scoped lets the bot ask as anybody, and then read what the calendar of each holds."""
    other = workplace.settings.must_not_reach.mailbox
    try:
        if other:
            _asked(workplace, other, [Person(other, other)])
    except AuditBotError:
        return []
    return (
        [
            f"The bot may read the calendar of {other}, which it must not. {IT} scope {ROLE} to the one mailbox."
        ]
        if other
        else []
    )


def _nobodys(seen: Seen) -> list[str]:
    if seen.calendars or not seen.not_seen:
        return []
    return [
        f"Of {len(seen.not_seen)} people in Audit roles no calendar could be seen ({_codes(seen)}). {IT} may the "
        "shared mailbox see when colleagues are free, as everybody may by default (AvailabilityOnly)?"
    ]


def _of_some(seen: Seen) -> list[str]:
    if not (seen.calendars and seen.not_seen):
        return []
    names = listed(person.name for person, _ in seen.not_seen)
    return [f"The calendars of {names} could not be seen ({_codes(seen)}); letters name whoever is missing."]


def _codes(seen: Seen) -> str:
    return ", ".join(dict.fromkeys(why for _, why in seen.not_seen))
