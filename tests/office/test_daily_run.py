"""Whole runs against the tenant, judged by what people received and what the list shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from forms import filled
from small_council import (
    LAUNCH,
    REF,
    Council,
    kept,
)
from tenant import Door, email
from test_ledger import OF_FORMER_VERSIONS


@pytest.fixture
def council(door: Door) -> Council:
    return Council(door)


def test_launch_day_writes_to_everybody_once_and_fills_the_list(council: Council) -> None:
    report = council.run("2026-03-02")
    assert report.letters == LAUNCH
    assert report.problems == []
    assert council.row()["Status"] == "With auditor"
    assert council.row()["Audit sent on"] == "2026-03-02"
    assert council.row()["Audit due"] == "2026-03-20"
    again = council.run("2026-03-02", "09:00")
    assert again.letters == {}
    assert again.rows == 0
    assert len(council.received("Ada Auditor")) == 2


def test_an_audit_travels_from_the_auditor_to_the_list(council: Council) -> None:
    council.launched()
    council.ask("POST", "/clock", {"now": "2026-03-16T10:00:00+00:00"})
    council.arrives("Ada Auditor", filled(council.form(), grade="Requires Improvement"))
    report = council.run("2026-03-16", "10:05", whole=False)
    assert report.letters["moderation requested"] == 1
    row = council.row()
    assert row["Auditor's grade"] == "Requires Improvement"
    assert row["Audit returned on"] == "2026-03-16"
    assert row["Status"] == "With moderator"
    assert "/_layouts/15/Doc.aspx?sourcedoc=" in row["Document link"]
    assert [m["folder"] for m in council.inbox()] == ["Audits taken in"] or {
        m["folder"] for m in council.inbox()
    } == {"Audits taken in", "Inbox"}
    council.arrives("Mo Moderator", filled(council.form(), grade="Requires Improvement", moderated="Good"))
    council.run("2026-03-17", whole=False)
    row = council.row()
    assert row["Moderated grade"] == "Good"
    assert row["Status"] == "Complete"


def test_a_form_that_answers_a_letter_about_several_audits_is_taken_in(council: Council) -> None:
    council.launched()
    council.run("2026-03-23")
    letter = next(d for d in council.door.tenant.deliveries() if "2 things for you" in d["subject"])
    replied = {
        "headers": {"In-Reply-To": letter["internet_message_id"]},
        "subject": f"RE: {letter['subject']}",
    }
    council.arrives("Ada Auditor", filled(council.form(), grade="Good"), **replied)
    council.run("2026-03-24", whole=False)
    assert council.row()["Auditor's grade"] == "Good"
    assert "Please look at" not in {m["folder"] for m in council.inbox()}


def test_an_inadequate_alerts_the_five_people_at_once(council: Council) -> None:
    council.launched()
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    report = council.run("2026-03-02", "11:00", whole=False)
    assert report.letters == {"moderation requested": 1, "inadequate alert": 1}
    for person in ("Pru Practitioner", "Tia Manager", "Hal Service"):
        assert any("please read" in s.casefold() for s in council.received(person)), person


def test_an_inadequate_that_comes_to_a_row_on_hold_is_told_to_the_audit_team_with_the_post(
    council: Council,
) -> None:
    council.launched()
    council.ask("PATCH", "/lists/Audit allocations/1", {"Hold why": "A complaint"})
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    report = council.run("2026-03-02", "11:00", whole=False)
    assert report.letters == {"inadequate on hold": 1}
    assert any("on hold, and it cannot wait" in d["subject"] for d in council.door.tenant.deliveries())
    council.ask("PATCH", "/lists/Audit allocations/1", {"Hold why": ""})
    assert council.run("2026-03-03").letters["inadequate alert"] == 1


def test_a_final_grade_that_comes_goes_and_comes_again_is_remembered_each_time(council: Council) -> None:
    council.launched()
    council.arrives("Ada Auditor", filled(council.form(), grade="Good"))
    council.run("2026-03-02", "10:00", whole=False)
    council.arrives("Mo Moderator", filled(council.form(), grade="Good", moderated="Good"))
    council.run("2026-03-03")
    told = []
    for day, grade in (("2026-03-04", "Inadequate"), ("2026-03-05", ""), ("2026-03-06", "Inadequate")):
        council.ask(
            "PATCH",
            "/lists/Audit allocations/1",
            {"Final grade": grade, "Finally decided on": day if grade else ""},
        )
        told.append(council.run(day).letters)
    assert [letters["inadequate alert at the final decision"] for letters in told] == [1, 0, 1]
    assert [letters["urgent issues"] for letters in told] == [1, 0, 1]
    assert [letters["inadequate no longer"] for letters in told] == [0, 1, 0]


PDF = b"%PDF-1.7\n" + b"% printed from Word\n" * 200


@pytest.mark.parametrize(("sender", "waits"), [("Ada Auditor", True), ("Tia Manager", False)])
def test_nobody_is_chased_for_an_audit_that_came_as_a_pdf_and_lies_with_the_audit_team(
    council: Council, sender: str, waits: bool
) -> None:
    council.launched()
    council.arrives(sender, PDF, f"{REF}.pdf")
    council.run("2026-03-06", "12:00", whole=False)

    def told(day: str, person: str, word: str) -> bool:
        """Whether a letter of that day to them is about this audit, and says so."""
        council.run(day)
        return any(
            d["at"].startswith(day) and email(person) in d["delivered_to"] and REF in d["html"] and word in d["html"]
            for d in council.door.tenant.deliveries(html=True)
        )  # fmt: skip

    assert told("2026-03-09", "Pru Practitioner", "own section") is not waits
    assert told("2026-03-27", "Ori Otherservice", "help") is not waits


ODD: list[tuple[str, Callable[[Council], None], str, str]] = [
    ("a PDF", lambda c: c.arrives("Ada Auditor", b"%PDF-1.7 x", f"{REF}.pdf"), "Not a Word form", "PDF"),
    (
        "no grade",
        lambda c: c.arrives("Ada Auditor", filled(c.form(), grade="")),
        "Incomplete",
        "no grade is chosen",
    ),
    (
        "tracked changes in the grade",
        lambda c: c.arrives("Ada Auditor", filled(c.form(), grade="Good", tracked_from="Inadequate")),
        "Doubtful",
        "Track Changes",
    ),
    (
        "the wrong child's form",
        lambda c: c.arrives("Ada Auditor", filled(c.form("FSP-2026-03-002"), grade="Good")),
        "Possible wrong child",
        "The form is for FSP-2026-03-002",
    ),
    (
        "somebody else",
        lambda c: c.arrives("Hal Service", filled(c.form(), grade="Good")),
        "Sent by someone else",
        "nei",
    ),
    (
        "a corrupt file",
        lambda c: c.arrives("Ada Auditor", b"PK\x03\x04 broken"),
        "Not a Word form",
        "damaged",
    ),
    (
        "an unknown grade",
        lambda c: c.arrives("Ada Auditor", filled(c.form(), grade="Quite good")),
        "Doubtful",
        "words that are no grade",
    ),
    (
        "a blank form",
        lambda c: c.arrives("Ada Auditor", c.form()),
        "Incomplete",
        "Nothing has been filled in",
    ),
    ("words only", lambda c: c.arrives("Ada Auditor", None), "Please read", "without a form"),
    (
        "an outsider",
        lambda c: c.arrives(
            "Ada Auditor",
            filled(c.form(), grade="Good"),
            headers={"X-MS-Exchange-Organization-AuthAs": "Anonymous"},
        ),
        "Sender in doubt",
        "did not recognise",
    ),
]


@pytest.mark.parametrize(("what", "happens", "category", "reason"), ODD, ids=[odd[0] for odd in ODD])
def test_whatever_odd_comes_back_is_put_to_a_person_with_its_reason(
    council: Council, what: str, happens: Callable[[Council], None], category: str, reason: str
) -> None:
    council.launched()
    happens(council)
    council.run("2026-03-03", whole=False)
    assert kept(council) == [("Please look at", [category])], what
    assert not council.row().get("Auditor's grade")
    told = council.run("2026-03-04")
    assert told.digest_sent
    (digest, *_) = [
        d for d in reversed(council.door.tenant.deliveries(html=True)) if "Audits on" in d["subject"]
    ]
    assert reason in digest["html"], digest["html"]


def test_a_large_attachment_is_not_even_fetched(council: Council) -> None:
    council.launched()
    council.arrives("Ada Auditor", bytes(30_000_000))
    council.run("2026-03-03", whole=False)
    assert kept(council) == [("Please look at", ["Too large"])]


def test_an_automatic_reply_is_noted_and_never_answered(council: Council) -> None:
    council.ask("POST", "/automatic-reply", {"email": email("Ada Auditor"), "text": "I am away."})
    council.run("2026-03-02")
    before = len(council.door.tenant.deliveries())
    council.run("2026-03-02", "08:05", whole=False)
    assert len(council.door.tenant.deliveries()) == before
    assert any(m["folder"] == "Automatic replies" for m in council.inbox())


def test_a_person_who_left_is_told_and_nothing_more_goes_to_them(council: Council) -> None:
    council.ask("POST", "/remove-mailbox", {"email": email("Ada Auditor")})
    council.run("2026-03-02")
    council.run("2026-03-02", "08:05", whole=False)
    assert [c for _, c in kept(council)] == [["Could not be delivered"]] * 2
    assert council.run("2026-03-17").letters["several at once"] == 1, "after a week it is tried once more"


def test_the_same_file_twice_is_nothing_new(council: Council) -> None:
    council.launched()
    form = filled(council.form(), grade="Good")
    council.arrives("Ada Auditor", form)
    council.run("2026-03-03", whole=False)
    council.arrives("Ada Auditor", form)
    report = council.run("2026-03-04", whole=False)
    assert report.letters == {}
    assert kept(council) == []


def test_a_second_version_with_another_grade_is_held(council: Council) -> None:
    council.launched()
    council.arrives("Ada Auditor", filled(council.form(), grade="Good"))
    council.run("2026-03-03", whole=False)
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    report = council.run("2026-03-04", whole=False)
    assert report.letters == {"inadequate alert": 1}, "an Inadequate waits for no question"
    assert kept(council) == [("Please look at", ["Differs from an earlier return"])]
    assert council.row()["Auditor's grade"] == "Inadequate", "it counts until somebody has looked"


def test_an_edit_made_meanwhile_is_never_overwritten(council: Council) -> None:
    council.door.fault("edited under us", method="PATCH", path=r"/items/\d+/fields")
    report = council.run("2026-03-02")
    assert report.letters == LAUNCH
    assert council.row()["Status"] == "With auditor"
    assert council.row("FSP-2026-03-002")["Status"] == "With auditor"


def test_bad_rows_are_told_one_by_one_and_the_others_go_on(council: Council) -> None:
    ask = council.ask
    usual = {k: v for k, v in council.row().items() if k not in ("id", "etag")}
    for n, change in enumerate(
        (
            {"Auditor": None},
            {"Auditor": email("Tia Manager")},
            {"Audit type": "Something else"},
            {"Title": ""},
            {"Title": "FSP-2026-03-002"},
        ),
        10,
    ):
        ask("POST", "/lists/Audit allocations", {**usual, "Title": f"FSP-2026-03-{n:03}", **change})
    report = council.run("2026-03-02")
    assert report.letters == {"audit allocated": 1, "moderation allocated": 1, "practitioner informed": 1}
    said = " | ".join(p.what for p in report.problems)
    for sentence in (
        "“Auditor” is empty",
        "child's own team",
        "not one we know",
        "no reference",
        "2 rows have this",
    ):
        assert sentence in said
    assert report.digest_sent


def test_a_slip_of_the_year_is_told_and_counts_as_empty(council: Council) -> None:
    council.ask("PATCH", f"/lists/Audit allocations/{council.row()['id']}", {"Confirmed on": "8026-02-27"})
    report = council.run("2026-03-02")
    assert report.letters["audit allocated"] == 1
    (told,) = [p for p in report.problems if "year" in p.what]
    assert told.where == f"Audit allocations, {REF}"
    assert told.what.startswith("“Confirmed on” says 27 February 8026. Please check the year.")


def test_a_renamed_column_is_one_clear_line(council: Council) -> None:
    council.ask("POST", "/lists/Audit allocations/rename-column", {"from": "Ethnicity", "to": "Heritage"})
    report = council.run("2026-03-02")
    assert report.letters == LAUNCH
    assert [p.what for p in report.problems] == ["There is no column “Ethnicity”; it may have been renamed."]


def test_a_renamed_essential_column_stops_the_rows_and_says_so(council: Council) -> None:
    council.ask("POST", "/lists/Audit allocations/rename-column", {"from": "Auditor", "to": "Reviewer"})
    report = council.run("2026-03-02")
    assert report.letters == {}
    assert any("Without it no row" in p.what for p in report.problems)


def test_an_empty_list_and_no_cycle_are_told_not_fatal(council: Council) -> None:
    for row in council.ask("GET", "/lists/Audit allocations")["rows"]:
        council.ask("DELETE", f"/lists/Audit allocations/{row['id']}")
    report = council.run("2026-03-02")
    assert any("no audit in the list" in p.what for p in report.problems)
    council.ask("PATCH", "/lists/Audit cycles/1", {"Status": "Closed"})
    report = council.run("2026-03-03")
    assert any("No cycle is open" in p.what for p in report.problems)


def test_a_message_that_has_nothing_to_do_with_audits_stays_where_it_is(council: Council) -> None:
    council.arrives("Hal Service", None, subject="Lunch on Friday?")
    council.run("2026-03-02")
    assert [m["folder"] for m in council.inbox() if m["subject"] == "Lunch on Friday?"] == ["Inbox"]
    assert not any(m["is_read"] for m in council.inbox() if m["subject"] == "Lunch on Friday?")


def test_a_token_that_runs_out_in_the_middle_is_renewed(council: Council) -> None:
    council.door.fault("expired token", method="PATCH", path=r"/items/\d+/fields", times=1)
    council.door.fault("expired token", method="GET", path="delta", times=1)
    assert council.run("2026-03-02").letters == LAUNCH


def test_an_expired_cursor_reads_the_inbox_afresh_and_repeats_nothing(council: Council) -> None:
    council.launched()
    council.arrives("Ada Auditor", filled(council.form(), grade="Good"))
    council.run("2026-03-03", whole=False)
    council.door.fault("cursor expired", method="GET", path="delta", times=1)
    report = council.run("2026-03-04", whole=False)
    assert report.letters == {}
    assert council.row()["Auditor's grade"] == "Good"


def test_a_restricted_audit_carries_no_identifiers_and_no_form(council: Council) -> None:
    council.ask("PATCH", "/lists/Audit allocations/1", {"Restricted": True})
    council.run("2026-03-02")
    mine = [d for d in council.door.tenant.deliveries(html=True) if REF in d["subject"]]
    assert len(mine) == 3
    for delivery in mine:
        assert delivery["attachments"] == []
        assert "1000001" not in delivery["html"]
        assert "Robin" not in delivery["html"]


def test_the_digest_comes_once_a_working_day_and_never_at_the_weekend(council: Council) -> None:
    reports = [council.run(day) for day in ("2026-03-06", "2026-03-06", "2026-03-07", "2026-03-09")]
    assert [r.digest_sent for r in reports] == [True, False, False, True]
    assert Counter(d["subject"][:8] for d in council.door.tenant.deliveries())["[OFFICIA"] > 0


def test_the_first_digest_of_a_week_brings_the_next_ten_working_days(council: Council) -> None:
    for on, expected in (("2026-03-06", []), ("2026-03-09", ["Next ten working days from 2026-03-09.xlsx"])):
        council.run(on)
        digest = [d for d in council.door.tenant.deliveries() if "Audits on" in d["subject"]][-1]
        assert [a["name"] for a in digest["attachments"]] == expected


def test_the_reminder_follows_the_calendar_and_stops_when_the_audit_comes(council: Council) -> None:
    council.launched()
    council.arrives("Ada Auditor", filled(council.form(), grade="Good"))
    council.run("2026-03-10", whole=False)
    report = council.run("2026-03-17")
    assert report.letters["audit reminder"] == 1
    assert [d["to"] for d in council.door.tenant.deliveries() if "002" in d["subject"]][-1] == [
        email("Ada Auditor")
    ]


def test_a_cycle_that_is_opened_again_gets_no_letter_twice_whatever_a_former_version_put_away(
    council: Council,
) -> None:
    council.launched()
    council.arrives("Ada Auditor", filled(council.form(), grade="Good"))
    council.run("2026-03-03")
    before = council.received("Ada Auditor") + council.received("Mo Moderator")
    council.ask("PATCH", "/lists/Audit cycles/1", {"Status": "Closed"})
    council.run("2026-06-01")
    engine = sa.create_engine(council.door.settings.ledger)
    with engine.begin() as connection:
        for statement in OF_FORMER_VERSIONS:
            connection.exec_driver_sql(statement)
    engine.dispose()
    assert council.run("2026-06-02").letters == {}
    council.ask("PATCH", "/lists/Audit cycles/1", {"Status": "Open"})
    report = council.run("2026-06-03")
    assert report.letters == {"action plan to agree": 1, "monthly scorecard": 1}, (
        "new since, and nothing else"
    )
    assert council.received("Ada Auditor") + council.received("Mo Moderator") == before
    assert council.row()["Auditor's grade"] == "Good"


def test_a_mailbox_read_from_the_start_again_shows_nothing_new_of_what_was_taken_in_long_ago(
    council: Council,
) -> None:
    council.launched()
    council.arrives("Ada Auditor", None, subject="Lunch on Friday?")
    council.run("2026-03-03")
    council.run("2026-06-01")
    council.door.fault("cursor expired", method="GET", path="delta", times=1)
    assert council.run("2026-06-02").messages == 1  # the bot's own digest of the day before


def test_what_is_entered_in_the_list_during_the_day_does_not_wait_for_the_next_morning(
    council: Council,
) -> None:
    council.launched()
    council.arrives("Ada Auditor", filled(council.form(), grade="Good"))
    council.run("2026-03-16")
    council.arrives("Mo Moderator", filled(council.form(), grade="Good", moderated="Good"))
    council.run("2026-03-17")
    row = "/lists/Audit allocations/1"
    council.ask("PATCH", row, {"Final grade": "Inadequate", "Finally decided on": "2026-03-18"})
    council.run("2026-03-18", "07:30", whole=False)
    assert not any("inadequate" in subject.casefold() for subject in council.received("Tia Manager"))
    council.run("2026-03-18", "08:00")
    council.run("2026-03-18", "08:05", whole=False)  # the digest has come into the mailbox, too
    council.ask("PATCH", row, {"Final grade": "Good"})
    council.run("2026-03-18", "08:10", whole=False)
    assert not any("changed" in subject for subject in council.received("Tia Manager")), (
        "too soon to look again"
    )
    council.run("2026-03-18", "08:45", whole=False)
    assert any("changed" in subject for subject in council.received("Tia Manager"))


@pytest.mark.parametrize(
    ("outcome", "drafted"), [("Back to auditor", {"sent back by the moderator": 1}), ("Invalid", {})]
)
def test_a_moderator_who_does_not_let_the_audit_stand_is_put_to_the_audit_team_and_the_meeting_waits(
    council: Council, outcome: str, drafted: dict[str, int]
) -> None:
    council.launched()
    form = filled(council.form(), grade="Requires Improvement")
    council.arrives("Ada Auditor", form)
    council.run("2026-03-03")
    council.arrives(
        "Mo Moderator",
        filled(form, grade="Requires Improvement", moderated="Requires Improvement", m_outcome=outcome),
    )
    report = council.run("2026-03-04", whole=False)
    assert report.letters == drafted
    assert council.row()["Status"] == "Needs a person"
    assert kept(council) == [("Please look at", ["Please read"])]
