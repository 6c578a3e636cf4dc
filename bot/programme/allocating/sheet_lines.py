"""One sheet of a proposal's workbook as lines: what stands under each heading, and whom a name means.

Nothing is guessed. A name that may be a colleague's, and nobody can tell, closes that colleague to the child and is
told. A cell that is empty is not known; “none” says that there is nobody (cell_words.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from bot.errors import SettingsError
from bot.programme.allocating.cell_words import (
    SEVERAL,
    TEAMS,
    Says,
    is_no_number,
    is_nothing,
    is_sign,
    part_said,
    plain,
)
from bot.programme.allocating.sheet_columns import AUDITORS, CHILDREN, headings
from bot.programme.importing.days_read import NoDay, day_in
from bot.programme.importing.known_titles import folded
from bot.programme.importing.names_written import Written, place_words, written
from bot.programme.importing.people_named import Directory, Unknown, folded_name, may_be_one
from bot.programme.importing.sheets import Sheet, Value, cell_name, folded_empty, shown
from bot.programme.messages.dates_in_text import dates_written
from bot.programme.vocabulary import Person
from bot.programme.waits import first_few

MOST_FAULTS = 40
_MOST_DAYS = 366 * 50
"""Back or ahead that a day of somebody's working life may lie."""
_NAMED = re.compile(r"([^<>@\n;]+)<([^\s<>]+@[^\s<>]+)>")
_FULL = ("full", "full time", "full-time", "no")
_OF_PLACES = TEAMS | {"service", "role", "outcome_type"}
_FIRST_ROWS, FEWEST = 40, 3
"""Where a row of headings is looked for, and how many must be known."""
NONE = "none"
YES = {"yes": True, "y": True, "x": True, "true": True, "no": False, "n": False, "false": False}
NOBODY = Person("", "nobody")
"""Said to be nobody: a child without a Chair, a colleague whom nobody manages."""


def called_alike(one: str, other: str) -> bool:
    """Whether two names of sheets are one, in whatever letters they are written."""
    return one.casefold().split() == other.casefold().split()


@dataclass(slots=True)
class Book:
    """The sheets of one workbook by name, and what is wrong with them. `notes` are told and stop nothing; what is told
    of several cells is one of them."""

    sheets: Mapping[str, Sheet]
    today: date
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _cells: dict[tuple[str, str, str], tuple[int, list[Line]]] = field(default_factory=dict)
    _places: frozenset[str] | None = None

    @property
    def places(self) -> frozenset[str]:
        """The words of teams, services and roles, folded: what they say beside a name names nobody."""
        if self._places is None:
            self._places = frozenset(_words_of_places(self.sheets.values()))
        return self._places

    def tell(self, line: Line, word: str, what: str) -> None:
        """A note of a cell; the same of another cell of its column makes one sentence with it."""
        at, lines = self._cells.setdefault((line.sheet.name, word, what), (len(self.notes), []))
        if not lines:
            self.notes.append("")
        lines.append(line)
        self.notes[at] = f"{places(lines, word)}: {what}"

    def sheet(self, name: str) -> Sheet | None:
        """The one of this name. Two that may both be it are a fault, unless a list of the site stands for them."""
        alike = [sheet for n, sheet in self.sheets.items() if called_alike(n, name)]
        if len(alike) > 1 and not any(sheet.ids for sheet in alike):
            which = " and ".join(f"“{sheet.name}”" for sheet in alike)
            said = f"The sheets {which} are both called “{name}”, and nobody can tell which counts. Keep one of them."
            self.faults += [said] if said not in self.faults else []
        return self.sheets.get(name) or next(iter(alike), None)

    def refuse(self) -> None:
        """Raises SettingsError with everything that is wrong."""
        if self.faults:
            more = [f"and {len(self.faults) - MOST_FAULTS} more."] if len(self.faults) > MOST_FAULTS else []
            raise SettingsError([*self.faults[:MOST_FAULTS], *more])


def row_of_headings(names: Mapping[str, str], sheet: Sheet, fewest: int = FEWEST) -> int | None:
    """The row of the first forty in which most headings are known, and so many at the least; of a list of the site the
    first."""
    if sheet.ids:
        return 0
    known = [sum(folded(shown(c)) in names for c in row if c is not None) for row in sheet.rows[:_FIRST_ROWS]]
    most = max(known, default=0)
    return known.index(most) if most >= fewest else None


