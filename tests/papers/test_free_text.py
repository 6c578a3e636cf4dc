"""What people write into the list leaves without anything that could tell which child it is."""

from __future__ import annotations

from datetime import date

import pytest
from people import audit

from bot.papers.letters.free_text import without_identifiers
from bot.papers.letters.letter_words import identifiers

ROWS = [
    audit(1, child_name="Robin Example-Smith", mosaic_number="1234567", date_of_birth=date(2012, 5, 14)),
    audit(2, child_name="Zoë O'Neil", mosaic_number="76543", date_of_birth=date(2015, 6, 1)),
    audit(3, child_name="May Okafor", mosaic_number="AB-99", date_of_birth=None),
]


@pytest.mark.parametrize(("note", "left"), [
    ("Robin's plan is thin.", "… plan is thin."),
    ("EXAMPLE, robin: see 1234567", "…: see …"),
    ("Mosaic 1234 567 and 123-4567", "Mosaic … and …"),
    ("As with 76543 (Zoe).", "As with … (…)."),
    ("Ask about O’Neil and Smith", "Ask about … and …"),
    ("Born 14/5/2012, 14.05.12, 14th May 2012, May 14, 2012 or 2012-05-14", "Born … or …"),
    ("DoB 14052012", "DoB …"), ("DoB 1 June 2015", "DoB …"),
    ("May was seen; it may be late", "… was seen; it may be late"),
    ("AB-99 is not this child", "… is not this child"),
    ("A sibling is 9000101", "A sibling is …"),
])  # fmt: skip
def test_no_name_number_or_birthday_of_any_child_leaves_in_a_note(note: str, left: str) -> None:
    assert without_identifiers(note, ROWS) == left


@pytest.mark.parametrize("note", [
    "The grade is not borne out by the analysis.", "Return it by 17/3/2026, please.",
    "Domains 3, 4 and 12 lack evidence.", "99 visits are missing.",
    "See FSP-2026-03-001, page 2.", "", "Ring 4 times. 50 % of the visits in 2026 are missing.",
])  # fmt: skip
def test_what_names_no_child_stays_as_it_was_written(note: str) -> None:
    assert without_identifiers(note, ROWS) == note


def test_a_letter_that_does_not_name_the_record_may_not_carry_its_number() -> None:
    assert "1234567" in identifiers(ROWS[0], names_the_record=False)
    assert "1234567" not in identifiers(ROWS[0], names_the_record=True)
    assert "1234567" in identifiers(audit(restricted=True), names_the_record=True)
