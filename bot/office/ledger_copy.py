"""The whole ledger taken into another database: from a file to PostgreSQL, or the other way."""

from __future__ import annotations

from contextlib import closing

from bot.errors import LedgerError
from bot.office.chain import Chain
from bot.office.ledger import Ledger, tables_in


def copied(source: str, target: str) -> Chain:
    """Copy every entry with its seal, and go through the copy. How the copy stands, which is how the ledger stands.

    While another run is at work nothing is copied (Busy); the ledger itself stays as it is. Raises LedgerError where it
    is empty or not whole, where the other database is not empty, or where the copy is not the same."""
    if others := tables_in(target):
        raise LedgerError(
            f"The database to copy to holds other tables ({', '.join(sorted(others)[:5])}). A ledger has a "
            "database of its own; nothing was written."
        )
    with closing(Ledger(source)) as ledger, ledger.kept_still():
        stands = ledger.verified()
        if stands.fault:
            raise LedgerError(f"The ledger is not what the bot wrote, and is not copied. {stands.fault}")
        if not stands.last:
            raise LedgerError("The ledger has no entry yet; just name the other database in the profile.")
        with closing(Ledger(target)) as copy:
            copy.take_in(*ledger.rows())
            found = copy.verified()
    if (found.last, found.seal, found.erased, found.fault) != (stands.last, stands.seal, stands.erased, ""):
        raise LedgerError(
            f"The copy is not what the ledger is. {found.fault} Leave the profile as it is, empty the other "
            "database and copy again."
        )
    return found
