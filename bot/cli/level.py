"""`audit-bot level`: how far letters may go, and what the Audit Team is asked about it."""

from __future__ import annotations

from argparse import Namespace
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

from bot.cli.at_workplace import moment_of, moment_of_a_run, saying
from bot.cli.showing import console, print_json
from bot.clock import london_date
from bot.daily_run.level_in_force import told_by
from bot.daily_run.levels import shown_now
from bot.daily_run.workplace import open_workplace
from bot.exit_status import DONE
from bot.office.ledger import Ledger
from bot.programme.date_words import day_in_words
from bot.programme.levels import Began, above
from bot.programme.modes import Mode
from bot.settings import Settings, load


def perform(given: Namespace) -> int:
    settings = load(Path(given.settings))
    nothing = ""
    if given.ask:
        clock = moment_of_a_run(given.today, settings)
        with open_workplace(settings, clock=clock, say=saying(given), locked=True) as workplace:
            asked = shown_now(workplace)
        nothing = "" if asked else "Nothing was asked: the settings allow nothing further than is in force."
    told = _told(settings, given.today)
    if given.json:
        print_json(told)
    else:
        for line in filter(None, (nothing, *_lines(told))):
            console().print(line, markup=False)
    return DONE


def _told(settings: Settings, today: str | None) -> dict[str, str | int | None]:
    """The stable shape of `audit-bot level --json` (docs/command_line.md)."""
    allowed, on = Mode(settings.safety), london_date(moment_of(today)())
    with closing(Ledger(settings.ledger)) as ledger:
        levels = told_by(ledger, settings)
    began = levels.began or Began(Mode.REHEARSE)
    if not settings.ask_before_levels or above(began.mode, allowed):
        began = Began(allowed, None, "the settings")
    shown = levels.asked(allowed, on) if above(allowed, began.mode) else None
    answer = levels.answer(allowed, on) if shown else None
    return {
        "allowed": allowed.value,
        "in_force": began.mode.value,
        "since": began.since.isoformat() if began.since else None,
        "by": began.by or None,
        "asked": shown.mode.value if shown else None,
        "asked_on": shown.on.isoformat() if shown else None,
        "shown_until": shown.until.isoformat() if shown else None,
        "letters": shown.letters if shown else None,
        "yes_from": answer.by if answer else None,
    }


def _lines(told: dict[str, str | int | None]) -> list[str]:
    allowed, in_force = Mode(str(told["allowed"])), Mode(str(told["in_force"]))
    since = (
        f" since {day_in_words(london_date(datetime.fromisoformat(str(told['since']))))}"
        if told["since"]
        else ""
    )
    by = f", by {told['by']}" if told["by"] else ""
    found = [
        f"In force{since}{by}: {in_force.in_words}.",
        f"The settings allow at most: {allowed.in_words}.",
    ]
    if told["asked"]:
        on, until = (
            day_in_words(date.fromisoformat(str(told[name]))) for name in ("asked_on", "shown_until")
        )
        answered = f"{told['yes_from']} said yes." if told["yes_from"] else "Nobody has answered yet."
        found.append(
            f"On {on} the Audit Team was shown the plan up to {until} ({told['letters']} letters) and asked to go to "
            f"{told['asked']}. {answered}"
        )
    elif above(allowed, in_force):
        found.append(
            "The next daily run shows the Audit Team what would go out, and asks; level --ask does it now."
        )
    return found
