"""The rule book as people read it."""

from __future__ import annotations

import pytest
from people import book

from bot.programme.rulebook.rule_words import counted, date_lines, letter_lines
from bot.programme.rulebook.rules import rulebook
from bot.programme.vocabulary import Milestone, Scope
from bot.programme.waits import wait


@pytest.mark.parametrize(
    ("length", "start", "words"),
    [
        ("3 working days before", Milestone.AUDIT_DUE, "3 working days before: audit due"),
        ("1 week", Milestone.KLOE_MEETING, "1 week after: kloe meeting"),
        ("same day", Milestone.CONFIRMED, "on the day: confirmed"),
        ("15th working day of the month", Milestone.MONTH_ONE, "working day 15 of the month of: month one"),
        ("last working day of the month", Milestone.MONTH_ONE, "last working day of the month of: month one"),
    ],
)
def test_a_length_of_time_is_said_in_words(length: str, start: Milestone, words: str) -> None:
    assert counted(wait(length), start) == words


def test_every_rule_and_every_date_has_its_line_in_the_order_of_the_guide() -> None:
    rules = book()
    lines = letter_lines(rules)
    assert {line.name for line in lines} == {rule.id for rule in rules.rules}
    assert [float(line.guide) for line in lines] == sorted(float(line.guide) for line in lines)
    assert len(date_lines(rules)) == len(rules.deadlines)


def test_a_line_says_for_which_audits_until_when_and_how_often() -> None:
    line = next(n for n in letter_lines(book()) if n.name == "uopp overdue, requires improvement")
    assert line.of == "moderated as Requires Improvement; not in dispute"
    assert line.when == "1 working day after: uopp due; again every 3 working days, 2 times in all"
    assert line.until == "uopp meeting held"
    weekly = next(n for n in letter_lines(book()) if n.name == "weekly report")
    assert weekly.when == "1 week after: uopp meeting held; again every week, 26 times in all"
    missing = next(n for n in letter_lines(book()) if n.name == "weekly report missing")
    assert "progress reported within a week" in missing.until
    drafted = next(n for n in letter_lines(book()) if n.name == "returned to auditor")
    assert "only drafted" in drafted.until


def test_dates_that_belong_to_a_cycle_are_set_by_the_book() -> None:
    lines = {line.sets for line in date_lines(book()) if line.of == "each cycle"}
    assert lines == {m.value for m in Milestone if m.is_set and m.of[0] is Scope.CYCLE}


def test_a_book_of_ones_own_is_said_as_well() -> None:
    text = """
    [[rule]]
    id = "hello"
    guide = "appendix"
    about = "A word."
    when = "confirmed"
    letter = "x"
    to = ["auditor"]
    """
    assert [line.guide for line in letter_lines(rulebook(text))] == ["appendix"]
