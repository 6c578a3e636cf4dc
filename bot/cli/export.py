"""`audit-bot export`: the list as a spreadsheet, in the shape that `audit-bot import` takes."""

from __future__ import annotations

from argparse import Namespace

from bot.cli.at_workplace import workplace_of
from bot.cli.showing import console, print_json, show_problems, write
from bot.daily_run.look import told_to_people
from bot.errors import SettingsError
from bot.exit_status import DONE, NEEDS_A_PERSON
from bot.papers.importing import exported


def perform(given: Namespace) -> int:
    with workplace_of(given) as workplace:
        read = workplace.lists.read()
        problems = told_to_people(read.problems, read.council, workplace)
        data_of = workplace.lists.names()
    cycles = {cycle.name.casefold(): cycle.name for cycle in read.council.cycles}
    if given.cycle and given.cycle.casefold() not in cycles:
        raise SettingsError([f"--cycle {given.cycle}: the list of cycles has {'; '.join(cycles.values())}."])
    only = cycles.get((given.cycle or "").casefold())
    rows = [a for a in read.council.allocations if only in (None, a.cycle)]
    write(given.out, exported(rows, data_of))
    left_out = len(read.council.unread)
    if given.json:
        told = [{"where": p.where, "what": p.what, "who": p.who} for p in problems]
        print_json({"file": given.out, "rows": len(rows), "unreadable": left_out, "problems": told})
        return NEEDS_A_PERSON if left_out else DONE
    out = console()
    out.print(f"{len(rows)} rows written to {given.out}.", soft_wrap=True, markup=False)
    if left_out:
        out.print(f"{left_out} rows of the list cannot be read and are not in it.")
        show_problems(out, problems)
    return NEEDS_A_PERSON if left_out else DONE
