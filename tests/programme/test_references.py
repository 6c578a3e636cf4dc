"""What is an audit's reference, and what stands under Title that is none."""

from __future__ import annotations

import pytest

from bot.programme.reference import LONGEST, as_told, is_reference


@pytest.mark.parametrize(
    "text", ["FSP-2026-03-014", "FSP-14", "cla-2026-12-3", "FSP_26_001", "FSP-2026-03-014a"]
)
def test_a_reference_begins_with_letters_and_ends_with_a_number(text: str) -> None:
    assert is_reference(text)


HOSTILE = [
    "", "..", "...", "-", "../../x", "FSP/2026/002", "FSP\\2026", "FSP-2026-03-002/../x",
    "FSP-2026-03-002\r\nBcc: x@y.z",
    "FSP-2026-03-002\n", "FSP-2026-03-002?$select=id#'", "FSP-2026%2e%2e-1", "FSP-2026-03-002#1",
    "=FSP-1", "+FSP-1", "-FSP-1",
    "@FSP-1", "FSP-1 ", " FSP-1", "FSP 1", "FSP-\x001", "FSP-\u202e1", "FSP-１", "ＦＳＰ-1", f"FSP-{'1' * LONGEST}",
    "FSP--1", "FSP-.-1",
    '=HYPERLINK("https://elsewhere.example","FSP-1")', "FSP-1:1", "FSP-1;x", "<b>FSP-1", "{{7*7}}-1", "FSP-1'",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("pattern", ["as shipped", "(?s).*"])
def test_nothing_else_is_a_reference_however_loosely_the_profile_says_it(text: str, pattern: str) -> None:
    assert not (is_reference(text) if pattern == "as shipped" else is_reference(text, pattern))


@pytest.mark.parametrize(
    "text", ["Zylphi-Quenabrook", "Zylphi Quenabrook", "9310007", "14-03-2008", "FSP", "F" * 255]
)
def test_a_childs_name_a_mosaic_number_and_a_date_of_birth_are_no_references(text: str) -> None:
    assert not is_reference(text)


def test_a_council_may_write_them_otherwise() -> None:
    assert is_reference("2026-FSP", r"\d{4}-[A-Z]{3}")
    assert not is_reference("FSP-2026-03-014", r"\d{4}-[A-Z]{3}")


def test_what_a_form_gives_as_its_reference_is_told_only_where_the_council_writes_one_so() -> None:
    nothing = "words that are no reference"
    assert as_told("FSP-2026-03-014") == "FSP-2026-03-014"
    assert as_told("9310007") == as_told("2008-03-14") == as_told("14Zylphi") == nothing
    assert as_told("2026-FSP", r"\d{4}-[A-Z]{3}") == "2026-FSP"
    assert as_told("Zylphi-14", r"\d{4}-[A-Z]{3}") == nothing
