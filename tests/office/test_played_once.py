"""What many tests begin with is played once and gone back to: each finds what it would have found by playing it."""

from __future__ import annotations

from typing import Any

import pytest
from small_council import LAUNCH, Council, letters
from tenant import Door


def seen(door: Door) -> tuple[Any, ...]:
    council = Council(door)
    files = {each.name: each.read_bytes() for each in door.folder.iterdir()}
    return council.row(), letters(council), council.form(), door.clock(), files


def test_a_beginning_that_was_played_before_is_found_whole_and_goes_on_from_there(door: Door) -> None:
    played = []
    door.played("a beginning", lambda: played.append(Council(door).run("2026-03-02").letters))
    first = seen(door)
    with pytest.raises(AssertionError, match="done here already"):
        door.played("a beginning", played.clear)
    for file in door.folder.iterdir():
        file.unlink()
    door.tenant.ask("POST", "/reset")
    door.played("a beginning", played.clear)
    assert played == [LAUNCH]
    assert seen(door) == first
    assert door.graph.get(f"/users/{door.settings.mailbox}/mailFolders")["value"]
    assert not LAUNCH.keys() & Council(door).run("2026-03-03").letters.keys(), "nobody is written to twice"


def test_with_other_settings_it_is_another_beginning(door: Door) -> None:
    played: list[str] = []
    for marking in ("[OFFICIAL]", "[OTHER]"):
        door.settings = door.settings.model_copy(update={"marking": marking})
        door.played("with a marking", lambda marking=marking: played.append(marking))
    assert played == ["[OFFICIAL]", "[OTHER]"]
