"""What is remembered and told of the messages of the shared mailbox, wherever they lie."""

from __future__ import annotations

from collections.abc import Sequence

from bot.daily_run.post.reading import AUTOMATIC
from bot.daily_run.workplace import Workplace
from bot.office.mail.folders import INBOX
from bot.programme.events import Event, EventKind
from bot.programme.history.history import History
from bot.programme.messages.held_reasons import PUT_ASIDE
from bot.programme.messages.post import Post
from bot.programme.vocabulary import Problem

_WHERE = "The shared mailbox"
MOST_TIMES_READ = 20
"""So often one message is read at most; whoever moves it about more often is told nothing new by it."""


class PostNotes:
    """`history` is kept up to date with everything that is recorded; `told` is what happened that the Audit Team is to
    hear of once."""

    def __init__(self, workplace: Workplace, history: History) -> None:
        self.workplace, self.history = workplace, history
        settings = workplace.settings
        self.own_folders = (settings.filed_folder, settings.please_look_folder, AUTOMATIC)
        self.told: list[Problem] = []

    def record(self, events: Sequence[Event]) -> None:
        if events:
            self.workplace.ledger.append(events)
            self.history.take(events)

    def tell(self, key: str, what: str) -> None:
        """Tell the Audit Team once."""
        self.told.append(Problem(_WHERE, what))
        self.record(
            [self.workplace.event(EventKind.TOLD, f"{key}#{self.workplace.today}", where=_WHERE, what=what)]
        )

    def filed(self, message_id: str, folder: str, category: str) -> Event:
        """That a message has been dealt with, and where it lies."""
        key = "#".join(filter(None, (message_id, self.history.times_again(message_id))))
        return self.workplace.event(EventKind.MESSAGE_FILED, key, folder=folder, category=category)

    def given_up(self, message_id: str, place: str, what: str) -> list[Event]:
        """That a message will not be read: `place` is where it lies, `what` a sentence about that. If it may hold an
        Inadequate it is asked about all the same, until somebody says that it is settled."""
        asked, filed = self.history.still_to_settle(message_id), self.filed(message_id, place, "")
        if asked is None:
            return [filed]
        question = self.workplace.event(
            EventKind.NEEDS_A_PERSON, f"{filed.key}#given up", asked.about,
            reason=f"{asked.reason.partition(what)[0].rstrip()} {what}", sender=asked.sender,
            category=str(PUT_ASIDE), form=asked.form, may_be_inadequate=True, doubt=asked.doubt, theirs=asked.theirs,
            unread=True, on=self.workplace.today.isoformat(),
        )  # fmt: skip
        return [question, filed]

    def may_be_read_again(self, message_id: str) -> bool:
        return len(self.history.again.get(message_id, ())) < MOST_TIMES_READ

    def read_again(self, message_id: str, why: str) -> Event:
        """That a message is to be read once more."""
        n = len(self.history.again.get(message_id, ())) + 1
        return self.workplace.event(EventKind.MESSAGE_READ_AGAIN, f"{message_id}#{n}", message_id, why=why)

    def lies_elsewhere(self, message: Post) -> bool:
        """Whether a message lies where a person (or a rule, or the filter for junk) has put it."""
        folders = self.workplace.mailbox.folders
        (inbox,) = folders.well_known(INBOX)
        known = {**self.history.folders, **folders.found}
        return bool(message.folder) and message.folder not in (
            inbox,
            *(known.get(n) for n in self.own_folders),
        )
