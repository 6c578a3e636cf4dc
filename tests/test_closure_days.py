"""How the council's closure days are written in a profile."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.daily_run.changed_files import in_force, settings_to_tell
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


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2026-12-29", "2062-12-29", "line 14: closure_days says 2062-12-29, which is hardly a year that is meant."),
        ("# start_on = 2026", "start_on = 2062", "line 21: start_on says 2062-03-02, which is hardly a year"),
        ("team_only = []", 'team_only = ["x@elsewhere.example"]',
         "line 20: team_only: x@elsewhere.example is outside the council, and letters go nowhere else."),
        ('["yourcouncil.example"]', '["yourcouncl.example"]',
         "line 8: recipient_domains lacks yourcouncil.example, so not even the Audit Team's own letters could go."),
        ('"[OFFICIAL-SENSITIVE]"', '"[OFFICIAL]\\nBcc: x@y"', "line 9: marking holds a sign nobody sees"),
        ("[tenant]\n", "", "line 38: “live” is not a setting here; it belongs below [tenant]."),
        ("[tenant]\n", '[files]\nrules = "rule.toml"\n[tenant]\n', "is not there (did you mean “rules.toml”"),
        ("[tenant]\n", '[files]\nrules = "c:\\\\rules.toml"\n[tenant]\n', "is not there (did you mean “rules.toml”"),
        ("receipts = true", "zzz = true", "line 24: “zzz” is not a setting; config/example_tenant.toml shows"),
    ],
)  # fmt: skip
def test_a_slip_in_the_settings_is_told_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = Path("config/example_tenant.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "rules.toml").write_text("", encoding="utf-8")
    path = tmp_path / "live.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        load(path)
    assert any(said in problem for problem in refused.value.problems), refused.value.problems


def test_settings_that_have_changed_are_told_sentence_by_sentence(tmp_path: Path) -> None:
    before = load(profile(tmp_path, ""))
    then = "\n".join(in_force(before))
    assert not [*settings_to_tell(before, "")], "at the first run nothing has changed"
    assert not [*settings_to_tell(before, then)]
    now = before.model_copy(update={"recipient_domains": ("yourcouncil.example", "elsewhere.example")})
    (told,) = settings_to_tell(now, then)
    assert "addresses in yourcouncil.example, elsewhere.example and no other" in told.what
