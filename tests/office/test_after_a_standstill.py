"""After days without a run nobody is blamed for what they were never asked, and each hears once what is due."""

from __future__ import annotations

from forms import filled
from small_council import REF, Council
from tenant import Door


def sent_on(council: Council, day: str) -> list[tuple[str, str]]:
    """Who got what in the run of a day, but for the Audit Team."""
    had = len(council.door.tenant.deliveries())
    council.run(day)
    box = council.door.settings.mailbox
    return [
        (reader, d["subject"])
        for d in council.door.tenant.deliveries()[had:]
        for reader in d["delivered_to"]
        if d["sender"] == box and reader != box and REF in d["subject"]
    ]


def test_who_was_asked_to_moderate_only_after_it_was_due_has_the_time_it_would_have_had(door: Door) -> None:
    council = Council(door)
    council.run("2026-03-02")
    council.ask("POST", "/clock", {"now": "2026-03-03T08:00:00+00:00"})
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    council.stood_still = True
    first = sent_on(council, "2026-03-09")
    assert any("ready for you to moderate" in subject for _, subject in first)
    came = {
        day: [s for _, s in sent_on(council, day) if "moderation was due" in s]
        for day in ("2026-03-10", "2026-03-11")
    }
    assert came["2026-03-10"] == [], "until the end of that day"
    assert came["2026-03-11"] != []


def test_two_weeks_off_with_an_inadequate_escalate_nobody_who_was_never_asked(door: Door) -> None:
    council = Council(door)
    council.run("2026-03-02")
    council.ask("POST", "/clock", {"now": "2026-03-04T08:00:00+00:00"})
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    council.stood_still = True
    for day in ("2026-03-18", "2026-03-19", "2026-03-20", "2026-03-23"):
        assert sent_on(council, day) == [], "the Audit Team says first what still goes"
    told = [d["subject"] for d in door.tenant.deliveries() if "Audits on Wed 18 Mar" in d["subject"]]
    assert len(told) == 1
    assert "child’s safety" in told[0]
