"""What the tests of the office share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from small_council import Council
from tenant import Door

from bot.office.isolated_reader import close


@pytest.fixture(scope="session", autouse=True)
def _reading_room() -> Iterator[None]:
    yield
    close()


@pytest.fixture
def council(door: Door) -> Council:
    """A council on the morning of its launch day, Monday 2 March 2026: the letters have just gone out."""
    found = Council(door)
    found.launched()
    return found
