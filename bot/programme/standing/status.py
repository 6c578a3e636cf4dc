"""What the bot writes into its own columns of a row (bots_cells.py: and when it leaves them alone)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from bot.programme.date_words import day_in_words
from bot.programme.history.history import History
from bot.programme.history.records_of_the_past import LetterState
from bot.programme.rulebook.rules import Circumstance, called
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.reported_by_reply import to_enter
from bot.programme.vocabulary import Allocation, Grade, Milestone, Status

WAITED_FOR = {
    Status.WITH_AUDITOR: Milestone.AUDIT_DUE,
    Status.RETURNED_TO_AUDITOR: Milestone.AUDIT_DUE,
    Status.WITH_MODERATOR: Milestone.MODERATION_DUE,
    Status.URGENT_ISSUES_OPEN: Milestone.URGENT_ISSUES_DUE,
    Status.UOPP_TO_BE_HELD: Milestone.UOPP_DUE,
    Status.IN_DISPUTE: Milestone.DECISION_DUE,
}
"""Statuses in which somebody is waited for, and by when."""


def stopped(allocation: Allocation, today: date) -> Status | None:
    """Why no letter may go out for a row, whatever the rules say; None when letters may go."""
    if allocation.withdrawn:
        return Status.WITHDRAWN
    if allocation.declared_invalid_on is not None:
        return Status.INVALID
    if allocation.exempted:
        return Status.EXEMPTED
    return Status.ON_HOLD if allocation.on_hold(today) else None


def status_of(found: Standing, today: date, *, blocked: bool = False) -> Status:
    """Where the audit is, in one of the list's words."""
    stop = stopped(found.allocation, today)
    if stop:
        return stop
    reached = found.reached
    if blocked or found.with_the_audit_team:
        return Status.NEEDS_A_PERSON
    if not found.allocation.audit_type.is_moderated:
        return _of_a_dip(found)
    if Circumstance.IN_DISPUTE in found.circumstances:
        return Status.IN_DISPUTE
    if Milestone.MODERATED in reached or found.settled_grade:
        return _of_the_grade(found)
    if Milestone.READY_TO_MODERATE in reached:
        return Status.WITH_MODERATOR
    if Milestone.RECTIFICATION_ASKED in reached:
        return Status.RETURNED_TO_AUDITOR
    if Milestone.AUDIT_SENT in reached:
        return Status.WITH_AUDITOR
    return Status.READY_TO_SEND if Milestone.CONFIRMED in reached else Status.AWAITING_CONFIRMATION


def _of_the_grade(found: Standing) -> Status:
    """Complete means that nothing is owed any more (§10, §13)."""
    owed = still_owed(found)
    if Milestone.URGENT_ISSUES_DONE in owed:
        return Status.URGENT_ISSUES_OPEN
    if Milestone.UOPP_HELD in owed:
        return Status.UOPP_TO_BE_HELD
    return Status.FOLLOWED_UP if owed else Status.COMPLETE


def still_owed(found: Standing) -> tuple[Milestone, ...]:
    """What a grade below Good calls for and has not come yet, in the order in which it is due (§10, §13)."""
    grade = found.settled_grade
    if grade is None or not grade.below_good:
        return ()
    owed = [Milestone.UOPP_HELD, Milestone.UOPP_RECORD_SENT, Milestone.SIX_WEEK_CHECKED]
    if grade is Grade.INADEQUATE:
        owed = [Milestone.URGENT_ISSUES_DONE, *owed[:2], Milestone.REVIEW_UOPP_HELD, owed[2]]
        if Milestone.IMPROVED not in found.reached:
            owed.append(Milestone.WEEKLY_REPORTS_ENDED)
    return tuple(milestone for milestone in owed if milestone not in found.reached)


def _of_a_dip(found: Standing) -> Status:
    if Milestone.DIP_COMPLETED in found.reached:
        return Status.COMPLETE
    return Status.WITH_AUDITOR if Milestone.CONFIRMED in found.reached else Status.AWAITING_CONFIRMATION


