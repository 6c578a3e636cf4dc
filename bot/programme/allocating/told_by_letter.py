"""What is told of a workbook in a letter: where something stands, and never what, for it may be a child's."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.programme.waits import first_few

MOST_TOLD = 20
_CELLS = r"[^“”:]*![A-Z]+\d+[^“”:]*|[^“”:]*!rows? \d[^“”:]*|the list “[^“”]*”, rows? [^“”:]*(?:, “[^“”]*”)?"
_OF_CELLS = re.compile(rf"({_CELLS}): (.*)", re.DOTALL)
_NUMBER = re.compile(r"\b[A-Za-z]{0,3}\d{5,12}\b")
_SHEETS = re.compile(
    r"The (?:sheet|(\d+) sheets) “.*”(?: \(hidden\))? (?:is|are) not used: (what counts is .*)", re.DOTALL
)
_HEADING = re.compile(r"the column “(.*)” is not used", re.DOTALL)


def without_the_cell(said: str) -> str:
    """A fault or note by its cells, without what stands in them."""
    if found := _SHEETS.fullmatch(said):
        return f"{f'{found[1]} sheets are' if found[1] else 'One sheet is'} not used: {found[2]}"
    if found := _OF_CELLS.fullmatch(said):
        what = re.sub(r"“.*”", "what stands there", found[2], flags=re.DOTALL)
        return f"{found[1]}: {_NUMBER.sub('…', what)}"
    if (heading := _HEADING.search(said)) and re.search(r"[\d“”]", heading[1]):
        return f"{said[: heading.start()]}a column is not used"
    return _NUMBER.sub("…", said)


def notes_in_a_letter(notes: Sequence[str]) -> list[str]:
    """What was noted of a workbook, each once; how many more there are beyond twenty."""
    found = list(dict.fromkeys(map(without_the_cell, notes)))
    more = len(found) - MOST_TOLD
    told = [f"Noted: {said}" for said in found[:MOST_TOLD]]
    return [*told, f"And {more} more such notes; audit-bot propose tells all."] if more > 0 else told


def unclear_in_a_letter(managers: Sequence[str], teams: Sequence[str]) -> list[str]:
    """Whom doubts about their managers and about their teams keep from a work, by their names alone."""
    said = []
    if managers:
        said.append(
            f"{first_few(managers)}, whose line manager may be who did or manages it, under another name (an address "
            "beside both tells)"
        )
    if teams:
        said.append(
            f"{first_few(teams)}, whose team may be the child's, written otherwise (write both alike)"
        )
    return [f"Unclear in the sheets, and so kept from this work: {'; '.join(said)}."] if said else []
