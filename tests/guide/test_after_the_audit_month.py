"""§9 to §15: sharing, six weeks, four months, disagreement, the learning campaign and the re-audits."""

from __future__ import annotations

from dataclasses import replace

import pytest
from people import (
    AUDIT_MANAGER,
    AUDIT_TEAM,
    AUDITOR,
    CHAIR,
    CHAIRS_MANAGER,
    DIRECTOR,
    GROUP_MANAGER,
    HEAD_OF_ACADEMY,
    HEAD_OF_SERVICE,
    MARCH,
    MODERATOR,
    PERFORMANCE_TEAM,
    PRACTITIONER,
    PSW,
    TEAM_MANAGER,
    YOUTH_JUSTICE,
    Story,
    audit,
    day,
    person,
)

from bot.programme.events import EventKind
from bot.programme.messages.buttons import Command
from bot.programme.standing.re_audits import sample
from bot.programme.vocabulary import AuditType, Grade, Milestone, Status


def moderated(grade: str, on: str = "Tue 17 Mar 2026", **changes: object) -> Story:
    """One audit, moderated, its letters of that day sent."""
    story = Story(audit(**changes))
    story.perform("Mon 2 Mar 2026")
    story.returned("Mon 16 Mar 2026", grade)
    story.perform("Mon 16 Mar 2026")
    story.moderated(on, grade)
    story.perform(on)
    return story


def held(grade: str, on: str = "Fri 20 Mar 2026") -> Story:
    """A UoPP meeting has been held and its record shared."""
    story = moderated(grade)
    story.change(uopp_held_on=day(on), uopp_record_sent_on=day(on))
    story.perform(on)
    return story


# ------------------------------------------------------------------------------------------------- §9, sharing


def test_the_scorecard_goes_to_the_performance_team_on_the_third_working_day_of_each_month() -> None:
    story = moderated("Good")
    assert "monthly scorecard" not in story.of_the_cycle("Wed 4 Mar 2026"), "no month is over yet"
    assert "monthly scorecard" not in story.of_the_cycle("Thu 2 Apr 2026")
    letter = story.of_the_cycle("Tue 7 Apr 2026")["monthly scorecard"]  # Wed 1, Thu 2, then Easter
    assert (letter.to, letter.cc) == ((PERFORMANCE_TEAM,), (AUDIT_MANAGER,))
    story.perform("Tue 7 Apr 2026")
    assert "monthly scorecard" not in story.of_the_cycle("Wed 8 Apr 2026")
    assert "monthly scorecard" in story.of_the_cycle("Wed 6 May 2026"), "Tue 5 May follows a bank holiday"


def test_once_every_audit_is_moderated_the_chair_and_the_services_get_a_draft() -> None:
    story = moderated("Good", iro_or_cp_chair=CHAIR, services_involved=("Youth Justice Service",))
    story = Story(
        audit(1, iro_or_cp_chair=CHAIR, services_involved=("Youth Justice Service",)), audit(2),
    )  # fmt: skip
    story.perform("Mon 2 Mar 2026")
    for number in (1, 2):
        story.returned("Mon 16 Mar 2026", "Good", number)
    story.moderated("Tue 17 Mar 2026", "Good", 1)
    assert not [name for name in story.names("Tue 17 Mar 2026") if name.startswith("audit shared")]
    story.moderated("Fri 20 Mar 2026", "Good", 2)
    letters = {x.rule.id: x for x in story.letters("Fri 20 Mar 2026")}
    assert letters["audit shared with the chair"].to == (CHAIR,)
    assert letters["audit shared with the chair"].cc == (CHAIRS_MANAGER,)
    assert letters["audit shared with services"].to == (YOUTH_JUSTICE,)
    assert all(letters[name].rule.draft_only for name in letters if name.startswith("audit shared"))


def test_a_cycle_with_a_lost_audit_counts_as_complete_ten_working_days_after_its_month() -> None:
    story = Story(audit(1, iro_or_cp_chair=CHAIR), audit(2))
    story.perform("Mon 2 Mar 2026")
    story.returned("Mon 16 Mar 2026", "Good", 1)
    story.moderated("Tue 17 Mar 2026", "Good", 1)
    assert "audit shared with the chair" not in story.names("Wed 15 Apr 2026")
    names = [(x.rule.id, x.reference) for x in story.letters("Thu 16 Apr 2026")]
    assert ("audit shared with the chair", "FSP-2026-03-001") in names
    assert ("audit shared with the chair", "FSP-2026-03-002") not in names


