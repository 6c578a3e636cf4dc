"""What stays open about work graded Inadequate, told to the Audit Team every day until it is seen to (§10)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bot.programme.date_words import day_in_words
from bot.programme.rulebook.rules import Circumstance
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.counting_grade import decided_on
from bot.programme.standing.order_of_dates import stale_columns
from bot.programme.standing.status import stopped
from bot.programme.vocabulary import Allocation, Cycle, Grade, Milestone, Problem, Role, Status
from bot.programme.working_days import WorkingDays

FIVE = {
    Role.PRACTITIONER: "Practitioner",
    Role.TEAM_MANAGER: "Team Manager",
    Role.HEAD_OF_SERVICE: "Head of Service",
}
"""Of the five who are alerted, those whom the row names, by their columns."""
CHILD = "an Inadequate without its next step"
"""The kind of matter that stands first."""
SHORT = 10
"""Working days. With fewer left, an auditor who takes an audit over may need a date of their own."""


def open_safety(found: Standing, today: date, working: WorkingDays) -> list[Problem]:
    """One audit's open ends, each as a sentence for the digest."""
    a = found.allocation
    said: list[str] = []
    stop = stopped(a, today)
    if found.safety_first:
        if a.on_hold(today):
            said.append(
                "The work is graded Inadequate and the row is on hold, so nothing goes out about it, no alert either. "
                "Empty “Hold until” and “Hold why” if that is not meant."
            )
        elif Circumstance.LEFT_OUT in found.circumstances:
            said.append(
                f"The audit is {(stop or Status.WITHDRAWN).value.lower()}, and its work was graded Inadequate. The "
                "steps for the child go on until the Audit Manager ends them: ask them, and enter “Safety steps ended "
                "on” when they say so."
            )
        empty = [column for role, column in FIVE.items() if a.person(role) is None]
        if empty:
            columns = " and ".join(f"“{column}”" for column in empty)
            said.append(
                f"The work is graded Inadequate and {columns} is empty: whoever it is has not been told. The others "
                "have; name them now, and they get the letter at once."
            )
        if not stop or Circumstance.LEFT_OUT in found.circumstances:
            said += _overdue(found, today)
    if found.grades.inadequate and a.safety_steps_ended_on and not a.left_out:
        said.append(
            "“Safety steps ended on” is filled in, but the audit counts, so the steps of an Inadequate go on. "
            "Empty it; it is for an audit that was withdrawn."
        )
    if a.exempted and a.exempted_on and any(r.on >= a.exempted_on for r in found.past.returns):
        said.append(
            "The audit came back although its auditor was exempted, and waits. If it is to count, empty “Exempted on” "
            "and “Exempted by”; it is moderated then."
        )
    if not a.audit_type.is_moderated and found.grade is Grade.INADEQUATE and not stop:
        said.append(
            f"This {a.audit_type.value.lower()} came back with the grade Inadequate, and nobody is alerted about one. "
            "If the work is, please tell those who have to act today, and let a full audit say so."
        )
    if found.settled_grade is not Grade.INADEQUATE and _worse_since(found):
        said.append(
            "The work was found to be Inadequate when it was looked at again. The steps of an Inadequate begin only "
            "with a decision: enter “Final grade” and “Finally decided on”, also if the grade stays."
        )
    where = f"Audit allocations, {a.reference}"
    problems = [Problem(where, what, kind=CHILD if "Inadequate" in what else "") for what in said]
    return problems + [Problem(where, what) for what in ([] if stop else _of_the_row(found, today, working))]


def left_behind(cycles: Iterable[Cycle], allocations: Iterable[Allocation]) -> list[Problem]:
    """Inadequate work in a cycle somebody has closed before it was done with: nothing goes out about it any more. Told
    from the row alone, as the ledger of a closed cycle may have been put away."""
    closed = {cycle.name for cycle in cycles if not cycle.open}
    return [
        Problem(
            f"Audit allocations, {a.reference}",
            f"The work is graded Inadequate and its steps are not done ({a.written['status']}), but “{a.cycle}” is "
            "closed, so nothing goes out about it. Open the cycle again until they are.",
            kind=CHILD,
        )
        for a in allocations
        if a.cycle in closed
        and (a.final_grade or a.written.get("moderated_grade") or a.written.get("auditors_grade"))
        == Grade.INADEQUATE
        and a.written.get("status") in _UNDER_WAY
        and not a.safety_steps_ended_on
    ]


