"""Which day a letter asks for: what its rule goes on asking `unless` it has happened (§6, §7, §10, §14)."""

from __future__ import annotations

from collections.abc import Iterable

from bot.programme.history.records_of_the_past import LetterHistory
from bot.programme.messages.buttons import Command
from bot.programme.rulebook.rules import Rule, Rulebook

_ANSWERS = {command.button.ends: command for command in Command if command.button.ends}


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
