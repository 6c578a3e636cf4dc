"""Somebody from whom something is waited for writes in their own words, without reference: it is held with them."""

from __future__ import annotations

from typing import Any

import pytest
from forms import filled
from small_council import LOOK, REF, Council, digest, kept, letters
from tenant import Door


def writes(council: Council, sender: str, words: str, subject: str = "Hello", **more: Any) -> None:
    council.arrives(sender, None, subject=subject, cc=[], html=f"<p>{words}</p>", **more)


def in_the_inbox(council: Council, subject: str) -> bool:
    return [m["folder"] for m in council.inbox() if m["subject"] == subject] == ["Inbox"]


@pytest.mark.parametrize(
    "words",
    [
        "When is this due?",
        "Could I have until Friday?",
        "Sorry, I have not started yet.",
        "Can somebody ring me?",
    ],
)
def test_an_auditor_who_asks_without_a_reference_is_heard_and_not_chased_before_it_is_read(
    council: Council, words: str
) -> None:
    council.ask("PATCH", "/lists/Audit allocations/2", {"Auditor": "ori.otherservice@wexcombe.example"})
    writes(council, "Ada Auditor", words)
    council.run("2026-03-02", "11:00", whole=False)
    assert kept(council) == [(LOOK, ["Please read"])]
    council.run("2026-03-23")
    assert words in digest(council)
    assert REF in digest(council)
    assert not [x for x in letters(council) if "ada.auditor" in x and REF in x and "overdue" in x]


def test_a_moderator_and_a_team_manager_who_are_waited_for_are_heard_too(council: Council) -> None:
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    council.run("2026-03-02", "10:00", whole=False)
    council.arrives("Mo Moderator", filled(council.form(), grade="Inadequate", moderated="Inadequate"))
    council.run("2026-03-02", "11:00", whole=False)
    writes(council, "Tia Manager", "Who does the visit tomorrow?")
    writes(council, "Mo Moderator", "How long have I got for the other one?")
    council.run("2026-03-02", "12:00", whole=False)
    assert kept(council) == [(LOOK, ["Please read"])] * 2


@pytest.mark.parametrize(
    ("subject", "words", "more"),
    [
        ("Lunch on Friday?", "Shall we?", {}),
        ("Hello", "Thank you!", {}),
        ("News", "What is new this month", {"headers": {"List-Unsubscribe": "<mailto:x@wexcombe.example>"}}),
        ("Hello", "When is this due?", {"headers": {"Sensitivity": "Personal"}}),
        (
            "Hello",
            "When is this due?",
            {"to": ["mo.moderator@wexcombe.example"], "cc": ["audit.team@wexcombe.example"]},
        ),
    ],
)
def test_thanks_newsletters_and_what_is_private_or_to_others_stay_untouched(
    council: Council, subject: str, words: str, more: dict[str, Any]
) -> None:
    council.arrives("Ada Auditor", None, **{"subject": subject, "cc": [], "html": f"<p>{words}</p>", **more})
    council.run("2026-03-02", "11:00", whole=False)
    assert in_the_inbox(council, subject)


def test_a_question_of_somebody_nothing_is_waited_for_from_is_theirs(council: Council) -> None:
    writes(council, "Hal Service", "When is this due?")
    council.run("2026-03-02", "11:00", whole=False)
    assert in_the_inbox(council, "Hello")


def test_a_head_of_service_who_has_a_list_to_confirm_and_asks_is_heard(door: Door) -> None:
    council = Council(door)
    for row in council.ask("GET", "/lists/Audit allocations")["rows"]:
        council.ask("PATCH", f"/lists/Audit allocations/{row['id']}", {"Confirmed on": None})
    council.run("2026-02-23")
    writes(council, "Hal Service", "Until when do you need this?")
    council.run("2026-02-23", "11:00", whole=False)
    assert kept(council) == [(LOOK, ["Please read"])]
