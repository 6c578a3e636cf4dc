"""Where a whole cycle stands: what it has reached, and the dates that are set for it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from bot.programme.rulebook.rules import Rulebook
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.dates_set import set_dates
from bot.programme.standing.reached import Reached
from bot.programme.vocabulary import Cycle, Milestone
from bot.programme.working_days import Dated, WorkingDays


def of_cycle(
    cycle: Cycle,
    standings: Collection[Standing],
    later: Collection[Cycle],
    rulebook: Rulebook,
    working: WorkingDays,
) -> dict[Milestone, Dated]:
    """What a cycle has reached, and the dates the rules set for it. `later` are the later cycles of its services."""
    reached = Reached()
    reached.reach(Milestone.MONTH_ONE, cycle.month_one)
    reached.reach(Milestone.KLOE_MEETING, cycle.kloe_meeting_on)
    reached.reach(Milestone.DIP_REPORT_SENT, cycle.dip_report_sent_on)
    reached.reach(Milestone.DIP_REPORT_SIGNED_OFF, cycle.dip_report_signed_off_on)
    reached.reach(Milestone.BOARD_MEETING, cycle.board_meeting_on)
    reached.reach(Milestone.ACTION_PLAN_AGREED, cycle.action_plan_agreed_on)
    reached.reach(Milestone.WORKSHOP_HELD, cycle.workshop_held_on)
    # Known from the list as soon as it is written down, whenever the day itself will be.
    reached.reach(Milestone.KLOE_MEETING_ARRANGED, date.min if cycle.kloe_meeting_on else None)
    reached.reach(Milestone.NEXT_CYCLE_PLANNED, date.min if later else None)
    awaited = [s for s in standings if s.allocation.audit_type.is_moderated and not s.allocation.left_out]
    if awaited:
        confirmed = [s.on(Milestone.CONFIRMED) for s in awaited]
        reached.reach(Milestone.ALL_CONFIRMED, max(d for d in confirmed if d) if all(confirmed) else None)
        moderated = [s.on(Milestone.MODERATED) for s in awaited]
        reached.reach(Milestone.CYCLE_COMPLETE, max(d for d in moderated if d) if all(moderated) else None)
    set_dates(reached, rulebook, working, lambda deadline: deadline.conditions.of_no_audit)
    return reached
