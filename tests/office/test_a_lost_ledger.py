"""A ledger that was lost: nothing goes twice, nothing is emptied in the list, and people are reminded as before."""

from __future__ import annotations

from datetime import date

from forms import filled
from small_council import REF, Council
from tenant import Door

KEPT = ("Status", "Audit sent on", "Audit due", "Auditor's grade", "Moderation due")
OTHER = "FSP-2026-03-002"


def lost(council: Council) -> None:
    for file in council.door.folder.glob("ledger.sqlite*"):
        file.unlink()
    council.new = True


def test_after_the_loss_of_the_ledger_the_list_keeps_what_it_says_and_people_are_reminded_as_before(
    door: Door,
) -> None:
    council = Council(door)
    council.run("2026-03-02")
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    council.run("2026-03-03")
    before = [{word: council.row(ref)[word] for word in KEPT} for ref in (REF, OTHER)]
    sent = len(door.tenant.deliveries())
    lost(council)
    report = council.run("2026-03-03", "10:00", start_on=date(2026, 3, 2))
    assert report.letters == {}
    assert [{word: council.row(ref)[word] for word in KEPT} for ref in (REF, OTHER)] == before
    assert [d["subject"] for d in door.tenant.deliveries()[sent:] if "Audits on" not in d["subject"]] == []
    council.new = False
    council.run("2026-03-17", start_on=date(2026, 3, 2))
    assert any("Tue 17 Mar" in s or OTHER in s for s in council.received("Ada Auditor")[-1:]), "reminded"


def test_without_the_day_the_bot_began_an_audit_that_is_out_still_stands_as_out(door: Door) -> None:
    council = Council(door)
    council.run("2026-03-02")
    lost(council)
    council.run("2026-03-03")
    assert council.row()["Status"] == "With auditor"
    assert council.row()["Audit sent on"] == "2026-03-02"
