"""Shares, what chance explains, and how far auditor and moderator agree: the figures of the published formulas."""

from __future__ import annotations

import random

import pytest

from bot.programme.reports.agreement import (
    LIMIT,
    agreement_sentence,
    direction_sentence,
    kappa_interval,
    kappa_sentence,
    matrix_of,
    net_downgrades,
    pooled,
    sign_test,
    weighted_kappa,
)
from bot.programme.reports.counts import Shown
from bot.programme.reports.shares import compared, interval, share_of, together
from bot.programme.vocabulary import Grade

OUT, GOOD, RI, INAD = Grade
STEADY = {OUT: 5, GOOD: 50, RI: 38, INAD: 7}  # per cent of the audits


def moved(changed: float, scale: int = 1000) -> dict[tuple[Grade, Grade], int]:
    """Grades of which a share is moved by one step, half up and half down; a move beyond the ends leaves them there."""
    found: dict[tuple[Grade, Grade], int] = {}
    for grade, often in STEADY.items():
        steps = [g for g in Grade if abs(g.rank - grade.rank) == 1]
        found[grade, grade] = round(often * scale * (1 - changed * len(steps) / 2))
        for other in steps:
            found[grade, other] = round(often * scale * changed / 2)
    return found


def shown(pairs: dict[tuple[Grade, Grade], int]) -> Shown:
    steps = {pair: pair[1].rank - pair[0].rank for pair in pairs}
    numbers: dict[tuple[str, ...], int | None] = {
        ("matrix", a.value, m.value): pairs.get((a, m), 0) for a in Grade for m in Grade
    }
    for word, fits in (
        ("unchanged", lambda step: step == 0), ("within one", lambda step: abs(step) < 2),
        ("up", lambda step: step < 0), ("down", lambda step: step > 0),
    ):  # fmt: skip
        numbers["moved", word] = sum(n for pair, n in pairs.items() if fits(steps[pair]))
    return Shown(numbers | {("both grades",): sum(pairs.values())})


@pytest.mark.parametrize(
    ("n", "of", "told"),
    [(34, 60, "34 of 60 (57 %, 44–68)"), (42, 60, "42 of 60 (70 %, 57–80)"), (0, 60, "0 of 60 (0 %, 0–6)"),
     (60, 60, "60 of 60 (100 %, 94–100)"), (4, 6, "4 of 6"), (None, 60, "[c] of 60"), (34, None, "34 of [c]"),
     (19, 19, "19 of 19"), (0, 0, "0 of 0")],
)  # fmt: skip
def test_a_share_has_its_numbers_beside_it_and_a_per_cent_only_of_twenty(n: int, of: int, told: str) -> None:
    assert share_of(n, of, with_interval=True) == told
    assert share_of(n, of) == told.split(",")[0] + (")" if "," in told else "")


@pytest.mark.parametrize(
    ("n", "of", "low", "high"), [(34, 60, 44, 68), (42, 60, 57, 80), (4, 6, 30, 90), (0, 12, 0, 24)]
)
def test_the_interval_is_wilsons(n: int, of: int, low: int, high: int) -> None:
    found = interval(n, of)
    assert [round(100 * each) for each in found] == [low, high]


def test_a_share_of_nothing_has_no_interval() -> None:
    with pytest.raises(ValueError):
        interval(0, 0)
    with pytest.raises(ValueError):
        interval(3, 2)


def test_two_cycles_of_sixty_need_some_eighteen_points_to_differ_by_more_than_chance() -> None:
    assert "differ: this is within what chance explains." in compared(39, 60, 30, 60)  # 15 points
    assert "differ: this is more than chance alone explains." in compared(41, 60, 30, 60)  # 18 points
    assert compared(30, 60, 30, 60) == "30 of 60 (50 %) and 30 of 60 (50 %) are the same share."
    assert compared(12, 15, 30, 60) == "Of fewer than 20 it is not said what chance explains."
    assert compared(None, 60, 30, 60) == ""


def test_nothing_said_of_two_shares_judges_them() -> None:
    for n in range(61):
        assert not {"improved", "worsened", "better", "worse"} & set(compared(n, 60, 30, 60).split())


def test_several_numbers_are_added_up_only_when_all_may_be_told() -> None:
    told = Shown({("Good",): 34, ("Outstanding",): 5, ("Inadequate",): None})
    assert together(told, ("Good",), ("Outstanding",)) == 39
    assert together(told, ("Good",), ("Inadequate",)) is None


@pytest.mark.parametrize(("changed", "kappa"), [(0.1, 0.87), (0.2, 0.76), (0.3, 0.65)])
def test_kappa_falls_as_more_grades_are_moved(changed: float, kappa: float) -> None:
    assert weighted_kappa(moved(changed)) == pytest.approx(kappa, abs=0.01)


