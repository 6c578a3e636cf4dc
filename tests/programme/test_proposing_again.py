"""A proposal in whose workbook people have written, proposed again: what they wrote stays, or they are told that it
does not; and a sheet that is another one is refused (docs/proposing.md, “Changing it”).
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from sheets_to_propose_from import PEOPLE, child, colleague, sheets
from tenant import ROOT

from bot.cli import main
from bot.exit_status import WRONG_CONFIGURATION
from bot.papers.spreadsheet import Table, workbook
from bot.papers.workbook_read import read_workbook

Rows = list[list[Any]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Eight audits proposed from thirty children."""
    text = (ROOT / "config/allocation.toml").read_text(encoding="utf-8")
    text = text.replace("children = 40", "children = 6").replace("children = 20", "children = 2")
    (tmp_path / "allocation.toml").write_text(text.replace("children = 12", "children = 0"), encoding="utf-8")
    (tmp_path / "profile.toml").write_text('[files]\nallocation = "allocation.toml"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    sheets(
        tmp_path / "sheets.xlsx",
        [child(n, **{"IRO / CP Chair": "Ira Chair"}) for n in range(30)],
        [*PEOPLE, colleague("Uwe Unwell")],
    )
    assert propose(tmp_path, "--seed", "x", "--out", "p.xlsx") in (0, 10)
    return tmp_path


def propose(folder: Path, *words: str) -> int:
    given = [
        "propose",
        "sheets.xlsx",
        "--settings",
        str(folder / "profile.toml"),
        "--month-one",
        "2026-03-02",
    ]
    return main([*given, "--today", "2026-02-18", *words])


def edited(folder: Path, hand: Callable[[Rows], None], sheet: str = "Allocations") -> None:
    """What somebody does in Excel with a sheet: its rows, the headings first, whole."""
    tables = {}
    for name, rows in read_workbook((folder / "p.xlsx").read_bytes()).sheets.items():
        width = max(map(len, rows), default=0)
        table: Rows = [[*row, *[None] * (width - len(row))] for row in rows]
        if name == sheet:
            hand(table)
        head, *below = table
        tables[name] = Table(["" if cell is None else str(cell) for cell in head], below)
    (folder / "q.xlsx").write_bytes(workbook(tables))


