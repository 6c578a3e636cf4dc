"""The columns of a list: which one each of our words means, and whether it is of a kind that can be used.

https://learn.microsoft.com/graph/api/resources/columndefinition
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.programme.list_columns import Column, Kind

_WORDS = ("text", "choice", "number", "boolean", "calculated", "currency", "hyperlinkOrPicture", "term")


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a list as it stands. `internal`: our word -> SharePoint's own name. `ids`: our word -> the id of
    the column, which a column made anew does not share. `with_time`: dates that hold a time of day as well.

    `missing` are our words for which there is no column, `faults` sentences by our words; a column with a fault is
    used all the same, unless it `protects`: then it is among the `lost`, like a protecting column that is missing.
    """

    name: str
    internal: Mapping[str, str]
    ids: Mapping[str, str]
    with_time: frozenset[str]
    missing: Sequence[str]
    faults: Sequence[str]
    lost: frozenset[str]


def found_columns(
    name: str, definitions: Iterable[Any], wanted: Mapping[str, Column], titles: Mapping[str, str]
) -> Columns:
    """The columns of the list `name`, as Graph describes them. `titles`: our word -> the name people see."""
    given = list(definitions)
    shown: dict[str, list[Any]] = {}
    for column in given:
        shown.setdefault(str(column["displayName"]), []).append(column)
    names = {str(column["name"]) for column in given}
    internal: dict[str, str] = {}
    ids: dict[str, str] = {}
    with_time, missing, faults, lost = set(), [], [], set()
    for word, declared in wanted.items():
        display, kind = titles[word], declared.kind
        if display == "Title":
            internal[word] = "Title"
            continue
        # A column that people cannot see or change never stands in the way of the one they can.
        same = shown.get(display, [])
        usable = [c for c in same if not c.get("hidden") and not c.get("readOnly")] or same
        if not usable:
            missing.append(word)
            lost.add(word)
            continue
        if len(usable) > 1:
            faults.append(
                f"{len(usable)} columns are called “{display}”; it must be one, or nobody knows which is meant."
            )
            lost.add(word)
            continue
        column = usable[0]
        inner = str(column["name"])
        internal[word] = inner
        ids[word] = str(column.get("id") or inner)
        if fault := _unreadable(column, kind):
            faults.append(f"“{display}” {fault}")
            lost.add(word)
        elif fault := _awkward(column, kind):
            faults.append(f"“{display}” {fault}")
        elif declared.own and (column.get("readOnly") or "calculated" in column):
            faults.append(f"“{display}” is for the bot to write, and nobody can write into it.")
        if kind is Kind.DAY and (column.get("dateTime") or {}).get("format") == "dateTime":
            with_time.add(word)
        if kind in (Kind.PERSON, Kind.PEOPLE, Kind.ROW) and (
            twins := names & {f"{inner}Id", f"{inner}LookupId"}
        ):
            faults.append(
                f"There is a column “{twins.pop()}” beside “{display}”, and SharePoint takes one for the other. Delete "
                "it, or make it anew under another name."
            )
    if any(c["name"] == "_ModerationStatus" and not c.get("hidden") for c in given):
        faults.append(
            "The list wants its rows to be approved, and rows that wait for it are hidden from the bot. Switch content "
            "approval off (List settings, Versioning settings)."
        )
    lost = {word for word in lost if wanted[word].protects}
    return Columns(name, internal, ids, frozenset(with_time), missing, faults, frozenset(lost))


def columns_faults(found: Columns, wanted: Mapping[str, Column], titles: Mapping[str, str]) -> Iterator[str]:
    """What is missing or wrong, by the names people see, and what follows from it: a sentence each."""
    for word in found.missing:
        if wanted[word].essential:
            yield (
                f"There is no column “{titles[word]}”; it may have been renamed. Without it no row of this list can be "
                "used."
            )
    optional = [
        titles[word] for word in found.missing if not wanted[word].essential and not wanted[word].protects
    ]
    if len(optional) > 3:
        names = ", ".join(f"“{title}”" for title in optional)
        yield f"There are no columns {names}. What the bot would read or write there is left out."
    else:
        for title in optional:
            yield f"There is no column “{title}”; it may have been renamed."
    yield from found.faults
    if found.lost:
        names = ", ".join(f"“{titles[word]}”" for word in wanted if word in found.lost)
        yield (
            f"The {'column' if len(found.lost) == 1 else 'columns'} {names} cannot be read: missing, renamed, twice "
            "there or of another type. Nobody knows which rows it protects, so nothing goes out for any audit of the "
            "list, except what an Inadequate calls for, and that names no child. Give the "
            f"{'column' if len(found.lost) == 1 else 'columns'} the old name and type back, or enter the new name in "
            "config/lists.toml."
        )


def _unreadable(column: Any, kind: Kind) -> str:
    """Why nothing of a column can be read as what it should hold. "" when it can, or when Graph does not say what it
    is."""
    people, lookup = column.get("personOrGroup"), column.get("lookup")
    other = any(facet in column for facet in _WORDS) or "dateTime" in column
    if kind in (Kind.PERSON, Kind.PEOPLE):
        if other or lookup is not None:
            return "is not a column of people, so nobody in it is known. Its type must be Person."
    elif kind is Kind.ROW:
        if other or people is not None:
            return "is not a lookup column, so nobody knows which row it means."
    elif people is not None or lookup is not None:
        what = "people" if people is not None else "rows of another list"
        return f"is a column of {what}, which cannot be read as {kind.value}. Give it another type."
    elif kind is Kind.YES_NO and "dateTime" in column:
        return "is a date column, which cannot be read as yes or no. Give it another type."
    return ""


def _awkward(column: Any, kind: Kind) -> str:
    """Why a column that can be read had better be of another kind; "" for nothing."""
    facet = column.get("personOrGroup" if kind is Kind.PERSON else "lookup") or {}
    if kind is Kind.PERSON and facet.get("allowMultipleSelection"):
        return "allows several people, and the guide knows one. Let the column allow only one."
    if kind is Kind.ROW and facet.get("allowMultipleValues"):
        return "allows several rows, and it must be one. Let the column allow only one."
    if kind is Kind.DAY:
        if not column.keys() & {"dateTime", "calculated"} and any(facet in column for facet in _WORDS):
            return "is not a date column. Only a date that is written like 2026-03-02 can be read in it."
        if (column.get("dateTime") or {}).get("format") == "dateTime":
            return "holds a time of day as well. Let it hold the date only, or a day may be mistaken."
    return ""
