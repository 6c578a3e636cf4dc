"""Which other tables agree with everything that is told: how closely a number that is not told can be worked out.

The numbers told and the sums between them leave each untold number a range. Other tables that agree are looked for
from the true one, by letting one number grow until another comes to 0 (the simplex method,
https://doi.org/10.1287/moor.2.2.103 for the choice that always ends). Every table met whose numbers are all whole is
a witness that somebody who knows only what is told could not rule out; nothing else counts as one, so a range is never
taken for wider than it is.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
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


class ConsistentTables(Generic[V]):
    """The tables that agree with what is told, nothing at first. What is looked for first is found by changing what
    comes first in `true`."""

    def __init__(self, true: Mapping[V, int], sums: Sequence[tuple[V, Sequence[V]]]) -> None:
        self._true = true
        self._order = {each: n for n, each in enumerate(true)}
        self._told: set[V] = set()
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
                self._exchange(each, min(free, key=self._order.__getitem__))
        self._told.add(each)

    def untell(self, each: V) -> None:
        """Take back what was told last."""
        self._told.remove(each)

    def apart(self, each: V, threshold: int) -> set[V] | None:
        """What differs from the true table in two others in which a number is so far apart, or None when no two such
        are found. While none of these numbers is told, it can be worked out no closer."""
        up, changed = self._walk(each, 1, threshold)
        if up >= threshold:
            return changed
        down, more = self._walk(each, -1, threshold - up)
        return changed | more if up + down >= threshold else None

    def _walk(self, each: V, way: int, need: int) -> tuple[int, set[V]]:
        """How far a number can grow or shrink in whole tables, but no further than needed, and what else changes."""
        now: dict[V, Exact] = {}
        best, changed = 0, set[V]()
        for _ in range(MOST_MOVES):
            step = self._step(each, way, now)
            if step is None:
                break
            rate = _size(step.changes[each])
            gone = _size(self._at(each, now) - self._true[each])
            by = _most_whole(step, now, rate, need - gone)
            if by and gone + by * rate > best:
                best = int(gone + by * rate)
                changed = {*(e for e, n in now.items() if n != self._true[e]), *step.changes}
            if best >= need or step.far is None:
                break
            for other, much in step.changes.items():
                now[other] = self._at(other, now) + much * step.far
            if step.stops in self._follows:
                self._exchange(step.stops, step.free)
        return best, changed

    def _at(self, each: V, now: Mapping[V, Exact]) -> Exact:
        return now.get(each, self._true[each])

    def _step(self, each: V, way: int, now: Mapping[V, Exact]) -> _Step[V] | None:
        """The first free number by which another grows (or shrinks)."""
        rates = self._follows.get(each, {each: 1})
        can = [f for f, r in rates.items() if f not in self._told and (r * way > 0 or self._at(f, now) > 0)]
        if not can:
            return None
        free = min(can, key=self._order.__getitem__)
        sign = 1 if rates[free] * way > 0 else -1
        changes: dict[V, Exact] = {free: sign}
        for other in self._leads[free]:
            changes[other] = self._follows[other][free] * sign
        ends = [
            (_over(self._at(other, now), -much), self._order[other], other)
            for other, much in changes.items()
            if much < 0
        ]
        far, _, stops = min(ends, default=(None, 0, free))
        return _Step(free, changes, far, stops)

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
        for other in tuple(self._leads[each]):
            row = self._follows[other]
            much = row.pop(each)
            for free, value in made.items():
                total = row.get(free, 0) + value * much
                if total:
                    row[free] = _plain(total)
                    self._leads[free].add(other)
                else:
                    del row[free]
                    self._leads[free].discard(other)
        self._leads[each] = set()
        self._follows[each] = made
        for free in made:
            self._leads[free].add(each)


def _most_whole(step: _Step[V], now: Mapping[V, Exact], rate: Exact, need: Exact) -> int:
    """By how much a free number can move so that all stays whole: as far as needed, or as it can; 0 when not at all."""
    if any(n.denominator != 1 for n in now.values()):
        return 0
    grain = lcm(*(much.denominator for much in step.changes.values()))
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
    return number * int(by) if by in (1, -1) else _plain(Fraction(number) / by)


def _size(number: Exact) -> Exact:
    return -number if number < 0 else number


def _plain(number: Exact) -> Exact:
    return number.numerator if number.denominator == 1 else number