def test_a_service_without_an_address_is_told() -> None:
    story = moderated("Good", services_involved=("Edge of Care",))
    plan = story.plan("Wed 18 Mar 2026")
    assert any("“Edge of Care” is a service involved, but it has no address" in p.what for p in plan.problems)


def test_at_the_end_of_the_cycle_only_meetings_that_are_outstanding_are_asked_for() -> None:
    story = Story(audit(1), audit(2), audit(3))
    story.perform("Mon 2 Mar 2026")
    for number in (1, 2, 3):
        story.returned("Mon 16 Mar 2026", "Requires Improvement", number)
    story.moderated("Tue 17 Mar 2026", "Requires Improvement", 1)
    story.moderated("Tue 17 Mar 2026", "Requires Improvement", 2)
    story.perform("Tue 17 Mar 2026")
    story.change(2, uopp_held_on=day("Thu 19 Mar 2026"), uopp_record_sent_on=day("Thu 19 Mar 2026"))
    story.moderated("Fri 20 Mar 2026", "Good", 3)
    letters = story.letters("Fri 20 Mar 2026")
    asked = [x.reference for x in letters if x.rule.id == "uopp still to hold, requires improvement"]
    assert asked == ["FSP-2026-03-001"]


# -------------------------------------------------------------------------------------- §10, after the meeting


def test_the_record_of_the_meeting_is_asked_for_and_chased_after_two_working_days() -> None:
    story = moderated("Requires Improvement")
    story.change(uopp_held_on=day("Fri 20 Mar 2026"))
    letters = {x.rule.id: x for x in story.letters("Fri 20 Mar 2026")}
    assert letters["uopp record, requires improvement"].to == (AUDITOR,)
    assert letters["progress in supervision"].to == (HEAD_OF_SERVICE,)
    story.perform("Fri 20 Mar 2026")
    assert story.names("Wed 25 Mar 2026") == ["uopp record overdue, requires improvement"]
    story.change(uopp_record_sent_on=day("Tue 24 Mar 2026"))
    assert story.names("Wed 25 Mar 2026") == []


def test_the_head_of_service_reports_every_week_after_an_inadequate_until_it_is_ended() -> None:
    story = held("Inadequate")
    story.change(urgent_issues_done_on=day("Thu 19 Mar 2026"))
    assert story.names("Thu 26 Mar 2026") == []
    (letter,) = story.letters("Fri 27 Mar 2026")
    assert (letter.rule.id, letter.to) == ("weekly report", (HEAD_OF_SERVICE,))
    assert letter.cc == (DIRECTOR, HEAD_OF_ACADEMY, AUDIT_MANAGER)
    story.perform("Fri 27 Mar 2026")
    assert "weekly report" not in story.names("Thu 2 Apr 2026")
    (after_easter,) = [x for x in story.letters("Tue 7 Apr 2026") if x.rule.id == "weekly report"]
    assert after_easter.day.on == day("Tue 7 Apr 2026"), "Friday was Good Friday"
    story.change(weekly_reports_ended_on=day("Tue 7 Apr 2026"))
    assert "weekly report" not in story.names("Tue 7 Apr 2026")


def test_a_head_of_service_who_reports_is_asked_again_every_week_and_silence_is_told() -> None:
    story = held("Inadequate")
    story.perform("Fri 27 Mar 2026")
    story.happened(
        "Wed 1 Apr 2026", EventKind.REPORTED, "101#progress#1", "101", command=Command.PROGRESS.value,
        date="2026-04-01", by=HEAD_OF_SERVICE.email,
    )  # fmt: skip
    assert story.names("Tue 7 Apr 2026") == ["weekly report"], (
        "two weeks after the meeting, and nothing is missing"
    )
    assert "weekly report missing" in story.names("Tue 14 Apr 2026")


