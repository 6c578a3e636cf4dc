"""All the counts told about the same audits, of several reports and days, as one set of numbers and sums."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

from bot.programme.reports.consistent_tables import ConsistentTables
from bot.programme.reports.counts import Counts, Name


class Cell(NamedTuple):
    """A number of a name: where two issues have the same, it is one. `less` is the lesser number of another issue: the
    cell is then the difference, which is printed nowhere."""

    name: Name
    number: int
    less: int | None = None

    @property
    def true(self) -> int:
        return self.number - (self.less or 0)


class Tables:
    """The cells of all issues and the sums that hold between them. `first`: the names that are told first. Of the
    numbers of a name in several issues each is the next lesser and what it is more; what others differ by follows, and
    is a cell of its own where it is less than the threshold."""

    def __init__(self, issues: Sequence[Counts], threshold: int, first: Sequence[Name] = ()) -> None:
        self._called: dict[Name, Name] = {}
        for whole, parts in (each for counts in issues for each in _that_hold(counts)):
            if len(parts) == 1 and self._name(whole) != self._name(parts[0]):
                self._called[self._name(whole)] = self._name(parts[0])
        known: defaultdict[Name, set[int]] = defaultdict(set)
        sums: dict[tuple[Cell, tuple[Cell, ...]], None] = {}
        for counts in issues:
            for name, number in counts.numbers.items():
                known[self._name(name)].add(number)
            for whole, parts in _that_hold(counts):
                if len(parts) > 1:
                    made_of = tuple(self.cell(part, counts[part]) for part in parts)
                    sums[self.cell(whole, counts[whole]), made_of] = None
        for name, numbers in known.items():
            ordered = sorted(numbers)
            for less, more in combinations(ordered, 2):
                if more - less < threshold or (less, more) in pairwise(ordered):
                    sums[Cell(name, more), (Cell(name, less), Cell(name, more, less))] = None
        self.sums = tuple(sums)
        self.cells = {Cell(name, n) for name, ns in known.items() for n in ns}
        self.cells |= {cell for whole, parts in sums for cell in (whole, *parts)}
        self._wholes = Counter(self._name(whole) for whole, parts in issues[0].sums if len(parts) > 1)
        self._first = {self._name(name): n for n, name in reversed([*enumerate(first)])}

    def cell(self, name: Name, number: int) -> Cell:
        """The cell of a number; numbers that are one by definition, a sum with one part, are one cell."""
        return Cell(self._name(name), number)

    def _name(self, name: Name) -> Name:
        while name in self._called:
            name = self._called[name]
        return name

    def worth(self, cell: Cell) -> tuple[int, int, bool, int, Name]:
        """What is told first when not all can be: what readers need most, what most tables are parts of, and what is
        large; a zero hides nothing."""
        first = -self._first.get(cell.name, len(self._first))
        return first, self._wholes[cell.name], not cell.number, cell.number, cell.name


def _that_hold(counts: Counts) -> list[tuple[Name, tuple[Name, ...]]]:
    """A sum that does not hold misleads whoever reckons by it, and gives nothing away."""
    return [(w, parts) for w, parts in counts.sums if counts[w] == sum(counts[part] for part in parts)]


class Telling:
    """Numbers told one after another. Of those that `matter` none may be worked out closer than the threshold, but for
    the `lost`: what was told before gives them away."""

    def __init__(self, tables: Tables, told: Iterable[Cell], matter: Iterable[Cell], threshold: int) -> None:
        self._threshold = threshold
        order = sorted(
            tables.cells, key=lambda c: (c in matter, c.less is None, *tables.worth(c), c.less or 0)
        )
        self._agree = ConsistentTables({cell: cell.true for cell in order}, tables.sums)
        self.told: set[Cell] = set()
        for cell in sorted(told):
            self._tell(cell)
        self._agree.settle()
        self._hidden_by: dict[Cell, set[Cell]] = {}
        self.lost: set[Cell] = set()
        matters = [cell for cell in order if cell in matter and cell not in self.told]
        for cell in matters:
            if cell not in self._hidden_by and not self._hide(cell, matters, self._hidden_by):
                self.lost.add(cell)

    def _tell(self, cell: Cell) -> None:
        self._agree.tell(cell)
        self.told.add(cell)

    def _hide(self, cell: Cell, others: Iterable[Cell], hidden_by: dict[Cell, set[Cell]]) -> bool:
        """Find two tables in which a number is far enough apart, and whatever of the others is so in them as well."""
        found = self._agree.apart(cell, self._threshold)
        if found is None:
            return False
        for each in (cell, *others):
            if abs(found.apart.get(each, 0)) >= self._threshold:
                hidden_by[each] = found.changed
        return True

    def tell(self, cell: Cell, may_be: Collection[Cell]) -> None:
        """Tell a number, and with it those that can be worked out from it then, if all these may be told; else none."""
        self._tell(cell)
        told, hidden_by = [cell], dict(self._hidden_by)
        for each in told:  # it grows
            hidden_by.pop(each, None)
            open_now = [other for other, by in hidden_by.items() if each in by]
            for other in sorted(open_now, key=may_be.__contains__):
                if each not in hidden_by[other] or self._hide(other, open_now, hidden_by):
                    continue
                if other in may_be:
                    if other not in self.told:
                        self._tell(other)
                        told.append(other)
                else:
                    for every in reversed(told):
                        self._agree.untell(every)
                        self.told.remove(every)
                    return
        self._agree.settle()
        self._hidden_by = hidden_by
