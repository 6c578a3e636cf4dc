"""Where an audit stands: what has been reached and when, which dates are set, and which grade counts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.programme.buttons import Command
from bot.programme.counting_grade import (
    Given,
    GivenBy,
    Grades,
    correction,
    decided_on,
    grades_of,
    moderation_counts,
    rectification_asked,
)
from bot.programme.history import AuditHistory, History, LetterHistory, Returned
from bot.programme.reported import with_the_audit_team
from bot.programme.rules import Attachment, Circumstance, Conditions, Deadline, Mark, Rule, Rulebook
from bot.programme.vocabulary import Allocation, AuditType, Cycle, Grade, Milestone, Person
from bot.programme.working_days import Dated, WorkingDays, day_in_words

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

_SAID_WITH_THE_DATE = (
    Milestone.GRADE_SETTLED, Milestone.GRADED_INADEQUATE, Milestone.INADEQUATE_NO_LONGER,
)  # fmt: skip
"""Milestones of which each audit has its own words: moderation, or the final decision."""


def named(milestone: Milestone, reached: Mapping[Milestone, Dated] | None = None) -> str:
    """What a milestone is called inside a sentence; `reached` knows more closely what it was for this audit."""
    if milestone in _SAID_WITH_THE_DATE and reached and milestone in reached:
        return reached[milestone].why
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
    grades: Grades = field(default_factory=Grades)

    @property
    def grade(self) -> Grade | None:
        """The grade that counts: final if there is one (§11), else moderated, else the auditor's (X4, X29)."""
        return self.grades.counts.grade if self.grades.counts else None

    @property
    def settled_grade(self) -> Grade | None:
        """The grade that counts once the audit is moderated or finally decided; None before."""
        return self.grades.route.grade if self.grades.route else None

    @property
    def safety_first(self) -> bool:
        """Whether the grade that counts is Inadequate and nobody has ended what follows from that (§10)."""
        return self.grades.inadequate is not None and Milestone.SAFETY_STEPS_ENDED not in self.reached

    @property
    def with_the_audit_team(self) -> bool:
        """Whether what comes next is the Audit Team's to say (§7). An Inadequate waits for no answer (§10)."""
        return Circumstance.WITH_AUDIT_TEAM in self.circumstances and not self.safety_first

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
        moderated = self.settled_grade
        return (
            (not conditions.audit_types or self.allocation.audit_type in conditions.audit_types)
            and (not conditions.auditor_grades or self.auditor_grade in conditions.auditor_grades)
            and (not conditions.moderated_grades or moderated in conditions.moderated_grades)
            and conditions.circumstances.issubset(self.circumstances)
            and conditions.not_in.isdisjoint(self.circumstances)
        )


def recipients_key(rule: Rule, about: str, occasion: str, to: Collection[Person]) -> tuple[str, ...]:
    """What makes a letter that letter and no other: its rule, its audit, its occasion, its readers."""
    return (about, rule.id, occasion, *sorted(person.email for person in to))


def occasion_of(rule: Rule, start: date, n: int) -> str:
    """What tells the `n`th letter of a rule from its others; "" for a letter that goes once."""
    if told_apart_by_date(rule):
        return f"{start.isoformat()}#{n}"
    return f"#{n}" if n else ""


def told_apart_by_date(rule: Rule) -> bool:
    """Whether the same letter goes again when the date it counts from changes.

    It does for dates that are set, each month, for each time an audit comes or goes back, for another final
    decision, and for a letter that carries the returned audit: the moderator needs the corrected one.
    """
    return (
        rule.when.value.endswith(" due")
        or rule.when in _EACH_TIME
        or Attachment.RETURNED_AUDIT in rule.attach
    )


_EACH_TIME = (
    Milestone.CAME_BACK_INCOMPLETE, Milestone.RECTIFICATION_ASKED, Milestone.SENT_BACK_BY_MODERATOR,
    Milestone.MONTH_BEGAN, Milestone.FINALLY_DECIDED,
)  # fmt: skip


def audit_sent(allocation: Allocation, rulebook: Rulebook, picture: History) -> date | None:
    """The day the audit tool went to the auditor the row names now."""
    return _gone_on(Mark.AUDIT_SENT, allocation, allocation.auditor, "", rulebook, picture)


