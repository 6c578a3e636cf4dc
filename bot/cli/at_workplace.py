"""A workplace for a command: the profile it names, the day it is to be, and who is told how far it is."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime
from pathlib import Path

from bot.clock import london_date, now, pretended
from bot.daily_run.workplace import Workplace, open_workplace
from bot.errors import SettingsError
from bot.programme.working_days import PLAUSIBLE_YEARS
from bot.settings import Settings, load


def workplace_of(given: Namespace, *, locked: bool = False) -> AbstractContextManager[Workplace]:
    """A workplace with the profile the command names; `locked` as for a run."""
    moment = moment_of(getattr(given, "today", None))
    return open_workplace(load(Path(given.settings)), clock=moment, say=saying(given), locked=locked)


def settings_of_a_run(given: Namespace) -> Settings:
    """The profile of a run. One that cannot be used is told on every road that it still names."""
    path = Path(given.settings)
    with told_if_wrong(path):
        return load(path)


@contextmanager
def told_if_wrong(path: Path) -> Iterator[None]:
    """A profile, or what lies beside it, that no run can begin with is told on every road that the profile names."""
    try:
        yield
    except SettingsError as fault:
        from bot.daily_run.attended import (
            told_of_wrong_profile,  # all that a run takes, only where it is told
        )

        told_of_wrong_profile(path, fault.problems, now)
        raise


def saying(given: Namespace) -> Callable[[str], None]:
    return (lambda _line: None) if given.json or not sys.stderr.isatty() else _progress


def moment_of(today: str | None) -> Callable[[], datetime]:
    """The clock of a run. A pretended day goes on from its hour as real time passes."""
    if not today:
        return now
    try:
        start = pretended(today)
    except (ValueError, OverflowError) as fault:
        raise SettingsError([f"--today {today} is not a date. Write it like 2026-03-02."]) from fault
    _in_a_year_that_is_meant("--today", today, start)
    begun = now()
    return lambda: start + (now() - begun)


def day_given(option: str, text: str) -> date:
    """The day an option names. Raises SettingsError."""
    try:
        day = date.fromisoformat(text)
    except ValueError as fault:
        raise SettingsError([f"{option} {text} is not a date. Write it like 2026-03-02."]) from fault
    _in_a_year_that_is_meant(option, text, day)
    return day


def _in_a_year_that_is_meant(option: str, text: str, day: date) -> None:
    if day.year not in PLAUSIBLE_YEARS:
        raise SettingsError([f"{option} {text} is hardly in a year that is meant. Write it like 2026-03-02."])


def moment_of_a_run(today: str | None, settings: Settings) -> Callable[[], datetime]:
    """The same for what acts: in a live tenant people get what is due by the clock on the wall."""
    if today and settings.tenant.live:
        raise SettingsError(
            [
                "--today is for a sandbox: in a live tenant letters go by today's date. audit-bot plan shows a day."
            ]
        )
    return moment_of(today)


def _progress(line: str) -> None:
    print(f"{london_date(now())}  {line} …", file=sys.stderr)  # noqa: T201