def _words_of_places(sheets: Iterable[Sheet]) -> Iterator[str]:
    known = {**headings(CHILDREN), **headings(AUDITORS)}
    for sheet in sheets:
        at = row_of_headings(known, sheet)
        heads = [known.get(folded(shown(c))) for c in sheet.rows[at]] if at is not None else []
        for column in [n for n, word in enumerate(heads) if word in _OF_PLACES]:
            for text in {shown(sheet.cell(r, column)) for r in range(len(sheet.rows))}:
                yield from place_words(text)


@dataclass(frozen=True, slots=True)
class Beside:
    """Who else stands in a cell: `perhaps` colleagues of the register and those of `strange` whom nobody knows may be
    meant; of the latter `told` are written as a name in full."""

    perhaps: tuple[Person, ...]
    strange: tuple[Person, ...]
    told: tuple[Person, ...]


class Known:
    """Whom a name can mean: the colleagues of the register, and everybody whose address stands beside their name
    somewhere in the workbook, so that a manager is one person however two sheets write them."""

    def __init__(self, register: Iterable[Person], book: Book, places: Iterable[str] = ()) -> None:
        """`places`: teams, services and roles that stand in no sheet of the book."""
        people = list(register)
        self._places = book.places | {word for each in places for word in place_words(each)}
        self._people = frozenset(name for p in people if " " in (name := folded_name(p.name)))
        self._beside: dict[str, Beside] = {}
        cells = (cell for sheet in book.sheets.values() for row in sheet.rows for cell in row)
        named = (_NAMED.fullmatch(cell.strip()) for cell in cells if isinstance(cell, str) and "@" in cell)
        self._colleagues = frozenset(people)
        self._register = Directory(people)
        self._everybody = Directory(
            [*people, *(Person(self.read(found[1]).name, found[2]) for found in named if found)]
        )
        self._called = [
            (p, Directory([Person(name, "") for name in also]))
            for p in people
            if (also := self.read(p.name).also)
        ]
        self._found: dict[str, Person | Unknown] = {}
        self._like: dict[str, list[Person]] = {}
        self._short: dict[str, list[Person]] = {}

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

    def colleague(self, person: Person) -> bool:
        return person in self._colleagues

    def like(self, text: str) -> list[Person]:
        """The colleagues who may be meant by a name that is nobody's."""
        if text not in self._like:
            found = self._register.like(text)
            found += [p for p, names in self._called if p not in found and names.like(text)]
            self._like[text] = found
        return self._like[text]

    def short(self, text: str) -> list[Person]:
        """The colleagues who may be called so in short, or by another surname of theirs."""
        if text not in self._short:
            self._short[text] = self._register.in_other_words(text)
        return self._short[text]

    def read(self, text: str) -> Written:
        """The name in a cell, and what stands beside it."""
        return written(text, self._places, self._people)

    def beside(self, text: str) -> Beside:
        """Who may be meant by a cell besides the one whom its name or address finds."""
        if text not in self._beside:
            self._beside[text] = self._who_beside(self.read(text))
        return self._beside[text]

    def meant(self, text: str) -> frozenset[Person]:
        """Everybody of the register whom a cell may mean."""
        cell = self.read(text)
        try:
            found = [self.find(cell.alone)]
        except Unknown:
            found = self.like(cell.name) or self.short(cell.name)
        return frozenset(p for p in [*found, *self.beside(text).perhaps] if p in self._colleagues)

    def _who_beside(self, cell: Written) -> Beside:
        try:
            mine: Person | None = self.find(cell.alone)
        except Unknown:
            mine = None
        perhaps: dict[Person, None] = {}
        strange, told = dict[Person, None](), dict[Person, None]()
        names = [(name, False, True) for name in cell.also]
        names += [(name, in_full, False) for name, in_full in cell.others]
        if after := _behind_a_name(cell.name) if mine not in self._colleagues else "":
            names.append((after, False, False))
        if mine and cell.addresses and cell.name and not may_be_one(cell.name, mine.name):
            names.append((cell.name, False, False))
        for name, in_full, own in names:
            found = self.like(name)
            if mine in found and (own or len(name.split()) == 1):
                continue  # only their own name once more
            if not found and len(name.split()) > 1 and not (own and mine in self._colleagues):
                found = self.short(name)
            perhaps |= dict.fromkeys(p for p in found if p != mine)
            if not found and (in_full or own) and not (mine and own):
                stranger = Person(name, folded_name(name))
                strange[stranger] = None
                if in_full:
                    told[stranger] = None
        return Beside(tuple(perhaps), tuple(strange), tuple(told))


