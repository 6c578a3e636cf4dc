"""The ledger on both databases."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from ledgers import event, postgres, url

from bot.errors import LedgerError
from bot.office.ledger import Ledger
from bot.programme.modes import Mode

__all__ = ["postgres", "url"]


def test_events_come_back_in_the_order_they_were_recorded(url: str) -> None:
    ledger = Ledger(url)
    ledger.append([event("a", why="first"), event("b")])
    ledger.append([event("c")])
    assert [e.key for e in ledger.read()] == ["a", "b", "c"]
    assert ledger.read()[0] == event("a", why="first")
    ledger.close()
    again = Ledger(url)
    assert [e.key for e in again.read()] == ["a", "b", "c"]
    again.close()


def test_recording_one_happening_twice_changes_nothing(url: str) -> None:
    ledger = Ledger(url)
    assert ledger.append([event("a", why="first")]) == 1
    assert ledger.append([event("a", why="second"), event("b")]) == 1
    assert [(e.key, e.data.get("why")) for e in ledger.read()] == [("a", "first"), ("b", None)]
    ledger.close()


def test_half_a_character_keeps_nothing_out_of_the_ledger(url: str) -> None:
    ledger = Ledger(url)
    half = event("a \ud83d\0", why="Wes \ud801 Worker, \ud83d\ude00")
    assert ledger.append([half, event("b")]) == 2
    assert ledger.append([half]) == 0, "once"
    (first, _) = ledger.read()
    assert (first.key, first.data["why"]) == ("a \ufffd", "Wes \ufffd Worker, \U0001f600")
    ledger.close()


def test_what_was_read_once_is_not_fetched_again_and_what_came_since_follows_it(url: str) -> None:
    ledger, other = Ledger(url), Ledger(url)
    ledger.append([event("a"), event("b")])
    assert [e.key for e in ledger.read()] == ["a", "b"]
    other.append([event("a"), event("c")])
    ledger.append([event("d")])
    first, again = ledger.read(), ledger.read()
    assert [e.key for e in first] == ["a", "b", "c", "d"]
    first.clear()
    assert [e.key for e in again] == [e.key for e in ledger.read()] == ["a", "b", "c", "d"]
    assert all(one is same for one, same in zip(again, ledger.read(), strict=True))
    ledger.close()
    other.close()


def test_what_was_looked_at_in_one_mode_is_read_anew_in_another(url: str) -> None:
    ledger = Ledger(url, Mode.REHEARSE)
    ledger.append([event("a")])
    ledger.mode = Mode.LIVE
    assert ledger.read() == []
    ledger.mode = Mode.REHEARSE
    assert [e.key for e in ledger.read()] == ["a"]
    ledger.close()


OF_FORMER_VERSIONS = (
    "CREATE TABLE balance (up_to BIGINT NOT NULL)",
    "CREATE TABLE carried_forward (seq BIGINT NOT NULL, PRIMARY KEY (seq))",
    "CREATE TABLE put_away (about TEXT NOT NULL, PRIMARY KEY (about))",
    "INSERT INTO balance SELECT max(seq) FROM event",
    "INSERT INTO put_away SELECT DISTINCT about FROM event",
)
"""How former versions left a ledger of which nothing was to be looked at any more."""


def test_a_ledger_in_which_a_former_version_put_everything_away_is_read_whole(url: str) -> None:
    ledger = Ledger(url)
    ledger.append([event("a"), event("b")])
    ledger.close()
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for statement in OF_FORMER_VERSIONS:
            connection.exec_driver_sql(statement)
    engine.dispose()
    again = Ledger(url)
    assert again.append([event("a"), event("c")]) == 1
    assert [e.key for e in again.read()] == ["a", "b", "c"]
    again.close()


@pytest.mark.parametrize("statement", ["UPDATE event SET kind = 'x'", "DELETE FROM event"])
def test_no_event_can_be_changed_or_removed(url: str, statement: str) -> None:
    ledger = Ledger(url)
    ledger.append([event("a")])
    engine = sa.create_engine(url)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
    assert ledger.read() == [event("a")]
    ledger.close()


def test_a_ledger_of_a_newer_bot_is_left_alone(url: str) -> None:
    Ledger(url).close()
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE ledger_version SET version = 99")
    engine.dispose()
    with pytest.raises(LedgerError, match="newer audit bot"):
        Ledger(url)


def test_an_unknown_kind_of_database_is_refused() -> None:
    with pytest.raises(
        LedgerError, match=r"not kept in mysql; its address begins with sqlite:///… or postgresql"
    ):
        Ledger("mysql://x/y")
