"""Each letter once by every way there is: the real protocol through all crashes and faults, so many of each at most."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest
from letter_model import KEY, LATER, Choices, Crash, Found, World, explored, run
from tenant import Door

from bot.office.mail.letter_states import Unsettled
from bot.office.mail.outbox import Outbox
from bot.programme.events import EventKind
from bot.programme.history.history import history_of
from bot.programme.history.records_of_the_past import LetterState


def _held(found: Found) -> None:
    counted = (found.doubled, found.lost, found.unowed)
    assert counted == (0, 0, 0), f"{found.runs} runs\n" + "\n".join(found.examples[:10])


def test_a_letter_goes_once_through_any_crash_and_any_fault(door: Door) -> None:
    found = explored(door.settings.model_copy(update={"settle_minutes": 15}), 1, 1)
    _held(found)
    assert found.worlds > 100


def test_the_search_finds_what_is_wrong_where_nobody_waits_for_a_letter_to_leave(door: Door) -> None:
    assert explored(door.settings.model_copy(update={"settle_minutes": 0}), 1, 1).doubled > 0


def test_a_draft_that_was_never_to_be_sent_yet_and_is_gone_is_made_anew(door: Door) -> None:
    settings, stopped = door.settings.model_copy(update={"settle_minutes": 15}), 0
    ways: list[tuple[int, ...]] = [()]
    while ways:
        world, choices = World(), Choices(ways.pop(), 1, 0)
        with suppress(Crash):
            run(world, choices, settings)
        ways += choices.open
        if world.events and world.events[-1].kind in (EventKind.LETTER_INTENDED, EventKind.LETTER_DRAFTED):
            stopped += 1
            world.messages.clear()
            world.now += LATER
            run(world, Choices((), 0, 0), settings)
            letter = history_of(world.events).letters[KEY]
            assert (world.delivered, letter.state) in ((1, LetterState.SENT), (1, LetterState.SUBMITTED))
    assert stopped > 2


def test_a_draft_that_is_gone_when_it_is_to_be_sent_is_asked_about_because_a_person_may_have_sent_it(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Made anew it would go twice to whoever got it by hand; and by no sign is one gone draft told from the other."""
    settings = door.settings.model_copy(update={"settle_minutes": 15})
    found = explored(settings, 1, 1, people=True)
    _held(found)
    assert found.held > 0

    def made_anew(self: Outbox, one: Unsettled, drafts: Sequence[Any]) -> None:
        if drafts:
            real(self, one, drafts)
        else:
            self._begin_again(one.letter, drafts)

    real = Outbox._settle
    monkeypatch.setattr(Outbox, "_settle", made_anew)
    assert explored(settings, 1, 1, people=True).doubled > 0


@pytest.mark.slow
def test_a_letter_goes_once_through_any_two_crashes_and_any_two_faults(door: Door) -> None:
    _held(explored(door.settings.model_copy(update={"settle_minutes": 15}), 2, 2))


@pytest.mark.slow
def test_a_letter_goes_once_though_the_ledger_is_lost_after_a_crash(door: Door) -> None:
    _held(explored(door.settings.model_copy(update={"settle_minutes": 15}), 1, 1, ledger_lost=True))
