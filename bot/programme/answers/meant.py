"""What words of a person may have meant, offered to the Audit Team: nothing is taken from them without a person.

A date beside a meeting may be its day, an answer to a list its confirmation, a doubt about a grade a disagreement. Each
is offered only where it could count at all: for the audit that is meant, on a day that can be right, and not yet told.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from bot.programme.answers.reply import Known, can_be_said
from bot.programme.date_words import day_in_words
from bot.programme.history.records_of_the_past import LetterHistory
from bot.programme.messages.buttons import Command
from bot.programme.messages.dates_in_text import told_dates
from bot.programme.messages.offers import ENTER, Offer
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.reported_by_reply import as_reported
from bot.programme.standing.standing import standing
from bot.programme.vocabulary import Milestone

_ABOUT = {c: re.compile(c.button.mentions, re.IGNORECASE) for c in Command if c.button.mentions}
_DISAGREES = re.compile(r"\b(?:disagree\w*|do(?:n['’]t| not) agree|disput\w+)\b", re.IGNORECASE)
MOST_OFFERS = 4


def offers_in_words(
    lines: Iterable[str],
    sender: str,
    thread: Sequence[LetterHistory],
    references: Collection[str],
    known: Known,
) -> tuple[Offer, ...]:
    """What the Audit Team may enter after reading these words of `sender`. At most MOST_OFFERS."""
    text = " ".join(lines)
    council, history, basis, received = known.council, known.history, known.basis, known.day
    found = []
    for letter in thread:
        if letter.key in history.shown and letter.about.startswith("cycle:") and sender in letter.to:
            found.append(
                Offer(ENTER, "It confirms the list", letter.about, command=Command.CONFIRM_LIST, by=sender,
                      on=received.isoformat(), letter_key=letter.key)
            )  # fmt: skip
    rows = [a for a in council.allocations if a.reference in references]
    cycles = {cycle.name: cycle for cycle in council.cycles if cycle.open}
    if len(rows) == 1 and rows[0].cycle in cycles and rows[0].audit_type.is_moderated:
        a = as_reported(rows[0], history)
        now = standing(a, cycles[a.cycle], history, basis.rulebook, basis.working, received)
        found += offers_of_dates(text, sender, now, received)
        if _DISAGREES.search(text) and Milestone.MODERATED in now.reached and a.disputed_on is None:
            found.append(
                Offer(ENTER, "Enter it as a disagreement with the grade", a.item_id, command=Command.DISAGREE,
                      by=sender, on=received.isoformat())
            )  # fmt: skip
    return tuple(found[:MOST_OFFERS])


def offers_of_dates(text: str, sender: str, now: Standing, received: date) -> list[Offer]:
    """The days in a text, each as the day of what it may be about."""
    found = []
    reviews = bool(_ABOUT[Command.REVIEW_UOPP_HELD].search(text))
    for command, words in _ABOUT.items():
        if not words.search(text) or (reviews and command is Command.UOPP_HELD):
            continue
        found += [
            Offer(ENTER, f"Enter {day_in_words(on)} as “{command.button.column_title}”", now.allocation.item_id,
                  command=command, on=on.isoformat(), by=sender)
            for on in told_dates(text, received).dates
            if can_be_said(command, on, now, received)
        ]  # fmt: skip
    return found
