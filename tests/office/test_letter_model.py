"""Each letter once by every way there is: the real protocol through all crashes and faults, so many of each at most."""

from __future__ import annotations

import pytest
from letter_model import Found, explored
from tenant import Door


def _held(found: Found) -> None:
    counted = (found.doubled, found.lost, found.unowed)
    assert counted == (0, 0, 0), f"{found.runs} runs\n" + "\n".join(found.examples[:10])


def test_a_letter_goes_once_through_any_crash_and_any_fault(door: Door) -> None:
    found = explored(door.settings.model_copy(update={"settle_minutes": 15}), 1, 1)
    _held(found)
    assert found.worlds > 100


def test_the_search_finds_what_is_wrong_where_nobody_waits_for_a_letter_to_leave(door: Door) -> None:
    assert explored(door.settings.model_copy(update={"settle_minutes": 0}), 1, 1).doubled > 0


@pytest.mark.slow
def test_a_letter_goes_once_through_any_two_crashes_and_any_two_faults(door: Door) -> None:
    _held(explored(door.settings.model_copy(update={"settle_minutes": 15}), 2, 2))


@pytest.mark.slow
def test_a_letter_goes_once_though_the_ledger_is_lost_after_a_crash(door: Door) -> None:
    _held(explored(door.settings.model_copy(update={"settle_minutes": 15}), 1, 1, ledger_lost=True))
