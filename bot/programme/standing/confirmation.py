"""Which rows of a cycle wait for whose confirmation, and which came after the list went out (§6)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.programme.history.history import History
from bot.programme.standing.audit_standing import Standing
from bot.programme.vocabulary import Cycle, Milestone, Person


def _waiting(standings: Sequence[Standing]) -> list[Standing]:
    return [s for s in standings if not s.allocation.left_out and Milestone.CONFIRMED not in s.reached]


def still_to_confirm(cycle: Cycle, standings: Sequence[Standing]) -> list[Person]:
    """The cycle's Heads of Service with rows of their own that wait. A row that names nobody waits for them all."""
    owners = {s.allocation.head_of_service for s in _waiting(standings)}
    return [head for head in cycle.heads_of_service if head in owners or None in owners]


def rows_added(standings: Sequence[Standing], history: History, about: str) -> tuple[Standing, ...]:
    """Rows that wait and that no list sent out has shown. Before the first list has gone there are none."""
    lists = [history.shown[x.key] for x in history.letters_about(about) if x.key in history.shown]
    if not lists:
        return ()
    added = [s for s in _waiting(standings) if not any(s.allocation.item_id in rows for rows in lists)]
    return tuple(sorted(added, key=lambda s: s.allocation.reference))
