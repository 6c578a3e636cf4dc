"""The dates of the guide, each worked out by hand on a real calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from people import MARCH, RULES, Story, audit, day

from bot.clock import london_date, pretended
from bot.programme.events import Event, EventKind
from bot.programme.rulebook.rules import rulebook
from bot.programme.telling.story import story
from bot.programme.vocabulary import Milestone
from bot.programme.waits import wait
from bot.programme.working_days import WorkingDays, bank_holidays

CHRISTMAS = {
    day("Mon 29 Dec 2025"): "Christmas closure",
    day("Tue 30 Dec 2025"): "Christmas closure",
    day("Wed 31 Dec 2025"): "Christmas closure",
}


def after(words: str, start: str, since: str = "moderation", working: WorkingDays | None = None) -> date:
    return wait(words).after(day(start), since, working or WorkingDays()).on


def why(words: str, start: str, since: str = "moderation", working: WorkingDays | None = None) -> str:
    return wait(words).after(day(start), since, working or WorkingDays()).why


# ------------------------------------------------------------------------------------------- the audit month (§6, §7)


def test_the_kloe_meeting_is_two_weeks_before_an_audit_month_that_starts_on_mon_2_mar() -> None:
    assert MARCH.month_one == day("Mon 2 Mar 2026")
    assert after("2 weeks before", "Mon 2 Mar 2026", "the first day of the audit month") == day(
        "Mon 16 Feb 2026"
    )


def test_the_list_follows_within_a_week_of_the_kloe_meeting_on_mon_23_feb() -> None:
    story = Story(audit(confirmed_on=None))
    assert "list for confirmation" not in story.of_the_cycle("Sun 22 Feb 2026")
    letter = story.of_the_cycle("Mon 23 Feb 2026")["list for confirmation"]
    assert letter.day.on == day("Mon 23 Feb 2026")
    assert letter.day.why == "1 week after the KLOE meeting on Mon 16 Feb 2026"


def test_audits_of_march_2026_are_moderated_by_tue_31_mar() -> None:
    due = Story().plan("Mon 2 Mar 2026").standings[0].reached[Milestone.MODERATION_DUE]
    assert (due.on, due.why) == (day("Tue 31 Mar 2026"), "the last working day of March 2026")


@pytest.mark.parametrize(
    ("month_one", "last"),
    [
        ("Fri 1 May 2026", "Fri 29 May 2026"),  # 31 May is a Sunday
        ("Mon 5 Jan 2026", "Fri 30 Jan 2026"),  # 31 January is a Saturday
        ("Tue 1 Dec 2026", "Thu 31 Dec 2026"),
        ("Tue 1 Feb 2028", "Tue 29 Feb 2028"),
        ("Mon 1 Mar 2027", "Wed 31 Mar 2027"),
        ("Thu 1 Aug 2024", "Fri 30 Aug 2024"),
    ],
)
def test_a_month_that_ends_on_a_weekend_ends_for_the_guide_on_its_last_working_day(
    month_one: str, last: str
) -> None:
    assert after("last working day of the month", month_one) == day(last)


def test_a_month_that_ends_in_the_councils_closure_ends_before_it() -> None:
    closed = WorkingDays(CHRISTMAS)
    assert after("last working day of the month", "Mon 1 Dec 2025", working=closed) == day("Wed 24 Dec 2025")


# --------------------------------------------------------------------- after moderation on Tue 31 Mar 2026 (§10, §13)


def test_urgent_issues_are_due_within_two_working_days_on_thu_2_apr() -> None:
    assert after("2 working days", "Tue 31 Mar 2026") == day("Thu 2 Apr 2026")
    assert why("2 working days", "Tue 31 Mar 2026") == "2 working days after moderation on Tue 31 Mar 2026"


def test_the_uopp_meeting_on_an_inadequate_is_due_within_three_working_days_on_tue_7_apr() -> None:
    assert after("3 working days", "Tue 31 Mar 2026") == day("Tue 7 Apr 2026")
    assert why("3 working days", "Tue 31 Mar 2026") == (
        "3 working days after moderation on Tue 31 Mar 2026; Good Friday and Easter Monday skipped"
    )


def test_a_week_is_seven_days_of_the_calendar_and_ends_on_tue_7_apr() -> None:
    assert after("1 week", "Tue 31 Mar 2026") == day("Tue 7 Apr 2026")


def test_five_working_days_are_not_a_week_at_easter_and_end_on_thu_9_apr() -> None:
    assert after("5 working days", "Tue 31 Mar 2026") == day("Thu 9 Apr 2026")


def test_six_weeks_from_moderation_end_on_tue_12_may_and_from_the_meeting_on_thu_21_may() -> None:
    assert after("6 weeks", "Tue 31 Mar 2026") == day("Tue 12 May 2026")
    assert after("6 weeks", "Thu 9 Apr 2026", "the UoPP meeting") == day("Thu 21 May 2026")


def test_an_inadequate_moderated_on_mon_9_mar_meets_by_thu_12_mar_and_is_looked_at_again_in_april() -> None:
    assert after("3 working days", "Mon 9 Mar 2026") == day("Thu 12 Mar 2026")
    assert after("6 weeks", "Mon 9 Mar 2026") == day("Mon 20 Apr 2026")
    assert after("6 weeks", "Thu 12 Mar 2026", "the UoPP meeting") == day("Thu 23 Apr 2026")


# ------------------------------------------------------------------------------------------------------- Christmas


def test_moderated_on_tue_23_dec_a_week_ends_on_tue_30_dec_and_five_working_days_on_fri_2_jan() -> None:
    assert after("1 week", "Tue 23 Dec 2025") == day("Tue 30 Dec 2025")
    assert after("5 working days", "Tue 23 Dec 2025") == day("Fri 2 Jan 2026")
    assert why("5 working days", "Tue 23 Dec 2025") == (
        "5 working days after moderation on Tue 23 Dec 2025; Christmas Day, Boxing Day and New Year's Day skipped"
    )


def test_the_councils_closure_moves_the_date_and_is_called_by_its_own_name() -> None:
    closed = WorkingDays(CHRISTMAS)
    assert after("5 working days", "Tue 23 Dec 2025", working=closed) == day("Wed 7 Jan 2026")
    assert why("5 working days", "Tue 23 Dec 2025", working=closed) == (
        "5 working days after moderation on Tue 23 Dec 2025; Christmas Day, Boxing Day, Christmas closure (3 days) "
        "and New Year's Day skipped"
    )


# ------------------------------------------------------------------------------------- bank holidays that are unusual


@pytest.mark.parametrize(
    ("holiday", "name"),
    [
        ("Mon 28 Dec 2026", "Boxing Day (substitute day)"),  # Boxing Day 2026 is a Saturday
        ("Mon 27 Dec 2021", "Christmas Day (substitute day)"),
        ("Tue 28 Dec 2021", "Boxing Day (substitute day)"),
        ("Mon 3 Jan 2022", "New Year's Day (substitute day)"),
        ("Mon 8 May 2023", "Coronation of Charles III"),
        ("Mon 19 Sep 2022", "State Funeral of Queen Elizabeth II"),
        ("Fri 8 May 2020", "May Day"),  # moved from Monday that year
        ("Thu 2 Jun 2022", "Spring Bank Holiday"),  # moved as well
    ],
)
def test_substitute_and_one_off_bank_holidays_are_skipped_by_name(holiday: str, name: str) -> None:
    on = day(holiday)
    assert not WorkingDays().is_working(on)
    assert bank_holidays(on.year)[on] == name
    assert name in WorkingDays().skipped(WorkingDays().after(on, -1), on)


@pytest.mark.parametrize(
    "ordinary", ["Mon 4 May 2020", "Mon 30 May 2022", "Mon 2 Jan 2012", "Tue 3 Jan 2012"]
)
def test_a_bank_holiday_that_was_moved_leaves_an_ordinary_day_behind(ordinary: str) -> None:
    moved = ordinary in ("Mon 4 May 2020", "Mon 30 May 2022", "Tue 3 Jan 2012")
    assert WorkingDays().is_working(day(ordinary)) is moved


def test_three_working_days_over_the_end_of_2026_skip_the_substitute_day() -> None:
    assert after("3 working days", "Wed 23 Dec 2026") == day("Wed 30 Dec 2026")
    assert why("3 working days", "Wed 23 Dec 2026") == (
        "3 working days after moderation on Wed 23 Dec 2026; Christmas Day and Boxing Day (substitute day) skipped"
    )


# ----------------------------------------------------------------------------------------------- weeks and months


@pytest.mark.parametrize(
    ("words", "start", "end", "reason"),
    [
        ("4 months", "Sat 31 Oct 2026", "Sun 28 Feb 2027", "; February 2027 has no 31st"),
        ("4 months", "Fri 29 Oct 2027", "Tue 29 Feb 2028", ""),
        ("4 months", "Sun 31 Oct 2027", "Tue 29 Feb 2028", "; February 2028 has no 31st"),
        ("1 month", "Tue 29 Feb 2028", "Wed 29 Mar 2028", ""),
        ("4 months", "Tue 29 Feb 2028", "Thu 29 Jun 2028", ""),
        ("12 months", "Tue 29 Feb 2028", "Wed 28 Feb 2029", "; February 2029 has no 29th"),
        ("1 month before", "Tue 31 Mar 2026", "Sat 28 Feb 2026", "; February 2026 has no 31st"),
        ("4 months", "Tue 31 Mar 2026", "Fri 31 Jul 2026", ""),
    ],
)
def test_months_are_the_calendars_and_end_on_the_last_day_where_there_is_no_such_day(
    words: str, start: str, end: str, reason: str
) -> None:
    assert after(words, start) == day(end)
    assert why(words, start).endswith(start.replace(" 0", " ") + reason)


def test_a_working_day_before_and_after_29_february() -> None:
    assert after("1 working day", "Mon 28 Feb 2028") == day("Tue 29 Feb 2028")
    assert after("1 working day before", "Wed 1 Mar 2028") == day("Tue 29 Feb 2028")


def test_a_limit_in_weeks_stays_where_it_falls_but_a_letter_waits_for_the_next_working_day() -> None:
    six_weeks, working = wait("6 weeks"), WorkingDays()
    assert six_weeks.after(day("Mon 13 Apr 2026"), "moderation", working).on == day("Mon 25 May 2026")
    letter = six_weeks.to_act(day("Mon 13 Apr 2026"), "moderation", working)
    assert letter.on == day("Tue 26 May 2026")
    assert letter.why == (
        "6 weeks after moderation on Mon 13 Apr 2026: Mon 25 May 2026, which is Spring Bank Holiday, so the next "
        "working day"
    )
    sunday = wait("4 months").to_act(day("Tue 31 Mar 2026"), "moderation", working)
    assert sunday.on == day("Fri 31 Jul 2026")
    assert wait("4 months").to_act(day("Sat 31 Oct 2026"), "moderation", working).why == (
        "4 months after moderation on Sat 31 Oct 2026; February 2027 has no 31st: Sun 28 Feb 2027, when nobody works, "
        "so the next working day"
    )


def test_what_is_due_the_same_day_does_not_wait_for_a_working_day() -> None:
    assert wait("same day").to_act(day("Sat 14 Mar 2026"), "moderation", WorkingDays()).on == day(
        "Sat 14 Mar 2026"
    )


def test_a_list_due_on_a_bank_holiday_goes_to_the_head_of_service_on_the_next_working_day() -> None:
    story = Story(audit(confirmed_on=None), cycle=replace(MARCH, kloe_meeting_on=day("Mon 30 Mar 2026")))
    assert "list for confirmation" not in story.of_the_cycle("Mon 6 Apr 2026")
    letter = story.of_the_cycle("Tue 7 Apr 2026")["list for confirmation"]
    assert letter.day.on == day("Tue 7 Apr 2026")
    assert letter.day.why.endswith("Mon 6 Apr 2026, which is Easter Monday, so the next working day")


# ------------------------------------------------------------------------------------------------ what letters say


def test_the_second_reminder_says_why_it_comes_again_and_what_was_skipped() -> None:
    story = Story(cycle=replace(MARCH, month_one=day("Fri 13 Mar 2026")), closures=[day("Mon 23 Mar 2026")])
    story.perform("Fri 13 Mar 2026")
    due = story.plan("Fri 20 Mar 2026").standings[0].reached[Milestone.AUDIT_DUE]
    assert due.on == day("Fri 20 Mar 2026")
    story.perform("Tue 24 Mar 2026")
    (letter,) = [found for found in story.letters("Fri 27 Mar 2026") if found.rule.id == "audit overdue"]
    assert letter.day.on == day("Fri 27 Mar 2026")
    assert letter.day.why == (
        "1 working day after the audit was due on Fri 20 Mar 2026; the council's closure day Mon 23 Mar 2026 skipped; "
        "again 3 working days after Tue 24 Mar 2026"
    )


def test_the_story_of_an_audit_tells_each_date_with_its_reason() -> None:
    told = Story()
    told.perform("Mon 2 Mar 2026")
    told.returned("Mon 30 Mar 2026", "Inadequate")
    told.moderated("Tue 31 Mar 2026", "Inadequate")
    found = told.plan("Tue 31 Mar 2026").standings[0]
    dates = story(found, told.events, told.history, told.basis.rulebook, day("Tue 31 Mar 2026")).dates
    reasons = {step.what: (step.on, step.why) for step in dates}
    assert reasons["The UoPP meeting is due."] == (
        day("Tue 7 Apr 2026"),
        "3 working days after moderation on Tue 31 Mar 2026; Good Friday and Easter Monday skipped",
    )


def test_a_date_beyond_the_published_bank_holidays_is_told_until_somebody_has_looked() -> None:
    cycle = replace(MARCH, month_one=day("Tue 1 Feb 2028"))
    found = Story(cycle=cycle)
    (problem,) = [p for p in found.plan("Tue 1 Feb 2028").problems if p.where == "Bank holidays"]
    assert "bank_holidays_known_until = 2028" in problem.what
    found.basis = replace(found.basis, working=WorkingDays(known_until=2028))
    assert [p for p in found.plan("Tue 1 Feb 2028").problems if p.where == "Bank holidays"] == []
    assert Story().plan("Mon 2 Mar 2026").problems == ()


# ------------------------------------------------------------------------------------------------- London's midnight


@pytest.mark.parametrize(
    ("moment", "london"),
    [
        (datetime(2026, 3, 28, 23, 59, tzinfo=UTC), "Sat 28 Mar 2026"),
        (datetime(2026, 3, 29, 0, 5, tzinfo=UTC), "Sun 29 Mar 2026"),  # still winter time
        (datetime(2026, 3, 29, 22, 59, tzinfo=UTC), "Sun 29 Mar 2026"),
        (datetime(2026, 3, 29, 23, 5, tzinfo=UTC), "Mon 30 Mar 2026"),  # five past midnight in summer time
        (datetime(2026, 3, 31, 23, 30, tzinfo=UTC), "Wed 1 Apr 2026"),  # the day after moderation was due
        (datetime(2026, 10, 24, 23, 5, tzinfo=UTC), "Sun 25 Oct 2026"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "Sun 25 Oct 2026"),  # half past one, the first time
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "Sun 25 Oct 2026"),  # half past one, the second time
        (datetime(2026, 10, 25, 23, 5, tzinfo=UTC), "Sun 25 Oct 2026"),  # five past eleven in winter time
        (datetime(2026, 10, 26, 0, 5, tzinfo=UTC), "Mon 26 Oct 2026"),
    ],
)
def test_a_run_just_after_midnight_works_on_londons_date(moment: datetime, london: str) -> None:
    assert london_date(moment) == day(london)


def test_a_pretended_day_means_eight_in_the_morning_in_london_on_either_side_of_the_clock_change() -> None:
    assert pretended("2026-03-28") == datetime(2026, 3, 28, 8, tzinfo=UTC)
    assert pretended("2026-03-29") == datetime(2026, 3, 29, 7, tzinfo=UTC)
    assert pretended("2026-10-25") == datetime(2026, 10, 25, 8, tzinfo=UTC)


def test_an_audit_recorded_at_half_past_midnight_in_summer_time_counts_for_the_new_day() -> None:
    """23:30 UTC on the last of March is already April in London: the audit came back after the month."""
    story = Story()
    story.perform("Mon 2 Mar 2026")
    at = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)
    on = london_date(at).isoformat()
    story.events.append(
        Event(at, EventKind.AUDIT_RETURNED, "101#a", "101", {"on": on, "sha256": "a", "grade": "Good"})
    )
    found = story.plan("Wed 1 Apr 2026").standings[0]
    assert found.on(Milestone.AUDIT_RETURNED) == day("Wed 1 Apr 2026")
    assert found.on(Milestone.MODERATION_DUE) == day("Wed 8 Apr 2026")


def test_every_day_of_ten_years_has_one_london_date_a_day_at_five_past_midnight() -> None:
    london = ZoneInfo("Europe/London")
    for n in range(3653):
        on = date(2020, 1, 1) + timedelta(n)
        five_past = datetime(on.year, on.month, on.day, 0, 5, tzinfo=london)
        assert london_date(five_past.astimezone(UTC)) == on


@pytest.mark.parametrize(
    ("repeat", "days_it_goes"),
    [
        ("every week, 3 times", ["Tue 28 Apr", "Tue 05 May", "Tue 12 May"]),
        ("every 2 weeks, 2 times", ["Tue 28 Apr", "Tue 12 May"]),
    ],
)
def test_a_weekly_series_that_waits_for_a_request_counts_its_weeks_from_the_working_day_after_it(
    repeat: str, days_it_goes: list[str]
) -> None:
    """No rule of the shipped book is one; a council may write one."""
    rule = 'id     = "uopp escalation, requires improvement"'
    before, rest = RULES.read_text(encoding="utf-8").split(rule)
    weekly = rest.replace('wait   = "3 working days"', f'wait   = "3 working days"\nrepeat = "{repeat}"', 1)
    story = Story()
    story.basis = replace(story.basis, rulebook=rulebook(before + rule + weekly))
    story.returned("Mon 30 Mar 2026", "Requires Improvement")
    story.moderated("Tue 31 Mar 2026", "Requires Improvement")
    # Due by Thu 9 Apr; asked for only on Mon 27 Apr, because nothing went out until then.
    days = [day("Mon 27 Apr 2026") + timedelta(n) for n in range(28)]
    went = [
        f"{on:%a %d %b}"
        for on in days
        if "uopp escalation, requires improvement" in story.perform(f"{on:%a %d %b %Y}")
    ]
    assert went == days_it_goes


def test_a_letter_that_comes_on_the_day_something_is_due_does_not_call_that_day_over() -> None:
    for on, over in (("Tue 31 Mar 2026", False), ("Wed 1 Apr 2026", True)):
        story = Story()
        story.perform("Mon 2 Mar 2026")
        story.returned("Tue 31 Mar 2026", "Good")
        (letter,) = [x for x in story.letters(on) if x.rule.id == "moderation requested"]
        assert letter.due
        assert letter.due.on == day("Tue 31 Mar 2026")
        assert ("that day is over" in letter.due.why) == over
