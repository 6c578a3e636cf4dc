"""`audit-bot import` and `audit-bot export` as somebody types them, on a tenant of the small council."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from old_spreadsheet import MISTAKES, audits, spreadsheet, with_mistakes
from tenant import PEOPLE, ROOT, Door, email, small_seed
from test_importing_into_the_list import door as door_of_an_empty_list

import sandbox
from bot.cli import main
from bot.exit_status import NEEDS_A_PERSON, WRONG_CONFIGURATION
from bot.papers.spreadsheet import Table, workbook
from bot.papers.workbook_read import read_workbook
from bot.settings import Settings

TODAY = ["--today", "2026-03-16"]


@pytest.fixture(scope="module")
def council() -> Iterator[sandbox.Running]:
    seed = small_seed(rows=0)
    roles = next(each for each in seed["lists"] if each["name"] == "Audit roles")
    roles["items"] += [{"Title": "Audit Lead", "Person": email(name)} for name in PEOPLE]
    with sandbox.run(seed) as tenant:
        yield tenant


door = door_of_an_empty_list


@pytest.fixture
def typed(door: Door, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder to work in; every profile is the small council's."""

    def load(_path: Path) -> Settings:
        return door.settings

    monkeypatch.setattr("bot.cli.import_rows.load", load)
    monkeypatch.setattr("bot.cli.at_workplace.load", load)
    return tmp_path


