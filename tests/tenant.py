"""What every test that needs a tenant shares: a small seed and a signed-in door to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import sandbox
from bot.office.graph import Graph
from bot.office.lists.lists_file import ALLOCATIONS
from bot.office.sign_in import signed_in
from bot.programme.list_columns import Kind
from bot.settings import Settings

ROOT = Path(__file__).parents[1]
DOMAIN = "wexcombe.example"
PEOPLE = ["Ada Auditor", "Mo Moderator", "Pru Practitioner", "Tia Manager", "Hal Service", "Ori Otherservice"]
OTHER_POSTS = (
    *("Principal Social Worker", "Divisional Director", "Audit Officer", "Quality Assurance Audit Officer"),
    *("Group Manager of CP Chairs and IROs", "Group Manager", "Performance Team", "Audit Lead"),
)
"""Nobody's letters in most tests, but posts that somebody must hold."""


def email(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@{DOMAIN}"


def list_columns() -> list[dict[str, Any]]:
    """The columns of the allocation list."""
    kinds = {Kind.PERSON: "person", Kind.DAY: "date", Kind.YES_NO: "boolean", Kind.ROW: "lookup"}
    return [
        {"name": column.title, "type": kinds.get(column.kind, "text")}
        | ({"lookup_list": "Audit cycles"} if column.kind is Kind.ROW else {})
        for column in ALLOCATIONS.values()
    ]


def small_seed(rows: int = 2) -> dict[str, Any]:
    """A council with one cycle and a few audits."""
    audits = [
        {
            "Title": f"FSP-2026-03-{n:03}",
            "Cycle": "FSP, March 2026",
            "Audit type": "Full – Team Manager",
            "Child's name": f"Robin Example{n}",
            "Mosaic number": f"{1000000 + n}",
            "Date of birth": "2015-06-01",
            "Team": "Bow",
            "Practitioner": email("Pru Practitioner"),
            "Team Manager": email("Tia Manager"),
            "Auditor": email("Ada Auditor"),
            "Auditor's Head of Service": email("Ori Otherservice"),
            "Moderator": email("Mo Moderator"),
            "Head of Service": email("Hal Service"),
            "Confirmed on": "2026-02-25",
        }
        for n in range(1, rows + 1)
    ]
    return {
        "tenant": {"id": "5a3e0b62-54b1-4a34-9d8e-0e7f3c6b1a11", "name": "Wexcombe", "domain": DOMAIN},
        "app": {"client_id": "0f0a6f0e-7b1c-4d6e-8c57-2f3d1e5b9a10", "secret": "a sandbox secret"},
        "people": [{"id": f"user-{n}", "name": name, "email": email(name)} for n, name in enumerate(PEOPLE)],
        "shared_mailboxes": [{"name": "Audit Team", "email": f"audit.team@{DOMAIN}"}],
        "site": {"path": "/sites/audit", "name": "Audit", "zone": "GMT Standard Time"},
        "lists": [
            {
                "name": "Audit cycles",
                "columns": [
                    {"name": "Title", "type": "text"},
                    {"name": "Service group", "type": "text"},
                    {"name": "Month one", "type": "date"},
                    {"name": "KLOE meeting on", "type": "date"},
                    {"name": "KLOEs", "type": "note"},
                    {"name": "Heads of Service", "type": "people"},
                    {"name": "Dip report sent on", "type": "date"},
                    {"name": "Dip report signed off on", "type": "date"},
                    {"name": "Board meeting on", "type": "date"},
                    {"name": "Action plan agreed on", "type": "date"},
                    {"name": "Workshop held on", "type": "date"},
                    {"name": "Status", "type": "choice", "choices": ["Planned", "Open", "Closed"]},
                ],
                "items": [
                    {
                        "Title": "FSP, March 2026",
                        "Service group": "FSP and CWD",
                        "Month one": "2026-03-02",
                        "KLOE meeting on": "2026-02-16",
                        "KLOEs": "Is the child's voice heard?\nIs supervision making a difference?",
                        "Heads of Service": [email("Hal Service")],
                        "Status": "Open",
                    }
                ],
            },
            {
                "name": "Audit roles",
                "columns": [
                    {"name": "Title", "type": "text"},
                    {"name": "Service", "type": "text"},
                    {"name": "Person", "type": "person"},
                    {"name": "From", "type": "date"},
                    {"name": "To", "type": "date"},
                ],
                "items": [
                    {"Title": "Audit Manager", "Person": email("Tia Manager")},
                    {"Title": "Head of Learning Academy", "Person": email("Hal Service")},
                    *({"Title": title, "Person": email("Ori Otherservice")} for title in OTHER_POSTS),
                ],
            },
            {"name": "Audit allocations", "columns": list_columns(), "items": audits},
        ],
    }


@dataclass
class Naps:
    """Stands in for sleeping: remembers how long was asked for and goes on at once."""

    taken: list[float] = field(default_factory=list)

    def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)


