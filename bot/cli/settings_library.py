"""`audit-bot settings-library`: the Audit Team's own files put where the Audit Team edits them."""

from __future__ import annotations

from argparse import Namespace

from bot.cli.at_workplace import workplace_of
from bot.cli.showing import console, print_json
from bot.daily_run.team_files.first_files import first_files
from bot.daily_run.team_files.places import kept_here, known_to
from bot.errors import SettingsError
from bot.exit_status import DONE
from bot.office.settings_library import SettingsLibrary


def perform(given: Namespace) -> int:
    with workplace_of(given) as workplace:
        settings = workplace.settings
        name = settings.settings_library
        if not name:
            lacking = 'settings_library names no folder; write settings_library = "Audit bot settings".'
            raise SettingsError([f"{given.settings}: {lacking}"])
        library = SettingsLibrary(workplace.library, name, kept_here(settings))
        put = dict(library.fill(first_files(settings, in_office=given.office), known_to(settings)))
    new = [file for file, is_new in put.items() if is_new]
    left = [file for file in put if file not in new]
    if given.json:
        print_json({"folder": name, "put": new, "left": left})
        return DONE
    out = console()
    for file in new:
        out.print(f"Put there: {file}", markup=False)
    out.print(f"{len(new)} files were put into “{name}”; {len(left)} that lay there are left as they are.")
    out.print("From the next daily run on the Audit Team is told what is changed there, before it counts.")
    return DONE
