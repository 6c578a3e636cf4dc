"""The three SharePoint lists: read whole, written row by row, never over somebody's edit.

People columns hold numbers of the site's User Information List.
https://learn.microsoft.com/graph/api/resources/listitem
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import quote

from bot.office.graph import Graph, Reply, Request
from bot.office.lists.cells import each_once, no_people_of, people_of
from bot.office.lists.columns import Columns, columns_faults, found_columns
from bot.office.lists.lists_file import LISTS, PEOPLES, ListNames, columns
from bot.office.lists.row_entering import RowEntering
from bot.office.lists.row_reading import RowReading
from bot.office.lists.row_writing import RowOutcome, RowWriting
from bot.programme.reference import REFERENCE, is_reference
from bot.programme.standing.actions import WriteRow
from bot.programme.standing.council import Council
from bot.programme.vocabulary import Grade, Person, Problem, grade_of

USERS = "User Information List"
PREPARES = "the IT administrator: audit-bot prepare makes it, or finds it under another name"
ADMIN = "the owner of the list, or whoever keeps config/lists.toml"
CYCLES, ROLES, ALLOCATIONS = "audit_cycles", "audit_roles", "audit_allocations"


class ListsRead(NamedTuple):
    """The lists as they stand, and what could not be understood, which is left out."""

    council: Council
    problems: tuple[Problem, ...]


class AllocationList:
    """The lists of one site. `config` is the text of config/lists.toml; raises SettingsError if it is wrong.

    `grade` knows every spelling of a grade that the forms know; `reference_pattern` is how references are written.
    """

    def __init__(
        self,
        graph: Graph,
        site_host: str,
        site_path: str,
        config: str,
        grade: Callable[[str], Grade | None] = grade_of,
        reference_pattern: str = REFERENCE,
    ) -> None:
        self._graph = graph
        self._grade = grade
        self._is_reference = partial(is_reference, pattern=reference_pattern)
        self.site = f"/sites/{site_host}:{quote(site_path)}:"
        self._names = ListNames(config)
        self.as_called = self._names.as_called
        self._columns: dict[str, Columns] = {}
        self._problems: list[Problem] = []
        self.beside: Callable[[], tuple[Request, Callable[[Reply], None]] | None] = lambda: None
        """What is asked in one batch with every reading, if anything, and what hears its answer."""
        self._known: list[Any] = []  # whom the site knows
        self._given = ""  # what SharePoint gave the last time, and what was read of it: the same is not taken
        self._read = ListsRead(Council((), (), ()), ())  # apart again before every portion of letters
        self.list_url = ""
        """The address of the allocation list for people, once the lists have been read."""

    def read(self) -> ListsRead:
        """Read the three lists and the people they name. Raises AuditBotError when the lists cannot be had at all."""
        self._problems = []
        # Columns and first pages in one go: the columns are asked for every time, so that a renaming is seen.
        beside = self.beside()
        replies = self._graph.batch(
            [
                *(self._columns_request(part) for part in LISTS),
                *(self._first_page(part) for part in LISTS),
                self._users_page(USERS),
                Request("GET", f"{self.site}/lists?$select=id,name,displayName,webUrl,list,system&$top=500"),
                *([beside[0]] if beside else []),
            ]
        )
        if beside:
            beside[1](replies.pop())
        self._resolve(replies[: len(LISTS)])
        rows: dict[str, list[Any]] = {part: [] for part in LISTS}
        *first_pages, users, lists = replies[len(LISTS) :]
        for part, reply in zip(LISTS, first_pages, strict=True):
            if part in self._columns:
                if not reply.ok:
                    raise reply.fault(f"Reading the list “{self._names.list(part)}”")
                rows[part] = each_once(self._graph.entries(reply.body))
        self.list_url = self._url_of(ALLOCATIONS, lists)
        known = each_once(self._graph.entries(self._users(users, lists)))
        given = json.dumps([rows, known, [[reply.status, reply.body] for reply in replies[: len(LISTS)]]])
        self._known = known
        if given != self._given:
            self._read = ListsRead(
                self._council(rows, people_of(known), no_people_of(known)), tuple(self._problems)
            )
            self._given = given
        return self._read

    def _council(
        self, rows: Mapping[str, Sequence[Any]], people: Mapping[str, Person], no_people: Mapping[str, str]
    ) -> Council:
        reading = RowReading(
            self._names, self._columns, people, self._grade, self._problems, no_people, self._is_reference
        )
        cycles = [reading.cycle(row) for row in rows[CYCLES]]
        names = {str(row["id"]): cycle.name for row, cycle in zip(rows[CYCLES], cycles, strict=True)}
        found = [a for row in rows[ALLOCATIONS] if (a := reading.allocation(row, names))]
        services = {name for a in found for name in a.services_involved}
        roles = [r for row in rows[ROLES] if (r := reading.role(row, services))]
        kept = tuple(reading.without_doubles(found))
        used = {a.item_id for a in kept}
        unread = tuple(i for row in rows[ALLOCATIONS] if (i := str(row["id"])) not in used)
        there = self._columns.get(ALLOCATIONS)
        protecting = {
            word: there.ids[word]
            for word, column in PEOPLES[ALLOCATIONS].items()
            if there and column.protects and word not in there.lost
        }
        return Council(tuple(cycles), tuple(roles), kept, unread, protecting, reading.unusable)

    def write(self, rows: Sequence[WriteRow]) -> list[RowOutcome]:
        """Write the bot's columns, each row only if nobody edited it since it was read (If-Match)."""
        if not self._columns:
            self._resolve(self._graph.batch([self._columns_request(part) for part in LISTS]))
        return RowWriting(self._graph, self.site, self._names, self._columns[ALLOCATIONS]).write(rows)

    def people(self) -> list[Person]:
        """Everybody the site knows, as last read."""
        return list(people_of(self._known).values())

    def no_people(self) -> dict[str, str]:
        """What else the site knows by an address or a name: "a guest", "a group"."""
        others = no_people_of(self._known)
        return {
            str(row["fields"][word]): others[str(row["id"])]
            for row in self._known
            if str(row["id"]) in others
            for word in ("Title", "EMail")
            if (row.get("fields") or {}).get(word)
        }

    def lacking(self, words: Iterable[str]) -> list[str]:
        """Which of these columns of the allocation list nobody can enter anything in, as last read."""
        there = self._columns.get(ALLOCATIONS)
        return [w for w in words if there is None or w not in there.internal or w in there.lost]

    def not_there(self) -> list[str]:
        """The lists that the site has not, as last read."""
        return [self._names.list(part) for part in LISTS if part not in self._columns]

    def entering(self) -> RowEntering:
        """What enters rows in the allocation list as it was last read. Raises KeyError where there is none."""
        people = {person.email: number for number, person in people_of(self._known).items() if person.email}
        cycles = {cycle.name: cycle.item_id for cycle in self._read.council.cycles}
        return RowEntering(self._graph, self.site, self._columns[ALLOCATIONS], people, cycles)

    def names(self) -> dict[str, str]:
        """The allocation list's name under "list", and the names of its columns by our words."""
        return {"list": self._names.list(ALLOCATIONS), **self._names.titles(ALLOCATIONS)}

    # ------------------------------------------------------------------------------------------------- the columns

    def _resolve(self, replies: Sequence[Reply]) -> None:
        """Find the lists and the inner names of their columns."""
        self._columns = {}
        for part, reply in zip(LISTS, replies, strict=True):
            name, titles = self._names.list(part), self._names.titles(part)
            if reply.status == 404:
                self._problems.append(
                    Problem(name, f"There is no list called “{name}” on the site.", PREPARES)
                )
                continue
            if not reply.ok:
                raise reply.fault(f"Reading the columns of “{name}”")
            found = found_columns(name, list(self._graph.entries(reply.body)), columns(part), titles)
            self._columns[part] = found
            self._problems += [
                Problem(name, what, ADMIN) for what in columns_faults(found, columns(part), titles)
            ]

    def _columns_request(self, part: str) -> Request:
        return Request("GET", f"{self.site}/lists/{quote(self._names.list(part))}/columns")

    def _first_page(self, part: str) -> Request:
        return Request(
            "GET", f"{self.site}/lists/{quote(self._names.list(part))}/items?$expand=fields&$top=1000"
        )

    def _users_page(self, which: str) -> Request:
        query = "$expand=fields($select=Title,EMail,UserName,Name)&$top=2000"
        return Request("GET", f"{self.site}/lists/{quote(which)}/items?{query}")

    # -------------------------------------------------------------------------------------------- what the site has

    def _url_of(self, part: str, lists: Reply) -> str:
        """The web address of a list, without the view it may end in; "" when it is not to be had."""
        every = self._graph.entries(lists.body) if lists.ok else iter(())
        names = {str(each.get(word) or ""): each for each in every for word in ("name", "displayName")}
        url = str(names.get(self._names.list(part), {}).get("webUrl") or "")
        return re.sub(r"/[^/]*\.aspx$", "", url, flags=re.IGNORECASE).rstrip("/")

    def _users(self, by_name: Reply, lists: Reply) -> Any:
        """The first page of the people the site knows. Their list has another name in every language, so its place and
        its template (112) tell which it is."""
        every = self._graph.entries(lists.body) if lists.ok else iter(())
        found = next((each for each in every if _is_of_users(each)), None)
        if found is None or (by_name.ok and USERS in (found.get("displayName"), found.get("name"))):
            if not by_name.ok:
                raise by_name.fault(f"Reading the list “{USERS}”")
            return by_name.body
        (reply,) = self._graph.batch([self._users_page(str(found["id"]))])
        if not reply.ok:
            raise reply.fault(f"Reading the list “{found.get('displayName')}”")
        return reply.body


def _is_of_users(found: Any) -> bool:
    template = str((found.get("list") or {}).get("template") or "").casefold()
    place = str(found.get("webUrl") or "").casefold().rstrip("/")
    return template in ("112", "userinformation") or "/_catalogs/users" in place