def moderation_requested(
    allocation: Allocation, returned: date, rulebook: Rulebook, picture: History
) -> date | None:
    """The day the moderator the row names now was asked to moderate what came back on `returned`."""
    occasion = f"{returned.isoformat()}#0"
    return _gone_on(Mark.MODERATION_REQUESTED, allocation, allocation.moderator, occasion, rulebook, picture)


def _gone_on(
    mark: Mark, allocation: Allocation, to: Person | None, occasion: str, rulebook: Rulebook, picture: History
) -> date | None:
    """The day a letter with this mark went to somebody on this occasion, whoever else got it."""
    days = [
        letter.on
        for rule in rulebook.rules
        if to and mark in rule.marks
        for letter in picture.letters_of_rule(allocation.item_id, rule.id)
        if letter.gone and letter.occasion == occasion and to.email in letter.to
    ]
    return min(days, default=None)


_ASKS = {
    Milestone.MODERATION_ASKED: (Mark.MODERATION_REQUESTED, Milestone.READY_TO_MODERATE),
    Milestone.URGENT_ISSUES_ASKED: (Mark.URGENT_ISSUES_ASKED, Milestone.GRADE_SETTLED),
    Milestone.UOPP_ASKED: (Mark.UOPP_ASKED, Milestone.GRADE_SETTLED),
    Milestone.UOPP_RECORD_ASKED: (Mark.UOPP_RECORD_ASKED, Milestone.UOPP_HELD),
}
"""When something was asked for: by a letter with this mark, since what it follows from."""
ASKED = frozenset(_ASKS)
_ONCE = {Mark.URGENT_ISSUES_ASKED, Mark.UOPP_ASKED, Mark.UOPP_RECORD_ASKED}


def asks_for_a_part(rule: Rule) -> bool:
    """Whether a letter asks for one of these, once, when what it follows from has come."""
    return bool(rule.marks & _ONCE)


def _asked_on(found: Standing, rules: Iterable[Rule], picture: History, milestone: Milestone) -> date | None:
    """The day of the first letter, to anybody, that asked for something on the present route of the audit."""
    mark, when = _ASKS[milestone]
    start = found.on(when)
    days = [
        letter.on
        for rule in rules
        if start and mark in rule.marks and found.fits(rule.conditions)
        for letter in picture.letters_of_rule(found.allocation.item_id, rule.id)
        if letter.gone and (letter.on >= start)
    ]
    return min(days, default=None)


def alert_round(found: Standing, rulebook: Rulebook, picture: History) -> int:
    """How often those who were alerted have been told since that the grade is Inadequate no longer, or that its steps
    were ended."""
    over = [rule.id for rule in rulebook.rules if rule.when is Milestone.INADEQUATE_NO_LONGER]
    about = found.allocation.item_id
    return len({letter.occasion for name in over for letter in picture.letters_of_rule(about, name)})


def alerts_standing(found: Standing, rulebook: Rulebook, picture: History) -> list[LetterHistory]:
    """The letters that told people that the work is Inadequate, unless they have been told otherwise since."""
    again = occasion_of_round(alert_round(found, rulebook, picture))
    about = found.allocation.item_id
    return [
        letter
        for rule in rulebook.rules
        if rule.is_alert
        for letter in picture.letters_of_rule(about, rule.id)
        if letter.occasion.partition(WITHOUT)[0] == again
    ]


def alerted(found: Standing, rulebook: Rulebook, picture: History) -> tuple[str, ...]:
    """The addresses of those who were told that the work is Inadequate and have not been told otherwise since."""
    letters = alerts_standing(found, rulebook, picture)
    return tuple(dict.fromkeys(address for letter in letters for address in letter.to))


def occasion_of_round(n: int) -> str:
    return f"again {n}" if n else ""


WITHOUT = "; without "
"""Stands in a letter's occasion before the parts that nobody held when it went: they get it once they are named."""


