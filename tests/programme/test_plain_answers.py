"""People answer as people do: what is plain is understood, everything else is read by a person."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from bot.papers.mail.attached_messages import own_words
from bot.programme.messages.plain_answers import Says, plain_answer, shown_words
from bot.programme.messages.reply_text import answer_part

ANSWERS = tomllib.loads(
    (Path(__file__).parents[1] / "samples" / "post" / "plain_answers.toml").read_text(encoding="utf-8")
)
EACH = [(says, text) for says, texts in ANSWERS.items() for text in texts]
THURSDAY = date(2026, 4, 9)
PEOPLE = ["Ada Auditor", "Mo Moderator", "Tia Manager"]


def says(text: str) -> Says:
    return plain_answer(answer_part(text), "Hal Service", THURSDAY, PEOPLE).says


def test_the_answers_are_many() -> None:
    assert len(EACH) >= 150


@pytest.mark.parametrize(("meant", "text"), EACH, ids=[f"{s}: {t[:40]!r}" for s, t in EACH])
def test_a_plain_answer_is_understood_and_nothing_else_is(meant: str, text: str) -> None:
    assert says(text) == meant


@pytest.mark.parametrize(("meant", "text"), [e for e in EACH if e[0] != "nothing"][::3])
def test_what_is_quoted_above_or_below_is_not_the_answer(meant: str, text: str) -> None:
    quoted = (
        "On Mon, 6 Apr 2026, Audit Team wrote:\n> Please do not confirm what is wrong.\n> Sent on 1 April?"
    )
    assert says(f"{text}\n\n{quoted}") == meant
    if ">" not in text and "\n" not in text:
        assert says(f"{quoted}\n\n{text}") == meant


@pytest.mark.parametrize(("meant", "text"), [e for e in EACH if e[0] in ("confirmed", "met on")][::2])
def test_a_but_on_a_line_of_its_own_always_turns_an_answer(meant: str, text: str) -> None:
    for turn in ("But not FSP-2026-03-002.", "Is Ada back by then?", "Please swap the auditor."):
        assert says(f"{turn}\n{text}") is Says.SOMETHING


def test_an_answer_below_the_quoted_letter_is_found_in_html() -> None:
    html = "<div>On Monday the Audit Team wrote:</div><blockquote><p>Please confirm.</p></blockquote><p>Confirmed</p>"
    assert says(own_words(html)) is Says.CONFIRMED


def test_the_words_shown_name_no_child_and_carry_no_number() -> None:
    shown = shown_words(
        [
            "Robin was seen on 01/06/2015 by Jane Smith, 1234567, robin@x.example. Can Mo take FSP-2026-03-001?"
        ],
        ["Mo Moderator", "FSP-2026-03-001"],
    )
    assert shown == "… was seen on … by … Can Mo take FSP-2026-03-001?"


@pytest.mark.parametrize(
    "born",
    [
        "5.2.18",
        "05/02/18",
        "5 February 2018",
        "5 Feb 18",
        "Feb 5, 2018",
        "2018-02-05",
        "2018/02/05",
        "05022018",
    ],
)
def test_the_words_shown_say_nobodys_birthday(born: str) -> None:
    assert shown_words([f"they were born on {born} , the eldest"], []) == "they were born on … , the eldest"


def test_a_reference_is_no_date() -> None:
    assert shown_words(["see FSP-2026-03-14 please"], ["FSP-2026-03-14"]) == "see FSP-2026-03-14 please"


def test_the_words_shown_are_few() -> None:
    assert len(shown_words(["we talked about it " * 40], [])) < 170
