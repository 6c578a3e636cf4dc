"""The Audit Team's spreadsheet into the list: what would be entered, what would go out then; and the entering itself.

A list knows no transaction. So while rows are entered no other installation is at work (bot/office/lease.py), before
each portion the list is read, and only what is not in it is entered; a row with a past is on hold until the ledger
knows that past. Stopped at any moment, the same file is imported again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from bot.daily_run.apart import stumbles_told
from bot.daily_run.look import LOOK_AHEAD, as_council, told_to_people
from bot.daily_run.own_interface import own_interface
from bot.daily_run.rebuilt import lease_of
from bot.daily_run.workplace import Workplace
from bot.errors import AuditBotError, RequestRefused, SettingsError, in_words
from bot.office.lease import Lease
from bot.office.lists.row_entering import AT_ONCE
from bot.own_files import text_of
from bot.papers.forms.questions import questions
from bot.programme.addresses import fault_of_address
from bot.programme.history.history import history_of
from bot.programme.importing.columns_recognised import NOT_KNOWN, Layout, layout_of, title_of
from bot.programme.importing.entries import (
    BEING_ENTERED,
    Entries,
    Entry,
    Past,
    columns_to_enter,
    entries_of,
    kind_of,
)
from bot.programme.importing.known_titles import COLUMNS, NOT_ENTERED, PAST, folded, names_of
from bot.programme.importing.one_person import called_in, places_of
from bot.programme.importing.people_named import BY_NAME, Directory, Found, only_address
from bot.programme.importing.rows_read import Reading, ReadRow, of_people, rows_of
from bot.programme.importing.sheets import Sheet, Stranger, shown
from bot.programme.importing.taken_over import letters_begin, taken_over
from bot.programme.planning.planner import coming, plan
from bot.programme.reference import is_reference
from bot.programme.standing.actions import Kept, SendLetter
from bot.programme.standing.council import Council
from bot.programme.vocabulary import Allocation, Problem
from bot.settings import Settings

MOST_NAMED = 20
"""So many people are named in one note."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was said with the command: heading -> column, column -> value for every row, the cycle, how new references
    begin."""

    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    cycle: str = ""
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What an import comes to. `questions` must be answered before anything is entered; `days` are the letters of the
    rows to be entered, `kept` those that wait for the Audit Team's word. `unknown`: addresses of the council that
    the site does not know yet."""

    sheets: Sequence[Sheet]
    layouts: Sequence[Layout]
    questions: Sequence[str]
    notes: Sequence[str]
    people: Sequence[tuple[str, Found]]
    entries: Entries
    cycle: str
    days: Mapping[date, Sequence[SendLetter]] = field(default_factory=dict)
    kept: Sequence[Kept] = ()
    problems: Sequence[Problem] = ()
    unknown: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Entered:
    """References that were entered, and why others were not."""

    references: Sequence[str]
    not_entered: Sequence[str]


def prepared(workplace: Workplace, sheets: Sequence[Sheet], asked: Asked) -> Prepared:
    """What the import comes to, as the list stands now. Writes nothing. Raises SettingsError for what was asked
    wrongly."""
    read = workplace.lists.read()
    council, titles = read.council, workplace.lists.names()
    grade = questions(text_of(workplace.settings.files.questions)).grade
    layouts = [found for sheet in sheets if (found := layout_of(sheet, titles, grade, asked.columns))]
    if not layouts:
        raise SettingsError(
            [
                "No sheet of the file has a row of headings that is known: Auditor, Moderator, Team, Mosaic number …"
            ]
        )
    given = _given(asked, titles)
    asked_about = [question for found in layouts for question in found.questions]
    notes = _notes(sheets, layouts, titles)
    words = {word for found in layouts for word in found.words} | given.keys()
    cycle = _cycle(council, asked.cycle, each="cycle" in words)
    if lacking := workplace.lists.lacking(sorted(words - {*PAST})):
        names = ", ".join(f"“{title_of(word, titles)}”" for word in lacking)
        asked_about.append(
            f"The list has no column {names} that can be entered in. Make it, or leave the column out."
        )
    if asked_about:
        return Prepared(sheets, layouts, asked_about, notes, (), Entries((), (), ()), cycle)
    directory = Directory(workplace.lists.people(), workplace.lists.no_people())
    of_lists = [
        *(a.team for a in council.allocations),
        *(t for c in council.cycles for t in (c.name, c.service_group)),
    ]
    reading = Reading(
        directory,
        grade,
        lambda text: is_reference(text, workplace.settings.reference_pattern),
        {" ".join(c.name.casefold().split()): c.name for c in council.cycles},
        workplace.today,
        titles,
        given,
        places_of(layouts, of_lists, directory),
        called_in(sheet for sheet in sheets if sheet not in [each.sheet for each in layouts]),
    )
    rows = []
    for found in layouts:
        own, passed = rows_of(found, reading)
        rows += own
        notes += passed
    entries = entries_of(
        rows, council.allocations, council.cycles, cycle, titles, workplace.basis.rulebook.rules, council.unusable,
        asked.prefix,
    )  # fmt: skip
    notes += [*_by_name(rows), *_strangers(entries)]
    unknown = _unknown(entries, workplace.settings)
    made = Prepared(sheets, layouts, (), notes, tuple(of_people(rows)), entries, cycle, unknown=unknown)
    return _with_what_follows(made, council, read.problems, workplace)


