"""Times when everybody who is needed is free, inside the guide's days (§7, §10, §11)."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SettingsError
from bot.programme.free_times import (
    FURTHEST,
    PROPOSED,
    USUAL_HOURS,
    Calendar,
    Hours,
    MeetingTime,
    OwnHours,
    days_to_meet,
    free_times,
)
from bot.programme.rulebook.rules import rulebook
from bot.programme.vocabulary import Person
from bot.programme.working_days import WorkingDays

LONDON, UTC = ZoneInfo("Europe/London"), ZoneInfo("UTC")
WORKING = WorkingDays({date(2026, 4, 8): "Closure"})
ADA, MO, TIA = (Person(name, f"{name}@example") for name in ("ada", "mo", "tia"))


def at(day: int, hour: str, month: int = 4) -> datetime:
    return datetime.combine(date(2026, month, day), time.fromisoformat(hour), LONDON)


def shown(times: tuple[MeetingTime, ...]) -> list[str]:
    return [f"{each.begins:%a %d %b %H:%M}-{each.ends:%H:%M}" for each in times]


def test_across_easter_and_a_closure_day_times_lie_on_working_days_alone() -> None:
    days = days_to_meet(date(2026, 3, 31), date(2026, 4, 9), WORKING)
    assert days == [date(2026, 4, 1), date(2026, 4, 2), date(2026, 4, 7), date(2026, 4, 9)]
    assert shown(free_times([Calendar(ADA), Calendar(MO)], days, USUAL_HOURS, 60, LONDON)) == [
        "Wed 01 Apr 09:30-10:30", "Thu 02 Apr 13:30-14:30", "Tue 07 Apr 09:30-10:30",
    ]  # fmt: skip


def test_no_time_lies_before_the_working_day_after_the_letter_or_after_the_guides_day() -> None:
    assert days_to_meet(date(2026, 4, 2), date(2026, 4, 2), WORKING) == []
    assert days_to_meet(date(2026, 4, 2), date(2026, 4, 7), WORKING) == [date(2026, 4, 7)]
    assert days_to_meet(date(2026, 4, 2), date(2026, 3, 1), WORKING) == []
    assert len(days_to_meet(date(2026, 4, 2), date(2026, 12, 1), WORKING)) == FURTHEST


def test_on_one_day_a_morning_and_an_afternoon_are_proposed_and_never_two_in_a_row() -> None:
    found = free_times([Calendar(ADA)], [date(2026, 4, 7)], USUAL_HOURS, 30, LONDON)
    assert shown(found) == ["Tue 07 Apr 09:30-10:00", "Tue 07 Apr 13:30-14:00"]


def test_whoever_is_taken_for_a_part_of_an_hour_is_not_free_in_it() -> None:
    busy = Calendar(MO, ((at(7, "09:00"), at(7, "09:45")), (at(7, "10:45"), at(7, "12:00"))))
    found = free_times([Calendar(ADA), busy], [date(2026, 4, 7)], USUAL_HOURS, 60, LONDON)
    assert shown(found) == ["Tue 07 Apr 13:30-14:30"]
    assert (
        shown(free_times([busy], [date(2026, 4, 7)], USUAL_HOURS, 30, LONDON))[0] == "Tue 07 Apr 10:00-10:30"
    )


def test_whoever_works_part_of_the_week_is_asked_on_those_days_and_hours() -> None:
    own = OwnHours(frozenset({1, 3}), Hours(time(10), time(15)))
    days = days_to_meet(date(2026, 4, 9), date(2026, 4, 23), WORKING)
    found = free_times([Calendar(ADA, (), own)], days, USUAL_HOURS, 60, LONDON)
    assert shown(found) == ["Tue 14 Apr 10:00-11:00", "Thu 16 Apr 13:30-14:30", "Tue 21 Apr 10:00-11:00"]


def test_an_hour_stays_the_hour_on_the_clock_when_the_clocks_change() -> None:
    days = days_to_meet(date(2026, 3, 26), date(2026, 3, 31), WORKING)
    taken = (
        datetime(2026, 3, 30, 8, 30, tzinfo=UTC),
        datetime(2026, 3, 30, 11, 30, tzinfo=UTC),
    )  # BST by then
    found = free_times([Calendar(ADA, (taken,))], days, USUAL_HOURS, 60, LONDON)
    assert shown(found) == ["Fri 27 Mar 09:30-10:30", "Mon 30 Mar 13:30-14:30", "Tue 31 Mar 09:30-10:30"]


def test_nobody_known_is_nobody_free() -> None:
    assert free_times([], [date(2026, 4, 7)], USUAL_HOURS, 60, LONDON) == ()


def test_a_part_of_a_day_ends_after_it_begins() -> None:
    with pytest.raises(ValueError, match="09:00-09:00"):
        Hours(time(9), time(9))


# ------------------------------------------------------------------------------------------------------- laws

QUARTER = timedelta(minutes=15)
LETTERS = st.dates(date(2026, 1, 1), date(2027, 6, 30))
BUSY = st.lists(st.tuples(st.integers(0, 14 * 96), st.integers(1, 200)), max_size=25)
OWN = st.none() | st.builds(
    lambda days, begins, hours: OwnHours(frozenset(days), Hours(time(begins), time(begins + hours))),
    st.sets(st.integers(0, 6), min_size=1),
    st.integers(6, 13),
    st.integers(1, 10),
)
PARTS = st.sampled_from(
    [USUAL_HOURS, (Hours(time(8), time(18)),), (Hours(time(9), time(9, 45)), Hours(time(10), time(17)))]
)


@given(LETTERS, st.integers(0, 30), st.lists(st.tuples(BUSY, OWN), min_size=1, max_size=6), PARTS,
       st.sampled_from([15, 30, 60, 90, 240]))  # fmt: skip
def test_whatever_calendars_say_each_time_is_free_for_all_and_inside_the_guides_days(
    letter: date, wait: int, given_: list[tuple[list[tuple[int, int]], OwnHours | None]], parts: tuple[Hours, ...],
    minutes: int,
) -> None:  # fmt: skip
    due = letter + timedelta(wait)
    start = datetime.combine(letter, time(), LONDON).astimezone(UTC)
    calendars = [
        Calendar(ADA, tuple((start + QUARTER * n, start + QUARTER * (n + size)) for n, size in busy), own)
        for busy, own in given_
    ]
    days = days_to_meet(letter, due, WORKING)
    found = free_times(calendars, days, parts, minutes, LONDON)
    assert len(found) <= PROPOSED
    for each in found:
        begins, ends = each.begins.astimezone(UTC), each.ends.astimezone(UTC)
        assert ends - begins == timedelta(minutes=minutes)
        assert letter < each.begins.date() <= due
        assert WORKING.is_working(each.begins.date())
        assert any(p.begins <= each.begins.time() and each.ends.time() <= p.ends for p in parts)
        for calendar in calendars:
            assert all(ends <= since or until <= begins for since, until in calendar.busy)
            if own := calendar.own_hours:
                assert each.begins.weekday() in own.days
                assert own.hours.begins <= each.begins.time() < each.ends.time() <= own.hours.ends
    assert list(found) == sorted(found, key=lambda each: each.begins)
    of_a_part = Counter(
        (each.begins.date(), sum(p.ends <= each.begins.time() for p in parts)) for each in found
    )
    assert not of_a_part or max(of_a_part.values()) == 1
    # The order in which people are asked, and who is free all day, change nothing.
    assert found == free_times([*calendars[::-1], Calendar(TIA)], days[::-1], parts, minutes, LONDON)
    # None is left out that is there: where fewer than three are proposed, no part of a day that is free is unnamed.
    if len(found) < PROPOSED:
        alone = {d: free_times(calendars, [d], parts, minutes, LONDON) for d in days}
        assert sum(map(len, alone.values())) == len(found)


# ------------------------------------------------------------------------------------------------- the rule book

RULE = """
[[rule]]
id = "talk"
guide = "10"
about = "Somebody talks."
when = "moderated"
letter = "10_uopp_reminder"
to = ["auditor"]
"""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ('due = "uopp due"\nmeets = ["auditor"]', "alone"),
        ('meets = ["auditor", "team manager"]', "due"),
        ('due = "uopp due"\nmeets = ["auditor", "audit team"]', "nobody's own calendar"),
        ('due = "uopp due"\nask = "Hold it"\nmeets = ["auditor", "moderator"]', "do not go together"),
        ('due = "uopp due"\nasks_for_help = true\nmeets = ["auditor", "moderator"]', "do not go together"),
        ('due = "uopp due"\nmeets = ["auditor", "moderator"]\nmeets_for = "a while"', "no length"),
        ('due = "uopp due"\nmeets = ["auditor", "moderator"]\nmeets_for = "50 minutes"', "quarters"),
        ('due = "uopp due"\nmeets = ["auditor", "moderator"]\nmeets_for = "5 hours"', "four hours"),
    ],
)
def test_a_rule_whose_times_could_not_be_looked_for_is_refused(words: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        rulebook(RULE + words)


@pytest.mark.parametrize(
    ("length", "minutes"),
    [
        ("", 60),
        ('meets_for = "1 hour"', 60),
        ('meets_for = "45 minutes"', 45),
        ('meets_for = "2  Hours"', 120),
    ],
)
def test_a_conversation_takes_an_hour_unless_the_rule_says_otherwise(length: str, minutes: int) -> None:
    (rule,) = rulebook(f'{RULE}due = "uopp due"\nmeets = ["auditor", "moderator"]\n{length}').rules
    assert rule.minutes == minutes
