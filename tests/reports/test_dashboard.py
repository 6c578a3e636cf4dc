"""Where the audits stand: what a Head of Service sees of the running cycles, and what nobody does."""

from __future__ import annotations

import io
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from time import process_time
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "guide"))
from people import MARCH, Story, audit, day

from bot.papers.reports.dashboard_workbook import dashboard_workbook
from bot.papers.workbook_read import read_workbook
from bot.programme.reports.dashboard import EVERYTHING, Dashboard, dashboards
from bot.programme.vocabulary import Cycle, Grade


def seen(story: Story, on: str, service: str = "FSP and CWD") -> Dashboard:
    return next(d for d in dashboards(story.plan(on).standings, day(on)) if d.service == service)


def launched(*numbers: int, **changes: Any) -> Story:
    story = Story(*(audit(n, **changes) for n in numbers))
    story.perform("Mon 2 Mar 2026")
    return story


def test_what_falls_due_this_week_and_what_is_overdue_is_told_by_reference_and_part() -> None:
    story = launched(1)
    assert not seen(story, "Fri 13 Mar 2026").due, "it is due next week"
    (step,) = seen(story, "Mon 16 Mar 2026").due
    assert (step.due, step.overdue, step.reference, step.who) == (
        day("Fri 20 Mar 2026"), False, "FSP-2026-03-001", "Auditor",
    )  # fmt: skip
    assert seen(story, "Mon 23 Mar 2026").due[0].overdue
    story.returned("Mon 23 Mar 2026", "Good")
    assert seen(story, "Mon 30 Mar 2026").due[0].who == "Moderator"


def test_every_clock_of_an_inadequate_is_open_until_it_is_stopped() -> None:
    story = launched(1)
    story.returned("Mon 16 Mar 2026", "Inadequate")
    assert [s.what for s in seen(story, "Mon 16 Mar 2026").clocks] == ["The audit is moderated"]
    story.moderated("Tue 17 Mar 2026", "Inadequate")
    found = {s.what: s.who for s in seen(story, "Tue 17 Mar 2026").clocks}
    assert found["Urgent issues are dealt with"] == "Team Manager"
    assert found["The UoPP meeting is held"] == "Audit Manager"
    story.change(urgent_issues_done_on=day("Wed 18 Mar 2026"))
    assert "Urgent issues are dealt with" not in {s.what for s in seen(story, "Thu 19 Mar 2026").clocks}
    good = launched(1)
    good.returned("Mon 16 Mar 2026", "Good")
    good.moderated("Tue 17 Mar 2026", "Requires Improvement")
    assert not seen(good, "Tue 17 Mar 2026").clocks


def test_nothing_of_another_service_is_in_a_service_s_own() -> None:
    other = Cycle("2", "Looked After, March 2026", "Looked After", month_one=MARCH.month_one,
                  heads_of_service=MARCH.heads_of_service)  # fmt: skip
    story = Story(audit(1), audit(2, cycle=other.name, reference="LA-2026-03-002"))
    story.later = [other]
    story.perform("Mon 2 Mar 2026")
    whole = seen(story, "Mon 23 Mar 2026", EVERYTHING)
    assert {s.reference for s in whole.due} == {"FSP-2026-03-001", "LA-2026-03-002"}
    for service, theirs in (("FSP and CWD", "FSP-2026-03-001"), ("Looked After", "LA-2026-03-002")):
        found = seen(story, "Mon 23 Mar 2026", service)
        assert {s.reference for s in found.due} == {theirs}
        assert len(found.stages) == 1


def test_no_child_no_team_and_nobody_s_name_is_in_the_workbook() -> None:
    story = launched(1, ethnicity="Ethnicity told", date_of_birth=day("Mon 14 May 2012"))
    found = seen(story, "Mon 23 Mar 2026")
    assert found.due
    with zipfile.ZipFile(io.BytesIO(dashboard_workbook(found, day("Mon 23 Mar 2026")))) as book:
        whole = " ".join(book.read(name).decode("utf-8", "ignore") for name in book.namelist())
    a = story.audits[0]
    assert a.reference in whole
    assert "With auditors 1" in whole, "the chart's alternative text"
    told = (a.child_name, a.mosaic_number, a.ethnicity, "Bow", "2012", *(p.name for p in a.people))
    assert not [word for word in told if word in whole]


def test_a_service_is_told_what_waits_for_whom_and_how_many_of_a_grade_nowhere() -> None:
    story = launched(1, 2, 3)
    for n, grade in enumerate(("Outstanding", "Requires Improvement", "Inadequate"), 1):
        story.returned("Mon 16 Mar 2026", grade, n)
        story.moderated("Tue 17 Mar 2026", grade, n)
    found = seen(story, "Wed 18 Mar 2026")
    assert sum(n for *_, n in found.states) == 3
    book = read_workbook(dashboard_workbook(found, day("Wed 18 Mar 2026")))
    counted = {str(cell) for sheet in ("How far", "States") for row in book.sheets[sheet] for cell in row}
    assert "UoPP to be held" in counted
    assert not [cell for cell in counted for grade in Grade if grade in cell]


def test_what_is_on_hold_is_not_asked_for_unless_a_child_s_safety_hangs_on_it() -> None:
    story = launched(1)
    story.change(hold_why="The worker is ill")
    assert not seen(story, "Mon 23 Mar 2026").due
    story.returned("Mon 23 Mar 2026", "Inadequate")
    story.moderated("Tue 24 Mar 2026", "Inadequate")
    assert seen(story, "Tue 24 Mar 2026").clocks


def test_it_says_the_same_until_something_has_changed() -> None:
    story = launched(1, 2)
    assert seen(story, "Tue 3 Mar 2026") == seen(story, "Thu 12 Mar 2026")
    before = seen(story, "Thu 12 Mar 2026")
    story.returned("Thu 12 Mar 2026", "Good")
    assert seen(story, "Thu 12 Mar 2026") != before


def test_three_thousand_audits_take_no_longer_than_somebody_waits() -> None:
    """Five seconds, of which this machine's own share is counted."""
    story = launched(1, 2, 3)
    story.returned("Mon 16 Mar 2026", "Inadequate", 1)
    story.moderated("Tue 17 Mar 2026", "Inadequate", 1)
    few = story.plan("Mon 23 Mar 2026").standings
    many = [
        replace(found, allocation=replace(found.allocation, reference=f"FSP-2026-03-{n:04}{found.grade or ''}"))
        for n in range(1000) for found in few
    ]  # fmt: skip
    begun = process_time()
    found = dashboards(many, day("Mon 23 Mar 2026"))
    size = [len(dashboard_workbook(each, day("Mon 23 Mar 2026"))) for each in found]
    assert process_time() - begun < 5
    assert min(size) > 10_000
    assert len(found[0].due) > 2000