def _with_what_follows(
    made: Prepared, council: Council, told: Sequence[Problem], workplace: Workplace
) -> Prepared:
    """With the letters that would go out once the rows are entered, and what would stand in their way."""
    new = [entry.allocation for entry in made.entries.entries]
    history = history_of(workplace.ledger.read())
    workplace.keys.learn(history)
    if _with_a_past(made.entries):
        history.take(letters_begin(workplace.today, workplace.clock(), workplace.ledger.mode))
    begun = [(entry.allocation, entry.past) for entry in made.entries.entries]
    begun += [(there.allocation, there.past) for there in made.entries.there if there.unfinished]
    for allocation, past in begun:
        history.take(taken_over(allocation.item_id, past, workplace.clock(), history))
    seen = as_council(council, history, workplace).council
    seen = replace(seen, allocations=[*seen.allocations, *new])
    own, references = {a.item_id for a in new}, {a.reference for a in new}
    working = workplace.basis.working
    days = [workplace.today, *(working.after(workplace.today, n) for n in range(1, LOOK_AHEAD + 1))]
    planned = plan(workplace.today, seen, history, workplace.basis)
    ahead = coming(days, seen, history, workplace.basis)
    problems = [
        p
        for p in dict.fromkeys([*told, *planned.problems, *stumbles_told(planned)])
        if any(p.where.endswith(f", {reference}") for reference in references)
    ]
    return replace(
        made,
        days={day: [n for n in letters if n.about in own] for day, letters in ahead.items()},
        kept=[kept for kept in planned.kept if kept.letter.about in own],
        problems=told_to_people(problems, seen, workplace),
    )


def enter(workplace: Workplace, made: Prepared) -> Entered:
    """Enter what is to be entered, a portion at a time, each looked for in the list first. Raises StandsStill while
    another installation is at work, or where one has taken over: what was entered until then stays."""
    lease = lease_of(workplace)
    lease.take()
    try:
        return _entered(workplace, made, lease)
    finally:
        lease.give_back()


def _entered(workplace: Workplace, made: Prepared, lease: Lease) -> Entered:
    entries = list(made.entries.entries)
    if _with_a_past(made.entries):
        ledger = workplace.ledger
        ledger.append(letters_begin(workplace.today, workplace.clock(), ledger.mode))
    references: list[str] = []
    why_not: list[str] = []
    for n in range(0, len(entries), AT_ONCE):
        workplace.say(f"Entering rows {n + 1} to {min(n + AT_ONCE, len(entries))} of {len(entries)}")
        lease.renew()
        council, portion = workplace.lists.read().council, entries[n : n + AT_ONCE]
        meanwhile = [e for e in portion if _is_there(e, council)]
        why_not += [f"{e.where}, {e.allocation.reference}: {_MEANWHILE}" for e in meanwhile]
        portion = [e for e in portion if e not in meanwhile]
        done = workplace.lists.entering().enter([_cells(entry) for entry in portion])
        past: list[tuple[str, str, Past]] = []
        for entry, outcome in zip(portion, done, strict=True):
            if not outcome.item_id:
                why_not.append(f"{entry.where}, {entry.allocation.reference}: {outcome.why}")
                continue
            references.append(entry.allocation.reference)
            if entry.past.came_back:
                etag = "" if entry.allocation.hold_why else outcome.etag
                past.append((outcome.item_id, etag, entry.past))
        why_not += _remember(workplace, past)
    unfinished = [t for t in made.entries.there if t.unfinished]
    why_not += _remember(workplace, [(t.allocation.item_id, _etag(t.allocation), t.past) for t in unfinished])
    return Entered(references, why_not)


