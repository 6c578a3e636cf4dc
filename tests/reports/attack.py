"""Somebody who reads everything that is printed, and works out what is not, by trying.

Knows only the numbers told, the sums between all numbers, and of two issues whether a number grew, shrank or stayed.
Shares no code and no method with what holds the numbers back.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.programme.reports.counts import Counts, Name, Shown

MOST = 400
"""No number in the tests is nearly so large."""
STEPS = 2000
"""So many values are tried before one search is given up."""
Key = tuple[object, ...]
Bounds = dict[Key, tuple[int, int]]


class Attack:
    """All that is known of some issues, the earliest first."""

    def __init__(self, issues: Sequence[tuple[Counts, Shown]]) -> None:
        self._known: Bounds = {}
        self._sums: list[tuple[Key, tuple[Key, ...]]] = []
        self._true: dict[Key, int] = {}
        printed = {each for _, shown in issues for each in shown.numbers.items()}
        self.sought: list[tuple[Key, int]] = []
        for n, (counts, shown) in enumerate(issues):
            for name, number in counts.numbers.items():
                told = shown[name]
                self._put((n, *name), number, (0, MOST) if told is None else (told, told))
                if told is None and (name, number) not in printed:
                    self.sought.append(((n, *name), number))
            for whole, parts in counts.sums:
                self._sums.append(((n, *whole), tuple((n, *part) for part in parts)))
            for before in range(n):
                for name, was in issues[before][0].numbers.items():
                    self._since(before, n, name, counts[name] - was)
        self._in: dict[Key, list[int]] = {}
        for at, (whole, parts) in enumerate(self._sums):
            for key in (whole, *parts):
                self._in.setdefault(key, []).append(at)
        known = self._narrowed(self._known, list(range(len(self._sums))))
        assert known is not None, "what is printed does not add up"

    def _put(self, key: Key, number: int, bounds: tuple[int, int]) -> None:
        self._true[key], self._known[key] = number, bounds

    def _since(self, before: int, now: int, name: Name, grown: int) -> None:
        difference: Key = ("difference", before, now, *name)
        self._put(difference, abs(grown), (0, MOST if grown else 0))
        more, less = ((now, *name), (before, *name)) if grown > 0 else ((before, *name), (now, *name))
        self._sums.append((more, (less, difference)))
        if grown:
            self.sought.append((difference, abs(grown)))

    def is_pinned(self, key: Key, threshold: int) -> bool:
        """Whether no two tables are found in which a number differs by the threshold. Where the search is given up, it
        is taken for pinned: nothing is called safe without two tables that show it."""
        begins, ends = self._known[key]
        true = self._true[key]
        return not any(
            (not up or self._fits(key, true + up, ends))
            and (up == threshold or self._fits(key, begins, true + up - threshold))
            for up in range(threshold, -1, -1)
        )

    def _fits(self, key: Key, low: int, high: int) -> bool:
        """Whether any tables agree with all that is known in which a number lies between two."""
        low, high = max(low, self._known[key][0]), min(high, self._known[key][1])
        if low > high:
            return False
        bounds = self._narrowed({**self._known, key: (low, high)}, list(self._in.get(key, ())))
        self._steps = STEPS
        return bounds is not None and self._tried(bounds)

    def _tried(self, bounds: Bounds) -> bool:
        open_to = [key for key, (low, high) in bounds.items() if low < high]
        if not open_to:
            return True
        key = min(open_to, key=lambda each: bounds[each][1] - bounds[each][0])
        low, high = bounds[key]
        for value in sorted(range(low, high + 1), key=lambda v: abs(v - self._true[key])):
            self._steps -= 1
            if self._steps < 0:
                return False
            narrowed = self._narrowed({**bounds, key: (value, value)}, list(self._in.get(key, ())))
            if narrowed is not None and self._tried(narrowed):
                return True
        return False

    def _narrowed(self, bounds: Bounds, todo: list[int]) -> Bounds | None:
        """What every sum leaves of the bounds; None when one cannot hold."""
        while todo:
            whole, parts = self._sums[todo.pop()]
            low, high = sum(bounds[p][0] for p in parts), sum(bounds[p][1] for p in parts)
            fits = {whole: (max(bounds[whole][0], low), min(bounds[whole][1], high))}
            for part in parts:
                begins, ends = bounds[part]
                others_low, others_high = low - begins, high - ends
                fits[part] = (
                    max(begins, fits[whole][0] - others_high),
                    min(ends, fits[whole][1] - others_low),
                )
            for key, (begins, ends) in fits.items():
                if begins > ends:
                    return None
                if (begins, ends) != bounds[key]:
                    bounds[key] = (begins, ends)
                    todo += self._in[key]
        return bounds


def pinned(issues: Sequence[tuple[Counts, Shown]], threshold: int) -> list[tuple[Key, int]]:
    """What can be worked out too closely: numbers not told, and small differences between two issues."""
    attack = Attack(issues)
    return [
        (key, number)
        for key, number in attack.sought
        if (key[0] != "difference" or number < threshold) and attack.is_pinned(key, threshold)
    ]
