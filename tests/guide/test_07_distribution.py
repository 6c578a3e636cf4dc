"""§7: allocation, return and moderation of audits."""

from __future__ import annotations

from datetime import timedelta

from people import (
    AUDITOR,
    AUDITORS_HEAD,
    MODERATOR,
    PRACTITIONER,
    TEAM_MANAGER,
    Story,
    audit,
    day,
    person,
)

from bot.programme.vocabulary import AuditType, Milestone

LAUNCH = ["audit allocated", "moderation allocated", "practitioner informed"]


def test_nothing_goes_out_before_the_head_of_service_has_confirmed() -> None:
    story = Story(audit(confirmed_on=None))
    assert story.names("Mon 2 Mar 2026") == []
    assert "list for confirmation" in story.of_the_cycle("Mon 2 Mar 2026")


def test_the_list_goes_to_the_head_of_service_a_week_after_the_kloe_meeting() -> None:
    story = Story(audit(confirmed_on=None))
    assert "list for confirmation" not in story.of_the_cycle("Fri 20 Feb 2026")
    letter = story.of_the_cycle("Mon 23 Feb 2026")["list for confirmation"]
    assert [p.name for p in letter.to] == ["Hal Service"]
    assert [p.name for p in letter.cc] == ["Gus Group", "Lea Academy"]


def test_auditor_moderator_and_practitioner_are_told_on_the_same_day() -> None:
    story = Story()
    assert story.names("Fri 27 Feb 2026") == []
    letters = {letter.rule.id: letter for letter in story.letters("Mon 2 Mar 2026")}
    assert sorted(letters) == LAUNCH
    assert letters["audit allocated"].to == (AUDITOR,)
    assert letters["moderation allocated"].to == (MODERATOR,)
    assert letters["practitioner informed"].to == (PRACTITIONER,)
    assert letters["practitioner informed"].cc == (TEAM_MANAGER,)


def test_a_late_confirmation_sends_the_audits_on_the_day_it_comes() -> None:
    story = Story(audit(confirmed_on=day("Thu 5 Mar 2026")))
    assert story.names("Wed 4 Mar 2026") == []
    assert story.names("Thu 5 Mar 2026") == LAUNCH


def test_a_letter_that_went_out_is_never_planned_again() -> None:
    story = Story()
    assert story.perform("Mon 2 Mar 2026") == LAUNCH
    assert story.names("Mon 2 Mar 2026") == []
    assert story.names("Fri 6 Mar 2026") == []


def test_a_new_auditor_gets_the_letter_the_former_one_had() -> None:
    story = Story()
    story.perform("Mon 2 Mar 2026")
    newcomer = person("New Auditor")
    story.change(auditor=newcomer)
    (letter,) = story.letters("Mon 9 Mar 2026")
    assert (letter.rule.id, letter.to) == ("audit allocated", (newcomer,))


def test_an_auditor_of_the_childs_own_team_gets_nothing_and_the_audit_team_is_told() -> None:
    story = Story(audit(auditor=TEAM_MANAGER), audit(2))
    plan = story.plan("Mon 2 Mar 2026")
    assert {letter.reference for letter in plan.letters} == {"FSP-2026-03-002"}
    assert [p.where for p in plan.problems] == ["Audit allocations, FSP-2026-03-001"]
    assert "Tia Manager belongs to the child's own team (Bow)" in plan.problems[0].what


def test_a_row_without_an_auditor_is_told_and_the_other_rows_go_on() -> None:
    story = Story(audit(auditor=None), audit(2))
    plan = story.plan("Mon 2 Mar 2026")
    assert {letter.reference for letter in plan.letters} == {"FSP-2026-03-002"}
    assert "“Auditor” is empty" in plan.problems[0].what


def test_the_practitioner_is_reminded_once_of_their_own_section_a_week_into_the_audit_month() -> None:
    story = Story()
    story.perform("Mon 2 Mar 2026")
    assert "practitioner reminded" not in story.names("Fri 6 Mar 2026")
    letter = next(s for s in story.letters("Mon 9 Mar 2026") if s.rule.id == "practitioner reminded")
    assert (letter.to, letter.cc) == ((PRACTITIONER,), ())
    story.perform("Mon 9 Mar 2026")
    assert "practitioner reminded" not in story.names("Mon 16 Mar 2026")


def test_a_practitioner_has_no_section_of_their_own_to_write_in_a_re_audit() -> None:
    story = Story(audit(audit_type=AuditType.RE_AUDIT))
    assert "practitioner informed" in story.perform("Mon 2 Mar 2026")
    assert "practitioner reminded" not in story.names("Mon 9 Mar 2026")


def test_a_practitioner_whose_audit_has_come_back_is_not_reminded_of_their_section() -> None:
    story = Story()
    story.perform("Mon 2 Mar 2026")
    story.returned("Fri 6 Mar 2026", "Good")
    assert "practitioner reminded" not in story.names("Mon 9 Mar 2026")


def test_an_auditor_is_reminded_three_working_days_before_the_audit_is_due() -> None:
    story = Story()
    story.perform("Mon 2 Mar 2026")
    assert story.plan("Mon 2 Mar 2026").standings[0].on(Milestone.AUDIT_DUE) == day("Fri 20 Mar 2026")
    assert "audit reminder" not in story.names("Mon 16 Mar 2026")
    assert story.perform("Tue 17 Mar 2026") == ["audit reminder"]


