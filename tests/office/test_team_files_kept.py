"""The set of the Audit Team's own files that is in force, as this machine keeps it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import NoReturn, cast

import pytest
from tenant import ROOT

from bot.daily_run.team_files.places import in_force, kept_here, with_set
from bot.errors import StandsStill
from bot.office.ledger import Ledger
from bot.office.library import KeptFile, Library
from bot.programme.events import Event, EventKind
from bot.settings import Files, Settings

LETTER = "mail_templates/07_audit_reminder.md"
SET = {
    LETTER: b"Subject: x\n\nOurs.\n",
    "config/closure_days.toml": b'[closure_days]\n2026-04-07 = "Staff day"\n',
}


class Told:
    """A ledger that tells of some sets in force."""

    def __init__(self, *codes: str) -> None:
        self._codes = codes

    def read(self) -> list[Event]:
        at = datetime(2026, 3, 2, tzinfo=UTC)
        return [Event(at, EventKind.TEAM_FILES_IN_FORCE, code, "", {"code": code}) for code in self._codes]


class NothingThere:
    """A library with no file in it."""

    def look(self, place: object) -> KeptFile | None:
        return None


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    files = Files(
        letters=ROOT / "mail_templates", reports=ROOT / "docx_templates", rules=ROOT / "config/rules.toml"
    )
    return Settings.model_construct(
        files=files,
        settings_library="Audit bot settings",
        health_file=tmp_path / "health.json",
        closure_days={},
    )


def used(settings: Settings, *codes: str) -> Settings:
    return in_force(settings, cast("Ledger", Told(*codes)), lambda: cast("Library", NothingThere()))


def unasked() -> NoReturn:
    raise AssertionError("the library was asked for what lies here")


def test_the_set_in_force_lies_over_the_files_of_this_machine(settings: Settings) -> None:
    code = kept_here(settings).put_set(SET)
    found = in_force(settings, cast("Ledger", Told(code)), unasked)
    assert (found.files.letters / "07_audit_reminder.md").read_bytes() == SET[LETTER]
    assert (found.files.letters / "07_audit_overdue.md").read_bytes() == (
        ROOT / "mail_templates/07_audit_overdue.md"
    ).read_bytes()
    assert found.files.rules == settings.files.rules
    assert found.closure_days == {date(2026, 4, 7): "Staff day"}


def test_without_such_a_set_the_files_of_this_machine_are_used(settings: Settings) -> None:
    assert used(settings) == settings


def test_a_ledger_that_was_lost_changes_no_rule(settings: Settings) -> None:
    used(settings, kept_here(settings).put_set(SET))
    assert (used(settings).files.letters / "07_audit_reminder.md").read_bytes() == SET[LETTER]


def test_a_set_that_was_altered_or_is_gone_is_never_used(settings: Settings) -> None:
    code = kept_here(settings).put_set(SET)
    (kept,) = kept_here(settings)._folder.glob("sets/*.zip")
    other = kept_here(settings).put_set({**SET, LETTER: b"Subject: y\n\nAnother's.\n"})
    kept.write_bytes(kept.with_name(f"{other}.zip").read_bytes())
    with pytest.raises(StandsStill, match="by others nothing is done"):
        used(settings, code)


def test_a_changed_file_of_this_machine_counts_where_the_set_has_none(
    settings: Settings, tmp_path: Path
) -> None:
    letters = tmp_path / "letters"
    letters.mkdir()
    (letters / "07_audit_overdue.md").write_text("one")
    own = settings.model_copy(update={"files": settings.files.model_copy(update={"letters": letters})})
    here = kept_here(own)
    first = with_set(own, SET, here).files.letters
    (letters / "07_audit_overdue.md").write_text("another")
    assert (with_set(own, SET, here).files.letters / "07_audit_overdue.md").read_text() == "another"
    here.forget_laid_out([with_set(own, SET, here).files.letters])
    assert not first.exists()
