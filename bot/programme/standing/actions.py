"""What ought to be done, in the imperative: the planner's answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.programme.events import Plain
from bot.programme.rulebook.rules import Rule
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.handed_over import Matter
from bot.programme.vocabulary import Cycle, Person, Problem
from bot.programme.working_days import Dated


@dataclass(frozen=True, slots=True)
class SendLetter:
    """One letter. `day` is when it ought to go and why; `occasion` tells the letters of one series apart.

    `about` is the list item id of the audit, "cycle:" and that of the cycle, "month", or "person:" and an address.
    Exactly one of `standing`, `cycle_standings` and `together` says what the letter is about. `notes` are what was
    missing when an audit came back.
    """

    key: str
    rule: Rule
    about: str
    reference: str
    occasion: str
    day: Dated
    to: tuple[Person, ...]
    cc: tuple[Person, ...]
    cycle: Cycle
    standing: Standing | None = None
    cycle_standings: tuple[Standing, ...] = ()
    notes: tuple[str, ...] = ()
    due: Dated | None = None  # the date the letter names
    matters: tuple[Matter, ...] = ()  # what is open and falls to somebody who takes over
    together: tuple[SendLetter, ...] = ()  # the letters this one stands for
    meeting: tuple[Person, ...] = ()  # whose conversation it asks for

    def as_remembered(self) -> dict[str, Plain]:
        """What the ledger knows the letter by."""
        return {
            "rule": self.rule.id,
            "letter": self.rule.letter,
            "occasion": self.occasion,
            "audit": self.reference,
            "to": [person.email for person in self.to],
            "cc": [person.email for person in self.cc],
            "why": self.day.why,
        }

    def as_covered(self) -> dict[str, str]:
        """What the event of a letter that stands for this one says of it under `covers`."""
        return {
            "key": self.key,
            "about": self.about,
            "rule": self.rule.id,
            "letter": self.rule.letter,
            "occasion": self.occasion,
            "audit": self.reference,
            "why": self.day.why,
        }


class Why(StrEnum):
    """Why a letter that is due does not go."""

    HELD = "held"
    SKIPPED = "skipped"
    OLD = "fell due before letters went out"


@dataclass(frozen=True, slots=True)
class Kept:
    """A letter that is due and is kept back until somebody says otherwise (kept_letters.py). `says` is a sentence."""

    letter: SendLetter
    why: Why
    says: str
    by_row: bool = False  # the column “Hold letters” says so: only there it can be undone
    with_all: bool = False  # let go with all the others that had fallen due before letters went out


@dataclass(frozen=True, slots=True)
class WriteRow:
    """Bring the bot's columns of one row up to date: our column -> text, date or None to empty it. `etag`: as the row
    was read."""

    item_id: str
    row_id: str  # its id in the list now; another than `item_id` where it was deleted and entered again
    etag: str
    values: Mapping[str, str | date | None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What ought to have been done by a day and has not been. Order carries no meaning."""

    letters: tuple[SendLetter, ...] = ()
    rows: tuple[WriteRow, ...] = ()
    problems: tuple[Problem, ...] = ()
    kept: tuple[Kept, ...] = ()
    standings: tuple[Standing, ...] = field(default=(), compare=False)
    as_found: Mapping[str, Mapping[str, str]] = field(default_factory=dict, compare=False)
    # list item id -> cells that say what the bot would write, although the ledger does not know that it did
    stumbled: Mapping[str, Exception] = field(default_factory=dict, compare=False)
    # where the bot met something it does not know -> what: nothing goes out about that audit or cycle
