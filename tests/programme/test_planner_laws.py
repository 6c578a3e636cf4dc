"""The planner's laws, over councils, histories and edits drawn at random (councils.py).

A law that fails names the number of the council: `judged(4711)` plays it again.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from councils import BY_HAND, FIRST, Drawn, basis, council, in_other_order, kinds, rows_of

from bot.programme.history.history import History, history_of
from bot.programme.planning.planner import plan
from bot.programme.rulebook.rules import Circumstance
from bot.programme.standing.actions import Plan, SendLetter
from bot.programme.standing.checks import checked
from bot.programme.standing.council import Council
from bot.programme.vocabulary import Allocation, Cycle, Milestone, Scope

QUICK, SLOW, PARTS = 3, 330, 50


def judged(seed: int) -> Counter[str]:
    """Live through some weeks of one council and hold every law against each plan. What was met, counted."""
    drawn = council(seed)
    chance = random.Random(~seed)
    today, sent, met = FIRST, set[str](), Counter[str]()
    for _ in range(chance.randrange(4, 13)):
        today += timedelta(chance.choice([0, 1, 1, 2, 2, 3, 5, 9]))
        for _ in range(chance.choice([0, 0, 1, 1, 2, 5])):
            drawn.something_happens(today)
        history = history_of(drawn.events)
        planned = drawn.plan(today, history)
        met["plans"] += 1
        met["letters"] += len(planned.letters)
        _says_the_same_again(drawn, today, planned, history, chance)
        met.update(letter.rule.id for letter in planned.letters)
        for letter in planned.letters:
            assert sent.isdisjoint(_keys(letter)), "nothing is planned twice"
            _is_right(letter, drawn, today)
        every = [key for letter in planned.letters for key in _keys(letter)]
        assert len(set(every)) == len(every)
        written = {row.item_id: row.written for row in drawn.rows}
        for update in planned.rows:
            by_hand = {column for column, value in written[update.item_id].items() if value == BY_HAND}
            assert not by_hand & update.values.keys(), "what a person changed by hand is left as it is"
            met["rows"] += 1
        if chance.random() < 0.15:
            drawn.break_off(today, planned)
            history = history_of(drawn.events)
            sent |= {key for key, letter in history.letters.items() if letter.spoken_for}
            met["broken off"] += 1
            continue
        drawn.perform(today, planned)
        sent.update(every)
        _nothing_is_left(drawn, today)
    return met


def _keys(letter: SendLetter) -> list[str]:
    return [letter.key, *(part.key for part in letter.together)]


def _says_the_same_again(
    drawn: Drawn, today: date, planned: Plan, history: History, chance: random.Random
) -> None:
    assert drawn.plan(today, history) == planned, "two plans on the same input are identical"
    rows, roles, cycles = list(drawn.rows), list(drawn.roles), list(drawn.cycles)
    chance.shuffle(rows)
    cycles.reverse()
    events = in_other_order(drawn.events, chance)

    turned = plan(today, Council(cycles, roles, rows), history_of(events), basis())
    assert {letter.key: letter.to for letter in turned.letters} == {
        letter.key: letter.to for letter in planned.letters
    }, "the order of rows and events does not matter"
    assert rows_of(turned) == rows_of(planned)
    assert set(turned.problems) == set(planned.problems)


def _is_right(letter: SendLetter, drawn: Drawn, today: date) -> None:
    assert letter.day.on <= today, "no letter before its day"
    assert letter.day.why
    for part in letter.together:
        _is_right(part, drawn, today)
    if letter.rule.scope is not Scope.MONTH:
        assert letter.cycle.open
    assert letter.to, "a letter has a reader"
    everybody = [*letter.to, *letter.cc]
    assert len(set(everybody)) == len(everybody), "nobody gets a letter twice"
    assert set(everybody) <= drawn.may_be_told(letter, today), "only the people the guide names"
    if letter.standing is None:
        return
    row = letter.standing.allocation
    urgent = letter.rule.waits_for is not None
    assert not row.left_out or urgent, "an audit that was left out brings only what an Inadequate calls for"
    of_the_hold = Circumstance.ON_HOLD in letter.rule.conditions.circumstances
    assert row.on_hold(today) == of_the_hold, "on hold, only the Audit Team hears of what cannot wait"
    check = checked(drawn.rows, drawn.cycles)
    assert row.item_id not in check.blocked or urgent or row.item_id in check.unnamed
    for milestone in letter.rule.unless:
        on = letter.standing.on(milestone)
        assert on is None or on > today, "a reached milestone silences its rule"
    assert letter.rule.when in letter.standing.reached, "no letter without what it follows from"
    if letter.rule.when is Milestone.CONFIRMED:
        assert row.confirmed_on is not None, "nothing before confirmation"
        assert row.confirmed_on <= today, "nothing before confirmation"
    if letter.rule.not_before:
        gate = letter.standing.on(letter.rule.not_before)
        assert gate is not None, "not before"
        assert gate <= today, "not before"


def _nothing_is_left(drawn: Drawn, today: date) -> None:
    after = drawn.plan(today)
    assert after.letters == (), "a performed plan leaves no letter to plan"
    drawn.write(today, after)
    settled = drawn.plan(today)
    assert settled.letters == ()
    assert settled.rows == (), "a written row leaves nothing to write"


def _sweep(seeds: range) -> Counter[str]:
    met: Counter[str] = Counter()
    for seed in seeds:
        try:
            met += judged(seed)
        except AssertionError as fault:
            raise AssertionError(f"council {seed}: {fault}") from fault
    return met


@pytest.mark.parametrize(
    "part", [0, *(pytest.param(part, marks=pytest.mark.slow) for part in range(1, QUICK))]
)
def test_the_laws_hold_over_random_councils(part: int) -> None:
    met = _sweep(range(part * 100, (part + 1) * 100))
    assert met["plans"] > 600
    assert met["letters"] > 100, "the councils are alive"
    assert met["broken off"] > 5


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_the_laws_hold_over_a_hundred_thousand_plans(part: int) -> None:
    first = 1000 + part * SLOW
    assert _sweep(range(first, first + SLOW))["plans"] > 100_000 / PARTS


def test_every_column_of_a_row_is_drawn() -> None:
    """A new column that nobody taught the generator would go untested."""
    for of, fixed in (
        (
            Allocation,
            {"item_id", "row_id", "etag", "reference", "cycle", "written", "reported", "not_understood"},
        ),
        (Cycle, {"item_id", "name", "service_group", "reported"}),
    ):
        assert kinds(of).keys() == {column.name for column in fields(of)} - fixed
    many = [row for seed in range(200) for row in council(seed).rows]
    for column in kinds(Allocation):
        assert len({getattr(row, column) for row in many}) > 1, f"“{column}” is always the same"


def test_a_row_of_a_closed_cycle_gets_nothing() -> None:
    for seed in range(40):
        drawn = council(seed)
        drawn.cycles = [replace(cycle, open=False) for cycle in drawn.cycles]
        planned = drawn.plan(FIRST + timedelta(40))
        assert (planned.letters, planned.rows) == ((), ())
