"""A delivered letter is known by the name of its file, whatever words the Audit Team gives it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sandbox.play.letters import DUTY, HELP, NEVER_CALLED_FOR, SEVERAL, kind_of, mark

ROOT = Path(__file__).parents[2]
GIVEN = ROOT / "mail_templates"
REF, OTHER = "FSP-2026-03-001", "FSP-2026-03-002"


def parts(html: str) -> list[tuple[str, str]]:
    return [(part.duty, part.about) for part in kind_of({"html": html}).parts]


@pytest.fixture(scope="module", params=[False, True], ids=["as worded", "reworded"])
def marked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("marked")
    mark(GIVEN, ROOT / "config/rules.toml", folder, reworded=request.param)
    return folder


def test_every_letter_has_a_duty_or_is_called_for_by_nothing_in_a_play() -> None:
    assert {path.stem for path in GIVEN.glob("*.md")} == {*DUTY, *NEVER_CALLED_FOR, SEVERAL, HELP}


def test_a_mark_says_what_a_letter_is_and_about_what() -> None:
    assert parts(f"<div>«07_audit_reminder» ‹{REF}› Words</div>") == [("audit reminder", REF)]
    assert parts("&laquo;14_workshop&raquo; &lsaquo;FSP &amp; CWD&rsaquo;") == [("workshop", "FSP & CWD")]
    assert parts("<div>Audit FSP-2026-03-001: due Fri 20 Mar</div>") == [("unknown", "")]
    assert parts(f"«10_row_deleted» ‹{REF}›") == [("unknown", REF)]
    held = "«10_may_be_inadequate»"
    assert parts(f"{held} ‹› {held} ‹Audit {REF}›") == [("may be Inadequate", REF)]


def test_a_letter_of_two_duties_says_which_of_them_it_is_for() -> None:
    for late, dip, steps in (("", "dip sample reminder", "inadequate no longer"),
                             ("!", "dip sample overdue", "steps ended")):  # fmt: skip
        assert parts(f"«07_dip_sample_due»{late} ‹{REF}›") == [(dip, REF)]
        assert parts(f"«10_inadequate_no_longer»{late} ‹{REF}›") == [(steps, REF)]
    assert parts(f"«07_audit_overdue»! ‹{REF}›") == [("audit overdue", REF)]


def test_a_letter_about_several_audits_is_told_part_by_part() -> None:
    html = f"«00_several_at_once» ‹› «07_audit_overdue»! ‹{REF}› «07_dip_sample_due»! ‹{OTHER}›"
    assert parts(html) == [("audit overdue", REF), ("dip sample overdue", OTHER)]
    assert kind_of({"html": html}).about == [REF, OTHER]
    assert kind_of({"html": html}).duty == "several at once"
    assert parts(f"«00_taken_over» ‹› «00_taken_over» ‹{REF}›") == [("taken over", REF)]
    assert parts(f"«00_several_at_once» ‹› «» ‹{REF}›") == [("unknown", REF)], "asked alone in no letter"


def test_a_play_changes_nothing_in_a_letter_but_its_hidden_preview(tmp_path: Path) -> None:
    mark(GIVEN, ROOT / "config/rules.toml", tmp_path)
    for path in sorted(GIVEN.iterdir()):
        before, after = (
            p.read_text(encoding="utf-8") for p in (path, tmp_path / "mail_templates" / path.name)
        )
        assert _without_preview(before) == _without_preview(after), path.name
    assert (tmp_path / "rules.toml").read_text() == (ROOT / "config/rules.toml").read_text()


def _without_preview(letter: str) -> str:
    return re.sub(r"^Preview:.*$", "", letter, flags=re.M)


def test_each_marked_letter_names_its_file(marked: Path) -> None:
    for path in (marked / "mail_templates").glob("*.md"):
        assert path.read_text(encoding="utf-8").split("\n")[1].startswith(f"Preview: «{path.stem}»")


def test_reworded_letters_keep_no_subject_and_no_heading(tmp_path: Path) -> None:
    mark(GIVEN, ROOT / "config/rules.toml", tmp_path, reworded=True)
    for path in (tmp_path / "mail_templates").glob("*.md"):
        lines = path.read_text(encoding="utf-8").split("\n")
        assert re.fullmatch(r"Subject: Letter \d+", lines[0])
        assert {line for line in lines if line.startswith("#")} <= {"## Part", "### Part"}
    assert "Return the audit" not in (tmp_path / "rules.toml").read_text(encoding="utf-8")
