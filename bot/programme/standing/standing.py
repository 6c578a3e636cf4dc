"""Where an audit stands: what has been reached and when, which dates are set, and which grade counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from bot.programme.history.history import History
from bot.programme.history.records_of_the_past import AuditHistory, LetterHistory
from bot.programme.messages.buttons import Command
from bot.programme.rulebook.rules import Rulebook
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.circumstances import circumstances_of_audit, with_us
from bot.programme.standing.counting_grade import (
    Given,
    GivenBy,
    Grades,
    correction,
    decided_on,
    grades_of,
    moderation_counts,
    rectification_asked,
)
from bot.programme.standing.dates_set import pause_of, set_dates, too_late_for
from bot.programme.standing.letters_gone import (
    ASKED,
    alerts_standing,
    asked_on,
    audit_sent,
    moderation_requested,
)
from bot.programme.standing.reached import Reached
from bot.programme.vocabulary import Allocation, Cycle, Milestone
from bot.programme.working_days import Dated, WorkingDays

# Milestones that a people's column of the row holds as a date.
_IN_THE_ROW = {
    Milestone.CONFIRMED: "confirmed_on",
    Milestone.RETURN_DATE_GIVEN: "return_by",
    Milestone.SAFETY_STEPS_ENDED: "safety_steps_ended_on",
    Milestone.DISPUTED: "disputed_on",
    Milestone.DECLARED_INVALID: "declared_invalid_on",
    Milestone.DIP_COMPLETED: "dip_completed_on",
}

# Milestones of the row that follow a grade: what was done before it began to count was done about another.
_OF_THE_GRADE = (
    (Milestone.URGENT_ISSUES_DONE, "urgent_issues_done_on", Milestone.GRADED_INADEQUATE),
    (Milestone.UOPP_HELD, "uopp_held_on", Milestone.UOPP_NEEDED),
    (Milestone.UOPP_RECORD_SENT, "uopp_record_sent_on", Milestone.UOPP_NEEDED),
    (Milestone.REVIEW_UOPP_HELD, "review_uopp_held_on", Milestone.UOPP_NEEDED),
    (Milestone.WEEKLY_REPORTS_ENDED, "weekly_reports_ended_on", Milestone.UOPP_NEEDED),
    (Milestone.SIX_WEEK_CHECKED, "six_week_checked_on", Milestone.UOPP_NEEDED),
)


def standing(
    allocation: Allocation,
    cycle: Cycle,
    history: History,
    rulebook: Rulebook,
    working: WorkingDays,
    today: date | None = None,
) -> Standing:
    """Where one audit stands, from its row, its cycle and the ledger. Every date is worked out afresh (§7, §10).

    `today` is only for a final grade whose day nobody has entered.
    """
    past = history.audit(allocation.item_id)
    grades = grades_of(allocation, past, today)
    reached = Reached()
    _in_the_lists(reached, allocation, cycle)
    reached.reach(Milestone.FINALLY_DECIDED, decided_on(allocation, past, today))
    reached.reach(Milestone.AUDIT_SENT, audit_sent(allocation, rulebook, history))
    _went_back(reached, past)
    _parts(reached, allocation, past, grades, rulebook, history)
    _grade(reached, allocation, past, grades)
    moderation = past.moderations[-1] if Milestone.MODERATED in reached else None
    found = Standing(
        allocation=allocation,
        cycle=cycle,
        past=past,
        reached=reached,
        circumstances=circumstances_of_audit(reached, grades, allocation, past, cycle, working, today)
        | with_us(allocation, past, history),
        auditor_grade=grades.auditors[-1].grade if grades.auditors else None,
        moderated_grade=moderation.grade if moderation else None,
        grades=grades,
    )
    if not found.safety_first:
        _inadequate_no_longer(reached, grades, alerts_standing(found, rulebook, history))
    for milestone in ASKED:
        reached.reach(milestone, asked_on(found, rulebook.rules, history, milestone))
    pause = pause_of(allocation, past, today)
    set_dates(reached, rulebook, working, lambda deadline: found.fits(deadline.conditions), pause)
    if too_late_for(allocation, reached, today):
        del reached[Milestone.AUDIT_DUE]
    return replace(found, first_due=_first_due(found, reached, rulebook, working))


def _first_due(found: Standing, reached: Reached, rulebook: Rulebook, working: WorkingDays) -> date | None:
    """A correction is not late because the audit was, nor the audit in time because the correction is."""
    first = reached
    if Milestone.RECTIFICATION_DUE in reached:
        first = Reached(reached)
        for of_the_correction in (Milestone.RECTIFICATION_DUE, Milestone.AUDIT_DUE):
            first.pop(of_the_correction, None)
        set_dates(first, rulebook, working, lambda deadline: found.fits(deadline.conditions))
    due = first.get(Milestone.AUDIT_DUE)
    return due.on if due else None


def _in_the_lists(reached: Reached, allocation: Allocation, cycle: Cycle) -> None:
    """What people have entered."""
    reached.reach(Milestone.MONTH_ONE, cycle.month_one)
    reached.reach(Milestone.KLOE_MEETING, cycle.kloe_meeting_on)
    for milestone, column in _IN_THE_ROW.items():
        reached.reach(milestone, getattr(allocation, column))
    if not allocation.left_out:  # nobody can end the steps of an Inadequate that counts
        reached.pop(Milestone.SAFETY_STEPS_ENDED, None)


def _went_back(reached: Reached, past: AuditHistory) -> None:
    """What came with something missing and has not come whole since, or was not let stand by its moderator."""
    incomplete = [*past.incomplete_on, *(r.on for r in past.returns[-1:] if r.incomplete)]
    incomplete = [on for on in incomplete if not any(r.on > on and not r.incomplete for r in past.returns)]
    reached.reach(Milestone.CAME_BACK_INCOMPLETE, max(incomplete, default=None))
    sent_back = [m.on for m in past.moderations[-1:] if m.sent_back]
    reached.reach(Milestone.SENT_BACK_BY_MODERATOR, max(sent_back, default=None))


def _parts(
    reached: Reached,
    allocation: Allocation,
    past: AuditHistory,
    grades: Grades,
    rulebook: Rulebook,
    history: History,
) -> None:
    """What has come back: a part counts once it is here, and again only when the corrected one is (§7). An audit
    graded Inadequate is moderated while it is being corrected (§10)."""
    asked, corrected = rectification_asked(allocation, past), correction(allocation, past)
    reached.reach(Milestone.RECTIFICATION_ASKED, asked)
    reached.reach(Milestone.RECTIFICATION_DUE, allocation.rectification_by if asked else None)
    part = corrected if asked else next(iter(past.returns), None)
    inadequate = grades.auditors_inadequate
    ready = part.on if part else inadequate.on if inadequate else None
    if part:
        reached.reach(Milestone.AUDIT_RETURNED, part.on)
        if not allocation.audit_type.is_moderated and not allocation.dip_completed_on:
            reached.reach(Milestone.DIP_COMPLETED, part.on)
    if ready:
        reached.reach(Milestone.READY_TO_MODERATE, ready)
        reached.reach(
            Milestone.MODERATION_REQUESTED, moderation_requested(allocation, ready, rulebook, history)
        )
    reached.reach(Milestone.AUDITOR_INADEQUATE, inadequate.on if inadequate else None)
    moderated = next((given for given in grades.settled if given.by is GivenBy.MODERATOR), None)
    counting = [m for m in past.moderations if moderation_counts(m, asked, corrected, grades.auditors)]
    if moderated or (counting and (part or not past.returns)):
        reached.reach(Milestone.MODERATED, counting[0].on)


def _grade(reached: Reached, allocation: Allocation, past: AuditHistory, grades: Grades) -> None:
    """The grade that counts, and what has been done about it since it does."""

    def given(milestone: Milestone, step: Given | None) -> None:
        if step:
            reached[milestone] = Dated(step.on, step.by.value)

    given(Milestone.GRADED_INADEQUATE, grades.inadequate)
    given(Milestone.GRADE_SETTLED, grades.route)
    if grades.route and grades.route.grade.below_good:
        given(Milestone.UOPP_NEEDED, grades.meeting_since)
    for milestone, column, since in _OF_THE_GRADE:
        on, begun = getattr(allocation, column), reached.get(since)
        if on and (begun is None or on >= begun.on):
            reached.reach(milestone, on)
    reached.reach(Milestone.IMPROVED, _improved_on(allocation, reached))
    told = [report.on for report in past.reports if report.command is Command.PROGRESS]
    reached.reach(Milestone.PROGRESS_REPORTED, max(told, default=None))


def _inadequate_no_longer(reached: Reached, grades: Grades, alerts: Sequence[LetterHistory]) -> None:
    """People were alerted, and what they were told is so no longer: the steps were ended, or the grade is another."""
    if not alerts:
        return
    counts = grades.route or grades.counts
    if grades.inadequate:
        ended = reached[Milestone.SAFETY_STEPS_ENDED]
    elif counts:
        ended = Dated(counts.on, counts.by.value)
    else:
        ended = Dated(alerts[-1].on, "the grade was taken back")
    reached[Milestone.INADEQUATE_NO_LONGER] = ended


def _improved_on(allocation: Allocation, reached: Mapping[Milestone, Dated]) -> date | None:
    """When the work was last found to be Good or better after moderation; None while it is below, or unknown."""
    for grade, on in (
        (allocation.grade_at_six_weeks, reached.get(Milestone.SIX_WEEK_CHECKED)),
        (allocation.grade_after_uopp, reached.get(Milestone.UOPP_HELD)),
    ):
        if grade and on:
            return None if grade.below_good else on.on
    return None
