"""What follows from a UoPP record or a six-week check that was mailed and read (§10, §13)."""

from __future__ import annotations

from typing import Any

import pytest
from people import YOUTH_JUSTICE, Story, audit, day

from bot.programme.events import EventKind
from bot.programme.standing.reported_by_reply import as_reported, entries_wanted
from bot.programme.vocabulary import Grade


def told(**changes: Any) -> Story:
    """Requires Improvement, moderated on Tue 10 March."""
    story = Story(audit(**changes))
    story.perform("Mon 2 Mar 2026")
    story.returned("Mon 9 Mar 2026", "Requires Improvement")
    story.moderated("Tue 10 Mar 2026", "Requires Improvement")
    for on in ("Tue 10 Mar 2026", "Wed 11 Mar 2026"):
        story.perform(on)
    return story


def record(story: Story, came: str, kind: str, on: str, **data: Any) -> None:
    date = day(on).isoformat()
    story.happened(
        came, EventKind.RECORD_RETURNED, f"101#{kind}{on}", "101", record=kind, date=date,
        sender=story.audits[0].auditor.email, sha256=f"{kind}{on}", **data,
    )  # fmt: skip


def test_a_uopp_record_that_came_by_mail_is_asked_for_no_more() -> None:
    story = told()
    record(story, "Mon 16 Mar 2026", "record of the UoPP meeting", "Mon 16 Mar 2026")
    asked = [n for on in ("Wed 18 Mar 2026", "Tue 24 Mar 2026", "Wed 8 Apr 2026") for n in story.asked(on)]
    assert not [n for n in asked if n.startswith(("uopp overdue", "uopp escalation", "uopp record overdue"))]


def test_without_the_record_the_meeting_is_chased() -> None:
    assert [n for n in told().asked("Wed 18 Mar 2026") if n.startswith("uopp overdue")]


def test_a_six_week_check_that_came_by_mail_has_its_findings_told() -> None:
    story = told(uopp_held_on=day("Mon 16 Mar 2026"), uopp_record_sent_on=day("Mon 16 Mar 2026"))
    record(story, "Tue 28 Apr 2026", "six-week check", "Mon 27 Apr 2026", grade="Inadequate", drift=True)
    row = as_reported(story.audits[0], story.history)
    assert (row.six_week_checked_on, row.drift) == (day("Mon 27 Apr 2026"), True)
    assert row.grade_at_six_weeks is Grade.INADEQUATE
    names = story.asked("Tue 28 Apr 2026")
    assert [n for n in names if n.startswith("still below good")]


def test_what_stands_in_the_list_counts_and_not_the_record() -> None:
    story = told(uopp_held_on=day("Fri 13 Mar 2026"))
    record(story, "Mon 16 Mar 2026", "record of the UoPP meeting", "Mon 16 Mar 2026", grade="Good")
    row = as_reported(story.audits[0], story.history)
    assert row.uopp_held_on == day("Fri 13 Mar 2026")
    (problem,) = entries_wanted([row])
    assert "UoPP held on" not in problem.what
    assert "“Grade after UoPP” Good" in problem.what
    assert "in the record of the UoPP meeting they sent" in problem.what


def test_the_review_of_an_inadequate_is_another_meeting_than_the_first() -> None:
    story = told()
    record(story, "Tue 28 Apr 2026", "record of the review UoPP meeting", "Mon 27 Apr 2026")
    row = as_reported(story.audits[0], story.history)
    assert row.review_uopp_held_on == day("Mon 27 Apr 2026")
    assert row.uopp_held_on is None


@pytest.mark.parametrize("called", ["Youth Justice", "Youth Justice Service"])
def test_a_service_entered_from_the_form_is_shared_with_by_either_of_its_names(called: str) -> None:
    story = Story(audit(services_involved=(called,)))
    story.perform("Mon 2 Mar 2026")
    story.returned("Mon 9 Mar 2026", "Good")
    story.moderated("Tue 10 Mar 2026", "Good")
    shared = [x for on in ("Tue 10 Mar 2026", "Wed 1 Apr 2026") for x in story.letters(on)]
    assert (YOUTH_JUSTICE,) in [x.to for x in shared if x.rule.id == "audit shared with services"]
