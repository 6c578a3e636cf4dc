"""What of the letters that are due would tell somebody something new."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from bot.programme.date_words import day_in_words
from bot.programme.history.records_of_the_past import LetterHistory
from bot.programme.planning.readers import holders
from bot.programme.planning.situation import Planning
from bot.programme.rulebook.rules import called
from bot.programme.standing.actions import SendLetter
from bot.programme.standing.letter_keys import WITHOUT, recipients_key
from bot.programme.standing.letters_gone import alerts_standing
from bot.programme.vocabulary import Milestone, Person, Problem, Role


def untold(planning: Planning, letters: Iterable[SendLetter]) -> list[SendLetter]:
    """The letters that tell somebody something new, each for those it is new to."""
    found = (_for_new_readers(planning, letter) for letter in letters)
    return [letter for letter in found if letter and not settled(planning, letter)]


def _for_new_readers(planning: Planning, letter: SendLetter) -> SendLetter | None:
    """The letter for those who ought to have it and have not: everybody as long as it has not gone; after that
    whoever holds a part nobody held then, and, if its rule follows the reader, whoever is new."""
    rule = letter.rule
    whose = (letter.standing, letter.cycle, letter.cycle_standings)
    parts = {role: holders(planning, role, *whose, quiet=True) for role in rule.to}
    if rule.is_alert and letter.standing:  # whichever of the alerts they had, they have been told
        before = alerts_standing(letter.standing, planning.basis.rulebook, planning.history)
    else:
        before = [
            other
            for other in planning.history.letters_of_rule(letter.about, rule.id)
            if other.occasion.partition(WITHOUT)[0] == letter.occasion or _told_by(other, letter)
        ]
    if not before:
        return _addressed(planning, letter, letter.to, [role for role, people in parts.items() if not people])
    told = {address for other in before for address in other.to}
    if rule.follows_reader:
        new = [person for person in letter.to if person.email not in told]
        return _addressed(planning, letter, new, [])
    owed = set.intersection(*({*other.occasion.partition(WITHOUT)[2].split(", ")} for other in before))
    named = [p for role, people in parts.items() if role.value in owed for p in people if p.email not in told]
    left = [role for role, people in parts.items() if role.value in owed and not people]
    return _addressed(planning, letter, list(dict.fromkeys(named)), left)


def _addressed(
    planning: Planning, letter: SendLetter, to: Sequence[Person], without: Sequence[Role]
) -> SendLetter | None:
    """The letter to these people; its occasion says which parts nobody held, where there is more than one."""
    if not to:
        return None
    occasion = letter.occasion
    if without and not letter.rule.follows_reader:
        occasion += WITHOUT + ", ".join(role.value for role in without)
    if tuple(to) == letter.to and occasion == letter.occasion:
        return letter
    key = planning.basis.keys(recipients_key(letter.rule, letter.about, occasion, to))
    cc = tuple(person for person in letter.cc if person not in to)
    return replace(letter, to=tuple(to), cc=cc, occasion=occasion, key=key)


def settled(planning: Planning, letter: SendLetter) -> bool:
    """Already done, or with a person; or so late that a person is asked instead of surprising the reader."""
    known = planning.history.letters.get(letter.key)
    if known and known.spoken_for:
        return True
    late = letter.rule.late
    if late is None or late.after(letter.day.on, "", planning.basis.working).on >= planning.today:
        return False
    if known:  # begun on its day and interrupted: finish it
        return False
    names = ", ".join(person.name for person in letter.to)
    planning.problems.append(
        Problem(
            f"{called(letter.rule)}, {letter.reference}",
            f"This letter to {names} ought to have gone on {day_in_words(letter.day.on)} and did not. It is too "
            "late to send it without asking: please write to them, or put the row on hold.",
        )
    )
    return True


def _told_by(before: LetterHistory, letter: SendLetter) -> bool:
    """Whether a letter of the days when a final decision was told only once has told this one."""
    once = letter.rule.when is Milestone.FINALLY_DECIDED and before.occasion == ""
    return (
        once
        and letter.standing is not None
        and before.on >= (letter.standing.on(letter.rule.when) or date.max)
    )
