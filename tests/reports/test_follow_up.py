"""What followed for work below Good is counted once, told without a judgement, and says what it cannot tell."""

from __future__ import annotations

import io
import random
import re
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from math import ceil, comb

import pytest
from random_cycles import BEGINS, CYCLE, DOMAINS, audits

from bot.own_files import SHIPPED
from bot.papers.reports.word_report import fill, template_problems
from bot.programme.history.records_of_the_past import AuditHistory, Returned
from bot.programme.reports.audit_record import AuditRecord
from bot.programme.reports.counts import Counts, all_of_it
from bot.programme.reports.cycle_counts import cycle_counts
from bot.programme.reports.follow_up import NAME, follow_up_report, range_of_all, suggests
from bot.programme.reports.follow_up_counts import FRAME, PAIRS, follow_up_counts
from bot.programme.reports.report import Audience, Report
from bot.programme.reports.small_numbers import as_published
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.counting_grade import Given, GivenBy, Grades
from bot.programme.standing.re_audits import sample
from bot.programme.vocabulary import Allocation, AuditType, Grade, Milestone
from bot.programme.working_days import Dated

AS_AT = date(2026, 11, 30)
AGAIN = date(2026, 9, 1)
RI, GOOD, INADEQUATE = Grade.REQUIRES_IMPROVEMENT, Grade.GOOD, Grade.INADEQUATE


def audit(
    n: int, grade: Grade, *, earlier: str = "", on: date = BEGINS, withdrawn: bool = False, **more: date
) -> AuditRecord:
    """A full audit moderated with a grade a week after it was sent, or a re-audit of an earlier one."""
    kind = AuditType.RE_AUDIT if earlier else AuditType.FULL_TEAM_MANAGER
    ref = f"FSP-2026-{on.month:02}-{n:03}"
    allocation = Allocation(
        f"{on.month}/{n}", "", ref, CYCLE.name, kind, earlier_audit=earlier, withdrawn=withdrawn
    )
    back, moderated = on + timedelta(5), on + timedelta(7)
    reached = {
        Milestone.AUDIT_SENT: on,
        Milestone.AUDIT_RETURNED: back,
        Milestone.MODERATED: moderated,
        **{Milestone[name]: day for name, day in more.items()},
    }
    grades = Grades((Given(grade, back, GivenBy.AUDITOR),), (Given(grade, moderated, GivenBy.MODERATOR),))
    file = Returned(
        datetime(2026, 1, 1, tzinfo=UTC), back, "0" * 64, grade, None, None, False, (), "", "audit.docx"
    )
    past = AuditHistory(returns=[file])
    dated = {milestone: Dated(day, "") for milestone, day in reached.items()}
    return AuditRecord(Standing(allocation, CYCLE, past, dated, frozenset(), grade, grade, grades))


def counted(records: list[AuditRecord], again: list[AuditRecord], *escalated: str) -> Counts:
    return follow_up_counts(CYCLE, records, again, AS_AT, DOMAINS, escalated)


def report(counts: Counts) -> Report:
    return follow_up_report(CYCLE, all_of_it(counts), AS_AT, Audience.INSIDE)


TWENTY = [audit(n, RI if n > 3 else INADEQUATE) for n in range(1, 21)] + [
    audit(n, GOOD) for n in range(21, 41)
]
DRAWN = [s.allocation.reference for s in sample(CYCLE, [r.standing for r in TWENTY]).drawn]


def again(*grades: Grade, of: list[str] = DRAWN) -> list[AuditRecord]:
    return [audit(n, g, earlier=ref, on=AGAIN) for n, (g, ref) in enumerate(zip(grades, of, strict=True), 1)]


def test_a_tenth_of_twenty_is_two_files_whose_moves_are_printed_without_a_per_cent() -> None:
    assert len(DRAWN) == 2
    counts = counted(TWENTY, again(GOOD, RI))
    assert (counts[FRAME], counts["re-audit", "selected"], counts[PAIRS]) == (20, 2, 2)
    made = report(counts)
    assert made.lists["the tenth"][0].endswith("at least 2. 2 of 20 were chosen.")
    assert len(made.lists["moves"]) in (1, 2)
    everything = " ".join(str(each) for each in (*made.lists.items(), *made.tables.items()))
    assert not re.search(r"\d ?%", everything.replace("(95 %)", "").replace("per cent", ""))


