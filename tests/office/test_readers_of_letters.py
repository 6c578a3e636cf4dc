"""A reader outside the row and the roles is impossible: whatever the planner or a hand in the mailbox says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from small_council import Council, digest
from tenant import Door, email

from bot.programme.planning import due, readers
from bot.programme.vocabulary import Person

STRANGER = Person("Nell Nopart", email("Nell Nopart"))


@pytest.fixture
def council(door: Door) -> Council:
    return Council(door)


@pytest.mark.parametrize("in_copy", [False, True], ids=["to", "cc"])
def test_a_letter_planned_to_somebody_without_a_part_does_not_leave_and_is_told(
    council: Council, monkeypatch: pytest.MonkeyPatch, in_copy: bool
) -> None:
    def mistaken(planning: Any, roles: Iterable[Any], *rest: Any) -> list[Person]:
        found = readers.people(planning, roles, *rest)
        return [*found, STRANGER] if bool(found) and (in_copy or not rest[0]) else found

    monkeypatch.setattr(due, "people", mistaken)
    report = council.run("2026-03-02")
    assert STRANGER.email not in {a for d in council.door.tenant.deliveries() for a in (*d["to"], *d["cc"])}
    assert in_copy == (not report.letters)
    if in_copy:
        assert f"It would go to {STRANGER.name}, whom neither the row nor Audit roles names" in digest(
            council
        )
