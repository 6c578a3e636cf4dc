"""Who audits and who moderates, looked at together, so that more audits have a moderator.

A flow gives each part its people and cannot see the other: an auditor beside whom a moderator is free, and one beside
whom nobody is, are alike to it. Here audits are passed on between auditors, and every audit that has a moderator keeps
an auditor to whom that moderator is not too close; so none is lost while one is won. Sets of people are whole numbers,
a bit for each, so that a look at one audit's people is one step.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from hashlib import sha256


@dataclass
class Both:
    """Audits and people are told apart by their places.

    Of each audit: who `may_audit` it, and who `may_moderate` it whoever audits; whether it `needs` a moderator whom
    nobody put there by hand; beside whom was put there to audit it who is not too close (`by_hand`, 0 where nobody
    was); who `audits` and `moderates` it, -1 for nobody. Of each person: who is not too close to them (`beside`), and
    their places.
    """

    may_audit: Sequence[int]
    may_moderate: Sequence[int]
    needs: Sequence[bool]
    by_hand: Sequence[int]
    beside: Sequence[int]
    audits_at_most: Sequence[int]
    moderates_at_most: Sequence[int]
    audits: list[int]
    moderates: list[int]
    steps: int
    """How many chains are looked for at most."""

    def __post_init__(self) -> None:
        self.near = [
            sum(1 << n for n, own in enumerate(self.beside) if own >> m & 1) for m in range(len(self.beside))
        ]

    def improved(self, seed: str) -> bool:
        """Whether more could be moderated; then `audits` and `moderates` say how. One change of auditors at a time is
        tried; where none helps, an audit by the lot goes to another auditor, which costs nothing, and opens others."""
        left = before = len(self._waiting())
        best, fewest, turn = ([*self.audits], [*self.moderates]), self._fewest(), 0
        while left > fewest and self.steps > 0:
            self._round()
            if len(self._waiting()) < left:
                left, best = len(self._waiting()), ([*self.audits], [*self.moderates])
            turn += 1
            self.steps -= 1
            self._aside(seed, turn)
        self.audits, self.moderates = best
        return left < before

    def _fewest(self) -> int:
        """Fewer cannot be left without a moderator, if each audit had the auditor who suits each moderator the best."""
        suits = [
            hand or sum(1 << m for m, near in enumerate(self.near) if near & own)
            for hand, own in zip(self.by_hand, self.may_audit, strict=True)
        ]
        nobody = [-1] * len(suits)
        ideal = replace(self, by_hand=suits, audits=nobody, moderates=[*nobody])
        ideal._fill()
        need = sum(needs and self._has_auditor(w) for w, needs in enumerate(self.needs))
        need -= sum(not self.needs[w] for w in self._without())
        return max(0, need - sum(m >= 0 for m in ideal.moderates))

    def _waiting(self) -> list[int]:
        return [w for w, m in enumerate(self.moderates) if m < 0 and self.needs[w] and self._has_auditor(w)]

    def _has_auditor(self, w: int) -> bool:
        return self.audits[w] >= 0 or bool(self.by_hand[w])

    def _options(self, w: int) -> int:
        """Who may moderate it beside whoever audits it."""
        beside = self.beside[self.audits[w]] if self.audits[w] >= 0 else self.by_hand[w]
        return self.may_moderate[w] & beside

    def _round(self) -> None:
        """As long as one change of auditors lets more be moderated, it is made."""
        while (waiting := self._waiting()) and self.steps > 0:
            free = self._free()
            bound: set[int] = set()
            for short in waiting:
                bound |= self._bound(short)
            kept = [*self.audits], [*self.moderates]
            tries = (
                (loose, *move)
                for loose in (frozenset[int](), bound)
                for x in sorted(bound)
                for move in self._moves(x)
            )
            for loose, wanted, dropped in tries:
                if self.steps <= 0:
                    return
                if self._pass_auditors(wanted, dropped, free, loose) and self._fill() < len(waiting):
                    break
                self.audits, self.moderates = [*kept[0]], [*kept[1]]
            else:
                return

    def _moves(self, x: int) -> Iterator[tuple[int, int]]:
        """Of an audit: it goes to another auditor, or to nobody so that one that found none has its auditor."""
        if self.audits[x] < 0:
            return
        yield x, x
        for w in self._without():
            yield w, x

    def _without(self) -> list[int]:
        """Audits that found no auditor, and somebody may audit them."""
        return [w for w, n in enumerate(self.audits) if n < 0 and self.may_audit[w]]

    def _free(self) -> int:
        """Who has a place left as a moderator, or could pass an audit on until somebody has."""
        held = self._held(self.moderates)
        found = sum(1 << m for m, most in enumerate(self.moderates_at_most) if len(held[m]) < most)
        rest = [(m, self._options(w)) for w, m in enumerate(self.moderates) if m >= 0 and not found >> m & 1]
        while True:
            more = found
            for m, options in rest:
                if options & more:
                    more |= 1 << m
            if more == found:
                return found
            found = more
            rest = [(m, options) for m, options in rest if not found >> m & 1]

    def _bound(self, short: int) -> set[int]:
        """Audits whose moderator could come to one that has none."""
        seen, people, to_see = {short}, 0, [short]
        while to_see:
            new = self._options(to_see.pop()) & ~people
            people |= new
            if new:
                more = [w for w, m in enumerate(self.moderates) if m >= 0 and new >> m & 1 and w not in seen]
                seen.update(more)
                to_see += more
        return seen

    def _pass_auditors(self, wanted: int, dropped: int, free: int, loose: Set[int]) -> bool:
        """An audit goes to an auditor beside whom somebody who is free may moderate it; others are passed on as they
        must, none to whom its moderator is too close but those whose moderator could come to one that has none
        (`loose`). `dropped` leaves its auditor."""
        mine = self.may_moderate[wanted]
        now = self.audits[dropped]
        options = self.may_audit[wanted] & ~(1 << now if wanted == dropped else 0)
        start = options
        if self.needs[wanted]:
            start = sum(1 << n for n in _bits(options) if mine & self.beside[n] & free)
        self.audits[dropped] = -1
        self.moderates[dropped] = -1
        if not start or not self._chain(wanted, start, loose):
            return False
        for w in loose:
            if (m := self.moderates[w]) >= 0 and not self._options(w) >> m & 1:
                self.moderates[w] = -1
        return True

    def _chain(self, wanted: int, start: int, loose: Set[int] = frozenset(), lot: int = 0) -> bool:
        """One more audit has an auditor, by the shortest chain that begins with these; whether there is one."""
        self.steps -= 1
        held = self._held(self.audits)
        came: dict[int, int] = {}
        seen, to_see = start, list(_bits(start))
        cut = lot % max(1, len(to_see))
        to_see = to_see[cut:] + to_see[:cut]
        for n in to_see:
            came[n] = wanted
        for n in to_see:
            if len(held[n]) < self.audits_at_most[n]:
                while True:
                    w = came[n]
                    n, self.audits[w] = self.audits[w], n
                    if w == wanted:
                        return True
            for w in held[n]:
                m = self.moderates[w]
                new = self.may_audit[w] & ~seen
                if m >= 0 and w not in loose:
                    new &= self.near[m]
                seen |= new
                for other in _bits(new):
                    came[other] = w
                    to_see.append(other)
        return False

    def _held(self, given: Sequence[int]) -> list[list[int]]:
        held: list[list[int]] = [[] for _ in self.beside]
        for w, n in enumerate(given):
            if n >= 0:
                held[n].append(w)
        return held

    def _fill(self) -> int:
        """As many moderators as these auditors allow; how many audits are left without."""
        held = self._held(self.moderates)
        for wanted in self._waiting():
            came: dict[int, int] = {}
            seen, to_see = 0, [wanted]
            for w in to_see:
                new = self._options(w) & ~seen
                seen |= new
                end = -1
                for m in _bits(new):
                    came[m] = w
                    if len(held[m]) < self.moderates_at_most[m]:
                        end = m
                        break
                    to_see += held[m]
                if end >= 0:
                    while True:
                        w = came[end]
                        old, self.moderates[w] = self.moderates[w], end
                        held[end].append(w)
                        if w == wanted:
                            break
                        held[old].remove(w)
                        end = old
                    break
        return len(self._waiting())

    def _aside(self, seed: str, turn: int) -> None:
        """An audit by the lot goes to another auditor, or its auditor to one that has none; no moderator is lost."""
        number = int.from_bytes(sha256(f"{seed},{turn}".encode()).digest(), "big")
        waiting = [w for w in self._waiting() if self.audits[w] >= 0]
        without = self._without() if waiting and turn % 2 else []
        can = waiting if without else [w for w, n in enumerate(self.audits) if n >= 0]
        if not can:
            return
        number, place = divmod(number, len(can))
        x = wanted = can[place]
        now, options = self.audits[x], self.may_audit[x] & ~(1 << self.audits[x])
        if without:
            number, place = divmod(number, len(without))
            wanted = without[place]
            options = self.may_audit[wanted]
        elif self.moderates[x] >= 0:
            options &= self.near[self.moderates[x]]
        self.audits[x] = -1
        if not self._chain(wanted, options, lot=number):
            self.audits[x] = now


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
