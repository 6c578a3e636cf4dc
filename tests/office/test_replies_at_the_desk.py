"""Buttons used in earnest: the link is taken from the letter in the reader's mailbox, the message goes by Exchange."""

from __future__ import annotations

import pytest
from forms import filled
from people_at_work import (
    HELD,
    Buttons,
    dated,
)
from tenant import Door


@pytest.fixture
def council(door: Door) -> Buttons:
    return Buttons(door)


def test_the_auditor_reports_the_meeting_from_the_letter_and_the_row_says_so(council: Buttons) -> None:
    council.moderated("Requires Improvement")
    subject, body = council.click("Ada Auditor", *HELD)
    council.says("Ada Auditor", subject, dated(body, "18/3/2026"))
    report = council.run("2026-03-19")
    assert report.held == []
    row = council.row()
    assert row["Status"] == "Being followed up"
    assert row["Next step"].endswith("Please enter “UoPP held on” Wed 18 Mar 2026 (told by Ada Auditor).")
    assert row.get("UoPP held on") is None, "the people's column is left to them"
    assert ("Audits taken in", "") in council.folders()
    assert any("Please enter “UoPP held on” Wed 18 Mar 2026" in p.what for p in report.problems)
    council.says("Ada Auditor", subject, dated(body, "18/3/2026"), on="2026-03-20")
    assert "uopp overdue, requires improvement" not in council.run("2026-03-20").letters


def test_somebody_elses_click_is_put_to_the_audit_team_and_changes_nothing(council: Buttons) -> None:
    council.moderated("Requires Improvement")
    subject, body = council.click("Ada Auditor", *HELD)
    council.says("Pru Practitioner", f"FW: {subject}", dated(body, "18/3/2026"))
    report = council.run("2026-03-19")
    assert council.row()["Status"] == "UoPP to be held"
    assert ("Please look at", "Sent by someone else") in council.folders()
    assert "letter" not in report.letters


def test_an_out_of_office_answer_that_quotes_the_subject_is_no_command(council: Buttons) -> None:
    council.moderated("Requires Improvement")
    subject, body = council.click("Ada Auditor", *HELD)
    council.says(
        "Ada Auditor", f"Automatic reply: {subject}", dated(body, "18/3/2026"),
        headers={"Auto-Submitted": "auto-replied"},
    )  # fmt: skip
    council.run("2026-03-19")
    assert council.row()["Status"] == "UoPP to be held"
    assert council.folders() == [("Automatic replies", "")]


def test_the_audit_teams_own_answer_to_such_a_message_is_no_command(council: Buttons) -> None:
    council.moderated("Requires Improvement")
    subject, body = council.click("Ada Auditor", *HELD)
    council.ask(
        "POST", "/messages",
        {"from": council.door.settings.mailbox, "to": [council.door.settings.mailbox], "subject": f"RE: {subject}",
         "html": f"<p>{dated(body, '18/3/2026')}</p>"},
    )  # fmt: skip
    council.run("2026-03-19")
    assert council.row()["Status"] == "UoPP to be held"
    assert council.folders() == [("Inbox", "")]


def test_a_form_that_comes_with_the_click_is_taken_in_as_every_form(council: Buttons) -> None:
    council.run("2026-03-02")
    council.run("2026-03-23")
    subject, body = council.click("Ada Auditor", "2 things for you", "I have sent it already")
    form = filled(council.form(), grade="Good")
    council.arrives("Ada Auditor", form, subject=subject, html=f"<p>{body}</p>")
    council.run("2026-03-24")
    assert council.row()["Auditor's grade"] == "Good"
    assert ("Please look at", "Said to be sent") in council.folders()


def test_the_list_confirmed_by_its_button_opens_the_gate(council: Buttons) -> None:
    for row in council.ask("GET", "/lists/Audit allocations")["rows"]:
        council.ask("PATCH", f"/lists/Audit allocations/{row['id']}", {"Confirmed on": None})
    council.run("2026-02-23")
    subject, body = council.click("Hal Service", "the audit list for you to confirm", "I confirm the list")
    assert "audit allocated" not in council.run("2026-03-02").letters
    council.says("Tia Manager", subject, body, on="2026-03-02")
    assert council.run("2026-03-02", "09:00").letters == {}
    council.says("Hal Service", subject, body, on="2026-03-02")
    report = council.run("2026-03-02", "10:00", whole=False)
    assert report.letters["audit allocated"] == 2
    assert council.row()["Status"] == "With auditor"
    again = council.run("2026-03-02", "11:00")
    assert again.letters == {}
    assert again.rows == 0


def test_whoever_interrupts_the_bot_after_it_read_a_command_loses_nothing(council: Buttons) -> None:
    """The message stays in the Inbox until what it says is in the ledger; read again, it is noted once."""
    council.moderated("Requires Improvement")
    subject, body = council.click("Ada Auditor", *HELD)
    council.says("Ada Auditor", subject, dated(body, "18/3/2026"))
    council.door.fault("unavailable", path="/move", times=50)
    council.run("2026-03-19")
    assert [folder for folder, _ in council.folders()] == ["Inbox"]
    council.ask("DELETE", "/faults")
    council.run("2026-03-20")
    assert [folder for folder, _ in council.folders()] == ["Audits taken in"]
    assert council.row()["Status"] == "Being followed up"