def test_the_review_meeting_is_reminded_two_weeks_one_week_and_the_day_before_it_is_escalated() -> None:
    story = held("Inadequate")  # six weeks after Fri 20 Mar is Fri 1 May
    found = story.plan("Fri 20 Mar 2026").standings[0]
    assert found.on(Milestone.REVIEW_UOPP_DUE) == day("Fri 1 May 2026")
    expected = {
        "Fri 17 Apr 2026": "review uopp, two weeks before",
        "Fri 24 Apr 2026": "review uopp, one week before",
        "Fri 1 May 2026": "review uopp, the day",
    }
    for on, name in expected.items():
        assert name in story.perform(on)
    escalation = next(x for x in story.letters("Thu 7 May 2026") if x.rule.id == "review uopp escalation")
    assert escalation.to == (DIRECTOR, HEAD_OF_ACADEMY)
    assert escalation.cc == (AUDIT_MANAGER, HEAD_OF_SERVICE)


def test_when_the_review_was_held_audit_manager_academy_and_director_are_told() -> None:
    story = held("Inadequate")
    story.change(review_uopp_held_on=day("Thu 30 Apr 2026"))
    letter = next(x for x in story.letters("Thu 30 Apr 2026") if x.rule.id == "review uopp held")
    assert letter.to == (AUDIT_MANAGER, HEAD_OF_ACADEMY, DIRECTOR)
    assert not [name for name in story.names("Fri 1 May 2026") if name == "review uopp, the day"]


def test_the_head_of_service_reports_on_the_same_day_of_each_week_even_when_the_first_fell_on_a_holiday() -> (
    None
):
    story = held("Inadequate", "Mon 30 Mar 2026")
    assert "weekly report" in story.perform("Tue 7 Apr 2026"), "Easter Monday is the day it would have been"
    (letter,) = [x for x in story.letters("Mon 13 Apr 2026") if x.rule.id == "weekly report"]
    assert letter.day.why.endswith("so the next working day; again 1 week after Mon 6 Apr 2026")
    assert "weekly report" in story.perform("Mon 13 Apr 2026")
    assert "weekly report" not in story.names("Tue 14 Apr 2026")


def test_work_that_requires_improvement_has_no_review_meeting_and_no_weekly_report() -> None:
    story = held("Requires Improvement")
    for on in ("Fri 27 Mar 2026", "Fri 24 Apr 2026", "Fri 1 May 2026"):
        assert not [n for n in story.perform(on) if n.startswith(("review", "weekly report"))]


# ---------------------------------------------------------------------------------- six weeks and four months


@pytest.mark.parametrize("grade", ["Inadequate", "Requires Improvement"])
def test_six_weeks_after_the_meeting_the_audit_team_looks_again(grade: str) -> None:
    story = held(grade)
    assert story.plan("Fri 20 Mar 2026").standings[0].on(Milestone.SIX_WEEK_CHECK_DUE) == day(
        "Fri 1 May 2026"
    )
    letter = next(x for x in story.letters("Fri 24 Apr 2026") if x.rule.id.startswith("six-week check"))
    assert letter.to == (AUDIT_TEAM,)


def test_without_a_meeting_six_weeks_count_from_moderation() -> None:
    story = moderated("Requires Improvement", "Tue 31 Mar 2026")
    due = story.plan("Tue 31 Mar 2026").standings[0].reached[Milestone.SIX_WEEK_CHECK_DUE]
    assert (due.on, due.why) == (day("Tue 12 May 2026"), "6 weeks after moderation on Tue 31 Mar 2026")


def test_what_the_check_found_goes_to_head_of_service_group_manager_and_psw() -> None:
    story = held("Requires Improvement")
    story.change(six_week_checked_on=day("Thu 30 Apr 2026"), drift=True, grade_at_six_weeks=Grade.GOOD)
    letters = {x.rule.id: x for x in story.letters("Thu 30 Apr 2026")}
    assert letters["six-week findings"].to == (HEAD_OF_SERVICE, GROUP_MANAGER, PSW)
    assert "still below good at six weeks" not in letters


def test_work_still_below_good_is_referred_to_the_head_of_service_and_the_academy_is_told() -> None:
    story = held("Requires Improvement")
    story.change(six_week_checked_on=day("Thu 30 Apr 2026"), grade_at_six_weeks=Grade.REQUIRES_IMPROVEMENT)
    letter = next(x for x in story.letters("Thu 30 Apr 2026") if x.rule.id.startswith("still below good"))
    assert (letter.to, letter.cc) == ((HEAD_OF_SERVICE,), (HEAD_OF_ACADEMY,))


