"""`audit-bot pack verify`: whether a pack is still what it was. Whoever checks one has no tenant."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from bot.cli.showing import console, print_json, say_faults
from bot.errors import SettingsError
from bot.exit_status import DONE, NEEDS_A_PERSON
from bot.office.chain import SHOWN
from bot.papers.reports.pack_file import pack_faults, seal_of


def perform(given: Namespace) -> int:
    seal = "".join((given.seal or "").split()).casefold()
    if seal and len(seal) < SHOWN:
        raise SettingsError([f"A seal has at least {SHOWN} characters; this has {len(seal)}."])
    try:
        with Path(given.name).open("rb") as file:
            faults, own = pack_faults(file), seal_of(file)
    except OSError as fault:
        raise SettingsError([f"{given.name} cannot be opened: {fault.strerror}."]) from fault
    if seal and not own.startswith(seal):
        faults.append(f"Its seal is not {seal}: it is another pack, or its list of files was changed.")
    if given.json:
        print_json({"file": given.name, "seal": own, "problems": faults})
    elif faults:
        say_faults(given, faults)
    else:
        told = "" if seal else " Hold the seal against the one printed when it was made."
        console().print(f"Every file is as it was put in. Seal {own[:SHOWN]}.{told}", soft_wrap=True)
    return NEEDS_A_PERSON if faults else DONE
