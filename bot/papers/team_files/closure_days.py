"""The closure days as an Excel workbook, a day in each row, and as the bot keeps them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from bot.papers.spreadsheet import Table, workbook
from bot.papers.workbook_read import ReadBook, Value
from bot.programme.date_words import day_in_words
from bot.programme.edited_file import edited
from bot.programme.importing.sheets import error_of_excel
from bot.programme.messages.dates_in_text import told_dates

HEADS = ("Date", "Name")
_SHEET = "Closure days"
_WITH_YEAR = re.compile(r"\d{4}|\d\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{2}\s*$|[A-Za-z][ -]*\d{2}\s*$")
WRITE = "write it like 29/12/2026"


class WrongDays(ValueError):
    """`faults` say by cell what is wrong and what to do."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))


def days_workbook(days: Mapping[date, str]) -> bytes:
    """The days as a workbook to edit."""
    return workbook({_SHEET: Table(HEADS, sorted(days.items()))})


def days_in(book: ReadBook) -> dict[date, str]:
    """The days of a workbook: day -> name. Read is the sheet that has both headings. Raises WrongDays."""
    headed = [(name, rows, at) for name, rows in book.sheets.items() if (at := _headings(rows))]
    if not headed:
        raise WrongDays(
            [f"No sheet has the headings “{HEADS[0]}” and “{HEADS[1]}” in its first row: put them there."]
        )
    if len(headed) > 1:
        named = ", ".join(f"“{name}”" for name, _, _ in headed)
        raise WrongDays([f"{named} both have closure days: keep one sheet."])
    _, rows, at = headed[0]
    found: dict[date, str] = {}
    faults = []
    for n, row in enumerate(rows[1:], 2):
        said, name = _cell(row, at[0]), _cell(row, at[1])
        if said is None and name is None:
            continue
        cell = f"cell {chr(65 + at[0])}{n}"
        try:
            day = _day(said, cell)
        except ValueError as fault:
            faults.append(str(fault))
            continue
        if error_of_excel(name):
            faults.append(
                f"cell {chr(65 + at[1])}{n}: “{name}” is an error of Excel; write the name of the day."
            )
        if day in found:
            faults.append(f"{cell}: {day_in_words(day)} stands there twice; take one out.")
        found[day] = " ".join(str(name or "").split())
    if faults:
        raise WrongDays(faults)
    return found


def _headings(rows: Sequence[Sequence[Value]]) -> tuple[int, int] | None:
    heads = [str(cell or "").strip().casefold() for cell in (rows[0] if rows else ())]
    try:
        date_at, name_at = (heads.index(head.casefold()) for head in HEADS)
    except ValueError:
        return None
    return date_at, name_at


def _cell(row: Sequence[Value], at: int) -> Value:
    value = row[at] if at < len(row) else None
    return None if isinstance(value, str) and not value.strip() else value


def _day(said: Value, cell: str) -> date:
    """Raises ValueError with the cell, what is wrong and what to do."""
    if isinstance(said, date):
        return said
    if said is None:
        raise ValueError(f"{cell}: a name stands there without a date; {WRITE}, or empty the row.")
    text = str(said).strip()
    if not isinstance(said, str) or not _WITH_YEAR.search(text):
        raise ValueError(f"{cell}: “{text}” is no date with its year; {WRITE}.")
    told = told_dates(text, date(2026, 1, 1))
    if told.doubts:
        raise ValueError(f"{cell}: “{text}”: {told.doubts[0].rstrip('.')}; {WRITE}.")
    if len(told.dates) != 1 or re.search(r"\w", told.rest):
        raise ValueError(f"{cell}: “{text}” is not one date; {WRITE}, each day in a row of its own.")
    return told.dates[0]


def days_as_text(days: Mapping[date, str]) -> str:
    """The days as the bot keeps them, the same for the same days."""
    lines = (f'{day.isoformat()} = "{_quoted(name)}"\n' for day, name in sorted(days.items()))
    return f"[closure_days]\n{''.join(lines)}"


def days_of_text(text: str) -> dict[date, str]:
    """What `days_as_text` wrote."""
    given = edited(text, "closure days").given["closure_days"]
    return {date.fromisoformat(day): str(name) for day, name in given.items()}


def _quoted(name: str) -> str:
    return "".join(_escaped(sign) for sign in name)


def _escaped(sign: str) -> str:
    return f"\\{sign}" if sign in '"\\' else sign if sign.isprintable() else " "


def changed_days(before: Mapping[date, str], after: Mapping[date, str]) -> Iterator[str]:
    """A sentence for each day that is new, gone or called otherwise."""
    for day in sorted({*before, *after}):
        name = after.get(day) or before.get(day) or "closure day"
        if day not in before:
            yield f"{day_in_words(day)} ({name}) becomes a closure day."
        elif day not in after:
            yield f"{day_in_words(day)} ({name}) is a closure day no longer."
        elif before[day] != after[day]:
            yield f"{day_in_words(day)} is called “{after[day]}”, and no longer “{before[day]}”."
