"""§3 and §6: the key lines of enquiry, the list, its confirmation, and the rolling six months."""

from __future__ import annotations

from dataclasses import replace

import pytest
from people import (
    AUDIT_LEAD,
    AUDIT_MANAGER,
    AUDIT_TEAM,
    CHAIRS_MANAGER,
    GROUP_MANAGER,
    HEAD_OF_ACADEMY,
    HEAD_OF_SERVICE,
    MARCH,
    PSW,
    RULES,
    Story,
    audit,
    day,
    person,
)

from bot.programme.rulebook.rules import rulebook
from bot.programme.vocabulary import AuditType, Role, RoleHolder


def unconfirmed() -> Story:
    return Story(audit(confirmed_on=None), audit(2, confirmed_on=None))


def test_four_weeks_before_month_one_a_day_for_the_kloe_meeting_is_looked_for() -> None:
    story = Story(cycle=replace(MARCH, kloe_meeting_on=None))
    assert "kloe meeting to arrange" not in story.of_the_cycle("Fri 30 Jan 2026")
    letter = story.of_the_cycle("Mon 2 Feb 2026")["kloe meeting to arrange"]
    assert letter.to == (HEAD_OF_SERVICE,)
    assert letter.cc == (PSW, CHAIRS_MANAGER, AUDIT_MANAGER, GROUP_MANAGER, AUDIT_LEAD)
    assert letter.due is not None
    assert letter.due.on == day("Mon 16 Feb 2026"), "two weeks before the audits start"


def test_a_meeting_whose_day_is_in_the_list_is_not_looked_for() -> None:
    assert "kloe meeting to arrange" not in Story().of_the_cycle("Mon 2 Feb 2026")


def test_a_week_before_the_kloe_meeting_those_who_meet_are_told_what_to_bring() -> None:
    letter = Story().of_the_cycle("Mon 9 Feb 2026")["kloe meeting soon"]
    assert letter.to == (HEAD_OF_SERVICE, PSW, CHAIRS_MANAGER)


def test_the_audit_team_is_told_two_working_days_before_the_list_is_due() -> None:
    story = unconfirmed()
    letter = story.of_the_cycle("Thu 19 Feb 2026")["list to complete"]
    assert letter.to == (AUDIT_TEAM,)
    assert letter.due is not None
    assert letter.due.on == day("Mon 23 Feb 2026")


def test_the_list_goes_to_the_head_of_service_copied_to_group_manager_and_academy() -> None:
    letter = unconfirmed().of_the_cycle("Mon 23 Feb 2026")["list for confirmation"]
    assert letter.to == (HEAD_OF_SERVICE,)
    assert letter.cc == (GROUP_MANAGER, HEAD_OF_ACADEMY)


def test_confirmation_is_reminded_the_day_before_it_is_due_and_taken_up_the_day_after() -> None:
    story = unconfirmed()
    story.perform("Mon 23 Feb 2026")
    assert set(story.of_the_cycle("Tue 24 Feb 2026")) == {"confirmation reminder"}
    story.perform("Tue 24 Feb 2026")
    assert story.of_the_cycle("Wed 25 Feb 2026") == {}
    letter = story.of_the_cycle("Thu 26 Feb 2026")["confirmation escalation"]
    assert (letter.to, letter.cc) == ((HEAD_OF_ACADEMY,), (HEAD_OF_SERVICE,))


def test_a_confirmed_list_is_not_chased() -> None:
    story = unconfirmed()
    story.perform("Mon 23 Feb 2026")
    for number in (1, 2):
        story.change(number, confirmed_on=day("Tue 24 Feb 2026"))
    assert story.of_the_cycle("Tue 24 Feb 2026") == {}
    assert story.of_the_cycle("Thu 26 Feb 2026") == {}


def test_a_list_confirmed_in_part_is_still_chased_and_what_is_confirmed_goes_out() -> None:
    story = unconfirmed()
    story.perform("Mon 23 Feb 2026")
    story.change(1, confirmed_on=day("Tue 24 Feb 2026"))
    assert "confirmation reminder" in story.of_the_cycle("Tue 24 Feb 2026")
    assert {x.reference for x in story.letters("Mon 2 Mar 2026")} == {"FSP-2026-03-001"}


def test_a_withdrawn_or_exempted_audit_does_not_keep_a_list_unconfirmed() -> None:
    story = unconfirmed()
    story.perform("Mon 23 Feb 2026")
    story.change(1, confirmed_on=day("Tue 24 Feb 2026"))
    story.change(2, withdrawn=True)
    assert story.of_the_cycle("Tue 24 Feb 2026") == {}


