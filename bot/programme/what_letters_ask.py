"""Which day a letter asks for: what its rule goes on asking `unless` it has happened (§6, §7, §10, §14)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.programme.history import LetterHistory
from bot.programme.rules import Rule, Rulebook
from bot.programme.vocabulary import Command, Milestone

_ANSWERS: Mapping[Milestone, Command] = {
    Milestone.KLOE_MEETING_ARRANGED: Command.KLOE_MEETING_ON,
    Milestone.DIP_REPORT_SENT: Command.DIP_REPORT_SENT,
    Milestone.DIP_REPORT_SIGNED_OFF: Command.DIP_REPORT_SIGNED_OFF,
    Milestone.ACTION_PLAN_AGREED: Command.ACTION_PLAN_AGREED,
    Milestone.WORKSHOP_HELD: Command.WORKSHOP_ON,
    Milestone.URGENT_ISSUES_DONE: Command.URGENT_ISSUES_DONE,
    Milestone.UOPP_HELD: Command.UOPP_HELD,
    Milestone.REVIEW_UOPP_HELD: Command.REVIEW_UOPP_HELD,
}
"""What ends a letter's asking, and the answer by which people say that it has happened."""


def answer_to(rule: Rule) -> Command | None:
    """The one answer that ends what letters of this rule ask; None where there is none, or more than one."""
    found = {_ANSWERS[milestone] for milestone in rule.unless if milestone in _ANSWERS}
    return found.pop() if len(found) == 1 else None


def asked_for(thread: Iterable[LetterHistory], rulebook: Rulebook) -> tuple[LetterHistory, Command] | None:
    """The one letter that a message answers, and the day it asks for. None where it answers several, or one that asks
    for several things: a day alone would be anybody's guess."""
    letters = list({letter.key: letter for letter in thread}.values())
    if len(letters) != 1 or letters[0].covers:
        return None
    rule = next((rule for rule in rulebook.rules if rule.id == letters[0].rule), None)
    command = answer_to(rule) if rule else None
    return (letters[0], command) if command else None