@pytest.mark.parametrize("word", ["improved", "worsened", "progress", "because"])
def test_no_sentence_claims_that_follow_up_has_worked(word: str) -> None:
    made = report(counted(TWENTY, again(GOOD, GOOD)))
    said = " ".join(str(v) for k, v in (*made.lists.items(), *made.tables.items()) if k != "how we counted")
    assert word not in said.casefold()


def test_two_of_two_good_still_say_little_of_all_twenty() -> None:
    told = suggests(all_of_it(counted(TWENTY, again(GOOD, GOOD))))
    assert "2 of 2 were Good or better" in told
    assert "between 4 and 20 of all 20 are" in told
    assert "is for the Learning Academy to judge" in told


def test_of_files_that_people_chose_nothing_is_said_of_the_rest() -> None:
    others = [r.reference for r in TWENTY[:20] if r.reference not in DRAWN][:2]
    told = suggests(all_of_it(counted(TWENTY, again(GOOD, GOOD, of=others))))
    assert (
        told == "2 of those audited again were chosen by people and not by lot: nothing is said of the rest."
    )


def test_the_range_is_that_of_every_whole_from_which_the_draw_is_not_rare() -> None:
    """Against counting every draw, one by one."""
    for whole, drawn in product(range(1, 9), range(1, 5)):
        for good in range(min(drawn, whole) + 1):
            if drawn > whole:
                continue
            fitting = []
            for have in range(whole + 1):
                draws = [sum(each) for each in _draws(whole, have, drawn)]
                up = sum(n >= good for n in draws) / comb(whole, drawn)
                down = sum(n <= good for n in draws) / comb(whole, drawn)
                if good in draws and up > 0.025 and down > 0.025:
                    fitting.append(have)
            assert range_of_all(whole, drawn, good) == (fitting[0], fitting[-1])


def _draws(whole: int, have: int, drawn: int) -> list[tuple[int, ...]]:
    from itertools import combinations

    return list(combinations([1] * have + [0] * (whole - have), drawn))


@pytest.mark.parametrize("numbers", [(2, 3, 1), (5, 2, 3), (5, 0, 0)])
def test_what_is_no_draw_has_no_range(numbers: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="is no draw"):
        range_of_all(*numbers)


def test_re_audits_never_change_what_is_counted_of_the_cycle() -> None:
    alone = cycle_counts(CYCLE, TWENTY, AS_AT, DOMAINS).numbers
    numbers = counted(TWENTY, again(GOOD, INADEQUATE)).numbers
    assert {name: numbers[name] for name in alone} == alone


def test_what_came_after_the_day_does_not_count_yet() -> None:
    early = follow_up_counts(CYCLE, TWENTY, again(GOOD, RI), AGAIN + timedelta(6), DOMAINS)
    assert early["re-audit", "selected", "re-audited"] == 2
    assert early[PAIRS] == 0
    assert "No re-audit is moderated yet" in suggests(all_of_it(early))


def test_a_withdrawn_re_audit_is_left_out_and_told() -> None:
    gone = audit(1, GOOD, earlier=DRAWN[0], on=AGAIN, withdrawn=True)
    counts = counted(TWENTY, [gone])
    assert (counts["re-audit", "selected", "left out"], counts[PAIRS]) == (1, 0)


def test_four_months_count_who_is_not_known_to_be_good_and_who_was_taken_to_the_director() -> None:
    due = BEGINS + timedelta(125)
    rows = [
        audit(1, RI, IMPROVEMENT_DUE=due),
        audit(2, RI, IMPROVEMENT_DUE=due, IMPROVED=due - timedelta(9)),
        audit(3, RI, IMPROVEMENT_DUE=due, IMPROVED=AS_AT + timedelta(1)),
        audit(4, RI, IMPROVEMENT_DUE=AS_AT + timedelta(1)),
    ]
    counts = counted(rows, [], "3/1")
    assert counts["four months", "over"] == 3
    assert counts["four months", "over", "not known to be Good"] == 2
    assert counts["four months", "over", "not known to be Good", "taken to the Divisional Director"] == 1


