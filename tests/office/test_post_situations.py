"""Situations of the shared mailbox, played from the first letter to the digest."""

from __future__ import annotations

from typing import Any

import pytest
from forms import filled
from people_at_work import (
    answers,
)
from small_council import (
    LOOK,
    REF,
    REPORT,
    TO_THE_TEAM,
    Council,
    digest,
    file,
    kept,
    letters,
    mime,
    went,
)
from tenant import Door, email

BY_EXCHANGE = {"X-MS-Exchange-Organization-AuthAs": "Internal"}


def both(council: Council, first: bytes, second: bytes, sender: str = "Ada Auditor") -> None:
    files = [file(f"{REF}.docx", first), file(f"{REF} (1).docx", second)]
    council.arrives(sender, None, attachments=files)


def reported(council: Council, message_class: str, text: str, answers: str, to: str) -> None:
    sent = council.door.tenant.deliveries(html=True)
    letter = next(d for d in reversed(sent) if answers in d["subject"] and email(to) in d["to"])
    council.arrives(
        "Ada Auditor", None, **{"from": "postmaster@wexcombe.example"}, cc=[], subject="About your message",
        html=f"<p>{text}</p>", message_class=message_class,
        headers={**REPORT, **BY_EXCHANGE, "In-Reply-To": letter["internet_message_id"]},
    )  # fmt: skip


def test_two_different_forms_in_one_mail_are_held_with_both_readings_and_told_at_once(
    council: Council,
) -> None:
    blank = council.form()
    both(council, filled(blank, grade="Inadequate"), filled(blank, grade="Good"))
    council.run("2026-03-02", "11:00", whole=False)
    assert kept(council) == [(LOOK, ["Differs from an earlier return"])]
    assert not council.row().get("Auditor's grade")
    assert [TO_THE_TEAM in letter for letter in letters(council)].count(True) == 1
    council.run("2026-03-02", "12:00", whole=False)
    council.run("2026-03-03")
    assert [TO_THE_TEAM in letter for letter in letters(council)].count(True) == 1, "once"
    assert "auditor's grade Inadequate" in digest(council)
    assert "auditor's grade Good" in digest(council)


def test_a_pdf_that_its_senders_program_marks_inline_is_a_file_that_came(council: Council) -> None:
    pdf = {**file(f"{REF}.pdf", b"%PDF-1.7\n" + b"% printed from Word\n" * 200), "inline": True}
    council.arrives("Ada Auditor", None, attachments=[pdf])
    council.run("2026-03-02", "11:00", whole=False)
    assert kept(council) == [(LOOK, ["Not a Word form"])]


def test_an_old_form_in_an_attached_message_counts_like_one_beside_it(council: Council) -> None:
    blank = council.form()
    old = file("old.eml", mime((f"{REF}.docx", filled(blank, grade="Inadequate"))))
    council.arrives("Ada Auditor", None, attachments=[old, file(f"{REF}.docx", filled(blank, grade="Good"))])
    council.run("2026-03-02", "11:00", whole=False)
    assert kept(council) == [(LOOK, ["Differs from an earlier return"])]


def test_the_blank_form_beside_the_filled_one_is_no_return(council: Council) -> None:
    blank = council.form()
    both(council, blank, filled(blank, grade="Good"))
    council.run("2026-03-02", "11:00", whole=False)
    assert kept(council) == []
    assert council.row()["Auditor's grade"] == "Good"


def test_a_blank_form_with_a_question_is_a_question_and_no_reason_for_a_draft(council: Council) -> None:
    council.arrives("Ada Auditor", council.form(), html="<p>Which children are meant in section 3?</p>")
    council.run("2026-03-02", "11:00", whole=False)
    council.run("2026-03-03")
    assert kept(council) == [(LOOK, ["Please read"])]
    assert "Which children are meant in section 3?" in digest(council)
    assert not any(m["folder"] == "Drafts for the Audit Team" for m in council.inbox())


