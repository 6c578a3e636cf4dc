"""A PostgreSQL with a standby: an address names several hosts, and the one that leads is found."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from ledgers import event, postgres

from bot.databases import PATIENCE, hosts_of, one_form
from bot.errors import LedgerError, SettingsError
from bot.office.lease import installation
from bot.office.ledger import Ledger
from bot.settings import load

__all__ = ["postgres"]

EXAMPLE = (Path(__file__).parents[2] / "config/example_tenant.toml").read_text(encoding="utf-8")
A_AND_B = [("a", "5432"), ("b", "5433")]


@pytest.mark.parametrize(
    ("rest", "hosts"),
    [
        ("bot@a:5432,b:5433/ledgers?schema=north", A_AND_B),
        ("bot@/ledgers?host=a,b&port=5432,5433&schema=north", A_AND_B),
        ("bot@/ledgers?host=a:5432&host=b:5433&schema=north", A_AND_B),
        ("bot@a,b/ledgers?schema=north", [("a", ""), ("b", "")]),
        ("bot@/ledgers?host=a,b&port=7", [("a", "7"), ("b", "7")]),
        ("bot@a,b/ledgers?port=7", [("a", "7"), ("b", "7")]),
        ("bot@[::1]:1,[::2]:2/ledgers", [("::1", "1"), ("::2", "2")]),
        ("bot@/ledgers?host=/run/a,/run/b", [("/run/a", ""), ("/run/b", "")]),
        ("bot:a/b?c,d@a/ledgers", [("a", "")]),
        ("bot@a:5/ledgers", [("a", "5")]),
        ("/ledgers", []),
        ("/ledgers?port=5433", [("", "5433")]),
    ],
)
def test_hosts_are_named_in_any_way_libpq_or_sqlalchemy_has(rest: str, hosts: list[tuple[str, str]]) -> None:
    address = f"postgresql+psycopg://{rest}"
    assert hosts_of(address) == hosts
    url = sa.make_url(one_form(address))
    engine = sa.create_engine(url)
    asked = engine.dialect.create_connect_args(url)[1]
    assert str(asked.get("host", "")).split(",") == [host for host, _ in hosts or [("", "")]]
    ports = str(asked.get("port") or "").split(",")
    assert [port or "5432" for port in ports] == [port or "5432" for _, port in hosts or [("", "")]]
    assert asked["dbname"] == "ledgers"
    assert len(installation(address)) == 12


def test_a_file_has_no_hosts() -> None:
    assert hosts_of("sqlite:///a,b.sqlite") == []
    assert one_form("sqlite:///a,b.sqlite") == "sqlite:///a,b.sqlite"


@pytest.mark.parametrize("odd", ["bot@a,b/x?port=1,2,3", "bot@a:secret,b/x"])
def test_hosts_that_do_not_match_their_ports_are_refused_in_a_sentence(tmp_path: Path, odd: str) -> None:
    address = f"postgresql+psycopg://{odd}"
    with pytest.raises(LedgerError, match="put “ledger” right"):
        Ledger(address)
    profile = tmp_path / "live.toml"
    lines = [
        f'ledger = "{address}"' if line.startswith("ledger = ") else line for line in EXAMPLE.split("\n")
    ]
    profile.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(SettingsError, match=r"ledger names .*host=a,b&port=5432,5433") as refused:
        load(profile)
    assert "secret," not in str(refused.value)


def test_of_two_hosts_the_one_that_leads_holds_the_ledger(postgres: str, tmp_path: Path) -> None:
    """The first host is gone; then the only one left may not be written to, as a standby may not."""
    (host,) = hosts_of(postgres)
    here = postgres.partition("?")[0].rpartition("/")
    both = f"{here[0].rpartition('@')[0]}@/{here[2]}?host={tmp_path},{host[0]}&port=5432,{host[1] or 5432}&schema=north"
    with closing(Ledger(both)) as ledger:
        ledger.append([event("of two hosts")])
        assert [each.key for each in ledger.read()] == ["of two hosts"]
    engine = sa.create_engine(postgres)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA north CASCADE")
    engine.dispose()
    with pytest.raises(LedgerError, match="read-only, as a standby is"):
        Ledger(f"{both}&options=-cdefault_transaction_read_only=on".replace("&schema=north", ""))


def test_what_an_address_says_of_its_connections_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, object]] = []
    monkeypatch.setattr("psycopg.connect", lambda *_, **words: asked.append(words) or 1 / 0)
    for words in ("", "&target_session_attrs=primary&connect_timeout=3"):
        with pytest.raises(ZeroDivisionError):
            Ledger(f"postgresql+psycopg://bot@/x?host=a,b{words}")
    assert {word: asked[0][word] for word in PATIENCE} == PATIENCE
    assert asked[1]["target_session_attrs"] == "primary"
    assert int(str(asked[1]["connect_timeout"])) == 3
