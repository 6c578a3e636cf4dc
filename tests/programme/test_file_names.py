"""Names a document library will take."""

from __future__ import annotations

import pytest

from bot.programme.file_names import LONGEST, ending_of, safe_name
from bot.programme.reference import another_reference, references_in


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("FSP-2026-03-001.docx", "FSP-2026-03-001.docx"),
        ("FSP/26/001", "FSP_26_001"),
        ("..\\..\\windows", "_.._windows"),
        ('what: "this" <or> that?*|', "what_ _this_ _or_ that___"),
        ("  .hidden. ", "hidden"),
        ("...", "_"),
        ("", "_"),
        ("CON", "_CON"),
        ("con.docx", "_con.docx"),
        ("LPT1", "_LPT1"),
        ("Forms", "_Forms"),
        ("Former audits", "Former audits"),
        ("desktop.ini", "_desktop.ini"),
        ("~$audit.docx", "_~$audit.docx"),
        ("a_vti_b", "a_vti-b"),
        ("100 % of #7", "100 % of #7"),
        ("tab\there\x07", "tab_here_"),
        ("Zoe\u0308.docx", "Zoë.docx"),
        ("COM¹.txt", "_COM¹.txt"),
        ("nul .docx", "_nul .docx"),
        ("au\u00addit\u061c\U000e0041.docx", "au_dit__.docx"),
    ],
)
def test_a_name_is_one_the_library_takes(given: str, name: str) -> None:
    assert safe_name(given) == name
    assert safe_name(name) == name


def test_a_long_name_keeps_its_ending() -> None:
    name = safe_name("x" * 300 + ".docx")
    assert len(name) == LONGEST
    assert name.endswith(".docx")


def test_a_file_is_known_by_the_reference_in_its_name() -> None:
    known = ["FSP-26-001", "FSP-26-002", "FSP-2026-03-001"]
    assert references_in("FSP-2026-03-001_Ada.docx", known) == ["FSP-2026-03-001"]
    assert references_in("RE: Audit fsp-26-001", known) == ["FSP-26-001"]
    assert references_in("RE: FSP\u201126\u2011001 and FSP–26–002", known) == ["FSP-26-001", "FSP-26-002"]
    assert references_in("FSP-26-001–Ada.docx", known) == ["FSP-26-001"]
    assert another_reference("FSP_26_001.docx", "FSP-26-001") == ""
    assert another_reference("FSP_26_002.docx", "FSP-26-001")
    assert another_reference("RE: Audit FSP/26/002", "FSP-26-001")


@pytest.mark.parametrize(
    "text",
    [
        "FSP_2026_03_014_final.docx", "FSP 2026 03 014 final.docx", "FSP-2026-03-014-final.docx", "FSP/2026/03/014",
        "Copy_of_fsp_2026-03-014.docx", "fsp202603014.docx", "FSP-2026-03-014 2 files", "FSP-2026-03-014_2.docx",
        "RE: Audit FSP\u20112026\u201103\u2011014",
    ],
)  # fmt: skip
def test_a_reference_is_known_whatever_signs_a_file_system_or_a_person_puts_between_its_parts(
    text: str,
) -> None:
    assert references_in(text, ["FSP-2026-03-014", "FSP-2026-03-015"]) == ["FSP-2026-03-014"]


@pytest.mark.parametrize(
    "text",
    [
        "FSP-2026-03-0145", "FSP-2026-03-014-2", "FSP_2026_03_014_2", "CLA-FSP-2026-03-014", "FSP-2026-03",
        "2026 03 014", "FSP.2026.03.014", "FSP-2026-03-014a", "FSP-2026-03-014-b", "FSP, 2026, 03, 014",
    ],
)  # fmt: skip
def test_what_is_longer_or_shorter_than_a_reference_is_another_or_none(text: str) -> None:
    assert references_in(text, ["FSP-2026-03-014"]) == []


def test_a_reference_without_separators_is_found_as_the_profile_writes_it() -> None:
    assert references_in("RE: Audit fsp26001, and FSP26002.docx", ["FSP26001", "FSP26002"]) == [
        "FSP26001",
        "FSP26002",
    ]
    assert references_in("FSP260011", ["FSP26001"]) == []


def test_what_could_be_two_references_written_together_is_neither_and_a_date_is_none() -> None:
    assert references_in("FSP202603014", ["FSP-2026-03-014", "FSP-2026-030-14"]) == []
    assert references_in("FSP 14 March", ["FSP-14"]) == []
    assert references_in("FSP 2026 14 final", ["FSP-2026-14"]) == ["FSP-2026-14"]
    assert references_in("FSP-26-001-A", ["FSP-26-001", "FSP-26-001-A"]) == ["FSP-26-001-A"]


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("audit.docx", ".docx"), ("AUDIT.PDF", ".pdf"), ("scan.zip", ".zip"), ("audit", ""), ("", ""),
        ("audit.Zylphi Quenabrook", ""), ("audit.../../x", ""), ("audit.9310007", ""),
    ],
)  # fmt: skip
def test_of_a_name_somebody_gave_only_a_common_ending_is_kept(name: str, ending: str) -> None:
    assert ending_of(name) == ending


@pytest.mark.parametrize(
    ("text", "known", "found"),
    [
        ("Draft A for you", "DRAFT-A", []),  # words of the language
        ("see DRAFT-A", "DRAFT-A", []),
        ("in 2026 and later", "2026", []),  # a year
        ("on 20-26", "20-26", []),
        ("audit 12026 is back", "12026", ["12026"]),
        ("audit 120-26 is back", "120-26", ["120-26"]),
    ],
)
def test_what_says_too_little_is_no_reference_though_the_list_has_one_of_that_kind(
    text: str, known: str, found: list[str]
) -> None:
    assert references_in(text, [known]) == found
