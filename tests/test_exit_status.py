"""The exit status tells “failed” from “somebody should read this”; a Python that cannot begin is neither."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
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


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl+C", "what stops services"])
def test_a_run_that_is_stopped_says_so_in_one_way_however_it_was_stopped(
    how: signal.Signals, tmp_path: Path
) -> None:
    profile = (ROOT / "config/sandbox.toml").read_text(encoding="utf-8")
    (tmp_path / "config").mkdir()
    (tmp_path / "config/sandbox.toml").write_text(profile, encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as silent:  # a tenant that never answers
        url = f"https://127.0.0.1:{silent.getsockname()[1]}"
        tenant = {"url": url, "tenant_id": "t", "client_id": "c", "secret": "s", "ca_path": None}
        tenant |= {
            "mailbox": "audit.team@wexcombe.example",
            "site_host": "wexcombe.example",
            "site_path": "/s",
        }
        (tmp_path / "tenant.json").write_text(json.dumps(tenant), encoding="utf-8")
        before = signal.signal(
            signal.SIGINT, signal.default_int_handler
        )  # what a shell began beside it never hears
        run = subprocess.Popen(
            [sys.executable, "-m", "bot", "run", "--settings", str(tmp_path / "config/sandbox.toml")],
            cwd=ROOT, env={**os.environ, "AUDIT_BOT_TENANT_FILE": str(tmp_path / "tenant.json")},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        signal.signal(signal.SIGINT, before)
        silent.settimeout(60)
        asked, _ = silent.accept()
        with asked:
            run.send_signal(how)
            said, _ = run.communicate(timeout=60)
    assert run.returncode == INTERRUPTED, said
    assert "Traceback" not in said
