"""The monthly scorecard for the Performance Team (§9): what it counts, and that an old month stays what it was."""

from __future__ import annotations

import io
import sys
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from random_cycles import CYCLE, audits

sys.path.insert(0, str(Path(__file__).parents[1] / "guide"))
from people import Story, audit, day, person

from bot.papers.reports.scorecard_workbook import FIGURES, finding, scorecard_workbook
from bot.programme.events import EventKind
from bot.programme.planning.situation import situation_of
from bot.programme.reports.as_it_was import standings_as_at
from bot.programme.reports.audit_record import AuditRecord, Contact
from bot.programme.reports.counted import released
from bot.programme.reports.cycle_counts import cycle_counts
from bot.programme.reports.record_of_audits import audits_sheet
from bot.programme.reports.scorecard import Scorecard, cycles_of, scorecard
from bot.programme.reports.scorecard_figures import FEEDBACK, Span, figures
from bot.programme.standing.council import Council
from bot.programme.vocabulary import AuditType, Cycle, Grade, Role, RoleHolder
from bot.programme.working_days import WorkingDays

WORKING = WorkingDays()


def card(story: Story, as_at: str, printed: str, roles: tuple[RoleHolder, ...] = ()) -> Scorecard:
    """The card as at one day, printed on another."""
    council = Council([story.cycle, *story.later], story.roles, story.audits)
    council = situation_of(day(printed), council, story.history, story.basis).council
    on = day(as_at)
    then = standings_as_at(cycles_of(council.cycles, on), council, story.history, story.basis, on)
    return scorecard(then, on, WORKING, roles)


def launched(*numbers: int, **changes: Any) -> Story:
    story = Story(*(audit(n, **changes) for n in numbers))
    story.perform("Mon 2 Mar 2026")
    return story


def cell(found: Scorecard, label: str, *, month: bool = False) -> object:
    """What stands in the workbook beside a figure, under the latest cycle or under the month."""
    (service,) = found.services
    of_month, of_cycle = next((m, c) for name, m, c in FIGURES if name == label)
    return of_month(service.month) if month else of_cycle(service.cycles[0])


def test_a_final_grade_counts_from_its_own_day_and_never_in_a_month_before_it() -> None:
    story = launched(1)
    story.returned("Mon 16 Mar 2026", "Good")
    story.moderated("Tue 17 Mar 2026", "Requires Improvement")
    story.change(disputed_on=day("Thu 19 Mar 2026"))
    story.look("Thu 19 Mar 2026")
    before = card(story, "Tue 31 Mar 2026", "Tue 7 Apr 2026")
    assert cell(before, "Good or better, as the grades stand") == "0 of 1"
    story.change(final_grade=Grade.GOOD, finally_decided_on=day("Thu 9 Apr 2026"))
    story.look("Thu 9 Apr 2026")
    assert card(story, "Tue 31 Mar 2026", "Wed 6 May 2026") == before
    after = card(story, "Thu 30 Apr 2026", "Wed 6 May 2026")
    assert cell(after, "Good or better, as the grades stand") == "1 of 1"
    assert cell(after, "Moderated grade: Requires Improvement to be Good") == "1 of 1", (
        "the two are kept apart"
    )


def test_a_re_audit_is_never_among_the_audits_of_the_cycle() -> None:
    story = Story(audit(1), audit(2, audit_type=AuditType.RE_AUDIT, earlier_audit="FSP-2025-09-004"))
    story.perform("Mon 2 Mar 2026")
    for number in (1, 2):
        story.returned("Mon 16 Mar 2026", "Good", number)
        story.moderated("Tue 17 Mar 2026", "Good", number)
    found = card(story, "Tue 31 Mar 2026", "Tue 7 Apr 2026")
    assert cell(found, "Allocated") == cell(found, "Moderated") == 1


def test_an_audit_that_went_back_later_was_returned_all_the_same_in_the_month_before() -> None:
    story = launched(1, 2)
    story.returned("Mon 16 Mar 2026", "Good")
    before = card(story, "Tue 31 Mar 2026", "Wed 1 Apr 2026")
    assert cell(before, "Returned") == 1
    story.change(rectification_by=day("Fri 10 Apr 2026"))
    story.happened("Thu 2 Apr 2026", EventKind.RECTIFICATION_SEEN, "101#2026-04-10", "101", by="2026-04-10")
    assert card(story, "Tue 31 Mar 2026", "Tue 7 Apr 2026") == before
    assert cell(card(story, "Thu 30 Apr 2026", "Wed 6 May 2026"), "Returned") == 1, (
        "it has come back, and is with its auditor again"
    )


