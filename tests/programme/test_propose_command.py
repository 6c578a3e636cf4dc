"""`audit-bot propose`: from two sheets to a workbook that the import takes, changed by hand and proposed anew (§6)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from importing_purely import come_of
from sheets_to_propose_from import AUDITORS, CHILDREN, PEOPLE, child, colleague, sheets
from tenant import ROOT

from bot.cli import main
from bot.cli.propose import MOST_SHOWN
from bot.exit_status import DONE, NEEDS_A_PERSON, WRONG_CONFIGURATION
from bot.papers.spreadsheet import Table, workbook
from bot.papers.workbook_read import read_workbook
from bot.programme.allocating.not_read import OURS

WHEN = ["--month-one", "2026-03-02", "--today", "2026-02-18"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A council that wants four children for Team Managers and two for Advanced Practitioners."""
    text = (ROOT / "config/allocation.toml").read_text(encoding="utf-8")
    text = text.replace("children = 40", "children = 4").replace("children = 20", "children = 2")
    text = text.replace("children = 12", "children = 0")
    (tmp_path / "allocation.toml").write_text(text, encoding="utf-8")
    (tmp_path / "profile.toml").write_text('[files]\nallocation = "allocation.toml"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    sheets(tmp_path / "sheets.xlsx")
    return tmp_path


def propose(folder: Path, *words: str) -> int:
    return main(["propose", "sheets.xlsx", "--settings", str(folder / "profile.toml"), *WHEN, *words])


def rows(file: Path, sheet: str = "Allocations") -> list[dict[str, Any]]:
    head, *below = read_workbook(file.read_bytes()).sheets[sheet]
    return [dict(zip(map(str, head), [*row, *[None] * len(head)], strict=False)) for row in below]


def by_number(file: Path) -> dict[str, dict[str, Any]]:
    return {str(row["Mosaic number"]): row for row in rows(file)}


def changed(file: Path, to: Path, number: str, column: str, value: str | None) -> None:
    """What somebody does in Excel: one cell of one row; or, without a column, the row is taken out."""
    book = read_workbook(file.read_bytes())
    tables = {}
    for name, (head, *below) in book.sheets.items():
        table = [[*row, *[None] * (len(head) - len(row))] for row in below]
        if name == "Allocations":
            at = head.index("Mosaic number")
            for row in table:
                if str(row[at]) == number and column:
                    row[head.index(column)] = value
            table = [row for row in table if column or str(row[at]) != number]
        tables[name] = Table([str(cell) for cell in head], table)
    to.write_bytes(workbook(tables))


def test_a_head_of_service_reads_first_what_is_to_be_confirmed(folder: Path) -> None:
    propose(folder, "--seed", "blue door", "--out", "p.xlsx")
    (head, *_) = read_workbook((folder / "p.xlsx").read_bytes()).sheets["Allocations"]
    at = head.index("Confirmed on") + 1
    assert {"Mosaic number", "Audit type", "Team", "Practitioner", "Auditor", "Moderator"} < {*head[:at]}
    assert {"Group Manager", "IRO or CP Chair", "Earlier audit"} <= {*head[at:]}


def test_every_sheet_of_a_proposal_is_known_as_ours(folder: Path) -> None:
    propose(folder, "--seed", "blue door", "--out", "p.xlsx")
    assert {*read_workbook((folder / "p.xlsx").read_bytes()).sheets} <= OURS


def test_a_proposal_is_taken_by_the_import_as_it_is(folder: Path) -> None:
    assert propose(folder, "--seed", "blue door", "--out", "p.xlsx") == DONE
    data = (folder / "p.xlsx").read_bytes()
    # the import knows the fictional council's people, and these are its own
    come = come_of(data)
    assert [layout.sheet.name for layout in come.layouts] == ["Allocations"]
    assert not come.questions
    wrong = {fault.wrong.split(":")[0] for fault in come.entries.faults}
    assert wrong <= {f"“{word}”" for word in ("Practitioner", "Auditor", "Moderator")}, (
        "only people it never met"
    )
    assert len(rows(folder / "p.xlsx")) == 6


def test_every_row_has_an_auditor_and_a_moderator_and_waits_for_the_head_of_service(folder: Path) -> None:
    propose(folder, "--seed", "blue door", "--out", "p.xlsx")
    for row in rows(folder / "p.xlsx"):
        managers = row["Audit type"] == "Full – Team Manager"
        assert ("Ada" in row["Auditor"] or "Una" in row["Auditor"]) == managers
        assert row["Moderator"] == "Moss Moderator <moss.moderator@wexcombe.example>"
        assert row["Confirmed on"] is None


def test_the_frame_is_told_before_there_is_a_seed_and_the_same_afterwards(folder: Path, capsys: Any) -> None:
    assert propose(folder, "--out", "frame.xlsx", "--json") == NEEDS_A_PERSON
    told = json.loads(capsys.readouterr().out)["frame"]
    assert "Allocations" not in read_workbook((folder / "frame.xlsx").read_bytes()).sheets
    assert propose(folder, "--keep", "frame.xlsx", "--seed", "blue door", "--out", "p.xlsx", "--json") == DONE
    assert json.loads(capsys.readouterr().out)["frame"] == told


def test_a_frame_that_was_changed_after_it_was_told_is_named(folder: Path, capsys: Any) -> None:
    propose(folder, "--out", "frame.xlsx")
    sheets(folder / "sheets.xlsx", [child(n) for n in range(19)])
    assert propose(folder, "--keep", "frame.xlsx", "--seed", "x", "--out", "p.xlsx") == NEEDS_A_PERSON
    assert "The frame is another than when its HMAC was told" in capsys.readouterr().out


def test_a_change_by_hand_is_kept_and_the_rest_stays_as_it_was(folder: Path) -> None:
    propose(folder, "--seed", "x", "--out", "p.xlsx")
    first = by_number(folder / "p.xlsx")
    number = next(n for n, row in first.items() if "Ada" in row["Auditor"])
    changed(folder / "p.xlsx", folder / "q.xlsx", number, "Auditor", "Una Unwell")
    propose(folder, "--keep", "q.xlsx", "--out", "r.xlsx")
    again = by_number(folder / "r.xlsx")
    assert "Una" in again[number]["Auditor"]
    assert {n: row["Auditor"] for n, row in again.items() if n != number} == {
        n: row["Auditor"] for n, row in first.items() if n != number
    }
    changed(folder / "r.xlsx", folder / "s.xlsx", "0", "Auditor", "")
    propose(folder, "--keep", "s.xlsx", "--out", "t.xlsx")
    assert "Una" in by_number(folder / "t.xlsx")[number]["Auditor"], "by hand also the next time"


def test_a_cell_that_was_emptied_says_not_this_one(folder: Path) -> None:
    propose(folder, "--seed", "x", "--out", "p.xlsx")
    number = next(n for n, row in by_number(folder / "p.xlsx").items() if "Ada" in row["Auditor"])
    changed(folder / "p.xlsx", folder / "q.xlsx", number, "Auditor", None)
    propose(folder, "--keep", "q.xlsx", "--out", "r.xlsx")
    assert "Una" in by_number(folder / "r.xlsx")[number]["Auditor"]


@pytest.mark.parametrize("how", ["withdrawn", "row taken out"])
def test_for_a_child_who_drops_out_the_next_of_the_reserve_list_comes(folder: Path, how: str) -> None:
    propose(folder, "--seed", "x", "--out", "p.xlsx")
    first = by_number(folder / "p.xlsx")
    number, keep = next(iter(first)), "p.xlsx"
    if how == "withdrawn":
        out = [
            child(n, **{"Leave out because": "withdrawn" if str(30_000 + n) == number else ""})
            for n in range(20)
        ]
        sheets(folder / "sheets.xlsx", out)
    else:
        changed(folder / "p.xlsx", folder / "q.xlsx", number, "", None)
        keep = "q.xlsx"
    assert propose(folder, "--keep", keep, "--out", "r.xlsx") == NEEDS_A_PERSON
    again = by_number(folder / "r.xlsx")
    (new,) = again.keys() - first.keys()
    assert first.keys() - again.keys() == {number}
    reserve = [str(row["Child"]) for row in rows(folder / "p.xlsx", "Reserve list")]
    team = first[number]["Team"]
    assert new == next(n for n in reserve if f"FSP Team {(int(n) - 30_000) % 3 + 1}" == team)


def test_for_an_auditor_who_is_exempted_another_is_proposed_and_nobody_else_moves(folder: Path) -> None:
    propose(folder, "--seed", "x", "--out", "p.xlsx")
    first = by_number(folder / "p.xlsx")
    people = [row if row[0] != "Una Unwell" else colleague("Una Unwell", Exempted="Yes") for row in PEOPLE]
    people.append(colleague("Nell New"))
    sheets(folder / "sheets.xlsx", people=people)
    assert propose(folder, "--keep", "p.xlsx", "--out", "r.xlsx") == DONE
    for number, row in by_number(folder / "r.xlsx").items():
        assert "Una" not in row["Auditor"]
        if "Una" not in first[number]["Auditor"]:
            assert row["Auditor"] == first[number]["Auditor"]


def test_what_is_short_is_told_with_what_would_meet_it(folder: Path, capsys: Any) -> None:
    away: Mapping[str, object] = {"Leave from": date(2026, 3, 2), "Leave to": date(2026, 3, 19)}
    people = [
        row if row[0] != "Uma Auditor" else colleague("Uma Auditor", "Advanced Practitioner", **away)
        for row in PEOPLE
    ]
    sheets(folder / "sheets.xlsx", people=people)
    assert propose(folder, "--seed", "x", "--out", "p.xlsx", "--json") == NEEDS_A_PERSON
    said = json.loads(capsys.readouterr().out)
    assert "Uma Auditor back from leave" in " ".join(s["says"] for s in said["shortages"])
    assert said["shortages"][0]["change"][0]["lever"] == "back from leave"


def test_a_name_that_may_be_a_colleagues_closes_that_colleague_and_is_told(folder: Path, capsys: Any) -> None:
    rows_of = [child(n, **{"Social worker": "A. Auditer"}) for n in range(20)]
    sheets(folder / "sheets.xlsx", rows_of)
    propose(folder, "--seed", "x", "--out", "p.xlsx")
    assert "may be Ada Auditor, and nobody can tell" in " ".join(capsys.readouterr().out.split())
    assert not any("Ada" in (row["Auditor"] or "") for row in rows(folder / "p.xlsx"))


@pytest.mark.parametrize(
    ("stands", "closes"),
    [
        ("Ada Auditor", True),
        ("Auditor, Ada", True),
        ("Ada Auditor <ada@elsewhere.example>", True),
        ("ada.auditor@elsewhere.example", True),
        ("Auditor", True),
        ("Ada B. Auditor", True),
        ("AA", True),
        ("Bea Auditor", False),
        ("Wes Worker", False),
    ],
)
def test_who_did_the_work_is_known_however_the_sheet_writes_them(
    folder: Path, stands: str, closes: bool
) -> None:
    sheets(folder / "sheets.xlsx", [child(n, **{"Social worker": stands}) for n in range(20)])
    propose(folder, "--seed", "x", "--out", "p.xlsx")
    given = [row["Auditor"] or "" for row in rows(folder / "p.xlsx")]
    assert any("Ada" in who for who in given) != closes


def test_a_manager_is_one_person_however_two_sheets_write_them(folder: Path) -> None:
    people = [
        row
        if row[0] != "Ada Auditor"
        else colleague("Ada Auditor", **{"Line manager": "Tia Manager <tia@wexcombe.example>"})
        for row in PEOPLE
    ]
    for written in ("Tia Manager", "Manager, Tia", "T. Manager", "tia@wexcombe.example"):
        sheets(folder / "sheets.xlsx", [child(n, **{"Social worker": written}) for n in range(20)], people)
        propose(folder, "--seed", "x", "--out", "p.xlsx")
        assert not any("Ada" in (row["Auditor"] or "") for row in rows(folder / "p.xlsx")), written


def test_one_person_has_one_role(folder: Path, capsys: Any) -> None:
    sheets(folder / "sheets.xlsx", people=[*PEOPLE, colleague("Ada Auditor", "Group Manager")])
    assert propose(folder, "--seed", "x", "--out", "p.xlsx") == WRONG_CONFIGURATION
    assert "Ada Auditor stands in a line above as Team Manager" in capsys.readouterr().err


@pytest.mark.parametrize("team", ["FSPP Team 1", "Family Support Protection Team 1", "FSP Team1"])
def test_a_team_that_may_be_the_childs_under_another_name_gets_nothing_of_it(
    folder: Path, team: str, capsys: Any
) -> None:
    people = [row if row[0] != "Ada Auditor" else colleague("Ada Auditor", team=team) for row in PEOPLE]
    sheets(folder / "sheets.xlsx", [child(3 * n) for n in range(20)], people)
    propose(folder, "--seed", "x", "--out", "p.xlsx")
    assert not any("Ada" in (row["Auditor"] or "") for row in rows(folder / "p.xlsx"))
    asked = f"Are “FSP Team 1” and “{team}” one team?" in " ".join(capsys.readouterr().out.split())
    assert asked == (team != "FSP Team1"), "where it is certain, nothing is asked"


def test_everything_that_is_wrong_in_the_sheets_is_told_at_once(folder: Path, capsys: Any) -> None:
    children = [child(1), child(1), child(2, **{"Mosaic No.": "soon"})]
    people = [*PEOPLE, colleague("No Address", Email=""), colleague("Max Most", **{"Audits at most": "many"})]
    sheets(folder / "sheets.xlsx", children, people)
    assert propose(folder, "--seed", "x", "--out", "p.xlsx") == WRONG_CONFIGURATION
    said = capsys.readouterr().err
    for what in (
        "this child stands in a line above too",
        "“soon” is no Mosaic number",
        "needs a name and an address",
    ):
        assert what in said
    assert "“many” is no number" in said
    assert not (folder / "p.xlsx").exists()


def test_the_same_sheets_give_the_same_proposal(folder: Path) -> None:
    for name in ("p.xlsx", "q.xlsx"):
        propose(folder, "--seed", "x", "--out", name)
    assert rows(folder / "p.xlsx") == rows(folder / "q.xlsx")
    assert rows(folder / "p.xlsx", "Reserve list") == rows(folder / "q.xlsx", "Reserve list")


def test_nothing_is_written_over_what_is_read(folder: Path) -> None:
    assert propose(folder, "--seed", "x", "--out", "sheets.xlsx") == WRONG_CONFIGURATION


def test_what_json_tells_names_no_child(folder: Path, capsys: Any) -> None:
    propose(folder, "--seed", "x", "--out", "p.xlsx", "--json")
    assert not any(str(30_000 + n) in capsys.readouterr().out for n in range(20))


@pytest.mark.parametrize(
    ("day", "what"),
    [
        ("2026-05-30", "no working day of May 2026 is left from Sat 30 May 2026 on"),
        ("2026-12-29", "no working day of December 2026 is left from Tue 29 Dec 2026 on"),
        ("9999-12-31", "is hardly in a year that is meant"),
        ("0001-01-01", "is hardly in a year that is meant"),
        ("30 May", "is not a date"),
    ],
)
def test_an_audit_month_of_which_no_working_day_is_left_is_no_audit_month(
    folder: Path, capsys: Any, day: str, what: str
) -> None:
    days = ", ".join(f"2026-12-{n}" for n in range(24, 32))
    profile = f'closure_days = {{ "Christmas closure" = [{days}] }}\n{(folder / "profile.toml").read_text()}'
    (folder / "profile.toml").write_text(profile)
    assert propose(folder, "--month-one", day, "--seed", "x", "--out", "p.xlsx") == WRONG_CONFIGURATION
    assert what in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("today", ["9999-12-31", "0001-01-01T00:00+14:00"])
def test_a_day_in_a_year_nobody_means_is_no_today(folder: Path, capsys: Any, today: str) -> None:
    assert propose(folder, "--today", today, "--seed", "x", "--out", "p.xlsx") == WRONG_CONFIGURATION
    assert f"--today {today} is" in capsys.readouterr().err


@pytest.mark.parametrize("written", ['{ "Training" = [2026-03-03, 2026-03-04] }', "[2026-03-03, 2026-03-04]"])
def test_the_councils_closure_days_are_no_days_of_the_audit_month_however_they_are_written(
    folder: Path, capsys: Any, written: str
) -> None:
    profile = folder / "profile.toml"
    profile.write_text(f"closure_days = {written}\n{profile.read_text()}")
    propose(folder, "--seed", "x", "--out", "p.xlsx")
    assert "due back Tue 24 Mar 2026" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("written", ['"Christmas"', "[9999-12-31]", "[0001-01-01, 9999-01-01]"])
def test_closure_days_that_cannot_be_meant_are_told(folder: Path, capsys: Any, written: str) -> None:
    profile = folder / "profile.toml"
    profile.write_text(f"closure_days = {written}\n{profile.read_text()}")
    assert propose(folder, "--seed", "x", "--out", "p.xlsx") == WRONG_CONFIGURATION
    assert "closure_days: " in capsys.readouterr().err


def test_what_matters_most_is_told_first_how_much_more_there_is_is_said_and_all_stands_in_the_workbook(
    folder: Path, capsys: Any
) -> None:
    propose(folder, "--out", "frame.xlsx")
    more = [f"Extra {chr(65 + n // 26)}{chr(65 + n % 26)}" for n in range(60)]
    rows_of_children = [[*child(n), *more] for n in range(21)]
    tables = {"Children": Table((*CHILDREN, *more), rows_of_children), "Auditors": Table(AUDITORS, PEOPLE)}
    (folder / "sheets.xlsx").write_bytes(workbook(tables))
    capsys.readouterr()
    propose(folder, "--seed", "x", "--keep", "frame.xlsx", "--out", "p.xlsx")
    first, *others = [line for line in capsys.readouterr().out.splitlines() if line.startswith("· ")]
    assert first.startswith("· The frame is another than when its HMAC was told")
    assert len(others) == MOST_SHOWN
    kept = [row["Is"] for row in rows(folder / "p.xlsx", "The draw") if row["What"] == "Note"]
    assert len([note for note in kept if "Extra" in note]) == 60
    assert any("The frame is another" in note for note in kept)
    said = others[-1]
    assert said == f"· and {len(kept) - MOST_SHOWN} more: all stand in the sheet “The draw” of p.xlsx."


def test_a_column_that_closes_somebody_and_has_lost_its_heading_stops_the_proposal(
    folder: Path, capsys: Any
) -> None:
    head = ["Exempted by HoS" if title == "Exempted" else title for title in AUDITORS]
    tables = {"Children": Table(CHILDREN, [child(n) for n in range(20)]), "Auditors": Table(head, PEOPLE)}
    (folder / "sheets.xlsx").write_bytes(workbook(tables))
    assert propose(folder, "--seed", "x", "--out", "p.xlsx") == WRONG_CONFIGURATION
    assert "Auditors: the heading in K1 is nearly “Exempted”" in " ".join(capsys.readouterr().err.split())
