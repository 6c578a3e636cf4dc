"""What the ledger learns from the list, the mailbox and the library when it was lost or put back from a copy."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import timedelta

from bot.daily_run.own_ledger import whose
from bot.daily_run.workplace import Workplace
from bot.errors import StandsStill
from bot.office.lease import Lease, installation
from bot.programme.events import Event, EventKind
from bot.programme.history.history import History
from bot.programme.planning.planner import plan
from bot.programme.standing.bots_cells import in_bots_words
from bot.programme.standing.council import Council
from bot.programme.telling.summary import ALARM
from bot.programme.vocabulary import Problem

STANDSTILL = timedelta(days=7)
"""After so long without a run everything is compared before the first letter."""


def day_to_day_cells(workplace: Workplace, lists: Council, history: History) -> list[Event]:
    """Where the ledger was lost or is older than the mailbox: what the list says of the days it does not know, in
    words that only the bot uses, was written by the bot."""
    standings = plan(workplace.today, lists, history, workplace.basis).standings
    cells = {found.allocation.item_id: in_bots_words(found) for found in standings}
    return cells_explained({item: said for item, said in cells.items() if said}, workplace)


def gap(workplace: Workplace, history: History) -> bool:
    """Whether the ledger may lack something: no run for over a week, or another key than in the last run, or mailbox
    and site were others then."""
    last = history.last_run_on
    if last is None:
        return any(letter.gone for letter in history.letters.values())
    another_key = bool(history.key_code and history.key_code != workplace.keys.code)
    return another_key or history.moved or workplace.today - last > STANDSTILL


def lease_of(workplace: Workplace) -> Lease:
    """What keeps another installation from working for the same lists at the same time."""
    settings, site = workplace.settings, workplace.lists.site
    who = installation(settings.ledger)
    return Lease(workplace.graph, site, settings.notice_list, who, OurRuns(workplace), workplace.clock)


def rows_of_no_run(lease: Lease) -> list[Problem]:
    """What of the site's list looks like the row of a run at work and is none."""
    return [
        Problem(
            "The list of the bot's runs",
            f"“{title[:80]}” is the row of no run, and keeps none from its work. Whoever made it can delete it.",
        )
        for title in lease.strange
    ]


class OurRuns:
    """The runs of this installation, by the names the ledger knows them by."""

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace

    def begun(self) -> str:
        name, workplace = secrets.token_hex(6), self._workplace
        workplace.ledger.append([workplace.event(EventKind.RUN_STARTED, name, **whose(workplace.settings))])
        return name

    def known(self) -> Collection[str]:
        return {e.key for e in self._workplace.ledger.read() if e.kind is EventKind.RUN_STARTED}


def refuse_another_key(workplace: Workplace, history: History) -> None:
    """Stop where the ledger is new and not one of the letters in the mailbox has this installation's key: they would go
    again, under keys of their own. Raises StandsStill."""
    gone = [letter for letter in history.letters.values() if letter.gone and letter.rule != ALARM]
    begins = workplace.settings.start_on
    if history.last_run_on is not None or (begins and all(letter.on < begins for letter in gone)):
        return
    keys = workplace.basis.keys
    if gone and not any(n.rule or n.key == keys(("digest", n.on.isoformat())) for n in gone):
        raise StandsStill(
            "the ledger is empty, and the mailbox holds letters of the audit bot under another key.",
            "The IT administrator: put the former “key” back into the profile, or the ledger. If both are lost for "
            "good, write “start_on” with today's day into the profile: what was due earlier than the day before waits "
            "for the Audit Team's word.",
        )


def cells_explained(cells: Mapping[str, Mapping[str, str]], workplace: Workplace) -> list[Event]:
    """That cells are the bot's own: list item id -> our column -> what it says. They are not written again."""
    now, on = workplace.clock(), workplace.today.isoformat()
    return [
        Event(
            now,
            EventKind.ROW_WRITTEN,
            f"{item}#found#{now.isoformat()}",
            item,
            {"on": on, "values": {**values}, "found": True},
        )
        for item, values in cells.items()
    ]
