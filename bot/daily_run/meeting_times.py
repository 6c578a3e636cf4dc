"""Times for the conversation a letter asks for, where the settings would have them and Exchange shows the calendars.

A letter never waits for them and is complete without: they are asked for once, when it is written, and neither what it
is known by nor whether it goes depends on the answer. Nothing is booked, and of the answer nothing is kept.
"""

from __future__ import annotations

from datetime import timedelta

from bot.clock import LONDON, london_midnight
from bot.daily_run.workplace import Workplace
from bot.errors import AuditBotError
from bot.office.calendars import WaitedEnough
from bot.papers.letters.calendar_file import time_to_keep
from bot.programme.addresses import fault_of_address
from bot.programme.date_words import day_in_words, short_day
from bot.programme.free_times import (
    CALLED,
    CONVERSATION,
    FEWEST,
    NOTHING_KNOWN,
    FreeTimes,
    days_to_meet,
    free_times,
)
from bot.programme.standing.actions import SendLetter
from bot.programme.vocabulary import Problem
from bot.programme.waits import listed


def meeting_times(letter: SendLetter, workplace: Workplace, lacking: list[Problem]) -> FreeTimes:
    """The times a letter can propose. Why none could be looked for is told in `lacking`, once a day."""
    calendars, people = workplace.calendars, letter.meeting
    if calendars is None or len(people) < FEWEST or letter.due is None:
        return NOTHING_KNOWN
    if not workplace.papers.letters.proposes_times(letter.rule.letter):
        return NOTHING_KNOWN
    days = days_to_meet(workplace.today, letter.due.on, workplace.basis.working)
    if not days:
        return NOTHING_KNOWN
    domains = workplace.settings.recipient_domains
    ours = [person for person in people if not fault_of_address(person.email, domains)]
    if len(ours) < FEWEST:
        return NOTHING_KNOWN
    try:
        found = calendars.of(ours, london_midnight(days[0]), london_midnight(days[-1] + timedelta(1)))
    except WaitedEnough as fault:
        lacking.append(_told(str(fault), workplace))
        return NOTHING_KNOWN
    except AuditBotError as fault:
        lacking.append(_told(f"Microsoft 365 shows the bot no calendars: {fault}", workplace))
        return NOTHING_KNOWN
    if len(found.calendars) < FEWEST:
        names = listed(f"{person.name} ({why})" for person, why in found.not_seen)
        lacking.append(_told(f"the calendars of {names} could not be seen.", workplace))
        return NOTHING_KNOWN
    minutes, parts = letter.rule.minutes, workplace.settings.meeting_hours
    return FreeTimes(
        free_times(found.calendars, days, parts, minutes, LONDON),
        tuple(calendar.person for calendar in found.calendars),
        tuple(p for p in people if p not in ours or p in {person for person, _ in found.not_seen}),
    )


def _told(why: str, workplace: Workplace) -> Problem:
    return Problem(
        f"Times to meet, {day_in_words(workplace.today)}",
        f"Letters went without them, and are complete so: {why} “audit-bot check” tells the IT administrator more.",
    )


def calendar_files(letter: SendLetter, known: FreeTimes, workplace: Workplace) -> list[tuple[str, bytes]]:
    """A calendar file for each time: of the audit nothing but its reference, and who was looked at."""
    called = CALLED.get(letter.rule.due, CONVERSATION) if letter.rule.due else CONVERSATION
    what = f"{called}, audit {letter.reference}"
    why = (
        f"A time at which {listed(person.name for person in known.seen)} were free by their calendars when the letter "
        "was written. Nothing is booked: keep it, and invite them."
    )
    files = []
    for each in known.times:
        begins = f"{each.begins:%Y%m%dT%H%M}"
        uid = workplace.basis.keys(("time to meet", letter.key, begins))
        name = f"{letter.reference} {called}, {short_day(each.begins.date())} {each.begins:%H.%M}.ics"
        files.append((name, time_to_keep(uid, each.begins, each.ends, what, why, workplace.clock())))
    return files
