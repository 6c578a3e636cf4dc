"""`audit-bot check`: what was tried, and what is wrong."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from bot.cli.showing import console, print_json, show_table
from bot.daily_run.trying.check import checks
from bot.daily_run.trying.checked_files import Check
from bot.exit_status import DONE, NEEDS_A_PERSON, NOT_DONE, WRONG_CONFIGURATION


def perform(given: Namespace) -> int:
    found, facts = checks(Path(given.settings), measure=given.tenant_facts)
    if given.json:
        lines = [{"what": c.what, "problems": list(c.problems), "notes": list(c.notes)} for c in found]
        told = [{"name": f.name, "measured": f.measured, "assumed": f.assumed} for f in facts]
        print_json({"checks": lines, "facts": told} if given.tenant_facts else lines)
    else:
        out = console()
        for check in found:
            mark = "[green]✓[/green]" if not check.problems else "[red]✗[/red]"
            out.print(f"{mark} {check.what}")
            for problem in check.problems:
                out.print(f"    {problem}", style="red", highlight=False, markup=False)
            for note in check.notes:
                out.print(f"    {note}", highlight=False, markup=False)
        if facts:
            rows = [(f.name, f.measured or "not measured", f.assumed) for f in facts]
            show_table(out, "This tenant", ("Point", "Measured", "Assumed"), rows)
    return status_of(found)


def status_of(found: Sequence[Check]) -> int:
    """2 where something that people edit is wrong, 3 where no run could do its work (no sign-in, site, list or mailbox,
    or no letter leaves), 10 where one could and a person should read what is wrong, 0 where nothing is."""
    wrong = [check for check in found if check.problems]
    if any(check.configuration for check in wrong):
        return WRONG_CONFIGURATION
    if any(check.stops for check in wrong):
        return NOT_DONE
    return NEEDS_A_PERSON if wrong else DONE
