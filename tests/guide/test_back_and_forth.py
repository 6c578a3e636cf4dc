"""§6, §7, §10, §11: grades, people and dates that are changed, changed back, mistyped or come at an odd hour."""

from __future__ import annotations

from dataclasses import replace

import pytest
from people import (
    AUDIT_MANAGER,
    AUDIT_TEAM,
    AUDITOR,
    AUDITORS_HEAD,
    HEAD_OF_SERVICE,
    TEAM_MANAGER,
    Story,
    audit,
    day,
)
from test_grades_that_change import (
    ALERTS,
    FIVE,
    NEW,
    about,
    all_told,
    back_for_rectification,
    decided,
    launched,
    moderated,
    standing,
    told,
    with_role,
)

from bot.programme.events import EventKind
from bot.programme.vocabulary import AuditType, Grade, Milestone, Role

ASKED_OF_AN_INADEQUATE = {("urgent issues", TEAM_MANAGER), ("uopp to arrange, inadequate", AUDIT_MANAGER)}


# ------------------------------------------------------------------------------------- a grade that comes and goes


def taken_back_again(now: Grade | None) -> Story:
    """Upheld on the 10th, decided to Requires Improvement on the 16th; what stands in the list on the 17th."""
    story = decided(moderated("Inadequate", "Inadequate"), Grade.REQUIRES_IMPROVEMENT, "Mon 16 Mar 2026")
    told(story, "Wed 11 Mar 2026", "Mon 16 Mar 2026")
    story.change(
        final_grade=now, finally_decided_on=day("Tue 17 Mar 2026") if now else None, disputed_on=None
    )
    return story


@pytest.mark.parametrize("now", [Grade.INADEQUATE, None])
def test_an_inadequate_that_counts_again_begins_anew_on_that_day(now: Grade | None) -> None:
    story = taken_back_again(now)
    heard = told(story, "Tue 17 Mar 2026", "Fri 20 Mar 2026")
    assert heard["Tue 17 Mar 2026"] >= ASKED_OF_AN_INADEQUATE
    assert {p for name, p in heard["Tue 17 Mar 2026"] if name in ALERTS} == FIVE
    assert standing(story, "Tue 17 Mar 2026").on(Milestone.URGENT_ISSUES_DUE) == day("Thu 19 Mar 2026")
    assert standing(story, "Tue 17 Mar 2026").on(Milestone.UOPP_DUE) == day("Fri 20 Mar 2026")
    late = {
        (on, name) for on, letters in heard.items() for name, _ in letters if "over" in name or "esc" in name
    }
    assert late == {("Fri 20 Mar 2026", "urgent issues overdue")}


def test_a_grade_mistyped_for_a_day_costs_no_meeting_that_was_held() -> None:
    story = moderated("Requires Improvement", "Requires Improvement")
    story.change(uopp_held_on=day("Thu 12 Mar 2026"))
    decided(story, Grade.INADEQUATE, "Mon 16 Mar 2026")
    told(story, "Thu 12 Mar 2026", "Mon 16 Mar 2026")
    story.change(final_grade=None, finally_decided_on=None, disputed_on=None)
    assert {
        p for name, p in all_told(story, "Tue 17 Mar 2026", "Tue 17 Mar 2026") if "longer" in name
    } == FIVE
    assert standing(story, "Wed 18 Mar 2026").on(Milestone.UOPP_HELD) == day("Thu 12 Mar 2026")


def test_a_decision_moved_to_another_day_is_asked_for_again_by_its_new_dates() -> None:
    story = decided(moderated("Good", "Good"), Grade.INADEQUATE, "Fri 20 Mar 2026")
    told(story, "Fri 20 Mar 2026", "Sun 22 Mar 2026")
    story.change(finally_decided_on=day("Mon 23 Mar 2026"))
    heard = told(story, "Mon 23 Mar 2026", "Thu 26 Mar 2026")
    assert heard["Mon 23 Mar 2026"] >= ASKED_OF_AN_INADEQUATE
    assert ("urgent issues overdue", TEAM_MANAGER) in heard["Thu 26 Mar 2026"]


