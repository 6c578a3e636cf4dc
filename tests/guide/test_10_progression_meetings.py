"""§10: Inadequate, Requires Improvement, and the UoPP meeting."""

from __future__ import annotations

import pytest
from people import (
    AUDIT_MANAGER,
    AUDITOR,
    HEAD_OF_ACADEMY,
    HEAD_OF_SERVICE,
    PRACTITIONER,
    TEAM_MANAGER,
    Story,
    day,
)

from bot.programme.vocabulary import Milestone


def launched() -> Story:
    story = Story()
    story.perform("Mon 2 Mar 2026")
    return story


def test_an_inadequate_by_the_auditor_alerts_five_people_at_once() -> None:
    story = launched()
    story.returned("Mon 16 Mar 2026", "Inadequate")
    letters = {letter.rule.id: letter for letter in story.letters("Mon 16 Mar 2026")}
    assert sorted(letters) == ["inadequate alert", "moderation requested"]
    assert letters["inadequate alert"].to == (
        PRACTITIONER, TEAM_MANAGER, HEAD_OF_SERVICE, AUDIT_MANAGER, HEAD_OF_ACADEMY,
    )  # fmt: skip


def test_an_inadequate_audit_is_moderated_within_one_day() -> None:
    story = launched()
    story.returned("Fri 13 Mar 2026", "Inadequate")
    due = story.plan("Fri 13 Mar 2026").standings[0].reached[Milestone.MODERATION_DUE]
    assert due.on == day("Mon 16 Mar 2026")
    story.perform("Fri 13 Mar 2026")
    assert story.perform("Mon 16 Mar 2026") == ["moderation due today"]
    names = story.perform("Tue 17 Mar 2026")
    assert names == ["moderation escalation for an inadequate", "moderation overdue for an inadequate"]


def test_an_inadequate_found_only_by_the_moderator_alerts_the_same_people_once() -> None:
    story = launched()
    story.returned("Mon 16 Mar 2026", "Requires Improvement")
    story.perform("Mon 16 Mar 2026")
    story.moderated("Wed 18 Mar 2026", "Inadequate")
    names = story.perform("Wed 18 Mar 2026")
    assert names == [
        "inadequate alert at moderation",
        "uopp to arrange, inadequate",
        "urgent issues",
        "what follows, for the auditor of an inadequate",
    ]


def test_an_inadequate_confirmed_at_moderation_is_not_alerted_twice() -> None:
    story = launched()
    story.returned("Mon 16 Mar 2026", "Inadequate")
    story.perform("Mon 16 Mar 2026")
    story.moderated("Tue 17 Mar 2026", "Inadequate")
    assert story.perform("Tue 17 Mar 2026") == [
        "uopp to arrange, inadequate",
        "urgent issues",
        "what follows, for the auditor of an inadequate",
    ]


@pytest.mark.parametrize(
    ("grade", "moderated", "milestone", "due"),
    [
        ("Inadequate", "Tue 31 Mar 2026", Milestone.URGENT_ISSUES_DUE, "Thu 2 Apr 2026"),
        ("Inadequate", "Tue 31 Mar 2026", Milestone.UOPP_DUE, "Tue 7 Apr 2026"),
        ("Requires Improvement", "Tue 31 Mar 2026", Milestone.UOPP_DUE, "Thu 9 Apr 2026"),
        ("Inadequate", "Mon 9 Mar 2026", Milestone.UOPP_DUE, "Thu 12 Mar 2026"),
    ],
)
def test_the_clocks_that_follow_moderation(
    grade: str, moderated: str, milestone: Milestone, due: str
) -> None:
    story = launched()
    story.returned("Fri 6 Mar 2026", grade)
    story.moderated(moderated, grade)
    assert story.plan(moderated).standings[0].on(milestone) == day(due)


def test_a_good_audit_needs_no_uopp_meeting() -> None:
    story = launched()
    story.returned("Mon 16 Mar 2026", "Good")
    story.perform("Mon 16 Mar 2026")
    story.moderated("Wed 18 Mar 2026", "Good")
    assert story.perform("Wed 18 Mar 2026") == []
    assert story.plan("Wed 18 Mar 2026").standings[0].on(Milestone.UOPP_DUE) is None


def test_the_moderated_grade_sets_the_uopp_clock_not_the_auditors() -> None:
    story = launched()
    story.returned("Mon 16 Mar 2026", "Good")
    story.perform("Mon 16 Mar 2026")
    story.moderated("Wed 18 Mar 2026", "Requires Improvement")
    (letter,) = story.letters("Wed 18 Mar 2026")
    assert (letter.rule.id, letter.to, letter.cc) == (
        "uopp to arrange, requires improvement", (AUDITOR,), (TEAM_MANAGER,),
    )  # fmt: skip


def test_a_uopp_meeting_not_held_is_chased_and_then_escalated_to_the_head_of_service() -> None:
    story = launched()
    story.returned("Mon 16 Mar 2026", "Requires Improvement")
    story.perform("Mon 16 Mar 2026")
    story.moderated("Wed 18 Mar 2026", "Requires Improvement")
    story.perform("Wed 18 Mar 2026")
    assert story.perform("Tue 24 Mar 2026") == ["uopp reminder, requires improvement"]
    assert story.perform("Wed 25 Mar 2026") == []
    assert story.perform("Thu 26 Mar 2026") == ["uopp overdue, requires improvement"]
    (letter,) = story.letters("Mon 30 Mar 2026")
    assert letter.rule.id == "uopp escalation, requires improvement"
    assert letter.to == (HEAD_OF_SERVICE,)


def test_a_uopp_meeting_that_was_held_stops_its_letters() -> None:
    story = launched()
    story.returned("Mon 16 Mar 2026", "Requires Improvement")
    story.perform("Mon 16 Mar 2026")
    story.moderated("Wed 18 Mar 2026", "Requires Improvement")
    story.perform("Wed 18 Mar 2026")
    story.change(uopp_held_on=day("Mon 23 Mar 2026"))
    assert not [name for name in story.perform("Thu 26 Mar 2026") if name.startswith("uopp overdue")]


def test_urgent_issues_are_chased_on_the_second_working_day_unless_done() -> None:
    story = launched()
    story.returned("Mon 16 Mar 2026", "Inadequate")
    story.perform("Mon 16 Mar 2026")
    story.moderated("Tue 17 Mar 2026", "Inadequate")
    story.perform("Tue 17 Mar 2026")
    assert story.names("Thu 19 Mar 2026") == ["uopp reminder, inadequate", "urgent issues reminder"]
    story.change(urgent_issues_done_on=day("Wed 18 Mar 2026"))
    assert story.names("Thu 19 Mar 2026") == ["uopp reminder, inadequate"]
