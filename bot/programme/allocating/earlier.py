"""What an earlier proposal, and people's hands in its workbook since, have said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.programme.allocating.cell_words import is_nothing
from bot.programme.allocating.hand_words import agreed_name, may_be_a_name, only_agreed
from bot.programme.allocating.parts import Agreed, Child, Colleague, Part
from bot.programme.allocating.record import (
    ALLOCATIONS,
    CYCLE,
    DRAW,
    KEY,
    MANY,
    PROPOSED,
    SEED,
    TOLD,
    Record,
)
from bot.programme.allocating.record_read import facts_in, place, record_in
from bot.programme.allocating.sheet_lines import (
    NONE,
    YES,
    Book,
    Known,
    Line,
    kept_sheet,
    named,
    places,
    rows_of,
)
from bot.programme.allocating.sheet_tables import Table, looked_at, table_in
from bot.programme.allocating.written_cells import number_key
from bot.programme.importing.columns_recognised import title_of
from bot.programme.importing.known_titles import folded, names_of
from bot.programme.importing.people_named import ADDRESS, Unknown, folded_name
from bot.programme.importing.rows_read import Wrong, audit_type_in
from bot.programme.importing.sheets import shown
from bot.programme.vocabulary import AuditType, Person

TAKEN_OUT = "row taken out by hand"
_READ = ("mosaic_number", "audit_type", "kloe", "auditor", "moderator", "confirmed_on")
"""What people change in a row of “Allocations”, and what they change it by."""
_PEOPLE_OF_CHILD = ("practitioner", "team_manager", "group_manager", "head_of_service", "iro_or_cp_chair")
_TEXT_OF_CHILD = ("team", "outcome_type", "earlier_audit")
_HEAD = "auditors_head_of_service"
_WRITTEN = (*_READ, *_PEOPLE_OF_CHILD, *_TEXT_OF_CHILD, _HEAD, "reference")
_FEWEST = 3
_MANY_OF = {
    "auditor": "auditors",
    "moderator": "moderators",
    "audit_type": "audit types",
    "kloe": "lines of enquiry",
}


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an earlier proposal says: its seed, the key of its frame's HMAC and that HMAC; the children with what they
    were drawn for; who was to do what, by hand or not; those whose row people took out, now or before; and the name of
    the cycle it was for, "" where it says none. `drawn`: it has a draw already, and is no frame alone; `record` is that
    of the draw. `was` are those who were proposed, with their strata as they were then; `out` what stood in “Proposed”
    of those whose row was taken out, by our words for the columns."""

    seed: str = ""
    key: str = ""
    told: str = ""
    kept: Mapping[str, tuple[AuditType, str]] = field(default_factory=dict)
    agreed: Mapping[str, Agreed] = field(default_factory=dict)
    taken_out: frozenset[str] = frozenset()
    cycle: str = ""
    drawn: bool = False
    record: Record | None = None
    was: Mapping[str, Child] = field(default_factory=dict)
    out: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def earlier(book: Book, register: Sequence[Colleague], children: Sequence[Child]) -> Earlier:
    """From the workbook that was written then, with what people changed in its rows since. What differs from what was
    proposed was done by hand; a cell that was emptied says: not this one. Whatever else was changed there is told, for
    it does not stay: `children` are the frame, which counts."""
    facts, record = facts_in(rows_of(book, DRAW)), record_in(book)
    seed, key, told, cycle = (facts.get(word, "") for word in (SEED, KEY, TOLD, CYCLE))
    if not (book.sheet(ALLOCATIONS) or book.sheet(PROPOSED)):
        return Earlier(seed, key, told, cycle=cycle, record=record)  # a frame that waited for its seed
    every = _then(book)
    then = {n: line for n, line in every.items() if not line.stands("out")}
    rows = _table(book, ALLOCATIONS, names_of({}), {word: title_of(word, {}) for word in _READ})
    looked_at(book, rows.lines, {word: title_of(word, {}) for word in _WRITTEN}, _OPEN, {})
    frame = {c.number for c in children}
    now = _by_number(rows.lines, every, frame)
    of_the_sheets = (t for c in register for t in (c.team, *c.teams_before, c.role))
    known = Known((c.person for c in register), book, {*of_the_sheets, *(c.service for c in children)})
    _tell_what_does_not_stay(book, rows, now, every, children, register, known)
    gone = then.keys() - now.keys()
    if len(gone) >= _FEWEST and len(gone) * 3 > len(then) and not book.faults:
        book.faults.append(
            f"{ALLOCATIONS}: {len(gone)} of the {len(then)} audits that were proposed stand there no longer. Is this "
            "the right sheet? Of those that are to be left out, write why into “Children” (“Leave out because”)."
        )
    if not YES.get(facts.get(MANY, "").casefold()):
        _ask_about_many(book, now, then)
    agreed, kept = {}, {}
    for number, line in {**{n: then[n] for n in gone}, **now}.items():
        try:
            audit_type, kloe = audit_type_in(line.text("audit_type")), line.text("kloe")
        except Wrong as fault:
            if not line.at_fault("audit_type"):
                line.wrong("audit_type", f"“{line.text('audit_type')[:40]}”: {fault}", fault.write)
            continue
        kept[number] = audit_type, "" if folded(kloe) == NONE else kloe
        if number in now:
            agreed[number] = _agreed(line, every.get(number), known)
            if number not in frame:
                _say_that_the_child_is_gone(book, line, bool(agreed[number].confirmed))
    out = {n: line for n, line in every.items() if n not in now}
    was = {
        n: Child(n, line.stands("service"), line.stands("team"), line.stands("outcome"))
        for n, line in every.items()
    }
    texts = {n: {word: line.stands(word) for word in _OF_PROPOSED.values()} for n, line in out.items()}
    return Earlier(seed, key, told, kept, agreed, frozenset(out), cycle, True, record, was, texts)


