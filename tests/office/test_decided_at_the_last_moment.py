"""A letter is decided at the last moment: what a stopped run left is sent only where today's row still asks for it, and
what somebody edits until a letter leaves counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from forms import filled
from small_council import REF, Council, digest, went
from tenant import Door, email

from bot.office.ledger import Ledger
from bot.programme.events import EventKind
from bot.programme.planning import situation

OUTBOX = "Audit bot outbox - do not send"


class Killed(BaseException):
    """The process is gone."""


@dataclass(frozen=True)
class Edit:
    """What is changed of the first row (None: it is deleted) or of its cycle, who then must hear nothing of the audit,
    and who hears in their place."""

    values: dict[str, Any] | None
    former: tuple[str, ...]
    new: tuple[str, ...] = ()
    cycle: bool = False


EVERYBODY = ("Ada Auditor", "Mo Moderator", "Tia Manager")
EDITS = {
    "another auditor": Edit({"Auditor": email("Ori Otherservice")}, ("Ada Auditor",), ("Ori Otherservice",)),
    "another moderator": Edit(
        {"Moderator": email("Ori Otherservice")}, ("Mo Moderator",), ("Ori Otherservice",)
    ),
    "another practitioner": Edit(
        {"Practitioner": email("Ori Otherservice")}, ("Pru Practitioner",), ("Ori Otherservice",)
    ),
    "withdrawn": Edit({"Withdrawn": True}, (*EVERYBODY, "Pru Practitioner")),
    "on hold": Edit({"Hold why": "A visit is being arranged"}, (*EVERYBODY, "Pru Practitioner")),
    "all letters held by name": Edit({"Hold letters": "all"}, (*EVERYBODY, "Pru Practitioner")),
    "declared invalid": Edit({"Declared invalid on": "2026-03-02"}, (*EVERYBODY, "Pru Practitioner")),
    "deleted": Edit(None, (*EVERYBODY, "Pru Practitioner")),
    "the cycle closed": Edit({"Status": "Closed"}, (*EVERYBODY, "Pru Practitioner"), cycle=True),
}


@pytest.fixture
def council(door: Door) -> Council:
    return Council(door)


def edited(council: Council, edit: Edit) -> None:
    if edit.values is None:
        council.ask("DELETE", f"/lists/Audit allocations/{council.row()['id']}")
    else:
        council.ask("PATCH", f"/lists/{'Audit cycles' if edit.cycle else 'Audit allocations'}/1", edit.values)


def killed(council: Council, monkeypatch: pytest.MonkeyPatch, kind: EventKind) -> None:
    """Launch day's run dies as soon as letters are in this state in the ledger."""
    append = Ledger.append

    def dying(ledger: Ledger, events: Any) -> int:
        events = list(events)
        count = append(ledger, events)
        if any(event.kind is kind for event in events):
            raise Killed
        return count

    with monkeypatch.context() as patched:
        patched.setattr(Ledger, "append", dying)
        with pytest.raises(Killed):
            council.run("2026-03-02", settle_minutes=15)


def about_the_first(council: Council, person: str) -> list[str]:
    return [subject for subject in council.received(person) if REF in subject]


def drafts(council: Council) -> list[str]:
    return [m["subject"] for m in council.inbox() if m["folder"] == OUTBOX]


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
@pytest.mark.parametrize(
    "state", [EventKind.LETTER_DRAFTED, EventKind.LETTER_SENDING], ids=["drafted", "sending"]
)
def test_a_draft_of_a_stopped_run_does_not_go_once_its_row_is_another(
    council: Council, monkeypatch: pytest.MonkeyPatch, state: EventKind, edit: Edit
) -> None:
    killed(council, monkeypatch, state)
    edited(council, edit)
    council.run("2026-03-02", "08:20", settle_minutes=15)
    for person in edit.former:
        assert not about_the_first(council, person), person
    for person in edit.new:
        assert about_the_first(council, person), person
    assert not drafts(council)
    others = [d["subject"] for d in council.door.tenant.deliveries() if "FSP-2026-03-002" in d["subject"]]
    assert len(others) == len(set(others)) == (0 if edit.cycle else 3), (
        "the other audit's letters go, and once"
    )


