"""One sheet of a proposal's workbook as lines: what stands under each heading, and whom a name means.

Nothing is guessed. A name that may be a colleague's, and nobody can tell, closes that colleague to the child and is
told. A cell that is empty is not known; “none” or “-” says that there is nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from bot.errors import SettingsError, near_words, nearest
from bot.programme.importing.days_read import NoDay, day_in
from bot.programme.importing.known_titles import folded
from bot.programme.importing.people_named import ADDRESS, Directory, Unknown, folded_name
from bot.programme.importing.sheets import Sheet, Value, cell_name, folded_empty, shown
from bot.programme.vocabulary import Person

MOST_FAULTS = 40
_MOST_DAYS = 366 * 50
"""Back or ahead that a day of somebody's working life may lie."""
_NAMED = re.compile(r"([^<>@\n;]+)<([^\s<>]+@[^\s<>]+)>")
ASIDE = re.compile(r"<[^>]*>")
MEANT = "meant? Then head it so"
"""Stands in a note of a column that is not used, where one that is seems to be misspelt."""
_FULL = ("full", "full time", "full-time", "no")
YES = {"yes": True, "y": True, "x": True, "true": True, "no": False, "n": False, "false": False}
NOBODY = Person("", "nobody")
"""Said to be nobody: a child without a Chair, a colleague whom nobody manages."""


@dataclass(slots=True)
class Book:
    """The sheets of one workbook by name, and what is wrong with them. `notes` are told and stop nothing."""

    sheets: Mapping[str, Sheet]
    today: date
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def sheet(self, name: str) -> Sheet | None:
        return next((sheet for n, sheet in self.sheets.items() if n.casefold() == name.casefold()), None)

    def refuse(self) -> None:
        """Raises SettingsError with everything that is wrong."""
        if self.faults:
            more = [f"and {len(self.faults) - MOST_FAULTS} more."] if len(self.faults) > MOST_FAULTS else []
            raise SettingsError([*self.faults[:MOST_FAULTS], *more])