def test_a_meeting_entered_on_the_wrong_day_has_its_record_asked_for_from_the_right_one() -> None:
    story = moderated("Inadequate", "Inadequate")
    story.change(uopp_held_on=day("Thu 12 Mar 2026"), urgent_issues_done_on=day("Thu 12 Mar 2026"))
    told(story, "Thu 12 Mar 2026", "Sun 15 Mar 2026")
    story.change(uopp_held_on=day("Mon 16 Mar 2026"))
    heard = told(story, "Mon 16 Mar 2026", "Thu 19 Mar 2026")
    assert ("uopp record, inadequate", AUDIT_MANAGER) in heard["Mon 16 Mar 2026"]
    assert ("uopp record overdue, inadequate", AUDIT_MANAGER) in heard["Thu 19 Mar 2026"]


def test_a_meeting_asked_for_before_the_audit_went_back_is_asked_for_again_after_its_correction() -> None:
    story = moderated("Requires Improvement", "Requires Improvement")
    back_for_rectification(story, "Thu 12 Mar 2026", by="Thu 19 Mar 2026")
    told(story, "Thu 12 Mar 2026", "Tue 17 Mar 2026")
    story.returned("Wed 18 Mar 2026", "Requires Improvement")
    heard = told(story, "Wed 18 Mar 2026", "Thu 26 Mar 2026")
    assert ("uopp to arrange, requires improvement", AUDITOR) in heard["Wed 18 Mar 2026"]
    assert ("uopp overdue, requires improvement", AUDITOR) in heard["Thu 26 Mar 2026"]


def test_a_correction_with_another_grade_after_moderation_brings_no_second_alert() -> None:
    story = moderated("Inadequate", "Inadequate")
    back_for_rectification(story, "Wed 11 Mar 2026", by="Wed 18 Mar 2026")
    story.returned("Fri 13 Mar 2026", "Requires Improvement")
    assert not {name for name, _ in all_told(story, "Wed 11 Mar 2026", "Fri 20 Mar 2026")} & {*ALERTS}


def test_what_was_done_stays_done_when_the_auditor_comes_round_to_the_moderators_inadequate() -> None:
    story = moderated("Requires Improvement", "Inadequate")
    story.change(urgent_issues_done_on=day("Thu 12 Mar 2026"))
    story.happened(
        "Fri 13 Mar 2026", EventKind.NEEDS_A_PERSON, "mail#1", "101", reason="another grade", grades=["Inadequate"],
        category="Differs from an earlier return", sender=AUDITOR.email,
    )  # fmt: skip
    assert Milestone.URGENT_ISSUES_DONE in standing(story, "Fri 13 Mar 2026").reached
    heard = {name for name, _ in all_told(story, "Fri 13 Mar 2026", "Fri 20 Mar 2026")}
    assert not heard & {*ALERTS, "urgent issues overdue"}


# ------------------------------------------------------------------------------------ holds, withdrawals, closed lists


@pytest.mark.parametrize("held", [{"hold_why": "A complaint"}, {"hold_until": day("Mon 30 Mar 2026")}])
def test_an_inadequate_on_hold_is_told_to_the_audit_team_at_once_and_once(held: dict[str, object]) -> None:
    story = launched(**held)
    story.returned("Sat 14 Mar 2026", "Inadequate")
    heard = told(story, "Sat 14 Mar 2026", "Wed 18 Mar 2026")
    assert heard["Sat 14 Mar 2026"] == {("inadequate on hold", AUDIT_TEAM)}
    assert not set().union(*(heard[on] for on in list(heard)[1:]))
    story.change(hold_why="", hold_until=None)
    assert {p for name, p in all_told(story, "Thu 19 Mar 2026", "Thu 19 Mar 2026") if name in ALERTS} == FIVE


def test_after_a_hold_one_letter_says_what_is_overdue_and_a_first_one_that_its_day_is_over() -> None:
    story = moderated("Inadequate", "Inadequate")
    story.change(hold_why="A complaint")
    told(story, "Wed 11 Mar 2026", "Thu 12 Mar 2026")
    story.change(hold_why="")
    to_the_manager = [x for x in story.letters("Fri 13 Mar 2026") if TEAM_MANAGER in x.to]
    assert [x.rule.id for x in to_the_manager] == ["urgent issues overdue"]
    story = launched(hold_why="A complaint")
    story.returned("Mon 9 Mar 2026", "Good")
    story.moderated("Tue 10 Mar 2026", "Inadequate")
    story.change(hold_why="")
    (first,) = [x for x in story.letters("Mon 23 Mar 2026") if x.rule.id == "urgent issues"]
    assert first.due
    assert "that day is over" in first.due.why


