"""§7: an audit that goes back, a moderator who asks something, a form that is held: who hears of it, and who waits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from people import (
    AUDIT_TEAM,
    AUDITOR,
    AUDITORS_HEAD,
    MODERATOR,
    PRACTITIONER,
    RULES,
    Story,
    day,
)
from test_grades_that_change import (
    ALERTS,
    all_told,
    back_for_rectification,
    launched,
    moderated,
    standing,
    told,
)

from bot.papers.letters.letter_words import AuditTeam, Surroundings
from bot.papers.letters.words_by_scope import words
from bot.programme.events import EventKind
from bot.programme.history.history import History
from bot.programme.planning.planner import plan
from bot.programme.rulebook.rules import rulebook
from bot.programme.standing.actions import SendLetter
from bot.programme.standing.council import Council
from bot.programme.standing.status import status_of
from bot.programme.telling.matters import Around, matters
from bot.programme.vocabulary import Grade, Milestone, Status
from bot.programme.working_days import WorkingDays

BACK = "poor audit returned to auditor"
SENT_BACK = "sent back by the moderator"
UOPP = "uopp to arrange, requires improvement"


def asks(story: Story, on: str, **data: Any) -> None:
    """The moderator's message waits for the Audit Team, as the reader leaves it."""
    story.happened(
        on, EventKind.NEEDS_A_PERSON, f"mail-{on}#m", "101", reason="the moderator says …", sender=MODERATOR.email,
        of_moderator=True, **data,
    )  # fmt: skip


def moderation_asks(auditor: str, moderator: str, **data: Any) -> Story:
    story = launched()
    story.returned("Mon 9 Mar 2026", auditor)
    story.perform("Mon 9 Mar 2026")
    story.moderated("Tue 10 Mar 2026", moderator, **data)
    asks(story, "Tue 10 Mar 2026")
    return story


def held(story: Story, on: str, **data: Any) -> Story:
    story.happened(
        on, EventKind.NEEDS_A_PERSON, f"mail-{on}#f", "101", reason="a tracked change", category="Doubtful",
        sender=AUDITOR.email, form=True, **data,
    )  # fmt: skip
    return story


def settled(story: Story) -> History:
    """The picture once a person has taken everything out of “Please look at”."""
    history = story.history
    history.still_waiting = frozenset()
    return history


def status(story: Story, on: str) -> Status:
    return status_of(standing(story, on), day(on))


def in_words(story: Story, letter: SendLetter, on: str) -> dict[str, Any]:
    team = AuditTeam("Audit Team", AUDIT_TEAM.email, "")
    lists = Council([story.cycle], story.roles, story.audits)
    return words(
        letter, lists, Surroundings(day(on), "Wexcombe", team, story.basis.working, book=story.basis.rulebook)
    )


# ------------------------------------------------------------------------------- a complete audit that goes back


@pytest.mark.parametrize(("note", "problems"), [
    ("The grade is not borne out by the analysis.", 1),
    ("", 0),
])  # fmt: skip
def test_a_poor_audit_goes_back_with_the_audit_teams_reason_copied_to_the_auditors_head_of_service(
    note: str, problems: int
) -> None:
    story = launched(note=note)
    story.returned("Mon 9 Mar 2026", "Good")
    story.perform("Mon 9 Mar 2026")
    back_for_rectification(story, "Tue 10 Mar 2026", by="Tue 17 Mar 2026")
    (letter,) = [x for x in story.letters("Tue 10 Mar 2026") if x.rule.letter == "07_returned_to_auditor"]
    assert (letter.rule.id, letter.to, letter.cc) == (BACK, (AUDITOR,), (AUDITORS_HEAD,))
    assert letter.rule.draft_only
    assert letter.due
    assert letter.due.on == day("Tue 17 Mar 2026")
    said = in_words(story, letter, "Tue 10 Mar 2026")
    assert len(said["problems"]) == problems
    assert not problems or note in str(said["problems"])


