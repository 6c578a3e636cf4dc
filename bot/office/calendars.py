"""When people are free, by their calendars: asked as the shared mailbox, so that Exchange answers what it would show
any colleague, and of that nothing is looked at but free or not, and the hours somebody works. Nothing of it is kept.

https://learn.microsoft.com/graph/api/calendar-getschedule
"""

from __future__ import annotations

import time as clocks
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from urllib.parse import quote

from bot.errors import AuditBotError, TenantUnavailable
from bot.office.graph import Graph
from bot.programme.free_times import Calendar, Hours, OwnHours
from bot.programme.vocabulary import Person

SLOT = 15
"""Minutes of one sign of a view; the page allows 5 to 1440."""
SECONDS = 10.0
"""So long a letter waits for calendars, and leaves without times."""
ALTOGETHER = 60.0
"""So long the letters of one run wait for calendars, all together: answers that come, but slowly, add up."""
MOST = 20
"""People asked about at once: far more than any conversation has."""

_FREE, _DOUBTFUL = "0", "4"
"""Free, or working elsewhere; tentative (1), busy (2) and out of office (3) are not free. Of 4 Microsoft's pages say
both, working elsewhere and not known, so what stands there is looked at.
https://learn.microsoft.com/graph/api/resources/scheduleinformation
https://learn.microsoft.com/exchange/client-developer/web-service-reference/mergedfreebusy"""
_ELSEWHERE, _NOT_TAKEN = "workingelsewhere", ("free", "workingelsewhere")
_BRITISH = ("gmt standard time", "europe/london")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Seen:
    """`not_seen`: whose calendar Exchange does not show, or not so that it can be understood, and why in its words."""

    calendars: tuple[Calendar, ...]
    not_seen: tuple[tuple[Person, str], ...] = ()


class WaitedEnough(TenantUnavailable):
    """The letters of this run have waited for calendars as long as they may, and the others go without."""

    def __init__(self) -> None:
        super().__init__(
            f"the letters of one run wait {ALTOGETHER:.0f} seconds for calendars altogether, and these were over."
        )


