"""Who gets a letter: the people a rule names by their roles, as the row, the cycle and Audit roles know them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.programme.planning.situation import Planning
from bot.programme.rulebook.rules import Rule, called
from bot.programme.standing.audit_standing import Standing
from bot.programme.titles import same_service
from bot.programme.vocabulary import Cycle, Person, Problem, Role
from bot.programme.waits import listed


def people(
    planning: Planning,
    roles: Iterable[Role],
    found: Standing | None,
    cycle: Cycle,
    standings: Sequence[Standing],
) -> list[Person]:
    people: list[Person] = []
    for role in roles:
        for person in holders(planning, role, found, cycle, standings):
            if person not in people:
                people.append(person)
    return people


def holders(
    planning: Planning,
    role: Role,
    found: Standing | None,
    cycle: Cycle,
    standings: Sequence[Standing],
    *,
    quiet: bool = False,
) -> list[Person]:
    if role is Role.AUDIT_TEAM:
        return [planning.basis.audit_team]
    if found is None and role is Role.HEAD_OF_SERVICE:
        return list(cycle.heads_of_service)
    if found is None and role is Role.GROUP_MANAGER:
        named = {s.allocation.group_manager for s in standings if s.allocation.group_manager}
        return sorted(named, key=lambda p: p.email) or planning.council.holders(
            role, cycle.service_group, planning.today
        )
    if found and role is Role.SERVICES_INVOLVED:
        names = found.allocation.services_involved
        return [p for name in names for p in _service(planning, name, found.allocation.reference, quiet)]
    person = found.allocation.person(role) if found else None
    return [person] if person else planning.council.holders(role, cycle.service_group, planning.today)


def _service(planning: Planning, name: str, reference: str, quiet: bool) -> list[Person]:
    """The address of an internal service the row names (§9)."""
    held = [
        h.person
        for h in planning.council.roles
        if h.role is Role.SERVICES_INVOLVED
        and h.service
        and same_service(h.service, name)
        and h.holds_on(planning.today)
    ]
    if not held and not quiet:
        planning.problems.append(
            Problem(
                f"Audit allocations, {reference}",
                f"“{name}” is a service involved, but it has no address. Add a row of that name to Audit roles.",
            )
        )
    return held


def nobody_named(planning: Planning, rule: Rule, found: Standing | None, cycle: Cycle) -> None:
    roles = " or ".join(f"“{role}”" for role in rule.to)
    where = found.allocation.reference if found else cycle.name
    planning.problems.append(
        Problem(
            f"{called(rule)}, {where}",
            f"Nobody is named as {roles}, so this letter cannot go. Name them in the row or in Audit roles.",
        )
    )


def without_conflict(planning: Planning, rule: Rule, to: Sequence[Person], found: Standing) -> list[Person]:
    """Nobody decides about what they have judged before (§11): the others are asked, or the Audit Team is."""
    barred = {found.allocation.person(role) for role in rule.not_to}
    free = [person for person in to if person not in barred]
    if to and not free:
        names = listed([person.name for person in to])
        planning.problems.append(
            Problem(
                f"{called(rule)}, {found.allocation.reference}",
                f"{names} moderated or carried out this audit and cannot decide about it, and nobody else is named "
                "in Audit roles. Please find somebody to decide, and name them there.",
            )
        )
    return free


def known_person(planning: Planning, address: str, found: Standing) -> Person:
    """Whoever has that address, by the name the lists know."""
    people = [*found.allocation.people, *(holder.person for holder in planning.council.roles)]
    return next((p for p in people if p.email == address), Person(address, address))
