"""The exit status tells “failed” from “somebody should read this”; a Python that cannot begin is neither."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tenant import ROOT

from bot import exit_status
from bot.exit_status import DONE, FAILED, INTERRUPTED, NEEDS_A_PERSON, NOT_DONE, WRONG_CONFIGURATION

EVERY = {DONE, NEEDS_A_PERSON, WRONG_CONFIGURATION, NOT_DONE, INTERRUPTED}


def test_a_bot_that_cannot_begin_is_never_taken_for_one_that_is_done(tmp_path: Path) -> None:
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot/__init__.py").write_text("import no_such_library")
    broken = subprocess.run([sys.executable, "-m", "bot"], cwd=tmp_path, capture_output=True, check=False)
    assert broken.returncode not in EVERY - FAILED


def test_a_person_needed_is_no_failure_and_a_failure_is_nothing_else() -> None:
    assert frozenset({WRONG_CONFIGURATION, NOT_DONE}) == FAILED
    assert len(EVERY) == 5
    assert vars(exit_status).keys() >= {"DONE", "NEEDS_A_PERSON", "NOT_DONE"}


def test_the_page_about_the_command_line_names_every_status() -> None:
    page = (ROOT / "docs/command_line.md").read_text(encoding="utf-8").split("## Exit status", 1)[1]
    table = page.split("\n## ", 1)[0]
    assert {int(n) for n in re.findall(r"(?m)^\| (\d+) \|", table)} == EVERY
