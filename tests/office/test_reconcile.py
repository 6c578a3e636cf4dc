"""Ledger, list, mailbox and library beside each other: what differs is named, and the ledger is completed from them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from forms import filled
from small_council import REF, TAKEN, TO_THE_TEAM, Council, digest, letters
from tenant import Door, settings_for

from bot.cli.at_workplace import moment_of_a_run
from bot.daily_run.look import compared
from bot.daily_run.run import Run
from bot.daily_run.workplace import open_workplace
from bot.errors import SettingsError
from bot.programme.vocabulary import Problem


@pytest.fixture
def council(door: Door) -> Council:
    """An audit that came back on Tue 3 March."""
    found = Council(door)
    returned(found, "Good")
    return found


def returned(council: Council, grade: str) -> None:
    def play() -> None:
        council.run("2026-03-02")
        council.arrives("Ada Auditor", filled(council.form(), grade=grade))
        council.run("2026-03-03")

    council.once(f"{grade} returned on 3 March", play)


def reconciled(council: Council, *, preview: bool = False, day: str = "2026-03-03") -> list[Problem]:
    council.ask("POST", "/clock", {"now": f"{day}T12:00:00+00:00"})
    moment = datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC)
    with open_workplace(
        council.door.settings, clock=lambda: moment, say=lambda _: None, locked=True, sleep=council.door.naps
    ) as workplace:
        return compared(workplace) if preview else Run(workplace).reconcile()


def lost(council: Council) -> None:
    for file in council.door.folder.glob("ledger.sqlite*"):
        file.unlink()
    council.new = True


def said(problems: list[Problem]) -> str:
    return "\n".join(f"{p.where}: {p.what}" for p in problems)


def test_where_all_tell_the_same_there_is_no_difference(council: Council) -> None:
    assert reconciled(council, preview=True) == []
    assert reconciled(council) == []


def test_a_preview_names_what_a_lost_ledger_lacks_and_writes_nothing(council: Council) -> None:
    lost(council)
    before = council.row(), council.inbox()
    found = said(reconciled(council, preview=True))
    assert "The ledger knows nothing of" in found
    assert "lies in the document library, and the ledger knows nothing of it" in found
    assert "does not explain what stands in" in found
    assert (council.row(), council.inbox()) == before
    assert said(reconciled(council, preview=True)) == found


def test_it_completes_the_ledger_and_sends_nothing(council: Council) -> None:
    before, sent = council.row(), len(council.door.tenant.deliveries())
    lost(council)
    assert said(reconciled(council)) == ""
    assert {**council.row(), "etag": ""} == {**before, "etag": ""}
    assert len(council.door.tenant.deliveries()) == sent
    assert reconciled(council, preview=True) == []


@pytest.mark.parametrize("grade", ["Inadequate", "Good"])
def test_a_filed_form_whose_message_is_gone_is_read_back_after_a_loss_and_an_inadequate_is_told_at_once(
    door: Door, grade: str
) -> None:
    council = Council(door)
    returned(council, grade)
    box = council.door.settings.mailbox
    came = next(m for m in council.ask("GET", f"/mailboxes/{box}")["messages"] if m["folder"] == TAKEN)
    council.door.graph.delete(f"/users/{box}/messages/{came['id']}")
    lost(council)
    row, five = council.row(), len(council.received("Pru Practitioner"))
    council.run("2026-03-03", "12:00")
    urgent = 1 if grade == "Inadequate" else 0
    assert [TO_THE_TEAM in letter for letter in letters(council)].count(True) == urgent
    council.run("2026-03-04")
    assert [TO_THE_TEAM in letter for letter in letters(council)].count(True) == urgent, "once"
    assert ("it says Inadequate" in digest(council)) == bool(urgent), (
        "and asked about until somebody has said"
    )
    assert council.row()["Auditor's grade"] == row["Auditor's grade"], "it counts by nobody's guess"
    assert len(council.received("Pru Practitioner")) == five


def test_each_difference_is_named_in_plain_words(council: Council) -> None:
    box = council.door.settings.mailbox
    for folder in ("Sent Items", "Deleted Items"):
        copies = council.ask("GET", f"/mailboxes/{box}")["messages"]
        copy = next(m for m in copies if m["folder"] == folder and REF in m["subject"])
        council.door.graph.delete(f"/users/{box}/messages/{copy['id']}")
    council.ask("PATCH", "/lists/Audit allocations/1", {"Auditor's grade": "Outstanding"})
    council.ask(
        "PATCH", "/lists/Audit allocations/2", {"Document link": "https://wexcombe.example/elsewhere"}
    )
    found = said(reconciled(council, preview=True))
    assert f"{REF}: It went to" in found
    assert "no copy is in the mailbox" in found
    assert "Somebody changed the bot's column “auditors grade” to “Outstanding”" in found
    assert "does not explain what stands in “Document link”" in found


def test_after_a_standstill_all_is_compared_before_the_first_letter(council: Council) -> None:
    council.ask("PATCH", "/lists/Audit allocations/1", {"Auditor's grade": "Outstanding"})
    council.stood_still = True
    report = council.run("2026-03-17")
    assert any("“Outstanding”" in p.what for p in report.problems)
    assert "“Outstanding”" in digest(council)


def test_a_day_other_than_today_is_refused_in_a_live_tenant(door: Door) -> None:
    live = settings_for(door.tenant, door.folder)
    live = live.model_copy(update={"tenant": live.tenant.model_copy(update={"live": True})})
    with pytest.raises(SettingsError, match="in a live tenant letters go by today's date"):
        moment_of_a_run("2026-03-02", live)
    assert moment_of_a_run("2026-03-02", door.settings)() > datetime(2026, 3, 2, tzinfo=UTC)
