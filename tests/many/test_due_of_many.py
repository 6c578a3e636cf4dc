"""Which run of which council is due, and since when."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.clock import LONDON, office_time
from bot.councils.due import DAILY, LOOK, Council, Due, due, late, next_due, pause_after, share_of
from bot.councils.faults import FAULTS
from bot.councils.health import BUSY_FOR, LATE, CouncilHealth, health_of
from bot.councils.queue import Queue
from bot.councils.register import Outcome, after, after_a_lost_worker
from bot.exit_status import DONE, NEEDS_A_PERSON, NOT_DONE
from bot.programme.working_days import WorkingDays

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def at(hour: int, minute: int = 0, day: int = 2) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def council(**changed: object) -> Council:
    plain = Council(
        name="north", settings="", only_on="", added=at(0), paused=None, paused_until=None, level="",
        daily_run_at=time(7, 30), look_minutes=5, closed=(), done_on=None, failed_on=None, failures=0, failed_at=None,
        last_daily=None, last_look=None, looked=None, not_before=None, in_vain=0, slow_until=None, ledger_version=2,
        health={}, fault="", faulty_since=None,
    )  # fmt: skip
    return replace(plain, **changed)  # type: ignore[arg-type]


def kind(of: Council, moment: datetime, spread: int = 0) -> str:
    found = due(of, moment, spread)
    return found.kind if found else ""


def test_the_daily_run_is_due_from_its_hour_on_until_it_has_done_its_work() -> None:
    assert kind(council(), at(7, 29)) == LOOK
    assert due(council(), at(9), 0) == Due(DAILY, at(7, 30))
    assert kind(council(done_on=date(2026, 3, 2)), at(9)) == LOOK


def test_no_daily_run_is_due_at_a_weekend_on_a_closure_day_or_by_night() -> None:
    assert kind(council(), at(9, day=7)) == LOOK
    assert kind(council(closed=(date(2026, 3, 2),)), at(9)) == LOOK
    assert kind(council(), at(22, 30)) == ""
    assert kind(council(), at(5, 59)) == ""


def test_a_daily_run_in_vain_is_tried_after_one_five_and_fifteen_minutes_then_at_every_look() -> None:
    for failures, minutes in ((1, 1), (2, 5), (3, 15)):
        failed = council(failed_on=date(2026, 3, 2), failures=failures, failed_at=at(8), looked=at(8))
        before = at(8) + timedelta(minutes=minutes, seconds=-1)
        assert kind(failed, before) != DAILY, minutes
        assert due(failed, at(8) + timedelta(minutes=minutes), 0) == Due(
            DAILY, at(8) + timedelta(minutes=minutes)
        )
    often = council(failed_on=date(2026, 3, 2), failures=4, failed_at=at(8), looked=at(8))
    assert kind(often, at(8, 6)) == DAILY
    assert kind(replace(often, looked=at(8, 6)), at(8, 6)) == ""


def test_a_look_is_due_once_in_its_minutes_and_those_that_were_missed_are_one_due_since_the_first() -> None:
    done = council(done_on=date(2026, 3, 2))
    first = due(done, at(9), 0)
    assert first
    assert at(6) <= first.since < at(6, 5)
    assert due(replace(done, looked=at(9)), at(9), 0) is None
    later = due(replace(done, looked=at(9)), at(12), 0)
    assert later
    assert at(9) < later.since <= at(9, 5)
    assert due(replace(done, looked=at(12)), at(12), 0) is None
    assert due(replace(done, looked=at(21, 50, day=1)), at(6), 0) == Due(LOOK, at(6)), "missed last evening"
    assert due(replace(done, looked=at(22, day=1)), at(6), 0) is None


def test_a_paused_council_has_no_run_until_the_day_it_is_at_work_again() -> None:
    paused = council(paused=at(6), paused_until=date(2026, 3, 4))
    assert kind(paused, at(9, day=3)) == ""
    assert kind(paused, at(9, day=4)) == DAILY
    assert kind(replace(paused, paused_until=None), at(9, day=20)) == ""


def test_councils_of_one_hour_begin_within_the_window_and_each_always_at_its_own_moment() -> None:
    names = [f"council {n}" for n in range(150)]
    for name in names:
        since = at(7, 30) + timedelta(minutes=20) * share_of(name)
        assert kind(council(name=name), since - timedelta(seconds=1), 20) == LOOK
        assert due(council(name=name), since + timedelta(seconds=1), 20) == Due(DAILY, since)
    tenths = [int(share_of(name) * 10) for name in names]
    assert all(5 <= tenths.count(n) <= 30 for n in range(10))


@pytest.mark.parametrize("hour", [time(5), time(21, 30), time(21, 55), time(23, 30)])
def test_an_hour_at_the_edge_of_the_day_loses_nobody_its_daily_run(hour: time) -> None:
    begun = [
        at(6) + timedelta(minutes=n)
        for name in map(str, range(20))
        if (n := next((n for n in range(16 * 60) if _daily(name, hour, n)), None)) is not None
    ]
    assert len(begun) == (20 if hour < time(22) else 0), (
        "at half past eleven at night nothing is sent, as by one bot; no profile says so"
    )
    assert len({*begun}) > 1 or hour > time(5)


@given(
    hour=st.times(time(6), time(20, 59)),
    name=st.text("abcdefgh", min_size=1, max_size=8),
    spread=st.integers(0, 100_000),
    day=st.integers(0, 400),
)
@settings(max_examples=25, deadline=None)
def test_whatever_the_hour_and_the_spread_the_daily_run_of_each_working_day_is_due_on_that_day_for_an_hour(
    hour: time, name: str, spread: int, day: int
) -> None:
    moment = MONDAY + timedelta(days=day)
    its = council(name=name, daily_run_at=hour, closed=())
    minutes = [n for n in range(0, 24 * 60, 10) if kind(its, moment + timedelta(minutes=n), spread) == DAILY]
    assert bool(minutes) is WorkingDays(()).is_working(moment.date())
    assert not minutes or len(minutes) >= 6


def _daily(name: str, hour: time, minutes: int) -> bool:
    return kind(council(name=name, daily_run_at=hour), at(6) + timedelta(minutes=minutes), 20) == DAILY


def test_whoever_is_asked_to_wait_waits_at_least_so_long_and_longer_each_time_and_an_hour_at_most() -> None:
    assert pause_after(council(), 10) == timedelta(minutes=5)
    assert pause_after(council(), 3600) == timedelta(hours=1)
    assert pause_after(council(), 86_400) == timedelta(hours=1), "an answer that is mistaken costs no day"
    assert pause_after(council(), math.inf) == timedelta(hours=1)
    assert pause_after(council(), math.nan) == timedelta(minutes=5)
    pauses = [pause_after(council(in_vain=n), 10) for n in range(40)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(hours=1)


def test_what_comes_next_is_told_also_across_a_weekend() -> None:
    friday = council(done_on=date(2026, 3, 6), looked=at(21, 59, day=6))
    coming = next_due(friday, at(22, 30, day=6), 0)
    assert coming
    assert coming.kind == LOOK
    assert coming.since.hour == 6
    assert next_due(council(paused=at(6)), at(9), 0) is None


def test_after_a_good_daily_run_none_is_due_that_day_and_one_is_the_next() -> None:
    now = council()
    changed = after(now, DAILY, at(7, 30), at(7, 31), Outcome(DONE, level="live"))
    done = replace(now, **changed)
    assert kind(done, at(7, 32)) == ""
    assert kind(done, at(7, 30, day=3)) == DAILY
    assert done.level == "live"


@pytest.mark.parametrize("fault", ["busy", "Busy", "too long", "died", "SettingsError"])
def test_after_any_fault_the_daily_run_is_due_again_the_same_day_and_not_at_once_for_ever(fault: str) -> None:
    now, moment, tries = council(), at(7, 30), 0
    while moment < at(12):
        if kind(now, moment) == DAILY:
            tries += 1
            status = NOT_DONE
            now = replace(
                now, **after(now, DAILY, moment, moment + timedelta(seconds=20), Outcome(status, fault))
            )
        moment += timedelta(seconds=30)
    assert 4 <= tries <= 4 * 60, "tried again, and never in a circle"


def test_a_run_that_met_a_newer_ledger_is_due_at_once_for_newer_workers_alone() -> None:
    now = replace(
        council(), **after(council(), DAILY, at(7, 30), at(7, 31), Outcome(NOT_DONE, "NewerLedger"))
    )
    assert now.ledger_version == council().ledger_version + 1
    assert kind(now, at(7, 31)) == DAILY


def test_a_run_that_was_ended_for_its_length_goes_on_at_once_among_the_slow() -> None:
    now = replace(council(), **after(council(), DAILY, at(7, 30), at(7, 50), Outcome(NOT_DONE, "too long")))
    assert now.is_slow(at(7, 51))
    assert kind(now, at(7, 51)) == DAILY
    good = replace(now, **after(now, DAILY, at(7, 51), at(8, 55), Outcome(DONE)))
    assert not good.is_slow(at(8, 56)), (
        "a run that does its work is none that hangs, however many letters it has"
    )


@given(
    minutes=st.integers(1, 120),
    name=st.text("abcdefgh", min_size=1, max_size=8),
    steps=st.lists(st.integers(1, 400), min_size=1, max_size=60),
)
def test_no_look_is_done_twice_for_one_moment_and_none_comes_before_its_moment(
    minutes: int, name: str, steps: list[int]
) -> None:
    now = council(name=name, look_minutes=minutes, done_on=date(2026, 3, 2), looked=at(6))
    moment, seen = at(8), []
    for seconds in steps:
        moment += timedelta(seconds=seconds)
        if found := due(now, moment, 0):
            assert found.since <= moment
            seen.append(found.since)
            now = replace(now, **after(now, LOOK, moment, moment, Outcome(DONE)))
    gaps = [b - a for a, b in pairwise(seen)]
    assert all(gap >= timedelta(minutes=minutes) - timedelta(seconds=1) for gap in gaps)


def test_a_run_that_takes_one_worker_after_another_with_it_begins_among_the_slow_and_then_waits_longer_and_longer() -> (
    None
):
    moment, north = at(9), council()
    waits = []
    for _ in range(12):
        changed = after_a_lost_worker(north, moment)
        waits.append((changed.get("not_before", moment) - moment) // timedelta(minutes=1))
        north = replace(north, **changed)
    assert waits == [0, 0, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60], (
        "one that is lost with its machine is done at once"
    )
    assert north.is_slow(moment)
    assert north.faulty_since == moment
    for fault in ("", "busy", "Busy", "trouble", "too long", "not here", "no process"):
        ended = after(north, LOOK, moment, moment, Outcome(3 if fault else 0, fault))
        expected = {"busy": 13, "Busy": 12, "not here": 12, "no process": 12}.get(fault, 0)
        assert ended["in_vain"] == expected, fault


# ------------------------------------------------------------------------------------------------- behind, and well

QUEUE = Queue("", spread_minutes=0)


def health(of: Council, moment: datetime, at_work: datetime | None = None) -> CouncilHealth:
    return health_of(of, moment, QUEUE, at_work, 2, {"m"})


def in_hours(since: datetime, until: datetime) -> timedelta:
    """Counted out minute by minute."""
    minutes = range(int((until - since).total_seconds()) // 60)
    return timedelta(
        minutes=sum(6 <= (since + timedelta(minutes=n)).astimezone(LONDON).hour < 22 for n in minutes)
    )


@given(st.integers(0, 7 * 24 * 60), st.integers(0, 2 * 24 * 60), st.sampled_from([25, 140, 210, 300]))
@settings(max_examples=30, deadline=None)
def test_time_of_the_office_is_what_its_hours_have_of_it_also_when_the_clocks_change(
    begins: int, lasts: int, day: int
) -> None:
    since = MONDAY + timedelta(days=day, minutes=begins)
    until = since + timedelta(minutes=lasts)
    assert office_time(since, until) == in_hours(since, until)
    assert office_time(until, since) == timedelta()


HISTORY = st.lists(
    st.tuples(
        st.integers(1, 30) | st.integers(1, 300),  # minutes until it begins
        st.integers(0, 60),  # and how long it takes
        st.sampled_from([DAILY, LOOK]),
        st.just("") | st.sampled_from(["person", "busy"]) | st.sampled_from([*FAULTS]),
        st.sampled_from([0.0, 600.0, 86_400.0, math.inf]),
    ),
    max_size=25,
)


@given(
    history=HISTORY,
    look_minutes=st.integers(1, 120),
    hour=st.times(time(6), time(20, 59)),
    more=st.lists(st.integers(0, 30) | st.integers(0, 600), min_size=1, max_size=6),
)
@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
def test_a_council_that_is_well_is_looked_after_whatever_has_happened_before(
    history: list[tuple[int, int, str, str, float]], look_minutes: int, hour: time, more: list[int]
) -> None:
    """No run did its work for longer than the minutes between two and what it may be late by: then it is never well;
    nor where the daily run of a working day is missing."""
    now = council(look_minutes=look_minutes, daily_run_at=hour, looked=at(0))
    moment = last_good = at(0)
    dailies = set[date]()
    for minutes, lasts, what, fault, wait in history:
        began = moment + timedelta(minutes=minutes)
        moment = began + timedelta(minutes=lasts)
        good = fault in ("", "person")
        status = (NEEDS_A_PERSON if fault else DONE) if good else NOT_DONE
        now = replace(now, **after(now, what, began, moment, Outcome(status, "" if good else fault, wait)))
        if good:
            last_good = moment
            dailies |= {began.astimezone(LONDON).date()} if what == DAILY else set()
    for minutes in more:
        moment += timedelta(minutes=minutes)
        found = health(now, moment)
        assert bool(found.wrong) == (found.state == "not well")
        if found.late > BUSY_FOR:
            assert found.wrong, "nobody waits for hours unseen, whoever asked it to"
        if found.state != "well":
            continue
        assert now.faulty_since is None
        opened = datetime.combine(moment.astimezone(LONDON).date(), time(6), LONDON)
        assert office_time(max(last_good, opened), moment) <= timedelta(minutes=look_minutes) + LATE
        assert office_time(last_good, moment) <= 2 * timedelta(minutes=look_minutes) + LATE, "a night between"
        assert found.late <= LATE
        days = [at(0) + timedelta(days=n) for n in range((moment.date() - at(0).date()).days + 1)]
        first = max((day + timedelta(days=1) for day in dailies), default=at(0).date())
        for day in (each.date() for each in days):
            begins = datetime.combine(day, hour, LONDON)
            if day >= first and WorkingDays(()).is_working(day) and moment > begins:
                assert office_time(begins, moment) <= LATE, f"the daily run of {day} is missing"


@given(
    name=st.text("abcdefgh", min_size=1, max_size=8),
    look_minutes=st.integers(1, 120),
    hour=st.times(time(6), time(20, 59)),
    punctual=st.integers(0, 10),
    day=st.integers(0, 30),
)
@settings(max_examples=10, deadline=None)
def test_a_council_whose_runs_are_done_when_they_are_due_is_always_well(
    name: str, look_minutes: int, hour: time, punctual: int, day: int
) -> None:
    moment = MONDAY + timedelta(days=day)
    now = council(name=name, look_minutes=look_minutes, daily_run_at=hour, added=moment, looked=moment)
    for _ in range(2 * 24 * 6):
        moment += timedelta(minutes=10)
        found = health(now, moment)
        assert (found.state, found.wrong, found.note) == ("well", "", ""), moment
        if (owed := due(now, moment, 0)) and moment - owed.since >= timedelta(minutes=punctual):
            now = replace(now, **after(now, owed.kind, moment, moment, Outcome(DONE)))


def test_looks_that_are_missed_are_seen_after_half_an_hour_at_a_weekend_too_and_not_made_good_by_a_night() -> (
    None
):
    done = council(done_on=date(2026, 3, 6), looked=at(9, day=7), last_look=at(9, day=7))  # Saturday
    assert health(done, at(9, 34, day=7)).state == "well"
    missed = health(done, at(9, 36, day=7))
    assert missed.state == "not well"
    assert "overdue" in missed.wrong
    late_in_the_day = replace(done, looked=at(21, 40, day=7), last_look=at(21, 40, day=7))
    assert health(late_in_the_day, at(23, day=7)).state == "well"
    assert health(late_in_the_day, at(5, 59, day=8)).state == "well", "at night it sleeps"
    assert health(late_in_the_day, at(6, 16, day=8)).state == "not well"


def test_a_daily_run_of_yesterday_that_never_came_is_still_missing_this_morning() -> None:
    looked = council(done_on=date(2026, 3, 2), looked=at(6, 55, day=4), last_look=at(6, 55, day=4))
    assert late(looked, at(6, 56, day=4), 0) == timedelta(hours=14, minutes=30) + timedelta(minutes=56)
    assert health(looked, at(6, 56, day=4)).state == "not well"


def test_a_run_at_work_is_late_by_what_it_was_when_it_began() -> None:
    waited = council(done_on=date(2026, 3, 2), looked=at(9), last_look=at(9))
    assert health(waited, at(10), at_work=at(9, 10)).wrong == ""
    assert health(waited, at(10), at_work=at(9, 10)).state == "at work"
    assert "overdue" in health(waited, at(10), at_work=at(9, 59)).wrong, "it is cut off again and again, say"


def test_whom_the_service_asks_to_wait_is_behind_since_its_own_hour_and_not_well_where_nobody_tries_again() -> (
    None
):
    now = council(last_look=at(7, 25), looked=at(7, 25))
    asked = replace(now, **after(now, DAILY, at(7, 30), at(7, 31), Outcome(NOT_DONE, "busy", 3600)))
    waits = health(asked, at(8, 20))
    assert (waits.state, waits.wrong) == ("tried again", "")
    assert timedelta(minutes=50) <= waits.late < timedelta(minutes=55)
    assert "IT administrator" in waits.note
    assert kind(asked, at(8, 31)) == DAILY
    assert health(asked, at(9, 2)).wrong, "its hour is long over"


def test_a_fault_of_the_last_minute_calls_nobody_out_of_bed() -> None:
    failed = council(done_on=date(2026, 3, 2), looked=at(21, 55), last_look=at(21, 50), fault="TenantUnavailable",
                     faulty_since=at(21, 55))  # fmt: skip
    assert health(failed, at(23)).state == "tried again"
    assert health(replace(failed, faulty_since=at(21)), at(23)).wrong


def test_what_a_clock_noted_that_went_wrong_keeps_nobody_from_their_work_and_makes_nobody_well() -> None:
    future = at(9, day=20)
    odd = council(
        done_on=future.date(),
        looked=future,
        last_look=future,
        not_before=future + timedelta(hours=1),
        added=at(7),
    )
    assert due(odd, at(9), 0) == Due(DAILY, at(7, 30))
    assert kind(replace(odd, done_on=date(2026, 3, 2)), at(9)) == LOOK
    assert health(odd, at(9)).state == "not well"
