"""`audit-bot propose`: a whole allocation from two sheets, for the Audit Team to change.

It needs no tenant, but for what it is asked to take from the site.
"""

from __future__ import annotations

import secrets
import unicodedata
from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bot.cli.at_workplace import day_given, moment_of, workplace_of
from bot.cli.files import book_of
from bot.cli.showing import console, print_json, show_table, write
from bot.clock import london_date
from bot.daily_run.proposing import OfTheSite, of_the_site
from bot.daily_run.replacing import proposal_kept, proposal_place
from bot.errors import AuditBotError, SettingsError
from bot.exit_status import DONE, NEEDS_A_PERSON
from bot.office.isolated_reader import workbook_safely
from bot.own_files import file_beside, text_of
from bot.papers.importing import sheets_of
from bot.papers.proposal import frozen, proposal_workbook
from bot.papers.workbook_read import ReadBook
from bot.programme.allocating.draw import beside_the_guide, committed, frame_text, lines_alike
from bot.programme.allocating.earlier import Earlier, earlier
from bot.programme.allocating.lost_columns import lost_columns
from bot.programme.allocating.not_read import not_read
from bot.programme.allocating.of_the_list import (
    in_the_list,
    moved_in_the_list,
    of_another_cycle,
    with_the_list,
)
from bot.programme.allocating.parts import AllocationRules, Child, Part
from bot.programme.allocating.record import ALLOCATIONS, DRAW, MONTH, PROPOSED, TOLD, Since
from bot.programme.allocating.record_read import facts_in, record_in
from bot.programme.allocating.rules_file import allocation_file
from bot.programme.allocating.sheet_columns import AUDITORS, CHILDREN
from bot.programme.allocating.sheet_lines import Book, Known, rows_of
from bot.programme.allocating.sheets_read import children, colleagues
from bot.programme.allocating.whole import Frame, Whole, frame_of, month_of, record_of, whole
from bot.programme.date_words import day_in_words, month_in_words
from bot.programme.edited_file import edited
from bot.programme.vocabulary import Cycle
from bot.programme.working_days import WorkingDays
from bot.settings import faults_of_closure_days, named_days

MOST_SHOWN = 40
LONGEST_SEED = 1000
LONG_GONE = timedelta(366)
"""So far back no month lies that is proposed for."""


def perform(given: Namespace) -> int:
    profile = Path(given.settings)
    place = file_beside(profile, "allocation", "allocation.toml")
    file = allocation_file(text_of(place), str(place))
    today = london_date(moment_of(given.today)())
    site = _site(given)
    cycle = site.cycle if site else None
    if cycle:
        file = replace(file, rules=replace(file.rules, lines=cycle.kloes))
    working = site.working if site else WorkingDays(_closures(profile))
    first = _month_one(given.month_one, today, cycle, working)
    if Path(given.out).resolve() in {Path(name).resolve() for name in (given.file, given.keep) if name}:
        raise SettingsError(["--out is a file that is read; nothing is written over it."])
    book = _book(given.file, today, site)
    register = colleagues(book, file)
    frame_children = lines_alike(children(book, register), file.rules.lines)
    lost_columns(book)
    not_read(book)
    book.refuse()
    first_of_all = [*site.told] if site else []
    listed = None
    if site:
        known = Known((c.person for c in register), book)
        listed = in_the_list(
            site.cycle, site.council.cycles, site.council.allocations, frame_children, register, known,
            file.rules.kinds, site.again, site.council.roles, first,
        )  # fmt: skip
    before = Earlier()
    if given.keep:
        kept = _book(given.keep, today)
        of_the_list = listed.children if listed else {}
        every = {**{c.number: c for c in frame_children}, **of_the_list}
        before = earlier(kept, register, [*every.values()])
        not_read(kept, (ALLOCATIONS,))
        kept.refuse()
        book.notes += [note for note in kept.notes if note not in book.notes]
        numbers = before.kept.keys() - before.taken_out
        if site and (
            why := of_another_cycle(before.cycle, numbers, site.cycle.name, site.council.allocations)
        ):
            raise SettingsError([f"--keep: {given.keep}: {why}"])
    seed = _seed(given.seed or before.seed)
    if given.seed and before.drawn and seed != before.seed:
        raise SettingsError(
            [f"--keep: that proposal was drawn with the seed “{before.seed}”. Leave --seed out."]
        )
    frame = frame_of(frame_children, file.rules, before.key or secrets.token_hex(16))
    first_of_all += _frame_changed(before, frame)
    called = cycle.name if cycle else before.cycle
    day = day_in_words(today)
    month = month_of(first, working, file.audits_due)
    if not seed:
        waiting = record_of(frame, file.rules, earlier=before)
        if before.told and before.told != frame.told:
            told = Since(day, "", f"{TOLD}, told before this one", before.told)
            waiting = replace(waiting, since=(*waiting.since, told))
        write(given.out, frozen(waiting, called))
        if given.save:
            first_of_all.append("--save: nothing is put into the library before there is a seed.")
        _say_frozen(given, frame, [*first_of_all, *book.notes])
        return NEEDS_A_PERSON
    if listed:
        before, register = with_the_list(before, listed), listed.register
        book.notes += listed.notes
    if not before.drawn:
        which = _draw_of_the_cycle(
            given, seed, frame_children, file.rules, day_in_words(month.days[0]), cycle
        )
        frame = replace(frame, which=which)
    found = whole(frame, register, file.rules, month, seed, before, listed.children if listed else None, day)
    if listed:
        first_of_all += moved_in_the_list(found.proposal, listed)
    rows, notes = listed.rows if listed else {}, [*first_of_all, *book.notes]
    remarks = [*_of_the_draw(found), *filter(None, [beside_the_guide(file.rules)])]
    noted = [*notes, *remarks]
    write(given.out, proposal_workbook(found, rows, cycle=called, notes=noted))
    if given.save and cycle:
        sheets = [sheet for name in (CHILDREN, AUDITORS) if (sheet := book.sheet(name))]
        data = proposal_workbook(found, rows, sheets, cycle=called, notes=noted)
        first_of_all.append(_saved(given, cycle, data))
    _say(given, found, [*first_of_all, *book.notes, *found.notes, *found.each_other, *remarks])
    against = any(row.against for row in found.proposal.rows)
    return NEEDS_A_PERSON if found.proposal.shortages or against or notes or found.notes else DONE


