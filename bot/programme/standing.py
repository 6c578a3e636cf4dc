"""Where an audit stands: what has been reached and when, which dates are set, and which grade counts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from bot.programme.history import AuditHistory, History, Returned
from bot.programme.rules import Attachment, Circumstance, Conditions, Deadline, Rule, Rulebook
from bot.programme.vocabulary import Allocation, AuditType, Command, Cycle, Grade, Milestone, Person, Role
from bot.programme.working_days import Dated, WorkingDays

Keys = Callable[[tuple[str, ...]], str]
"""Makes a letter's key from what it is: the same words give the same key for ever (bot/office/outbox.py)."""

# How a milestone is named inside a sentence that explains a date: "3 working days after moderation on …".
_NAMED = {
    Milestone.MONTH_ONE: "the first day of the audit month",
    Milestone.KLOE_MEETING: "the KLOE meeting",
    Milestone.CONFIRMED: "confirmation",
    Milestone.AUDIT_SENT: "the audit went out",
    Milestone.AUDIT_RETURNED: "the audit came back",
    Milestone.MODERATION_REQUESTED: "the request to moderate",
    Milestone.MODERATED: "moderation",
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
    Milestone.PROGRESS_REPORTED: "the latest progress report",
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
    Milestone.RECTIFICATION_DUE: "the correction was due",
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

# Milestones that a people's column of the row holds as a date.
_IN_THE_ROW = {
    Milestone.CONFIRMED: "confirmed_on",
    Milestone.URGENT_ISSUES_DONE: "urgent_issues_done_on",
    Milestone.UOPP_HELD: "uopp_held_on",
    Milestone.UOPP_RECORD_SENT: "uopp_record_sent_on",
    Milestone.REVIEW_UOPP_HELD: "review_uopp_held_on",
    Milestone.WEEKLY_REPORTS_ENDED: "weekly_reports_ended_on",
    Milestone.SIX_WEEK_CHECKED: "six_week_checked_on",
    Milestone.DISPUTED: "disputed_on",
    Milestone.FINALLY_DECIDED: "finally_decided_on",
    Milestone.DECLARED_INVALID: "declared_invalid_on",
    Milestone.DIP_COMPLETED: "dip_completed_on",
}


def named(milestone: Milestone) -> str:
    return _NAMED[milestone]


@dataclass(frozen=True, slots=True)
class Standing:
    """One audit today. `reached` holds past milestones and the dates that are set, each with its reason."""

    allocation: Allocation
    cycle: Cycle
    history: AuditHistory
    reached: Mapping[Milestone, Dated]
    circumstances: Collection[Circumstance]
    auditor_grade: Grade | None
    moderated_grade: Grade | None

    @property
    def grade(self) -> Grade | None:
        """The grade that counts: final if there is one (§11), else moderated, else the auditor's (X4, X29)."""
        return self.allocation.final_grade or self.moderated_grade or self.auditor_grade

    @property
    def latest_return(self) -> Returned | None:
        return self.history.returns[-1] if self.history.returns else None

    @property
    def latest_moderation(self) -> Returned | None:
        return self.history.moderations[-1] if self.history.moderations else None

    def on(self, milestone: Milestone) -> date | None:
        dated = self.reached.get(milestone)
        return dated.on if dated else None

    def fits(self, conditions: Conditions) -> bool:
        """Whether a rule or deadline is about this audit. A moderated grade gives way to a final one (§11)."""
        moderated = (self.allocation.final_grade or self.moderated_grade) if self.moderated_grade else None
        return (
            (not conditions.audit_types or self.allocation.audit_type in conditions.audit_types)
            and (not conditions.auditor_grades or self.auditor_grade in conditions.auditor_grades)
            and (not conditions.moderated_grades or moderated in conditions.moderated_grades)
            and conditions.circumstances.issubset(self.circumstances)
            and conditions.not_in.isdisjoint(self.circumstances)
        )


def recipients_key(rule: Rule, about: str, occasion: str, to: Collection[Person]) -> tuple[str, ...]:
    """What makes a letter that letter and no other: its rule, its audit, its occasion, its readers.

    The reader is part of it so that a new auditor gets the letter the former one had.
    """
    return (about, rule.name, occasion, *sorted(person.email for person in to))


def audit_sent(allocation: Allocation, rulebook: Rulebook, picture: History, keys: Keys) -> date | None:
    """The day the audit tool went to the auditor the row names now."""
    for rule in rulebook.rules:
        if rule.when is Milestone.CONFIRMED and rule.to == (Role.AUDITOR,) and Attachment.FORM in rule.attach:
            on = _gone_on(rule, allocation, allocation.auditor, "", picture, keys)
            if on:
                return on
    return None


def moderation_requested(
    allocation: Allocation, returned: date, rulebook: Rulebook, picture: History, keys: Keys
) -> date | None:
    """The day the moderator the row names now was asked to moderate what came back on `returned`."""
    for rule in rulebook.rules:
        if rule.to == (Role.MODERATOR,) and Attachment.RETURNED_AUDIT in rule.attach:
            occasion = f"{returned.isoformat()}#0"
            on = _gone_on(rule, allocation, allocation.moderator, occasion, picture, keys)
            if on:
                return on
    return None


def _gone_on(
    rule: Rule, allocation: Allocation, to: Person | None, occasion: str, picture: History, keys: Keys
) -> date | None:
    if to is None:
        return None
    letter = picture.letters.get(keys(recipients_key(rule, allocation.item_id, occasion, [to])))
    return letter.on if letter and letter.gone else None


def standing(
    allocation: Allocation,
    cycle: Cycle,
    picture: History,
    rulebook: Rulebook,
    working: WorkingDays,
    keys: Keys,
) -> Standing:
    """Where one audit stands, from its row, its cycle and the ledger. Every date is worked out afresh (§7, §10)."""
    history = picture.audits.get(allocation.item_id) or AuditHistory()
    reached: dict[Milestone, Dated] = {}

    def reach(milestone: Milestone, on: date | None) -> None:
        if on is not None:
            reached[milestone] = Dated(on, named(milestone))

    reach(Milestone.MONTH_ONE, cycle.month_one)
    reach(Milestone.KLOE_MEETING, cycle.kloe_meeting_on)
    for milestone, column in _IN_THE_ROW.items():
        reach(milestone, getattr(allocation, column))
    reach(Milestone.IMPROVED, _improved_on(allocation))
    reach(Milestone.AUDIT_SENT, audit_sent(allocation, rulebook, picture, keys))
    told = [report.on for report in history.reports if report.command is Command.PROGRESS]
    reach(Milestone.PROGRESS_REPORTED, max(told, default=None))
    incomplete = [*history.incomplete_on, *(r.on for r in history.returns[-1:] if r.incomplete)]
    reach(Milestone.CAME_BACK_INCOMPLETE, max(incomplete, default=None))
    asked = history.rectification_asked_on.get(allocation.rectification_by or date.min)
    reach(Milestone.RECTIFICATION_ASKED, asked)
    reach(Milestone.RECTIFICATION_DUE, allocation.rectification_by if asked else None)

    # A part counts once it has come back, and again only when the corrected one has (§7).
    returns = [r for r in history.returns if asked is None or r.on > asked] or []
    if returns:
        first = returns[0] if asked else history.returns[0]
        reach(Milestone.AUDIT_RETURNED, first.on)
        reach(
            Milestone.MODERATION_REQUESTED,
            moderation_requested(allocation, first.on, rulebook, picture, keys),
        )
    if returns and not allocation.audit_type.is_moderated and Milestone.DIP_COMPLETED not in reached:
        reach(Milestone.DIP_COMPLETED, returns[0].on)
    if history.moderations and (returns or not history.returns):
        reach(Milestone.MODERATED, history.moderations[0].on)

    latest_return = history.returns[-1] if history.returns else None
    latest_moderation = history.moderations[-1] if Milestone.MODERATED in reached else None
    found = Standing(
        allocation=allocation,
        cycle=cycle,
        history=history,
        reached=reached,
        circumstances=_circumstances(latest_return, latest_moderation, allocation, history, cycle, working),
        auditor_grade=latest_return.grade if latest_return else None,
        moderated_grade=latest_moderation.grade if latest_moderation else None,
    )
    set_dates(reached, rulebook, working, lambda deadline: found.fits(deadline.conditions))
    return found


def _circumstances(
    latest_return: Returned | None,
    latest_moderation: Returned | None,
    allocation: Allocation,
    history: AuditHistory,
    cycle: Cycle,
    working: WorkingDays,
) -> frozenset[Circumstance]:
    found = set()
    if latest_return and cycle.month_one and history.returns[0].on > working.of_month(cycle.month_one)[-1]:
        found.add(Circumstance.LATE_IN)
    if (latest_return and latest_return.incomplete) or history.incomplete_on:
        found.add(Circumstance.CAME_BACK_INCOMPLETE)
    if (
        latest_moderation
        and latest_moderation.grade is Grade.INADEQUATE
        and not any(r.grade is Grade.INADEQUATE for r in history.returns)
    ):
        found.add(Circumstance.INADEQUATE_ONLY_AT_MODERATION)
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


def _improved_on(allocation: Allocation) -> date | None:
    """When the work was last found to be Good or better after moderation; None while it is below, or unknown."""
    for grade, on in (
        (allocation.grade_at_six_weeks, allocation.six_week_checked_on),
        (allocation.grade_after_uopp, allocation.uopp_held_on),
    ):
        if grade and on:
            return None if grade.below_good else on
    return None


def of_cycle(
    cycle: Cycle,
    standings: Collection[Standing],
    later: Collection[Cycle],
    rulebook: Rulebook,
    working: WorkingDays,
) -> dict[Milestone, Dated]:
    """What a cycle has reached, and the dates the rules set for it. `later` are the later cycles of its services."""
    reached: dict[Milestone, Dated] = {}

    def reach(milestone: Milestone, on: date | None) -> None:
        if on is not None:
            reached[milestone] = Dated(on, named(milestone))

    reach(Milestone.MONTH_ONE, cycle.month_one)
    reach(Milestone.KLOE_MEETING, cycle.kloe_meeting_on)
    reach(Milestone.DIP_REPORT_SENT, cycle.dip_report_sent_on)
    reach(Milestone.DIP_REPORT_SIGNED_OFF, cycle.dip_report_signed_off_on)
    reach(Milestone.BOARD_MEETING, cycle.board_meeting_on)
    reach(Milestone.ACTION_PLAN_AGREED, cycle.action_plan_agreed_on)
    reach(Milestone.WORKSHOP_HELD, cycle.workshop_held_on)
    # Known from the list as soon as it is written down, whenever the day itself will be.
    reach(Milestone.KLOE_MEETING_ARRANGED, date.min if cycle.kloe_meeting_on else None)
    reach(Milestone.NEXT_CYCLE_PLANNED, date.min if later else None)
    awaited = [s for s in standings if s.allocation.audit_type.is_moderated and not s.allocation.left_out]
    if awaited:
        confirmed = [s.on(Milestone.CONFIRMED) for s in awaited]
        reach(Milestone.ALL_CONFIRMED, max(d for d in confirmed if d) if all(confirmed) else None)
        moderated = [s.on(Milestone.MODERATED) for s in awaited]
        reach(Milestone.CYCLE_COMPLETE, max(d for d in moderated if d) if all(moderated) else None)
    set_dates(reached, rulebook, working, lambda deadline: deadline.conditions.of_no_audit)
    return reached


def circumstances_of_cycle(standings: Collection[Standing]) -> frozenset[Circumstance]:
    """What a rule for each cycle may ask for in `only_if`."""
    counted = [s for s in standings if not s.allocation.left_out]
    found = set()
    if any(s.allocation.audit_type.is_moderated for s in counted):
        found.add(Circumstance.AUDITS_IN_THE_LIST)
    if any(s.allocation.audit_type is AuditType.DIP_SAMPLE for s in counted):
        found.add(Circumstance.DIP_SAMPLES_IN_THE_LIST)
    below = [s for s in counted if s.moderated_grade and s.grade and s.grade.below_good]
    if any(s.allocation.audit_type.is_full for s in below):
        found.add(Circumstance.WORK_BELOW_GOOD)
    if any(s.allocation.audit_type is AuditType.RE_AUDIT for s in below):
        found.add(Circumstance.RE_AUDITS_BELOW_GOOD)
    return frozenset(found)


def set_dates(
    reached: dict[Milestone, Dated],
    rulebook: Rulebook,
    working: WorkingDays,
    fits: Callable[[Deadline], bool],
) -> None:
    """Add the dates the deadlines set: of several for one date, the first whose start is reached and that fits."""
    for deadline in rulebook.deadlines:
        start = reached.get(deadline.after)
        if start and deadline.sets not in reached and fits(deadline):
            reached[deadline.sets] = deadline.wait.after(start.on, named(deadline.after), working)
