"""Ten thousand small councils drawn at random, and a judge that shares nothing with what proposes (§6)."""

from __future__ import annotations

import pytest
from allocating_judge import faults, small_council, with_cells_not_known

from bot.programme.allocating.propose import proposed

QUICK, SLOW, PARTS = 400, 9_600, 8


@pytest.mark.parametrize("seed", range(QUICK // 100))
def test_no_rule_is_broken_and_nothing_is_left_out_that_could_be_placed(seed: int) -> None:
    _judge(range(seed * 100, (seed + 1) * 100))


def test_a_cell_that_says_not_known_leaves_nothing_out_that_could_be_placed() -> None:
    wrong = {}
    for seed in range(150):
        given = with_cells_not_known(small_council(seed), seed)
        if found := faults(given, proposed(given)):
            wrong[seed] = found
    assert not wrong, dict(list(wrong.items())[:3])


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_no_rule_is_broken_in_ten_thousand_councils(part: int) -> None:
    _judge(range(QUICK + part, QUICK + SLOW, PARTS))


def _judge(seeds: range) -> None:
    wrong = {
        seed: found for seed in seeds if (found := faults(given := small_council(seed), proposed(given)))
    }
    assert not wrong, dict(list(wrong.items())[:3])
