"""What the lists, the letters and the ledger know while messages are read."""

from __future__ import annotations

from functools import cached_property

from bot.daily_run.workplace import Workplace
from bot.papers.forms.questions import Questions, questions
from bot.papers.letters.free_text import Children
from bot.programme.history.history import History
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.council import Council
from bot.programme.standing.reported_by_reply import as_reported
from bot.programme.standing.standing import standing
from bot.programme.telling.summary import names_of
from bot.programme.vocabulary import Allocation


class Known:
    """`allocations` are by reference, with what was reported; `cycles` by name; `names` by address."""

    def __init__(self, workplace: Workplace, lists: Council, history: History) -> None:
        self.workplace, self.lists, self.history = workplace, lists, history
        self.allocations = {a.reference: as_reported(a, history) for a in lists.allocations}
        self.cycles = {cycle.name: cycle for cycle in lists.cycles}
        self.names = names_of(lists)

    @cached_property
    def children(self) -> Children:
        """What no reason, no note and no event may say, whatever a message or a form says."""
        return Children(self.lists.allocations, self.names.values())

    @cached_property
    def asked(self) -> Questions:
        """The questions of the forms."""
        return questions(self.workplace.papers.questions)

    def row(self, item_id: str) -> Allocation | None:
        """The audit with this list item id."""
        return next((a for a in self.allocations.values() if a.item_id == item_id), None)

    def name(self, address: str) -> str:
        return self.names.get(address, address)

    def has_a_part(self, address: str) -> bool:
        """Whether somebody has a part in the programme."""
        return address in self.names

    def may_bring_something(self, address: str, allocation: Allocation | None) -> bool:
        """Whether somebody holds a post, or has a part in an audit by which something of it may come from them: of all
        whom a row names only its practitioner has none."""
        posts = [holder.person for holder in self.lists.roles]
        posts += [person for cycle in self.lists.cycles for person in cycle.heads_of_service]
        if allocation:
            posts += [person for person in allocation.people if person != allocation.practitioner]
        return address in {person.email for person in posts}

    def standings(self) -> list[Standing]:
        """Where each audit of an open cycle stands today."""
        basis = self.workplace.basis
        return [
            standing(a, self.cycles[a.cycle], self.history, basis.rulebook, basis.working)
            for a in self.allocations.values()
            if a.cycle in self.cycles and self.cycles[a.cycle].open
        ]


def are_its_people(allocation: Allocation | None, address: str) -> bool:
    """Whether somebody is the auditor or the moderator of an audit."""
    return allocation is not None and address in {
        person.email for person in (allocation.auditor, allocation.moderator) if person
    }
