"""How far letters may go now: what the ledger says, or where it is new, what lies in the mailbox; never more than the
settings allow."""

from __future__ import annotations

from datetime import datetime

from bot.office.graph import Graph
from bot.office.ledger import Ledger
from bot.office.mail.letter_search import ADDRESSED, LetterSearch, addressed
from bot.office.mail.mailbox import Mailbox
from bot.office.mail.outbox import FOR_SO_LONG
from bot.programme.events import EventKind
from bot.programme.history.history import history_of
from bot.programme.levels import (
    AS_BEFORE,
    BY_THE_SETTINGS,
    BY_WHAT_LIES_THERE,
    KINDS,
    LADDER,
    Began,
    Levels,
    above,
    levels_of,
)
from bot.programme.modes import Mode
from bot.settings import Settings


def level_in_force(
    settings: Settings, ledger: Ledger, graph: Graph, mailbox: Mailbox, now: datetime
) -> Began:
    """The level of a run. Raises AuditBotError where the mailbox had to be asked and could not be."""
    allowed = Mode(settings.safety)
    if not settings.ask_before_levels:
        return Began(allowed)
    found = told_by(ledger, settings).began
    if found is None and allowed is not Mode.REHEARSE:
        found = _in_the_mailbox(settings, graph, mailbox, now)
    found = found or Began(Mode.REHEARSE)
    return Began(allowed, now, BY_THE_SETTINGS) if above(found.mode, allowed) else found


def told_by(ledger: Ledger, settings: Settings) -> Levels:
    """What the ledger tells of levels. Where it tells of none, what its last run was."""
    found = levels_of(ledger.of_kinds(KINDS))
    if found.began is None and (runs := ledger.of_kinds([EventKind.RUN_FINISHED], last=True)):
        mode = str(runs[0].data.get("mode") or "") or _of_an_older_bot(ledger, settings)
        found.began = Began(Mode(mode), runs[0].at, AS_BEFORE)
    return found


def _of_an_older_bot(ledger: Ledger, settings: Settings) -> Mode:
    """It did not say which mode it was in. Its trials wrote to the team alone."""
    team = {settings.mailbox, *settings.team_only}
    gone = [letter for letter in history_of(ledger.as_seen_in(Mode.LIVE)).letters.values() if letter.gone]
    return Mode.LIVE if any({*letter.to} - team for letter in gone) else Mode.REHEARSE


def _in_the_mailbox(settings: Settings, graph: Graph, mailbox: Mailbox, now: datetime) -> Began | None:
    """The ledger is new: was it lost? The newest letter of ours in the mailbox tells at which level it was written.
    One that is marked for no trial counts only where it went to people."""
    team, newest = {settings.mailbox.casefold(), *map(str.casefold, settings.team_only)}, []
    for mode in LADDER:
        search = LetterSearch(graph, mailbox, mode)
        for _, copy in search.in_sent_items(now - FOR_SO_LONG, everywhere=True, readers=True):
            if mode.trial or addressed(copy, *ADDRESSED) - team:
                newest.append((str(copy["sentDateTime"]), mode))
        if mode is Mode.REHEARSE and (lies := mailbox.folders.there(settings.rehearsal_folder)):
            newest += [(str(draft["createdDateTime"]), mode) for _, draft in search.drafts_in(lies)]
    if not newest:
        return None
    moment, mode = max(newest)
    return Began(mode, datetime.fromisoformat(moment), BY_WHAT_LIES_THERE)
