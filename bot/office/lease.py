"""One installation at work at a time: a row in the site's list “Audit bot” for as long as a run acts.

A lock beside the ledger keeps out a second run on the same ledger, and knows nothing of another machine with a ledger
of its own. A row counts for an hour, and is renewed before each portion of letters; one that a killed run left never
counts against its own installation: it bears a name that its ledger knows, whatever the machine is called by now, or
the code of the same ledger on the same machine. A run of a copy of the ledger elsewhere has a name of which this one
knows nothing. Where the site has no such list there is no such row.
"""

from __future__ import annotations

import hashlib
import re
import socket
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Protocol
from urllib.parse import quote

import sqlalchemy as sa

from bot.databases import DATABASES, one_form
from bot.errors import AuditBotError, RequestRefused, StandsStill
from bot.office.graph import Graph, Reply, Request

HOLDS = timedelta(hours=1)
_AT_WORK = "Audit bot at work"
_ROW = re.compile(
    rf"{_AT_WORK} (?P<since>\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00) (?P<who>[0-9a-f]{{12}})"
    r"(?: (?P<run>[0-9a-f]{12}))?"
)


def installation(ledger: str) -> str:
    """A code of the ledger by its URL, and of the machine where it is a file."""
    url = sa.make_url(one_form(ledger))
    where = socket.gethostname() if DATABASES[url.get_backend_name()].in_a_file else ""
    return hashlib.sha256(f"{where} {url.render_as_string()}".encode()).hexdigest()[:12]


def _said(title: str) -> tuple[str, str, datetime] | None:
    """Installation, the run's name, and when it last said so; None where a title says no such thing."""
    if not (found := _ROW.fullmatch(title)):
        return None
    with suppress(ValueError):  # no day of the calendar
        return found["who"], found["run"] or "", datetime.fromisoformat(found["since"])
    return None


def _taken_over(name: str) -> StandsStill:
    return StandsStill(
        "another run of the audit bot has taken over, or somebody has deleted the row of this one.",
        f"Nobody, unless it comes back: the next run goes on. The IT administrator: the rows “{_AT_WORK} …” in "
        f"the list “{name}” say which machine is at work.",
    )


class Ours(Protocol):
    """What the ledger knows of this installation's runs by their names of twelve signs."""

    def begun(self) -> str:
        """The name of a run that begins now: from here on the ledger knows it."""

    def known(self) -> Collection[str]:
        """The names of all the runs it knows."""


class Lease:
    """The row of one run. `who` is this installation on this machine, `ours` what its ledger knows of its runs."""

    def __init__(
        self, graph: Graph, site: str, name: str, who: str, ours: Ours, clock: Callable[[], datetime]
    ) -> None:
        self._graph, self._clock, self._who, self._name = graph, clock, who, name
        self._ours, self._run = ours, ""
        self._path = f"{site}/lists/{quote(name)}/items"
        self._mine = ""
        self._renewed = datetime.min.replace(tzinfo=UTC)
        self.titles: dict[int, str] | None = None
        """What stood in the list when the row was made there, by the number of each row. None: no list, or not read."""
        self.unread: AuditBotError | None = None
        """What kept the list from being read, where there may be one."""
        self.strange: tuple[str, ...] = ()
        """Rows that begin like one of a run at work and are none: they keep nobody out."""
        self.times_said = 0
        """How often it was said anew beside something else."""

    def take(self) -> None:
        """Say that this installation is at work. Raises StandsStill when another is. Without the list, or the right to
        write in it, nobody is kept out."""
        if self._mine:
            return
        now = self._clock().astimezone(UTC)
        self._run = self._ours.begun()
        try:
            self._mine = str(self._graph.post(self._path, {"fields": {"Title": self._title(now)}})["id"])
            self._renewed = now
            rows = self._rows()
        except AuditBotError as fault:
            self.unread = None if isinstance(fault, RequestRefused) else fault
            return
        before = [row for row in rows if row[0] < int(self._mine)]
        own = self._ours.known() if before else ()
        for item, who, run, since in before:
            if who == self._who or run in own:
                self._remove(str(item))  # a run of ours that was killed
            elif now - since < HOLDS:
                self.give_back()
                raise StandsStill(
                    "another installation of the audit bot is at work for the same lists.",
                    "The IT administrator: find the other machine and stop one of the two. If the other is gone for "
                    f"good, delete its row “{_AT_WORK} …” in the list “{self._name}”, or wait an hour.",
                )

    def beside(self) -> tuple[Request, Callable[[Reply], None]] | None:
        """What says it anew, to be asked in one batch with something else, and what is to hear the answer (raises
        StandsStill where our row is gone). None where there is no row, or it ran out and `renew` must look first."""
        now = self._clock().astimezone(UTC)
        if not self._mine or now - self._renewed >= HOLDS:
            return None

        def heard(reply: Reply) -> None:
            self.times_said += 1
            if reply.status == 404:
                raise _taken_over(self._name)
            if reply.ok:
                self._renewed = now

        return Request("PATCH", f"{self._path}/{self._mine}/fields", {"Title": self._title(now)}), heard

    def renew(self) -> None:
        """Say it anew, before each portion of letters. Raises StandsStill where our row is gone, or where it was not
        renewed for so long that another has begun; AuditBotError where it ran out and nobody can tell."""
        if not self._mine:
            return
        now = self._clock().astimezone(UTC)
        ran_out = now - self._renewed >= HOLDS
        try:
            taken = ran_out and any(
                item != int(self._mine) and now - since < HOLDS for item, _, _, since in self._rows()
            )
            if not taken:
                self._graph.patch(f"{self._path}/{self._mine}/fields", {"Title": self._title(now)})
                self._renewed = now
        except AuditBotError as fault:
            taken = isinstance(fault, RequestRefused) and fault.status == 404
            if ran_out and not taken:
                raise
        if taken:
            raise _taken_over(self._name)

    def _title(self, now: datetime) -> str:
        return f"{_AT_WORK} {now.isoformat(timespec='seconds')} {self._who} {self._run}"

    def _rows(self) -> list[tuple[int, str, str, datetime]]:
        """The rows of runs at work: number, installation, the run's name, and when it last said so."""
        rows = self._graph.get(f"{self._path}?$expand=fields($select=Title)&$top=200")["value"]
        self.titles = {int(r["id"]): str((r.get("fields") or {}).get("Title") or "") for r in rows}
        said = [(item, title, _said(title)) for item, title in self.titles.items()]
        self.strange = tuple(title for _, title, its in said if title.startswith(_AT_WORK) and not its)
        return [(item, *its) for item, _, its in said if its]

    def give_back(self) -> None:
        """The work is done, or was not begun."""
        mine, self._mine = self._mine, ""
        if mine:
            self._remove(mine)

    def _remove(self, item: str) -> None:
        with suppress(AuditBotError):  # it counts for an hour, and not against us
            self._graph.delete(f"{self._path}/{item}")
