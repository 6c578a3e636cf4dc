"""People who answer only as the letters tell them to are understood, and nobody is asked again for what they did.

What the bot does not understand yet stands in not_yet_understood.toml, which may only shrink.
"""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from sandbox.play.cast.by_the_letter import Answer
from sandbox.play.delivered import Delivered
from sandbox.play.month_by_the_letter import FIRST, LAST, TAKEN_IN, Verdict, chased, misread, played

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


REF = "FSP-2026-03-001"
THURSDAY = date(2026, 4, 2)  # Good Friday and Easter Monday follow


def held(**changes: str) -> Answer:
    answer = Answer(
        "ada", "UoPP overdue", REF, "uopp", "words", "2 April", THURSDAY, "2026-04-02", part="Auditor"
    )
    for name, value in {"folder": TAKEN_IN, **changes}.items():
        setattr(answer, name, value)
    return answer


def test_the_judge_holds_a_plain_answer_that_lies_before_a_person_against_the_bot() -> None:
    for folder in ("Please look at", "Inbox", ""):
        assert Verdict([held(folder=folder)]).kinds_held == {("UoPP overdue", "words", "Auditor")}
    assert not Verdict([held()]).kinds_held


def test_the_judge_sees_a_grade_in_the_list_that_nobody_gave_and_a_day_in_the_digest_that_nobody_told() -> (
    None
):
    graded, rows = held(thing="return", value="Inadequate"), {REF: {"Auditor's grade": "Good"}}
    assert list(misread(graded, [graded], rows, {})) == ["Auditor's grade is “Good”"]
    assert not list(misread(graded, [graded], {REF: {"Auditor's grade": "Inadequate"}}, {}))
    for told, wrong in ((f"{REF}: held on 3 April", 1), (f"FSP-2026-03-002: 2 April. {'x' * 400} {REF}", 1),
                        (f"{REF}: held on Thursday 2 April 2026", 0)):  # fmt: skip
        assert len(list(misread(held(), [held()], {}, {"2026-04-07": told}))) == wrong, told


def test_the_judge_sees_who_is_asked_again_for_what_was_done_a_working_day_before() -> None:
    def letter(on: date, duty: str = "UoPP overdue", about: str = REF) -> Delivered:
        return Delivered(duty, about, "ada", on, "")

    on = [letter(THURSDAY), letter(date(2026, 4, 7)), letter(date(2026, 4, 7), about="FSP-2026-03-002"),
          letter(date(2026, 4, 8), "weekly report")]  # fmt: skip
    assert [late.on for _, late in chased([held()], {}, on)] == [date(2026, 4, 7)]
    assert not list(chased([held()], {("uopp", REF): date(2026, 4, 7)}, on)), "asked for anew"
