"""A ledger is one council's: another finds it so, however the address is written, and a council that moves goes on."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime

import pytest
from small_council import Council
from tenant import Door

from bot.daily_run.attended import attended
from bot.daily_run.own_ledger import refuse_anothers, whose
from bot.daily_run.trying.ledger_tried import ledger_tried
from bot.errors import SettingsError
from bot.exit_status import WRONG_CONFIGURATION
from bot.office.ledger import Ledger
from bot.programme.events import Event, EventKind
from bot.settings import Settings

MAILBOX = {"mailbox": "audit.south@wexcombe.example"}
SITE = {"site_host": "south.sharepoint.example", "site_path": "/sites/audit"}


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
