"""`audit-bot report`: one report, or all of a cycle, made from what is known now."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path

from bot.cli.at_workplace import day_given, workplace_of
from bot.cli.showing import console, print_json, say_faults, write
from bot.daily_run.reports.making import IN_ONE_PLACE, for_its_readers, make, put_into_the_library
from bot.daily_run.reports.material import Material, material
from bot.daily_run.reports.pack import made_pack
from bot.daily_run.workplace import Workplace
from bot.errors import SettingsError, nearest
from bot.exit_status import DONE, NEEDS_A_PERSON
from bot.office.chain import SHOWN
from bot.office.isolated_reader import says_the_same
from bot.papers.letters.letter_words import ReportSeen
from bot.programme.date_words import day_in_words
from bot.programme.reports.kinds import About, Made
from bot.programme.reports.report import Audience
from bot.programme.vocabulary import Cycle


def perform(given: Namespace) -> int:
    asked = _asked(given)
    if asked == [Made.PACK]:
        return _pack(given)
    with workplace_of(given) as workplace:
        workplace.say("Reading the lists")
        known = material(workplace, as_at=_day(given.as_at, workplace.today))
        if not asked:
            return _numbers(known, workplace, given)
        found = [_made(made, known, workplace, given) for made in asked]
    if given.json:
        print_json([
            {"report": r.title, "file": r.name, "url": r.report_link, "missing": [*r.missing]} for r in found
        ])  # fmt: skip
    else:
        for each in found:
            if each.name:
                console().print(f"{each.name}  {each.report_link}".rstrip(), markup=False, soft_wrap=True)
        say_faults(given, [f"{each.title}: {said}" for each in found for said in each.missing])
    return NEEDS_A_PERSON if any(each.missing for each in found) else DONE


def _numbers(known: Material, workplace: Workplace, given: Namespace) -> int:
    """Every number of a cycle by its name (docs/reports.md), none held back: for the Audit Team alone."""
    cycle = _cycle(given.cycle, known.situation.cycles, known.as_at)
    workplace.say(f"Counting: {cycle.name}")
    counted = replace(known, audience=Audience.AUDIT_TEAM, cycle=cycle).counted(cycle)
    found = counted.counts.numbers.items()
    if given.json:
        numbers = [{"name": [*name], "number": number} for name, number in found]
        print_json({"cycle": cycle.name, "as_at": known.as_at.isoformat(), "numbers": numbers,
                    "missing": [*counted.unread]})  # fmt: skip
    else:
        for name, number in found:
            console().print(f"{number:>6}  {', '.join(n or '–' for n in name)}", markup=False)
        say_faults(given, [*counted.unread])
    return DONE


def _pack(given: Namespace) -> int:
    """All that there is about one audit, for an inspector (daily_run/reports/pack.py)."""
    with workplace_of(given, locked=True) as workplace:
        pack = made_pack(workplace, given.reference)
    if pack is None:
        say_faults(given, [f"There is no audit {given.reference} in a cycle of the list."])
        return NEEDS_A_PERSON
    file = _beside(given.out or ".", pack.name, pack.data)
    if given.json:
        print_json({"file": file, "seal": pack.seal, "missing": pack.missing})
    else:
        out = console()
        out.print(f"{file}, seal {pack.seal[:SHOWN]}. That it was made stands in the ledger.", soft_wrap=True)
        out.print("It holds what forms say about a child: keep it where only those can open it who may.")
        for each in pack.missing:
            out.print(f"Not in the pack: {each}", markup=False, soft_wrap=True)
    return NEEDS_A_PERSON if pack.missing else DONE


def _asked(given: Namespace) -> list[Made]:
    """The reports that are meant; none for the numbers. Raises SettingsError for what would be left undone unsaid."""
    if given.what == "all":
        of_a_cycle = [made for made in Made if made.kind.about is About.CYCLE]
        found = [made for made in of_a_cycle if not _why_not(made, given)]
    else:
        found = [made for made in Made if made.kind.word == given.what]
    faults = [why for made in found if (why := _why_not(made, given))]
    if not found and (given.outside or given.out):
        faults.append(
            "audit-bot report numbers prints all of them for the Audit Team: no --outside, no --out."
        )
    if given.reference and found != [Made.PACK]:
        faults.append(f"{given.reference}: a reference is for audit-bot report pack alone.")
    if faults:
        raise SettingsError(faults)
    return found


def _why_not(made: Made, given: Namespace) -> str:
    """Why a report cannot be made as it is asked for."""
    kind = made.kind
    if kind.about is About.AUDIT:
        if given.cycle or given.as_at or given.outside:
            return f"“{kind.title}” holds all there is about one audit: no --cycle, no --as-at, no --outside."
        return "" if given.reference else "Say which audit: audit-bot report pack FSP-2026-03-014."
    if given.outside and not (kind.also_outside or kind.audience is Audience.OUTSIDE):
        return f"“{kind.title}” has no version to pass on: it is for {kind.audience.value}."
    if given.cycle and kind.about is not About.CYCLE:
        return f"“{kind.title}” is about {kind.about.value}, not about one cycle: leave --cycle out."
    if given.as_at and given.out is None and made in IN_ONE_PLACE:
        return f"“{kind.title}” stands in the library as things are now: with --as-at say --out, too."
    return ""


def _day(text: str | None, today: date) -> date:
    found = day_given("--as-at", text) if text else today
    if found > today:
        raise SettingsError(
            [f"--as-at {text} is still to come: what will have happened by then nobody knows."]
        )
    return found


def _made(made: Made, known: Material, workplace: Workplace, given: Namespace) -> ReportSeen:
    about = made.kind.about
    cycle = _cycle(given.cycle, known.situation.cycles, known.as_at) if about is About.CYCLE else None
    known = replace(known, cycle=cycle)
    workplace.say(f"Making: {made.kind.title}{f', {cycle.name}' if cycle else ''}")
    told = for_its_readers(made, known, workplace, outside=given.outside)
    if given.out is None:
        return put_into_the_library(made, told, workplace)
    file = make(made, told)
    return ReportSeen(made.kind.title, "", _beside(given.out, file.name, file.data), file.missing)


def _beside(folder: str, name: str, data: bytes) -> str:
    """The file in a folder, under its name or with “(2)”: somebody may have written in the one that is there. The same
    content is kept once. Its path. Raises SettingsError."""
    home, file = Path(folder), Path(name)
    try:
        home.mkdir(parents=True, exist_ok=True)
        for n in count(1):
            place = home / (name if n == 1 else f"{file.stem} ({n}){file.suffix}")
            if not place.exists():
                write(str(place), data)
                break
            if says_the_same(place.read_bytes(), data):
                break
    except OSError as fault:
        raise SettingsError([f"{folder} cannot be used as a folder for it: {fault.strerror}."]) from fault
    return str(place)


def _cycle(named: str | None, cycles: Sequence[Cycle], as_at: date) -> Cycle:
    """The cycle that is meant. Raises SettingsError with the names there are."""
    names = {cycle.name.casefold(): cycle for cycle in cycles}
    if named:
        if found := names.get(" ".join(named.casefold().split())):
            return found
        raise SettingsError([f"There is no cycle “{named}”{nearest(named, [c.name for c in cycles])}."])
    begun = [c for c in cycles if c.month_one and c.month_one <= as_at]
    latest = max((c.month_one for c in begun if c.month_one), default=None)
    meant = [c for c in begun if c.month_one == latest]
    if not begun and cycles:
        said = ", ".join(f"“{c.name}”" for c in cycles)
        raise SettingsError(
            [f"No cycle had begun by {day_in_words(as_at)}; say with --cycle which is meant: {said}."]
        )
    if len(meant) != 1:
        said = ", ".join(f"“{c.name}”" for c in meant or cycles)
        raise SettingsError([f"Say with --cycle which cycle is meant: {said}."])
    return meant[0]
