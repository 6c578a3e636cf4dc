"""Messages that lie outside the Inbox: in Junk, in Deleted Items, or where a person or a rule has put them."""

from __future__ import annotations

from dataclasses import replace

from bot.clock import london_date
from bot.daily_run.post.post_notes import PostNotes
from bot.daily_run.post.reader import PostRead, Reader
from bot.office.mail.folders import DELETED, JUNK
from bot.papers.letters.free_text import without_identifiers
from bot.programme.answers.button_links import tag_in
from bot.programme.answers.team_words import TeamWord, team_tag_in
from bot.programme.date_words import day_in_words
from bot.programme.events import Event, EventKind
from bot.programme.history.history import history_of
from bot.programme.messages.post import Post
from bot.programme.messages.post_kinds import PostKind, kind_of
from bot.programme.reference import references_in
from bot.programme.standing.council import Council

_TAKEN_IN = (EventKind.AUDIT_RETURNED, EventKind.MODERATION_RETURNED, EventKind.REPORTED)


def read_there(message: Post, lists: Council, notes: PostNotes) -> PostRead:
    """Read a message outside the Inbox. It stays where it is, and whoever looks after the mailbox hears of it."""
    workplace = notes.workplace
    folders = workplace.mailbox.folders
    place = without_identifiers(folders.name_of(message.folder), lists.allocations)
    junk, deleted = folders.well_known(JUNK, DELETED)
    ours = _concerns(message, lists, notes)
    if not ours and not any(a.may_hold_a_form for a in message.attachments):
        notes.record([notes.filed(message.id, place, "")])
        return PostRead()
    if folders.below(message.folder, deleted) and message.id not in notes.history.taken_up:
        notes.tell(
            message.id,
            f"{_named(message)} lies in “{place}” and was not read. If it is to count, move it into the Inbox; "
            "otherwise nothing has to be done.",
        )
        unread = f"Its message lies in “{place}” and was not read: if it is to count, move it into the Inbox."
        notes.record(notes.given_up(message.id, place, unread))
        return PostRead()
    read = Reader(workplace, lists, history_of(workplace.ledger.read())).read([message])
    if not read.filings:  # in trouble: it is tried again
        notes.record(read.events)
        return read
    mentioned = (
        message.folder != junk or message.sender.rpartition("@")[2] in workplace.settings.recipient_domains
    )
    events = _told_of(message, read, place, notes, ours=ours, mentioned=mentioned)
    notes.record([*events, notes.filed(message.id, place, read.filings[0].category)])
    return PostRead(problems=read.problems)


def _told_of(
    message: Post, read: PostRead, place: str, notes: PostNotes, *, ours: bool, mentioned: bool
) -> list[Event]:
    """What is to be remembered of it, once those who look after the mailbox have been told where it was found. What is
    none of ours is `mentioned` only where it came from inside or lies in no folder for junk."""
    asked = [e for e in read.events if e.kind is EventKind.NEEDS_A_PERSON]
    taken = any(e.kind in _TAKEN_IN for e in read.events)
    events = list(read.events)
    if asked and not (ours or taken or any(e.about for e in asked)):
        events = [e for e in events if e not in asked]
        if mentioned:
            what = (
                f"{_named(message)} with a file lies in “{place}”. It names no audit of ours and was let be."
            )
            notes.tell(message.id, what)
    else:
        more = {"folder": message.folder, "place": place}
        events = [
            replace(e, data={**e.data, **more, "reason": f"{e.data['reason']} It lies in “{place}”."})
            if e in asked
            else e
            for e in events
        ]
    if taken:
        notes.tell(message.id, f"{_named(message)} was found in “{place}” and taken in. It was left there.")
    return events


def _named(message: Post) -> str:
    day = day_in_words(london_date(message.received))
    return f"A message from {message.sender or 'an unknown sender'}, {day},"


def _concerns(message: Post, lists: Council, notes: PostNotes) -> bool:
    """Whether a message names an audit of ours, answers a letter of ours, says that one did not arrive, or stops them
    all."""
    word = team_tag_in(message.subject)
    words = f"{message.header('in-reply-to')} {message.header('references')}".split()
    return bool(
        references_in(message.subject, {a.reference for a in lists.allocations})
        or tag_in(message.subject)
        or (word and word.word is TeamWord.STOP)
        or any(word in notes.history.sent_ids for word in words)
        or kind_of(message, notes.workplace.settings.mailbox) in (PostKind.REPORT, PostKind.OWN)
    )