@pytest.mark.parametrize(
    "more",
    [
        {"headers": {"X-MS-Exchange-Organization-AuthAs": "Anonymous"}},
        {"headers": {"Auto-Submitted": "auto-replied"}},
    ],
)
def test_a_doubtful_inadequate_is_held_and_the_audit_team_told_at_once(
    council: Council, more: dict[str, Any]
) -> None:
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"), **more)
    council.run("2026-03-02", "11:00", whole=False)
    assert kept(council) == [(LOOK, ["Sender in doubt"])]
    assert went(council, "Audit Team", TO_THE_TEAM)
    assert not went(council, "Pru Practitioner", "please read today")


def test_a_doubtful_good_waits_for_the_digest(council: Council) -> None:
    doubt = {"X-MS-Exchange-Organization-AuthAs": "Anonymous"}
    council.arrives("Ada Auditor", filled(council.form(), grade="Good"), headers=doubt)
    council.run("2026-03-02", "11:00", whole=False)
    assert not went(council, "Audit Team", TO_THE_TEAM)


def test_while_a_return_is_held_nobody_is_reminded_of_it_and_afterwards_they_are(council: Council) -> None:
    by_a_machine = {"Auto-Submitted": "auto-replied"}
    council.arrives("Ada Auditor", filled(council.form(), grade="Good"), headers=by_a_machine)
    council.run("2026-03-13", "11:00")
    for day in ("2026-03-20", "2026-03-23", "2026-03-27"):
        council.run(day)
    assert not went(council, "Ori Otherservice", f"{REF}: was due")
    assert went(council, "Ori Otherservice", "FSP-2026-03-002: was due"), "the other audit is escalated"


@pytest.mark.parametrize("kind", ["Delayed.DR", "DR", "Relayed.DR", "Expanded.DR"])
def test_only_a_failure_keeps_letters_back(council: Council, kind: str) -> None:
    reported(council, f"REPORT.IPM.Note.{kind}", "mo.moderator@wexcombe.example", REF, "Mo Moderator")
    council.run("2026-03-02", "10:00", whole=False)
    assert not any(folder == LOOK for folder, _ in kept(council))
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    council.run("2026-03-02", "11:00", whole=False)
    assert went(council, "Mo Moderator", "ready for you to moderate")


def test_a_report_about_one_reader_never_stops_the_alert_to_the_others(council: Council) -> None:
    council.ask("POST", "/messages", {
        "from": "postmaster@wexcombe.example", "to": [council.door.settings.mailbox],
        "subject": "Undeliverable: something of a colleague's", "html": "<p>tia.manager@wexcombe.example</p>",
        "headers": REPORT, "message_class": "REPORT.IPM.Note.NDR",
    })  # fmt: skip
    council.run("2026-03-02", "10:00", whole=False)
    assert kept(council) == [], "what a colleague sent is theirs"
    council.arrives("Ada Auditor", filled(council.form(), grade="Requires Improvement"))
    council.run("2026-03-02", "11:00", whole=False)
    reported(
        council, "REPORT.IPM.Note.NDR", "mo.moderator@wexcombe.example unknown", "moderate", "Mo Moderator"
    )
    council.run("2026-03-02", "12:00", whole=False)
    council.arrives(
        "Mo Moderator", filled(council.form(), grade="Requires Improvement", moderated="Inadequate")
    )
    council.run("2026-03-02", "13:00", whole=False)
    for name in ("Pru Practitioner", "Tia Manager", "Hal Service"):
        assert went(council, name, "please read today"), name


def comes_back(council: Council, name: str) -> None:
    letter = next(d for d in council.door.tenant.deliveries() if email(name) in d["delivered_to"])
    report = {"internetMessageId": letter["internet_message_id"], "recipients": [email(name)]}
    council.ask("POST", "/events", {"kind": "bounce", **report})


