"""Whatever hour a profile names, the daily run is owed on every working day and done, or the profile is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from bot.clock import LONDON
from bot.daily_run.attended import Attended
from bot.daily_run.due_runs import DailyRuns
from bot.exit_status import DONE
from bot.office.health import Health
from bot.schedule import Service
from bot.settings import DailyHour, Settings

HOUR: TypeAdapter[time] = TypeAdapter(DailyHour)
NIGHT = datetime(2026, 3, 2, tzinfo=UTC)  # Monday
PROFILE = {
    "council": "Wexcombe", "mailbox": "audit.team@wexcombe.example", "site_host": "wexcombe.example",
    "site_path": "/sites/audit", "audit_team": {"contact": "A"}, "recipient_domains": ["wexcombe.example"],
    "key": "a key for tests, long enough",
    "tenant": {"live": False, "graph_url": "https://localhost", "authority_url": "https://localhost",
               "tenant_id": "t", "client_id": "c", "secret": "s"},
}  # fmt: skip


@given(st.times(timezones=st.none() | st.just(UTC)))
@example(time(22, 30))
@example(time(5))
@example(time(7, 30, 45))
@example(time(21, 59, 59))
def test_a_daily_run_is_owed_for_an_hour_at_least_on_each_working_day_or_its_hour_is_refused(
    at: time,
) -> None:
    try:
        HOUR.validate_python(at)
    except ValidationError:
        assert at.tzinfo or not time(6) <= at < time(21)
        return
    owed = [
        minute
        for minute in range(24 * 60)
        if DailyRuns().owed(NIGHT + timedelta(minutes=minute), at, lambda _: True)
    ]
    assert len(owed) >= 60


@pytest.mark.parametrize("at", ["07:30Z", "23:00", "05:59:59", "21:00"])
def test_an_hour_at_which_none_can_begin_is_refused_in_a_sentence(at: str) -> None:
    with pytest.raises(ValidationError, match="from 06:00 to 20:59 by London's clocks"):
        Settings.model_validate(PROFILE | {"daily_run_at": at})


@pytest.mark.parametrize("at", [time(6), time(7, 30, 45), time(12, 0, 0, 500_000), time(20, 59, 59)])
@pytest.mark.parametrize("woken", [True, False], ids=["woken", "its wake-up never came"])
def test_a_bot_that_stays_awake_has_done_it_by_the_look_after_its_hour(at: time, woken: bool) -> None:
    now, done = [NIGHT], list[datetime]()

    def attend(_settings: Settings, *, clock: Any, say: Any, whole: bool) -> Attended:
        if whole:
            done.append(clock())
        return Attended(DONE, Health())

    service = Service(
        Settings.model_validate(PROFILE | {"daily_run_at": at}), clock=lambda: now[0], attend=attend
    )
    trigger = service.scheduler.get_job("daily run").trigger
    wakes = trigger.triggers[1].get_next_fire_time(None, NIGHT)
    begins = datetime.combine(date(2026, 3, 2), at, LONDON)
    for minutes in range(0, 24 * 60, 5):
        now[0] = NIGHT + timedelta(minutes=minutes)
        if woken and now[0] - timedelta(minutes=5) < wakes <= now[0]:
            look, now[0] = now[0], wakes
            service.daily()
            now[0] = look
        service.look()
    assert len(done) == 1
    assert timedelta() <= done[0] - begins <= timedelta(minutes=5)
    if woken and not at.microsecond:
        assert done[0] == begins
