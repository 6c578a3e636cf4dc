"""The ledger goes into another database as a whole, or not at all."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from ledgers import NOW, dropped, event, postgres, url
from sqlalchemy.exc import IntegrityError

from bot.cli import main
from bot.errors import Busy, LedgerError
from bot.exit_status import DONE
from bot.office.ledger import Ledger
from bot.office.ledger_copy import copied

__all__ = ["postgres", "url"]


@pytest.fixture
def source(tmp_path: Path) -> str:
    """A ledger with something erased in it, and the epoch of some runs."""
    address = f"sqlite:///{tmp_path / 'source.sqlite'}"
    with closing(Ledger(address)) as ledger:
        for n in range(3):
            with ledger.one_at_a_time():
                ledger.append([event(f"a{n}", why="Ünïcode “quoted”"), event(f"b{n}")])
        ledger.erase({1: {}, 3: {"why": ""}}, "asked for", NOW, "a person")
    return address


def everything(address: str) -> object:
    with closing(Ledger(address)) as ledger:
        return ledger.rows()


def test_the_copy_is_the_ledger_entry_by_entry_and_goes_on_from_there(source: str, url: str) -> None:
    before = everything(source)
    found = copied(source, url)
    assert everything(url) == before == everything(source), "and the ledger itself has stayed as it was"
    with closing(Ledger(source)) as ledger, closing(Ledger(url)) as copy:
        assert copy.verified() == ledger.verified()
        assert (found.last, found.seal, found.erased) == (7, ledger.standing().seal, frozenset({1, 3}))
        with copy.one_at_a_time():
            assert copy.append([event("a0"), event("new")]) == 1, "what is known is not written again"
        assert not copy.verified().fault


def test_back_again_into_a_file_it_is_still_the_same(source: str, url: str, tmp_path: Path) -> None:
    copied(source, url)
    again = f"sqlite:///{tmp_path / 'again.sqlite'}"
    copied(url, again)
    assert everything(again) == everything(source)


def test_a_target_that_is_not_empty_is_refused_and_left_alone(source: str, url: str) -> None:
    with closing(Ledger(url)) as there:
        there.append([event("theirs")])
    before = everything(url)
    with pytest.raises(LedgerError, match="holds a ledger already"):
        copied(source, url)
    assert everything(url) == before
    with pytest.raises(LedgerError, match="holds a ledger already"):
        copied(source, source)


def test_a_database_with_other_tables_is_refused_before_any_table_is_made(
    source: str, tmp_path: Path
) -> None:
    file = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE accounts (number INTEGER)")
        other.commit()
    before = file.read_bytes()
    with pytest.raises(LedgerError, match="other tables \\(accounts\\)"):
        copied(source, f"sqlite:///{file}")
    assert file.read_bytes() == before


def test_while_a_run_is_at_work_nothing_is_copied(source: str, url: str) -> None:
    with closing(Ledger(source)) as ledger, ledger.one_at_a_time(), pytest.raises(Busy):
        copied(source, url)
    with closing(Ledger(url)) as copy:
        assert copy.standing().last == 0


def test_a_ledger_that_was_changed_is_not_copied(source: str, url: str) -> None:
    dropped(source, "UPDATE event SET about = '999' WHERE seq = 2")
    with pytest.raises(LedgerError, match=r"not what the bot wrote.*Entry 2"):
        copied(source, url)


def test_the_command_says_the_seal_and_what_to_do_next(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Profile:
        ledger = source

    monkeypatch.setattr("bot.cli.ledger.load", lambda _: Profile)
    assert main(["ledger", "copy", f"sqlite:///{tmp_path / 'copy.sqlite'}"]) == DONE
    said = capsys.readouterr().out
    with closing(Ledger(source)) as ledger:
        assert ledger.standing().seal[:32] in said
    assert "put its address under “ledger”" in said
    assert main(["ledger", "copy"]) == 2


def test_a_copy_put_back_over_a_ledger_gives_it_no_second_epoch(source: str, url: str) -> None:
    copied(source, url)
    with pytest.raises(IntegrityError):
        dropped(url, "INSERT INTO ledger_epoch VALUES (7)")
    with closing(Ledger(url)) as ledger, ledger.one_at_a_time():
        ledger.append([event("and on")])


def test_a_ledger_that_had_a_second_epoch_before_says_so_and_how_it_is_mended(source: str, url: str) -> None:
    copied(source, url)
    dropped(url, "DROP INDEX ledger_epoch_once", "INSERT INTO ledger_epoch VALUES (0)")
    with pytest.raises(LedgerError, match=r"ledger_epoch has two rows.*The IT administrator"):
        Ledger(url)
    page = (Path(__file__).parents[2] / "docs/the_ledger.md").read_text(encoding="utf-8")
    (said,) = re.findall(r"DELETE FROM ledger_epoch[^;`]*", page)
    if url.startswith("sqlite"):
        said = "DELETE FROM ledger_epoch WHERE number = 0"  # where nothing is put back over anything
    dropped(url, said)
    with closing(Ledger(url)) as ledger, ledger.one_at_a_time():
        ledger.append([event("and on")])
        assert not ledger.verified().fault
