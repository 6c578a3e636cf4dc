"""How the cast reads a letter: which button is for whom, what it opens, which words the letter asks for."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from sandbox.play.cast.reading import completed, read

BOX = "audit.team@wexcombe.example"


def button(
    label: str, subject: str = "Audit FSP-2026-03-001", body: str = "Held on: \r\n\r\n(Then send.)"
) -> str:
    return f'<a href="mailto:{BOX}?subject={quote(subject)}&amp;body={quote(body)}">{label}</a>'


def first(body: str, **reader: object) -> str:
    found = read(f"<div>{body}</div>").first(**reader)  # type: ignore[arg-type]
    return found.label if found else ""


def test_the_first_button_is_pressed_and_no_way_out() -> None:
    letter = "".join(
        button(label) for label in ("I cannot take it", "Return the audit", "The UoPP meeting was held")
    )
    assert first(letter) == "Return the audit"
    assert first(button("I need more time")) == ""


def test_an_address_without_a_ready_message_is_no_button() -> None:
    assert first(f'<p>Write to <a href="mailto:{BOX}?subject=About">us</a>.</p>') == ""


def test_a_button_for_somebody_else_is_theirs_alone() -> None:
    letter = button("For the Team Manager: we agree") + button("The urgent issues are done")
    assert first(letter) == "The urgent issues are done"
    assert first(letter, copied=True, part="Team Manager") == "we agree"
    assert first(letter, copied=True) == ""


def test_a_button_for_those_copied_is_not_pressed_by_whom_the_letter_is_to() -> None:
    letter = "<p>Ada, who has a copy of this message, can tell us with this button:</p>" + button(
        "It was held"
    )
    assert first(letter) == ""
    assert first(letter, copied=True) == "It was held"


def test_of_a_letter_about_several_audits_each_has_its_own_button() -> None:
    letter = button("Return the audit", "Audit FSP-2026-03-001") + button(
        "Return the audit", "Audit FSP-2026-03-002"
    )
    found = read(letter).first("FSP-2026-03-002")
    assert found
    assert found.ready["subject"] == "Audit FSP-2026-03-002"
    assert found.ready["to"] == [BOX]


@pytest.mark.parametrize(
    ("body", "filled"),
    [
        ("Held on: \n\n(Then send.)", "Held on: 7/4/2026\n\n(Then send.)"),
        ("\n(Please leave details out.)", "7/4/2026\n\n(Please leave details out.)"),
        ("(Write after the colon: so)\nDone on:", "(Write after the colon: so)\nDone on: 7/4/2026"),
    ],
)
def test_the_blank_of_a_ready_message_is_filled_in_where_it_stands(body: str, filled: str) -> None:
    assert completed(body, day="7/4/2026") == filled


def test_the_words_a_letter_asks_for_are_read() -> None:
    assert read("<p>Please reply with “Signed off”, or say what should change.</p>").words == "Signed off"
    assert read("<p>“Confirmed” is a fine word.</p>").words == ""
    assert read("<p>Find a day and <b>reply with it</b>.</p>").asks_for_a_day
    assert not read("<p>Reply with what you have agreed.</p>").asks_for_a_day
