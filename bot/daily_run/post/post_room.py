"""What came, wherever it lies: the Inbox page by page, and once a day the whole mailbox.

Nothing received before the day on which reading begins is looked at. Each message is remembered before the place in
the mailbox moves past it, so a first look at a large mailbox that is stopped goes on where it was.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from math import inf

from bot.clock import london_date, london_midnight
from bot.daily_run.post.post_notes import PostNotes
from bot.daily_run.workplace import Workplace
from bot.errors import RequestRefused, TenantUnavailable
from bot.office.mail.folders import DRAFTS, INBOX, JUNK, SENT
from bot.office.mail.mailbox import Envelope
from bot.programme.date_words import day_in_words
from bot.programme.events import Event, EventKind
from bot.programme.history.history import History
from bot.programme.messages.post import Post
from bot.programme.messages.sender import doubt_about_sender

OVERLAP = timedelta(days=7)
"""So much of what was gone through the day before is gone through again: mail that was held up on its way."""

ELSEWHERE_ANEW, OVERLAP_OF_A_LOOK = timedelta(minutes=30), timedelta(days=1)
"""After so long a look goes through the whole mailbox too, and how much of it."""

PORTION = 50
"""Messages that are fetched and read before what they said is recorded."""
AT_A_TIME = 10
"""Whoever has more messages waiting than this waits with the rest until the others' have been read."""
MOST_OF_ONE_SENDER = 100
"""So many of one sender are read in one look; the rest at the next."""
GONE_AFTER = timedelta(hours=1)
"""So long a message that cannot be found any more is looked for."""
MOST_OPENED = 1_000
"""So many messages of senders in doubt are looked for those of others among them; the rest at the next look."""
MOST_MINUTES = 20.0
"""After so long a look reads no further portion, so that what has come can be acted on."""


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

    # --------------------------------------------------------------------------------------------------- reading

    @property
    def waiting(self) -> list[str]:
        """The ids of messages not yet dealt with, in the order they came: one may answer another."""
        seen = self._history.seen
        return sorted(
            (i for i in seen if i not in self._history.filed),
            key=lambda i: str(seen[i].data.get("received", "")),
        )

    def portions(self, *, all_of_it: bool = False) -> Iterator[list[Post]]:
        """The messages to be read, oldest first within a portion. Those that are gone are told.

        Nobody delays the others: those on which the bot has failed come last, and of whoever floods the mailbox first
        some, then the rest after everybody else's, and what is left over at the next look, which is told. Whoever
        sends in another's name shares nobody's turn: what nobody vouches for is read after all the rest. `all_of_it`:
        nothing is left over, for what came is to be known before anything leaves.
        A word of the Audit Team may want a message read again that had been put away: it follows at once.
        """
        begun: dict[str, str] = {}  # message -> sender
        in_doubt: dict[str, Post] = {}
        ends = inf if all_of_it else time.monotonic() + MOST_MINUTES * 60
        most = inf if all_of_it else MOST_OPENED
        while (waiting := self._in_turn(begun, in_doubt, all_of_it=all_of_it)) and len(in_doubt) < most:
            if time.monotonic() > ends:
                self._tell_late(len(waiting) + len(in_doubt))
                return
            part = waiting[:PORTION]
            begun.update((i, self._sender(i)) for i in part)
            found = self._opened(part)
            doubtful = {m.id: m for m in found if self._in_doubt(m)}
            in_doubt |= doubtful
            for message_id in doubtful:
                del begun[message_id]
            if believed := [m for m in found if m.id not in doubtful]:
                yield sorted(believed, key=lambda m: m.received)
        yield from self._doubtful([*in_doubt.values()], ends, all_of_it=all_of_it)

    def _doubtful(self, messages: Sequence[Post], ends: float, *, all_of_it: bool) -> Iterator[list[Post]]:
        """The messages of senders in doubt, by portions."""
        read, left = Counter[str](), Counter[str]()
        turns = []
        for message in messages:
            read[message.sender] += 1
            if read[message.sender] > MOST_OF_ONE_SENDER and not all_of_it:
                left[message.sender] += 1
            else:
                turns.append(message)
        for n in range(0, len(turns), PORTION):
            if time.monotonic() > ends:
                self._tell_late(len(turns) - n)
                return
            yield sorted(turns[n : n + PORTION], key=lambda m: m.received)
        self._tell_flood(left)

    def _opened(self, part: Sequence[str]) -> list[Post]:
        """These messages with their headers and attachments; those that are gone are told."""
        found = self._mailbox.opened([self._here[i] for i in part if i in self._here])
        known = self._mailbox.messages([i for i in part if i not in self._here], closed_too=True)
        found += [self._as_seen(m) if m.closed else m for m in known]
        there = {m.id for m in found}
        for message_id in part:
            if message_id not in there:
                self._gone(message_id)
        return found

    def _in_doubt(self, message: Post) -> bool:
        """Whether nobody vouches for its sender: it may wait for those of whom that is not so."""
        settings = self._workplace.settings
        marked = message.marked_by(settings.internal_mail_mark)
        return message.id not in self._history.taken_up and bool(
            doubt_about_sender(marked, settings.recipient_domains)
        )

    def _as_seen(self, closed: Post) -> Post:
        """A message that cannot be had, with what was remembered when it came."""
        seen = self._history.seen[closed.id].data
        received = datetime.fromisoformat(str(seen.get("received", closed.received.isoformat())))
        return replace(closed, sender=closed.sender or str(seen.get("sender") or ""), received=received)

    def _in_turn(self, begun: Mapping[str, str], in_doubt: Collection[str], *, all_of_it: bool) -> list[str]:
        """The messages still to be opened in this look, in the order of their turn; all outsiders take one together."""
        broke, ours = self._history.broke, self._workplace.settings.recipient_domains
        read = Counter(sender for message, sender in begun.items() if not self._is_ours(message))
        left, outsiders = Counter[str](), 0
        turns: list[tuple[int, int, str]] = []
        for message in self.waiting:
            if message in begun or message in in_doubt:
                continue
            sender = self._sender(message)
            if self._is_ours(message):
                turns.append((broke.get(message, 0), 0, message))
            elif sender.rpartition("@")[2] not in ours:
                turns.append((broke.get(message, 0), outsiders // AT_A_TIME, message))
                outsiders += 1
            else:
                read[sender] += 1
                if read[sender] > MOST_OF_ONE_SENDER and not all_of_it:
                    left[sender] += 1
                else:
                    turns.append((broke.get(message, 0), (read[sender] - 1) // AT_A_TIME, message))
        if not turns:
            self._tell_flood(left)
        return [message for _, _, message in sorted(turns, key=lambda turn: turn[:2])]

    def _tell_flood(self, left: Mapping[str, int]) -> None:
        """Tell of senders of whom so many messages wait for the next look."""
        for sender, number in left.items():
            inside = sender.rpartition("@")[2] in self._workplace.settings.recipient_domains
            who = sender if inside else f"somebody at {sender.rpartition('@')[2] or 'an unknown address'}"
            self.notes.tell(
                f"flood of {hashlib.sha256(sender.encode()).hexdigest()[:16]}",
                f"{number} messages from {who} wait for the next look: of one sender {MOST_OF_ONE_SENDER} are read "
                "at a time. Is it a flood?",
            )

    def _tell_late(self, left: int) -> None:
        wait = f"{left} message{' waits' if left == 1 else 's wait'} for the next look"
        self.notes.tell(
            "reading", f"{wait}: reading the others took {MOST_MINUTES:.0f} minutes. Is it a flood?"
        )

    def _is_ours(self, message_id: str) -> bool:
        """Whether a message is a copy of one of our own letters."""
        return self._history.seen[message_id].data.get("internet_message_id") in self._history.sent_ids

    def _sender(self, message_id: str) -> str:
        """Who sent a message, as it came in this look or as the ledger keeps it: of an outsider it keeps no address."""
        here = self._here.get(message_id)
        return here.sender if here else str(self._history.seen[message_id].data.get("sender") or "")

    def _gone(self, message_id: str) -> None:
        """A person deleted a message for good before it was dealt with: theirs now, but not in silence. One that was
        seen a moment ago is looked for again: Exchange may not find what it has just shown."""
        if self._workplace.clock() - self._history.seen[message_id].at < GONE_AFTER:
            return
        seen = self._history.seen[message_id].data
        if "received" in seen and seen.get("sender") != self._workplace.settings.mailbox:
            day = day_in_words(london_date(datetime.fromisoformat(str(seen["received"]))))
            sender = seen.get("sender") or "outside the council"
            self.notes.tell(
                message_id,
                f"A message of {day} from {sender} was deleted before it could be read. If it brought "
                "an audit, ask for it again.",
            )
        gone = "Its message was deleted for good before it could be read: ask its sender for it once more."
        self.notes.record(self.notes.given_up(message_id, "deleted by a person", gone))

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
