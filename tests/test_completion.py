"""Shells complete what may be typed, and nothing else: tried in the shells themselves, where they are installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from bot.cli import main
from bot.cli.commands import COMMANDS, SHELLS
from bot.cli.completion import SCRIPTS, words_of_commands


def script(shell: str, folder: Path) -> Path:
    file = folder / f"completion.{shell}"
    file.write_text(SCRIPTS[shell](words_of_commands()), encoding="utf-8")
    return file


def said(shell: str, *asked: str) -> list[str]:
    if not (program := shutil.which(shell)):
        pytest.skip(f"{shell} is not installed")
    done = subprocess.run([program, *asked], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    return done.stdout.split()


def in_bash(folder: Path, *typed: str) -> list[str]:
    words = " ".join(f"'{word}'" for word in ("audit-bot", *typed))
    asked = f"COMP_WORDS=({words}); COMP_CWORD={len(typed)}; _audit_bot; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    return said("bash", "--noprofile", "--norc", "-c", f"source '{script('bash', folder)}'; {asked}")


def in_fish(folder: Path, typed: str) -> list[str]:
    asked = f"source '{script('fish', folder)}'; complete -C 'audit-bot {typed}' | string split -f1 \\t; true"
    return said("fish", "--no-config", "-c", asked)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (["led"], ["ledger"]),
        (["re"], ["reconcile", "report", "read"]),
        (["ledger", "ver"], ["verify"]),
        (["ledger", "--se"], ["--settings", "--seal"]),
        (["completion", ""], [*SHELLS, "--settings", "--json", "--help"]),
        (["run", "--post"], ["--post-only"]),
        (["run", "--settings", "r"], []),  # a file's name, which bash offers by itself
        (["--v"], ["--version"]),
    ],
)
def test_bash_completes_commands_choices_and_options(
    typed: list[str], found: list[str], tmp_path: Path
) -> None:
    assert in_bash(tmp_path, *typed) == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [("led", "ledger"), ("ledger ver", "verify"), ("run --post", "--post-only"), ("completion zs", "zsh")],
)
def test_fish_completes_commands_choices_and_options(typed: str, found: str, tmp_path: Path) -> None:
    assert in_fish(tmp_path, typed) == [found]


def test_zsh_reads_its_completion_without_a_complaint_and_it_is_the_commands(tmp_path: Path) -> None:
    file = script("zsh", tmp_path)
    asked = f"autoload -U compinit; compinit -u -D; source '{file}'; print $_comps[audit-bot]; functions _audit_bot"
    words = said("zsh", "-f", "-c", asked)
    assert words[0] == "_audit_bot"
    for name, (about, _) in COMMANDS.items():
        assert f"'{name}:{about.split()[0]}" in " ".join(words)


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shells_completion_knows_every_command_and_option(
    shell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["completion", shell]) == 0
    told = capsys.readouterr().out
    for name, its in words_of_commands().items():
        assert name in told
        for option in its.options:
            assert option.lstrip("-") in told, (name, option)
