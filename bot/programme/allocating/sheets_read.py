"""The sheets “Children” and “Auditors” as values; and what an earlier proposal, and people's hands in it, have said.

Nothing is guessed. A name that may be a colleague's, and nobody can tell, closes that colleague to the child and is
told. A cell that is empty is not known; “none” or “-” says that there is nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches

from bot.errors import SettingsError, nearest
from bot.programme.allocating.parts import Agreed, Child, Colleague, Part
from bot.programme.allocating.rules_file import AllocationFile
from bot.programme.importing.days_read import NoDay, day_in
from bot.programme.importing.known_titles import folded, names_of
from bot.programme.importing.people_named import Directory, Unknown, folded_name
from bot.programme.importing.rows_read import Wrong, audit_type_in
from bot.programme.importing.sheets import Sheet, Value, column_name, folded_empty, shown
from bot.programme.vocabulary import AuditType, Person

CHILDREN, AUDITORS, ALLOCATIONS, PROPOSED, DRAW = (
    "Children",
    "Auditors",
    "Allocations",
    "Proposed",
    "The draw",
)
MOST_FAULTS = 40
_MOST_DAYS = 366 * 50
"""Back or ahead that a day of somebody's working life may lie."""
_ADDRESS = re.compile(r"[^\s<>(),;]+@[^\s<>(),;]+")
_ASIDE = re.compile(r"<[^>]*>")
_YES = {"yes": True, "y": True, "x": True, "true": True, "no": False, "n": False, "false": False}

_OF_CHILDREN: Mapping[str, str] = {
    "service": "service, service area",
    "involved": "also involved, involved, involved in the work, direct involvement",
    "left_out": "leave out, leave out because, left out, excluded, exclude, reason not to audit, withdrawn",
    "earlier_auditors": "earlier auditor, earlier auditors, first auditor, audited before by",
    "kloe": "lines of enquiry, kloes",
}
"""What the list of allocations has no column for; all else is headed as there (known_titles.py)."""
_OF_AUDITORS: Mapping[str, str] = {
    "name": "name, auditor, colleague, person",
    "address": "address, email, e mail, email address, mail",
    "role": "role, post, job title, grade",
    "team": "team, own team",
    "teams_before": "teams in the last 12 months, teams before, earlier teams, former teams",
    "trained_on": "trained on, trained, audit training, training completed on, date trained",
    "left_on": "left on, leaves on, leaving date, left, last day",
    "exempted": "exempted, exempt",
    "leave_from": "leave from, on leave from, away from, absent from",
    "leave_to": "leave to, on leave to, leave until, away to, away until, absent to",
    "manager": "manager, line manager, supervisor",
    "head_of_service": "head of service, hos",
    "own_work": "own work, own children, works with",
    "audits_at_most": "audits at most, at most, how many at most, most audits",
    "moderations_at_most": "moderations at most, most moderations",
    "audits_before": "audits in the last two cycles, audits before",
    "moderations_before": "moderations in the last two cycles, moderations before",
    "met": "teams audited in the last two cycles, teams audited before",
    "paired": "paired with last time, paired with, same pair, last moderator, last auditor",
}
_NEEDED = {
    CHILDREN: ("mosaic_number", "team", "practitioner"),
    AUDITORS: ("name", "address", "role", "team", "trained_on"),
}
"""Without these columns nothing can be proposed."""


@dataclass(slots=True)
class Book:
    """The sheets of one workbook by name, and what is wrong with them. `notes` are told and stop nothing."""

    sheets: Mapping[str, Sheet]
    today: date
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def refuse(self) -> None:
        """Raises SettingsError with everything that is wrong."""
        if self.faults:
            more = [f"and {len(self.faults) - MOST_FAULTS} more."] if len(self.faults) > MOST_FAULTS else []
            raise SettingsError([*self.faults[:MOST_FAULTS], *more])


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
        column = self.columns.get(word)
        where = f"{column_name(column)}{self.row + 1}" if column is not None else f"row {self.row + 1}"
        self.book.faults.append(f"{self.sheet.name}!{where}: {what}. Write {write}.")

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

    def yes(self, word: str) -> bool:
        text = self.text(word).casefold()
        if text and text not in _YES and folded_empty(text):
            self.wrong(word, f"“{text[:40]}” is neither yes nor no", "Yes or No")
        return _YES.get(text, False)


