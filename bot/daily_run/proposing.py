"""What a proposal takes from the site: the list of allocations, read and never written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from bot.daily_run.look import as_council
from bot.daily_run.workplace import Workplace
from bot.errors import SettingsError, nearest
from bot.office.lists.proposal_lists import sheet_of_list
from bot.programme.allocating.of_the_list import Again
from bot.programme.allocating.sheet_columns import AUDITORS, CHILDREN, COLUMNS
from bot.programme.importing.sheets import Sheet
from bot.programme.planning.situation import situation_of
from bot.programme.standing.council import Council
from bot.programme.standing.re_audits import sample
from bot.programme.standing.reported_by_reply import as_reported
from bot.programme.vocabulary import Allocation, Cycle
from bot.programme.working_days import WorkingDays


@dataclass(frozen=True, slots=True)
class OfTheSite:
    """The lists, the cycle that is meant, the work to be audited again in it, and what is told."""

    council: Council
    cycle: Cycle
    again: Again
    told: tuple[str, ...]
    working: WorkingDays
    sheets: Mapping[str, Sheet] = field(default_factory=dict)


def named_lists(workplace: Workplace) -> dict[str, str]:
    """The lists of children and auditors that the settings name, by the sheet they stand for."""
    named = {CHILDREN: workplace.settings.children_list, AUDITORS: workplace.settings.auditors_list}
    return {sheet: called for sheet, called in named.items() if called}


def proposal_list(workplace: Workplace, sheet: str) -> Sheet:
    """One of these lists as a sheet. Raises SettingsError, AuditBotError."""
    called = named_lists(workplace)[sheet]
    return sheet_of_list(workplace.graph, workplace.lists.site, called, sheet, COLUMNS[sheet])


def lists_to_propose_from(workplace: Workplace) -> dict[str, Sheet]:
    """All of them. Raises SettingsError, AuditBotError."""
    return {sheet: proposal_list(workplace, sheet) for sheet in named_lists(workplace)}


def of_the_site(
    workplace: Workplace, name: str, month_one: date | None, *, from_site: bool = False
) -> OfTheSite:
    """`sheets` are the lists of children and auditors, if they are asked for. Raises AuditBotError, SettingsError where
    nobody can tell which cycle is meant."""
    council, told = council_as_told(workplace)
    cycle = cycle_meant(council, name, month_one)
    sheets = lists_to_propose_from(workplace) if from_site else {}
    if from_site and not sheets:
        raise SettingsError(["--from-site: the profile names no list; set children_list and auditors_list."])
    again = work_to_audit_again(cycle, council, workplace)
    return OfTheSite(council, cycle, again, tuple(told), workplace.basis.working, sheets)


def council_as_told(workplace: Workplace) -> tuple[Council, list[str]]:
    """The lists as a run goes by them, with what replies told; and which rows cannot be used, in sentences. Raises
    AuditBotError."""
    read, history = workplace.lists.read(), workplace.history()
    council = as_council(read.council, history, workplace).council
    rows = [as_reported(a, history) for a in council.allocations]
    said = [f"{why[0].upper()}{why[1:]}: it is not counted." for why in council.unusable.values()]
    return replace(council, allocations=rows), said


def work_to_audit_again(cycle: Cycle, council: Council, workplace: Workplace) -> Again:
    """The rows of the cycle before, closed or not, whose work was below Good: first those drawn by lot to be audited
    again in this one (§15), then who may come in their place."""
    every = replace(council, cycles=[replace(c, open=True) for c in council.cycles])
    found = situation_of(workplace.today, every, workplace.history(), workplace.basis)
    drawn: list[Allocation] = []
    others: list[Allocation] = []
    for before in found.cycles:
        later = [c for c in every.later_than(before) if c.month_one]
        following = min(later, key=lambda c: (c.month_one or date.max, c.name), default=None)
        if following is not None and following.name == cycle.name:
            work = sample(before, found.by_cycle.get(before.name, ()))
            drawn += [s.allocation for s in work.drawn]
            others += [s.allocation for s in work.others]
    return Again((*drawn, *others), len(drawn))


def cycle_meant(council: Council, name: str, month_one: date | None) -> Cycle:
    """The cycle a proposal is for: the one named, else the open one whose audit month it is, else the only open one.
    Raises SettingsError."""
    known = {c.name.casefold(): c for c in council.cycles if c.name}
    if name:
        if found := known.get(name.casefold()):
            return found
        raise SettingsError([f"--cycle: there is no cycle “{name}” in the list{nearest(name, known)}."])
    waiting = [c for c in council.cycles if c.open and c.name]
    if month_one:
        waiting = [
            c for c in waiting if c.month_one and c.month_one.replace(day=1) == month_one.replace(day=1)
        ]
    if len(waiting) == 1:
        return waiting[0]
    those = ", ".join(f"“{c.name}”" for c in waiting)
    raise SettingsError(
        [
            f"Say with --cycle which cycle it is: {those}."
            if those
            else "No cycle in the list is open; enter it first."
        ]
    )