def test_a_returned_audit_silences_every_reminder() -> None:
    story = Story()
    story.perform("Mon 2 Mar 2026")
    story.returned("Mon 16 Mar 2026", "Good")
    assert story.perform("Tue 17 Mar 2026") == ["moderation requested"]
    assert story.names("Wed 25 Mar 2026") == []


def test_an_overdue_audit_is_chased_and_after_five_working_days_goes_to_the_auditors_head() -> None:
    story = Story()
    story.perform("Mon 2 Mar 2026")
    assert story.perform("Tue 17 Mar 2026") == ["audit reminder"]
    assert story.perform("Fri 20 Mar 2026") == []
    assert story.perform("Mon 23 Mar 2026") == ["audit overdue"]
    assert story.perform("Thu 26 Mar 2026") == ["audit overdue"]
    (letter,) = story.letters("Fri 27 Mar 2026")
    assert (letter.rule.id, letter.to, letter.cc) == ("audit escalation", (AUDITORS_HEAD,), (AUDITOR,))


def test_after_days_of_downtime_one_person_gets_one_letter_of_a_series_not_a_burst() -> None:
    story = Story()
    story.perform("Mon 2 Mar 2026")
    assert story.names("Fri 27 Mar 2026") == ["audit escalation", "audit overdue"]


def test_a_letter_whose_day_is_long_gone_becomes_a_question() -> None:
    story = Story()
    story.perform("Mon 2 Mar 2026")
    plan = story.plan("Wed 22 Apr 2026")
    assert plan.letters == ()
    assert any("too late" in problem.what for problem in plan.problems)


def test_a_completed_audit_is_moderated_by_the_last_working_day_of_the_audit_month() -> None:
    story = Story()
    story.perform("Mon 2 Mar 2026")
    story.returned("Wed 18 Mar 2026", "Good")
    assert story.plan("Wed 18 Mar 2026").standings[0].on(Milestone.MODERATION_DUE) == day("Tue 31 Mar 2026")
    assert story.perform("Wed 18 Mar 2026") == ["moderation requested"]
    assert story.perform("Fri 27 Mar 2026") == ["moderation reminder"]
    assert story.perform("Wed 1 Apr 2026") == ["moderation overdue"]
    assert story.names("Tue 7 Apr 2026") == ["moderation escalation", "moderation overdue"]


def test_an_audit_that_comes_back_after_the_month_is_late_in_not_late_in_moderation() -> None:
    story = Story()
    story.perform("Mon 2 Mar 2026")
    story.returned("Wed 1 Apr 2026", "Good")
    due = story.plan("Wed 1 Apr 2026").standings[0].reached[Milestone.MODERATION_DUE]
    assert due.on == day("Wed 8 Apr 2026")
    assert due.why == (
        "3 working days after the audit came back on Wed 1 Apr 2026; Good Friday and Easter Monday skipped"
    )


def test_nobody_is_reminded_of_what_they_were_asked_only_today() -> None:
    story = Story()
    story.perform("Mon 2 Mar 2026")
    story.returned("Mon 30 Mar 2026", "Good")
    assert story.names("Mon 30 Mar 2026") == ["moderation requested"]


def test_an_incomplete_audit_is_drafted_back_to_the_auditor_and_never_sent_by_itself() -> None:
    story = Story()
    story.perform("Mon 2 Mar 2026")
    story.happened("Mon 16 Mar 2026", _needs_a_person(), "m1#f1", "101", reason="No grade.", incomplete=True)
    (letter,) = story.letters("Mon 16 Mar 2026")
    assert letter.rule.draft_only
    assert (letter.rule.id, letter.to, letter.cc) == ("returned to auditor", (AUDITOR,), (AUDITORS_HEAD,))
    story.perform("Mon 16 Mar 2026")
    assert story.names("Mon 16 Mar 2026") == []


def test_hold_withdrawal_and_exemption_stop_every_letter() -> None:
    for change in (
        {"hold_until": day("Fri 6 Mar 2026")},
        {"hold_why": "The family has asked us to wait."},
        {"withdrawn": True},
        {"exempted_on": day("Fri 27 Feb 2026"), "exempted_by": AUDITORS_HEAD},
    ):
        assert Story(audit(**change)).names("Mon 2 Mar 2026") == [], change
    held = Story(audit(hold_until=day("Fri 6 Mar 2026")))
    assert held.names("Fri 6 Mar 2026") == LAUNCH


def test_a_restricted_row_still_gets_its_letters() -> None:
    assert Story(audit(restricted=True)).names("Mon 2 Mar 2026") == LAUNCH


def test_the_order_of_the_rows_does_not_matter() -> None:
    audits = [audit(n) for n in range(1, 6)]
    assert Story(*audits).names("Mon 2 Mar 2026") == Story(*reversed(audits)).names("Mon 2 Mar 2026")


def test_performing_a_plan_leaves_nothing_to_plan_on_every_day_of_a_quarter() -> None:
    story = Story(*(audit(n) for n in range(1, 4)))
    story.returned("Wed 18 Mar 2026", "Inadequate", 2)
    story.moderated("Thu 19 Mar 2026", "Requires Improvement", 2)
    first = day("Mon 23 Feb 2026")
    for n in range(90):
        words = f"{first + timedelta(n):%a %d %b %Y}"
        story.perform(words)
        assert story.names(words) == [], words


def _needs_a_person():  # type: ignore[no-untyped-def]
    from bot.programme.events import EventKind

    return EventKind.NEEDS_A_PERSON
