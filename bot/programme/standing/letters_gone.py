"""What an audit has reached by a letter having gone: which went, to whom and when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bot.programme.history.history import History
from bot.programme.history.records_of_the_past import LetterHistory
from bot.programme.rulebook.rules import Mark, Rule, Rulebook
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.letter_keys import WITHOUT, occasion_of_round
from bot.programme.vocabulary import Allocation, Milestone, Person


def audit_sent(allocation: Allocation, rulebook: Rulebook, history: History) -> date | None:
    """The day the audit tool went to the auditor the row names now."""
    return _gone_on(Mark.AUDIT_SENT, allocation, allocation.auditor, "", rulebook, history)


def moderation_requested(
    allocation: Allocation, returned: date, rulebook: Rulebook, history: History
) -> date | None:
    """The day the moderator the row names now was asked to moderate what came back on `returned`."""
    occasion = f"{returned.isoformat()}#0"
    return _gone_on(Mark.MODERATION_REQUESTED, allocation, allocation.moderator, occasion, rulebook, history)


def _gone_on(
    mark: Mark, allocation: Allocation, to: Person | None, occasion: str, rulebook: Rulebook, history: History
) -> date | None:
    """The day a letter with this mark went to somebody on this occasion, whoever else got it."""
    days = [
        letter.on
        for rule in rulebook.rules
        if to and mark in rule.marks
        for letter in history.letters_of_rule(allocation.item_id, rule.id)
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
ASKED = tuple(_ASKS)
_ONCE = {Mark.URGENT_ISSUES_ASKED, Mark.UOPP_ASKED, Mark.UOPP_RECORD_ASKED}


def asks_for_a_part(rule: Rule) -> bool:
    """Whether a letter asks for one of these, once, when what it follows from has come."""
    return bool(rule.marks & _ONCE)


def asked_on(found: Standing, rules: Iterable[Rule], history: History, milestone: Milestone) -> date | None:
    """The day of the first letter, to anybody, that asked for something on the present route of the audit."""
    mark, when = _ASKS[milestone]
    start = found.on(when)
    days = [
        letter.on
        for rule in rules
        if start and mark in rule.marks and found.fits(rule.conditions)
        for letter in history.letters_of_rule(found.allocation.item_id, rule.id)
        if letter.gone and (letter.on >= start)
    ]
    return min(days, default=None)


def alert_round(found: Standing, rulebook: Rulebook, history: History) -> int:
    """How often those who were alerted have been told since that the grade is Inadequate no longer, or that its steps
    were ended."""
    over = [rule.id for rule in rulebook.rules if rule.when is Milestone.INADEQUATE_NO_LONGER]
    about = found.allocation.item_id
    return len({letter.occasion for name in over for letter in history.letters_of_rule(about, name)})


def alerts_standing(found: Standing, rulebook: Rulebook, history: History) -> list[LetterHistory]:
    """The letters that told people that the work is Inadequate, unless they have been told otherwise since."""
    again = occasion_of_round(alert_round(found, rulebook, history))
    about = found.allocation.item_id
    return [
        letter
        for rule in rulebook.rules
        if rule.is_alert
        for letter in history.letters_of_rule(about, rule.id)
        if letter.occasion.partition(WITHOUT)[0] == again
    ]


def alerted(found: Standing, rulebook: Rulebook, history: History) -> tuple[str, ...]:
    """The addresses of those who were told that the work is Inadequate and have not been told otherwise since."""
    letters = alerts_standing(found, rulebook, history)
    return tuple(dict.fromkeys(address for letter in letters for address in letter.to))