def _ask_about_many(book: Book, now: Mapping[str, Line], then: Mapping[str, Line]) -> None:
    """A fault where so much of a column is another's that it may have slipped, or been sorted alone."""
    for word, called in _MANY_OF.items():
        both = [(line, then[n]) for n, line in now.items() if n in then and then[n].text(word)]
        other = [line for line, was in both if line.text(word) != was.text(word)]
        if len(other) >= _FEWEST and len(other) * 3 > len(both):
            book.faults.append(
                f"{places(other, word)}: {len(other)} of the {len(both)} {called} are not those that were proposed. "
                f"Did the column slip, or was it sorted alone? If all of it is meant, write Yes beside “{MANY}” "
                f"({place(book, MANY)})."
            )


def _say_that_the_child_is_gone(book: Book, line: Line, confirmed: bool) -> None:
    if confirmed:
        line.wrong(
            "mosaic_number",
            "this row is confirmed, and no child of its number stands in “Children” any more",
            "the child into “Children” again (a row of the list comes with --with-list), or take the row out",
        )
    else:
        what = "no child of its number stands in “Children” any more, so the next of the reserve list comes."
        book.tell(line, "mosaic_number", what)


def drawn_before(book: Book) -> tuple[str, str, frozenset[str]]:
    """The cycle that the proposal in a workbook is for, its seed, and the numbers of the children who were drawn;
    nothing where it is two sheets alone. One whose row was taken out by hand is among them: the lot has had them."""
    sheet = book.sheet(DRAW)
    facts = facts_in(sheet.rows) if sheet else {}
    drawn = frozenset(_then(book)) if book.sheet(PROPOSED) else frozenset[str]()
    return facts.get(CYCLE, ""), facts.get(SEED, ""), drawn


def _table(book: Book, name: str, names: Mapping[str, str], needed: Mapping[str, str]) -> Table:
    sheet = kept_sheet(book, name)
    return table_in(book, sheet, names, needed) if sheet else Table([], {}, {})


def _then(book: Book) -> dict[str, Line]:
    """The rows as they were proposed, by the number of their child, or the reference of one without."""
    needed = {word: name.capitalize() for name, word in list(_OF_PROPOSED.items())[:5]}
    lines = _table(book, PROPOSED, _OF_PROPOSED, needed).lines
    return {number_key(text) or text: line for line in lines if (text := line.stands("mosaic_number"))}


def _by_number(lines: Sequence[Line], then: Mapping[str, Line], frame: set[str]) -> dict[str, Line]:
    """The rows as they stand. One without a number, with one that is none, that stands twice or is no child's, is a
    fault: what was written there would be lost."""
    now: dict[str, Line] = {}
    for line in lines:
        reference, stands = line.text("reference"), line.stands("mosaic_number")
        number = reference if reference in then else number_key(stands) or (stands if stands in then else "")
        if line.at_fault("mosaic_number"):
            continue
        if not number:
            what = f"“{stands[:40]}” is no Mosaic number" if stands else "this row has no Mosaic number"
            line.wrong("mosaic_number", what, "the number alone, or take the row out")
        elif number in now:
            line.wrong("mosaic_number", "this child stands in a row above too", "each child once")
        elif number not in frame and number not in then:
            line.wrong(
                "mosaic_number", "no child of this number stands in “Children”", "the number of one who does, or put "
                "the child into that sheet"
            )  # fmt: skip
        else:
            now[number] = line
    return now


