"""The record of a UoPP meeting, the six-week check, and who else a form names: read, offered, filed (§9, §10, §13)."""

from __future__ import annotations

import base64
import io
import zipfile
from typing import Any

import pytest
from forms import filled
from people_at_work import (
    SECRET,
    blank,
    once_moderated,
    record,
)
from small_council import REF, Council, kept
from tenant import ROOT, Door, email


def digest(council: Council, day: str) -> str:
    council.run(day)
    return str(
        [d for d in council.door.tenant.deliveries(html=True) if "Audits on" in d["subject"]][-1]["html"]
    )


def library(council: Council) -> str:
    return str(council.ask("GET", "/library"))


def test_a_uopp_record_from_the_auditor_counts_and_is_offered_for_the_list(door: Door) -> None:
    council = once_moderated(door)
    record(council, uopp_reconsidered="Yes", grade_uopp="Good")
    assert kept(council) == []
    assert not council.row().get("UoPP held on"), "the people's columns are theirs"
    told = digest(council, "2026-03-11")
    assert "“UoPP held on” Mon 9 Mar 2026" in told
    assert "“Grade after UoPP” Good" in told
    assert "in the record of the UoPP meeting they sent" in told


def test_what_was_said_at_a_uopp_meeting_is_in_its_file_and_nowhere_else(door: Door) -> None:
    council = once_moderated(door)
    record(council)
    digest(council, "2026-03-11")
    assert SECRET.encode() not in b"".join(p.read_bytes() for p in door.folder.glob("ledger.sqlite*"))
    sent = [d for d in door.tenant.deliveries(html=True) if d["sender"] == door.settings.mailbox]
    assert not [d["subject"] for d in sent if SECRET in d["html"] or "grandparents" in d["html"]]


def test_after_an_inadequate_the_auditors_record_is_put_to_a_person_with_what_it_says(door: Door) -> None:
    council = once_moderated(door, "Inadequate")
    record(council, on="2026-03-06")
    assert kept(council) == [("Please look at", ["Sent by someone else"])]
    told = digest(council, "2026-03-11")
    assert "it counts at once only from Tia Manager" in told, "the Audit Manager leads that meeting"
    assert "“UoPP held on” Fri 6 Mar 2026" in told
    assert SECRET not in told


def test_after_an_inadequate_the_audit_managers_record_counts(door: Door) -> None:
    council = once_moderated(door, "Inadequate")
    record(council, "Tia Manager", on="2026-03-06")
    assert kept(council) == []
    assert "“UoPP held on” Fri 6 Mar 2026" in digest(council, "2026-03-11")


ODD: dict[str, tuple[dict[str, str], str]] = {
    "no date": ({"on": ""}, "no date can be read under “Held on”"),
    "a day to come": ({"on": "2026-04-02"}, "that day is still to come"),
    "before moderation": ({"on": "2026-03-02"}, "is before"),
    "a grade that was reconsidered and not chosen": ({"uopp_reconsidered": "Yes"}, "none is chosen under"),
}


@pytest.mark.parametrize("what", ODD)
def test_a_record_that_cannot_be_read_is_held_with_its_reason(door: Door, what: str) -> None:
    answers, why = ODD[what]
    council = once_moderated(door)
    record(council, **answers)
    assert kept(council) == [("Please look at", ["A record to enter"])]
    told = digest(council, "2026-03-11")
    assert why in told
    assert SECRET not in told


def checked(council: Council, sender: str, **answers: str) -> None:
    """The six-week check, mailed back on Tue 21 April as it went out."""
    usual = {"a_date": "2026-04-20", "drift": "No", "grade_six_weeks": "Good", "progress": SECRET, **answers}
    form = filled(blank(council, council.door.settings.mailbox, "six-week check"), grade="", **usual)
    council.ask("POST", "/clock", {"now": "2026-04-21T08:00:00+00:00"})
    address = {} if "@" not in sender else {"from": sender}
    council.arrives("Tia Manager" if address else sender, form, f"{REF} six-week check.docx", **address)
    council.run("2026-04-21", "09:00", whole=False)


def until_the_check(door: Door) -> Council:
    council = Council(door)
    door.played("until the check", lambda: _until_the_check(door))
    return council