def test_work_that_has_not_improved_by_four_months_goes_to_the_divisional_director() -> None:
    story = held("Requires Improvement")
    letter = next(x for x in story.letters("Fri 17 Jul 2026") if x.rule.id == "not improved by four months")
    assert letter.to == (DIRECTOR,)
    assert letter.day.why == "the same day as improvement was due on Fri 17 Jul 2026"


@pytest.mark.parametrize(
    "better",
    [
        {"grade_after_uopp": Grade.GOOD},
        {"six_week_checked_on": day("Thu 30 Apr 2026"), "grade_at_six_weeks": Grade.GOOD},
    ],
)
def test_work_that_became_good_is_not_escalated(better: dict[str, object]) -> None:
    story = held("Requires Improvement")
    story.change(**better)
    assert "not improved by four months" not in story.names("Fri 17 Jul 2026")


def test_a_good_grade_after_the_meeting_that_was_lost_again_at_six_weeks_is_escalated() -> None:
    story = held("Requires Improvement")
    story.change(
        grade_after_uopp=Grade.GOOD,
        six_week_checked_on=day("Thu 30 Apr 2026"),
        grade_at_six_weeks=Grade.INADEQUATE,
    )
    assert "not improved by four months" in story.names("Fri 17 Jul 2026")


# --------------------------------------------------------------------------------------------- §11, disagreement


def disputed(grade: str) -> Story:
    story = moderated(grade)
    story.change(disputed_on=day("Wed 18 Mar 2026"))
    return story


def test_a_disagreement_begins_with_a_conversation_with_the_moderator() -> None:
    letter = next(x for x in disputed("Good").letters("Wed 18 Mar 2026") if x.rule.guide == "11")
    assert (letter.to, letter.cc) == ((MODERATOR,), (HEAD_OF_SERVICE, TEAM_MANAGER, PRACTITIONER))


def test_what_is_not_resolved_in_five_working_days_is_decided_and_everybody_is_told() -> None:
    story = disputed("Requires Improvement")
    story.perform("Wed 18 Mar 2026")
    letter = next(x for x in story.letters("Wed 25 Mar 2026") if x.rule.id == "decision to make")
    assert letter.to == (PSW, AUDIT_MANAGER)
    story.change(final_grade=Grade.GOOD, finally_decided_on=day("Fri 27 Mar 2026"))
    letters = {x.rule.id: x for x in story.letters("Fri 27 Mar 2026")}
    assert set(letters["final decision"].to) == {HEAD_OF_SERVICE, TEAM_MANAGER, PRACTITIONER}
    assert story.plan("Fri 27 Mar 2026").rows[0].values["status"] == Status.COMPLETE
    assert "uopp overdue, requires improvement" not in letters, "the final grade is Good"


def test_the_clocks_of_requires_improvement_wait_and_those_of_an_inadequate_do_not() -> None:
    waiting = disputed("Requires Improvement")
    waiting.perform("Wed 18 Mar 2026")
    assert not [n for n in waiting.names("Wed 25 Mar 2026") if n.startswith("uopp")]
    running = disputed("Inadequate")
    running.perform("Wed 18 Mar 2026")
    assert "urgent issues reminder" in running.names("Thu 19 Mar 2026")
    assert "uopp overdue, inadequate" in running.asked("Mon 23 Mar 2026")


def at_the_end_of_the_cycle(grade: str) -> Story:
    """The cycle is complete on Friday 20 March, and the audit's grade disputed since Wednesday."""
    story = Story(audit(1), audit(2))
    story.perform("Mon 2 Mar 2026")
    for number in (1, 2):
        story.returned("Mon 16 Mar 2026", grade, number)
    story.moderated("Tue 17 Mar 2026", grade, 1)
    story.perform("Tue 17 Mar 2026")
    story.change(disputed_on=day("Wed 18 Mar 2026"))
    story.perform("Wed 18 Mar 2026")
    story.moderated("Fri 20 Mar 2026", "Good", 2)
    return story


def test_at_the_end_of_the_cycle_the_auditor_of_a_disputed_inadequate_is_asked_for_its_meeting() -> None:
    story = at_the_end_of_the_cycle("Inadequate")
    assert "uopp still to hold" in story.names("Fri 20 Mar 2026")


