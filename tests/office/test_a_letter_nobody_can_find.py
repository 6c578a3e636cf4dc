"""A letter Exchange took and nobody can find is a question for a person; the list says so, and not that it is to go."""

from __future__ import annotations

import pytest
from small_council import REF, Council
from tenant import Door

from bot.office.mail.letter_search import LetterSearch


def test_after_a_day_without_its_copy_the_row_says_that_a_person_is_to_ask_and_never_ready_to_send(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    council = Council(door)
    monkeypatch.setattr(LetterSearch, "in_sent_items", lambda *_, **__: iter(()))
    real = LetterSearch.by_key

    def nowhere(self: LetterSearch, keys: list[str]) -> tuple[str, list[list[object]]]:
        sent, found = real(self, keys)
        return sent, [[] for _ in found]

    monkeypatch.setattr(LetterSearch, "by_key", nowhere)
    council.run("2026-03-02")
    letters = len(door.tenant.deliveries())
    council.run("2026-03-03", "09:00")
    row = council.row(REF)
    assert row["Status"] == "Needs a person"
    assert "Do not send it anew" in row["Next step"]
    assert "is not in Sent Items" in row["Bot's note"]
    sent = [d["subject"] for d in door.tenant.deliveries()[letters:] if "Audits on" not in d["subject"]]
    assert sent == [], "nothing goes twice"
