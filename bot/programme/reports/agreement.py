"""How far auditors and moderators agree, and what that means (§7, §8).

The moderator has seen the auditor's grade: nothing here is an independent second reading, and every sentence with a
measure says so. Matrices and plain shares come first; kappa only where enough audits are there to bear it.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from math import comb

from bot.programme.reports.counts import Shown
from bot.programme.reports.cycle_counts import BOTH_GRADES
from bot.programme.reports.shares import share
from bot.programme.vocabulary import Grade

Matrix = Mapping[tuple[Grade, Grade], int]
"""How many audits had one grade from the auditor and one from the moderator, in this order."""

KAPPA_FROM, KAPPA_CYCLES = 50, 3
"""Kappa is told of so many audits at least, of so many cycles together."""
MOVES_FROM = 10
"""So many changed grades at least before anything is said of their direction."""
DRAWN = 1000
"""So often the audits are drawn anew for an interval."""
LIMIT = "The moderator has seen the auditor's grade: two independent readings might agree less."


def matrix_of(shown: Shown) -> Matrix | None:
    """The matrix of a cycle where all of it may be told, else None."""
    told = {(a, m): shown["matrix", a.value, m.value] for a in Grade for m in Grade}
    whole = {cell: n for cell, n in told.items() if n is not None}
    return whole if len(whole) == len(told) else None


def net_downgrades(shown: Shown) -> float | None:
    """Downgrades less upgrades as a share of the audits with both grades: -1 to 1. None when one is not told, or of
    no audits."""
    down, up, audits = shown["moved", "down"], shown["moved", "up"], shown[BOTH_GRADES]
    return (down - up) / audits if down is not None and up is not None and audits else None


def pooled(matrices: Sequence[Matrix]) -> dict[tuple[Grade, Grade], int]:
    """Several cycles as one."""
    return {(a, m): sum(each.get((a, m), 0) for each in matrices) for a in Grade for m in Grade}


def weighted_kappa(matrix: Matrix) -> float | None:
    """Kappa with linear weights: 1 - Σ w·o / Σ w·e, where w is the number of steps between two grades. None where it is
    not defined: no audits, or all of them in one cell. https://doi.org/10.1037/h0026256"""
    total = sum(matrix.values())
    by_auditor = {g: sum(n for (a, _), n in matrix.items() if a is g) for g in Grade}
    by_moderator = {g: sum(n for (_, m), n in matrix.items() if m is g) for g in Grade}
    apart = sum(abs(a.rank - m.rank) * n for (a, m), n in matrix.items())
    by_chance = sum(abs(a.rank - m.rank) * by_auditor[a] * by_moderator[m] for a in Grade for m in Grade)
    return 1 - apart * total / by_chance if by_chance else None


def kappa_interval(matrix: Matrix, seed: int = 1) -> tuple[float, float] | None:
    """The middle 95 % of kappa over audits drawn anew with replacement, the same for the same seed; None where kappa is
    not defined. Draws in which it is not defined are left out."""
    cells = [cell for cell, n in sorted(matrix.items()) if n]
    if weighted_kappa(matrix) is None:
        return None
    weights, total = [matrix[cell] for cell in cells], sum(matrix.values())
    drawn = random.Random(seed)
    found: list[float] = []
    for _ in range(DRAWN):
        counted = dict.fromkeys(cells, 0)
        for cell in drawn.choices(cells, weights, k=total):
            counted[cell] += 1
        if (kappa := weighted_kappa(counted)) is not None:
            found.append(kappa)
    found.sort()
    return found[round(len(found) * 0.025)], found[round(len(found) * 0.975) - 1]


def sign_test(up: int, down: int) -> float:
    """How often chance alone, with either direction as likely, moves grades at least so unevenly: 0 to 1."""
    moves, fewer = up + down, min(up, down)
    return min(1.0, 2 * sum(comb(moves, n) for n in range(fewer + 1)) / 2.0**moves)


def kappa_sentence(cycles: Sequence[Matrix | None]) -> str:
    """Kappa of several cycles together with its meaning and limit, or why it is not told."""
    told = [each for each in cycles if each is not None]
    if len(told) < len(cycles):
        return "Weighted kappa is not told: it is made of numbers that are too small to be told."
    matrix, with_audits = pooled(told), sum(any(each.values()) for each in told)
    total = sum(matrix.values())
    if total < KAPPA_FROM or with_audits < KAPPA_CYCLES:
        here = f"here are {total} of {with_audits}"
        return f"Weighted kappa is told from {KAPPA_FROM} audits of {KAPPA_CYCLES} cycles on; {here}."
    kappa, between = weighted_kappa(matrix), kappa_interval(matrix)
    if kappa is None or between is None:
        return f"Weighted kappa is not defined: all {total} audits have one and the same pair of grades."
    return (
        f"Weighted kappa (linear) of {total} audits in {with_audits} cycles is {kappa:.2f} (95 % interval "
        f"{between[0]:.2f} to {between[1]:.2f}). It is how far auditor and moderator agree over the three lines "
        f"between the grades beyond what chance would bring about: 0 is chance, 1 is full agreement. It is low where "
        f"nearly all audits have one grade, however well people agree. {LIMIT}"
    )


def direction_sentence(shown: Shown) -> str:
    """Which way moderation moves grades, and whether chance explains it. "" when one of the numbers is not told."""
    down, up, audits = shown["moved", "down"], shown["moved", "up"], shown[BOTH_GRADES]
    if down is None or up is None or audits is None:
        return ""
    told = f"Moderation moved {down + up} of {audits} grades: {down} down and {up} up."
    if down + up < MOVES_FROM:
        return f"{told} Of fewer than {MOVES_FROM} moves nothing is said of the direction."
    explained = (
        "This is within what chance explains if either direction is as likely as the other."
        if sign_test(up, down) >= 0.05
        else "This is more to one side than chance alone explains."
    )
    return f"{told} {explained} {LIMIT}"


def agreement_sentence(shown: Shown) -> str:
    """Exact and near agreement with its limit."""
    if shown[BOTH_GRADES] == 0:
        return "No audit has both grades."
    same, near = (share(shown, ("moved", word), BOTH_GRADES) for word in ("unchanged", "within one"))
    return f"Auditor and moderator gave the same grade in {same} and were at most one grade apart in {near}. {LIMIT}"