def test_eight_weeks_before_six_months_are_over_the_next_cycle_is_asked_for() -> None:
    story = Story()
    assert "next cycle to plan" not in story.of_the_cycle("Tue 7 Jul 2026")
    letter = story.of_the_cycle("Wed 8 Jul 2026")["next cycle to plan"]
    assert letter.to == (AUDIT_TEAM,)
    assert letter.due is not None
    assert letter.due.on == day("Wed 2 Sep 2026")


def test_a_cycle_that_is_planned_already_is_not_asked_for() -> None:
    story = Story()
    later = replace(MARCH, item_id="9", name="FSP and CWD, September 2026", month_one=day("Tue 1 Sep 2026"))
    story.later = [later]
    assert "next cycle to plan" not in story.of_the_cycle("Wed 8 Jul 2026")


def test_an_auditor_who_is_not_in_the_training_register_is_told_and_nothing_is_stopped() -> None:
    story = Story()
    assert not any("trained" in problem.what for problem in story.plan("Mon 2 Mar 2026").problems)
    story.roles = [*story.roles, RoleHolder(Role.TRAINED_AUDITOR, person("Somebody Else"))]
    plan = story.plan("Mon 2 Mar 2026")
    assert any("Ada Auditor is not among the trained auditors" in problem.what for problem in plan.problems)
    assert "audit allocated" in [letter.rule.id for letter in plan.letters]


@pytest.mark.parametrize("kind", [AuditType.DIP_SAMPLE, AuditType.DIP_AUDIT])
def test_a_dip_sampler_gets_all_their_dip_samples_in_one_letter(kind: AuditType) -> None:
    dip = {"audit_type": kind, "practitioner": None, "moderator": None}
    story = Story(audit(1, **dip), audit(2, **dip), audit(3, **dip, auditor=person("Dee Dipper")))
    letters = {x.to[0].name: x for x in story.letters("Mon 2 Mar 2026")}
    assert letters["Ada Auditor"].reference == "FSP-2026-03-001, FSP-2026-03-002"
    assert [part.rule.id for part in letters["Ada Auditor"].together] == ["dip sample allocated"] * 2
    assert letters["Dee Dipper"].rule.id == "dip sample allocated"


def test_dip_samples_are_due_by_the_end_of_the_month_reminded_and_chased_until_complete() -> None:
    story = Story(audit(1, audit_type=AuditType.DIP_SAMPLE, practitioner=None, moderator=None))
    story.perform("Mon 2 Mar 2026")
    assert story.perform("Thu 26 Mar 2026") == ["dip sample reminder"]
    assert story.names("Wed 1 Apr 2026") == ["dip sample overdue"]
    story.change(dip_completed_on=day("Tue 31 Mar 2026"))
    assert story.names("Wed 1 Apr 2026") == []


def test_a_dip_sample_whose_form_came_back_is_complete() -> None:
    story = Story(audit(1, audit_type=AuditType.DIP_SAMPLE, practitioner=None, moderator=None))
    story.perform("Mon 2 Mar 2026")
    story.returned("Tue 24 Mar 2026", "")
    assert story.perform("Thu 26 Mar 2026") == []
    assert story.plan("Thu 26 Mar 2026").rows[0].values["status"] == "Complete"


def test_the_report_on_the_dip_samples_is_asked_for_signed_off_and_drafted_to_the_heads_of_service() -> None:
    story = Story(audit(1, audit_type=AuditType.DIP_SAMPLE, practitioner=None, moderator=None), audit(2))
    assert "dip report to write" in story.of_the_cycle("Wed 1 Apr 2026")
    story.cycle = replace(MARCH, dip_report_sent_on=day("Wed 8 Apr 2026"))
    assert "dip report to write" not in story.of_the_cycle("Wed 8 Apr 2026")
    assert "dip report to sign off" in story.of_the_cycle("Mon 13 Apr 2026")
    story.cycle = replace(story.cycle, dip_report_signed_off_on=day("Tue 14 Apr 2026"))
    shared = story.of_the_cycle("Tue 14 Apr 2026")["dip report shared"]
    assert shared.rule.draft_only
    assert shared.to == (HEAD_OF_SERVICE, GROUP_MANAGER)


def test_the_list_asks_for_confirmation_by_the_day_the_rules_set() -> None:
    story = Story(audit(confirmed_on=None))
    due = story.of_the_cycle("Mon 23 Feb 2026")["list for confirmation"].due
    assert due is not None
    assert due.on == day("Wed 25 Feb 2026")
    rules = RULES.read_text(encoding="utf-8").replace(
        'after = "month one"\nwait  = "3 working days before"',
        'after = "month one"\nwait  = "2 working days before"',
    )
    story.basis = replace(story.basis, rulebook=rulebook(rules))
    changed = story.of_the_cycle("Mon 23 Feb 2026")["list for confirmation"].due
    assert changed is not None
    assert changed.on == day("Thu 26 Feb 2026")
