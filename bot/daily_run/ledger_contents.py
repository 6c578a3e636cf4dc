"""What the ledger holds about one child's audits, erasing it, and erasing what has been kept long enough.

The bot erases nothing by itself: it says what is due, and a person decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

from bot.daily_run.keys_in_use import KeysInUse
from bot.daily_run.ledger_checked import newly_put_back
from bot.daily_run.look import as_council
from bot.daily_run.workplace import Workplace
from bot.errors import AuditBotError
from bot.office.ledger import Ledger
from bot.programme.date_words import day_in_words
from bot.programme.events import Event, EventKind, Plain
from bot.programme.history.contents_kept import Numbered, concerning, erased, months_before, overdue, rows_of
from bot.programme.history.history import History, history_of
from bot.programme.standing.council import Council, ever
from bot.programme.standing.deleted_rows import child_code
from bot.settings import Settings

Left = Mapping[int, Mapping[str, Plain]]
"""Number of an entry -> what is to be left of its contents."""


def held_about(ledger: Ledger, settings: Settings, asked: str) -> tuple[set[str], Numbered]:
    """The rows of an audit by its reference, or of a child by its Mosaic number, and every entry about them."""
    entries, rows = ledger.entries(), set[str]()
    for keys in ever(KeysInUse(*settings.letter_keys())):
        rows |= rows_of(asked, entries, partial(child_code, keys=keys))
    return rows, concerning(rows, asked, entries) if rows else ()


def to_erase_about(workplace: Workplace, asked: str) -> Left:
    """What would be left of all that is held about an audit or a child. Raises AuditBotError where that must not be
    erased now."""
    _refuse_on_hold(workplace)
    rows, concerned = held_about(workplace.ledger, workplace.settings, asked)
    if running := rows & _open(_lists(workplace)):
        raise AuditBotError(
            f"{asked} stands in an open cycle of the list (row {', '.join(sorted(running))}): what the ledger forgot, "
            "people would be asked for again. The Audit Team: close the cycle, or delete the row, first."
        )
    return erased(rows, concerned)


def overdue_now(workplace: Workplace) -> Left:
    """The contents that have been kept long enough. Raises AuditBotError under a legal hold."""
    _refuse_on_hold(workplace)
    return overdue(workplace.ledger.entries(), _open(_lists(workplace)), kept_since(workplace))


def kept_since(workplace: Workplace) -> date:
    return months_before(workplace.today, workplace.settings.retention.months)


def erase(workplace: Workplace, left: Left, because: str) -> None:
    """For good. Raises AuditBotError where the ledger is not whole: it stays as it is, for whoever looks into it; and
    where it is an older copy, for what it does not know yet could not be erased with the rest."""
    if fault := workplace.ledger.verified().fault:
        raise AuditBotError(f"Nothing was erased: the ledger is not what the bot wrote. {fault}")
    if newly_put_back(workplace):
        raise AuditBotError(
            "Nothing was erased: the ledger was put back from a copy, or is new, and was not completed yet. The IT "
            "administrator: run audit-bot reconcile, which reads the rest again from the mailbox, and then erase."
        )
    workplace.ledger.erase(left, because, workplace.clock(), "audit-bot ledger")


def proposed(workplace: Workplace, lists: Council, history: History) -> list[Event]:
    """Told once a month: how much has been kept long enough."""
    key = f"kept long enough#{workplace.today:%Y-%m}"
    if workplace.settings.retention.legal_hold or key in history.known[EventKind.TOLD]:
        return []
    if not (found := overdue(enumerate(workplace.ledger.read()), _open(lists), kept_since(workplace))):
        return []
    since = day_in_words(kept_since(workplace))
    what = (
        f"{len(found)} of its entries are about audits to which nothing has happened since {since}. If what they say "
        "about people is no longer needed, the IT administrator erases it: audit-bot ledger purge shows it first."
    )
    return [workplace.event(EventKind.TOLD, key, where="The ledger", what=what)]


def in_plain_words(entries: Numbered) -> Sequence[tuple[str, str, str]]:
    """Each entry as a day, what happened, and what was noted of it."""
    return [
        (
            day_in_words(event.at),
            event.kind.value,
            "; ".join(_said(word, value) for word, value in event.data.items()),
        )
        for _, event in entries
    ]


def _said(word: str, value: Plain) -> str:
    if isinstance(value, Mapping):
        value = ", ".join(_said(inner, said) for inner, said in value.items())
    elif isinstance(value, Sequence) and not isinstance(value, str):
        value = ", ".join(_said("", each) if isinstance(each, Mapping) else str(each) for each in value)
    shown = "–" if value is None else ("no", "yes")[value] if isinstance(value, bool) else value
    return f"{word.replace('_', ' ')}: {shown}" if word else str(shown)


def _lists(workplace: Workplace) -> Council:
    """As a run sees them: a row that was entered again is the audit it was."""
    return as_council(workplace.lists.read().council, history_of(workplace.ledger.read()), workplace).council


def _open(lists: Council) -> set[str]:
    """Rows of open cycles, and these cycles, as events name them."""
    cycles = {cycle.name: cycle.item_id for cycle in lists.cycles if cycle.open}
    rows = {a.item_id for a in lists.allocations if a.cycle in cycles} | {*lists.unread}
    return rows | {f"cycle:{item_id}" for item_id in cycles.values()}


def _refuse_on_hold(workplace: Workplace) -> None:
    if why := workplace.settings.retention.legal_hold:
        raise AuditBotError(
            f"Nothing of the ledger is erased while there is a legal hold ({why}). Whoever set “legal_hold” in the "
            "profile takes it out when it is over."
        )
