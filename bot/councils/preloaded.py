"""What a run takes, imported once: the process of a run is forked from one that has it, and shares its memory."""

from __future__ import annotations

import gc
import importlib
from contextlib import suppress

with suppress(ImportError):  # where ledgers are files alone there is no driver
    importlib.import_module("sqlalchemy.dialects.postgresql.psycopg")

gc.collect()
gc.freeze()  # what is here for good is not walked through again, and stays shared
