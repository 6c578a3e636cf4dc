"""What a ledger comes to: folded through one method, and never changed by being read."""

from __future__ import annotations

import ast
import copy
import random
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import pytest
from councils import FIRST, council

from bot.programme.events import Event, EventKind
from bot.programme.history.history import _FOLDS, History, history_of
from bot.programme.history.records_of_the_past import AuditHistory

BOT = Path(__file__).parents[2] / "bot"


def a_past(seed: int) -> list[Event]:
    """What happened over some weeks in a council drawn at random."""
    drawn, chance = council(seed), random.Random(~seed)
    today = FIRST
    for _ in range(4):
        for _ in range(chance.randrange(6)):
            drawn.something_happens(today)
        (drawn.break_off if chance.random() < 0.2 else drawn.perform)(today, drawn.plan(today))
        drawn.post(today)
        today += timedelta(chance.randrange(1, 6))
    return drawn.events


def test_however_events_are_dealt_out_the_same_comes_of_them() -> None:
    letters = 0
    for seed in range(60):
        events, chance = a_past(seed), random.Random(seed)
        whole, one_by_one, in_portions, n = history_of(events), History(), History(), 0
        for event in events:
            one_by_one.take([event])
        while n < len(events):  # each portion begins with some that were taken before
            begin, n = chance.randint(0, n), n + chance.randrange(1, 40)
            in_portions.take(events[begin:n])
        assert one_by_one == whole
        assert in_portions == whole
        letters += len(whole.letters)
    assert letters > 100, "the councils are alive"


@pytest.mark.parametrize("seed", range(20))
def test_what_was_taken_once_counts_once(seed: int) -> None:
    events = a_past(seed)
    whole, again = history_of(events), history_of(events)
    again.take(random.Random(seed).sample(events, len(events) // 2))
    again.take(events)
    assert again == whole


def test_reading_changes_nothing() -> None:
    past = history_of(a_past(7))
    before = copy.deepcopy(past)
    for item in ("nobody's", *before.audits):
        assert past.audit(item) == before.audits.get(item, AuditHistory())
        for read in (past.letters_about, past.held_letters, past.open_questions, past.times_again):
            read(item)
        past.letters_of_rule(item, "audit allocated")
    past.open_questions()
    assert past == before


def test_there_is_an_answer_to_every_kind_of_event() -> None:
    assert set(_FOLDS) == set(EventKind)


def test_nobody_else_writes_a_history() -> None:
    """Only the modules that fold do; and of what the mailbox says now, the run."""
    names = {field.name for field in fields(History)} - {"still_waiting"}
    for path in BOT.rglob("*.py"):
        if path.name.startswith("folded"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            for target in targets:
                if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
                    whose = target.value.id
                    assert not (whose in ("picture", "history") and target.attr in names), f"{path}: {whose}"
