"""After a storm of refusals no draft of the bot's is left lying, and no letter is put to a person to whom Exchange has
said plainly that it did not go."""

from __future__ import annotations

from collections import Counter

import pytest
from small_council import LAUNCH, Council
from tenant import Door

PEOPLE = ("Ada Auditor", "Mo Moderator", "Pru Practitioner")


def drafts(council: Council) -> list[str]:
    box = f"/mailboxes/{council.door.settings.mailbox}"
    folder = council.door.settings.outbox_folder
    return [m["subject"] for m in council.ask("GET", box)["messages"] if m["folder"] == folder]


@pytest.mark.parametrize("kept", [False, True], ids=["deleted at once", "cannot be deleted either"])
def test_letters_turned_away_for_a_whole_run_leave_no_draft_and_go_once(door: Door, kept: bool) -> None:
    council = Council(door)
    door.fault("throttled", method="POST", path="/send$", times=100_000)
    if kept:
        door.fault("throttled", method="DELETE", path="/messages/", times=100_000)
    council.run("2026-03-02")
    assert bool(drafts(council)) is kept
    door.tenant.ask("DELETE", "/faults")
    reports = [council.run("2026-03-02", hour) for hour in ("08:20", "08:45", "09:30")]
    assert drafts(council) == []
    assert [report.to_decide for report in reports] == [0, 0, 0]
    went = Counter(subject for person in PEOPLE for subject in council.received(person))
    assert sum(went.values()) == sum(LAUNCH.values())
