"""The rows of a sheet as values: every cell by its column, or a fault that says what stands there and what to write."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.programme.importing.columns_recognised import Layout, title_of
from bot.programme.importing.days_read import NoDay, american, day_in
from bot.programme.importing.known_titles import COLUMNS, DAYS, GRADES, PEOPLE
from bot.programme.importing.one_person import one_person
from bot.programme.importing.people_named import BY_ADDRESS, BY_NAME, Directory, Found, Unknown
from bot.programme.importing.sheets import (
    Fault,
    Stranger,
    Value,
    cell_name,
    error_of_excel,
    folded_empty,
    shown,
)
from bot.programme.list_columns import Kind
from bot.programme.vocabulary import AuditType, Grade

_TYPES: Mapping[str, AuditType] = {
    "team manager": AuditType.FULL_TEAM_MANAGER, "tm": AuditType.FULL_TEAM_MANAGER,
    "full tm": AuditType.FULL_TEAM_MANAGER, "full audit tm": AuditType.FULL_TEAM_MANAGER,
    "advanced practitioner": AuditType.FULL_ADVANCED_PRACTITIONER, "ap": AuditType.FULL_ADVANCED_PRACTITIONER,
    "full ap": AuditType.FULL_ADVANCED_PRACTITIONER, "full audit ap": AuditType.FULL_ADVANCED_PRACTITIONER,
    "dip": AuditType.DIP_SAMPLE, "dip samples": AuditType.DIP_SAMPLE, "reaudit": AuditType.RE_AUDIT,
}  # fmt: skip
_YES_NO = {"yes": True, "y": True, "true": True, "x": True, "no": False, "n": False, "false": False}
_MOSAIC = re.compile(r"[A-Za-z]{0,3}\d{3,12}")
_DONE_IN_THE_PAST = {"audit_sent_on", "audit_returned_on", "moderated_on"}
LONGEST_TEXT = 255
"""What a line of text of a SharePoint list holds."""


class Wrong(ValueError):
    """Says what is wrong with a cell; `write` says what to write."""

    def __init__(self, wrong: str, write: str) -> None:
        super().__init__(wrong)
        self.write = write


@dataclass(frozen=True, slots=True)
class Reading:
    """What the cells are read with. `given` is what a person said for every row whose file says nothing: our word ->
    text."""

    directory: Directory
    grade: Callable[[str], Grade | None]
    is_reference: Callable[[str], bool]
    cycles: Mapping[str, str]  # folded -> as it is called
    today: date
    titles: Mapping[str, str]
    given: Mapping[str, str] = field(default_factory=dict)
    places: frozenset[str] = frozenset()  # words of teams, services and roles
    called: Mapping[str, Collection[str]] = field(default_factory=dict)  # address -> names in other sheets


@dataclass(slots=True)
class ReadRow:
    """One row: its `values` by our words, empty cells left out, and what is wrong with it."""

    sheet: str
    row: int
    columns: Mapping[str, int]
    values: dict[str, Any] = field(default_factory=dict)
    stands: dict[str, Value] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    people: dict[str, Found] = field(default_factory=dict)

    @property
    def where(self) -> str:
        return f"{self.sheet}, row {self.row + 1}"

    def wrong(self, word: str, wrong: str, write: str, stranger: Stranger | None = None) -> None:
        """A fault at the cell of a column; of one the sheet has not, at the first cell that is read."""
        column = self.columns.get(word, min(self.columns.values(), default=0))
        self.faults.append(Fault(self.sheet, self.row, column, self.stands.get(word), wrong, write, stranger))

    def cell(self, word: str) -> str:
        return f"{self.sheet}!{cell_name(self.row, self.columns.get(word, 0))}"


def rows_of(layout: Layout, reading: Reading) -> tuple[list[ReadRow], list[str]]:
    """The rows below the headings, and what was passed over there, in words."""
    sheet, words = layout.sheet, layout.words
    month_first = {
        word: american(sheet.cell(r, n) for r in range(layout.heading_row + 1, len(sheet.rows)))
        for word, n in words.items()
        if word in DAYS
    }
    headings = [shown(sheet.cell(layout.heading_row, n)) for n in words.values()]
    found: list[ReadRow] = []
    passed: list[str] = []
    for r in range(layout.heading_row + 1, len(sheet.rows)):
        cells: dict[str, Value] = {
            w: v for w, n in words.items() if (v := folded_empty(sheet.cell(r, n))) is not None
        }
        other = any(sheet.cell(r, n) is not None for n in range(len(sheet.rows[r])))
        if not cells or [shown(sheet.cell(r, n)) for n in words.values()] == headings:
            continue
        if len(cells) < 2 and other:
            passed.append(
                f"{sheet.name}, row {r + 1}: it has too little to be an audit, and was passed over."
            )
            continue
        row = ReadRow(sheet.name, r, words, stands=cells)
        for word in {**words, **reading.given}:
            value = cells.get(word)
            _read(
                row, word, reading.given.get(word) if value is None else value, layout, reading, month_first
            )
        found.append(row)
    return found, passed


def _read(
    row: ReadRow,
    word: str,
    value: Value,
    layout: Layout,
    reading: Reading,
    month_first: Mapping[str, bool],
) -> None:
    if value is None:
        return
    try:
        if error_of_excel(value):
            what = f"“{shown(value)[:40]}” is an error of Excel, or a formula that was never worked out"
            raise Wrong(what, "what belongs there")
        if word in DAYS:
            done = word in _DONE_IN_THE_PAST or COLUMNS[word].done
            first = month_first.get(word, False)
            row.values[word] = day_in(value, layout.sheet, reading.today, done=done, month_first=first)
        elif word in PEOPLE:
            row.people[word] = one_person(shown(value), reading.directory, reading.places, reading.called)
            row.values[word] = row.people[word].person
        else:
            row.values[word] = _other(word, value, reading)
    except (NoDay, Unknown, Wrong) as fault:
        end = "" if str(fault).endswith("?") else "."
        stranger = fault.stranger if isinstance(fault, Unknown) else None
        row.wrong(word, f"“{title_of(word, reading.titles)}”: {fault}{end}", fault.write, stranger)


def _other(word: str, value: Value, reading: Reading) -> Any:
    text, kind = shown(value), COLUMNS[word].kind
    if word == "reference":
        if not reading.is_reference(text):
            raise Wrong(
                "this is not written as a reference is", "one like FSP-2026-03-014, without a name in it"
            )
        return text
    if word == "cycle":
        if name := reading.cycles.get(" ".join(text.casefold().split())):
            return name
        known = "; ".join(sorted(reading.cycles.values()))
        raise Wrong("there is no such cycle in the list of cycles", f"one of: {known}")
    if word == "audit_type":
        return audit_type_in(text)
    if word in GRADES:
        if grade := reading.grade(text):
            return grade
        raise Wrong("this is none of the four grades", ", ".join(grade.value for grade in Grade))
    if word == "mosaic_number":
        if not _MOSAIC.fullmatch(text):
            raise Wrong("this is no Mosaic number", "the number alone")
        return text
    if kind is Kind.LINES:
        return tuple(part.strip() for part in re.split(r"[\n;]|,(?=\s)", text) if part.strip())
    if kind is Kind.YES_NO or COLUMNS[word].choices == ("Yes", "No"):
        if (said := _YES_NO.get(text.casefold())) is None:
            raise Wrong("this is neither yes nor no", "Yes or No")
        return said
    if len(text) > LONGEST_TEXT:
        raise Wrong(f"this is longer than {LONGEST_TEXT} characters", "less")
    return text


def audit_type_in(text: str) -> AuditType:
    """Raises Wrong."""
    plain = " ".join(re.sub(r"[^\w]+", " ", text.casefold()).split())
    for kind in AuditType:
        if plain == " ".join(re.sub(r"[^\w]+", " ", kind.value.casefold()).split()):
            return kind
    if plain in _TYPES:
        return _TYPES[plain]
    raise Wrong("this is no type of audit", ", ".join(AuditType))


def of_people(rows: list[ReadRow]) -> Iterator[tuple[str, Found]]:
    """Everybody who was found otherwise than by address or name, each once, with the first cell that names them."""
    told = set()
    for row in rows:
        for word, found in row.people.items():
            if (
                found.how not in (BY_ADDRESS, BY_NAME)
                and (key := (row.stands.get(word), found.person)) not in told
            ):
                told.add(key)
                yield row.cell(word), found
