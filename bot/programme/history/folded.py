"""All that the events of a ledger come to, and how the words of an event's data are read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bot.programme.events import Event, EventKind
from bot.programme.history.records_of_the_past import (
    AuditHistory,
    Bounce,
    LastSeen,
    LetterHistory,
    LetterWord,
    Question,
)
from bot.programme.history.replacements import Replacements
from bot.programme.levels import Levels
from bot.programme.messages.offers import Offer
from bot.programme.team_files.in_the_ledger import TeamFiles


@dataclass(slots=True)
class Folded:
    """What is known. Only a `Fold` writes it; everybody else reads it as `History` (history.py)."""

    letters: dict[str, LetterHistory] = field(default_factory=dict)
    audits: dict[str, AuditHistory] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    seen: dict[str, Event] = field(default_factory=dict)  # message id -> the event
    seen_internet_ids: dict[str, str] = field(default_factory=dict)  # internet message id -> message id
    filed: set[str] = field(default_factory=set)  # message ids
    filed_in: dict[str, str] = field(default_factory=dict)  # message id -> the folder it was last put into
    again: dict[str, list[datetime]] = field(default_factory=dict)  # message id -> when it was read again
    # message id -> digest of what it was last held against
    tried: dict[str, str] = field(default_factory=dict)
    broke: dict[str, int] = field(default_factory=dict)  # message id -> how often the bot itself failed on it
    folders: dict[str, str] = field(default_factory=dict)  # our name for a folder -> its id
    reading_from: date | None = None  # nothing received before this day is touched
    gone_through: tuple[datetime, datetime] | None = None  # the whole mailbox, from when to when
    files: dict[str, set[str]] = field(default_factory=dict)  # list item id -> sha256 of files already known
    away: dict[str, tuple[date, str]] = field(default_factory=dict)  # address -> day of the automatic reply
    sent_ids: dict[str, str] = field(default_factory=dict)  # our letters' internet message ids -> letter key
    bounced: dict[str, list[Bounce]] = field(default_factory=dict)  # address -> letters that came back
    # letter key -> item id -> code of the row
    shown: dict[str, Mapping[str, str]] = field(default_factory=dict)
    protection: dict[str, Mapping[str, tuple[str, str]]] = field(default_factory=dict)
    # list item id -> our word -> the id of its column and what it said, of what protected a row when it was last seen
    # list item id -> the row when it was last there
    last_seen: dict[str, LastSeen] = field(default_factory=dict)
    letter_words: dict[str, list[LetterWord]] = field(default_factory=dict)  # code -> what was said, in order
    live_since: date | None = None  # letters go to people since that day
    levels: Levels = field(default_factory=Levels)  # how far letters may go, and what was asked about it
    last_mode: str = ""  # of the last run that came to its end
    last_run_on: date | None = None
    moved: bool = False  # mailbox and site became others since
    key_code: str = ""  # of the key of letters in the last run
    keys_used: dict[tuple[str, str], date] = field(default_factory=dict)
    # mode of a run and code of its key -> the last day of such a run
    last_live_on: date | None = None  # of a run that was live, or of an older bot that did not say
    # word, matter and choice -> the first event
    team_said: dict[tuple[str, str, str], Event] = field(default_factory=dict)
    first_told: dict[str, date] = field(default_factory=dict)  # code of a matter -> the day it was told first
    taken_up: dict[str, list[Offer]] = field(default_factory=dict)  # message id -> offers it is read by again
    settled: set[str] = field(default_factory=set)  # keys of questions and codes of matters settled by it
    cursor: str = ""
    lists_read_at: datetime | None = None  # when a run that read the lists last came to its end
    daily_run_on: date | None = None  # the day of the last daily run
    # the code of the rule book that was last tried as a whole, and found to mean something
    rules_tried: str = ""
    # service -> the digest of its workbook of where the audits stand, and its address
    dashboards: dict[str, tuple[str, str]] = field(default_factory=dict)
    team_files: TeamFiles = field(default_factory=TeamFiles)  # the Audit Team's own files
    replacements: Replacements = field(default_factory=Replacements)
    settings_told: str = ""  # the settings of the last run in sentences, one on each line
    still_waiting: frozenset[str] | None = None
    # messages in "Please look at" now, which the mailbox says and no event; None: nobody has looked
    keys_about: dict[str, list[str]] = field(default_factory=dict)  # about -> letter keys
    asked_about: dict[str, list[Question]] = field(default_factory=dict)  # about -> questions
    # the keys of what was taken
    known: defaultdict[EventKind, set[str]] = field(default_factory=lambda: defaultdict(set))

    def audit_to_write(self, item_id: str) -> AuditHistory:
        return self.audits.setdefault(item_id, AuditHistory())


Fold = Callable[[Folded, Event], None]
"""What one event changes."""


def day_of(event: Event) -> date:
    """The London date an event carries: decided when it was recorded, so that no zone is needed here."""
    return date.fromisoformat(text(event.data, "on")) if event.data.get("on") else event.at.date()


def text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    return "" if value is None else str(value)


def texts(data: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(str(value) for value in data.get(name) or ())


def mapping(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = data.get(name)
    return value if isinstance(value, Mapping) else {}


def mappings(data: Mapping[str, Any], name: str) -> Iterable[Mapping[str, Any]]:
    return [each for each in data.get(name) or () if isinstance(each, Mapping)]


def yes_no(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def a_date(data: Mapping[str, Any], name: str) -> date | None:
    return date.fromisoformat(text(data, name)) if data.get(name) else None