def test_checks_after_six_weeks_are_in_time_late_or_overdue() -> None:
    due = BEGINS + timedelta(49)
    rows = [
        audit(1, RI, SIX_WEEK_CHECK_DUE=due, SIX_WEEK_CHECKED=due),
        audit(2, RI, SIX_WEEK_CHECK_DUE=due, SIX_WEEK_CHECKED=due + timedelta(1)),
        audit(3, RI, SIX_WEEK_CHECK_DUE=due),
        audit(4, RI, SIX_WEEK_CHECK_DUE=AS_AT + timedelta(1)),
    ]
    counts = counted(rows, [])
    assert [counts["six weeks", "done", w] for w in ("in time", "late")] == [1, 1]
    assert counts["six weeks", "open", "overdue"] == 1


def _random(seed: int) -> tuple[list[AuditRecord], list[AuditRecord]]:
    """A cycle drawn at random and re-audits of some of its work, and of some that was not below Good."""
    drawn, records = random.Random(seed), audits(seed)
    full = [r for r in records if r.standing.allocation.audit_type.is_full]
    chosen = drawn.sample(full, min(len(full), ceil(len(full) / 3)))
    return records, [
        audit(n, drawn.choice(list(Grade)), earlier=r.reference, on=AGAIN, withdrawn=drawn.random() < 0.1)
        for n, r in enumerate(chosen)
    ]


@pytest.mark.parametrize("seed", range(40))
def test_every_whole_is_the_sum_of_its_parts(seed: int) -> None:
    counts = counted(*_random(seed))
    for whole, parts in counts.sums:
        assert counts[whole] == sum(counts[part] for part in parts), whole


@pytest.mark.parametrize("seed", range(40))
def test_moves_are_what_going_through_the_rows_comes_to(seed: int) -> None:
    """Counted once more from the rows, by no road of the counting."""
    records, re_audits = _random(seed)
    counts = counted(records, re_audits)
    found = []
    for r in re_audits:
        a = r.standing.allocation
        first = next(e.standing for e in records if e.reference == a.earlier_audit)
        settled = [g.grade for g in first.grades.settled if g.by is GivenBy.MODERATOR]
        kept = first.allocation
        invalid = kept.withdrawn or (kept.exempted_on and kept.exempted_by)
        if settled and settled[0] in (RI, INADEQUATE) and not invalid and not a.withdrawn:
            found.append((settled[0].value, r.standing.moderated_grade.value))  # type: ignore[union-attr]
    told = {name[1:]: n for name, n in counts.under("re-audit matrix") if n}
    assert told == {move: found.count(move) for move in set(found)}


def test_outside_no_small_number_stands_in_it() -> None:
    records = [*TWENTY, *(audit(n, RI) for n in range(41, 81))]
    counts = counted(records, again(GOOD, RI))
    shown = as_published(counts, 5)
    made = follow_up_report(CYCLE, shown, AS_AT, Audience.OUTSIDE)
    cells = [cell for row in made.tables["before and after"].rows for cell in row[1:]]
    assert not {"1", "2", "3", "4"} & set(cells)
    assert "too small to be told" in made.lists["what the tenth suggests"][0]


def test_the_shipped_template_has_a_place_for_everything_and_for_nothing_else() -> None:
    made = report(counted(TWENTY, again(GOOD, RI)))
    template = (SHIPPED / f"docx_templates/{NAME}.docx").read_bytes()
    assert template_problems(template, {*made.lists, *made.tables}) == []
    with zipfile.ZipFile(io.BytesIO(template)) as package:
        xml = package.read("word/document.xml").decode()
    for name in (*made.lists, *made.tables):
        assert f'w:tag w:val="{name}"' in xml, name
    with zipfile.ZipFile(io.BytesIO(fill(template, made))) as package:
        assert "‹" not in package.read("word/document.xml").decode()


def test_the_latest_re_audit_of_the_same_work_counts() -> None:
    first = audit(1, RI, earlier=DRAWN[0], on=AGAIN)
    later = audit(9, GOOD, earlier=f" {DRAWN[0].lower()} ", on=AGAIN)
    counts = counted(TWENTY, [later, first])
    assert counts[PAIRS] == 1
    assert counts["re-audit after", "Good"] == 1
    plain = replace(later.standing.allocation, earlier_audit="")
    assert counted(TWENTY, [replace(later, standing=replace(later.standing, allocation=plain))])[PAIRS] == 0
