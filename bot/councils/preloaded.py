"""What a run takes, imported once: the process of a run is forked from one that has it, and shares its memory.

The rules, the lists and the letters that are shipped are looked through here too; a council that uses them as they are,
whatever marking stands on them, finds that done.
"""

from __future__ import annotations

import gc
import importlib
from contextlib import suppress
from datetime import date

from bot.daily_run.letter_files import letters_in
from bot.office.lists.lists_file import ListNames
from bot.own_files import SHIPPED, rules_in, text_of
from bot.papers.forms.questions import questions
from bot.programme.working_days import WorkingDays

MODULES = (
    "bot.councils.child",
    "bot.daily_run.attended",
    "bot.daily_run.look",
    "bot.daily_run.papers",
    "bot.daily_run.team_files.telling",
    "bot.daily_run.reports.announced",
    "bot.office.isolated_reader",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite",
    "O365",
    "msal",
    "jinja2",
    "css_inline",
    "lxml.etree",
    "xlsxwriter",
)
MARKINGS = ("", "[OFFICIAL-SENSITIVE]")
THIS_YEAR = date(2026, 1, 1)


def load() -> None:
    """Import it all, and look through what is shipped. What cannot be here is met again by the run, which says so."""
    for name in MODULES:
        with suppress(ImportError):
            importlib.import_module(name)
    config = SHIPPED / "config"
    with suppress(Exception):
        rules_in(config / "rules.toml")
        questions(text_of(config / "audit_tool.toml"), "")
        as_called = ListNames(text_of(config / "lists.toml"), "").as_called
        for marking in MARKINGS:
            letters = letters_in(SHIPPED / "mail_templates", marking=marking, as_called=as_called)
            letters.words("00_digest")  # which every daily run writes
        WorkingDays().is_working(THIS_YEAR)
    gc.collect()
    gc.freeze()  # what is here for good is not walked through again, and stays shared


load()