def test_an_audit_that_goes_back_twice_is_drafted_twice() -> None:
    story = launched()
    story.returned("Mon 9 Mar 2026", "Good")
    back_for_rectification(story, "Tue 10 Mar 2026", by="Mon 16 Mar 2026")
    assert (BACK, AUDITOR) in all_told(story, "Tue 10 Mar 2026", "Wed 11 Mar 2026")
    story.returned("Mon 16 Mar 2026", "Good")
    assert BACK not in {name for name, _ in all_told(story, "Mon 16 Mar 2026", "Mon 16 Mar 2026")}
    back_for_rectification(story, "Tue 17 Mar 2026", by="Mon 23 Mar 2026")
    assert (BACK, AUDITOR) in all_told(story, "Tue 17 Mar 2026", "Tue 17 Mar 2026")


def test_an_audit_that_was_incomplete_once_goes_back_for_its_quality_later() -> None:
    story = held(launched(), "Fri 6 Mar 2026", incomplete=True)
    told(story, "Fri 6 Mar 2026", "Fri 6 Mar 2026")
    story.returned("Mon 9 Mar 2026", "Good")
    back_for_rectification(story, "Tue 10 Mar 2026", by="Mon 16 Mar 2026")
    assert (BACK, AUDITOR) in all_told(story, "Tue 10 Mar 2026", "Tue 10 Mar 2026")


def test_every_letter_about_an_audit_that_is_back_knows_it() -> None:
    story = launched()
    story.returned("Fri 6 Mar 2026", "Good")
    back_for_rectification(story, "Fri 6 Mar 2026", by="Fri 20 Mar 2026")
    heard = all_told(story, "Fri 6 Mar 2026", "Thu 19 Mar 2026")
    assert not [
        name for name, person in heard if person in (PRACTITIONER, MODERATOR) and "inform" not in name
    ]
    assert status(story, "Thu 12 Mar 2026") is Status.RETURNED_TO_AUDITOR


# ------------------------------------------------------------------------------------------ what a moderator asks


@pytest.mark.parametrize("grade", ["Requires Improvement", "Good"])
def test_what_follows_moderation_waits_until_the_moderators_question_is_answered(grade: str) -> None:
    story = moderation_asks(grade, grade)
    assert all_told(story, "Tue 10 Mar 2026", "Fri 20 Mar 2026") == set()
    assert status(story, "Fri 20 Mar 2026") is Status.NEEDS_A_PERSON


@pytest.mark.parametrize("auditor", ["Inadequate", "Good"])
def test_the_safety_steps_of_an_inadequate_wait_for_no_question(auditor: str) -> None:
    story = moderation_asks(auditor, "Inadequate", sent_back=True)
    heard = {name for name, _ in all_told(story, "Tue 10 Mar 2026", "Fri 13 Mar 2026")}
    assert heard >= {"urgent issues", "uopp to arrange, inadequate", SENT_BACK}
    assert auditor == "Inadequate" or heard & {*ALERTS}
    assert status(story, "Fri 13 Mar 2026") is Status.URGENT_ISSUES_OPEN


def test_nobody_is_told_that_an_inadequate_has_ended_while_its_moderation_is_in_question() -> None:
    story = moderation_asks("Inadequate", "Good")
    assert "inadequate no longer" not in {n for n, _ in all_told(story, "Tue 10 Mar 2026", "Thu 12 Mar 2026")}


def test_a_question_that_a_person_has_settled_lets_the_meeting_be_arranged() -> None:
    story = moderation_asks("Requires Improvement", "Requires Improvement")
    story.perform("Tue 10 Mar 2026")
    lists = Council([story.cycle], story.roles, story.audits)
    planned = plan(day("Wed 11 Mar 2026"), lists, settled(story), story.basis)
    assert UOPP in {x.rule.id for x in planned.letters}


def test_a_final_decision_answers_the_moderators_question() -> None:
    story = moderation_asks("Requires Improvement", "Requires Improvement")
    story.change(final_grade=Grade.REQUIRES_IMPROVEMENT, finally_decided_on=day("Thu 12 Mar 2026"))
    assert UOPP in {name for name, _ in all_told(story, "Thu 12 Mar 2026", "Thu 12 Mar 2026")}


