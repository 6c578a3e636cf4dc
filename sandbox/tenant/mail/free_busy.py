"""When people are free and when they are not, as `getSchedule` tells it.

An app asks as one mailbox, that of the path (there is no `/me` without a user), and each calendar shows it what it
shows to everybody. The page of RBAC for Applications has roles for `Calendars.Read` and `Calendars.ReadWrite`, and none
for `Calendars.ReadBasic`: an app scoped to some mailboxes needs one of the two. Whether its scope holds for the
calendars asked for, and not for the mailbox it asks as alone, no page says; the behaviour “calendars within the scope
alone” has both.

https://learn.microsoft.com/graph/api/calendar-getschedule, https://learn.microsoft.com/graph/outlook-get-free-busy-schedule
https://learn.microsoft.com/exchange/permissions-exo/application-rbac
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.tenant.calendars import STATUSES, Calendar
from sandbox.tenant.graph_error import GraphError
from sandbox.tenant.graph_http import Answer, Call, JsonObject, insensitive
from sandbox.tenant.mail.outlook import mailbox_of, routes
from sandbox.tenant.state import Mailbox, Tenant
from sandbox.tenant.zones import zone_named

_SCOPABLE = ("Calendars.Read", "Calendars.ReadWrite")
_LONGEST = timedelta(days=62)
_INTERVAL = (
    "The specified merged free/busy interval is not valid. Specify an interval that is less than the free/busy time "
    "window and between 5 and 1440 minutes."
)
_NO_ADDRESS = (
    "5009",
    "ErrorMailRecipientNotFound",
    "Unable to resolve e-mail address {} to an Active Directory object.",
)
_CLOSED = ("5037", "ErrorNoFreeBusyAccess", "The caller does not have access to free/busy data.")
"""Number, word, message. The first as Graph was seen to answer: microsoftgraph/microsoft-graph-docs/issues/11225; the
second as Exchange does: Microsoft's article 2667844; no page has Graph's answer for a closed calendar. The words:
https://learn.microsoft.com/exchange/client-developer/web-service-reference/responsecode"""


