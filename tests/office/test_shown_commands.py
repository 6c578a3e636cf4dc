"""Every command that a page shows is typed here as it stands there, on a small council; what cannot be says why."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from old_spreadsheet import audits, spreadsheet
from sheets_to_propose_from import sheets
from tenant import ROOT, email, small_seed
from test_docs import PAGES

import sandbox
from bot.cli import _parser, main
from bot.cli.commands import COMMANDS
from bot.exit_status import DONE, NEEDS_A_PERSON, NOT_DONE, WRONG_CONFIGURATION
from bot.settings import TENANT_FILE

_PROGRAM = re.compile(r"^(?:\S*/)?(audit-bot|python3?|pip|make|git|pytest|uv|\.venv/bin/\S+) ")
STANDS_FOR = {
    "FSP and CWD, March 2026": "FSP, March 2026",
    "1048213": "1000001",
    "you@yourcouncil.example": email("Ada Auditor"),
    "sqlite:////var/lib/audit-bot/ledger.sqlite": "sqlite:///copy.sqlite",
}
"""Names of a council's own in what is shown, and what the small council has instead."""
ELSEWHERE = {
    "make": "what stands in the Makefile; test, lint and test-all are what runs these tests",
    "python -m sandbox": "a service that stays awake: tests/sandbox",
    "python3 -m venv": "an installation as it is described: tests/test_installed.py",
    "pip install": "the same",
    "audit-bot init": "its dots are a council's own: tests/test_first_settings.py",
    "audit-bot councils": "a PostgreSQL of their own: tests/many",
    "audit-bot ledger copy postgresql": "a PostgreSQL of one's own: tests/office/test_ledger_copy.py",
    "uv pip compile": "asks a registry, by hand when requirements change",
}
"""What is shown and not typed here: why, and where something like it is."""
NOT_ZERO = {
    "audit-bot ledger erase": NOT_DONE,  # its cycle is open, so that nothing of it may be erased
    "audit-bot ledger verify --settings config/live.toml --seal": NOT_DONE,  # another ledger's
    "audit-bot ledger moved": WRONG_CONFIGURATION,  # it has not moved: tests/office/test_whose_ledger.py
    "audit-bot propose --from-site": WRONG_CONFIGURATION,  # the small council's profile names no lists for it
    "audit-bot prepare --settings": WRONG_CONFIGURATION,  # it asks, and here is nobody to answer
}


def shown(page: Path) -> Iterator[str]:
    """The commands in the blocks of a page, each on one line, without what is said beside it."""
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if _PROGRAM.match(line.strip()) and (line.startswith("    ") or not line.startswith(" ")):
            said = re.split(r"\s{2,}(?:#|[a-z])|\s# ", re.sub(r"\s{2,}(?=--)", " ", line.strip()))[0]
            yield re.sub(r"^\S*/(?=audit-bot |pip )", "", said.strip())


COMMANDS_SHOWN = dict.fromkeys(command for page in PAGES for command in shown(page))
TYPED = [c for c in COMMANDS_SHOWN if not any(c.startswith(start) for start in ELSEWHERE)]


def test_what_is_not_typed_here_is_shown_somewhere() -> None:
    for start in {*ELSEWHERE, *NOT_ZERO}:
        assert any(command.startswith(start) for command in COMMANDS_SHOWN), start
    assert len(TYPED) > 30


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_command_within_a_sentence_can_be_typed(page: Path) -> None:
    for line in re.findall(r"`audit-bot ([^`…]+)`", page.read_text(encoding="utf-8")):
        command, *words = shlex.split(line)
        if command.startswith("--") or command == "COMMAND":
            continue
        assert command in COMMANDS, line
        options = [word for word in words if word.startswith("--")]
        known = {option for action in _parser(command)._subparsers._group_actions[0].choices[command]._actions
                 for option in action.option_strings}  # type: ignore[union-attr,index]  # fmt: skip
        assert {*options} <= known, line


@pytest.fixture(scope="module")
def tenant() -> Iterator[sandbox.Running]:
    seed = small_seed(rows=14)
    roles = next(each for each in seed["lists"] if each["name"] == "Audit roles")
    roles["items"] += [{"Title": "Audit Lead", "Person": person["email"]} for person in seed["people"]]
    with sandbox.run(seed) as running:
        running.ask("POST", "/clock", {"now": "2026-02-23T08:00:00+00:00"})  # as README begins
        running.ask("POST", "/behaviours", {"sending rate": False})
        yield running


def test_every_command_of_the_pages_does_what_it_is_shown_for(
    tenant: sandbox.Running,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(TENANT_FILE, str(tenant.folder / "tenant.json"))
    monkeypatch.chdir(tmp_path)
    profile = (ROOT / "config/sandbox.toml").read_text(encoding="utf-8")
    (tmp_path / "config").mkdir()
    for name in ("sandbox", "live"):
        given = f'settings_library = "Audit bot settings"\n{profile}' if name == "live" else profile
        (tmp_path / f"config/{name}.toml").write_text(given, encoding="utf-8")
    (tmp_path / "FILE.xlsx").write_bytes(spreadsheet(audits()[:3]))
    sheets(tmp_path / "sheets.xlsx")
    forms = tmp_path / "demo/forms/one/two"
    forms.mkdir(parents=True)
    shutil.copy(ROOT / "tests/samples/docx-good.docx", forms / "form.docx")
    wrong, done = list[str](), list[list[str]]()
    for command in TYPED:
        _, *words = shlex.split(command)
        if (short := [word for word in words if word not in ("--settings", "config/live.toml")]) in done:
            continue
        done.append(short)
        for name, ours in STANDS_FOR.items():
            words = [word.replace(name, ours) for word in words]
        if ">" in words:
            words = words[: words.index(">")]
        words = [str(file) for word in words for file in (tmp_path.glob(word) if "*" in word else [word])]
        expected = next((s for start, s in NOT_ZERO.items() if command.startswith(start)), None)
        allowed = {DONE, NEEDS_A_PERSON} if expected is None else {expected}
        status = main(words)
        said = capsys.readouterr()
        if status not in allowed:
            wrong.append(f"{command}: {status}: {(said.out + said.err)[-400:]}")
    assert not wrong, "\n".join(wrong)
