"""A day as a calendar file that any calendar takes in by a double click: METHOD:PUBLISH, so nobody is invited or asked.

https://www.rfc-editor.org/rfc/rfc5545
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

LONGEST_LINE = 75
"""Bytes of a line; a longer one goes on below, behind a space."""


def day_to_keep(uid: str, on: date, what: str, why: str, made: datetime) -> bytes:
    """A whole day, which does not make its owner busy, with a reminder on the working morning before.

    `uid` is always the same for the same matter, so that a later file takes the place of an earlier one.
    """
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Audit bot//Calendar//EN", "METHOD:PUBLISH", "BEGIN:VEVENT",
        f"UID:{_text(uid)}", f"DTSTAMP:{made.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{on:%Y%m%d}", f"DTEND;VALUE=DATE:{on + timedelta(1):%Y%m%d}",
        f"SUMMARY:{_text(what)}", f"DESCRIPTION:{_text(why)}", "TRANSP:TRANSPARENT", "BEGIN:VALARM",
        "ACTION:DISPLAY", f"DESCRIPTION:{_text(what)}", "TRIGGER:-PT15H", "END:VALARM", "END:VEVENT", "END:VCALENDAR",
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
