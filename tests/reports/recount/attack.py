"""An attack on suppressed numbers: from everything that is printed, what can each hidden cell still be?

Exact: the least and the largest whole number of each hidden cell for which all others can be chosen so that every sum
holds. Tables of several reports are attacked together: what means the same has the same name. Linear programmes over
fractions (`whole_numbers.py`), cut into halves until the answer is whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from reports.recount.recount import Name
from reports.recount.whole_numbers import NothingFits, extreme

Range = tuple[int, int]
Sum = tuple[Name, Sequence[Name]]
Equation = tuple[dict[Name, int], int]


class Attack:
    """`shown`: every printed cell, None where it is hidden. `sums`: which whole is made of which parts; a part that
    stands in no table is as hidden as one that is suppressed. `grows`: pairs of which the second cannot be smaller than
    the first (the same count a month later). `most`: as large a cell may be where nothing bounds it."""

    def __init__(
        self,
        shown: Mapping[Name, int | None],
        sums: Iterable[Sum],
        grows: Iterable[tuple[Name, Name]] = (),
        most: int = 10_000,
    ) -> None:
        self._most = most
        self._suppressed = [name for name, number in shown.items() if number is None]
        growth: list[Sum] = [(after, (before, ("growth", *before, *after))) for before, after in grows]
        equations: list[Equation] = []
        for whole, parts in (*sums, *growth):
            hidden: dict[Name, int] = {}
            rest = 0
            for name, sign in ((whole, -1), *((part, 1) for part in parts)):
                number = shown.get(name)
                if number is None:
                    hidden[name] = hidden.get(name, 0) + sign
                else:
                    rest -= sign * number
            if hidden:
                equations.append((hidden, rest))
            elif rest:
                raise ValueError(f"{whole} is printed, and so are its parts, and they do not add up.")
        self._apart = _apart(equations)

    def ranges(self) -> dict[Name, Range]:
        """Of each hidden cell the least and the largest that it can be. Raises ValueError if nothing fits at all."""
        found = dict.fromkeys(self._suppressed, (0, self._most))
        try:
            for names, rows, rests in self._apart:
                for column, name in enumerate(names):
                    if name in found:
                        least, largest = extreme(rows, rests, column, -1), extreme(rows, rests, column, 1)
                        found[name] = (-(least or 0), self._most if largest is None else largest)
        except NothingFits:
            raise ValueError("No numbers fit what is printed.") from None
        return found

    def worked_out(self, threshold: int) -> dict[Name, Range]:
        """The hidden cells of which less than so much is uncertain."""
        return {n: (low, high) for n, (low, high) in self.ranges().items() if high - low < threshold}


def _apart(equations: list[Equation]) -> list[tuple[list[Name], list[list[int]], list[int]]]:
    """The equations in groups without a common hidden cell: the cells, a row of factors for each equation, its rest."""
    groups: list[tuple[set[Name], list[Equation]]] = []
    for equation in equations:
        names, together = set(equation[0]), [equation]
        for group in [group for group in groups if group[0] & names]:
            groups.remove(group)
            names |= group[0]
            together += group[1]
        groups.append((names, together))
    return [
        (
            (order := sorted(names)),
            [[hidden.get(name, 0) for name in order] for hidden, _ in together],
            [rest for _, rest in together],
        )
        for names, together in groups
    ]