def _seed(said: str) -> str:
    """The words of a seed with one blank between them. Raises SettingsError."""
    seed = " ".join(said.split())
    if any(unicodedata.category(c) in ("Cs", "Cc") for c in seed) or len(seed) > LONGEST_SEED:
        what = (
            f"words of up to {LONGEST_SEED} letters that can be typed, with nothing in them that is no text"
        )
        raise SettingsError([f"--seed: this cannot be read out and typed again. A seed is {what}."])
    return seed


def _frame_changed(before: Earlier, frame: Frame) -> list[str]:
    """What is told where the frame is not the one of which an HMAC was told, or not any longer."""
    record = before.record
    last = record.latest().get(("", TOLD)) if record else None
    said = []
    if record and before.drawn and record.told != record.drawn_from:
        said.append(
            f"The frame that was drawn from is another than when its HMAC was told: then {record.told}, drawn from "
            f"{record.drawn_from}."
        )
    then = last.now if last else record.drawn_from if record else before.told
    if then and then != frame.told:
        said.append(f"The frame is another than when its HMAC was told: then {then}, now {frame.told}.")
    return said


def _of_the_draw(found: Whole) -> list[str]:
    """What the record says of a draw, where it was not as it should be; said once more whenever it is proposed."""
    said = []
    if not found.record.fixed:
        said.append("The frame was not fixed before there was a seed; the record says so.")
    if found.record.which > 1:
        said.append(
            f"This is draw {found.record.which} of the cycle, as far as can be known; the record says so. A draw is "
            "not made again because another would be liked better."
        )
    return said


def _draw_of_the_cycle(
    given: Namespace,
    seed: str,
    frame: Sequence[Child],
    rules: AllocationRules,
    month: str,
    cycle: Cycle | None,
) -> int:
    """Which draw it is, as far as can be known: by the proposal that lies where this one will be written, and by the
    one in the library. The same seed from the same frame is no other draw."""
    most = 1
    for of in (None, cycle):
        try:
            there = _in_the_library(given, of) if of else _where_it_is_written(given)
            if not there.sheet(PROPOSED) or not there.sheet(DRAW):
                continue
            record, facts = record_in(there), facts_in(rows_of(there, DRAW))
        except AuditBotError:
            continue  # not to be had, or no proposal
        if record and facts.get(MONTH) == month:
            same = (
                record.seed == seed and committed(record.key, frame_text(frame, rules)) == record.drawn_from
            )
            most = max(most, record.which + (not same))
    return most


def _where_it_is_written(given: Namespace) -> Book:
    sheets = sheets_of(book_of(given.out)) if Path(given.out).exists() else ()
    return Book({sheet.name: sheet for sheet in sheets}, date.min)


def _in_the_library(given: Namespace, cycle: Cycle) -> Book:
    with workplace_of(given) as workplace:
        file = workplace.library.look(proposal_place(cycle.name, workplace))
        read = workbook_safely(workplace.library.fetch(file.id)) if file else None
    return Book({s.name: s for s in sheets_of(read)} if isinstance(read, ReadBook) else {}, date.min)


def _saved(given: Namespace, cycle: Cycle, data: bytes) -> str:
    """The proposal with its sheets into the library, for replacements; what is said of it."""
    with workplace_of(given) as workplace:
        kept = proposal_kept(cycle.name, data, workplace)
    return (
        f"Kept in the library for replacements, where the Audit Team may go on writing in it: {kept.url}. Where one "
        "lay there, what was written in that stands in its version history alone."
    )


