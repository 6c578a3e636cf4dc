"""One installation at work at a time: a row in the site's list “Audit bot” for as long as a run acts.

A lock beside the ledger keeps out a second run on the same ledger, and knows nothing of another machine with a ledger
of its own. A run that was killed leaves its row: it counts for an hour, and never against its own installation. Where
the site has no such list there is no such row.
"""

from __future__ import annotations

import hashlib
import re
import socket
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import sqlalchemy as sa

from bot.errors import AuditBotError, StandsStill
from bot.office.graph import Graph

HOLDS = timedelta(hours=1)
_AT_WORK = "Audit bot at work"
_ROW = re.compile(rf"{_AT_WORK} (?P<since>\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00) (?P<who>[0-9a-f]{{12}})")


def installation(ledger: str) -> str:
    """A code of the ledger by its URL, and of the machine where it is a file."""
    url = sa.make_url(ledger)
    where = socket.gethostname() if url.get_backend_name() == "sqlite" else ""
    return hashlib.sha256(f"{where} {url.render_as_string()}".encode()).hexdigest()[:12]


class Lease:
    """The row of one run. `who` is this installation."""

    def __init__(self, graph: Graph, site: str, name: str, who: str, clock: Callable[[], datetime]) -> None:
        self._graph, self._clock, self._who, self._name = graph, clock, who, name
        self._path = f"{site}/lists/{quote(name)}/items"
        self._mine = ""

    def take(self) -> None:
        """Say that this installation is at work. Raises StandsStill when another is. Without the list, or the right to
        write in it, nobody is kept out."""
        if self._mine:
            return
        now = self._clock().astimezone(UTC)
        title = f"{_AT_WORK} {now.isoformat(timespec='seconds')} {self._who}"
        try:
            self._mine = str(self._graph.post(self._path, {"fields": {"Title": title}})["id"])
            rows = self._graph.get(f"{self._path}?$expand=fields($select=Title)&$top=200")["value"]
        except AuditBotError:
            return
        for row in rows:
            said = _ROW.fullmatch(str((row.get("fields") or {}).get("Title") or ""))
            if not said or int(row["id"]) >= int(self._mine):
                continue
            if said["who"] == self._who:
                self._remove(str(row["id"]))  # a run of ours that was killed
            elif now - datetime.fromisoformat(said["since"]) < HOLDS:
                self.give_back()
                raise StandsStill(
                    "another installation of the audit bot is at work for the same lists.",
                    "The IT administrator: find the other machine and stop one of the two. If the other is gone for "
                    f"good, delete its row “{_AT_WORK} …” in the list “{self._name}”, or wait an hour.",
                )

    def give_back(self) -> None:
        """The work is done, or was not begun."""
        mine, self._mine = self._mine, ""
        if mine:
            self._remove(mine)

    def _remove(self, item: str) -> None:
        with suppress(AuditBotError):  # it counts for an hour, and not against us
            self._graph.delete(f"{self._path}/{item}")
