"""Where the audits stand, in the library: kept up to date by the daily run, one file for a service and one for all."""

from __future__ import annotations

import base64
import io
import zipfile
from datetime import UTC, datetime
from typing import Any, cast

from small_council import REF, Council, digest
from tenant import email

from bot.daily_run.reports.dashboards import keep_dashboards
from bot.daily_run.workplace import open_workplace
from bot.office.ledger import Ledger
from bot.programme.events import EventKind

NOON = datetime(2026, 3, 23, 12, tzinfo=UTC)


def workbooks(council: Council) -> list[str]:
    found = council.ask("GET", "/files")
    return sorted(
        f["path"] for f in found if f["path"].startswith("Where the audits stand/") and "." in f["path"]
    )


def kept(council: Council) -> int:
    ledger = Ledger(council.door.settings.ledger)
    found = sum(event.kind is EventKind.DASHBOARD_KEPT for event in ledger.read())
    ledger.close()
    return found


def words(council: Council, path: str) -> str:
    import urllib.parse
    import urllib.request

    address = f"{council.door.tenant.front_desk_url}/api/files/content?path={urllib.parse.quote(path)}"
    with urllib.request.urlopen(address) as answer, zipfile.ZipFile(io.BytesIO(answer.read())) as book:
        return " ".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))


def service(council: Council) -> str:
    (found,) = [path for path in workbooks(council) if "all services" not in path]
    return found


def test_each_service_has_its_own_workbook_and_the_audit_team_one_of_all(council: Council) -> None:
    assert len(workbooks(council)) == 2
    assert service(council).split("/")[1] in service(council).split("/")[2], "a folder of its own"
    assert REF in words(council, service(council)) or "With auditors" in words(council, service(council))


def test_nothing_is_written_while_nothing_changes(council: Council) -> None:
    before = kept(council)
    council.run("2026-03-03")
    council.run("2026-03-04")
    assert kept(council) == before
    council.run("2026-03-23")  # the audit is overdue by now
    assert kept(council) > before
    assert "Overdue" in words(council, service(council))
    assert len(workbooks(council)) == 2, "the same files, at the same addresses"


def test_no_child_and_nobody_is_named(council: Council) -> None:
    council.run("2026-03-23")
    row = council.row()
    said = words(council, service(council))
    assert REF in said
    for name in (
        "Ada Auditor",
        "Mo Moderator",
        email("Ada Auditor"),
        row["Child's name"],
        row["Mosaic number"],
    ):
        assert not name or name not in said


def test_a_workbook_somebody_has_open_is_told_and_stops_nothing(council: Council) -> None:
    path = service(council)
    council.ask("PATCH", "/files", {"path": path, "locked": True})
    report = council.run("2026-03-23")
    (told,) = [p.what for p in report.problems if "could not be brought up to date" in p.what]
    assert "somebody has it open" in told
    assert report.digest_sent
    assert "somebody has it open" in digest(council)
    council.ask("PATCH", "/files", {"path": path, "locked": False})
    assert not [p for p in council.run("2026-03-24").problems if "up to date" in p.what]
    assert "Overdue" in words(council, path)


def test_a_workbook_people_have_written_in_is_left_and_a_new_one_stands_beside_it(council: Council) -> None:
    path = service(council)
    theirs = base64.b64encode(b"what we agreed on Monday").decode()
    council.ask("POST", "/files", {"path": path, "base64": theirs})
    council.run("2026-03-23")
    found = [each for each in workbooks(council) if "all services" not in each]
    assert sorted(found) == sorted([path, path.replace(".xlsx", " (2).xlsx")])
    content: Any = council.ask("GET", "/files")
    assert next(f for f in content if f["path"] == path)["size"] == len(b"what we agreed on Monday")
    council.run("2026-04-01")
    assert len(workbooks(council)) == 3, "the new one is kept up to date from then on"


def test_where_the_bot_may_not_write_is_told_and_the_letters_go_all_the_same(council: Council) -> None:
    council.door.fault("refused", method="POST", path=r"/drives/.*createUploadSession", times=9)
    report = council.run("2026-03-23")
    assert len([p for p in report.problems if "the bot may not write there" in p.what]) == 2
    assert report.digest_sent
    assert report.letters


def test_whatever_a_workbook_fails_on_is_told_and_nothing_is_raised(council: Council) -> None:
    with open_workplace(council.door.settings, clock=lambda: NOON, say=lambda _line: None) as workplace:
        (problem,) = keep_dashboards([cast(Any, object())], workplace.history(), workplace)
    assert "something it does not know (AttributeError)" in problem.what
