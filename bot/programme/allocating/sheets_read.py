"""The sheets “Children” and “Auditors” as values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from bot.programme.allocating.cell_words import (
    OWN_WORK,
    Says,
    is_no_number,
    is_nothing,
    is_sign,
    is_tick,
    part_said,
)
from bot.programme.allocating.parts import NO_TEAM, Child, Colleague
from bot.programme.allocating.rules_file import AllocationFile
from bot.programme.allocating.sheet_columns import (
    AUDITORS,
    CHILDREN,
    COLUMNS,
    HANGS_ON,
    NOT_KNOWN,
    headings,
    needed,
)
from bot.programme.allocating.sheet_lines import (
    NOBODY,
    NONE,
    YES,
    Book,
    Known,
    Line,
    named,
    one,
)
from bot.programme.allocating.sheet_tables import lines_of
from bot.programme.allocating.written_cells import loosely, number_key, numbers_in, same_number, teams_in
from bot.programme.importing.known_titles import folded, names_of
from bot.programme.importing.names_written import Written, shown_by_address, without_address, written
from bot.programme.importing.people_named import called_the_same, folded_name
from bot.programme.importing.rows_read import Wrong, audit_type_in
from bot.programme.importing.sheets import Value, folded_empty, shown
from bot.programme.independence import team_key
from bot.programme.vocabulary import AuditType, Person
from bot.programme.waits import first_few

_LEAVE = ("leave_from", "leave_to")
_OF_THE_PERSON = ("name", "address", *_LEAVE)


def lines_in(book: Book, sheet: str, *, cells: bool = False) -> list[Line]:
    """The lines of one of the two sheets. Faults and notes of its columns go into the book, as those of its `cells`."""
    return lines_of(book, sheet, names_in(sheet), needed(sheet), *(_of(sheet) if cells else ({},)))


def names_in(sheet: str) -> dict[str, str]:
    """What a heading of one of the two sheets may say, folded, and our word for it."""
    return {**(names_of({}) if sheet == CHILDREN else {}), **headings(sheet)}


def colleagues(book: Book, file: AllocationFile) -> tuple[Colleague, ...]:
    """The register. The lines of one address are one person's, each with a leave of its own."""
    lines = lines_in(book, AUDITORS, cells=True)
    of: dict[Person, list[Line]] = {}
    for line in lines:
        stands, name = line.text("name"), without_address(line.text("name"))
        beside = written(line.text("address"), book.places)
        cell = written(stands, book.places, shown_by_address(stands, "".join(beside.addresses[:1])))
        addresses = tuple(dict.fromkeys([*beside.addresses, *cell.addresses]))
        if part_said("manager", name)[0] is not Says.WORDS and name:
            line.wrong(
                "name", f"“{name[:40]}” is nobody's name", "the name of one colleague, or take the line out"
            )
        elif cell.more:
            line.wrong(
                "name", f"beside a name stands more in “{stands[:60]}”",
                "one name alone; where such a word is a surname, join it to the name before it, as “Kim-No”. Who has "
                "left, is away or is not to be asked has columns of their own",
            )  # fmt: skip
        elif addresses and (len(addresses) > 1 or not _an_address_alone(beside, cell)):
            line.wrong(
                "address",
                f"“{line.stands('address')[:60]}” is not one address alone",
                "the address of this colleague",
            )
        elif addresses and name:
            of.setdefault(Person(name if cell.also else cell.name, addresses[0]), []).append(line)
        elif not (line.at_fault("address") or line.at_fault("name")):
            line.wrong("address", "a colleague needs a name and an address", "both")
    _two_of_a_name(book, of)
    known = Known(of, book)
    roles = _roles(file)
    return tuple(
        _colleague(who, _as_one(who, those, roles), known, roles, file, tuple(map(_leave, those)))
        for who, those in of.items()
    )


def _an_address_alone(cell: Written, name: Written) -> bool:
    """Whether nothing stands beside an address, or the name once more."""
    return not cell.more and folded_name(cell.name) in ("", folded_name(name.name))


def _of(sheet: str) -> tuple[dict[str, str], Mapping[str, str], Mapping[str, str]]:
    """The titles of a sheet's columns, and what follows where a cell of one says that it is not known, or nothing."""
    return {c.word: c.title for c in COLUMNS[sheet]}, NOT_KNOWN[sheet], HANGS_ON[sheet]


def _as_one(who: Person, lines: Sequence[Line], roles: Mapping[str, str]) -> Line:
    """One line of all that one person has: what a cell says stands for all, and two that say different things are a
    fault, in whatever order they stand."""
    cells: dict[str, Value] = {}
    rows: dict[str, int] = {}
    for line in lines:
        for word, value in line.cells.items():
            if value is None or word in _LEAVE or (word != "address" and not line.stands(word)):
                continue
            if word not in cells:
                cells[word], rows[word] = value, line.row
            elif word != "address" and not _same(word, cells[word], value):
                above = cells[word] if word == "role" else ""
                role = roles.get(folded(shown(above)), shown(above))
                line.wrong(
                    word,
                    f"{who.name} stands in a line above "
                    + (f"as {role}" if role else "with something else here"),
                    "it alike in both: all lines of an address are one person's, and a further line is for another "
                    "leave. Several teams stand in one cell, with a comma between them",
                )
    return replace(lines[0], cells=cells, rows=rows)


