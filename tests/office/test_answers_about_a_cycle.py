"""What comes about a whole cycle by an ordinary message: it is read, and never lies in the Inbox unseen."""

from __future__ import annotations

import pytest
from small_council import LOOK, Council, digest, kept

HINT = "<p><br></p><p>(Please leave details of the child out.)</p>"


@pytest.mark.parametrize("subject", ["About FSP, March 2026", "RE: fsp,  march 2026: the meeting"])
def test_words_about_a_cycle_are_held_and_shown(council: Council, subject: str) -> None:
    words = "I cannot come, can Tia go in my place?"
    council.arrives("Hal Service", None, subject=subject, html=f"<p>{words}</p>{HINT}", cc=[])
    council.run("2026-03-03")
    assert kept(council) == [(LOOK, ["Please read"])]
    told = digest(council)
    assert words in told
    assert "leave details" not in told