def test_a_letter_that_went_without_one_of_its_readers_is_told_whichever_run_sent_it(
    council: Council,
) -> None:
    comes_back(council, "Tia Manager")
    grade = "Requires Improvement"
    council.arrives("Ada Auditor", filled(council.form(), grade=grade))
    council.run("2026-03-02", "11:00", whole=False)
    council.arrives("Mo Moderator", filled(council.form(), grade=grade, moderated=grade))
    council.run("2026-03-02", "12:00", whole=False)
    assert went(council, "Ada Auditor", "UoPP meeting to arrange")
    council.run("2026-03-03")
    assert "Letters to Tia Manager come back undelivered, so this one went to Ada Auditor only" in digest(
        council
    )


def test_an_alert_goes_to_all_five_whoever_did_not_get_an_earlier_letter_and_the_audit_team_makes_sure(
    council: Council,
) -> None:
    comes_back(council, "Pru Practitioner")
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    council.run("2026-03-02", "11:00", whole=False)
    assert kept(council) == [(LOOK, ["Could not be delivered"])]
    for name in ("Pru Practitioner", "Tia Manager", "Hal Service"):
        assert went(council, name, "please read today"), name
    council.run("2026-03-03")
    assert "make sure today that Pru Practitioner knows" in digest(council)


@pytest.mark.parametrize("words", ["Thank you, received.", "Thanks for the reminder\n\nSent from my iPhone"])
def test_thanks_and_nothing_else_are_put_away(council: Council, words: str) -> None:
    council.arrives("Ada Auditor", None, html="<br>".join(f"<span>{w}</span>" for w in words.split("\n")))
    council.run("2026-03-03")
    assert kept(council) == []
    assert "Nothing needs anyone today" in digest(council)


def test_whoever_says_they_sent_it_is_believed_for_two_days_and_looked_for(council: Council) -> None:
    council.run("2026-03-23")
    council.arrives("Ada Auditor", None, html="<p>I sent this last week.</p><p>Kind regards<br>Ada</p>")
    council.run("2026-03-24")
    assert kept(council) == [(LOOK, ["Said to be sent"])]


def test_an_answer_that_is_not_plain_is_held_with_its_words_and_names_no_child(council: Council) -> None:
    council.arrives("Ada Auditor", None, html="<p>Robin moved away on 3 March, what should I do?</p>")
    council.run("2026-03-03")
    assert kept(council) == [(LOOK, ["Please read"])]
    assert "“… moved away on 3 March, what should I do?”" in digest(council)
    assert "Robin" not in digest(council)


def test_a_recall_undoes_nothing_and_is_told(council: Council) -> None:
    council.arrives("Ada Auditor", filled(council.form(), grade="Good"))
    council.run("2026-03-02", "11:00", whole=False)
    council.arrives("Ada Auditor", None, subject=f"Recall: Audit {REF}", message_class="IPM.Outlook.Recall")
    council.run("2026-03-03")
    assert council.row()["Auditor's grade"] == "Good"
    assert "asks to take a message about FSP-2026-03-001 back" in digest(council)


def test_a_form_in_a_meeting_request_is_taken_in(council: Council) -> None:
    form = filled(council.form(), grade="Good")
    council.arrives("Ada Auditor", form, message_class="IPM.Schedule.Meeting.Request")
    council.run("2026-03-02", "11:00", whole=False)
    assert council.row()["Auditor's grade"] == "Good"


@pytest.mark.parametrize(
    ("words", "confirmed"),
    [("Confirmed", True), ("Yes, all fine", True), ("OK thanks", False), ("Not confirmed", False)],
)
def test_the_list_is_confirmed_in_plain_words_or_the_words_are_shown(
    door: Door, words: str, confirmed: bool
) -> None:
    council = Council(door)
    for row in council.ask("GET", "/lists/Audit allocations")["rows"]:
        council.ask("PATCH", f"/lists/Audit allocations/{row['id']}", {"Confirmed on": None})
    council.run("2026-02-23")
    answers(council, "Hal Service", words, "the audit list for you to confirm")
    council.run("2026-02-24")
    assert kept(council) == ([] if confirmed else [(LOOK, ["Please read"])])
    assert ("“Confirmed on” Mon 23 Feb" in digest(council)) == confirmed
    assert (f"“{words}”" in digest(council)) != confirmed


