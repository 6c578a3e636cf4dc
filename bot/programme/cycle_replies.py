"""What people answer about a whole cycle: the day of a meeting, that a report was sent or signed off (§6, §7, §14).

By the button of a letter or in plain words in answer to it. The cycle's columns are the Audit Team's, and the bot
never writes them: what was told counts as if its column held it, as long as that column is empty (as reported.py has
it for an audit's row), and the Audit Team is asked every day to enter it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.programme.held_reasons import DATE_IN_DOUBT, TO_READ
from bot.programme.history import History
from bot.programme.list_columns import columns_of, with_titles
from bot.programme.matching import HeldBack
from bot.programme.plain_answers import only_courtesy, sentences
from bot.programme.readiness import Posts
from bot.programme.reply_text import Said
from bot.programme.rules import Rule, Rulebook
from bot.programme.told_dates import told_dates
from bot.programme.vocabulary import (
    Allocation,
    Command,
    Cycle,
    Person,
    Problem,
    Report,
    Role,
    ToEnter,
)
from bot.programme.what_letters_ask import answer_to
from bot.programme.working_days import WorkingDays, day_in_words

CYCLE_COLUMNS: Mapping[Command, tuple[str, str]] = with_titles(
    Cycle,
    {
        Command.KLOE_MEETING_ON: "kloe_meeting_on",
        Command.DIP_REPORT_SENT: "dip_report_sent_on",
        Command.DIP_REPORT_SIGNED_OFF: "dip_report_signed_off_on",
        Command.ACTION_PLAN_AGREED: "action_plan_agreed_on",
        Command.WORKSHOP_ON: "workshop_held_on",
    },
)
"""The column of a cycle each answer stands in for: our name for it, and the one in the list."""
_TO_COME = {Command.KLOE_MEETING_ON, Command.WORKSHOP_ON}
"""Days that people find: they may lie ahead, and are days on which people work."""
_AHEAD = timedelta(183)
_HOW = "in answer to our letter"


# ------------------------------------------------------------------------------------------------------ who may say it


def those_asked(
    command: Command, rule: Rule | None, cycle: Cycle, posts: Posts, rows: Iterable[Allocation], today: date
) -> list[Person]:
    """Who may answer today: who holds a part that the letter goes to. A sign-off is each signer's own."""
    if rule is None or answer_to(rule) is not command:
        return []
    roles = rule.to if command is Command.DIP_REPORT_SIGNED_OFF else (*rule.to, *rule.cc)
    return list(dict.fromkeys(p for role in roles for p in _holders(role, cycle, posts, rows, today)))


def _holders(
    role: Role, cycle: Cycle, posts: Posts, rows: Iterable[Allocation], today: date
) -> Collection[Person]:
    if role is Role.HEAD_OF_SERVICE:
        return cycle.heads_of_service
    if role is Role.GROUP_MANAGER:
        return group_managers(cycle, posts, rows, today)
    return posts.holders(role, cycle.service_group, today)


def group_managers(cycle: Cycle, posts: Posts, rows: Iterable[Allocation], today: date) -> Collection[Person]:
    """Those whom the cycle's rows name, else those who hold the post."""
    named = [a.group_manager for a in rows if a.cycle == cycle.name and a.group_manager]
    return named or posts.holders(Role.GROUP_MANAGER, cycle.service_group, today)


# ------------------------------------------------------------------------------------------------------- what was said