def test_a_file_of_the_auditors_does_not_answer_what_the_moderator_asks() -> None:
    story = moderation_asks("Requires Improvement", "Requires Improvement")
    story.returned("Wed 11 Mar 2026", "Requires Improvement")
    assert UOPP not in {name for name, _ in all_told(story, "Wed 11 Mar 2026", "Fri 13 Mar 2026")}


def test_an_audit_declared_invalid_stops() -> None:
    story = moderation_asks("Requires Improvement", "Requires Improvement")
    story.change(declared_invalid_on=day("Wed 11 Mar 2026"))
    assert all_told(story, "Wed 11 Mar 2026", "Fri 20 Mar 2026") == set()
    assert status(story, "Fri 20 Mar 2026") is Status.INVALID


# -------------------------------------------------------------------------------------- back from the moderator


@pytest.mark.parametrize("grade", ["Requires Improvement", "Outstanding"])
def test_an_audit_its_moderator_sends_back_is_drafted_to_the_auditor_copied_without_the_moderators_words(
    grade: str,
) -> None:
    story = moderation_asks(grade, grade, sent_back=True, problems=["Moderator: words of the moderator"])
    (letter,) = story.letters("Tue 10 Mar 2026")
    assert (letter.rule.id, letter.to, letter.cc) == (SENT_BACK, (AUDITOR,), (AUDITORS_HEAD,))
    assert letter.rule.draft_only
    said = in_words(story, letter, "Tue 10 Mar 2026")
    assert said["moderator_asks"]
    assert "words of the moderator" not in str(said["problems"])


def test_what_its_moderator_sent_back_is_moderated_anew_once_it_is_corrected() -> None:
    story = moderation_asks("Good", "Requires Improvement", sent_back=True)
    told(story, "Tue 10 Mar 2026", "Tue 10 Mar 2026")
    back_for_rectification(story, "Wed 11 Mar 2026", by="Wed 18 Mar 2026")
    heard = {name for name, _ in all_told(story, "Wed 11 Mar 2026", "Tue 17 Mar 2026")}
    assert BACK not in heard, "it is drafted once"
    assert status(story, "Tue 17 Mar 2026") is Status.RETURNED_TO_AUDITOR
    story.returned("Wed 18 Mar 2026", "Good")
    assert ("moderation requested", MODERATOR) in all_told(story, "Wed 18 Mar 2026", "Wed 18 Mar 2026")
    assert status(story, "Wed 18 Mar 2026") is Status.WITH_MODERATOR
    story.moderated("Thu 19 Mar 2026", "Requires Improvement")
    assert UOPP in {name for name, _ in all_told(story, "Thu 19 Mar 2026", "Thu 19 Mar 2026")}
    assert standing(story, "Thu 19 Mar 2026").on(Milestone.MODERATED) == day("Thu 19 Mar 2026")


# ------------------------------------------------------------------------------------------- a form that is held


@pytest.mark.parametrize("came", ["Tue 10 Mar 2026", "Thu 19 Mar 2026"])
def test_while_a_return_is_held_nobody_hears_of_the_audit_but_the_audit_team(came: str) -> None:
    story = held(launched(), came)
    assert all_told(story, came, "Fri 3 Apr 2026") == set()
    found = standing(story, "Fri 3 Apr 2026")
    assert status_of(found, day("Fri 3 Apr 2026")) is Status.NEEDS_A_PERSON, "not late in the weekly picture"


def test_while_a_moderation_is_held_nothing_of_it_is_chased_or_escalated() -> None:
    story = launched()
    story.returned("Mon 9 Mar 2026", "Good")
    told(story, "Mon 9 Mar 2026", "Mon 9 Mar 2026")
    held(story, "Tue 10 Mar 2026")
    assert all_told(story, "Tue 10 Mar 2026", "Fri 3 Apr 2026") == set()


