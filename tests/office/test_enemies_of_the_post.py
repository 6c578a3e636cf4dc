"""What a careless colleague and an enemy outside send, played to the end."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from forms import filled
from people_at_work import answers
from small_council import LOOK, REF, REPORT, Council, digest, file, kept, went
from tenant import Door, email

OTHER = "FSP-2026-03-002"
OUTSIDE = {"X-MS-Exchange-Organization-AuthAs": "Anonymous"}


def taken(council: Council) -> bool:
    council.run("2026-03-02", "11:00", whole=False)
    return bool(council.row().get("Auditor's grade")) or bool(council.row(OTHER).get("Auditor's grade"))


def sent_id(council: Council, to: str, subject: str) -> str:
    sent = council.door.tenant.deliveries(html=True)
    found = next(d for d in sent if subject in d["subject"] and email(to) in d["to"])
    return str(found["internet_message_id"])


@pytest.mark.parametrize(
    "more",
    [
        {"from": "ada.auditor@wexcombe-example.com"},
        {"from": "ada.auditor@wexcornbe.example"},
        {"from": "ada.auditor@wexcombe.example.evil.example"},
        {"headers": OUTSIDE},
        {"headers": {**OUTSIDE, "X-MS-Exchange-Organization-AuthSource": "wexcombe.example"}},
        {"headers": {**OUTSIDE, "Auto-Submitted": "auto-replied"}},
        {"from": "hal.service@wexcombe.example"},
    ],
)
@pytest.mark.parametrize("grade", ["Good", "Inadequate"])
def test_a_form_from_nobody_who_may_send_it_changes_nothing_and_is_held(
    council: Council, more: dict[str, Any], grade: str
) -> None:
    council.arrives("Ada Auditor", filled(council.form(), grade=grade), **more)
    assert not taken(council)
    assert [folder for folder, _ in kept(council)] == [LOOK]
    assert not went(council, "Pru Practitioner", "please read today")


def test_a_report_from_outside_that_names_everybody_keeps_no_alert_back(council: Council) -> None:
    people = [
        "pru.practitioner",
        "tia.manager",
        "hal.service",
        "mo.moderator",
        "ada.auditor",
        "ori.otherservice",
    ]
    named = "<br>".join(f"{p}@wexcombe.example" for p in people)
    for name, subject in (("Ada Auditor", REF), ("Pru Practitioner", REF)):
        council.arrives(
            "Ada Auditor", None, **{"from": "postmaster@gateway.example"}, cc=[], subject="Undeliverable: Audit",
            html=f"<p>These could not be reached:<br>{named}</p>", message_class="REPORT.IPM.Note.NDR",
            headers={**REPORT, **OUTSIDE, "In-Reply-To": sent_id(council, name, subject)},
        )  # fmt: skip
    council.run("2026-03-02", "10:00", whole=False)
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    council.run("2026-03-02", "11:00", whole=False)
    for name in ("Pru Practitioner", "Tia Manager", "Hal Service"):
        assert went(council, name, "please read today"), name
    council.run("2026-03-03")
    assert "nothing waits because of it" in digest(council)


def test_a_forgery_with_the_message_id_of_an_honest_form_does_not_take_its_place(council: Council) -> None:
    form, same = filled(council.form(), grade="Good"), {"internetMessageId": "<form@wexcombe.example>"}
    council.arrives("Ada Auditor", form, headers=OUTSIDE, **same)
    assert not taken(council)
    council.arrives("Ada Auditor", form, **same)
    assert taken(council)
    council.arrives("Ada Auditor", form, **same)
    council.arrives("Ada Auditor", form, headers=OUTSIDE, **same)
    council.run("2026-03-03")
    assert kept(council) == [(LOOK, ["Sender in doubt"])] * 2, "the very same honest message is put away"
    assert digest(council).lower().count("in the name of ada auditor") == 2


def zipped(data: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(f"{REF}.docx", data)
    return held.getvalue()


def test_a_form_in_an_archive_or_under_a_strange_name_is_never_lost(council: Council) -> None:
    form = filled(council.form(), grade="Good")
    council.arrives("Ada Auditor", zipped(form), name="audit.zip")
    assert not taken(council)
    assert kept(council) == [(LOOK, ["Not a Word form"])]
    for name in ("../../secret/a\x07b\u202ecod.docx", "a/b\\c:d?.docx"):
        council.arrives("Ada Auditor", form, name=name)
    assert taken(council)


def test_a_siblings_form_is_held_as_possibly_the_wrong_childs(council: Council) -> None:
    council.arrives("Ada Auditor", filled(council.form(OTHER), grade="Good"), subject=f"RE: Audit {REF}")
    assert not taken(council)
    assert kept(council) == [(LOOK, ["Possible wrong child"])]


def test_a_form_sent_inline_from_the_phone_is_taken_in(council: Council) -> None:
    form = {**file(f"{REF}.docx", filled(council.form(), grade="Good")), "inline": True}
    council.arrives("Ada Auditor", None, attachments=[form], html="<p>Sent from my iPhone</p>")
    assert taken(council)


@pytest.mark.parametrize(
    "words",
    [
        "Confirmed, except row 3",
        "not confirmed",
        "Correct the list please",
        "Is this all correct",
        "Approved list attached",
    ],
)
def test_what_only_looks_like_a_confirmation_confirms_nothing(door: Door, words: str) -> None:
    council = Council(door)
    for row in council.ask("GET", "/lists/Audit allocations")["rows"]:
        council.ask("PATCH", f"/lists/Audit allocations/{row['id']}", {"Confirmed on": None})
    council.run("2026-02-23")
    answers(council, "Hal Service", words, "the audit list for you to confirm")
    council.run("2026-02-24")
    assert kept(council) == [(LOOK, ["Please read"])]
    assert "“Confirmed on”" not in digest(council)


@pytest.mark.parametrize(
    "words",
    [
        "We met on 31 April",
        "Yes",
        "A review was held on 3 March",
        "I met Pru on 3 March",
        "The team meeting was held on 3 March",
    ],
)
def test_what_is_no_meeting_of_the_audit_enters_none(council: Council, words: str) -> None:
    council.arrives("Ada Auditor", filled(council.form(), grade="Requires Improvement"))
    council.run("2026-03-02", "11:00", whole=False)
    form = filled(council.form(), grade="Requires Improvement", moderated="Requires Improvement")
    council.arrives("Mo Moderator", form)
    council.run("2026-03-03")
    council.arrives("Ada Auditor", None, html=f"<p>{words}</p>")
    council.run("2026-03-04")
    assert kept(council) == [(LOOK, ["Please read"])] or kept(council) == [(LOOK, ["Date in doubt"])]
    assert "“UoPP held on” " not in digest(council)


def test_out_of_office_in_plain_words_is_held_and_thanks_with_an_old_form_are_put_away(
    council: Council,
) -> None:
    council.arrives("Ada Auditor", None, html="<p>I am out of the office until 16 March.</p>")
    council.run("2026-03-03")
    assert "They may be away" in digest(council)
    form = filled(council.form(), grade="Good")
    council.arrives("Ada Auditor", form)
    council.run("2026-03-04", whole=False)
    before = len(kept(council))
    council.arrives("Mo Moderator", form, html="<p>Thank you!</p>")
    council.run("2026-03-04", "11:00", whole=False)
    assert len(kept(council)) == before, "the same file again is no return"


@pytest.mark.parametrize(
    "body", ["https://" * 5000, "<" * 40_000, "<!--" * 10_000, "a@" * 20_000, "On " * 13_000]
)
def test_a_body_made_to_cost_time_is_read_in_no_time(council: Council, body: str) -> None:
    council.arrives("Ada Auditor", filled(council.form(), grade="Good"), html=body)
    assert taken(council)
    council.arrives("Ada Auditor", None, html=f"<p>{body}</p>")
    council.run("2026-03-02", "12:00", whole=False)


def test_a_button_of_another_audit_or_from_another_person_is_not_obeyed(council: Council) -> None:
    council.arrives("Ada Auditor", filled(council.form(), grade="Requires Improvement"))
    council.run("2026-03-02", "11:00", whole=False)
    form = filled(council.form(), grade="Requires Improvement", moderated="Requires Improvement")
    council.arrives("Mo Moderator", form)
    council.run("2026-03-03")
    for sender, subject in (
        ("Ada Auditor", f"UoPP meeting held, audit {OTHER} [{OTHER} uopp-held ABCDEF123456]"),
        ("Pru Practitioner", f"UoPP meeting held, audit {REF} [{REF} uopp-held ABCDEF123456]"),
        ("Ada Auditor", f"[../{REF} uopp-held ABCDEF123456]"),
    ):
        council.arrives(sender, None, subject=subject, html="<p>UoPP held on: 3/3/2026</p>")
    council.run("2026-03-04")
    assert [folder for folder, _ in kept(council)] == [LOOK] * 3
    assert "Please enter “UoPP held on”" not in digest(council), "offered at most, never entered"
    assert council.row()["Status"] == "UoPP to be held"


def test_a_huge_body_around_a_form_changes_nothing_about_it(council: Council) -> None:
    council.arrives("Ada Auditor", filled(council.form(), grade="Good"), html="<p>word </p>" * 50_000)
    assert taken(council)
    assert kept(council) == []


def test_an_answer_in_the_subject_is_shown(council: Council) -> None:
    council.arrives(
        "Ada Auditor", None, subject=f"RE: Audit {REF} - cannot do this, off sick", html="<p></p>"
    )
    council.run("2026-03-03")
    assert "cannot do this, off sick" in digest(council)
