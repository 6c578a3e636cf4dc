"""When a daily run is owed and when it is tried again: the same for one council and for many."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.clock import LONDON, OFFICE_HOURS

AGAIN_AFTER = (1, 5, 15)
"""Minutes after which a daily run that could not do its work is tried again; from then on at every mailbox look."""


def within_hours(moment: datetime) -> bool:
    """Whether the bot may look into the mailbox at a moment, and send anything."""
    return moment.astimezone(LONDON).hour in OFFICE_HOURS


def first_day_owed(first: date, today: date, is_working: Callable[[date], bool]) -> date:
    """The first day from one on that has a daily run; one that is still to come where none until today has."""
    while first <= today and not is_working(first):
        first += timedelta(days=1)
    return first


@dataclass(slots=True)
class DailyRuns:
    """What has become of them: the day whose run has done its work, and how often one could not on a day."""

    done_on: date | None = None
    failed_on: date | None = None
    failures: int = 0

    def owed(self, moment: datetime, at: time, is_working: Callable[[date], bool]) -> bool:
        """Whether a run is owed at a moment. `at` is London's time of day from which on one is."""
        local = moment.astimezone(LONDON)
        return (
            local.time() >= at
            and within_hours(moment)
            and self.done_on != local.date()
            and is_working(local.date())
        )

    def fell_short(self, today: date) -> None:
        """Another one that could not do its work."""
        self.failures = self.failures + 1 if self.failed_on == today else 1
        self.failed_on = today

    def again_after(self, today: date) -> int | None:
        """Minutes from the last failure of a day to the next try: 0 without a failure, None when every look tries."""
        if self.failed_on != today:
            return 0
        return AGAIN_AFTER[self.failures - 1] if self.failures <= len(AGAIN_AFTER) else None
