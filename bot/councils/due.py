"""Which run of a council is due, and since when. The rules are those of one council alone (daily_run/due_runs.py); of
many the moments are spread by their names, so that not all begin at half past seven."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from bot.clock import LONDON, OFFICE_HOURS, london_date
from bot.daily_run.due_runs import DailyRuns, within_hours
from bot.programme.working_days import WorkingDays

DAILY, LOOK = "daily run", "look"
LONGEST_PAUSE = timedelta(hours=1)
LONGEST_TOLD = 86400.0
AN_HOUR_LEFT = timedelta(hours=1)
"""So much of the day must be left for a run that is put off for others' sake."""


@dataclass(frozen=True, slots=True)
class Council:
    """A council as the register has it. What it says of hours and level its last run has told."""

    name: str
    settings: str
    only_on: str
    added: datetime
    paused: datetime | None
    paused_until: date | None
    level: str
    daily_run_at: time
    look_minutes: int
    closed: tuple[date, ...]
    done_on: date | None
    failed_on: date | None
    failures: int
    failed_at: datetime | None
    last_daily: datetime | None
    last_look: datetime | None
    looked: datetime | None
    not_before: datetime | None
    in_vain: int
    slow_until: datetime | None
    ledger_version: int
    health: Mapping[str, Any] = field(repr=False)
    fault: str
    faulty_since: datetime | None

    def is_paused(self, moment: datetime) -> bool:
        return self.paused is not None and (
            self.paused_until is None or london_date(moment) < self.paused_until
        )

    def is_slow(self, moment: datetime) -> bool:
        """Whether a run of it has lately taken longer than it may."""
        return self.slow_until is not None and moment < self.slow_until


@dataclass(frozen=True, slots=True)
class Due:
    kind: str
    since: datetime


def share_of(name: str) -> float:
    """A number from 0 to 1 that is always the same for a name, and differs evenly between names."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:6], "big") / 2**48


@lru_cache(maxsize=512)
def _working(closed: tuple[date, ...]) -> WorkingDays:
    return WorkingDays(closed)


def due(council: Council, moment: datetime, spread_minutes: int) -> Due | None:
    """What is due at a moment, the daily run before a look."""
    if council.is_paused(moment) or (council.not_before and moment < council.not_before):
        return None
    begin = council.not_before or council.added
    look = _look(council, moment)
    if since := _daily_since(council, moment, spread_minutes, look):
        return Due(DAILY, max(since, begin))
    return Due(LOOK, max(look, begin)) if look else None


def _daily_since(council: Council, moment: datetime, spread: int, look: datetime | None) -> datetime | None:
    local = moment.astimezone(LONDON)
    at = _spread_over(council, local, spread)
    runs = DailyRuns(council.done_on, council.failed_on, council.failures)
    if not runs.owed(moment, at.time(), _working(council.closed).is_working):
        return None
    minutes = runs.again_after(local.date())
    if minutes is None:
        return look
    since = at if not minutes or not council.failed_at else council.failed_at + timedelta(minutes=minutes)
    return since.astimezone(UTC) if since <= moment else None


def _spread_over(council: Council, local: datetime, spread: int) -> datetime:
    """When the daily run of a day is to begin, by London's clocks; never outside the hours in which one may."""
    hour = max(council.daily_run_at, time(OFFICE_HOURS.start))
    at = datetime.combine(local.date(), hour, LONDON)
    found = at + timedelta(minutes=spread) * share_of(council.name)
    return found if within_hours(found + AN_HOUR_LEFT) else at


def _look(council: Council, moment: datetime) -> datetime | None:
    """The latest moment a look should have begun that is not done."""
    slot = _slot(council, moment)
    done = council.looked and slot <= council.looked
    return None if done or not within_hours(slot) or not within_hours(moment) else slot


def _slot(council: Council, moment: datetime) -> datetime:
    every = council.look_minutes * 60
    phase = share_of(council.name) * every
    return moment - timedelta(seconds=(moment.timestamp() - phase) % every)


def next_due(council: Council, moment: datetime, spread_minutes: int) -> Due | None:
    """What comes next after a moment, within the next fortnight; what is due already, since when it is."""
    if council.is_paused(moment):
        return None
    if found := due(council, moment, spread_minutes):
        return found
    at = moment
    for _ in range(15 * 24 * 60):
        step = timedelta(minutes=1) if within_hours(at) else timedelta(minutes=15)
        at += step
        if found := due(council, at, spread_minutes):
            return found
    return None


def pause_after(council: Council, told: float) -> timedelta:
    """How long a council waits that was asked to wait `told` seconds: at least that, a day at most, and longer each
    time."""
    told = min(LONGEST_TOLD, max(0.0, told))  # in this order also of what is no number
    growing = timedelta(minutes=council.look_minutes << min(council.in_vain, 10))
    return max(timedelta(seconds=told), min(growing, LONGEST_PAUSE))
