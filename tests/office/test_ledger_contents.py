"""What the ledger holds about a child can be seen, and erased when asked for or when it was kept long enough."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from forms import filled
from small_council import REF, Council, digest
from tenant import Door, email

from bot.cli import main
from bot.daily_run.ledger_contents import erase, to_erase_about
from bot.daily_run.workplace import open_workplace
from bot.exit_status import NEEDS_A_PERSON
from bot.office.health import Health, write_health
from bot.office.ledger import Ledger
from bot.programme.events import Event, EventKind
from bot.programme.history.history import history_of
from bot.settings import Retention

MOSAIC, OTHER, OTHERS_MOSAIC = "1000001", "FSP-2026-03-002", "1000002"
MONTHS_LATER = datetime(2028, 5, 2, 8, tzinfo=UTC)


@pytest.fixture
def lived(door: Door) -> Council:
    """The small council after its first audit came back Inadequate, Monday 2 March 2026."""
    council = Council(door)
    council.once("came back Inadequate", lambda: came_back(council))
    return council


def came_back(council: Council) -> None:
    council.run("2026-03-02")
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    council.run("2026-03-02", "12:10", whole=False)


class Desk:
    """The command line at this council's machine."""

    def __init__(self, council: Council, capsys: Any, patch: pytest.MonkeyPatch) -> None:
        self.settings = council.door.settings
        self._capsys = capsys
        self.now = datetime(2026, 3, 3, 9, tzinfo=UTC)
        patch.setattr("bot.cli.ledger.load", lambda _: self.settings)
        patch.setattr("bot.cli.ledger.moment_of", lambda _: lambda: self.now)

    def says(self, *words: str, status: int = 0) -> str:
        self._capsys.readouterr()
        assert main(["ledger", *words]) == status
        said = self._capsys.readouterr()
        return str(said.out + said.err)

    def ledger(self) -> list[tuple[int, Event]]:
        ledger = Ledger(self.settings.ledger)
        try:
            return ledger.entries()
        finally:
            ledger.close()


