"""The file a ledger lies in: only for its owner, one run at a time, and what can be wrong with it, in words."""

from __future__ import annotations

import errno
import itertools
import logging
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bot.databases import NOT_ITS_DATABASE, NOT_ITS_SCHEMA, kind_of_fault, no_way_in
from bot.errors import Busy, LedgerError
from bot.office.chain import gone_through
from bot.programme.events import EventKind

log = logging.getLogger("bot")

JOURNAL, SHARED, LOCK = "-wal", "-shm", ".lock"
_IT = "The IT administrator"


def beside(path: Path) -> tuple[Path, Path, Path]:
    """The files that belong to a ledger in a file: its journal, what its readers share, its lock."""
    return path.with_name(path.name + JOURNAL), path.with_name(path.name + SHARED), path.with_suffix(LOCK)


def busy() -> Busy:
    return Busy("Another run of the audit bot is at work. This one does nothing; try again when it is done.")


def made_ready(path: Path) -> None:
    """See to it that the file is there and only its owner may read it, as well as what SQLite lays beside it. Raises
    LedgerError where that cannot be."""
    if path.is_dir():
        raise LedgerError(
            f"{path} is a folder, and the ledger is a file. {_IT}: name a file under “ledger” in the profile."
        )
    try:
        for folder in [*reversed(path.parents)]:
            if not folder.exists():
                folder.mkdir(mode=0o700, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        for file in (path, *beside(path)[:2]):
            if file.exists():
                file.chmod(0o600)
    except OSError as fault:
        raise LedgerError(
            f"The ledger {path} cannot be written: {fault.strerror} ({fault.filename}). Nothing is sent without it. "
            f"{_IT}: let the account the bot runs under write the file and its folder, on a disk of its own machine."
        ) from fault
    _set_another_files_journal_apart(path)


def _set_another_files_journal_apart(path: Path) -> None:
    """After a run that was killed its journal lies beside the file and is taken in when the file is opened. Beside a
    copy put back from elsewhere it would spoil the copy. So both are tried first, as copies: where only the file by
    itself is a whole ledger, the journal is put apart, and the ledger is completed like any older copy."""
    journals = beside(path)[:2]
    journal = journals[0]
    try:
        if not journal.exists() or not journal.stat().st_size:
            return
        with file_lock(path), tempfile.TemporaryDirectory(dir=path.parent, prefix=".tried-") as folder:
            alone, both = Path(folder) / "alone", Path(folder) / "both"
            for tried in (alone, both):
                shutil.copyfile(path, tried)
            shutil.copyfile(journal, both.with_name(both.name + JOURNAL))
            if _is_whole(both) or not _is_whole(alone):
                return
            for file in journals:
                if file.exists():
                    file.rename(_free(file))
        log.warning("%s belonged to another file than the ledger beside it, and was put apart", journal)
    except Busy:
        return  # the run that is at work has looked
    except OSError as fault:
        raise LedgerError(
            f"The journal {journal} beside the ledger cannot be looked at: {fault.strerror}. {_IT}: see to the disk."
        ) from fault


def _free(file: Path) -> Path:
    """A name beside a file that nothing has."""
    names = (file.with_name(f"{file.name}.apart-{n}") for n in itertools.count(1))
    return next(name for name in names if not name.exists())


def _is_whole(file: Path) -> bool:
    """Whether a copy is a database, and its chain whole where it has one."""
    try:
        with closing(sqlite3.connect(file)) as database:
            if database.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
                return False
            names = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
            if "chain" not in names:
                return True
            erasures = database.execute(
                "SELECT data FROM event WHERE kind = ? ORDER BY seq", (EventKind.CONTENTS_ERASED.value,)
            ).fetchall()
            found = gone_through(
                database.execute("SELECT seq, at, kind, key, about, data FROM event ORDER BY seq").fetchall(),
                database.execute("SELECT seq, salt, digest, seal FROM chain ORDER BY seq").fetchall(),
                [text for (text,) in erasures],
            )
            return not found.fault
    except sqlite3.DatabaseError:
        return False


@contextmanager
def file_lock(path: Path | None) -> Iterator[None]:
    """Held by one program at a time, until it lets go or dies. Raises Busy, or LedgerError where nobody can hold it."""
    if path is None:
        yield
        return
    lock = beside(path)[2]
    try:
        no_link = getattr(os, "O_NOFOLLOW", 0)  # not on Windows
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_APPEND | no_link, 0o600)
    except OSError as fault:
        if fault.errno == errno.ELOOP:
            raise LedgerError(
                f"The lock beside the ledger, {lock}, is a link, and what it leads to may be another's. {_IT}: take it "
                "away."
            ) from fault
        raise LedgerError(
            f"The lock beside the ledger cannot be written: {fault.strerror} ({fault.filename}). {_IT}: let the "
            "account the bot runs under write the folder of the ledger."
        ) from fault
    with os.fdopen(descriptor, "a") as file:
        try:
            import fcntl
        except ImportError:  # Windows: an exclusive byte range of the same file
            import msvcrt

            file.seek(0)
            try:
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
            except OSError as fault:
                raise busy() from fault
        else:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as fault:
                raise busy() from fault
        yield


