"""How the rules say when: "3 working days", "2 working days before", "the last working day of the month"."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.errors import near_words
from bot.programme.date_words import day_in_words, month_in_words
from bot.programme.working_days import Dated, WorkingDays


class Unit(StrEnum):
    SAME_DAY = "same day"
    WORKING_DAYS = "working day"
    DAYS = "day"
    WEEKS = "week"
    MONTHS = "month"
    WORKING_DAY_OF_MONTH = "working day of the month"
    LAST_WORKING_DAY_OF_MONTH = "last working day of the month"


_BY_CALENDAR = (Unit.DAYS, Unit.WEEKS, Unit.MONTHS)
FORMS = (
    "“same day”, “3 working days”, “2 working days before”, “1 week”, “6 weeks”, “4 months”, "
    "“15th working day of the month” or “last working day of the month”"
)
_A_YEAR = {Unit.WORKING_DAYS: 260, Unit.DAYS: 366, Unit.WEEKS: 53, Unit.MONTHS: 12}
_NUMBERS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "ten": "10"}
_WORDS = ("same", "day", "days", "working", "week", "weeks", "month", "months", "before", "last", "of", "the")
_COUNTED = re.compile(r"(\d+) (working day|day|week|month)s?( before)?")
_OF_MONTH = re.compile(r"(?:the )?(\d+)(?:st|nd|rd|th) working day of the month")


@dataclass(frozen=True, slots=True)
class Wait:
    """A length of time as the guide counts it. `count` is negative for "before"."""

    unit: Unit
    count: int = 0

    def after(self, day: date, since: str, working: WorkingDays) -> Dated:
        """The date this long after `day`, and why. `since` names what happened on `day`: "moderation".

        Weeks and months are the calendar's, so the date may fall on a day on which nobody works: a limit set by the
        guide does not move for that. See `to_act` for letters.
        """
        known = working.worked_out.get((self.unit, self.count, day, since))
        if known is None:
            known = self._after(day, f"{since} on {day_in_words(day)}", working)
            working.worked_out[self.unit, self.count, day, since] = known
        return known

    def to_act(self, day: date, since: str, working: WorkingDays) -> Dated:
        """The date on which something is to be done this long after `day`: as `after`, but a date counted by the
        calendar that falls on a day on which nobody works moves to the next working day."""
        found = self.after(day, since, working)
        if self.unit not in _BY_CALENDAR or working.is_working(found.on):
            return found
        names = working.skipped(found.on, found.on)
        closed = f"which is {listed(names)}" if names else "when nobody works"
        on = working.on_or_after(found.on)
        return Dated(on, f"{found.why}: {day_in_words(found.on)}, {closed}, so the next working day")

    def _after(self, day: date, start: str, working: WorkingDays) -> Dated:
        side = "before" if self.count < 0 else "after"
        why = f"{abs(self.count)} {self.unit}{'' if abs(self.count) == 1 else 's'} {side} {start}"
        match self.unit:
            case Unit.SAME_DAY:
                return Dated(day, start if start.startswith("the date given") else f"the same day as {start}")
            case Unit.WORKING_DAYS:
                end = working.after(day, self.count)
                names = working.skipped(day, end)
                return Dated(end, f"{why}; {listed(names)} skipped" if names else why)
            case Unit.DAYS | Unit.WEEKS:
                return Dated(day + timedelta(self.count * (7 if self.unit is Unit.WEEKS else 1)), why)
            case Unit.MONTHS:
                end = months_after(day, self.count)
                short = f"; {month_in_words(end)} has no {ordinal(day.day)}" if end.day != day.day else ""
                return Dated(end, why + short)
            case Unit.WORKING_DAY_OF_MONTH:
                days = working.of_month(day)
                end = days[min(self.count, len(days)) - 1]
                if self.count > len(days):
                    return Dated(
                        end,
                        f"the last working day of {month_in_words(end)},"
                        f" which has no {ordinal(self.count)} working day",
                    )
                return Dated(end, f"the {ordinal(self.count)} working day of {month_in_words(end)}")
            case Unit.LAST_WORKING_DAY_OF_MONTH:
                end = working.of_month(day)[-1]
                return Dated(end, f"the last working day of {month_in_words(end)}")


def wait(text: str) -> Wait:
    """The wait meant by a rule's words. Raises ValueError with the forms that are understood."""
    words = " ".join(text.lower().split())
    if words == "same day":
        return Wait(Unit.SAME_DAY)
    if words.removeprefix("the ") == Unit.LAST_WORKING_DAY_OF_MONTH:
        return Wait(Unit.LAST_WORKING_DAY_OF_MONTH)
    if found := _OF_MONTH.fullmatch(words):
        if not 1 <= int(found[1]) <= 23:
            raise ValueError(f"“{text}”: a month has at most 23 working days.")
        return Wait(Unit.WORKING_DAY_OF_MONTH, int(found[1]))
    if found := _COUNTED.fullmatch(words):
        if len(found[1]) > 3 or int(found[1]) > _A_YEAR[Unit(found[2])]:
            raise ValueError(f"“{text}” is more than a year. Nothing in the programme waits so long.")
        return Wait(Unit(found[2]), int(found[1]) * (-1 if found[3] else 1))
    meant = _meant(words)
    hint = f" (did you mean “{meant}”?)" if meant else ""
    raise ValueError(f"“{text}” is not a length of time{hint}. Write {FORMS}.")


def _meant(words: str) -> str:
    """The length of time that was probably meant: its words put right one by one; "" where none comes of it."""
    joined = re.sub(r"(?:work(?:ing)?|business)[ –-]?days?", "working days", words).replace("–", " ")
    joined = re.sub(r"days? of (?:the )?month", "day of the month", joined)
    right = [
        _NUMBERS.get(word, word)
        if word[:1].isdigit() or word in _NUMBERS
        else next(iter(near_words(word, _WORDS)), "")
        for word in joined.split()
    ]
    found = " ".join(word for word in right if word)
    if found == words:
        return ""
    try:
        wait(found)
    except ValueError:
        return ""
    return found


def months_after(day: date, count: int) -> date:
    """The same day so many months later, or the last of a month that has none; at the ends of the calendar its last."""
    month = day.year * 12 + day.month - 1 + count
    year, month = divmod(month, 12)
    if not date.min.year <= year <= date.max.year:
        return date.min if count < 0 else date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def ordinal(n: int) -> str:
    """ "1st", "15th"."""
    ending = "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def first_few(names: Sequence[str], most: int = 3) -> str:
    """ "E2, E3, E4 and 57 more": the first of many, and how many more there are."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def listed(names: Iterable[object]) -> str:
    """ "Good Friday and Easter Monday"; "" of none."""
    found = [str(name) for name in names]
    return " and ".join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found)