def _until_the_check(door: Door) -> None:
    council = once_moderated(door)
    record(council)
    for day in ("2026-04-13", "2026-04-20"):
        council.run(day)


def words(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read("word/document.xml").decode()


def test_the_six_week_form_carries_the_audits_and_the_meetings_actions_and_the_audit_teams_name(
    door: Door,
) -> None:
    council = until_the_check(door)
    form = words(blank(council, door.settings.mailbox, "six-week check"))
    assert "Revisit the genogram with the family" in form
    assert "See the grandparents" in form
    assert door.settings.audit_team.name in form
    assert "Ada Auditor" not in form


@pytest.mark.parametrize("sender", ["Tia Manager", "audit.team@wexcombe.example"])
def test_a_six_week_check_from_the_audit_team_is_offered_for_the_list(door: Door, sender: str) -> None:
    council = until_the_check(door)
    checked(council, sender)
    assert kept(council) == []
    told = digest(council, "2026-04-22")
    for entry in ("“Six-week check on” Mon 20 Apr 2026", "“Drift” No", "“Grade at six weeks” Good"):
        assert entry in told
    assert SECRET not in told


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({"grade_six_weeks": ""}, "no grade is chosen"),
        ({"drift": "a little"}, "not answered with Yes or No"),
        ({"sender": "Ada Auditor"}, "counts at once only from"),
    ],
)
def test_a_six_week_check_that_does_not_count_is_held_with_its_reason(
    door: Door, answers: dict[str, str], why: str
) -> None:
    council = until_the_check(door)
    checked(council, **{"sender": "Tia Manager", **answers})
    assert [folder for folder, _ in kept(council)] == ["Please look at"]
    assert why in digest(council, "2026-04-22")


def named(door: Door, **form: str) -> str:
    council = Council(door)
    council.run("2026-03-02")
    council.arrives("Ada Auditor", filled(council.form(), grade="Good", **form))
    council.run("2026-03-03", "09:00", whole=False)
    told = digest(council, "2026-03-04")
    assert "The form " not in digest(council, "2026-03-05"), "told once"
    return told


def test_a_chair_and_services_the_form_names_are_offered_for_the_list_once(door: Door) -> None:
    told = named(door, iro_cp_involved="Yes", iro_cp_name="Hal Service", svc_yjs="x", svc_edge="x")
    assert "there is an IRO or CP Chair (Hal Service)" in told
    assert "Please enter “Youth Justice” and “Edge of Care” under “Services involved”" in told


def test_of_a_chairs_box_only_a_name_the_lists_know_is_repeated(door: Door) -> None:
    told = named(door, iro_cp_involved="Yes", iro_cp_name=SECRET)
    assert "Please enter them under “IRO or CP Chair”" in told
    assert SECRET not in told


def test_where_nobody_is_named_in_the_form_nothing_is_asked(door: Door) -> None:
    assert "The form " not in named(door, iro_cp_involved="No", svc_none="x")


def test_what_stands_in_the_list_is_not_asked_for_again(door: Door) -> None:
    row = Council(door).row()
    change: dict[str, Any] = {
        "Services involved": "Youth Justice Service",
        "IRO or CP Chair": email("Hal Service"),
    }
    door.tenant.ask("PATCH", f"/lists/Audit allocations/{row['id']}", change)
    assert "The form " not in named(door, iro_cp_involved="Yes", iro_cp_name="Hal Service", svc_yjs="x")


def test_two_different_records_of_one_meeting_in_a_mail_are_held_with_both_readings(door: Door) -> None:
    council = once_moderated(door)
    form = (ROOT / "docx_templates/uopp_record.docx").read_bytes()
    two = [
        filled(form, grade="", audit_ref=REF, uopp_date=f"2026-03-0{n}", grade_uopp="Good") for n in (6, 9)
    ]
    files = [{"name": f"{n}.docx", "base64": base64.b64encode(data).decode()} for n, data in enumerate(two)]
    council.ask("POST", "/clock", {"now": "2026-03-10T08:00:00+00:00"})
    council.arrives("Ada Auditor", None, attachments=files)
    council.run("2026-03-10", "09:00", whole=False)
    assert [folder for folder, _ in kept(council)] == ["Please look at"]
    told = digest(council, "2026-03-11")
    assert "2026-03-06, grade Good" in told
    assert "2026-03-09, grade Good" in told
