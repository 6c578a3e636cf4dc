"""Where the audits stand, kept in the library: written anew when something has changed, never over a person's words."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import count

from bot.daily_run.workplace import Workplace
from bot.errors import AuditBotError, ListChanged, RequestRefused, TenantUnavailable, in_words
from bot.office.library import KeptFile
from bot.papers.reports.dashboard_workbook import dashboard_workbook
from bot.programme.events import EventKind
from bot.programme.history.history import History, history_of
from bot.programme.modes import Mode
from bot.programme.planning.planner import plan
from bot.programme.reports.dashboard import EVERYTHING, Dashboard, dashboards
from bot.programme.standing.actions import Plan
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.council import Council
from bot.programme.telling.matters import Press
from bot.programme.vocabulary import Problem

FOLDER = "Where the audits stand"
"""In the library, with a folder for each service in it, so that each can have permissions of its own."""


def keep_dashboards(standings: Sequence[Standing], history: History, workplace: Workplace) -> list[Problem]:
    """Bring the workbooks up to date. What could not be written is told; nothing else waits for it."""
    problems: list[Problem] = []
    try:
        for found in dashboards(standings, workplace.today):
            _keep(found, history, workplace, problems)
    except TenantUnavailable:
        pass  # told where it happened; the other workbooks wait for the next daily run
    except Exception as fault:  # the run goes on to its letters and its digest whatever a workbook fails on
        said = f"the bot met something it does not know ({type(fault).__name__})"
        problems.append(_could_not(FOLDER, said))
    return problems


def as_people_know(lists: Council, final: Plan, workplace: Workplace) -> Sequence[Standing]:
    """The standings that people outside the Audit Team may see: of a trial, without what it has only tried."""
    if not workplace.ledger.mode.trial:
        return final.standings
    live = history_of(workplace.ledger.as_seen_in(Mode.LIVE))
    return plan(workplace.today, lists, live, workplace.basis).standings


def _keep(found: Dashboard, history: History, workplace: Workplace, problems: list[Problem]) -> None:
    """One workbook, where it is not as it was written last. Raises TenantUnavailable: then no other is tried."""
    code = hashlib.sha256(repr(found).encode()).hexdigest()[:32]
    if history.dashboards.get(found.service, ("", ""))[0] == code:
        return
    name = f"{FOLDER} – {found.service}"
    try:
        kept = _put(name, found, workplace)
    except AuditBotError as fault:
        problems.append(_told(name, fault))
        if isinstance(fault, TenantUnavailable):
            raise
        return
    key = f"{code}#{workplace.clock().isoformat()}"
    event = workplace.event(EventKind.DASHBOARD_KEPT, key, service=found.service, code=code, url=kept.url)
    workplace.ledger.append([event])
    history.take([event])


def link_to_all(history: History) -> list[Press]:
    """The link of the Audit Team's own in the digest, once it is in the library."""
    _, url = history.dashboards.get(EVERYTHING, ("", ""))
    return [Press("See all audits and what is due, in a workbook", url)] if url.startswith("https://") else []


def _put(name: str, found: Dashboard, workplace: Workplace) -> KeptFile:
    """The workbook in its place, or in the first one beside it in which nobody has written."""
    library, data = workplace.library, dashboard_workbook(found, workplace.today)
    for n in count(1):
        place = (FOLDER, found.service, f"{name}{f' ({n})' if n > 1 else ''}.xlsx")
        there = library.look(place)
        if there is None:
            return library.store(place, data)
        if not there.edited:
            return library.replace(there, data)
    raise AssertionError("there is always a next number")


def _told(name: str, fault: AuditBotError) -> Problem:
    status = (
        fault.status if isinstance(fault, RequestRefused) else 412 if isinstance(fault, ListChanged) else 0
    )
    why = {
        412: "somebody was writing in it",
        423: "somebody has it open",
        403: "the bot may not write there",
    }.get(status, in_words(fault))
    return _could_not(name, why)


def _could_not(name: str, why: str) -> Problem:
    what = f"“{name}” could not be brought up to date: {why}. The next daily run tries again."
    return Problem("The document library", what, "the IT administrator, if it goes on")