_PLAYED: dict[str, tuple[str, dict[Path, bytes]]] = {}


@dataclass
class Door:
    """A running tenant, the settings that fit it and a signed-in Graph."""

    tenant: sandbox.Running
    settings: Settings
    graph: Graph
    naps: Naps
    folder: Path
    signed_out: ExitStack = field(default_factory=ExitStack)

    def played(self, what: object, play: Callable[[], object]) -> None:
        """What many tests begin with, played once in this process: its end, tenant and folder, is laid by under `what`
        and gone back to. Only for a door nothing was done with yet; `what` names all that makes the play another."""
        assert not any(self.folder.glob("ledger*")), "something was done here already"
        known = repr((self.tenant, what, self.settings.model_dump(exclude={"ledger"})))
        if known not in _PLAYED:
            play()
            name = f"played-{len(_PLAYED)}"
            self.tenant.ask("POST", f"/kept/{name}")
            files = [each for each in self.folder.rglob("*") if each.is_file()]
            _PLAYED[known] = name, {each.relative_to(self.folder): each.read_bytes() for each in files}
            return
        name, laid_by = _PLAYED[known]
        self.tenant.ask("POST", f"/kept/{name}/back")
        for path, data in laid_by.items():
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_bytes(data)
        self.sign_in()  # what this door was signed in to is no more

    def sign_in(self) -> None:
        self.signed_out.close()
        account = signed_in(self.settings.tenant)
        self.signed_out.callback(account.connection.close)
        self.graph = Graph(account.connection, account.protocol.service_url, sleep=self.naps)

    def clock(self) -> datetime:
        return datetime.fromisoformat(self.tenant.ask("GET", "/clock")["now"]).astimezone(UTC)

    def fault(self, kind: str, **more: Any) -> None:
        self.tenant.ask("POST", "/faults", {"kind": kind, **more})


def settings_for(tenant: sandbox.Running, folder: Path, **changes: Any) -> Settings:
    given: dict[str, Any] = {
        "council": "Wexcombe",
        "mailbox": tenant.mailbox,
        "site_host": tenant.site_host,
        "site_path": tenant.site_path,
        "audit_team": {"contact": "Marsha Oyelaran"},
        "recipient_domains": [DOMAIN],
        "marking": "[OFFICIAL-SENSITIVE]",
        "ledger": f"sqlite:///{folder / 'ledger.sqlite'}",
        "safety": "live",
        "ask_before_levels": False,
        "key": "a key for tests, long enough",
        "letters_a_minute": None,
        "settle_minutes": 0,
        "tenant": {
            "live": False,
            "graph_url": tenant.url,
            "authority_url": tenant.url,
            "tenant_id": tenant.tenant_id,
            "client_id": tenant.client_id,
            "secret": tenant.secret,
            "ca_bundle": tenant.ca_path,
        },
        "files": {
            "rules": ROOT / "config/rules.toml",
            "lists": ROOT / "config/lists.toml",
            "questions": ROOT / "config/audit_tool.toml",
            "themes": ROOT / "config/themes.toml",
            "inspection": ROOT / "config/inspection.toml",
            "allocation": ROOT / "config/allocation.toml",
            "reports": ROOT / "docx_templates",
            "letters": ROOT / "mail_templates",
            **{
                form: ROOT / f"docx_templates/{form}.docx"
                for form in ("audit_tool", "dip_sample", "dip_audit", "re_audit", "uopp_record")
            },
        },
    }
    return Settings.model_validate({**given, **changes})


@pytest.fixture(scope="session")
def running() -> Iterator[sandbox.Running]:
    with sandbox.run(small_seed()) as tenant:
        yield tenant


@pytest.fixture
def door(running: sandbox.Running, tmp_path: Path) -> Iterator[Door]:
    """A fresh tenant for each test: Monday 2 March 2026, eight in the morning."""
    running.ask("POST", "/reset")
    running.ask("POST", "/clock", {"now": "2026-03-02T08:00:00+00:00"})
    running.ask("POST", "/settings", {"latency_ms": 0, "token_seconds": 3599})
    running.ask("POST", "/behaviours", {"sending rate": False})  # naps take no time, so no minute passes
    settings = settings_for(running, tmp_path)
    naps = Naps()
    account = signed_in(settings.tenant)
    graph = Graph(account.connection, account.protocol.service_url, sleep=naps)
    with ExitStack() as signed_out:
        signed_out.callback(account.connection.close)
        yield Door(running, settings, graph, naps, tmp_path, signed_out)


Clock = Callable[[], datetime]
