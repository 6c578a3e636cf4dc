"""Every letter is tried with what happens in the made-up council; what nothing there reaches is said to be so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from letter_samples import texts

from bot.daily_run.trying.sample_letters import Trying
from bot.daily_run.trying.sample_settings import SampleSettings, settings_of
from bot.papers.letters.letters import Letters
from bot.programme.rulebook.rules import Conditions, Rulebook
from bot.programme.vocabulary import AuditType


@pytest.fixture(scope="module")
def tried(book: Rulebook) -> Trying:
    """The shipped rules and letters; two letters go wrong, and three rules are new or name no letter."""
    usual = next(rule for rule in book.rules if rule.id == "audit reminder")
    never = Conditions(audit_types=frozenset({AuditType.DIP_AUDIT}))
    new = (
        replace(usual, id="never comes, fine", conditions=never, letter="07_fine"),
        replace(usual, id="never comes, wrong", conditions=never, letter="07_wrong"),
        replace(usual, id="without a letter", conditions=never, letter="07_audit_remindr"),
    )
    folder = texts()
    for name in ("07_audit_overdue", "09_monthly_scorecard"):
        folder[name] += "\n\nThat is {{ 1 / 0 }}.\n"
    folder["07_fine"] = (
        "Subject: Audit {{ audit.reference }}\n\n{{ greeting }}, it is due {{ due.on | day }}.\n"
    )
    folder["07_wrong"] = "Subject: Audit {{ audit.reference }}\n\n{{ 1 / 0 }}\n"
    given: SampleSettings = settings_of(Path("none.toml"))
    return Trying(Letters.as_they_are(folder), replace(book, rules=(*book.rules, *new)), given).all()


def test_each_letter_that_cannot_be_written_is_named_with_its_rule_and_line_and_all_others_are_written(
    tried: Trying, book: Rulebook
) -> None:
    assert set(tried.faults) == {
        "07_audit_overdue-audit-overdue", "09_monthly_scorecard-monthly-scorecard", "without a letter",
    }  # fmt: skip
    assert (
        "Rule “audit overdue”: The letter “07_audit_overdue” cannot be filled in: division by zero"
        in (tried.faults["07_audit_overdue-audit-overdue"])
    )
    assert "names the letter “07_audit_remindr”" in tried.faults["without a letter"]
    assert "Did you mean “07_audit_reminder”?" in tried.faults["without a letter"]
    written = {sample.of for sample in tried.found.values()}
    assert written >= {rule.letter for rule in book.rules} - {"07_audit_overdue", "09_monthly_scorecard"}


def test_a_rule_that_nothing_in_the_made_up_council_reaches_is_said_to_be_so_and_stops_no_check(
    tried: Trying,
) -> None:
    assert set(tried.unreached) == {"never comes, wrong"}
    said = tried.unreached["never comes, wrong"]
    assert "Nothing in the made-up council reaches rule “never comes, wrong”" in said
    assert "division by zero (line 3, {{ 1 / 0 }})" in said