_FILLING = frozenset(
    re.findall(
        r"\S+", "on the it is was we have has yes for at of to our that's it's will be been this day date"
    )
)
_SAYS: Mapping[Command, frozenset[str]] = {
    Command.KLOE_MEETING_ON: frozenset(
        re.findall(
            r"\S+",
            "kloe kloes key lines enquiry meeting meet meets held found agreed booked arranged fixed set",
        )
    ),
    Command.DIP_REPORT_SENT: frozenset(
        re.findall(r"\S+", "dip sample samples report i i've sent emailed went out off key findings sign-off")
    ),
    Command.DIP_REPORT_SIGNED_OFF: frozenset(
        re.findall(r"\S+", "i i've sign signed off report dip sample samples approved agreed happy with")
    ),
    Command.ACTION_PLAN_AGREED: frozenset(re.findall(r"\S+", "audit action plan agreed agree signed off")),
    Command.WORKSHOP_ON: frozenset(
        re.findall(
            r"\S+", "workshop team managers with meet held takes took place found booked arranged fixed set"
        )
    ),
}
"""Beside the day, and those that fill a sentence, the only words of a plain answer. Any other is for a person."""
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
    dates: list[date] = []
    doubts: list[str] = []
    signed = False
    for sentence in sentences(lines):
        if "?" in sentence or _ASKS.search(sentence.casefold()):
            return None
        if command not in _TO_COME and _NOT_DONE.search(sentence.casefold()):
            return None
        if only_courtesy(sentence, named):
            continue
        told = told_dates(sentence, received, ahead=command in _TO_COME)
        left = set(re.findall(r"[\w'-]+", told.rest)) - _THANKS
        if not left <= _FILLING | _SAYS[command]:
            return None
        signed = signed or bool(_SIGNS.search(sentence))
        dates += [on for on in told.dates if on not in dates]
        doubts += told.doubts
    meant = signed if command is Command.DIP_REPORT_SIGNED_OFF else bool(dates or doubts)
    return Said(tuple(dates), tuple(doubts), None, "", unchanged=True, sent_on=False) if meant else None


def report_on(
    command: Command, words: Said, cycle: Cycle, sender: Person, received: date, working: WorkingDays
) -> Report | HeldBack | None:
    """What is to be remembered of an answer; None where it says what is known already. `cycle` is as reported."""
    column, called = CYCLE_COLUMNS[command]
    begun = f"{sender.name} answers about “{called}” of {cycle.name}"
    dates, doubts, rest = words.dates, words.doubts, words.rest
    if command is Command.DIP_REPORT_SIGNED_OFF:
        told = told_dates(rest, received)
        dates, doubts, rest = (*dates, *told.dates), (*doubts, *told.doubts), told.rest
        if not (dates or doubts or rest) and words.meant:
            dates = (received,)
    entered: date | None = getattr(cycle, column)
    if rest:
        return HeldBack(TO_READ, f"{begun} with words of their own. Read them, and enter what is agreed.")
    if entered and (entered in dates or not (dates or doubts) or command is Command.DIP_REPORT_SIGNED_OFF):
        return None
    doubt = "; ".join(doubts)
    if not doubt and len(dates) != 1:
        given = " and ".join(day_in_words(on) for on in dates)
        doubt = f"it gives more than one date: {given}" if dates else "it gives no date"
    doubt = doubt or _against(command, dates[0], cycle, received, working)
    if not doubt and entered:
        doubt = f"so far it was {day_in_words(entered)}, and now it is {day_in_words(dates[0])}"
    if doubt:
        return HeldBack(
            DATE_IN_DOUBT, f"{begun}, but {doubt}. Please ask, and enter the right day in the list."
        )
    return Report(command, dates[0], sender.email, received)


def _against(command: Command, on: date, cycle: Cycle, received: date, working: WorkingDays) -> str:
    """Why a day cannot be right, or ""."""
    begins = cycle.month_one
    if command in _TO_COME:
        if not working.is_working(on):
            return f"{day_in_words(on)} is no working day"
        if on > received + _AHEAD:
            return f"{day_in_words(on)} is more than half a year away"
    elif on > received:
        return f"{day_in_words(on)} is still to come"
    if command is Command.KLOE_MEETING_ON:
        if begins and on >= begins:
            return f"the audit month begins on {day_in_words(begins)}"
        if on < received - timedelta(31):
            return f"{day_in_words(on)} is more than a month ago"
        return ""
    after = {
        Command.DIP_REPORT_SIGNED_OFF: (cycle.dip_report_sent_on, "the report was sent on"),
        Command.WORKSHOP_ON: (cycle.action_plan_agreed_on, "the action plan was agreed on"),
    }.get(command, (None, ""))
    for since, why in (after, (begins, "the audit month begins on")):
        if since and on < since:
            return f"{why} {day_in_words(since)}"
    return ""


