"""What a run takes, imported once: the process of a run is forked from one that has it, and shares its memory.

The rules, the lists and the letters that are shipped are looked through here too, and letters that lie in a folder for
all; a council that uses them as they are finds that done.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

from bot.councils.runs import FOLDERS_FOR_ALL
from bot.daily_run.letter_files import texts_in
from bot.errors import SettingsError
from bot.office.lists.lists_file import ListNames
from bot.own_files import SHIPPED, rules_in, text_of
from bot.papers.forms.questions import questions
from bot.papers.letters.letter_press import FRAME
from bot.papers.letters.letters import Letters
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
THIS_YEAR = date(2026, 1, 1)
SECONDS_TO_READ = 5.0
"""They may lie on a share that does not answer; then each run meets it by itself."""


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
        WorkingDays().is_working(THIS_YEAR)
        for texts in _folders_of_letters():
            with suppress(Exception):
                Letters.as_they_are(texts, as_called=as_called).words(
                    "00_digest"
                )  # which every daily run writes
    gc.collect()
    gc.freeze()  # what is here for good is not walked through again, and stays shared


def _folders_of_letters() -> Iterator[dict[str, str]]:
    yield texts_in(SHIPPED / "mail_templates")[0]
    found: list[dict[str, str]] = []

    def read() -> None:
        for folder in json.loads(os.environ.get(FOLDERS_FOR_ALL, "[]")):
            for place in (Path(folder), Path(folder) / "mail_templates"):
                with suppress(OSError, SettingsError):
                    if (place / FRAME).is_file():
                        found.append(texts_in(place)[0])

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    reader.join(SECONDS_TO_READ)
    yield from list(found)


load()
