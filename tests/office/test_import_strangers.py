"""People whom a new site does not know yet: `audit-bot import` makes them known where it may, nobody by a guess."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from old_spreadsheet import audits, spreadsheet
from tenant import PEOPLE, email, settings_for, small_seed

import sandbox
from bot.cli import main
from bot.settings import Settings

ADA, MO, PRU = (email(name) for name in ("Ada Auditor", "Mo Moderator", "Pru Practitioner"))
NOBODY, OUTSIDE = "nobody.here@wexcombe.example", "somebody@elsewhere.example"
SLIP = "ori.otherservices@wexcombe.example"  # like an address the site knows
Say = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture(scope="module")
def council() -> Iterator[sandbox.Running]:
    with sandbox.run(small_seed(rows=0)) as tenant:
        yield tenant


@pytest.fixture
def typed(
    council: sandbox.Running,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Say:
    """Types the import of four audits whose auditors, moderators and practitioners are named by address."""
    council.ask("POST", "/reset")
    council.ask("POST", "/clock", {"now": "2026-03-16T08:00:00+00:00"})
    rows = [row | {"Auditor": ADA, "Moderater": MO, "Name of social worker": PRU} for row in audits()[:4]]
    rows[1]["Auditor"], rows[2]["Auditor"], rows[3]["Auditor"] = NOBODY, OUTSIDE, SLIP
    file = tmp_path / "old.xlsx"
    file.write_bytes(spreadsheet(rows))

    def say(*words: str, by_secret: bool = False, at_a_terminal: bool = False) -> tuple[int, dict[str, Any]]:
        settings = settings_for(council, tmp_path)
        if not by_secret:
            certified = {"certificate": council.certificate_path, "key": council.key_path}
            tenant = settings.tenant.model_copy(update=certified)
            settings = settings.model_copy(update={"tenant": tenant})

        def load(_path: Path) -> Settings:
            return settings

        monkeypatch.setattr("bot.cli.import_rows.load", load)
        monkeypatch.setattr("bot.cli.at_workplace.load", load)
        json_or_not = () if at_a_terminal else ("--json",)
        status = main(["import", str(file), "--today", "2026-03-16", *json_or_not, *words])
        out = capsys.readouterr().out
        return status, {} if at_a_terminal else json.loads(out)

    return say


def known_to_the_site(council: sandbox.Running) -> set[str]:
    found = council.ask("GET", "/lists/User Information List")["rows"]
    return {str(row.get("Work email")) for row in found} & {email(name) for name in PEOPLE}


def test_they_are_listed_before_and_made_known_by_a_yes(typed: Say, council: sandbox.Running) -> None:
    before = known_to_the_site(council)
    assert not {ADA, MO, PRU} & before
    _, shown = typed("--preview")
    (note,) = (n for n in shown["notes"] if "are the people meant" in n)
    assert all(address in note for address in (ADA, MO, PRU, NOBODY))
    assert OUTSIDE not in note, "nobody outside the council is made known"
    assert SLIP not in note, "what may be a slip is a person's to put right"
    assert shown["to_enter"] == []
    assert known_to_the_site(council) == before, "a preview makes nobody known"
    status, said = typed("--yes")
    assert status == 10
    assert len(said["entered"]) == 1
    assert known_to_the_site(council) == before | {ADA, MO, PRU}
    assert [n for n in said["notes"] if "could not be made known" in n] == [
        f"{NOBODY} could not be made known to the site: Microsoft 365 refused (400 -2146232832, "
        "Microsoft.SharePoint.SPException)."
    ]
    assert sorted(fault["cell"] for fault in said["faults"])[0].startswith("Team Managers!")
    assert len(said["faults"]) == 3, (
        "the address nobody has, the one outside and the slip are put right by a person"
    )
    assert any("is ori.otherservice@wexcombe.example meant" in fault["wrong"] for fault in said["faults"])


@pytest.mark.parametrize(("answer", "made"), [("no", False), ("yes", True)])
def test_somebody_at_a_terminal_is_asked_first_and_sees_the_addresses(
    typed: Say,
    council: sandbox.Running,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    answer: str,
    made: bool,
) -> None:
    before = known_to_the_site(council)
    shown: list[str] = []

    def asked(question: str) -> str:
        if "the people meant" in question:
            shown.append(capsys.readouterr().out)
            return answer
        return "no"

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", asked)
    typed(at_a_terminal=True)
    assert len(shown) == 1
    assert all(address in shown[0] for address in (ADA, MO, PRU))
    assert known_to_the_site(council) == before | ({ADA, MO, PRU} if made else set())


def test_with_a_secret_people_open_the_site_themselves_and_that_is_said(
    typed: Say, council: sandbox.Running
) -> None:
    before = known_to_the_site(council)
    _, shown = typed("--preview", by_secret=True)
    assert not any("--yes makes" in note for note in shown["notes"]), (
        "nothing is promised that cannot be kept"
    )
    assert any("let them open it" in note for note in shown["notes"])
    _, said = typed("--yes", by_secret=True)
    assert (said["entered"], known_to_the_site(council)) == ([], before)
    assert any("takes no app that signs in with a secret" in note for note in said["notes"])


def test_where_sharepoint_asks_for_more_than_write_it_is_said_once(
    typed: Say, council: sandbox.Running
) -> None:
    council.ask("POST", "/behaviours", {"people made known by managers only": True})
    _, said = typed("--yes")
    assert "The bot may make nobody known to the site (403); they open it once." in said["notes"]
    assert said["entered"] == []
