"""Names a document library will take."""

from __future__ import annotations

import pytest

from bot.programme.answers.matching import references_in
from bot.programme.file_names import LONGEST, ending_of, safe_name
from bot.programme.reference import another_reference


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
    ("name", "ending"),
    [
        ("audit.docx", ".docx"), ("AUDIT.PDF", ".pdf"), ("scan.zip", ".zip"), ("audit", ""), ("", ""),
        ("audit.Zylphi Quenabrook", ""), ("audit.../../x", ""), ("audit.9310007", ""),
    ],
)  # fmt: skip
def test_of_a_name_somebody_gave_only_a_common_ending_is_kept(name: str, ending: str) -> None:
    assert ending_of(name) == ending
