"""Which numbers may be told outside the council: no child, worker or small group can be made out from them.

A number from 1 to one below the threshold is not told, whether it is a count, what is left of a whole, or what was
added since an earlier issue. Of a group of fewer than 20 that lies wholly in one class no class is told, the zeros
neither: “all 12 are Inadequate” says it of each. That is not enough: 60 less all the others gives a number back. So
further numbers are held back until every untold number could still be anything in a range as wide as the threshold,
for somebody who knows every number told, in this report and the earlier ones, every sum between them, and whether
each number grew or shrank (consistent_tables.py). Then each number held back is told after all when that is still so.

Held back first are the least numbers of the narrowest sum, and parts before wholes: totals, and the grades of the
whole cycle, go last. The same counts give always the same.

What it does not guard against: somebody who knows other numbers from elsewhere, as an auditor knows their own audits.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.programme.reports.counts import Counts, Name, Shown
from bot.programme.reports.told_tables import Cell, Tables

SMALL_GROUP = 20
"""Of fewer than so many it is not told that all are alike."""


@dataclass(frozen=True, slots=True)
class Issued:
    """What another report about the same audits, or an earlier issue, printed, and the counts it was printed from."""

    counts: Counts
    shown: Shown
    printed: Collection[Name] | None = None
    """The names it had a place for, where not for all."""


def as_published(
    counts: Counts,
    threshold: int,
    already: Sequence[Issued] = (),
    printed: Collection[Name] | None = None,
    last: Collection[Name] = (),
) -> Shown:
    """What may be told of some counts. `already`: everything told outside about the same audits, of whatever day.
    `printed`: the names a report prints, where it does not print all: the others are held back first, and may be told
    for all that. `last`: what a reader needs most, held back only when nothing else helps.

    Raises ValueError when a number was printed that was not counted: then nobody knows what can be worked out.
    """
    untold = _untold(counts, threshold, [], printed, last)
    if already:  # whoever sees this report alone, and whoever sees them all
        untold = _untold(counts, threshold, already, printed, last, untold)
    return Shown({name: None if name in untold else n for name, n in counts.numbers.items()})


def _untold(
    counts: Counts,
    threshold: int,
    already: Sequence[Issued],
    printed: Collection[Name] | None = None,
    last: Collection[Name] = (),
    besides: Collection[Name] = (),
) -> set[Name]:
    """The names of the numbers that are not told, those `besides` among them."""
    tables = Tables(threshold, [counts, *(issue.counts for issue in already)], printed, last)
    shown = [(name, n) for issue in already for name, n in issue.shown.numbers.items() if n is not None]
    told = {tables.cell(*each) for each in shown}
    before = {
        tables.cell(name, n)
        for issue in already
        for name, n in issue.counts.numbers.items()
        if issue.printed is None or name in issue.printed
    }
    if strange := told - {tables.cell(*each) for i in already for each in i.counts.numbers.items()}:
        raise ValueError(f"printed, but counted otherwise: {min(strange).name}")
    mine = {tables.cell(*each) for each in counts.numbers.items()}
    held_back = {cell for cell in mine if 0 < cell.number < threshold or cell in before - told}
    alike = {tables.cell(name, counts[name]) for name in _all_alike(counts)}
    if printed is not None:
        wanted = {tables.cell(name, counts[name]) for name in printed}
        tables.idle = {c for c in mine - wanted - before - alike if not 0 < c.number < threshold}
    held_back |= alike | tables.idle | {tables.cell(name, counts[name]) for name in besides}
    needless = _held_back_besides(tables, told, mine, held_back)
    untold = held_back | needless
    for cell in sorted(needless, key=tables.worth, reverse=True):
        if not tables.narrow_without(tables.cells - told - (mine - untold), cell):
            untold.remove(cell)
    return {name for name, n in counts.numbers.items() if tables.cell(name, n) in untold}


def _all_alike(counts: Counts) -> set[Name]:
    """The parts of every small group that lies wholly in one class. To have none at all is no class."""
    found: set[Name] = set()
    for whole, parts in counts.sums:
        there = [part for part in parts if counts[part]]
        if len(parts) > 1 and len(there) == 1 and there[0][-1] and counts[whole] < SMALL_GROUP:
            found.update(parts)
    return found


def _held_back_besides(tables: Tables, told: set[Cell], mine: set[Cell], held_back: set[Cell]) -> set[Cell]:
    """What is held back so that the rest cannot be worked out. What earlier issues have given away is given away."""
    besides: set[Cell] = set()
    lost: set[Cell] = set()
    while True:
        can_be = mine.difference(held_back, besides, told)
        narrow = tables.narrow(tables.cells - told - can_be, lost)
        if not narrow:
            return besides
        chosen = tables.least_worth_beside(narrow, can_be)
        if chosen is None:
            lost |= narrow
        else:
            besides.add(chosen)
