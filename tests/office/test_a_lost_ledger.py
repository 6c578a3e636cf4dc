"""A ledger that was lost: nothing goes twice, nothing is emptied in the list, and people are reminded as before."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from forms import filled
from small_council import REF, Council, digest
from tenant import Door, email

from bot.daily_run import adopted
from bot.errors import StandsStill
from bot.programme.planning.planner import plan

KEPT = ("Status", "Audit sent on", "Audit due", "Auditor's grade", "Moderation due")
OTHER = "FSP-2026-03-002"


def lost(council: Council) -> None:
    for file in council.door.folder.glob("ledger.sqlite*"):
        file.unlink()
    council.new = True


def test_after_the_loss_of_the_ledger_the_list_keeps_what_it_says_and_people_are_reminded_as_before(
    door: Door,
) -> None:
    council = Council(door)
    council.run("2026-03-02")
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    council.run("2026-03-03")
    before = [{word: council.row(ref)[word] for word in KEPT} for ref in (REF, OTHER)]
    sent = len(door.tenant.deliveries())
    lost(council)
    report = council.run("2026-03-03", "10:00", start_on=date(2026, 3, 2))
    assert report.letters == {}
    assert [{word: council.row(ref)[word] for word in KEPT} for ref in (REF, OTHER)] == before
    assert [d["subject"] for d in door.tenant.deliveries()[sent:] if "Audits on" not in d["subject"]] == []
    council.new = False
    council.run("2026-03-17", start_on=date(2026, 3, 2))
    assert any("Tue 17 Mar" in s or OTHER in s for s in council.received("Ada Auditor")[-1:]), "reminded"


def test_without_the_day_the_bot_began_an_audit_that_is_out_still_stands_as_out(door: Door) -> None:
    council = Council(door)
    council.run("2026-03-02")
    lost(council)
    council.run("2026-03-03")
    assert council.row()["Status"] == "With auditor"
    assert council.row()["Audit sent on"] == "2026-03-02"


def test_what_stands_in_the_bots_columns_and_a_lost_ledger_does_not_explain_is_kept_and_asked_about(
    door: Door,
) -> None:
    council = Council(door)
    council.run("2026-03-02")
    unknown = {"Auditor's grade": "Good", "Bot's note": "Ask Jo about the visit"}
    council.ask("PATCH", "/lists/Audit allocations/2", unknown)
    lost(council)
    council.run("2026-03-03", start_on=date(2026, 3, 2))
    council.run("2026-03-03", "10:00", start_on=date(2026, 3, 2))
    assert council.row(OTHER).items() >= unknown.items()
    assert council.row(OTHER)["Status"] == "With auditor", "what only the bot says goes on"
    told = digest(council)
    assert told.count("does not explain what stands in “Auditor's grade”, “Bot's note”") == 1


TOLD_BY_PARTS = (*KEPT, "Audit returned on", "Moderated on", "Moderated grade", "UoPP due")


def answers(council: Council, sender: str, words: str, form: bytes) -> None:
    """A form comes in answer to the letter that asked for it."""
    sent = council.door.tenant.deliveries()
    found = next(d for d in reversed(sent) if words in d["subject"] and email(sender) in d["to"])
    replies = {"headers": {"In-Reply-To": found["internet_message_id"]}, "subject": f"RE: {found['subject']}"}
    council.arrives(sender, form, **replies)


def graded_and_moderated_inadequate(council: Council) -> dict[str, Any]:
    council.run("2026-03-02")
    answers(council, "Ada Auditor", REF, filled(council.form(), grade="Inadequate"))
    council.run("2026-03-02", "12:10", whole=False)
    both = filled(council.form(), grade="Inadequate", moderated="Inadequate")
    council.ask("POST", "/clock", {"now": "2026-03-03T12:00:00+00:00"})
    answers(council, "Mo Moderator", REF, both)
    council.run("2026-03-03", "12:10")
    assert council.row()["Moderated grade"] == "Inadequate"
    return {word: council.row()[word] for word in TOLD_BY_PARTS}


def archived(council: Council) -> None:
    """People move what was sent and what was taken in to Archive."""
    box = council.door.settings.mailbox
    for each in council.ask("GET", f"/mailboxes/{box}")["messages"]:
        if each["folder"] in ("Sent Items", "Audits taken in"):
            path = f"/users/{box}/messages/{each['id']}/move"
            council.door.graph.post(path, {"destinationId": "archive"})


def subjects_since(council: Council, many: int) -> list[str]:
    sent = council.door.tenant.deliveries()[many:]
    ours = [d["subject"] for d in sent if d["sender"] == council.door.settings.mailbox]
    return [subject for subject in ours if "Audits on" not in subject]


@pytest.mark.parametrize("tidy", [False, True], ids=["in its folders", "moved to Archive"])
def test_after_the_loss_what_was_sent_and_what_came_back_is_known_again_wherever_it_lies(
    door: Door, tidy: bool
) -> None:
    council = Council(door)
    before = graded_and_moderated_inadequate(council)
    many = len(door.tenant.deliveries())
    if tidy:
        archived(council)
    lost(council)
    council.run("2026-03-03", "13:00")
    assert {word: council.row()[word] for word in TOLD_BY_PARTS} == before
    council.new = False
    council.run("2026-03-04")
    assert {word: council.row()[word] for word in TOLD_BY_PARTS} == before
    assert "Please look at" not in {m["folder"] for m in council.inbox()}
    assert subjects_since(council, many) == [], "nothing again, and nobody is chased for what they have done"


def test_what_letters_were_that_nobody_can_tell_is_asked_once_and_again_when_the_lists_are_others(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    council = Council(door)
    council.run("2026-03-02")
    council.arrives("Hal Service", filled(council.form(), grade="Inadequate"))
    council.run("2026-03-02", "11:00", whole=False)  # a letter of the bot's own, which no rule plans
    lost(council)
    council.run("2026-03-03")
    asked: list[int] = []

    def counted(*given: Any) -> Any:
        asked.append(1)
        return plan(*given)

    monkeypatch.setattr(adopted, "plan", counted)
    council.run("2026-03-04")
    council.run("2026-03-04", "12:00", whole=False)
    council.run("2026-03-05")
    assert len(asked) <= 3, "once, for what the run of the loss itself wrote"
    before = len(asked)
    council.run("2026-03-06")
    assert len(asked) == before
    council.ask("PATCH", "/lists/Audit allocations/1", {"Team": "Another team"})
    council.run("2026-03-09")
    assert len(asked) > before


def test_a_day_old_ledger_counts_what_came_from_the_day_it_came_and_the_status_goes_on(door: Door) -> None:
    council = Council(door)
    council.run("2026-03-02")
    day_old = {file: file.read_bytes() for file in door.folder.glob("ledger.sqlite*")}
    answers(council, "Ada Auditor", REF, filled(council.form(), grade="Inadequate"))
    council.run("2026-03-02", "12:10", whole=False)
    before = {word: council.row()[word] for word in TOLD_BY_PARTS}
    many = len(door.tenant.deliveries())
    for file in door.folder.glob("ledger.sqlite*"):
        file.unlink()
    for file, data in day_old.items():
        file.write_bytes(data)
    council.run("2026-03-03")
    assert {word: council.row()[word] for word in TOLD_BY_PARTS} == before
    assert [s for s in subjects_since(council, many) if "due today" not in s] == []
    answers(council, "Mo Moderator", REF, filled(council.form(), grade="Inadequate", moderated="Inadequate"))
    council.run("2026-03-03", "12:10", whole=False)
    assert council.row()["Status"] == "Urgent issues open"


def test_an_empty_ledger_beside_letters_under_another_key_stands_still_until_a_person_has_acted(
    door: Door,
) -> None:
    council = Council(door)
    before = graded_and_moderated_inadequate(council)
    many = len(door.tenant.deliveries())
    lost(council)
    for hour in ("13:00", "13:20"):
        with pytest.raises(
            StandsStill, match=r"under another key\. The IT administrator: put the former “key”"
        ):
            council.run("2026-03-03", hour, key="another key, drawn when the machine was set up anew")
    assert subjects_since(council, many) == []
    assert {word: council.row()[word] for word in TOLD_BY_PARTS} == before
    council.run("2026-03-03", "13:40")
    assert subjects_since(council, many) == []
    assert {word: council.row()[word] for word in TOLD_BY_PARTS} == before
