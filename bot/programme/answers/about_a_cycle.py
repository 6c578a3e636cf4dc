"""What a reply about a whole cycle comes to: the day of a meeting, that a report was sent or signed off (§6, §7, §14).

By the button of a letter, or in plain words in answer to it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date, timedelta

from bot.programme.answers.cycle_replies import cycle_as_reported
from bot.programme.answers.matching import HeldBack
from bot.programme.answers.reply import Reply, TakenReply
from bot.programme.date_words import day_in_words
from bot.programme.messages.button import Button, Once, Wants
from bot.programme.messages.buttons import Command, Report
from bot.programme.messages.dates_in_text import told_dates
from bot.programme.messages.held_reasons import DATE_IN_DOUBT, TO_READ
from bot.programme.messages.plain_answers import only_courtesy, sentences
from bot.programme.messages.reply_text import Said
from bot.programme.vocabulary import Cycle
from bot.programme.working_days import WorkingDays

_AHEAD = timedelta(183)
_FILLING = "on the it is was we have has yes for at of to our that's it's will be been this day date"
"""Beside the day, and the button's own `beside_a_day`, the only words of a plain answer. Any other is for a person."""
_THANKS = frozenset(("thanks", "thank", "you", "many", "cheers"))
_NOT_DONE = re.compile(r"\bwill\b|\b(?:is|was|has|have|be) to\b|\bto be\b")
"""Of what only counts once it is done: somebody means to do it, or was to."""
_ASKS = re.compile(
    r"^\W*(?:(?:has|have|is|was|will)\s+(?:the|it|that|that's|this|we|i|audit|dip|our|key)|will)\b"
)
"""A question that has lost its mark: “Has the report been signed off”."""
_SIGNS = re.compile(r"\b(?:sign(?:ed)?(?: \w+){0,6} off|approved|agreed|happy with)\b")


def said_plainly(
    command: Command, lines: Sequence[str], named: Collection[str], received: date
) -> Said | None:
    """A day and nothing else, or in a plain sentence; None where there is a single word more."""
    button = command.button
    ahead = button.wants is Wants.DAY_TO_COME
    dates: list[date] = []
    doubts: list[str] = []
    signed = False
    for sentence in sentences(lines):
        if "?" in sentence or _ASKS.search(sentence.casefold()):
            return None
        if not ahead and _NOT_DONE.search(sentence.casefold()):
            return None
        if only_courtesy(sentence, named):
            continue
        told = told_dates(sentence, received, ahead=ahead)
        left = set(re.findall(r"[\w'-]+", told.rest)) - _THANKS
        if not left <= {*f"{_FILLING} {button.beside_a_day}".split()}:
            return None
        signed = signed or bool(_SIGNS.search(sentence))
        dates += [on for on in told.dates if on not in dates]
        doubts += told.doubts
    meant = signed if button.wants is Wants.NOTHING else bool(dates or doubts)
    return Said(tuple(dates), tuple(doubts)) if meant else None


def about_a_cycle(reply: Reply, words: Said) -> TakenReply | HeldBack:
    """What is to be remembered of an answer; no report where it says what is known already."""
    council, basis, received = reply.known.council, reply.known.basis, reply.known.day
    cycle = cycle_as_reported(reply.cycle, reply.known.history, basis.rulebook, council, received)
    button = reply.command.button
    begun = f"{reply.name} answers about “{button.column_title}” of {cycle.name}"
    dates, doubts, rest = words.dates, words.doubts, words.rest
    if button.wants is Wants.NOTHING:  # a day beside it is no word of their own
        told = told_dates(rest, received)
        dates, doubts, rest = (*dates, *told.dates), (*doubts, *told.doubts), told.rest
        if not (dates or doubts or rest) and words.meant:
            dates = (received,)
    entered: date | None = getattr(cycle, button.column)
    if rest:
        return HeldBack(TO_READ, f"{begun} with words of their own. Read them, and enter what is agreed.")
    if entered and (entered in dates or not (dates or doubts) or button.once is Once.SENDER):
        return reply.taken()
    doubt = "; ".join(doubts)
    if not doubt and len(dates) != 1:
        given = " and ".join(day_in_words(on) for on in dates)
        doubt = f"it gives more than one date: {given}" if dates else "it gives no date"
    doubt = doubt or _against(button, dates[0], cycle, received, basis.working)
    if not doubt and entered:
        doubt = f"so far it was {day_in_words(entered)}, and now it is {day_in_words(dates[0])}"
    if doubt:
        return HeldBack(
            DATE_IN_DOUBT, f"{begun}, but {doubt}. Please ask, and enter the right day in the list."
        )
    report = Report(reply.command, dates[0], reply.post.sender, received)
    apart = reply.post.sender if button.once is Once.SENDER else ""
    return reply.taken((f"cycle:{cycle.item_id}", report, apart))


def _against(button: Button, on: date, cycle: Cycle, received: date, working: WorkingDays) -> str:
    """Why a day cannot be right, or ""."""
    begins = cycle.month_one
    if button.wants is Wants.DAY_TO_COME:
        if not working.is_working(on):
            return f"{day_in_words(on)} is no working day"
        if on > received + _AHEAD:
            return f"{day_in_words(on)} is more than half a year away"
    elif on > received:
        return f"{day_in_words(on)} is still to come"
    if button.before_the_month:
        if begins and on >= begins:
            return f"the audit month begins on {day_in_words(begins)}"
        if on < received - timedelta(31):
            return f"{day_in_words(on)} is more than a month ago"
        return ""
    for before in (c.button for c in Command if button.after and c.button.ends is button.after):
        since: date | None = getattr(cycle, before.column)
        if since and on < since:
            return f"{before.day_label[0].lower()}{before.day_label[1:]} {day_in_words(since)}"
    return f"the audit month begins on {day_in_words(begins)}" if begins and on < begins else ""