def again(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    capsys.readouterr()
    status = propose(folder, "--keep", "q.xlsx", "--out", "r.xlsx")
    said = capsys.readouterr()
    return status, " ".join((said.out + said.err).replace("│", " ").split())


def rows(folder: Path, file: str = "r.xlsx") -> dict[str, dict[str, Any]]:
    head, *below = read_workbook((folder / file).read_bytes()).sheets["Allocations"]
    every = [dict(zip(map(str, head), [*row, *[None] * len(head)], strict=False)) for row in below]
    return {str(row["Mosaic number"]): row for row in every}


def write(table: Rows, row: int, title: str, value: object) -> None:
    table[row][table[0].index(title)] = value


def test_without_a_change_nothing_is_told_and_everything_stays(folder: Path, capsys: Any) -> None:
    edited(folder, lambda table: None)
    status, said = again(folder, capsys)
    assert rows(folder) == rows(folder, "p.xlsx")
    assert "Allocations!" not in said
    assert status == 0, said


@pytest.mark.parametrize(
    ("title", "value"),
    [("Practitioner", "Ada Auditor <ada.auditor@wexcombe.example>"), ("Practitioner", ""), ("Team", "CWD Team 1"),
     ("Outcome type", "CP"), ("Team Manager", "Tess Ward"), ("Group Manager", "Gil Group"),
     ("Head of Service", "Hes Head"), ("IRO or CP Chair", "none"), ("IRO or CP Chair", "Ada Auditor"),
     ("Earlier audit", "FSP-2025-09-001"), ("Auditor's Head of Service", "Hes Head")],
)  # fmt: skip
def test_a_change_that_does_not_stay_is_told_with_its_cell_and_where_to_make_it(
    folder: Path, title: str, value: str, capsys: Any
) -> None:
    place: list[str] = []

    def hand(table: Rows) -> None:
        write(table, 3, title, value)
        place.append(f"Allocations!{chr(65 + table[0].index(title))}4")

    edited(folder, hand)
    status, said = again(folder, capsys)
    assert status == 10
    assert f"{place[0]}: under “{title}” stands something else" in said
    assert ("“Auditors”" if title.startswith("Auditor") else "“Children”") in said


def test_who_was_put_there_by_hand_stands_out_in_the_row(folder: Path, capsys: Any) -> None:
    def hand(table: Rows) -> None:
        there = str(table[3][table[0].index("Auditor")])
        write(table, 3, "Auditor", "Una Unwell" if "Uwe" in there else "Uwe Unwell")

    for change, marked in ((lambda table: None, 0), (hand, 1)):
        edited(folder, change)
        again(folder, capsys)
        with zipfile.ZipFile(folder / "r.xlsx") as package:
            sheet = ElementTree.fromstring(package.read("xl/worksheets/sheet1.xml"))
        cells = {c.attrib["r"]: c.attrib["s"] for c in sheet.iterfind(".//{*}c")}
        others = cells["B2"]
        assert sum(cells[f"F{n}"] != others for n in range(2, 10)) == marked
        assert ("by hand" in "".join(sheet.itertext())) == bool(marked)


@pytest.mark.parametrize("sign", ['"', "〃", "✓", "*"])
def test_nobody_is_taken_off_by_a_sign_without_being_told(folder: Path, sign: str, capsys: Any) -> None:
    edited(folder, lambda table: write(table, 3, "Auditor", sign))
    status, said = again(folder, capsys)
    assert status == 10
    assert "!F4: what stands under “Auditor” says that it is not known" in said
    assert "it counts as emptied" in said


def test_what_stands_in_a_copy_of_the_sheet_or_beside_its_columns_is_told_for_it_does_not_count(
    folder: Path, capsys: Any
) -> None:
    def beside(table: Rows) -> None:
        for n, row in enumerate(table):
            row.append("ask Ada first" if n == 2 else None)

    edited(folder, beside)
    tables = {
        name: Table(["" if cell is None else str(cell) for cell in head], below)
        for name, (head, *below) in read_workbook((folder / "q.xlsx").read_bytes()).sheets.items()
    }
    tables["Allocations (2)"] = tables["Allocations"]
    (folder / "q.xlsx").write_bytes(workbook(tables))
    status, said = again(folder, capsys)
    assert status == 10
    assert "The sheet “Allocations (2)” is not used: what counts is “Allocations”." in said
    assert "Allocations!P3: this stands under no heading, and is not read." in said


def test_a_correction_in_both_sheets_is_no_matter_and_one_of_a_whole_column_is_one_sentence(
    folder: Path, capsys: Any
) -> None:
    def hand(table: Rows) -> None:
        for row in range(1, len(table)):
            write(table, row, "Practitioner", "Wen Worker")

    edited(folder, hand)
    assert again(folder, capsys)[1].count("“Practitioner” stands") == 1
    changed = [child(n, **{"IRO / CP Chair": "Ira Chair", "Social worker": "Wen Worker"}) for n in range(30)]
    sheets(folder / "sheets.xlsx", changed, [*PEOPLE, colleague("Uwe Unwell")])
    assert "“Practitioner”" not in again(folder, capsys)[1]


@pytest.mark.parametrize(
    ("value", "what"),
    [("30010 (checked)", "is no Mosaic number"), ("", "this row has no Mosaic number"), ("TBC", "is no Mosaic number"),
     (99999, "no child of this number stands in “Children”"), ("#N/A", "is an error of Excel"),
     ("second", "this child stands in a row above too")],
)  # fmt: skip
def test_a_row_whose_child_cannot_be_told_is_a_fault_of_its_cell(
    folder: Path, value: Any, what: str, capsys: Any
) -> None:
    def hand(table: Rows) -> None:
        write(
            table,
            3,
            "Mosaic number",
            table[1][table[0].index("Mosaic number")] if value == "second" else value,
        )

    edited(folder, hand)
    status, said = again(folder, capsys)
    assert status == WRONG_CONFIGURATION
    assert "Allocations!A4: " in said
    assert what in said
    assert not (folder / "r.xlsx").exists()


def test_a_row_copied_with_another_auditor_is_a_fault_and_one_added_for_a_child_of_the_frame_stays(
    folder: Path, capsys: Any
) -> None:
    edited(folder, lambda table: table.append([*table[2]]))
    assert again(folder, capsys)[0] == WRONG_CONFIGURATION
    drawn = rows(folder, "p.xlsx")
    other = next(str(n) for n in range(30_000, 30_030) if str(n) not in drawn)

    def hand(table: Rows) -> None:
        table.append([*table[2]])
        write(table, len(table) - 1, "Mosaic number", other)

    edited(folder, hand)
    again(folder, capsys)
    assert len(rows(folder)) == 9
    assert other in rows(folder)


def test_a_column_added_by_hand_and_a_child_who_is_left_out_are_told(folder: Path, capsys: Any) -> None:
    def hand(table: Rows) -> None:
        for n, row in enumerate(table):
            row.append("asked twice" if n else "Our remarks")

    edited(folder, hand)
    assert "the column “Our remarks” is not carried over" in again(folder, capsys)[1]


# ---------------------------------------------------------------------------------------- another sheet, or none


def test_a_title_above_the_headings_changes_nothing(folder: Path, capsys: Any) -> None:
    def hand(table: Rows) -> None:
        table.insert(0, ["Allocation of March, as agreed", *[None] * (len(table[0]) - 1)])
        table.insert(1, [None] * len(table[0]))

    edited(folder, hand)
    status, said = again(folder, capsys)
    assert rows(folder) == rows(folder, "p.xlsx"), said
    assert status == 0


@pytest.mark.parametrize(
    "title", ["Mosaic number", "Audit type", "Auditor", "Moderator", "Line of enquiry", "Confirmed on"]
)
@pytest.mark.parametrize("gone", [True, False])
def test_a_heading_that_is_changed_or_a_column_that_is_gone_is_a_fault(
    folder: Path, title: str, gone: bool, capsys: Any
) -> None:
    def hand(table: Rows) -> None:
        at = table[0].index(title)
        for n, row in enumerate(table):
            if gone:
                del row[at]
            elif not n:
                row[at] = f"{title} – final"

    edited(folder, hand)
    status, said = again(folder, capsys)
    assert status == WRONG_CONFIGURATION
    assert f"Allocations: the column “{title}” is missing" in said


def test_so_it_is_in_the_sheet_of_what_was_proposed(folder: Path, capsys: Any) -> None:
    edited(folder, lambda table: table.insert(0, ["Title", *[None] * 7]), "Proposed")
    assert again(folder, capsys)[0] == 0
    edited(folder, lambda table: write(table, 0, "Number", "No. (old)"), "Proposed")
    status, said = again(folder, capsys)
    assert status == WRONG_CONFIGURATION
    assert "Proposed: the column “Number” is missing" in said


def test_where_many_rows_are_gone_at_once_it_asks_whether_it_is_the_right_sheet(
    folder: Path, capsys: Any
) -> None:
    def hand(table: Rows) -> None:
        del table[2:5]

    edited(folder, hand)
    status, said = again(folder, capsys)
    assert status == WRONG_CONFIGURATION
    assert "3 of the 8 audits" in said

    def less(table: Rows) -> None:
        del table[2:4]

    edited(folder, less)
    assert again(folder, capsys)[0] == 10
    assert len(rows(folder)) == 8, "two of the reserve list came"


# ------------------------------------------------------------------------------------------------ nobody as an auditor


@pytest.mark.parametrize("value", ["", "none", "-", "TBC", "?", "n/a", "Not allocated", 0])
def test_a_word_for_nobody_in_the_place_of_an_auditor_is_an_emptied_cell(
    folder: Path, value: Any, capsys: Any
) -> None:
    def hand(table: Rows) -> None:
        write(table, 3, "Auditor", value)
        write(table, 4, "Moderator", value)

    edited(folder, hand)
    _, said = again(folder, capsys)
    numbers = [*rows(folder, "p.xlsx")]
    was, now = rows(folder, "p.xlsx")[numbers[2]], rows(folder)[numbers[2]]
    assert now["Auditor"] != was["Auditor"], "whoever was there is not proposed again"
    assert not now["Auditor"] or "@" in now["Auditor"]
    assert "by hand)" not in said.replace("(taken off by hand)", "").replace("taken off by hand)", "")
    assert ("counts as emptied" in said) == (value in ("TBC", "?", "Not allocated"))


@pytest.mark.parametrize("value", ["", "none", "Somebody Else - NO, not her"])
def test_where_nobody_can_tell_who_was_confirmed_the_row_stands_still(
    folder: Path, value: str, capsys: Any
) -> None:
    def hand(table: Rows) -> None:
        write(table, 3, "Confirmed on", "2026-02-17")
        write(table, 3, "Auditor", value)

    edited(folder, hand)
    status, said = again(folder, capsys)
    assert status == 2
    assert "this row is confirmed, and another would be proposed here, whom nobody has confirmed" in said


def test_whoever_was_taken_off_and_is_put_back_by_hand_is_not_taken_off_any_more(
    folder: Path, capsys: Any
) -> None:
    number, was = [*rows(folder, "p.xlsx").items()][2]
    edited(folder, lambda table: write(table, 3, "Auditor", None))
    again(folder, capsys)
    (folder / "r.xlsx").rename(folder / "p.xlsx")
    back = [*rows(folder, "p.xlsx")].index(number) + 1
    edited(folder, lambda table: write(table, back, "Auditor", was["Auditor"]))
    _, said = again(folder, capsys)
    assert rows(folder)[number]["Auditor"] == was["Auditor"]
    assert "taken off by hand" not in said


def test_an_error_in_the_place_of_an_auditor_is_a_fault(folder: Path, capsys: Any) -> None:
    edited(folder, lambda table: write(table, 3, "Auditor", "#REF!"))
    status, said = again(folder, capsys)
    assert status == WRONG_CONFIGURATION
    assert "“#REF!” is an error of Excel" in said


def test_beside_an_auditor_whom_the_register_does_not_know_the_remedy_is_to_put_them_there(
    folder: Path, capsys: Any
) -> None:
    def hand(table: Rows) -> None:
        write(table, 3, "Auditor", "Zed External <zed.external@wexcombe.example>")
        write(table, 3, "Moderator", "")

    edited(folder, hand)
    _, said = again(folder, capsys)
    assert "Beside Zed External, whom the register does not know, nobody can be judged" in said
    assert "one more trained" not in said
    kids = [child(n, **{"IRO / CP Chair": "Ira Chair"}) for n in range(30)]
    people = [*PEOPLE, colleague("Uwe Unwell"), colleague("Moira Reed", "Group Manager", "none")]
    sheets(folder / "sheets.xlsx", kids, [*people, colleague("Zed External", team="CWD Team 3")])
    _, said = again(folder, capsys)
    assert "Zed External, whom" not in said
    number = [*rows(folder, "p.xlsx")][2]
    assert rows(folder)[number]["Moderator"], "and it is met"


def test_a_line_of_enquiry_beside_a_full_audit_draws_nobody_more(folder: Path, capsys: Any) -> None:
    edited(folder, lambda table: write(table, 3, "Line of enquiry", "Visits"))
    again(folder, capsys)
    assert rows(folder).keys() == rows(folder, "p.xlsx").keys()


_ = date


@pytest.mark.parametrize(
    ("beside", "named"),
    [(" - NO, her nephew. Use somebody else", False), (" (NO - conflict, swap please)", False),
     (" or Uwe Unwell", True), (" / Uwe Unwell <uwe.unwell@wexcombe.example>", True)],
)  # fmt: skip
def test_what_stands_beside_a_name_is_told_whole_and_is_no_choice_by_hand(
    folder: Path, beside: str, named: bool, capsys: Any
) -> None:
    before = list(rows(folder, "p.xlsx").values())
    chosen = next(row["Auditor"] for row in before[1:] if row["Auditor"] != before[0]["Auditor"])
    edited(folder, lambda table: write(table, 1, "Auditor", f"{chosen}{beside}"))
    status, said = again(folder, capsys)
    now = rows(folder)[str(before[0]["Mosaic number"])]["Auditor"] or ""
    assert status == 10
    assert "Allocations!" in said
    assert f"{chosen}{beside}" in said, "in the words that stood there"
    assert now not in (chosen, before[0]["Auditor"])
    assert not (named and "Uwe" in now)
    assert beside not in now


@pytest.mark.parametrize(
    "beside",
    [" (agreed 3/3)", " <uwe.unwell@wexcombe.example> ok", ", agreed 3 March", " - yes please", " ✓"],
)
def test_a_name_beside_which_it_is_only_said_that_it_is_agreed_is_a_choice(
    folder: Path, beside: str, capsys: Any
) -> None:
    number, was = next(each for each in rows(folder, "p.xlsx").items() if "Uwe" not in each[1]["Auditor"])
    at = [*rows(folder, "p.xlsx")].index(number) + 1
    edited(folder, lambda table: write(table, at, "Auditor", f"Uwe Unwell{beside}"))
    again(folder, capsys)
    assert rows(folder)[number]["Auditor"] == "Uwe Unwell <uwe.unwell@wexcombe.example>"
    assert rows(folder)[number]["Moderator"], was


@pytest.mark.parametrize(
    "words",
    [
        "as proposed",
        "As Proposed",
        "not Una",
        "leave as is",
        "ok",
        "Agreed",
        "Yes",
        "Una Unwell as proposed",
        "the old one",
    ],
)
def test_words_that_are_no_name_are_a_fault_of_their_cell_and_nobody_is_lost_by_them(
    folder: Path, words: str, capsys: Any
) -> None:
    number = next(n for n, row in rows(folder, "p.xlsx").items() if "Una" not in row["Auditor"])
    at = [*rows(folder, "p.xlsx")].index(number) + 1
    edited(folder, lambda table: write(table, at, "Auditor", words))
    status, said = again(folder, capsys)
    assert status == WRONG_CONFIGURATION
    assert f"Allocations!F{at + 1}: “{words}” is no name, and nobody can tell what is meant" in said
    assert not (folder / "r.xlsx").exists()


def test_a_team_or_a_role_beside_a_name_leaves_the_choice_as_it_is(folder: Path, capsys: Any) -> None:
    edited(folder, lambda table: write(table, 1, "Auditor", "Uwe Unwell (Team Manager)"))
    again(folder, capsys)
    assert "Uwe Unwell <uwe.unwell@wexcombe.example>" in {row["Auditor"] for row in rows(folder).values()}


def test_a_nickname_by_hand_is_told_with_whom_it_may_mean_and_nobody_is_to_be_entered_twice(
    folder: Path, capsys: Any
) -> None:
    def hand(table: Rows) -> None:
        write(table, 1, "Auditor", "Ugo Unwell")
        write(table, 1, "Moderator", "")

    edited(folder, hand)
    status, said = again(folder, capsys)
    assert status == 10
    assert (
        "where Ugo Unwell is Una Unwell or Uwe Unwell, write the address of the register into the cell"
        in said
    )
    assert "into the sheet “Auditors”" not in said
