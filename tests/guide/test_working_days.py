"""Working days and the guide's ways of saying "within"."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from people import day

from bot.programme.waits import wait
from bot.programme.working_days import WorkingDays, bank_holidays


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("2 working days", "Tue 31 Mar 2026", "Thu 2 Apr 2026"),
        ("3 working days", "Tue 31 Mar 2026", "Tue 7 Apr 2026"),
        ("5 working days", "Tue 31 Mar 2026", "Thu 9 Apr 2026"),
        ("1 week", "Tue 31 Mar 2026", "Tue 7 Apr 2026"),
        ("6 weeks", "Tue 31 Mar 2026", "Tue 12 May 2026"),
        ("6 weeks", "Thu 9 Apr 2026", "Thu 21 May 2026"),
        ("5 working days", "Tue 23 Dec 2025", "Fri 2 Jan 2026"),
        ("1 week", "Tue 23 Dec 2025", "Tue 30 Dec 2025"),
        ("1 working day", "Fri 13 Mar 2026", "Mon 16 Mar 2026"),
        ("1 working day", "Sat 14 Mar 2026", "Mon 16 Mar 2026"),
        ("2 working days before", "Tue 31 Mar 2026", "Fri 27 Mar 2026"),
        ("4 months", "Sat 31 Oct 2026", "Sun 28 Feb 2027"),
        ("4 months", "Tue 31 Oct 2023", "Thu 29 Feb 2024"),
        ("last working day of the month", "Mon 2 Mar 2026", "Tue 31 Mar 2026"),
        ("last working day of the month", "Fri 1 May 2026", "Fri 29 May 2026"),
        ("15th working day of the month", "Mon 2 Mar 2026", "Fri 20 Mar 2026"),
        ("same day", "Mon 2 Mar 2026", "Mon 2 Mar 2026"),
    ],
)
def test_a_wait_ends_on_the_day_the_guide_means(words: str, start: str, end: str) -> None:
    assert wait(words).after(day(start), "moderation", WorkingDays()).on == day(end)


def test_a_date_says_why_in_words() -> None:
    why = wait("3 working days").after(day("Tue 31 Mar 2026"), "moderation", WorkingDays()).why
    assert why == "3 working days after moderation on Tue 31 Mar 2026; Good Friday and Easter Monday skipped"


def test_the_councils_closure_days_are_not_working_days_and_are_named() -> None:
    closed = WorkingDays([day("Mon 29 Dec 2025"), day("Tue 30 Dec 2025"), day("Wed 31 Dec 2025")])
    found = wait("5 working days").after(day("Tue 23 Dec 2025"), "moderation", closed)
    assert found.on == day("Wed 7 Jan 2026")
    assert "the council's closure day Mon 29 Dec 2025" in found.why


def test_every_count_agrees_with_counting_on_fingers() -> None:
    """Eleven years, every day, up to sixty working days either way."""
    working = WorkingDays([date(2026, 12, 29)])

    def counted(start: date, n: int) -> date:
        step = timedelta(1 if n > 0 else -1)
        while n:
            start += step
            closed = start.weekday() > 4 or start in bank_holidays(start.year) or start == date(2026, 12, 29)
            n -= 0 if closed else step.days
        return start

    for offset in range(0, 11 * 365, 13):
        start = date(2020, 1, 1) + timedelta(offset)
        for n in (-60, -7, -1, 0, 1, 2, 3, 5, 10, 60):
            assert working.after(start, n) == counted(start, n), (start, n)


@pytest.mark.parametrize("words", ["soon", "3 wrking days", "a week", "", "40th working day of the month"])
def test_words_that_are_no_length_of_time_are_refused_with_the_forms_that_are(words: str) -> None:
    with pytest.raises(ValueError, match="working day"):
        wait(words)