@pytest.mark.parametrize(
    "state", [EventKind.LETTER_DRAFTED, EventKind.LETTER_SENDING], ids=["drafted", "sending"]
)
def test_a_draft_of_a_stopped_run_goes_once_where_nothing_has_changed(
    council: Council, monkeypatch: pytest.MonkeyPatch, state: EventKind
) -> None:
    killed(council, monkeypatch, state)
    for hour in ("08:20", "08:40"):
        council.run("2026-03-02", hour, settle_minutes=15)
    for person, many in (("Ada Auditor", 2), ("Mo Moderator", 2), ("Pru Practitioner", 2)):
        assert len([s for s in council.received(person) if "FSP" in s]) == many, person
    assert not drafts(council)


def test_a_form_that_was_restricted_meanwhile_does_not_go_with_the_draft_of_a_stopped_run(
    council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed(council, monkeypatch, EventKind.LETTER_SENDING)
    council.ask("PATCH", "/lists/Audit allocations/1", {"Restricted": True})
    council.run("2026-03-02", "08:20", settle_minutes=15)
    found = [d for d in council.door.tenant.deliveries(html=True) if REF in d["subject"]]
    assert found
    assert not any(d["attachments"] or "Robin Example1" in d["html"] for d in found)
    assert not drafts(council)


def test_a_draft_somebody_wrote_in_meanwhile_is_written_anew(
    council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed(council, monkeypatch, EventKind.LETTER_SENDING)
    box = council.door.settings.mailbox
    (draft,) = [
        m
        for m in council.inbox()
        if m["folder"] == OUTBOX and REF in m["subject"] and "carry out" in m["subject"]
    ]
    council.door.graph.patch(f"/users/{box}/messages/{draft['id']}", {"subject": f"Something else, {REF}"})
    council.run("2026-03-02", "08:20", settle_minutes=15)
    assert not went(council, "Ada Auditor", "Something else")
    assert len(about_the_first(council, "Ada Auditor")) == 1
    assert not drafts(council)


def test_what_was_cleared_stands_in_the_digest(council: Council, monkeypatch: pytest.MonkeyPatch) -> None:
    killed(council, monkeypatch, EventKind.LETTER_SENDING)
    edited(council, EDITS["another auditor"])
    council.run("2026-03-02", "08:20", settle_minutes=15)
    assert "Its draft was deleted unsent" in digest(council)


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_what_is_edited_while_drafts_are_made_counts(
    council: Council, monkeypatch: pytest.MonkeyPatch, edit: Edit
) -> None:
    append = Ledger.append
    done: list[bool] = []

    def and_edited(ledger: Ledger, events: Any) -> int:
        events = list(events)
        if not done and any(event.kind is EventKind.LETTER_DRAFTED for event in events):
            done.append(True)
            edited(council, edit)
        return append(ledger, events)

    monkeypatch.setattr(Ledger, "append", and_edited)
    council.run("2026-03-02")
    for person in edit.former:
        assert not about_the_first(council, person), person
    for person in edit.new:
        assert about_the_first(council, person), person
    assert not drafts(council)


def test_a_date_that_is_edited_while_drafts_are_made_stands_in_the_letter_that_goes(
    council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    append, done = Ledger.append, list[bool]()

    def and_edited(ledger: Ledger, events: Any) -> int:
        events = list(events)
        if not done and any(event.kind is EventKind.LETTER_DRAFTED for event in events):
            done.append(True)
            edited(council, Edit({"Return by": "2026-03-25"}, ()))
        return append(ledger, events)

    monkeypatch.setattr(Ledger, "append", and_edited)
    council.run("2026-03-02")
    (letter,) = [
        d
        for d in council.door.tenant.deliveries(html=True)
        if REF in d["subject"] and email("Ada Auditor") in d["to"]
    ]
    assert "25 Mar" in letter["html"]


def test_nothing_leaves_while_nobody_can_see_the_rows_once_more(council: Council) -> None:
    council.door.fault("unavailable", method="GET", path=r"allocations/items", skip=1, times=10_000)
    council.run("2026-03-02")
    assert not about_the_first(council, "Ada Auditor")
    council.ask("DELETE", "/faults")
    council.run("2026-03-02", "08:20", whole=False)
    assert len(about_the_first(council, "Ada Auditor")) == 1
    assert not drafts(council)


@pytest.mark.parametrize("kind", ["throttled", "unavailable"])
def test_an_alert_that_was_turned_away_leaves_with_the_next_look(council: Council, kind: str) -> None:
    council.run("2026-03-02")
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    council.door.fault(kind, method="POST", path="/send$", times=10_000)
    council.run("2026-03-02", "12:10", whole=False)
    assert not went(council, "Pru Practitioner", "please read today")
    council.ask("DELETE", "/faults")
    council.run("2026-03-02", "12:30", whole=False)
    for person in ("Pru Practitioner", "Tia Manager", "Hal Service"):
        assert went(council, person, "please read today"), person
    assert not drafts(council)


# ------------------------------------------------------------------- drafts of which the memory knows nothing


def lost(council: Council) -> None:
    for file in council.door.folder.glob("ledger.sqlite*"):
        file.unlink()
    council.new = True


def test_drafts_a_killed_run_left_are_sent_or_cleared_though_the_ledger_is_lost(
    council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed(council, monkeypatch, EventKind.LETTER_SENDING)
    edited(council, EDITS["another auditor"])
    lost(council)
    council.run("2026-03-02", "08:20", settle_minutes=15)
    council.run("2026-03-02", "08:40", settle_minutes=15)
    council.run("2026-03-03", settle_minutes=15)
    assert not about_the_first(council, "Ada Auditor")
    for person in ("Ori Otherservice", "Mo Moderator", "Pru Practitioner"):
        assert len(about_the_first(council, person)) == 1, person
    assert not drafts(council)
    assert "its memory knew nothing" in digest(council)


def test_a_draft_that_may_be_on_its_way_keeps_its_letter_waiting_though_the_ledger_is_lost(
    council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed(council, monkeypatch, EventKind.LETTER_SENDING)
    lost(council)
    for hour in ("08:20", "08:30"):
        council.run("2026-03-02", hour, settle_minutes=15)
        assert not about_the_first(council, "Ada Auditor")
    council.run("2026-03-02", "08:40", settle_minutes=15)
    assert len(about_the_first(council, "Ada Auditor")) == 1
    assert not drafts(council)


def test_a_draft_of_a_colleague_is_never_touched(council: Council, monkeypatch: pytest.MonkeyPatch) -> None:
    killed(council, monkeypatch, EventKind.LETTER_SENDING)
    lost(council)
    box, graph = council.door.settings.mailbox, council.door.graph
    (folder,) = [
        f["id"]
        for f in graph.get(f"/users/{box}/mailFolders?$top=200")["value"]
        if f["displayName"] == OUTBOX
    ]
    graph.post(f"/users/{box}/mailFolders/{folder}/messages", {"subject": "Notes for Thursday"})
    graph.post(f"/users/{box}/messages", {"subject": "To Ada, when she is back"})
    for hour in ("08:20", "08:40"):
        council.run("2026-03-02", hour, settle_minutes=15)
    assert drafts(council) == ["Notes for Thursday"]
    assert "To Ada, when she is back" in {m["subject"] for m in council.inbox()}


def test_the_digest_a_killed_run_left_is_sent_as_it_was_written_or_written_anew(
    council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    for somebody_wrote_in_it in (False, True):
        council.ask("POST", "/reset")
        lost(council)
        council.new = False
        council.run("2026-03-02", "08:00")
        council.ask("POST", "/clock", {"now": "2026-03-03T08:00:00+00:00"})
        append = Ledger.append

        def dying(ledger: Ledger, events: Any, append: Any = append) -> int:
            events = list(events)
            count: int = append(ledger, events)
            if any(event.kind is EventKind.LETTER_SENDING for event in events):
                raise Killed
            return count

        with monkeypatch.context() as patched:
            patched.setattr(Ledger, "append", dying)
            with pytest.raises(Killed):
                council.run("2026-03-03", settle_minutes=15)
        (draft,) = [m for m in council.inbox() if m["folder"] == OUTBOX]
        if somebody_wrote_in_it:
            path = f"/users/{council.door.settings.mailbox}/messages/{draft['id']}"
            council.door.graph.patch(path, {"subject": "Something else"})
        council.run("2026-03-03", "08:20", settle_minutes=15)
        subjects = [d["subject"] for d in council.door.tenant.deliveries() if "2026-03-03" in d["at"]]
        assert len([s for s in subjects if "Audits on Tue 3 Mar" in s]) == 1
        assert not drafts(council)
        assert "Something else" not in subjects


def test_a_draft_of_a_stopped_run_stays_while_its_audit_cannot_be_worked_out(
    council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumbles(*_: Any) -> Any:
        raise ZeroDivisionError

    killed(council, monkeypatch, EventKind.LETTER_SENDING)
    assert drafts(council)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(situation, "standing", stumbles)
        council.run("2026-03-02", "08:20", settle_minutes=15)
        assert drafts(council)
        assert "deleted unsent" not in digest(council)
    council.run("2026-03-02", "08:40", settle_minutes=15)
    assert len(about_the_first(council, "Ada Auditor")) == 1
    assert not drafts(council)
