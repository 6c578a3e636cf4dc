"""`audit-bot plan` as somebody types it: one day, from one day to another, or the week to come."""

from __future__ import annotations

import json
from datetime import date

import pytest
from tenant import Door

from bot.cli import main
from bot.exit_status import WRONG_CONFIGURATION

MONDAY = ["--json", "--today", "2026-03-02"]


@pytest.fixture
def typed(door: Door, monkeypatch: pytest.MonkeyPatch) -> Door:
    """Every profile is the small council's, which is shut on Friday 20 March."""
    settings = door.settings.model_copy(update={"closure_days": {date(2026, 3, 20): "Staff day"}})
    monkeypatch.setattr("bot.cli.at_workplace.load", lambda _path: settings)
    return door


def days(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    main(["plan", *MONDAY, *words])
    return [letter["on"] for letter in json.loads(capsys.readouterr().out)["letters"]]


def test_one_day_is_shown_or_it_and_so_many_working_days_after_it(
    typed: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    assert set(days(capsys)) == {"2026-03-02"}
    week = days(capsys, "--days", "5")
    assert week == days(capsys, "--to", "2026-03-09")
    assert len({*week}) > 1
    assert max(days(capsys, "--from", "2026-03-16", "--days", "5")) <= "2026-03-24", (
        "a closure day is no working day"
    )
    assert days(capsys, "--from", "2026-03-16", "--days", "5") == days(
        capsys, "--from", "2026-03-16", "--to", "2026-03-24"
    )


@pytest.mark.parametrize("words", [["--days", "5", "--to", "2026-03-09"], ["--days", "0"], ["--days", "251"]])
def test_two_last_days_and_no_day_at_all_are_refused_in_a_sentence(
    typed: Door, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", *MONDAY, *words]) == WRONG_CONFIGURATION
    assert "--days is a number from 1 to 250, and stands without --to." in capsys.readouterr().out
