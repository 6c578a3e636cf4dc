"""`audit-bot story`: one audit, from the first letter to what comes next."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict

from bot.cli.at_workplace import workplace_of
from bot.cli.showing import console, print_json, say_faults, show_table
from bot.daily_run.look import told_story
from bot.exit_status import DONE, NEEDS_A_PERSON
from bot.programme.date_words import day_in_words


def perform(given: Namespace) -> int:
    with workplace_of(given) as workplace:
        found = told_story(workplace, given.reference)
    if found is None:
        say_faults(given, [f"There is no audit {given.reference} in an open cycle of the list."])
        return NEEDS_A_PERSON
    if given.json:
        print_json(asdict(found))
        return DONE
    out = console()
    out.print(f"[bold]{found.reference}[/bold]  {found.status}")
    if found.next_step:
        out.print(found.next_step)
    for title, steps in (
        ("What happened", found.past),
        ("Dates", found.dates),
        ("What comes next", found.coming),
    ):
        rows = [(day_in_words(s.on), s.what, s.why, f"§{s.guide}" if s.guide else "") for s in steps]
        if rows:
            show_table(out, title, ("Day", "What", "Why", "Guide"), rows)
    return DONE
