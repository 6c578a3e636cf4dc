"""Audits to people at the least cost: a minimum-cost flow, by shortest augmenting paths with prices.

As many audits as possible find somebody; among all ways to do that, the one with the least cost. Of each person the
next place costs more than the last, so loads come out even. Costs are whole numbers: the same input gives the same
answer on every machine. (Edmonds and Karp 1972; Tomizawa 1971.)
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush

Edges = Sequence[Sequence[tuple[int, int]]]
"""Of each audit, the people it may go to, each with a cost from 0 on."""


class Flow:
    """`places[p]` are the costs of a person's places, rising; `nobody` is what an audit without anybody costs, and must
    be more than all else together. Afterwards `given[a]` is the person of an audit, or -1."""

    def __init__(self, edges: Edges, places: Sequence[Sequence[int]], nobody: int) -> None:
        self.edges, self.places, self.nobody = edges, places, nobody
        self.given = [-1] * len(edges)
        self.held: list[list[int]] = [[] for _ in places]
        # Prices (potentials): no way that is open costs less than nothing by them, and those in use cost nothing.
        self.of_audit = [0] * len(edges)
        self.of_person = [-own[0] if own else 0 for own in places]
        for audit in sorted(range(len(edges)), key=lambda a: (len(edges[a]), a)):
            self._place(audit)

    def _place(self, audit: int) -> None:
        """One more audit, by the cheapest chain of people who pass audits on."""
        edges, places, held, of_audit, of_person = (
            self.edges, self.places, self.held, self.of_audit, self.of_person,
        )  # fmt: skip
        of_audit[audit] = max((of_person[p] - cost for p, cost in edges[audit]), default=-self.nobody)
        best, end, dropped = self.nobody + of_audit[audit], -1, audit
        far = best + 1
        away = [far] * len(places)  # how dear it is to reach each person
        through = [-1] * len(places)  # the audit that is passed on to them
        heap: list[tuple[int, int]] = []
        passing, so_far = [audit], 0
        done: list[int] = []
        while True:
            for each in passing:
                price = so_far + of_audit[each]
                for p, cost in edges[each]:
                    dear = price + cost - of_person[p]
                    if dear < away[p] and dear < best:
                        away[p], through[p] = dear, each
                        heappush(heap, (dear, p))
                        if len(held[p]) < len(places[p]):
                            whole = dear + places[p][len(held[p])] + of_person[p]
                            if whole < best:
                                best, end, dropped = whole, p, -1
            while heap and heap[0][0] != away[heap[0][1]]:
                heappop(heap)
            if not heap or heap[0][0] >= best:
                break
            so_far, person = heappop(heap)
            done.append(person)
            away[person] = so_far
            passing = held[person]
            for each in passing:
                if so_far + self.nobody + of_audit[each] < best:
                    best, end, dropped = so_far + self.nobody + of_audit[each], -1, each
        of_audit[audit] -= best
        for person in done:
            less = away[person] - best
            of_person[person] += less
            for each in held[person]:
                of_audit[each] += less
        self._pass_on(audit, end, dropped, through)

    def _pass_on(self, audit: int, end: int, dropped: int, through: Sequence[int]) -> None:
        """Along the chain, from its end back to the audit it began with."""
        if dropped == audit:
            return
        if dropped >= 0:
            end = self.given[dropped]
            self.held[end].remove(dropped)
            self.given[dropped] = -1
        while True:
            each = through[end]
            before, self.given[each] = self.given[each], end
            self.held[end].append(each)
            if each == audit:
                return
            self.held[before].remove(each)
            end = before

    def only(self, audit: int) -> tuple[set[int], set[int]]:
        """The audits and the people that are bound up with one that found nobody: these audits can go to these people
        alone, who have no place left (a Hall set)."""
        audits, people, to_see = {audit}, set[int](), [audit]
        while to_see:
            for p, _ in self.edges[to_see.pop()]:
                if p not in people:
                    people.add(p)
                    new = [each for each in self.held[p] if each not in audits]
                    audits.update(new)
                    to_see += new
        return audits, people


def could_place(
    edges: Edges, room: Sequence[int], held: Sequence[Sequence[int]], wanted: Sequence[int]
) -> int:
    """How many of the audits that found nobody would find somebody with other edges and room; what is held may be
    passed on. Nothing that is given is changed."""
    holding = [list(each) for each in held]
    dead: set[int] = set()  # from whom no way leads to a free place, whatever is passed on later

    def found(audit: int) -> bool:
        seen = set(dead)
        came: dict[int, int] = {}  # person -> the audit by which they were reached
        had: dict[int, int] = {}  # audit -> who holds it now
        to_see = [audit]
        for each in to_see:
            for p, _ in edges[each]:
                if p in seen:
                    continue
                seen.add(p)
                came[p] = each
                if len(holding[p]) < room[p]:
                    _shift(p, audit, came, had, holding)
                    return True
                for other in holding[p]:
                    had[other] = p
                    to_see.append(other)
        dead.update(seen)
        return False

    return sum(found(audit) for audit in wanted)


def _shift(p: int, audit: int, came: dict[int, int], had: dict[int, int], holding: list[list[int]]) -> None:
    while True:
        each = came[p]
        holding[p].append(each)
        if each == audit:
            return
        before = had[each]
        holding[before].remove(each)
        p = before