_UNDER_WAY = frozenset(Status) - {Status.COMPLETE}
"""What the Status column says of work that is not done with."""


def _worse_since(found: Standing) -> bool:
    """Whether the UoPP meeting or the six-week check found Inadequate work, and nobody has decided about it since."""
    a = found.allocation
    return any(
        grade is Grade.INADEQUATE and on and (a.finally_decided_on or date.min) < on
        for grade, on in (
            (a.grade_after_uopp, found.on(Milestone.UOPP_HELD)),
            (a.grade_at_six_weeks, found.on(Milestone.SIX_WEEK_CHECKED)),
        )
    )


def _overdue(found: Standing, today: date) -> list[str]:
    a, reached = found.allocation, found.reached
    said = []
    moderation = reached.get(Milestone.MODERATION_DUE)
    if moderation and moderation.on < today and Milestone.MODERATED not in reached and not a.left_out:
        who_moderates = a.moderator.name if a.moderator else "the moderator"
        said.append(
            f"The moderation of an Inadequate was due by {day_in_words(moderation.on)} and is not in. See to it today, "
            f"with {who_moderates} or, if they cannot, by naming another moderator in the row."
        )
    for due, done, what, who in (
        (Milestone.URGENT_ISSUES_DUE, Milestone.URGENT_ISSUES_DONE, "The urgent issues", a.team_manager),
        (Milestone.UOPP_DUE, Milestone.UOPP_HELD, "The UoPP meeting", None),
    ):
        dated = reached.get(due)
        if dated and dated.on < today and done not in reached:
            name = who.name if who else "the Audit Manager"
            column = "Urgent issues done on" if who or due is Milestone.URGENT_ISSUES_DUE else "UoPP held on"
            verb = "were" if due is Milestone.URGENT_ISSUES_DUE else "was"
            said.append(
                f"{what} of an Inadequate {verb} due by {day_in_words(dated.on)}, and nobody has told us more. Ask "
                f"{name} today, and enter “{column}” once it is so."
            )
    return said


def _of_the_row(found: Standing, today: date, working: WorkingDays) -> list[str]:
    a, reached = found.allocation, found.reached
    said = []
    if a.final_grade and not a.finally_decided_on:
        on = decided_on(a, found.past, today)
        since = f" Until then the grade counts from {day_in_words(on)}." if on else ""
        said.append(
            f"“Final grade” is filled in, and “Finally decided on” does not say on which day. Enter the day.{since}"
        )
    if "uopp_held_on" in stale_columns(a, found.past) and found.settled_grade and a.uopp_held_on:
        said.append(
            f"“UoPP held on” ({day_in_words(a.uopp_held_on)}) is of the time before the grade became "
            f"{found.settled_grade}, which needs a meeting of its own. Enter the new day when it has been held."
        )
    sent, due = reached.get(Milestone.AUDIT_SENT), reached.get(Milestone.AUDIT_DUE)
    waited_for = Milestone.AUDIT_RETURNED not in reached and Milestone.MODERATED not in reached
    own = a.return_by or a.rectification_by
    if sent and not due and waited_for and a.audit_type.is_moderated:
        said.append(
            f"{a.auditor.name if a.auditor else 'The auditor'} got the audit on {day_in_words(sent.on)}, when the date "
            "for everybody was over. Enter a date of their own under “Return by”: until then nobody is reminded."
        )
    if sent and due and waited_for and not own and sent.on < due.on and a.audit_type.is_moderated:
        left = working.count_between(sent.on, due.on)
        if left < SHORT and today <= due.on:
            name = a.auditor.name if a.auditor else "The auditor"
            said.append(
                f"{name} got the audit on {day_in_words(sent.on)} and has until {day_in_words(due.on)}, as everybody. "
                "If that is too short, enter a date of their own under “Return by”."
            )
    return said