def standing(
    allocation: Allocation,
    cycle: Cycle,
    picture: History,
    rulebook: Rulebook,
    working: WorkingDays,
    today: date | None = None,
) -> Standing:
    """Where one audit stands, from its row, its cycle and the ledger. Every date is worked out afresh (§7, §10).

    `today` is only for a final grade whose day nobody has entered.
    """
    history = picture.audits.get(allocation.item_id) or AuditHistory()
    grades = grades_of(allocation, history, today)
    reached: dict[Milestone, Dated] = {}

    def reach(milestone: Milestone, on: date | None) -> None:
        if on is not None:
            reached[milestone] = Dated(on, named(milestone))

    reach(Milestone.MONTH_ONE, cycle.month_one)
    reach(Milestone.KLOE_MEETING, cycle.kloe_meeting_on)
    for milestone, column in _IN_THE_ROW.items():
        reach(milestone, getattr(allocation, column))
    if not allocation.left_out:  # nobody can end the steps of an Inadequate that counts
        reached.pop(Milestone.SAFETY_STEPS_ENDED, None)
    reach(Milestone.FINALLY_DECIDED, decided_on(allocation, history, today))
    reach(Milestone.AUDIT_SENT, audit_sent(allocation, rulebook, picture))
    incomplete = [*history.incomplete_on, *(r.on for r in history.returns[-1:] if r.incomplete)]
    incomplete = [on for on in incomplete if not any(r.on > on and not r.incomplete for r in history.returns)]
    reach(Milestone.CAME_BACK_INCOMPLETE, max(incomplete, default=None))
    sent_back = [m.on for m in history.moderations[-1:] if m.sent_back]
    reach(Milestone.SENT_BACK_BY_MODERATOR, max(sent_back, default=None))
    _parts(allocation, history, grades, rulebook, picture, reach)
    _grade(allocation, history, grades, reached, reach)

    latest_moderation = history.moderations[-1] if Milestone.MODERATED in reached else None
    found = Standing(
        allocation=allocation,
        cycle=cycle,
        history=history,
        reached=reached,
        circumstances=_circumstances(reached, grades, allocation, history, cycle, working, today)
        | _with_the_audit_team(allocation, history, picture),
        auditor_grade=grades.auditors[-1].grade if grades.auditors else None,
        moderated_grade=latest_moderation.grade if latest_moderation else None,
        grades=grades,
    )
    if not found.safety_first and (before := alerts_standing(found, rulebook, picture)):
        counts = grades.route or grades.counts
        reached[Milestone.INADEQUATE_NO_LONGER] = (
            reached[Milestone.SAFETY_STEPS_ENDED]
            if grades.inadequate
            else Dated(counts.on, counts.by.value)
            if counts
            else Dated(before[-1].on, "the grade was taken back")
        )
    for milestone in _ASKS:
        reach(milestone, _asked_on(found, rulebook.rules, picture, milestone))
    pause = _pause(allocation, history, grades, today)
    set_dates(reached, rulebook, working, lambda deadline: found.fits(deadline.conditions), pause)
    if _too_late_for(allocation, reached, today):
        del reached[Milestone.AUDIT_DUE]
    return found


def _too_late_for(allocation: Allocation, reached: Mapping[Milestone, Dated], today: date | None) -> bool:
    """Whether the date for everybody was over when this auditor got the audit: then it is no date of theirs."""
    sent, due = reached.get(Milestone.AUDIT_SENT), reached.get(Milestone.AUDIT_DUE)
    got = sent.on if sent else today
    waits = Milestone.AUDIT_RETURNED not in reached and Milestone.CAME_BACK_INCOMPLETE not in reached
    own = allocation.return_by or Milestone.RECTIFICATION_DUE in reached
    return bool(due and got and waits and not own and due.on <= got)


def _parts(
    allocation: Allocation,
    history: AuditHistory,
    grades: Grades,
    rulebook: Rulebook,
    picture: History,
    reach: Callable[[Milestone, date | None], None],
) -> None:
    """What has come back: a part counts once it is here, and again only when the corrected one is (§7). An audit
    graded Inadequate is moderated while it is being corrected (§10)."""
    asked, corrected = rectification_asked(allocation, history), correction(allocation, history)
    reach(Milestone.RECTIFICATION_ASKED, asked)
    reach(Milestone.RECTIFICATION_DUE, allocation.rectification_by if asked else None)
    part = corrected if asked else next(iter(history.returns), None)
    inadequate = grades.auditors_inadequate
    ready = part.on if part else inadequate.on if inadequate else None
    if part:
        reach(Milestone.AUDIT_RETURNED, part.on)
        if not allocation.audit_type.is_moderated and not allocation.dip_completed_on:
            reach(Milestone.DIP_COMPLETED, part.on)
    if ready:
        reach(Milestone.READY_TO_MODERATE, ready)
        reach(Milestone.MODERATION_REQUESTED, moderation_requested(allocation, ready, rulebook, picture))
    reach(Milestone.AUDITOR_INADEQUATE, inadequate.on if inadequate else None)
    moderated = next((given for given in grades.settled if given.by is GivenBy.MODERATOR), None)
    counting = [m for m in history.moderations if moderation_counts(m, asked, corrected, grades.auditors)]
    if moderated or (counting and (part or not history.returns)):
        reach(Milestone.MODERATED, counting[0].on)