def test_at_the_end_of_the_cycle_a_meeting_that_waits_for_the_decision_is_asked_for_with_it() -> None:
    story = at_the_end_of_the_cycle("Requires Improvement")
    assert not [n for n in story.names("Fri 20 Mar 2026") if n.startswith("uopp still to hold")]
    story.perform("Fri 20 Mar 2026")
    for each in ("Mon 23", "Tue 24", "Wed 25", "Thu 26", "Fri 27"):
        story.perform(f"{each} Mar 2026")
    story.change(final_grade=Grade.REQUIRES_IMPROVEMENT, finally_decided_on=day("Mon 30 Mar 2026"))
    assert "uopp still to hold, requires improvement" in story.names("Tue 31 Mar 2026")


def test_a_disagreement_told_by_a_button_starts_the_conversation_and_stops_no_clock() -> None:
    story = moderated("Requires Improvement")
    story.happened(
        "Wed 18 Mar 2026", EventKind.REPORTED, "101#disagree", "101", command=Command.DISAGREE.value,
        date="2026-03-18", by=TEAM_MANAGER.email,
    )  # fmt: skip
    assert story.perform("Wed 18 Mar 2026") == ["disagreement to discuss"]
    assert "uopp overdue, requires improvement" in story.asked("Wed 25 Mar 2026")


def test_a_row_in_dispute_says_so() -> None:
    story = disputed("Requires Improvement")
    assert story.plan("Wed 18 Mar 2026").rows[0].values["status"] == Status.IN_DISPUTE


# ------------------------------------------------------------------------------------- §12 to §15, months 4 to 6


def test_the_audit_team_is_reminded_of_the_boards_report_ten_working_days_before() -> None:
    story = Story(cycle=replace(MARCH, board_meeting_on=day("Fri 15 May 2026")))
    assert "board report to prepare" in story.of_the_cycle("Thu 30 Apr 2026"), "4 May is a bank holiday"


def test_the_audit_action_plan_the_workshop_and_the_campaign_follow_one_another() -> None:
    story = Story()
    assert "action plan to agree" in story.of_the_cycle("Tue 2 Jun 2026")
    story.cycle = replace(MARCH, action_plan_agreed_on=day("Mon 1 Jun 2026"))
    assert "action plan to agree" not in story.of_the_cycle("Tue 2 Jun 2026")
    assert "workshop to hold" in story.of_the_cycle("Mon 15 Jun 2026")
    story.cycle = replace(story.cycle, workshop_held_on=day("Fri 12 Jun 2026"))
    assert "workshop to hold" not in story.of_the_cycle("Mon 15 Jun 2026")
    assert "learning campaign" in story.of_the_cycle("Fri 12 Jun 2026")


def below_good(count: int) -> Story:
    story = Story(*(audit(n) for n in range(1, count + 1)))
    for n in range(1, count + 1):
        story.returned("Mon 16 Mar 2026", "Requires Improvement", n)
        story.moderated("Tue 17 Mar 2026", "Requires Improvement", n)
    return story


@pytest.mark.parametrize(("below", "drawn"), [(1, 1), (10, 1), (11, 2), (23, 3)])
def test_at_least_a_tenth_of_the_work_below_good_is_drawn_rounded_up(below: int, drawn: int) -> None:
    story = below_good(below)
    assert "re-audits to allocate" in story.of_the_cycle("Wed 29 Jul 2026")
    standings = story.plan("Wed 29 Jul 2026").standings
    found = sample(MARCH, standings)
    assert (len(found.frame), len(found.drawn)) == (below, drawn)
    again = sample(MARCH, list(reversed(standings)))
    assert [s.allocation.reference for s in again.drawn] == [s.allocation.reference for s in found.drawn]


def test_what_is_left_out_of_the_draw_is_named() -> None:
    story = below_good(12)
    story.change(3, withdrawn=True)
    story.change(4, declared_invalid_on=day("Wed 1 Apr 2026"))
    found = sample(MARCH, story.plan("Wed 29 Jul 2026").standings)
    assert found.left_out == (("FSP-2026-03-003", "withdrawn"), ("FSP-2026-03-004", "declared invalid"))
    assert len(found.frame) == 10


