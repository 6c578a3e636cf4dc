"""An Inadequate waits for no library, no file that can be read and no message that can be opened (§10); and nothing is
cried out as one that plainly is none."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from html import unescape
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs

import pytest
from forms import filled
from small_council import LOOK, REF, TAKEN, TO_THE_TEAM, Council, digest, file, kept, letters, went
from tenant import Door

from bot.daily_run import do, run
from bot.errors import RequestRefused, TenantUnavailable
from bot.office import isolated_reader as reading_room
from bot.office.mail.mailbox import Mailbox

ALERT_HELD = "an alert may not have gone"
OTHER = "FSP-2026-03-002"
NEVER = 10_000
NOBODY_CAN_TELL = "Nobody can tell yet whether it holds an Inadequate"
LOCKED_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
LIBRARY = [
    {"kind": "refused", "code": "accessDenied"},
    {"kind": "refused", "status": 507, "code": "quotaLimitReached"},
    {"kind": "refused", "status": 423, "code": "resourceLocked"},
    {"kind": "throttled", "retry_after": "600"},
    {"kind": "unavailable"},
    {"kind": "request lost"},
]


@pytest.fixture
def council(door: Door) -> Iterator[Council]:
    found = Council(door)
    found.launched()
    yield found
    door.tenant.ask("DELETE", "/faults")


def told(council: Council) -> list[dict[str, Any]]:
    letters = council.door.tenant.deliveries(html=True)
    return [d for d in letters if TO_THE_TEAM in d["subject"] or "held returns" in d["subject"]]


def library_shut(council: Council, **how: Any) -> None:
    how = how or LIBRARY[0]
    council.door.fault(**how, method="PUT", path="/content", times=NEVER)


def test_a_moderated_inadequate_that_changed_the_auditors_action_is_held_and_told_in_the_same_look(
    council: Council,
) -> None:
    council.arrives("Ada Auditor", filled(council.form(), grade="Good"))
    council.run("2026-03-02", "11:00", whole=False)
    assert not told(council)
    changed = {"act.what": "See the grandparents"}
    council.arrives("Mo Moderator", filled(council.form(), grade="Good", moderated="Inadequate", **changed))
    council.run("2026-03-02", "12:00", whole=False)
    assert kept(council) == [(LOOK, ["Differs from an earlier return"])]
    assert council.row().get("Moderated grade") is None
    assert len(told(council)) == 1
    council.run("2026-03-02", "13:00", whole=False)
    assert len(told(council)) == 1, "once"


def test_thirty_forged_inadequates_in_one_look_are_one_urgent_letter_that_names_them_all(
    council: Council,
) -> None:
    senders = [f"stranger{n}@elsewhere.example" for n in range(30)]
    for n, sender in enumerate(senders):
        forged = filled(council.form(), grade="Inadequate", **{"act.what": f"Visit {n}"})
        outside = {"X-MS-Exchange-Organization-AuthAs": "Anonymous"}
        council.arrives("Ada Auditor", forged, **{"from": sender, "headers": outside})
    council.run("2026-03-02", "11:00", whole=False)
    (letter,) = told(council)
    assert [sender for sender in senders if sender not in letter["html"]] == []
    assert "30 held returns may hold an Inadequate" in letter["subject"]
    assert len(letter["subject"]) < 120
    council.run("2026-03-02", "11:30", whole=False)
    assert len(told(council)) == 1, "once"
    council.arrives("Ada Auditor", LOCKED_WORD)
    council.run("2026-03-02", "12:00", whole=False)
    assert len(told(council)) == 2, "the next one is not silenced by them"


# ------------------------------------------------------------------------------------------- the lists are read badly


@pytest.mark.parametrize("cut", [r"cycles/columns$", r"cycles/items$", r"allocations/items$"])
@pytest.mark.parametrize("began", [True, False], ids=["after the daily run", "on a day without one yet"])
def test_an_inadequate_held_because_the_lists_came_only_in_part_alerts_the_five_within_the_hour(
    council: Council, cut: str, began: bool
) -> None:
    day = "2026-03-02" if began else "2026-03-03"
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    council.door.fault("cut off", method="GET", path=cut, times=NEVER)
    council.run(day, "11:00", whole=False)
    council.door.tenant.ask("DELETE", "/faults")
    council.run(day, "11:15", whole=False)
    council.run(day, "11:45", whole=False)
    for person in ("Pru Practitioner", "Tia Manager", "Hal Service"):
        assert went(council, person, "please read today"), person
    (kept,) = (p for each in council.ask("GET", "/files") if REF in (p := each["path"]))
    assert "Please look at" not in kept, "a child's papers lie in one place"


# ----------------------------------------------------------------------------------------------- the library is shut


@pytest.mark.parametrize("how", LIBRARY, ids=lambda how: f"{how['kind']} {how.get('status', '')}".strip())
def test_an_inadequate_whose_file_the_library_does_not_take_alerts_the_five_all_the_same(
    council: Council, how: dict[str, Any]
) -> None:
    library_shut(council, **how)
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    report = council.run("2026-03-02", "11:00", whole=False)
    assert report.letters == {"moderation requested": 1, "inadequate alert": 1}
    for person in ("Pru Practitioner", "Tia Manager", "Hal Service"):
        assert went(council, person, "please read today"), person
    assert council.row()["Auditor's grade"] == "Inadequate"
    assert not told(council), "it is certain, and the five know"
    assert any("once the library takes it" in p.what for p in report.problems)


def test_the_file_goes_to_the_library_once_it_takes_it_and_nothing_is_told_twice(council: Council) -> None:
    library_shut(council)
    form = filled(council.form(), grade="Inadequate")
    council.arrives("Ada Auditor", form)
    council.run("2026-03-02", "11:00", whole=False)
    assert not council.row().get("Document link")
    council.run("2026-03-03")
    assert "could not be put there" in digest(council)
    council.ask("DELETE", "/faults")
    report = council.run("2026-03-04")
    assert "inadequate alert" not in report.letters
    council.run("2026-03-05")
    assert "_layouts/15/Doc.aspx" in council.row()["Document link"]
    assert "could not be put there" not in digest(council)
    assert len([x for x in letters(council) if "please read today" in x]) == 1


def test_the_moderator_gets_the_audit_from_its_message_while_the_library_is_shut(council: Council) -> None:
    library_shut(council)
    form = filled(council.form(), grade="Good")
    council.arrives("Ada Auditor", form)
    council.run("2026-03-02", "11:00", whole=False)
    box = council.ask("GET", "/mailboxes/mo.moderator@wexcombe.example")["messages"]
    request = next(m for m in box if f"Audit {REF}: ready for you to moderate" in m["subject"])
    whole = council.ask("GET", f"/mailboxes/mo.moderator@wexcombe.example/{request['id']}")
    assert [a["name"] for a in whole["attachments"]] == [f"{REF}.docx"]


def test_a_file_that_waits_and_whose_message_is_gone_is_asked_for(council: Council) -> None:
    library_shut(council)
    form = filled(council.form(), grade="Good")
    council.arrives("Ada Auditor", form)
    council.run("2026-03-02", "11:00", whole=False)
    (message,) = [m for m in council.inbox() if m["folder"] == TAKEN]
    path = f"/users/{council.door.settings.mailbox}/messages/{message['id']}"
    council.door.graph.delete(path)  # into Deleted Items
    council.door.graph.delete(path)
    council.ask("DELETE", "/faults")
    council.run("2026-03-03")
    assert "its message is gone from the mailbox" in digest(council)
    council.arrives("Ada Auditor", form)
    council.run("2026-03-04")
    council.run("2026-03-05")
    assert council.row()["Document link"]
    assert "its message is gone" not in digest(council)


def test_a_moderated_inadequate_and_a_held_one_do_not_wait_for_the_library_either(council: Council) -> None:
    council.arrives("Ada Auditor", filled(council.form(), grade="Good"))
    council.run("2026-03-02", "10:00", whole=False)
    library_shut(council)
    council.arrives("Mo Moderator", filled(council.form(), grade="Good", moderated="Inadequate"))
    held = filled(council.form(OTHER), grade="Inadequate")
    council.arrives("Hal Service", held, name=f"{OTHER}.docx", subject=f"Audit {OTHER}")
    report = council.run("2026-03-02", "11:00", whole=False)
    assert report.letters["inadequate alert at moderation"] == 1
    assert [f"Audit {OTHER}" in d["subject"] for d in told(council)] == [True]
    assert kept(council) == [(LOOK, ["Sent by someone else"])]


# ------------------------------------------------------------------------------------- an alert nobody knows to be gone


def test_an_alert_that_may_not_have_gone_is_told_to_the_audit_team_that_day_and_its_draft_goes_once(
    council: Council,
) -> None:
    council.door.fault("refused", method="POST", path="/send$", status=500, code="ErrorInternal", times=NEVER)
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    for hour in ("10:00", "10:20"):
        council.run("2026-03-02", hour, whole=False, settle_minutes=2)
    council.ask("DELETE", "/faults")
    for hour in ("10:40", "11:00"):
        council.run("2026-03-02", hour, whole=False, settle_minutes=2)
    (letter,) = [d for d in council.door.tenant.deliveries(html=True) if ALERT_HELD in d["subject"]]
    assert letter["to"] == [council.door.settings.mailbox]
    assert f"Audit {REF}: {ALERT_HELD}" in letter["subject"]
    assert "Pru Practitioner" in letter["html"]
    assert not went(council, "Pru Practitioner", "please read today")
    found = re.search(r'href="(mailto:[^"]*)"[^>]*>It has not: send the draft</a>', letter["html"])
    assert found
    subject = parse_qs(unescape(found[1]).partition("?")[2])["subject"][0]
    mailbox = council.door.settings.mailbox
    council.ask(
        "POST", "/messages", {"from": mailbox, "to": [mailbox], "subject": subject, "html": "<p>Go</p>"}
    )
    council.run("2026-03-02", "11:20", whole=False)
    council.run("2026-03-03")
    assert len([x for x in letters(council) if "please read today" in x]) == 1
    assert len([d for d in council.door.tenant.deliveries() if ALERT_HELD in d["subject"]]) == 1


def test_word_of_a_held_return_that_may_not_have_gone_to_the_audit_team_is_sent_in_another_letter_that_day(
    council: Council,
) -> None:
    council.door.fault("refused", method="POST", path="/send$", status=502, code="", times=NEVER)
    council.arrives("Hal Service", filled(council.form(), grade="Inadequate"))
    for hour in ("10:00", "10:20"):
        council.run("2026-03-02", hour, whole=False, settle_minutes=2)
    council.ask("DELETE", "/faults")
    council.run("2026-03-02", "10:40", whole=False, settle_minutes=2)
    assert not told(council)
    assert [ALERT_HELD in d["subject"] for d in council.door.tenant.deliveries()][-1]


def test_a_run_that_breaks_off_after_reading_does_not_double_the_word_of_a_held_inadequate(
    council: Council,
) -> None:
    council.door.fault("unavailable", method="GET", path=r"/mailFolders/[^/]+/messages$", times=NEVER)
    council.arrives("Hal Service", filled(council.form(), grade="Inadequate"))
    with pytest.raises(TenantUnavailable):
        council.run("2026-03-02", "11:00", whole=False)
    council.ask("DELETE", "/faults")
    report = council.run("2026-03-02", "11:20", whole=False)
    assert len(told(council)) == report.questions == 1


def test_letters_whose_answers_were_lost_and_that_have_left_are_no_sign_that_none_can_leave(
    council: Council,
) -> None:
    council.door.fault("timeout after", method="POST", path="/send$", times=NEVER)
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    report = council.run("2026-03-02", "11:00", whole=False)
    assert report.letters == {"moderation requested": 1, "inadequate alert": 1}
    assert report.trouble is None


# --------------------------------------------------------------------------------- a message that cannot be taken in


def not_fetched(council: Council, **more: Any) -> None:
    fault = {"method": "GET", "path": r"/attachments/[^/]+/\$value", "times": NEVER}
    council.door.fault("refused", **fault, status=404, code="ErrorItemNotFound")
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"), **more)


def test_a_return_whose_file_cannot_be_fetched_is_told_at_once_and_once_and_nobody_is_chased(
    council: Council,
) -> None:
    not_fetched(council)
    for day, hour in (
        ("2026-03-02", "11:00"),
        ("2026-03-02", "11:05"),
        ("2026-03-03", "08:00"),
        ("2026-03-24", "08:00"),
    ):
        council.run(day, hour, whole=hour == "08:00")
    (letter,) = told(council)
    assert letter["to"] == [council.door.settings.mailbox]
    assert f"Audit {REF}" in letter["subject"]
    assert NOBODY_CAN_TELL in letter["html"]
    assert "could not be taken in: Microsoft 365 refused (404 ErrorItemNotFound)" in letter["html"]
    assert "is tried again" in letter["html"]
    assert not [x for x in letters(council) if "Ada" in x and REF in x and "overdue" in x.casefold()]
    assert council.row()["Status"] == "Please look at" or not went(council, "Ada Auditor", "days late")
    assert "could not be taken in" in digest(council), "every morning, until it is"
    council.ask("DELETE", "/faults")
    report = council.run("2026-03-24", "09:00", whole=False)
    assert report.letters["inadequate alert"] == 1
    council.run("2026-03-25")
    assert "could not be taken in" not in digest(council)


def test_a_reader_that_breaks_on_a_message_is_told_at_once(
    council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.daily_run.post import reading

    def broken(*_: object) -> object:
        raise KeyError("a thing nobody thought of")

    monkeypatch.setattr(reading, "read_safely", broken)
    council.arrives("Ada Auditor", filled(council.form(), grade="Good"))
    council.run("2026-03-02", "11:00", whole=False)
    (letter,) = told(council)
    assert "something it does not know (KeyError)" in letter["html"]


def test_what_was_read_before_the_fault_decides_whether_it_may_be_an_inadequate(
    council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.daily_run.post import returned_form

    monkeypatch.setattr(returned_form, "decision", lambda *_: 1 / 0)
    council.arrives("Ada Auditor", filled(council.form(), grade="Good"))
    council.run("2026-03-02", "11:00", whole=False)
    assert not told(council), "the form says Good"
    council.run("2026-03-03")
    assert "could not be taken in" in digest(council)
    form = filled(council.form(OTHER), grade="Inadequate")
    council.arrives("Ada Auditor", form, name=f"{OTHER}.docx", subject="Audit")
    council.run("2026-03-03", "11:00", whole=False)
    assert [f"Audit {OTHER}" in d["subject"] for d in told(council)] == [True]


def test_a_newsletter_that_cannot_be_taken_in_is_a_matter_for_it_alone(council: Council) -> None:
    not_fetched(council, **{"from": "news@elsewhere.example"}, subject="News", name="news.docx")
    report = council.run("2026-03-02", "11:00", whole=False)
    assert not told(council)
    assert any("could not be taken in" in p.what for p in report.problems)


def test_a_child_of_the_reader_that_is_killed_is_told_at_once(
    council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_room, "SECONDS", 0.0)
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    council.run("2026-03-02", "11:00", whole=False)
    (letter,) = told(council)
    assert NOBODY_CAN_TELL in letter["html"]


def test_one_message_that_cannot_be_opened_keeps_no_other_from_being_read_and_is_told(
    council: Council,
) -> None:
    council.arrives("Ada Auditor", filled(council.form(), grade="Good"))
    (first,) = [m for m in council.inbox() if m["folder"] == "Inbox" and m["subject"].startswith("RE: Audit")]
    council.door.fault(
        "refused",
        method="GET",
        path=f"{first['id']}/attachments",
        times=NEVER,
        status=500,
        code="ErrorInternal",
    )
    other = filled(council.form(OTHER), grade="Inadequate")
    council.arrives("Ada Auditor", other, name=f"{OTHER}.docx", subject=f"Audit {OTHER}")
    report = council.run("2026-03-02", "11:00", whole=False)
    assert report.letters["inadequate alert"] == 1
    (letter,) = told(council)
    assert f"Audit {REF}" in letter["subject"]
    council.ask("DELETE", "/faults")
    council.run("2026-03-02", "11:30", whole=False)
    assert council.row()["Auditor's grade"] == "Good"


# ------------------------------------------------------------------------------- what nobody can read without opening

UNREADABLE: dict[str, dict[str, Any]] = {
    "a PDF": {"attachments": [file(f"{REF}.pdf", b"%PDF-1.7\n" + b"% printed\n" * 200)]},
    "a Word file with a password": {"attachments": [file(f"{REF}.docx", LOCKED_WORD)]},
    "too large a file": {"attachments": [file(f"{REF}.docx", bytes(30_000_000))]},
    "a damaged file": {"attachments": [file(f"{REF}.docx", b"PK\x03\x04 broken")]},
    "an archive": {"attachments": [file("audit.zip", b"PK\x03\x04 not a form")]},
    "a link": {"html": '<p>Here: <a href="https://wexcombe.sharepoint.com/:w:/s/x/Abc">the audit</a></p>'},
    "a protected message": {"headers": {"Content-Class": "rpmsg.message"}},
}


@pytest.mark.parametrize(
    ("what", "subject"),
    [(what, [f"RE: Audit {REF}", "My audit"][n % 2]) for n, what in enumerate(UNREADABLE)],
)
def test_what_nobody_can_read_from_an_auditor_whose_audit_is_awaited_is_told_at_once_in_those_words(
    council: Council, what: str, subject: str
) -> None:
    council.arrives("Ada Auditor", None, subject=subject, **UNREADABLE[what])
    council.run("2026-03-02", "11:00", whole=False)
    (letter,) = told(council)
    assert NOBODY_CAN_TELL in letter["html"], what
    council.run("2026-03-02", "12:00", whole=False)
    council.run("2026-03-03")
    assert len(told(council)) == 1, "once"


def test_a_file_still_being_scanned_after_an_hour_is_told_that_day(council: Council) -> None:
    scan = file("Safe Attachments Scan In Progress", b"x" * 900)
    council.ask("POST", "/clock", {"now": "2026-03-02T09:00:00+00:00"})
    council.arrives("Ada Auditor", None, attachments=[scan])
    council.run("2026-03-02", "09:30", whole=False)
    assert not told(council), "it may come any minute"
    council.run("2026-03-02", "10:30", whole=False)
    (letter,) = told(council)
    assert NOBODY_CAN_TELL in letter["html"]


@pytest.mark.parametrize("what", ["a PDF", "a damaged file", "a link"])
def test_what_comes_from_outside_the_programme_and_names_no_audit_is_not_cried_out(
    council: Council, what: str
) -> None:
    more = {**UNREADABLE[what], "from": "somebody@elsewhere.example", "subject": "For you", "cc": []}
    if "attachments" in more:
        more["attachments"] = [{**a, "name": "offer.pdf"} for a in more["attachments"]]
    council.arrives("Ada Auditor", None, **more)
    council.run("2026-03-02", "11:00", whole=False)
    assert not told(council)


# ------------------------------------------------------------------------------------------ what plainly is none


@pytest.mark.parametrize(
    ("grade", "cried_out"), [("Good", False), ("Outstanding", False), ("Inadequate", True)]
)
def test_the_form_of_another_child_is_cried_out_only_if_it_says_inadequate(
    council: Council, grade: str, cried_out: bool
) -> None:
    council.arrives("Ada Auditor", filled(council.form(OTHER), grade=grade))
    council.arrives(
        "Ada Auditor",
        filled(council.form(OTHER), grade=grade, child_name="Somebody Else"),
        subject=f"Audit {OTHER}",
    )
    council.run("2026-03-02", "11:00", whole=False)
    assert [c for _, c in kept(council)] == [["Possible wrong child"]] * 2
    assert [x["html"].count("Why it is held") for x in told(council)] == ([2] if cried_out else [])


def test_a_doubt_about_one_domain_of_a_good_audit_is_no_inadequate(council: Council) -> None:
    form = filled(council.form(), grade="Good", **{"d2.grade": "Inadequate or not"})
    council.arrives("Ada Auditor", form)
    council.run("2026-03-02", "11:00", whole=False)
    assert kept(council) == [(LOOK, ["Doubtful"])]
    assert not told(council)


# ------------------------------------------------------------------------------------- in a guise nobody expects it in

NOT_FOUND = {"kind": "refused", "status": 404, "code": "ErrorItemNotFound", "method": "GET", "times": NEVER}


@pytest.mark.parametrize("path", [r"/messages/[^/]+/attachments", r"/messages/[^/?]+$"])
def test_an_inadequate_that_exchange_does_not_find_for_a_moment_is_no_deleted_message(
    council: Council, path: str
) -> None:
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    council.door.fault(**NOT_FOUND, path=path)
    with contextlib.suppress(RequestRefused):
        council.run("2026-03-02", "11:00", whole=False)
    council.ask("DELETE", "/faults")
    council.run("2026-03-02", "11:05", whole=False)
    assert went(council, "Hal Service", "please read today")


@pytest.mark.parametrize(
    "how",
    [
        {"message_class": "REPORT.IPM.Note.DR"},
        {"headers": {"Content-Type": "multipart/report; report-type=delivery-status", "Return-Path": "<>"}},
        {"message_class": "IPM.Outlook.Recall"},
    ],
    ids=["a receipt of delivery", "a report of delivery", "a request to recall"],
)
def test_an_inadequate_that_comes_in_the_guise_of_a_machines_message_is_told_at_once(
    council: Council, how: dict[str, Any]
) -> None:
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"), **how)
    council.run("2026-03-02", "11:00", whole=False)
    assert [folder for folder, _ in kept(council)] == [LOOK]
    assert len(told(council)) == 1


@pytest.mark.parametrize("folder", ["junkemail", "archive"])
def test_an_inadequate_that_a_rule_or_the_filter_put_elsewhere_does_not_wait_for_the_next_working_day(
    council: Council, folder: str
) -> None:
    council.run("2026-03-06")
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"), folder=folder)
    council.run("2026-03-06", "08:10", whole=False)
    assert not went(council, "Hal Service", "please read today")
    council.run("2026-03-06", "08:30", whole=False)
    assert went(council, "Hal Service", "please read today")


def test_what_lies_in_the_inbox_waits_for_no_other_folder(
    council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def unavailable(*given: object) -> Any:
        asked.append(given)
        raise TenantUnavailable("Listing the mailbox: Microsoft 365 answered 503.")

    council.run("2026-03-06")
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    monkeypatch.setattr(Mailbox, "everywhere", unavailable)
    council.run("2026-03-06", "12:00", whole=False)
    assert asked
    assert went(council, "Hal Service", "please read today")


def test_an_inadequate_that_the_audit_team_passes_on_from_its_own_mailbox_is_told_at_once(
    council: Council,
) -> None:
    form, team = filled(council.form(), grade="Inadequate"), council.door.settings.mailbox
    council.arrives("Ada Auditor", form, **{"from": team})
    council.run("2026-03-02", "11:00", whole=False)
    assert kept(council) == [(LOOK, ["Sent by someone else"])]
    assert len(told(council)) == 1
    council.arrives("Ada Auditor", form, **{"from": team}, subject="Please look at this once more")
    council.run("2026-03-02", "12:00", whole=False)
    assert len(kept(council)) == len(told(council)) == 1, "what it sends back was put to it before"


# ------------------------------------------------------------------------------------------ what goes on beside it


STEPS = (
    "held_read_again", "deleted_rows", "doubtful_returns", "held_alerts", "cells_explained", "letters_to_decide",
    "replacements", "plan_to_show", "receipts_to_send", "stopped_letters", "kept_now", "seen_rows",
)  # fmt: skip
"""Of a run, each told apart: nothing that follows hangs on it."""


@pytest.fixture
def stumbling(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumbles(*_: Any, **__: Any) -> Any:
        raise IndexError("list index out of range, beside Robin Carter")

    for step in STEPS:
        monkeypatch.setattr(run, step, stumbles)


@pytest.mark.usefixtures("stumbling")
def test_whatever_the_steps_beside_it_stumble_over_the_five_are_alerted_and_the_post_is_filed(
    council: Council,
) -> None:
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    report = council.run("2026-03-02", "11:00", whole=False, receipts=True)
    assert went(council, "Hal Service", "please read today")
    assert [m["folder"] for m in council.inbox() if m["subject"] == f"RE: Audit {REF}"] == [TAKEN]
    assert report.trouble
    for step in ("Deleted rows", "What is told at once", "Replacements", "Receipts", "The document library"):
        assert step in report.trouble.what
    council.run("2026-03-02", "11:30", whole=False, receipts=True)
    (letter,) = [d for d in council.door.tenant.deliveries(html=True) if "could not be done" in d["subject"]]
    assert "Whoever maintains the bot: the log says what it was." in letter["html"]
    council.run("2026-03-03", receipts=True)
    words = digest(council)
    assert "Receipts" in words
    assert "The bot met something it does not know (IndexError)" in words
    assert "Robin" not in letter["html"] + words + report.trouble.what, "what a fault says may be of a child"


def test_a_letter_the_bot_stumbles_over_keeps_no_other_waiting_and_is_told(
    council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    true = do.written

    def stumbles(letter: Any, *more: Any) -> Any:
        if letter.rule.is_alert:
            return true(letter, *more)
        raise ZeroDivisionError

    monkeypatch.setattr(do, "written", stumbles)
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    report = council.run("2026-03-02", "11:00", whole=False)
    assert went(council, "Hal Service", "please read today")
    assert any("ZeroDivisionError" in p.what for p in report.problems)
    assert report.trouble
    monkeypatch.undo()
    assert council.run("2026-03-02", "11:15", whole=False).trouble is None, "tried again, and well"


@pytest.mark.parametrize("step", ["planner.audit_letters", "situation.standing", "planner.bots_cells"])
def test_what_the_bot_stumbles_over_in_one_audit_keeps_no_other_childs_letter(
    council: Council, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    module = import_module(f"bot.programme.planning.{step.partition('.')[0]}")
    name = step.partition(".")[2]
    true = getattr(module, name)

    def stumbles(*given: Any, **more: Any) -> Any:
        if any(OTHER in (getattr(g, "reference", ""), *_of_audit(g)) for g in given):
            raise ValueError("Robin Carter is no date")
        return true(*given, **more)

    monkeypatch.setattr(module, name, stumbles)
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    report = council.run("2026-03-02", "11:00", whole=False)
    assert went(council, "Hal Service", "please read today")
    assert report.trouble
    assert "Audit allocations" in report.trouble.what
    before = letters(council)
    council.run("2026-03-09")
    more = letters(council)[len(before) :]
    words = digest(council)
    assert "something it does not know (ValueError)" in words, words
    assert "Robin Carter" not in words
    assert any(REF in letter for letter in more), "the other audit goes on"
    if step != "planner.bots_cells":
        assert not any(OTHER in letter for letter in more if "Audits on" not in letter)
    monkeypatch.undo()
    council.run("2026-03-10")
    assert "does not know" not in digest(council)


def _of_audit(given: object) -> tuple[str, ...]:
    allocation = getattr(given, "allocation", None)
    return () if allocation is None else (allocation.reference,)