def test_a_later_day_for_putting_it_right_makes_no_late_audit_one_in_time_and_none_in_time_late() -> None:
    story = launched(1, 2)  # due on Fri 20 March
    story.returned("Mon 23 Mar 2026", "Good", 1)
    story.returned("Fri 20 Mar 2026", "Good", 2)
    for number in (1, 2):
        story.change(number, rectification_by=day("Thu 26 Mar 2026"))
        row = str(100 + number)
        story.happened(
            "Tue 24 Mar 2026", EventKind.RECTIFICATION_SEEN, f"{row}#2026-03-26", row, by="2026-03-26"
        )
        story.returned("Fri 27 Mar 2026", "Good", number)
    found = card(story, "Tue 31 Mar 2026", "Tue 7 Apr 2026")
    assert cell(found, "Returned late") == "1 of 2"
    council = Council([story.cycle], story.roles, story.audits)
    last = day("Tue 31 Mar 2026")
    then = standings_as_at(
        [story.cycle],
        situation_of(last, council, story.history, story.basis).council,
        story.history,
        story.basis,
        last,
    )
    counts = cycle_counts(story.cycle, [AuditRecord(s) for s in then], last, ())
    assert (counts[("return", "returned", "late")], counts[("return", "returned", "in time")]) == (1, 1)


def test_a_card_of_a_month_is_the_same_whenever_it_is_printed() -> None:
    story = launched(1, 2, 3, 4)
    story.returned("Mon 16 Mar 2026", "Good", 1, family_feedback=True)
    story.moderated("Tue 31 Mar 2026", "Inadequate", 1)
    story.returned("Mon 30 Mar 2026", "Good", 2, practitioner_feedback=False)
    before = card(story, "Tue 31 Mar 2026", "Wed 1 Apr 2026")
    story.returned("Wed 1 Apr 2026", "Inadequate", 2, family_feedback=True)
    story.moderated("Thu 2 Apr 2026", "Outstanding", 1, family_feedback=False)
    story.moderated("Thu 2 Apr 2026", "Good", 2)
    story.returned("Thu 2 Apr 2026", "Good", 3)
    story.change(4, declared_invalid_on=day("Wed 8 Apr 2026"))
    story.change(1, uopp_held_on=day("Wed 8 Apr 2026"), grade_after_uopp=Grade.GOOD)
    story.change(3, exempted_on=day("Wed 1 Apr 2026"), exempted_by=story.audits[2].auditors_head_of_service)
    story.change(2, withdrawn=True)
    seen = {"withdrawn": ["column", "True"]}
    story.happened("Thu 9 Apr 2026", EventKind.PROTECTION_SEEN, "102#1", "102", columns=seen)
    story.cycle = replace(story.cycle, open=False)
    for printed in ("Tue 7 Apr 2026", "Thu 9 Apr 2026", "Wed 6 May 2026", "Wed 6 Jan 2027"):
        assert card(story, "Tue 31 Mar 2026", printed) == before, printed


def test_a_withdrawn_audit_counts_until_the_day_it_was_first_seen_withdrawn_and_again_once_it_is_not() -> (
    None
):
    story = launched(1, 2)
    story.change(2, withdrawn=True)
    assert cell(card(story, "Tue 31 Mar 2026", "Wed 1 Apr 2026"), "Allocated") == 1, (
        "never seen: as it is now"
    )
    for n, (on, columns) in enumerate(
        (("Thu 9 Apr 2026", {"withdrawn": ["a", "True"]}), ("Mon 4 May 2026", {"hold_why": ["b", "leave"]}))
    ):
        story.happened(on, EventKind.PROTECTION_SEEN, f"102#{n}", "102", columns=columns)
    story.change(2, withdrawn=False)
    for on, counting, left_out in (
        ("Tue 31 Mar 2026", 2, 0),
        ("Thu 30 Apr 2026", 1, 1),
        ("Mon 4 May 2026", 2, 0),
    ):
        found = card(story, on, "Wed 6 May 2026")
        assert (cell(found, "Allocated"), cell(found, "Left out: withdrawn")) == (counting, left_out), on


