"""Dates as people of a British office write them, day first: "7/4/2026", "Tue 7 April", "yesterday".

A date is never guessed: whatever can be read in two ways, or not at all, is said to be so in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from bot.programme import date_words

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY_NAME = "mon|tues?|wed(?:nes)?|thu(?:rs)?|thur|fri|sat(?:ur)?|sun"
_BEFORE = rf"\(?(?<!\w)(?P<before>{_DAY_NAME})(?:day)?\.?[,:)]?\s+(?:[-–—]\s+)?\(?"
_AFTER = rf"\)?,?\s*\((?P<aside>{_DAY_NAME})(?:day)?\.?\)|(?<!\.)\)?,?\s+(?:a\s+)?(?P<after>{_DAY_NAME})day\b"
"""A weekday behind the date; an abbreviation only in brackets, for people also “sat in” on a meeting."""
_DATE = re.compile(
    rf"(?:{_BEFORE}|\b)(?:(?:the\s+)?"
    r"(?:(?P<iso>\d{4})(?P<iso_s>[-/.])(?P<iso_m>\d{1,2})(?P=iso_s)(?P<iso_d>\d{1,2})"
    r"|(?P<d>\d{1,2})\s*[/.\-]\s*(?P<m>\d{1,2})(?:\s*[/.\-]\s*(?P<y>\d{4}|\d{2}))?"
    rf"|(?P<nd>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?[\s\-]*(?P<nm>{_MONTH})(?:,?[\s\-]+(?P<ny>\d{{4}}|\d{{2}}))?"
    rf"|(?P<um>{_MONTH})\s+(?P<ud>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<uy>\d{{4}}))?"
    rf"|(?P<word>today|yesterday))(?![\w/])(?:{_AFTER})?)",
    re.IGNORECASE,
)
_BETWEEN = r"(?:st|nd|rd|th)?[\s./,:|'’‐‑–—−-]{1,3}(?:of\s|the\s)?"
_NAMED = _MONTH.replace("(", "(?:", 1)
_WHOLE = re.compile(
    r"(?<!\d)(?=((?:"
    + "|".join(
        _BETWEEN.join(rf"(?:{part})" for part in order)
        for order in (
            (r"\d{4}", rf"\d\d?|{_NAMED}", r"\d\d?"),
            (r"\d\d?", rf"\d\d?|{_NAMED}", r"\d{4}|\d\d"),
            (_NAMED, r"\d\d?", r"\d{4}|\d\d"),
            (_NAMED, r"\d{4}", r"\d\d?"),
        )
    )
    + r")(?:st|nd|rd|th)?)(?!\d))",
    re.IGNORECASE,
)
"""Three parts that may be a whole date, in any order and with anything between them. One may begin within another."""
_PART = re.compile(r"\d+|(?<![a-z])(?:" + "|".join(MONTHS) + ")", re.IGNORECASE)
_TIME = re.compile(
    r"\b(?:at\s+)?\d{1,2}(?:[:.]\d{2})?\s*(?:am|pm)\b|\b(?:at\s+)?\d{1,2}:\d{2}\b", re.IGNORECASE
)
_TOO_OLD = timedelta(183)
"""A date without a year is taken as the latest such day; further back than this it could be a slip."""


@dataclass(frozen=True, slots=True)
class Told:
    """`dates` in a piece of text, `doubts` as sentences, and the `rest` of the text without them."""

    dates: tuple[date, ...]
    doubts: tuple[str, ...]
    rest: str


def told_dates(text: str, received: date, *, ahead: bool = False) -> Told:
    """The dates in `text`, as of the day it was received. A digit left over beside them is a doubt. `ahead`: they
    are of something that is still to come, so in December “12 January” is next year's."""
    text = _TIME.sub(" ", text)
    dates: list[date] = []
    doubts: list[str] = []
    for found in _DATE.finditer(text):
        try:
            on = _date(found, received, ahead=ahead)
        except ValueError as fault:
            doubts.append(str(fault))
            continue
        if on not in dates:
            dates.append(on)
    rest = " ".join(_DATE.sub(" ", text).split())
    rest = rest if rest.strip("()") else ""
    if (dates or doubts) and any(c.isdigit() for c in rest):
        doubts.append(f"beside the date there is “{rest[:60]}”")
    return Told(tuple(dates), tuple(doubts), rest)


