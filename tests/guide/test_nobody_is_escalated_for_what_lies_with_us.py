"""§7, §10: while an answer or a record lies with the Audit Team, nobody is asked to help with whoever sent it."""

from __future__ import annotations

import pytest
from people import (
    AUDIT_MANAGER,
    AUDITOR,
    AUDITORS_HEAD,
    HEAD_OF_SERVICE,
    MODERATOR,
    TEAM_MANAGER,
    Person,
    Story,
    day,
)
from test_grades_that_change import all_told, launched, moderated, told

from bot.programme.events import EventKind
from bot.programme.messages.buttons import Command
from bot.programme.messages.offers import RECORD_PART, TAKE, Offer
from bot.programme.vocabulary import Part

ESCALATED = "uopp escalation, requires improvement"


def came(story: Story, on: str, sender: Person, category: str, *offers: Offer) -> Story:
    story.happened(
        on,
        EventKind.NEEDS_A_PERSON,
        f"mail-{on}#r",
        "101",
        reason="words",
        category=category,
        sender=sender.email,
        offers=[offer.as_data() for offer in offers],
    )
    return story


THE_RECORD = Offer(TAKE, "Take it as the UoPP record", "101", "r", RECORD_PART)


def heard(story: Story, first: str, last: str) -> set[str]:
    return {name for name, _ in all_told(story, first, last)}


RI = ("Requires Improvement", "Requires Improvement")


@pytest.mark.parametrize("category", ["A record to enter", "Date in doubt", "Please read"])
def test_the_head_of_service_is_not_asked_about_an_auditor_whose_answer_is_held(category: str) -> None:
    story = came(moderated(*RI), "Tue 17 Mar 2026", AUDITOR, category)
    assert ESCALATED not in heard(story, "Wed 18 Mar 2026", "Tue 24 Mar 2026")


def test_without_an_answer_the_head_of_service_is_asked() -> None:
    assert ESCALATED in heard(moderated(*RI), "Wed 11 Mar 2026", "Tue 24 Mar 2026")


def test_what_somebody_else_wrote_is_no_answer_of_the_auditors() -> None:
    story = came(moderated(*RI), "Tue 17 Mar 2026", MODERATOR, "Please read")
    assert ESCALATED in heard(story, "Wed 18 Mar 2026", "Tue 24 Mar 2026")


@pytest.mark.parametrize("category", ["Could not be delivered", "Said to be sent"])
def test_what_is_no_answer_keeps_no_escalation_back(category: str) -> None:
    story = came(moderated(*RI), "Tue 17 Mar 2026", AUDITOR, category)
    assert ESCALATED in heard(story, "Wed 18 Mar 2026", "Tue 24 Mar 2026")


def test_a_record_that_is_held_has_the_meeting_chased_no_more_whatever_the_grade() -> None:
    story = came(moderated("Inadequate", "Inadequate"), "Fri 13 Mar 2026", AUDIT_MANAGER, "A record to enter")
    names = heard(story, "Mon 16 Mar 2026", "Fri 20 Mar 2026")
    assert not [name for name in names if name.startswith(("uopp overdue", "uopp escalation"))]
    assert "urgent issues escalation" in names, "the record of a meeting says nothing of these"


def test_a_record_from_somebody_else_tells_of_the_meeting_too_but_keeps_nothing_of_an_inadequate_back() -> (
    None
):
    story = came(moderated(*RI), "Tue 17 Mar 2026", MODERATOR, "Sent by someone else", THE_RECORD)
    assert not {x for x in heard(story, "Wed 18 Mar 2026", "Tue 24 Mar 2026") if x.startswith("uopp")}
    story = moderated("Inadequate", "Inadequate")
    came(story, "Fri 13 Mar 2026", AUDITOR, "Sent by someone else", THE_RECORD)
    assert "uopp escalation, inadequate" in heard(story, "Mon 16 Mar 2026", "Fri 20 Mar 2026")


def test_an_excuse_keeps_nothing_of_an_inadequate_back() -> None:
    story = came(moderated("Inadequate", "Inadequate"), "Fri 13 Mar 2026", AUDIT_MANAGER, "Please read")
    assert "uopp escalation, inadequate" in heard(story, "Mon 16 Mar 2026", "Fri 20 Mar 2026")


def test_an_auditor_who_has_written_is_not_taken_to_their_head_of_service_before_it_is_read() -> None:
    story = came(launched(), "Thu 19 Mar 2026", AUDITOR, "Please read")
    escalations = {"audit escalation"}
    assert heard(launched(), "Tue 3 Mar 2026", "Tue 31 Mar 2026") >= escalations
    assert not escalations & heard(story, "Fri 20 Mar 2026", "Tue 31 Mar 2026")