@pytest.mark.parametrize("seed", range(40))
def test_what_the_card_counts_of_a_cycle_is_what_every_report_counts(seed: int) -> None:
    records = audits(seed)
    as_at = CYCLE.month_one + timedelta(seed * 2) if CYCLE.month_one else date.max
    whole = cycle_counts(CYCLE, records, as_at, ())
    found = figures([r.standing for r in records if released(r.standing, as_at)], Span(None, as_at), set())
    same = [n for n in found.numbers if n in whole.numbers and n[0] not in ("family", "practitioner")]
    assert len(same) > 25
    assert {n: found[n] for n in same} == {n: whole[n] for n in same}


@pytest.mark.parametrize("seed", range(20))
def test_months_add_up_to_their_cycle(seed: int) -> None:
    """What became so in one of the months is what is so at their end, unless it was given up meanwhile."""
    sent = [
        r.standing for r in audits(seed)
        if r.standing.allocation.audit_type.is_full
        and not r.standing.allocation.withdrawn and not r.standing.allocation.exempted_on
    ]  # fmt: skip
    ends = [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31)]
    months = [figures(sent, Span(a, b), set()) for a, b in pairwise(ends)]
    whole = figures(sent, Span(None, ends[-1]), set())
    for name in (("in play",), ("due",), ("return", "returned"), ("moderation", "moderated"), ("both grades",),
                 ("auditor's grade",), ("moderated grade",), ("decided",)):  # fmt: skip
        assert sum(month[name] for month in months) == whole[name], name


def test_every_figure_can_be_counted_again_from_the_rows_of_the_record_of_the_cycle() -> None:
    story = launched(1, 2, 3)
    story.returned("Mon 16 Mar 2026", "Good", 1, family_feedback=True)
    story.moderated("Tue 17 Mar 2026", "Inadequate", 1)
    story.returned("Mon 30 Mar 2026", "Outstanding", 2)
    story.change(3, exempted_on=day("Wed 4 Mar 2026"), exempted_by=story.audits[2].auditors_head_of_service)
    found = card(story, "Tue 31 Mar 2026", "Wed 1 Apr 2026")
    on = day("Tue 31 Mar 2026")
    council = Council([story.cycle], story.roles, story.audits)
    then = standings_as_at([story.cycle], council, story.history, story.basis, on)
    sheet = audits_sheet([AuditRecord(each) for each in then], [], on)

    def rows(**columns: object) -> int:
        """So many rows say this; True: anything."""
        told = [(name.replace("_", " "), value) for name, value in columns.items()]
        return sum(
            all(bool(said) if value is True else said == value for said, value in
                ((sheet.cell(row, name), value) for name, value in told))
            for row in sheet.rows
        )  # fmt: skip

    assert cell(found, "Allocated") == rows(Left_out=None) == 2
    assert cell(found, "Returned") == rows(Left_out=None, Returned_on=True) == 2
    assert cell(found, "Moderated") == rows(Left_out=None, Moderated_on=True) == 1
    assert cell(found, "Left out: exempted") == rows(Left_out="exempted") == 1
    for grade in Grade:
        n = rows(Left_out=None, **{"Auditor's_grade": grade.in_full})
        assert cell(found, f"Auditor's grade: {grade.in_full}") == f"{n} of 2"


def test_who_was_asked_in_vain_is_told_apart_from_who_was_not_asked() -> None:
    story = launched(*range(1, 7))
    for n, said in enumerate(
        (
            Contact.OBTAINED,
            Contact.CONTACTED,
            Contact.NOT_POSSIBLE,
            Contact.NOT_APPROPRIATE,
            Contact.NOT_STATED,
        ),
        1,
    ):
        story.returned("Mon 16 Mar 2026", "Good", n, family=said.value, family_feedback=said is Contact.OBTAINED,
                       practitioner_feedback=n == 1)  # fmt: skip
    story.moderated("Tue 17 Mar 2026", "Good", 1, family=Contact.NOT_STATED.value, family_feedback=False)
    found = card(story, "Tue 31 Mar 2026", "Wed 1 Apr 2026")
    for said in FEEDBACK["family"]:
        assert cell(found, f"Family feedback: {said.value}") == "1 of 5"
    assert cell(found, "Family feedback: not stated") == "1 of 5"
    assert cell(found, "Practitioner feedback: obtained") == "1 of 5"
    assert cell(found, "Practitioner feedback: not obtained") == "4 of 5"


