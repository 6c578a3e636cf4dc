"""An allocation proposed: who audits and who moderates which child's work, and what nobody is left for (§6, §7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bot.programme.allocating.matched import Matched, Matching, at_most
from bot.programme.allocating.parts import Given, Part, Proposal, ProposedRow, Work
from bot.programme.allocating.shortages import shortages
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
            yield f"{who.name} ({part.value}, by hand) is not in the register, so nothing can be said for or against."
            continue
        if reason := eligible.why_not(work, part, n, auditor):
            yield f"{who.name} ({part.value}, by hand): {reason.value}."
        most = at_most(matching.given.colleagues[n], part)
        if had[part][who] > most:
            yield f"{who.name} ({part.value}, by hand) has {had[part][who]}, and {most} at most are said."
