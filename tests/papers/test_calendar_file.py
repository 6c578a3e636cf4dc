"""The calendar file that goes with the letters about a UoPP meeting."""

from __future__ import annotations

from datetime import UTC, date, datetime

from bot.papers.letters.calendar_file import LONGEST_LINE, day_to_keep


def lines(what: str = "UoPP meeting, audit FSP-2026-03-014: hold it by today") -> list[str]:
    made = datetime(2026, 3, 31, 8, tzinfo=UTC)
    data = day_to_keep(
        "k@audit", date(2026, 4, 7), what, "3 working days after moderation; Good Friday skipped", made
    )
    assert all(len(line) <= LONGEST_LINE for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")
    return data.decode().replace("\r\n ", "").split("\r\n")


def test_a_calendar_takes_the_day_in_without_inviting_anybody() -> None:
    found = lines()
    assert found[:4] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Audit bot//Calendar//EN",
        "METHOD:PUBLISH",
    ]
    assert "DTSTART;VALUE=DATE:20260407" in found
    assert "DTEND;VALUE=DATE:20260408" in found
    assert "TRANSP:TRANSPARENT" in found
    assert not [line for line in found if line.startswith(("ATTENDEE", "ORGANIZER"))]


def test_commas_semicolons_and_long_names_survive() -> None:
    found = lines("Łucja; Đorđe, and a very long name " * 5)
    (summary,) = [line for line in found if line.startswith("SUMMARY:")]
    assert summary.count("\\;") == 5
    assert summary.count("\\,") == 5
    assert summary.count("Đorđe") == 5
