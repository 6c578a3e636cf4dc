"""Dates as people write them in a form, day first."""

from __future__ import annotations

import re
from datetime import date

_DIGIT = re.compile(r"\d")
_ISO_BEGINS = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T[\d:.Z+-]*)?$")
_NUMBERS = re.compile(r"(\d{1,2})\s?[/.-]\s?(\d{1,2})\s?[/.-]\s?(\d{4}|\d{2})")
_MONTH_IN_WORDS = re.compile(r"(?:[A-Za-z]+\s+)?(\d{1,2})\s+([A-Za-z]{3,9})\.?\s+(\d{4})")
_MONTHS = {
    name: n
    for n, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b", re.IGNORECASE)
_BETWEEN = (",", ";", " on ", " to ", " until ", " – ", " - ", "\n", " ")
"""What may stand between two answers to one question, surest first."""


def day_of(text: str) -> str:
    """A date written by a person, as ISO text; "" when it is none or cannot be read for certain."""
    if not 6 <= len(text) <= 30 or not _DIGIT.search(text):
        return ""
    text = _ORDINAL.sub("", text).replace(",", " ").strip()
    found = _NUMBERS.fullmatch(text)
    if found:
        day, month, year = int(found[1]), int(found[2]), int(found[3])
        return _day(year + 2000 if year < 100 else year, month, day)
    found = _ISO_BEGINS.match(text)
    if found:
        return _day(int(found[1]), int(found[2]), int(found[3]))
    found = _MONTH_IN_WORDS.fullmatch(text)
    if found and (month := _MONTHS.get(found[2][:3].casefold(), 0)):
        return _day(int(found[3]), month, int(found[1]))
    return ""


def _day(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def before_and_day(text: str) -> tuple[str, str]:
    """One answer to two questions, of which the second asks for a day: “Pru Practitioner, 12 March 2026”.

    A day alone answers the second. What has no day at its end is all the first's.
    """
    if day_of(text):
        return "", text
    for between in _BETWEEN:
        for at in reversed(
            range(len(text))
        ):  # the shortest day: “Practitioner 11 March 2026” would do as well
            if text.startswith(between, at) and day_of(text[at + len(between) :].strip()):
                return text[:at].strip(" ,;–-"), text[at + len(between) :].strip()
    return text, ""
