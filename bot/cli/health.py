"""`audit-bot health`: how the bot is, from what its last run wrote down. For monitors and containers."""

from __future__ import annotations

from argparse import Namespace
from datetime import datetime, timedelta
from pathlib import Path

from bot.cli.showing import console, print_json, say_faults
from bot.clock import LONDON, london_date, now
from bot.daily_run.due_runs import first_day_owed
from bot.daily_run.team_files.places import closed_on
from bot.errors import SettingsError
from bot.exit_status import DONE, NOT_DONE
from bot.office.health import Health, not_well, read_health
from bot.programme.working_days import WorkingDays
from bot.settings import Settings, heard_of, load


def perform(given: Namespace) -> int:
    """Answers for a profile that is wrong, too: then the health file says so."""
    profile = Path(given.settings)
    file, _ = heard_of(profile)
    health, moment = read_health(file), now()
    try:
        settings = load(profile)
        owed = _owed_since(health, settings, moment)
        wrong = not_well(health, moment, settings.mailbox_look_minutes, owed)
    except SettingsError:
        wrong = not_well(health, moment)
    if given.json:
        print_json({"file": str(file), "well": not wrong, "what_is_wrong": wrong})
    elif wrong:
        say_faults(given, [f"{wrong} ({file})"])
    else:
        console().print(f"The bot does its work ({file}).", soft_wrap=True)
    return NOT_DONE if wrong else DONE


def _owed_since(health: Health, settings: Settings, moment: datetime) -> datetime:
    """When the first daily run after the last good one should begin; without one, today's."""
    first = today = london_date(moment)
    if health.last_good_run:
        first = london_date(datetime.fromisoformat(health.last_good_run)) + timedelta(days=1)
    day = first_day_owed(first, today, WorkingDays(closed_on(settings)).is_working)
    return datetime.combine(day, settings.daily_run_at, LONDON)
