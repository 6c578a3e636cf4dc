"""Who may audit and who may moderate what, read from docs/proposing.md and section 6 of the guide: yes, no, or that no
page says. Nothing is taken from the bot.

What no page says is never held against a proposal: what is surely forbidden must not be in it, and what is surely
allowed is what could have been placed.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from enum import IntEnum
from functools import lru_cache

from proposals.random_councils import EMPTY, NOBODY, NOT_KNOWN, Child, Colleague, Council

# https://www.gov.uk/bank-holidays, England and Wales
_HOLIDAYS = {
    date(2026, 1, 1), date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 4), date(2026, 5, 25), date(2026, 8, 31),
    date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1), date(2027, 3, 26), date(2027, 3, 29), date(2027, 5, 3),
    date(2027, 5, 31), date(2027, 8, 30), date(2027, 12, 27), date(2027, 12, 28),
}  # fmt: skip
_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+")
_OF_POSTS = re.compile(r"a\W+(?:manager|service)")
"""Of the names that are made up: words of posts alone, an “A” among them, which may be nobody's name."""


class May(IntEnum):
    """The smallest of several answers is the answer to all."""

    NO = 0
    UNSAID = 1
    YES = 2


@lru_cache(1 << 16)
def plain(text: str) -> str:
    return " ".join(text.split()).casefold()


