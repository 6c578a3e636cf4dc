"""A wrong clock sends nothing, and no run lasts for ever."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tenant import Door

from bot.daily_run.right_clock import compare, refuse_wrong_clock
from bot.daily_run.workplace import open_workplace
from bot.errors import StandsStill, TenantUnavailable
from bot.office import graph, lease

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.mark.parametrize("minutes", [-10, 0, 10])
def test_a_clock_that_is_right_within_ten_minutes_is_right(minutes: int) -> None:
    compare(NOW, NOW + timedelta(minutes=minutes))
    compare(NOW, None)


@pytest.mark.parametrize(
    ("off", "said"),
    [
        (timedelta(minutes=-11), "11 minutes slow"),
        (timedelta(hours=1), "60 minutes fast"),
    ],
)
def test_a_clock_that_is_far_off_stands_still_and_says_so(off: timedelta, said: str) -> None:
    with pytest.raises(StandsStill, match=rf"clock of .* is {said}. The IT administrator: set it right"):
        compare(NOW + off, NOW)


def test_in_a_live_tenant_nothing_goes_out_by_a_wrong_clock(door: Door) -> None:
    with open_workplace(door.settings, clock=lambda: NOW, say=lambda _: None, sleep=door.naps) as workplace:
        refuse_wrong_clock(workplace)
        tenant = door.settings.tenant.model_copy(update={"live": True})
        live = replace(workplace, settings=door.settings.model_copy(update={"tenant": tenant}))
        with pytest.raises(StandsStill, match="clock of the bot's machine"):
            refuse_wrong_clock(live)  # the answer is of the day it really is


def test_a_run_asks_for_nothing_more_once_it_has_lasted_too_long(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = time.monotonic()
    monkeypatch.setattr(graph.time, "monotonic", lambda: began + graph.WHOLE_RUN + 1)
    with pytest.raises(TenantUnavailable, match="lasted too long; what is left is done by the next"):
        door.graph.get("/me")
    assert timedelta(seconds=graph.WHOLE_RUN) < lease.HOLDS, "or another installation might begin meanwhile"
