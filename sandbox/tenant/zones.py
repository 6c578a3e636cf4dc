"""The time zone of a site: by the names Windows and SharePoint use, or by IANA's.

https://learn.microsoft.com/graph/api/resources/mailboxsettings (the Windows names)
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

NEW_SITE = "Pacific Standard Time"
"""What a new site has unless an administrator set another default."""

_WINDOWS = {
    "utc": "UTC",
    "gmt standard time": "Europe/London",
    "pacific standard time": "America/Los_Angeles",
    "w. europe standard time": "Europe/Berlin",
    "romance standard time": "Europe/Paris",
    "central europe standard time": "Europe/Budapest",
    "gtb standard time": "Europe/Bucharest",
    "eastern standard time": "America/New_York",
    "dateline standard time": "Etc/GMT+12",
    "aus eastern standard time": "Australia/Sydney",
}


def zone_named(name: str) -> ZoneInfo:
    """The zone a site's setting names. Raises ValueError with a sentence for one there is not."""
    try:
        return ZoneInfo(_WINDOWS.get(name.casefold(), name))
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"“{name}” is no time zone; try “GMT Standard Time” or “Europe/London”.") from None


def midnight(day: date, zone: ZoneInfo) -> str:
    """The value of a date-only column for a day a person picked: midnight in the site's zone, told in UTC."""
    return utc(datetime.combine(day, time(), zone))


def day_of(value: str, zone: ZoneInfo) -> date:
    """The day people of the site see for a stored value."""
    return datetime.fromisoformat(value).astimezone(zone).date()


def utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
