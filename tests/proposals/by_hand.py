"""What people do with a proposal in Excel, and what proposing again must leave of it.

docs/proposing.md, “Changing it”.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import xlsxwriter
from proposals.random_councils import Council
from proposals.read_again import Row, sheets_in

CONFIRMED = date(2026, 2, 25)


@dataclass(frozen=True)
class Hands:
    """The rows of “Allocations” in which something was done, by Mosaic number: who was put in, who was taken off, which
    row was taken out, which was confirmed."""

    put_in: dict[str, str]
    taken_off: dict[str, str]
    taken_out: tuple[str, ...]
    confirmed: dict[str, str]


def edited(council: Council, folder: Path, file: str, into: str) -> Hands | None:
    """One row each; None where there are too few with an auditor."""
    lot = random.Random(council.key)
    sheets = sheets_in(folder / file)
    rows = [row for row in sheets["Allocations"] if row["Auditor"] and not row["Earlier audit"]]
    if len(rows) < 4:
        return None
    put_in, taken_off, taken_out, confirmed = lot.sample(rows, 4)
    somebody = lot.choice(council.people)
    had = taken_off["Auditor"]
    hands = Hands(
        {put_in["Mosaic number"]: somebody.address}, {taken_off["Mosaic number"]: had}, (taken_out["Mosaic number"],),
        {confirmed["Mosaic number"]: confirmed["Auditor"]},
    )  # fmt: skip
    put_in["Auditor"], taken_off["Auditor"] = f"{somebody.name} <{somebody.address}>", ""
    confirmed["Confirmed on"] = CONFIRMED.isoformat()
    sheets["Allocations"] = [row for row in sheets["Allocations"] if row is not taken_out]
    _written(folder / into, sheets)
    return hands


def _written(file: Path, sheets: dict[str, list[Row]]) -> None:
    with xlsxwriter.Workbook(file, {"strings_to_numbers": False, "strings_to_formulas": False}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            heads = list(rows[0]) if rows else []
            for r, cells in enumerate([heads, *([row[head] for head in heads] for row in rows)]):
                for c, cell in enumerate(cells):
                    if cell == CONFIRMED.isoformat():
                        sheet.write_datetime(r, c, CONFIRMED, day)
                    elif cell:
                        sheet.write_string(r, c, cell)


def faults(
    hands: Hands, before: dict[str, list[Row]], after: dict[str, list[Row]], fault: Callable[[str, str], None]
) -> None:
    """Each thing that people did is there again, and in the place of a row taken out the next of the reserve list: the
    page does not say which, and what is meant is the next whose stratum is the most like that of the child who went."""
    rows = {row["Mosaic number"]: row for row in after["Allocations"]}
    old = {row["Mosaic number"]: row for row in before["Allocations"]}
    for number, address in hands.put_in.items():
        if address not in rows.get(number, {"Auditor": ""})["Auditor"]:
            fault(
                "by hand: put in",
                f"{number}: {address} was put in, {rows.get(number, {}).get('Auditor')} stands there",
            )
    for number, who in hands.taken_off.items():
        if rows[number]["Auditor"] == who:
            fault("by hand: taken off", f"{number}: {who} was taken off and stands there again")
    for number, who in hands.confirmed.items():
        row = rows.get(number, {})
        if row.get("Auditor") != who:
            fault("by hand: confirmed", f"{number}: {who} was confirmed, {row.get('Auditor')} stands there")
        if not row.get("Confirmed on"):
            fault("by hand: day of confirming", f"{number}: “Confirmed on” is empty")
    for number in hands.taken_out:
        if number in rows:
            fault("by hand: taken out", f"{number} was taken out and stands there again")
        new = rows.keys() - old.keys()
        kind = old[number]["Audit type"]
        line = old[number].get("Line of enquiry", "")
        strata = {
            row["Child"]: (row["Service"], row["Its team"], row["Its outcome"]) for row in before["Frame"]
        }
        reserve = [row["Child"] for row in before["Reserve list"]
                   if not line or not row["Fits the lines"] or line in row["Fits the lines"].split("; ")]  # fmt: skip
        gone = strata[number]
        alike = [[child for child in reserve if strata[child][:n] == gone[:n]] for n in (3, 2, 1, 0)]
        first = next((found[0] for found in alike if found), None)
        if new != ({first} if first else set()):
            what = f"{number} ({kind} {line}) was taken out; in its place {sorted(new)} and not {first}"
            fault("by hand: replaced", what)
