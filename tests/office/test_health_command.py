"""`audit-bot health`: a monitor or a container asks how the bot is, and no sign-in is needed for the answer."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli import main
from bot.exit_status import DONE, NEEDS_A_PERSON, NOT_DONE
from bot.office.health import Health, not_well, write_health


def at(moment: str) -> datetime:
    return datetime.fromisoformat(f"{moment}:00").replace(tzinfo=UTC)


def heard(moment: str, status: int = DONE) -> Health:
    return Health(written=at(moment).isoformat(), status=status)


@pytest.mark.parametrize(
    ("last", "now", "well"),
    [
        ("2026-03-02T10:00", "2026-03-02T10:59", True),
        ("2026-03-02T10:00", "2026-03-02T11:01", False),  # it ought to have looked a dozen times
        ("2026-03-01T21:55", "2026-03-02T05:59", True),  # at night it sleeps
        ("2026-03-01T21:55", "2026-03-02T06:59", True),  # and has an hour to begin
        ("2026-03-01T21:55", "2026-03-02T07:01", False),
        ("2026-07-01T20:55", "2026-07-02T06:01", False),  # by London's clocks it is seven
    ],
)
def test_a_bot_that_is_silent_in_its_own_hours_is_not_well(last: str, now: str, well: bool) -> None:
    assert (not_well(heard(last), at(now)) == "") is well


def test_where_looks_are_rare_silence_lasts_longer() -> None:
    last, now = heard("2026-03-02T08:00"), at("2026-03-02T10:30")
    assert not_well(last, now)
    assert not not_well(last, now, look_minutes=120)


def test_a_run_that_asks_for_a_person_is_well_and_one_that_failed_is_not_by_its_own_words() -> None:
    now = at("2026-03-02T10:01")
    assert not not_well(heard("2026-03-02T10:00", NEEDS_A_PERSON), now)
    failed = Health(
        written=at("2026-03-02T10:00").isoformat(), status=NOT_DONE, since=at("2026-03-02T08:00").isoformat(),
        what_is_wrong="No letter can leave.", remedy="The IT administrator: look.",
    )  # fmt: skip
    assert (
        not_well(failed, now)
        == "Since Mon 2 Mar 2026, 08:00: No letter can leave. The IT administrator: look."
    )
    assert not_well(Health(), now)


def test_the_command_answers_by_its_status_also_where_the_profile_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    profile = tmp_path / "live.toml"
    profile.write_text('ledger = "sqlite:///ledger.sqlite"\nnonsense\n')
    assert main(["health", "--settings", str(profile)]) == NOT_DONE
    assert "No run has written down yet" in capsys.readouterr().err
    write_health(tmp_path / "audit-bot-health.json", Health(written=datetime.now(UTC).isoformat()))
    assert main(["health", "--settings", str(profile)]) == DONE
