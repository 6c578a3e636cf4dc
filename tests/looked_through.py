"""Which letters a press looks through."""

from __future__ import annotations

from typing import Any

import pytest

from bot.papers.letters.letter_press import LetterPress


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The text of each letter that is looked through from now on."""
    found: list[str] = []
    looks = LetterPress._looked_through

    def counted(press: LetterPress, text: str) -> Any:
        found.append(text)
        return looks(press, text)

    monkeypatch.setattr(LetterPress, "_looked_through", counted)
    return found
