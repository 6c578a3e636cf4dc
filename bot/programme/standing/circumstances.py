"""What else a rule may ask for: the circumstances of an audit, and of a cycle."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from bot.programme.history.history import History
from bot.programme.history.records_of_the_past import AuditHistory
from bot.programme.rulebook.rules import Circumstance
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.counting_grade import GivenBy, Grades, rectification_asked
from bot.programme.standing.reported_by_reply import with_the_audit_team
from bot.programme.vocabulary import Allocation, AuditType, Cycle, Milestone
from bot.programme.working_days import Dated, WorkingDays


def circumstances_of_audit(
    reached: Mapping[Milestone, Dated],
    grades: Grades,
    allocation: Allocation,
    past: AuditHistory,
    cycle: Cycle,
    working: WorkingDays,
    today: date | None,
) -> frozenset[Circumstance]:
    found = set()
    if today and allocation.on_hold(today):
        found.add(Circumstance.ON_HOLD)
    came = reached.get(Milestone.AUDIT_RETURNED)
    if came and cycle.month_one and came.on > working.of_month(cycle.month_one)[-1]:
        found.add(Circumstance.LATE_IN)
    if past.incomplete_on or any(r.incomplete for r in past.returns[-1:]):
        found.add(Circumstance.CAME_BACK_INCOMPLETE)
    if grades.inadequate:
        found.add(_FOUND_BY[grades.inadequate.by])
    if allocation.left_out:
        found.add(Circumstance.LEFT_OUT)
    told_by_button = any(entry.column == "Disputed on" for entry in allocation.reported)
    decided = allocation.final_grade or allocation.finally_decided_on
    if allocation.disputed_on and not decided and not told_by_button:
        # A button starts the conversation; only the Audit Team stops a clock, by entering the date (X28).
        found.add(Circumstance.IN_DISPUTE)
    if allocation.drift:
        found.add(Circumstance.DRIFT)
    if allocation.grade_at_six_weeks and allocation.grade_at_six_weeks.below_good:
        found.add(Circumstance.STILL_BELOW_GOOD)
    if allocation.iro_or_cp_chair:
        found.add(Circumstance.CHAIR_INVOLVED)
    if allocation.services_involved:
        found.add(Circumstance.SERVICES_INVOLVED)
    return frozenset(found)


def with_us(allocation: Allocation, past: AuditHistory, history: History) -> frozenset[Circumstance]:
    asked_back = rectification_asked(allocation, past)
    waits = with_the_audit_team(allocation, asked_back, history.answers_held(allocation.item_id))
    return frozenset({Circumstance.WITH_AUDIT_TEAM} if waits else ())


_FOUND_BY = {
    GivenBy.AUDITOR: Circumstance.INADEQUATE_BY_AUDITOR,
    GivenBy.MODERATOR: Circumstance.INADEQUATE_ONLY_AT_MODERATION,
    GivenBy.DECISION: Circumstance.INADEQUATE_ONLY_AT_DECISION,
    GivenBy.TAKEN_BACK: Circumstance.INADEQUATE_ONLY_AT_MODERATION,
}


def circumstances_of_cycle(standings: Collection[Standing]) -> frozenset[Circumstance]:
    """What a rule for each cycle may ask for in `only_if`."""
    counted = [s for s in standings if not s.allocation.left_out]
    found = set()
    if any(s.allocation.audit_type.is_moderated for s in counted):
        found.add(Circumstance.AUDITS_IN_THE_LIST)
    if any(s.allocation.audit_type is AuditType.DIP_SAMPLE for s in counted):
        found.add(Circumstance.DIP_SAMPLES_IN_THE_LIST)
    if any(s.allocation.audit_type is AuditType.RE_AUDIT for s in counted):
        found.add(Circumstance.RE_AUDITS_IN_THE_LIST)
    below = [s for s in counted if s.settled_grade and s.settled_grade.below_good]
    if any(s.allocation.audit_type.is_full for s in below):
        found.add(Circumstance.WORK_BELOW_GOOD)
    if any(s.allocation.audit_type is AuditType.RE_AUDIT for s in below):
        found.add(Circumstance.RE_AUDITS_BELOW_GOOD)
    return frozenset(found)
