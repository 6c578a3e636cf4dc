"""`audit-bot health`: a monitor or a container asks how the bot is, and no sign-in is needed for the answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tenant import ROOT

from bot.cli import main
from bot.exit_status import DONE, NEEDS_A_PERSON, NOT_DONE
from bot.office.health import LARGEST, LONGEST_TEXT, Health, not_well, read_health, write_health


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


@given(
    written=st.integers(0, 3 * 24 * 60),
    look_minutes=st.integers(1, 120),
    later=st.lists(st.integers(0, 30 * 60), min_size=2, max_size=6),
)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_silent_bot_that_is_not_well_is_never_well_again_until_it_is_heard_of_by_night_neither(
    written: int, look_minutes: int, later: list[int]
) -> None:
    last = at("2026-03-27T00:00") + timedelta(minutes=written)  # the clocks change on the Sunday
    moments = [last + timedelta(minutes=n) for n in sorted(later)]
    said = [bool(not_well(Health(written=last.isoformat()), moment, look_minutes)) for moment in moments]
    assert said == sorted(said)


def test_a_bot_that_looks_and_does_no_daily_run_is_not_well(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where only one of its two timers was enabled."""
    profile, file = ROOT / "config/example_tenant.toml", tmp_path / "audit-bot-health.json"
    monkeypatch.setattr("bot.cli.health.heard_of", lambda _: (file, ""))
    monday, friday, saturday = at("2026-03-09T08:31"), at("2026-03-06T08:29"), at("2026-03-07T12:00")
    for moment, done, well in (
        (friday, "2026-03-05T07:31", True),
        (friday + timedelta(minutes=2), "2026-03-05T07:31", False),
        (saturday, "2026-03-05T07:31", False),
        (saturday, "2026-03-06T07:31", True),
        (monday - timedelta(minutes=2), "2026-03-06T07:31", True),
        (monday, "2026-03-06T07:31", False),
        (at("2026-12-29T12:00"), "2026-12-24T07:31", True),  # shut since Christmas
        (monday, "", False),
        (saturday, "", True),
    ):
        monkeypatch.setattr("bot.cli.health.now", lambda moment=moment: moment)
        good = at(done).isoformat() if done else ""
        write_health(file, Health(written=moment.isoformat(), last_good_run=good))
        assert main(["health", "--settings", str(profile)]) == (DONE if well else NOT_DONE), (moment, done)
        told = capsys.readouterr()
        assert well or "No daily run has done its work" in told.err


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


def test_of_a_health_file_only_what_a_run_could_have_written_is_believed(tmp_path: Path) -> None:
    """Whoever keeps the folder may have changed it, and the queue of many councils takes no such text."""
    file, good = tmp_path / "h.json", '"written": "2026-03-02T08:00:00+00:00", "waiting": 3'
    for odd in (
        r'"last_letter": "\u0000"', r'"what_is_wrong": "a\u0000b"', r'"remedy": "\ud800"', '"since": "yesterday"',
        '"last_look": "2026-03-02T08:00:00"', '"seals": {"1": NaN, "2": "abc"}', '"held": 1.5',
    ):  # fmt: skip
        file.write_text(f"{{{good}, {odd}}}", encoding="utf-8")
        found = read_health(file)
        assert (found.written, found.waiting, found.held) == ("2026-03-02T08:00:00+00:00", 3, 0), odd
        assert (found.last_letter, found.what_is_wrong, found.remedy, found.since, found.last_look) == (
            "",
        ) * 5
        assert dict(found.seals) == ({"2": "abc"} if "seals" in odd else {})
    file.write_text("[" * 30_000)
    assert read_health(file) == Health()


def test_a_health_file_larger_than_any_a_run_writes_is_passed_over_and_that_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, profile = tmp_path / "audit-bot-health.json", tmp_path / "live.toml"
    profile.write_text('ledger = "sqlite:///ledger.sqlite"\nnonsense\n')
    moment = datetime.now(UTC).isoformat()
    write_health(file, Health(written=moment, seals={"1": "x" * LARGEST}))
    found = read_health(file)
    assert (found.written, found.seals) == ("", {})
    assert main(["health", "--settings", str(profile)]) == NOT_DONE
    said = capsys.readouterr().err
    assert f"{file} is larger than any a run writes" in " ".join(said.split())
    assert "Whoever keeps the machine" in said
    write_health(file, Health(written=moment, what_is_wrong="é" * 100_000, remedy="é" * 100_000))
    assert read_health(file).what_is_wrong == "é" * LONGEST_TEXT, "no run writes one that is passed over"


def test_a_number_with_more_figures_than_any_of_a_runs_is_not_believed(tmp_path: Path) -> None:
    file = tmp_path / "h.json"
    file.write_text(
        f'{{"waiting": 1{"0" * 4000}, "held": 2, "seals": {{"1{"0" * 4500}": "abc", "12": "def"}}}}'
    )
    found = read_health(file)
    assert (found.waiting, found.held, dict(found.seals)) == (0, 2, {"12": "def"})
