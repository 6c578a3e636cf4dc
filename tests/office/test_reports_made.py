"""Reports are drafted on their day, kept in the library, announced to the Audit Team and to nobody else (§8, §12)."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, quote
from zipfile import ZipFile

import pytest
from forms import filled
from people_at_work import TeamAtWork
from small_council import REF
from tenant import ROOT, Door, email

READY = "the draft of the Audit Highlight report is ready"
DAY = "2026-03-23"
"""A week after Mon 16 March, on which the last audit was moderated."""
DRAFTS = [f"Audit Highlight report{to_pass_on}, as at {DAY}.docx" for to_pass_on in (" (to pass on)", "")]


@pytest.fixture
def council(door: Door) -> TeamAtWork:
    """The month is over: one audit is moderated, and the other counts for nothing any more."""
    found = TeamAtWork(door)
    found.once("the month is over", lambda: month_over(found))
    return found


def month_over(found: TeamAtWork) -> None:
    found.run("2026-03-02")
    rows = found.ask("GET", "/lists/Audit allocations")["rows"]
    for row in rows:
        if row["Title"] != REF:
            found.ask("PATCH", f"/lists/Audit allocations/{row['id']}", {"Withdrawn": True})
    found.arrives("Ada Auditor", filled(found.form(), grade="Good"))
    found.run("2026-03-16", "10:05")
    found.arrives("Mo Moderator", filled(found.form(), grade="Good", moderated="Good"))
    found.run("2026-03-17", "10:05")


def reports(council: TeamAtWork) -> list[str]:
    files = council.ask("GET", "/files")
    return sorted(
        f["path"].rpartition("/")[2] for f in files if "/Reports/" in f["path"] and "Highlight" in f["path"]
    )


def content(council: TeamAtWork, name: str) -> bytes:
    (file,) = [f for f in council.ask("GET", "/files") if f["path"].endswith(name)]
    return council._bytes(f"/files/content?path={quote(file['path'])}")


def words(file: bytes) -> str:
    return re.sub(r"<[^>]+>", "", ZipFile(BytesIO(file)).read("word/document.xml").decode())


def announcement(council: TeamAtWork) -> dict[str, str]:
    letters = council.door.tenant.deliveries(html=True)
    return next(d for d in reversed(letters) if READY in d["subject"])


def pressed(council: TeamAtWork) -> str:
    link = re.search(r'<a [^>]*href="(mailto:[^"]*)"[^>]*>Make it anew</a>', announcement(council)["html"])
    assert link
    return parse_qs(unescape(link[1]).partition("?")[2])["subject"][0]


def announced(council: TeamAtWork) -> int:
    return sum(READY in d["subject"] for d in council.door.tenant.deliveries())


def test_the_highlight_report_is_drafted_a_week_after_moderation_for_the_audit_team_alone(
    council: TeamAtWork,
) -> None:
    council.run("2026-03-20")
    assert not announced(council)
    council.run(DAY)
    assert reports(council) == DRAFTS
    letter = announcement(council)
    assert letter["delivered_to"] == [council.door.settings.mailbox]
    assert "Open the draft" in letter["html"]
    assert letter["html"].index("(to pass on)") < letter["html"].index("Audit Highlight report<"), (
        "this is finished"
    )
    to_pass_on, every_number = (words(content(council, name)) for name in DRAFTS)
    assert "FSP, March 2026" in to_pass_on
    assert "FSP, March 2026" in every_number
    assert "1 of 1" in every_number, "one audit of one was moderated"
    assert "1 of 1" not in to_pass_on
    assert "[c]" in to_pass_on


def test_what_was_made_is_not_made_again_and_nothing_is_sent_twice(council: TeamAtWork) -> None:
    council.run(DAY)
    council.run(DAY, "12:00")
    council.run("2026-03-24")
    assert announced(council) == 1
    assert reports(council) == DRAFTS


def test_the_button_puts_a_new_draft_beside_the_one_somebody_wrote_in(council: TeamAtWork) -> None:
    council.run(DAY)
    first = DRAFTS[1]
    before = content(council, first)
    council.ask("PATCH", f"/lists/Audit allocations/{council.row()['id']}", {"Disputed on": "2026-03-20"})
    council.team_says(pressed(council), "Tia Manager", on=f"{DAY}T09:00")
    council.run(DAY, "10:00", whole=False)
    assert announced(council) == 2, "the letter comes again with the new link"
    assert len(reports(council)) > 2
    assert content(council, first) == before, "what lies there is never written over"
    assert any(name.endswith(" (2).docx") for name in reports(council))
    council.team_says(pressed(council), None, on="2026-03-24T09:00")
    council.run("2026-03-24", "10:00")
    assert announced(council) == 3, "each letter has a button of its own"


def test_made_anew_with_nothing_new_the_same_file_is_meant(council: TeamAtWork) -> None:
    council.run(DAY)
    council.team_says(pressed(council), "Tia Manager", on=f"{DAY}T09:00")
    council.run(DAY, "10:00", whole=False)
    assert announced(council) == 2
    assert reports(council) == DRAFTS


def test_nobody_else_can_have_a_report_made(council: TeamAtWork) -> None:
    council.run(DAY)
    council.team_says(pressed(council), "Ada Auditor", on=f"{DAY}T09:00")
    council.run("2026-03-24", "08:00")
    assert announced(council) == 1
    assert "Ada Auditor used “Make it anew”" in council.words()


def test_when_a_report_cannot_be_made_its_letter_goes_and_says_so_and_the_digest_tells(
    council: TeamAtWork, tmp_path: Path
) -> None:
    broken = tmp_path / "templates"
    broken.mkdir()
    (broken / "highlight_report.docx").write_bytes(b"no Word file")
    files = council.door.settings.files.model_copy(update={"reports": broken})
    council.run(DAY, files=files)
    letter = announcement(council)
    assert "It could not be made" in letter["html"]
    assert "Open the draft" in letter["html"], "of the words to clear"
    assert not reports(council)
    assert "Audit Highlight report (to pass on): It could not be made" in council.words()


def test_what_is_wrong_with_a_template_is_told_in_the_letter_and_the_digest_and_the_draft_is_made(
    council: TeamAtWork, tmp_path: Path
) -> None:
    with ZipFile(ROOT / "docx_templates/highlight_report.docx") as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts["word/document.xml"] = parts["word/document.xml"].replace(
        b'"moderation matrix"', b'"moderation matrx"'
    )
    with ZipFile(tmp_path / "highlight_report.docx", "w") as new:
        for name, data in parts.items():
            new.writestr(name, data)
    council.run(DAY, files=council.door.settings.files.model_copy(update={"reports": tmp_path}))
    assert reports(council) == DRAFTS
    said = "Its template, highlight_report.docx: The place “moderation matrx” is nothing this report has"
    assert announcement(council)["html"].count(said) == 1, "once, though two versions were made"
    assert said in council.words()


def test_a_locked_file_is_told_and_stops_nothing(council: TeamAtWork) -> None:
    council.door.fault("refused", method="PUT", path="Reports", status=423, code="resourceLocked", times=10)
    council.run(DAY)
    assert "somebody has locked" in announcement(council)["html"]
    assert email("Ada Auditor") not in announcement(council)["delivered_to"]
    assert (ROOT / "docs/reports.md").exists()
