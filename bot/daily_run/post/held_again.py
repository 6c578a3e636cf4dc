"""Held messages, read once more when what they were held against has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from bot.daily_run.post.post_notes import PostNotes
from bot.daily_run.post.reader import Reader
from bot.daily_run.post.reading import Filing
from bot.office.mail.folders import DELETED
from bot.programme.events import Event, EventKind
from bot.programme.history.history import history_of
from bot.programme.messages.held_reasons import RECORD
from bot.programme.messages.post import Post
from bot.programme.standing.council import Council
from bot.programme.vocabulary import Problem


def still_waiting(notes: PostNotes) -> frozenset[str]:
    """The messages in question that were left where a person had put them and are still there."""
    left = {q.message: q.folder for q in notes.history.questions if q.folder}
    if not left:
        return frozenset()
    now = notes.workplace.mailbox.where(list(left))
    return frozenset(i for i, folder in left.items() if now.get(i) in (folder, ""))


def held_read_again(
    lists: Council, notes: PostNotes, refold: Callable[[], object]
) -> tuple[list[Filing], list[Problem]]:
    """Read those held messages once more whose row, lists or form have changed since, and act only if something
    else comes of it. The record of a meeting is read again too once a person has put it away, but for one they have
    deleted: what they entered in its stead says of which meeting it is the record."""
    asked: dict[str, list[str]] = {}
    for question in notes.history.open_questions():
        if not question.stays:  # else it is read on every run
            asked.setdefault(question.message, []).append(question.about)
    put_away = {
        q.message: [q.about]
        for q in notes.history.questions
        if q.category == RECORD and q.message not in asked and notes.history.put_away(q.message, RECORD)
    }
    now = {message: _against(about, lists, notes) for message, about in asked.items()}
    now |= {message: f"{_against(about, lists, notes)} put away" for message, about in put_away.items()}
    tried = notes.history.tried
    due = [i for i, digest in now.items() if tried.get(i, digest) != digest and notes.may_be_read_again(i)]
    events = [_tried(i, digest, notes) for i, digest in now.items() if tried.get(i) != digest]
    filings: list[Filing] = []
    problems: list[Problem] = []
    for message in notes.workplace.mailbox.messages(due, closed_too=True) if due else ():
        if message.closed or (message.id in put_away and _deleted(message, notes)):
            continue  # it stays held as it was; the others go on
        again = notes.read_again(message.id, "what it was held against has changed")
        scratch = history_of([*notes.workplace.ledger.read(), again])
        scratch.still_waiting = notes.history.still_waiting
        before = {q.reason for q in notes.history.open_questions() if q.message == message.id}
        read = Reader(notes.workplace, lists, scratch).read([message])
        problems += read.problems
        after = {str(e.data["reason"]) for e in read.events if e.kind is EventKind.NEEDS_A_PERSON}
        if message.id in put_away:
            if any(e.kind is EventKind.RECORD_RETURNED for e in read.events):
                notes.record([again, *read.events])  # it stays where the person has put it
                notes.record([notes.filed(message.id, notes.history.filed_in.get(message.id, ""), "")])
            continue
        if read.filings and after != before and not (after and notes.lies_elsewhere(message)):
            notes.record([again, *read.events])
            filings += read.filings
    notes.record(events)
    if filings:
        refold()
    return filings, problems


def _deleted(message: Post, notes: PostNotes) -> bool:
    folders = notes.workplace.mailbox.folders
    (deleted,) = folders.well_known(DELETED)
    return folders.below(message.folder, deleted)


def note_held(filings: Collection[Filing], lists: Council, notes: PostNotes) -> None:
    """Remember what the messages held in this run were held against."""
    held = {f.message.id for f in filings if f.folder == notes.workplace.settings.please_look_folder}
    about: dict[str, list[str]] = {i: [] for i in held}
    for question in notes.history.questions:
        if question.message in held:
            about[question.message].append(question.about)
    notes.record([_tried(i, _against(rows, lists, notes), notes) for i, rows in about.items()])


def _against(about: Sequence[str], lists: Council, notes: PostNotes) -> str:
    """A digest of what people can change that may decide on a message about these rows (or about any)."""
    rows = [a for a in lists.allocations if a.item_id in about] if all(about) else lists.allocations
    people = [replace(a, etag="", written={}) for a in rows]
    workplace = notes.workplace
    whole = repr(
        (people, lists.cycles, lists.roles, workplace.settings.recipient_domains, workplace.papers.questions)
    )
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def _tried(message_id: str, digest: str, notes: PostNotes) -> Event:
    key = f"{message_id}#{digest}#{notes.workplace.today.isoformat()}"
    return notes.workplace.event(EventKind.MESSAGE_TRIED, key, message=message_id, against=digest)
