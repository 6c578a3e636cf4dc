"""Which other tables agree with everything that is told: how closely a number that is not told can be worked out.

The numbers told and the sums between them leave each untold number a range. Other tables that agree are looked for
from the true one, by letting one number grow until another comes to 0 (the simplex method,
https://doi.org/10.1287/moor.2.2.103 for the choice that always ends). Every table met whose numbers are all whole is
a witness that somebody who knows only what is told could not rule out; nothing else counts as one, so a range is never
taken for wider than it is.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import Generic, NamedTuple, TypeVar

V = TypeVar("V", bound=Hashable)
Exact = int | Fraction
MOST_MOVES = 400
"""A walk of so many steps is given up: what it has found till then counts."""


class _Step(NamedTuple, Generic[V]):
    """A free number and what else changes when it does, each by how much for one; where it ends, and by what."""

    free: V
    changes: dict[V, Exact]
    far: Exact | None
    stops: V


class Apart(NamedTuple, Generic[V]):
    """Two tables that agree with what is told. While none of what is `changed` is told, numbers that are so much
    `apart` in them can be worked out no closer."""

    changed: set[V]
    apart: dict[V, int]


class ConsistentTables(Generic[V]):
    """The tables that agree with what is told, nothing at first. What is looked for first is found by changing what
    comes first in `true`."""

    def __init__(self, true: Mapping[V, int], sums: Sequence[tuple[V, Sequence[V]]]) -> None:
        self._true = true
        self._order = {each: n for n, each in enumerate(true)}
        self._told: set[V] = set()
        self._settled: set[V] = set()
        self._follows: dict[V, dict[V, Exact]] = {}
        """A number -> the free ones it is made of, so much of each."""
        self._leads: dict[V, set[V]] = {each: set() for each in true}
        """A free number -> those that are made of it."""
        for whole, parts in sums:
            self._bind(whole, parts)

    def tell(self, each: V) -> None:
        """From now on a number is known."""
        if each in self._follows:
            free = [other for other in self._follows[each] if other not in self._told]
            if free:  # else it follows from what is told
                few = min(free, key=lambda other: (len(self._leads[other]), self._order[other]))
                self._exchange(each, few)  # of which the fewest are made: so there is least to change
        self._told.add(each)

    def untell(self, each: V) -> None:
        """Take back what was told last."""
        self._told.remove(each)

    def settle(self) -> None:
        """What has been told is not taken back any more: it changes in no table, so nothing follows it."""
        for each in self._told - self._settled:
            for other in self._leads[each]:
                del self._follows[other][each]
            self._leads[each] = set()
        self._settled |= self._told

    def apart(self, each: V, threshold: int) -> Apart[V] | None:
        """Two tables in which a number is so far apart, or None when no two such are found."""
        up, grown = self._walk(each, 1, threshold)
        if up >= threshold:
            return Apart({*grown}, grown)
        down, shrunk = self._walk(each, -1, threshold - up)
        if up + down < threshold:
            return None
        both = {*grown, *shrunk}
        return Apart(both, {other: grown.get(other, 0) - shrunk.get(other, 0) for other in both})

    def _walk(self, each: V, way: int, need: int) -> tuple[int, dict[V, int]]:
        """How far a number can grow or shrink in whole tables, but no further than needed, and what else changes then,
        each by how much."""
        now: dict[V, Exact] = {}
        best, changed = 0, dict[V, int]()
        for _ in range(MOST_MOVES):
            gone = _size(self._at(each, now) - self._true[each])
            whole = all(type(n) is int for n in now.values())
            first = None
            for step in self._steps(each, way, now):
                rate = _size(step.changes[each])
                by = _most_whole(step, rate, need - gone) if whole else 0
                if by and gone + by * rate > best:
                    best, changed = int(gone + by * rate), self._changed(now, step, by)
                if best >= need:
                    return best, changed
                first = first or step
            if first is None or first.far is None:
                break
            for other, much in first.changes.items():
                now[other] = _plain(self._at(other, now) + much * first.far)
            if first.stops in self._follows:
                self._exchange(first.stops, first.free)
        return best, changed

    def _changed(self, now: Mapping[V, Exact], step: _Step[V], by: int) -> dict[V, int]:
        """How much each number differs from the true table when a step is taken."""
        changed = {e: int(n) - self._true[e] for e, n in now.items() if n != self._true[e]}
        for other, much in step.changes.items():
            changed[other] = changed.get(other, 0) + int(by * much)
        return changed

    def _at(self, each: V, now: Mapping[V, Exact]) -> Exact:
        return now.get(each, self._true[each])

    def _steps(self, each: V, way: int, now: Mapping[V, Exact]) -> Iterator[_Step[V]]:
        """By each of the free numbers by which another grows (or shrinks), in their order."""
        rates = self._follows.get(each, {each: 1})
        can = [f for f, r in rates.items() if f not in self._told and (r * way > 0 or self._at(f, now) > 0)]
        for free in sorted(can, key=self._order.__getitem__):
            sign = 1 if rates[free] * way > 0 else -1
            changes: dict[V, Exact] = {free: sign}
            for other in self._leads[free]:
                changes[other] = self._follows[other][free] * sign
            far: Exact | None = None
            stops = free
            for other, much in changes.items():
                if much < 0:
                    end = _over(now.get(other, self._true[other]), -much)
                    if far is None or end < far or (end == far and self._order[other] < self._order[stops]):
                        far, stops = end, other
            yield _Step(free, changes, far, stops)

    def _bind(self, whole: V, parts: Sequence[V]) -> None:
        """One more sum that holds."""
        row: dict[V, Exact] = {}
        for each, much in (*((part, 1) for part in parts), (whole, -1)):
            _add(row, self._follows.get(each, {each: 1}), much)
        if row:
            bound = max(row, key=self._order.__getitem__)
            self._put(bound, _solved(row, bound))

    def _exchange(self, bound: V, free: V) -> None:
        """The one becomes free, the other follows."""
        made = self._follows.pop(bound)
        for other in made:
            self._leads[other].discard(bound)
        self._put(free, _solved({**made, bound: -1}, free))

    def _put(self, each: V, made: dict[V, Exact]) -> None:
        """A free number follows others from now on."""
        parts = [(free, value, self._leads[free]) for free, value in made.items()]
        for other in self._leads[each]:
            row = self._follows[other]
            much = row.pop(each)
            for free, value, leads in parts:
                if (held := row.get(free)) is None:
                    row[free] = _plain(value * much)
                    leads.add(other)
                elif total := held + value * much:
                    row[free] = total if type(total) is int else _plain(total)
                else:
                    del row[free]
                    leads.discard(other)
        self._leads[each] = set()
        self._follows[each] = made
        for _, _, leads in parts:
            leads.add(each)


def _most_whole(step: _Step[V], rate: Exact, need: Exact) -> int:
    """By how much a free number can move so that all stays whole: as far as needed, or as it can; 0 when not at all."""
    grain = lcm(*(much.denominator for much in step.changes.values() if type(much) is not int))
    wanted = -(-need // (rate * grain)) * grain
    return int(wanted) if step.far is None else int(min(wanted, step.far // grain * grain))


def _solved(row: dict[V, Exact], each: V) -> dict[V, Exact]:
    """What one number is made of when all of a row come to the same together."""
    much = row[each]
    return {other: _over(-value, much) for other, value in row.items() if other != each}


def _add(row: dict[V, Exact], other: Mapping[V, Exact], much: Exact) -> None:
    for each, value in other.items():
        total = row.get(each, 0) + value * much
        if total:
            row[each] = total
        else:
            row.pop(each, None)


def _over(number: Exact, by: Exact) -> Exact:
    """A quotient, whole where it plainly is: fractions are slow, and seldom needed."""
    if by == 1 or by == -1:
        return number if by == 1 else -number
    return _plain(Fraction(number) / by)


def _size(number: Exact) -> Exact:
    return -number if number < 0 else number


def _plain(number: Exact) -> Exact:
    return number.numerator if number.denominator == 1 else number
