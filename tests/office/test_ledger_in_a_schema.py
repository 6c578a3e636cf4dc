"""Ledgers in schemas of one PostgreSQL database: each by itself, as if it had a database of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from ledgers import event, postgres

from bot.errors import Busy, LedgerError
from bot.office.lease import installation
from bot.office.ledger import Ledger, tables_in
from bot.office.ledger_copy import copied

__all__ = ["postgres"]


@pytest.fixture
def database(postgres: str) -> Iterator[str]:
    yield postgres + ("&" if "?" in postgres else "?")
    engine = sa.create_engine(postgres)
    with engine.begin() as connection:
        for schema in ("north", "south"):
            connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
    engine.dispose()


def test_each_schema_has_its_own_entries_and_keeps_out_only_its_own_runs(database: str) -> None:
    with (
        closing(Ledger(f"{database}schema=north")) as north,
        closing(Ledger(f"{database}schema=south")) as south,
    ):
        with north.one_at_a_time(), south.one_at_a_time():
            north.append([event("of north")])
            south.append([event("of south"), event("of south too")])
            with (
                closing(Ledger(f"{database}schema=north")) as again,
                pytest.raises(Busy),
                again.one_at_a_time(),
            ):
                pass
        assert [each.key for each in north.read()] == ["of north"]
        assert len(south.read()) == 2
        assert not north.verified().fault
    assert not tables_in(f"{database}schema=north")
    assert installation(f"{database}schema=north") != installation(f"{database}schema=south")


def test_a_ledger_is_copied_into_a_schema_and_out_of_it(database: str, tmp_path: Path) -> None:
    before, after = f"sqlite:///{tmp_path / 'before.sqlite'}", f"sqlite:///{tmp_path / 'after.sqlite'}"
    with closing(Ledger(before)) as ledger:
        ledger.append([event(f"entry {n}") for n in range(20)])
        seal = ledger.standing().seal
    assert copied(before, f"{database}schema=north").seal == seal
    assert copied(f"{database}schema=north", after).seal == seal
    with pytest.raises(LedgerError, match="schema north holds a ledger already"):
        copied(before, f"{database}schema=north")


@pytest.mark.parametrize("name", ["North", 'north"; DROP SCHEMA public', "north,public", "9", "-c"])
def test_what_is_no_name_of_a_schema_is_refused_in_a_sentence(name: str) -> None:
    with pytest.raises(LedgerError, match="is no schema for a ledger"):
        Ledger(f"postgresql+psycopg://nobody@nowhere.invalid/x?schema={name}")


def test_a_file_has_no_schema(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="is no schema for a ledger"):
        Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}?schema=north")
