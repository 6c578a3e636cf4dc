"""Which run of which council is due, and since when."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.councils.due import DAILY, LOOK, Council, Due, due, next_due, pause_after, share_of
from bot.councils.register import Outcome, after, after_a_lost_worker
from bot.exit_status import DONE, NOT_DONE

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


def test_a_look_is_due_once_in_its_minutes_and_those_that_were_missed_are_one() -> None:
    done = council(done_on=date(2026, 3, 2))
    first = due(done, at(9), 0)
    assert first
    assert at(8, 55) < first.since <= at(9)
    assert due(replace(done, looked=at(9)), at(9), 0) is None
    later = due(replace(done, looked=first.since), at(12), 0)
    assert later
    assert at(11, 55) < later.since <= at(12)


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
        "at half past eleven at night nothing is sent, as by one bot"
    )
    assert len({*begun}) > 1 or hour > time(5)


def _daily(name: str, hour: time, minutes: int) -> bool:
    return kind(council(name=name, daily_run_at=hour), at(6) + timedelta(minutes=minutes), 20) == DAILY


def test_whoever_is_asked_to_wait_waits_at_least_so_long_and_longer_each_time() -> None:
    assert pause_after(council(), 10) == timedelta(minutes=5)
    assert pause_after(council(), 3600) == timedelta(hours=1)
    assert pause_after(council(), math.inf) == timedelta(days=1)
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
    good = replace(now, **after(now, DAILY, at(7, 51), at(7, 55), Outcome(DONE)))
    assert not good.is_slow(at(7, 56))


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
