"""Whatever is changed in a ledger is noticed, what was erased is named, and an older copy is told from a false one."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from ledgers import dropped, event, postgres, url

from bot.office.chain import NOTHING, Chain, gone_through
from bot.office.ledger import Ledger
from bot.programme.events import Event, EventKind

__all__ = ["postgres", "url"]

MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
ENTRIES = 60


def written(address: str, many: int = ENTRIES) -> Ledger:
    ledger = Ledger(address)
    for n in range(many):
        ledger.append([event(f"letter {n:03}", to=f"auditor {n % 7}", on="2026-03-02")])
    return ledger


def test_a_ledger_as_the_bot_wrote_it_is_whole_and_has_one_seal_for_each_entry(url: str) -> None:
    ledger = written(url)
    chain = ledger.verified(range(1, ENTRIES + 1))
    assert (chain.fault, chain.last) == ("", ENTRIES)
    assert len(set(chain.seals.values())) == ENTRIES
    assert chain.seals[ENTRIES] == chain.seal == ledger.standing().seal
    ledger.append([event("one more")])
    assert ledger.verified([ENTRIES]).seals == {ENTRIES: chain.seal}, "what was sealed stays so"
    ledger.close()


def test_two_ledgers_of_the_same_happenings_have_other_seals(tmp_path: Path) -> None:
    """Nobody can try out what erased contents were."""
    first, second = (written(f"sqlite:///{tmp_path / name}.sqlite", 2) for name in "ab")
    assert first.read() == second.read()
    assert first.standing().seal != second.standing().seal
    first.close()
    second.close()


# ------------------------------------------------------------------------------------------------------ tampering

Edit = Callable[[sqlite3.Connection, random.Random], None]
COLUMNS = {
    "event": ("seq", "at", "kind", "key", "about", "data"),
    "chain": ("seq", "salt", "digest", "seal"),
}


def _changed(database: sqlite3.Connection, chance: random.Random) -> None:
    """One value of one row says something else."""
    table = chance.choice([*COLUMNS])
    column, seq = chance.choice(COLUMNS[table]), chance.randint(1, ENTRIES)
    (was,) = database.execute(f"SELECT {column} FROM {table} WHERE seq = ?", (seq,)).fetchone()
    if column == "seq":
        new: object = ENTRIES + chance.randint(1, 9)
    else:
        at = chance.randrange(len(was) + 1)
        new = chance.choice(
            [f"{was[:at]}x{was[at:]}", was[:at] + was[at + 1 :] if at < len(was) else f"{was} ", ""]
        )
    database.execute(f"UPDATE {table} SET {column} = ? WHERE seq = ?", (new, seq))


def _removed(database: sqlite3.Connection, chance: random.Random) -> None:
    tables = chance.choice([["event"], ["chain"], ["event", "chain"]])
    first = chance.randint(1, ENTRIES - 1)
    for table in tables:
        database.execute(
            f"DELETE FROM {table} WHERE seq BETWEEN ? AND ?", (first, first + chance.randint(0, 3))
        )


def _cut_off(database: sqlite3.Connection, chance: random.Random) -> None:
    first = chance.randint(1, ENTRIES)
    for table in chance.choice([["event"], ["chain"], ["event", "chain"]]):
        database.execute(f"DELETE FROM {table} WHERE seq >= ?", (first,))


def _inserted(database: sqlite3.Connection, chance: random.Random) -> None:
    seq = chance.choice([0, -1, ENTRIES + 1, ENTRIES + chance.randint(2, 9)])
    row = (seq, MONDAY.isoformat(), "letter sent", f"forged {seq}", "101", "{}")
    database.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)", row)
    if chance.random() < 0.5:
        copied = "INSERT INTO chain SELECT ?, salt, digest, seal FROM chain WHERE seq = ?"
        database.execute(copied, (seq, chance.randint(1, ENTRIES)))


def _swapped(database: sqlite3.Connection, chance: random.Random) -> None:
    one, other = chance.sample(range(1, ENTRIES + 1), 2)
    for table in chance.choice([["event"], ["chain"], ["event", "chain"]]):
        for was, now in ((one, -1), (other, one), (-1, other)):
            database.execute(f"UPDATE {table} SET seq = ? WHERE seq = ?", (now, was))


def _contents_emptied(database: sqlite3.Connection, chance: random.Random) -> None:
    """As an erasure leaves them, without the entry that says so."""
    seq = chance.randint(1, ENTRIES)
    database.execute("UPDATE event SET data = '{\"erased\":true}' WHERE seq = ?", (seq,))
    database.execute("UPDATE chain SET salt = '' WHERE seq = ?", (seq,))


EDITS: tuple[Edit, ...] = (_changed, _changed, _removed, _cut_off, _inserted, _swapped, _contents_emptied)


def rows(database: sqlite3.Connection) -> list[Any]:
    return [database.execute(f"SELECT * FROM {table} ORDER BY seq").fetchall() for table in COLUMNS]


def noticed(found: Chain, noted: Chain) -> bool:
    return bool(found.fault) or found.seals.get(noted.last) != noted.seal


def test_of_a_thousand_edits_of_the_rows_each_is_noticed(tmp_path: Path) -> None:
    """And each twentieth in a file, opened as the bot opens it."""
    ledger = written(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    noted = ledger.standing()
    ledger.close()
    chance = random.Random(20260302)
    unnoticed = []
    for n in range(1000):
        edit = EDITS[n % len(EDITS)]
        file = tmp_path / "edited.sqlite"
        with (
            closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as true,
            closing(sqlite3.connect(":memory:" if n % 20 else file)) as database,
        ):
            true.backup(database)
            triggers = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for (name,) in triggers:
                database.execute(f"DROP TRIGGER {name}")
            before = rows(database)
            edit(database, chance)
            database.commit()
            after = rows(database)
        assert after != before
        if n % 20:
            found = gone_through(*after, [], [noted.last])
        else:
            again = Ledger(f"sqlite:///{file}")
            found = again.verified([noted.last])
            again.close()
            file.unlink()
        if not noticed(found, noted):
            unnoticed.append((n, edit.__name__))
    assert unnoticed == []


def test_a_ledger_written_anew_from_the_first_entry_on_does_not_have_the_seal_of_an_earlier_digest(
    tmp_path: Path,
) -> None:
    true, false = (f"sqlite:///{tmp_path / name}.sqlite" for name in ("true", "false"))
    noted = (ledger := written(true)).standing()
    ledger.close()
    forged = written(false)
    found = forged.verified([noted.last])
    forged.close()
    assert not found.fault, "in itself it is whole"
    assert noticed(found, noted)


# ---------------------------------------------------------------------------------- before there was a chain


def test_what_was_written_before_there_was_a_chain_is_sealed_as_it_stands_and_that_is_said(url: str) -> None:
    engine = sa.create_engine(url)
    serial = "INTEGER" if url.startswith("sqlite") else "BIGSERIAL"
    with engine.begin() as connection:
        for statement in (
            f"CREATE TABLE event (seq {serial} PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, "
            "about TEXT NOT NULL, data TEXT NOT NULL, CONSTRAINT event_once UNIQUE (kind, key))",
            "CREATE TABLE ledger_version (version INTEGER NOT NULL)",
            "INSERT INTO ledger_version VALUES (1)",
            "INSERT INTO event VALUES (1, '2026-03-02T08:00:00+00:00', 'letter sent', 'a', '101', '{\"on\":\"x\"}')",
            "INSERT INTO event VALUES (3, '2026-03-02T08:00:00+00:00', 'letter sent', 'b', '101', '{}')",
        ):
            connection.exec_driver_sql(statement)
        if url.startswith("sqlite"):
            connection.exec_driver_sql(
                "CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
    engine.dispose()
    ledger = Ledger(url)
    first, second, said = ledger.read()
    assert (first.key, second.key, said.kind) == ("a", "b", EventKind.CHAIN_BEGAN)
    assert said.data["entries"] == 2
    assert ledger.began() is None, "letters alone, such as an alarm, are no beginning"
    assert ledger.append([event("c"), event("a")]) == 1
    chain = ledger.verified()
    assert (chain.fault, chain.last) == ("", 5)
    ledger.close()
    again = Ledger(url)
    assert len(again.read()) == 4, "chained once"
    again.close()


# ------------------------------------------------------------------------------------------------------- erasure


def test_erased_contents_are_gone_from_the_file_and_the_chain_is_whole_and_names_them(
    url: str, tmp_path: Path
) -> None:
    ledger = Ledger(url)
    canary = "ruth.canary@wexcombe.example"
    ledger.append([event("a", to=canary), event("b", to="other"), event("c", to=canary, covers="keys")])
    before = ledger.verified([2])
    ledger.erase(
        {1: {}, 3: {"covers": "keys"}}, "asked for by the child's mother", MONDAY, "the IT administrator"
    )
    a, b, c, erasure = ledger.read()
    assert (a.erased, a.data, a.key, a.about) == (True, {}, "a", "101")
    assert (b.erased, b.data["to"]) == (False, "other")
    assert (c.erased, c.data) == (False, {"covers": "keys"})
    assert erasure.kind is EventKind.CONTENTS_ERASED
    assert (erasure.data["because"], erasure.data["by"]) == (
        "asked for by the child's mother",
        "the IT administrator",
    )
    chain = ledger.verified([2])
    assert (chain.fault, chain.erased) == ("", {1, 3})
    assert chain.seals == before.seals, "seals of before still lie on it"
    ledger.append([event("d")])
    ledger.erase({3: {}}, "its time is over, at the very same moment", MONDAY, "the Audit Team")
    assert ledger.verified().fault == ""
    assert ledger.verified().erased == {1, 3}
    ledger.close()
    again = Ledger(url)
    assert [e.erased for e in again.read()] == [True, False, True, False, False, False]
    again.close()
    if url.startswith("sqlite"):
        assert canary.encode() not in b"".join(p.read_bytes() for p in tmp_path.glob("ledger.sqlite*"))


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ('UPDATE event SET data = \'{"to":"x"}\' WHERE seq = 1', "contents of entry 1"),
        ('UPDATE event SET data = \'{"to":"x"}\' WHERE seq = 2', "contents of entry 2"),
        ("DELETE FROM event WHERE kind = 'contents erased'", "contents of entry 1"),
        (
            "UPDATE event SET data = '{\"emptied\":[\"1-2\"]}' WHERE kind = 'contents erased'",
            "contents of entry",
        ),
    ],
)
def test_after_an_erasure_edits_are_noticed_as_before(url: str, statement: str, says: str) -> None:
    ledger = Ledger(url)
    ledger.append([event("a", to="x"), event("b", to="y")])
    ledger.erase({1: {}}, "asked for", MONDAY, "")
    ledger.close()
    dropped(url, statement)
    again = Ledger(url)
    assert says in again.verified().fault
    again.close()


def test_nothing_can_be_emptied_without_the_entry_that_says_so(url: str) -> None:
    ledger = Ledger(url)
    ledger.append([event("a", to="x")])
    engine = sa.create_engine(url)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), engine.begin() as connection:
        connection.exec_driver_sql("UPDATE event SET data = '{\"erased\":true}'")
    ledger.erase({1: {}}, "asked for", MONDAY, "")
    for statement in (
        "UPDATE event SET key = 'z' WHERE seq = 1", "UPDATE chain SET seal = 'z'", "DELETE FROM chain",
        "UPDATE chain SET salt = 'z'",
    ):  # fmt: skip
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), engine.begin() as connection:
            connection.exec_driver_sql(statement)
    engine.dispose()
    ledger.close()


def test_an_interrupted_erasure_erases_nothing(tmp_path: Path) -> None:
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    ledger.append([event("a", to="x")])
    with pytest.raises(OverflowError):
        ledger.erase({1: {"to": "y"}, 99999999999999999999: {}}, "asked for", MONDAY, "")
    assert [e.data for e in ledger.read()] == [{"to": "x"}]
    assert ledger.verified().fault == ""
    ledger.close()


def test_contents_that_were_erased_say_so_in_the_file_in_one_way() -> None:
    assert json.loads(NOTHING) == {"erased": True}
    assert Event(MONDAY, EventKind.TOLD, "k").erased is False
