"""A day, or a time, as a calendar file that any calendar takes in by a double click: METHOD:PUBLISH, and no organiser,
so that nobody is invited or asked, and it is its reader's own appointment, to which they can invite others.

One event a file: Outlook opens that as an appointment to look at and keep, and several as another calendar.
https://www.rfc-editor.org/rfc/rfc5545
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

LONGEST_LINE = 75
"""Bytes of a line; a longer one goes on below, behind a space."""


def day_to_keep(uid: str, on: date, what: str, why: str, made: datetime) -> bytes:
    """A whole day, which does not make its owner busy, with a reminder on the working morning before.

    `uid` is always the same for the same matter, so that a later file takes the place of an earlier one.
    """
    return _calendar(
        [], uid, made, what, why,
        [f"DTSTART;VALUE=DATE:{on:%Y%m%d}", f"DTEND;VALUE=DATE:{on + timedelta(1):%Y%m%d}"],
        [
            "TRANSP:TRANSPARENT", "BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_text(what)}", "TRIGGER:-PT15H",
            "END:VALARM",
        ],
    )  # fmt: skip


_ZONE = "Europe/London"
_LONDON = (
    "BEGIN:VTIMEZONE", f"TZID:{_ZONE}",
    "BEGIN:DAYLIGHT", "TZNAME:BST", "TZOFFSETFROM:+0000", "TZOFFSETTO:+0100", "DTSTART:19960331T010000",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "END:DAYLIGHT",
    "BEGIN:STANDARD", "TZNAME:GMT", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0000", "DTSTART:19961027T020000",
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "END:STANDARD",
    "END:VTIMEZONE",
)  # fmt: skip
"""Summer time as it has been since 1996: an appointment in UTC would be shown right, and passed on as one in UTC."""


def time_to_keep(uid: str, begins: datetime, ends: datetime, what: str, why: str, made: datetime) -> bytes:
    """A time (aware) at which its owner is busy once they have kept it. `uid` as above, for this time alone: the file
    of another time takes the place of none."""
    first, last = (each.astimezone(ZoneInfo(_ZONE)) for each in (begins, ends))
    when = [f"{word};TZID={_ZONE}:{at:%Y%m%dT%H%M%S}" for word, at in (("DTSTART", first), ("DTEND", last))]
    return _calendar(_LONDON, uid, made, what, why, when, ["TRANSP:OPAQUE"])


def _calendar(
    zone: Sequence[str],
    uid: str,
    made: datetime,
    what: str,
    why: str,
    when: Sequence[str],
    more: Sequence[str],
) -> bytes:
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Audit bot//Calendar//EN", "METHOD:PUBLISH", *zone, "BEGIN:VEVENT",
        f"UID:{_text(uid)}", f"DTSTAMP:{made.astimezone(UTC):%Y%m%dT%H%M%SZ}", *when,
        f"SUMMARY:{_text(what)}", f"DESCRIPTION:{_text(why)}", *more, "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _text(value: str) -> str:
    value = " ".join(value.split())
    return value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> str:
    """Cut between characters, never inside one."""
    pieces, size = [""], 0
    for letter in line:
        width = len(letter.encode())
        if size + width > LONGEST_LINE:
            pieces.append(" ")
            size = 1
        pieces[-1] += letter
        size += width
    return "\r\n".join(pieces)
