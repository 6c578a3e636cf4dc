"""The largest that one of several whole numbers can be, none below zero, where given sums of them must hold.

The simplex method over fractions, so that nothing is rounded, with Bland's rule, so that it ends; where the answer is
no whole number, the two halves beside it are tried.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

ZERO, ONE = Fraction(0), Fraction(1)
Rows = Sequence[Sequence[int]]


class NothingFits(ValueError):
    """No numbers make every sum true."""


def extreme(rows: Rows, rests: Sequence[int], column: int, sign: int) -> int | None:
    """The largest value of sign × (the number in a column) for which every row times the numbers is its rest, in whole
    numbers from 0 on. None if it has no end."""
    best: int | None = None
    waiting = [([list(row) for row in rows], list(rests))]
    fits = False
    while waiting:
        these, those = waiting.pop()
        try:
            numbers = _largest(these, those, column, sign)
        except NothingFits:
            continue
        if numbers is None:
            return None
        if best is not None and math.floor(sign * numbers[column]) <= best:
            continue
        part = next((n for n, number in enumerate(numbers[: len(rows[0])]) if number.denominator > 1), None)
        if part is None:
            best, fits = int(sign * numbers[column]), True
            continue
        for side, rest in ((1, math.floor(numbers[part])), (-1, math.ceil(numbers[part]))):
            width = len(these[0])
            cut = [int(n == part) for n in range(width)] + [side]  # the number and what is left to the bound
            waiting.append(([[*row, 0] for row in these] + [cut], [*those, rest]))
    if not fits:
        raise NothingFits
    return best


def _largest(
    rows: Sequence[Sequence[int]], rests: Sequence[int], column: int, sign: int
) -> list[Fraction] | None:
    """The numbers, not yet whole, for which sign × one of them is largest; None if it has no end."""
    width, height = len(rows[0]), len(rows)
    table = []
    for n, (row, rest) in enumerate(zip(rows, rests, strict=True)):
        turn = -1 if rest < 0 else 1  # so that no rest is below zero
        help_ = [
            ONE if n == m else ZERO for m in range(height)
        ]  # a number of its own for each row, to begin with
        table.append([*(Fraction(turn * x) for x in row), *help_, Fraction(turn * rest)])
    basis = list(range(width, width + height))
    begin = [*[ZERO] * width, *[-ONE] * height, ZERO]
    for row in table:
        begin = [a + b for a, b in zip(begin, row, strict=True)]
    _climb(table, basis, begin, width)
    if begin[-1]:
        raise NothingFits
    for n in range(height - 1, -1, -1):  # what helped to begin with leaves
        if basis[n] >= width:
            other = next((m for m in range(width) if table[n][m]), None)
            if other is None:
                del table[n], basis[n]
            else:
                _turn(table, basis, begin, n, other)
    table[:] = [[*row[:width], row[-1]] for row in table]
    goal = [ZERO] * (width + 1)
    goal[column] = Fraction(sign)
    for row, at in zip(table, basis, strict=True):
        if goal[at]:
            goal[:] = [a - goal[at] * b for a, b in zip(goal, row, strict=True)]
    if not _climb(table, basis, goal, width):
        return None
    numbers = [ZERO] * width
    for row, at in zip(table, basis, strict=True):
        numbers[at] = row[-1]
    return numbers


def _climb(table: list[list[Fraction]], basis: list[int], goal: list[Fraction], width: int) -> bool:
    """Exchange numbers until nothing makes the goal larger; False if it grows without end."""
    while (enters := next((n for n in range(width) if goal[n] > 0), None)) is not None:
        ratios = [(row[-1] / row[enters], basis[n], n) for n, row in enumerate(table) if row[enters] > 0]
        if not ratios:
            return False
        _turn(table, basis, goal, min(ratios)[2], enters)
    return True


def _turn(table: list[list[Fraction]], basis: list[int], goal: list[Fraction], at: int, enters: int) -> None:
    factor = table[at][enters]
    table[at] = [x / factor for x in table[at]]
    for row in (*(r for n, r in enumerate(table) if n != at), goal):
        if factor := row[enters]:
            row[:] = [a - factor * b if b else a for a, b in zip(row, table[at], strict=True)]
    basis[at] = enters