def colleagues(book: Book, file: AllocationFile) -> tuple[Colleague, ...]:
    """The register. A second line with the same address is a second time of leave."""
    lines = _lines(book, AUDITORS, {n: w for w, said in _OF_AUDITORS.items() for n in said.split(", ")})
    people = []
    for line in lines:
        address = _ADDRESS.search(line.text("address")) or _ADDRESS.search(line.text("name"))
        name = _ASIDE.sub("", line.text("name")).strip()
        if not address or not name:
            line.wrong("address", "a colleague needs a name and an address", "both")
            people.append(Person(name, f"{line.row}@unknown.invalid"))
        else:
            people.append(Person(name, address[0]))
    directory = Directory(people)
    roles = _roles(file)
    found: dict[Person, Colleague] = {}
    for line, who in zip(lines, people, strict=True):
        away = _leave(line)
        if who in found:
            found[who] = replace(found[who], away=(*found[who].away, *away))
            continue
        role = roles.get(folded(line.text("role")), line.text("role"))
        if role and folded(role) not in roles:
            book.notes.append(
                f"{AUDITORS}, row {line.row + 1}: “{role}” is no role that audits or moderates."
            )
        found[who] = Colleague(
            person=who,
            role=role,
            team=f"no team ({who.email})"
            if line.text("team") and not line.texts("team")
            else line.text("team"),
            teams_before=line.texts("teams_before"),
            trained_on=line.day("trained_on"),
            left_on=line.day("left_on"),
            exempted=line.yes("exempted"),
            away=away,
            manager=_one(line, "manager", directory, who),
            head_of_service=_one(line, "head_of_service", directory, who),
            own_work=frozenset(line.texts("own_work")),
            audits_at_most=line.number("audits_at_most", file.audits_at_most),
            moderations_at_most=line.number("moderations_at_most", file.moderations_at_most),
            audits_before=line.number("audits_before", 0),
            moderations_before=line.number("moderations_before", 0),
            met=line.texts("met"),
            paired=tuple(
                p
                for each in line.texts("paired")
                if (p := _named(line, "paired", each, directory, set(), who))
            ),
        )
    return tuple(found.values())


def children(book: Book, register: Sequence[Colleague]) -> tuple[Child, ...]:
    """The frame. Raises nothing: faults are noted in the book."""
    names = {**names_of({}), **{n: w for w, said in _OF_CHILDREN.items() for n in said.split(", ")}}
    directory = Directory(c.person for c in register)
    found: dict[str, Child] = {}
    for line in _lines(book, CHILDREN, names):
        number = line.text("mosaic_number")
        if not re.fullmatch(r"[A-Za-z]{0,3}\d{3,12}", number):
            line.wrong("mosaic_number", f"“{number[:40]}” is no Mosaic number", "the number alone")
            continue
        if number in found:
            line.wrong("mosaic_number", "this child stands in a line above too", "each child once")
            continue
        found[number] = _child(line, number, directory)
    return tuple(found.values())


def _child(line: Line, number: str, directory: Directory) -> Child:
    unsure: set[Person] = set()

    def one(word: str) -> Person | None:
        who = _one(line, word, directory, None, unsure)
        return None if who == NOBODY else who

    def several(word: str) -> tuple[Person, ...]:
        return tuple(p for each in line.texts(word) if (p := _named(line, word, each, directory, unsure)))

    audit_type: AuditType | None = None
    if text := line.text("audit_type"):
        try:
            audit_type = audit_type_in(text)
        except Wrong as fault:
            line.wrong("audit_type", f"“{text[:40]}”: {fault}", fault.write)
    left_out = line.text("left_out")
    if left_out.casefold() in _YES:
        left_out = "left out by the Audit Team" if _YES[left_out.casefold()] else ""
    child = Child(
        number=number,
        service=line.text("service"),
        team=line.text("team"),
        outcome_type=line.text("outcome_type"),
        practitioner=one("practitioner"),
        team_manager=one("team_manager"),
        group_manager=one("group_manager"),
        head_of_service=one("head_of_service"),
        iro_or_cp_chair=one("iro_or_cp_chair"),
        chair_said=bool(line.text("iro_or_cp_chair")),
        involved=several("involved"),
        earlier_audit=line.text("earlier_audit"),
        earlier_auditors=several("earlier_auditors"),
        lines=tuple(dict.fromkeys(p.strip() for p in re.split(r"[\n;]", line.text("kloe")) if p.strip())),
        audit_type=audit_type,
        left_out=left_out if folded_empty(left_out) else "",
    )
    return replace(child, unsure=tuple(sorted(unsure, key=lambda p: p.email)))


