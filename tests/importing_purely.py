"""An import without a tenant: the fictional council's people, an empty list and the rule book as it ships."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from tenant import PEOPLE, ROOT, email

from bot.own_files import rules_in
from bot.papers.importing import sheets_of
from bot.papers.workbook_read import read_workbook
from bot.programme.importing.columns_recognised import Layout, layout_of
from bot.programme.importing.entries import Entries, entries_of
from bot.programme.importing.one_person import called_in, places_of
from bot.programme.importing.people_named import Directory
from bot.programme.importing.rows_read import Reading, rows_of
from bot.programme.importing.sheets import Sheet
from bot.programme.reference import is_reference
from bot.programme.vocabulary import Allocation, Cycle, Person, grade_of

TODAY = date(2026, 3, 16)
CYCLE = Cycle("1", "FSP, March 2026", "FSP and CWD", date(2026, 3, 2))
TWINS = [Person("Sam Twin", "sam.twin@wexcombe.example"), Person("Sam Twin", "sam.twin2@wexcombe.example")]
DIRECTORY = Directory(
    [*(Person(name, email(name)) for name in PEOPLE), *TWINS],
    {"Guest Outside": "a guest of the council's directory"},
)
READING = Reading(DIRECTORY, grade_of, is_reference, {CYCLE.name.casefold(): CYCLE.name}, TODAY, {})
RULES = rules_in(ROOT / "config/rules.toml").rules


@dataclass(frozen=True)
class Come:
    """What came of reading a workbook."""

    layouts: Sequence[Layout]
    entries: Entries
    passed: Sequence[str] = field(default_factory=list)

    @property
    def questions(self) -> list[str]:
        return [question for layout in self.layouts for question in layout.questions]


def come_of(
    data: bytes,
    lists: Sequence[Allocation] = (),
    said: Mapping[str, str] | None = None,
    more: Sequence[tuple[str, Sequence[Sequence[Any]]]] = (),
) -> Come:
    """What an import of a workbook comes to, beside the rows that are in the list. `more` are sheets besides."""
    found = [layout_of(sheet, {}, grade_of, said) for sheet in sheets_of(read_workbook(data))]
    layouts = [layout for layout in found if layout]
    places = places_of(layouts, [CYCLE.name, CYCLE.service_group], DIRECTORY)
    reading = replace(READING, places=places, called=called_in([Sheet(*each) for each in more]))
    rows, passed = [], []
    for layout in layouts:
        own, left = rows_of(layout, reading)
        rows += own
        passed += left
    return Come(layouts, entries_of(rows, lists, [CYCLE], CYCLE.name, {}, RULES), passed)