def test_without_a_cycle_it_says_that_one_is_entered_first(
    typed: Path, door: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    file = typed / "old.xlsx"
    file.write_bytes(spreadsheet(audits()))
    for row in door.tenant.ask("GET", "/lists/Audit cycles")["rows"]:
        door.tenant.ask("DELETE", f"/lists/Audit cycles/{row['id']}")
    for named in ([], ["--cycle", "March 2026"]):
        assert main(["import", str(file), "--preview", *named, *TODAY]) == WRONG_CONFIGURATION
        said = capsys.readouterr()
        assert "first enters a row for it in the list of cycles" in said.out + said.err


def test_shown_entered_and_put_right_as_the_page_says(
    typed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = typed / "old.xlsx"
    file.write_bytes(spreadsheet(with_mistakes()))
    assert main(["import", str(file), "--preview", *TODAY]) == NEEDS_A_PERSON
    shown = capsys.readouterr().out
    assert "Team Managers!F7" in shown
    assert "not entered" in shown
    assert "Robin" not in shown
    copy = typed / "old to put right.xlsx"
    assert copy.exists()
    assert main(["import", str(file), "--yes", "--json", *TODAY]) == NEEDS_A_PERSON
    said = json.loads(capsys.readouterr().out)
    assert len(said["entered"]) == 60 - len(MISTAKES)
    assert said["corrected"] == str(typed / "old to put right 2.xlsx"), "nobody's work on the first is lost"
    file.write_bytes(spreadsheet(audits()))
    main(["import", str(file), "--yes", "--json", *TODAY])
    assert len(json.loads(capsys.readouterr().out)["entered"]) == len(MISTAKES)
    out = typed / "list.xlsx"
    assert main(["export", "--out", str(out)]) == 0
    capsys.readouterr()
    main(["import", str(out), *TODAY])
    assert "All there: nothing to enter." in capsys.readouterr().out


def test_everybody_the_site_does_not_know_is_told_at_each_cell_and_all_of_them_are_counted(
    typed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows, letters = audits(), "abcdefghijklmnopqrstuvwxyz"
    for n in range(50):
        rows[n]["Name of social worker"] = f"Newcomer {letters[n % 25]}borough".title()
    file = typed / "old.xlsx"
    file.write_bytes(spreadsheet(rows))
    assert main(["import", str(file), "--preview", "--json", *TODAY]) == NEEDS_A_PERSON
    said = json.loads(capsys.readouterr().out)
    (note,) = [note for note in said["notes"] if "does not know" in note]
    assert note.startswith(
        "The site does not know 25 of the names (cells: 50, each marked in the copy): Newcomer "
    )
    assert "Newcomer Aborough (Team Managers!C5)" in note
    assert "; and 5 more." in note
    unknown = {fault["cell"] for fault in said["faults"] if "known to the site" in fault["wrong"]}
    assert len(unknown) == 50
    told = read_workbook(Path(said["corrected"]).read_bytes()).sheets["To put right"]
    assert unknown <= {str(row[0]) for row in told[1:]}


def test_on_the_screen_people_the_site_does_not_know_do_not_bury_the_faults_that_can_be_put_right(
    typed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    rows, letters = audits(), "abcdefghijklmnopqrstuvwxyz"
    for n in range(59):
        rows[n]["Name of social worker"] = f"Newcomer {letters[n % 25]}borough".title()
    rows[59]["Date confirmed"] = "31 April 2026"
    file = typed / "old.xlsx"
    file.write_bytes(spreadsheet(rows))
    main(["import", str(file), "--preview", *TODAY])
    shown = " ".join(capsys.readouterr().out.split())
    table = shown.partition("To put right")[2]
    assert "31 April 2026" in table
    assert "nobody" not in table
    assert "60 faults, 59 of them people the site does not know (above); all marked in" in table


def test_what_is_not_known_for_certain_is_said_before_the_yes(
    typed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = typed / "old.xlsx"
    file.write_bytes(spreadsheet(audits()))
    main(["import", str(file), "--preview", "--json", *TODAY])
    notes = json.loads(capsys.readouterr().out)["notes"]
    (unknown,) = [n for n in notes if n.startswith("Team Managers: not known, so not entered: “Colour”.")]
    assert '--column "HEADING=COLUMN"' in unknown
    (by_name,) = [n for n in notes if n.startswith("Known by name alone")]
    assert f"Tia Manager is {email('Tia Manager')} (Team Managers!" in by_name
    main(["import", str(file), "--preview", "--json", "--column", "Colour=nothing", *TODAY])
    assert not any("not known, so" in n for n in json.loads(capsys.readouterr().out)["notes"])


def test_what_cannot_be_read_is_said_in_a_sentence(typed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = typed / "no.xlsx"
    file.write_bytes(b"no workbook")
    assert main(["import", str(file)]) == 2
    assert "cannot be read" in capsys.readouterr().err
    assert main(["import", str(typed / "not there.xlsx")]) == 2
    assert "There is no file" in capsys.readouterr().err
    file.write_bytes(spreadsheet(audits()))
    assert main(["import", str(file), "--cycle", "FSP, May", "--preview"]) == 2
    assert "FSP, March 2026" in capsys.readouterr().err


def test_a_proposal_is_entered_as_it_is_and_nobody_is_written_to_before_it_is_confirmed(
    typed: Path, door: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = (
        (ROOT / "config/allocation.toml").read_text(encoding="utf-8").replace("children = 20", "children = 0")
    )
    rules = rules.replace("children = 40", "children = 3").replace("children = 12", "children = 0")
    (typed / "allocation.toml").write_text(rules, encoding="utf-8")
    pru, tia, hal, ori = (email(name) for name in PEOPLE[2:])
    children = Table(
        (
            "Mosaic number",
            "Service",
            "Team",
            "Outcome type",
            "Practitioner",
            "Team Manager",
            "Head of Service",
            "IRO",
        ),
        [(2_000_000 + n, "FSP", "Bow", "CIN", pru, tia, hal, "none") for n in range(9)],
    )
    auditors = Table(
        ("Name", "Address", "Role", "Team", "Trained on", "Line manager", "Head of Service", "At most",
         "Moderations at most"),
        [
            ("Ada Auditor", email("Ada Auditor"), "Team Manager", "CLA 2", "1 May 2025", "none", ori, 3, 0),
            ("Mo Moderator", email("Mo Moderator"), "Group Manager", "none", "1 May 2025", "none", "none", 0, 9),
        ],
    )  # fmt: skip
    (typed / "sheets.xlsx").write_bytes(workbook({"Children": children, "Auditors": auditors}))
    made = typed / "proposal.xlsx"
    words = [
        "--seed",
        "blue door",
        "--month-one",
        "2026-03-02",
        "--settings",
        str(typed / "profile.toml"),
        *TODAY,
    ]
    assert main(["propose", str(typed / "sheets.xlsx"), "--out", str(made), *words]) == 0
    capsys.readouterr()
    main(["import", str(made), "--yes", "--json", *TODAY])
    said = json.loads(capsys.readouterr().out)
    assert (said["questions"], said["faults"], len(said["entered"])) == ([], [], 3)
    rows = door.tenant.ask("GET", "/lists/Audit allocations")["rows"]
    assert len(rows) == 3
    for row in rows:
        assert email("Ada Auditor") in json.dumps(row["Auditor"])
        assert email("Mo Moderator") in json.dumps(row["Moderator"])
        assert not row["Confirmed on"]
    assert said["letters"] == [], "the Head of Service first"
