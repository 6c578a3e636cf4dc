"""The council as the lists tell it, and what stays the same during a run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.programme.rulebook.rules import Rulebook
from bot.programme.vocabulary import Allocation, Cycle, Person, Role, RoleHolder
from bot.programme.working_days import WorkingDays

Keys = Callable[[tuple[str, ...]], str]
"""Makes a letter's key from what it is: the same words give the same key for ever (bot/office/mail/outbox.py)."""


def ever(keys: Keys) -> tuple[Keys, ...]:
    """The keys in use, and those that were in use before a change of the secret: what one of them signed is ours."""
    return (keys, *getattr(keys, "former", ()))


@dataclass(frozen=True, slots=True)
class Council:
    """The three lists as they were read."""

    cycles: Sequence[Cycle]
    roles: Sequence[RoleHolder]
    allocations: Sequence[Allocation]
    unread: Collection[str] = ()  # ids of rows that are in the list and cannot be used
    # our word -> id of a protecting column that is there
    protecting: Mapping[str, str] = field(default_factory=dict)
    unusable: Mapping[str, str] = field(default_factory=dict)  # reference of an unread row, folded -> why

    def holders(self, role: Role, service: str, day: date) -> list[Person]:
        """Who holds a role on a day: those named for the service first, else those named for every service."""
        held = [h for h in self.roles if h.role is role and h.holds_on(day)]
        own = [h.person for h in held if h.service and h.service.casefold() == service.casefold()]
        return own or [h.person for h in held if not h.service]

    def later_than(self, cycle: Cycle) -> list[Cycle]:
        """The later cycles of the same services."""
        return [
            c
            for c in self.cycles
            if c.service_group == cycle.service_group
            and c.month_one and cycle.month_one and c.month_one > cycle.month_one
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Basis:
    """What stays the same during a run. `audit_team` is the shared mailbox."""

    rulebook: Rulebook
    working: WorkingDays
    keys: Keys
    audit_team: Person
