"""`audit-bot report`: one report, or all of a cycle, made from what is known now."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from bot.cli import pack
from bot.cli.at_workplace import workplace_of
from bot.cli.showing import console, print_json, say_faults, write
from bot.daily_run.reports.making import for_its_readers, make, put_into_the_library
from bot.daily_run.reports.material import Material, material
from bot.daily_run.workplace import Workplace
from bot.errors import SettingsError, nearest
from bot.exit_status import DONE, NEEDS_A_PERSON
from bot.papers.letters.letter_words import ReportSeen
from bot.programme.reports.kinds import About, Made
from bot.programme.reports.report import Audience
from bot.programme.vocabulary import Cycle


def perform(given: Namespace) -> int:
    if given.what == Made.PACK.kind.word:
        given.what, given.name, given.out = "make", given.reference or "", given.out or "."
        return pack.perform(given)
    with workplace_of(given) as workplace:
        workplace.say("Reading the lists")
        known = material(workplace, as_at=_day(given.as_at, workplace.today))
        if given.what == "numbers":
            return _numbers(known, workplace, given)
        found = [_made(made, known, workplace, given) for made in _asked(given.what)]
    failed = [each for each in found if not each.name]
    if given.json:
        print_json([
            {"report": r.title, "file": r.name, "url": r.report_link, "missing": [*r.missing]} for r in found
        ])  # fmt: skip
    else:
        for each in found:
            if each.name:
                console().print(f"{each.name}  {each.report_link}".rstrip(), markup=False)
        say_faults(given, [f"{each.title}: {said}" for each in found for said in each.missing])
    return NEEDS_A_PERSON if failed else DONE


def _numbers(known: Material, workplace: Workplace, given: Namespace) -> int:
    """Every number of a cycle by its name (docs/reports.md), none held back: for the Audit Team alone."""
    if given.outside:
        raise SettingsError(["audit-bot report numbers is for the Audit Team: no number is held back in it."])
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


def _asked(word: str) -> list[Made]:
    if word == "all":
        return [made for made in Made if made.kind.about is About.CYCLE]
    return [made for made in Made if made.kind.word == word]


def _day(text: str | None, today: date) -> date:
    try:
        found = date.fromisoformat(text) if text else today
    except ValueError as fault:
        raise SettingsError([f"--as-at {text} is not a date. Write it like 2026-03-02."]) from fault
    if found > today:
        raise SettingsError(
            [f"--as-at {text} is still to come: what will have happened by then nobody knows."]
        )
    return found


def _made(made: Made, known: Material, workplace: Workplace, given: Namespace) -> ReportSeen:
    about = made.kind.about
    if given.outside and not (made.kind.also_outside or made.kind.audience is Audience.OUTSIDE):
        raise SettingsError(
            [f"“{made.kind.title}” is for {made.kind.audience.value} alone, never for outside."]
        )
    cycle = _cycle(given.cycle, known.situation.cycles, known.as_at) if about is About.CYCLE else None
    known = replace(known, cycle=cycle)
    workplace.say(f"Making: {made.kind.title}{f', {cycle.name}' if cycle else ''}")
    told = for_its_readers(made, known, workplace, outside=given.outside)
    if given.out is None:
        return put_into_the_library(made, told, workplace)
    file = make(made, told)
    folder = Path(given.out)
    folder.mkdir(parents=True, exist_ok=True)
    write(str(folder / file.name), file.data)
    return ReportSeen(made.kind.title, "", str(folder / file.name), file.missing)


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
    if len(meant) != 1:
        said = ", ".join(f"“{c.name}”" for c in meant or cycles)
        raise SettingsError([f"Say with --cycle which cycle is meant: {said}."])
    return meant[0]
