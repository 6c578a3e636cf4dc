"""The command line as a whole: every command has its line and its module, and asking for help waits for no library."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from importlib import import_module
from importlib.metadata import version

import pytest
from tenant import ROOT
from test_house import LIBRARIES

from bot import __version__
from bot.cli import _parser, main
from bot.cli.commands import COMMANDS, EXAMPLES, MODULES
from bot.cli.report import _asked
from bot.exit_status import WRONG_CONFIGURATION

BESIDE = {"__init__", "at_workplace", "commands", "files", "showing", "versions"}
"""Modules of `bot/cli` that are no command."""


def test_every_command_has_a_module_of_its_name_and_every_module_a_command() -> None:
    assert {path.stem for path in (ROOT / "bot/cli").glob("*.py")} - BESIDE == {
        MODULES.get(name, name) for name in COMMANDS
    }
    for name in (MODULES.get(name, name) for name in COMMANDS):
        assert callable(import_module(f"bot.cli.{name}").perform)


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


def test_the_help_of_every_command_ends_with_what_one_may_type(capsys: pytest.CaptureFixture[str]) -> None:
    assert EXAMPLES.keys() == COMMANDS.keys()
    for command, lines in EXAMPLES.items():
        with pytest.raises(SystemExit):
            main([command, "--help"])
        told = capsys.readouterr().out
        assert lines
        for line in lines:
            first, *words = shlex.split(line)
            assert first == command
            assert _parser(command).parse_args([first, *words]).command == command
            assert f"  audit-bot {line}\n" in told


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["legder"], "“legder” is no command. Did you mean “ledger”?"),
        (["ledger", "verfy"], "“verfy” is no word here. Did you mean “verify”?"),
        (["qqq"], "“qqq” is no command. There are: run, plan"),
    ],
)
def test_a_word_nobody_knows_is_told_with_the_nearest_that_is_known(
    typed: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(typed)
    assert left.value.code == WRONG_CONFIGURATION
    assert said in capsys.readouterr().err


def test_the_version_says_what_is_installed_from_where_and_with_what(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    bot, python, libraries = capsys.readouterr().out.splitlines()
    assert bot.startswith(f"audit-bot {__version__}, from a checkout")
    assert f"Python {sys.version_info[0]}.{sys.version_info[1]}" in python
    assert f"msal {version('msal')}" in libraries
