"""The pace of the letters, and for how long an answer says to wait."""

from __future__ import annotations

import pytest

from bot.office.pace import Window


def test_what_left_late_counts_from_when_it_left(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    pace = Window(2, 60)
    assert pace.room_for(2) == 0
    now[0] += 9  # the lists are read once more, and only then the letters leave
    pace.used_by_now()
    now[0] += 1
    assert pace.room_for(1) == 59


def test_what_was_told_to_leave_later_counts_from_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.monotonic", lambda: 1000.0)
    pace = Window(2, 60)
    assert [pace.room_for(2), pace.room_for(2)] == [0, 60]
    pace.used_by_now()
    assert pace.room_for(1) == 120
