"""The key of the letters is changed: what went under the former one is known by it, and goes no second time."""

from __future__ import annotations

import pytest
from people_at_work import HELD, TeamAtWork, dated
from tenant import Door

from bot.errors import StandsStill

OLD = "a key for tests, long enough"
NEW = {"key": "another key, drawn after the yearly review", "former_keys": (OLD,)}


@pytest.fixture
def council(door: Door) -> TeamAtWork:
    return TeamAtWork(door)


def lost(council: TeamAtWork) -> None:
    for file in council.door.folder.glob("ledger.sqlite*"):
        file.unlink()
    council.new = True


def subjects(council: TeamAtWork) -> list[str]:
    sent = council.door.tenant.deliveries()
    return [d["subject"] for d in sent if d["sender"] == council.door.settings.mailbox]


@pytest.mark.parametrize("with_ledger", [True, False], ids=["ledger kept", "ledger lost"])
def test_a_changed_key_sends_nothing_again_and_people_are_reminded_as_before(
    council: TeamAtWork, with_ledger: bool
) -> None:
    council.launched()
    before, row = subjects(council), council.row()
    if not with_ledger:
        lost(council)
    council.run("2026-03-02", "10:00", **NEW)
    assert subjects(council) == before, "not even the digest of that day"
    assert {**council.row(), "etag": ""} == {**row, "etag": ""}
    council.new = False
    had = len(council.received("Ada Auditor"))
    council.run("2026-03-17", **NEW)
    assert len(council.received("Ada Auditor")) == had + 1, "reminded, once"


def test_a_button_of_a_letter_that_went_before_goes_on_working(council: TeamAtWork) -> None:
    council.moderated("Requires Improvement")
    subject, body = council.click("Ada Auditor", *HELD)
    council.says("Ada Auditor", subject, dated(body, "18/3/2026"))
    council.run("2026-03-19", **NEW)
    assert council.row()["Status"] == "Being followed up"


def test_a_word_of_the_digest_counts_whichever_key_it_was_signed_with(council: TeamAtWork) -> None:
    council.launched()
    council.arrives("Pru Practitioner", council.form())
    council.run("2026-03-03")
    settled = next(says for says in council.buttons() if "settled" in says)
    council.team_says(council.buttons()[settled], "Tia Manager", on="2026-03-03T09:00")
    council.run("2026-03-03", "10:00", whole=False, **NEW)
    assert "Please look at" not in {m["folder"] for m in council.inbox()}


def test_a_former_key_that_is_not_kept_stands_still_where_the_ledger_is_lost(council: TeamAtWork) -> None:
    council.launched()
    before = subjects(council)
    lost(council)
    with pytest.raises(StandsStill, match="under another key"):
        council.run("2026-03-02", "10:00", key=NEW["key"])
    assert subjects(council) == before
