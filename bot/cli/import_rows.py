"""`audit-bot import`: the Audit Team's spreadsheet into the list, shown before anything is entered."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console

from bot.cli.at_workplace import moment_of, moment_of_a_run, saying
from bot.cli.files import book_of
from bot.cli.showing import console, print_json, show_problems, show_table, write
from bot.daily_run.importing import Asked, Entered, Prepared, enter, made_known, prepared
from bot.daily_run.workplace import open_workplace
from bot.errors import SettingsError
from bot.exit_status import DONE, NEEDS_A_PERSON
from bot.papers.importing import put_right, sheets_of
from bot.programme.date_words import day_in_words
from bot.programme.importing.columns_recognised import title_of
from bot.programme.importing.known_titles import NOT_ENTERED
from bot.programme.importing.sheets import Stranger, column_name
from bot.programme.rulebook.rules import called
from bot.settings import Settings, load

MOST_SHOWN = 60
"""Lines of one table."""


def perform(given: Namespace) -> int:
    asked = Asked(
        _pairs("--column", given.column), _pairs("--set", given.values), given.cycle or "", given.prefix or ""
    )
    sheets = sheets_of(book_of(given.file))
    settings = load(Path(given.settings))
    asks = (
        not given.yes and not given.preview and not given.json and sys.stdin.isatty() and sys.stdout.isatty()
    )
    acts = (given.yes and not given.preview) or asks
    clock = moment_of_a_run(given.today, settings) if acts else moment_of(given.today)
    with open_workplace(settings, clock=clock, say=saying(given), locked=acts) as workplace:
        found = prepared(workplace, sheets, asked)
        strangers: list[str] = []
        if acts and found.unknown and (not asks or _may_be_made_known(found)):
            strangers = made_known(workplace, found.unknown)
            found = prepared(workplace, sheets, asked)
        found = replace(found, notes=[*found.notes, *(strangers or _to_be_made_known(found, settings))])
        titles = workplace.lists.names()
        corrected = _corrected(given, found)
        if not given.json:
            _show(console(), found, titles, corrected)
        to_do = found.entries.entries or any(t.unfinished for t in found.entries.there)
        entered = None
        if acts and to_do and not found.questions and (not asks or _agreed(found)):
            entered = enter(workplace, found)
    if given.json:
        print_json(_as_json(found, titles, corrected, entered))
    else:
        _show_outcome(console(), found, entered)
    open_ends = found.questions or found.entries.faults or found.problems or (entered and entered.not_entered)
    return NEEDS_A_PERSON if open_ends or any(t.differences for t in found.entries.there) else DONE


def _pairs(option: str, given: Sequence[str]) -> dict[str, str]:
    pairs = [each.rpartition("=") if option == "--column" else each.partition("=") for each in given]
    if wrong := [
        each for each, pair in zip(given, pairs, strict=True) if not pair[0].strip() or not pair[2].strip()
    ]:
        raise SettingsError([f"{option} {wrong[0]}: write it as a heading or column, “=”, and what it is."])
    return {name.strip(): value.strip() for name, _, value in pairs}


def _corrected(given: Namespace, found: Prepared) -> str:
    """The name of the copy with the faults marked, once it is written; "" where nothing is wrong."""
    if not found.entries.faults:
        return ""
    name = given.corrected or _free(Path(given.file))
    if Path(name).resolve() == Path(given.file).resolve():
        raise SettingsError(["--corrected is the file itself; nothing is written over it."])
    write(name, put_right(found.sheets, found.entries.faults))
    return str(name)


def _free(file: Path) -> str:
    """A name beside the file that nothing has: somebody may be putting an earlier copy right."""
    stem = file.stem.partition(" to put right")[0]
    for n in range(1, 1000):
        path = file.with_name(f"{stem} to put right{f' {n}' if n > 1 else ''}.xlsx")
        if not path.exists():
            return str(path)
    raise SettingsError(["Say with --corrected where the copy with the faults is to go."])


def _agreed(found: Prepared) -> bool:
    rows = len(found.entries.entries)
    return (
        input(f"Are the columns and people right, and shall {rows} rows be entered? (yes/no) ").strip()
        == "yes"
    )


def _may_be_made_known(found: Prepared) -> bool:
    console().print(f"The site does not know {_listed(found.unknown)}.", soft_wrap=True, markup=False)
    asked = (
        "Are these the people meant, and shall the site know them, so that columns can name them? (yes/no) "
    )
    return input(asked).strip() == "yes"


def _to_be_made_known(found: Prepared, settings: Settings) -> list[str]:
    """What is said of addresses the site does not know and nobody has made known."""
    if not found.unknown or settings.tenant.by_secret:
        return []
    return [
        f"Look whether these are the people meant; --yes makes the site know them: {_listed(found.unknown)}."
    ]


def _listed(addresses: Sequence[str]) -> str:
    return ", ".join(addresses[:MOST_SHOWN]) + (" …" if len(addresses) > MOST_SHOWN else "")


def _show(out: Console, found: Prepared, titles: dict[str, str], corrected: str) -> None:
    columns = [
        (layout.sheet.name, column_name(c.column), c.heading[:60], _meaning(c.word, titles), c.how)
        for layout in found.layouts
        for c in layout.columns
    ]
    show_table(out, "Columns", ("Sheet", "Column", "Its heading", "Taken as", "Known"), columns)
    for note in found.notes:
        out.print(f"· {note}", soft_wrap=True, markup=False)
    if found.questions:
        show_table(out, "To be answered first", ("What",), [(question,) for question in found.questions])
        return
    people = [(where, each.person.name, each.person.email, each.how) for where, each in found.people]
    if people:
        show_table(
            out,
            "People known by less than their name: please look",
            ("Cell", "Who", "Address", "How"),
            people,
        )
    every = found.entries.faults
    faults = [(f.where, f.wrong, f"Write {f.write}.") for f in every if f.stranger is not Stranger.NOT_MET]
    if faults:
        show_table(out, "To put right", ("Cell", "What is wrong", "What to write"), faults[:MOST_SHOWN])
    if every:
        of_strangers = len(every) - len(faults)
        beside = f", {of_strangers} of them people the site does not know (above)" if of_strangers else ""
        count = f"{len(every)} fault{'s' if len(every) > 1 else ''}{beside}"
        out.print(f"{count}; all marked in {corrected}", soft_wrap=True, markup=False)
    differences = [(text,) for there in found.entries.there for text in there.differences]
    if differences:
        show_table(out, "In the list already, and otherwise", ("What",), differences[:MOST_SHOWN])
    letters = [
        (day_in_words(day), n.reference, called(n.rule), ", ".join(p.name for p in n.to))
        for day, several in found.days.items()
        for n in several
    ]
    if found.entries.entries:
        title = "What would go out for these rows in the next ten working days"
        show_table(out, title, ("Day", "Audit", "Letter", "To"), letters[:MOST_SHOWN])
        if len(letters) > MOST_SHOWN:
            out.print(f"and {len(letters) - MOST_SHOWN} more.")
    if found.kept:
        kept = [(k.letter.reference, called(k.letter.rule), k.says) for k in found.kept]
        show_table(
            out, "What would not go out without your word", ("Audit", "Letter", "Why"), kept[:MOST_SHOWN]
        )
    show_problems(out, found.problems[:MOST_SHOWN])


def _meaning(word: str, titles: dict[str, str]) -> str:
    if not word:
        return "not entered"
    title = title_of(word, titles)
    return f"{title}: not entered" if word in NOT_ENTERED else title


def _show_outcome(out: Console, found: Prepared, entered: Entered | None) -> None:
    if found.questions:
        out.print("Nothing was entered.")
        return
    there = len(found.entries.there)
    rows = {(f.sheet, f.row) for f in found.entries.faults}
    out.print(f"In the list already: {there}. To be put right: {len(rows)} rows.")
    if entered is None:
        new = len(found.entries.entries)
        what = (
            f"To be entered: {new}; nothing was. --yes enters them." if new else "There is nothing to enter."
        )
        out.print(what if new or rows or not there else "All there: nothing to enter.")
        return
    out.print(f"Entered: {len(entered.references)} rows.")
    for why in entered.not_entered:
        out.print(f"Not done: {why}", soft_wrap=True, markup=False)


def _as_json(
    found: Prepared, titles: dict[str, str], corrected: str, entered: Entered | None
) -> dict[str, Any]:
    """The stable shape of `audit-bot import --json`."""
    return {
        "columns": [
            {
                "sheet": layout.sheet.name,
                "column": column_name(c.column),
                "heading": c.heading,
                "taken_as": title_of(c.word, titles) if c.word else None,
                "entered": bool(c.word) and c.word not in NOT_ENTERED,
            }
            for layout in found.layouts
            for c in layout.columns
        ],
        "questions": list(found.questions),
        "notes": list(found.notes),
        "faults": [{"cell": f.where, "wrong": f.wrong, "write": f.write} for f in found.entries.faults],
        "corrected": corrected,
        "to_enter": [
            {"from": e.where, "reference": e.allocation.reference, "reference_made": e.made}
            for e in found.entries.entries
        ],
        "there": [
            {"from": t.where, "reference": t.allocation.reference, "differences": list(t.differences)}
            for t in found.entries.there
        ],
        "letters": [
            {"on": day.isoformat(), "audit": n.reference, "rule": n.rule.id, "to": [p.email for p in n.to]}
            for day, letters in found.days.items()
            for n in letters
        ],
        "kept": [{"audit": k.letter.reference, "rule": k.letter.rule.id, "why": k.says} for k in found.kept],
        "problems": [{"where": p.where, "what": p.what, "who": p.who} for p in found.problems],
        "entered": list(entered.references) if entered else [],
        "not_entered": list(entered.not_entered) if entered else [],
    }
