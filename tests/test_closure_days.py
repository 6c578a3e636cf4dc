"""How the council's closure days are written in a profile."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import load

DAYS = [date(2026, 12, 29), date(2026, 12, 30)]


def profile(folder: Path, closure_days: str) -> Path:
    example = Path("config/example_tenant.toml").read_text(encoding="utf-8")
    lines = [line for line in example.splitlines() if not line.startswith("closure_days")]
    path = folder / "live.toml"
    path.write_text("\n".join([closure_days, *lines]), encoding="utf-8")
    return path


def test_closure_days_stand_under_the_name_people_know_them_by(tmp_path: Path) -> None:
    found = load(profile(tmp_path, 'closure_days = { "Christmas closure" = [2026-12-29, 2026-12-30] }'))
    assert found.closure_days == dict.fromkeys(DAYS, "Christmas closure")


def test_a_plain_list_of_closure_days_will_do(tmp_path: Path) -> None:
    assert load(profile(tmp_path, "closure_days = [2026-12-29, 2026-12-30]")).closure_days == dict.fromkeys(
        DAYS, ""
    )


@pytest.mark.parametrize("wrong", ['"Christmas"', '["Christmas"]', '{ "Christmas" = "2026" }'])
def test_closure_days_that_are_no_dates_are_told(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(SettingsError, match="closure_days"):
        load(profile(tmp_path, f"closure_days = {wrong}"))


def test_a_single_day_needs_no_brackets(tmp_path: Path) -> None:
    found = load(profile(tmp_path, 'closure_days = { "Staff day" = 2026-12-29 }')).closure_days
    assert found == {DAYS[0]: "Staff day"}


def test_a_day_in_quotation_marks_is_told_with_the_way_to_write_it(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="“Staff day” is not a day or a list of days; write days without"):
        load(profile(tmp_path, 'closure_days = { "Staff day" = "29 December" }'))
