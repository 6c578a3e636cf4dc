"""When those who are to meet are free: up to three times a letter can propose (§7, §10, §11).

The guide gives the day by which a conversation is held. Within it these are working days and the council's hours, from
the working day after the letter, so that whoever convenes has time to ask. What calendars say comes in as values.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.programme.vocabulary import Milestone, Person
from bot.programme.working_days import WorkingDays

PROPOSED = 3
FURTHEST = 10
"""Working days after the letter within which times are looked for: a conversation that may wait longer is held soon."""
STEP = timedelta(minutes=30)
FEWEST = 2
"""Calendars that must be seen: when one person alone is free says nothing about a meeting."""

CALLED: Mapping[Milestone, str] = {
    Milestone.UOPP_DUE: "UoPP meeting",
    Milestone.REVIEW_UOPP_DUE: "Review UoPP meeting",
    Milestone.MODERATION_DUE: "Conversation about the moderation",
    Milestone.DECISION_DUE: "Conversation about the grade",
}
"""What is to be held by a date, as it stands in a calendar."""
CONVERSATION = "Conversation"


@dataclass(frozen=True, slots=True)
class Hours:
    """Part of a day, by the clock of the place. Raises ValueError where it does not end after it begins."""

    begins: time
    ends: time

    def __post_init__(self) -> None:
        if self.ends <= self.begins:
            raise ValueError(f"{self.begins:%H:%M}-{self.ends:%H:%M} does not end after it begins")


USUAL_HOURS = (Hours(time(9, 30), time(12, 30)), Hours(time(13, 30), time(16, 30)))


@dataclass(frozen=True, slots=True)
class OwnHours:
    """When somebody works, by the clock of the place. `days`: Monday is 0."""

    days: frozenset[int]
    hours: Hours


@dataclass(frozen=True, slots=True)
class Calendar:
    """What is known of one person's time: when they are not free (aware moments, the second no longer part of it).
    `own_hours` None where nothing is known of them."""

    person: Person
    busy: tuple[tuple[datetime, datetime], ...] = ()
    own_hours: OwnHours | None = None


@dataclass(frozen=True, slots=True)
class MeetingTime:
    """A time at which everybody whose calendar was seen is free; aware, by the clock of the place."""

    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class FreeTimes:
    """What a letter can say of it: the times, whose calendars they rest on, and whose could not be seen."""

    times: tuple[MeetingTime, ...] = ()
    seen: tuple[Person, ...] = ()
    not_seen: tuple[Person, ...] = ()


NOTHING_KNOWN = FreeTimes()


def days_to_meet(today: date, due: date, working: WorkingDays) -> list[date]:
    """The working days from the one after the letter to the guide's day, which may itself be a day off."""
    days = (working.after(today, n) for n in range(1, FURTHEST + 1))
    return [day for day in days if day <= due]


def free_times(
    calendars: Collection[Calendar], days: Sequence[date], parts: Sequence[Hours], minutes: int, zone: tzinfo
) -> tuple[MeetingTime, ...]:
    """Up to three times in order, each within one of `parts` of one of `days`, at which nobody is taken.

    The first of each part of a day; on different days as far as there are, and then never in the same part of the day
    twice running where there is a choice; never two in one part of one day.
    """
    if not calendars:
        return ()
    firsts: dict[date, dict[int, MeetingTime]] = {}
    for day in sorted({*days}):
        for n, part in enumerate(parts):
            time_ = next(_free(calendars, day, part, timedelta(minutes=minutes), zone), None)
            if time_:
                firsts.setdefault(day, {})[n] = time_
    chosen: list[MeetingTime] = []
    last = -1
    for found in firsts.values():
        last = next((n for n in found if n != last), next(iter(found)))
        chosen.append(found.pop(last))
    chosen = chosen[:PROPOSED]
    chosen += [left for found in firsts.values() for left in found.values()][: PROPOSED - len(chosen)]
    return tuple(sorted(chosen, key=lambda each: each.begins.astimezone(UTC)))


def _free(
    calendars: Collection[Calendar], day: date, part: Hours, length: timedelta, zone: tzinfo
) -> Iterator[MeetingTime]:
    begins, until = datetime.combine(day, part.begins), datetime.combine(day, part.ends)
    while begins + length <= until:
        ends = begins + length
        if all(_is_free(each, begins, ends, zone) for each in calendars):
            yield MeetingTime(begins.replace(tzinfo=zone), ends.replace(tzinfo=zone))
        begins += STEP


def _is_free(calendar: Calendar, begins: datetime, ends: datetime, zone: tzinfo) -> bool:
    """`begins` and `ends` by the clock of the place, without its zone."""
    if own := calendar.own_hours:
        within = own.hours.begins <= begins.time() and ends.time() <= own.hours.ends
        if begins.weekday() not in own.days or begins.date() != ends.date() or not within:
            return False
    # Moments of one zone are compared by its clock, which an hour of every autumn shows twice: so in UTC.
    here = [each.replace(tzinfo=zone).astimezone(UTC) for each in (begins, ends)]
    return all(taken_until <= here[0] or here[1] <= taken for taken, taken_until in _in_utc(calendar.busy))


def _in_utc(busy: Collection[tuple[datetime, datetime]]) -> Iterator[tuple[datetime, datetime]]:
    return ((begins.astimezone(UTC), ends.astimezone(UTC)) for begins, ends in busy)
