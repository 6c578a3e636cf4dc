"""What a message may be about: by its subject, the letters it answers, its files, or what its sender owes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from bot.clock import london_date
from bot.daily_run.post.known import Known
from bot.programme.history.records_of_the_past import LetterHistory
from bot.programme.messages.post import Post
from bot.programme.reference import references_in
from bot.programme.standing.awaited import asked_of, awaited_from, plainly_private
from bot.programme.vocabulary import Allocation, Cycle, Role


class About:
    """What one message may be about."""

    def __init__(self, post: Post, known: Known) -> None:
        self._post, self._known = post, known

    @cached_property
    def references(self) -> list[str]:
        """The audits the subject names, else those of the letters it answers, else the cycles it names."""
        found = references_in(self._post.subject, self._known.allocations.keys())
        thread = found or [ref for ref in self.thread if ref]
        return thread or [cycle.name for cycle in self._cycles]

    @cached_property
    def answered(self) -> list[str]:
        """The keys of our letters that this message answers, by the ids its own headers name."""
        words = f"{self._post.header('in-reply-to')} {self._post.header('references')}".split()
        sent = self._known.history.sent_ids
        return [sent[word] for word in words if word in sent]

    @property
    def letters(self) -> list[LetterHistory]:
        """Our letters that this message answers."""
        letters = self._known.history.letters
        return [letters[key] for key in self.answered if key in letters]

    @cached_property
    def thread(self) -> list[str]:
        """The audits (or the cycle) our letters in this conversation were about; a letter may be about several. One of
        which only is known that it went says nothing."""
        known = self._known.allocations.keys()
        each = (one for n in self.letters if n.audit for one in references_in(n.audit, known) or [n.audit])
        return list(dict.fromkeys(each))

    @property
    def _cycles(self) -> list[Cycle]:
        """The cycles a subject names whole, as the ready messages of our letters do."""
        subject = " ".join(self._post.subject.casefold().split())
        names = {" ".join(name.casefold().split()): cycle for name, cycle in self._known.cycles.items()}
        return [cycle for name, cycle in names.items() if re.search(rf"\b{re.escape(name)}\b", subject)]

    @property
    def guess(self) -> str:
        """A name for a file of which nobody knows yet what it is: never used to decide anything."""
        return self.references[0] if len(self.references) == 1 else f"{london_date(self._post.received)}"

    @property
    def guessed_item(self) -> str:
        """The list item id a question about this message is put under, or ""."""
        if allocation := self._known.allocations.get(self.guess):
            return allocation.item_id
        named = (f"cycle:{cycle.item_id}" for cycle in self._cycles)
        return next((n.about for n in self.letters if n.about.startswith("cycle:")), next(named, ""))

    @property
    def named(self) -> list[Allocation]:
        """The audits of the list that it names: in its subject, its thread, or the names of its files."""
        allocations = self._known.allocations
        named = [*self.references]
        for attachment in self._post.attachments:
            named += references_in(attachment.name, allocations.keys())
        return [allocations[ref] for ref in dict.fromkeys(named) if ref in allocations]

    @property
    def is_ours(self) -> bool:
        """Whether it names an audit or a cycle, answers a letter of ours, or comes in the name of somebody with a part
        in the programme."""
        return bool(self.references or self.answered) or self._known.has_a_part(self._post.sender)

    @property
    def its_people(self) -> list[str]:
        """The names of all who have a part in the audits it names."""
        rows = [self._known.allocations.get(ref) for ref in self.references]
        return [person.name for row in rows if row for person in row.people]

    def rows(self, in_forms: Iterable[str]) -> list[Allocation]:
        """The audits it is about: those its forms say, or it names, else those its sender's part is awaited of."""
        known = self._known
        found = [known.allocations[ref] for ref in in_forms if ref in known.allocations] or self.named
        found = found or awaited_from(
            self._post.sender, known.allocations.values(), known.cycles, known.history
        )
        return list({a.item_id: a for a in found}.values())

    def asked_of(self, words: str) -> list[str]:
        """What is waited for from the sender of a message that names no audit, by its ids, unless the message plainly
        has nothing to do with that."""
        known, workplace = self._known, self._known.workplace
        if self.references or plainly_private(self._post, workplace.settings.mailbox, words):
            return []
        managers = known.lists.holders(Role.AUDIT_MANAGER, "", workplace.today)
        return asked_of(self._post.sender, known.standings(), {p.email for p in managers}, known.history)
