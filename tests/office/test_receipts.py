"""Receipts: whoever sends a form hears that it came, what is still empty, and what comes next (§7)."""

from __future__ import annotations

import pytest
from forms import filled
from small_council import REF, Council
from tenant import Door, email


@pytest.fixture
def council(door: Door) -> Council:
    return Council(door)


def receipts(council: Council, name: str) -> list[str]:
    return [subject for subject in council.received(name) if "received, thank you" in subject]


def test_an_auditor_hears_once_that_their_form_came_and_nobody_else_does(council: Council) -> None:
    council.launched()
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    report = council.run("2026-03-16", "10:05", receipts=True)
    assert "receipt" not in report.letters
    council.run("2026-03-16", "10:15", receipts=True, whole=False)
    council.run("2026-03-17", receipts=True)
    (subject,) = receipts(council, "Ada Auditor")
    assert REF in subject
    assert not receipts(council, "Mo Moderator")
    (sent,) = [d for d in council.door.tenant.deliveries(html=True) if "received, thank you" in d["subject"]]
    assert "Inadequate" not in sent["html"] + sent["subject"]
    assert "the auditor&#39;s part" in sent["html"] or "the auditor's part" in sent["html"]


def arrived(council: Council, name: str) -> list[str]:
    return [
        subject for subject in council.received(name) if "it has arrived, and a person looks at it" in subject
    ]


def test_whoever_sends_a_form_that_is_held_hears_once_that_a_person_looks_at_it(council: Council) -> None:
    council.launched()
    council.arrives("Ada Auditor", filled(council.form(), grade=""))  # no grade
    council.run("2026-03-16", "10:05", receipts=True)
    council.run("2026-03-17", receipts=True)
    (subject,) = arrived(council, "Ada Auditor")
    assert REF in subject
    assert not receipts(council, "Ada Auditor")


def test_who_has_no_part_in_the_audit_is_not_told_which_it_is(council: Council) -> None:
    council.launched()
    council.ask("PATCH", "/lists/Audit allocations/1", {"Head of Service": email("Ori Otherservice")})
    council.arrives("Hal Service", filled(council.form(), grade="Good"))
    council.run("2026-03-16", "10:05", receipts=True)
    (subject,) = arrived(council, "Hal Service")
    assert "Your form: it has arrived" in subject


def test_nobody_whom_exchange_does_not_vouch_for_hears_anything(council: Council) -> None:
    council.launched()
    council.arrives(
        "Ada Auditor",
        filled(council.form(), grade=""),
        headers={"X-MS-Exchange-Organization-AuthAs": "Anonymous"},
    )
    council.arrives(
        "Ada Auditor", filled(council.form(), grade="Good"), headers={"Auto-Submitted": "auto-replied"}
    )
    report = council.run("2026-03-16", "10:05", receipts=True)
    assert report.questions == 2
    assert not arrived(council, "Ada Auditor")
    assert not receipts(council, "Ada Auditor")


def test_an_auditor_who_sends_their_audit_as_a_pdf_hears_that_a_person_looks_at_it(council: Council) -> None:
    council.launched()
    council.arrives("Ada Auditor", b"%PDF-1.7 x", f"{REF}.pdf")
    council.run("2026-03-16", "10:05", receipts=True)
    assert not receipts(council, "Ada Auditor")
    assert len(arrived(council, "Ada Auditor")) == 1


def test_something_that_is_no_form_gets_no_receipt(council: Council) -> None:
    council.launched()
    council.arrives("Hal Service", b"%PDF-1.7 x", "menu.pdf", subject="Lunch")
    council.run("2026-03-16", "10:05", receipts=True)
    assert not receipts(council, "Ada Auditor")
    assert not arrived(council, "Ada Auditor")


def test_a_council_that_wants_no_receipts_gets_none(council: Council) -> None:
    council.launched()
    council.arrives("Ada Auditor", filled(council.form(), grade="Good"))
    council.run("2026-03-16", "10:05")
    assert not receipts(council, "Ada Auditor")
    assert not arrived(council, "Ada Auditor")