@pytest.mark.parametrize("sender", ["Ada Auditor", "Pru Practitioner"])
def test_a_meeting_told_in_plain_words_counts_from_the_right_person_only(
    council: Council, sender: str
) -> None:
    council.arrives("Ada Auditor", filled(council.form(), grade="Requires Improvement"))
    council.run("2026-03-16", whole=False)
    form = filled(council.form(), grade="Requires Improvement", moderated="Requires Improvement")
    council.arrives("Mo Moderator", form)
    council.run("2026-03-17")
    council.arrives(sender, None, html="<p>We met on Tuesday 17 March.</p>")
    council.run("2026-03-19")
    right = sender == "Ada Auditor"
    assert kept(council) == ([] if right else [(LOOK, ["Please read"])])
    assert ("“UoPP held on” Tue 17 Mar" in digest(council)) == right


@pytest.mark.parametrize("vouched_for", [True, False])
def test_a_later_inadequate_alerts_the_five_only_when_its_sender_is_vouched_for(
    council: Council, vouched_for: bool
) -> None:
    council.arrives("Ada Auditor", filled(council.form(), grade="Good"))
    council.run("2026-03-02", "11:00", whole=False)
    doubt = {} if vouched_for else {"headers": {"X-MS-Exchange-Organization-AuthAs": "Anonymous"}}
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"), **doubt)
    council.run("2026-03-02", "12:00", whole=False)
    assert went(council, "Audit Team", TO_THE_TEAM)
    assert went(council, "Pru Practitioner", "please read today") == vouched_for


@pytest.fixture
def followed(door: Door) -> Council:
    """An Inadequate whose UoPP meeting was held on Friday 6 March: the Head of Service reports week by week."""
    council = Council(door)
    council.once("an Inadequate's meeting was held on 6 March", lambda: held(council))
    return council


def held(council: Council) -> None:
    council.run("2026-03-02")
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    council.run("2026-03-02", "11:00", whole=False)
    council.arrives("Mo Moderator", filled(council.form(), grade="Inadequate", moderated="Inadequate"))
    council.run("2026-03-03")
    row = council.row()["id"]
    council.ask("PATCH", f"/lists/Audit allocations/{row}", {"UoPP held on": "2026-03-06"})
    council.run("2026-03-09")


@pytest.mark.parametrize("sender", ["Hal Service", "Tia Manager"])
def test_a_weekly_report_in_an_ordinary_reply_counts_and_nobody_is_asked_for_it(
    followed: Council, sender: str
) -> None:
    words = "Update for this week: two visits completed, the plan is in place. Next step is the core group."
    followed.arrives(sender, None, html=f"<p>{words}</p>")
    followed.run("2026-03-10")
    assert "counts as this week's report" in digest(followed)
    assert "two visits completed" in digest(followed)
    followed.run("2026-03-13")
    assert not went(followed, "Hal Service", "this week's progress"), "it came before we asked"
    for day in ("2026-03-16", "2026-03-20"):
        followed.run(day)
    assert went(followed, "Hal Service", "this week's progress"), "the next week's is asked for"
    assert not any("no weekly report has come" in letter for letter in letters(followed))


@pytest.mark.parametrize(
    "words",
    ["Which week is this report for?", "Sorry, I will send the weekly report on Friday, the visit moved."],
)
def test_what_may_be_no_report_is_held_and_nobody_is_chased_while_it_is_unread(
    followed: Council, words: str
) -> None:
    followed.arrives("Hal Service", None, html=f"<p>{words}</p>")
    for day in ("2026-03-10", "2026-03-20", "2026-03-23"):
        followed.run(day)
    assert "follows FSP-2026-03-001 week by week" in digest(followed)
    assert not any("no weekly report has come" in letter for letter in letters(followed))


def test_silence_about_an_inadequate_is_still_told(followed: Council) -> None:
    for day in ("2026-03-13", "2026-03-20", "2026-03-23"):
        followed.run(day)
    assert any("no weekly report has come" in letter for letter in letters(followed))
