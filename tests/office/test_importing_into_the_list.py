"""The Audit Team's old spreadsheet comes into the list: each right row once, each mistake told at its cell."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from old_spreadsheet import MISTAKES, audits, column_of, place_of, spreadsheet, with_mistakes
from small_council import Council
from tenant import DOMAIN, PEOPLE, Door, Naps, email, settings_for, small_seed

import sandbox
from bot.daily_run.importing import Asked, Prepared, enter, prepared
from bot.daily_run.workplace import Workplace, open_workplace
from bot.errors import StandsStill
from bot.office.graph import Graph
from bot.office.sign_in import signed_in
from bot.papers.importing import exported, sheets_of
from bot.papers.workbook_read import read_workbook
from bot.programme.importing.entries import BEING_ENTERED
from bot.programme.importing.sheets import cell_name

FAULTY = {n for n, *_ in MISTAKES}


@pytest.fixture(scope="module")
def council() -> Iterator[sandbox.Running]:
    """The small council with an empty list; its people and two of one name have been named on its site before."""
    seed = small_seed(rows=0)
    twins = [{"id": f"twin-{n}", "name": "Sam Twin", "email": f"sam.twin{n}@{DOMAIN}"} for n in (1, 2)]
    seed["people"] += twins
    roles = next(each for each in seed["lists"] if each["name"] == "Audit roles")
    known = [*(email(name) for name in PEOPLE), *(str(each["email"]) for each in twins)]
    roles["items"] += [{"Title": "Audit Lead", "Person": address} for address in known]
    seed["lists"].append({"name": "Audit bot", "columns": [{"name": "Title", "type": "text"}], "items": []})
    with sandbox.run(seed) as tenant:
        yield tenant


@pytest.fixture
def door(council: sandbox.Running, tmp_path: Path) -> Iterator[Door]:
    council.ask("POST", "/reset")
    council.ask("POST", "/clock", {"now": "2026-03-16T08:00:00+00:00"})
    council.ask("POST", "/settings", {"latency_ms": 0, "token_seconds": 3599})
    settings = settings_for(council, tmp_path)
    account = signed_in(settings.tenant)
    naps = Naps()
    yield Door(
        council, settings, Graph(account.connection, account.protocol.service_url, sleep=naps), naps, tmp_path
    )
    account.connection.close()


@contextmanager
def at_work(door: Door, say: Callable[[str], None] = lambda _: None) -> Iterator[Workplace]:
    with open_workplace(door.settings, clock=door.clock, say=say, sleep=door.naps) as workplace:
        yield workplace


def looked_at(workplace: Workplace, data: bytes, **asked: Any) -> Prepared:
    return prepared(workplace, sheets_of(read_workbook(data)), Asked(**asked))


def cells_of_mistakes() -> set[str]:
    found = set()
    for n, heading, *_ in MISTAKES:
        sheet, row = place_of(n)
        found.add(f"{sheet}!{cell_name(row, column_of(n, heading))}")
    return found


def references(workplace: Workplace) -> list[str]:
    return sorted(a.reference for a in workplace.lists.read().council.allocations)


def expected() -> list[str]:
    return sorted(row["Ref"] for n, row in enumerate(audits()) if n not in FAULTY)


def test_the_right_rows_are_entered_once_however_often_it_is_imported(door: Door) -> None:
    with at_work(door) as workplace:
        done = enter(workplace, looked_at(workplace, spreadsheet(with_mistakes())))
        assert not done.not_entered
        assert references(workplace) == expected()
        again = looked_at(workplace, spreadsheet(with_mistakes()))
        assert not again.entries.entries
        assert not [d for t in again.entries.there for d in t.differences]
        all_right = looked_at(workplace, spreadsheet(audits()))
        assert len(all_right.entries.entries) == len(FAULTY)
        enter(workplace, all_right)
        assert references(workplace) == sorted(row["Ref"] for row in audits())


def test_what_is_entered_says_what_the_spreadsheet_says_and_nothing_of_the_child(door: Door) -> None:
    with at_work(door) as workplace:
        made = looked_at(workplace, spreadsheet(audits()))
        enter(workplace, made)
        rows = {a.reference: a for a in workplace.lists.read().council.allocations}
    first = rows["FSP-2026-03-101"]
    assert (first.auditor, first.moderator, first.practitioner) == tuple(
        each for each in (first.auditor, first.moderator, first.practitioner) if each
    )
    assert {a.auditor.email for a in rows.values() if a.auditor} == {email("Ada Auditor")}
    assert {a.auditors_head_of_service.email for a in rows.values() if a.auditors_head_of_service} == {
        email("Ori Otherservice")
    }
    assert {str(a.confirmed_on) for a in rows.values()} == {"2026-02-25"}
    assert first.mosaic_number == "1000001"
    assert first.outcome_type == "CP plan"
    assert not any(a.child_name or a.date_of_birth for a in rows.values())
    notes = " ".join(made.notes)
    for heading in ("Child's name", "D.O.B.", "Home address"):
        assert f"“{heading}”: not entered" in notes
    assert "hidden" in notes


def test_what_has_been_done_is_remembered_and_nothing_is_sent_again_for_it(door: Door) -> None:
    with at_work(door) as workplace:
        made = looked_at(workplace, spreadsheet(audits()))
        enter(workplace, made)
        council, history = workplace.lists.read().council, workplace.history()
        rows = {a.reference: a for a in council.allocations}
        back, moderated = rows["FSP-2026-03-117"], rows["FSP-2026-03-122"]
        assert str(history.audit(back.item_id).returns[0].on) == "2026-03-10"
        assert str(history.audit(moderated.item_id).moderations[0].on) == "2026-03-13"
        assert not any(a.hold_why for a in rows.values())
        assert any(line.startswith("skip ") for line in rows["FSP-2026-03-113"].hold_letters)
    begun = {"audit allocated", "moderation allocated", "practitioner informed"}
    with_a_past = {f"FSP-2026-03-{n + 101}" for n in (12, 13, *range(16, 30), 50)}
    going = [n for letters in made.days.values() for n in letters]
    assert not [n for n in going if n.reference in with_a_past and n.rule.id in begun]
    assert not made.days[min(made.days)], "what was due before the import waits for a word"
    assert made.kept


def test_killed_in_the_midst_and_run_again(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    data = spreadsheet(audits())
    with at_work(door) as workplace:
        made = looked_at(workplace, data)
        append, times = workplace.ledger.append, []

        def dies(events: Any) -> int:
            times.append(1)
            if len(times) == 3:  # rows stand in the list, and the ledger does not know their past
                raise KeyboardInterrupt
            return append(events)

        monkeypatch.setattr(workplace.ledger, "append", dies)
        with pytest.raises(KeyboardInterrupt):
            enter(workplace, made)
        monkeypatch.undo()
        stopped = workplace.lists.read().council.allocations
        assert 0 < len(stopped) < 60
        assert [a for a in stopped if a.hold_why == BEING_ENTERED], "nothing goes out for them meanwhile"
        again = looked_at(workplace, data)
        assert [t for t in again.entries.there if t.unfinished]
        done = enter(workplace, again)
        assert not done.not_entered
        rows = workplace.lists.read().council.allocations
        assert sorted(a.reference for a in rows) == sorted(row["Ref"] for row in audits())
        assert not [a for a in rows if a.hold_why]
        history = workplace.history()
        assert sum(bool(history.audit(a.item_id).returns) for a in rows) == 15


def test_an_answer_that_was_lost_doubles_nothing(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    data = spreadsheet(audits())
    with at_work(door) as workplace:
        made = looked_at(workplace, data)
        real = workplace.graph.batch

        def loses(parts: Any, **more: Any) -> Any:
            parts = list(parts)
            answer = real(parts, **more)
            if parts and parts[0].method == "POST":
                raise ConnectionError
            return answer

        monkeypatch.setattr(workplace.graph, "batch", loses)
        with pytest.raises(ConnectionError):
            enter(workplace, made)
        monkeypatch.undo()
        enter(workplace, made)  # even with what was made out before
        assert references(workplace) == sorted(row["Ref"] for row in audits())


@pytest.fixture
def another(door: Door, tmp_path: Path) -> Door:
    """A second machine for the same site, with a ledger of its own."""
    folder = tmp_path / "another machine"
    folder.mkdir()
    return Door(door.tenant, settings_for(door.tenant, folder), door.graph, door.naps, folder)


def test_while_one_machine_enters_rows_another_stands_still_and_enters_none(
    door: Door, another: Door
) -> None:
    data, stood = spreadsheet(audits()), list[str]()

    def meanwhile(doing: str) -> None:
        if doing.startswith("Entering rows 21"):
            with at_work(another) as workplace:
                made = looked_at(workplace, data)
                assert len(made.entries.entries) == 40
                with pytest.raises(
                    StandsStill, match="Another installation of the audit bot is at work"
                ) as fault:
                    enter(workplace, made)
                stood.append(fault.value.remedy)

    with at_work(door, meanwhile) as workplace:
        assert not enter(workplace, looked_at(workplace, data)).not_entered
        assert references(workplace) == sorted(row["Ref"] for row in audits())
    assert "find the other machine and stop one of the two" in stood[0]
    assert door.tenant.ask("GET", "/lists/Audit bot")["rows"] == []
    with at_work(another) as workplace:
        assert not looked_at(workplace, data).entries.entries, "once the first is done, all of it is there"


def test_an_import_whose_row_is_gone_enters_nothing_more(door: Door) -> None:
    def deleted(doing: str) -> None:
        if doing.startswith("Entering rows 21"):
            for row in door.tenant.ask("GET", "/lists/Audit bot")["rows"]:
                door.tenant.ask("DELETE", f"/lists/Audit bot/{row['id']}")

    with at_work(door, deleted) as workplace:
        with pytest.raises(StandsStill, match="has taken over, or somebody has deleted the row"):
            enter(workplace, looked_at(workplace, spreadsheet(audits())))
        assert len(references(workplace)) == 20


def test_a_row_that_came_between_showing_and_entering_is_named_and_not_passed_over(
    door: Door, another: Door
) -> None:
    data = spreadsheet(audits()[:3])
    with at_work(door) as workplace:
        made = looked_at(workplace, data)
        with at_work(another) as other:
            enter(other, looked_at(other, data))
        done = enter(workplace, made)
        assert not done.references
        assert (
            len([why for why in done.not_entered if "was entered meanwhile. Import the file again" in why])
            == 3
        )
        assert len(references(workplace)) == 3


def test_what_is_exported_is_all_there_when_it_is_imported(door: Door) -> None:
    with at_work(door) as workplace:
        enter(workplace, looked_at(workplace, spreadsheet(audits())))
        rows = workplace.lists.read().council.allocations
        data = exported(rows, workplace.lists.names())
        assert b"Robin" not in data
        back = looked_at(workplace, data)
    assert not back.questions
    assert not back.entries.faults
    assert not back.entries.entries
    assert len(back.entries.there) == 60
    assert not [d for t in back.entries.there for d in t.differences]


@pytest.mark.parametrize(
    "new", [False, True], ids=["letters go out already", "a new installation that names an earlier day"]
)
def test_no_run_after_the_import_writes_to_anybody_about_what_was_done(door: Door, new: bool) -> None:
    council = Council(door)
    council.new = new
    if not new:
        council.run("2026-03-13")
    council.ask("POST", "/clock", {"now": "2026-03-16T08:00:00+00:00"})
    with at_work(door) as workplace:
        enter(workplace, looked_at(workplace, spreadsheet(audits())))
    had = len(door.tenant.deliveries())
    done = [f"FSP-2026-03-{n + 101}" for n in (12, 13, *range(16, 30), 50)]
    for day in ("2026-03-17", "2026-03-18"):
        council.run(day, **({"start_on": date(2026, 3, 2)} if new else {}))
    box = door.settings.mailbox
    sent = [(d["subject"], r) for d in door.tenant.deliveries()[had:] for r in d["delivered_to"] if r != box]
    assert [each for each in sent if any(reference in each[0] for reference in done)] == []
    asked = [d["subject"] for d in door.tenant.deliveries()[had:] if box in d["delivered_to"]]
    assert any("fell due earlier: please say which of them go" in subject for subject in asked)


def test_a_letter_that_needs_a_form_the_bot_never_had_asks_for_it_to_be_sent_by_hand(door: Door) -> None:
    council = Council(door)
    council.run("2026-03-13")
    council.ask("POST", "/clock", {"now": "2026-03-16T08:00:00+00:00"})
    row = {**audits()[16], "Date returned": date(2026, 3, 16)}
    with at_work(door) as workplace:
        enter(workplace, looked_at(workplace, spreadsheet([row])))
    report = council.run("2026-03-16", "09:00")
    told = " ".join([*(p.what for p in report.problems), *report.held])
    assert "known from the Audit Team's spreadsheet alone" in told
    assert "Send the form by hand" in told


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not here")
def test_a_copy_that_libreoffice_saved_says_the_same(door: Door, tmp_path: Path) -> None:
    file, out = tmp_path / "old.xlsx", tmp_path / "saved"
    file.write_bytes(spreadsheet(with_mistakes()))
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx",
         "--outdir", str(out), str(file)], check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    with at_work(door) as workplace:
        made = looked_at(workplace, (out / "old.xlsx").read_bytes())
    assert {fault.where for fault in made.entries.faults} == cells_of_mistakes()