def _book(name: str | None, today: date, site: OfTheSite | None = None) -> Book:
    """The sheets of a file; of the site those lists that its settings name, in their place."""
    if not name and not (site and site.sheets):
        raise SettingsError(["Say which file has the sheets “Children” and “Auditors”, or --from-site."])
    sheets = {sheet.name: sheet for sheet in (sheets_of(book_of(name)) if name else ())}
    lists = site.sheets if site else {}
    return Book({**{n: s for n, s in sheets.items() if n not in lists}, **lists}, today)


def _site(given: Namespace) -> OfTheSite | None:
    """What the site tells, where it is asked for."""
    if not (given.with_list or given.from_site):
        if given.cycle or given.save:
            raise SettingsError(["--cycle and --save go with --with-list or --from-site."])
        return None
    with workplace_of(given) as workplace:
        return of_the_site(workplace, given.cycle or "", _day(given.month_one), from_site=given.from_site)


def _month_one(said: str | None, today: date, cycle: Cycle | None, working: WorkingDays) -> date:
    """The first day of month one: as said, or the cycle's, or of the next month, in which a list made now is audited
    (§6). Raises SettingsError where no working day of its month is left."""
    named = _day(said)
    if named and named < today - LONG_GONE:
        gone = f"--month-one {said}: {month_in_words(named)} is long gone"
        raise SettingsError([f"{gone}. Say the first day of the month in which the audits are to be done."])
    first = named or (cycle.month_one if cycle else None)
    if first is None:
        return (today.replace(day=1) + timedelta(32)).replace(day=1)
    if working.on_or_after(first).month != first.month:
        place = f"--month-one {said}" if said else f"Audit cycles, {cycle.name if cycle else ''}: “Month one”"
        month = month_in_words(first)
        raise SettingsError([f"{place}: no working day of {month} is left from {day_in_words(first)} on."])
    return first


def _day(said: str | None) -> date | None:
    return day_given("--month-one", said) if said else None


def _closures(profile: Path) -> Mapping[date, str]:
    """The council's closure days, as far as there is a profile that names them. Raises SettingsError."""
    try:
        text = text_of(profile)
    except SettingsError:
        return {}
    try:
        days: dict[date, str] = named_days(edited(text, str(profile)).given.get("closure_days", {}))
    except ValueError as fault:
        raise SettingsError([f"{profile}: closure_days: {fault}."]) from fault
    if faults := faults_of_closure_days(days):
        raise SettingsError([f"{profile}: closure_days: {fault}." for fault in faults])
    return days


def _say_frozen(given: Namespace, frame: Frame, notes: list[str]) -> None:
    if given.json:
        print_json({"file": given.out, "frame": frame.told, "seed": None, "notes": notes})
        return
    out = console()
    for note in notes:
        out.print(f"· {note}", soft_wrap=True, markup=False)
    out.print(f"The frame has {len(frame.children)} children. Its HMAC-SHA256, which may be told to anybody:")
    out.print(frame.told, soft_wrap=True)
    out.print(
        f"Now somebody else says the seed. Then once more, with --keep {given.out}, --seed and another --out.",
        soft_wrap=True,
        markup=False,
    )


def _say(given: Namespace, found: Whole, notes: list[str]) -> None:
    rows, month = found.proposal.rows, found.given.month
    if given.json:
        print_json(_as_json(given.out, found, notes))
        return
    out = console()
    shown = notes[:MOST_SHOWN]
    if more := len(notes) - len(shown):
        shown.append(f"and {more} more: all stand in the sheet “{DRAW}” of {given.out}.")
    for note in shown:
        out.print(f"· {note}", soft_wrap=True, markup=False)
    placed = sum(row.auditor is not None for row in rows)
    due = day_in_words(month.audits_due)
    out.print(
        f"{len(rows)} audits, {placed} with an auditor, for the month that begins on {day_in_words(month.days[0])} "
        f"(due back {due}; --month-one says another). Written to {given.out}; nothing went out.",
        soft_wrap=True,
        markup=False,
    )
    short = [(s.part.value, str(len(s.works)), s.says) for s in found.proposal.shortages]
    if short:
        show_table(out, "Short", ("Part", "How many", "What, and what would meet it"), short)
    against = [(row.work.audit_type.value, said) for row in rows for said in row.against]
    if against:
        show_table(out, "Against what was put there by hand", ("Audit", "What"), against)


def _as_json(name: str, found: Whole, notes: list[str]) -> dict[str, Any]:
    """The stable shape of `audit-bot propose --json`; no child is named in it."""
    rows = found.proposal.rows
    parts = {part.value: sum(row.person(part) is not None for row in rows) for part in Part}
    shortages = [
        {
            "part": s.part.value,
            "audits": len(s.works),
            "says": s.says,
            "change": [
                {
                    "lever": step.lever.value,
                    "who": step.who.name if step.who else step.role,
                    "number": step.number,
                }
                for step in s.change
            ],
        }
        for s in found.proposal.shortages
    ]
    return {
        "file": name,
        "frame": found.frame.told,
        "seed": found.given.seed,
        "audits": len(rows),
        "proposed": parts,
        "shortages": shortages,
        "against": [said for row in rows for said in row.against],
        "notes": notes,
    }
