"""What protects a row outlives its column: a record restricted yesterday is restricted today, until a person says
otherwise, also when “Restricted” was deleted, renamed or made anew (§6, §7, §11).

An empty cell says otherwise only in the column and the row in which it was filled: a column made anew is empty for
everybody, and whoever enters a deleted row again may forget a tick.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.programme.events import Event, EventKind, Plain
from bot.programme.history.history import History
from bot.programme.list_columns import Kind, columns_of
from bot.programme.standing.council import Council
from bot.programme.vocabulary import Allocation, Grade, Person, Problem

PROTECTING = {word: column for word, column in columns_of(Allocation).items() if column.protects}
Stood = Mapping[str, tuple[str, str]]
"""Our word -> the id of its column, and what it said."""


@dataclass(frozen=True, slots=True)
class Protected:
    """The lists with every row's protection, what to tell, and what to remember (list item id -> what stood)."""

    council: Council
    problems: tuple[Problem, ...]
    stands: Mapping[str, Stood]


def protected(council: Council, history: History) -> Protected:
    """The lists, with what protected a row before where the column that said so is not the one that is there now."""
    rows, stands = [], {}
    anew: defaultdict[str, list[str]] = defaultdict(list)
    forgotten: defaultdict[str, list[str]] = defaultdict(list)
    for allocation in council.allocations:
        remembered = history.protection.get(allocation.item_id, {})
        kept: dict[str, object] = {}
        stood: dict[str, tuple[str, str]] = {}
        for word in PROTECTING:
            now, value = council.protecting.get(word), getattr(allocation, word)
            if now and allocation.row_id:
                now = f"{now}#{allocation.row_id}"
            before = remembered.get(word)
            if now and value:
                stood[word] = now, _as_text(word, value)
            elif before and before[0] != now:
                stood[word], kept[word] = before, _value(word, before[1])
                if now:
                    told = forgotten if allocation.row_id else anew
                    told[word].append(allocation.reference)
        rows.append(replace(allocation, **kept) if kept else allocation)  # type: ignore[arg-type]
        if stood or remembered:
            stands[allocation.item_id] = stood
    problems = tuple(
        Problem(
            "Audit allocations",
            f"“{PROTECTING[word].title}” {how}: {', '.join(references)}. "
            "What stood there goes on counting. Enter it again; where it no longer holds, enter it and take it out "
            "the day after.",
        )
        for how, lost in (
            ("was made anew, and is empty where something stood", anew),
            (
                "is empty in a row that was entered again, and was filled in the one that was deleted",
                forgotten,
            ),
        )
        for word, references in lost.items()
    )
    return Protected(replace(council, allocations=rows), problems, stands)


def protection_seen(found: Protected, history: History, now: datetime, today: date) -> list[Event]:
    """What is to be remembered of each row, where that has changed."""
    events = []
    for item_id, stood in found.stands.items():
        if stood != history.protection.get(item_id, {}):
            columns: dict[str, Plain] = {word: [*each] for word, each in stood.items()}
            data: dict[str, Plain] = {"on": today.isoformat(), "columns": columns}
            key = f"{item_id}#{now.isoformat()}"
            events.append(Event(now, EventKind.PROTECTION_SEEN, key, item_id, data))
    return events


_FILLED_IN = "filled in"
"""All that is remembered of words: that there were some protects, and what they said may be about a child."""


def _as_text(word: str, value: object) -> str:
    if PROTECTING[word].kind is Kind.TEXT:
        return _FILLED_IN
    if isinstance(value, Person):
        return f"{value.email} {value.name}"
    if isinstance(value, tuple):
        return "\n".join(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _value(word: str, said: str) -> object:
    """The other way round."""
    match PROTECTING[word].kind:
        case Kind.DAY:
            return date.fromisoformat(said)
        case Kind.YES_NO:
            return True
        case Kind.LINES:
            return tuple(said.split("\n"))
        case Kind.CHOICE:
            return Grade(said)
        case Kind.PERSON:
            email, _, name = said.partition(" ")
            return Person(name, email)
    return said
