"""One letter for each person and day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from bot.programme.planning.situation import Planning
from bot.programme.rulebook.rules import SEVERAL_AT_ONCE, SEVERAL_ESCALATED, Rule
from bot.programme.standing.actions import SendLetter
from bot.programme.vocabulary import Person, Scope


def together(planning: Planning, letters: Sequence[SendLetter]) -> list[SendLetter]:
    """One letter for each person and day: those that ask something of the same person become one."""
    alone: list[SendLetter] = []
    asked: defaultdict[tuple[Person, tuple[Person, ...]], list[SendLetter]] = defaultdict(list)
    taken_over: defaultdict[Person, list[SendLetter]] = defaultdict(list)
    help_asked: defaultdict[tuple[Person, ...], list[SendLetter]] = defaultdict(list)
    for letter in letters:
        if letter.rule.scope is Scope.NEW_HOLDER:
            taken_over[letter.to[0]].append(letter)
        elif letter.rule.asks_for_help and not letter.rule.draft_only:
            help_asked[letter.to].append(letter)
        elif letter.rule.ask and len(letter.to) == 1 and not letter.rule.draft_only:
            asked[letter.to[0], tuple(sorted(letter.cc, key=lambda p: p.email))].append(letter)
        else:
            alone.append(letter)
    for (person, cc), several in asked.items():
        if len(several) == 1:
            alone.append(several[0])
            continue
        alone.append(_one_letter(planning, SEVERAL_AT_ONCE, (person,), cc, several))
    for people, several in help_asked.items():
        copied = [p for p in several[0].cc if all(p in part.cc for part in several)]
        alone += (
            [_one_letter(planning, SEVERAL_ESCALATED, people, tuple(copied), several)]
            if len(several) > 1
            else several
        )
    for person, parts in taken_over.items():
        alone.append(_one_letter(planning, parts[0].rule, (person,), (), parts))
    return alone


def _one_letter(
    planning: Planning,
    rule: Rule,
    people: tuple[Person, ...],
    cc: tuple[Person, ...],
    several: Sequence[SendLetter],
) -> SendLetter:
    """The letter that stands for several."""
    parts = sorted(several, key=lambda letter: (letter.reference, letter.key))
    return SendLetter(
        key=planning.basis.keys(("together", *(p.email for p in people), *(s.key for s in parts))),
        rule=rule,
        about="person:" + people[0].email,
        reference=", ".join(dict.fromkeys(s.reference for s in parts)),
        occasion=planning.today.isoformat(),
        day=min((s.day for s in parts), key=lambda dated: dated.on),
        to=people,
        cc=cc,
        cycle=parts[0].cycle,
        together=tuple(parts),
    )
