"""Which rows of a cycle wait for whose confirmation, and which came after the list went out (§6)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from bot.programme.history.history import History
from bot.programme.standing.audit_standing import Standing
from bot.programme.vocabulary import Allocation, Cycle, Milestone, Person


def _waiting(standings: Sequence[Standing]) -> list[Standing]:
    return [s for s in standings if not s.allocation.left_out and Milestone.CONFIRMED not in s.reached]


def still_to_confirm(cycle: Cycle, standings: Sequence[Standing]) -> list[Person]:
    """The cycle's Heads of Service with rows of their own that wait. A row that names nobody waits for them all."""
    owners = {s.allocation.head_of_service for s in _waiting(standings)}
    return [head for head in cycle.heads_of_service if head in owners or None in owners]


def rows_added(
    standings: Sequence[Standing],
    history: History,
    about: str,
    codes: Callable[[Allocation], Collection[str]],
) -> tuple[Standing, ...]:
    """Rows that wait and that no list sent out has shown; of one in which others were entered on the Audit Team's word,
    as it is now (`codes` are what a list would say of it). Before the first list has gone there are none."""
    lists = [history.shown[x.key] for x in history.letters_about(about) if x.key in history.shown]
    if not lists:
        return ()

    def shown(a: Allocation) -> bool:
        if a.item_id not in history.replacements.changed:
            return any(a.item_id in rows for rows in lists)
        return not {rows.get(a.item_id) for rows in lists}.isdisjoint(codes(a))

    added = [s for s in _waiting(standings) if not shown(s.allocation)]
    return tuple(sorted(added, key=lambda s: s.allocation.reference))