@pytest.fixture
def desk(lived: Council, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(lived, capsys, monkeypatch)


def closed(council: Council) -> None:
    council.ask("PATCH", "/lists/Audit cycles/1", {"Status": "Closed"})


def test_all_that_is_held_about_an_audit_is_told_by_its_reference_and_by_the_childs_mosaic_number(
    desk: Desk,
) -> None:
    by_reference = json.loads(desk.says("about", REF, "--json"))
    by_number = json.loads(desk.says("about", MOSAIC, "--json"))
    assert by_reference["entries"] == by_number["entries"]
    kinds = {entry["kind"] for entry in by_reference["entries"]}
    assert kinds >= {
        "letter intended",
        "audit returned",
        "row seen",
        "message seen",
        "row written",
    }
    said = " ".join(desk.says("about", REF).split())
    assert "letter intended" in said
    assert email("Ada Auditor").split("@")[0] in said


def test_nothing_of_another_child_is_told(desk: Desk) -> None:
    of_one = {entry["entry"] for entry in json.loads(desk.says("about", REF, "--json"))["entries"]}
    rows = json.loads(desk.says("about", OTHERS_MOSAIC, "--json"))
    assert rows["rows"] == ["2"]
    only = [n for n, e in desk.ledger() if e.about == "2"]
    assert not of_one & {n for n in only if n not in _shared(desk)}
    assert {entry["entry"] for entry in rows["entries"]} >= {*only}
    desk.says("about", "FSP-2026-03-099", status=NEEDS_A_PERSON)


def _shared(desk: Desk) -> set[int]:
    return {n for n, e in desk.ledger() if e.data.get("covers")}


def test_an_audit_of_an_open_cycle_is_not_erased_for_people_would_be_asked_again(desk: Desk) -> None:
    said = desk.says("erase", REF, "--because", "asked for", status=3)
    assert "stands in an open cycle" in said
    assert "close the cycle, or delete the row" in said
    assert not any(e.erased for _, e in desk.ledger())


def test_erasing_is_shown_first_and_then_done_for_a_reason(lived: Council, desk: Desk) -> None:
    closed(lived)
    assert "would be erased for good. Nothing was" in desk.says("erase", REF)
    assert not any(e.erased for _, e in desk.ledger())
    assert "were erased" in desk.says("erase", REF, "--because", "the child's mother asked for it")
    (done,) = [e for _, e in desk.ledger() if e.kind is EventKind.CONTENTS_ERASED]
    assert done.data["because"] == "the child's mother asked for it"
    assert "Every entry is as it was written" in desk.says("verify")
    assert "were erased" in desk.says("verify")
    left = json.dumps([(e.key, e.about, {**e.data}) for _, e in desk.ledger()], default=str)
    assert REF not in left.replace(json.dumps(done.data["because"]), "")
    assert OTHER in left, "what is about the other audit stays"
    assert desk.says("about", REF, status=NEEDS_A_PERSON)


def test_after_an_erasure_nothing_is_sent_again_and_nothing_is_read_again(lived: Council, desk: Desk) -> None:
    closed(lived)
    desk.says("erase", REF, "--because", "asked for")
    before = lived.door.tenant.deliveries()
    lived.ask("PATCH", "/lists/Audit cycles/1", {"Status": "Open"})
    lived.run("2026-03-03", "12:10", whole=False)
    new = [d["subject"] for d in lived.door.tenant.deliveries()[len(before) :]]
    assert not [s for s in new if "allocat" in s.casefold()], new


def test_of_a_letter_about_several_audits_the_others_part_stays_and_counts(door: Door) -> None:
    ledger = Ledger(door.settings.ledger)
    moment = datetime(2026, 3, 2, 8, tzinfo=UTC)
    part = {"rule": "audit reminder", "letter": "07", "occasion": "", "why": "because"}
    parts: Any = [{**part, "key": f"key {n}", "about": f"{n}", "audit": f"FSP-{n}"} for n in (71, 72)]
    data = {
        "rule": "x",
        "letter": "y",
        "to": ["a@b.example"],
        "audit": "FSP-71",
        "why": "71",
        "covers": parts,
    }
    ledger.append([Event(moment, EventKind.LETTER_INTENDED, "whole#0", "71", data)])
    ledger.append([Event(moment, EventKind.LETTER_SENT, "whole", "71", {"internet_message_id": "<1>"})])
    with open_workplace(door.settings, clock=lambda: moment, say=lambda _: None, locked=True) as workplace:
        erase(workplace, to_erase_about(workplace, "FSP-71"), "asked for")
        history = history_of(workplace.ledger.read())
        assert workplace.ledger.verified().fault == ""
    assert history.spoken_for("key 71")
    assert history.spoken_for("key 72")
    assert (history.letters["key 71"].audit, history.letters["key 72"].audit) == ("", "FSP-72")
    ledger.close()


def test_a_ledger_of_which_all_contents_were_erased_is_still_read_and_sends_nothing_twice(
    lived: Council, desk: Desk
) -> None:
    ledger = Ledger(desk.settings.ledger)
    events = ledger.entries()
    spoken = {
        key
        for key, letter in history_of(ledger.read()).letters.items()
        if letter.spoken_for and not letter.carried_by
    }
    keep = {
        EventKind.READING_BEGINS,
        EventKind.LIVE_BEGAN,
        EventKind.RUN_FINISHED,
        EventKind.MAILBOX_GONE_THROUGH,
    }
    ledger.erase({n: {} for n, e in events if e.kind not in keep}, "all of it", desk.now, "")
    history = history_of(ledger.read())
    assert {key for key, letter in history.letters.items() if letter.spoken_for} >= spoken
    assert ledger.verified().fault == ""
    ledger.close()
    closed(lived)
    before = len(lived.door.tenant.deliveries())
    lived.run("2026-03-03", "16:10", whole=False)
    assert len(lived.door.tenant.deliveries()) == before


# ----------------------------------------------------------------------------------------------- kept long enough


def test_what_was_kept_for_two_years_after_the_last_that_happened_is_erased_once_somebody_decides_so(
    lived: Council, desk: Desk
) -> None:
    closed(lived)
    desk.now = datetime(2028, 2, 28, 8, tzinfo=UTC)
    assert "nothing to erase" in desk.says("purge")
    desk.now = MONTHS_LATER
    assert "would be erased for good. Nothing was" in desk.says("purge")
    assert "were erased" in desk.says("purge", "--because", "the council's schedule")
    left = [e for _, e in desk.ledger() if not e.erased and "@" in json.dumps({**e.data}, default=str)]
    assert {e.kind for e in left} <= {EventKind.CURSOR_MOVED, EventKind.RUN_STARTED}, (
        "which name the bot's own mailbox"
    )
    assert "nothing to erase" in desk.says("purge")
    assert "Every entry is as it was written" in desk.says("verify")


def test_a_letter_whose_contents_were_purged_is_no_riddle(desk: Desk, lived: Council) -> None:
    """It is known as sent; nothing is planned anew to find out what it was, and no difference is told of it."""
    closed(lived)
    before = history_of([e for _, e in desk.ledger()]).letters
    desk.now = MONTHS_LATER
    desk.says("purge", "--because", "the council's schedule")
    after = history_of([e for _, e in desk.ledger()]).letters
    gone = {key for key, letter in before.items() if letter.gone and not letter.carried_by}
    assert gone
    assert all(after[key].gone and after[key].erased for key in gone)
    assert not any(letter.nameless for letter in after.values())


def test_what_is_about_an_open_cycle_is_kept_however_old_it_is(desk: Desk) -> None:
    desk.now = MONTHS_LATER
    desk.says("purge", "--because", "the council's schedule")
    rows = {e.about for _, e in desk.ledger() if e.erased}
    assert not rows & {"1", "2", "cycle:1"}
    assert any(e.kind is EventKind.AUDIT_RETURNED and e.data for _, e in desk.ledger())


def test_under_a_legal_hold_nothing_is_erased(lived: Council, desk: Desk) -> None:
    closed(lived)
    hold = Retention(legal_hold="the inquiry of 2027")
    desk.settings = desk.settings.model_copy(update={"retention": hold})
    desk.now = MONTHS_LATER
    for words in (("purge",), ("purge", "--because", "x"), ("erase", REF, "--because", "x")):
        assert "legal hold (the inquiry of 2027)" in desk.says(*words, status=3)
    assert not any(e.erased for _, e in desk.ledger())


def test_the_digest_says_once_a_month_that_something_was_kept_long_enough(lived: Council) -> None:
    closed(lived)
    lived.run("2028-05-02", start_on=None)
    assert "purge shows it first" in digest(lived)
    lived.run("2028-05-03")
    assert "purge shows it first" not in digest(lived)


def test_a_ledger_that_was_changed_is_not_erased_from(lived: Council, desk: Desk) -> None:
    from ledgers import dropped

    closed(lived)
    dropped(desk.settings.ledger, "UPDATE event SET about = '7' WHERE seq = 3")
    assert "Entry 3" in desk.says("verify", status=3)
    assert "is not what the bot wrote" in desk.says("erase", REF, "--because", "x", status=3)
    assert not any(e.erased for _, e in desk.ledger())


def test_nothing_is_erased_from_an_older_copy_that_was_put_back_until_it_was_completed(
    lived: Council, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed(lived)
    file = lived.door.folder / "health.json"
    last = len(desk.ledger())
    write_health(file, Health(seals={str(last + 5): "0" * 64}))
    desk.settings = desk.settings.model_copy(update={"health_file": file})
    assert "run audit-bot reconcile" in desk.says("erase", REF, "--because", "x", status=3)
    assert not any(e.erased for _, e in desk.ledger())
    assert len(desk.ledger()) == last, "the next run still sees that it was put back"


# ------------------------------------------------------------------------------------------------------ its seal


def seal_of_the_digest(council: Council) -> str:
    words = digest(council).split("The ledger stands at entry ")[1].split()
    return words[2][:32]


def test_the_seal_of_an_earlier_digest_lies_on_the_chain_and_another_does_not(
    lived: Council, desk: Desk
) -> None:
    seal = seal_of_the_digest(lived)
    assert "The seal is that of entry" in desk.says("verify", "--seal", seal)
    assert json.loads(desk.says("verify", "--seal", seal.upper(), "--json"))["seal_at"] > 0
    assert "does not lie on the chain" in desk.says("verify", "--seal", "0" * 32, status=3)
    assert "at least 32 characters" in desk.says("verify", "--seal", seal[:8], status=2)


def test_erasing_asks_for_a_name(desk: Desk) -> None:
    assert "needs the reference of an audit" in desk.says("about", status=2)


@pytest.mark.parametrize(
    "words",
    [
        ("purge", REF),
        ("purge", REF, "--because", "the family asked"),
        ("verify", REF),
        ("about", REF, "--because", "the family asked"),
        ("erase", REF, "--seal", "0" * 32),
        ("erase", REF, "--because", " "),
        ("purge", "--because", ""),
    ],
)
def test_what_a_command_would_pass_over_is_refused_and_nothing_is_erased(
    lived: Council, desk: Desk, words: tuple[str, ...]
) -> None:
    closed(lived)
    desk.now = MONTHS_LATER
    desk.says(*words, status=2)
    assert not any(e.erased for _, e in desk.ledger())
