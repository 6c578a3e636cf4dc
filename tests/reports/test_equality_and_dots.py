"""Whose work was looked at, what became of the last cycle, and Good or better over the cycles, as a board reads it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from random_cycles import audits
from sample_papers import AS_AT, DOMAINS, EARLIER, NOW, THEMES, counted, cycle, records

from bot.programme.reports.audit_record import AuditRecord
from bot.programme.reports.counts import Counts, Shown, all_of_it
from bot.programme.reports.cycle_counts import BELOW_GOOD, FUNNEL, GOOD_OR_BETTER, GRADED, IN_PLAY
from bot.programme.reports.equality import OTHER, told_inside, whose_work
from bot.programme.reports.grade_tables import MEDIAN, MEDIAN_FROM, PER_CENT, by_cycle_dots
from bot.programme.reports.paper import CycleTold, Paper
from bot.programme.reports.paper_counts import paper_counts
from bot.programme.reports.report import Audience
from bot.programme.reports.work_tables import impact


def paper_of(counts: Counts, shown: Shown) -> Paper:
    return Paper(NOW, AS_AT, Audience.INSIDE, shown)


def of_group(found: list[AuditRecord], **row: object) -> list[AuditRecord]:
    return [
        replace(r, standing=replace(r.standing, allocation=replace(r.standing.allocation, **row)))  # type: ignore[arg-type]
        for r in found
    ]


def table(counts: Counts) -> dict[str, tuple[str, str]]:
    shown = told_inside(counts, 5)
    rows = whose_work(shown, paper_of(counts, shown).named).rows
    return {str(row[0]): (str(row[1]), str(row[2])) for row in rows}


def test_a_group_has_a_name_only_when_several_audits_say_it() -> None:
    found = table(counted(0))
    assert [g for g in found if g.startswith("Ethnicity")] == [
        "Ethnicity: Bangladeshi", "Ethnicity: White British", f"Ethnicity: {OTHER}", "Ethnicity: Not stated",
    ]  # fmt: skip
    assert "Canary" not in str(found)


def test_grades_are_told_of_groups_of_twenty_or_more_alone() -> None:
    counts = counted(0)
    for group, (_, grades) in table(counts).items():
        what, name = group.split(": ")
        graded = counts["graded by", what.casefold(), "" if name == "Not stated" else name, "graded"]
        assert " of " not in grades or graded >= 20, group
        assert grades != "–" or graded < 20, group


@pytest.mark.parametrize("seed", range(6))
def test_no_small_number_of_a_group_is_told_inside_neither_nor_follows_from_the_others(seed: int) -> None:
    found = records(NOW, seed)
    counts = paper_counts(NOW, found, AS_AT, DOMAINS, THEMES)
    shown = told_inside(counts, 5)
    for name, n in counts.numbers.items():
        if name[0] in ("age", "ethnicity", "graded by"):
            assert not 0 < n < 5 or shown[name] is None, name
        else:
            assert shown[name] == n, "all else is told inside"
    for whole, parts in counts.sums:
        if parts[0][0] in ("age", "ethnicity", "graded by"):
            untold = [part for part in parts if shown[part] is None]
            assert len(untold) != 1 or counts[untold[0]] == 0 or shown[whole] is None, whole


def test_the_groups_add_up_to_the_cycle() -> None:
    counts = counted(0)
    for what in ("age", "ethnicity"):
        assert sum(n for name, n in counts.under(what)) == counts[IN_PLAY]
        for whole, part in ((GRADED, ()), (GOOD_OR_BETTER, ("good",)), (BELOW_GOOD, ("below",))):
            parts = [n for name, n in counts.under("graded by", what) if name[3:] == ("graded", *part)]
            assert sum(parts) == counts[whole]


def test_of_a_restricted_record_neither_age_nor_ethnicity_is_counted() -> None:
    found = of_group(records(NOW, 7), restricted=True, ethnicity="Roma", date_of_birth=date(2015, 1, 1))
    counts = paper_counts(NOW, found, AS_AT, DOMAINS, THEMES)
    assert counts["age", ""] == counts["ethnicity", ""] == counts[IN_PLAY]


@pytest.mark.parametrize(("born", "band"), [
    (date(2025, 3, 3), "Under 1"), (date(2025, 3, 2), "1 to 4"), (date(2016, 3, 3), "5 to 9"),
    (date(2016, 3, 2), "10 to 15"), (date(2010, 3, 2), "16 and over"), (date(2027, 1, 1), "Under 1"),
])  # fmt: skip
def test_a_childs_age_is_that_of_the_day_on_which_the_cycle_begins(born: date, band: str) -> None:
    counts = paper_counts(NOW, of_group(records(NOW, 7), date_of_birth=born), AS_AT, DOMAINS, THEMES)
    assert counts["age", band] == counts[IN_PLAY]


@pytest.mark.parametrize("seed", range(20))
def test_each_step_after_an_audit_below_good_counts_only_what_took_the_steps_before(seed: int) -> None:
    of = cycle(3, 2026)
    counts = paper_counts(of, audits(seed), AS_AT, DOMAINS, THEMES)
    steps = [counts[BELOW_GOOD], *(counts[("funnel", *FUNNEL[:n])] for n in range(1, len(FUNNEL) + 1))]
    assert steps == sorted(steps, reverse=True)
    assert counts["funnel", "met"] == counts["uopp", "held"]
    rows = impact(CycleTold(of, all_of_it(counts))).rows
    assert [row[1] for row in rows[:-1]] == steps
    assert int(rows[-1][1]) >= int(rows[-2][1])


def cycles(many: int, graded: int = 40, good: int = 20) -> list[CycleTold]:
    return [
        CycleTold(cycle(3 if n % 2 else 9, 2020 + n // 2), Shown({GRADED: graded, GOOD_OR_BETTER: good + n}))
        for n in range(many)
    ]


def test_of_fewer_than_eight_cycles_there_are_dots_and_no_line() -> None:
    few = by_cycle_dots(cycles(MEDIAN_FROM - 1))
    assert [name for name, _ in few.series] == [PER_CENT]
    assert few.series[0][1][:3] == (50, 53, 55)
    assert few.categories[0] == "Sep 2020, n = 40", "n stands beneath each dot"
    many = by_cycle_dots(cycles(MEDIAN_FROM))
    assert many.series[1] == (MEDIAN, (59,) * MEDIAN_FROM)
    assert "The median of the 8 cycles is 59 per cent." in many.finding


def test_a_cycle_with_fewer_than_twenty_grades_has_no_dot_and_one_that_is_not_told_a_gap() -> None:
    assert by_cycle_dots(cycles(3, graded=19, good=4)).categories == ()
    untold = [CycleTold(EARLIER[0], Shown({GRADED: None, GOOD_OR_BETTER: None}))]
    assert by_cycle_dots([*untold, *cycles(1)]).series[0][1] == (None, 50)