def _roles(file: AllocationFile) -> dict[str, str]:
    """Every role the rules name, folded, as they write it."""
    rules = file.rules
    every = [*rules.moderators, *rules.chairs, *(r for kind in rules.kinds.values() for r in kind.roles)]
    return {folded(role): role for role in every}


def _leave(line: Line) -> tuple[tuple[date, date], ...]:
    first, last = line.day("leave_from"), line.day("leave_to")
    if line.text("leave_to") and not line.text("leave_from"):
        line.wrong("leave_from", "leave that ends has a first day", "the first day of it")
    if first and last and last < first:
        line.wrong("leave_to", "the last day of leave lies before the first", "the right one")
    return ((first, last or date.max),) if first else ()


def _one(
    line: Line, word: str, directory: Directory, me: Person | None, unsure: set[Person] | None = None
) -> Person | None:
    text = line.text(word)
    return _named(line, word, text, directory, set() if unsure is None else unsure, me) if text else None


def _named(
    line: Line, word: str, text: str, directory: Directory, unsure: set[Person], me: Person | None = None
) -> Person | None:
    """Whom a name means: a colleague of the register, or somebody who is certainly none of them."""
    if folded_empty(text) is None:
        return NOBODY
    addresses = _ADDRESS.findall(text)
    try:
        return directory.find(text).person
    except Unknown as fault:
        name = _ADDRESS.sub("", _ASIDE.sub("", text)).strip(" ,;")
        if len(addresses) > 1:
            line.wrong(word, f"“{text[:60]}”: {fault}", fault.write)
            return None
        said = name or addresses[0].partition("@")[0].replace(".", " ")
        if perhaps := [p for p in directory.like(said) if p != me]:
            unsure.update(perhaps)
            who = " or ".join(p.name for p in perhaps[:3])
            line.book.notes.append(
                f"{line.sheet.name}!{column_name(line.columns[word])}{line.row + 1}: “{text[:60]}” may be {who}, and "
                "nobody can tell. Nothing that hangs on it is proposed until the address of the register stands there."
            )
            if me:
                return None
        if addresses:
            return Person(name or addresses[0], addresses[0])
        return Person(name, folded_name(name) or name)


NOBODY = Person("", "nobody")
"""Said to be nobody: a child without a Chair, a colleague whom nobody manages."""


def _lines(book: Book, name: str, names: Mapping[str, str]) -> list[Line]:
    sheet = next((s for n, s in book.sheets.items() if n.casefold() == name.casefold()), None)
    if sheet is None:
        book.faults.append(f"There is no sheet “{name}”{nearest(name, book.sheets) if book.sheets else ''}.")
        return []
    at = next((r for r in range(min(len(sheet.rows), 40)) if _heads(sheet, r, names) >= 3), None)
    if at is None:
        book.faults.append(f"{name}: no row of headings is known: {', '.join(_titles(name))} …")
        return []
    columns: dict[str, int] = {}
    for n in range(len(sheet.rows[at])):
        heading = shown(sheet.cell(at, n))
        word = names.get(folded(heading))
        if word in columns:
            book.faults.append(f"{name}: “{heading}” and another column are both “{word.replace('_', ' ')}”.")
        elif word:
            columns[word] = n
        elif heading:
            near = get_close_matches(folded(heading), names, 1, 0.86)
            meant = f"; is “{near[0]}” meant? Then head it so" if near else ""
            book.notes.append(f"{name}: the column “{heading[:60]}” is not used{meant}.")
    for word in _NEEDED[name]:
        if word not in columns:
            book.faults.append(f"{name}: the column “{_title(name, word)}” is missing.")
    lines = [
        Line(book, sheet, r, {w: sheet.cell(r, n) for w, n in columns.items()}, columns)
        for r in range(at + 1, len(sheet.rows))
    ]
    return [line for line in lines if any(value is not None for value in line.cells.values())]


def _heads(sheet: Sheet, row: int, names: Mapping[str, str]) -> int:
    return sum(folded(shown(cell)) in names for cell in sheet.rows[row] if cell is not None)


def _titles(name: str) -> Iterable[str]:
    return (_title(name, word) for word in _NEEDED[name])


