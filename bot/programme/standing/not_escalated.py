"""Nobody is chased or escalated for what lies with the Audit Team (§7, §10)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bot.programme.history.records_of_the_past import Question
from bot.programme.messages.held_reasons import RECORD, WRONG_SENDER
from bot.programme.messages.offers import RECORD_PART
from bot.programme.rulebook.rules import Rule
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.reported_by_reply import answers_open
from bot.programme.vocabulary import Grade, Milestone, Role

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


def with_us_instead(rule: Rule, found: Standing, questions: Collection[Question]) -> bool:
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
    """Whether the record of a meeting is held. One from somebody else than whoever is to send it tells of the meeting
    too, but of an Inadequate it keeps nothing back."""
    theirs = any(offer.part == RECORD_PART for offer in question.offers)
    return question.category == RECORD or (question.category == WRONG_SENDER and theirs and not inadequate)
