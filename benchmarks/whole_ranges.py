"""Whole numbers from 0 on of which some are told and sums hold: the least and the most that the others can be, by an
integer solver. No benchmark of its own: what `small_numbers.py` and `printed_papers.py` ask.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Hashable, Mapping

try:
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import lil_matrix
except ImportError as fault:
    print(
        f"Not run: {fault.name} is not here (pip install scipy in an environment that also sees this project)."
    )
    sys.exit(0)

BEYOND = 10_000
Row = Mapping[Hashable, int]


class WholeRanges:
    """What is known: `tell` numbers, `holds` says between what a sum of numbers lies."""

    def __init__(self) -> None:
        self._told: dict[Hashable, int] = {}
        self._rows: list[tuple[Row, float, float]] = []

    def tell(self, key: Hashable, number: int) -> None:
        if self._told.setdefault(key, number) != number:
            raise ValueError(f"{key} is told twice and differently")

    def holds(self, row: Row, low: float = 0, high: float = 0) -> None:
        self._rows.append((row, low, high))

    def ranges(self, sought: Mapping[Hashable, Row], enough: int) -> dict[Hashable, tuple[int, int]]:
        """Of each sum that is sought the least and the most; of one that is `enough` apart no more than that is looked
        for. Raises ValueError when nothing fits what is known."""
        groups = _Apart()
        for row in (*(row for row, _, _ in self._rows), *sought.values()):
            groups.together([key for key in row if key not in self._told])
        rows: defaultdict[Hashable, list[tuple[Row, float, float]]] = defaultdict(list)
        for row, low, high in self._rows:
            known = sum(much * self._told[key] for key, much in row.items() if key in self._told)
            left = {key: much for key, much in row.items() if key not in self._told and much}
            if left:
                rows[groups.of(next(iter(left)))].append((left, low - known, high - known))
            elif not low <= known <= high:
                raise ValueError(f"what is told does not add up: {row}")
        wanted: defaultdict[Hashable, dict[Hashable, Row]] = defaultdict(dict)
        found: dict[Hashable, tuple[int, int]] = {}
        for what, row in sought.items():
            left = {key: much for key, much in row.items() if key not in self._told and much}
            if left:
                wanted[groups.of(next(iter(left)))][what] = left
            else:
                found[what] = (0, 0)
        for group, them in wanted.items():
            found |= _solved(rows[group], them, enough)
        return found


class _Apart:
    """Which numbers hang together."""

    def __init__(self) -> None:
        self._up: dict[Hashable, Hashable] = {}

    def of(self, key: Hashable) -> Hashable:
        while (up := self._up.setdefault(key, key)) != key:
            self._up[key] = self._up[up]
            key = up
        return key

    def together(self, keys: list[Hashable]) -> None:
        for key in keys[1:]:
            self._up[self.of(key)] = self.of(keys[0])


def _solved(
    rows: list[tuple[Row, float, float]], sought: Mapping[Hashable, Row], enough: int
) -> dict[Hashable, tuple[int, int]]:
    at: dict[Hashable, int] = {}
    for row in (*(row for row, _, _ in rows), *sought.values()):
        for key in row:
            at.setdefault(key, len(at))
    matrix = lil_matrix((max(1, len(rows)), len(at)))
    for r, (row, _, _) in enumerate(rows):
        for key, much in row.items():
            matrix[r, at[key]] = much
    low, high = [r[1] for r in rows] or [0], [r[2] for r in rows] or [0]
    holds = LinearConstraint(matrix.tocsr(), low, high)
    weights = np.zeros((len(sought), len(at)))
    for n, row in enumerate(sought.values()):
        for key, much in row.items():
            weights[n, at[key]] = much
    least, most = np.full(len(sought), np.inf), np.full(len(sought), -np.inf)
    bounds = Bounds(np.zeros(len(at)), np.full(len(at), float(BEYOND)))
    for n in range(len(sought)):
        for sign in (1, -1):
            if most[n] - least[n] >= enough:
                break
            answer = milp(sign * weights[n], constraints=holds, bounds=bounds, integrality=np.ones(len(at)))
            if answer.x is None:
                raise ValueError(f"no numbers fit what is known: {answer.message}")
            seen = weights @ np.rint(answer.x)
            least, most = np.minimum(least, seen), np.maximum(most, seen)
    return {what: (int(least[n]), int(most[n])) for n, what in enumerate(sought)}