class Calendars:
    """The calendars of one run. Once Microsoft 365 has refused, or been too slow with one answer or with all of them
    together, nothing more is asked by it: whatever waits for an answer would wait again."""

    def __init__(self, graph: Graph, mailbox: str) -> None:
        self._graph, self._path = graph, f"/users/{quote(mailbox)}/calendar/getSchedule"
        self._silent: AuditBotError | None = None
        self._left = ALTOGETHER

    def of(self, people: Sequence[Person], begins: datetime, ends: datetime) -> Seen:
        """What the calendars of these people say from one moment to another (aware). One request. Raises AuditBotError,
        and the same without asking once it has raised; WaitedEnough once the run has waited long enough."""
        if self._silent is None and self._left <= 0:
            self._silent = WaitedEnough()
        if self._silent:
            raise self._silent
        # Slots are counted in UTC: by London's clock the day of a change has an hour more or less than it has.
        begins, ends = begins.astimezone(UTC), ends.astimezone(UTC)
        asked = {person.email.casefold(): person for person in people[:MOST]}
        body = {
            "schedules": [*asked],
            "startTime": _moment(begins),
            "endTime": _moment(ends),
            "availabilityViewInterval": SLOT,
        }
        began, rested = clocks.monotonic(), self._graph.patience.waited

        def waited() -> float:  # for the answer, and not until it could be asked for
            return max(0.0, clocks.monotonic() - began - (self._graph.patience.waited - rested))

        try:
            answer = self._graph.post_once(self._path, body, min(SECONDS, self._left))
            said = {_whose(each): each for each in answer["value"]}
        except AuditBotError as fault:
            self._silent = fault if waited() < self._left else WaitedEnough()
            raise self._silent from fault
        except (LookupError, TypeError) as fault:
            self._silent = TenantUnavailable(
                "Microsoft 365 answered with something that is no list of calendars."
            )
            raise self._silent from fault
        finally:
            self._left -= waited()
        slots = -(-(ends - begins) // timedelta(minutes=SLOT))
        calendars, not_seen = [], [(person, "not asked about") for person in people[MOST:]]
        for address, person in asked.items():
            try:
                calendars.append(_calendar(person, said[address], begins, slots))
            except (LookupError, TypeError, ValueError, AttributeError) as fault:
                not_seen.append((person, str(fault.args[0]) if isinstance(fault, _Closed) else "no answer"))
        return Seen(tuple(calendars), tuple(not_seen))


def _whose(each: Any) -> str:
    """The address an entry is about; "", which is nobody's, where it says none."""
    return str(each.get("scheduleId") or "").casefold() if isinstance(each, Mapping) else ""


class _Closed(ValueError):
    """Exchange shows nothing of this calendar; why in its own code."""


def _moment(at: datetime) -> dict[str, str]:
    return {"dateTime": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"}


def _calendar(person: Person, said: Mapping[str, Any], begins: datetime, slots: int) -> Calendar:
    """Raises ValueError, LookupError or TypeError where it does not say for the whole time whether they are free."""
    if error := said.get("error"):
        raise _Closed(str(error.get("responseCode") or "refused")[:80])
    view = said["availabilityView"]
    if len(view) < slots:
        raise _Closed("a part of the time alone" if view else "nothing")
    if _DOUBTFUL in view:
        view = _decided(view, begins, said.get("scheduleItems") or ())
    return Calendar(person, tuple(_busy(view[:slots], begins)), _own_hours(said.get("workingHours")))


def _decided(view: str, begins: datetime, items: Sequence[Mapping[str, Any]]) -> str:
    """The view with each slot in doubt made free or not: free only where nothing but working elsewhere stands. Raises
    ValueError, LookupError or TypeError."""
    spells = [(str(item["status"]).casefold(), _utc(item["start"]), _utc(item["end"])) for item in items]

    def sign(n: int) -> str:
        at = begins + timedelta(minutes=SLOT * n)
        there = {s for s, start, end in spells if start < at + timedelta(minutes=SLOT) and end > at}
        return _FREE if _ELSEWHERE in there and there <= {*_NOT_TAKEN} else "2"

    return "".join(sign(n) if each == _DOUBTFUL else each for n, each in enumerate(view))


def _utc(said: Mapping[str, Any]) -> datetime:
    """A moment of an answer, which is in UTC unless another zone was asked for. Raises ValueError, LookupError."""
    if said["timeZone"] != "UTC":
        raise ValueError("another zone than UTC")
    return datetime.fromisoformat(said["dateTime"][:19]).replace(tzinfo=UTC)


def _busy(view: str, begins: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The spells somebody is not free, neighbouring slots as one."""
    since = None
    for n, sign in enumerate((*view, _FREE)):
        if sign == _FREE:
            if since is not None:
                yield begins + timedelta(minutes=SLOT * since), begins + timedelta(minutes=SLOT * n)
            since = None
        elif since is None:
            since = n


def _own_hours(said: Any) -> OwnHours | None:
    """The hours somebody works, where they are believed: by Britain's clock, on a day at least. A mailbox that nobody
    has set up says Pacific time, and would never be free.

    https://learn.microsoft.com/graph/api/resources/workinghours
    """
    try:
        days = frozenset(_DAYS.index(str(day).casefold()) for day in said["daysOfWeek"])
        hours = Hours(time.fromisoformat(said["startTime"][:8]), time.fromisoformat(said["endTime"][:8]))
        return OwnHours(days, hours) if days and _is_british(said["timeZone"]) else None
    except (LookupError, TypeError, ValueError, AttributeError):
        return None


def _is_british(zone: Mapping[str, Any]) -> bool:
    """By its name; or, of one that names itself nothing, by its offset (minutes to be added for UTC) and its summer.

    https://learn.microsoft.com/graph/api/resources/customtimezone
    """
    if str(zone.get("name")).casefold() in _BRITISH:
        return True
    summer = zone.get("daylightOffset") or {}
    return zone.get("bias") == 0 and (summer.get("daylightBias"), summer.get("month")) == (-60, 3)