def _remember(workplace: Workplace, rows: Sequence[tuple[str, str, Past]]) -> list[str]:
    """Let the ledger know what had been done for rows; only then are they no longer on hold. A row whose etag is "" has
    a reason of its own to be on hold and keeps it."""
    if not rows:
        return []
    history, at = workplace.history(), workplace.clock()
    workplace.ledger.append([e for item, _, past in rows for e in taken_over(item, past, at, history)])
    held = [(item, etag) for item, etag, _ in rows if etag]
    done = workplace.lists.entering().emptied("hold_why", held)
    return [
        f"row {item} of the list: “Hold why” could not be emptied. Import the file again, or empty it."
        for (item, _), emptied in zip(held, done, strict=True)
        if not emptied
    ]


_MEANWHILE = "a row with this reference, or of this child, was entered meanwhile. Import the file again."


def _cells(entry: Entry) -> dict[str, object]:
    """What is entered of a row; one with a past is on hold until that is known."""
    cells = columns_to_enter(entry.allocation)
    return {"hold_why": BEING_ENTERED, **cells} if entry.past.came_back else cells


def _is_there(entry: Entry, council: Council) -> bool:
    """Whether somebody, or an import that was stopped, has entered it meanwhile."""
    a, reference = entry.allocation, entry.allocation.reference.casefold()
    if reference in council.unusable:
        return True
    return any(
        each.reference.casefold() == reference
        or (
            bool(a.mosaic_number)
            and (each.mosaic_number, each.cycle) == (a.mosaic_number, a.cycle)
            and kind_of(each.audit_type) == kind_of(a.audit_type)
        )
        for each in council.allocations
    )


def _etag(a: Allocation) -> str:
    return a.etag if a.hold_why == BEING_ENTERED else ""


def _with_a_past(entries: Entries) -> bool:
    return any(e.past.came_back or e.past.sent_on for e in entries.entries) or any(
        t.unfinished for t in entries.there
    )


def _by_name(rows: Sequence[ReadRow]) -> list[str]:
    """Whom the site knows by the name that is written. It may know only one of two colleagues of one name."""
    people = {
        found.person.email: f"{found.person.name} is {found.person.email} ({row.cell(word)})"
        for row in reversed(rows)
        for word, found in row.people.items()
        if found.how == BY_NAME
    }
    if not people:
        return []
    return [
        f"Known by name alone, please look: {_and_more(sorted(people.values(), key=str.casefold))}. The site may know "
        "only one of two colleagues of a name: where there are two, write the address."
    ]


def _and_more(named: Sequence[str]) -> str:
    more = f"; and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    return f"{'; '.join(named[:MOST_NAMED])}{more}"


def _strangers(entries: Entries) -> list[str]:
    """Whom the site does not know: mostly people who have never been on it. How many in full, some of them by name with
    their first cell; each cell is told in the corrected copy."""
    named_by = [(shown(f.stands), f.where) for f in entries.faults if f.stranger]
    cells = [(only_address(name) or name, where) for name, where in named_by]
    first = dict(reversed(cells))
    if not first:
        return []
    named = [f"{name} ({first[name]})" for name in sorted(first, key=str.casefold)]
    return [
        f"The site does not know {len(named)} of the names (cells: {len(cells)}, each marked in the copy): "
        f"{_and_more(named)}. "
        "SharePoint knows whoever has opened the site or was named in a list of it: let them open it, or name them "
        "once in Audit roles by hand."
    ]


