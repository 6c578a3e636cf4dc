"""A ledger is one council's: another finds it so, however the address is written, and a council that moves goes on."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from small_council import Council, digest
from tenant import Door

from bot.cli import main
from bot.daily_run.attended import attended
from bot.daily_run.own_ledger import refuse_anothers, whose
from bot.daily_run.trying.ledger_tried import ledger_tried
from bot.errors import SettingsError
from bot.exit_status import DONE, NOT_DONE, WRONG_CONFIGURATION
from bot.office.ledger import Ledger
from bot.programme.events import Event, EventKind
from bot.settings import Settings

MAILBOX = {"mailbox": "audit.south@wexcombe.example"}
SITE = {"site_host": "south.sharepoint.example", "site_path": "/sites/audit"}
FORMER = {"mailbox": "audit@former.example", "site": "former.sharepoint.example/sites/audit"}
MOVED_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def settings(door: Door) -> Settings:
    Council(door).launched()
    return door.settings.model_copy(update={"health_file": door.folder / "health.json"})


def entries(settings: Settings) -> int:
    with closing(Ledger(settings.ledger)) as ledger:
        return ledger.standing().last


def test_another_council_is_refused_before_it_writes_or_asks_anything(door: Door, settings: Settings) -> None:
    other, before, sent = (
        settings.model_copy(update=MAILBOX | SITE),
        entries(settings),
        len(door.tenant.deliveries()),
    )
    found = attended(
        other, clock=lambda: datetime(2026, 3, 3, 8, tzinfo=UTC), say=lambda _line: None, sleep=door.naps
    )
    assert (found.status, found.fault) == (WRONG_CONFIGURATION, "SettingsError")
    assert f"that of {settings.mailbox} and {settings.site_host}{settings.site_path}" in found.faults[0]
    assert "put “ledger” right" in found.faults[0]
    assert (entries(settings), len(door.tenant.deliveries())) == (before, sent)
    check = ledger_tried(other)
    assert check.configuration
    assert "The ledger is another council's" in check.problems[0]
    assert not ledger_tried(settings).problems


def test_a_foreign_ledger_is_looked_at_before_anything_is_laid_out_locked_or_written_in_it(
    door: Door, settings: Settings
) -> None:
    other, file = settings.model_copy(update=MAILBOX | SITE), Path(settings.ledger.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(file)) as theirs:
        theirs.execute("DROP TRIGGER event_no_delete")
        theirs.commit()
        before = [*theirs.iterdump()]
    with closing(Ledger(settings.ledger, looked_at=lambda _: None)), closing(sqlite3.connect(file)) as theirs:
        assert [*theirs.iterdump()] != before, "its own council lays out what is missing"
        theirs.execute("DROP TRIGGER event_no_delete")
        theirs.commit()
    attended(other, clock=lambda: datetime(2026, 3, 3, 8, tzinfo=UTC), say=lambda _: None, sleep=door.naps)
    assert ledger_tried(other).problems
    with closing(sqlite3.connect(file)) as theirs:
        assert [*theirs.iterdump()] == before


@pytest.mark.parametrize(
    "moved", [MAILBOX, SITE, {"mailbox": "AUDIT@wexcombe.example"}], ids=["mailbox", "site", "-"]
)
def test_a_council_that_changes_its_mailbox_or_its_site_goes_on_with_its_ledger(
    settings: Settings, moved: dict[str, str]
) -> None:
    with closing(Ledger(settings.ledger)) as ledger:
        refuse_anothers(ledger, settings.model_copy(update=moved))


def test_a_ledger_in_which_no_run_has_said_whose_it_is_is_whoever_comes_first(settings: Settings) -> None:
    new = settings.model_copy(update={"ledger": f"{settings.ledger}.new", **MAILBOX, **SITE})
    with closing(Ledger(new.ledger)) as ledger:
        refuse_anothers(ledger, new)


def test_the_second_of_the_two_changes_once_a_run_has_said_the_first(settings: Settings) -> None:
    first, both = (settings.model_copy(update=change) for change in (MAILBOX, MAILBOX | SITE))
    with closing(Ledger(settings.ledger)) as ledger:
        with pytest.raises(SettingsError, match="change one of them first"):
            refuse_anothers(ledger, both)
        moment = datetime(2026, 3, 3, 8, tzinfo=UTC)
        ledger.append([Event(moment, EventKind.RUN_STARTED, "the run between", "", whose(first))])
        refuse_anothers(ledger, both)


class Administrator:
    """At the command line of a council whose mailbox and site were both others until its last run, and are gone."""

    def __init__(self, settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
        self.settings, self._capsys = settings, capsys
        with closing(Ledger(settings.ledger)) as ledger:
            ledger.append([Event(MOVED_AT, EventKind.RUN_STARTED, "the last of the former", "", FORMER)])

    @property
    def ours(self) -> tuple[str, str]:
        return self.settings.mailbox, f"https://{self.settings.site_host.upper()}{self.settings.site_path}/"

    def says(self, *words: str, status: int) -> str:
        assert main(["ledger", "moved", *words]) == status
        said = self._capsys.readouterr()
        return " ".join((said.out + said.err).split())

    def names(self, *because: str, status: int = DONE) -> str:
        """Both pairs as they are."""
        return self.says("--from", *FORMER.values(), "--to", *self.ours, *because, status=status)

    def recorded(self) -> list[Event]:
        with closing(Ledger(self.settings.ledger)) as ledger:
            return ledger.of_kinds([EventKind.COUNCIL_MOVED])


@pytest.fixture
def administrator(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Administrator:
    monkeypatch.setattr("bot.cli.ledger.load", lambda _: settings)
    monkeypatch.setattr("bot.cli.ledger.moment_of", lambda _: lambda: MOVED_AT)
    return Administrator(settings, capsys)


def test_a_council_whose_mailbox_and_site_are_both_gone_goes_on_once_its_administrator_names_both_pairs(
    door: Door, administrator: Administrator
) -> None:
    def run() -> list[str]:
        found = attended(
            administrator.settings,
            clock=lambda: datetime(2026, 3, 3, 8, tzinfo=UTC),
            say=lambda _line: None,
            sleep=door.naps,
        )
        return found.faults

    sent = len(door.tenant.deliveries())
    assert "audit-bot ledger moved" in run()[0], "it says that there is a way, and does not go it"
    assert "Nothing was recorded" in administrator.names()
    assert not administrator.recorded()
    assert run(), "shown is not said"
    said = administrator.names("--because", "all of the county's councils are one since 1 April")
    assert FORMER["site"] in said
    (moved,) = administrator.recorded()
    assert (moved.data["former_mailbox"], moved.data["former_site"]) == (*FORMER.values(),)
    assert moved.data["because"] == "all of the county's councils are one since 1 April"
    assert not run()
    new = door.tenant.deliveries()[sent:]
    assert {reader for letter in new for reader in letter["to"]} == {administrator.settings.mailbox}, (
        "nothing again"
    )
    assert f"until now {FORMER['mailbox']} and {FORMER['site']}" in digest(Council(door)), (
        "the next digest tells it"
    )
    assert "nothing to confirm" in administrator.names("--because", "once more", status=WRONG_CONFIGURATION)


def test_whoever_names_another_pair_than_the_ledgers_or_the_profiles_is_refused_and_nothing_is_recorded(
    administrator: Administrator,
) -> None:
    wrong, why = ("audit@third.example", "third.sharepoint.example/sites/audit"), ("--because", "so")
    for words, told in (
        (("--from", *wrong, "--to", *administrator.ours), FORMER["mailbox"]),
        (("--from", *FORMER.values(), "--to", *wrong), administrator.settings.mailbox),
        (("--from", *administrator.ours, "--to", *FORMER.values()), FORMER["mailbox"]),
        (("--from", *FORMER.values()), "--to"),
        ((), "--from"),
    ):
        assert told in administrator.says(*words, *why, status=WRONG_CONFIGURATION)
    assert "a reason in words" in administrator.names("--because", " ", status=WRONG_CONFIGURATION)
    assert not administrator.recorded()


@pytest.mark.parametrize("change", ["entered anew", "gone"])
def test_a_list_that_was_entered_anew_is_no_council_that_moved(
    door: Door, administrator: Administrator, change: str
) -> None:
    council = Council(door)
    if change == "gone":
        council.ask("DELETE", "/lists/Audit allocations/1")
    else:
        council.ask("PATCH", "/lists/Audit allocations/1", {"Title": "FSP-2026-03-777"})
    said = administrator.names("--because", "so", status=NOT_DONE)
    assert "FSP-2026-03-001" in said
    assert "start_on" in said
    assert not administrator.recorded()


def test_a_council_that_did_not_move_has_nothing_to_confirm(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.cli.ledger.load", lambda _: settings)
    site = f"{settings.site_host}{settings.site_path}"
    asked = ["ledger", "moved", "--from", settings.mailbox, site, "--to", settings.mailbox, site]
    assert main(asked) == WRONG_CONFIGURATION
    assert "nothing to confirm" in capsys.readouterr().err
    assert main(["ledger", "verify", "--from", "a", "b"]) == WRONG_CONFIGURATION
    assert "belong to ledger moved" in capsys.readouterr().err
