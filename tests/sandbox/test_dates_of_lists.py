"""A date-only column holds midnight of the site's own zone; Graph tells it in UTC."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from asking import ROWS, Asking, fresh

import sandbox
from sandbox.tenant.zones import zone_named

COLUMN = "Confirmed_x0020_on"
ZONES = {
    "GMT Standard Time": ("2026-04-06T23:00:00Z", "2026-01-07T00:00:00Z"),
    "UTC": ("2026-04-07T00:00:00Z", "2026-01-07T00:00:00Z"),
    "Pacific Standard Time": ("2026-04-07T07:00:00Z", "2026-01-07T08:00:00Z"),
    "W. Europe Standard Time": ("2026-04-06T22:00:00Z", "2026-01-06T23:00:00Z"),
}


@pytest.fixture
def ask(running: sandbox.Running) -> Iterator[Asking]:
    found = fresh(running)
    yield found
    found.close()


def stored(ask: Asking) -> str:
    value: str = ask.get(f"{ROWS}/1?$expand=fields($select={COLUMN})")["fields"][COLUMN]
    return value


def seen(ask: Asking) -> Any:
    return ask.tenant.ask("GET", "/lists/Audit allocations")["rows"][0]["Confirmed on"]


@pytest.mark.parametrize("zone", ZONES)
def test_a_day_somebody_picks_is_midnight_of_the_sites_zone(ask: Asking, zone: str) -> None:
    ask.tenant.ask("POST", "/settings", {"site_zone": zone})
    for day, instant in zip(("2026-04-07", "2026-01-07"), ZONES[zone], strict=True):
        ask.tenant.ask("PATCH", "/lists/Audit allocations/1", {"Confirmed on": day})
        assert stored(ask) == instant
        assert seen(ask) == day


@pytest.mark.parametrize("zone", ZONES)
def test_a_posted_moment_is_cut_to_the_day_it_is_in_the_site(ask: Asking, zone: str) -> None:
    ask.tenant.ask("POST", "/settings", {"site_zone": zone})
    ask("PATCH", f"{ROWS}/1/fields", {COLUMN: "2026-04-07T10:00:00Z"})
    assert (stored(ask), seen(ask)) == (ZONES[zone][0], "2026-04-07")


def test_a_london_midnight_posted_to_a_pacific_site_is_the_day_before(ask: Asking) -> None:
    ask.tenant.ask("POST", "/settings", {"site_zone": "Pacific Standard Time"})
    for posted in ("2026-04-06T23:00:00Z", "2026-04-07", "2026-04-07T00:00:00"):
        ask("PATCH", f"{ROWS}/1/fields", {COLUMN: posted})
        assert seen(ask) == "2026-04-06"


def test_some_tenants_keep_the_time_or_ignore_the_zone(ask: Asking) -> None:
    ask.tenant.ask("POST", "/behaviours", {"date-only columns keep the time": True})
    ask("PATCH", f"{ROWS}/1/fields", {COLUMN: "2026-04-07T10:00:00Z"})
    assert (stored(ask), seen(ask)) == ("2026-04-07T10:00:00Z", "2026-04-07")
    changed = {"date-only columns keep the time": False, "posted time zone ignored": True}
    ask.tenant.ask("POST", "/behaviours", changed)
    ask.tenant.ask("POST", "/settings", {"site_zone": "Pacific Standard Time"})
    ask("PATCH", f"{ROWS}/1/fields", {COLUMN: "2026-04-07T00:30:00+01:00"})
    assert (stored(ask), seen(ask)) == ("2026-04-07T07:00:00Z", "2026-04-07")


def test_the_answer_that_makes_a_row_may_show_another_moment_than_a_later_look(ask: Asking) -> None:
    ask.tenant.ask("POST", "/behaviours", {"POST answers another date": True})
    made = ask("POST", ROWS, {"fields": {"Title": "New", COLUMN: "2026-04-07T10:00:00Z"}}).json()
    later = ask.get(f"{ROWS}/{made['id']}/fields")
    assert (made["fields"][COLUMN], later[COLUMN]) == ("2026-04-07T00:00:00Z", "2026-04-06T23:00:00Z")


def test_a_site_of_which_the_seed_says_nothing_is_on_pacific_time() -> None:
    from tenant import small_seed

    from sandbox.tenant.seeding import tenant_from

    assert tenant_from(small_seed() | {"site": {}}).site_zone == zone_named("Pacific Standard Time")
    assert tenant_from(small_seed(), site_zone="Europe/Berlin").site_zone.key == "Europe/Berlin"


def test_a_zone_there_is_not_is_refused_with_a_sentence() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        zone_named("Wexcombe Time")
