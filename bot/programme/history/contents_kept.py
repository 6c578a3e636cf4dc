"""Which contents of the ledger are about which audit, how long they are kept, and what is left of them.

An entry's contents may be erased, never the entry (bot/office/chain.py). What letter was written and sent, and which
message was seen and filed, is known by the keys alone, so that nothing goes twice and nothing is read again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date

from bot.programme.events import OF_THE_LEDGER, Event, EventKind, Plain
from bot.programme.history.folded import mappings, text

Numbered = Sequence[tuple[int, Event]]

_NOTHING_PERSONAL = OF_THE_LEDGER | {
    EventKind.COUNCIL_MOVED,
    EventKind.CURSOR_MOVED,
    EventKind.DASHBOARD_KEPT,
    EventKind.FOLDER_KNOWN,
    EventKind.LEVEL_BEGAN,
    EventKind.LIVE_BEGAN,
    EventKind.MAILBOX_GONE_THROUGH,
    EventKind.READING_BEGINS,
    EventKind.RUN_FINISHED,
    EventKind.RUN_STARTED,
    EventKind.TEAM_FILES_IN_FORCE,
    EventKind.TEAM_FILES_OFFERED,
}
"""What a run needs however old it is, and which is about nobody but, of a level, the member of the Audit Team who said
yes to it."""

_STEPS = {
    EventKind.LETTER_DRAFTED,
    EventKind.LETTER_SENDING,
    EventKind.LETTER_SUBMITTED,
    EventKind.LETTER_SENT,
}
"""What only says when a letter, which may be about others too, got how far, and its number in the mailbox."""

_OF_NO_AUDIT = {"", "check", "digest", "letters", "receipt"}
"""What an event may be about besides an audit or a cycle: it counts from its own day."""

_IN_A_PART = ("key", "about", "rule", "letter", "occasion")
"""What is left of a letter that another one stood for: by this it is known as sent."""


def rows_of(asked: str, entries: Numbered, child_code: Callable[[str], str]) -> set[str]:
    """The list item ids of one audit by its reference, or of all audits of a child by its Mosaic number. `child_code`
    makes of such a number the code by which the ledger knows the child."""
    name, code = asked.strip().casefold(), child_code(asked.strip())
    found = set()
    for _, event in entries:
        said = [event.data, *mappings(event.data, "covers")]
        if any(name == text(each, word).casefold() for each in said for word in ("audit", "reference")):
            found |= {text(e, "about") or event.about for e in said
                      if name in (text(e, "audit").casefold(), text(e, "reference").casefold())}  # fmt: skip
        if event.kind is EventKind.ROW_SEEN and text(event.data, "child") == code:
            found.add(event.about)
    return found - _OF_NO_AUDIT


def concerning(rows: Collection[str], asked: str, entries: Numbered) -> Numbered:
    """Every entry with contents about these audits, and about the messages they came in with."""
    messages = {
        message
        for _, event in entries
        if event.about in rows
        for message in (event.key.partition("#")[0], text(event.data, "came_in"), text(event.data, "message"))
    } - {""}
    name = asked.strip().casefold()

    def concerns(event: Event) -> bool:
        if _abouts(event) & {*rows} or event.key.partition("#")[0] in rows:
            return True
        if event.about not in _OF_NO_AUDIT | messages:
            return False
        if event.key.partition("#")[0] in messages or text(event.data, "message") in messages:
            return True
        return (
            event.kind is EventKind.TOLD
            and name in f"{event.data.get('where')} {event.data.get('what')}".casefold()
        )

    return [(n, event) for n, event in entries if not event.erased and concerns(event)]


def erased(rows: Collection[str], concerned: Numbered) -> Mapping[int, Mapping[str, Plain]]:
    """What is left of the contents of entries about these audits: number -> contents. Of a letter that was about others
    too, that which is about them."""
    return {
        n: _left(event, rows)
        for n, event in concerned
        if event.kind not in _NOTHING_PERSONAL and (event.kind not in _STEPS or "rule" in event.data)
    }


def _left(event: Event, rows: Collection[str]) -> Mapping[str, Plain]:
    parts = [*mappings(event.data, "covers")]
    if all(text(part, "about") in rows for part in parts) and (event.about in rows or not parts):
        return {}
    covers: list[Plain] = [
        {word: part[word] for word in _IN_A_PART if word in part} if text(part, "about") in rows else part
        for part in parts
    ]
    gone = ("audit", "why") if event.about in rows else ()
    return {**{word: said for word, said in event.data.items() if word not in gone}, "covers": covers}


def overdue(
    entries: Iterable[tuple[int, Event]], keep: Collection[str], before: date
) -> Mapping[int, Mapping[str, Plain]]:
    """The contents whose time is over: of audits to which nothing has happened since a day, and of what is about no
    audit and older. `keep` are list item ids, and "cycle:" with one, of what is still open."""
    entries = [*entries]
    last: dict[str, date] = {}
    for _, event in entries:
        for about in _abouts(event) - _OF_NO_AUDIT:
            last[about] = event.at.date()
    alive = {*keep, *(about for about, day in last.items() if day >= before)}
    return {
        n: {
            word: each
            for word, each in event.data.items()
            if event.kind in _NOTHING_PERSONAL and word != "settings"
        }
        for n, event in entries
        if not event.erased
        and event.data
        and (
            event.kind not in _NOTHING_PERSONAL or "settings" in event.data
        )  # they name the team's addresses
        and event.at.date() < before
        and not _abouts(event) & alive
    }


def months_before(today: date, months: int) -> date:
    """The first day of the month so many months before."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return date(year, month + 1, 1)


def _abouts(event: Event) -> set[str]:
    return {event.about, *(text(part, "about") for part in mappings(event.data, "covers"))}
