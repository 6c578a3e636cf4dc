"""What came, wherever it lies: the Inbox page by page, and once a day the whole mailbox.

Nothing received before the day on which reading begins is looked at. Each message is remembered before the place in
the mailbox moves past it, so a first look at a large mailbox that is stopped goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from bot.clock import london_date, london_midnight
from bot.daily_run.post.post_notes import PostNotes
from bot.daily_run.post.turns import Turns, waiting
from bot.daily_run.workplace import Workplace
from bot.errors import RequestRefused, TenantUnavailable
from bot.office.mail.folders import DRAFTS, INBOX, JUNK, SENT
from bot.office.mail.mailbox import Envelope
from bot.programme.events import Event, EventKind
from bot.programme.history.history import History
from bot.programme.messages.post import Post

OVERLAP = timedelta(days=7)
"""So much of what was gone through the day before is gone through again: mail that was held up on its way."""

ELSEWHERE_ANEW, OVERLAP_OF_A_LOOK = timedelta(minutes=30), timedelta(days=1)
"""After so long a look goes through the whole mailbox too, and how much of it."""


class PostRoom:
    """The post of one run. `history` is kept up to date with everything that is recorded."""

    def __init__(self, workplace: Workplace, history: History) -> None:
        self._workplace, self._history = workplace, history
        self._mailbox, self._folders = workplace.mailbox, workplace.mailbox.folders
        self.notes = PostNotes(workplace, history)
        self._here: dict[str, Envelope] = {}
        self._looked_everywhere = False

    # --------------------------------------------------------------------------------------------------- looking

    def look(self, *, whole: bool) -> None:
        """Remember what came: to the Inbox, and in a daily run to any folder. A look sees to the other folders every
        half hour, for what a rule or the filter for junk puts there may be an Inadequate."""
        self._folders.remember(self._history.folders)
        since = self.since()
        for page in self._mailbox.inbox(self._history.cursor, since):
            self._back(page.messages)
            cursor = []
            if page.cursor != self._history.cursor:
                key = f"{page.cursor}#{self._workplace.clock().isoformat()}"
                cursor = [self._workplace.event(EventKind.CURSOR_MOVED, key, cursor=page.cursor)]
            self._take([m for m in page.messages if m.received >= since], cursor)
        if whole:
            self.look_everywhere()
            return
        before = self._history.gone_through
        if before and self._workplace.clock() - before[1] >= ELSEWHERE_ANEW:
            with suppress(TenantUnavailable, RequestRefused):  # what lies in the Inbox does not wait for it
                self._everywhere(since, OVERLAP_OF_A_LOOK)

    def since(self) -> datetime:
        """The moment from which on mail is the bot's business: the day of its installation, unless the profile names
        another. A ledger that was lost begins with the month of the earliest open cycle."""
        if day := self._workplace.settings.start_on:
            return london_midnight(day)
        if self._history.reading_from is None:
            began = self._workplace.ledger.began()
            day = london_date(began) if began else self._workplace.today
            if not began and self._folders.adopt(self.notes.own_folders):
                cycles = self._workplace.lists.read().council.cycles
                months = [c.month_one.replace(day=1) for c in cycles if c.open and c.month_one]
                day = min([day, *months])
            begins = self._workplace.event(EventKind.READING_BEGINS, day.isoformat(), on=day.isoformat())
            self.notes.record([begins])
        assert self._history.reading_from is not None
        return london_midnight(self._history.reading_from)

    def look_everywhere(self) -> None:
        """Remember what came to any folder, once in a run."""
        if not self._looked_everywhere:
            self._looked_everywhere = True
            self._everywhere(self.since())

    def _everywhere(self, since: datetime, overlap: timedelta = OVERLAP) -> None:
        """Go through the whole mailbox, what was gone through before only with some overlap."""
        now, begin = self._workplace.clock(), since
        before = self._history.gone_through
        if before and before[0] <= since:
            begin = max(since, before[1] - overlap)
        settings = self._workplace.settings
        sent, drafts, junk = self._folders.well_known(SENT, DRAFTS, JUNK)
        own = {sent, drafts}
        own |= {self._history.folders.get(n, "") for n in settings.folders_of_letters}
        for page in self._mailbox.everywhere(begin):
            strangers = [
                m
                for m in page.messages  # in Junk lies what only says that it is from this mailbox
                if m.folder not in own and (m.sender != settings.mailbox or m.folder == junk)
            ]
            to = max((m.received for m in page.messages), default=begin)
            self._take(strangers, [self._gone_through(since, to)])
        self.notes.record([self._gone_through(since, max(now, begin))])

    def _gone_through(self, since: datetime, to: datetime) -> Event:
        key = f"{to.isoformat()}#{self._workplace.clock().isoformat()}"
        return self._workplace.event(
            EventKind.MAILBOX_GONE_THROUGH, key, since=since.isoformat(), to=to.isoformat()
        )

    def _take(self, envelopes: Sequence[Envelope], place: Sequence[Event]) -> None:
        """Remember those of some messages that are new, and the place they were found at, in one."""
        fresh = {m.id: m for m in envelopes if m.id not in self._history.seen}
        ours = self._workplace.settings.recipient_domains  # the address of anybody else is nobody's business
        self._here |= fresh
        events = [
            self._workplace.event(
                EventKind.MESSAGE_SEEN,
                m.id,
                internet_message_id=m.internet_message_id,
                received=m.received.isoformat(),
                sender=m.sender if m.sender.rpartition("@")[2] in ours else "",
            )
            for m in fresh.values()
        ]
        self.notes.record([*events, *place])

    def _back(self, envelopes: Sequence[Envelope]) -> None:
        """Messages that were put elsewhere and are in the Inbox again: a person wants them read once more."""
        maybe = [
            m.id
            for m in envelopes
            if m.id in self._history.filed and self._history.filed_in.get(m.id, "Inbox") != "Inbox"
        ]
        if not maybe:
            return
        (inbox,) = self._folders.well_known(INBOX)
        now = self._mailbox.where(maybe)  # delta may show again what has left
        back = [i for i in maybe if now.get(i) == inbox and self.notes.may_be_read_again(i)]
        self.notes.record([self.notes.read_again(i, "moved back") for i in back])

    @property
    def waiting(self) -> list[str]:
        """The ids of messages not yet dealt with, in the order they came."""
        return waiting(self._history)

    def portions(self, *, all_of_it: bool = False) -> Iterator[list[Post]]:
        """The messages to be read, each in its turn. `all_of_it`: nothing is left for the next look."""
        turns = Turns(self._workplace, self._history, self.notes, self._here)
        return turns.portions(all_of_it=all_of_it)

    # ------------------------------------------------------------------------------------------------ small things

    def note_folders(self) -> None:
        """Remember our folders by id, and tell of those that were deleted."""
        for name in self._folders.lost:
            old = self._history.folders.get(name, "")
            held = self._lay_in(old) if name == self._workplace.settings.please_look_folder else 0
            lay = f" {held} message{'s' if held > 1 else ''} waited in it for a person." if held else ""
            self.notes.tell(
                f"{name}#{old}",
                f"The folder “{name}” was deleted, and a new one was made.{lay} What lay in it is in Deleted Items, "
                "perhaps; was all of it dealt with? What is moved into the Inbox is read again.",
            )
        self._folders.lost.clear()
        new = {n: i for n, i in self._folders.found.items() if i and self._history.folders.get(n) != i}
        self.notes.record(
            [self._workplace.event(EventKind.FOLDER_KNOWN, f"{n}#{i}", name=n, id=i) for n, i in new.items()]
        )

    def _lay_in(self, folder: str) -> int:
        """How many messages with a question nobody has answered lie in a folder, or are gone with it."""
        unanswered = {q.message for q in replace(self._history, still_waiting=None).open_questions()}
        now = self._mailbox.where(list(unanswered))
        return sum(now.get(message, folder) in (folder, "") for message in unanswered)
