"""What the service prints of itself: a line of JSON for each thing that happens, with these fields and no other.

Nobody's name, address or words can stand in them: they are moments, counts, statuses, and the sentences of the health
file. What else the modules of the bot log, which may quote an answer, is printed only with AUDIT_BOT_DEBUG.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

LINES = logging.getLogger("audit-bot lines")
COUNTS = ("status", "letters", "messages", "needs_a_person", "waiting", "held")
"""Whole numbers."""
WORDS = ("what", "run", "what_is_wrong", "remedy", "fault", "where")
"""Texts that are written in the bot, never in a message, a list or an answer."""
FIELDS = ("at", *WORDS[:2], *COUNTS, *WORDS[2:])
"""All there may be, in this order."""


def note(what: str, **fields: str | int) -> None:
    """Print a line. A field that is not allowed is a mistake of the bot's and raises ValueError."""
    if odd := fields.keys() - {*FIELDS}:
        raise ValueError(f"no line of the service has a field {', '.join(sorted(odd))}")
    LINES.info("%s", what, extra={"told": {"what": what, **fields}})


class Line(logging.Formatter):
    """One line of JSON; a fault the bot does not know by its kind and its place in the bot, without what it says."""

    def format(self, record: logging.LogRecord) -> str:
        told = dict(getattr(record, "told", {"what": "a fault the bot does not know"}))
        if record.exc_info and record.exc_info[0]:
            told["fault"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])
            told["where"] = " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames[-5:]))
        told["at"] = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds")
        told = {name: _without_addresses(told[name]) for name in FIELDS if told.get(name, "") != ""}
        return json.dumps(told, ensure_ascii=False)


def _without_addresses(value: str | int) -> str | int:
    """A sentence about the profile may name a mailbox of it."""
    return re.sub(r"[^\s<>“”(]+@[^\s<>“”),;]+", "(an address)", value) if isinstance(value, str) else value


def printed() -> None:
    """From now on the service's lines go to the standard output, and nothing else does."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(Line())
    handler.addFilter(
        lambda record: hasattr(record, "told") or (record.name == "bot" and bool(record.exc_info))
    )
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    if os.environ.get("AUDIT_BOT_DEBUG"):
        logging.getLogger().addHandler(logging.StreamHandler())