def test_a_re_audit_that_is_still_below_good_puts_the_question_of_all_of_it() -> None:
    story = Story(audit(1, audit_type=AuditType.RE_AUDIT))
    story.perform("Mon 2 Mar 2026")
    story.returned("Mon 16 Mar 2026", "Requires Improvement")
    story.moderated("Tue 17 Mar 2026", "Good")
    assert "re-audit all of it" not in story.of_the_cycle("Tue 17 Mar 2026")
    story.events = [e for e in story.events if e.kind is not EventKind.MODERATION_RETURNED]
    story.moderated("Tue 17 Mar 2026", "Requires Improvement")
    letter = story.of_the_cycle("Tue 17 Mar 2026")["re-audit all of it"]
    assert letter.to == (HEAD_OF_ACADEMY, AUDIT_TEAM)


@pytest.mark.parametrize(
    ("earlier", "told"),
    [
        ("", "“Earlier audit” is empty, so the form goes out without what was agreed before"),
        ("FSP-2026-03-02", "“Earlier audit” names “FSP-2026-03-02”, which is not in the list"),
        ("fsp-2026-03-002", "Ada Auditor audited this work before. Name another auditor."),
        ("FSP-2026-03-003", ""),
    ],
)
def test_a_re_audit_looks_back_at_an_audit_of_the_list_and_never_by_its_first_auditor(
    earlier: str, told: str
) -> None:
    again = audit(1, audit_type=AuditType.RE_AUDIT, earlier_audit=earlier)
    story = Story(again, audit(2), audit(3, auditor=person("Fay First")))
    found = [p.what for p in story.plan("Mon 2 Mar 2026").problems if p.where.endswith("FSP-2026-03-001")]
    assert [what for what in found if told in what] == found
    assert len(found) == bool(told)
    assert ("audit allocated", "FSP-2026-03-001") in [
        (x.rule.id, x.reference) for x in story.letters("Mon 2 Mar 2026")
    ]


def test_a_re_audit_that_names_another_childs_audit_goes_nowhere() -> None:
    again = audit(1, audit_type=AuditType.RE_AUDIT, earlier_audit="FSP-2026-03-002")
    story = Story(again, audit(2, mosaic_number="7654321", auditor=person("Fay First")))
    assert not [x for x in story.letters("Mon 2 Mar 2026") if x.reference == "FSP-2026-03-001"]
    (problem,) = [p for p in story.plan("Mon 2 Mar 2026").problems if p.where.endswith("FSP-2026-03-001")]
    assert "“Earlier audit” names FSP-2026-03-002, which has another Mosaic number" in problem.what


# --------------------------------------------------------------------------------------------- a changed world


def test_an_audit_declared_invalid_gets_no_letter_and_another_is_asked_for() -> None:
    story = Story()
    story.perform("Mon 2 Mar 2026")
    story.change(declared_invalid_on=day("Tue 17 Mar 2026"))
    plan = story.plan("Tue 17 Mar 2026")
    assert not [letter for letter in plan.letters if letter.standing]
    assert plan.rows[0].values["status"] == Status.INVALID
    assert any("does not count. Add another" in problem.what for problem in plan.problems)


def test_only_the_auditors_own_head_of_service_exempts_and_a_replacement_is_asked_for() -> None:
    story = Story(audit(exempted_on=day("Thu 5 Mar 2026"), exempted_by=HEAD_OF_SERVICE))
    (problem,) = [p for p in story.plan("Thu 5 Mar 2026").problems if "Exempted" in p.what]
    assert "Only the auditor's Head of Service (Ori Otherservice) can exempt" in problem.what
    story.change(exempted_by=story.audits[0].auditors_head_of_service)
    (problem,) = [p for p in story.plan("Thu 5 Mar 2026").problems if "exempted" in p.what]
    assert "Name another auditor" in problem.what


def test_a_moderation_corrected_by_hand_with_a_final_grade_moves_every_clock() -> None:
    story = moderated("Good")
    story.change(final_grade=Grade.INADEQUATE, finally_decided_on=day("Thu 19 Mar 2026"))
    found = story.plan("Thu 19 Mar 2026").standings[0]
    assert found.on(Milestone.UOPP_DUE) == day("Tue 24 Mar 2026"), "three working days from the decision"
    names = story.names("Thu 19 Mar 2026")
    assert "urgent issues" in names
    assert "uopp to arrange, inadequate" in names


