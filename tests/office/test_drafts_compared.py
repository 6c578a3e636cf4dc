"""A draft is the letter's only where its readers, subject, text and attachments are."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.office.mail.drafts_compared import differs, of_draft, of_letter
from bot.office.mail.outgoing import OutgoingLetter
from bot.programme.vocabulary import Person

ADA, TIA = Person("Ada Auditor", "ada@x.example"), Person("Tia Manager", "tia@x.example")
FILES = (("FSP-1.docx", b"PK form"), ("FSP-1.ics", b"BEGIN"))
LETTER = OutgoingLetter(
    key="k", about="101", letter="l", rule="r", occasion="", subject="FSP-1 audit allocated",
    html="<html><head><title>x</title></head><body><p>Dear Ada &amp; all</p></body></html>",
    to=(ADA,), cc=(TIA,), attachments=FILES, due=date(2026, 3, 2), why="w",
)  # fmt: skip


def reader(address: str) -> dict[str, Any]:
    return {"emailAddress": {"name": "x", "address": address}}


def draft(**changes: Any) -> dict[str, Any]:
    """The letter as Exchange gives it back: HTML of its own, addresses in other letters, nothing where nobody is."""
    return {
        "subject": LETTER.subject,
        "body": {
            "content": "<html><head><style>p {}</style></head><body>\n<p>Dear <b>Ada</b>&nbsp;&#38; all</p></body>"
        },
        "toRecipients": [reader("Ada@X.example")],
        "ccRecipients": [reader("tia@x.example")],
        **changes,
    }


def carried(*files: tuple[str, bytes]) -> list[dict[str, Any]]:
    return [{"name": name, "contentBytes": base64.b64encode(data).decode()} for name, data in files]


def test_a_draft_that_says_what_the_letter_says_is_the_letters_whatever_exchange_made_of_it() -> None:
    assert differs(draft(), LETTER) == ""
    assert of_draft(draft(), carried(*reversed(FILES))) == of_letter(LETTER)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"toRecipients": [reader("tia@x.example")]}, "other recipients"),
        ({"toRecipients": []}, "other recipients"),
        ({"ccRecipients": []}, "other recipients"),
        ({"ccRecipients": [reader("tia@x.example"), reader("ori@x.example")]}, "other recipients"),
        ({"bccRecipients": [reader("ori@x.example")]}, "other recipients"),
        (
            {"toRecipients": [reader("tia@x.example")], "ccRecipients": [reader("ada@x.example")]},
            "other recipients",
        ),
        ({"subject": "FSP-2 audit allocated"}, "another subject"),
        ({"subject": None}, "another subject"),
        ({"body": {"content": "<p>Dear Ada and all</p>"}}, "another text"),
        ({"body": None}, "another text"),
    ],
)
def test_a_draft_with_other_readers_subject_or_text_is_not_the_letters_and_it_is_said_which(
    changes: dict[str, Any], told: str
) -> None:
    assert differs(draft(**changes), LETTER) == told
    assert of_draft(draft(**changes), carried(*FILES)) != of_letter(LETTER)


@pytest.mark.parametrize(
    "files", [(), FILES[:1], (("FSP-1.docx", b"PK other"), FILES[1]), (("FSP-2.docx", b"PK form"), FILES[1])]
)
def test_a_draft_with_other_attachments_is_not_the_letters(files: tuple[tuple[str, bytes], ...]) -> None:
    assert of_draft(draft(), carried(*files)) != of_letter(LETTER)
    assert of_letter(replace(LETTER, attachments=files)) == of_draft(draft(), carried(*files))


def test_what_nobody_sees_of_a_letter_is_no_other_text() -> None:
    unseen = "<!-- made on > Monday --><style>\np { color: red }\n</style><p>Dear Ada &amp; all</p>"
    assert differs(draft(body={"content": unseen}), LETTER) == ""
    seen = "<p>Dear Ada &amp; all</p><p>p.s.</p>"
    assert differs(draft(body={"content": seen}), LETTER) == "another text"
