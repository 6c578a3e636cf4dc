"""The Audit Team's spreadsheet of the days before the bot, as people kept it, with the mistakes that people make.

Sixty audits of the fictional council on two sheets: headings in words of their own and not in the first row, titles
over merged cells, blank rows, a hidden column, days in every British writing, people in every way of naming somebody.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter
from tenant import email

SHEETS = ("Team Managers", "APs & others")
HEADINGS = (
    "Ref", "Type of audit", "Name of social worker", "Team", "TM", "Auditor", "Moderater", "Child's name", "Mosaic no.",
    "D.O.B.", "Home address", "Type of outcome chosen for audit", "HoS", "Auditor's HoS", "Date confirmed", "Date sent",
    "Date returned", "Auditor's grading", "Date moderated", "Moderated grading", "Colour",
)  # fmt: skip
FIRST = 4
"""The row of the first audit, from 0 on."""
Mistake = tuple[int, str, Any, str, str]
MISTAKES: Sequence[Mistake] = (
    (2, "Auditor", "Ada Auditer", "nobody of this name", "address"),
    (4, "Auditor", "Sam Twin", "2 people have this name", "address"),
    (6, "Moderater", "mo.moderater@wexcombe.example", "is mo.moderator@wexcombe.example meant", "address"),
    (8, "TM", "Manager", "it may be Tia Manager", "address"),
    (10, "Name of social worker", "Guest Outside", "a guest", "colleague"),
    (12, "Date confirmed", "31 April 2026", "not a day of the calendar", "3 April 2026"),
    (14, "Date confirmed", "2/25/2026", "month first", "3 April 2026"),
    (15, "Date confirmed", "2/3/2026", "others of this column are written month first", "3 April 2026"),
    (18, "Date returned", "tbc", "no day", "3 April 2026"),
    (20, "Date returned", "Mon 10 March 2026", "is a Tuesday", "3 April 2026"),
    (22, "Date moderated", date(2026, 11, 13), "has not come yet", "the day it was done"),
    (24, "Date sent", date(2062, 3, 2), "the year 2062", "3 April 2026"),
    (26, "Auditor's grading", "Goodish", "none of the four grades", "Inadequate"),
    (28, "Moderated grading", "RI", "nobody knows since when it counts", "Moderated on"),
    (30, "Type of audit", "Thematic", "no type of audit", "Dip sample"),
    (32, "Ref", "Robin Example", "not written as a reference", "FSP-2026-03-014"),
    (34, "Ref", "FSP-2026-03-101", "stands in Team Managers!A5 too", "of its own"),
    (36, "Mosaic no.", 1000001, "this child stands in Team Managers!I5 too", "the right number"),
    (44, "Mosaic no.", "see notes", "no Mosaic number", "the number alone"),
    (50, "Date moderated", date(2026, 3, 3), "lies before", "the right day"),
)
"""Which audit of the sixty, in which column, what stands there, what is wrong and what is to be written."""


def audits() -> list[dict[str, Any]]:
    """Sixty audits with nothing wrong: most not yet begun, some sent, some back, some moderated."""
    days: Sequence[Any] = (
        date(2026, 2, 25), 46078, "25/02/2026", "25th February 2026", "25.02.26", "Wed 25 Feb", "Feb 25th 2026",
    )  # fmt: skip
    auditors = ("Ada Auditor", "Auditor, Ada", email("Ada Auditor"), "A. Auditor", "Ms Ada AUDITOR")
    found = []
    for n in range(60):
        row: dict[str, Any] = dict.fromkeys(HEADINGS)
        row |= {
            "Ref": f"FSP-2026-03-{n + 101}",
            "Type of audit": "TM" if n < 40 else "full – advanced practitioner",
            "Name of social worker": "Practitioner, Pru",
            "Team": "Bow",
            "TM": "Tia Manager (Bow)",
            "Auditor": auditors[n % 5],
            "Moderater": "Mo Moderator",
            "Child's name": f"Robin Example{n}",
            "Mosaic no.": 1000001 + n,
            "D.O.B.": date(2015, 6, 1),
            "Home address": "1 Made-up Row",
            "Type of outcome chosen for audit": "CP plan",
            "HoS": "Hal Service",
            "Auditor's HoS": "OO",
            "Date confirmed": days[n % 7],
            "Colour": "green",
        }
        if 16 <= n < 30 or n == 50:
            row |= {
                "Date sent": date(2026, 3, 2),
                "Date returned": "10/3/26",
                "Auditor's grading": "good",
            }
        if 20 <= n < 26 or n == 50:
            row |= {"Date moderated": date(2026, 3, 13), "Moderated grading": "Requires improvement"}
        if n in (12, 13):
            row |= {"Date sent": date(2026, 3, 2)}
        found.append(row)
    return found


def with_mistakes() -> list[dict[str, Any]]:
    found = audits()
    for n, heading, value, _, _ in MISTAKES:
        found[n][heading] = value
    return found


def place_of(n: int) -> tuple[str, int]:
    """The sheet and the row, from 0 on, of one of the sixty audits: a blank row comes after every ten."""
    sheet, at = (0, n) if n < 40 else (1, n - 40)
    return SHEETS[sheet], FIRST + at + at // 10


def column_of(n: int, heading: str) -> int:
    return _order(n >= 40).index(heading)


def spreadsheet(rows: Sequence[dict[str, Any]], change: Callable[[Any], None] | None = None) -> bytes:
    """The .xlsx file of sixty audits."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    day = book.add_format({"num_format": "dd/mm/yy"})
    pages = {name: book.add_worksheet(name) for name in SHEETS}
    for second, (name, page) in enumerate(pages.items()):
        page.merge_range(0, 0, 0, 6, "Understanding our Practice: allocations March 2026")
        page.merge_range(1, 0, 1, 6, name)
        page.set_column(
            column_of(40 * second, "Auditor's HoS"),
            column_of(40 * second, "Auditor's HoS"),
            9,
            None,
            {"hidden": True},
        )
        for c, heading in enumerate(_order(bool(second))):
            page.write_string(FIRST - 1, c, heading)
    for n, row in enumerate(rows):
        name, r = place_of(n)
        for heading, value in row.items():
            c = column_of(n, heading)
            if isinstance(value, date):
                pages[name].write_datetime(r, c, value, day)
            elif value is not None:
                pages[name].write(r, c, value)
    book.add_worksheet("Key").write_string(0, 0, "Green: on track")
    book.close()
    return out.getvalue()


def _order(second: bool) -> tuple[str, ...]:
    return tuple(reversed(HEADINGS)) if second else HEADINGS
