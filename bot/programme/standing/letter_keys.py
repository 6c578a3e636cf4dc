"""What makes a letter that letter and no other, so that the same letter has the same key for ever."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from bot.programme.rulebook.rules import Attachment, Rule
from bot.programme.vocabulary import Milestone, Person


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


def occasion_of_round(n: int) -> str:
    return f"again {n}" if n else ""


WITHOUT = "; without "
"""Stands in a letter's occasion before the parts that nobody held when it went: they get it once they are named."""
