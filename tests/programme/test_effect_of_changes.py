"""What a change of rules or closure days does to the letters that are coming, counted by rule."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

import pytest

from bot.programme.rulebook.rules import Rule
from bot.programme.team_files.effect import Days, days_to_compare, effect
from bot.programme.working_days import WorkingDays

MONDAY = date(2026, 3, 2)
WORKING = WorkingDays()


@dataclass(frozen=True)
class Reader:
    email: str


@dataclass(frozen=True)
class Letter:
    """Of a planned letter what the effect goes by."""

    rule: Any
    about: str
    to: tuple[Reader, ...] = (Reader("ada@wexcombe.example"),)
    cc: tuple[Reader, ...] = ()


@dataclass(frozen=True)
class Named:
    id: str
    name: str = field(default="")


REMINDER, ESCALATION = cast("Rule", Named("audit reminder")), cast("Rule", Named("audit escalation"))


def days(*letters: tuple[date, Letter]) -> Days:
    found: dict[date, list[Letter]] = {}
    for day, letter in letters:
        found.setdefault(day, []).append(letter)
    return cast("Days", found)


def told(before: Days, after: Days) -> list[str]:
    return [moved.sentence() for moved in effect(before, after, MONDAY, WORKING)]


def test_letters_that_go_later_are_counted_together() -> None:
    was = days(*((date(2026, 3, 4), Letter(REMINDER, str(n))) for n in range(17)))
    will = days(*((date(2026, 3, 6), Letter(REMINDER, str(n))) for n in range(17)))
    assert told(was, will) == ["Audit reminder: 17 letters go 2 working days later (the first on Wed 4 Mar)."]
    assert told(will, was) == [
        "Audit reminder: 17 letters go 2 working days sooner (the first on Wed 4 Mar)."
    ]


def test_more_and_fewer_letters_are_told_apart_from_those_that_move() -> None:
    one, two = (date(2026, 3, 4), Letter(REMINDER, "1")), (date(2026, 3, 9), Letter(REMINDER, "1"))
    other = (date(2026, 3, 5), Letter(ESCALATION, "1"))
    assert told(days(one), days(one, two, other)) == [
        "Audit reminder: 1 letter more goes out (the first on Mon 9 Mar).",
        "Audit escalation: 1 letter more goes out (the first on Thu 5 Mar).",
    ]
    assert told(days(one, two), days(one)) == [
        "Audit reminder: 1 letter goes out no longer (the first on Mon 9 Mar)."
    ]


def test_another_reader_is_another_letter() -> None:
    mo = Letter(REMINDER, "1", (Reader("mo@wexcombe.example"),))
    assert len(told(days((MONDAY, Letter(REMINDER, "1"))), days((MONDAY, mo)))) == 2


def test_what_moves_out_of_sight_is_later_and_not_gone() -> None:
    last = WORKING.after(MONDAY, 20)
    (said,) = told(days((last, Letter(REMINDER, "1"))), days((WORKING.after(last, 3), Letter(REMINDER, "1"))))
    assert "1 letter goes 3 working days later" in said


@pytest.mark.parametrize("far", [21, 35])
def test_what_differs_only_later_is_not_told(far: int) -> None:
    later = WORKING.after(MONDAY, far)
    assert not told(days((later, Letter(REMINDER, "1"))), days())


def test_nothing_differs_where_the_same_letters_go() -> None:
    same = days((MONDAY, Letter(REMINDER, "1")), (date(2026, 3, 9), Letter(REMINDER, "1")))
    assert not told(same, same)


def test_the_working_days_of_both_calendars_are_compared() -> None:
    closed = WorkingDays({date(2026, 3, 3): "Staff day"})
    found = days_to_compare(MONDAY, (WORKING, closed))
    assert date(2026, 3, 3) in found
    assert WORKING.after(MONDAY, 40) in found
