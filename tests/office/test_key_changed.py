"""The key of the letters is changed: what went under the former one is known by it, and goes no second time."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from people_at_work import HELD, TeamAtWork, dated
from tenant import Door

from bot.daily_run.attended import attended
from bot.daily_run.keys_in_use import KeysInUse, refuse_a_lost_key
from bot.daily_run.trying.ledger_tried import ledger_tried
from bot.errors import StandsStill
from bot.exit_status import NOT_DONE
from bot.programme.history.history import History
from bot.programme.modes import Mode

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


def test_a_former_key_that_is_not_kept_stands_still_though_the_ledger_is_whole_and_goes_on_once_it_is_named(
    council: TeamAtWork,
) -> None:
    council.launched()
    before = subjects(council)
    for hour in ("10:00", "10:05"):
        with pytest.raises(
            StandsStill, match="until Mon 2 Mar 2026, and the former one was not kept"
        ) as still:
            council.run("2026-03-02", hour, key=NEW["key"])
    assert "“former_keys_env”" in still.value.remedy
    assert "The IT administrator" in still.value.remedy
    assert subjects(council) == before
    council.run("2026-03-02", "10:10", **NEW)
    council.run("2026-03-02", "10:15", **NEW)
    assert subjects(council) == before
    with pytest.raises(StandsStill):
        council.run("2026-03-02", "10:20", key=NEW["key"])
    with pytest.raises(StandsStill):
        council.run("2026-03-02", "10:20")
    council.run("2026-03-02", "10:25", key=OLD, former_keys=(NEW["key"],))
    assert subjects(council) == before


def test_a_key_that_is_lost_for_good_begins_a_new_ledger_and_what_was_due_waits_for_a_word(
    council: TeamAtWork,
) -> None:
    council.launched()
    before = subjects(council)
    lost(council)
    council.run("2026-03-05", key=NEW["key"], start_on=date(2026, 3, 5))
    (asked,) = [s for s in subjects(council)[len(before) :] if "Audits on" not in s]
    assert "6 letters fell due earlier: please say which of them go" in asked
    council.new = False
    council.run("2026-03-06", key=NEW["key"], start_on=date(2026, 3, 5))


def test_the_audit_team_hears_of_a_key_that_was_not_kept_and_nobody_else_does(council: TeamAtWork) -> None:
    council.launched()
    settings = council.door.settings.model_copy(
        update={"key": NEW["key"], "health_file": council.door.folder / "h.json"}
    )
    before = len(council.door.tenant.deliveries())
    found = attended(
        settings,
        clock=lambda: datetime(2026, 3, 3, 8, tzinfo=UTC),
        say=lambda _line: None,
        sleep=council.door.naps,
    )
    assert (found.status, found.fault) == (NOT_DONE, "StandsStill")
    (told,) = council.door.tenant.deliveries()[before:]
    assert told["delivered_to"] == [settings.mailbox]
    check = ledger_tried(settings)
    assert "former_keys_env" in check.problems[0]
    assert (check.stops, check.configuration) == (True, False)
    assert not ledger_tried(settings.model_copy(update=NEW)).problems


def test_a_former_key_that_is_not_kept_stands_still_where_the_ledger_is_lost(council: TeamAtWork) -> None:
    council.launched()
    before = subjects(council)
    lost(council)
    with pytest.raises(StandsStill, match="under another key"):
        council.run("2026-03-02", "10:00", key=NEW["key"])
    assert subjects(council) == before


def test_a_key_changed_between_rehearsal_and_going_live_is_rightful_also_when_a_trial_follows() -> None:
    keys, old = KeysInUse(b"the key in use"), KeysInUse(b"of the rehearsal").code
    rehearsed, live = date(2026, 3, 2), date(2026, 3, 3)
    history = History(
        keys_used={(Mode.REHEARSE, old): rehearsed, (Mode.LIVE, keys.code): live}, last_live_on=live
    )
    refuse_a_lost_key(keys, history, Mode.REHEARSE)
    history.keys_used[Mode.REHEARSE, old] = date(2026, 3, 4)
    with pytest.raises(StandsStill, match="until Wed 4 Mar 2026"):
        refuse_a_lost_key(keys, history, Mode.REHEARSE)
    history.keys_used = {(Mode.LIVE, old): rehearsed, (Mode.LIVE, keys.code): live}
    with pytest.raises(StandsStill, match="until Mon 2 Mar 2026"):
        refuse_a_lost_key(keys, history, Mode.REHEARSE)