def test_who_was_asked_only_after_it_was_due_has_the_time_they_would_have_had() -> None:
    """Due a working day after Tue 3 Mar, asked for on Mon 9 Mar: due by Tue 10 Mar, taken up the day after."""
    story = launched()
    story.returned("Tue 3 Mar 2026", "Inadequate")
    assert "moderation requested" in story.perform("Mon 9 Mar 2026")
    escalated = ("moderation escalation for an inadequate", AUDIT_MANAGER)
    found = told(story, "Tue 10 Mar 2026", "Wed 11 Mar 2026")
    assert [escalated in each for each in found.values()] == [False, True]
    chased = ("moderation overdue for an inadequate", MODERATOR)
    assert [chased in each for each in found.values()] == [False, True]


def test_who_was_asked_before_it_was_due_has_no_longer_than_that() -> None:
    story = launched()
    story.returned("Tue 3 Mar 2026", "Inadequate")
    story.perform("Wed 4 Mar 2026")
    escalated = ("moderation escalation for an inadequate", AUDIT_MANAGER)
    assert escalated in told(story, "Thu 5 Mar 2026", "Thu 5 Mar 2026")["Thu 5 Mar 2026"]


def test_a_moderator_who_takes_over_after_the_day_puts_off_no_escalation() -> None:
    story = launched()
    story.returned("Mon 9 Mar 2026", "Good")
    story.perform("Mon 9 Mar 2026")
    story.change(moderator=AUDITORS_HEAD)
    assert "moderation requested" in story.perform("Wed 1 Apr 2026")
    assert "moderation escalation" in story.asked("Tue 7 Apr 2026"), "three working days after Tue 31 Mar"


@pytest.mark.parametrize("grades", [("Inadequate", "Requires Improvement"), ("Good", "Inadequate")])
def test_work_is_an_inadequate_here_whoever_graded_it_so(grades: tuple[str, str]) -> None:
    story = came(moderated(*grades), "Fri 13 Mar 2026", MODERATOR, "Sent by someone else", THE_RECORD)
    escalated = [x for x in heard(story, "Mon 16 Mar 2026", "Tue 24 Mar 2026") if x.startswith("uopp escal")]
    assert len(escalated) == 1


def test_an_excuse_keeps_nothing_back_of_what_its_auditor_graded_inadequate() -> None:
    story = moderated("Inadequate", "Requires Improvement")
    came(story, "Tue 17 Mar 2026", AUDITOR, "Please read")
    assert ESCALATED in heard(story, "Wed 18 Mar 2026", "Tue 24 Mar 2026")


def test_who_says_that_an_inadequate_is_on_its_way_is_left_in_peace_and_the_audit_manager_is_told() -> None:
    story = launched()
    story.returned("Mon 9 Mar 2026", "Inadequate")
    story.perform("Mon 9 Mar 2026")
    story.happened(
        "Tue 10 Mar 2026", EventKind.REPORTED, "101#sent#1", "101", command=Command.ALREADY_SENT.value,
        date="2026-03-10", by=MODERATOR.email,
    )  # fmt: skip
    found = told(story, "Wed 11 Mar 2026", "Wed 11 Mar 2026")["Wed 11 Mar 2026"]
    assert ("moderation escalation for an inadequate", AUDIT_MANAGER) in found
    assert ("moderation overdue for an inadequate", MODERATOR) not in found


@pytest.mark.parametrize(
    "offers",
    [(), (Offer(TAKE, "Take it as the audit", "101", "r", Part.AUDITOR.value),)],
    ids=["none", "the audit"],
)
def test_what_somebody_else_sent_and_is_no_record_tells_of_no_meeting(offers: tuple[Offer, ...]) -> None:
    story = came(moderated(*RI), "Tue 17 Mar 2026", MODERATOR, "Sent by someone else", *offers)
    assert ESCALATED in heard(story, "Wed 18 Mar 2026", "Tue 24 Mar 2026")


@pytest.mark.parametrize(
    ("writer", "missing"), [(HEAD_OF_SERVICE, False), (TEAM_MANAGER, False), (AUDITOR, True)]
)
def test_whoever_follows_an_inadequate_and_has_written_is_not_said_to_be_silent(
    writer: Person, missing: bool
) -> None:
    story = moderated("Inadequate", "Inadequate")
    story.change(uopp_held_on=day("Tue 10 Mar 2026"), urgent_issues_done_on=day("Tue 10 Mar 2026"))
    came(story, "Mon 23 Mar 2026", writer, "Please read")
    assert ("weekly report missing" in story.asked("Tue 24 Mar 2026")) == missing


def test_a_moderator_asked_late_is_reminded_only_after_the_time_they_would_have_had() -> None:
    """Asked for on Fri 6 Mar: due by Mon 9 Mar."""
    story = launched()
    story.returned("Tue 3 Mar 2026", "Inadequate")
    story.perform("Fri 6 Mar 2026")
    found = told(story, "Mon 9 Mar 2026", "Tue 10 Mar 2026")
    chased = ("moderation overdue for an inadequate", MODERATOR)
    assert [chased in each for each in found.values()] == [False, True]
