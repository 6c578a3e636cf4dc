"""Audits that found nobody and are short together, and the smallest change found that would meet them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property

from bot.programme.allocating.changes import changed, colleague_with, in_doubt, new_colleague
from bot.programme.allocating.flow import could_place
from bot.programme.allocating.matched import Matched, Matching, at_most
from bot.programme.allocating.parts import Colleague, Lever, Part, Reason, Step, Work
from bot.programme.allocating.uncertain import UNCERTAIN, made_certain
from bot.programme.vocabulary import Person

MOST_STEPS = 12
"""Where more is short, people are named no more: so many colleagues are lacking."""
MOST_TRIED = 40
"""Steps of a kind that are tried for one shortage."""
MOST_UNCERTAIN = 12
"""So many ways to make certain what is written are looked for."""
MOST_BY_HAND = 3
"""So many of those taken off by hand are tried again."""
_MENDS: Mapping[Lever, frozenset[Reason]] = {
    Lever.LEAVE_BACK: frozenset({Reason.AWAY}),
    Lever.TRAINED: frozenset({Reason.NOT_TRAINED, Reason.TRAINING_LAPSED}),
    Lever.FACT_SAID: frozenset({Reason.CANNOT_JUDGE}),
}
"""What a change of one person takes away."""


@dataclass
class Group:
    """Audits `short` of somebody; `audits` are those bound up with them and `bound` the people. `have` are how many
    audits have somebody for each part."""

    matching: Matching
    found: Matched
    short: Sequence[int]
    audits: set[int]
    bound: set[int]
    beside: dict[str, Person]
    have: Mapping[Part, int]
    _closed_to: dict[int, Mapping[int, Reason]] = field(default_factory=dict, init=False)
    _shut: dict[str, Collection[int]] = field(default_factory=dict, init=False)

    @property
    def part(self) -> Part:
        return self.found.part

    @cached_property
    def works(self) -> list[Work]:
        return [self.found.works[a] for a in sorted(self.audits)]

    @cached_property
    def wanting(self) -> list[Work]:
        return [self.found.works[a] for a in self.short]

    @cached_property
    def colleagues(self) -> Sequence[Colleague]:
        return self.matching.given.colleagues

    @cached_property
    def roles(self) -> list[str]:
        """Those whose it is to do one of these audits."""
        eligible = self.matching.eligible
        return list(dict.fromkeys(r for w in self.wanting for r in eligible.roles(self.part, w.audit_type)))

    @cached_property
    def reasons(self) -> Counter[Reason]:
        """Of those whose role it is, how many are closed to every audit here, by the first reason."""
        found: Counter[Reason] = Counter()
        for n, c in enumerate(self.colleagues):
            if c.role in self.roles:
                why = [self._why_not(a, n) for a in self.short]
                if all(why) and why[0]:
                    found[why[0]] += 1
        return found

    @cached_property
    def full(self) -> list[int]:
        """Those who might do one of these audits and have no place left."""
        room = self.matching.room[self.part]
        more = [
            n
            for n, c in enumerate(self.colleagues)
            if not room[n] and c.role in self.roles and any(not self._why_not(a, n) for a in self.audits)
        ]
        return [*sorted(self.bound), *more]

    def _why_not(self, a: int, n: int) -> Reason | None:
        work = self.found.works[a]
        return self.matching.eligible.own(self.part, work.audit_type)[n] or self._closed(a).get(n)

    def _closed(self, a: int) -> Mapping[int, Reason]:
        if a not in self._closed_to:
            self._closed_to[a] = self._closed_by(self.found.works[a])
        return self._closed_to[a]

    def _closed_by(self, work: Work) -> Mapping[int, Reason]:
        eligible = self.matching.eligible
        auditor = self.beside.get(work.key) if self.part is Part.MODERATOR else None
        return {**(eligible.beside(auditor) if auditor else {}), **eligible.closed(work, self.part)}

    @cached_property
    def strangers(self) -> list[Person]:
        """Auditors whom the register does not know: beside them nobody can be judged, whatever else is changed."""
        if self.part is Part.AUDITOR:
            return []
        beside = (self.beside.get(w.key) for w in self.wanting)
        return list(dict.fromkeys(p for p in beside if p and p not in self.matching.eligible.at))

    def with_others(self, others: Iterable[Group]) -> Group:
        """Several as one."""
        every = [self, *others]
        return replace(
            self,
            short=[a for g in every for a in g.short],
            audits={a for g in every for a in g.audits},
            bound={n for g in every for n in g.bound},
        )

    def _is_shut(self, work: Work) -> bool:
        """Whether a fact must be said of the child, whoever comes."""
        eligible, part = self.matching.eligible, self.part
        return all(eligible.cannot_judge(work, part, r) for r in eligible.roles(part, work.audit_type))

    def _shut_to(self, role: str) -> Collection[int]:
        """The audits of which a fact must be said before anybody new of a role can have them."""
        if role not in self._shut:
            works, judges = self.found.works, self.matching.eligible.cannot_judge
            self._shut[role] = {a for a in self.audits if judges(works[a], self.part, role)}
        return self._shut[role]

    def is_met(self, steps: Sequence[Step]) -> bool:
        """Whether all find somebody; a change of somebody who is there that is named twice is one."""
        new = [s for s in steps if s.lever is Lever.NEW_COLLEAGUE]
        every = [*(s for s in dict.fromkeys(steps) if s.lever is not Lever.NEW_COLLEAGUE), *new]
        if any(s.lever is Lever.BY_HAND for s in every):
            return self._is_met_by_hand(every)
        return self._gain(every) >= len(self.short)

    def smallest_change(self) -> tuple[list[Step], list[Step]]:
        """The steps that meet it, what was done by hand first and then those of people who are there; and, where one
        step is enough, the others that are enough as well. Nothing where nothing that was tried meets it."""
        needed = len(self.short)
        by_hand = [s for s in self._steps_by_hand() if self._is_met_by_hand([s])] if needed == 1 else []
        if self.strangers:
            return [], []
        here, new = list(self._steps_of_people()), self._new_colleagues()
        enough = [s for s in [*here, *new] if self._at_best(s) >= needed and self._gain([s]) >= needed]
        certain = [s for s in here if s.lever is Lever.MADE_CERTAIN] if all(s in new for s in enough) else []
        chosen, met = self._one_by_one([], certain)
        if certain and met >= needed and not by_hand:
            return self._fewest(chosen), []
        if by_hand or enough:
            return (every := [*by_hand, *enough])[:1], every[1:]
        chosen = [Step(Lever.FACT_SAID, self.part, audit=w.key) for w in self.wanting if self._is_shut(w)]
        chosen, met = self._one_by_one(chosen, sorted(here, key=self._at_best, reverse=True))
        while met < needed and new:
            more, step = max(((self._gain([*chosen, s]), s) for s in new), key=lambda found: found[0])
            if more == met:
                return [], []
            chosen.append(step)
            met = more
        return (chosen, []) if met >= needed else ([], [])

    def _one_by_one(self, chosen: list[Step], more: Sequence[Step]) -> tuple[list[Step], int]:
        """Some steps with each that adds to them, and how many audits are met so."""
        needed, met = len(self.short), self._gain(chosen) if chosen else 0
        for step in more[: MOST_TRIED if needed <= MOST_STEPS else 0]:
            if met < needed and step not in chosen and (now := self._gain([*chosen, step])) > met:
                chosen = [*chosen, step]
                met = now
        return chosen, met

    def _fewest(self, chosen: list[Step]) -> list[Step]:
        """The same without each cell that need not be made certain."""
        for n, step in enumerate(chosen):
            for cell in step.writings:
                less = replace(chosen[n], writings=tuple(w for w in chosen[n].writings if w != cell))
                rest = [*chosen[:n], less, *chosen[n + 1 :]]
                if self._gain([s for s in rest if s.writings]) >= len(self.short):
                    chosen = rest
        return [s for s in chosen if s.writings]

    def _steps_by_hand(self) -> list[Step]:
        """What people did in the row itself: whom they put there in the other part, and whom they took off."""
        (work,), other = self.wanting, next(p for p in Part if p is not self.part)
        agreed = self.matching.given.agreed.get(work.key)
        if agreed is None:
            return []
        put = [agreed.people[other]] if other in agreed.by_hand and other in agreed.people else []
        off = sorted(agreed.not_again.get(self.part, ()), key=lambda p: p.email)
        return [Step(Lever.BY_HAND, self.part, who, work.key) for who in [*put, *off[:MOST_BY_HAND]]]

    def _is_met_by_hand(self, steps: Sequence[Step]) -> bool:
        """Tried as a whole, for both parts hang on it: what people took back has all it needs then, as many more find
        somebody as were short, and none loses anybody for it."""
        again = Matching(changed(self.matching.given, steps))
        have = {found.part: {**found.given, **again.hands[found.part]} for found in again.matched()}
        needs = {
            w.key: [p for p in Part if p is Part.AUDITOR or w.audit_type.is_moderated] for w in self.wanting
        }
        if any(s.audit not in have[p] for s in steps if s.lever is Lever.BY_HAND for p in needs[s.audit]):
            return False
        more = {self.part: len(self.short)}
        return all(len(have[p]) >= self.have[p] + more.get(p, 0) for p in Part)

    def _at_best(self, step: Step) -> int:
        """How many audits a step can meet at the very most."""
        if step.lever in (Lever.ONE_MORE, Lever.NEW_COLLEAGUE):
            return step.number if step.lever is Lever.NEW_COLLEAGUE else 1
        return at_most(self.colleagues[self.matching.eligible.at[step.who]], self.part) if step.who else 1

    def _steps_of_people(self) -> Iterator[Step]:
        """Everything that might be changed of those who are there, the least first."""
        eligible, part = self.matching.eligible, self.part
        types = list(dict.fromkeys(w.audit_type for w in self.works))
        closed: dict[Lever, list[Person]] = {lever: [] for lever in _MENDS}
        for c in self.colleagues:
            reasons = {eligible.of_colleague(c, part, t) for t in types}
            for lever, why in _MENDS.items():
                if reasons & why:
                    mended = colleague_with(c, Step(lever, part, c.person), self.matching.given)
                    if any(not eligible.of_colleague(mended, part, t) for t in types):
                        closed[lever].append(c.person)
        for lever in (Lever.LEAVE_BACK, Lever.TRAINED):
            yield from (Step(lever, part, who) for who in closed[lever][:MOST_TRIED])
        for n in self.full[:MOST_TRIED]:
            c = self.colleagues[n]
            over = self.matching.hands_of(part, n) - at_most(c, part)
            yield Step(Lever.ONE_MORE, part, c.person, number=max(0, over) + 1)
        certain = self._made_certain()
        known = {step.who for step in certain}
        said = [who for who in closed[Lever.FACT_SAID] if who not in known]
        yield from (Step(Lever.FACT_SAID, part, who) for who in said[:MOST_TRIED])
        yield from (Step(Lever.FACT_SAID, part, audit=w.key) for w in self.wanting if in_doubt(w))
        yield from certain

    def _new_colleagues(self) -> list[Step]:
        return [Step(Lever.NEW_COLLEAGUE, self.part, role=r, number=self._usual(r)) for r in self.roles]

    def _usual(self, role: str) -> int:
        """How many somebody of a role mostly takes."""
        taken = Counter(n for c in self.colleagues if c.role == role and (n := at_most(c, self.part)))
        said = self.matching.given.rules.at_most.get(self.part, 0)
        return taken.most_common(1)[0][0] if taken else max(1, said)

    def _made_certain(self) -> list[Step]:
        """What keeps somebody from one of these audits only because it is not written for certain, the least first."""
        found: dict[Step, None] = {}
        for n, c in enumerate(self.colleagues):
            if c.role in self.roles and self.matching.room[self.part][n]:
                for a in self.short:
                    if self._why_not(a, n) in UNCERTAIN and len(found) < MOST_UNCERTAIN:
                        work = self.found.works[a]
                        beside = self.beside.get(work.key) if self.part is Part.MODERATOR else None
                        if step := made_certain(self.matching.eligible, work, self.part, n, beside):
                            found[step] = None
        return sorted(found, key=lambda step: len(step.writings))

    def _as_if(self, steps: Sequence[Step]) -> Group:
        """These audits as they stand once what is written of people and children is otherwise."""
        matching = Matching(changed(self.matching.given, steps))
        now = {w.key: w for w in matching.given.works}
        flow = copy(self.found.flow)
        found = replace(self.found, works=[now[w.key] for w in self.found.works], flow=flow)
        group = replace(self, matching=matching, found=found)
        able = [n for n, room in enumerate(matching.room[self.part]) if room]
        edges = list(flow.edges)
        for a in self.audits:
            edges[a] = [(n, 0) for n in able if not group._why_not(a, n)]
        flow.edges = edges
        return group

    def _gain(self, steps: Sequence[Step]) -> int:
        """How many of the audits that found nobody would find somebody."""
        if written := [s for s in steps if s.writings or s.audit]:
            return self._as_if(written)._gain([s for s in steps if s not in written])
        eligible, given, flow = self.matching.eligible, self.matching.given, self.found.flow
        edges, held = list(flow.edges), [*flow.held]
        room, people = list(self.matching.room[self.part]), list(self.colleagues)
        closed = {a: self._closed(a) for a in self.audits}
        for number, step in enumerate(steps):
            if step.who is None:
                n = len(people)
                people.append(new_colleague(step, given, number))
                room.append(step.number)
                held.append([])
            else:
                n = eligible.at[step.who]
                people[n] = colleague_with(people[n], step, given)
                room[n] = max(0, at_most(people[n], self.part) - self.matching.hands_of(self.part, n))
            if step.lever is Lever.ONE_MORE and self.matching.room[self.part][n]:
                continue  # their edges are there
            types = {
                kind: eligible.of_colleague(people[n], self.part, kind)
                for kind in {w.audit_type for w in self.works}
            }
            shut = self._shut_to(step.role) if step.who is None else ()
            for a in self.audits:
                if a not in shut and not types[self.found.works[a].audit_type] and n not in closed[a]:
                    edges[a] = [*edges[a], (n, 0)]
        return could_place(edges, room, held, self.short)
