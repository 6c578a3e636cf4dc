"""Who may give a command on a day, by the part they have in the row, in the roles or in the letter that asks."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from bot.programme.messages.button import By, Of, Once
from bot.programme.messages.buttons import Command
from bot.programme.rulebook.rules import Rule
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.council import Council
from bot.programme.standing.what_letters_ask import answer_to
from bot.programme.vocabulary import Cycle, Grade, Person, Role


def holders(
    command: Command, found: Standing | None, cycle: Cycle, council: Council, today: date
) -> list[Person]:
    """Who may give a command today (§6, §7, §10, §11). `found` is the audit it is about; None: the cycle."""
    people: list[Person] = []
    for by in command.button.by:
        if found is None:
            people += cycle.heads_of_service if by.of is Of.LIST else ()
        elif _has_it_now(by, found):
            if not by.role.of_the_row:
                people += council.holders(by.role, cycle.service_group, today)
            elif person := found.allocation.person(by.role):
                people.append(person)
    return people


def _has_it_now(by: By, found: Standing) -> bool:
    if (by.since and by.since not in found.reached) or any(m in found.reached for m in by.until):
        return False
    match by.of:
        case Of.ANY:
            return True
        case Of.INADEQUATE:
            return found.grade is Grade.INADEQUATE
        case Of.NOT_INADEQUATE:
            return found.grade is not Grade.INADEQUATE
        case Of.WITHDRAWN_INADEQUATE:
            return found.allocation.left_out and found.safety_first
        case Of.LIST:
            return False


def those_asked(
    command: Command, rule: Rule | None, cycle: Cycle, council: Council, today: date
) -> list[Person]:
    """Who may answer a letter about a cycle: who holds a part that it goes to. A sign-off is each signer's own."""
    if rule is None or answer_to(rule) is not command:
        return []
    roles = rule.to if command.button.once is Once.SENDER else (*rule.to, *rule.cc)
    return list(dict.fromkeys(p for role in roles for p in _of_the_cycle(role, cycle, council, today)))


def _of_the_cycle(role: Role, cycle: Cycle, council: Council, today: date) -> Collection[Person]:
    if role is Role.HEAD_OF_SERVICE:
        return cycle.heads_of_service
    if role is Role.GROUP_MANAGER:
        return group_managers(cycle, council, today)
    return council.holders(role, cycle.service_group, today)


def group_managers(cycle: Cycle, council: Council, today: date) -> Collection[Person]:
    """Those whom the cycle's rows name, else those who hold the post."""
    named = [a.group_manager for a in council.allocations if a.cycle == cycle.name and a.group_manager]
    return named or council.holders(Role.GROUP_MANAGER, cycle.service_group, today)
