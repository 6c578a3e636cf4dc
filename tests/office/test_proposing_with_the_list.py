"""`audit-bot propose --with-list`: what stands in the list of the site counts, as it stands (§6)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from people_at_work import moderated
from tenant import ROOT, Door, email

from bot.cli import main
from bot.exit_status import NEEDS_A_PERSON, WRONG_CONFIGURATION
from bot.papers.spreadsheet import Table, workbook
from bot.papers.workbook_read import read_workbook
from bot.settings import Settings

WHEN = ["--today", "2026-02-26"]
CHILDREN = ("Mosaic number", "Service", "Team", "Outcome", "Social worker", "Team Manager", "IRO")
AUDITORS = (
    "Name", "Address", "Role", "Team", "Trained on", "Line manager", "At most", "Moderations at most",
    "Audits in the last two cycles", "Teams audited in the last two cycles", "Paired with last time",
)  # fmt: skip


def child(number: int, team: str = "Bow", worker: str = "Wes Worker") -> tuple[object, ...]:
    return (number, "FSP", team, "CIN", worker, "Tess Ward", "none")


def colleague(name: str, **more: object) -> Sequence[object]:
    moderates = name.startswith("Mo")
    role, team = ("Group Manager", "none") if moderates else ("Team Manager", f"Team of {name}")
    given = (
        name,
        email(name),
        role,
        team,
        date(2025, 5, 1),
        "none",
        *((0, 9) if moderates else (3, 0)),
        *[None] * 3,
    )
    return [*(dict(zip(AUDITORS, given, strict=True)) | more).values()]


REGISTER = [colleague(name) for name in ("Ada Auditor", "Bea Bond", "Mo Moderator", "Moya Reed")]


@pytest.fixture
def typed(door: Door, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A council that wants four children for Team Managers, two of whom the list has already."""
    text = (ROOT / "config/allocation.toml").read_text(encoding="utf-8")
    text = text.replace("children = 40", "children = 4").replace("children = 20", "children = 0")
    text = text.replace("children = 12", "children = 0")
    (tmp_path / "allocation.toml").write_text(text, encoding="utf-8")
    (tmp_path / "profile.toml").write_text('[files]\nallocation = "allocation.toml"\n', encoding="utf-8")

    def load(_path: Path) -> Settings:
        return door.settings

    monkeypatch.setattr("bot.cli.at_workplace.load", load)
    monkeypatch.chdir(tmp_path)
    sheets(tmp_path)
    return tmp_path


def sheets(folder: Path, register: Sequence[Sequence[object]] = REGISTER) -> None:
    children = [child(1_000_001), child(1_000_002), *(child(2_000_000 + n) for n in range(9))]
    tables = {"Children": Table(CHILDREN, children), "Auditors": Table(AUDITORS, register)}
    (folder / "sheets.xlsx").write_bytes(workbook(tables))


def propose(folder: Path, *words: str) -> int:
    given = ["propose", "sheets.xlsx", "--with-list", "--seed", "blue", "--out", "p.xlsx", *WHEN, *words]
    return main([*given, "--settings", str(folder / "profile.toml")])


def rows(folder: Path, sheet: str = "Allocations") -> list[dict[str, Any]]:
    head, *below = read_workbook((folder / "p.xlsx").read_bytes()).sheets[sheet]
    return [dict(zip(map(str, head), [*row, *[None] * len(head)], strict=False)) for row in below]


def in_list(door: Door, row: int, values: Mapping[str, object]) -> None:
    door.tenant.ask("PATCH", f"/lists/Audit allocations/{row}", values)


def unconfirmed(door: Door, row: int, **values: object) -> None:
    in_list(door, row, {"Confirmed on": None, **values})


def earlier_cycle(door: Door, *audits: Mapping[str, object], month: str = "2025-09-01") -> None:
    door.tenant.ask(
        "POST", "/lists/Audit cycles",
        {"Title": f"FSP, {month}", "Service group": "FSP and CWD", "Month one": month, "Status": "Closed"},
    )  # fmt: skip
    for n, audit in enumerate(audits):
        given = {
            "Title": f"OLD-{month[:7]}-{n:03}", "Cycle": f"FSP, {month}", "Audit type": "Full – Team Manager",
            "Mosaic number": f"77{month[:4]}{n}", "Team": "Stepney", "Auditor": email("Ada Auditor"),
            "Moderator": email("Mo Moderator"), **audit,
        }  # fmt: skip
        door.tenant.ask("POST", "/lists/Audit allocations", given)