class Independence:
    """What the sheets of one council allow."""

    def __init__(self, council: Council) -> None:
        self.council = council
        self.people = council.people
        self._meant: dict[str, dict[int, May]] = {}
        self._lines: dict[int, frozenset[int]] = {}
        days = [council.month + timedelta(n) for n in range(31)]
        self.days = [
            day for day in days
            if day.month == council.month.month and day.weekday() < 5 and day not in {*_HOLIDAYS, *council.closures}
        ]  # fmt: skip
        self.due = self.days[14]
        self._person = [self._of_person(person) for person in self.people]
        self._moderates = [self._of_moderator(person) for person in self.people]
        self._pairs: dict[tuple[int, int], May] = {}
        self._of_team: dict[str, list[Child]] = {}
        for child in council.children:
            self._of_team.setdefault(plain(child.team), []).append(child)

    # ------------------------------------------------------------------------------------------------------- names

    def is_one(self, cell: str, who: int) -> May:
        """Whether a cell means this colleague: NO, UNSAID where it hardly can, YES where it may. “A name that may be a
        colleague's closes that colleague until an address stands there.”"""
        if cell not in self._meant:
            parts = re.split(r"[;\n]", cell)
            found: dict[int, May] = {}
            for part in parts:
                for n, person in enumerate(self.people):
                    found[n] = max(found.get(n, May.NO), _means(part, person))
            self._meant[cell] = found
        return self._meant[cell][who]

    def _not(self, cell: str, who: int) -> May:
        return May(May.YES - self.is_one(cell, who))

    def _certain(self, cell: str) -> bool:
        """Whether it is plain whom a cell means: an address, nobody of the register, or one name in full."""
        meant = [n for n in range(len(self.people)) if self.is_one(cell, n)]
        whole = {plain(self.people[n].name) for n in meant}
        return not meant or "@" in cell or (len(meant) == 1 and plain(cell) in whole)

    # ------------------------------------------------------------------------------------------------------ people

    def _there(self, person: Colleague, days: list[date], needed: int) -> May:
        """There for so many of these days; whether somebody still works on the day they leave on, no page says."""
        free = [day for day in days if not any(begins <= day <= ends for begins, ends in person.leave)]
        if person.left is None:
            return May.YES if len(free) >= needed else May.NO
        before = [day for day in free if day <= person.left]
        if len(before) < needed:
            return May.NO
        return May.UNSAID if person.left <= self.days[-1] + timedelta(1) else May.YES

    def _of_person(self, person: Colleague) -> May:
        """What holds of somebody, whatever they are to audit or moderate, but for absence."""
        if person.trained is None or plain(person.exempted) == "yes" or not person.team.strip():
            return May.NO
        if not person.manager and "line management" in self.council.never:
            return May.NO
        if "line management" in self.council.never and _of_posts(person.manager):
            return May.NO
        if "line management" in self.council.never and not self._certain(person.manager):
            return May.UNSAID
        if "training lapsed" in self.council.never and self.council.trained_for:
            year, month = divmod(person.trained.month - 1 + self.council.trained_for, 12)
            lapses = date(person.trained.year + year, month + 1, min(person.trained.day, 28))
            if lapses < self.council.month - timedelta(3):
                return May.NO
            if lapses <= self.days[-1] + timedelta(5):
                return May.UNSAID
        return May.YES

    def _held_from_pairs(self, person: Colleague) -> bool:
        """A word that says that it is not known holds the colleague, as long as a rule under `never` hangs on it: by
        what only parts an auditor from a moderator, of all that is moderated. Empty, a dash or 0 is no word."""
        never, manager = self.council.never, self.council.said(person.name, person.manager)
        if "auditor's line" in never and manager in NOT_KNOWN and manager not in EMPTY:
            return True
        line = "auditor's line" in never and (_of_posts(person.manager) or _of_posts(person.head))
        return line or ("same pair as last time" in never and _of_posts(person.paired))

    def _of_moderator(self, person: Colleague) -> May:
        if plain(person.role) not in {plain(role) for role in self.council.moderators}:
            return May.NO
        after = [day for day in self.days if day > self.due]
        least = self._there(person, after, 3)
        most = self._there(person, [self.due, *after], 3)
        return least if least == most else May.UNSAID

    # -------------------------------------------------------------------------------------------------- the child

    def _of_child(self, who: int, child: Child, part: str) -> May:
        """Independence of the work: what closes the one of two who may be one closes the other."""
        found = self._of_child_alone(who, child, part)
        for other in range(len(self.people)) if found else ():
            if (one := _one_person(self.people[who], self.people[other])) and who != other:
                found = min(found, max(self._of_child_alone(other, child, part), May(May.YES - one)))
        return found

    def _of_child_alone(self, who: int, child: Child, part: str) -> May:
        """The same of one colleague: by the same words for who audits and who moderates."""
        person, never = self.people[who], self.council.never
        if not child.team.strip() or not child.practitioner:
            return May.NO
        if not child.chair and plain(person.role) in {plain(role) for role in self.council.chairs}:
            return May.NO
        teams = {plain(team) for team in (person.team, *person.teams_before)}
        if plain(child.team) in teams or child.number in person.own_work:
            return May.NO
        found = min(May.YES, self._not(child.manager, who))
        for other in self._of_team.get(plain(child.team), ()):
            found = min(found, self._not(other.practitioner, who), self._not(other.manager, who))
        for cell in (child.practitioner, child.chair, child.involved, child.earlier_auditor):
            found = min(found, self._not(cell, who))
        above = child.manager, child.group_manager, child.head
        for cell in (child.practitioner, *above, child.chair, child.involved, child.earlier_auditor):
            if _of_posts(cell):
                found = min(found, May.UNSAID)
        for n, worker in enumerate(self.people):
            if plain(worker.team) in teams - {NOBODY, ""}:
                found = min(found, self._not(child.practitioner, n))
        if not found:  # no more can be said against it
            return found
        if "line management" in never or part == "auditor":
            for cell in (child.group_manager, child.head):
                found = min(found, self._not(cell, who))
        if "line management" in never:
            for cell in (child.manager, child.group_manager, child.head):
                found = min(found, self._not(cell, who))
                if found and any(
                    self.is_one(cell, n) and n in self._line_of(who) for n in range(len(self.people))
                ):
                    found = min(found, May.UNSAID)  # managed by a manager of the child's, or managing one
                if found and cell and plain(cell) == plain(person.manager):
                    found = min(found, May.UNSAID)
            for n, worker in enumerate(self.people):
                if (meant := self.is_one(child.practitioner, n)) == May.NO or found == May.NO:
                    continue
                line = min(self._not(worker.manager, who), self._not(person.manager, n))
                if line == May.YES and (
                    who in self._line_of(n) or self.is_one(worker.head, who) or self.is_one(person.head, n)
                ):
                    line = May.UNSAID
                found = min(found, line if meant == May.YES else max(line, May.UNSAID))
            for cell in (child.practitioner, child.manager, child.group_manager):
                for n, named in enumerate(self.people):
                    if found and (meant := self.is_one(cell, n)):
                        line = min(self._not(named.manager, who), self._not(named.head, who))
                        above = self._line_of(n)
                        if who in above or any(self.is_one(self.people[m].head, who) for m in above):
                            line = min(line, May.UNSAID)
                        found = min(found, line if meant == May.YES else max(line, May.UNSAID))
        return found

    def _works_for(self, who: int) -> set[str]:
        """Somebody's team, and those of the children whose practitioner or Team Manager they may be."""
        return {plain(self.people[who].team)} | {
            plain(c.team)
            for c in self.council.children
            if max(self.is_one(c.practitioner, who), self.is_one(c.manager, who))
        }

    def _line_of(self, who: int) -> frozenset[int]:
        """Whoever manages somebody's manager, and so on; and whom somebody manages in this way."""
        if not self._lines:
            above = {n: self._above(n) for n in range(len(self.people))}
            for n, found in above.items():
                self._lines[n] = frozenset(found | {m for m, higher in above.items() if n in higher})
        return self._lines[who]

    def _above(self, who: int) -> set[int]:
        found: set[int] = set()
        todo = [who]
        while todo:
            cell = self.people[todo.pop()].manager
            for n in range(len(self.people)) if cell and cell != NOBODY else ():
                if self.is_one(cell, n) and n not in found:
                    found.add(n)
                    todo.append(n)
        return found

    # ------------------------------------------------------------------------------------------------ what is asked

    def audits(self, who: int, child: Child, kind: str) -> May:
        person = self.people[who]
        roles = next(roles for name, (_, roles) in self.council.kinds.items() if kind.startswith(name))
        if plain(person.role) not in {plain(role) for role in roles}:
            return May.NO
        if kind.startswith("Re-audit") and not child.earlier_auditor:
            return May.NO
        if not kind.startswith("Dip sample") and self._held_from_pairs(person):
            return May.NO
        there = self._there(person, [day for day in self.days if day <= self.due], 5)
        sure = min(self._person[who], there)
        return min(sure, self._of_child(who, child, "auditor")) if sure else sure

    def moderates(self, who: int, child: Child, kind: str) -> May:
        if kind.startswith("Re-audit") and not child.earlier_auditor:
            return May.NO
        if self._held_from_pairs(self.people[who]):
            return May.NO
        sure = min(self._person[who], self._moderates[who])
        return min(sure, self._of_child(who, child, "moderator")) if sure else sure

    def pair(self, auditor: int, moderator: int) -> May:
        """Whether one may moderate what the other audits, whatever it is."""
        key = auditor, moderator
        if key not in self._pairs:
            self._pairs[key] = self._pair(auditor, moderator)
        return self._pairs[key]

    def _pair(self, auditor: int, moderator: int) -> May:
        a, m, never = self.people[auditor], self.people[moderator], self.council.never
        if auditor == moderator:
            return May.NO
        found = May(May.YES - _one_person(a, m))
        if "auditor's team" in never:
            if plain(a.team) == plain(m.team) != NOBODY:
                return May.NO
            before = {plain(team) for team in (*a.teams_before, *m.teams_before)}
            if before & {plain(a.team), plain(m.team)} or self._works_for(auditor) & self._works_for(
                moderator
            ):
                found = May.UNSAID
        if "auditor's line" in never:
            found = min(found, self._not(a.manager, moderator), self._not(m.manager, auditor))
            heads = self.is_one(a.head, moderator) or self.is_one(m.head, auditor)
            if heads or not a.manager or not m.manager or moderator in self._line_of(auditor):
                found = min(found, May.UNSAID)
        if "same pair as last time" in never:
            found = min(found, self._not(a.paired, moderator))
            if self.is_one(m.paired, auditor):
                found = min(found, May.UNSAID)
        return found

    def audits_at_most(self, who: int) -> int:
        most = self.people[who].audits
        return self.council.usual_audits if most is None else most

    def moderations_at_most(self, who: int) -> int:
        most = self.people[who].moderations
        return self.council.usual_moderations if most is None else most


