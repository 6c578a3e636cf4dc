"""Every kind of thing that needs a person has its place, its words and its one next step."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path

import pytest

from bot.programme.matters import KINDS, Place, age, kind_of_problem
from bot.programme.vocabulary import Problem
from bot.programme.working_days import WorkingDays

ROOT = Path(__file__).parents[2]


def categories_in_the_code() -> Iterator[str]:
    """Every category by which something is held, wherever it is written: HeldBack(…), _hold(…), _person(…), and the
    pairs by which a reply is told or refused."""
    for path in sorted((ROOT / "bot").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if not re.search(r"HeldBack\(|_hold\(|_person\(", text):
            continue
        module = vars(import_module(".".join(path.relative_to(ROOT).with_suffix("").parts)))
        for node in ast.walk(ast.parse(text)):
            for written in _written(node):
                for part in ast.walk(written):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        yield part.value
                    elif isinstance(part, ast.Name) and isinstance(module.get(part.id), str):
                        yield module[part.id]


def _written(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Call):
        called = getattr(node.func, "id", getattr(node.func, "attr", ""))
        place = {"HeldBack": 0, "_hold": 2, "_person": 2}.get(called, 99)
        yield from node.args[place : place + 1]
        yield from (
            k.value.elts[0] for k in node.keywords if k.arg == "tell" and isinstance(k.value, ast.Tuple)
        )
    elif isinstance(node, ast.FunctionDef) and node.name in ("_tell", "refusal"):
        for inner in ast.walk(node):
            if isinstance(inner, ast.Return) and isinstance(inner.value, ast.Tuple):
                yield inner.value.elts[0]


def test_no_reason_to_hold_something_is_without_a_line() -> None:
    found = set(categories_in_the_code())
    assert len(found) >= 17, found
    assert not found - set(KINDS)


def test_the_page_for_the_audit_team_shows_the_same_table() -> None:
    page = (ROOT / "docs/for_the_audit_team.md").read_text(encoding="utf-8")
    places = {Place.CHILDREN: "children first", Place.BLOCKS: "people wait", Place.CAN_WAIT: "can wait"}
    for name, kind in KINDS.items():
        assert f"| {name} | {places[kind.place]} | {kind.wrong} | {kind.step} |" in page, name
    shown = page.split("| what needs you |", 1)[1].split("\n\n", 1)[0].count("\n") - 1
    assert shown == len(KINDS)


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
