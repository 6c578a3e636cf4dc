"""How far letters may go: rehearse, team only, live. The settings name the highest level; each step up counts only once
the Audit Team, shown just what would go out, has said yes to it. A step down counts at once.

What was shown is kept as a code for each letter and reader. A plan that holds one more when the step is to be taken has
grown: it is shown again, and nothing changes. One that holds fewer has not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.programme.events import Event, EventKind
from bot.programme.modes import Mode

LADDER = (Mode.REHEARSE, Mode.TEAM_ONLY, Mode.LIVE)
DAYS_SHOWN = 5
"""Working days after today whose letters are shown as well. When they are over and nobody has answered, the plan is
shown again."""

BY_THE_SETTINGS = "the settings"
AS_BEFORE = "the runs before levels were asked for"
BY_WHAT_LIES_THERE = "the letters that lie in the mailbox"
BY_THE_SITE = "the list on the site"
"""Who else than a person a level counts by."""


def above(one: Mode, other: Mode) -> bool:
    return LADDER.index(one) > LADDER.index(other)


@dataclass(frozen=True, slots=True)
class Began:
    """A level that counts: since when, and by whom (an address, or one of the words above)."""

    mode: Mode
    since: datetime | None = None
    by: str = ""

    @property
    def on_a_plan(self) -> bool:
        """Whether somebody said yes to what would go out: nothing that was not shown may go because of it."""
        return "@" in self.by


@dataclass(frozen=True, slots=True)
class Shown:
    """A plan that was shown: for which level, on which day, up to which day, and what it held (letter_codes.py)."""

    key: str
    mode: Mode
    on: date
    until: date
    codes: frozenset[str]
    letters: int


@dataclass(frozen=True, slots=True)
class Approved:
    """A yes to a plan: its key, whose it was (an address), and its day."""

    plan: str
    by: str
    on: date


@dataclass(slots=True)
class Levels:
    """What the ledger tells of levels. A level that begins ends what was asked before."""

    began: Began | None = None
    shown: Shown | None = None
    approved: Approved | None = None

    def take(self, event: Event) -> None:
        """Fold in one event of `KINDS`."""
        TAKES[event.kind](self, event)

    def asked(self, allowed: Mode, today: date) -> Shown | None:
        """The plan that an answer may still be about: the last one shown, for this level, and not over."""
        shown = self.shown
        return shown if shown and shown.mode is allowed and today <= shown.until else None

    def answer(self, allowed: Mode, today: date) -> Approved | None:
        """The yes to it. One to an older plan counts for nothing."""
        shown, said = self.asked(allowed, today), self.approved
        return said if shown and said and said.plan == shown.key else None


def grown(shown: Shown, now: Collection[str]) -> bool:
    """Whether a plan made now, up to the last day that was shown, holds a letter or a reader that the other did not."""
    return not shown.codes.issuperset(now)


def levels_of(events: Iterable[Event]) -> Levels:
    found = Levels()
    for event in events:
        if event.kind in KINDS and not event.erased:
            found.take(event)
    return found


def _began(known: Levels, event: Event) -> None:
    since = datetime.fromisoformat(str(event.data["since"])) if event.data.get("since") else event.at
    known.began = Began(Mode(str(event.data["level"])), since, str(event.data.get("by") or ""))
    known.shown = known.approved = None


def _shown(known: Levels, event: Event) -> None:
    data = event.data
    codes = data.get("codes")
    held = frozenset(map(str, codes)) if isinstance(codes, Sequence) else frozenset()
    on, until = (date.fromisoformat(str(data[name])) for name in ("on", "until"))
    known.shown = Shown(
        event.key, Mode(str(data["level"])), on, until, held, int(str(data.get("letters") or 0))
    )


def _approved(known: Levels, event: Event) -> None:
    on = date.fromisoformat(str(event.data["on"]))
    known.approved = Approved(str(event.data["plan"]), str(event.data.get("by") or ""), on)


TAKES: Mapping[EventKind, Callable[[Levels, Event], None]] = {
    EventKind.LEVEL_BEGAN: _began,
    EventKind.LEVEL_SHOWN: _shown,
    EventKind.LEVEL_APPROVED: _approved,
}
KINDS = frozenset(TAKES)