def next_step(found: Standing, status: Status) -> str:
    """One short sentence: who does what next, and by when."""
    a = found.allocation

    def by(milestone: Milestone) -> str:
        on = found.on(milestone)
        return f" by {day_in_words(on)}" if on else ""

    def name(person: object, otherwise: str) -> str:
        return getattr(person, "name", otherwise)

    match status:
        case Status.AWAITING_CONFIRMATION:
            return "Head of Service confirms the list; then enter “Confirmed on”."
        case Status.READY_TO_SEND:
            return "The bot sends the audit tool on the first day of month one."
        case Status.WITH_AUDITOR if not a.audit_type.is_moderated:
            who = name(a.auditor, "The auditor")
            return f"{who} completes the dip sample{by(Milestone.DIP_DUE)}; its form comes by mail."
        case Status.WITH_AUDITOR | Status.RETURNED_TO_AUDITOR:
            return f"{name(a.auditor, 'The auditor')} returns the audit{by(Milestone.AUDIT_DUE)}."
        case Status.WITH_MODERATOR:
            return f"{name(a.moderator, 'The moderator')} moderates{by(Milestone.MODERATION_DUE)}."
        case Status.URGENT_ISSUES_OPEN:
            who = name(a.team_manager, "The Team Manager")
            when = by(Milestone.URGENT_ISSUES_DUE)
            urgent = f"{who} deals with the urgent issues{when}; then enter “Urgent issues done on”."
            meeting = (
                next_step(found, Status.UOPP_TO_BE_HELD) if Milestone.UOPP_HELD not in found.reached else ""
            )
            return f"{urgent} {meeting}".strip()
        case Status.UOPP_TO_BE_HELD:
            who = "The Audit Manager" if found.grade is Grade.INADEQUATE else name(a.auditor, "The auditor")
            return f"{who} holds the UoPP meeting{by(Milestone.UOPP_DUE)}; then enter “UoPP held on”."
        case Status.IN_DISPUTE:
            decide = f"A final decision is made{by(Milestone.DECISION_DUE)}; then enter “Final grade” and its date."
            # The clocks of an Inadequate run on (§10), and so does what is to be done about it.
            return f"{next_step(found, _of_the_grade(found))} {decide}" if found.safety_first else decide
        case Status.WITHDRAWN | Status.INVALID | Status.EXEMPTED if found.safety_first:
            return (
                "The steps for the child go on until the Audit Manager ends them (“Safety steps ended on”)."
            )
        case Status.FOLLOWED_UP:
            return _after_moderation(found, by)
        case Status.ON_HOLD:
            until = f" until {day_in_words(a.hold_until)}" if a.hold_until else ""
            return f"On hold{until}; no letters go out."
        case Status.NEEDS_A_PERSON if found.with_the_audit_team:
            return "The Audit Team says what comes next; see Bot's note."
        case Status.NEEDS_A_PERSON:
            return "The Audit Team puts the row right; see Bot's note."
    return ""


def next_for_people(found: Standing, status: Status) -> str:
    """The same for everybody else: without what the Audit Team enters in the list afterwards."""
    return re.sub(r"; (?:then enter|see Bot's note)[^.]*(?=\.)", "", next_step(found, status))


def _after_moderation(found: Standing, by: Callable[[Milestone], str]) -> str:
    """What still follows work below Good whose UoPP meeting has been held (§10, §13)."""
    owed = still_owed(found)
    steps = {
        Milestone.UOPP_RECORD_SENT: f"The record of the UoPP meeting is shared{by(Milestone.UOPP_RECORD_DUE)}.",
        Milestone.WEEKLY_REPORTS_ENDED: "The Head of Service reports every week.",
        Milestone.REVIEW_UOPP_HELD: f"The Head of Service holds the review UoPP{by(Milestone.REVIEW_UOPP_DUE)}.",
        Milestone.SIX_WEEK_CHECKED: f"The Audit Team looks again{by(Milestone.SIX_WEEK_CHECK_DUE)}.",
    }
    return " ".join(step for milestone, step in steps.items() if milestone in owed)


