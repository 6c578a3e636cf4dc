"""Children and auditors from lists of the site: made by `prepare`, read as sheets are by `propose --from-site` (§6)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tenant import ROOT, Naps, email
from test_prepare import MOMENT, SITE, Office, empty, office

from bot.cli import main
from bot.daily_run.replacing import cycles_with_a_proposal, source_of
from bot.daily_run.trying.check import checks
from bot.daily_run.workplace import open_workplace
from bot.exit_status import WRONG_CONFIGURATION
from bot.office.lists.cells import each_once
from bot.papers.workbook_read import read_workbook
from bot.programme.allocating.replaced import replacement
from bot.programme.allocating.whole import month_of
from bot.programme.vocabulary import Person, Problem, Vacant
from bot.settings import load

NAMED = 'children_list = "Children who may be audited"\nauditors_list = "Auditors"\n'
CHILDREN, AUDITORS = "Children who may be audited", "Auditors"
_ = empty, office


@pytest.fixture
def site(office: Office) -> Office:
    """A council whose two lists are prepared and filled: nine children, two auditors, one moderator."""
    office.profile.write_text(NAMED + office.profile.read_text(encoding="utf-8"), encoding="utf-8")
    rules = (ROOT / "config/allocation.toml").read_text(encoding="utf-8")
    for number in ("40", "20", "12"):
        rules = rules.replace(f"children = {number}", f"children = {4 if number == '40' else 0}")
    (office.folder / "allocation.toml").write_text(rules, encoding="utf-8")
    office.prepared()
    office.role("write")
    put(office, "Audit cycles", {"Title": "FSP, April 2026", "Service group": "FSP", "Month one": "2026-04-01",
                                 "Status": "Open"})  # fmt: skip
    for n in range(9):
        put(office, CHILDREN, {
            "Title": f"{3_000_000 + n}", "Service": "FSP", "Team": "Bow", "Practitioner": "Pru Practitioner",
            "IRO or CP Chair": "none",
        })  # fmt: skip
    for name, role in (("Ada Auditor", "Team Manager"), ("Ori Otherservice", "Team Manager"),
                       ("Mo Moderator", "Group Manager")):  # fmt: skip
        most = {"Audits at most": "3"} if role == "Team Manager" else {"Moderations at most": "9"}
        put(office, AUDITORS, {
            "Title": name, "Address": email(name), "Role": role, "Team": f"Team of {name}",
            "Trained on": "2025-05-01", "Line manager": "none", **most,
        })  # fmt: skip
    return office


def put(office: Office, name: str, values: Mapping[str, object]) -> None:
    office.tenant.ask("POST", f"/lists/{name}", values)


def propose(office: Office, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    given = ["propose", "--from-site", "--seed", "blue", "--out", str(office.folder / "p.xlsx"), "--today",
             "2026-03-20", "--settings", str(office.profile), *words]  # fmt: skip
    status = main(given)
    said = capsys.readouterr()
    return status, " ".join((said.out + said.err).split())


def rows(folder: Path) -> list[dict[str, Any]]:
    head, *below = read_workbook((folder / "p.xlsx").read_bytes()).sheets["Allocations"]
    return [dict(zip(map(str, head), [*row, *[None] * len(head)], strict=False)) for row in below]


def test_the_lists_are_made_only_where_the_settings_name_them(office: Office) -> None:
    office.prepared()
    lists = office.owner.get(f"{SITE}/lists")["value"]
    names = {each["displayName"] for each in lists}
    assert not {CHILDREN, AUDITORS} & names


def test_an_allocation_is_proposed_from_lists_of_the_site_as_from_sheets(
    site: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    _, said = propose(site, capsys)
    found = rows(site.folder)
    assert len(found) == 4, said
    assert all(row["Auditor"] and "Mo Moderator" in row["Moderator"] for row in found)
    assert {str(row["Mosaic number"])[:6] for row in found} == {"300000"}


def test_nothing_is_left_to_prepare_and_the_columns_are_those_of_the_sheets(site: Office) -> None:
    status, said = site.prepare("--preview")
    assert status == 0, said
    assert {"Team", "Practitioner", "IRO or CP Chair", "Leave out because"} <= set(site.columns(CHILDREN))
    assert {"Address", "Trained on", "Paired with last time"} <= set(site.columns(AUDITORS))


def test_what_is_wrong_is_named_by_list_row_and_column(
    site: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    put(site, CHILDREN, {"Title": "soon", "Team": "Bow", "Practitioner": "Pru Practitioner"})
    put(site, CHILDREN, {"Title": "3000001", "Team": "Bow", "Practitioner": "Pru Practitioner"})
    put(site, AUDITORS, {"Title": "No Address", "Role": "Team Manager", "Team": "CLA"})
    put(site, AUDITORS, {"Title": "Max", "Address": "max@wexcombe.example", "Role": "Team Manager", "Team": "CLA",
                         "Audits at most": "many"})  # fmt: skip
    status, said = propose(site, capsys)
    assert status == WRONG_CONFIGURATION
    for what in (
        f"the list “{CHILDREN}”, row 10, “Mosaic number”: “soon” is no Mosaic number",
        f"the list “{CHILDREN}”, row 11, “Mosaic number”: this child stands in a line above too",
        f"the list “{AUDITORS}”, row 4, “Address”: a colleague needs a name and an address",
        f"the list “{AUDITORS}”, row 5, “Audits at most”: “many” is no number",
    ):
        assert what in said


def test_a_list_that_is_not_there_says_who_makes_it(site: Office, capsys: pytest.CaptureFixture[str]) -> None:
    text = site.profile.read_text(encoding="utf-8").replace('"Auditors"', '"Our auditors"')
    site.profile.write_text(text, encoding="utf-8")
    status, said = propose(site, capsys)
    assert status == WRONG_CONFIGURATION
    assert "There is no list “Our auditors” on the site" in said


def test_without_lists_in_the_profile_it_says_what_to_set(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.prepared()
    office.role("write")
    put(office, "Audit cycles", {"Title": "FSP", "Month one": "2026-04-01", "Status": "Open"})
    status, said = propose(office, capsys)
    assert status == WRONG_CONFIGURATION
    assert "set children_list and auditors_list" in said


def test_the_lists_are_only_read(site: Office, capsys: pytest.CaptureFixture[str]) -> None:
    before = json.dumps([site.tenant.ask("GET", f"/lists/{name}") for name in (CHILDREN, AUDITORS)])
    propose(site, capsys)
    assert json.dumps([site.tenant.ask("GET", f"/lists/{name}") for name in (CHILDREN, AUDITORS)]) == before


def test_a_replacement_is_worked_out_from_the_lists_where_there_is_no_workbook(site: Office) -> None:
    put(site, "Audit allocations", {
        "Title": "FSP-2026-04-001", "Cycle": "FSP, April 2026", "Audit type": "Full – Team Manager",
        "Mosaic number": "3000000", "Team": "Bow", "Moderator": email("Mo Moderator"),
    })  # fmt: skip
    with open_workplace(load(site.profile), clock=lambda: MOMENT, say=lambda _: None) as workplace:
        lists, history = workplace.lists.read().council, workplace.history()
        (row,), cycle = lists.allocations, lists.cycles[0]
        lacking = [Problem("Audit allocations, FSP-2026-04-001", "“Auditor” is empty", vacant=Vacant.AUDITOR)]
        assert cycles_with_a_proposal(lacking, lists, workplace) == {cycle.name}
        source = source_of(cycle, lists, history, workplace)
        found = replacement(
            source.number_of(row), Vacant.AUDITOR, (), (), source.listed, source.children,
            source.rules.rules, month_of(date(2026, 4, 1), workplace.basis.working, 15), source.seed,
        )  # fmt: skip
    assert source.file is None
    assert source.seed == cycle.name, "the name of the cycle, where no seed was said"
    assert found.auditor
    assert found.moderator == Person("", email("Mo Moderator"))


WHAT = "The lists that a proposal reads"


def test_check_reads_the_lists_that_a_proposal_reads_and_says_nothing_where_the_profile_names_none(
    site: Office,
) -> None:
    found, _ = checks(site.profile, sleep=Naps(), clock=lambda: MOMENT)
    (check,) = [c for c in found if c.what == WHAT]
    assert (check.problems, check.notes) == ((), ())
    site.profile.write_text(site.profile.read_text(encoding="utf-8").replace(NAMED, ""), encoding="utf-8")
    found, _ = checks(site.profile, sleep=Naps(), clock=lambda: MOMENT)
    assert WHAT not in {c.what for c in found}
    assert found[-1].problems == ()


def test_check_names_a_list_that_is_missing_and_a_column_that_is_misspelt_with_who_mends_them(
    site: Office,
) -> None:
    site.owner("PATCH", site.column(CHILDREN, "Practitioner"), {"displayName": "Practicioner"})
    site.owner("PATCH", site.column(AUDITORS, "Left on"), {"displayName": "Left onn"})
    said = site.wrong()[WHAT]
    assert f"The list “{CHILDREN}”: the column “Practitioner” is missing." in said
    assert "“Practicioner” is not used; is “practitioner” meant?" in said
    assert "“Left onn” is not used; is “left on” meant?" in said, (
        "what is not needed counts where it is written"
    )
    assert said.count("The Audit Team: head the columns so") == 2
    text = site.profile.read_text(encoding="utf-8").replace('"Auditors"', '"Auditor"')
    site.profile.write_text(text, encoding="utf-8")
    said = site.wrong()[WHAT]
    assert "There is no list “Auditor” on the site" in said
    assert "“Auditors” is there. Whoever keeps the profile: put auditors_list right" in said
    assert "“Practitioner” is missing" in said, "and the other list is told too"


def test_check_names_the_right_that_is_wanting_to_read_such_a_list(site: Office) -> None:
    fault = {"kind": "refused", "status": 403, "code": "accessDenied", "method": "GET", "times": 1000}
    site.tenant.ask("POST", "/faults", {**fault, "path": f"/lists/{AUDITORS}/"})
    said = site.wrong()
    assert {*said} == {WHAT}
    assert f"may not read the list “{AUDITORS}”" in said[WHAT]
    assert "403 accessDenied" in said[WHAT]
    assert "The IT administrator: let it read that list" in said[WHAT]


def test_check_tells_how_many_cells_are_wrong_and_nothing_that_stands_in_them(site: Office) -> None:
    put(site, CHILDREN, {"Title": "Robin Child", "Team": "Bow", "Practitioner": "Pru Practitioner"})
    said = site.wrong()[WHAT]
    assert f"The list “{CHILDREN}”: 1 of its cells must be put right before anything is proposed." in said
    assert "Robin" not in said


def test_a_day_in_a_year_that_cannot_be_right_is_told_of_a_list_too(
    site: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    put(site, AUDITORS, {"Title": "Max Manager", "Address": "max@wexcombe.example", "Role": "Team Manager",
                         "Team": "CLA", "Trained on": "2025-05-01", "Leave from": "2206-03-01"})  # fmt: skip
    status, said = propose(site, capsys)
    assert status == WRONG_CONFIGURATION
    assert f"the list “{AUDITORS}”, row 4, “Leave from”: “2206-03-01”: the year 2206 cannot be right" in said


def test_a_row_that_comes_on_two_pages_is_one_as_it_was_when_it_came_last() -> None:
    pages = [{"id": "1", "team": "Bow"}, {"id": "2", "team": "Bow"}, {"id": "1", "team": "Stratford"}]
    assert each_once(pages) == [{"id": "1", "team": "Stratford"}, {"id": "2", "team": "Bow"}]
