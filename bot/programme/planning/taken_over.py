"""Who has taken over a part in an audit today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.programme.planning.readers import holders
from bot.programme.planning.situation import Planning
from bot.programme.planning.untold import settled
from bot.programme.rulebook.rules import Rule
from bot.programme.standing.actions import SendLetter
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.handed_over import new_holders, open_matters
from bot.programme.standing.letter_keys import recipients_key
from bot.programme.standing.letters_gone import asks_for_a_part
from bot.programme.vocabulary import Person, Scope
from bot.programme.waits import listed
from bot.programme.working_days import Dated


def handed_over(planning: Planning, found: Standing, letters: Sequence[SendLetter]) -> list[SendLetter]:
    """One letter for each person who has taken over a part in an audit: what is open and falls to them, but for
    what `letters` of the same day tell them anyway."""
    planned = []
    for rule in planning.basis.rulebook.rules:
        start = found.reached.get(rule.when)
        if rule.scope is not Scope.NEW_HOLDER or start is None or not found.fits(rule.conditions):
            continue
        held = {role: holders(planning, role, found, found.cycle, (), quiet=True) for role in rule.to}
        for person, roles in new_holders(found, held, planning.basis.rulebook, planning.history).items():
            theirs = [letter.rule for letter in letters if person in letter.to]
            theirs += rules_gone_today(planning, found.allocation.item_id, person)
            said = [found.reached.get(rule.due) for rule in theirs if rule.due and asks_for_a_part(rule)]
            matters = tuple(
                m for m in open_matters(found, roles, person) if m.due is None or m.due not in said
            )
            if not matters or any(rule.is_alert for rule in theirs):
                continue
            about = found.allocation.item_id
            letter = SendLetter(
                key=planning.basis.keys(recipients_key(rule, about, "", [person])),
                rule=rule,
                about=about,
                reference=found.allocation.reference,
                occasion="",
                day=Dated(planning.today, f"{person.name} is {listed([role.value for role in roles])} now"),
                to=(person,),
                cc=(),
                cycle=found.cycle,
                standing=found,
                matters=matters,
            )
            if not settled(planning, letter):
                planned.append(letter)
    return planned


def rules_gone_today(planning: Planning, about: str, person: Person) -> list[Rule]:
    """The rules whose letters about something went to somebody today."""
    return [
        rule
        for rule in planning.basis.rulebook.rules
        for letter in planning.history.letters_of_rule(about, rule.id)
        if letter.on == planning.today and person.email in letter.to
    ]


def new_today(planning: Planning, found: Standing, handed: Iterable[SendLetter]) -> set[str]:
    """The addresses of those who take over a part today: nobody is chased on that day."""
    rules = [r.id for r in planning.basis.rulebook.rules if r.scope is Scope.NEW_HOLDER]
    gone = [x for r in rules for x in planning.history.letters_of_rule(found.allocation.item_id, r)]
    told = {address for letter in gone if letter.on == planning.today for address in letter.to}
    return told | {person.email for letter in handed for person in letter.to}