def test_a_date_cannot_end_the_steps_of_an_inadequate_that_counts() -> None:
    story = moderated("Inadequate", "Inadequate")
    story.change(withdrawn=True)
    told(story, "Wed 11 Mar 2026", "Wed 11 Mar 2026")
    story.change(withdrawn=False, safety_steps_ended_on=day("Wed 11 Mar 2026"))
    heard = all_told(story, "Thu 12 Mar 2026", "Fri 13 Mar 2026")
    assert ("urgent issues overdue", TEAM_MANAGER) in heard
    assert any("the steps of an Inadequate go on" in what for what in about(story, "Thu 12 Mar 2026"))


def test_a_closed_cycle_with_an_inadequate_under_way_is_told_every_day() -> None:
    row = audit(written={"moderated_grade": "Inadequate", "status": "Urgent issues open"})
    story = Story(row)
    story.cycle = replace(story.cycle, open=False)
    assert any("is closed, so nothing goes out about it" in what for what in about(story, "Wed 11 Mar 2026"))
    story.audits = [audit(written={"moderated_grade": "Inadequate", "status": "Complete"})]
    assert not any("is closed" in what for what in about(story, "Wed 11 Mar 2026"))


def test_work_found_inadequate_when_looked_at_again_is_put_to_the_audit_team_until_somebody_decides() -> None:
    story = moderated("Requires Improvement", "Requires Improvement")
    story.change(
        uopp_held_on=day("Mon 16 Mar 2026"), uopp_record_sent_on=day("Mon 16 Mar 2026"),
        six_week_checked_on=day("Mon 27 Apr 2026"), grade_at_six_weeks=Grade.INADEQUATE,
    )  # fmt: skip
    asks = "The steps of an Inadequate begin only with a decision"
    assert any(asks in what for what in about(story, "Tue 28 Apr 2026"))
    decided(story, Grade.INADEQUATE, "Wed 29 Apr 2026")
    assert not any(asks in what for what in about(story, "Wed 29 Apr 2026"))
    assert {p for name, p in all_told(story, "Wed 29 Apr 2026", "Wed 29 Apr 2026") if name in ALERTS} == FIVE


@pytest.mark.parametrize("kind", [AuditType.DIP_SAMPLE, AuditType.DIP_AUDIT])
def test_an_inadequate_in_a_brief_form_is_put_to_the_audit_team(kind: AuditType) -> None:
    story = launched(audit_type=kind)
    story.returned("Wed 25 Mar 2026", "Inadequate")
    assert any("came back with the grade Inadequate" in what for what in about(story, "Wed 25 Mar 2026"))


# ------------------------------------------------------------------------------------------------- people and days


def test_the_first_in_an_empty_part_gets_the_alert_and_no_letter_about_taking_over() -> None:
    story = launched(head_of_service=None)
    story.returned("Mon 9 Mar 2026", "Inadequate")
    story.moderated("Mon 9 Mar 2026", "Inadequate")
    told(story, "Mon 9 Mar 2026", "Mon 9 Mar 2026")
    story.change(head_of_service=HEAD_OF_SERVICE)
    heard = {
        name for name, p in all_told(story, "Tue 10 Mar 2026", "Wed 11 Mar 2026") if p == HEAD_OF_SERVICE
    }
    assert heard == {"inadequate alert"}


def test_an_audit_manager_new_on_the_day_of_moderation_hears_of_the_meeting_once() -> None:
    story = launched()
    story.returned("Mon 9 Mar 2026", "Inadequate")
    told(story, "Mon 9 Mar 2026", "Mon 9 Mar 2026")
    story.moderated("Tue 10 Mar 2026", "Inadequate")
    story.roles = with_role(Role.AUDIT_MANAGER, NEW)
    heard = [x.rule.id for x in story.letters("Tue 10 Mar 2026") if NEW in x.to]
    assert heard == ["uopp to arrange, inadequate"]


def test_nobody_is_chased_on_the_day_on_which_they_take_over() -> None:
    story = moderated("Inadequate", "Inadequate")
    told(story, "Wed 11 Mar 2026", "Sun 15 Mar 2026")
    story.roles = with_role(Role.AUDIT_MANAGER, NEW)
    heard = told(story, "Mon 16 Mar 2026", "Tue 17 Mar 2026")
    assert {name for name, p in heard["Mon 16 Mar 2026"] if p == NEW} == {"taken over"}
    assert ("uopp overdue, inadequate", NEW) in heard["Tue 17 Mar 2026"]


