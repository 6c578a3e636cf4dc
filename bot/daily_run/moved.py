"""A council whose mailbox and site have both become others, and whose former ones are gone: whoever keeps the profile
says that its ledger is the same council's. Nothing else ever does.

What the ledger knows of an audit it knows by the number of its row. So the rows must have come along as they were:
where they were entered anew, what went about one audit would count for another.
"""

from __future__ import annotations

from bot.daily_run.look import as_council
from bot.daily_run.own_ledger import Whose, whose
from bot.daily_run.workplace import Workplace
from bot.errors import AuditBotError
from bot.programme.events import EventKind
from bot.programme.history.records_of_the_past import LastSeen
from bot.programme.vocabulary import Allocation

MOST = 5
"""So many rows are named."""


def refuse_rows_entered_anew(workplace: Workplace) -> None:
    """Raises AuditBotError where a row that was there with the last run is another audit's now, is in another cycle, or
    is gone (but from a cycle that was closed)."""
    history = workplace.history()
    read, seen = as_council(workplace.lists.read().council, history, workplace).council, history.last_seen
    rows = {a.item_id: a for a in read.allocations}
    cycles = {cycle.name: cycle.item_id for cycle in read.cycles}
    closed = {cycle.item_id for cycle in read.cycles if not cycle.open}

    def as_it_was(before: LastSeen, now: Allocation | None) -> bool:
        if now is None:
            return before.cycle in closed
        if int(now.row_id or now.item_id) < int(now.item_id):
            return False  # entered anew, which gives a later number
        same = now.reference.casefold() == before.reference.casefold()
        return same and cycles.get(now.cycle) == before.cycle

    were = {item: before for item, before in seen.items() if not before.gone_on}
    others = [(item, b) for item, b in were.items() if not as_it_was(b, rows.get(item))]
    if others:
        named = ", ".join(f"{before.reference} in row {item}" for item, before in others[:MOST])
        raise AuditBotError(
            f"Nothing was recorded: {len(others)} of the {len(were)} rows the ledger knows are not in the list as it "
            f"knows them ({named}{', …' if len(others) > MOST else ''}). If the list came along, the Audit Team puts "
            "these rows back as they were. If it was entered anew, the council needs a new ledger: whoever keeps the "
            "profile names an empty one in “ledger”, and writes “start_on” with today's day beside it."
        )


def record_the_move(workplace: Workplace, former: Whose, because: str) -> None:
    """For good. The next digest tells it, and before its first letter everything is compared."""
    now, ours = workplace.clock(), whose(workplace.settings)
    what = (
        f"It goes on with another mailbox and another site: until now {former['mailbox']} and {former['site']}. "
        f"Whoever keeps the profile has said that it is the same council's: {because}"
    )
    workplace.ledger.append(
        [
            workplace.event(
                EventKind.COUNCIL_MOVED,
                now.isoformat(),
                **ours,
                former_mailbox=former["mailbox"],
                former_site=former["site"],
                because=because,
                where="The ledger",
                what=what,
            )
        ]
    )
