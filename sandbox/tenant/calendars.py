"""What stands in people's calendars, as far as anybody who asks for free and busy times may learn of it.

https://learn.microsoft.com/graph/api/resources/scheduleitem, workinghours, customtimezone
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.tenant.clock import moment_from
from sandbox.tenant.zones import NEW_SITE, zone_named

JsonObject = dict[str, Any]
STATUSES = {"free": 0, "workingElsewhere": 0, "tentative": 1, "busy": 2, "oof": 3, "unknown": 4}
"""Each status with its digit in a merged view. Graph's page has 0 to 3 and says that working elsewhere is 0; that 4 is
what is not known, Exchange says (learn.microsoft.com/exchange/client-developer/web-service-reference/mergedfreebusy).
https://learn.microsoft.com/graph/api/resources/scheduleinformation"""

ACCESS = ("none", "free and busy", "titles and places")
"""What a calendar shows to everybody: `None`, `AvailabilityOnly` (as it comes) and `LimitedDetails` of Exchange.
https://learn.microsoft.com/powershell/module/exchangepowershell/set-mailboxfolderpermission"""

SENSITIVITIES = ("normal", "personal", "private", "confidential")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Event:
    """What takes somebody's time. Of a whole day, `start` and `end` are midnights without a zone: it is that day
    wherever somebody looks from; otherwise they are moments in UTC."""

    start: datetime
    end: datetime
    status: str = "busy"
    subject: str = ""
    location: str = ""
    sensitivity: str = "normal"
    all_day: bool = False

    def seen_from(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Its beginning and end for somebody whose clock is in `zone`."""
        if self.all_day:
            return self.start.replace(tzinfo=zone), self.end.replace(tzinfo=zone)
        return self.start, self.end


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """The days and hours somebody works. `custom`: the zone is told by its rules and a name that says nothing, as in
    the second example of https://learn.microsoft.com/graph/api/calendar-getschedule"""

    days: tuple[str, ...] = DAYS[:5]
    start: str = "08:00"
    end: str = "17:00"
    zone: str = NEW_SITE
    custom: bool = False

    def as_json(self, year: int) -> JsonObject:
        return {
            "daysOfWeek": list(self.days), "startTime": f"{self.start}:00.0000000", "endTime": f"{self.end}:00.0000000",
            "timeZone": _rules_of(zone_named(self.zone), year) if self.custom else {"name": self.zone},
        }  # fmt: skip


@dataclass(slots=True)
class Calendar:
    """The default calendar of a mailbox. `error`, a code and a message: it cannot be looked up now."""

    events: list[Event] = field(default_factory=list)
    access: str = "free and busy"
    hours: WorkingHours = field(default_factory=WorkingHours)
    error: tuple[str, str] | None = None

    def change(self, given: Mapping[str, Any]) -> None:
        """What a seed or a test says of it; what it leaves out stays. Raises ValueError or KeyError with a sentence."""
        if unknown := given.keys() - {"email", "events", "access", "working_hours", "error"}:
            raise ValueError(f"A calendar has no {', '.join(sorted(unknown))}.")
        events = [_event(each) for each in given["events"]] if "events" in given else self.events
        access = _one_of(ACCESS, given.get("access", self.access))
        hours = _hours(given["working_hours"]) if "working_hours" in given else self.hours
        error = self.error
        if "error" in given:
            told = given["error"]
            error = (str(told["responseCode"]), str(told["message"])) if told else None
        self.events, self.access, self.hours, self.error = events, access, hours, error


def _one_of(words: tuple[str, ...], given: Any) -> str:
    if given not in words:
        raise ValueError(f"“{given}” is none of: {', '.join(words)}.")
    return str(given)


def _event(given: Mapping[str, Any]) -> Event:
    if unknown := given.keys() - {"start", "end", "status", "subject", "location", "sensitivity", "all_day"}:
        raise ValueError(f"An event has no {', '.join(sorted(unknown))}.")
    whole = bool(given.get("all_day"))
    read = datetime.fromisoformat if whole else moment_from
    start, end = read(given["start"]), read(given["end"])
    if end <= start or (whole and (start.tzinfo or end.tzinfo or start.time() != end.time() or start.hour)):
        raise ValueError(
            "An event ends after it begins; one of whole days from midnight to midnight, without a zone."
        )
    status = _one_of(tuple(STATUSES), given.get("status", "busy"))
    sensitivity = _one_of(SENSITIVITIES, given.get("sensitivity", "normal"))
    return Event(
        start, end, status, str(given.get("subject", "")), str(given.get("location", "")), sensitivity, whole
    )


def _hours(given: Mapping[str, Any]) -> WorkingHours:
    if unknown := given.keys() - {"days", "start", "end", "zone", "custom"}:
        raise ValueError(f"Working hours have no {', '.join(sorted(unknown))}.")
    found = WorkingHours(
        **{**given, "days": tuple(_one_of(DAYS, day) for day in given.get("days", DAYS[:5]))}
    )
    zone_named(found.zone)
    for hour in (found.start, found.end):
        time.fromisoformat(f"{hour}:00")
    return found


def _rules_of(zone: ZoneInfo, year: int) -> JsonObject:
    """A zone by its rules: minutes to add to local time for UTC, and when its clocks go back and forward in a year.

    https://learn.microsoft.com/graph/api/resources/customtimezone
    """
    hour = timedelta(hours=1)
    moment, changes = datetime(year, 1, 1, tzinfo=UTC), {}
    while moment.year == year:
        before, after = ((moment + n * hour).astimezone(zone).utcoffset() or timedelta() for n in (0, 1))
        if before != after:
            local = (moment + hour).replace(
                tzinfo=None
            ) + before  # what the clocks show when they are changed
            last = local.day + 7 > calendar.monthrange(year, local.month)[1]
            changes["standardOffset" if after < before else "daylightOffset"] = {
                "time": f"{local:%H:%M:%S}.0000000", "dayOccurrence": 5 if last else (local.day - 1) // 7 + 1,
                "dayOfWeek": DAYS[local.weekday()], "month": local.month, "year": 0,
            }  # fmt: skip
        moment += hour
    winter = min(datetime(year, month, 1, tzinfo=zone).utcoffset() or timedelta() for month in (1, 7))
    rules: JsonObject = {
        "@odata.type": "#microsoft.graph.customTimeZone", "bias": -int(winter.total_seconds()) // 60,
        "name": "Customized Time Zone", **changes,
    }  # fmt: skip
    if "daylightOffset" in rules:
        rules["daylightOffset"] = {"daylightBias": -60, **rules["daylightOffset"]}
    return rules
