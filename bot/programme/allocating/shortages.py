"""What nobody is left for, why, and the smallest change that would meet it: each change is tried before it is named.

Audits that found nobody are told together with those they compete with: audits that can go to these people alone, who
have no place left. A change is tried by looking for one more way through what is proposed (`could_place`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bot.programme.allocating.matched import Matched, Matching
from bot.programme.allocating.parts import Part, Shortage
from bot.programme.allocating.reason_words import cause, remedy
from bot.programme.allocating.short_together import Group


def shortages(matching: Matching, auditors: Matched, moderators: Matched) -> Iterator[Shortage]:
    """Each group of audits that found nobody, once."""
    people = matching.given.colleagues
    beside = {**matching.hands[Part.AUDITOR], **{k: people[n].person for k, n in auditors.given.items()}}
    strange = {key for key, who in beside.items() if who not in matching.eligible.at}
    for found in (auditors, moderators):
        for short, audits, bound in _groups(found, strange):
            group = Group(matching, found, short, audits, bound, beside)
            steps, others = group.smallest_change()
            says = f"{cause(group)} {remedy(group, steps, others)}"
            yield Shortage(found.part, tuple(found.works[a] for a in short), tuple(steps), says.strip())


def _groups(found: Matched, strange: Collection[str]) -> list[tuple[list[int], set[int], set[int]]]:
    """Audits that found nobody, with all audits and people bound up with them; groups that share people are one. Those
    whose auditor the register does not know (`strange`) are told apart, for nothing else would meet them."""
    groups: list[tuple[list[int], set[int], set[int]]] = []
    alone: dict[object, list[int]] = {}
    for a in found.short:
        audits, people = found.flow.only(a)
        if not people:
            work = found.works[a]
            alone.setdefault((work.audit_type, work.child.team, work.key in strange), []).append(a)
            continue
        short = [a]
        for other in [g for g in groups if not people.isdisjoint(g[2])]:
            groups.remove(other)
            short, audits, people = [*other[0], *short], audits | other[1], people | other[2]
        groups.append((short, audits, people))
    return [*groups, *((short, set(short), set[int]()) for short in alone.values())]
