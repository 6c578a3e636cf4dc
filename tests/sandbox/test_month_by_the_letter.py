"""People who answer only as the letters tell them to are understood, and nobody is asked again for what they did.

What the bot does not understand yet stands in not_yet_understood.toml, which may only shrink.
"""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from sandbox.cast.by_the_letter import Answer
from sandbox.month_by_the_letter import FIRST, LAST, TAKEN_IN, Verdict, played

NOT_YET = tomllib.loads(Path(__file__).with_name("not_yet_understood.toml").read_text(encoding="utf-8"))
KNOWN = {
    (letter, way, each.get("part", ""))
    for each in NOT_YET["held"]
    for letter in each["letters"]
    for way in each["ways"]
}
DAYS = [
    *(date(2026, 2, day) for day in (2, 3, 23, 24, 26, 27)),
    *(date(2026, 3, day) for day in (2, 9, 10, 12, 13, 16)),
]


def test_a_few_weeks_by_the_letter_hold_nothing_that_is_plain_but_what_is_known(tmp_path: Path) -> None:
    cast, found = played(
        tmp_path, audits=3, dips=1, first=FIRST, last=LAST, seed=2026, profile="strict", only=DAYS
    )
    assert len(found.answers) >= 12
    assert {answer.way for answer in found.answers} == {"button", "words"}
    assert found.kinds_held <= KNOWN, found.held
    assert found.misread == []
    assert found.chased == []
    assert cast.kinds["audit allocated"] == 4, "three, and the child that was added"


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2026, 2027], ids=["buttons first", "words first"])
def test_nothing_plain_is_held_in_half_a_year_by_the_letter_but_what_is_known(
    tmp_path: Path, seed: int
) -> None:
    cast, found = played(tmp_path, audits=12, dips=5, first=FIRST, last=LAST, seed=seed, profile="strict")
    assert found.kinds_held <= KNOWN, found.held
    assert found.misread == []
    assert len(found.chased) <= NOT_YET["chased"], found.chased
    never = set(NOT_YET["letters that ask"]) - set(cast.kinds)
    assert not never, "every letter with an ask occurs"


def test_the_judge_holds_a_plain_answer_that_lies_before_a_person_against_the_bot() -> None:
    lies = Answer(
        "ada", "UoPP overdue", "FSP-2026-03-001", "uopp", "words", "2 April", date(2026, 4, 2), folder="Inbox"
    )
    assert Verdict([lies]).kinds_held == {("UoPP overdue", "words", "Auditor")}
    lies.folder = TAKEN_IN
    assert not Verdict([lies]).kinds_held
