"""What comes with a message, in whatever wrapping: each form taken in on its own, everything else asked for."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import pytest
from forms import filled
from small_council import (
    REF,
    Council,
    digest,
    file,
    kept,
    mime,
)
from word_files import packed

OTHER = "FSP-2026-03-002"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def sent(council: Council, *attachments: dict[str, Any], **more: Any) -> list[tuple[str, list[str]]]:
    council.arrives("Ada Auditor", None, **{"attachments": list(attachments), **more})
    council.run("2026-03-03", whole=False)
    return kept(council)


def why(council: Council) -> str:
    council.run("2026-03-04")
    digests = [d for d in council.door.tenant.deliveries(html=True) if "Audits on" in d["subject"]]
    return str(digests[-1]["html"])


def test_a_form_in_an_attached_message_is_taken_in(council: Council) -> None:
    form = filled(council.form(), grade="Good")
    wrapped = file("The audit", mime((f"{REF}.docx", form)), kind="item", type="message/rfc822")
    assert sent(council, wrapped) == []
    assert council.row()["Auditor's grade"] == "Good"


def test_a_form_in_a_saved_message_is_taken_in(council: Council) -> None:
    form = filled(council.form(), grade="Good")
    assert sent(council, file("The audit.eml", mime((f"{REF}.docx", form)))) == []
    assert council.row()["Auditor's grade"] == "Good"


def test_a_form_in_an_old_message_inside_an_attached_one_is_taken_in(council: Council) -> None:
    form = filled(council.form(), grade="Good")
    inner = EmailMessage()
    inner["From"] = "a@wexcombe.example"
    inner.set_content("x")
    inner.add_attachment(form, maintype="application", subtype="octet-stream", filename=f"{REF}.docx")
    assert sent(council, file("The audit.eml", mime(inside=inner))) == []
    assert council.row()["Auditor's grade"] == "Good"


def test_a_message_with_too_many_parts_is_left_to_a_person(council: Council) -> None:
    many = mime(*((f"{n}.docx", b"x") for n in range(300)))
    assert sent(council, file("many.eml", many)) == [("Please look at", ["Not a Word form"])]


WRAPPED: dict[str, tuple[dict[str, Any], str]] = {
    "a link as an attachment": (
        {"name": REF, "kind": "reference", "item": {"sourceUrl": "https://x.example/:w:/s/a"}},
        "A link came instead of a file",
    ),
    "an Outlook message": (
        file(
            "audit.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "__substg1.0_".encode("utf-16-le")
        ),
        "Outlook message",
    ),
    "a zip": (file("audit.zip", packed({"form.docx": b"x"})), "zip archive"),
    "a picture": (file("scan.jpg", b"\xff\xd8\xff\xe0..."), "picture"),
    "a protected form": (
        file(
            f"{REF}.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le"),
        ),
        "encrypting sensitivity label",
    ),
    "the old Word": (
        file(
            f"{REF}.doc",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "WordDocument".encode("utf-16-le"),
        ),
        "(.doc)",
    ),
}


@pytest.mark.parametrize("what", WRAPPED)
def test_whatever_else_is_attached_is_put_to_a_person_by_name(council: Council, what: str) -> None:
    attachment, reason = WRAPPED[what]
    assert sent(council, attachment) == [("Please look at", ["Not a Word form"])]
    assert reason in why(council)
    assert not council.row().get("Auditor's grade")


def test_a_link_in_the_words_of_a_message_is_asked_about_and_never_followed(council: Council) -> None:
    link = '<p>It is here: <a href="https://wexcombe-my.sharepoint.example/:w:/g/personal/ada/x?e=1">audit</a></p>'
    assert sent(council, html=link, subject="My audit") == [("Please look at", ["Not a Word form"])]
    assert "A link came instead of a file" in why(council)


def test_a_link_in_a_quoted_letter_is_not_the_senders(council: Council) -> None:
    quoted = '<p>Thank you.</p><hr><p><a href="https://x.example/:w:/s/a">See the list</a></p>'
    assert sent(council, html=quoted) == [], "thanks and nothing else"


def test_a_form_pasted_into_the_message_is_asked_for_as_a_file(council: Council) -> None:
    pasted = (
        f"<table><tr><td>Audit reference</td><td>{REF}</td></tr><tr><td>Overall grade</td><td>Good</td></tr>"
        "<tr><td>Why this grade</td><td>Steady work</td></tr><tr><td>Completed on</td><td>16/03/2026</td></tr></table>"
    )
    assert sent(council, html=pasted) == [("Please look at", ["Not a Word form"])]
    assert "written into the message itself" in why(council)


def test_an_empty_message_about_an_audit_is_told(council: Council) -> None:
    assert sent(council, html="<p> </p>") == [("Please look at", ["Please read"])]
    assert "An empty message about" in why(council)


def test_two_forms_in_one_message_are_each_taken_in(council: Council) -> None:
    one, two = (filled(council.form(name), grade="Good") for name in (REF, OTHER))
    assert sent(council, file(f"{REF}.docx", one), file(f"{OTHER}.docx", two)) == []
    assert council.row(REF)["Auditor's grade"] == "Good"
    assert council.row(OTHER)["Auditor's grade"] == "Good"


def test_one_bad_form_among_two_is_held_and_the_other_taken_in(council: Council) -> None:
    one = filled(council.form(REF), grade="Good")
    two = filled(council.form(OTHER), grade="Good", tracked_from="Inadequate")
    held = sent(council, file(f"{REF}.docx", one), file(f"{OTHER}.docx", two))
    assert held == [("Please look at", ["Doubtful"])]
    assert council.row(REF)["Auditor's grade"] == "Good"
    assert not council.row(OTHER).get("Auditor's grade")


def test_the_same_form_attached_twice_is_one_return(council: Council) -> None:
    form = filled(council.form(), grade="Good")
    assert sent(council, file(f"{REF}.docx", form), file("copy.docx", form)) == []
    assert council.row()["Auditor's grade"] == "Good"


def test_another_version_with_the_same_grade_is_kept_beside_the_first(council: Council) -> None:
    first = filled(council.form(), grade="Good")
    second = filled(
        council.form(), grade="Good", grade_reason="Put better: visits are regular and the plan follows."
    )
    assert sent(council, file(f"{REF}.docx", first)) == []
    link = council.row()["Document link"]
    assert sent(council, file(f"{REF}.docx", second)) == []
    assert council.row()["Document link"] != link


def test_a_name_like_another_audits_holds_the_form_even_when_the_list_does_not_know_it(
    council: Council,
) -> None:
    form = filled(council.form(), grade="Good")
    assert sent(council, file("FSP-2026-03-777.docx", form)) == [("Please look at", ["Possible wrong child"])]
    assert "FSP-2026-03-777" in why(council)


@pytest.mark.parametrize("how", ["entered twice", "cycle empty"])
def test_a_form_whose_row_cannot_be_used_is_told_as_that_and_taken_in_by_itself_once_the_row_is_right(
    council: Council, how: str
) -> None:
    form = filled(council.form(), grade="Good")
    row = council.row()
    if how == "entered twice":
        twin = {k: v for k, v in row.items() if k not in ("id", "etag")}
        council.ask("POST", "/lists/Audit allocations", twin)
    else:
        council.ask("PATCH", f"/lists/Audit allocations/{row['id']}", {"Cycle": None})
    council.arrives("Ada Auditor", form)
    council.run("2026-03-03")
    assert kept(council) == [("Please look at", ["Its row cannot be used"])]
    told = digest(council)
    assert ("2 rows of the list have the reference" if how == "entered twice" else "the row of FSP") in told
    assert "Whoever keeps the list puts that right" in told
    assert "The form's reference" not in told
    if how == "entered twice":
        double = council.ask("GET", "/lists/Audit allocations")["rows"][-1]
        council.ask("DELETE", f"/lists/Audit allocations/{double['id']}")
    else:
        council.ask("PATCH", f"/lists/Audit allocations/{row['id']}", {"Cycle": row["Cycle"]})
    council.run("2026-03-04")
    assert council.row()["Auditor's grade"] == "Good"
    assert kept(council) == []


def test_a_moderator_who_moved_the_form_on_without_a_grade_is_told(council: Council) -> None:
    form = filled(council.form(), grade="Good")
    council.arrives("Ada Auditor", form)
    council.run("2026-03-03", whole=False)
    council.arrives("Mo Moderator", form)
    council.run("2026-03-04", whole=False)
    assert kept(council) == []  # the same bytes: nothing new


def not_filed(council: Council, day: str) -> None:
    """A run that takes the post in and is stopped before it files it."""
    council.door.fault("unavailable", method="POST", path="/move$", times=1_000)
    council.run(day, whole=False)
    council.ask("DELETE", "/faults")


def test_a_form_taken_in_by_a_run_that_was_stopped_before_filing_it_asks_nobody(council: Council) -> None:
    council.arrives(
        "Ada Auditor", filled(council.form(), grade="Good"), html="<p>The form is attached, as agreed.</p>"
    )
    not_filed(council, "2026-03-03")
    assert council.row()["Auditor's grade"] == "Good"
    assert [folder for folder, _ in kept(council)] == [], "it lies in the Inbox still"
    report = council.run("2026-03-03", "10:00", whole=False)
    assert (report.questions, kept(council)) == (0, [])
    assert [m["folder"] for m in council.inbox() if m["subject"] == f"RE: Audit {REF}"] == ["Audits taken in"]


@pytest.mark.parametrize("status", [404, 410])
@pytest.mark.parametrize("held", [False, True], ids=["taken in", "held"])
def test_a_message_that_exchange_does_not_find_to_move_is_told_and_moved_by_the_next_run(
    council: Council, status: int, held: bool
) -> None:
    sender = "Hal Service" if held else "Ada Auditor"
    council.arrives(sender, filled(council.form(), grade="Good"))
    council.door.fault(
        "refused", method="POST", path="/move$", times=1_000, status=status, code="ErrorItemNotFound"
    )
    report = council.run("2026-03-03")
    assert any("could not be moved" in p.what for p in report.problems)
    council.ask("DELETE", "/faults")
    report = council.run("2026-03-03", "10:00", whole=False)
    assert report.questions == held
    folder = "Please look at" if held else "Audits taken in"
    assert [m["folder"] for m in council.inbox() if m["subject"] == f"RE: Audit {REF}"] == [folder]


def test_a_moderation_that_a_person_is_to_read_is_so_whenever_its_message_is_filed(council: Council) -> None:
    form = filled(council.form(), grade="Good")
    council.arrives("Ada Auditor", form)
    council.run("2026-03-03", whole=False)
    back = filled(council.form(), grade="Good", moderated="Good", m_outcome="Refer to Audit Team")
    council.arrives("Mo Moderator", back)
    not_filed(council, "2026-03-04")
    council.run("2026-03-04", "10:00", whole=False)
    assert kept(council) == [("Please look at", ["Please read"])]
