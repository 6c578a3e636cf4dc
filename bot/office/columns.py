"""The columns of a list: which one each of our words means, and whether it is of a kind that can be used.

https://learn.microsoft.com/graph/api/resources/columndefinition
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ONE_PERSON, PEOPLE, ROW, DAY, WORDS = "a person", "people", "a row of another list", "a date", "words"
"""What a column must hold."""

_WORDS = ("text", "choice", "number", "boolean", "calculated", "currency", "hyperlinkOrPicture", "term")


@dataclass(frozen=True, slots=True)
class Columns:
    """`internal`: our word -> SharePoint's own name. `with_time`: dates that hold a time of day as well."""

    list_id: str
    name: str
    internal: Mapping[str, str]
    with_time: frozenset[str]


@dataclass(frozen=True, slots=True)
class Found:
    """`missing` are names no column has. `faults` are sentences; a column with one is used all the same."""

    internal: Mapping[str, str]
    with_time: frozenset[str]
    missing: Sequence[str]
    faults: Sequence[str]


def found_columns(
    definitions: Iterable[Any], wanted: Mapping[str, str], kinds: Mapping[str, str], written: Iterable[str]
) -> Found:
    """`wanted`: our word -> the name people see. `kinds`: our word -> what it must hold. `written`: the bot's words."""
    given = list(definitions)
    shown: dict[str, list[Any]] = {}
    for column in given:
        shown.setdefault(str(column["displayName"]), []).append(column)
    names = {str(column["name"]) for column in given}
    internal: dict[str, str] = {}
    with_time, missing, faults = set(), [], []
    own = set(written)
    for word, display in wanted.items():
        if display == "Title":
            internal[word] = "Title"
            continue
        # A column that people cannot see or change never stands in the way of the one they can.
        same = shown.get(display, [])
        usable = [c for c in same if not c.get("hidden") and not c.get("readOnly")] or same
        if not usable:
            missing.append(display)
            continue
        if len(usable) > 1:
            faults.append(
                f"{len(usable)} columns are called “{display}”; it must be one, or nobody knows which is meant."
            )
            continue
        column = usable[0]
        name = str(column["name"])
        internal[word] = name
        kind = kinds.get(word, WORDS)
        if fault := _wrong(column, kind):
            faults.append(f"“{display}” {fault}")
        elif word in own and (column.get("readOnly") or "calculated" in column):
            faults.append(f"“{display}” is for the bot to write, and nobody can write into it.")
        if kind == DAY and (column.get("dateTime") or {}).get("format") == "dateTime":
            with_time.add(word)
        if kind in (ONE_PERSON, PEOPLE, ROW) and (twins := names & {f"{name}Id", f"{name}LookupId"}):
            faults.append(
                f"There is a column “{twins.pop()}” beside “{display}”, and SharePoint takes one for the other. Delete "
                "it, or make it anew under another name."
            )
    if any(c["name"] == "_ModerationStatus" and not c.get("hidden") for c in given):
        faults.append(
            "The list wants its rows to be approved, and rows that wait for it are hidden from the bot. Switch content "
            "approval off (List settings, Versioning settings)."
        )
    return Found(internal, frozenset(with_time), missing, faults)


def _wrong(column: Any, kind: str) -> str:
    """What is wrong with a column's type. "" when it will do, or when Graph does not say what it is."""
    people, lookup = column.get("personOrGroup"), column.get("lookup")
    is_words = any(facet in column for facet in _WORDS)
    several = bool((people or {}).get("allowMultipleSelection") or (lookup or {}).get("allowMultipleValues"))
    if kind in (ONE_PERSON, PEOPLE):
        if is_words or lookup is not None or "dateTime" in column:
            return "is not a column of people, so nobody in it is known. Its type must be Person."
        if kind == ONE_PERSON and several:
            return "allows several people, and the guide knows one. Let the column allow only one."
    elif kind == ROW:
        if is_words or people is not None or "dateTime" in column:
            return "is not a lookup column, so nobody knows which row it means."
        if several:
            return "allows several rows, and it must be one. Let the column allow only one."
    elif people is not None or lookup is not None:
        what = "people" if people is not None else "rows of another list"
        return f"is a column of {what}, which cannot be read as {kind}. Give it another type."
    elif kind == DAY:
        if "dateTime" not in column and "calculated" not in column and is_words:
            return "is not a date column. Only a date that is written like 2026-03-02 can be read in it."
        if (column.get("dateTime") or {}).get("format") == "dateTime":
            return "holds a time of day as well. Let it hold the date only, or a day may be mistaken."
    return ""
