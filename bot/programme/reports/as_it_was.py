"""Where audits stood at the end of a day that is over.

What came, was decided or was sent back later is not known yet, so that the figures of an old month read the same
whenever they are printed. “Withdrawn” counts from the day it was first seen. What the ledger keeps no day of (“Return
by”, the team, who has a part) is as it is now, and HOW_WE_COUNTED says so.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from bot.programme.history.history import History
from bot.programme.history.records_of_the_past import AuditHistory
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.council import Basis, Council
from bot.programme.standing.order_of_dates import in_order
from bot.programme.standing.standing import standing
from bot.programme.vocabulary import Allocation, Cycle


def standings_as_at(
    cycles: Iterable[Cycle], council: Council, history: History, basis: Basis, as_at: date
) -> list[Standing]:
    """Where the audits of these cycles stood, closed ones too, from their rows and what had happened by then."""
    known = copy.copy(history)
    known.audits = {item_id: _until(past, as_at) for item_id, past in history.audits.items()}
    of_cycle = {cycle.name: cycle for cycle in cycles}
    found = []
    for row in council.allocations:
        if row.cycle in of_cycle:
            past = known.audit(row.item_id)
            then, _ = in_order(_row(row, past, as_at), past, as_at)
            found.append(
                standing(then, of_cycle[row.cycle], known, basis.rulebook, basis.working, as_at),
            )
    return found


def _until(past: AuditHistory, as_at: date) -> AuditHistory:
    """What had happened to an audit by the end of a day."""
    return AuditHistory(
        returns=[r for r in past.returns if r.on <= as_at],
        moderations=[m for m in past.moderations if m.on <= as_at],
        incomplete_on=[on for on in past.incomplete_on if on <= as_at],
        incomplete_reasons=past.incomplete_reasons,
        rectification_asked_on={by: on for by, on in past.rectification_asked_on.items() if on <= as_at},
        decisions_seen=[each for each in past.decisions_seen if each[1] <= as_at],
        disagreements_seen=[each for each in past.disagreements_seen if each[1] <= as_at],
        withdrawn_seen=past.withdrawn_seen,  # all of it: see _row
        ever_written=past.ever_written,
        alarms=[a for a in past.alarms if a.on <= as_at],
        reports=[r for r in past.reports if r.on <= as_at],
        records=[r for r in past.records if r.file.on <= as_at],
    )


def _row(row: Allocation, past: AuditHistory, as_at: date) -> Allocation:
    """A row with the final grade, the withdrawal and the date for putting it right that stood there then; other dates
    that lie later are left out as any that is still to come."""
    if past.withdrawn_seen:  # never seen to change: as it is now
        row = replace(row, withdrawn=_withdrawn(past, as_at))
    if row.final_grade and not (row.finally_decided_on and row.finally_decided_on <= as_at):
        before = past.decisions_seen[-1][0] if past.decisions_seen else None
        row = replace(row, final_grade=before, finally_decided_on=None)
    if row.rectification_by not in past.rectification_asked_on:
        asked = past.rectification_asked_on
        row = replace(row, rectification_by=max(asked, key=lambda by: asked[by], default=None))
    return row


def _withdrawn(past: AuditHistory, as_at: date) -> bool:
    """Whether it stood as withdrawn then; what was changed since the last look counts from the next one."""
    return ([False] + [stood for stood, since in past.withdrawn_seen if since <= as_at])[-1]