def dates_written(text: str) -> Iterator[tuple[int, int, date]]:
    """Where in a text a whole date stands, and which, in every way it can be read; with its year, in two figures or
    four."""
    text = text.replace("_", " ")  # in the name of a file
    for found in _WHOLE.finditer(text):
        yield from ((*found.span(1), on) for on in _every_way(_PART.findall(found[1])))
    for found in _DATE.finditer(text):
        year = found["iso"] or found["y"] or found["ny"] or found["uy"]
        if year is None:
            continue
        with suppress(ValueError):
            yield found.start(), found.end(), _date(found, date.max, check_weekday=False)
        if found["d"]:  # as Americans write it
            with suppress(ValueError):
                full = int(year) + (2000 if len(year) == 2 else 0)
                yield found.start(), found.end(), date(full, int(found["d"]), int(found["m"]))
    for run in re.finditer(r"(?<!\d)(\d{2})(\d{2})(\d{2})(\d{2})(?!\d)", text):
        day, month, century, year = (int(part) for part in run.groups())
        whole = ((century * 100 + year, month, day), (day * 100 + month, century, year))  # 14032008, 20080314
        for each in whole:
            with suppress(ValueError):
                if 1900 <= each[0] < 2100:
                    yield run.start(), run.end(), date(*each)


def _every_way(parts: Sequence[str]) -> Iterator[date]:
    """The dates that three parts can be, whichever is the day, the month and the year."""
    for n, name in enumerate(parts):
        if not name.isdigit():
            numbers = [int(part) for at, part in enumerate(parts) if at != n]
            ways = [(year, _month(name), day) for year, day in (numbers, numbers[::-1])]
            break
    else:
        a, b, c = (int(part) for part in parts)
        ways = [(c, b, a), (c, a, b), (a, b, c), (a, c, b)]
    for year, month, day in ways:
        with suppress(ValueError):
            yield date(year + (2000 if year < 100 else 0), month, day)


def _date(found: re.Match[str], received: date, *, check_weekday: bool = True, ahead: bool = False) -> date:
    """Raises ValueError with a sentence when it is no date, or not certainly one."""
    written = " ".join(found[0].split())
    named = [found[place] for place in ("before", "after", "aside") if found[place]] if check_weekday else []
    if word := found["word"]:
        on = received - timedelta(word.casefold() == "yesterday")
        return _on_its_weekday(on, named, written)
    if found["iso"]:
        day, month, year = int(found["iso_d"]), int(found["iso_m"]), found["iso"]
    elif found["d"]:
        day, month, year = int(found["d"]), int(found["m"]), found["y"]
    elif found["nd"]:
        day, month, year = int(found["nd"]), _month(found["nm"]), found["ny"]
    else:
        day, month, year = int(found["ud"]), _month(found["um"]), found["uy"]
    try:
        on = _with_year(day, month, year, received)
        if ahead and not year and received - on > _TOO_OLD:
            on = on.replace(year=on.year + 1)
    except ValueError:
        raise ValueError(f"“{written}” is not a day of the calendar (the day comes first)") from None
    if not year and received - on > _TOO_OLD:
        raise ValueError(f"“{written}” has no year")
    return _on_its_weekday(on, named, written)


def _on_its_weekday(on: date, named: Sequence[str], written: str) -> date:
    """The day, where it is the day of the week it is said to be; otherwise one of the two is a slip."""
    if any(_DAYS.index(name[:3].casefold()) != on.weekday() for name in named):
        raise ValueError(f"“{written}” is a {date_words.weekday(on)}")
    return on


def _with_year(day: int, month: int, year: str | None, received: date) -> date:
    if year:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    try:
        this_year = date(received.year, month, day)
    except ValueError:
        return date(received.year - 1, month, day)  # 29 February
    if this_year <= received or this_year - received < _TOO_OLD:
        return this_year  # this year's, also when it is still to come: that is for others to judge
    return date(received.year - 1, month, day)


def _month(name: str) -> int:
    return MONTHS.index(name[:3].casefold()) + 1