def row_values(
    found: Standing, history: History, today: date, *, blocked: bool
) -> dict[str, str | date | None]:
    """What the bot's columns ought to hold: our column -> text, date, or None for empty."""
    status = status_of(found, today, blocked=blocked)
    step = next_step(found, status)
    if status is Status.READY_TO_SEND and history.held_letters(found.allocation.item_id):
        status, step = Status.NEEDS_A_PERSON, LOOKED_INTO  # it may have gone
    returned, moderation = found.latest_return, found.latest_moderation
    moderated = moderation if Milestone.MODERATED in found.reached else None
    feedback = moderated or returned
    completeness = None
    if returned:
        completeness = "Complete" if not returned.problems else f"{len(returned.problems)} to look at"
    graded_below_good = found.settled_grade is not None and found.settled_grade.below_good
    return {
        "status": status.value,
        "next_step": " ".join(filter(None, (step, to_enter(found.allocation))))[:250] or None,
        "audit_sent_on": found.on(Milestone.AUDIT_SENT),
        "audit_due": _audit_due(found),
        "audit_returned_on": found.on(Milestone.AUDIT_RETURNED),
        "auditors_grade": found.auditor_grade.value if found.auditor_grade else None,
        "completeness": completeness,
        "moderation_due": (
            found.on(Milestone.MODERATION_DUE) if Milestone.READY_TO_MODERATE in found.reached else None
        ),
        "moderated_on": found.on(Milestone.MODERATED),
        "moderated_grade": found.moderated_grade.value if found.moderated_grade else None,
        "family_feedback": _yes_no(feedback.family_feedback if feedback else None),
        "practitioner_feedback": _yes_no(feedback.practitioner_feedback if feedback else None),
        "uopp_due": found.on(Milestone.UOPP_DUE) if graded_below_good else None,
        "document_link": (moderated or returned).url if moderated or returned else None,  # type: ignore[union-attr]
        "last_letter": _last_letter(found, history),
        "bots_note": _one_line(_note(found, history, blocked=blocked)),
    }


def _audit_due(found: Standing) -> date | None:
    if not found.allocation.audit_type.is_moderated:
        return found.on(Milestone.DIP_DUE) if Milestone.CONFIRMED in found.reached else None
    return found.on(Milestone.AUDIT_DUE) if Milestone.AUDIT_SENT in found.reached else None


def _yes_no(value: bool | None) -> str | None:
    return None if value is None else "Yes" if value else "No"


def _last_letter(found: Standing, history: History) -> str | None:
    gone = history.letters_about(found.allocation.item_id)
    if not gone:
        return None
    last = gone[-1]
    left = " (draft for the Audit Team)" if last.state is LetterState.LEFT_AS_DRAFT else ""
    return f"{called(last.rule)}, {day_in_words(last.on)}{left}" if last.rule else None


LOOKED_INTO = "Ask whether a letter arrived; see Bot's note. Do not send it anew before that."


def _one_line(note: str | None) -> str | None:
    """A note as a line of text in a list holds it, which is 255 characters without spaces at its ends: what SharePoint
    changed about it would look like somebody's change."""
    return " ".join((note or "").split())[:250].rstrip() or None


def _note(found: Standing, history: History, *, blocked: bool) -> str | None:
    if blocked:
        return "This row needs a person before anything goes out; see the daily digest."
    questions = [q for q in history.answers_held(found.allocation.item_id) if q.theirs]
    if questions:
        last = questions[-1]
        return f"{day_in_words(last.on)}: {last.reason}"
    if held := history.held_letters(found.allocation.item_id):
        return f"“{called(held[-1].rule)}” to {', '.join(held[-1].to)}: {held[-1].reason}"
    returned = found.latest_return
    if returned and returned.problems and Milestone.MODERATED not in found.reached:
        return "; ".join(returned.problems)
    return None
