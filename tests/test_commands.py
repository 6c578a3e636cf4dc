"""The command line as a whole: every command has its line and its module, and asking for help waits for no library."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from importlib import import_module

import pytest
from tenant import ROOT
from test_house import LIBRARIES

from bot.cli import _parser
from bot.cli.commands import COMMANDS
from bot.cli.report import _asked

BESIDE = {"__init__", "at_workplace", "commands", "files", "showing"}
"""Modules of `bot/cli` that are no command."""


def test_every_command_has_a_module_of_its_name_and_every_module_a_command() -> None:
    stems = {path.stem for path in (ROOT / "bot/cli").glob("*.py")} - BESIDE
    assert {stem.replace("_", "-") for stem in stems} == set(COMMANDS)
    for name in COMMANDS:
        assert callable(import_module(f"bot.cli.{name.replace('-', '_')}").perform)


def test_the_page_about_the_command_line_tells_of_every_command() -> None:
    page = (ROOT / "docs/command_line.md").read_text(encoding="utf-8")
    assert {name for name in COMMANDS if f"| `{name}" in page} == set(COMMANDS)


@pytest.mark.parametrize("words", [["--help"], ["story", "--help"], ["run", "--help"], ["no such command"]])
def test_whoever_asks_for_help_waits_for_no_library(words: list[str]) -> None:
    heavy = {
        *set[str]().union(*LIBRARIES.values()),
        "asyncio",
        "ssl",
        "email",
        "dataclasses",
        "typing",
        "pathlib",
    }
    asked = (
        "import json, sys\nfrom bot.cli import main\n"
        f"try:\n    main({words!r})\nexcept SystemExit:\n    pass\nprint(json.dumps(sorted(sys.modules)))"
    )
    said = subprocess.run(
        [sys.executable, "-S", "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not heavy & set(json.loads(said.stdout.splitlines()[-1]))


@pytest.mark.parametrize("command", ["story", "plan"])
def test_whoever_only_looks_does_not_wait_for_what_writes_letters(command: str) -> None:
    asked = f"import json, sys\nimport bot.cli.{command}\nprint(json.dumps(sorted(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    writes = {
        "jinja2",
        "css_inline",
        "markdown_it",
        "xlsxwriter",
        "bot.daily_run.papers",
        "bot.daily_run.run",
    }
    assert not writes & set(json.loads(said.stdout))


def test_every_command_on_the_page_about_reports_can_be_typed() -> None:
    page = (ROOT / "docs/reports.md").read_text(encoding="utf-8")
    shown = [line.strip().split("  ")[0] for line in page.splitlines() if line.startswith("    audit-bot ")]
    assert len(shown) >= 7
    for line in shown:
        _, command, *words = shlex.split(line)
        given = _parser(command).parse_args([command, *words])
        if command == "report":
            assert given.what == "numbers" or _asked(given), line