def _unknown(entries: Entries, settings: Settings) -> list[str]:
    """The council's own addresses that the site does not know. One like an address it knows may be a slip, and is a
    person's to put right."""
    found = {only_address(shown(f.stands)) for f in entries.faults if f.stranger is Stranger.NOT_MET}
    return sorted(a for a in found if a and not fault_of_address(a, settings.recipient_domains))


def made_known(workplace: Workplace, addresses: Sequence[str]) -> list[str]:
    """Have the site know these people, so that columns can name them; a sentence for each that it did not take."""
    with own_interface(workplace.settings) as own:
        if isinstance(own, Problem):
            return [f"{own.what} ({own.who})"]
        said: list[str] = []
        for address in addresses:
            try:
                own.make_known(address)
            except RequestRefused as fault:
                if fault.status in (401, 403):  # which is so for everybody
                    return [
                        *said,
                        f"The bot may make nobody known to the site ({fault.status}); they open it once.",
                    ]
                said.append(f"{address} could not be made known to the site: {in_words(fault)}.")
            except AuditBotError as fault:
                said.append(f"{address} could not be made known to the site: {in_words(fault)}.")
        return said


def _given(asked: Asked, titles: Mapping[str, str]) -> dict[str, str]:
    names = names_of(titles)
    found = {}
    for name, value in asked.values.items():
        word = names.get(folded(name), "")
        if not word or word in NOT_ENTERED or word in ("reference", "mosaic_number"):
            known = ", ".join(
                title_of(w, titles) for w in COLUMNS if w not in (*NOT_ENTERED, *PAST, "reference")
            )
            raise SettingsError([f"--set {name}: no row can be given that for all. It may be {known}."])
        found[word] = value
    return found


def _cycle(council: Council, name: str, *, each: bool) -> str:
    """The cycle of rows that name none."""
    names = {" ".join(c.name.casefold().split()): c.name for c in council.cycles}
    if not names and (name or not each):
        raise SettingsError(
            ["There is no cycle yet: the Audit Team first enters a row for it in the list of cycles, “Open”."]
        )
    if name:
        if found := names.get(" ".join(name.casefold().split())):
            return found
        raise SettingsError([f"--cycle {name}: the list of cycles has {'; '.join(names.values())}."])
    is_open = [c.name for c in council.cycles if c.open]
    if len(is_open) == 1:
        return is_open[0]
    if each:
        return ""
    raise SettingsError(
        [f"Say with --cycle which cycle the file is of: {'; '.join(is_open) or 'none is open'}."]
    )


def _notes(sheets: Sequence[Sheet], layouts: Sequence[Layout], titles: Mapping[str, str]) -> list[str]:
    found = [
        f"{sheet.name}: no headings that are known, or nothing below them; the sheet is left out."
        for sheet in sheets
        if sheet not in [each.sheet for each in layouts] and any(any(row) for row in sheet.rows)
    ]
    for layout in layouts:
        found += [
            f"{layout.sheet.name}, “{c.heading[:60]}”: not entered, {NOT_ENTERED[c.word]}."
            for c in layout.left_out
        ]
        found += [
            f"{layout.sheet.name}, “{c.heading[:60]}” is hidden and is read all the same."
            for c in layout.columns
            if c.hidden and c.word and c.word not in NOT_ENTERED
        ]
        if strange := [f"“{c.heading[:60]}”" for c in layout.columns if c.how == NOT_KNOWN]:
            found.append(
                f"{layout.sheet.name}: not known, so not entered: {', '.join(strange)}. If one is a column of the "
                "list, above all of locked records or withdrawn children, say which: "
                '--column "HEADING=COLUMN"; “=nothing” if none.'
            )
        missing = [
            title_of(word, titles)
            for word in ("auditor", "moderator", "practitioner", "team_manager", "head_of_service",
                         "auditors_head_of_service", "confirmed_on")
            if word not in layout.words
        ]  # fmt: skip
        if missing:
            names = ", ".join(f"“{name}”" for name in missing)
            found.append(
                f"{layout.sheet.name} has no column {names}: nothing goes out for a row without. --set gives one value "
                "to all rows."
            )
    return found
