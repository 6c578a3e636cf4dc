"""The inspector's pack of one audit: made on request, logged, whole, and honest about what it lacks."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from people_at_work import SECRET, moderated, record
from small_council import REF, Council
from tenant import PEOPLE, Door, email

from bot.daily_run.reports.pack import Pack, made_pack
from bot.daily_run.workplace import open_workplace
from bot.errors import SettingsError
from bot.office.ledger import Ledger
from bot.papers.reports.pack_file import SUMS, pack_faults, seal_of
from bot.programme.events import Event, EventKind
from bot.programme.modes import Mode

CHILD = "Robin Example1"


def pack_of(
    council: Council, reference: str = REF, day: str = "2026-03-11", mode: Mode = Mode.LIVE
) -> Pack | None:
    moment = datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC)
    settings = council.door.settings.model_copy(update={"safety": mode})
    with open_workplace(
        settings, clock=lambda: moment, say=lambda _: None, locked=True, sleep=council.door.naps
    ) as workplace:
        return made_pack(workplace, reference)


def made(council: Council, reference: str = REF) -> Pack:
    pack = pack_of(council, reference)
    assert pack is not None
    assert pack_faults(io.BytesIO(pack.data)) == []
    return pack


def files(pack: Pack) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(pack.data)) as held:
        return {name: held.read(name) for name in held.namelist()}


def index(pack: Pack) -> str:
    """The words of the pack's index."""
    (name,) = [name for name in files(pack) if name.startswith("Audit trail")]
    with zipfile.ZipFile(io.BytesIO(files(pack)[name])) as document:
        xml = document.read("word/document.xml").decode()
    return " ".join(re.sub(r"<[^>]+>", " ", xml).replace("&quot;", '"').replace("&amp;", "&").split())


def events(door: Door) -> list[Event]:
    ledger = Ledger(door.settings.ledger)
    found = ledger.read()
    ledger.close()
    return found


def lose(door: Door, kind: EventKind, data: bytes | None = None) -> None:
    """Somebody deletes a filed form in the library, or writes over it."""
    for event in events(door):
        if event.kind is kind:
            drive, _, item = str(event.data["file"]).partition("/")
            path = f"/drives/{drive}/items/{item}"
            if data is None:
                door.graph.delete(path)
            else:
                door.graph.put(f"{path}/content", data)


@pytest.fixture
def council(door: Door) -> Council:
    found = Council(door)
    found.once("moderated, and its meeting held", lambda: record(moderated(door)))
    return found


def test_it_holds_every_filed_form_and_for_each_date_its_reason(council: Council) -> None:
    pack = made(council)
    assert list(files(pack)) == [
        f"Audit trail of {REF}.docx",
        f"documents/01 {REF} auditor's part.docx",
        f"documents/02 {REF} moderator's part.docx",
        f"documents/03 {REF} record of the UoPP meeting.docx",
        SUMS,
    ]
    assert pack.missing == ()
    told = index(pack)
    assert "Nothing is missing." in told
    assert "The record of the UoPP meeting came back." in told
    assert "working days after" in told, "a date that is set says from what it was reckoned"
    assert told.count("Requires Improvement to be Good the auditor") == 1
    assert told.count("Requires Improvement to be Good the moderator") == 1
    received = {str(e.data["sha256"]) for e in events(council.door) if e.data.get("file")}
    assert len(received) == 3
    assert all(sha256 in told for sha256 in received), "the hash of each as it was received"


def test_each_letter_stands_in_it_with_its_subject_day_and_the_parts_of_its_readers(council: Council) -> None:
    told = index(made(council))
    assert f"Audit {REF}: UoPP meeting to arrange" in told
    went = [d for d in council.door.tenant.deliveries() if d["kind"] == "message" and REF in d["subject"]]
    assert went
    for subject in {d["subject"] for d in went if d["sender"] == council.door.settings.mailbox}:
        assert subject in told


def test_the_index_names_no_child_no_colleague_and_nothing_of_what_was_said(council: Council) -> None:
    told = index(made(council))
    for word in (CHILD, "Robin", "1000001", SECRET, *PEOPLE, *map(email, PEOPLE)):
        assert word not in told, word
    assert "the practitioner and the team manager were not copied in" in told


def test_that_it_was_made_stands_in_the_ledger_with_reference_day_and_seal_and_nothing_else(
    council: Council,
) -> None:
    pack = made(council)
    (event,) = [e for e in events(council.door) if e.kind is EventKind.PACK_MADE]
    assert event.data == {"on": "2026-03-11", "reference": REF, "seal": pack.seal}
    assert pack.seal == seal_of(io.BytesIO(pack.data))
    made(council)
    ledger = Ledger(council.door.settings.ledger)
    assert ledger.verified().fault == ""
    ledger.close()