def test_rows_that_are_confirmed_stand_and_the_rest_is_proposed_around_them(typed: Path, door: Door) -> None:
    before = door.tenant.ask("GET", "/lists/Audit allocations")["rows"]
    propose(typed)
    found = {str(row["Mosaic number"]): row for row in rows(typed)}
    assert len(found) == 4
    assert [found[n]["Reference"] for n in ("1000001", "1000002")] == ["FSP-2026-03-001", "FSP-2026-03-002"]
    assert all("Ada Auditor" in found[n]["Auditor"] for n in ("1000001", "1000002"))
    new = [row for n, row in found.items() if not n.startswith("1")]
    assert all("Bea Bond" in row["Auditor"] for row in new), "Ada carries two of the list already"
    assert door.tenant.ask("GET", "/lists/Audit allocations")["rows"] == before, "the list is only read"


def test_what_the_list_has_counts_against_how_many_somebody_takes(typed: Path, door: Door) -> None:
    sheets(
        typed, [row if row[0] != "Bea Bond" else colleague("Bea Bond", **{"At most": 1}) for row in REGISTER]
    )
    propose(typed)
    auditors = [row["Auditor"] or "" for row in rows(typed)]
    assert sum("Ada" in who for who in auditors) == 3, "two in the list and one more, as the register says"
    assert sum("Bea" in who for who in auditors) == 1


