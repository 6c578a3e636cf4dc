"""What stays open about work graded Inadequate, told to the Audit Team every day until it is seen to (§10)."""

from __future__ import annotations

from datetime import date

from bot.programme.counting_grade import decided_on
from bot.programme.order_of_dates import stale_columns
from bot.programme.rules import Circumstance
from bot.programme.standing import Standing
from bot.programme.status import on_hold, stopped
from bot.programme.vocabulary import Milestone, Problem, Role, Status
from bot.programme.working_days import WorkingDays, day_in_words

FIVE = {
    Role.PRACTITIONER: "Practitioner",
    Role.TEAM_MANAGER: "Team Manager",
    Role.HEAD_OF_SERVICE: "Head of Service",
}
"""Of the five who are alerted, those whom the row names, by their columns."""
SHORT = 10
"""Working days. With fewer left, an auditor who takes an audit over may need a date of their own."""


def open_safety(found: Standing, today: date, working: WorkingDays) -> list[Problem]:
    """One audit's open ends, each as a sentence for the digest."""
    a = found.allocation
    said: list[str] = []
    stop = stopped(a, today)
    if found.safety_first:
        if on_hold(a, today):
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
    if not stop:
        said += _of_the_row(found, today, working)
    return [Problem(f"Audit allocations, {a.reference}", what) for what in said]


def _overdue(found: Standing, today: date) -> list[str]:
    a, reached = found.allocation, found.reached
    said = []
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
        on = decided_on(a, found.history, today)
        since = f" Until then the grade counts from {day_in_words(on)}." if on else ""
        said.append(f"“Final grade” is filled in and “Finally decided on” is empty. Enter the day.{since}")
    if "uopp_held_on" in stale_columns(a, found.history) and found.settled_grade and a.uopp_held_on:
        said.append(
            f"“UoPP held on” ({day_in_words(a.uopp_held_on)}) is of the time before the grade became "
            f"{found.settled_grade}, which needs a meeting of its own. Enter the new day when it has been held."
        )
    sent, due = reached.get(Milestone.AUDIT_SENT), reached.get(Milestone.AUDIT_DUE)
    waited_for = Milestone.AUDIT_RETURNED not in reached and Milestone.MODERATED not in reached
    own = a.return_by or a.rectification_by
    if sent and due and waited_for and not own and sent.on < due.on and a.audit_type.is_moderated:
        left = working.count_between(sent.on, due.on)
        if left < SHORT and today <= due.on:
            name = a.auditor.name if a.auditor else "The auditor"
            said.append(
                f"{name} got the audit on {day_in_words(sent.on)} and has until {day_in_words(due.on)}, as everybody. "
                "If that is too short, enter a date of their own under “Return by”."
            )
    return said
