"""Every button has one complete record, and what letters, docs and mailboxes know of it is that record."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from people import book

from bot.daily_run.team_words import OBEYED
from bot.papers.letters.button_words import MAKE_ANEW
from bot.programme.answers.button_links import signature
from bot.programme.answers.ready_messages import MESSAGES, READY
from bot.programme.answers.team_words import About, TeamWord
from bot.programme.list_columns import Kind, columns_of
from bot.programme.messages.button import Wants
from bot.programme.messages.buttons import Command
from bot.programme.messages.reply_text import body_of, said
from bot.programme.standing.what_letters_ask import answer_to
from bot.programme.vocabulary import Allocation, Cycle

ROOT = Path(__file__).parents[2]
LETTERS = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "mail_templates").glob("*.md")}
USED = [
    (letter, label, word.rpartition(".")[2])
    for letter, text in LETTERS.items()
    for label, word in re.findall(r'\{\{[-+]?\s*button\("([^"]*)",\s*([\w.]+)\)', text)
]


@pytest.mark.parametrize("command", Command)
def test_the_record_of_a_button_says_all_there_is_to_say(command: Command) -> None:
    button = command.button
    assert re.fullmatch(r"§\d+", button.guide)
    assert "{about}" in button.subject
    assert button.hint.endswith(".")
    assert button.label
    assert button.follows
    assert bool(button.day_label) == button.wants.a_day, "a day is written after its label"
    assert bool(button.sentence) != button.wants.a_day, "everything else begins with what is said by it"
    if not button.about_a_cycle:
        assert not button.wants.a_day or button.after, (
            "a day of an audit needs `after`, or none is ever believed"
        )
        assert button.wants is not Wants.DAY_TO_COME, "only a cycle's day may lie ahead; take Wants.DETAILS"


@pytest.mark.parametrize("command", Command)
def test_a_button_is_somebodys(command: Command) -> None:
    button = command.button
    asking = [rule for rule in book().rules if answer_to(rule) is command]
    assert button.by or any(rule.of_cycle for rule in asking), "nobody could ever press it"
    if button.ends:
        assert asking, "no rule asks for what it tells"
    assert len(set(button.by)) == len(button.by)


@pytest.mark.parametrize("command", Command)
def test_what_a_button_tells_goes_somewhere(command: Command) -> None:
    button = command.button
    assert button.column or button.told or button.copied, "nobody would learn of it"
    assert button.counts or button.told
    if button.column:
        row = Cycle if button.about_a_cycle else Allocation
        assert columns_of(row)[button.column].kind is Kind.DAY
    if button.ends:
        assert button.column, "what letters stop asking for must be entered somewhere"


def test_a_column_has_one_button() -> None:
    columns = [command.button.column for command in Command if command.button.column]
    assert len(set(columns)) == len(columns)


@pytest.mark.parametrize("command", Command)
def test_a_ready_message_that_is_just_sent_says_what_its_button_says(command: Command) -> None:
    button = command.button
    told = said(command, body_of(command, "Ada Auditor"), button.subject, "Ada Auditor", date(2026, 3, 20))
    assert not told.rest
    assert told.meant
    assert not told.dates


def test_the_words_in_peoples_mailboxes_are_understood_for_ever() -> None:
    assert {command.value for command in Command} >= {
        "confirm-list", "already-sent", "cannot-do-audit", "exempt-auditor", "urgent-issues-done", "uopp-held",
        "review-uopp-held", "progress", "safety-steps-ended", "disagree", "kloe-meeting-on", "dip-report-sent",
        "dip-report-signed-off", "action-plan-agreed", "workshop-on",
    }  # fmt: skip
    assert {word.value for word in TeamWord} >= {
        "hold-letter", "skip-letter", "send-letter", "send-all-letters", "skip-all-letters", "settled", "take-it",
        "enter-it", "sender-is-right", "it-arrived", "send-the-draft", "never-send",
        "make-anew", "use-files",
    }  # fmt: skip


def test_what_is_signed_stays_the_same_for_ever() -> None:
    signed: list[tuple[str, ...]] = []

    def keys(parts: tuple[str, ...]) -> str:
        signed.append(parts)
        return "abcdefghijklmnop"

    assert signature(keys, Command.UOPP_HELD, "a letter's key", None) == "ABCDEFGHIJKL"
    assert signed == [("reply", "uopp-held", "a letter's key")]


# ---------------------------------------------------------------------------------------------------- letters and pages


def test_every_button_in_a_letter_has_its_record_and_every_record_its_letter() -> None:
    known = {command.word for command in Command} | READY | {MAKE_ANEW}
    assert len(USED) > 60
    for letter, label, word in USED:
        assert word in known, f"{letter}: no record is called “{word}” (“{label}”)"
    assert known == {word for _, _, word in USED}, "a button that no letter shows"


@pytest.mark.parametrize("command", Command)
def test_some_letter_calls_a_button_as_the_pages_do(command: Command) -> None:
    assert command.button.label in {label for _, label, word in USED if word == command.word}


# ---------------------------------------------------------------------------------------------------- the Audit Team's


@pytest.mark.parametrize("word", TeamWord)
def test_the_record_of_a_word_of_the_audit_team_says_all_there_is_to_say(word: TeamWord) -> None:
    wording = word.wording
    assert wording.says
    assert ":" not in wording.says, "the matter follows after a colon"
    assert wording.follows.endswith(".")
    assert wording.shown
    assert bool(wording.letter) == (wording.about in (About.LETTER, About.ALL_LETTERS))


def test_every_word_of_the_audit_team_is_obeyed() -> None:
    assert set(OBEYED) == set(About) == {word.wording.about for word in TeamWord}


def test_no_ready_message_is_a_button_with_a_command() -> None:
    assert not READY & {command.word for command in Command}
    assert len(READY) == len(MESSAGES)
