"""What a cycle lacks, who holds no post and who is not independent is told in time, and never by silence (§6)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from people import (
    AUDIT_LEAD,
    AUDIT_MANAGER,
    AUDITOR,
    CHAIR,
    GROUP_MANAGER,
    HEAD_OF_SERVICE,
    MARCH,
    MODERATOR,
    PRACTITIONER,
    TEAM_MANAGER,
    Story,
    audit,
    day,
    person,
)

from bot.programme.standing.checks import counts, line_of_enquiry
from bot.programme.titles import doubt_about_title, post_of, same_service
from bot.programme.vocabulary import Allocation, AuditType, Grade, Person, Role, RoleHolder, grade_of


def told(story: Story, on: str) -> str:
    return "\n".join(f"{problem.where}: {problem.what}" for problem in story.plan(on).problems)


# ------------------------------------------------------------------------------------------------ a cycle's beginning


def test_without_the_date_of_the_kloe_meeting_the_list_still_goes_to_the_head_of_service_a_week_ahead() -> (
    None
):
    story = Story(audit(confirmed_on=None), cycle=replace(MARCH, kloe_meeting_on=None))
    assert "list for confirmation" not in story.of_the_cycle("Fri 20 Feb 2026")
    assert "list for confirmation" in story.of_the_cycle("Mon 23 Feb 2026")
    story.perform("Mon 23 Feb 2026")
    assert "confirmation reminder" in story.of_the_cycle("Tue 24 Feb 2026")
    story.perform("Tue 24 Feb 2026")
    assert "confirmation escalation" in story.of_the_cycle("Thu 26 Feb 2026")


def test_what_a_cycle_lacks_is_asked_for_from_four_weeks_before_and_said_to_be_late_every_day() -> None:
    story = Story(
        audit(confirmed_on=None), cycle=replace(MARCH, kloe_meeting_on=None, kloes=(), heads_of_service=())
    )
    assert "“KLOE meeting on” is empty" not in told(story, "Sun 1 Feb 2026")
    said = told(story, "Mon 2 Feb 2026")
    assert "“KLOE meeting on” is empty" in said
    assert "“KLOEs” is empty" in said
    assert "“Heads of Service” is empty" in said
    assert "It was due" not in said
    for on in ("Tue 17 Feb 2026", "Wed 18 Feb 2026", "Mon 2 Mar 2026", "Tue 3 Mar 2026"):
        assert "“KLOE meeting on” is empty" in told(story, on)
        assert "It was due Mon 16 Feb 2026" in told(story, on)


def test_an_unconfirmed_list_is_told_every_day_once_it_is_late_and_names_who_confirms() -> None:
    story = Story(audit(confirmed_on=None), audit(2))
    assert "not confirmed" not in told(story, "Wed 25 Feb 2026")
    for on in ("Thu 26 Feb 2026", "Mon 2 Mar 2026", "Tue 3 Mar 2026"):
        assert "FSP-2026-03-001 is not confirmed by Hal Service, so nothing goes out for it" in told(
            story, on
        )


def test_a_post_nobody_holds_is_told_from_four_weeks_before_the_cycle_begins() -> None:
    story = Story()
    story.roles = [held for held in story.roles if held.role is not Role.AUDIT_MANAGER]
    assert "Nobody holds" not in told(story, "Sun 1 Feb 2026")
    assert "Nobody holds “Audit Manager” for FSP and CWD, March 2026" in told(story, "Mon 2 Feb 2026")
    assert "Nobody holds" in told(story, "Mon 2 Mar 2026")
    story.roles = [*story.roles, RoleHolder(Role.AUDIT_MANAGER, AUDIT_MANAGER, until=day("Fri 13 Mar 2026"))]
    assert "Nobody holds" not in told(story, "Fri 13 Mar 2026")
    assert "Nobody holds" in told(story, "Sat 14 Mar 2026"), "the day the post falls vacant"


def test_audit_leads_and_group_managers_are_told_of_the_meetings_they_are_part_of() -> None:
    story = Story(cycle=replace(MARCH, kloe_meeting_on=None))
    story.roles = [*story.roles, RoleHolder(Role.GROUP_MANAGER, GROUP_MANAGER)]
    story.audits = []
    letter = story.of_the_cycle("Mon 2 Feb 2026")["kloe meeting to arrange"]
    assert {AUDIT_LEAD, GROUP_MANAGER} <= set(letter.cc)
    story = Story()
    assert {AUDIT_LEAD, GROUP_MANAGER} <= set(story.of_the_cycle("Mon 9 Feb 2026")["kloe meeting soon"].cc)
    assert AUDIT_LEAD in story.of_the_cycle("Tue 2 Jun 2026")["action plan to agree"].cc


# ------------------------------------------------------------------------------------------------------------ titles


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("Audit Manager", Role.AUDIT_MANAGER),
        ("audit team manager", Role.AUDIT_MANAGER),
        ("Group Manager for CP Chairs and IROs", Role.GROUP_MANAGER_OF_CP_CHAIRS_AND_IROS),
        ("Head of the Learning Academy", Role.HEAD_OF_LEARNING_ACADEMY),
        ("Learning Academy Head of Service", Role.HEAD_OF_LEARNING_ACADEMY),
        ("PSW", Role.PRINCIPAL_SOCIAL_WORKER),
        ("Audit Leads", Role.AUDIT_LEAD),
        ("Service involved", Role.SERVICES_INVOLVED),
        ("Audit Manger", None),
        ("Manager", None),
    ],
)
def test_a_title_is_a_post_whatever_its_small_words_and_a_slip_is_none(title: str, role: Role | None) -> None:
    assert post_of(title) is role


def test_an_unknown_title_is_told_with_the_nearest_right_one() -> None:
    assert "Did you mean “Audit Manager”?" in doubt_about_title("Audit Manger", "", ())
    assert "Did you mean “Principal Social Worker”?" in doubt_about_title("Principle Social Worker", "", ())
    assert "is not a role the rules know" in doubt_about_title("Somebody Important", "", ())
    assert "Enter its name under “Service”" in doubt_about_title("Service involved", "", ())


@pytest.mark.parametrize(
    "title", ["Youth Justice Service", "Edge of Care", "Eva Armsby", "Positive Change Team"]
)
def test_the_services_the_guide_names_and_those_in_the_list_may_stand_as_titles(title: str) -> None:
    assert doubt_about_title(title, "", ()) == ""
    assert doubt_about_title("Family Drug Court", "", ("Family Drug Court",)) == ""
    assert same_service("Youth Justice", "youth justice service")


# ------------------------------------------------------------------------------------------------------- independence


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (
            [audit(2, team="Bow Team", mosaic_number="2", team_manager=AUDITOR)],
            "belongs to the child's own team",
        ),
        (
            [audit(2, team="the BOW team", mosaic_number="2", practitioner=AUDITOR)],
            "belongs to the child's own team",
        ),
        (
            [audit(2, team="Stratford", practitioner=AUDITOR)],
            "is the practitioner of the same child in FSP-2026-03-002",
        ),
        ([audit(2, team="Stratford", team_manager=AUDITOR)], "is the Team Manager of the same child"),
        ([audit(2, team="Stratford", iro_or_cp_chair=AUDITOR)], "is the IRO or CP Chair of the same child"),
        ([], "is the Group Manager of this work"),
    ],
)
def test_an_auditor_close_to_the_work_gets_nothing_and_the_audit_team_is_told(
    rows: list[Allocation], why: str
) -> None:
    first = audit(1) if rows else audit(1, group_manager=AUDITOR)
    others = [replace(row, auditor=person("Oda Other")) for row in rows]
    story = Story(first, *others)
    assert f"Ada Auditor {why}" in told(story, "Mon 2 Mar 2026")
    assert not [x for x in story.letters("Mon 2 Mar 2026") if x.reference == "FSP-2026-03-001"]


def test_a_team_written_almost_alike_is_asked_about_and_a_numbered_one_is_not() -> None:
    other = audit(2, team="Stratfrod", mosaic_number="2", practitioner=AUDITOR, auditor=person("Oda Other"))
    story = Story(audit(1, team="Stratford"), other)
    assert "Is that one team?" in told(story, "Mon 2 Mar 2026")
    assert "audit allocated" in story.names("Mon 2 Mar 2026")
    numbered = Story(audit(1, team="Stratford 1"), replace(other, team="Stratford 2"))
    assert "Is that one team?" not in told(numbered, "Mon 2 Mar 2026")


@pytest.mark.parametrize(
    ("moderator", "part"),
    [
        (TEAM_MANAGER, "Team Manager"),
        (PRACTITIONER, "practitioner"),
        (GROUP_MANAGER, "Group Manager"),
        (HEAD_OF_SERVICE, "Head of Service"),
        (CHAIR, "IRO or CP Chair"),
    ],
)
def test_a_moderator_close_to_the_work_is_a_question_and_stops_nothing(moderator: Person, part: str) -> None:
    story = Story(audit(moderator=moderator, iro_or_cp_chair=CHAIR))
    assert f"{moderator.name}, is the child's own {part}" in told(story, "Mon 2 Mar 2026")
    assert "audit allocated" in story.names("Mon 2 Mar 2026")
    assert MODERATOR.name not in told(Story(), "Mon 2 Mar 2026")


# -------------------------------------------------------------------------------------------------------- dip samples


def dips(*lines: str) -> list[Allocation]:
    return [audit(n, audit_type=AuditType.DIP_SAMPLE, kloe=line) for n, line in enumerate(lines, 1)]


def test_dip_samples_are_counted_for_each_line_of_enquiry() -> None:
    cycle = replace(MARCH, kloes=("Voice?", "Supervision?", "Plans?"))
    found = counts(cycle, dips(*["2"] * 15, *["Plans?"] * 15)).shortages()[2:]
    assert found == ["0 dip samples for the line of enquiry “Voice?”; there should be 10 to 15."]
    cycle = replace(MARCH, kloes=("Voice?", "Supervision?"))
    found = counts(cycle, dips(*["KLOE 1"] * 9, *["supervision"] * 15)).shortages()[2:]
    assert found == ["9 dip samples for the line of enquiry “Voice?”; there should be 10 to 15."]
    assert counts(cycle, dips(*["1"] * 10, *["2"] * 15)).shortages()[2:] == []
    assert any("16 dip samples" in line for line in counts(cycle, dips(*["1"] * 16, *["2"] * 15)).shortages())


def test_dip_samples_without_their_line_are_told_where_there_is_more_than_one() -> None:
    found = counts(MARCH, dips(*[""] * 3)).shortages()
    assert "3 dip samples do not say under “Line of enquiry” which line they are for." in found
    one = replace(MARCH, kloes=("Voice?",))
    assert line_of_enquiry(dips("")[0], one) == "Voice?"
    assert line_of_enquiry(dips("3")[0], MARCH) == ""


# -------------------------------------------------------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("Requires Improvement to be Good", Grade.REQUIRES_IMPROVEMENT),
        ("requires  improvement TO BE good", Grade.REQUIRES_IMPROVEMENT),
        ("RI", Grade.REQUIRES_IMPROVEMENT),
        ("Inadequate", Grade.INADEQUATE),
        ("not Inadequate", None),
        ("Good?", None),
        ("", None),
    ],
)
def test_the_guides_own_name_of_the_third_grade_is_a_grade(text: str, grade: Grade | None) -> None:
    assert grade_of(text) is grade


def test_a_row_with_a_cell_that_is_not_understood_gets_no_letters() -> None:
    story = Story(audit(not_understood=("“Final grade” says “nearly good”",)))
    assert story.names("Mon 2 Mar 2026") == []


# ------------------------------------------------------------------------------------------------------- confirmation


def test_each_head_of_service_answers_for_their_own_rows() -> None:
    second = person("Hera Second")
    story = Story(
        audit(1, confirmed_on=None),
        audit(2, confirmed_on=None, head_of_service=second),
        cycle=replace(MARCH, heads_of_service=(HEAD_OF_SERVICE, second)),
    )
    story.perform("Mon 23 Feb 2026")
    story.change(1, confirmed_on=day("Tue 24 Feb 2026"))
    letter = story.of_the_cycle("Tue 24 Feb 2026")["confirmation reminder"]
    assert letter.to == (second,), "the one who has confirmed hears nothing"
    story.perform("Tue 24 Feb 2026")
    letter = story.of_the_cycle("Thu 26 Feb 2026")["confirmation escalation"]
    assert second in letter.cc
    assert HEAD_OF_SERVICE not in letter.cc


def test_two_heads_of_service_who_were_both_reminded_are_not_reminded_again_when_one_confirms() -> None:
    second = person("Hera Second")
    story = Story(
        audit(1, confirmed_on=None),
        audit(2, confirmed_on=None, head_of_service=second),
        cycle=replace(MARCH, heads_of_service=(HEAD_OF_SERVICE, second)),
    )
    story.perform("Mon 23 Feb 2026")
    reminded = [x for x in story.all_letters("Tue 24 Feb 2026") if x.rule.id == "confirmation reminder"]
    assert [x.to for x in reminded] == [(HEAD_OF_SERVICE, second)]
    story.perform("Tue 24 Feb 2026")
    story.change(1, confirmed_on=day("Wed 25 Feb 2026"))
    assert story.of_the_cycle("Wed 25 Feb 2026") == {}


def test_a_replacement_added_after_confirmation_goes_to_the_head_of_service_at_once_and_only_once() -> None:
    story = Story(audit(1, confirmed_on=None))
    story.perform("Mon 23 Feb 2026")
    story.change(1, confirmed_on=day("Tue 24 Feb 2026"))
    assert story.of_the_cycle("Tue 24 Feb 2026") == {}
    story.audits.append(audit(2, confirmed_on=None))
    letter = story.of_the_cycle("Thu 5 Mar 2026")["additions for confirmation"]
    assert HEAD_OF_SERVICE in letter.to
    assert [s.allocation.reference for s in letter.cycle_standings] == ["FSP-2026-03-002"]
    story.perform("Thu 5 Mar 2026")
    assert "additions for confirmation" not in story.of_the_cycle("Fri 6 Mar 2026")
    story.audits.append(audit(3, confirmed_on=None))
    letter = story.of_the_cycle("Fri 6 Mar 2026")["additions for confirmation"]
    assert [s.allocation.reference for s in letter.cycle_standings] == ["FSP-2026-03-003"]


def test_before_the_list_has_gone_a_new_row_is_simply_part_of_it() -> None:
    story = Story(audit(1, confirmed_on=None), audit(2, confirmed_on=None))
    assert "additions for confirmation" not in story.of_the_cycle("Mon 23 Feb 2026")
