"""Which run of a council is due, and since when. The rules are those of one council alone (daily_run/due_runs.py); of
many the moments are spread by their names, so that not all begin at half past seven."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from bot.clock import LONDON, OFFICE_HOURS, london_date, london_midnight, office_time
from bot.daily_run.due_runs import DailyRuns, first_day_owed, within_hours
from bot.programme.working_days import WorkingDays

DAILY, LOOK = "daily run", "look"
LONGEST_PAUSE = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
AN_HOUR_LEFT = timedelta(hours=1)
"""So much of the day must be left for a run that is put off for others' sake."""


@dataclass(frozen=True, slots=True)
class Council:
    """A council as the register has it. What it says of hours and level its last run has told. `added` is since when
    its runs are owed: since it was entered, or resumed. `looked` is when the last run began that read the mailbox, or
    tried to; `last_look` when the last one ended that did its work."""

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
    if council.is_paused(moment) or _waits(council, moment):
        return None
    begin = _latest(moment, council.added, council.not_before) or EPOCH
    look = _look(council, moment)
    if since := _daily_since(council, moment, spread_minutes, look):
        return Due(DAILY, max(since, begin))
    return Due(LOOK, max(look, begin)) if look else None


def _latest(moment: datetime, *moments: datetime | None) -> datetime | None:
    """The latest of some moments that has come. One that has not was noted by a clock that went wrong: it keeps nobody
    from their work, nor makes them well."""
    return max((each for each in moments if each and each <= moment), default=None)


def _waits(council: Council, moment: datetime) -> bool:
    """Whether it waits to be tried again; no longer than it ever may."""
    return council.not_before is not None and moment < council.not_before <= moment + LONGEST_PAUSE


def _daily_since(council: Council, moment: datetime, spread: int, look: datetime | None) -> datetime | None:
    local = moment.astimezone(LONDON)
    at = _spread_over(council, local.date(), spread)
    runs = DailyRuns(council.done_on, council.failed_on, council.failures)
    if not runs.owed(moment, at.time(), _working(council.closed).is_working):
        return None
    minutes = runs.again_after(local.date())
    if minutes is None:
        return look
    since = at if not minutes or not council.failed_at else council.failed_at + timedelta(minutes=minutes)
    return since.astimezone(UTC) if since <= moment else None


def late(council: Council, moment: datetime, spread_minutes: int) -> timedelta:
    """By how much a council is behind at a moment, of the office's hours alone: with its looks, since the first that
    should have come after the last run that did its work; with its daily run, since that of a working day should have.
    Whatever is in the way, a fault or a pause the service asks for, makes it no less late; a pause that people have set
    does while it lasts."""
    if council.is_paused(moment):
        return timedelta()
    resumed = london_midnight(council.paused_until) if council.paused_until else None
    owed = _latest(moment, council.added, resumed) or moment
    look = _look_after(council, _latest(moment, owed, council.last_look) or owed)
    today, local = london_date(moment), owed.astimezone(LONDON)
    day = local.date() + timedelta(days=local.hour >= OFFICE_HOURS.stop)
    if council.done_on and council.done_on <= today:
        day = max(day, council.done_on + timedelta(days=1))
    day = first_day_owed(day, today, _working(council.closed).is_working)
    at = _spread_over(council, day, spread_minutes)
    return max(office_time(look, moment), office_time(max(owed, at), moment))


def _spread_over(council: Council, day: date, spread: int) -> datetime:
    """When the daily run of a day is to begin, by London's clocks; never outside the hours in which one may, nor on
    another day."""
    hour = max(council.daily_run_at, time(OFFICE_HOURS.start))
    at = datetime.combine(day, hour, LONDON)
    found = at + spread * MINUTE * share_of(council.name)
    left = found + AN_HOUR_LEFT
    return found if within_hours(left) and left.date() == day else at


def _look(council: Council, moment: datetime) -> datetime | None:
    """The first moment of today at which a look should have begun and since which none has. What the evening before
    missed is owed as soon as the day begins."""
    if not within_hours(moment):
        return None
    opened = _opens(london_date(moment))
    looked = _latest(moment, council.looked)
    found = max(_look_after(council, looked), opened) if looked else _look_after(council, opened)
    return found if found <= moment else None


def _look_after(council: Council, moment: datetime) -> datetime:
    """When the first look after a moment should begin, of its own hours."""
    found = _next_slot(council, moment)
    if within_hours(found):
        return found
    local = found.astimezone(LONDON)
    return _next_slot(council, _opens(local.date() + timedelta(days=local.hour >= OFFICE_HOURS.stop)))


def _opens(day: date) -> datetime:
    return datetime.combine(day, time(OFFICE_HOURS.start), LONDON).astimezone(UTC)


def _next_slot(council: Council, moment: datetime) -> datetime:
    every = council.look_minutes * 60
    phase = share_of(council.name) * every
    return moment + timedelta(seconds=every - (moment.timestamp() - phase) % every)


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
    """How long a council waits that was asked to wait `told` seconds: at least that, longer each time, an hour at most.
    One request an hour is none too many, and an answer that is mistaken costs no day's letters."""
    told = min(LONGEST_PAUSE.total_seconds(), max(0.0, told))  # in this order also of what is no number
    growing = timedelta(minutes=council.look_minutes << min(council.in_vain, 10))
    return max(timedelta(seconds=told), min(growing, LONGEST_PAUSE))
