"""Under which headings an inspection looks is a file with days, and what is wrong in it is told."""

from __future__ import annotations

from datetime import date

import pytest
from sample_papers import HEADINGS

from bot.errors import SettingsError
from bot.programme.reports.inspection import headings_on, inspection


def test_since_april_2026_there_is_no_overall_judgement() -> None:
    before, after = (headings_on(HEADINGS, day) for day in (date(2026, 3, 31), date(2026, 4, 1)))
    assert set(before) - set(after) == {"Overall effectiveness"}
    assert len(after) == 4


def test_before_the_first_day_there_are_no_headings() -> None:
    assert headings_on(HEADINGS, date(2017, 12, 31)) == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "[[inspection]] with its headings is missing"),
        ('[[inspection]]\nsince = "April"\nheadings = ["A"]', "line 2: “since” should be a day"),
        ("[[inspection]]\nsince = 2026-04-01\nheadings = []", "line 3: “headings” should be a list of texts"),
        (
            '[[inspection]]\nsince = 2026-04-01\nheadings = ["A"]\nhead = 1',
            "line 4: “head” is not known here",
        ),
        ('[[inspection]]\nsince = 2026-04-01\nheadings = ["A"]\n' * 2, "stand twice"),
        ('[[inspections]]\nsince = 2026-04-01\nheadings = ["A"]', "“inspections” is not a part of ours"),
    ],
)
def test_a_slip_is_told_with_its_line(text: str, told: str) -> None:
    with pytest.raises(SettingsError) as fault:
        inspection(text)
    assert told in str(fault.value)
