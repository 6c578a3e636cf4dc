"""The letters one audit is owed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from enum import Enum

from bot.programme.history.records_of_the_past import Question
from bot.programme.messages.held_reasons import RECORD, WRONG_SENDER
from bot.programme.messages.offers import RECORD_PART
from bot.programme.planning.absence import away
from bot.programme.planning.due import due_letter
from bot.programme.planning.situation import Planning
from bot.programme.planning.taken_over import handed_over, new_today
from bot.programme.planning.untold import untold
from bot.programme.rulebook.rules import Circumstance, Rule
from bot.programme.standing.actions import SendLetter
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.checks import Checked
from bot.programme.standing.reported_by_reply import (
    answers_open,
    chasing_paused,
    lies_with_us,
    reported_early,
)
from bot.programme.standing.status import stopped
from bot.programme.vocabulary import Grade, Milestone, Role, Scope

_OF_THE_MEETING = (Milestone.UOPP_DUE, Milestone.UOPP_RECORD_DUE, Milestone.REVIEW_UOPP_DUE)
"""Dates of which a record that is held tells that something has been done: only its entry is wanting."""
_TURN: Mapping[Milestone, Role] = {
    Milestone.AUDIT_DUE: Role.AUDITOR,
    Milestone.DIP_DUE: Role.AUDITOR,
    Milestone.MODERATION_DUE: Role.MODERATOR,
    Milestone.UOPP_DUE: Role.AUDITOR,
    Milestone.UOPP_RECORD_DUE: Role.AUDITOR,
}
"""Whose turn it is, of work that is no Inadequate."""


class Hears(Enum):
    EVERYTHING = 0
    WHAT_CANNOT_WAIT = 1  # only what an Inadequate calls for
    OF_THE_HOLD = 2  # only that nothing goes out although an Inadequate calls for it
    NOTHING = 3


def hears(found: Standing, today: date, check: Checked) -> Hears:
    """Which letters may go out about an audit. What an Inadequate calls for waits neither for a row that needs a person
    nor for an audit that was withdrawn: those steps are the Audit Manager's to end (§10)."""
    stop = stopped(found.allocation, today)
    item = found.allocation.item_id
    if found.allocation.on_hold(today):
        return Hears.OF_THE_HOLD if found.safety_first else Hears.NOTHING
    if not stop and (item not in check.blocked or (item in check.unnamed and found.safety_first)):
        return Hears.EVERYTHING
    urgent = found.safety_first or Milestone.INADEQUATE_NO_LONGER in found.reached
    return Hears.WHAT_CANNOT_WAIT if urgent else Hears.NOTHING


def audit_letters(planning: Planning, found: Standing, heard: Hears) -> list[SendLetter]:
    """The letters one audit is owed today; of each series, one person gets only the latest."""
    latest: dict[tuple[str, tuple[str, ...]], SendLetter] = {}
    for rule in planning.basis.rulebook.rules:
        if rule.scope is not Scope.AUDIT or not found.fits(rule.conditions):
            continue
        if heard is Hears.WHAT_CANNOT_WAIT and not _cannot_wait(rule, found):
            continue
        if (heard is Hears.OF_THE_HOLD) != (Circumstance.ON_HOLD in rule.conditions.circumstances):
            continue
        if found.with_the_audit_team and not _goes_all_the_same(rule, found):
            continue
        letter = due_letter(planning, rule, found.reached, found.allocation.item_id, found, found.cycle)
        if letter and not _paused(planning, letter, found):
            series = (rule.series, tuple(person.email for person in letter.to))
            other = latest.get(series)
            if other is None or other.day.on <= letter.day.on:
                latest[series] = letter
    letters = [
        letter
        for letter in untold(planning, latest.values())
        if not (letter.rule.ask_if_away and away(planning, letter, found))
    ]
    if heard is Hears.OF_THE_HOLD:
        return letters
    handed = handed_over(planning, found, letters)
    new = new_today(planning, found, handed)
    chases = (x for x in letters if x.rule.when is x.rule.due and new.issuperset(p.email for p in x.to))
    passed = {letter.key for letter in chases}
    return [*(letter for letter in letters if letter.key not in passed), *handed]


def _paused(planning: Planning, letter: SendLetter, found: Standing) -> bool:
    asked_back = found.on(Milestone.RECTIFICATION_ASKED) or date.min
    held = planning.history.answers_held(letter.about)
    held = [q for q in held if not q.form or q.on >= asked_back]  # else it is with its auditor again
    if lies_with_us(letter.rule.when, letter.to, held) or _with_us_instead(letter.rule, found, held):
        return True
    if Milestone.WEEKLY_REPORTS_ENDED in letter.rule.unless and _reports_weekly(planning, letter, found):
        return True
    return chasing_paused(
        found.allocation,
        found.past,
        letter.rule.when,
        letter.to,
        planning.today,
        planning.basis.working,
        inadequate=found.auditor_grade is Grade.INADEQUATE,
    )


def _with_us_instead(rule: Rule, found: Standing, questions: Collection[Question]) -> bool:
    """Whether a letter counted from a date waits for the Audit Team: the record of the meeting has come and is held,
    or, where others are asked to help, the one whose turn it is has answered in words nobody has read yet.

    Of an Inadequate only a record that came holds anything back: an excuse does not (§10).
    """
    inadequate = Grade.INADEQUATE in (found.grade, found.auditor_grade)
    if rule.when in _OF_THE_MEETING and any(_holds_a_record(q, inadequate=inadequate) for q in questions):
        return True
    role = _TURN.get(rule.when)
    if not rule.asks_for_help or role is None or inadequate:
        return False
    person = found.allocation.person(role)
    return person is not None and any(q.sender == person.email for q in answers_open(questions))


def _holds_a_record(question: Question, *, inadequate: bool) -> bool:
    """Whether the record of a meeting is held. One from somebody else of the audit than whoever is to send it tells of
    the meeting too, but of an Inadequate it keeps nothing back."""
    record = any(offer.part == RECORD_PART for offer in question.offers)
    by_another = question.category == WRONG_SENDER and record and not inadequate
    return question.theirs and (question.category == RECORD or by_another)


def _reports_weekly(planning: Planning, letter: SendLetter, found: Standing) -> bool:
    """Whether whoever follows an Inadequate week by week has just written: what they wrote lies with the Audit
    Team, or a report came before the day on which they would be asked for it (§10)."""
    a = found.allocation
    writers = {p.email for p in (a.head_of_service, a.team_manager) if p}
    if any(q.sender in writers for q in answers_open(planning.history.answers_held(letter.about))):
        return True
    held = found.reached.get(Milestone.UOPP_HELD)
    if held is None:
        return False
    week = (letter.day.on - held.on).days // 7 - bool(letter.rule.unless_lately)
    return reported_early(found.past, held.on, week)


def _cannot_wait(rule: Rule, found: Standing) -> bool:
    """Whether a letter is one that an Inadequate calls for: of a rule about both grades, only where it is one (§10)."""
    either = Grade.REQUIRES_IMPROVEMENT in rule.conditions.moderated_grades
    return rule.waits_for is not None and not (either and found.settled_grade is not Grade.INADEQUATE)


def _goes_all_the_same(rule: Rule, found: Standing) -> bool:
    """Whether a letter goes out although the Audit Team has still to say what comes next: the audit itself, what is
    left for the Audit Team to send, and what an Inadequate calls for. That it has ended is ordinary (§10)."""
    if rule.when is Milestone.INADEQUATE_NO_LONGER:
        return False
    return rule.draft_only or _cannot_wait(rule, found) or rule.when is Milestone.CONFIRMED
