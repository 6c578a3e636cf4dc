"""All the counts told about the same audits, of several reports and days, as one set of numbers and sums."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from bot.programme.reports.consistent_tables import ConsistentTables
from bot.programme.reports.counts import Counts, Name

MOST_TRIED = 60
"""Of so many numbers that hang together at most, each is tried again whether it can be told: beyond, it takes long."""


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
    """The cells of all issues and the sums that hold between them. `idle` are those that nobody prints and nobody need
    be kept from: not told, they hide what hangs together with them."""

    def __init__(
        self,
        threshold: int,
        issues: Sequence[Counts],
        printed: Collection[Name] | None = None,
        last: Collection[Name] = (),
    ) -> None:
        """`printed`: the names that are printed of the first of the issues, where not all are; `last`: those of them
        that are held back last."""
        self._threshold = threshold
        self._called: dict[Name, Name] = {}
        for whole, parts in (each for counts in issues for each in counts.sums):
            if len(parts) == 1 and self._name(whole) != self._name(parts[0]):
                self._called[self._name(whole)] = self._name(parts[0])
        known: defaultdict[Name, set[int]] = defaultdict(set)
        sums: dict[tuple[Cell, tuple[Cell, ...]], None] = {}
        for counts in issues:
            for name, number in counts.numbers.items():
                known[self._name(name)].add(number)
            for whole, parts in counts.sums:
                if len(parts) > 1:
                    made_of = tuple(self.cell(part, counts[part]) for part in parts)
                    sums[self.cell(whole, counts[whole]), made_of] = None
        for name, numbers in known.items():
            for less, more in combinations(sorted(numbers), 2):
                sums[Cell(name, more), (Cell(name, less), Cell(name, more, less))] = None
        self._sums = tuple(sums)
        self._in: dict[Cell, list[int]] = {Cell(name, n): [] for name, ns in known.items() for n in ns}
        for at, (sum_of, cells) in enumerate(self._sums):
            for cell in (sum_of, *cells):
                self._in.setdefault(cell, []).append(at)
        self.cells = set(self._in)
        self._wholes = Counter(self._name(whole) for whole, parts in issues[0].sums if len(parts) > 1)
        self._wide: set[Cell] = set()
        names = issues[0].numbers if printed is None else printed
        self._last = {self._name(name) for name in last}
        self._printed = {self.cell(name, issues[0][name]) for name in names}
        self.idle: set[Cell] = set()

    def cell(self, name: Name, number: int) -> Cell:
        """The cell of a number; numbers that are one by definition, a sum with one part, are one cell."""
        return Cell(self._name(name), number)

    def _name(self, name: Name) -> Name:
        while name in self._called:
            name = self._called[name]
        return name

    def worth(self, cell: Cell) -> tuple[int, int, bool, int, Name]:
        """What goes first when something must: what nobody prints, what fewest tables are parts of, and little; a
        zero hides nothing."""
        wanted = (cell in self._printed) + (cell.name in self._last)
        return wanted, self._wholes[cell.name], not cell.number, cell.number, cell.name

    def narrow(self, untold: set[Cell], lost: Collection[Cell] = ()) -> set[Cell]:
        """Untold numbers that can be worked out too closely, but for the `lost`: those that one sum gives away by
        itself, else the first one found, else none. `untold` may only grow from one question to the next."""
        plainly = {cell for at in range(len(self._sums)) for cell in self._given_away(at, untold)}
        if found := plainly.difference(lost):
            return found
        for group in self._groups(untold, untold):
            for cell, narrow in self._judged(group, self._wide.union(lost)):
                if narrow:
                    return {cell}
                self._wide.add(cell)
        return set()

    def narrow_without(self, untold: set[Cell], told: Cell) -> bool:
        """Whether more can be worked out too closely when one number is told after all, or nobody has tried."""
        (together,) = self._groups(untold, [told])
        if len(together) > MOST_TRIED:
            return True
        before = {cell for cell, narrow in self._judged(together, self._wide) if narrow}
        left = set(together) - {told}
        return any(not before.issuperset(self._given_away(at, left)) for at in self._in[told]) or any(
            narrow for group in self._groups(left, left) for _, narrow in self._judged(group, before)
        )

    def _matters(self, cell: Cell) -> bool:
        """A difference matters when it is a small number itself; what nobody prints does not."""
        return cell not in self.idle and (cell.less is None or 0 < cell.true < self._threshold)

    def _given_away(self, at: int, untold: set[Cell]) -> set[Cell]:
        """What one sum gives away: a whole with all its parts told, or parts that come to too little together."""
        whole, parts = self._sums[at]
        found = {part for part in parts if part in untold}
        if whole in untold:
            return set() if found or not self._matters(whole) else {whole}
        if sum(part.true for part in found) >= self._threshold and len(found) > 1:
            return set()
        return set(filter(self._matters, found))

    def least_worth_beside(self, narrow: Iterable[Cell], can_be: Collection[Cell]) -> Cell | None:
        """What is best held back so that these are less narrow: of the sum with the least in it."""
        sums = {at for cell in narrow for at in self._in[cell]}
        open_to = [
            (sum(c.true for c in cells if c not in can_be), min(choice, key=self.worth))
            for cells in ((self._sums[at][0], *self._sums[at][1]) for at in sums)
            if (choice := [c for c in cells if c in can_be])
        ]
        if not open_to:
            return min(can_be, key=self.worth, default=None)
        return min(open_to, key=lambda each: (self.worth(each[1])[0], each[0], self.worth(each[1])))[1]

    def _judged(self, group: tuple[Cell, ...], known: Collection[Cell]) -> Iterator[tuple[Cell, bool]]:
        """Of untold numbers that hang together, but for those `known`: whether each can be worked out too closely."""
        sought = [cell for cell in group if self._matters(cell) and cell not in known]
        if sought:
            sums = [self._sums[at] for at in dict.fromkeys(at for cell in group for at in self._in[cell])]
            tables = ConsistentTables({cell: cell.true for cell in group}, sums, group)
            yield from ((cell, not tables.is_wide(cell, self._threshold)) for cell in sought)

    def _groups(self, untold: set[Cell], begun: Iterable[Cell]) -> Iterator[tuple[Cell, ...]]:
        """The untold numbers that hang together by sums, one way or another, with each of those begun with."""
        seen: set[Cell] = set()
        for first in sorted(begun, key=_sorted):
            if first in seen:
                continue
            group, todo = {first}, [first]
            while todo:
                for at in self._in[todo.pop()]:
                    whole, parts = self._sums[at]
                    new = {c for c in (whole, *parts) if c in untold} - group
                    group |= new
                    todo += new
            seen |= group
            yield tuple(sorted(group, key=_sorted))


def _sorted(cell: Cell) -> tuple[Name, int, int]:
    return cell.name, cell.number, -1 if cell.less is None else cell.less