_WRONG = {
    "SQLITE_FULL": ("the disk is full", "make room there"),
    "SQLITE_READONLY": (
        "it may only be read",
        "let the account the bot runs under write the file and its folder",
    ),
    "SQLITE_CANTOPEN": (
        "it cannot be opened",
        "let the account the bot runs under write the file and its folder",
    ),
    "SQLITE_NOTADB": (
        "the file is no ledger",
        "put the ledger back from its last copy, or name another file under “ledger” in the profile",
    ),
    "SQLITE_CORRUPT": (
        "the file is damaged",
        "put it back from its last copy; what the copy does not know is read again from the mailbox",
    ),
    "SQLITE_IOERR": (
        "the disk does not do its work",
        "look at the disk; the ledger lies on a disk of the bot's own machine, never on a network drive",
    ),
    "SQLITE_BUSY": (
        "another program holds it open",
        "close whatever has the file open, such as a viewer or a backup",
    ),
}
"""SQLite's name of a fault -> what it means, and what the IT administrator does. https://sqlite.org/rescode.html"""


_RIGHTS = {
    NOT_ITS_SCHEMA: (
        "as PostgreSQL's administrator, for a schema that is not there, CREATE SCHEMA … AUTHORIZATION its role; for "
        "one that is, ALTER SCHEMA … OWNER TO its role, and so ALTER TABLE and ALTER FUNCTION for all that lies in it"
    ),
    NOT_ITS_DATABASE: "as PostgreSQL's administrator, GRANT CONNECT ON DATABASE … TO its role",
}
"""What PostgreSQL refuses a role -> what the IT administrator does. https://www.postgresql.org/docs/current/ddl-priv.html"""


def what_is_wrong(what: str, where: str, fault: Exception) -> str:
    """A fault of the database in a sentence: what, where, and who puts it right."""
    cause = getattr(fault, "orig", None) or fault
    if found := no_way_in(cause):
        return (
            f"The ledger {where} could not be {what}: {found[0]}. Nothing is sent without it, and nothing is lost. "
            f"{_IT}: {found[1]}. Put it right in that file, or PGPASSFILE in council.env beside the profile (or where "
            "else the bot's environment is set)."
        )
    name = str(getattr(cause, "sqlite_errorname", ""))
    meant = next((said for begin, said in _WRONG.items() if name.startswith(begin)), None)
    its = (
        kind_of_fault(cause)
        if type(cause).__module__.startswith("psycopg")
        else str(cause).strip().rstrip(".")
    )
    reason, remedy = meant or (
        its or type(cause).__name__,
        _RIGHTS.get(its, "look at the disk or the database"),
    )
    return (
        f"The ledger {where} could not be {what}: {reason}. Nothing is sent without it, and nothing is lost. "
        f"{_IT}: {remedy}."
    )
