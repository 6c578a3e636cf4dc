"""How every report counts: what is in play, as at which day, and which grade stands. HOW_WE_COUNTED says it in words.

Everything is as at the end of a day: a milestone, a grade or a decision counts only when it is dated on or before it,
so that an old month reads the same whenever it is printed.
"""

from __future__ import annotations

from datetime import date

from bot.programme.messages.buttons import Command
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.counting_grade import GivenBy, Grades
from bot.programme.vocabulary import Grade, Milestone, RecordKind

HOW_WE_COUNTED = (
    "An audit is in play when it is a full audit (by a Team Manager or an Advanced Practitioner) whose auditor has "
    "been sent the audit tool, and it has not been withdrawn, exempted or declared invalid. Dip samples, six-week "
    "checks and re-audits are counted apart and never among the cycle's audits.",
    "Every figure is as at the end of the day named. Dates and grades that came later do not count yet; a withdrawal "
    "counts from the day it was first seen in the list. What the list keeps no day of is as it stands now, on an "
    "earlier day too: an audit's own “Return by”, its team, and who has a part in it.",
    "The auditor's grade, the moderated grade and the final grade are kept apart. The standing grade is the final "
    "grade where one was decided, else the moderated one. An audit that is not moderated has no standing grade.",
    "“Good or better” is Outstanding and Good together, out of the audits that have a standing grade. Audits without "
    "one are told as a number of their own.",
    "A grade given at a UoPP meeting, at the six-week check or by a re-audit never takes the place of the moderated "
    "one.",
    "A share is told with its numbers, and as a per cent only of 20 or more.",
    "The children are chosen for the lines of enquiry, not by lot: the figures speak of these audits, not of the "
    "whole service.",
)
"""Printed in every report."""

PER_CENT_FROM = 20
"""Of fewer than so many no per cent is told."""


def reached(found: Standing, milestone: Milestone, as_at: date) -> date | None:
    """The day an audit reached a milestone, if it had by then. It has come back since the first form that was taken,
    also while its auditor puts something right."""
    on = found.on(milestone)
    if milestone is Milestone.AUDIT_RETURNED and found.past.returns:
        on = min(file.on for file in found.past.returns)
    return on if on and on <= as_at else None


def left_out(found: Standing, as_at: date) -> str:
    """Why an audit does not count: "withdrawn", "exempted" or "declared invalid"; "" when it does."""
    a = found.allocation
    if a.withdrawn:
        return "withdrawn"
    if a.exempted and a.exempted_on and a.exempted_on <= as_at:
        return "exempted"
    if a.declared_invalid_on and a.declared_invalid_on <= as_at:
        return "declared invalid"
    return ""


def released(found: Standing, as_at: date) -> bool:
    """Whether a full audit had been sent to its auditor."""
    return found.allocation.audit_type.is_full and reached(found, Milestone.AUDIT_SENT, as_at) is not None


def in_play(found: Standing, as_at: date) -> bool:
    """Whether an audit is one of the cycle's own that count."""
    return released(found, as_at) and not left_out(found, as_at)


def auditors_grade(found: Standing, as_at: date) -> Grade | None:
    """The auditor's grade as they last gave it by then."""
    given = [g for g in found.grades.auditors if g.on <= as_at]
    return given[-1].grade if given else None


def moderated_grade(found: Standing, as_at: date) -> Grade | None:
    """The moderator's grade as it was last given by then, whatever was decided after it."""
    given = [g for g in found.grades.settled if g.on <= as_at and g.by is GivenBy.MODERATOR]
    return given[-1].grade if given else None


def final_grade(found: Standing, as_at: date) -> Grade | None:
    """The final grade of a disagreement (§11), unless it was taken back."""
    decided = [
        g for g in found.grades.settled if g.on <= as_at and g.by in (GivenBy.DECISION, GivenBy.TAKEN_BACK)
    ]
    return decided[-1].grade if decided and decided[-1].by is GivenBy.DECISION else None


def standing_grade(found: Standing, as_at: date) -> Grade | None:
    """The grade an audit stands with: final where one was decided, else moderated."""
    return final_grade(found, as_at) or moderated_grade(found, as_at)


def meeting(found: Standing, as_at: date) -> tuple[date, Grade | None] | None:
    """The UoPP meeting about the grade that counted then: its day, and the grade reconsidered there (§10). The row
    keeps only the latest; what was told of an earlier one by a button or a record is in the ledger."""
    grades = Grades(
        tuple(g for g in found.grades.auditors if g.on <= as_at),
        tuple(g for g in found.grades.settled if g.on <= as_at),
    )
    since = grades.meeting_since
    a, past = found.allocation, found.past
    told = [(r.on, r.grade) for r in past.reports if r.command is Command.UOPP_HELD]
    told += [
        (f.record.on, f.record.grade)
        for f in past.records
        if f.record.on and f.record.kind is RecordKind.UOPP
    ]
    told += [(a.uopp_held_on, a.grade_after_uopp)] if a.uopp_held_on else []
    held = [(on, grade) for on, grade in told if since and since.on <= on <= as_at]
    if (now := reached(found, Milestone.UOPP_HELD, as_at)) and now not in [on for on, _ in held]:
        held.append((now, a.grade_after_uopp))
    latest = max((on for on, _ in held), default=None)
    return (latest, next((g for on, g in reversed(held) if on == latest and g), None)) if latest else None


def grade_after_uopp(found: Standing, as_at: date) -> Grade | None:
    """The grade reconsidered at the UoPP meeting (§10)."""
    held = meeting(found, as_at)
    return held[1] if held else None


def grade_at_six_weeks(found: Standing, as_at: date) -> Grade | None:
    """What the six-week check found the work to be (§13)."""
    return found.allocation.grade_at_six_weeks if reached(found, Milestone.SIX_WEEK_CHECKED, as_at) else None
