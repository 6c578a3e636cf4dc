"""`audit-bot report` and `audit-bot pack verify`: what is asked for is made, or a sentence says why not."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest
from people_at_work import once_moderated
from small_council import REF, Council
from tenant import Door

from bot.cli import main
from bot.exit_status import DONE, NEEDS_A_PERSON, WRONG_CONFIGURATION
from bot.programme.reports.kinds import About, Made

TODAY = ("--today", "2026-03-12")
DRAFT = "Audit Highlight report, as at 2026-03-12.docx"
CYCLE = "FSP, March 2026"
Printed = pytest.CaptureFixture[str]


@pytest.fixture
def council(door: Door, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Council:
    """A cycle with one audit moderated, and a person at a command line in an empty folder."""
    found = once_moderated(door)
    monkeypatch.setattr("bot.cli.at_workplace.load", lambda _path: door.settings)
    monkeypatch.chdir(tmp_path)
    return found


def refused(printed: Printed, *words: str) -> str:
    """What is said of a command that does nothing."""
    assert main(["report", *words]) == WRONG_CONFIGURATION
    said = printed.readouterr()
    assert not said.out
    return said.err.strip()


def in_the_library(council: Council) -> list[str]:
    return sorted(f["path"] for f in council.ask("GET", "/files") if "/Reports/" in f["path"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("pack", "Say which audit: audit-bot report pack FSP-2026-03-014."),
        (f"pack {REF} --outside", "“Inspector's pack” holds all there is about one audit: no --cycle, no --as-at"),
        (f"pack {REF} --as-at 2026-03-05", "holds all there is about one audit"),
        (f"highlight {REF}", f"{REF}: a reference is for audit-bot report pack alone."),
        ("words --outside", "“Words to clear before they are quoted” has no version to pass on: it is for the Audit"),
        ("scorecard --outside", "“Monthly scorecard” has no version to pass on"),
        ("scorecard --cycle X", "“Monthly scorecard” is about a month, not about one cycle: leave --cycle out."),
        ("dashboard --cycle X", "“Where the audits stand” is about all running cycles"),
        ("record --as-at 2026-03-05", "as things are now: with --as-at say --out, too."),
        ("dashboard --as-at 2026-03-05", "as things are now: with --as-at say --out, too."),
        ("numbers --outside", "prints all of them for the Audit Team: no --outside, no --out."),
        ("numbers --out x", "prints all of them for the Audit Team: no --outside, no --out."),
    ],
)  # fmt: skip
def test_a_word_that_would_be_left_undone_is_refused_before_anything_is_made(
    words: str, said: str, capsys: Printed
) -> None:
    assert said in refused(capsys, *words.split())


def test_every_report_comes_into_the_library_once_and_its_link_on_one_line(
    council: Council, capsys: Printed
) -> None:
    for _ in range(2):
        assert main(["report", "all", *TODAY]) == DONE
        lines = capsys.readouterr().out.splitlines()
        of_a_cycle = [made for made in Made if made.kind.about is About.CYCLE]
        assert len(lines) == len(of_a_cycle)
        assert all(re.search(r"\.(docx|xlsx)  https://\S+$", line) for line in lines), lines
    first = in_the_library(council)
    assert [path.rpartition("/")[2] for path in first if "(2)" in path] == []
    assert main(["report", "all", "--outside", *TODAY]) == DONE
    told = {made.kind.title for made in Made if made.kind.also_outside}
    new = {
        path.rpartition("/")[2].partition(" (to pass on)")[0]
        for path in in_the_library(council)
        if path not in first
    }
    assert new == told, "what is for outside in any case lay there"


def test_a_draft_in_a_folder_is_never_written_over_and_the_same_is_kept_once(
    council: Council, tmp_path: Path, capsys: Printed
) -> None:
    drafts = tmp_path / "new" / "drafts"
    asked = ["report", "highlight", "--cycle", CYCLE.upper(), "--out", str(drafts), *TODAY]
    assert main(asked) == main(asked) == DONE
    assert [file.name for file in drafts.iterdir()] == [DRAFT]
    assert (drafts / DRAFT).stat().st_mode & 0o777 == 0o600
    (drafts / DRAFT).write_bytes(b"what somebody wrote in it")
    capsys.readouterr()
    assert main([*asked, "--json"]) == DONE
    (told,) = json.loads(capsys.readouterr().out)
    assert told["file"].endswith(" (2).docx")
    assert (drafts / DRAFT).read_bytes() == b"what somebody wrote in it"
    assert in_the_library(council) == []
    for out in (drafts / DRAFT, drafts / DRAFT / "in"):
        assert "cannot be used as a folder for it" in refused(capsys, "highlight", "--out", str(out), *TODAY)


def test_a_cycle_or_a_day_that_is_not_there_is_told_with_the_right_one(
    council: Council, capsys: Printed
) -> None:
    assert "did you mean “FSP, March 2026”" in refused(
        capsys, "highlight", "--cycle", "FSP, March 2025", *TODAY
    )
    assert "No cycle had begun by Sun 1 Feb 2026" in refused(
        capsys, "highlight", "--as-at", "2026-02-01", *TODAY
    )
    assert "still to come" in refused(capsys, "highlight", "--as-at", "2026-03-13", *TODAY)
    assert "is not a date" in refused(capsys, "highlight", "--as-at", "12/03/2026", *TODAY)
    assert in_the_library(council) == []


def test_a_template_nobody_can_use_is_told_with_its_remedy_and_the_other_reports_are_made(
    council: Council, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    (tmp_path / "highlight_report.docx").write_bytes(b"half of it")
    files = council.door.settings.files.model_copy(update={"reports": tmp_path})
    broken = council.door.settings.model_copy(update={"files": files})
    monkeypatch.setattr("bot.cli.at_workplace.load", lambda _path: broken)
    assert main(["report", "all", *TODAY]) == NEEDS_A_PERSON
    said = capsys.readouterr().err
    assert "The template of “highlight report” cannot be used: the file is damaged, or no Word file." in said
    assert "Save it anew in Word, or take it away: then the one the bot comes with is used." in said
    assert len(in_the_library(council)) == 6, "all but this one and the record, which has its own place"
    assert "cannot be used" in refused(capsys, "highlight", "--out", str(tmp_path / "drafts"), *TODAY)


def test_a_pack_is_made_beside_an_earlier_one_and_checked_by_its_own_seal(
    council: Council, tmp_path: Path, capsys: Printed
) -> None:
    """The seal of a pack that was given away stays that of a pack that is there."""
    seals = []
    for _ in range(2):
        assert main(["report", "pack", REF.lower(), "--out", "packs", *TODAY]) == DONE
        seals += re.findall(r"seal ([0-9a-f]{32})\.", capsys.readouterr().out)
    first, second = tmp_path / "packs" / f"{REF} pack.zip", tmp_path / "packs" / f"{REF} pack (2).zip"
    for file, seal in zip((first, second), seals, strict=True):
        assert file.stat().st_mode & 0o777 == 0o600
        assert main(["pack", "verify", str(file), "--seal", seal]) == DONE
    assert main(["pack", "verify", str(first), "--seal", "0" * 32]) == NEEDS_A_PERSON
    assert "it is another pack, or its list of files was changed" in capsys.readouterr().err
    with zipfile.ZipFile(first, "a") as held:
        held.writestr("more.txt", "more")
    assert main(["pack", "verify", str(first)]) == NEEDS_A_PERSON
    assert capsys.readouterr().err.splitlines()[-1] == "“more.txt” was added."
    assert main(["report", "pack", "FSP-2026-03-999", *TODAY]) == NEEDS_A_PERSON
    assert "There is no audit FSP-2026-03-999" in capsys.readouterr().err
    for name in ("none.zip", "packs"):
        assert main(["pack", "verify", name]) == WRONG_CONFIGURATION
