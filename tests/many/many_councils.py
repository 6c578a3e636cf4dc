"""A queue of its own for each test, and councils of the pretend tenant to enter into it."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from ledgers import postgres as postgres
from tenant import DOMAIN, ROOT, small_seed

import sandbox
from bot.councils.queue import VARIABLE, Queue
from bot.councils.register import Register
from bot.councils.runs import Runs

MORNING = "2026-03-02T08:30:00+00:00"
"""A Monday, half an hour after the letters of its launch were due at the latest."""


@pytest.fixture
def address(postgres: str) -> str:
    """PostgreSQL with no council in it."""
    found = postgres.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(found, autocommit=True) as connection:
        asked = (
            "SELECT nspname FROM pg_namespace WHERE nspname ~ '^(audit_bot_councils|north|south|east|west)$'"
        )
        for (schema,) in connection.execute(asked).fetchall():
            connection.execute(f'DROP SCHEMA "{schema}" CASCADE'.encode())
    return found


@pytest.fixture
def queue(address: str) -> Queue:
    return Queue(address, spread_minutes=0)


@pytest.fixture
def register(queue: Queue) -> Iterator[Register]:
    found = Register(queue)
    found.lay_out()
    yield found
    found.close()


@pytest.fixture(scope="module")
def wexcombe() -> Iterator[sandbox.Running]:
    with sandbox.run(small_seed()) as tenant:
        yield tenant


@pytest.fixture
def tenant(wexcombe: sandbox.Running) -> sandbox.Running:
    wexcombe.ask("POST", "/reset")
    wexcombe.ask("POST", "/clock", {"now": MORNING})
    wexcombe.ask("POST", "/behaviours", {"sending rate": False})
    return wexcombe


@dataclass
class Folder:
    """Where a council's profile lies."""

    path: Path
    address: str
    name: str = "north"
    url: str = ""
    told: dict[str, object] = field(default_factory=dict)

    def profile(self, tenant: sandbox.Running | None, **changed: str) -> Path:
        """A profile for a tenant; without one its Graph is at `url`. `changed` are lines as they stand there."""
        self.path.mkdir(exist_ok=True)
        self.told = {
            "url": tenant.url if tenant else self.url or "https://127.0.0.1:9",
            "tenant_id": tenant.tenant_id if tenant else f"tenant of {self.name}",
            "client_id": tenant.client_id if tenant else f"app of {self.name}",
            "secret": tenant.secret if tenant else "nobody's secret",
            "ca_path": str(tenant.ca_path) if tenant else None,
            "site_host": tenant.site_host if tenant else f"{self.name}.sharepoint.example",
            "site_path": tenant.site_path if tenant else "/sites/audit",
            "mailbox": tenant.mailbox if tenant else f"audit.{self.name}@{DOMAIN}",
        }
        (self.path / "tenant.json").write_text(json.dumps(self.told), encoding="utf-8")
        ledger = self.address.replace("postgresql://", "postgresql+psycopg://")
        lines = {
            "council": f'"Council of {self.name}"',
            "recipient_domains": f'["{DOMAIN}"]',
            "ledger": f'"{ledger}{"&" if "?" in ledger else "?"}schema={self.name}"',
            "key": f'"a key for the tests of {self.name}"',
            "safety": '"live"',
            "ask_before_levels": "false",
            "letters_a_minute": "10000",
            "settle_minutes": "0",
        } | changed
        text = "\n".join(f"{word} = {value}" for word, value in lines.items() if value)
        file = self.path / "profile.toml"
        file.write_text(
            f'{text}\n\n[tenant]\nsandbox = "tenant.json"\n\n[audit_team]\ncontact = "Marsha Oyelaran"\n',
            encoding="utf-8",
        )
        return file


@pytest.fixture
def folder(tmp_path: Path, address: str) -> Callable[..., Folder]:
    return lambda name="north", **more: Folder(tmp_path / name, address, name, **more)


@dataclass
class Workers:
    """Workers as somebody begins them, each a program of its own."""

    path: Path
    address: str
    begun: list[subprocess.Popen[str]] = field(default_factory=list)

    def begin(self, *words: str, code: str = "", moment: str = MORNING) -> subprocess.Popen[str]:
        """`code` is done before, in the same process."""
        file = self.path / "queue.toml"
        file.write_text(
            f'queue = "{self.address}"\nspread_minutes = 0\nhealth_file = "worker.json"\n', encoding="utf-8"
        )
        file.chmod(0o600)
        program = f"{code}\nimport sys\nfrom bot.cli import main\nsys.exit(main())"
        today = ["--today", moment] if moment else []
        with (self.path / f"worker{len(self.begun)}.log").open("w") as log:
            found = subprocess.Popen(
                [sys.executable, "-c", program, "councils", "work", *today, *words],
                cwd=ROOT, env={**os.environ, VARIABLE: str(file)}, stdout=log, stderr=subprocess.STDOUT, text=True,
            )  # fmt: skip
        self.begun.append(found)
        return found

    def log(self, number: int = 0) -> str:
        return (self.path / f"worker{number}.log").read_text(encoding="utf-8")


@pytest.fixture
def workers(tmp_path: Path, address: str) -> Iterator[Workers]:
    found = Workers(tmp_path, address)
    yield found
    for each in found.begun:
        if each.poll() is None:
            each.kill()
        each.wait()


def until(what: Callable[[], object], seconds: float = 60) -> None:
    """Wait for something to be true."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it has not happened"
        time.sleep(0.2)


async def _free(_: Any) -> str:
    return ""


def one(kind: str, profile: Path, seconds: float = 60) -> dict[str, Any]:
    """What becomes of a run in a process of its own."""
    given = {"salt": "00", "memory_mb": 1500}
    return asyncio.run(Runs().one(kind, str(profile), given, seconds, _free))
