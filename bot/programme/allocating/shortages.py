"""What nobody is left for, why, and the smallest change that would meet it: each change is tried before it is named.

Audits that found nobody are told together with those they compete with: audits that can go to these people alone, who
have no place left. A change is tried by looking for one more way through what is proposed (`could_place`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from bot.programme.allocating.matched import Matched, Matching
from bot.programme.allocating.parts import Part, Shortage, Step
from bot.programme.allocating.reason_words import cause, remedy, unsaid
from bot.programme.allocating.short_together import Group
from bot.programme.vocabulary import Person


def shortages(matching: Matching, auditors: Matched, moderators: Matched) -> Iterator[Shortage]:
    """Each group of audits that found nobody, once."""
    people = matching.given.colleagues
    beside = {**matching.hands[Part.AUDITOR], **{k: people[n].person for k, n in auditors.given.items()}}
    strange = {key for key, who in beside.items() if who not in matching.eligible.at}
    have = {m.part: len(m.given) + len(matching.hands[m.part]) for m in (auditors, moderators)}
    for found in (auditors, moderators):
        groups = [Group(matching, found, *each, beside, have) for each in _groups(found, strange)]
        told = _told_together([(group, *group.smallest_change()) for group in groups])
        done: list[Told] = []
        met = len(told) < 2 or _met(told)
        for group, steps, others in told:
            elsewhere = {s.who for _, other, _ in told if other is not steps for s in other if s.who}
            says = f"{cause(group)} {remedy(group, steps, [s for s in others if s.who not in elsewhere])}"
            if steps and not met:
                done.append((group, steps, others))
                if not _met(done):
                    says += " Done together with the other changes named here, it is not enough."
            yield Shortage(found.part, tuple(group.wanting), tuple(steps), says.strip())


Told = tuple[Group, list[Step], list[Step]]
"""What is short, the steps that meet it, and others of which each does."""


def _told_together(told: Sequence[Told]) -> list[Told]:
    """The same; those that name the same people, and are not all met with what is told, as one."""
    found: list[Told] = []
    for each in told:
        alike = [other for other in found if _people(other) & _people(each)]
        if alike and not _met([*alike, each]) and len({bool(unsaid(g)) for g, *_ in [*alike, each]}) == 1:
            group = alike[0][0].with_others(g for g, *_ in [*alike[1:], each])
            steps, others = group.smallest_change()
            if steps:
                found = [other for other in found if other not in alike]
                each = group, steps, others
        found.append(each)
    return found


def _people(told: Told) -> set[Person]:
    return {step.who for step in told[1] if step.who}


def _met(told: Sequence[Told]) -> bool:
    """Whether all that is told, done together, meets all of it."""
    told = [each for each in told if each[1]]
    if not told:
        return True
    first, *rest = told
    return first[0].with_others(g for g, *_ in rest).is_met([step for _, steps, _ in told for step in steps])


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