def test_it_says_where_the_ledger_stood(council: Council) -> None:
    ledger = Ledger(council.door.settings.ledger)
    seal = ledger.verified().seal
    ledger.close()
    assert seal in index(made(council))


def test_a_file_that_is_gone_is_named(council: Council) -> None:
    lose(council.door, EventKind.AUDIT_RETURNED)
    pack = made(council)
    (told,) = pack.missing
    assert "is no longer where it was put" in told
    assert told.split(". ")[0] in index(pack)
    assert f"documents/01 {REF} moderator's part.docx" in files(pack), "the rest is there"


def test_a_file_that_was_altered_is_named_and_not_put_in(council: Council) -> None:
    lose(council.door, EventKind.MODERATION_RETURNED, b"another file")
    pack = made(council)
    (told,) = pack.missing
    assert "is not what was received on Wednesday 4 March 2026" in told
    assert b"another file" not in files(pack).values()


def test_a_file_that_somebody_else_put_into_the_folder_is_named_and_not_put_in(council: Council) -> None:
    filed = next(e for e in events(council.door) if e.kind is EventKind.AUDIT_RETURNED)
    drive, _, item = str(filed.data["file"]).partition("/")
    parent = council.door.graph.get(f"/drives/{drive}/items/{item}")["parentReference"]["id"]
    council.door.graph.put(f"/drives/{drive}/items/{parent}:/notes.docx:/content", b"notes")
    pack = made(council)
    assert [each for each in pack.missing if "“notes.docx” lies in the folder" in each]
    assert b"notes" not in files(pack).values()


def test_a_withdrawn_audit_has_its_pack_and_says_so(council: Council) -> None:
    council.ask("PATCH", "/lists/Audit allocations/1", {"Withdrawn": True})
    pack = made(council)
    assert "Withdrawn" in index(pack)
    assert len(files(pack)) == 5


def test_no_file_of_a_restricted_record_leaves_the_library(council: Council) -> None:
    council.ask("PATCH", "/lists/Audit allocations/1", {"Restricted": True})
    pack = made(council)
    assert list(files(pack)) == [f"Audit trail of {REF}.docx", SUMS]
    assert pack.missing == (
        "The record is restricted: its files stay in the document library, where the Audit Team can show them.",
    )
    assert "; restricted" in index(pack)


def test_the_re_audit_stands_in_the_same_pack(council: Council) -> None:
    again = "FSP-2026-03-002"
    council.ask("PATCH", "/lists/Audit allocations/2", {"Audit type": "Re-audit", "Earlier audit": REF})
    told = index(made(council))
    assert f"{again} Re-audit" in told
    assert again in index(made(council, again)), "asked for by either"
    assert f"{REF} Full – Team Manager" in index(made(council, again))


def test_an_audit_of_a_closed_cycle_has_its_pack(council: Council) -> None:
    council.ask("PATCH", "/lists/Audit cycles/1", {"Status": "Closed"})
    assert len(files(made(council))) == 5


def test_with_a_template_nobody_can_use_none_is_made_and_none_is_logged(
    council: Council, tmp_path: Path
) -> None:
    (tmp_path / "inspectors_pack.docx").write_bytes(b"half of it")
    files = council.door.settings.files.model_copy(update={"reports": tmp_path})
    council.door.settings = council.door.settings.model_copy(update={"files": files})
    with pytest.raises(SettingsError, match="the template of the pack, cannot be used: the file is damaged"):
        pack_of(council)
    assert EventKind.PACK_MADE not in {event.kind for event in events(council.door)}


def test_there_is_none_of_an_audit_that_is_not_in_the_list(council: Council) -> None:
    assert pack_of(council, "FSP-2026-03-999") is None
    assert not [e for e in events(council.door) if e.kind is EventKind.PACK_MADE]


def test_what_is_in_it_is_what_lies_in_the_library(council: Council) -> None:
    held = files(made(council))
    sums = dict(line.split("  ")[::-1] for line in held.pop(SUMS).decode().splitlines())
    assert sums == {name: hashlib.sha256(data).hexdigest() for name, data in held.items()}


@pytest.mark.parametrize("mode", [Mode.TEAM_ONLY, Mode.REHEARSE])
def test_a_pack_made_in_a_trial_holds_the_letters_people_have_had_and_none_of_the_trials(
    door: Door, mode: Mode
) -> None:
    council = Council(door)
    council.launched()
    council.mode = mode
    assert council.run("2026-03-18", safety=mode).letters["several at once"] == 1
    pack = pack_of(council, day="2026-03-18", mode=mode)
    assert pack is not None
    assert "Would have gone to" not in index(pack)
    assert "Wed 18 Mar 2026" not in index(pack)
    assert "yours to carry out, due Fri 20 Mar" in index(pack), "subjects as they went"
