"""Reports: gathered from list, ledger and library, made on their day, kept and announced."""
