"""An empty site becomes one the bot can work in, nothing of anybody's is changed, and what is left is named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from asking import administrator
from tenant import ROOT, Naps, email, settings_for, small_seed

import sandbox
from bot.cli import main
from bot.daily_run.trying.check import checks
from bot.daily_run.workplace import open_workplace
from bot.exit_status import DONE, NOT_DONE
from bot.office.lists.lists_file import ALLOCATIONS, LISTS, ListNames, columns
from bot.settings import TENANT_FILE, load

SITE = "/sites/wexcombe.sharepoint.example:/sites/audit:"
MOMENT = datetime(2026, 3, 2, 8, tzinfo=UTC)


class Office:
    """A council on its first day: its tenant, its folder with a profile and a lists.toml of its own."""

    def __init__(self, tenant: sandbox.Running, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.tenant, self.folder, self._capsys = tenant, folder, capsys
        self.owner = administrator(tenant)
        self.profile, self.lists = folder / "profile.toml", folder / "lists.toml"
        self.lists.write_text((ROOT / "config/lists.toml").read_text(encoding="utf-8"), encoding="utf-8")
        given = (ROOT / "config/sandbox.toml").read_text(encoding="utf-8")
        given = given.replace("sqlite:///../var/ledger.sqlite", f"sqlite:///{folder / 'ledger.sqlite'}")
        self.profile.write_text(given, encoding="utf-8")

    def role(self, role: str) -> None:
        self.tenant.ask("POST", "/site-role", {"role": role})

    def prepare(self, *words: str) -> tuple[int, str]:
        """The exit status and what is printed."""
        status = main(["prepare", "--settings", str(self.profile), *words])
        said = self._capsys.readouterr()
        return status, said.out + said.err

    def told(self, *words: str) -> tuple[int, Any]:
        status, said = self.prepare("--json", *words)
        return status, json.loads(said)

    def columns(self, name: str) -> dict[str, Any]:
        found = self.owner.get(f"{SITE}/lists/{name}/columns")["value"]
        return {c["displayName"]: c for c in found if not c["readOnly"]}

    def column(self, name: str, title: str) -> str:
        return f"{SITE}/lists/{name}/columns/{self.columns(name)[title]['id']}"

    def prepared(self) -> None:
        self.role("manage")
        status, said = self.prepare("--yes")
        assert status == 0, said

    def problems(self) -> list[str]:
        """What a run would find wrong with the lists and their columns."""
        with open_workplace(load(self.profile), clock=lambda: MOMENT, say=lambda _: None) as workplace:
            return [problem.what for problem in workplace.lists.read().problems]

    def wrong(self) -> dict[str, str]:
        found, _ = checks(self.profile, sleep=Naps(), clock=lambda: MOMENT)
        return {c.what: " ".join(c.problems) for c in found if c.problems}


def first_day() -> dict[str, Any]:
    return {**small_seed(), "lists": []}


@pytest.fixture(scope="module")
def empty() -> Iterator[sandbox.Running]:
    with sandbox.run(first_day()) as tenant:
        yield tenant


@pytest.fixture
def office(
    empty: sandbox.Running,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Office]:
    empty.ask("POST", "/reset")
    empty.ask("POST", "/clock", {"now": MOMENT.isoformat()})
    empty.ask("POST", "/behaviours", {"sending rate": False})
    monkeypatch.setenv(TENANT_FILE, str(empty.folder / "tenant.json"))
    found = Office(empty, tmp_path, capsys)
    yield found
    found.owner.close()


def test_an_empty_site_is_shown_made_checked_and_then_there_is_nothing_to_do(office: Office) -> None:
    office.role("manage")
    status, said = office.prepare("--preview")
    assert status == 10
    assert f"the list “Audit allocations” with its {len(ALLOCATIONS)} columns" in said
    assert not office.owner.get(f"{SITE}/lists")["value"][1:], "a preview makes nothing"
    status, said = office.prepare("--yes")
    assert status == 0, said
    assert said.count("✓") == 4 + 1 + 5
    office.role("write")
    assert office.wrong() == {}
    status, said = office.prepare()
    assert (status, said[:13]) == (0, "Nothing to do"), said


def test_every_column_is_made_as_it_is_declared(office: Office) -> None:
    office.prepared()
    for part, name in LISTS.items():
        made = office.columns(name)
        for column in columns(part).values():
            assert column.title in made, f"{name}: {column.title}"
    made = office.columns("Audit allocations")
    assert made["Confirmed on"]["dateTime"]["format"] == "dateOnly"
    assert made["Auditor"]["personOrGroup"]["allowMultipleSelection"] is False
    assert made["Cycle"]["lookup"]["listId"] == office.owner.get(f"{SITE}/lists/Audit cycles")["id"]
    assert made["Drift"]["choice"]["choices"] == ["Yes", "No"]
    assert made["Status"]["description"] == "How far the audit is. Written by the audit bot."
    assert {title for title, c in made.items() if c["indexed"]} >= {
        "Title",
        "Cycle",
        "Head of Service",
        "Status",
    }
    assert (
        office.columns("Audit cycles")["Heads of Service"]["personOrGroup"]["allowMultipleSelection"] is True
    )
    assert office.columns("Audit cycles")["Status"]["choice"]["choices"] == ["Planned", "Open", "Closed"]
    assert office.columns("Audit bot")["Remedy"]["text"]["allowMultipleLines"] is True


def test_a_season_can_begin_on_the_prepared_lists(office: Office) -> None:
    office.prepared()
    office.role("write")
    seed = {each["name"]: each["items"] for each in small_seed()["lists"]}
    for name in ("Audit cycles", "Audit roles", "Audit allocations"):
        for row in seed[name]:
            office.tenant.ask("POST", f"/lists/{name}", row)
    settings = settings_for(office.tenant, office.folder)
    with open_workplace(settings, clock=lambda: MOMENT, say=lambda _: None) as workplace:
        read = workplace.lists.read()
    assert read.problems == ()
    assert [a.reference for a in read.council.allocations] == ["FSP-2026-03-001", "FSP-2026-03-002"]
    first = read.council.allocations[0]
    assert (first.cycle, first.auditor and first.auditor.email) == ("FSP, March 2026", email("Ada Auditor"))
    assert not first.withdrawn


def test_without_the_right_nothing_half_is_left_and_who_can_give_it_is_named(office: Office) -> None:
    office.role("write")
    status, said = office.told("--yes")
    assert status == 10
    assert "Grant it “manage”" in said["left"][0]["what"]
    assert said["left"][0]["who"] == "the IT administrator"
    done = {step["doing"] for step in said["steps"] if step["done"]}
    assert done == {"folder", "mail folder"}, "what needs no more than a run has is done"
    office.role("manage")
    status, said = office.told("--yes")
    assert (status, {step["doing"] for step in said["steps"]}) == (0, {"list"})


def test_where_nobody_can_be_asked_nothing_is_made(office: Office) -> None:
    office.role("manage")
    status, said = office.prepare()
    assert status == 2
    assert "--yes" in said
    assert not office.owner.get(f"{SITE}/lists")["value"][1:]


@pytest.mark.parametrize(("answer", "made"), [("no", False), ("yes", True)])
def test_somebody_at_a_terminal_is_asked(
    office: Office, monkeypatch: pytest.MonkeyPatch, answer: str, made: bool
) -> None:
    office.role("manage")
    asked: list[str] = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or answer)
    status, _ = office.prepare()
    assert asked == ["Make these 10 things? yes/no: "]
    assert (status == 0) is made
    assert bool(office.owner.get(f"{SITE}/lists")["value"][1:]) is made


def test_a_column_that_was_deleted_is_made_again_and_said_to_be_empty(office: Office) -> None:
    office.prepared()
    assert office.owner("DELETE", office.column("Audit allocations", "Hold until")).status_code == 204
    status, said = office.prepare("--yes")
    assert status == 0
    assert "✓ the column “Hold until” (date); it is empty" in said
    assert "Hold until" in office.columns("Audit allocations")


def test_a_column_that_was_renamed_is_entered_in_lists_toml_and_not_made_again(office: Office) -> None:
    office.prepared()
    office.owner("PATCH", office.column("Audit allocations", "Hold until"), {"displayName": "Paused to"})
    status, said = office.prepare("--preview")
    assert status == 10
    assert '    hold_until = "Paused to"' in said
    assert "[audit_allocations.columns]" in said
    before = office.lists.read_text(encoding="utf-8")
    status, said = office.prepare("--yes")
    assert status == 0, said
    after = office.lists.read_text(encoding="utf-8")
    changed = [(a, b) for a, b in zip(before.split("\n"), after.split("\n"), strict=True) if a != b]
    assert len(changed) == 1, "every other line is as it was"
    assert changed[0][1].startswith('hold_until = "Paused to"')
    assert ListNames(after).titles("audit_allocations")["hold_until"] == "Paused to"
    assert "Hold until" not in office.columns("Audit allocations")
    assert office.problems() == []


def test_a_column_of_another_type_is_named_and_left_alone(office: Office) -> None:
    office.prepared()
    office.owner("DELETE", office.column("Audit allocations", "Auditor"))
    office.owner("POST", f"{SITE}/lists/Audit allocations/columns", {"name": "Auditor", "text": {}})
    status, said = office.told("--yes")
    assert status == 10
    assert [(p["where"], p["who"]) for p in said["left"]] == [
        ("Audit allocations", "the owner of the SharePoint site")
    ]
    assert "“Auditor” is not a column of people" in said["left"][0]["what"]
    assert "text" in office.columns("Audit allocations")["Auditor"]
    assert said["steps"] == []


def test_a_list_that_was_renamed_is_entered_in_lists_toml_and_not_made_again(office: Office) -> None:
    office.prepared()
    office.owner("PATCH", f"{SITE}/lists/Audit roles", {"displayName": "Who does what"})
    status, said = office.prepare("--yes")
    assert status == 0, said
    assert ListNames(office.lists.read_text(encoding="utf-8")).list("audit_roles") == "Who does what"
    names = {each["displayName"] for each in office.owner.get(f"{SITE}/lists")["value"]}
    assert "Audit roles" not in names
    assert office.problems() == []


def test_a_list_of_the_councils_own_is_completed_and_none_of_its_columns_changed(office: Office) -> None:
    office.role("manage")
    theirs: list[dict[str, Any]] = [
        {"name": "Confirmed", "dateTime": {"format": "dateOnly"}},
        {"name": "Child’s name", "text": {}},
        {"name": "Colour of the folder", "text": {}},
        {"name": "Final grade", "choice": {"choices": ["Good", "Requires Improvement to be Good"]}},
    ]
    office.owner("POST", f"{SITE}/lists", {"displayName": "Audit allocations", "columns": theirs})
    before = office.columns("Audit allocations")
    status, said = office.prepare("--yes")
    assert status == 0, said
    names = ListNames(office.lists.read_text(encoding="utf-8")).titles("audit_allocations")
    assert (names["confirmed_on"], names["child_name"]) == ("Confirmed", "Child’s name")
    after = office.columns("Audit allocations")
    assert after["Colour of the folder"] == before["Colour of the folder"]
    assert after["Final grade"]["choice"]["choices"] == [
        "Good", "Requires Improvement to be Good", "Outstanding", "Inadequate",
    ]  # fmt: skip
    assert "Confirmed on" not in after
    assert office.problems() == []


def test_two_lists_that_may_be_the_one_are_left_to_a_person(office: Office) -> None:
    office.prepared()
    office.owner("PATCH", f"{SITE}/lists/Audit roles", {"displayName": "Roles of the audit"})
    office.owner("POST", f"{SITE}/lists", {"displayName": "Audit role"})
    status, said = office.told("--yes")
    assert status == 10
    assert said["steps"] == said["names"] == []
    assert "no second one is made" in said["left"][0]["what"]


def test_a_lookup_into_another_list_is_named(office: Office) -> None:
    office.prepared()
    office.owner("DELETE", office.column("Audit allocations", "Cycle"))
    other = office.owner.get(f"{SITE}/lists/Audit roles")["id"]
    lookup = {"name": "Cycle", "lookup": {"listId": other, "columnName": "Title"}}
    office.owner("POST", f"{SITE}/lists/Audit allocations/columns", {**lookup, "indexed": True})
    status, said = office.told("--yes")
    assert status == 10
    assert "looks up another list" in said["left"][0]["what"]


def test_views_and_colours_are_written_for_an_owner_of_the_site(office: Office) -> None:
    office.prepared()
    status, said = office.prepare("--yes", "--views", str(office.folder / "views"))
    assert status == 0
    assert "takes no app that signs in with a secret" in said, "exactly that is said"
    script = (office.folder / "views/views.ps1").read_text(encoding="utf-8-sig")
    for name in ("All for the Audit Team", "By Head of Service", "Needs a person", "This week"):
        assert f"-Title '{name}'" in script
    inner = {c["name"] for c in office.columns("Audit allocations").values()}
    due = json.loads((office.folder / "views/audit_due.json").read_text(encoding="utf-8"))
    assert "[$AuditReturnedOn]" in due["style"]["background-color"]
    assert {"AuditDue", "AuditReturnedOn"} <= inner


def test_a_program_is_told_the_same_in_json(office: Office) -> None:
    office.role("manage")
    status, said = office.told("--preview")
    assert (status, len(said["steps"])) == (10, 10)
    assert not any(step["done"] for step in said["steps"])
    status, said = office.told("--yes")
    assert (status, all(step["done"] for step in said["steps"])) == (0, True)


@pytest.mark.parametrize(("kind", "skip"), [("timeout after", 0), ("answer lost", 2), ("request lost", 2)])
def test_what_is_broken_off_is_completed_by_the_next_and_nothing_is_there_twice(
    office: Office, kind: str, skip: int
) -> None:
    office.role("manage")
    broken = {"kind": kind, "method": "POST", "path": "/lists$", "times": 1, "skip": skip}
    office.tenant.ask("POST", "/faults", broken)
    status, said = office.told("--yes")
    office.tenant.ask("DELETE", "/faults")
    assert status == 10
    assert "Run it again" in said["left"][0]["what"]
    assert office.told("--yes")[0] == 0
    names = [each["displayName"] for each in office.owner.get(f"{SITE}/lists")["value"]]
    assert sorted(names) == sorted(set(names))
    assert office.problems() == []


def test_before_it_is_prepared_the_check_says_that_nothing_works_and_who_makes_what_is_missing(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.role("write")
    assert main(["check", "--settings", str(office.profile)]) == NOT_DONE
    said = " ".join(capsys.readouterr().out.split())
    for name in LISTS.values():
        remedy = "the IT administrator: audit-bot prepare makes it, or finds it under another name"
        assert f"There is no list called “{name}” on the site. ({remedy})" in said
    office.prepared()
    office.role("write")
    assert main(["check", "--settings", str(office.profile)]) == DONE, "an empty list is no fault"
