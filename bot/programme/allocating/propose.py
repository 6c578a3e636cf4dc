"""An allocation proposed: who audits and who moderates which child's work, and what nobody is left for (§6, §7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bot.programme.allocating.matched import Matched, Matching, at_most
from bot.programme.allocating.parts import Child, Given, Part, Proposal, ProposedRow, Work
from bot.programme.allocating.sheet_columns import CHILDREN, COLUMNS
from bot.programme.allocating.shortages import shortages
from bot.programme.importing.people_named import may_be_one
from bot.programme.vocabulary import Person


def proposed(given: Given) -> Proposal:
    """The same for the same input, in whatever order it stands. What was put there by hand stays; of an earlier
    proposal what can stay."""
    matching = Matching(given)
    auditors, moderators = matching.matched()
    who = {Part.AUDITOR: _people(matching, auditors), Part.MODERATOR: _people(matching, moderators)}
    had = {part: Counter(people.values()) for part, people in who.items()}
    rows = [
        ProposedRow(
            work,
            auditor := who[Part.AUDITOR].get(work.key),
            who[Part.MODERATOR].get(work.key),
            tuple(_against(matching, work, auditor, had)),
        )
        for work in given.works
    ]
    return Proposal(tuple(rows), tuple(shortages(matching, auditors, moderators)))


def _people(matching: Matching, found: Matched) -> dict[str, Person]:
    people = matching.given.colleagues
    return {**{key: people[n].person for key, n in found.given.items()}, **matching.hands[found.part]}


def _against(
    matching: Matching, work: Work, auditor: Person | None, had: dict[Part, Counter[Person]]
) -> Iterator[str]:
    """What speaks against those put there by hand; and against an auditor beside such a moderator."""
    eligible = matching.eligible
    for part in Part:
        who = matching.hands[part].get(work.key)
        if who is None:
            continue
        n = eligible.at.get(who)
        if n is None:
            says = "so nothing can be said for or against"
            if titles := _where_named(work.child, who):
                named = " and ".join(f"“{title}”" for title in titles)
                says = f"but somebody called so stands under {named} of this child"
            yield f"{who.name} ({part.value}, by hand) is not in the register, {says}."
            continue
        if reason := eligible.why_not(work, part, n, auditor):
            yield f"{who.name} ({part.value}, by hand): {reason.value}."
        most = at_most(matching.given.colleagues[n], part)
        if had[part][who] > most:
            yield f"{who.name} ({part.value}, by hand) has {had[part][who]}, and {most} at most are said."


def _where_named(child: Child, who: Person) -> list[str]:
    """The titles of a child's columns in which somebody stands who may be this one."""
    people = {
        "practitioner": (child.practitioner,),
        "team_manager": (child.team_manager,),
        "group_manager": (child.group_manager,),
        "head_of_service": (child.head_of_service,),
        "iro_or_cp_chair": (child.iro_or_cp_chair,),
        "involved": child.involved,
        "earlier_auditors": child.earlier_auditors,
    }
    return [
        column.title
        for column in COLUMNS[CHILDREN]
        if any(
            each and (each == who or may_be_one(each.name, who.name)) for each in people.get(column.word, ())
        )
    ]
