"""Ten years, a month's audit in each, a run on each working day: both nights on which the clocks change, leap days,
bank holidays, days on which the council is shut, and a week without a run each year."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from people import Story, audit

from bot.clock import LONDON, london_date
from bot.daily_run.attended import Attended
from bot.office.health import Health
from bot.programme.rulebook.rules import WaitsFor
from bot.programme.vocabulary import AuditType, Cycle
from bot.programme.working_days import WorkingDays, bank_holidays
from bot.schedule import Service
from bot.settings import Settings

YEARS = range(2026, 2036)
GRADES = ("Good", "Inadequate", "Requires Improvement", "Outstanding")
SETTINGS = {
    "council": "Wexcombe", "mailbox": "audit.team@wexcombe.example", "site_host": "wexcombe.example",
    "site_path": "/sites/audit", "audit_team": {"contact": "A"}, "recipient_domains": ["wexcombe.example"],
    "key": "a key for tests, long enough",
    "tenant": {"live": False, "graph_url": "https://localhost", "authority_url": "https://localhost",
               "tenant_id": "t", "client_id": "c", "secret": "s"},
}  # fmt: skip


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(n) for n in range((date(year + 1, 1, 1) - first).days)]


def change_nights(year: int) -> list[date]:
    """The last Sundays of March and October: https://www.gov.uk/when-do-the-clocks-change"""
    return [day - timedelta((day.weekday() + 1) % 7) for day in (date(year, 3, 31), date(year, 10, 31))]


def closed_days(year: int) -> list[date]:
    """Days on which the council is shut: the Friday before each night on which the clocks change, the Monday after it,
    and two between the years."""
    nights = change_nights(year)
    around = [night + timedelta(n) for night in nights for n in (-2, 1)]
    return [*around, date(year, 12, 29), date(year, 12, 30)]


CLOSED = [day for year in range(YEARS[0] - 1, YEARS[-1] + 2) for day in closed_days(year)]


def test_each_working_day_of_ten_years_has_one_daily_run_whatever_the_clocks_do() -> None:
    now = [datetime(YEARS[0], 1, 1, 0, 5, tzinfo=LONDON)]
    done: Counter[date] = Counter()

    def attend(_settings: Settings, *, clock: Any, say: Any, whole: bool) -> Attended:
        done[london_date(clock())] += whole
        return Attended(0, Health())

    closed = dict.fromkeys(CLOSED, "Closed")  # more years than a profile names at a time
    settings = Settings.model_validate(SETTINGS).model_copy(update={"closure_days": closed})
    service = Service(settings, clock=lambda: now[0], attend=attend)
    trigger = service.scheduler.get_job("daily run").trigger
    working, fired = WorkingDays(CLOSED), trigger.get_next_fire_time(None, now[0])
    off = {day for year in YEARS for day in days_of(year) if day.isocalendar().week == 20}
    while fired and fired.year < YEARS[-1] + 1:
        now[0] = fired
        if london_date(fired) not in off:
            assert fired.astimezone(LONDON).time() >= time(7, 30) or not done
            service.daily()
            service.daily()  # woken twice
            service.look()
        fired = trigger.get_next_fire_time(fired, fired + timedelta(microseconds=1))
    expected = {d for year in YEARS for d in days_of(year) if working.is_working(d) and d not in off}
    assert +done == Counter(expected)
    assert not {d for d in expected if d.weekday() > 4 or d in CLOSED or d in bank_holidays(d.year)}


def sent_in(begins: date, until: date, off: date, grade: str) -> set[str]:
    """The keys of the letters of a cycle that begins on a day, day by day until another, without a run for a week. Its
    audits come back after nine days, one is moderated three days later; what the list ought to say is never entered, so
    that all is chased to its end."""
    working = WorkingDays(CLOSED, known_until=2099)
    cycle = Cycle("1", f"FSP and CWD, {begins:%B %Y}", "FSP and CWD", begins, kloes=("Is the voice heard?",),
                  kloe_meeting_on=working.after(begins, -10))  # fmt: skip
    story = Story(
        replace(audit(1), cycle=cycle.name, confirmed_on=working.after(begins, -3)),
        replace(audit(2), cycle=cycle.name, confirmed_on=working.after(begins, -3),
                audit_type=AuditType.FULL_TEAM_MANAGER),
        cycle=cycle, closures=CLOSED,
    )  # fmt: skip
    sent, today = set[str](), working.after(begins, -5)
    came, moderated = working.after(begins, 9), working.after(begins, 12)
    while today < until:
        on = f"{today:%a %d %b %Y}"
        if today == came:
            story.returned(on, grade)
        if today == moderated:
            story.moderated(on, grade)
        if not off <= today < off + timedelta(7):
            for letter in story.all_letters(on):
                parts = {part.key for part in letter.together or (letter,)}
                assert not parts & sent, f"{letter.rule.id} goes twice, {on}"
                assert letter.day.on <= today, f"{letter.rule.id} goes before its day, {on}"
                urgent = all(p.rule.waits_for is WaitsFor.NOTHING for p in letter.together or (letter,))
                closed = today.weekday() > 4 or today in CLOSED or today in bank_holidays(today.year)
                assert urgent or not closed, f"{letter.rule.id} goes on {on}"
                sent |= parts
            story.perform(on)
            assert story.all_letters(on) == [], f"what was performed leaves nothing, {on}"
        today += timedelta(1)
    return sent


@pytest.mark.parametrize("year", YEARS)
def test_around_both_nights_on_which_the_clocks_change_each_letter_goes_once_and_on_no_day_that_is_closed(
    year: int,
) -> None:
    """A cycle whose audits come back just before each of these nights, and the week after it without a run."""
    working = WorkingDays(CLOSED, known_until=2099)
    for night in change_nights(year):
        begins = working.on_or_after(night - timedelta(14))
        assert sent_in(begins, night + timedelta(12), night + timedelta(2), GRADES[year % 4])


@pytest.mark.slow
@pytest.mark.parametrize("year", YEARS)
def test_a_years_letters_go_once_on_their_days_and_none_is_planned_again(year: int) -> None:
    """A cycle begins on the first working day of each month."""
    working = WorkingDays(CLOSED, known_until=2099)
    for month in range(1, 13):
        begins = working.on_or_after(date(year, month, 1))
        off = working.after(begins, 14 + month % 7)
        assert sent_in(begins, begins + timedelta(90), off, GRADES[(year + month) % 4])