def test_for_a_row_that_was_exempted_another_auditor_is_proposed_and_its_moderator_stays(
    typed: Path, door: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    in_list(door, 1, {"Exempted by": email("Ori Otherservice"), "Exempted on": "2026-02-25"})
    assert propose(typed) == NEEDS_A_PERSON
    (row,) = [row for row in rows(typed) if row["Reference"] == "FSP-2026-03-001"]
    assert "Bea Bond" in row["Auditor"]
    assert "Mo Moderator" in row["Moderator"]
    said = " ".join(capsys.readouterr().out.split())
    assert "FSP-2026-03-001: the list names Ada Auditor as auditor; proposed now: Bea Bond." in said


@pytest.mark.parametrize("column", ["Withdrawn", "Declared invalid on"])
def test_for_a_row_that_fell_out_the_next_child_comes_and_the_fallen_one_is_not_drawn_again(
    typed: Path, door: Door, column: str
) -> None:
    in_list(door, 1, {column: True if column == "Withdrawn" else "2026-02-25"})
    propose(typed)
    numbers = [str(row["Mosaic number"]) for row in rows(typed)]
    assert "1000001" not in numbers
    assert len(numbers) == 4


def test_an_unconfirmed_row_that_breaks_a_rule_is_proposed_anew_and_another_stays(
    typed: Path, door: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    unconfirmed(door, 1, Practitioner=email("Ada Auditor"))
    unconfirmed(door, 2)
    propose(typed)
    found = {row["Reference"]: row for row in rows(typed) if row["Reference"]}
    assert "Bea Bond" in found["FSP-2026-03-001"]["Auditor"]
    assert "Ada Auditor" in (found["FSP-2026-03-002"]["Auditor"] or "") or "Bow" in capsys.readouterr().out


def test_a_confirmed_row_that_breaks_a_rule_stays_and_what_speaks_against_it_is_told(
    typed: Path, door: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    in_list(door, 1, {"Practitioner": email("Ada Auditor")})
    propose(typed)
    (row,) = [row for row in rows(typed) if row["Reference"] == "FSP-2026-03-001"]
    assert "Ada Auditor" in row["Auditor"]
    assert "Ada Auditor (auditor, by hand): own" in " ".join(capsys.readouterr().out.split())


def test_whoever_works_with_a_child_of_the_list_is_not_proposed_for_it(typed: Path, door: Door) -> None:
    sheets(typed, [colleague("Ori Otherservice"), colleague("Mo Moderator")])
    in_list(door, 1, {"Auditor": None, "IRO or CP Chair": email("Ori Otherservice"), "Confirmed on": None})
    in_list(door, 2, {"Auditor": None, "Confirmed on": None})
    propose(typed)
    found = {row["Reference"]: row["Auditor"] for row in rows(typed)}
    assert found["FSP-2026-03-001"] is None
    assert "Ori" in found["FSP-2026-03-002"]


def test_a_team_for_which_the_list_names_somebody_is_their_own(typed: Path, door: Door) -> None:
    sheets(typed, [*REGISTER, colleague("Tia Manager")])
    propose(typed)
    new = [row for row in rows(typed) if not row["Reference"]]
    assert new
    assert not any("Tia" in (row["Auditor"] or "") for row in new), "she manages Bow, as the list says"


def test_earlier_cycles_of_the_list_tell_what_the_register_leaves_empty(typed: Path, door: Door) -> None:
    earlier_cycle(door, {}, {}, {})
    earlier_cycle(door, {"Auditor": email("Ori Otherservice")}, month="2025-03-03")
    earlier_cycle(door, {}, month="2024-09-02")
    propose(typed)
    loads = {row["Colleague"]: row["Audits in the last two cycles"] for row in rows(typed, "Loads")}
    assert loads["Ada Auditor"] == 3, "of the two cycles before this one, and no others"
    why = [
        row
        for row in rows(typed, "Why")
        if row["Part"] == "moderator" and not str(row["Child"]).startswith("1")
    ]
    assert all("Bea" not in str(row["Who"]) for row in why)
    sheets(typed, [colleague(str(row[0]), **{"Audits in the last two cycles": 1}) for row in REGISTER])
    propose(typed)
    loads = {row["Colleague"]: row["Audits in the last two cycles"] for row in rows(typed, "Loads")}
    assert loads["Ada Auditor"] == 1, "what the register says counts"


def test_the_same_pair_as_last_time_is_known_from_the_list(typed: Path, door: Door) -> None:
    earlier_cycle(door, {})
    unconfirmed(door, 1, Moderator=None)
    propose(typed)
    (row,) = [row for row in rows(typed) if row["Reference"] == "FSP-2026-03-001"]
    assert "Moya Reed" in row["Moderator"], "Ada and Mo were a pair last time"


def test_somebody_of_the_list_who_may_be_a_colleague_closes_that_colleague_and_is_told(
    typed: Path, door: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    other = [colleague("Pru Practitioner", Address="pru@elsewhere.example"), *REGISTER]
    sheets(typed, other)
    unconfirmed(door, 1, Auditor=None)
    propose(typed)
    said = " ".join(capsys.readouterr().out.split())
    assert (
        "The list names Pru Practitioner (pru.practitioner@wexcombe.example) who may be Pru Practitioner"
        in said
    )
    (row,) = [row for row in rows(typed) if row["Reference"] == "FSP-2026-03-001"]
    assert "Pru" not in (row["Auditor"] or "")
    closed = [row["Why others could not"] for row in rows(typed, "Why") if row["Part"] == "auditor"]
    assert any("cannot be judged" in str(each) for each in closed)


def test_an_auditor_of_the_list_whom_the_register_does_not_know_stays_and_is_told(
    typed: Path, door: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    unconfirmed(door, 1, Auditor=email("Ori Otherservice"))
    propose(typed, "--json")
    (row,) = [row for row in rows(typed) if row["Reference"] == "FSP-2026-03-001"]
    assert "Ori Otherservice" in row["Auditor"]
    (against,) = json.loads(capsys.readouterr().out)["against"]
    assert against.startswith(
        "Ori Otherservice (auditor, by hand) is not in the register, so nothing can be said"
    )


def test_a_row_without_a_mosaic_number_is_held_by_its_reference(typed: Path, door: Door) -> None:
    in_list(door, 1, {"Mosaic number": None})
    propose(typed)
    (row,) = [row for row in rows(typed) if row["Reference"] == "FSP-2026-03-001"]
    assert row["Mosaic number"] is None
    assert len(rows(typed)) == 4


def test_which_cycle_is_meant_is_asked_where_several_are_open(
    typed: Path, door: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    earlier_cycle(door, month="2026-05-01")
    door.tenant.ask("PATCH", "/lists/Audit cycles/2", {"Status": "Open"})
    assert propose(typed) == WRONG_CONFIGURATION
    assert "Say with --cycle which cycle it is" in capsys.readouterr().err
    assert propose(typed, "--cycle", "FSP, Mai 2026") == WRONG_CONFIGURATION
    assert propose(typed, "--cycle", "FSP, March 2026") != WRONG_CONFIGURATION


def next_cycle(door: Door) -> None:
    """The audit of the first row was moderated as Requires Improvement; its cycle is closed, and the next one is in the
    list."""
    moderated(door)
    door.tenant.ask("PATCH", "/lists/Audit cycles/1", {"Status": "Closed"})
    door.tenant.ask(
        "POST", "/lists/Audit cycles",
        {"Title": "FSP, September 2026", "Service group": "FSP and CWD", "Month one": "2026-09-01", "Status": "Open",
         "KLOEs": "Is the child's voice heard?\nIs there drift?"},
    )  # fmt: skip


def test_work_that_was_drawn_to_be_audited_again_is_allocated_in_the_next_cycle_by_the_same_command(
    typed: Path, door: Door
) -> None:
    next_cycle(door)
    propose(typed, "--today", "2026-08-10")
    (again,) = [row for row in rows(typed) if row["Audit type"] == "Re-audit"]
    assert again["Earlier audit"] == "FSP-2026-03-001"
    assert str(again["Mosaic number"]) == "1000001"
    assert "Bea Bond" in again["Auditor"], "never who audited it before"
    assert again["Moderator"]
    full = [str(row["Mosaic number"]) for row in rows(typed) if row["Audit type"] != "Re-audit"]
    assert len(full) == 4
    assert "1000001" not in full, "a child is there once"


def test_what_the_list_tells_is_no_change_by_hand_when_it_is_proposed_again(
    typed: Path, door: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    next_cycle(door)
    in_list(door, 2, {"Cycle": "FSP, September 2026", "Confirmed on": None})
    propose(typed, "--today", "2026-08-10")
    first = rows(typed)
    (typed / "p.xlsx").rename(typed / "first.xlsx")
    capsys.readouterr()
    propose(typed, "--today", "2026-08-10", "--keep", "first.xlsx")
    assert "Allocations!" not in capsys.readouterr().out
    assert sorted(rows(typed), key=str) == sorted(first, key=str)


def test_a_re_audit_that_the_list_has_already_is_not_proposed_once_more(typed: Path, door: Door) -> None:
    next_cycle(door)
    door.tenant.ask(
        "POST", "/lists/Audit allocations",
        {"Title": "FSP-2026-09-001", "Cycle": "FSP, September 2026", "Audit type": "Re-audit",
         "Mosaic number": "1000001", "Team": "Bow", "Practitioner": email("Pru Practitioner"),
         "Earlier audit": "FSP-2026-03-001"},
    )  # fmt: skip
    propose(typed, "--today", "2026-08-10")
    (again,) = [row for row in rows(typed) if row["Audit type"] == "Re-audit"]
    assert again["Reference"] == "FSP-2026-09-001"
    assert "Bea Bond" in again["Auditor"], "who audited it before is known from the list"


def test_dip_samples_are_drawn_for_the_lines_of_enquiry_of_the_cycle(typed: Path, door: Door) -> None:
    next_cycle(door)
    text = (typed / "allocation.toml").read_text(encoding="utf-8")
    dips = '[kinds."Dip sample"]\nchildren = 0'
    assert dips in text
    (typed / "allocation.toml").write_text(text.replace(dips, dips.replace("0", "2")), encoding="utf-8")
    sheets(typed, [*REGISTER, colleague("Ori Otherservice", Role="IRO")])
    propose(typed, "--today", "2026-08-10")
    lines = Counter(row["Line of enquiry"] for row in rows(typed) if row["Audit type"] == "Dip sample")
    assert lines == {"Is the child's voice heard?": 2, "Is there drift?": 2}


def test_a_proposal_carries_its_cycle_and_is_not_kept_for_another(
    typed: Path, door: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    propose(typed)
    assert {"What": "Proposed for the cycle", "Is": "FSP, March 2026"} in rows(typed, "The draw")
    (typed / "p.xlsx").rename(typed / "march.xlsx")
    assert propose(typed, "--keep", "march.xlsx") != WRONG_CONFIGURATION
    next_cycle(door)
    capsys.readouterr()
    assert propose(typed, "--today", "2026-08-10", "--keep", "march.xlsx") == WRONG_CONFIGURATION
    said = " ".join(capsys.readouterr().err.split())
    assert "it is the proposal of the cycle “FSP, March 2026”, and not of “FSP, September 2026”" in said


def test_an_older_proposal_without_its_cycle_is_known_by_its_rows(
    typed: Path, door: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    propose(typed)
    tables = {
        name: Table([str(cell) for cell in head], [r for r in below if r[0] != "Proposed for the cycle"])
        for name, (head, *below) in read_workbook((typed / "p.xlsx").read_bytes()).sheets.items()
    }
    (typed / "march.xlsx").write_bytes(workbook(tables))
    assert propose(typed, "--keep", "march.xlsx") != WRONG_CONFIGURATION
    next_cycle(door)
    capsys.readouterr()
    assert propose(typed, "--today", "2026-08-10", "--keep", "march.xlsx") == WRONG_CONFIGURATION
    said = " ".join(capsys.readouterr().err.split())
    assert "its children stand in the list under “FSP, March 2026” rather than" in said