def _title(name: str, word: str) -> str:
    said = {"mosaic_number": "Mosaic number", "practitioner": "Practitioner", "team": "Team"}
    return said.get(word) or _OF_AUDITORS[word].split(",")[0].capitalize()


# ------------------------------------------------------------------------------------------------- an earlier proposal


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an earlier proposal says: its seed, the key of its frame's HMAC and that HMAC; the children with what they
    were drawn for; who was to do what, by hand or not; and those whose row people took out."""

    seed: str = ""
    key: str = ""
    told: str = ""
    kept: Mapping[str, tuple[AuditType, str]] = field(default_factory=dict)
    agreed: Mapping[str, Agreed] = field(default_factory=dict)
    taken_out: frozenset[str] = frozenset()


def earlier(book: Book, register: Sequence[Colleague]) -> Earlier:
    """From the workbook that was written then, with what people changed in its rows since. What differs from what was
    proposed was done by hand; a cell that was emptied says: not this one."""
    facts = {
        shown(row[0]): shown(row[1]) for row in _rows_of(book, DRAW) if len(row) > 1 and row[0] is not None
    }
    seed, key, told = (facts.get(word, "") for word in (SEED, KEY, TOLD))
    if not {ALLOCATIONS, PROPOSED} & {*book.sheets}:
        return Earlier(seed, key, told)  # a frame that waited for its seed
    names = names_of({})
    now = {line.text("mosaic_number"): line for line in _table(book, ALLOCATIONS, names)}
    then = {line.text("mosaic_number"): line for line in _table(book, PROPOSED, _OF_PROPOSED)}
    directory = Directory(c.person for c in register)
    agreed, kept = {}, {}
    for number, line in now.items():
        was = then.get(number)
        try:
            kept[number] = audit_type_in(line.text("audit_type")), line.text("kloe")
        except Wrong as fault:
            line.wrong("audit_type", f"“{line.text('audit_type')[:40]}”: {fault}", fault.write)
            continue
        agreed[number] = _agreed(line, was, directory)
    for number, line in then.items():
        if number not in now:
            kept[number] = audit_type_in(line.text("audit_type")), line.text("kloe")
    return Earlier(seed, key, told, kept, agreed, frozenset(then.keys() - now.keys()))


SEED, KEY, TOLD = "Seed", "Key of the HMAC", "HMAC-SHA256 of the frame"
_OF_PROPOSED = {
    "drawn for": "audit_type",
    "number": "mosaic_number",
    "for the line": "kloe",
    "proposed auditor": "auditor",
    "proposed moderator": "moderator",
    "by hand": "by_hand",
    "taken off auditor": "off_auditor",
    "taken off moderator": "off_moderator",
}


def _agreed(line: Line, was: Line | None, directory: Directory) -> Agreed:
    people: dict[Part, Person] = {}
    hands: set[Part] = set()
    off: dict[Part, frozenset[Person]] = {}
    for part in Part:
        word = part.value
        text, before = line.text(word), was.text(word) if was else ""
        removed = {p for each in (was.texts(f"off_{word}") if was else ()) if (p := _known(each, directory))}
        if text and (who := _named(line, word, text, directory, set())):
            people[part] = who
            if text != before or line.text("confirmed_on") or (was and word in was.texts("by_hand")):
                hands.add(part)
        elif before and (gone := _known(before, directory)):
            removed.add(gone)
        if removed:
            off[part] = frozenset(removed)
    return Agreed(people, frozenset(hands), off)


def _known(text: str, directory: Directory) -> Person | None:
    try:
        return directory.find(text).person
    except Unknown:
        return None


def _rows_of(book: Book, name: str) -> Sequence[Sequence[Value]]:
    sheet = next((s for n, s in book.sheets.items() if n.casefold() == name.casefold()), None)
    if sheet is None:
        book.faults.append(
            f"The earlier proposal has no sheet “{name}”; was it written by audit-bot propose?"
        )
        return ()
    return sheet.rows


def _table(book: Book, name: str, names: Mapping[str, str]) -> list[Line]:
    rows = _rows_of(book, name)
    if not rows:
        return []
    sheet = next(s for n, s in book.sheets.items() if n.casefold() == name.casefold())
    columns = {word: n for n, cell in enumerate(rows[0]) if (word := names.get(folded(shown(cell))))}
    return [
        line
        for r in range(1, len(rows))
        if (line := Line(book, sheet, r, {w: sheet.cell(r, n) for w, n in columns.items()}, columns)).text(
            "mosaic_number"
        )
    ]
