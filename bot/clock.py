"""The one place that reads the wall clock. Everywhere else time is an argument."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
OFFICE_HOURS = range(6, 22)
"""London hours within which the bot looks into the mailbox, and may send anything."""


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def london_date(moment: datetime) -> date:
    """The date in London at a moment. The guide's days are London's days."""
    return moment.astimezone(LONDON).date()


def london_midnight(day: date) -> datetime:
    """The moment a day begins in London."""
    return datetime.combine(day, time(), LONDON)


def office_time(since: datetime, until: datetime) -> timedelta:
    """How much of the time between two moments lies within the office's hours; 0 where there is none between them. On
    no day do the clocks change within them."""
    return max(_office_time_before(until) - _office_time_before(since), timedelta())


def _office_time_before(moment: datetime) -> timedelta:
    local = moment.astimezone(LONDON).replace(tzinfo=None)
    first, last = (timedelta(hours=hour) for hour in (OFFICE_HOURS.start, OFFICE_HOURS.stop))
    today = min(max(local - datetime.combine(local.date(), time()), first), last) - first
    return local.date().toordinal() * (last - first) + today


def pretended(text: str) -> datetime:
    """The moment meant by `--today`: a date (then at eight in London) or a date and time. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    if len(text) <= len("2026-03-02"):
        moment = datetime.combine(moment.date(), time(8))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=LONDON)
    return moment.astimezone(UTC)