def _same(word: str, one: Value, other: Value) -> bool:
    if word == "name":
        return folded_name(shown(one)) == folded_name(shown(other))
    return one == other or " ".join(shown(one).casefold().split()) == " ".join(
        shown(other).casefold().split()
    )


def _two_of_a_name(book: Book, of: Mapping[Person, Sequence[Line]]) -> None:
    """Two of one name, or of one in full and in short, are told: with a second account somebody is in the register
    twice."""
    for n, other in enumerate(people := list(of)):
        if same := next((p for p in people[:n] if called_the_same(p.name, other.name)), None):
            book.tell(
                of[other][0], "name",
                f"{same.name} stands in another line with another address. Where the two are one person, give both "
                "lines one address: until then neither gets the other's work, nor do they audit and moderate one "
                "audit, but what else the one says counts for nothing of the other.",
            )  # fmt: skip


def _colleague(
    who: Person,
    line: Line,
    known: Known,
    roles: Mapping[str, str],
    file: AllocationFile,
    leave: Sequence[tuple[tuple[date, date], ...]],
) -> Colleague:
    role = roles.get(folded(line.text("role")), line.text("role"))
    if not role and not line.at_fault("role"):
        line.book.tell(line, "role", "no role stands here, so they get nothing until one does.")
    if role and folded(role) not in roles:
        line.book.tell(line, "role", f"“{role}” is no role that audits or moderates.")
    perhaps: dict[str, set[Person]] = {word: set() for word in ("manager", "head_of_service", "paired")}
    team = line.text("team")
    teams = () if team == NONE else teams_in(team)
    own_work, alone = numbers_in(line.numbers(OWN_WORK))
    if not alone:
        line.wrong(
            OWN_WORK,
            f"“{line.stands(OWN_WORK)[:40]}” are not Mosaic numbers alone",
            "the numbers, with a comma and a blank between them",
        )
    share = line.share("part_time")
    return Colleague(
        person=who,
        role=role,
        team=f"{NO_TEAM}({who.email})" if team == NONE else teams[0] if teams else "",
        also_in=teams[1:],
        teams_before=tuple(
            dict.fromkeys(team for each in line.whole("teams_before") for team in teams_in(each))
        ),
        trained_on=line.day("trained_on"),
        left_on=line.day("left_on"),
        exempted=line.yes("exempted"),
        away=tuple(days for each in leave for days in each),
        manager=one(line, "manager", known, who, perhaps["manager"]),
        head_of_service=one(line, "head_of_service", known, who, perhaps["head_of_service"]),
        own_work=own_work,
        share=share,
        audits_at_most=line.number("audits_at_most", of_share(file.audits_at_most, share)),
        moderations_at_most=line.number("moderations_at_most", of_share(file.moderations_at_most, share)),
        audits_before=line.number("audits_before", 0),
        moderations_before=line.number("moderations_before", 0),
        met=line.texts("met"),
        paired=tuple(
            p
            for each in line.texts("paired")
            if (p := named(line, "paired", each, known, perhaps["paired"], who))
        ),
        perhaps=_in_order(perhaps),
        said=frozenset(
            word
            for word, empty in (
                ("audits_before", is_no_number),
                ("moderations_before", is_no_number),
                ("met", is_nothing),
                ("paired", is_nothing),
            )
            if not empty(line.cells.get(word))
        ),
        not_known=frozenset(word for word in NOT_KNOWN[AUDITORS] if line.not_known(word)),
    )


def children(book: Book, register: Sequence[Colleague]) -> tuple[Child, ...]:
    """The frame. Raises nothing: faults are noted in the book."""
    known = Known((c.person for c in register), book)
    found: dict[str, Child] = {}
    alike: dict[str, Line] = {}
    of_colleagues: dict[str, list[Colleague]] = {}
    for c in register:
        for each in c.own_work:
            of_colleagues.setdefault(loosely(each), []).append(c)
    doubtful: dict[Person, None] = {}
    for line in lines_in(book, CHILDREN, cells=True):
        if line.at_fault("mosaic_number"):
            continue
        number = number_key(line.cells.get("mosaic_number"))
        if not number:
            stands = line.stands("mosaic_number")[:40]
            line.wrong("mosaic_number", f"“{stands}” is no Mosaic number", "the number alone")
            continue
        if same_number(number) in found:
            line.wrong("mosaic_number", "this child stands in a line above too", "each child once")
            continue
        if (other := alike.setdefault(loosely(number), line)) is not line:
            book.tell(
                line, "mosaic_number",
                f"this and {other.place('mosaic_number')} may be one child with other letters before the number. "
                "They are drawn as two: where they are one, take one of them out.",
            )  # fmt: skip
        doubtful |= {
            c.person: None for c in of_colleagues.get(loosely(number), ()) if number not in c.own_work
        }
        found[same_number(number)] = _child(line, number, known)
    if doubtful:
        book.notes.append(
            f"“Own work” of {first_few([p.name for p in doubtful])} has a number that is a child's but for "
            "letters or noughts before it. Until the two are written alike they get nothing of that child."
        )
    return tuple(_each_in_one_writing(found.values()))