def _behind_a_name(name: str) -> str:
    """The one word behind a comma, where two stand before it: a first name, or somebody else's (“Wes Worker, Ada”)."""
    before, _, after = name.partition(",")
    return after.strip() if len(before.split()) > 1 and len(after.split()) == 1 else ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a sheet: what stands under each of our words."""

    book: Book
    sheet: Sheet
    row: int
    cells: dict[str, Value]
    columns: Mapping[str, int]
    rows: Mapping[str, int] = field(default_factory=dict)
    """Where a line is put together of several, the row of each cell."""
    unclear: set[str] = field(default_factory=set)
    """The columns in which somebody is named of whom nobody can tell who it is."""

    def stands(self, word: str) -> str:
        """What is written there, whatever it says."""
        return plain(self.cells.get(word))

    def text(self, word: str) -> str:
        """What a cell says: "" where it is empty, or says that it is not known and nothing else; “none”."""
        if word in SEVERAL:
            return "" if is_nothing(self.cells.get(word)) else self.stands(word)
        says, text = part_said(word, self.cells.get(word))
        return NONE if says is Says.NONE else text

    def texts(self, word: str) -> tuple[str, ...]:
        """Several, a line each or with a comma or semicolon between them; “none” is none."""
        found = ((says, " ".join(text.split())) for says, text in self._parts(word))
        return tuple(dict.fromkeys(text for says, text in found if text))

    def whole(self, word: str) -> tuple[str, ...]:
        """The same, with what has a comma in it in one piece."""
        value = self.cells.get(word)
        lines = re.split(r"[\n;]", value) if isinstance(value, str) else [value]
        found = (part_said(word, each)[1] for each in lines)
        return tuple(text for each in found if (text := " ".join(each.split())))

    def numbers(self, word: str) -> str:
        """A cell of numbers without the words that say that some are not known."""
        says, text = part_said(word, self.cells.get(word))
        words_alone = says is Says.NOT_KNOWN and not any(c.isdigit() for c in text)
        return "" if says is Says.NONE or words_alone else text

    def says_something(self, word: str, part: str) -> bool:
        return part_said(word, part)[0] is Says.WORDS

    def not_known(self, word: str) -> bool:
        """Whether somebody says in it that it is not known: what is to be held then, for it may be anybody."""
        return word in self.unclear or any(says is Says.NOT_KNOWN for says, _ in self._parts(word))

    def _parts(self, word: str) -> list[tuple[Says, str]]:
        value = self.cells.get(word)
        if word not in SEVERAL or not isinstance(value, str) or is_sign(value):
            return [part_said(word, value)]
        return [part_said(word, part) for part in re.split(r"[\n;,]", value)]

    def wrong(self, word: str, what: str, write: str) -> None:
        self.book.faults.append(f"{self.place(word)}: {what}. Write {write}.")

    def place(self, word: str) -> str:
        """Where something stands, as people find it: a cell of a sheet, or a row of a list and its column."""
        return places([self], word)

    def row_of(self, word: str) -> int:
        return self.rows.get(word, self.row)

    def at_fault(self, word: str) -> bool:
        """Whether something stands there that was told as a fault, and counts as empty from then on."""
        column = self.columns.get(word)
        there = self.sheet.cell(self.row_of(word), column) if column is not None else None
        return there is not None and self.cells.get(word) is None

    def day(self, word: str) -> date | None:
        """A day, which needs its year: by it somebody comes, or goes."""
        value = self.cells.get(word)
        if is_nothing(value) or folded_empty(value) is None:
            return None
        try:
            on = day_in(value, self.sheet, self.book.today, done=False, most=_MOST_DAYS)
            if isinstance(value, str) and on not in {each for _, _, each in dates_written(value)}:
                raise NoDay("it has no year")
            return on
        except NoDay as fault:
            self.wrong(word, f"“{shown(value)}”: {fault}", fault.write)
            return None

    def number(self, word: str, usual: int) -> int:
        text = self.stands(word)
        if is_no_number(text):
            return usual
        if folded_empty(text) is None:
            self.wrong(
                word,
                f"“{text[:40]}” may be nought or no limit",
                "0 for nought, or leave it empty for the usual",
            )
            return usual
        if not re.fullmatch(r"\d{1,3}", text):
            self.wrong(word, f"“{text[:40]}” is no number", "how many, as 2")
            return usual
        return int(text)

    def share(self, word: str) -> int:
        """A share of full time in per cent: “0.6”, “60 %”; 100 where nothing is said, or that it is full."""
        text = self.stands(word).casefold()
        if is_no_number(text) or folded_empty(text) is None or text in _FULL:
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


def places(lines: Sequence[Line], word: str) -> str:
    """ "Children!E2, E3, E4 and 57 more": the cells of some lines, as people find them."""
    sheet, column = lines[0].sheet, lines[0].columns.get(word)
    rows = list(dict.fromkeys(line.row_of(word) for line in lines))
    if sheet.ids:
        title = f", “{shown(sheet.cell(0, column))}”" if column is not None else ""
        which = first_few([sheet.ids[r] for r in rows])
        return f"the list “{sheet.called}”, row{'s' * (len(rows) > 1)} {which}{title}"
    if column is None:
        return f"{sheet.name}!row{'s' * (len(rows) > 1)} {first_few([str(r + 1) for r in rows])}"
    return f"{sheet.name}!{first_few([cell_name(r, column) for r in rows])}"


def one(line: Line, word: str, known: Known, me: Person | None, unsure: set[Person]) -> Person | None:
    """Whom a cell of one name means (`named`)."""
    text = line.text(word)
    if line.not_known(word):  # “A. Service” says nothing, and may be Ada Service all the same
        unsure.update(p for p in known.like(line.stands(word)) if p != me)
    return named(line, word, text, known, unsure, me) if text else None


def named(
    line: Line, word: str, text: str, known: Known, unsure: set[Person], me: Person | None = None
) -> Person | None:
    """Whom a name means: a colleague of the register, or somebody who is certainly none of them. Whoever else may be
    meant goes to `unsure`."""
    if text == NONE:
        return NOBODY
    cell = known.read(text)
    _tell_beside(line, word, text, known.beside(text), unsure, me)
    try:
        return known.find(cell.alone)
    except Unknown as fault:
        if len(cell.addresses) > 1:
            line.wrong(word, f"“{text[:60]}”: {fault}", fault.write)
            return None
    said = cell.name or cell.addresses[0].partition("@")[0].replace(".", " ")
    perhaps, opens = [p for p in known.like(said) if p != me], "the address of the register"
    if not perhaps and not cell.addresses:
        perhaps, opens = [p for p in known.short(said) if p != me], "an address"
    if perhaps:
        unsure.update(perhaps)
        who = " or ".join(p.name for p in perhaps[:3])
        line.book.tell(
            line,
            word,
            f"“{text[:60]}” may be {who}, and nobody can tell. Nothing that hangs on it is proposed until {opens} "
            "stands there.",
        )
        if me:
            return None
    if cell.addresses:
        return Person(cell.name or cell.addresses[0], cell.addresses[0])
    name = folded_name(cell.name)
    if not perhaps and (len(name.split()) < 2 or not name.isascii()):
        line.unclear.add(word)
        line.book.tell(
            line,
            word,
            f"“{text[:60]}” is no name in full, and nobody can tell who it is. Nothing that hangs on it is proposed "
            "until a name in full or an address stands there.",
        )
    return Person(cell.name, name or cell.name)


def _tell_beside(
    line: Line, word: str, text: str, beside: Beside, unsure: set[Person], me: Person | None
) -> None:
    perhaps = [p for p in beside.perhaps if p != me]
    unsure.update(perhaps, beside.strange)
    if not all(p.email.isascii() for p in beside.told):
        line.unclear.add(word)  # in letters that are nobody's here
    if who := " or ".join(p.name for p in [*perhaps, *beside.told][:3]):
        line.book.tell(
            line,
            word,
            f"“{text[:60]}” names, or may name, {who} besides, and counts as meaning them too. Write one name alone "
            "there; whoever else has to do with a child stands under Also involved.",
        )


def kept_sheet(book: Book, name: str) -> Sheet | None:
    """A sheet of the earlier proposal."""
    sheet = book.sheet(name)
    if sheet is None:
        book.faults.append(
            f"The earlier proposal has no sheet “{name}”; was it written by audit-bot propose?"
        )
    return sheet


def rows_of(book: Book, name: str) -> Sequence[Sequence[Value]]:
    sheet = kept_sheet(book, name)
    return sheet.rows if sheet else ()
