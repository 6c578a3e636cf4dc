"""The calendar files of proposed times, read by a strict reader of another hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest

from bot.papers.letters.calendar_file import LONGEST_LINE, time_to_keep

LONDON = ZoneInfo("Europe/London")
WHAT = "UoPP meeting, audit FSP-2026-03-014"
MADE = datetime(2026, 3, 31, 8, tzinfo=UTC)


def file(begins: datetime, why: str = "Nothing is booked.", what: str = WHAT) -> bytes:
    return time_to_keep("k3yofth3letter", begins, begins + timedelta(hours=1), what, why, MADE)


def read(data: bytes) -> icalendar.Calendar:
    found = icalendar.Calendar.from_ical(data)
    assert isinstance(found, icalendar.Calendar)
    assert not found.errors
    assert not [error for part in found.walk() for error in part.errors]
    return found


@pytest.mark.parametrize(
    ("begins", "offset"),
    [
        (datetime(2026, 3, 27, 10, tzinfo=LONDON), 0),
        (datetime(2026, 3, 30, 10, tzinfo=LONDON), 1),  # the day after the clocks go forward
        (datetime(2026, 10, 23, 16, tzinfo=LONDON), 1),
        (datetime(2026, 10, 26, 9, 30, tzinfo=LONDON), 0),  # and back
        (datetime(2026, 7, 1, 9, tzinfo=UTC), 1),  # given by another clock
    ],
)
def test_a_time_is_the_same_moment_for_whoever_reads_it(begins: datetime, offset: int) -> None:
    (event,) = read(file(begins)).events
    assert event.start.astimezone(UTC) == begins.astimezone(UTC)
    assert event.end - event.start == timedelta(hours=1)
    assert event.start.utcoffset() == timedelta(hours=offset)


def test_the_zone_in_the_file_is_londons_in_every_month_of_twenty_years() -> None:
    """By the file's own rules, not by what the reader knows of a zone of that name."""
    data = file(datetime(2026, 4, 7, 10, tzinfo=LONDON)).replace(b"Europe/London", b"Somewhere/Else")
    (zone,) = read(data).timezones
    by_its_rules = zone.to_tz(lookup_tzid=False)
    for month in range(12 * 20):
        for day, hour in (1, 0), (15, 12), (25, 23), (28, 2), (27, 5):
            at = datetime(2020 + month // 12, month % 12 + 1, day, hour, 30, tzinfo=LONDON)
            assert at.replace(tzinfo=by_its_rules).utcoffset() == at.utcoffset(), at


def test_it_is_one_appointment_of_its_readers_own_with_nobody_invited() -> None:
    calendar = read(file(datetime(2026, 4, 7, 10, tzinfo=LONDON)))
    assert calendar["METHOD"] == "PUBLISH"
    assert calendar["VERSION"] == "2.0"
    assert [part.name for part in calendar.subcomponents] == ["VTIMEZONE", "VEVENT"]
    (event,) = calendar.events
    assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "TRANSP"} == {*event.keys()}
    assert event["SUMMARY"] == WHAT
    assert event["UID"] == "k3yofth3letter"
    assert event["DTSTAMP"].dt == MADE


def test_whatever_names_hold_is_read_back_and_no_line_is_too_long() -> None:
    why = "Łucja; Đorđe, and O’Brien\\Smith " * 9
    data = file(datetime(2026, 4, 7, 10, tzinfo=LONDON), why)
    (event,) = read(data).events
    assert event["DESCRIPTION"] == " ".join(why.split())
    lines = data.split(b"\r\n")
    assert lines.pop() == b""
    assert all(len(line) <= LONGEST_LINE for line in lines)
    assert not [line for line in lines if b"\n" in line or b"\r" in line]


def test_no_name_ends_a_line_or_adds_one() -> None:
    (event,) = read(
        file(datetime(2026, 4, 7, 10, tzinfo=LONDON), "x\r\nATTENDEE:mailto:a@example", "y\nEND:VEVENT")
    ).events
    assert "ATTENDEE" not in event
    assert event["SUMMARY"] == "y END:VEVENT"
