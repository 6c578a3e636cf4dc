"""Somebody who reads everything that is printed, and works out what is not, by trying.

Knows only the numbers told, the sums between all numbers, and of two issues whether a number grew, shrank or stayed.
Shares no code and no method with what holds the numbers back. What trying does not settle is settled exactly.
"""

from __future__ import annotations

from collections.abc import Sequence

from reports.recount.attack import Attack as Exact

from bot.programme.reports.counts import Counts, Name, Shown

MOST = 400
"""No number in the tests is nearly so large."""
STEPS = 2000
"""So many values are tried before one search is given up."""
Key = tuple[object, ...]
Bounds = dict[Key, tuple[int, int]]


class Attack:
    """All that is known of some issues, the earliest first."""

    def __init__(self, issues: Sequence[tuple[Counts, Shown]], steps: int = STEPS) -> None:
        self.steps = steps
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
        """Whether there are no two tables in which a number differs by the threshold. Where the search for them was
        given up it is unknown, and settled exactly."""
        begins, ends = self._known[key]
        true = self._true[key]
        unknown = False
        for up in range(threshold, -1, -1):
            more = not up or self._fits(key, true + up, ends)
            less = up == threshold or (more is not False and self._fits(key, begins, true + up - threshold))
            if more and less:
                return False
            unknown |= more is not False and less is not False
        return not unknown or self._exactly(key) < threshold

    def _exactly(self, key: Key) -> int:
        """How far apart the least and the most are that a number can be, by linear programmes over whole numbers."""
        told = {_words(each): self._true[each] for each, (low, high) in self._known.items() if low == high}
        sums = [(_words(whole), [_words(part) for part in parts]) for whole, parts in self._sums]
        low, high = Exact({**told, _words(key): None}, sums, most=MOST).ranges()[_words(key)]
        return high - low

    def _fits(self, key: Key, low: int, high: int) -> bool | None:
        """Whether any tables agree with all that is known in which a number lies between two; None: given up."""
        low, high = max(low, self._known[key][0]), min(high, self._known[key][1])
        if low > high:
            return False
        bounds = self._narrowed({**self._known, key: (low, high)}, list(self._in.get(key, ())))
        self._steps = self.steps
        return bounds is not None and self._tried(bounds)

    def _tried(self, bounds: Bounds) -> bool | None:
        open_to = [key for key, (low, high) in bounds.items() if low < high]
        if not open_to:
            return True
        key = min(open_to, key=lambda each: bounds[each][1] - bounds[each][0])
        low, high = bounds[key]
        for value in sorted(range(low, high + 1), key=lambda v: abs(v - self._true[key])):
            self._steps -= 1
            if self._steps < 0:
                return None
            narrowed = self._narrowed({**bounds, key: (value, value)}, list(self._in.get(key, ())))
            if narrowed is not None and (found := self._tried(narrowed)) is not False:
                return found
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


def _words(key: Key) -> tuple[str, ...]:
    return tuple(map(str, key))


def pinned(issues: Sequence[tuple[Counts, Shown]], threshold: int) -> list[tuple[Key, int]]:
    """What can be worked out too closely: numbers not told, and small differences between two issues."""
    attack = Attack(issues)
    return [
        (key, number)
        for key, number in attack.sought
        if (key[0] != "difference" or number < threshold) and attack.is_pinned(key, threshold)
    ]