def test_kappa_is_the_mean_over_the_three_lines_between_grades_weighted_by_how_often_chance_crosses_them() -> (
    None
):
    drawn = random.Random(4)
    matrix = {(a, m): drawn.randint(0, 9) for a in Grade for m in Grade}
    total = sum(matrix.values())
    apart = by_chance = 0.0
    for line in range(1, 4):
        above = {(a.rank < line, m.rank < line): 0 for a in Grade for m in Grade}
        for (a, m), n in matrix.items():
            above[a.rank < line, m.rank < line] += n
        first, second = above[True, True] + above[True, False], above[True, True] + above[False, True]
        apart += (above[True, False] + above[False, True]) / total
        by_chance += (first * (total - second) + (total - first) * second) / total**2
    assert weighted_kappa(matrix) == pytest.approx(1 - apart / by_chance)


def test_fifty_seven_of_sixty_alike_can_be_a_low_kappa_when_nearly_all_are_good() -> None:
    kappa = weighted_kappa({(GOOD, GOOD): 56, (RI, RI): 1, (GOOD, RI): 2, (RI, GOOD): 1})
    assert kappa == pytest.approx(0.38, abs=0.01)


def test_kappa_is_not_defined_when_all_audits_lie_in_one_cell() -> None:
    alike = {(GOOD, GOOD): 30}
    assert weighted_kappa(alike) is None
    assert kappa_interval(alike) is None
    assert weighted_kappa({}) is None
    assert "not defined: all 90 audits" in kappa_sentence([alike, alike, alike])
    assert weighted_kappa({(GOOD, GOOD): 30, (RI, RI): 5}) == 1


def test_kappa_is_told_of_fifty_audits_and_three_cycles_with_its_interval_and_its_limit() -> None:
    twenty = {(GOOD, GOOD): 10, (RI, RI): 6, (GOOD, RI): 3, (RI, GOOD): 1}
    assert "here are 40 of 2" in kappa_sentence([twenty, twenty])
    assert "here are 80 of 2" in kappa_sentence([pooled([twenty] * 2), pooled([twenty] * 2)])
    assert "here are 40 of 2" in kappa_sentence([twenty, twenty, {}])
    told = kappa_sentence([twenty] * 3)
    assert "of 60 audits in 3 cycles is 0.59" in told
    assert told.endswith(LIMIT)
    assert told == kappa_sentence([twenty] * 3)
    assert "too small" in kappa_sentence([twenty, None, twenty])


@pytest.mark.parametrize(("audits", "low", "high"), [(20, 0.50, 0.94), (60, 0.62, 0.88), (180, 0.69, 0.83)])
def test_the_interval_of_kappa_narrows_with_the_audits(audits: int, low: float, high: float) -> None:
    found = kappa_interval({cell: round(n * audits / 100_000) for cell, n in moved(0.2).items()})
    assert found is not None
    assert found == pytest.approx((low, high), abs=0.09)


def test_the_direction_of_moves_is_spoken_of_from_ten_on() -> None:
    assert sign_test(0, 10) == pytest.approx(2 / 1024)
    assert sign_test(5, 5) == 1
    assert "nothing is said of the direction" in direction_sentence(shown({(GOOD, GOOD): 40, (GOOD, RI): 9}))
    one_way = shown({(GOOD, GOOD): 40, (GOOD, RI): 9, (RI, GOOD): 1})
    assert "more to one side than chance alone explains" in direction_sentence(one_way)
    assert net_downgrades(one_way) == pytest.approx(8 / 50)
    both_ways = direction_sentence(shown({(GOOD, GOOD): 40, (GOOD, RI): 7, (RI, GOOD): 4}))
    assert "within what chance explains" in both_ways
    assert "11 of 51 grades: 7 down and 4 up" in both_ways


def test_agreement_is_told_with_its_limit_and_never_from_what_is_not_told() -> None:
    all_told = shown({(GOOD, GOOD): 30, (RI, RI): 10, (GOOD, RI): 5, (OUT, INAD): 5})
    assert agreement_sentence(all_told) == (
        f"Auditor and moderator gave the same grade in 40 of 50 (80 %) and were at most one grade apart in "
        f"45 of 50 (90 %). {LIMIT}"
    )
    matrix = matrix_of(all_told)
    assert matrix is not None
    assert sum(matrix.values()) == 50
    less = Shown(
        {
            **all_told.numbers,
            ("moved", "up"): None,
            ("moved", "unchanged"): None,
            ("matrix", "Good", "Good"): None,
        }
    )
    assert "same grade in [c] of 50 and" in agreement_sentence(less)
    assert direction_sentence(less) == ""
    assert net_downgrades(less) is None
    assert matrix_of(less) is None
    assert agreement_sentence(shown({})) == "No audit has both grades."
    assert net_downgrades(shown({})) is None
