"""The bot in sites of four time zones, in a tenant where everything that is ordinary in a large one happens."""

from __future__ import annotations

from pathlib import Path

import pytest
from forms import filled
from small_council import Council
from tenant import Door, Naps, settings_for, small_seed

import sandbox
from bot.daily_run.report import Report
from bot.office.graph import Graph
from bot.office.sign_in import signed_in
from sandbox.tenant.behaviours import LARGE_TENANT


def in_summer() -> dict[str, object]:
    """The small council with a cycle in the summer, when London is an hour before UTC."""
    seed = small_seed()
    for found in seed["lists"]:
        for row in found["items"]:
            for column, day in {"Month one": "2026-07-06", "Confirmed on": "2026-07-01"}.items():
                if column in row:
                    row[column] = day
            row.pop("KLOE meeting on", None)
    return seed


@pytest.fixture(params=["Europe/London", "UTC", "America/Los_Angeles", "Europe/Berlin"])
def zone(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def opened(tenant: sandbox.Running, folder: Path, moment: str) -> tuple[Council, Graph]:
    tenant.ask("POST", "/clock", {"now": moment})
    tenant.ask("POST", "/settings", {"latency_ms": 0})
    settings = settings_for(tenant, folder)
    account = signed_in(settings.tenant)
    graph = Graph(account.connection, account.protocol.service_url)
    return Council(Door(tenant, settings, graph, Naps(), folder)), graph


def told(report: Report) -> list[str]:
    return [f"{problem.where}: {problem.what}" for problem in report.problems]


def test_an_audit_comes_home_whatever_the_zone_of_the_site_in_winter(zone: str, tmp_path: Path) -> None:
    with sandbox.run(small_seed(), profile=LARGE_TENANT, site_zone=zone) as tenant:
        council, graph = opened(tenant, tmp_path, "2026-03-02T08:00:00+00:00")
        report = council.run("2026-03-02")
        assert told(report) == []
        assert council.row()["Audit sent on"] == "2026-03-02"  # a Monday
        assert council.row()["Audit due"] == "2026-03-20"  # a Friday
        assert council.run("2026-03-02", "09:00").rows == 0
        council.ask("POST", "/clock", {"now": "2026-03-16T10:00:00+00:00"})
        council.arrives("Ada Auditor", filled(council.form(), grade="Requires Improvement"))
        report = council.run("2026-03-16", "10:05", whole=False)
        assert report.letters["moderation requested"] == 1
        assert told(report) == []
        assert council.row()["Audit returned on"] == "2026-03-16"
        council.ask("POST", "/clock", {"now": "2026-03-17T07:00:00+00:00"})
        council.arrives(
            "Mo Moderator", filled(council.form(), grade="Requires Improvement", moderated="Good")
        )
        council.run("2026-03-17", whole=False)
        assert council.row()["Moderated on"] == "2026-03-17"
        again = council.run("2026-03-18")
        assert again.rows == 0
        assert not any("Somebody changed" in what for what in told(again))
        graph._connection.close()


def test_the_bots_own_days_are_its_own_whatever_the_zone_of_the_site_in_summer(
    zone: str, tmp_path: Path
) -> None:
    with sandbox.run(in_summer(), profile=LARGE_TENANT, site_zone=zone) as tenant:
        council, graph = opened(tenant, tmp_path, "2026-07-06T07:00:00+00:00")
        council.run("2026-07-06", "07:00")
        assert council.row()["Audit sent on"] == "2026-07-06"  # a Monday
        assert council.row()["Audit due"] == "2026-07-21"  # a Tuesday
        again = council.run("2026-07-07", "07:00")
        assert again.rows == 0
        assert not any("Somebody changed" in what for what in told(again))
        graph._connection.close()
