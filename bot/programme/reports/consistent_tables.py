"""Which other tables agree with everything that is told: how closely a number that is not told can be worked out.

The numbers told and the sums between them leave each untold number a range. It is found by walking over the corners
of all the tables that agree (the simplex method, https://doi.org/10.1287/moor.2.2.103 for the choice that always
ends), beginning at the true table. Every table met whose numbers are all whole is a witness that somebody who knows
only what is told could not rule out; nothing else counts as one, so a range is never taken for wider than it is.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Mapping, Sequence
from fractions import Fraction
from typing import Generic, TypeVar

V = TypeVar("V", bound=Hashable)
Exact = int | Fraction


class ConsistentTables(Generic[V]):
    """The tables that agree with what is told. `least` and `most` of each untold number in the tables met so far;
    math.inf where there is no most."""

    def __init__(
        self, true: Mapping[V, int], sums: Sequence[tuple[V, Sequence[V]]], untold: Collection[V]
    ) -> None:
        self.least: dict[V, float] = {each: true[each] for each in untold}
        self.most: dict[V, float] = dict(self.least)
        self._order = {each: n for n, each in enumerate(untold)}
        self._now: dict[V, Exact] = {each: true[each] for each in untold}
        self._follows: dict[
            V, dict[V, Exact]
        ] = {}  # a number -> the free ones it is made of, so much of each
        for whole, parts in sums:
            self._bind(
                {each: 1 for each in parts if each in self._now}, whole if whole in self._now else None
            )
        for free in [each for each in self._order if each not in self._follows]:
            self._move(free, -1)  # afterwards every free number is 0: a corner

    def is_wide(self, each: V, threshold: int) -> bool:
        """Whether tables are found in which a number differs by so much."""
        for way in (1, -1):  # from corner to corner, to where it is the most, then the least
            while self.most[each] - self.least[each] < threshold:
                rates = self._follows.get(each, {each: 1})
                better = [free for free, rate in rates.items() if rate * way > 0]
                if not better:
                    break
                self._move(min(better, key=self._order.__getitem__), 1)
        return self.most[each] - self.least[each] >= threshold

    def _move(self, free: V, way: int) -> None:
        """Let a free number grow or shrink until something comes to 0, which then becomes free in its place; when
        nothing ever does, what grows with it has no most."""
        rates = {each: made[free] * way for each, made in self._follows.items() if free in made}
        ends = [
            (_over(self._now[each], -rate), self._order[each], each)
            for each, rate in rates.items()
            if rate < 0
        ]
        far, _, stops = min(ends, default=(None, 0, free))
        if way < 0 and (far is None or self._now[free] <= far):
            far, stops = self._now[free], free
        if far is None:
            for each, rate in ((free, 1), *rates.items()):
                if rate > 0:
                    self.most[each] = math.inf
            return
        self._now[free] += way * far
        for each, rate in rates.items():
            self._now[each] += rate * far
        if stops != free:
            made = self._follows.pop(stops)
            self._bind_to(free, _solved({**made, stops: -1}, free))
        if far and all(number.denominator == 1 for number in self._now.values()):
            for each, number in self._now.items():
                self.least[each] = min(self.least[each], int(number))
                self.most[each] = max(self.most[each], int(number))

    def _bind(self, parts: dict[V, Exact], whole: V | None) -> None:
        """One more sum that holds: so much of each, less the whole, comes always to the same."""
        if whole is not None:
            parts[whole] = parts.get(whole, 0) - 1
        row: dict[V, Exact] = {}
        for each, much in parts.items():
            _add(row, self._follows.get(each, {each: 1}), much)
        if row:
            bound = max(row, key=self._order.__getitem__)
            self._bind_to(bound, _solved(row, bound))

    def _bind_to(self, each: V, made: dict[V, Exact]) -> None:
        for other in self._follows.values():
            if much := other.pop(each, 0):
                _add(other, made, much)
        self._follows[each] = made


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
    if by in (1, -1):
        return number * int(by)
    exact = Fraction(number) / by
    return exact.numerator if exact.denominator == 1 else exact