@routes.on(
    "POST", "/users/{u}/calendar/getSchedule", "Calendars.ReadBasic", "Calendars.ReadBasic.All", *_SCOPABLE
)
def schedule(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/calendar-getschedule"""
    asking = mailbox_of(tenant, call)
    if call.app.mailboxes is not None and not set(_SCOPABLE) & set(call.app.roles):
        raise GraphError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
    given = insensitive(call.json())
    for name in given.keys() - {"schedules", "starttime", "endtime", "availabilityviewinterval"}:
        raise GraphError(400, "BadRequest", f"The parameter '{name}' in the request payload is not a valid parameter "
                         "for the operation 'getSchedule'.")  # fmt: skip
    addresses = given.get("schedules")
    if not isinstance(addresses, list) or not addresses or not all(isinstance(a, str) for a in addresses):
        raise GraphError(400, "ErrorInvalidParameter", "schedules: a collection of SMTP addresses is needed.")
    most = tenant.behaviours.limit("schedules at once")
    if len(addresses) > most:
        raise GraphError(400, "ErrorMailboxDataArrayTooBig", "There are too many target users in the EmailAddress "
                         f"array. The allowed size = {most:.0f}; the actual size = {len(addresses)}.")  # fmt: skip
    (start, zone), (end, _) = _moment(given, "startTime"), _moment(given, "endTime")
    minutes = _minutes(given, end - start)
    asked_in = call.preference("outlook.timezone")
    told_in, told_zone = asked_in or "UTC", _zone(asked_in) if asked_in else ZoneInfo("UTC")
    if asked_in:
        call.honour(f'outlook.timezone="{asked_in}"')
    window = _Window(start, end, zone, minutes, told_in, told_zone)
    return Answer(body={
        "@odata.context": f"{call.root}/$metadata#Collection(microsoft.graph.scheduleInformation)",
        "value": [_information(tenant, call, asking, address, window) for address in addresses],
    })  # fmt: skip


class _Window:
    """The time asked for, in slots of some minutes, and the zone in which it is told."""

    def __init__(
        self, start: datetime, end: datetime, zone: ZoneInfo, minutes: int, told_in: str, told_zone: ZoneInfo
    ) -> None:
        self.start, self.end, self.zone, self.slot = start, end, zone, timedelta(minutes=minutes)
        self.told_in, self.told_zone = told_in, told_zone

    def told(self, moment: datetime) -> JsonObject:
        local = moment.astimezone(self.told_zone)
        return {"dateTime": f"{local:%Y-%m-%dT%H:%M:%S}.0000000", "timeZone": self.told_in}

    def view(self, calendar: Calendar) -> str:
        """One digit a slot: the highest of what takes any of it."""
        taken = [(*event.seen_from(self.zone), STATUSES[event.status]) for event in calendar.events]
        view, at = "", self.start
        while at < self.end:
            after = min(at + self.slot, self.end)
            view += str(max((digit for start, end, digit in taken if start < after and end > at), default=0))
            at += self.slot
        return view

    def items(self, calendar: Calendar, *, all_details: bool) -> list[JsonObject]:
        """What lies in the time or reaches into it, whole; what it is about only where the calendar says so."""
        found = []
        for event in sorted(calendar.events, key=lambda each: each.seen_from(self.zone)):
            start, end = event.seen_from(self.zone)
            if start >= self.end or end <= self.start:
                continue
            item: JsonObject = {"status": event.status, "start": self.told(start), "end": self.told(end)}
            open_to_all = calendar.access == "titles and places" and event.sensitivity in (
                "normal",
                "personal",
            )
            if all_details or open_to_all:
                private = event.sensitivity == "private"
                item |= {"isPrivate": private, "subject": event.subject, "location": event.location}
            found.append(item)
        return found


def _information(tenant: Tenant, call: Call, asking: Mailbox, address: str, window: _Window) -> JsonObject:
    """What one calendar shows, or the error in its place: the others are told all the same."""
    box = tenant.mailboxes.get(address.casefold())
    if box is None:
        return _failed(tenant, address, _NO_ADDRESS)
    calendar, own, scope = box.calendar, box is asking, call.app.mailboxes
    outside = (
        scope is not None
        and box.user.email not in scope
        and tenant.behaviours.on("calendars within the scope alone")
    )
    if calendar.error:
        code, message = calendar.error
        return {"scheduleId": address, "error": {"message": message, "responseCode": code}}
    if outside or (calendar.access == "none" and not own):
        return _failed(tenant, address, _CLOSED)
    return {
        "scheduleId": address, "availabilityView": window.view(calendar),
        "scheduleItems": window.items(calendar, all_details=own),
        "workingHours": calendar.hours.as_json(window.start.year),
    }  # fmt: skip


def _failed(tenant: Tenant, address: str, why: tuple[str, str, str]) -> JsonObject:
    number, word, message = why
    code = word if tenant.behaviours.on("free and busy errors in words") else number
    return {"scheduleId": address, "error": {"message": message.format(address), "responseCode": code}}


def _minutes(given: JsonObject, window: timedelta) -> int:
    """The length of a slot, if it and the time asked for are such as may be asked for.

    The messages: github.com/microsoftgraph/microsoft-graph-docs/issues/6450, /pull/19703 and
    msgraph-sdk-dotnet/issues/2349. That a null is 500: microsoft-graph-docs/issues/4494.
    """
    if window <= timedelta():
        raise GraphError(400, "ErrorInvalidTimeInterval", "The time duration specified for "
                         "FreeBusyViewOptions.TimeWindow is invalid.")  # fmt: skip
    if window > _LONGEST:
        days = -(-window // timedelta(days=1))
        raise GraphError(400, "ErrorTimeIntervalTooBig", "The requested time duration specified for "
                         "FreeBusyViewOptions.TimeWindow is too long. The allowed limit = 62 days; the actual limit = "
                         f"{days} days.")  # fmt: skip
    length = given.get("availabilityviewinterval", 30)
    if length is None:
        raise GraphError(
            500, "ErrorInternalServerError", "An internal server error occurred. The operation failed."
        )
    if isinstance(length, bool) or not str(length).isdigit():  # Microsoft's own example has it as text
        raise GraphError(400, "RequestBodyRead", "Cannot convert the value of 'availabilityViewInterval' to the "
                         "expected type 'Edm.Int32'.")  # fmt: skip
    if not 5 <= int(length) <= 1440 or timedelta(minutes=int(length)) > window:
        raise GraphError(400, "ErrorInvalidMergedFreeBusyInterval", _INTERVAL)
    return int(length)


def _moment(given: JsonObject, name: str) -> tuple[datetime, ZoneInfo]:
    """A `dateTimeTimeZone` as a moment in UTC, and its zone. https://learn.microsoft.com/graph/api/resources/datetimetimezone"""
    value: Any = given.get(name.lower())
    try:
        read, zone = datetime.fromisoformat(value["dateTime"]), _zone(value.get("timeZone"))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise GraphError(400, "ErrorInvalidParameter", f"{name} is no dateTimeTimeZone.") from None
    return (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(UTC), zone


def _zone(name: Any) -> ZoneInfo:
    try:
        return zone_named(str(name or ""))
    except ValueError:
        raise GraphError(400, "TimeZoneNotSupportedException", "A valid TimeZone value must be specified. The "
                         f"following TimeZone value is not supported: '{name or ''}'.") from None  # fmt: skip
