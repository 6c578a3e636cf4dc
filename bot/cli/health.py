"""`audit-bot health`: how the bot is, from what its last run wrote down. For monitors and containers."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from bot.cli.showing import console, print_json, say_faults
from bot.clock import now
from bot.errors import SettingsError
from bot.exit_status import DONE, NOT_DONE
from bot.office.health import not_well, read_health
from bot.settings import heard_of, load


def perform(given: Namespace) -> int:
    """Answers for a profile that is wrong, too: then the health file says so."""
    profile = Path(given.settings)
    file, _ = heard_of(profile)
    try:
        wrong = not_well(read_health(file), now(), load(profile).mailbox_look_minutes)
    except SettingsError:
        wrong = not_well(read_health(file), now())
    if given.json:
        print_json({"file": str(file), "well": not wrong, "what_is_wrong": wrong})
    elif wrong:
        say_faults(given, [f"{wrong} ({file})"])
    else:
        console().print(f"The bot does its work ({file}).", soft_wrap=True)
    return NOT_DONE if wrong else DONE
