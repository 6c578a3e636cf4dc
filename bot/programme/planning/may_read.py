"""Who may read a letter about something: the people of its row and those whom Audit roles names, and nobody else.

This does not ask how a letter's readers were found. It is held against them when a letter is written, and once more,
with the lists as they stand then, right before it leaves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from bot.programme.history.history import History
from bot.programme.standing.actions import SendLetter
from bot.programme.standing.council import Basis, Council
from bot.programme.vocabulary import Milestone, Person


class MayRead:
    """Who may read what, by the lists as they were read, on a day."""

    def __init__(self, lists: Council, history: History, basis: Basis, today: date) -> None:
        self._history, self._basis = history, basis
        self._roles = {basis.audit_team.email, *(h.person.email for h in lists.roles if h.holds_on(today))}
        self._of = {a.item_id: {person.email for person in a.people} for a in lists.allocations}
        for cycle in lists.cycles:
            rows = (a for a in lists.allocations if a.cycle == cycle.name)
            managers = {a.group_manager.email for a in rows if a.group_manager}
            self._of[f"cycle:{cycle.item_id}"] = managers | {p.email for p in cycle.heads_of_service}

    def about(self, about: str, *, no_longer: bool = False) -> set[str]:
        """The addresses of all who may read of an audit (its list item id), a cycle ("cycle:" and its id) or the month.
        `no_longer`: whoever was alerted of an Inadequate may be told that it is none any longer."""
        found = self._roles | self._of.get(about, set())
        if no_longer:
            alerts = {rule.id for rule in self._basis.rulebook.rules if rule.is_alert}
            gone = (n for n in self._history.letters_about(about) if n.rule in alerts)
            found |= {address for n in gone for address in (*n.to, *n.cc)}
        return found

    def strangers_to(self, letter: SendLetter) -> list[Person]:
        """Those of a planned letter's readers who may not read of everything it is about."""
        parts = letter.together or (letter,)
        allowed = [
            self.about(part.about, no_longer=part.rule.when is Milestone.INADEQUATE_NO_LONGER)
            for part in parts
        ]
        return [p for p in (*letter.to, *letter.cc) if not all(p.email in each for each in allowed)]

    def all_of(self, key: str, readers: Iterable[str]) -> bool:
        """Whether all these addresses may read a letter of the ledger."""
        letter = self._history.letters[key]
        parts = [self._history.letters[k] for k in letter.covers if k in self._history.letters] or [letter]
        told = {r.id for r in self._basis.rulebook.rules if r.when is Milestone.INADEQUATE_NO_LONGER}
        allowed = [self.about(part.about, no_longer=part.rule in told) for part in parts]
        return all(address in each for each in allowed for address in readers)


def named(strangers: Collection[Person]) -> str:
    """What the Audit Team is told of a letter that would have gone to somebody without a part in what it is about."""
    names = " and ".join(person.name for person in strangers)
    return f"It would go to {names}, whom neither the row nor Audit roles names, so it does not go. Please tell IT."