# ------------------------------------------------------------------------------------------------ until it is entered


def cycle_as_reported(
    cycle: Cycle,
    picture: History,
    rulebook: Rulebook,
    posts: Posts,
    rows: Collection[Allocation],
    today: date,
) -> Cycle:
    """The cycle's row with what was told in those of its columns that are still empty. The report on the dip samples
    is signed off once everybody who signs has."""
    history = picture.audits.get(f"cycle:{cycle.item_id}")
    if history is None or not history.reports:
        return cycle
    changes: dict[str, date] = {}
    entries: list[ToEnter] = []
    signed: dict[str, date] = {}
    for report in history.reports:
        if report.command not in CYCLE_COLUMNS:
            continue
        column, called = CYCLE_COLUMNS[report.command]
        on = report.on
        asked = _who(report.command, rulebook, cycle, posts, rows, today)
        if report.command is Command.DIP_REPORT_SIGNED_OFF:
            signed[report.by] = on
            if any(person.email not in signed for person in asked):
                continue
            on = max(signed.values())
        if getattr(cycle, column) is None and column not in changes:
            changes[column] = on
            by = next((p.name for p in (*asked, *cycle.heads_of_service) if p.email == report.by), report.by)
            entries.append(ToEnter(called, day_in_words(on), by, _HOW))
    return replace(cycle, **changes, reported=tuple(entries)) if changes else cycle  # type: ignore[arg-type]


def _who(
    command: Command, rulebook: Rulebook, cycle: Cycle, posts: Posts, rows: Iterable[Allocation], today: date
) -> list[Person]:
    rule = next((rule for rule in rulebook.rules if answer_to(rule) is command and rule.of_cycle), None)
    return those_asked(command, rule, cycle, posts, rows, today)


def cycle_entries_wanted(
    cycles: Iterable[Cycle],
    picture: History,
    rulebook: Rulebook,
    posts: Posts,
    rows: Collection[Allocation],
    today: date,
) -> list[Problem]:
    """What was told about a cycle and is not in the list, and who has still to sign. `cycles` are as reported."""
    found = []
    for cycle in cycles:
        where = f"Audit cycles, {cycle.name}"
        days = {called: getattr(cycle, column) for column, called in CYCLE_COLUMNS.values()}
        for entry in cycle.reported:
            ahead = days[entry.column] > today and entry.column != columns_of(Cycle)["kloe_meeting_on"].title
            when = f"once that day has come, {entry.value}" if ahead else entry.value
            what = f"Please enter “{entry.column}” {when}: {entry.by} told us {entry.how}. "
            what += "Until then the bot goes by that."
            found.append(Problem(where, what))
        if cycle.dip_report_signed_off_on is None:
            found += _half_signed(cycle, picture, _who(
                Command.DIP_REPORT_SIGNED_OFF, rulebook, cycle, posts, rows, today
            ))  # fmt: skip
    return found


def _half_signed(cycle: Cycle, picture: History, signers: Collection[Person]) -> list[Problem]:
    history = picture.audits.get(f"cycle:{cycle.item_id}")
    by = {r.by for r in (history.reports if history else ()) if r.command is Command.DIP_REPORT_SIGNED_OFF}
    have = [person.name for person in signers if person.email in by]
    if not have:
        return []
    rest = " and ".join(person.name for person in signers if person.email not in by)
    what = f"{' and '.join(have)} signed the report on the dip samples off; {rest} has not yet."
    return [Problem(f"Audit cycles, {cycle.name}", what)]
