"""Every kind of thing that needs a person has its place, its words and its one next step."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.programme.history.records_of_the_past import Question
from bot.programme.messages import held_reasons
from bot.programme.messages.held_reasons import REASONS, HeldReason
from bot.programme.messages.matter_kind import Place
from bot.programme.telling.matters import KINDS, Around, age, kind_of_problem, of_question
from bot.programme.vocabulary import Problem
from bot.programme.working_days import WorkingDays

ROOT = Path(__file__).parents[2]
MORNING = datetime(2026, 3, 27, 7, 0, tzinfo=UTC)  # a Friday
AROUND = Around(MORNING.date(), WorkingDays(), "".join, "audit.team@wexcombe.example", {}, lambda item_id: "")


def literals() -> Iterator[tuple[str, str]]:
    """Every text that stands in the bot's code, with the file it stands in."""
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield path.name, node.value


def test_a_reason_to_hold_something_is_written_down_once() -> None:
    assert len(REASONS) >= 18
    for file, text in literals():
        assert text not in REASONS or file == "held_reasons.py", f"{file} spells “{text}” itself"


def test_something_is_held_by_every_reason() -> None:
    used = {
        node.id
        for path in (ROOT / "bot").rglob("*.py")
        if path.name != "held_reasons.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Name)
    }
    idle = {name for name, value in vars(held_reasons).items() if isinstance(value, HeldReason)} - used
    assert not idle, (
        f"nothing holds by {idle}: use it in programme/answers/ or daily_run/post/, or take it away"
    )


def test_the_digest_asks_about_a_held_message_with_the_words_of_its_reason() -> None:
    for reason in REASONS.values():
        question = Question(
            MORNING, MORNING.date(), "", "why", "a@b.example", "1", key="1", category=f"{reason}"
        )
        told = of_question(question, {}, AROUND)
        assert (told.place, told.step) == (
            reason.kind.place,
            f"{reason.kind.step} It lies in “Please look at”.",
        )


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_each_kind_has_one_next_step_as_one_sentence_and_a_person_who_can_do_it(kind: object) -> None:
    step, who = kind.step, kind.who  # type: ignore[attr-defined]
    assert re.fullmatch(r"[A-Z][^.]+\.", step), step
    assert who


def test_nothing_about_a_child_can_be_waved_away() -> None:
    for name, kind in KINDS.items():
        if kind.place is Place.CHILDREN:
            assert kind.settled in ("", "They have been told"), name


@pytest.mark.parametrize(
    ("where", "what", "kind"),
    [
        ("Audit allocations, FSP-1", "“Moderator” is empty. Nothing goes out for this audit.", "a row that stops"),
        ("Audit allocations, FSP-1", "Ada Auditor audited this work before.", "a row to look at"),
        ("Audit allocations, FSP-1", "Please enter “UoPP held on” Wed 18 Mar 2026: …", "to enter"),
        ("Audit roles", "Nobody is Audit Manager.", "roles"),
        ("Audit cycles, March", "“Month one” is empty.", "cycle"),
        ("Audit reminder, FSP-1", "The letter waits for the next run.", "a letter that waits"),
        ("The shared mailbox", "A message could not be taken in.", "the mailbox"),
    ],
)  # fmt: skip
def test_a_problem_finds_its_kind(where: str, what: str, kind: str) -> None:
    assert kind_of_problem(Problem(where, what)) == kind


@pytest.mark.parametrize(
    ("since", "said"),
    [
        (date(2026, 3, 24), "since Tuesday, 3 working days"),
        (date(2026, 3, 27), "new today"),
        (date(2026, 3, 12), "since Thu 12 Mar 2026, 11 working days"),
    ],
)
def test_a_matter_says_since_when_it_waits(since: date, said: str) -> None:
    assert age(since, date(2026, 3, 27), WorkingDays()) == said
