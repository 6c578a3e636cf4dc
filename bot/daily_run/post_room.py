"""What came, wherever it lies: the Inbox page by page, once a day the whole mailbox, and what is to be read again.

Nothing received before the day on which reading begins is looked at. Each message is remembered before the place in
the mailbox moves past it, so a first look at a large mailbox that is stopped goes on where it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.clock import london_date, london_midnight
from bot.daily_run.desk import Desk
from bot.daily_run.read import AUTOMATIC, Filing, PostRead, Reader, as_post
from bot.office.folders import DELETED, DRAFTS, INBOX, JUNK, SENT
from bot.office.mailbox import Attachment, Envelope, IncomingMessage
from bot.programme.events import Event, EventKind, Plain
from bot.programme.history import History, history
from bot.programme.matching import references_in
from bot.programme.planner import Council
from bot.programme.post import PostKind, kind_of
from bot.programme.replies import tag_in
from bot.programme.vocabulary import Problem
from bot.programme.working_days import day_in_words

OVERLAP = timedelta(days=7)
"""So much of what was gone through the day before is gone through again: mail that was held up on its way."""

PORTION = 50
"""Messages that are fetched and read before what they said is recorded."""

MOST_TIMES_READ = 20
"""So often one message is read at most; whoever moves it about more often is told nothing new by it."""

WORD = (".docx", ".docm", ".dotx", ".doc", ".eml", ".msg")
_TAKEN_IN = (EventKind.AUDIT_RETURNED, EventKind.MODERATION_RETURNED, EventKind.REPORTED)
_WHERE = "The shared mailbox"


class PostRoom:
    """The post of one run. `picture` is kept up to date with everything that is recorded."""

    def __init__(self, desk: Desk, picture: History) -> None:
        self._desk, self._picture = desk, picture
        self._mailbox, self._folders = desk.mailbox, desk.mailbox.folders
        settings = desk.settings
        self._own = (settings.filed_folder, settings.please_look_folder, AUTOMATIC)
        self._here: dict[str, Envelope] = {}
        self.told: list[Problem] = []
        """What happened that the Audit Team is to hear of once."""

    # --------------------------------------------------------------------------------------------------- looking

    def look(self, *, whole: bool) -> None:
        """Remember what came: to the Inbox, and in a daily run to any folder."""
        self._folders.remember(self._picture.folders)
        since = self.since()
        for page in self._mailbox.inbox(self._picture.cursor, since):
            self._back(page.messages)
            cursor = []
            if page.cursor != self._picture.cursor:
                key = f"{page.cursor}#{self._desk.clock().isoformat()}"
                cursor = [self._event(EventKind.CURSOR_MOVED, key, cursor=page.cursor)]
            self._take([m for m in page.messages if m.received >= since], cursor)
        if whole:
            self._everywhere(since)

    def since(self) -> datetime:
        """The moment from which on mail is the bot's business: the day of its installation, unless the profile names
        another. A ledger that was lost begins with the month of the earliest open cycle."""
        if day := self._desk.settings.start_on:
            return london_midnight(day)
        if self._picture.reading_from is None:
            began = self._desk.ledger.began()
            day = london_date(began) if began else self._desk.today
            if not began and self._folders.adopt(self._own):
                cycles = self._desk.lists.read().council.cycles
                months = [c.month_one.replace(day=1) for c in cycles if c.open and c.month_one]
                day = min([day, *months])
            event = Event(
                self._desk.clock(),
                EventKind.READING_BEGINS,
                day.isoformat(),
                "",
                {"on": day.isoformat()},
            )
            self._record([event])
        assert self._picture.reading_from is not None
        return london_midnight(self._picture.reading_from)

    def _everywhere(self, since: datetime) -> None:
        """Go through the whole mailbox, what was gone through before only with some overlap."""
        now, begin = self._desk.clock(), since
        before = self._picture.gone_through
        if before and before[0] <= since:
            begin = max(since, before[1] - OVERLAP)
        settings = self._desk.settings
        own = {*self._folders.well_known(SENT, DRAFTS)}
        own |= {self._picture.folders.get(n, "") for n in settings.folders_of_letters}
        for page in self._mailbox.everywhere(begin):
            strangers = [m for m in page.messages if m.folder not in own and m.sender != settings.mailbox]
            to = max((m.received for m in page.messages), default=begin)
            self._take(strangers, [self._gone_through(since, to)])
        self._record([self._gone_through(since, max(now, begin))])

    def _gone_through(self, since: datetime, to: datetime) -> Event:
        key = f"{to.isoformat()}#{self._desk.clock().isoformat()}"
        return self._event(EventKind.MAILBOX_GONE_THROUGH, key, since=since.isoformat(), to=to.isoformat())

    def _take(self, envelopes: Sequence[Envelope], place: Sequence[Event]) -> None:
        """Remember those of some messages that are new, and the place they were found at, in one."""
        fresh = {m.id: m for m in envelopes if m.id not in self._picture.seen}
        self._here |= fresh
        events = [
            self._event(
                EventKind.MESSAGE_SEEN,
                m.id,
                internet_message_id=m.internet_message_id,
                received=m.received.isoformat(),
                sender=m.sender,
            )
            for m in fresh.values()
        ]
        self._record([*events, *place])

    def _back(self, envelopes: Sequence[Envelope]) -> None:
        """Messages that were put elsewhere and are in the Inbox again: a person wants them read once more."""
        maybe = [
            m.id
            for m in envelopes
            if m.id in self._picture.filed and self._picture.filed_in.get(m.id, "Inbox") != "Inbox"
        ]
        if not maybe:
            return
        (inbox,) = self._folders.well_known(INBOX)
        now = self._mailbox.where(maybe)  # delta may show again what has left
        self._record([self._again(i, "moved back") for i in maybe if now.get(i) == inbox and self._may(i)])

    def _may(self, message_id: str) -> bool:
        return len(self._picture.again.get(message_id, ())) < MOST_TIMES_READ

    def _again(self, message_id: str, why: str) -> Event:
        n = len(self._picture.again.get(message_id, ())) + 1
        key = f"{message_id}#{n}"
        data: dict[str, Plain] = {"on": self._desk.today.isoformat(), "why": why}
        return Event(self._desk.clock(), EventKind.MESSAGE_READ_AGAIN, key, message_id, data)

    # --------------------------------------------------------------------------------------------------- reading

    @property
    def waiting(self) -> list[str]:
        """The ids of messages not yet dealt with, in the order they were seen."""
        return [i for i in self._picture.seen if i not in self._picture.filed]

    def portions(self) -> Iterator[list[IncomingMessage]]:
        """The messages to be read, oldest first within a portion. Those that are gone are told.

        A word of the Audit Team may want a message read again that had been put away: it follows at once.
        """
        begun: set[str] = set()
        while waiting := [i for i in self.waiting if i not in begun]:
            part = waiting[:PORTION]
            begun.update(part)
            found = self._mailbox.opened([self._here[i] for i in part if i in self._here])
            found += self._mailbox.messages([i for i in part if i not in self._here])
            there = {m.id for m in found}
            for message_id in part:
                if message_id not in there:
                    self._gone(message_id)
            yield sorted(found, key=lambda m: m.received)

    def _gone(self, message_id: str) -> None:
        """A person deleted a message for good before it was dealt with: theirs now, but not in silence."""
        seen = self._picture.seen[message_id].data
        if seen.get("sender") != self._desk.settings.mailbox:
            day = day_in_words(london_date(datetime.fromisoformat(str(seen.get("received")))))
            self._tell(
                message_id,
                f"A message of {day} from {seen.get('sender')} was deleted before it could be read. If it brought "
                "an audit, ask for it again.",
            )
        self._record([self._filed(message_id, "deleted by a person", "")])

    def elsewhere(self, message: IncomingMessage) -> bool:
        """Whether a message lies where a person (or a rule, or the filter for junk) has put it."""
        (inbox,) = self._folders.well_known(INBOX)
        known = {**self._picture.folders, **self._folders.found}
        return bool(message.folder) and message.folder not in (inbox, *(known.get(n) for n in self._own))

    def read_there(self, message: IncomingMessage, lists: Council) -> PostRead:
        """Read a message outside the Inbox. It stays where it is, and whoever looks after the mailbox hears of it."""
        place = self._folders.name_of(message.folder)
        junk, deleted = self._folders.well_known(JUNK, DELETED)
        ours = self._concerns(message, lists)
        if not ours and not any(map(_may_be_word, message.attachments)):
            self._record([self._filed(message.id, place, "")])
            return PostRead()
        sender = f"{message.sender or 'an unknown sender'}, {day_in_words(london_date(message.received))},"
        if self._folders.below(message.folder, deleted):
            self._tell(
                message.id,
                f"A message from {sender} lies in “{place}” and was not read. If it is to count, move it into the "
                "Inbox; otherwise nothing has to be done.",
            )
            self._record([self._filed(message.id, place, "")])
            return PostRead()
        read = Reader(self._desk, lists, history(self._desk.ledger.read())).read([message])
        if not read.filings:  # in trouble: it is tried again
            self._record(read.events)
            return read
        asked = [e for e in read.events if e.kind is EventKind.NEEDS_A_PERSON]
        taken = any(e.kind in _TAKEN_IN for e in read.events)
        inside = message.sender.rpartition("@")[2] in self._desk.settings.recipient_domains
        events = list(read.events)
        if asked and not (ours or taken or any(e.about for e in asked)):
            events = [e for e in events if e not in asked]
            if inside or message.folder != junk:
                self._tell(
                    message.id,
                    f"A message from {sender} with a file lies in “{place}”. It names no audit of ours and was let be.",
                )
        elif asked:
            more = {"folder": message.folder, "place": place}
            events = [
                replace(e, data={**e.data, **more, "reason": f"{e.data['reason']} It lies in “{place}”."})
                if e in asked
                else e
                for e in events
            ]
        if taken:
            what = f"A message from {sender} was found in “{place}” and taken in. It was left there."
            self._tell(message.id, what)
        self._record([*events, self._filed(message.id, place, read.filings[0].category)])
        return PostRead(problems=read.problems)

    def _concerns(self, message: IncomingMessage, lists: Council) -> bool:
        """Whether a message names an audit of ours, answers a letter of ours or says that one did not arrive."""
        post = as_post(message, self._desk.settings.internal_mail_mark)
        words = f"{post.header('in-reply-to')} {post.header('references')}".split()
        return bool(
            references_in(post.subject, {a.reference for a in lists.allocations})
            or tag_in(post.subject)
            or any(word in self._picture.sent_ids for word in words)
            or kind_of(post, self._desk.settings.mailbox) is PostKind.REPORT
        )

    # ---------------------------------------------------------------------------------------------- reading again

    def still_waiting(self) -> frozenset[str]:
        """The messages in question that were left where a person had put them and are still there."""
        left = {q.message: q.folder for q in self._picture.questions if q.folder}
        if not left:
            return frozenset()
        now = self._mailbox.where(list(left))
        return frozenset(i for i, folder in left.items() if now.get(i) == folder)

    def tried_again(self, lists: Council, refold: Callable[[], object]) -> tuple[list[Filing], list[Problem]]:
        """Read those held messages once more whose row, lists or form have changed since, and act only if something
        else comes of it."""
        asked: dict[str, list[str]] = {}
        for question in self._picture.open_questions():
            if not question.stays:  # else it is read on every run
                asked.setdefault(question.message, []).append(question.about)
        now = {message: self._against(about, lists) for message, about in asked.items()}
        tried = self._picture.tried
        due = [i for i, digest in now.items() if tried.get(i, digest) != digest and self._may(i)]
        events = [self._tried(i, digest) for i, digest in now.items() if tried.get(i) != digest]
        filings: list[Filing] = []
        problems: list[Problem] = []
        for message in self._mailbox.messages(due) if due else ():
            again = self._again(message.id, "what it was held against has changed")
            scratch = history([*self._desk.ledger.read(), again])
            before = {q.reason for q in self._picture.open_questions() if q.message == message.id}
            read = Reader(self._desk, lists, scratch).read([message])
            problems += read.problems
            after = {str(e.data["reason"]) for e in read.events if e.kind is EventKind.NEEDS_A_PERSON}
            if read.filings and after != before and not (after and self.elsewhere(message)):
                self._record([again, *read.events])
                filings += read.filings
        self._record(events)
        if filings:
            refold()
        return filings, problems

    def note_held(self, filings: Collection[Filing], lists: Council) -> None:
        """Remember what the messages held in this run were held against."""
        held = {f.message.id for f in filings if f.folder == self._desk.settings.please_look_folder}
        about: dict[str, list[str]] = {i: [] for i in held}
        for question in self._picture.questions:
            if question.message in held:
                about[question.message].append(question.about)
        self._record([self._tried(i, self._against(rows, lists)) for i, rows in about.items()])

    def _against(self, about: Sequence[str], lists: Council) -> str:
        """A digest of what people can change that may decide on a message about these rows (or about any)."""
        rows = [a for a in lists.allocations if a.item_id in about] if all(about) else lists.allocations
        people = [replace(a, etag="", written={}) for a in rows]
        domains = self._desk.settings.recipient_domains
        whole = repr((people, lists.cycles, lists.roles, domains, self._desk.papers.questions))
        return hashlib.sha256(whole.encode()).hexdigest()[:16]

    def _tried(self, message_id: str, digest: str) -> Event:
        key = f"{message_id}#{digest}#{self._desk.today.isoformat()}"
        return self._event(EventKind.MESSAGE_TRIED, key, message=message_id, against=digest)

    # ------------------------------------------------------------------------------------------------ small things

    def note_folders(self) -> None:
        """Remember our folders by id, and tell of those that were deleted."""
        for name in self._folders.lost:
            old = self._picture.folders.get(name, "")
            held = self._lay_in(old) if name == self._desk.settings.please_look_folder else 0
            lay = f" {held} message{'s' if held > 1 else ''} waited in it for a person." if held else ""
            self._tell(
                f"{name}#{old}",
                f"The folder “{name}” was deleted, and a new one was made.{lay} What lay in it is in Deleted Items, "
                "perhaps; was all of it dealt with? What is moved into the Inbox is read again.",
            )
        self._folders.lost.clear()
        new = {n: i for n, i in self._folders.found.items() if i and self._picture.folders.get(n) != i}
        self._record([self._event(EventKind.FOLDER_KNOWN, f"{n}#{i}", name=n, id=i) for n, i in new.items()])

    def _lay_in(self, folder: str) -> int:
        """How many messages with a question nobody has answered lie in a folder, or are gone with it."""
        unanswered = {q.message for q in replace(self._picture, still_waiting=None).open_questions()}
        now = self._mailbox.where(list(unanswered))
        return sum(now.get(message, folder) == folder for message in unanswered)

    def _tell(self, key: str, what: str) -> None:
        self.told.append(Problem(_WHERE, what))
        self._record([self._event(EventKind.TOLD, f"{key}#{self._desk.today}", where=_WHERE, what=what)])

    def _filed(self, message_id: str, folder: str, category: str) -> Event:
        key = "#".join(filter(None, (message_id, self._picture.times_again(message_id))))
        return self._event(EventKind.MESSAGE_FILED, key, folder=folder, category=category)

    def _event(self, kind: EventKind, key: str, **data: Plain) -> Event:
        return Event(self._desk.clock(), kind, key, "", {"on": self._desk.today.isoformat(), **data})

    def _record(self, events: Sequence[Event]) -> None:
        if events:
            self._desk.ledger.append(events)
            self._picture.take(events)


def _may_be_word(attachment: Attachment) -> bool:
    kind = attachment.content_type.casefold()
    return (
        attachment.kind == "item"
        or attachment.name.casefold().endswith(WORD)
        or "word" in kind
        or kind == "message/rfc822"
    )
