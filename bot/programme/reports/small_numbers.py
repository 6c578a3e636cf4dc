"""Which numbers may be told outside the council: no child, worker or small group can be made out from them.

A number from 1 to one below the threshold is not told, whether it is a count, what is left of a whole, or what was
added since an earlier issue. Of a group of fewer than 20 that lies wholly in one class no class is told, the zeros
neither: “all 12 are Inadequate” says it of each. That is not enough: 60 less all the others gives a number back. So
the numbers are told one after another, what readers need most first, then totals before parts, and each only if every
untold number could still be anything in a range as wide as the threshold, for somebody who knows every number told, in
this report and the earlier ones, every sum between them (known_to_readers.py), and whether each number grew or shrank
(consistent_tables.py). What follows from those told is told with them. What was printed before is known to its readers:
unless it is small it is printed again, and the choice begins from it. The same counts give always the same.

What it does not guard against: somebody who knows other numbers from elsewhere, as an auditor knows their own audits.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.programme.reports.counts import Counts, Name, Shown
from bot.programme.reports.known_to_readers import BESIDES
from bot.programme.reports.told_tables import Cell, Tables, Telling

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
    first: Sequence[Name] = (),
) -> Shown:
    """What may be told of some counts. `already`: everything told outside about the same audits, of whatever day.
    `printed`: the names a report prints, where it does not print all. `first`: what its readers need most, in order.

    Raises ValueError when a number was printed that was not counted: then nobody knows what can be worked out.
    """
    if printed is not None and not printed:
        return Shown(dict.fromkeys(counts.numbers))
    told = _Report(counts, threshold, counts.numbers if printed is None else printed, first).told(already)
    return Shown({name: n if name in told else None for name, n in counts.numbers.items()})


@dataclass(frozen=True, slots=True)
class _Report:
    counts: Counts
    threshold: int
    printed: Collection[Name]
    first: Sequence[Name]

    def told(self, already: Sequence[Issued]) -> set[Name]:
        """The names of the numbers that may be told."""
        counts = self.counts
        already = [issue for issue in already if issue.printed is None or issue.printed]
        tables = Tables([counts, *(issue.counts for issue in already)], self.threshold, self.first)
        told = {
            tables.cell(name, n)
            for issue in already
            for name, n in issue.shown.numbers.items()
            if n is not None
        }
        before = {
            tables.cell(name, n)
            for issue in already
            for name, n in issue.counts.numbers.items()
            if issue.printed is None or name in issue.printed
        }
        if strange := told - {tables.cell(*each) for i in already for each in i.counts.numbers.items()}:
            raise ValueError(f"printed, but counted otherwise: {min(strange).name}")
        alike = {tables.cell(name, counts[name]) for name in _all_alike(counts)}
        wanted = {tables.cell(name, counts[name]) for name in self.printed}
        small = {cell for cell in tables.cells if 0 < cell.true < self.threshold}
        may_be = wanted - small - ((alike | before) - told)
        telling = Telling(tables, told, wanted | before | small | alike, self.threshold)
        if already and (telling.lost or (told & wanted) - may_be):
            # What was told before gives a number away: of what is new no more is told than by this report alone,
            # so that whoever sees it alone does not find that out.
            may_be &= told | {tables.cell(name, counts[name]) for name in self.told(())}
        for cell in sorted(may_be, key=tables.worth, reverse=True):
            if cell not in telling.told:
                telling.tell(cell, may_be)
        names = {n for n in counts.numbers if tables.cell(n, counts[n]) in telling.told}
        return names & _names(counts, tables, may_be)


def _names(counts: Counts, tables: Tables, cells: Collection[Cell]) -> set[Name]:
    return {name for name, n in counts.numbers.items() if tables.cell(name, n) in cells}


def _all_alike(counts: Counts) -> set[Name]:
    """The parts of every small group that lies wholly in one class. To have none at all is no class."""
    found: set[Name] = set()
    for whole, parts in counts.sums:
        if any(part[0] == BESIDES for part in parts):
            continue
        there = [part for part in parts if counts[part]]
        if len(parts) > 1 and len(there) == 1 and there[0][-1] and counts[whole] < SMALL_GROUP:
            found.update(parts)
    return found
