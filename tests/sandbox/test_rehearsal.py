"""The rehearsal's judge: it notices what is missing and what is too much, and a small season passes it."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tenant import email

from bot.office.ledger import Ledger
from bot.programme.events import EventKind
from sandbox.cast.season import MORNING, Fact
from sandbox.delivered import balanced, by_duty, delivered, drafted
from sandbox.duties import Expected, Table

ROOT = Path(__file__).parents[2]
BOX = email("Audit Team")
ADA, MO = email("Ada Auditor"), email("Mo Moderator")
MONDAY = date(2026, 3, 23)
REF = "FSP-2026-03-001"


def letter(subject: str, *readers: str, html: str = "", on: date = MONDAY) -> dict[str, Any]:
    return {
        "sender": BOX,
        "kind": "message",
        "subject": f"[OFFICIAL-SENSITIVE] {subject}",
        "delivered_to": list(readers),
        "at": f"{on}T08:00:00+00:00",
        "html": html,
    }


OVERDUE = Expected("audit overdue", "7", REF, ADA, MONDAY)
CHASED = letter(f"Audit {REF}: was due Fri 20 Mar", ADA)


def verdict(expected: list[Expected], *letters: dict[str, Any]) -> tuple[list[Expected], list[str]]:
    found = balanced(expected, delivered(letters, BOX, ["FSP and CWD, March 2026"]), [], BOX)
    return found.missed, [f"{extra.duty} to {extra.reader}" for extra in found.extra]


def test_what_was_expected_and_came_is_neither_missed_nor_extra() -> None:
    assert verdict([OVERDUE], CHASED) == ([], [])


def test_a_letter_that_did_not_come_is_missed() -> None:
    assert verdict([OVERDUE]) == ([OVERDUE], [])


def test_a_letter_that_came_twice_or_to_somebody_else_is_extra() -> None:
    assert verdict([OVERDUE], CHASED, CHASED) == ([], [f"audit overdue to {ADA}"])
    copied = letter(f"Audit {REF}: was due Fri 20 Mar", ADA, MO)
    assert verdict([OVERDUE], copied) == ([], [f"audit overdue to {MO}"])


def test_a_letter_on_another_day_is_missed_and_extra() -> None:
    late = letter(f"Audit {REF}: was due Fri 20 Mar", ADA, on=date(2026, 3, 24))
    assert verdict([OVERDUE], late) == ([OVERDUE], [f"audit overdue to {ADA}"])


def test_a_letter_nobody_knows_is_extra() -> None:
    assert verdict([], letter("Good morning", ADA)) == ([], [f"unknown to {ADA}"])


def test_a_letter_that_lists_several_things_counts_as_each_of_them() -> None:
    row = "<tr><td>{}</td><td>{}</td><td>Fri 20 Mar, 1 working day ago</td></tr>"
    table = row.format(REF, "Return the audit") + row.format("FSP-2026-03-002", "Moderate the audit")
    both = letter("2 things for you on Mon 23 Mar", ADA, html=f"<table>{table}</table>")
    second = Expected("moderation overdue", "7/10", "FSP-2026-03-002", ADA, MONDAY)
    assert verdict([OVERDUE, second], both) == ([], [])
    assert verdict([replace(OVERDUE, reader=MO), second], both)[1] == [f"audit overdue to {ADA}"]


def test_a_digest_is_expected_on_each_working_day() -> None:
    found = balanced(
        [], delivered([letter("Audits on Mon 23 Mar", BOX)], BOX, []), [MONDAY, date(2026, 3, 24)], BOX
    )
    assert by_duty(found) == {("", "digest"): {"expected": 2, "missed": 1}}


# --------------------------------------------------------------------------------------------------------- drafts


def lies_ready(subject: str, *to: str, cc: tuple[str, ...] = (), draft: bool = True) -> dict[str, Any]:
    return {
        "is_draft": draft, "subject": f"[OFFICIAL-SENSITIVE] {subject}", "to": list(to), "cc": list(cc),
        "received": "2026-03-23T12:10:00Z",
    }  # fmt: skip


def test_a_draft_counts_for_everybody_it_is_addressed_to_and_a_message_that_was_sent_does_not() -> None:
    back = lies_ready(f"Audit {REF}: a few things to complete", ADA, cc=(MO,))
    sent = lies_ready(f"Audit {REF}: a few things to complete", ADA, draft=False)
    found = [(d.duty, d.about, d.reader, d.on) for d in drafted([back, sent], [])]
    assert found == [("draft: goes back to its auditor", REF, reader, MONDAY) for reader in (ADA, MO)]


def test_a_draft_nobody_knows_is_told_as_such() -> None:
    assert [d.duty for d in drafted([lies_ready("Good morning", ADA)], [])] == ["unknown"]


# ------------------------------------------------------------------------------------------- the draw of re-audits

CYCLE = "FSP and CWD, March 2026"


def drawn_from_eleven(*references: str) -> list[str]:
    """What the judge says of a draw among eleven audits below Good, one more since decided to be Good."""
    rows = {
        f"FSP-2026-03-{n:03}": {"Cycle": CYCLE, "Audit type": "Full – Team Manager"} for n in range(1, 13)
    }
    facts = [Fact(r, "moderated", MONDAY, (MONDAY, MORNING), "Requires Improvement") for r in rows]
    facts.append(Fact("FSP-2026-03-012", "decided", MONDAY, (MONDAY, MORNING), "Good"))
    cycle = {CYCLE: {"Month one": "2026-03-02", "Service group": "FSP and CWD", "Heads of Service": []}}
    table = Table(facts, rows, cycle, {}, BOX, MONDAY, MONDAY)
    return table.faults_of_draw(CYCLE, references, date(2026, 7, 29))


def test_two_of_eleven_are_at_least_a_tenth_and_one_is_not() -> None:
    assert drawn_from_eleven("FSP-2026-03-001", "FSP-2026-03-007") == []
    assert drawn_from_eleven("FSP-2026-03-001") == [f"1 of 11 is less than a tenth of {CYCLE}"]


def test_work_that_was_decided_to_be_good_is_not_audited_again() -> None:
    faults = drawn_from_eleven("FSP-2026-03-001", "FSP-2026-03-012")
    assert faults == [f"FSP-2026-03-012 is not work below Good of {CYCLE}"]


# ------------------------------------------------------------------------------------------------------- a season


def played(folder: Path, *arguments: str) -> str:
    """What the rehearsal prints; it must end well."""
    command = [sys.executable, "-m", "sandbox.rehearsal", "--folder", str(folder), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=1800, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def test_a_small_season_up_to_the_first_launch_passes(tmp_path: Path) -> None:
    said = played(tmp_path / "rehearsal", "--audits", "3", "--from", "2026-02-12", "--until", "2026-03-03")
    assert "practitioner informed" in said
    assert (tmp_path / "rehearsal/letters.xlsx").exists()


@pytest.mark.slow
def test_the_whole_season_passes_and_every_rule_sends_a_letter(tmp_path: Path) -> None:
    said = played(tmp_path / "rehearsal")
    assert "3 of 3 re-audit forms carried the actions of the earlier audit." in said
    rules = tomllib.loads((ROOT / "config/rules.toml").read_text(encoding="utf-8"))["rule"]
    ledger = Ledger(f"sqlite:///{tmp_path / 'rehearsal/ledger.sqlite'}")
    intended = [event.data for event in ledger.read() if event.kind is EventKind.LETTER_INTENDED]
    ledger.close()
    used = {data["rule"] for data in intended}
    used |= {part["rule"] for data in intended for part in data.get("covers", ())}
    assert {rule["name"] for rule in rules} - used == set()
