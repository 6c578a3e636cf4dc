"""`audit-bot reconcile`: the ledger completed, and what still differs between it, list, mailbox and library."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from bot.cli.at_workplace import moment_of, moment_of_a_run, saying
from bot.cli.showing import console, print_json, show_table
from bot.daily_run.look import compared
from bot.daily_run.run import Run
from bot.daily_run.workplace import open_workplace
from bot.exit_status import DONE, NEEDS_A_PERSON
from bot.settings import load


def perform(given: Namespace) -> int:
    settings, write = load(Path(given.settings)), not given.preview
    clock = moment_of_a_run(given.today, settings) if write else moment_of(given.today)
    with open_workplace(settings, clock=clock, say=saying(given), locked=write) as workplace:
        found = Run(workplace).reconcile() if write else compared(workplace)
    if given.json:
        print_json([{"where": p.where, "what": p.what, "who": p.who} for p in found])
    elif found:
        rows = [(p.where, p.what, p.who) for p in found]
        show_table(console(), "Differences", ("Where", "What", "Who"), rows)
    else:
        console().print("Ledger, list, mailbox and library tell the same.")
    return NEEDS_A_PERSON if found else DONE