def test_the_time_an_audit_took_is_told_with_how_many_are_still_open() -> None:
    story = launched(1, 2, 3)
    story.returned("Fri 6 Mar 2026", "Good", 1)
    story.returned("Thu 12 Mar 2026", "Good", 2)
    found = card(story, "Tue 31 Mar 2026", "Wed 1 Apr 2026")
    assert cell(found, "Working days from allocated to returned, median") == "6, 1 still open"
    assert cell(found, "Working days from returned to moderated, median") == "–, 2 still open"


def test_a_month_has_what_became_so_in_it_whichever_cycle_it_is_of() -> None:
    story = launched(1, 2)
    story.returned("Mon 16 Mar 2026", "Good", 1)
    story.returned("Wed 1 Apr 2026", "Good", 2)
    story.moderated("Thu 2 Apr 2026", "Good", 1)
    found = card(story, "Thu 30 Apr 2026", "Wed 6 May 2026")
    assert (cell(found, "Returned"), cell(found, "Returned", month=True)) == (2, 1)
    assert (cell(found, "Moderated"), cell(found, "Moderated", month=True)) == (1, 1)
    assert cell(found, "Allocated", month=True) == 0


def test_the_latest_three_cycles_of_a_service_stand_beside_each_other() -> None:
    cycles = [
        Cycle(str(n), f"FSP {month:%B %Y}", "FSP", month, open=n == 5)
        for n, month in enumerate((date(2024, 3, 1), date(2024, 9, 2), date(2025, 3, 3), date(2025, 9, 1),
                                   date(2026, 3, 2), date(2026, 9, 1)), 1)
    ]  # fmt: skip
    named = [c.name for c in cycles_of(cycles, date(2026, 3, 31))]
    assert named == ["FSP March 2026", "FSP September 2025", "FSP March 2025"]


def test_trained_auditors_are_told_where_a_register_is_kept() -> None:
    story = launched(1)
    assert (
        cell(
            card(story, "Tue 31 Mar 2026", "Wed 1 Apr 2026"),
            "Auditors used, of them in the training register",
        )
        == 1
    )
    register = (RoleHolder(Role.TRAINED_AUDITOR, person("Ada Auditor")),)
    found = card(story, "Tue 31 Mar 2026", "Wed 1 Apr 2026", register)
    assert cell(found, "Auditors used, of them in the training register") == "1 of 1"


def test_the_workbook_has_no_child_no_colleague_and_no_single_audit_and_its_chart_says_what_it_shows() -> (
    None
):
    story = launched(1, 2)
    story.returned("Mon 16 Mar 2026", "Good", 1)
    story.moderated("Tue 17 Mar 2026", "Requires Improvement", 1)
    found = card(story, "Tue 31 Mar 2026", "Wed 1 Apr 2026")
    said = finding(found)
    assert said.startswith("FSP and CWD, March 2026: Good or better by the auditor 1 of 1, after moderation 0 of 1; "
                           "moderation lowered 1 and raised 0.")  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(scorecard_workbook(found))) as book:
        whole = " ".join(book.read(name).decode("utf-8", "ignore") for name in book.namelist())
    assert all(name in whole for name in ("Scorecard", "Grades", "How we counted"))
    assert said.partition(":")[2][:40] in whole, "the chart's alternative text"
    a = story.audits[0]
    named = [p.name for p in a.people] + [p.email for p in a.people]
    assert not [word for word in (a.reference, a.child_name, a.mosaic_number, "Bow", *named) if word in whole]


def test_nothing_is_told_of_a_service_of_whose_audits_none_had_been_sent() -> None:
    assert not card(Story(audit(1)), "Sat 28 Feb 2026", "Mon 2 Mar 2026").services
