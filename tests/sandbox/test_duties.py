"""The judge's table of expected letters, held against the guide by hand: one audit of March 2026 and what befell it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from tenant import email

from sandbox.play.cast.facts import MORNING, NOON, UNREADABLE, Fact
from sandbox.play.duties import Table
from sandbox.play.working_days import on_or_after

BOX = email("Audit Team")
CYCLE, REF = "FSP and CWD, March 2026", "FSP-2026-03-001"
ROLES = {
    "Head of Learning Academy": "lea",
    "Audit Manager": "max",
    "Principal Social Worker": "pat",
    "Divisional Director": "dee",
}
ROW = {
    "Cycle": CYCLE, "Audit type": "Full – Team Manager", "Auditor": "ada", "Auditor's Head of Service": "ori",
    "Moderator": "mo", "Practitioner": "pru", "Team Manager": "tia", "Head of Service": "hal", "Group Manager": "gus",
}  # fmt: skip
FIVE = {"pru", "tia", "hal", "max", "lea"}


def march(day: int) -> date:
    return date(2026, 3, day)


def came(what: str, day: date, value: str = "") -> Fact:
    """By mail, at noon."""
    return Fact(REF, what, day, (day, NOON), value)


def entered(what: str, day: date, value: str = "", on: date | None = None) -> Fact:
    """In the list, in the afternoon: known the next working morning."""
    return Fact(REF, what, on or day, (on_or_after(day + timedelta(1)), MORNING), value)


def letters(
    *facts: Fact,
    row: dict[str, str] | None = None,
    programme: Sequence[Fact] = (),
    looks: Sequence[date] = (),
    others: dict[str, dict[str, str]] | None = None,
) -> list[tuple[str, str, date]]:
    """Duty, reader and day of every letter the history calls for."""
    cycles = {CYCLE: {"Month one": "2026-03-02", "Service group": "FSP and CWD", "Heads of Service": ["hal"]}}
    confirmed = entered("confirmed", date(2026, 2, 24))
    table = Table([confirmed, *facts, *programme], {REF: {**ROW, **(row or {})}, **(others or {})}, cycles, ROLES, BOX,
                  date(2026, 2, 23), date(2026, 6, 30), looks)  # fmt: skip
    return [(e.duty, e.reader, e.on) for e in table.expected() if e.about == REF]


def days(found: list[tuple[str, str, date]], duty: str, reader: str = "") -> list[date]:
    return sorted({on for what, who, on in found if what == duty and (not reader or who == reader)})


def readers(found: list[tuple[str, str, date]], duty: str, on: date) -> set[str]:
    return {who for what, who, day in found if what == duty and day == on}


def found_by_both(grade: str) -> list[Fact]:
    return [came("returned", march(9), grade), came("moderated", march(10), grade)]


def test_a_final_decision_of_inadequate_begins_every_clock_of_an_inadequate_on_monday_23_march() -> None:
    decided = entered("decided", march(23), "Inadequate")
    for earlier in ("Good", "Requires Improvement"):
        found = letters(*found_by_both(earlier), entered("disputed", march(12)), decided)
        assert readers(found, "inadequate alert", march(24)) == FIVE
        assert days(found, "urgent issues", "tia") == [march(24), march(25)]
        assert days(found, "urgent issues overdue") == [march(26)]
        assert days(found, "urgent issues escalated", "hal") == [march(27)]
        assert days(found, "UoPP to convene", "max") == [march(24)]
        assert days(found, "UoPP overdue", "max") == [march(27), march(31)], "due Thursday 26 March"


def test_a_meeting_on_work_that_requires_improvement_is_none_of_an_inadequate() -> None:
    met = came("uopp", march(11))
    found = letters(*found_by_both("Requires Improvement"), met, entered("disputed", march(12)),
                    entered("decided", march(23), "Inadequate"))  # fmt: skip
    assert days(found, "UoPP to convene") == [march(24)]
    assert not days(found, "weekly report")
    again = came("uopp", march(26))
    found = letters(*found_by_both("Requires Improvement"), met, entered("disputed", march(12)),
                    entered("decided", march(23), "Inadequate"), again)  # fmt: skip
    assert days(found, "weekly report")[:2] == [date(2026, 4, 2), date(2026, 4, 9)]


def test_a_better_grade_is_told_to_the_five_and_ends_the_route_of_an_inadequate() -> None:
    lifted = [came("returned", march(9), "Inadequate"), came("moderated", march(10), "Requires Improvement")]
    found = letters(*lifted)
    assert readers(found, "inadequate no longer", march(10)) == FIVE
    assert not days(found, "urgent issues")
    decided = entered("decided", march(17), "Good")
    found = letters(*found_by_both("Inadequate"), entered("disputed", march(11)), decided)
    assert readers(found, "inadequate no longer", march(18)) == FIVE
    assert max(on for duty, _, on in found if duty.startswith(("UoPP", "urgent"))) < march(18)


def test_a_decision_that_changes_nothing_begins_nothing_and_the_time_of_the_dispute_does_not_count() -> None:
    found = letters(*[came("returned", march(6), "Requires Improvement")],
                    came("moderated", march(9), "Requires Improvement"), came("disputed", march(11)),
                    entered("decided", march(18), "Requires Improvement"))  # fmt: skip
    assert days(found, "UoPP to arrange") == [march(9)]
    assert days(found, "UoPP reminder", "ada") == [march(23)]
    assert days(found, "UoPP overdue", "ada")[0] == march(25), "due Tuesday 24 March"


def test_what_went_back_is_not_chased_at_its_moderator_unless_it_is_an_inadequate() -> None:
    back = entered("rectify", march(26), on=date(2026, 4, 3))
    found = letters(came("returned", march(25), "Good"), back)
    assert days(found, "moderation requested") == [march(25)]
    assert not [on for duty, who, on in found if who == "mo" and on > march(27)]
    found = letters(came("returned", march(25), "Inadequate"), back)
    assert days(found, "moderation overdue", "mo")[0] == march(27)


def test_a_correction_after_the_month_is_moderated_within_three_working_days_of_its_coming() -> None:
    found = letters(came("returned", march(25), "Good"), entered("rectify", march(26), on=date(2026, 4, 2)),
                    came("corrected", date(2026, 4, 2), "Good"))  # fmt: skip
    assert days(found, "moderation requested") == [march(25), date(2026, 4, 2)]
    assert days(found, "moderation overdue", "mo")[0] == date(2026, 4, 10), (
        "due Thursday 9 April, after Easter"
    )


def test_a_correction_that_is_inadequate_alerts_the_five_on_whatever_day_it_comes() -> None:
    saturday = march(14)
    found = letters(came("returned", march(12), "Good"), entered("rectify", march(13), on=march(20)),
                    came("corrected", saturday, "Inadequate"))  # fmt: skip
    assert readers(found, "inadequate alert", saturday) == FIVE
    assert days(found, "moderation requested") == [march(12), march(16)], "nobody moderates on a Saturday"


def test_the_steps_for_the_child_outlive_a_withdrawal_until_the_audit_manager_ends_them() -> None:
    out = entered("out", march(11))
    found = letters(*found_by_both("Inadequate"), out)
    assert days(found, "withdrawn Inadequate", "max") == [march(12)]
    assert march(13) in days(found, "urgent issues overdue", "tia")
    ended = letters(*found_by_both("Inadequate"), out, came("safety ended", march(12)))
    assert not days(ended, "urgent issues overdue")
    assert not days(
        letters(*found_by_both("Requires Improvement"), entered("out", march(11))), "UoPP overdue"
    )


def test_those_who_were_alerted_are_told_once_when_the_audit_manager_ends_the_steps_of_a_withdrawn_audit() -> (
    None
):
    history = [*found_by_both("Inadequate"), entered("out", march(11))]
    assert not days(letters(*history), "steps ended"), "nobody has ended them"
    by_button = letters(*history, came("safety ended", march(18)))
    assert days(by_button, "steps ended") == [march(18)]
    assert readers(by_button, "steps ended", march(18)) == FIVE
    assert len([duty for duty, _, _ in by_button if duty == "steps ended"]) == len(FIVE)
    saturday, monday = march(21), march(23)
    at_the_weekend = letters(*history, came("safety ended", saturday), looks=[saturday])
    assert days(at_the_weekend, "steps ended") == [monday], "an end can wait for the working day"
    on_friday = letters(*history, entered("safety ended", march(20)), looks=[saturday])
    assert days(on_friday, "steps ended") == [monday]


def test_of_the_end_of_the_steps_hears_who_had_the_alert_and_nobody_who_came_since() -> None:
    history = [*found_by_both("Inadequate"), entered("out", march(11)), came("safety ended", march(18))]
    new = Fact("Audit Manager", "holder", march(12), (march(12), MORNING), "mia")
    moved = entered("Practitioner", march(12), "nia")
    found = letters(*history, moved, programme=[new])
    assert readers(found, "steps ended", march(18)) == FIVE


def test_of_the_end_of_the_steps_hears_nobody_whose_alert_was_taken_back_or_never_came() -> None:
    out, ended = entered("out", march(19)), came("safety ended", march(25))
    lifted = [
        *found_by_both("Inadequate"),
        entered("disputed", march(11)),
        entered("decided", march(17), "Good"),
    ]
    assert days(letters(*lifted), "inadequate no longer") == [march(18)]
    assert not days(letters(*lifted, out, ended), "steps ended"), "they were told that it is over"
    again = [*lifted, entered("decided", march(18), "Inadequate")]
    assert days(letters(*again, entered("out", march(20)), ended), "steps ended") == [march(25)]
    assert not days(letters(*found_by_both("Requires Improvement"), out, ended), "steps ended")
    assert not days(letters(*found_by_both("Inadequate"), ended), "steps ended"), "it was never withdrawn"
    withdrawn = entered("out", march(6))  # before anybody found anything
    assert not days(letters(withdrawn, *found_by_both("Inadequate"), ended), "steps ended")


def test_a_day_of_its_own_counts_for_a_row() -> None:
    found = letters(entered("return by", march(13), on=march(26)))
    assert days(found, "audit reminder") == [march(23)]
    assert days(found, "audit overdue")[0] == march(27)


def test_whoever_sent_something_that_lies_with_the_audit_team_is_not_chased() -> None:
    held = came("held", march(20), "Inadequate")
    found = letters(held)
    assert days(found, "may be Inadequate", BOX) == [march(20)]
    assert not days(found, "audit overdue")
    assert not days(found, "audit escalated")


def test_a_return_that_nobody_can_read_may_hold_an_inadequate_and_is_told_on_the_day_it_comes() -> None:
    duty, saturday = "may be Inadequate", march(14)
    for day in (march(11), saturday):
        found = letters(came("held", day, UNREADABLE))
        assert [each for each in found if each[0] == duty] == [(duty, BOX, day)]
    assert not days(letters(came("held", march(11))), duty), "it can be read, and holds a Good"
    moderators = letters(came("returned", march(9), "Good"), came("held", march(10), UNREADABLE))
    assert days(moderators, duty, BOX) == [march(10)], "its moderator may have lowered the grade"


def test_a_file_nobody_can_read_says_nothing_of_an_audit_that_is_not_awaited() -> None:
    unreadable = came("held", march(12), UNREADABLE)
    assert not days(letters(*found_by_both("Good"), unreadable), "may be Inadequate")
    assert not days(letters(entered("out", march(10)), unreadable), "may be Inadequate")
    assert days(letters(entered("out", march(10), "held"), unreadable), "may be Inadequate") == [march(12)], (
        "what is on hold is awaited"
    )


def test_an_alert_is_not_told_again_to_a_new_audit_manager_who_hears_what_is_open() -> None:
    new = Fact("Audit Manager", "holder", march(12), (march(12), MORNING), "mia")
    found = letters(*found_by_both("Inadequate"), programme=[new])
    assert "mia" not in {who for duty, who, _ in found if duty == "inadequate alert"}
    assert readers(found, "taken over", march(12)) == {"mia"}
    assert days(found, "UoPP overdue", "mia")
    assert not days(found, "UoPP overdue", "max")
    assert not days(letters(*found_by_both("Good"), programme=[new]), "taken over")


def test_a_weekly_report_that_was_due_on_a_closed_day_is_missed_a_week_after_that_day() -> None:
    met = came("uopp", march(27))  # Friday; Friday 3 April and Monday 6 April are closed
    found = letters(
        *[came("returned", march(24), "Inadequate")], came("moderated", march(25), "Inadequate"), met
    )
    assert days(found, "weekly report")[:3] == [date(2026, 4, 7), date(2026, 4, 10), date(2026, 4, 17)]
    assert days(found, "weekly report missing")[0] == date(2026, 4, 10)
    told = letters(came("returned", march(24), "Inadequate"), came("moderated", march(25), "Inadequate"), met,
                   came("progress", date(2026, 4, 7)))  # fmt: skip
    assert days(told, "weekly report missing")[0] == date(2026, 4, 17)


def test_the_record_of_a_meeting_is_asked_for_and_then_told_to_the_head_of_service() -> None:
    found = letters(*found_by_both("Requires Improvement"), came("uopp", march(12)))
    assert days(found, "UoPP record overdue") == [march(17)]
    assert days(found, "UoPP record escalated", "hal") == [march(23)]


def test_a_record_by_mail_says_that_the_meeting_was_held_and_is_the_record() -> None:
    found = letters(
        *found_by_both("Requires Improvement"), came("uopp", march(16)), came("record", march(16))
    )
    assert days(found, "UoPP overdue") == []
    assert not [on for duty, _, on in found if duty.startswith("UoPP record")]
    assert days(found, "progress in supervision") == [march(16)]


def test_nobody_is_chased_for_a_meeting_whose_record_lies_in_question_with_the_audit_team() -> None:
    in_question = came("record held", march(17))  # the meeting was due on Tuesday 17 March
    found = letters(*found_by_both("Requires Improvement"), in_question)
    assert days(found, "UoPP to arrange") == [march(10)]
    assert not [on for duty, _, on in found if duty in ("UoPP overdue", "UoPP escalated")]
    settled = letters(
        *found_by_both("Requires Improvement"), in_question, entered("uopp", march(18), on=march(16))
    )
    assert days(settled, "progress in supervision") == [march(19)]


def test_what_its_moderator_sends_back_goes_to_its_auditor_and_is_moderated_anew() -> None:
    returned, back = came("returned", march(9), "Requires Improvement"), came("sent back", march(10))
    to_be_right = entered("rectify", march(10), on=march(16))
    found = letters(returned, back, to_be_right)
    assert readers(found, "returned to auditor", march(11)) == {"ada", "ori"}, (
        "drafted at noon, sent the next day"
    )
    assert days(found, "audit reminder", "ada") == [march(11)]
    assert days(found, "audit overdue", "ada")[0] == march(17)
    assert not days(found, "UoPP to arrange"), "nothing is moderated yet"
    again = letters(returned, back, to_be_right, came("corrected", march(12), "Requires Improvement"),
                    came("moderated", march(13), "Requires Improvement"))  # fmt: skip
    assert days(again, "moderation requested") == [march(9), march(12)]
    assert days(again, "UoPP to arrange") == [march(13)]


def test_the_audit_leads_of_its_services_take_part_in_the_meeting_and_in_what_is_learned() -> None:
    cycles = {CYCLE: {"Month one": "2026-03-02", "Service group": "FSP and CWD", "Heads of Service": ["hal"]}}
    leads = {"Audit Lead, FSP and CWD": "lea d", "Audit Lead, CLA and TCS": "other"}
    facts = [
        Fact(CYCLE, what, on, (on, MORNING))
        for what, on in (
            ("kloe", date(2026, 2, 16)),
            ("action plan", date(2026, 6, 10)),
            ("workshop", date(2026, 6, 30)),
        )
    ]
    table = Table(facts, {}, cycles, {**ROLES, **leads}, BOX, date(2026, 1, 26), date(2026, 7, 31))
    theirs = {e.duty for e in table.expected() if e.reader == "lea d"}
    assert theirs == {
        "KLOE meeting to arrange",
        "KLOE meeting soon",
        "action plan",
        "workshop",
        "learning campaign",
    }
    assert "other" not in {e.reader for e in table.expected()}


def test_a_decision_entered_on_friday_is_told_at_once_when_the_post_is_looked_at_on_saturday() -> None:
    friday, saturday, monday = march(20), march(21), march(23)
    decided = entered("decided", friday, "Inadequate")
    history = [*found_by_both("Good"), entered("disputed", march(12)), decided]
    assert days(letters(*history, looks=[saturday]), "inadequate alert") == [saturday]
    assert days(letters(*history, looks=[march(28)]), "inadequate alert") == [monday]
    assert days(letters(*history, looks=[saturday]), "final decision") == [monday], (
        "nothing else on a Saturday"
    )


def test_whose_weekly_reports_have_ended_because_the_work_is_good_leaves_nothing_to_take_over() -> None:
    history = [*found_by_both("Inadequate"), came("uopp", march(12)), came("record", march(13))]
    new = [Fact("Audit Manager", "holder", date(2026, 5, 13), (date(2026, 5, 13), MORNING), "new")]
    good = entered("six weeks", date(2026, 4, 23), "Good")
    poor = entered("six weeks", date(2026, 4, 23), "Requires Improvement")
    assert readers(letters(*history, poor, programme=new), "taken over", date(2026, 5, 13)) == {"new"}
    assert not days(letters(*history, good, programme=new), "taken over")


def test_a_reminder_at_the_end_of_the_cycle_that_a_dispute_kept_back_comes_with_the_decision() -> None:
    april = date(2026, 4, 1)
    late = [came("returned", march(30), "Requires Improvement"),
            came("moderated", april.replace(day=8), "Requires Improvement"),
            entered("disputed", april.replace(day=9))]  # fmt: skip
    other = {"FSP-2026-03-002": ROW}  # never returned: the cycle counts as complete on Thursday 16 April
    decided = entered("decided", april.replace(day=20), "Requires Improvement")
    assert days(letters(*late[:2], others=other), "UoPP still to hold", "ada") == [april.replace(day=16)]
    assert not days(letters(*late, others=other), "UoPP still to hold")
    assert days(letters(*late, decided, others=other), "UoPP still to hold", "ada") == [april.replace(day=21)]


def test_the_group_managers_whom_the_cycles_audits_name_by_then_take_part_in_the_meeting() -> None:
    cycles = {CYCLE: {"Month one": "2026-03-02", "Service group": "FSP and CWD", "Heads of Service": ["hal"]}}
    meeting = Fact(CYCLE, "kloe", date(2026, 2, 16), (date(2026, 2, 3), MORNING))

    def soon(*facts: Fact) -> set[str]:
        table = Table([meeting, *facts], {REF: ROW}, cycles, ROLES, BOX, date(2026, 1, 26), date(2026, 2, 27))
        return {e.reader for e in table.expected() if e.duty == "KLOE meeting soon"}

    assert "gus" in soon()
    assert "gus" in soon(Fact(REF, "in the list", date(2026, 2, 5), (date(2026, 2, 6), MORNING)))
    assert "gus" not in soon(Fact(REF, "in the list", date(2026, 2, 17), (date(2026, 2, 18), MORNING)))
