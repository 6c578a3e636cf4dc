"""The rehearsal's judge: it notices what is missing and what is too much, and a small season passes it."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from reports.recount.audits_as_at import cases, day_in
from reports.recount.compare import agrees, compare
from reports.recount.names import in_the_bots_names
from tenant import email

from bot.office.ledger import Ledger
from bot.programme.events import EventKind
from sandbox.play.cast.facts import MORNING, NOON, Fact, Moment
from sandbox.play.delivered import balanced, by_duty, delivered
from sandbox.play.duties import Expected, Table

ROOT = Path(__file__).parents[2]
BOX = email("Audit Team")
ADA, MO = email("Ada Auditor"), email("Mo Moderator")
MONDAY = date(2026, 3, 23)
REF = "FSP-2026-03-001"


def letter(name: str, about: str, *readers: str, parts: str = "", on: date = MONDAY) -> dict[str, Any]:
    return {
        "sender": BOX,
        "kind": "message",
        "subject": "A letter",
        "delivered_to": list(readers),
        "at": f"{on}T08:00:00+00:00",
        "html": f"<div>«{name}» ‹{about}›{parts} Please see to it.</div>",
    }


OVERDUE = Expected("audit overdue", "7", REF, ADA, MONDAY)
CHASED = letter("07_audit_overdue", REF, ADA)


def verdict(expected: list[Expected], *letters: dict[str, Any]) -> tuple[list[Expected], list[str]]:
    found = balanced(expected, delivered(letters, BOX), [], BOX)
    return found.missed, [f"{extra.duty} to {extra.reader}" for extra in found.extra]


def test_what_was_expected_and_came_is_neither_missed_nor_extra() -> None:
    assert verdict([OVERDUE], CHASED) == ([], [])


def test_a_letter_that_did_not_come_is_missed() -> None:
    assert verdict([OVERDUE]) == ([OVERDUE], [])


def test_a_letter_that_came_twice_or_to_somebody_else_is_extra() -> None:
    assert verdict([OVERDUE], CHASED, CHASED) == ([], [f"audit overdue to {ADA}"])
    copied = letter("07_audit_overdue", REF, ADA, MO)
    assert verdict([OVERDUE], copied) == ([], [f"audit overdue to {MO}"])


def test_a_letter_on_another_day_is_missed_and_extra() -> None:
    late = letter("07_audit_overdue", REF, ADA, on=date(2026, 3, 24))
    assert verdict([OVERDUE], late) == ([OVERDUE], [f"audit overdue to {ADA}"])


def test_a_letter_nobody_knows_is_extra() -> None:
    assert verdict([], letter("99_good_morning", "", ADA)) == ([], [f"unknown to {ADA}"])
    assert verdict([], {**CHASED, "html": "<p>Your audit was due.</p>"}) == ([], [f"unknown to {ADA}"])


def test_a_letter_that_lists_several_things_counts_as_each_of_them() -> None:
    other = "FSP-2026-03-002"
    parts = f" «07_audit_overdue»! ‹{REF}› «07_moderation_overdue»! ‹{other}›"
    both = letter("00_several_at_once", "", ADA, parts=parts)
    second = Expected("moderation overdue", "7/10", other, ADA, MONDAY)
    assert verdict([OVERDUE, second], both) == ([], [])
    assert verdict([replace(OVERDUE, reader=MO), second], both)[1] == [f"audit overdue to {ADA}"]


def test_nobody_needs_a_copy_of_a_letter_that_asks_for_help_with_several() -> None:
    expected = [Expected("audit escalated", "7", REF, reader, MONDAY) for reader in (ADA, MO)]
    assert verdict(expected, letter("07_audit_escalation", REF, ADA)) == (expected[1:], [])
    together = letter("00_several_escalated", "", ADA, parts=f" «07_audit_escalation» ‹{REF}›")
    assert verdict(expected, together) == ([], [])


def test_a_digest_is_expected_on_each_working_day() -> None:
    found = balanced([], delivered([letter("00_digest", "", BOX)], BOX), [MONDAY, date(2026, 3, 24)], BOX)
    assert by_duty(found) == {("", "digest"): {"expected": 2, "missed": 1}}


# ------------------------------------------------------------------------------------- the table of expected letters

CYCLE = "FSP and CWD, September 2026"
AGAIN = "FSP-2026-09-201"
ROLES = {
    "Head of Learning Academy": "lea",
    "Audit Manager": "max",
    "Group Manager of CP Chairs and IROs": "gil",
    "Youth Justice Service": "youth",
}
ROW = {
    "Cycle": CYCLE, "Audit type": "Re-audit", "Auditor": "ada", "Auditor's Head of Service": "ori", "Moderator": "mo",
    "Practitioner": "pru", "Team Manager": "tia", "Head of Service": "hal", "Group Manager": "gus",
    "IRO or CP Chair": "cai", "Services involved": "Youth Justice Service",
}  # fmt: skip


def fact(what: str, on: date, half: Moment | None = None, value: str = "") -> Fact:
    return Fact(AGAIN, what, on, half or (on, NOON), value)


def expected(*facts: Fact, **changes: str) -> list[tuple[str, str, date]]:
    """Duty, reader and day of what one audit of September calls for, given what happened to it."""
    cycles = {CYCLE: {"Month one": "2026-09-01", "Service group": "FSP and CWD", "Heads of Service": ["hal"]}}
    confirmed = fact("confirmed", date(2026, 8, 25), (date(2026, 8, 26), MORNING))
    table = Table(
        [confirmed, *facts], {AGAIN: {**ROW, **changes}}, cycles, ROLES, BOX, date(2026, 8, 31), date(2026, 10, 30)
    )  # fmt: skip
    return [(e.duty, e.reader, e.on) for e in table.expected()]


def moderated(grade: str) -> list[Fact]:
    return [
        fact("returned", date(2026, 9, 16), value=grade),
        fact("moderated", date(2026, 9, 18), value=grade),
    ]


def test_a_re_audit_still_below_good_calls_for_the_question_of_all_of_it_once_the_cycle_is_complete() -> None:
    again = [("re-audit all", reader, date(2026, 9, 18)) for reader in (BOX, "lea")]
    assert [e for e in expected(*moderated("Requires Improvement")) if e[0] == "re-audit all"] == again
    assert not [e for e in expected(*moderated("Good")) if e[0] == "re-audit all"]
    first = expected(*moderated("Requires Improvement"), **{"Audit type": "Full – Team Manager"})
    assert not [e for e in first if e[0] == "re-audit all"], "no re-audit"


def test_no_practitioner_is_reminded_of_a_section_that_a_re_audit_does_not_have() -> None:
    assert "practitioner reminded" not in {duty for duty, _, _ in expected()}
    full = expected(**{"Audit type": "Full – Team Manager"})
    assert ("practitioner reminded", "pru", date(2026, 9, 8)) in full


def test_what_was_drafted_at_noon_is_sent_by_the_audit_team_the_next_day() -> None:
    found = [e for e in expected(*moderated("Good")) if e[0].startswith("shared")]
    assert found == [
        ("shared with services", "youth", date(2026, 9, 21)),
        ("shared with the chair", "cai", date(2026, 9, 21)),
        ("shared with the chair", "gil", date(2026, 9, 21)),
    ]


def test_an_exempted_auditor_is_left_in_peace_and_whoever_takes_it_on_is_asked() -> None:
    taken_on = fact("Auditor", date(2026, 9, 10), (date(2026, 9, 11), MORNING), "ana")
    found = expected(fact("exempted", date(2026, 9, 3), (date(2026, 9, 4), MORNING), "ada"), taken_on)
    assert ("audit allocated", "ada", date(2026, 9, 1)) in found
    assert {on for duty, reader, on in found if reader == "ada"} == {date(2026, 9, 1)}
    assert ("audit allocated", "ana", date(2026, 9, 11)) in found
    assert ("audit reminder", "ana", date(2026, 9, 16)) in found


def played(folder: Path, *arguments: str) -> str:
    """What the rehearsal prints; it must end well."""
    command = [sys.executable, "-m", "sandbox.play.rehearsal", "--folder", str(folder), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=1800, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def the_diary_says_what_the_facts_say(folder: Path, last: date) -> int:
    """What came back and what was moderated, by grade and day, once from the diary and once from the facts that the
    letters are judged by; so many audits have come back."""
    diary, facts = (
        json.loads((folder / name).read_text(encoding="utf-8")) for name in ("diary.json", "facts.json")
    )
    of = {
        what: {f["about"]: f for f in facts if f["what"] == what}
        for what in ("returned", "corrected", "moderated")
    }
    returned = 0
    for case in cases(diary, last):
        came, corrected, moderated = (
            of[what].get(case.reference) for what in ("returned", "corrected", "moderated")
        )
        assert case.is_returned == bool(came), case.reference
        assert case.is_moderated == bool(moderated), case.reference
        if came:
            returned += 1
            assert case.returned == day_in(came["on"]), case.reference
            assert case.released < case.returned
            assert case.auditors_grade == (corrected or came)["value"], case.reference
        if moderated:
            assert (case.moderated, case.moderated_grade) == (day_in(moderated["on"]), moderated["value"])
    return returned


def the_bot_counts_as_people_did(folder: Path, *, at_least: int) -> None:
    """Each number of each cycle at three days, as the bot tells it and as counted again from the diary alone. What one
    number means in words of the other: tests/reports/recount/names.py."""
    diary, told = (
        json.loads((folder / name).read_text(encoding="utf-8")) for name in ("diary.json", "numbers.json")
    )
    assert told
    for each in told:
        again = in_the_bots_names(diary, each["cycle"], date.fromisoformat(each["as_at"]))
        reported = {tuple(n["name"]): n["number"] for n in each["numbers"]}
        found = compare(again, {name: number for name, number in reported.items() if name in again})
        assert not each["missing"], each["missing"]
        assert not found.only_recounted, found
        assert agrees(found, at_least=at_least), f"{each['cycle']} as at {each['as_at']}: {found}"


IN_A_SMALL_SEASON = (
    "practitioner informed",
    "returned to auditor",
    "inadequate alert",
    "moderation requested",
)


@pytest.mark.slow
def test_a_small_season_up_to_the_first_inadequates_passes_in_a_large_tenant_on_berlin_time(
    tmp_path: Path,
) -> None:
    said = played(tmp_path / "rehearsal", "--audits", "10", "--from", "2026-02-12", "--until", "2026-03-16",
                  "--site-zone", "Europe/Berlin")  # fmt: skip
    for duty in IN_A_SMALL_SEASON:
        assert f" {duty} " in said
    assert (tmp_path / "rehearsal/letters.xlsx").exists()
    assert the_diary_says_what_the_facts_say(tmp_path / "rehearsal", date(2026, 3, 16)) > 1
    the_bot_counts_as_people_did(tmp_path / "rehearsal", at_least=130)


@pytest.mark.slow
def test_a_small_season_passes_whatever_words_stand_in_subjects_headings_and_asks(tmp_path: Path) -> None:
    said = played(tmp_path / "rehearsal", "--audits", "10", "--from", "2026-02-12", "--until", "2026-03-16",
                  "--reworded")  # fmt: skip
    for duty in IN_A_SMALL_SEASON:
        assert f" {duty} " in said


@pytest.mark.slow
def test_the_whole_season_passes_and_every_rule_sends_a_letter(tmp_path: Path) -> None:
    played(tmp_path / "rehearsal")
    assert the_diary_says_what_the_facts_say(tmp_path / "rehearsal", date(2026, 10, 23)) > 200
    the_bot_counts_as_people_did(tmp_path / "rehearsal", at_least=130)
    rules = tomllib.loads((ROOT / "config/rules.toml").read_text(encoding="utf-8"))["rule"]
    ledger = Ledger(f"sqlite:///{tmp_path / 'rehearsal/ledger.sqlite'}")
    intended = [event.data for event in ledger.read() if event.kind is EventKind.LETTER_INTENDED]
    ledger.close()
    used = {data["rule"] for data in intended}
    used |= {part["rule"] for data in intended for part in data.get("covers", ())}
    assert {rule["name"] for rule in rules} - used == set()
