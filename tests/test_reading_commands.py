"""`audit-bot read` and `audit-bot form check`: from any folder, without tenant or settings."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from forms import filled
from word_files import REF, docx, p, pairs, sdt, t

from bot.cli import main
from bot.daily_run.papers import FORMS
from bot.exit_status import NEEDS_A_PERSON

ROOT = Path(__file__).parents[1]
FORM = (ROOT / "docx_templates" / "audit_tool.docx").read_bytes()
DROP = "<w:dropDownList>{}</w:dropDownList>"


def entry(text: str) -> str:
    return f'<w:listItem w:displayText="{text}" w:value="{text}"/>'


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def answered(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[dict[str, object]]]:
    status = main([*arguments, "--json"])
    return status, json.loads(capsys.readouterr().out)


def test_forms_are_read_from_any_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "one.docx").write_bytes(filled(FORM, grade="Good"))
    (tmp_path / "two.docx").write_bytes(filled(FORM, grade="Good", moderated="Inadequate"))
    status, found = answered(capsys, "read", "one.docx", "two.docx")
    assert status == 0
    assert [(a["outcome"], a["part"], a["auditor_grade"], a["moderated_grade"]) for a in found] == [
        ("read", "auditor", "Good", None),
        ("read", "both", "Good", "Inadequate"),
    ]
    shape = {
        "file", "outcome", "reason", "reference", "template", "part", "auditor_grade", "moderated_grade",
        "domain_grades",
        "moderated_domain_grades", "family_feedback", "practitioner_feedback", "actions", "kloe", "problems", "fields",
    }  # fmt: skip
    assert all(set(answer) == shape for answer in found)


def test_one_file_that_cannot_be_read_is_told_and_the_others_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "good.docx").write_bytes(filled(FORM, grade="Good"))
    (tmp_path / "folder.docx").mkdir()
    os.mkfifo(tmp_path / "pipe.docx")
    names = ["nowhere.docx", "folder.docx", "pipe.docx", "good.docx"]
    status, found = answered(capsys, "read", *names)
    assert status == NEEDS_A_PERSON
    assert [a["outcome"] for a in found] == ["refused", "refused", "refused", "read"]
    assert [a["reason"] for a in found[:3]] == [
        "There is no file nowhere.docx.",
        "folder.docx is a folder, not a file.",
        "pipe.docx is not an ordinary file.",
    ]


def test_what_was_read_is_told_in_words_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.docx").write_bytes(filled(FORM, grade="Good"))
    assert main(["read", "a.docx"]) == 0
    assert "Good" in capsys.readouterr().out


def test_questions_that_cannot_be_used_are_a_fault_of_the_configuration(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "audit_tool.toml").write_text("[tags]\n", encoding="utf-8")
    (tmp_path / "here.toml").write_text("", encoding="utf-8")
    (tmp_path / "a.docx").write_bytes(FORM)
    assert main(["read", "a.docx", "--settings", "here.toml", "--json"]) == 2
    assert "lacks" in capsys.readouterr().out


def test_the_shipped_form_has_nothing_to_put_right(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "form.docx").write_bytes(FORM)
    status, (found,) = answered(capsys, "form", "check", "form.docx")
    assert status == 0
    assert found["problems"] == []
    assert found["missing"] == []
    assert found["by_label"] == []
    read = found["read"]
    assert isinstance(read, dict)
    assert read["outcome"] == "held"


def test_a_form_somebody_changed_is_checked_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    grades = DROP.format(
        "".join(map(entry, ("Choose a grade", "Outstanding", "Good", "Getting there", "Inadequate")))
    )
    body = pairs(
        ("Audit reference", p(sdt("audit_ref", t(REF)))),
        (
            "Overall grade",
            p(sdt("grade_auditor", t("Good"), grades) + sdt("grade_auditor", t("Good"), grades)),
        ),
        ("Moderated overall grade", p()),
        ("Something else", p(sdt("", t("x")))),
    )
    (tmp_path / "form.docx").write_bytes(docx(body))
    status, (found,) = answered(capsys, "form", "check", "form.docx")
    assert status == NEEDS_A_PERSON
    assert found["unknown_grades"] == {"Section 8, Overall grade": ["Getting there"]}
    assert found["twice"] == ["Section 8, Overall grade (grade_auditor)"]
    assert "Section 12, Moderated overall grade" in found["by_label"]  # type: ignore[operator]
    assert "Section 8, Why this grade" in found["missing"]  # type: ignore[operator]
    assert found["untagged_controls"] == 1
    assert main(["form", "check", "form.docx"]) == NEEDS_A_PERSON
    told = " ".join(capsys.readouterr().out.split())
    assert "“Getting there” in its list is not a grade the reader knows" in told
    assert "it would be read; auditor's grade: Good" in told


def test_a_companion_form_without_grades_is_checked_and_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body = pairs(
        ("Audit reference", p(sdt("audit_ref", t("FSP-2026-03-201")))),
        ("Template version", p(sdt("tpl_ver", t("2026.1")))),
        ("Findings", p(sdt("kloe.finding", t("Closures are timely.")))),
    )
    (tmp_path / "dip.docx").write_bytes(docx(body))
    status, (found,) = answered(capsys, "form", "check", "dip.docx")
    assert (status, found["problems"], found["missing"]) == (0, [], [])
    status, (read,) = answered(capsys, "read", "dip.docx")
    assert status == 0
    assert (read["outcome"], read["auditor_grade"]) == ("read", None)


def test_a_file_that_is_no_form_is_said_to_be_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.7")
    status, (found,) = answered(capsys, "form", "check", "scan.pdf")
    assert status == NEEDS_A_PERSON
    assert "PDF" in str(found["problems"])


@pytest.mark.parametrize("form", FORMS)
def test_every_prompt_of_our_own_forms_is_known_as_no_answer(form: str) -> None:
    from bot.papers.forms.form import Form
    from bot.papers.forms.questions import plain, questions
    from bot.papers.word.doubts import everything
    from bot.papers.word.package import Package

    asked = questions((ROOT / "config" / "audit_tool.toml").read_text(encoding="utf-8"))
    found = Form(Package((ROOT / "docx_templates" / f"{form}.docx").read_bytes()), asked)
    prompts = {everything(c.element) for part in found.parts for c in part.controls if c.prompt}
    assert prompts
    assert {text for text in prompts if text and plain(text) not in asked.prompts} == set()
