"""§7, §10, §11: which grade counts, since when, and what that begins, ends and tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from people import (
    AUDIT_MANAGER,
    AUDITOR,
    AUDITORS_HEAD,
    DIRECTOR,
    HEAD_OF_ACADEMY,
    HEAD_OF_SERVICE,
    MODERATOR,
    PRACTITIONER,
    PSW,
    ROLES,
    RULES,
    TEAM_MANAGER,
    Story,
    audit,
    day,
    person,
)

from bot.programme.date_words import day_in_words
from bot.programme.events import EventKind
from bot.programme.messages.buttons import Command
from bot.programme.rulebook.rules import rulebook
from bot.programme.standing.counting_grade import correction, grades_of
from bot.programme.vocabulary import Grade, Milestone, Person, Role, RoleHolder, Status

FIVE = {PRACTITIONER, TEAM_MANAGER, HEAD_OF_SERVICE, AUDIT_MANAGER, HEAD_OF_ACADEMY}
ALERTS = ("inadequate alert", "inadequate alert at moderation", "inadequate alert at the final decision")
NEW = person("Nia New")

Told = dict[str, set[tuple[str, Person]]]
"""Day -> what was told to whom: each rule with each person addressed."""


def launched(**changes: object) -> Story:
    story = Story(audit(**changes))
    story.perform("Mon 2 Mar 2026")
    return story


def moderated(auditors: str, moderators: str, on: str = "Tue 10 Mar 2026") -> Story:
    """Back on Monday 9 March, moderated on the 10th, all letters of both days sent."""
    story = launched()
    story.returned("Mon 9 Mar 2026", auditors)
    story.perform("Mon 9 Mar 2026")
    story.moderated(on, moderators)
    story.perform(on)
    return story


def decided(story: Story, grade: Grade, on: str = "Mon 23 Mar 2026") -> Story:
    story.change(disputed_on=day("Mon 16 Mar 2026"), final_grade=grade, finally_decided_on=day(on))
    return story


def back_for_rectification(story: Story, on: str, by: str) -> None:
    story.change(rectification_by=day(by))
    iso = day(by).isoformat()
    story.happened(on, EventKind.RECTIFICATION_SEEN, f"101#{iso}", "101", by=iso)


def told(story: Story, first: str, last: str) -> Told:
    """Live through some days, sending what is planned each morning."""
    found: Told = {}
    on = day(first)
    while on <= day(last):
        words = day_in_words(on)
        story.look(words)
        letters = story.letters(words)
        story.perform(words)
        found[words] = {
            (part.rule.id, reader) for x in letters for part in x.together or (x,) for reader in x.to
        }
        on += timedelta(1)
    return found


def all_told(story: Story, first: str, last: str) -> set[tuple[str, Person]]:
    return set().union(*told(story, first, last).values())


def about(story: Story, on: str) -> list[str]:
    return [problem.what for problem in story.plan(on).problems]


def standing(story: Story, on: str):  # type: ignore[no-untyped-def]
    return story.plan(on).standings[0]


def status(story: Story, on: str) -> object:
    """What the Status column says once the row is written."""
    (row,) = story.plan(on).rows
    return row.values.get("status")


def with_role(role: Role, holder: Person) -> list[RoleHolder]:
    return [replace(each, person=holder) if each.role is role else each for each in ROLES]


# ---------------------------------------------------------------------------------- an alert says something new


def everything_done(story: Story) -> None:
    done = day("Fri 24 Apr 2026")
    story.change(
        urgent_issues_done_on=day("Thu 12 Mar 2026"), uopp_held_on=day("Thu 12 Mar 2026"),
        uopp_record_sent_on=day("Thu 12 Mar 2026"), weekly_reports_ended_on=done, review_uopp_held_on=done,
        six_week_checked_on=done, grade_at_six_weeks=Grade.GOOD,
    )  # fmt: skip


def test_another_audit_manager_two_months_on_brings_nobody_an_old_alert() -> None:
    story = moderated("Inadequate", "Inadequate")
    everything_done(story)
    told(story, "Mon 27 Apr 2026", "Tue 12 May 2026")
    story.roles = with_role(Role.AUDIT_MANAGER, NEW)
    assert story.letters("Wed 13 May 2026") == []


def test_a_new_audit_manager_hears_once_in_one_letter_what_is_open_in_all_their_audits() -> None:
    story = Story(audit(1), audit(2))
    story.perform("Mon 2 Mar 2026")
    for number in (1, 2):
        story.returned("Mon 9 Mar 2026", "Inadequate", number)
        story.moderated("Mon 9 Mar 2026", "Inadequate", number)
    story.perform("Mon 9 Mar 2026")
    story.roles = with_role(Role.AUDIT_MANAGER, NEW)
    (letter,) = [x for x in story.letters("Tue 10 Mar 2026") if NEW in x.to]
    assert (letter.rule.letter, letter.to, len(letter.together)) == ("00_taken_over", (NEW,), 2)
    matters = [matter for part in letter.together for matter in part.matters]
    assert [m.what for m in matters] == ["The UoPP meeting is yours to convene and lead"] * 2
    assert {m.due.on for m in matters if m.due} == {day("Thu 12 Mar 2026")}
    story.perform("Tue 10 Mar 2026")
    assert not [x for x in story.letters("Wed 11 Mar 2026") if x.rule.letter == "00_taken_over"]


@pytest.mark.parametrize("part", ["moderator", "head of learning academy"])
def test_a_new_audit_manager_who_had_letters_in_another_part_hears_what_is_open_all_the_same(
    part: str,
) -> None:
    if part == "moderator":
        story = launched(moderator=NEW)
    else:
        story = launched()
        story.roles = with_role(Role.HEAD_OF_LEARNING_ACADEMY, NEW)
    story.returned("Mon 9 Mar 2026", "Inadequate")
    told(
        story, "Mon 9 Mar 2026", "Thu 12 Mar 2026"
    )  # the moderation is late: escalated, the moderator copied
    story.moderated("Thu 12 Mar 2026", "Inadequate")
    told(story, "Thu 12 Mar 2026", "Fri 13 Mar 2026")
    assert not [x for x in story.letters("Mon 16 Mar 2026") if x.rule.letter == "00_taken_over"]
    story.roles = [replace(h, person=NEW) if h.role is Role.AUDIT_MANAGER else h for h in story.roles]
    (letter,) = [x for x in story.letters("Mon 16 Mar 2026") if x.rule.letter == "00_taken_over"]
    assert letter.to == (NEW,)
    assert [m.what for part in letter.together for m in part.matters] == [
        "The UoPP meeting is yours to convene and lead"
    ]


def test_a_new_team_manager_hears_of_the_urgent_issues_that_are_theirs_now() -> None:
    story = moderated("Inadequate", "Inadequate")
    story.change(team_manager=NEW)
    (letter,) = [x for x in story.letters("Wed 11 Mar 2026") if NEW in x.to]
    (part,) = letter.together
    assert [m.what for m in part.matters] == ["Urgent issues are dealt with", "The UoPP meeting"]


def test_a_new_practitioner_hears_of_the_open_meeting_and_not_of_a_grade_that_counts_no_longer() -> None:
    story = moderated("Inadequate", "Requires Improvement")
    told(story, "Wed 11 Mar 2026", "Mon 13 Apr 2026")
    story.change(practitioner=NEW)
    letters = [x for x in story.letters("Tue 14 Apr 2026") if NEW in x.to]
    assert [x.rule.id for x in letters] == ["taken over"]
    assert [m.what for m in letters[0].together[0].matters] == ["The UoPP meeting"]
    assert not {name for name, _ in all_told(story, "Tue 14 Apr 2026", "Thu 30 Apr 2026")} & set(ALERTS)


def test_an_auditor_swapped_in_gets_the_allocation() -> None:
    story = launched()
    story.change(auditor=NEW)
    assert [(x.rule.id, x.to) for x in story.letters("Tue 3 Mar 2026")] == [("audit allocated", (NEW,))]


def test_an_auditor_swapped_in_sees_where_the_audit_stands_after_a_week_of_their_own() -> None:
    story = launched()
    told(story, "Tue 3 Mar 2026", "Tue 10 Mar 2026")
    story.change(auditor=NEW)
    letters = told(story, "Wed 11 Mar 2026", "Thu 19 Mar 2026")
    assert [on for on, found in letters.items() if ("audit under way", NEW) in found] == ["Wed 18 Mar 2026"]


def test_a_new_moderator_is_asked_to_moderate_and_not_chased_for_the_former_ones_days() -> None:
    story = launched()
    story.returned("Mon 9 Mar 2026", "Inadequate")
    told(story, "Mon 9 Mar 2026", "Wed 11 Mar 2026")
    story.change(moderator=NEW)
    assert [(x.rule.id, x.to) for x in story.letters("Thu 12 Mar 2026")] == [("moderation requested", (NEW,))]


def test_a_letter_about_the_whole_cycle_goes_only_to_whoever_is_new() -> None:
    story = Story(audit(confirmed_on=None))
    story.perform("Mon 23 Feb 2026")
    story.cycle = replace(story.cycle, heads_of_service=(HEAD_OF_SERVICE, NEW))
    found = story.of_the_cycle("Tue 24 Feb 2026")
    assert found["list for confirmation"].to == (NEW,)


# ------------------------------------------------------------------------------------- a grade that became worse


@pytest.mark.parametrize("before", ["Requires Improvement", "Good"])
def test_a_final_decision_of_inadequate_begins_every_clock_on_its_own_day(before: str) -> None:
    story = moderated(before, before)
    if before == "Requires Improvement":
        story.change(uopp_held_on=day("Thu 12 Mar 2026"), uopp_record_sent_on=day("Thu 12 Mar 2026"))
    told(story, "Wed 11 Mar 2026", "Fri 20 Mar 2026")
    decided(story, Grade.INADEQUATE)
    letters = {x.rule.id: x for x in story.letters("Mon 23 Mar 2026")}
    assert set(letters["inadequate alert at the final decision"].to) == FIVE
    assert {"urgent issues", "uopp to arrange, inadequate", "final decision"} <= letters.keys()
    assert not [name for name in letters if "overdue" in name or "escalation" in name]
    found = standing(story, "Mon 23 Mar 2026")
    assert found.on(Milestone.URGENT_ISSUES_DUE) == day("Wed 25 Mar 2026")
    assert found.on(Milestone.UOPP_DUE) == day("Thu 26 Mar 2026")
    assert Milestone.UOPP_HELD not in found.reached, "the earlier meeting was about another grade"
    later = told(story, "Mon 23 Mar 2026", "Wed 1 Apr 2026")
    assert ("weekly report", HEAD_OF_SERVICE) not in set().union(*later.values()), (
        "none without its own meeting"
    )
    story.change(uopp_held_on=day("Wed 1 Apr 2026"))
    assert ("weekly report", HEAD_OF_SERVICE) in told(story, "Thu 2 Apr 2026", "Wed 8 Apr 2026")[
        "Wed 8 Apr 2026"
    ]


def test_the_digest_asks_for_the_new_meeting_where_the_old_one_still_stands_in_the_list() -> None:
    story = moderated("Requires Improvement", "Requires Improvement")
    story.change(uopp_held_on=day("Thu 12 Mar 2026"))
    decided(story, Grade.INADEQUATE)
    assert any("needs a meeting of its own" in what for what in about(story, "Mon 23 Mar 2026"))


def test_a_decision_entered_late_is_not_overdue_on_the_day_it_is_told_and_is_chased_from_the_next() -> None:
    story = decided(moderated("Good", "Good"), Grade.INADEQUATE)
    found = told(story, "Tue 31 Mar 2026", "Wed 1 Apr 2026")
    first, next_day = ({name for name, _ in found[on]} for on in ("Tue 31 Mar 2026", "Wed 1 Apr 2026"))
    assert not [name for name in first if "overdue" in name or "escalation" in name or "reminder" in name]
    assert {"urgent issues escalation", "uopp escalation, inadequate"} <= next_day


def test_a_final_grade_without_its_day_counts_at_once_and_the_day_is_asked_for() -> None:
    story = moderated("Good", "Good")
    story.change(final_grade=Grade.INADEQUATE)
    story.happened("Mon 23 Mar 2026", EventKind.DECISION_SEEN, "101#Inadequate", "101", grade="Inadequate")
    assert "inadequate alert at the final decision" in story.perform("Mon 23 Mar 2026")
    assert standing(story, "Fri 27 Mar 2026").on(Milestone.UOPP_DUE) == day("Thu 26 Mar 2026")
    assert any(
        "“Finally decided on” does not say on which day" in what for what in about(story, "Mon 23 Mar 2026")
    )


def test_requires_improvement_after_good_begins_its_five_days_with_the_decision() -> None:
    story = decided(moderated("Good", "Good"), Grade.REQUIRES_IMPROVEMENT)
    assert "uopp to arrange, requires improvement" in story.perform("Mon 23 Mar 2026")
    assert standing(story, "Mon 23 Mar 2026").on(Milestone.UOPP_DUE) == day("Mon 30 Mar 2026")


# ------------------------------------------------------------------------------------ a grade that became better


@pytest.mark.parametrize("better", ["Requires Improvement", "Good", "Outstanding"])
def test_when_moderation_finds_better_work_everybody_who_was_alerted_is_told(better: str) -> None:
    story = launched()
    story.returned("Mon 9 Mar 2026", "Inadequate")
    story.perform("Mon 9 Mar 2026")
    story.moderated("Tue 10 Mar 2026", better)
    letters = {x.rule.id: x for x in story.letters("Tue 10 Mar 2026")}
    assert set(letters["inadequate no longer"].to) == FIVE
    assert {p.name for p in letters["inadequate no longer"].to} == {p.name for p in FIVE}
    assert "urgent issues" not in letters
    story.perform("Tue 10 Mar 2026")
    later = all_told(story, "Wed 11 Mar 2026", "Thu 30 Apr 2026")
    assert not {name for name, _ in later} & {
        "inadequate no longer",
        "urgent issues",
        "weekly report",
        *ALERTS,
    }


def test_it_goes_to_those_who_were_alerted_also_when_their_part_is_somebody_elses_now() -> None:
    story = launched()
    story.returned("Mon 9 Mar 2026", "Inadequate")
    story.perform("Mon 9 Mar 2026")
    story.change(team_manager=NEW)
    story.moderated("Tue 10 Mar 2026", "Good")
    (letter,) = [x for x in story.letters("Tue 10 Mar 2026") if x.rule.id == "inadequate no longer"]
    assert set(letter.to) == FIVE
    # Whom no list knows any more is called by the address alone.
    assert {p.name for p in letter.to} == {p.name for p in FIVE} - {TEAM_MANAGER.name} | {TEAM_MANAGER.email}


def test_a_final_decision_for_the_better_ends_the_steps_of_an_inadequate_and_tells_the_five() -> None:
    story = moderated("Inadequate", "Inadequate")
    told(story, "Wed 11 Mar 2026", "Fri 20 Mar 2026")
    decided(story, Grade.GOOD)
    letters = {x.rule.id: x for x in story.letters("Mon 23 Mar 2026")}
    assert set(letters["inadequate no longer"].to) == FIVE
    story.perform("Mon 23 Mar 2026")
    assert story.plan("Tue 24 Mar 2026").letters == ()


def test_a_meeting_held_about_an_inadequate_counts_for_the_better_grade() -> None:
    story = moderated("Inadequate", "Inadequate")
    story.change(uopp_held_on=day("Thu 12 Mar 2026"))
    decided(story, Grade.REQUIRES_IMPROVEMENT)
    assert Milestone.UOPP_HELD in standing(story, "Mon 23 Mar 2026").reached


def test_a_decision_that_leaves_the_grade_as_it_was_begins_nothing_anew() -> None:
    story = moderated("Inadequate", "Inadequate")
    before = standing(story, "Wed 11 Mar 2026").on(Milestone.UOPP_DUE)
    told(story, "Wed 11 Mar 2026", "Fri 20 Mar 2026")
    decided(story, Grade.INADEQUATE)
    assert standing(story, "Mon 23 Mar 2026").on(Milestone.UOPP_DUE) == before
    assert not {name for name, _ in all_told(story, "Mon 23 Mar 2026", "Tue 24 Mar 2026")} & {
        *ALERTS, "inadequate no longer", "uopp to arrange, inadequate", "urgent issues",
    }  # fmt: skip


def test_when_the_grade_changes_twice_people_are_told_twice() -> None:
    story = moderated("Inadequate", "Good")
    decided(story, Grade.INADEQUATE)
    assert "inadequate alert at the final decision" in story.perform("Mon 23 Mar 2026")
    story.change(final_grade=Grade.REQUIRES_IMPROVEMENT)
    assert "inadequate no longer" in story.perform("Tue 24 Mar 2026")
    story.change(final_grade=Grade.INADEQUATE)
    assert "inadequate alert at the final decision" in story.perform("Wed 25 Mar 2026")


# -------------------------------------------------------------------------------- an Inadequate waits for nothing


def test_a_moderation_of_an_inadequate_counts_while_the_audit_is_back_for_rectification() -> None:
    story = launched()
    story.returned("Mon 9 Mar 2026", "Inadequate")
    story.perform("Mon 9 Mar 2026")
    back_for_rectification(story, "Tue 10 Mar 2026", "Tue 24 Mar 2026")
    story.perform("Tue 10 Mar 2026")
    story.moderated("Thu 12 Mar 2026", "Inadequate")
    assert {"urgent issues", "uopp to arrange, inadequate"} <= set(story.perform("Thu 12 Mar 2026"))
    found = standing(story, "Thu 12 Mar 2026")
    assert found.on(Milestone.URGENT_ISSUES_DUE) == day("Mon 16 Mar 2026")
    later = all_told(story, "Fri 13 Mar 2026", "Mon 30 Mar 2026")
    assert not {name for name, _ in later} & {"audit reminder", "audit overdue", "audit escalation"}


def test_the_one_day_for_moderating_an_inadequate_runs_on_while_it_is_being_corrected() -> None:
    story = launched()
    story.returned("Tue 10 Mar 2026", "Inadequate")
    story.perform("Tue 10 Mar 2026")
    back_for_rectification(story, "Wed 11 Mar 2026", "Tue 24 Mar 2026")
    found = all_told(story, "Wed 11 Mar 2026", "Mon 23 Mar 2026")
    assert ("moderation overdue for an inadequate", MODERATOR) in found
    assert ("moderation escalation for an inadequate", AUDIT_MANAGER) in found


def test_an_inadequate_is_alerted_and_moderated_although_it_went_back_before_anybody_was_told() -> None:
    story = launched()
    story.returned("Mon 9 Mar 2026", "Inadequate")
    back_for_rectification(story, "Mon 9 Mar 2026", "Mon 23 Mar 2026")
    assert {"inadequate alert", "moderation requested"} <= set(story.perform("Mon 9 Mar 2026"))


def test_four_are_alerted_at_once_and_the_fifth_the_moment_they_are_named() -> None:
    story = launched()
    story.change(team_manager=None)
    story.returned("Tue 10 Mar 2026", "Inadequate")
    (letter,) = [x for x in story.letters("Tue 10 Mar 2026") if x.rule.id == "inadequate alert"]
    assert set(letter.to) == FIVE - {TEAM_MANAGER}
    assert any("“Team Manager” is empty" in what for what in about(story, "Tue 10 Mar 2026"))
    story.perform("Tue 10 Mar 2026")
    assert "inadequate alert" not in story.names("Wed 11 Mar 2026")
    story.change(team_manager=TEAM_MANAGER)
    (late,) = [x for x in story.letters("Wed 11 Mar 2026") if x.rule.id == "inadequate alert"]
    assert late.to == (TEAM_MANAGER,)
    story.perform("Wed 11 Mar 2026")
    assert "inadequate alert" not in story.names("Thu 12 Mar 2026")


def test_a_part_nobody_holds_in_the_roles_keeps_the_alert_from_none_of_the_others() -> None:
    story = launched()
    story.roles = [each for each in ROLES if each.role is not Role.AUDIT_MANAGER]
    story.returned("Tue 10 Mar 2026", "Inadequate")
    story.perform("Tue 10 Mar 2026")
    story.roles = ROLES
    (late,) = [x for x in story.letters("Wed 11 Mar 2026") if x.rule.id == "inadequate alert"]
    assert late.to == (AUDIT_MANAGER,)


def test_a_row_that_needs_a_person_still_brings_the_alert() -> None:
    story = launched()
    story.change(auditor=TEAM_MANAGER)  # of the child's own team
    story.returned("Tue 10 Mar 2026", "Inadequate")
    assert story.names("Tue 10 Mar 2026") == ["inadequate alert"]


def test_urgent_issues_nobody_reports_are_chased_taken_up_and_told_every_day() -> None:
    story = moderated("Inadequate", "Inadequate")  # due by Thursday 12 March
    story.change(uopp_held_on=day("Thu 12 Mar 2026"), uopp_record_sent_on=day("Thu 12 Mar 2026"))
    found = told(story, "Wed 11 Mar 2026", "Mon 16 Mar 2026")
    assert ("urgent issues overdue", TEAM_MANAGER) in found["Fri 13 Mar 2026"]
    assert ("urgent issues escalation", HEAD_OF_SERVICE) in found["Mon 16 Mar 2026"]
    for on in ("Fri 13 Mar 2026", "Tue 17 Mar 2026", "Thu 30 Apr 2026"):
        assert any("urgent issues of an Inadequate were due" in what for what in about(story, on)), on
    story.change(weekly_reports_ended_on=day("Fri 24 Apr 2026"), review_uopp_held_on=day("Fri 24 Apr 2026"),
                 six_week_checked_on=day("Fri 24 Apr 2026"))  # fmt: skip
    assert status(story, "Thu 30 Apr 2026") == Status.URGENT_ISSUES_OPEN
    story.change(urgent_issues_done_on=day("Fri 24 Apr 2026"))
    assert status(story, "Thu 30 Apr 2026") == Status.COMPLETE


def test_a_withdrawn_inadequate_goes_on_for_the_child_until_the_audit_manager_ends_it() -> None:
    story = moderated("Inadequate", "Inadequate")
    story.change(withdrawn=True)
    letters = {x.rule.id: x for x in story.letters("Wed 11 Mar 2026")}
    assert letters["withdrawn, inadequate"].to == (AUDIT_MANAGER,)
    found = all_told(story, "Wed 11 Mar 2026", "Tue 17 Mar 2026")
    assert {("urgent issues overdue", TEAM_MANAGER), ("uopp overdue, inadequate", AUDIT_MANAGER)} <= found
    assert any("until the Audit Manager ends them" in what for what in about(story, "Wed 18 Mar 2026"))
    story.change(safety_steps_ended_on=day("Wed 18 Mar 2026"))
    assert {rule for rule, _ in all_told(story, "Wed 18 Mar 2026", "Wed 18 Mar 2026")} == {
        "inadequate no longer"
    }
    assert all_told(story, "Thu 19 Mar 2026", "Thu 30 Apr 2026") == set()
    assert not [what for what in about(story, "Wed 18 Mar 2026") if "Audit Manager ends" in what]


def test_whoever_was_alerted_hears_once_that_the_steps_were_ended_and_is_alerted_anew_if_the_audit_counts_again() -> (
    None
):
    story = moderated("Inadequate", "Inadequate")
    alerts = {p.email for x in story.history.letters.values() if x.rule.startswith("inadequate alert") for p in FIVE
              if p.email in x.to}  # fmt: skip
    assert len(alerts) == 5
    story.change(withdrawn=True)
    all_told(story, "Wed 11 Mar 2026", "Tue 17 Mar 2026")
    story.change(safety_steps_ended_on=day("Wed 18 Mar 2026"))
    (letter,) = story.letters("Wed 18 Mar 2026")
    assert letter.rule.id == "inadequate no longer"
    assert {p.email for p in letter.to} == alerts
    assert "safety steps" in letter.day.why
    story.perform("Wed 18 Mar 2026")
    assert story.letters("Thu 19 Mar 2026") == []
    story.change(withdrawn=False, safety_steps_ended_on=None)
    assert "inadequate alert" in {x.rule.id for x in story.letters("Fri 20 Mar 2026")}


def test_steps_that_end_before_anybody_was_alerted_are_told_to_nobody() -> None:
    story = launched()
    story.returned("Mon 9 Mar 2026", "Inadequate")
    story.change(withdrawn=True, safety_steps_ended_on=day("Mon 9 Mar 2026"))
    assert all_told(story, "Mon 9 Mar 2026", "Thu 30 Apr 2026") == set()


@pytest.mark.parametrize(("grade", "ended", "expected"), [
    ("Inadequate", None, True), ("Inadequate", day("Wed 18 Mar 2026"), False), ("Requires Improvement", None, False),
])  # fmt: skip
def test_the_record_of_a_withdrawn_inadequates_meeting_is_taken_up_as_of_any_other(
    grade: str, ended: date | None, expected: bool
) -> None:
    story = moderated("Inadequate", grade)
    story.change(uopp_held_on=day("Thu 12 Mar 2026"))
    told(story, "Thu 12 Mar 2026", "Thu 12 Mar 2026")
    story.change(withdrawn=True, safety_steps_ended_on=ended)
    found = told(story, "Fri 13 Mar 2026", "Mon 23 Mar 2026")
    assert (("uopp record escalation", HEAD_OF_SERVICE) in found["Mon 23 Mar 2026"]) is expected


@pytest.mark.parametrize("out", [{"declared_invalid_on": day("Wed 11 Mar 2026")}, {"withdrawn": True}])
def test_an_audit_left_out_whose_work_is_not_inadequate_brings_nothing_more(out: dict[str, object]) -> None:
    story = moderated("Requires Improvement", "Requires Improvement")
    story.change(**out)
    assert all_told(story, "Wed 11 Mar 2026", "Thu 30 Apr 2026") == set()


def test_only_the_alert_of_an_inadequate_goes_out_on_a_saturday() -> None:
    story = launched()
    story.returned("Sat 14 Mar 2026", "Inadequate")
    assert story.perform("Sat 14 Mar 2026") == ["inadequate alert"]
    assert story.perform("Sun 15 Mar 2026") == []
    assert "moderation requested" in story.perform("Mon 16 Mar 2026")


def test_a_good_audit_that_comes_on_good_friday_waits_for_the_working_day() -> None:
    story = launched()
    told(story, "Tue 3 Mar 2026", "Thu 2 Apr 2026")
    story.returned("Fri 3 Apr 2026", "Good")
    assert story.all_letters("Fri 3 Apr 2026") == []
    assert "moderation requested" in story.names("Tue 7 Apr 2026")


# ------------------------------------------------------------------------------------- corrections and disputes


def test_the_days_used_before_a_disagreement_stay_used_and_its_own_days_do_not_count() -> None:
    story = moderated("Requires Improvement", "Requires Improvement", "Mon 9 Mar 2026")
    told(story, "Tue 10 Mar 2026", "Tue 10 Mar 2026")
    story.change(disputed_on=day("Wed 11 Mar 2026"))
    told(story, "Wed 11 Mar 2026", "Tue 17 Mar 2026")
    story.change(final_grade=Grade.REQUIRES_IMPROVEMENT, finally_decided_on=day("Wed 18 Mar 2026"))
    assert standing(story, "Wed 18 Mar 2026").on(Milestone.UOPP_DUE) == day("Tue 24 Mar 2026")
    found = all_told(story, "Wed 18 Mar 2026", "Tue 24 Mar 2026")
    assert not [name for name, _ in found if name.startswith(("uopp overdue", "uopp escalation"))]
    assert ("uopp overdue, requires improvement", AUDITOR) in all_told(
        story, "Wed 25 Mar 2026", "Wed 25 Mar 2026"
    )


def test_a_complete_but_poor_audit_goes_back_in_a_draft_copied_to_the_auditors_head_of_service() -> None:
    story = launched()
    story.returned("Mon 9 Mar 2026", "Good")
    story.perform("Mon 9 Mar 2026")
    back_for_rectification(story, "Tue 10 Mar 2026", "Thu 19 Mar 2026")
    letters = story.letters("Tue 10 Mar 2026")
    assert [(x.rule.id, x.to, x.cc, x.rule.draft_only) for x in letters] == [
        ("poor audit returned to auditor", (AUDITOR,), (AUDITORS_HEAD,), True)
    ]
    story.perform("Tue 10 Mar 2026")
    rest = all_told(story, "Wed 11 Mar 2026", "Thu 12 Mar 2026")
    assert "audit under way" not in {rule for rule, _ in rest}, "it knows that the audit is back"


@pytest.mark.parametrize(
    ("comes", "seen"), [("Wed 18 Mar 2026", "Wed 18 Mar 2026"), ("Sat 21 Mar 2026", "Mon 23 Mar 2026")]
)
def test_a_correction_on_the_day_or_the_weekend_on_which_it_is_asked_for_is_the_correction(
    comes: str, seen: str
) -> None:
    story = launched()
    story.returned("Tue 17 Mar 2026", "Good")
    told(story, "Tue 17 Mar 2026", "Tue 17 Mar 2026")
    story.returned(comes, "Good")
    back_for_rectification(story, seen, "Fri 27 Mar 2026")
    assert "moderation requested" in story.perform(seen)
    later = all_told(story, "Tue 24 Mar 2026", "Tue 7 Apr 2026")
    assert not [name for name, _ in later if name.startswith("audit ")], "nobody chases the auditor"


def test_a_corrected_audit_with_another_grade_takes_the_place_of_the_first() -> None:
    story = launched()
    story.returned("Tue 10 Mar 2026", "Inadequate")
    story.perform("Tue 10 Mar 2026")
    back_for_rectification(story, "Wed 11 Mar 2026", "Tue 17 Mar 2026")
    story.perform("Wed 11 Mar 2026")
    story.returned("Thu 12 Mar 2026", "Requires Improvement")
    names = story.perform("Thu 12 Mar 2026")
    assert {"inadequate no longer", "moderation requested"} <= set(names)
    assert standing(story, "Thu 12 Mar 2026").on(Milestone.MODERATION_DUE) == day("Tue 31 Mar 2026")


def test_a_correction_to_inadequate_is_alerted_at_once() -> None:
    story = launched()
    story.returned("Tue 10 Mar 2026", "Good")
    story.perform("Tue 10 Mar 2026")
    back_for_rectification(story, "Wed 11 Mar 2026", "Tue 17 Mar 2026")
    story.returned("Thu 12 Mar 2026", "Inadequate")
    assert "inadequate alert" in story.perform("Thu 12 Mar 2026")
    assert standing(story, "Thu 12 Mar 2026").on(Milestone.MODERATION_DUE) == day("Fri 13 Mar 2026")


def test_an_inadequate_in_a_file_nobody_asked_for_is_held_and_alerted_all_the_same() -> None:
    story = launched()
    story.returned("Tue 10 Mar 2026", "Good")
    story.perform("Tue 10 Mar 2026")
    story.happened(
        "Wed 11 Mar 2026", EventKind.NEEDS_A_PERSON, "m9#f9", "101", reason="another grade",
        category="Differs from an earlier return", sender=AUDITOR.email, grades=["Inadequate"],
    )  # fmt: skip
    assert "inadequate alert" in story.perform("Wed 11 Mar 2026")
    story.moderated("Thu 12 Mar 2026", "Good")
    assert "inadequate no longer" in story.perform("Thu 12 Mar 2026")


def test_a_correction_after_the_month_is_late_in_and_has_three_days_for_moderation() -> None:
    story = launched()
    story.returned("Mon 23 Mar 2026", "Good")
    told(story, "Mon 23 Mar 2026", "Mon 23 Mar 2026")
    back_for_rectification(story, "Tue 24 Mar 2026", "Thu 2 Apr 2026")
    told(story, "Tue 24 Mar 2026", "Wed 1 Apr 2026")
    story.returned("Thu 2 Apr 2026", "Good")
    assert standing(story, "Thu 2 Apr 2026").on(Milestone.MODERATION_DUE) == day("Thu 9 Apr 2026")
    found = all_told(story, "Thu 2 Apr 2026", "Thu 9 Apr 2026")
    assert not [name for name, _ in found if name.startswith(("moderation overdue", "moderation escalation"))]


def test_a_moderation_before_the_audit_went_back_begins_its_route_with_the_correction() -> None:
    story = moderated("Requires Improvement", "Requires Improvement")
    back_for_rectification(story, "Wed 11 Mar 2026", "Tue 24 Mar 2026")
    told(story, "Wed 11 Mar 2026", "Mon 23 Mar 2026")
    story.returned("Tue 24 Mar 2026", "Requires Improvement")
    found = standing(story, "Tue 24 Mar 2026")
    assert found.on(Milestone.UOPP_DUE) == day("Tue 31 Mar 2026"), "nothing is overdue on the day it begins"


def counts_since(story: Story) -> date:
    """The day since which the moderated grade of the first audit counts."""
    route = grades_of(story.audits[0], story.history.audit("101")).route
    assert route is not None
    return route.on


@pytest.mark.parametrize(
    ("grade", "asked", "since"),
    [
        ("Requires Improvement", "Wed 11 Mar 2026", "Tue 24 Mar 2026"),
        ("Inadequate", "Wed 11 Mar 2026", "Tue 10 Mar 2026"),  # it waits for no correction
        ("Requires Improvement", "Mon 9 Mar 2026", "Tue 10 Mar 2026"),  # it came after the asking
    ],
)
def test_only_a_moderation_that_waited_for_the_correction_counts_from_its_day(
    grade: str, asked: str, since: str
) -> None:
    story = Story()
    story.returned("Mon 9 Mar 2026", "Requires Improvement")
    story.moderated("Tue 10 Mar 2026", grade)
    back_for_rectification(story, asked, "Tue 24 Mar 2026")
    story.returned("Tue 24 Mar 2026", "Requires Improvement")
    assert counts_since(story) == day(since)


def test_what_first_comes_after_the_asking_is_the_correction_though_nothing_had_come_before() -> None:
    story = Story()
    back_for_rectification(story, "Wed 11 Mar 2026", "Tue 17 Mar 2026")
    story.returned("Thu 12 Mar 2026", "Good")
    assert correction(story.audits[0], story.history.audit("101"))


def test_a_file_of_the_day_before_that_is_taken_in_on_the_day_of_the_asking_is_the_correction() -> None:
    story = Story()
    story.returned("Mon 9 Mar 2026", "Good")
    story.returned("Wed 11 Mar 2026", "Good")
    taken_in = story.events.pop()
    arrived = {**taken_in.data, "on": day("Tue 10 Mar 2026").isoformat()}
    story.events.append(replace(taken_in, data=arrived))
    back_for_rectification(story, "Wed 11 Mar 2026", "Tue 17 Mar 2026")
    assert correction(story.audits[0], story.history.audit("101"))


# ---------------------------------------------------------------------------------- reminders, reports and records


@pytest.mark.parametrize(("grade", "on", "who"), [
    ("Inadequate", "Thu 12 Mar 2026", AUDIT_MANAGER), ("Requires Improvement", "Mon 16 Mar 2026", AUDITOR),
])  # fmt: skip
def test_whoever_convenes_the_meeting_is_reminded_before_it_is_due(grade: str, on: str, who: Person) -> None:
    story = moderated(grade, grade)
    found = told(story, "Wed 11 Mar 2026", on)
    kind = grade.lower()
    assert (f"uopp reminder, {kind}", who) in found[on]
    assert not [name for each in found.values() for name, _ in each if name.startswith("uopp overdue")]


@pytest.mark.parametrize("grade", ["Requires Improvement", "Inadequate"])
def test_a_record_not_shared_in_ten_working_days_is_told_to_the_head_of_service(grade: str) -> None:
    story = moderated(grade, grade)
    story.change(uopp_held_on=day("Thu 12 Mar 2026"))
    assert ("uopp record escalation", HEAD_OF_SERVICE) in all_told(
        story, "Thu 12 Mar 2026", "Thu 26 Mar 2026"
    )
    shared = moderated(grade, grade)
    shared.change(uopp_held_on=day("Thu 12 Mar 2026"), uopp_record_sent_on=day("Fri 13 Mar 2026"))
    assert "uopp record escalation" not in {
        n for n, _ in all_told(shared, "Thu 12 Mar 2026", "Thu 26 Mar 2026")
    }


def reported(story: Story, on: str) -> None:
    story.happened(on, EventKind.REPORTED, f"101#progress#{on}", "101", command=Command.PROGRESS.value,
                   date=day(on).isoformat(), by=HEAD_OF_SERVICE.email)  # fmt: skip


def test_a_weekly_report_before_easter_is_missed_by_nobody_when_the_next_is_due_after_it() -> None:
    story = moderated("Inadequate", "Inadequate")
    story.change(uopp_held_on=day("Tue 10 Mar 2026"), urgent_issues_done_on=day("Tue 10 Mar 2026"))
    for on in ("Tue 17 Mar 2026", "Tue 24 Mar 2026", "Thu 2 Apr 2026"):
        reported(story, on)
    found = told(story, "Wed 18 Mar 2026", "Tue 14 Apr 2026")
    missing = [on for on, each in found.items() if ("weekly report missing", AUDIT_MANAGER) in each]
    assert missing == ["Tue 14 Apr 2026"], "the one due on Tuesday 7 April"


def test_a_report_due_on_good_friday_may_come_the_day_before() -> None:
    story = moderated("Inadequate", "Inadequate")
    story.change(uopp_held_on=day("Fri 13 Mar 2026"), urgent_issues_done_on=day("Fri 13 Mar 2026"))
    for on in ("Fri 20 Mar 2026", "Fri 27 Mar 2026", "Thu 2 Apr 2026", "Fri 10 Apr 2026"):
        reported(story, on)
    assert ("weekly report missing", AUDIT_MANAGER) not in all_told(
        story, "Mon 16 Mar 2026", "Fri 10 Apr 2026"
    )


def test_complete_means_that_nothing_is_owed_any_more() -> None:
    story = moderated("Requires Improvement", "Requires Improvement")
    assert status(story, "Wed 11 Mar 2026") == Status.UOPP_TO_BE_HELD
    story.change(uopp_held_on=day("Thu 12 Mar 2026"))
    assert status(story, "Fri 13 Mar 2026") == Status.FOLLOWED_UP
    story.change(uopp_record_sent_on=day("Fri 13 Mar 2026"))
    assert status(story, "Mon 16 Mar 2026") == Status.FOLLOWED_UP
    story.change(six_week_checked_on=day("Thu 23 Apr 2026"))
    assert status(story, "Fri 24 Apr 2026") == Status.COMPLETE


# ----------------------------------------------------------------------------------- people, dates and exemptions


def test_each_row_may_have_a_return_date_of_its_own() -> None:
    story = Story(audit(1, return_by=day("Fri 27 Mar 2026")), audit(2))
    story.perform("Mon 2 Mar 2026")
    due = {
        s.allocation.reference[-3:]: s.on(Milestone.AUDIT_DUE) for s in story.plan("Mon 2 Mar 2026").standings
    }
    assert due == {"001": day("Fri 27 Mar 2026"), "002": day("Fri 20 Mar 2026")}
    told(story, "Tue 3 Mar 2026", "Fri 20 Mar 2026")
    assert {x.reference for x in story.letters("Mon 23 Mar 2026") if x.rule.id == "audit overdue"} == {
        "FSP-2026-03-002"
    }


def test_for_a_replacement_with_little_time_a_date_of_their_own_is_asked_for() -> None:
    story = launched()
    story.change(auditor=NEW)
    story.perform("Fri 13 Mar 2026")
    assert any("“Return by”" in what for what in about(story, "Mon 16 Mar 2026"))
    story.change(return_by=day("Tue 31 Mar 2026"))
    assert not any("“Return by”" in what for what in about(story, "Mon 16 Mar 2026"))
    assert not {n for n, _ in all_told(story, "Mon 16 Mar 2026", "Wed 25 Mar 2026")} & {
        "audit reminder",
        "audit overdue",
    }


@pytest.mark.parametrize(("column", "entered"), [
    ("uopp_held_on", "Mon 9 Mar 2026"), ("uopp_held_on", "Mon 16 Mar 2026"), ("disputed_on", "Mon 9 Mar 2026"),
    ("finally_decided_on", "Fri 6 Mar 2026"), ("six_week_checked_on", "Fri 6 Mar 2026"),
    ("urgent_issues_done_on", "Fri 6 Mar 2026"), ("review_uopp_held_on", "Fri 27 Mar 2026"),
])  # fmt: skip
def test_a_date_that_cannot_be_right_is_named_and_not_acted_on(column: str, entered: str) -> None:
    story = moderated("Requires Improvement", "Requires Improvement")
    before = story.names("Wed 11 Mar 2026")
    story.change(**{column: day(entered)})
    assert any("not acted on until it is put right" in what for what in about(story, "Wed 11 Mar 2026"))
    assert story.names("Wed 11 Mar 2026") == before
    assert status(story, "Wed 11 Mar 2026") == Status.UOPP_TO_BE_HELD


def test_a_date_that_can_be_right_is_believed() -> None:
    story = moderated("Requires Improvement", "Requires Improvement")
    story.change(uopp_held_on=day("Tue 10 Mar 2026"))
    assert not any("not acted on" in what for what in about(story, "Wed 11 Mar 2026"))


@pytest.mark.parametrize(("who", "other"), [(PSW, AUDIT_MANAGER), (AUDIT_MANAGER, PSW)])
def test_nobody_decides_who_moderated_the_audit(who: Person, other: Person) -> None:
    story = moderated("Good", "Requires Improvement")
    story.change(moderator=who, disputed_on=day("Wed 11 Mar 2026"))
    (letter,) = [x for x in story.letters("Wed 18 Mar 2026") if x.rule.id == "decision to make"]
    assert letter.to == (other,)


def test_when_nobody_is_left_to_decide_the_audit_team_is_asked() -> None:
    story = moderated("Good", "Requires Improvement")
    story.roles = with_role(Role.PRINCIPAL_SOCIAL_WORKER, AUDIT_MANAGER)
    story.change(moderator=AUDIT_MANAGER, disputed_on=day("Wed 11 Mar 2026"))
    assert "decision to make" not in story.names("Wed 18 Mar 2026")
    assert any("cannot decide about it" in what for what in about(story, "Wed 18 Mar 2026"))


@pytest.mark.parametrize("by", [HEAD_OF_SERVICE, None, DIRECTOR])
def test_an_exemption_by_anybody_else_stops_nothing_and_is_asked_about(by: Person | None) -> None:
    story = Story(audit(exempted_on=day("Fri 27 Feb 2026"), exempted_by=by))
    assert story.names("Mon 2 Mar 2026") == [
        "audit allocated",
        "moderation allocated",
        "practitioner informed",
    ]
    assert any("so it does not count" in what for what in about(story, "Mon 2 Mar 2026"))
    story.change(exempted_by=AUDITORS_HEAD)
    assert story.names("Mon 2 Mar 2026") == []


def test_a_report_on_the_very_day_it_was_due_is_missed_by_nobody_a_week_later() -> None:
    story = moderated("Inadequate", "Inadequate")
    story.change(uopp_held_on=day("Tue 10 Mar 2026"), urgent_issues_done_on=day("Tue 10 Mar 2026"))
    reported(story, "Tue 17 Mar 2026")
    missing = ("weekly report missing", AUDIT_MANAGER)
    assert missing not in all_told(story, "Wed 18 Mar 2026", "Mon 30 Mar 2026")
    assert missing in told(story, "Tue 31 Mar 2026", "Tue 31 Mar 2026")["Tue 31 Mar 2026"]


@pytest.mark.parametrize(("last", "asks"), [("Tue 17 Mar 2026", True), ("Wed 18 Mar 2026", False)])
def test_what_happened_within_seven_days_silences_a_rule_that_asks_once(last: str, asks: bool) -> None:
    """No rule of the shipped book that asks once is one; a council may write one."""
    rule = 'id     = "weekly report missing"'
    before, rest = RULES.read_text(encoding="utf-8").split(rule)
    story = moderated("Inadequate", "Inadequate")
    once = rest.replace('repeat = "every week, 25 times"\n', "", 1).replace('"weekly reports ended", ', "", 1)
    story.basis = replace(story.basis, rulebook=rulebook(before + rule + once))
    story.change(uopp_held_on=day("Tue 10 Mar 2026"), urgent_issues_done_on=day("Tue 10 Mar 2026"))
    reported(story, last)
    assert ("weekly report missing" in story.asked("Tue 24 Mar 2026")) == asks


@pytest.mark.parametrize(
    ("met", "last", "on", "asks"),
    [
        ("Tue 10 Mar 2026", "Tue 17 Mar 2026", "Tue 24 Mar 2026", False),
        ("Tue 10 Mar 2026", "Mon 16 Mar 2026", "Tue 24 Mar 2026", True),
        ("Fri 13 Mar 2026", "Thu 2 Apr 2026", "Fri 10 Apr 2026", False),  # due on Good Friday
        ("Fri 13 Mar 2026", "Wed 1 Apr 2026", "Fri 10 Apr 2026", True),
    ],
)
def test_what_happened_since_the_day_it_was_due_silences_a_rule_that_asks_every_week(
    met: str, last: str, on: str, asks: bool
) -> None:
    """As a council may write one, that knows of no end by the Audit Manager."""
    rule = 'id     = "weekly report missing"'
    before, rest = RULES.read_text(encoding="utf-8").split(rule)
    story = moderated("Inadequate", "Inadequate")
    book = rulebook(before + rule + rest.replace('"weekly reports ended", ', "", 1))
    story.basis = replace(story.basis, rulebook=book)
    story.change(uopp_held_on=day(met), urgent_issues_done_on=day("Tue 10 Mar 2026"))
    reported(story, last)
    assert ("weekly report missing" in story.asked(on)) == asks