@pytest.mark.parametrize("first", ["Inadequate", "Good"])
def test_the_letters_of_an_inadequate_go_on_while_a_form_is_held(first: str) -> None:
    story = held(moderated(first, "Inadequate"), "Wed 11 Mar 2026")
    heard = {name for name, _ in all_told(story, "Wed 11 Mar 2026", "Tue 17 Mar 2026")}
    assert heard >= {"urgent issues overdue", "uopp overdue, inadequate"}


@pytest.mark.parametrize(("today", "age"), [
    ("Tue 10 Mar 2026", "new today"),
    ("Wed 11 Mar 2026", "since Tuesday, 1 working day"),
    ("Mon 16 Mar 2026", "since Tuesday, 4 working days"),
])  # fmt: skip
def test_the_audit_team_is_asked_every_day_with_the_age(today: str, age: str) -> None:
    story = held(launched(), "Tue 10 Mar 2026")
    around = Around(
        day(today), WorkingDays(), lambda parts: "a" * 26, "audit.team@wexcombe.example", {}, lambda _: ""
    )
    lists = Council([story.cycle], story.roles, story.audits)
    (matter,) = matters(lists, story.history, (), (), around)
    assert matter.age == age
    assert matter.blocks


def test_nothing_is_escalated_while_it_lies_with_the_audit_team() -> None:
    """Every return, moderation and question, of grades that are no Inadequate: nobody is chased before the answer."""
    chases = ("overdue", "escalation", "reminder", "due today", "reminded")
    for first in ("Good", "Requires Improvement"):
        for second in (None, "Good", "Requires Improvement"):
            for waits in range(3):
                story = launched()
                story.returned("Mon 9 Mar 2026", first)
                if second:
                    story.moderated("Tue 10 Mar 2026", second, sent_back=waits == 1)
                told(story, "Mon 9 Mar 2026", "Tue 10 Mar 2026")
                asks(story, "Wed 11 Mar 2026") if second and waits < 2 else held(story, "Wed 11 Mar 2026")
                heard = all_told(story, "Wed 11 Mar 2026", "Thu 2 Apr 2026")
                assert not [name for name, _ in heard if any(word in name for word in chases)], (
                    first,
                    second,
                )


def test_an_audit_that_came_incomplete_twice_goes_back_with_what_is_missing_now() -> None:
    story = launched()
    for on, reason in (("Fri 6 Mar 2026", "no grade is chosen"), ("Mon 9 Mar 2026", "no reason is given")):
        story.happened(
            on, EventKind.NEEDS_A_PERSON, f"mail-{on}#f", "101", reason=reason, category="Incomplete",
            sender=AUDITOR.email, form=True, incomplete=True,
        )  # fmt: skip
    (letter,) = [x for x in story.letters("Mon 9 Mar 2026") if x.rule.letter == "07_returned_to_auditor"]
    assert letter.notes == ("no reason is given",)


def test_of_a_series_everybody_it_is_for_hears_the_latest_that_is_for_them() -> None:
    """A council may have the rules of a series written to different people."""
    rule = 'id     = "moderation overdue"'
    before, rest = RULES.read_text(encoding="utf-8").split(rule)
    story = launched()
    book = rulebook(before + rule + rest.replace('to     = ["moderator"]', 'to     = ["audit manager"]', 1))
    story.basis = replace(story.basis, rulebook=book)
    story.returned("Mon 9 Mar 2026", "Good")
    story.perform("Mon 9 Mar 2026")
    assert {"moderation reminder", "moderation overdue"} <= set(story.asked("Wed 1 Apr 2026"))


@pytest.mark.parametrize(("held_on", "chased"), [("Mon 9 Mar 2026", True), ("Tue 10 Mar 2026", False)])
def test_a_form_held_before_the_audit_went_back_keeps_nobody_from_asking_for_the_correction(
    held_on: str, chased: bool
) -> None:
    story = launched()
    story.returned("Fri 6 Mar 2026", "Good")
    story.perform("Fri 6 Mar 2026")
    held(story, held_on)
    back_for_rectification(story, "Tue 10 Mar 2026", by="Mon 16 Mar 2026")
    heard = {name for name, _ in all_told(story, "Tue 10 Mar 2026", "Fri 20 Mar 2026")}
    assert ("audit overdue" in heard) == chased
