"""Reports in the library: `…/CYCLE/Reports/TITLE, as at DAY.docx`. One that is there is never written over.

People write in the draft, so another content goes beside it as “(2)”; the same content is kept once, whatever the
library has written into the file's properties.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from bot.daily_run.workplace import Workplace
from bot.errors import RequestRefused
from bot.office.isolated_reader import says_the_same
from bot.office.library import KeptFile
from bot.programme.reports.kinds import Made
from bot.programme.reports.report import Audience

FOLDER = "Reports"
MOST = 50
"""So many versions of one report as at one day; then a person puts the folder in order."""
TO_PASS_ON = " (to pass on)"
_DAY = re.compile(r", as at (\d{4}-\d{2}-\d{2})")


def folder_of(workplace: Workplace, cycle: str) -> tuple[str, ...]:
    """The folders of a cycle's reports; of what is about no cycle, those of the programme."""
    root = workplace.settings.library_folder.split("/")
    return (*root, *([cycle] if cycle else []), FOLDER)


def name_of(made: Made, as_at: date, audience: Audience) -> str:
    """ "Audit Highlight report, as at 2026-04-10.docx"."""
    return f"{title_of(made, audience)}, as at {as_at.isoformat()}{made.kind.suffix}"


def title_of(made: Made, audience: Audience) -> str:
    """What a report is called beside its other version."""
    told_apart = audience is Audience.OUTSIDE and made.kind.audience is not Audience.OUTSIDE
    return f"{made.kind.title}{TO_PASS_ON if told_apart else ''}"


def keep(data: bytes, place: Sequence[str], workplace: Workplace) -> KeptFile:
    """The report as it lies in the library, under its name or with “(2)”. Raises RequestRefused, in a sentence where
    somebody has locked it."""
    *where, name = place
    begun, dot, suffix = name.rpartition(".")
    try:
        for version in range(1, MOST + 1):
            there = (*where, name if version == 1 else f"{begun} ({version}){dot}{suffix}")
            kept = workplace.library.look(there)
            if kept and says_the_same(workplace.library.fetch(kept.id), data):
                return kept
            if kept is None and (stored := _stored(there, data, workplace)):
                return stored
    except RequestRefused as fault:
        if fault.status != 423:
            raise
        what = f"somebody has locked “{name}” in the library: it is made once they have let it go"
        raise RequestRefused(what, status=423, code=fault.code) from fault
    raise RequestRefused(
        f"there are {MOST} versions of “{name}” already: put that folder in order", status=409
    )


def _stored(place: Sequence[str], data: bytes, workplace: Workplace) -> KeptFile | None:
    """None where somebody has taken the name meanwhile."""
    try:
        return workplace.library.store(place, data)
    except RequestRefused as fault:
        if fault.status != 409:
            raise
        return None


class Told(NamedTuple):
    """A paper that was told outside: when it was put into the library, as at which day, which report."""

    since: str
    day: date
    made: Made


def told_outside(workplace: Workplace, cycle: str) -> list[Told]:
    """All that was told outside about a cycle, by what is left of the names of its files: people put words before and
    behind. Of several versions the first."""
    found: dict[tuple[date, Made], Told] = {}
    for file in sorted(workplace.library.inside(folder_of(workplace, cycle)), key=lambda f: f.created):
        name = file.name.casefold()
        day = _day_of(name)
        made = next((m for m in Made if m.kind.title.casefold() in name), None)
        if day and made and (TO_PASS_ON in name or made.kind.audience is Audience.OUTSIDE):
            found.setdefault((day, made), Told(file.created, day, made))
    return sorted(found.values())


def _day_of(name: str) -> date | None:
    told = _DAY.search(name)
    try:
        return date.fromisoformat(told[1]) if told else None
    except ValueError:
        return None
