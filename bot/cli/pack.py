"""`audit-bot pack`: all that there is about one audit, for an inspector; and whether a pack is still what it was."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from bot.cli.showing import console, print_json, say_faults, write
from bot.errors import SettingsError
from bot.exit_status import DONE, NEEDS_A_PERSON
from bot.office.chain import SHOWN
from bot.papers.reports.pack_file import pack_faults, seal_of


def perform(given: Namespace) -> int:
    return _verify(given) if given.what == "verify" else _make(given)


def _make(given: Namespace) -> int:
    from bot.cli.at_workplace import moment_of, saying  # whoever checks a pack has no tenant
    from bot.daily_run.reports.pack import made_pack
    from bot.daily_run.workplace import open_workplace
    from bot.settings import load

    settings, clock = load(Path(given.settings)), moment_of(given.today)
    with open_workplace(settings, clock=clock, say=saying(given), locked=True) as workplace:
        pack = made_pack(workplace, given.name)
    if pack is None:
        say_faults(given, [f"There is no audit {given.name} in a cycle of the list."])
        return NEEDS_A_PERSON
    file = str(Path(given.out) / pack.name)
    write(file, pack.data)
    if given.json:
        print_json({"file": file, "seal": pack.seal, "missing": pack.missing})
    else:
        out = console()
        out.print(f"{file}, seal {pack.seal[:SHOWN]}. That it was made stands in the ledger.", soft_wrap=True)
        out.print("It holds what forms say about a child: keep it where only those can open it who may.")
        for each in pack.missing:
            out.print(f"Not in the pack: {each}", markup=False, soft_wrap=True)
    return NEEDS_A_PERSON if pack.missing else DONE


def _verify(given: Namespace) -> int:
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
