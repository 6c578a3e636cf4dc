"""An attack on suppressed numbers: from everything that is printed, what can each hidden cell still be?

Exact: the least and the largest whole number of each hidden cell for which all others can be chosen so that every sum
holds. Tables of several reports are attacked together: what means the same has the same name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reports.recount.recount import Name

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Equation:
    """Parts add up to their whole: the sum of the hidden ones, each with its sign, is `rest`."""

    terms: tuple[tuple[Name, int], ...]
    rest: int


class Attack:
    """`shown`: every printed cell, None where it is hidden. `sums`: which whole is made of which parts. `grows`: pairs
    of which the second cannot be smaller than the first (the same count a month later). `most`: no cell is larger."""

    def __init__(
        self,
        shown: Mapping[Name, int | None],
        sums: Iterable[tuple[Name, Sequence[Name]]],
        grows: Iterable[tuple[Name, Name]] = (),
        most: int | None = None,
    ) -> None:
        known = {name: number for name, number in shown.items() if number is not None}
        self._most = max([*known.values(), 0]) + 100 if most is None else most
        self._bounds: dict[Name, Range] = {
            n: (0, self._most) for n, number in shown.items() if number is None
        }
        self._equations: list[Equation] = []
        sums = [*sums, *((after, (before, ("growth", *before, *after))) for before, after in grows)]
        for whole, parts in sums:
            signs = [(whole, -1), *((part, 1) for part in parts)]
            for name, _ in signs:  # a cell that stands in no table is as hidden as one that is suppressed
                if name not in known:
                    self._bounds.setdefault(name, (0, self._most))
            hidden = tuple((name, sign) for name, sign in signs if name not in known)
            rest = -sum(sign * known[name] for name, sign in signs if name in known)
            if hidden:
                self._equations.append(Equation(hidden, rest))
            elif rest:
                raise ValueError(f"{whole} is printed, and so are its parts, and they do not add up.")
        self._suppressed = [name for name, number in shown.items() if number is None]

    def ranges(self) -> dict[Name, Range]:
        """Of each hidden cell the least and the largest that it can be. Raises ValueError if nothing fits at all."""
        start = _narrowed(self._bounds, self._equations)
        if start is None or not self._fits(start):
            raise ValueError("No numbers fit what is printed.")
        return {name: (self._least(start, name), self._largest(start, name)) for name in self._suppressed}

    def worked_out(self, threshold: int) -> dict[Name, Range]:
        """The hidden cells of which less than so much is uncertain."""
        return {n: (low, high) for n, (low, high) in self.ranges().items() if high - low < threshold}

    def _least(self, bounds: Mapping[Name, Range], name: Name) -> int:
        low, high = bounds[name]
        while low < high:
            middle = (low + high) // 2
            if self._fits({**bounds, name: (bounds[name][0], middle)}):
                high = middle
            else:
                low = middle + 1
        return low

    def _largest(self, bounds: Mapping[Name, Range], name: Name) -> int:
        low, high = bounds[name]
        while low < high:
            middle = (low + high + 1) // 2
            if self._fits({**bounds, name: (middle, bounds[name][1])}):
                low = middle
            else:
                high = middle - 1
        return low

    def _fits(self, bounds: Mapping[Name, Range]) -> bool:
        """Whether numbers within these bounds make every equation true; halves what is open until it is decided."""
        narrowed = _narrowed(bounds, self._equations)
        if narrowed is None:
            return False
        open_cells = [
            name
            for equation in self._equations
            for name, _ in equation.terms
            if narrowed[name][0] < narrowed[name][1]
        ]
        if not open_cells:
            return True
        name = min(open_cells, key=lambda n: narrowed[n][1] - narrowed[n][0])
        low, high = narrowed[name]
        middle = (low + high) // 2
        return any(self._fits({**narrowed, name: half}) for half in ((low, middle), (middle + 1, high)))


def _narrowed(bounds: Mapping[Name, Range], equations: Sequence[Equation]) -> dict[Name, Range] | None:
    """The bounds as far as each equation by itself narrows them; None if one cannot be true."""
    found, changed = dict(bounds), True
    while changed:
        changed = False
        for equation in equations:
            ends = [sorted((sign * found[name][0], sign * found[name][1])) for name, sign in equation.terms]
            least, largest = sum(end[0] for end in ends), sum(end[1] for end in ends)
            for (name, sign), (low, high) in zip(equation.terms, ends, strict=True):
                new_low, new_high = (
                    max(low, equation.rest - (largest - high)),
                    min(high, equation.rest - (least - low)),
                )
                if new_low > new_high:
                    return None
                if (new_low, new_high) != (low, high):
                    first, second = sorted((sign * new_low, sign * new_high))
                    found[name], changed = (first, second), True
                    least, largest = least + new_low - low, largest + new_high - high
    return found