def _of_posts(cell: str) -> bool:
    return any(_OF_POSTS.fullmatch(plain(part)) for part in re.split(r"[;\n]", cell))


def _one_person(one: Colleague, other: Colleague) -> May:
    """Whether two lines may be one person's: YES of one name, UNSAID of one surname and first letter."""
    mine, theirs = one.name.casefold().split(), other.name.casefold().split()
    if sorted(mine) == sorted(theirs):
        return May.YES
    return May.UNSAID if mine[-1] == theirs[-1] and mine[0][0] == theirs[0][0] else May.NO


def _means(cell: str, person: Colleague) -> May:
    text = plain(cell)
    if not text or text == NOBODY:
        return May.NO
    if found := _ADDRESS.search(text):
        return May.YES if found.group() == person.address.casefold() else May.NO
    words, own = text.replace(".", " ").replace(",", " ").split(), person.name.casefold().split()
    if sorted(words) == sorted(own):
        return May.YES
    if len(words) < 2 or len(own) < 2:
        return May.UNSAID if set(words) & set(own) else May.NO
    first = words[0] == own[0] or (len(words[0]) == 1 and own[0].startswith(words[0]))
    if first and _apart(words[-1], own[-1]) <= 1:
        return May.YES
    near = _apart(words[-1], own[-1]) <= 2 and _apart(words[0], own[0]) <= 2
    return May.UNSAID if near or _apart(" ".join(words), " ".join(own)) <= 3 else May.NO


@lru_cache(1 << 18)
def _apart(one: str, other: str) -> int:
    """How many letters to change, add or take out; 9 where it is surely more than three."""
    if abs(len(one) - len(other)) > 3 or len(set(one) ^ set(other)) > 6:
        return 9
    row = list(range(len(other) + 1))
    for n, a in enumerate(one, 1):
        last, row[0] = row[0], n
        for m, b in enumerate(other, 1):
            last, row[m] = row[m], min(row[m] + 1, row[m - 1] + 1, last + (a != b))
    return row[-1]