class Known:
    """Whom a name can mean: the colleagues of the register, and everybody whose address stands beside their name
    somewhere in the workbook, so that a manager is one person however two sheets write them."""

    def __init__(self, register: Iterable[Person], book: Book) -> None:
        people = list(register)
        cells = (cell for sheet in book.sheets.values() for row in sheet.rows for cell in row)
        named = (_NAMED.fullmatch(cell.strip()) for cell in cells if isinstance(cell, str) and "@" in cell)
        self._colleagues = frozenset(people)
        self._register = Directory(people)
        self._everybody = Directory(
            [*people, *(Person(found[1].strip(), found[2]) for found in named if found)]
        )
        self._found: dict[str, Person | Unknown] = {}
        self._like: dict[str, list[Person]] = {}

    def find(self, text: str) -> Person:
        """Raises Unknown, also for a stranger who may be a colleague with another address."""
        if text not in self._found:
            try:
                self._found[text] = self._certain(text)
            except Unknown as fault:
                self._found[text] = fault
        found = self._found[text]
        if isinstance(found, Unknown):
            raise found
        return found

    def _certain(self, text: str) -> Person:
        found = self._everybody.find(text).person
        if found not in self._colleagues and self.like(found.name):
            raise Unknown("this may be a colleague of the register under another address")
        return found

    def like(self, text: str) -> list[Person]:
        """The colleagues who may be meant by a name that is nobody's."""
        if text not in self._like:
            self._like[text] = self._register.like(text)
        return self._like[text]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a sheet: what stands under each of our words."""

    book: Book
    sheet: Sheet
    row: int
    cells: Mapping[str, Value]
    columns: Mapping[str, int]

    def text(self, word: str) -> str:
        return shown(self.cells.get(word)).strip()

    def texts(self, word: str) -> tuple[str, ...]:
        """Several, a line each or with a comma or semicolon between them; “none” is none."""
        parts = re.split(r"[\n;,]", self.text(word))
        return tuple(dict.fromkeys(p for part in parts if folded_empty(p := " ".join(part.split())) and p))

    def wrong(self, word: str, what: str, write: str) -> None:
        self.book.faults.append(f"{self.place(word)}: {what}. Write {write}.")

    def place(self, word: str) -> str:
        """Where something stands, as people find it: a cell of a sheet, or a row of a list and its column."""
        column = self.columns.get(word)
        if not self.sheet.ids:
            where = cell_name(self.row, column) if column is not None else f"row {self.row + 1}"
            return f"{self.sheet.name}!{where}"
        title = f", “{shown(self.sheet.cell(0, column))}”" if column is not None else ""
        return f"the list “{self.sheet.called}”, row {self.sheet.ids[self.row]}{title}"

    def day(self, word: str) -> date | None:
        value = self.cells.get(word)
        if value is None or folded_empty(value) is None or isinstance(value, date):
            return value if isinstance(value, date) else None
        try:
            return day_in(value, self.sheet, self.book.today, done=False, most=_MOST_DAYS)
        except NoDay as fault:
            self.wrong(word, f"“{shown(value)}”: {fault}", fault.write)
            return None

    def number(self, word: str, usual: int) -> int:
        text = self.text(word)
        if not text:
            return usual
        if not re.fullmatch(r"\d{1,3}", text):
            self.wrong(word, f"“{text[:40]}” is no number", "how many, as 2")
            return usual
        return int(text)

    def share(self, word: str) -> int:
        """A share of full time in per cent: “0.6”, “60 %”; 100 where nothing is said, or that it is full."""
        text = self.text(word).casefold()
        if not text or folded_empty(text) is None or text in _FULL:
            return 100
        found = re.fullmatch(r"(\d{1,3}(?:[.,]\d{1,4})?)\s*(%?)", text)
        if found:
            part = Fraction(found[1].replace(",", "."))
            percent = round(part if found[2] else part * 100)
            if 5 <= percent <= 100:
                return percent
        self.wrong(word, f"“{text[:40]}” is no share of full time", "0.6, or 60 %")
        return 100

    def yes(self, word: str) -> bool:
        text = self.text(word).casefold()
        if text and text not in YES and folded_empty(text):
            self.wrong(word, f"“{text[:40]}” is neither yes nor no", "Yes or No")
        return YES.get(text, False)


def one(
    line: Line, word: str, known: Known, me: Person | None, unsure: set[Person] | None = None
) -> Person | None:
    text = line.text(word)
    return named(line, word, text, known, set() if unsure is None else unsure, me) if text else None


def named(
    line: Line, word: str, text: str, known: Known, unsure: set[Person], me: Person | None = None
) -> Person | None:
    """Whom a name means: a colleague of the register, or somebody who is certainly none of them."""
    if folded_empty(text) is None:
        return NOBODY
    addresses = ADDRESS.findall(text)
    try:
        return known.find(text)
    except Unknown as fault:
        name = ADDRESS.sub("", ASIDE.sub("", text)).strip(" ,;")
        if len(addresses) > 1:
            line.wrong(word, f"“{text[:60]}”: {fault}", fault.write)
            return None
        said = name or addresses[0].partition("@")[0].replace(".", " ")
        if perhaps := [p for p in known.like(said) if p != me]:
            unsure.update(perhaps)
            who = " or ".join(p.name for p in perhaps[:3])
            line.book.notes.append(
                f"{line.place(word)}: “{text[:60]}” may be {who}, and "
                "nobody can tell. Nothing that hangs on it is proposed until the address of the register stands there."
            )
            if me:
                return None
        if addresses:
            return Person(name or addresses[0], addresses[0])
        return Person(name, folded_name(name) or name)


def lines_of(book: Book, name: str, names: Mapping[str, str], needed: Mapping[str, str]) -> list[Line]:
    """The lines below the headings. `names` are what a heading may say, folded, and our word for it; `needed` the words
    without which nothing can be proposed, with their titles."""
    sheet = book.sheet(name)
    if sheet is None:
        book.faults.append(f"There is no sheet “{name}”{nearest(name, book.sheets) if book.sheets else ''}.")
        return []
    where = f"The list “{sheet.called}”" if sheet.ids else name
    at = 0 if sheet.ids else _headings_at(sheet, names)
    if at is None:
        book.faults.append(f"{name}: no row of headings is known: {', '.join(needed.values())} …")
        return []
    columns: dict[str, int] = {}
    for n in range(len(sheet.rows[at])):
        heading = shown(sheet.cell(at, n))
        word = names.get(folded(heading))
        if word in columns:
            book.faults.append(
                f"{where}: “{heading}” and another column are both “{word.replace('_', ' ')}”."
            )
        elif word:
            columns[word] = n
        elif heading:
            near = near_words(folded(heading), names, alike=0.86)
            meant = f"; is “{near[0]}” {MEANT}" if near else ""
            book.notes.append(f"{where}: the column “{heading[:60]}” is not used{meant}.")
    for word, title in needed.items():
        if word not in columns:
            book.faults.append(f"{where}: the column “{title}” is missing.")
    lines = [
        Line(book, sheet, r, {w: sheet.cell(r, n) for w, n in columns.items()}, columns)
        for r in range(at + 1, len(sheet.rows))
    ]
    return [line for line in lines if any(value is not None for value in line.cells.values())]


def _headings_at(sheet: Sheet, names: Mapping[str, str]) -> int | None:
    return next((r for r in range(min(len(sheet.rows), 40)) if _heads(sheet, r, names) >= 3), None)


def _heads(sheet: Sheet, row: int, names: Mapping[str, str]) -> int:
    return sum(folded(shown(cell)) in names for cell in sheet.rows[row] if cell is not None)


def _kept(book: Book, name: str) -> Sheet | None:
    """A sheet of the earlier proposal."""
    sheet = book.sheet(name)
    if sheet is None:
        book.faults.append(
            f"The earlier proposal has no sheet “{name}”; was it written by audit-bot propose?"
        )
    return sheet


def rows_of(book: Book, name: str) -> Sequence[Sequence[Value]]:
    sheet = _kept(book, name)
    return sheet.rows if sheet else ()


def table_of(book: Book, name: str, names: Mapping[str, str]) -> list[Line]:
    sheet = _kept(book, name)
    if sheet is None or not sheet.rows:
        return []
    columns = {word: n for n, cell in enumerate(sheet.rows[0]) if (word := names.get(folded(shown(cell))))}
    return [
        line
        for r in range(1, len(sheet.rows))
        if (line := Line(book, sheet, r, {w: sheet.cell(r, n) for w, n in columns.items()}, columns)).text(
            "mosaic_number"
        )
    ]
