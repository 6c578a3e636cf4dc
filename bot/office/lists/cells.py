"""What stands in the cells of a SharePoint list, whatever kind of column it stands in.

https://learn.microsoft.com/graph/api/resources/fieldvalueset
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.clock import LONDON
from bot.papers.mail.attached_messages import shown
from bot.programme.vocabulary import Person
from bot.programme.working_days import PLAUSIBLE_YEARS

LONGEST_TEXT = 255
"""A SharePoint line of text holds no more."""

_RICH = re.compile(r"\s*<div\b[^>]*\bExternalClass", re.I)
_BLOCK = re.compile(r"</?(?:address|blockquote|br|div|dd|dt|h[1-6]|li|p|pre|tr)\b[^<>]*>", re.IGNORECASE)
_ELEMENT = re.compile(r"</?[a-z!][^<>]*>", re.IGNORECASE)
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NO_WIDTH = re.compile("[\u200b\u2060\ufeff]")


def day_of(text: str, *, with_time: bool = False) -> date:
    """The day that a cell means. Raises ValueError when it is no date.

    A day is kept as its midnight in the site's time zone, whichever that is, or as the noon that some programs write,
    and Graph answers in UTC: eleven hours later it is that day in UTC for every zone from UTC-12 to UTC+11. In a
    column `with_time` the moment itself is meant, as London's clocks show it.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        return moment.date()
    return (
        moment.astimezone(LONDON).date()
        if with_time
        else (moment.astimezone(UTC) + timedelta(hours=11)).date()
    )


def as_cell(value: str | date | None) -> str | None:
    """A value as it is written. Ten in the morning in UTC is the same day from UTC-10 to UTC+13, whether the site keeps
    the time or cuts it off."""
    if isinstance(value, date):
        return f"{value.isoformat()}T10:00:00Z"
    return value[:LONGEST_TEXT] if value else None


def plain_lines(text: str) -> str:
    """The words of a rich text, one line for each paragraph or item. Not by the library's parser of HTML: the time it
    takes grows with the square of what is badly built."""
    text = _ELEMENT.sub("", _BLOCK.sub("\n", shown(" ".join(text.split()))))
    lines = (" ".join(line.split()) for line in html.unescape(text).split("\n"))
    return "\n".join(line for line in lines if line)


class Row:
    """One row's values by our words. `with_time` are the words whose columns hold a time of day as well.

    Signs that no letter and no form can hold (XML 1.0, 2.2) are blanks.
    """

    def __init__(
        self,
        row: Any,
        columns: Mapping[str, str],
        people: Mapping[str, Person],
        with_time: frozenset[str] = frozenset(),
    ) -> None:
        self._fields = row.get("fields") or {}
        self._columns = columns
        self._people = people
        self._with_time = with_time
        self.implausible: dict[str, date] = {}
        """Dates no audit can have, by our words: a slip of the year. They count as empty."""
        self.no_date: dict[str, str] = {}
        """What stands where a date should, by our words."""

    def raw(self, word: str) -> Any:
        return self._fields.get(self._columns.get(word, ""))

    def _text(self, word: str) -> str:
        """As it stands, its lines kept. Several values are a line each."""
        value = self.raw(word)
        if value is None:  # as most cells are
            return ""
        values = value if isinstance(value, list) else [value]
        found = "\n".join(_shown(each) for each in values if each is not None)
        return _NO_WIDTH.sub("", plain_lines(found) if _RICH.match(found) else found)

    def text(self, word: str) -> str:
        return _NO_TEXT.sub(" ", self._text(word)).strip()

    def lines(self, word: str) -> tuple[str, ...]:
        found = (_NO_TEXT.sub(" ", line).strip() for line in self._text(word).splitlines())
        return tuple(line for line in found if line)

    def day(self, word: str) -> date | None:
        text = self.text(word)
        if not text:
            return None
        try:
            day = day_of(text, with_time=word in self._with_time)
        except (ValueError, OverflowError):
            self.no_date[word] = text
            return None
        if day.year in PLAUSIBLE_YEARS:
            return day
        self.implausible[word] = day
        return None

    def lookups(self, word: str) -> tuple[str, ...]:
        """The numbers of the rows or people a cell points to; more than one where its column allows several."""
        column = self._columns.get(word)
        several = self._fields.get(column) if column else None
        if isinstance(several, list):
            return tuple(str(v["LookupId"]) for v in several if isinstance(v, Mapping) and v.get("LookupId"))
        value = self._fields.get(f"{column}LookupId") if column else None
        values = value if isinstance(value, list) else [value]
        return tuple(str(v) for v in values if v not in (None, ""))

    def lookup(self, word: str) -> str:
        """The one row or person a cell points to; "" for none, and for several."""
        found = self.lookups(word)
        return found[0] if len(found) == 1 else ""

    def person(self, word: str) -> Person | None:
        return self._people.get(self.lookup(word))

    def people(self, word: str) -> tuple[Person, ...]:
        return tuple(self._people[n] for n in self.lookups(word) if n in self._people)


def each_once(rows: Iterable[Any]) -> list[Any]:
    """The rows of a list in their order. One that comes twice, for the list was edited between two of its pages, is one
    row, as it was when it came last."""
    return [*{str(row["id"]): row for row in rows}.values()]


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):  # a link, or a row of another list
        return str(value.get("Url") or value.get("LookupValue") or "")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def no_people_of(rows: Sequence[Any]) -> dict[str, str]:
    """Number in the User Information List -> "a guest" or "a group", of those that are no colleague.

    A guest's account has #EXT# in its name whatever the address is; a person's claim begins with “i:”, a group's with
    “c:”. https://learn.microsoft.com/entra/external-id/user-properties
    """
    found = {}
    for row in rows:
        fields = row.get("fields") or {}
        said = [str(fields.get(word) or "").casefold() for word in ("Name", "UserName", "EMail")]
        if any("#ext#" in each for each in said):
            found[str(row["id"])] = "a guest of the council's directory"
        elif said[0].startswith("c:"):
            found[str(row["id"])] = "a group"
    return found


def people_of(rows: Sequence[Any]) -> dict[str, Person]:
    """Number in the User Information List -> person. Somebody without an address keeps their name."""
    found = {}
    others = no_people_of(rows)
    for row in rows:
        if str(row["id"]) in others:
            continue
        fields = row.get("fields") or {}
        email = fields.get("EMail") or fields.get("UserName") or ""
        found[str(row["id"])] = Person(str(fields.get("Title") or email), str(email))
    return found
