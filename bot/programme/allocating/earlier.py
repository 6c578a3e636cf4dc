"""What an earlier proposal, and people's hands in its workbook since, have said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.programme.allocating.parts import Agreed, Colleague, Part
from bot.programme.allocating.sheet_lines import Book, Known, Line, named, rows_of, table_of
from bot.programme.importing.known_titles import names_of
from bot.programme.importing.people_named import Unknown
from bot.programme.importing.rows_read import Wrong, audit_type_in
from bot.programme.importing.sheets import Value, shown
from bot.programme.vocabulary import AuditType, Person

ALLOCATIONS, PROPOSED, DRAW, RESERVE = "Allocations", "Proposed", "The draw", "Reserve list"


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an earlier proposal says: its seed, the key of its frame's HMAC and that HMAC; the children with what they
    were drawn for; who was to do what, by hand or not; those whose row people took out; and the name of the cycle it
    was for, "" where it says none."""

    seed: str = ""
    key: str = ""
    told: str = ""
    kept: Mapping[str, tuple[AuditType, str]] = field(default_factory=dict)
    agreed: Mapping[str, Agreed] = field(default_factory=dict)
    taken_out: frozenset[str] = frozenset()
    cycle: str = ""


def earlier(book: Book, register: Sequence[Colleague]) -> Earlier:
    """From the workbook that was written then, with what people changed in its rows since. What differs from what was
    proposed was done by hand; a cell that was emptied says: not this one."""
    facts = _facts(rows_of(book, DRAW))
    seed, key, told, cycle = (facts.get(word, "") for word in (SEED, KEY, TOLD, CYCLE))
    if not {ALLOCATIONS, PROPOSED} & {*book.sheets}:
        return Earlier(seed, key, told, cycle=cycle)  # a frame that waited for its seed
    names = names_of({})
    now = {line.text("mosaic_number"): line for line in table_of(book, ALLOCATIONS, names)}
    then = {line.text("mosaic_number"): line for line in table_of(book, PROPOSED, _OF_PROPOSED)}
    known = Known((c.person for c in register), book)
    agreed, kept = {}, {}
    for number, line in now.items():
        was = then.get(number)
        try:
            kept[number] = audit_type_in(line.text("audit_type")), line.text("kloe")
        except Wrong as fault:
            line.wrong("audit_type", f"“{line.text('audit_type')[:40]}”: {fault}", fault.write)
            continue
        agreed[number] = _agreed(line, was, known)
    for number, line in then.items():
        if number not in now:
            kept[number] = audit_type_in(line.text("audit_type")), line.text("kloe")
    return Earlier(seed, key, told, kept, agreed, frozenset(then.keys() - now.keys()), cycle)


def drawn_before(book: Book) -> tuple[str, str, frozenset[str]]:
    """The cycle that the proposal in a workbook is for, its seed, and the numbers of the children who were drawn;
    nothing where it is two sheets alone."""
    sheet = book.sheet(DRAW)
    facts = _facts(sheet.rows) if sheet else {}
    drawn = table_of(book, PROPOSED, _OF_PROPOSED) if book.sheet(PROPOSED) else ()
    numbers = frozenset(line.text("mosaic_number") for line in drawn)
    return facts.get(CYCLE, ""), facts.get(SEED, ""), numbers


def _facts(rows: Sequence[Sequence[Value]]) -> dict[str, str]:
    return {shown(row[0]): shown(row[1]).strip() for row in rows if len(row) > 1 and row[0] is not None}


SEED, KEY, TOLD, CYCLE = "Seed", "Key of the HMAC", "HMAC-SHA256 of the frame", "Proposed for the cycle"
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


def _agreed(line: Line, was: Line | None, known: Known) -> Agreed:
    people: dict[Part, Person] = {}
    hands: set[Part] = set()
    off: dict[Part, frozenset[Person]] = {}
    for part in Part:
        word = part.value
        text, before = line.text(word), was.text(word) if was else ""
        removed = {p for each in (was.texts(f"off_{word}") if was else ()) if (p := _known(each, known))}
        if text and (who := named(line, word, text, known, set())):
            people[part] = who
            if text != before or line.text("confirmed_on") or (was and word in was.texts("by_hand")):
                hands.add(part)
        elif before and (gone := _known(before, known)):
            removed.add(gone)
        if removed:
            off[part] = frozenset(removed)
    confirmed = line.cells.get("confirmed_on")
    return Agreed(
        people, frozenset(hands), off, confirmed if isinstance(confirmed, date) else line.text("confirmed_on")
    )


def _known(text: str, known: Known) -> Person | None:
    try:
        return known.find(text)
    except Unknown:
        return None
