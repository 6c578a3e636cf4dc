"""Two machines with a ledger of their own: while one is at work the other stands still, and says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from small_council import LAUNCH, Council
from tenant import Door, settings_for, small_seed

import sandbox
from bot.daily_run.rebuilt import lease_of
from bot.daily_run.report import Report
from bot.daily_run.run import Run
from bot.daily_run.trouble import trouble
from bot.daily_run.workplace import open_workplace
from bot.errors import StandsStill
from bot.office.lease import Lease

MORNING = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture
def machines(door: Door, tmp_path: Path) -> Iterator[list[Door]]:
    """Two machines for one site, which has the list “Audit bot”."""
    seed = small_seed()
    columns = [{"name": name, "type": "text"} for name in ("Title", "What is wrong")]
    seed["lists"].append({"name": "Audit bot", "columns": columns, "items": []})
    with sandbox.run(seed) as tenant:
        folders = [tmp_path / name for name in ("one", "other")]
        for folder in folders:
            folder.mkdir()
        yield [Door(tenant, settings_for(tenant, f), door.graph, door.naps, f) for f in folders]


def run(door: Door, moment: datetime = MORNING, say: Any = lambda _: None) -> Report:
    door.tenant.ask("POST", "/clock", {"now": moment.isoformat()})
    with open_workplace(
        door.settings, clock=lambda: moment, say=say, locked=True, sleep=door.naps
    ) as workplace:
        return Run(workplace).perform()


def rows_deleted(door: Door) -> None:
    """A person deletes whatever stands in the list."""
    rows = door.tenant.ask("GET", "/lists/Audit bot")["rows"]
    with open_workplace(door.settings, clock=lambda: MORNING, say=lambda _: None) as workplace:
        for row in rows:
            workplace.graph.delete(f"{workplace.lists.site}/lists/Audit%20bot/items/{row['id']}")


def at_work(door: Door) -> list[str]:
    return [row["Title"] for row in door.tenant.ask("GET", "/lists/Audit bot")["rows"]]


def test_while_one_machine_sends_another_stands_still_and_goes_on_when_it_is_done(
    machines: list[Door],
) -> None:
    one, other = machines
    stood: list[StandsStill] = []

    def meanwhile(doing: str) -> None:
        if doing.startswith("Sending") and not stood:
            with pytest.raises(StandsStill, match="Another installation") as fault:
                run(other)
            stood.append(fault.value)

    Council(one)
    assert run(one, say=meanwhile).letters == LAUNCH
    assert stood
    assert "find the other machine and stop one" in trouble(stood[0]).remedy
    assert at_work(one) == []
    sent = len(one.tenant.deliveries())
    assert run(other, MORNING.replace(minute=20)).letters == {}
    assert len(one.tenant.deliveries()) == sent, "not even the digest again"


def test_the_row_of_a_killed_run_keeps_out_others_for_an_hour_and_never_its_own_machine(
    machines: list[Door], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = machines
    with monkeypatch.context() as killed:
        killed.setattr(Lease, "give_back", lambda _: None)
        run(one)
    assert len(at_work(one)) == 1
    with pytest.raises(StandsStill):
        run(other, MORNING.replace(minute=59))
    run(other, MORNING.replace(hour=9, minute=1))
    run(one, MORNING.replace(hour=9, minute=2))
    assert at_work(one) == []


@pytest.mark.parametrize("copied", [False, True], ids=["the same ledger", "a copy of it that runs elsewhere"])
def test_a_restarted_container_knows_its_row_by_its_ledger_and_a_copy_of_the_ledger_elsewhere_does_not(
    machines: list[Door], monkeypatch: pytest.MonkeyPatch, copied: bool
) -> None:
    one, other = machines
    if copied:  # made before the run that was killed
        run(one, MORNING.replace(hour=7))
        for file in one.folder.glob("ledger.sqlite*"):
            (other.folder / file.name).write_bytes(file.read_bytes())
    with monkeypatch.context() as killed:
        killed.setattr(Lease, "give_back", lambda _: None)
        run(one)
    monkeypatch.setattr("socket.gethostname", lambda: "f3a9c1d2e4b5")
    if copied:
        with pytest.raises(StandsStill):
            run(other, MORNING.replace(minute=20))
    else:
        run(one, MORNING.replace(minute=20))
        assert at_work(one) == []


def at_the_first_letters(act: Any) -> Any:
    """What somebody does to the rows right before the first letters leave."""
    done: list[bool] = []

    def say(doing: str) -> None:
        if doing.startswith("Sending") and not done:
            done.append(True)
            act()

    return say


def test_a_run_whose_row_is_gone_sends_no_further_letter(machines: list[Door]) -> None:
    one, _ = machines

    Council(one)
    with pytest.raises(StandsStill, match="has taken over, or somebody has deleted the row"):
        run(one, say=at_the_first_letters(lambda: rows_deleted(one)))
    assert one.tenant.deliveries() == []
    assert run(one, MORNING.replace(minute=20)).letters == LAUNCH, "the next run sends them, once each"


def test_a_run_that_slept_for_an_hour_while_another_machine_began_sends_nothing_when_it_wakes(
    machines: list[Door],
) -> None:
    one, other = machines
    moment = [MORNING]

    def slept() -> None:
        moment[0] = MORNING.replace(hour=9, minute=1)
        with open_workplace(other.settings, clock=lambda: moment[0], say=lambda _: None) as workplace:
            lease_of(workplace).take()

    Council(one)
    one.tenant.ask("POST", "/clock", {"now": MORNING.isoformat()})
    with (
        open_workplace(
            one.settings,
            clock=lambda: moment[0],
            say=at_the_first_letters(slept),
            locked=True,
            sleep=one.naps,
        ) as workplace,
        pytest.raises(StandsStill, match="has taken over"),
    ):
        Run(workplace).perform()
    assert one.tenant.deliveries() == []


def test_a_long_run_says_anew_that_it_is_at_work_before_each_portion(machines: list[Door]) -> None:
    one, other = machines
    moment = [MORNING]
    seen: list[str] = []

    def later(doing: str) -> None:
        moment[0] += timedelta(minutes=50)
        seen.extend(row[len("Audit bot at work ") :][:16] for row in at_work(one))

    Council(one)
    one.tenant.ask("POST", "/clock", {"now": MORNING.isoformat()})
    with open_workplace(
        one.settings, clock=lambda: moment[0], say=later, locked=True, sleep=one.naps
    ) as workplace:
        Run(workplace).perform()
    assert len(set(seen)) > 1
    assert at_work(one) == []
    run(other, moment[0])


def test_a_row_that_is_no_runs_is_told_once_and_keeps_nobody_from_their_work(machines: list[Door]) -> None:
    one, _ = machines
    title = "Audit bot at work 2026-02-30T00:00:00+00:00 0123456789ab"
    Council(one)
    with open_workplace(one.settings, clock=lambda: MORNING, say=lambda _: None) as workplace:
        workplace.graph.post(f"{workplace.lists.site}/lists/Audit%20bot/items", {"fields": {"Title": title}})
    assert run(one).letters == LAUNCH
    assert run(one, MORNING.replace(day=3)).letters == {}
    assert at_work(one) == [title], "it is somebody's, and stays"
    told = [d for d in one.tenant.deliveries(html=True) if "is the row of no run" in str(d)]
    assert len(told) == 1
