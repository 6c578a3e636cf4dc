"""Ledgers in schemas of one PostgreSQL database: each by itself, as if it had a database of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
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


@pytest.fixture
def as_role(database: str) -> Iterator[str]:
    """An address under which one works as a role of no rights, whose schema is “north”."""
    with _administrator(database) as said:
        said("DROP SCHEMA IF EXISTS north CASCADE")
        said("CREATE ROLE north")
        said("CREATE SCHEMA north AUTHORIZATION north")
        said("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    yield f"{database}options=-crole%3Dnorth"
    with _administrator(database) as said:
        said("DROP OWNED BY north CASCADE")
        said("DROP ROLE north")


@contextmanager
def _administrator(database: str) -> Iterator[Callable[[str], object]]:
    engine = sa.create_engine(database.rstrip("?&"))
    with engine.begin() as connection:
        yield connection.exec_driver_sql
    engine.dispose()


def test_however_its_address_is_written_one_ledger_has_one_lock(database: str, as_role: str) -> None:
    """Where no schema is said PostgreSQL takes that of the role's name, where there is one."""
    with (
        closing(Ledger(as_role)) as by_role,
        closing(Ledger(f"{database}schema=north")) as by_name,
        closing(Ledger(f"{database}options=-csearch_path%3Dnorth,public")) as by_path,
        closing(Ledger(f"{database}schema=south")) as south,
    ):
        with by_role.one_at_a_time(), south.one_at_a_time():
            for other in (by_name, by_path):
                with pytest.raises(Busy), other.one_at_a_time():
                    pass
            by_role.append([event("one")])
        assert [each.key for each in by_name.read()] == ["one"]


def test_what_the_role_lacks_is_said_with_what_the_administrator_does(database: str, as_role: str) -> None:
    lacks = (
        r"the role may not use that schema, or does not own what lies in it\..* CREATE SCHEMA .* ALTER SCHEMA"
    )
    for path in ("nowhere", "public"):
        with pytest.raises(LedgerError, match=lacks):
            Ledger(f"{as_role}%20-csearch_path%3D{path}")
    with closing(Ledger(f"{database}schema=south")), _administrator(database) as said:
        said("GRANT ALL ON SCHEMA south TO north")
        said("GRANT ALL ON ALL TABLES IN SCHEMA south TO north")
    with pytest.raises(LedgerError, match=lacks):
        Ledger(f"{as_role}%20-csearch_path%3Dsouth")


@pytest.mark.parametrize("name", ["North", 'north"; DROP SCHEMA public', "north,public", "9", "-c"])
def test_what_is_no_name_of_a_schema_is_refused_in_a_sentence(name: str) -> None:
    with pytest.raises(LedgerError, match="is no schema for a ledger"):
        Ledger(f"postgresql+psycopg://nobody@nowhere.invalid/x?schema={name}")


def test_a_file_has_no_schema(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="is no schema for a ledger"):
        Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}?schema=north")