def _tell_what_does_not_stay(
    book: Book,
    rows: Table,
    now: Mapping[str, Line],
    then: Mapping[str, Line],
    children: Sequence[Child],
    register: Sequence[Colleague],
    known: Known,
) -> None:
    """Notes of whatever was written into “Allocations” that the new proposal takes from elsewhere."""
    titles = {
        **rows.unused,
        **{n: shown(rows.heading(n)) for word, n in rows.columns.items() if word not in _WRITTEN},
    }
    for n, title in titles.items():
        if any(not is_nothing(line.sheet.cell(line.row, n)) for line in rows.lines):
            book.notes.append(
                f"{ALLOCATIONS}: the column “{title[:60]}” is not carried over into what is proposed now."
            )
    heads = {c.person: c.head_of_service for c in register}
    frame = {c.number: c for c in children}
    for number, line in now.items():
        if not (child := frame.get(number)):
            continue
        listed = bool(line.text("reference"))
        for word in (*_PEOPLE_OF_CHILD, *_TEXT_OF_CHILD):
            stands = getattr(child, word)
            if (
                word in rows.columns
                and not (listed and not stands)
                and not _the_same(line, word, stands, known)
            ):
                _say(book, line, word, "Children")
        if child.audit_type and folded(line.text("audit_type")) != folded(child.audit_type.value):
            _say(book, line, "audit_type", "Children")
        if child.left_out:
            though = ", though the row is confirmed" if not is_nothing(line.cells.get("confirmed_on")) else ""
            book.tell(line, "mosaic_number", f"“Children” leaves this child out, and that counts{though}.")
        before = then[number].text("auditor") if number in then else ""
        auditor = _known(line.text("auditor"), known)
        untouched = line.text("auditor") == before and _HEAD in rows.columns and not listed
        if untouched and auditor in heads and not _the_same(line, _HEAD, heads[auditor], known):
            _say(book, line, _HEAD, "Auditors")


def _say(book: Book, line: Line, word: str, sheet: str) -> None:
    book.tell(
        line,
        word,
        f"under “{title_of(word, {})}” stands something else than in “{sheet}”, and that counts. Where it was changed "
        "here, change it there: here it does not stay.",
    )


def _the_same(line: Line, word: str, stands: Person | str | None, known: Known) -> bool:
    """Whether a cell says what the sheets do."""
    text = line.text(word)
    text = "" if text == NONE else text
    if not isinstance(stands, Person):
        return folded(text) == folded(stands or "")
    if address := ADDRESS.search(text):
        return address[0].casefold() == stands.email
    return _known(text, known) == stands or folded_name(text) in (stands.email, folded_name(stands.name))


_OF_PROPOSED = {
    "drawn for": "audit_type",
    "number": "mosaic_number",
    "for the line": "kloe",
    "proposed auditor": "auditor",
    "proposed moderator": "moderator",
    "by hand": "by_hand",
    "taken off auditor": "off_auditor",
    "taken off moderator": "off_moderator",
    "service": "service",
    "its team": "team",
    "its outcome": "outcome",
    "taken out because": "out",
}


_OPEN = dict.fromkeys(
    ("auditor", "moderator"),
    "it counts as emptied, but for a name beside it: whoever was proposed there is not proposed for it again",
)


def _agreed(line: Line, was: Line | None, known: Known) -> Agreed:
    people: dict[Part, Person] = {}
    hands: set[Part] = set()
    off: dict[Part, frozenset[Person]] = {}
    confirmed = _confirmed(line)
    for part in Part:
        word = part.value
        text, before = line.text(word), was.text(word) if was else ""
        text = "" if text == NONE else text
        text = agreed_name(text, before, known) if text != before else text
        removed = {p for each in (was.texts(f"off_{word}") if was else ()) if (p := _known(each, known))}
        anew = text != before and known.read(text).more
        if only_agreed(stands := line.stands(word)) or (text != before and not may_be_a_name(text, known)):
            line.wrong(
                word, f"“{stands[:60]}” is no name, and nobody can tell what is meant",
                "first name and surname, as names are written, or an address; or put back what stood there",
            )  # fmt: skip
        elif anew:
            _tell_that_it_is_no_name(line, word, text)
            removed |= known.meant(text) | known.meant(before)
        elif text and (who := named(line, word, text, known, set())):
            people[part] = who
            removed.discard(who)
            if text != before or confirmed or (was and word in was.texts("by_hand")):
                hands.add(part)
        elif before and (gone := _known(before, known)):
            anew = True
            removed.add(gone)
        if anew and confirmed:
            line.wrong(
                word, "this row is confirmed, and another would be proposed here, whom nobody has confirmed",
                "whoever was confirmed, or take the day out",
            )  # fmt: skip
        if removed:
            off[part] = frozenset(removed)
    return Agreed(people, frozenset(hands), off, confirmed)


def _tell_that_it_is_no_name(line: Line, word: str, text: str) -> None:
    line.book.tell(
        line, word,
        f"“{' '.join(text.split())[:300]}” is more than one name, and nobody can tell what is meant. It is no choice "
        "by hand: somebody is proposed here who is not named in it and was not proposed before. Write one name alone "
        "there, or its address, for whoever is to do it.",
    )  # fmt: skip


def _confirmed(line: Line) -> date | str:
    """The day a row was confirmed; anything else but “no” that is written there is a fault."""
    if YES.get(line.stands("confirmed_on").casefold()) is False:
        return ""
    return line.day("confirmed_on") or ""


def _known(text: str, known: Known) -> Person | None:
    try:
        return known.find(text)
    except Unknown:
        return None
