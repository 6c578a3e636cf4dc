"""Before anything is done the ledger is held against its chain, and against what the health file knows of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from ledgers import dropped, event
from small_council import Council, digest
from tenant import Door

from bot.daily_run.attended import Attended, attended
from bot.exit_status import NOT_DONE
from bot.office.ledger import Ledger


class Machine(Council):
    """The small council, whose bot writes a health file."""

    def attend(self, day: str, hour: str = "08:00", *, whole: bool = True) -> Attended:
        self.ask("POST", "/clock", {"now": f"{day}T{hour}:00+00:00"})
        moment = datetime.fromisoformat(f"{day}T{hour}:00").replace(tzinfo=UTC)
        settings = self.door.settings.model_copy(update={"health_file": self.door.folder / "health.json"})
        self._ran_every_day(moment)
        return attended(settings, clock=lambda: moment, say=lambda _: None, whole=whole, sleep=self.door.naps)

    def sent(self) -> list[str]:
        return [d["subject"] for d in self.door.tenant.deliveries()]

    def copy(self) -> dict[str, bytes]:
        return {file.name: file.read_bytes() for file in self.door.folder.glob("ledger.sqlite*")}

    def put_back(self, copy: dict[str, bytes]) -> None:
        for file in self.door.folder.glob("ledger.sqlite*"):
            file.unlink()
        for name, data in copy.items():
            (self.door.folder / name).write_bytes(data)

    @property
    def seals(self) -> dict[str, str]:
        found: dict[str, str] = json.loads((self.door.folder / "health.json").read_text())["seals"]
        return found


@pytest.fixture
def machine(door: Door) -> Machine:
    found = Machine(door)
    found.attend("2026-03-02")
    return found


def test_a_ledger_somebody_has_edited_stops_every_run_and_is_told_on_every_road(machine: Machine) -> None:
    dropped(machine.door.settings.ledger, 'UPDATE event SET data = \'{"grade":"Good"}\' WHERE seq = 7')
    sent = machine.sent()
    for hour, whole in (("12:10", False), ("12:20", True)):
        found = machine.attend("2026-03-02", hour, whole=whole)
        assert found.status == NOT_DONE
        assert "somebody has changed the ledger. The contents of entry 7" in found.health.what_is_wrong
        assert "audit-bot ledger verify" in found.health.remedy
    told = [s for s in machine.sent()[len(sent) :] if "Audits on" not in s and "stands still" not in s]
    assert told == [], "only the Audit Team hears of it"
    assert "somebody has changed the ledger" in digest(machine, "stands still")


def test_a_ledger_that_was_written_anew_as_a_whole_is_known_by_the_seal_in_the_health_file(
    machine: Machine,
) -> None:
    (number,) = machine.seals
    url = machine.door.settings.ledger
    machine.put_back({})
    forged = Ledger(url)
    forged.append([event(f"forged {n}") for n in range(int(number) + 9)])
    assert forged.verified().fault == ""
    forged.close()
    found = machine.attend("2026-03-02", "12:10")
    assert found.status == NOT_DONE
    assert f"the ledger was rewritten: entry {number} is not the one" in found.health.what_is_wrong


@pytest.mark.parametrize("lost", [False, True], ids=["an older copy", "lost"])
def test_a_ledger_that_ends_early_is_completed_and_told_once_and_does_not_stop_the_bot(
    door: Door, lost: bool
) -> None:
    machine = Machine(door)
    machine._ran_every_day(datetime(2026, 3, 2, 7, tzinfo=UTC))
    early = {} if lost else machine.copy()
    machine.attend("2026-03-02")
    sent = machine.sent()
    machine.put_back(early)
    machine.new = lost
    assert machine.attend("2026-03-03").status < NOT_DONE
    told = digest(machine)
    assert "If not, somebody has cut off its end" in told
    assert ("It is new" if lost else "It ends at entry") in told
    assert [s for s in machine.sent()[len(sent) :] if "Audits on" not in s] == [], "nothing again"
    machine.new = True
    assert machine.attend("2026-03-04").status < NOT_DONE
    assert "cut off its end" not in digest(machine)


def test_the_end_cut_off_is_noticed_also_when_the_run_after_it_was_killed(machine: Machine) -> None:
    (number,) = machine.seals
    cut = f"seq > {int(number) - 3}"
    dropped(machine.door.settings.ledger, f"DELETE FROM event WHERE {cut}", f"DELETE FROM chain WHERE {cut}")
    health = machine.door.folder / "health.json"
    before = health.read_bytes()
    machine.attend("2026-03-03")
    health.write_bytes(before)  # as a run leaves it that was killed at its end
    assert machine.attend("2026-03-03", "12:10").status < NOT_DONE, (
        "what it recorded first says what happened"
    )


def test_the_health_file_keeps_the_last_seal_of_each_day_and_only_its_owner_reads_it(
    machine: Machine,
) -> None:
    (first,) = machine.seals
    machine.attend("2026-03-02", "12:10", whole=False)
    (last,) = machine.seals
    assert int(last) > int(first)
    machine.attend("2026-03-03")
    ledger = Ledger(machine.door.settings.ledger)
    chain = ledger.verified(map(int, machine.seals))
    ledger.close()
    assert chain.seals == {int(n): seal for n, seal in machine.seals.items()}
    assert [*machine.seals] == [last, str(chain.last)]
    assert (machine.door.folder / "health.json").stat().st_mode & 0o777 == 0o600