def _grade(
    allocation: Allocation,
    history: AuditHistory,
    grades: Grades,
    reached: dict[Milestone, Dated],
    reach: Callable[[Milestone, date | None], None],
) -> None:
    """The grade that counts, and what has been done about it since it does."""
    if allocation.dip_completed_on:
        reach(Milestone.DIP_COMPLETED, allocation.dip_completed_on)
    reach(Milestone.DECLARED_INVALID, allocation.declared_invalid_on)

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
            reach(milestone, on)
    reach(Milestone.IMPROVED, _improved_on(allocation, reached))
    told = [report.on for report in history.reports if report.command is Command.PROGRESS]
    reach(Milestone.PROGRESS_REPORTED, max(told, default=None))


@dataclass(frozen=True, slots=True)
class Pause:
    """The days of a disagreement, while the clocks of work that is not Inadequate stand still (§11, X28). The days
    used before stay used; those of the disagreement, its first and its last among them, do not count."""

    began: date
    ended: date

    def put_off(self, dated: Dated, start: date, working: WorkingDays) -> Dated:
        """The date with the days of the disagreement left out; it keeps a working day at the least."""
        if self.began <= start or self.ended < start:
            return dated
        used = max(0, working.count_between(start, self.began - timedelta(1)))
        whole = working.count_between(start, dated.on)
        on = working.after(self.ended, max(1, whole - used))
        if on <= dated.on:
            return dated
        said = f"{day_in_words(self.began)} to {day_in_words(self.ended)}"
        return Dated(on, f"{dated.why}; the days of the disagreement, {said}, not counted")


def _pause(allocation: Allocation, history: AuditHistory, grades: Grades, today: date | None) -> Pause | None:
    decided = decided_on(allocation, history, today)
    if allocation.disputed_on and decided and allocation.disputed_on <= decided:
        return Pause(allocation.disputed_on, decided)
    seen = history.disagreements_seen
    if not allocation.disputed_on and len(seen) > 1:  # settled in talk, and taken out of the list
        (began, _), (_, ended) = seen[-2:]
        return Pause(began, ended) if began and began <= ended else None
    return None


def _circumstances(
    reached: Mapping[Milestone, Dated],
    grades: Grades,
    allocation: Allocation,
    history: AuditHistory,
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
    if history.incomplete_on or any(r.incomplete for r in history.returns[-1:]):
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


def _with_the_audit_team(
    allocation: Allocation, history: AuditHistory, picture: History
) -> frozenset[Circumstance]:
    asked_back = rectification_asked(allocation, history)
    waits = with_the_audit_team(allocation, asked_back, picture.open_questions(allocation.item_id))
    return frozenset({Circumstance.WITH_AUDIT_TEAM} if waits else ())


_FOUND_BY = {
    GivenBy.AUDITOR: Circumstance.INADEQUATE_BY_AUDITOR,
    GivenBy.MODERATOR: Circumstance.INADEQUATE_ONLY_AT_MODERATION,
    GivenBy.DECISION: Circumstance.INADEQUATE_ONLY_AT_DECISION,
    GivenBy.TAKEN_BACK: Circumstance.INADEQUATE_ONLY_AT_MODERATION,
}


def _improved_on(allocation: Allocation, reached: Mapping[Milestone, Dated]) -> date | None:
    """When the work was last found to be Good or better after moderation; None while it is below, or unknown."""
    for grade, on in (
        (allocation.grade_at_six_weeks, reached.get(Milestone.SIX_WEEK_CHECKED)),
        (allocation.grade_after_uopp, reached.get(Milestone.UOPP_HELD)),
    ):
        if grade and on:
            return None if grade.below_good else on.on
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
    below = [s for s in counted if s.settled_grade and s.settled_grade.below_good]
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
    pause: Pause | None = None,
) -> None:
    """Add the dates the deadlines set: of several for one date, the first whose start is reached and that fits."""
    for deadline in rulebook.deadlines:
        start = reached.get(deadline.after)
        if start and deadline.sets not in reached and fits(deadline):
            dated = deadline.wait.after(start.on, named(deadline.after, reached), working)
            if pause and deadline.pauses_in_dispute:
                dated = pause.put_off(dated, start.on, working)
            reached[deadline.sets] = dated
