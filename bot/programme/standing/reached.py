"""What a milestone is called inside a sentence, and which of them were reached, each with its day and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.programme.vocabulary import Milestone
from bot.programme.working_days import Dated

# How a milestone is named inside a sentence that explains a date: "3 working days after moderation on …".
_NAMED = {
    Milestone.MONTH_ONE: "the first day of the audit month",
    Milestone.KLOE_MEETING: "the KLOE meeting",
    Milestone.CONFIRMED: "confirmation",
    Milestone.AUDIT_SENT: "the audit went out",
    Milestone.AUDIT_RETURNED: "the audit came back",
    Milestone.MODERATION_REQUESTED: "the request to moderate",
    Milestone.MODERATED: "moderation",
    Milestone.READY_TO_MODERATE: "the audit came back",
    Milestone.AUDITOR_INADEQUATE: "the audit came back",
    Milestone.GRADED_INADEQUATE: "the work was graded Inadequate",
    Milestone.INADEQUATE_NO_LONGER: "another grade than Inadequate",
    Milestone.GRADE_SETTLED: "moderation or the final decision",
    Milestone.UOPP_NEEDED: "the grade that needs a UoPP meeting",
    Milestone.MODERATION_ASKED: "the request to moderate",
    Milestone.URGENT_ISSUES_ASKED: "the request to deal with the urgent issues",
    Milestone.UOPP_ASKED: "the request for the UoPP meeting",
    Milestone.UOPP_RECORD_ASKED: "the request for the record of the UoPP meeting",
    Milestone.SAFETY_STEPS_ENDED: "the end of the safety steps",
    Milestone.RETURN_DATE_GIVEN: "the date given for this audit",
    Milestone.URGENT_ISSUES_DONE: "the urgent issues were done",
    Milestone.KLOE_MEETING_ARRANGED: "the KLOE meeting was arranged",
    Milestone.ALL_CONFIRMED: "confirmation of the list",
    Milestone.CYCLE_COMPLETE: "completion of the cycle",
    Milestone.DIP_REPORT_SENT: "the report on the dip samples",
    Milestone.DIP_REPORT_SIGNED_OFF: "sign-off of the report on the dip samples",
    Milestone.BOARD_MEETING: "the meeting of the CSCIB",
    Milestone.ACTION_PLAN_AGREED: "agreement on the audit action plan",
    Milestone.WORKSHOP_HELD: "the workshop with the Team Managers",
    Milestone.NEXT_CYCLE_PLANNED: "the next cycle",
    Milestone.MONTH_BEGAN: "the first day of the month",
    Milestone.UOPP_HELD: "the UoPP meeting",
    Milestone.UOPP_RECORD_SENT: "the record of the UoPP meeting",
    Milestone.WEEKLY_REPORTS_ENDED: "the end of the weekly reports",
    Milestone.SIX_WEEK_CHECKED: "the six-week check",
    Milestone.IMPROVED: "improvement",
    Milestone.DISPUTED: "the disagreement",
    Milestone.FINALLY_DECIDED: "the final decision",
    Milestone.DECLARED_INVALID: "the audit was declared invalid",
    Milestone.DIP_COMPLETED: "the dip sample",
    Milestone.REVIEW_UOPP_HELD: "the review UoPP meeting",
    Milestone.RECTIFICATION_ASKED: "the audit went back to the auditor",
    Milestone.CAME_BACK_INCOMPLETE: "the audit came back incomplete",
    Milestone.SENT_BACK_BY_MODERATOR: "the moderator sent the audit back",
    Milestone.PROGRESS_REPORTED: "the latest report on progress",
    Milestone.AUDIT_DUE: "the audit was due",
    Milestone.MODERATION_DUE: "moderation was due",
    Milestone.URGENT_ISSUES_DUE: "the urgent issues were due",
    Milestone.UOPP_DUE: "the UoPP meeting was due",
    Milestone.UOPP_RECORD_DUE: "the record of the UoPP meeting was due",
    Milestone.REVIEW_UOPP_DUE: "the review UoPP meeting was due",
    Milestone.SIX_WEEK_CHECK_DUE: "the six-week check was due",
    Milestone.IMPROVEMENT_DUE: "improvement was due",
    Milestone.DECISION_DUE: "the final decision was due",
    Milestone.RECTIFICATION_DUE: "the date given for the correction",
    Milestone.DIP_DUE: "the dip sample was due",
    Milestone.ROWS_ADDED: "audits were added to the list",
    Milestone.KLOES_AGREED: "the KLOE meeting",
    Milestone.KLOE_MEETING_DUE: "the KLOE meeting was due",
    Milestone.LIST_DUE: "the list was due",
    Milestone.CONFIRMATION_DUE: "confirmation was due",
    Milestone.MONTH_ONE_ENDS: "the last working day of the audit month",
    Milestone.ACTION_PLAN_DUE: "the audit action plan was due",
    Milestone.NEXT_CYCLE_DUE: "the next cycle was due",
}


_SAID_WITH_THE_DATE = (
    Milestone.GRADE_SETTLED, Milestone.GRADED_INADEQUATE, Milestone.INADEQUATE_NO_LONGER,
)  # fmt: skip
"""Milestones of which each audit has its own words: moderation, or the final decision."""


def named(milestone: Milestone, reached: Mapping[Milestone, Dated] | None = None) -> str:
    """What a milestone is called inside a sentence; `reached` knows more closely what it was for this audit."""
    if milestone in _SAID_WITH_THE_DATE and reached and milestone in reached:
        return reached[milestone].why
    return _NAMED[milestone]


class Reached(dict[Milestone, Dated]):
    """Milestones that were reached, and dates that are set."""

    def reach(self, milestone: Milestone, on: date | None) -> None:
        """Note the day of a milestone, if it has one."""
        if on is not None:
            self[milestone] = Dated(on, named(milestone))
