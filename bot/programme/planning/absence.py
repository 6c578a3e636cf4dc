"""Who is known to be away, and who might stand in."""

from __future__ import annotations

from collections import Counter

from bot.programme.date_words import day_in_words
from bot.programme.planning.situation import Planning
from bot.programme.rulebook.rules import called
from bot.programme.standing.actions import SendLetter
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.vacancies import may_be_away
from bot.programme.vocabulary import Milestone, Person, Problem, Role, Vacant


def away(planning: Planning, letter: SendLetter, found: Standing) -> bool:
    """Whether somebody is known to be away on a clock this short. The Audit Team is told, with stand-ins."""
    those = [p for p in letter.to if _is_away(planning, p)]
    for person in those:
        on, _text = planning.history.away[person.email]
        due = found.reached.get(letter.rule.due) if letter.rule.due else None
        by = f" It is due {day_in_words(due.on)}." if due else ""
        free = ", ".join(_stand_ins(planning, found, person))
        planning.problems.append(
            Problem(
                f"{called(letter.rule)}, {letter.reference}",
                f"{person.name} answered automatically on {day_in_words(on)} and may be away.{by} Nothing was sent "
                f"to chase them. Name a stand-in in the row{f', for instance {free}' if free else ''}.",
                vacant=_vacant(found, person),
            )
        )
    return bool(those)


def _vacant(found: Standing, person: Person) -> Vacant | None:
    """The part that somebody else could take over."""
    a = found.allocation
    if person == a.auditor and Milestone.AUDIT_RETURNED not in found.reached:
        return Vacant.AUDITOR
    return Vacant.MODERATOR if person == a.moderator and Milestone.MODERATED not in found.reached else None


def _is_away(planning: Planning, person: Person) -> bool:
    known = planning.history.away.get(person.email)
    return known is not None and may_be_away(known[0], planning.today)


def _stand_ins(planning: Planning, found: Standing, instead_of: Person) -> list[str]:
    """Up to three moderators of the cycle with the least to do, none of them part of this audit."""
    involved = {found.allocation.person(role) for role in Role} | {instead_of}
    load: Counter[Person] = Counter()
    for other in planning.standings:
        moderator = other.allocation.moderator
        if moderator and other.cycle is found.cycle and moderator not in involved:
            open_now = Milestone.AUDIT_RETURNED in other.reached and Milestone.MODERATED not in other.reached
            load[moderator] += open_now
    free = sorted(
        (p for p in load if not _is_away(planning, p)), key=lambda person: (load[person], person.email)
    )
    return [person.name for person in free[:3]]