def test_an_auditor_who_got_the_audit_after_its_date_is_not_late_and_a_date_is_asked_for() -> None:
    story = launched()
    told(story, "Tue 24 Mar 2026", "Tue 24 Mar 2026")
    story.audits.append(audit(2, confirmed_on=day("Wed 25 Mar 2026"), auditor=NEW))
    (letter,) = [x for x in story.letters("Wed 25 Mar 2026") if NEW in x.to]
    assert (letter.rule.id, letter.due) == ("audit allocated", None)
    heard = all_told(story, "Wed 25 Mar 2026", "Thu 2 Apr 2026")
    assert not [name for name, p in heard if p == NEW and name != "audit allocated"]
    assert any("Enter a date of their own under “Return by”" in x for x in about(story, "Thu 26 Mar 2026"))
    story.change(2, return_by=day("Wed 8 Apr 2026"))
    assert ("audit overdue", NEW) in all_told(story, "Tue 7 Apr 2026", "Thu 9 Apr 2026")


def test_an_audit_that_comes_back_from_an_exempted_auditor_is_asked_about() -> None:
    story = launched(exempted_by=AUDITORS_HEAD, exempted_on=day("Wed 18 Mar 2026"))
    story.returned("Thu 19 Mar 2026", "Good")
    assert any("although its auditor was exempted" in what for what in about(story, "Thu 19 Mar 2026"))


def test_a_disagreement_settled_in_talk_gives_its_days_back() -> None:
    story = moderated("Requires Improvement", "Requires Improvement")
    story.change(disputed_on=day("Wed 11 Mar 2026"))
    told(story, "Wed 11 Mar 2026", "Tue 17 Mar 2026")
    story.change(disputed_on=None)
    heard = told(story, "Wed 18 Mar 2026", "Thu 26 Mar 2026")
    assert standing(story, "Wed 18 Mar 2026").on(Milestone.UOPP_DUE) == day("Wed 25 Mar 2026")
    assert [on for on, letters in heard.items() if ("uopp overdue, requires improvement", AUDITOR) in letters] == [
        "Thu 26 Mar 2026"
    ]  # fmt: skip


def test_a_disputed_inadequate_still_says_in_its_row_what_is_urgent() -> None:
    story = moderated("Inadequate", "Inadequate")
    story.change(disputed_on=day("Wed 11 Mar 2026"))
    (row,) = story.plan("Wed 11 Mar 2026").rows
    assert row.values["status"] == "In dispute"
    assert "Tia Manager deals with the urgent issues by Thu 12 Mar 2026" in str(row.values["next_step"])


def test_an_audit_that_went_back_is_not_told_that_nothing_is_late() -> None:
    story = launched()
    story.returned("Fri 6 Mar 2026", "Good")
    back_for_rectification(story, "Fri 6 Mar 2026", by="Fri 20 Mar 2026")
    heard = {name for name, _ in all_told(story, "Fri 6 Mar 2026", "Mon 16 Mar 2026")}
    assert not heard & {"audit under way", "practitioner reminded"}


@pytest.mark.parametrize(("on", "urgent", "meeting"), [
    ("Thu 2 Apr 2026", "Wed 8 Apr 2026", "Thu 9 Apr 2026"),  # Good Friday and Easter Monday between
    ("Thu 30 Apr 2026", "Tue 5 May 2026", "Wed 6 May 2026"),  # the early May bank holiday
    ("Fri 22 May 2026", "Wed 27 May 2026", "Thu 28 May 2026"),  # the spring bank holiday
    ("Sat 14 Mar 2026", "Tue 17 Mar 2026", "Wed 18 Mar 2026"),
])  # fmt: skip
def test_an_inadequate_found_at_moderation_has_working_days_only(on: str, urgent: str, meeting: str) -> None:
    story = launched()
    story.returned("Mon 9 Mar 2026", "Good")
    story.moderated(on, "Inadequate")
    found = standing(story, on)
    assert found.on(Milestone.URGENT_ISSUES_DUE) == day(urgent)
    assert found.on(Milestone.UOPP_DUE) == day(meeting)


def test_a_hold_of_an_inadequate_that_is_made_longer_is_told_anew() -> None:
    story = Story(audit())
    story.perform("Mon 2 Mar 2026")
    story.change(hold_until=day("Fri 13 Mar 2026"))
    story.returned("Mon 9 Mar 2026", "Inadequate")
    assert "inadequate on hold" in story.perform("Mon 9 Mar 2026")
    assert "inadequate on hold" not in story.names("Tue 10 Mar 2026")
    story.change(hold_until=day("Fri 20 Mar 2026"))
    assert "inadequate on hold" in story.names("Thu 12 Mar 2026")