def _each_in_one_writing(children: Collection[Child]) -> Iterator[Child]:
    """A service, a team and an outcome type are one stratum however they are written, and are told as most of the sheet
    writes them."""
    services = _usual([child.service for child in children], folded)
    teams = _usual([child.team for child in children], team_key)
    outcomes = _usual([child.outcome_type for child in children], folded)
    for c in children:
        yield replace(
            c, service=services[c.service], team=teams[c.team], outcome_type=outcomes[c.outcome_type]
        )


def _usual(texts: Sequence[str], key: Callable[[str], str]) -> dict[str, str]:
    """For each way of writing the one that most have, of equals the first in the alphabet."""
    count = Counter(texts)
    usual = {key(each): each for each in sorted(count, key=lambda each: (-count[each], each), reverse=True)}
    return {each: usual[key(each)] for each in count}


def _child(line: Line, number: str, known: Known) -> Child:
    perhaps: dict[str, set[Person]] = {}

    def who(word: str) -> Person | None:
        found = one(line, word, known, None, perhaps.setdefault(word, set()))
        return None if found == NOBODY else found

    def several(word: str) -> tuple[Person, ...]:
        doubt = perhaps.setdefault(word, set())
        return tuple(p for each in line.texts(word) if (p := named(line, word, each, known, doubt)))

    audit_type: AuditType | None = None
    if text := line.text("audit_type"):
        try:
            audit_type = audit_type_in(text)
        except Wrong as fault:
            line.wrong("audit_type", f"“{text[:40]}”: {fault}", fault.write)
    left_out = line.text("left_out")
    if is_sign(line.cells.get("left_out")) and not is_tick(line.cells.get("left_out")):
        line.book.tell(
            line, "left_out", f"“{line.stands('left_out')[:40]}” is a sign, and nobody can tell what it means: this "
            "child is left out until a word stands there, or nothing.",
        )  # fmt: skip
    if left_out.casefold() in YES:
        left_out = "left out by the Audit Team" if YES[left_out.casefold()] else ""
    team = line.text("team")
    child = Child(
        number=number,
        service=line.text("service"),
        team="" if team == NONE or line.not_known("team") else " ".join(team.split()),
        outcome_type=line.text("outcome_type"),
        practitioner=who("practitioner"),
        team_manager=who("team_manager"),
        group_manager=who("group_manager"),
        head_of_service=who("head_of_service"),
        iro_or_cp_chair=who("iro_or_cp_chair"),
        chair_said=bool(line.text("iro_or_cp_chair")) and not line.not_known("iro_or_cp_chair"),
        involved=several("involved"),
        earlier_audit=line.text("earlier_audit"),
        earlier_auditors=several("earlier_auditors"),
        lines=_lines_of_enquiry(line),
        audit_type=audit_type,
        left_out=left_out if folded_empty(left_out) else "",
        not_known=frozenset(word for word in NOT_KNOWN[CHILDREN] if line.not_known(word)),
    )
    every = sorted(filter(known.colleague, set[Person]().union(*perhaps.values())), key=lambda p: p.email)
    return replace(child, unsure=tuple(every), perhaps=_in_order(perhaps))


def _lines_of_enquiry(line: Line) -> tuple[str, ...]:
    """A line of enquiry may have a comma in it."""
    parts = [" ".join(part.split()) for part in re.split(r"[\n;]", line.stands("kloe"))]
    if any(folded(part) == NONE for part in parts):
        line.wrong(
            "kloe", "“none” is no line of enquiry", "one, or leave it empty: then the child fits every one"
        )
    return tuple(dict.fromkeys(part for part in parts if line.says_something("kloe", part)))


def _in_order(perhaps: Mapping[str, set[Person]]) -> tuple[tuple[str, Person], ...]:
    found = ((word, person) for word, people in perhaps.items() for person in people)
    return tuple(sorted(found, key=lambda each: (each[0], each[1].email)))


def _roles(file: AllocationFile) -> dict[str, str]:
    """Every role the rules name, folded, as they write it."""
    rules = file.rules
    every = [*rules.moderators, *rules.chairs, *(r for kind in rules.kinds.values() for r in kind.roles)]
    return {folded(role): role for role in every}


def of_share(most: int, share: int) -> int:
    """How many of so many somebody takes who works a share of full time: to the nearest, and one where there is any."""
    return min(most, max(1, (most * share + 50) // 100))


def _leave(line: Line) -> tuple[tuple[date, date], ...]:
    first, last = line.day("leave_from"), line.day("leave_to")
    if line.text("leave_to") and not line.text("leave_from"):
        line.wrong("leave_from", "leave that ends has a first day", "the first day of it")
    if first and last and last < first:
        line.wrong("leave_to", "the last day of leave lies before the first", "the right one")
    return ((first, last or date.max),) if first else ()