def test_a_cycle_whose_month_moves_is_dated_anew() -> None:
    story = Story()
    story.cycle = replace(MARCH, month_one=day("Wed 1 Apr 2026"))
    assert story.plan("Mon 2 Mar 2026").standings[0].on(Milestone.AUDIT_DUE) == day("Thu 23 Apr 2026")
    assert story.names("Mon 2 Mar 2026") == []
    assert story.names("Wed 1 Apr 2026") == [
        "audit allocated",
        "moderation allocated",
        "practitioner informed",
    ]


def test_a_row_that_was_deleted_gets_nothing_and_breaks_nothing() -> None:
    story = Story(audit(1), audit(2))
    story.perform("Mon 2 Mar 2026")
    story.returned("Mon 16 Mar 2026", "Inadequate", 1)
    story.audits = story.audits[1:]
    assert {x.reference for x in story.letters("Mon 23 Mar 2026")} == {"FSP-2026-03-002"}


def test_somebody_known_to_be_away_is_not_chased_on_a_one_day_clock_and_a_stand_in_is_named() -> None:
    story = Story(audit(1), audit(2, moderator=person("Free Moderator")))
    story.perform("Mon 2 Mar 2026")
    story.returned("Mon 16 Mar 2026", "Inadequate", 1)
    story.perform("Mon 16 Mar 2026")
    story.happened("Mon 16 Mar 2026", EventKind.AUTOMATIC_REPLY_SEEN, "m1", sender=MODERATOR.email, until="")
    plan = story.plan("Tue 17 Mar 2026")
    assert "moderation due today" not in [x.rule.id for x in plan.letters]
    (problem,) = [p for p in plan.problems if "may be away" in p.what]
    assert "for instance Free Moderator" in problem.what


def test_a_stand_in_is_not_reminded_on_the_day_they_are_asked() -> None:
    story = Story()
    story.perform("Mon 2 Mar 2026")
    story.returned("Thu 12 Mar 2026", "Inadequate")
    story.perform("Thu 12 Mar 2026")
    story.change(moderator=person("Stand In"))
    names = story.perform("Mon 16 Mar 2026")
    assert "moderation requested" in names
    assert "moderation overdue for an inadequate" not in names
    assert "moderation overdue for an inadequate" in story.names("Wed 18 Mar 2026")


def test_several_things_asked_of_one_person_on_one_day_are_one_letter_about_their_own_audits_only() -> None:
    story = Story(audit(1), audit(2), audit(3, auditor=person("Other Auditor")))
    story.perform("Mon 2 Mar 2026")
    letters = [x for x in story.letters("Tue 17 Mar 2026") if x.to == (AUDITOR,)]
    (letter,) = letters
    assert letter.rule.id == "several at once"
    assert [part.reference for part in letter.together] == ["FSP-2026-03-001", "FSP-2026-03-002"]
    story.perform("Tue 17 Mar 2026")
    assert story.names("Tue 17 Mar 2026") == []
    story.returned("Wed 18 Mar 2026", "Good", 1)
    (single,) = [x for x in story.letters("Mon 23 Mar 2026") if x.to == (AUDITOR,)]
    assert single.rule.id == "audit overdue"


def test_a_meeting_whose_day_is_put_right_has_its_record_asked_for_no_third_time() -> None:
    story = held("Requires Improvement", "Thu 19 Mar 2026")
    ask = "uopp record, requires improvement"
    assert ask not in story.names("Fri 20 Mar 2026")
    story.change(uopp_held_on=day("Thu 26 Mar 2026"))
    assert ask in story.perform("Thu 26 Mar 2026")
    story.change(uopp_held_on=day("Wed 25 Mar 2026"))
    assert ask not in story.names("Thu 26 Mar 2026") + story.names("Fri 27 Mar 2026")


def test_somebody_known_to_be_away_is_reminded_all_the_same_where_the_clock_is_a_long_one() -> None:
    story = Story()
    story.perform("Mon 2 Mar 2026")
    story.returned("Mon 9 Mar 2026", "Good")
    story.perform("Mon 9 Mar 2026")
    story.happened("Mon 30 Mar 2026", EventKind.AUTOMATIC_REPLY_SEEN, "m1", sender=MODERATOR.email, until="")
    assert "moderation reminder" in story.asked("Tue 31 Mar 2026")
