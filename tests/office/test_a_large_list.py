"""A long list costs no more requests than a short one: a constant, and one for each page of a thousand rows."""

from __future__ import annotations

from pathlib import Path

from small_council import Council
from tenant import Door, Naps, settings_for, small_seed

import sandbox
from bot.office.graph import Graph
from bot.office.sign_in import signed_in


def requests_of_a_quiet_day(audits: int, folder: Path) -> int:
    """HTTP requests of a daily run in which nothing is due, on Tuesday 13 January 2026, long before month one."""
    folder.mkdir()
    seed = small_seed(audits)
    for row in next(each for each in seed["lists"] if each["name"] == "Audit allocations")["items"]:
        del row["Confirmed on"]
    with sandbox.run(seed) as tenant:
        settings = settings_for(tenant, folder)
        account = signed_in(settings.tenant)
        graph = Graph(account.connection, account.protocol.service_url)
        council = Council(Door(tenant, settings, graph, Naps(), folder))
        tenant.ask("POST", "/clock", {"now": "2026-01-12T08:00:00+00:00"})
        council.run("2026-01-12")
        tenant.ask("POST", "/clock", {"now": "2026-01-13T08:00:00+00:00"})
        tenant.ask("POST", "/counters")
        report = council.run("2026-01-13")
        assert (dict(report.letters), report.rows) == ({}, 0)
        account.connection.close()
        return int(tenant.ask("GET", "/counters")["http"])


def test_a_quiet_day_costs_as_many_requests_for_sixty_audits_as_for_two(tmp_path: Path) -> None:
    assert requests_of_a_quiet_day(60, tmp_path / "60") == requests_of_a_quiet_day(2, tmp_path / "2")
