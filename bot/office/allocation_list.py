"""The three SharePoint lists: read whole, written row by row, never over somebody's edit.

People columns hold numbers of the site's User Information List.
https://learn.microsoft.com/graph/api/resources/listitem
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import quote

from bot.errors import AuditBotError
from bot.office.cells import Row, as_cell, people_of
from bot.office.columns import Columns, found_columns
from bot.office.graph import Graph, Reply, Request
from bot.office.lists_file import LISTS, PEOPLES, ListNames, columns
from bot.programme.list_columns import Kind
from bot.programme.titles import doubt_about_title, post_of
from bot.programme.vocabulary import (
    BOT_COLUMNS,
    Allocation,
    AuditType,
    Cycle,
    Grade,
    Person,
    Problem,
    Role,
    RoleHolder,
    grade_of,
)

E = TypeVar("E", bound=StrEnum)
USERS = "User Information List"
ADMIN = "the owner of the list, or whoever keeps config/lists.toml"
ESSENTIAL = {part: {w for w, c in columns.items() if c.essential} for part, columns in PEOPLES.items()}
_READ_APART = {"reference", "cycle", "audit_type"}
"""Columns of a row that are read in a way of their own."""


@dataclass(frozen=True, slots=True)
class ListReading:
    """The lists as they stand; what could not be understood is a problem and is left out."""

    cycles: tuple[Cycle, ...]
    roles: tuple[RoleHolder, ...]
    allocations: tuple[Allocation, ...]
    problems: tuple[Problem, ...]
    unread: tuple[str, ...] = ()  # ids of allocations that are there and cannot be used
    protecting: Mapping[str, str] = field(
        default_factory=dict
    )  # our word -> id of the column, if it can be read


@dataclass(frozen=True, slots=True)
class RowUpdate:
    """New values for the bot's own columns of one row, as it was read (`etag`)."""

    item_id: str
    etag: str
    values: Mapping[str, str | date | None]


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """`changed`: somebody edited the row since it was read, and nothing was written."""

    item_id: str
    written: bool
    changed: bool = False
    new_etag: str = ""
    problem: Problem | None = None


class AllocationList:
    """The lists of one site. `config` is the text of config/lists.toml; raises SettingsError if it is wrong.

    `grade` knows every spelling of a grade that the forms know.
    """

    def __init__(
        self,
        graph: Graph,
        site_host: str,
        site_path: str,
        config: str,
        grade: Callable[[str], Grade | None] = grade_of,
    ) -> None:
        self._graph = graph
        self._grade = grade
        self.site = f"/sites/{site_host}:{quote(site_path)}:"
        self._names = ListNames(config)
        self._columns: dict[str, Columns] = {}
        self._problems: list[Problem] = []
        self.as_called = self._names.as_called
        self.list_url = ""
        """The address of the allocation list for people, once the lists have been read."""

    # -------------------------------------------------------------------------------------------------- reading

    def read(self) -> ListReading:
        """Read the three lists and the people they name. Raises AuditBotError when the lists cannot be had at all."""
        self._problems = []
        parts = list(LISTS)
        # Columns and first pages in one go: the columns are asked for every time, so that a renaming is seen.
        replies = self._graph.batch(
            [
                *(self._columns_request(part) for part in parts),
                *(self._first_page(part) for part in parts),
                self._users_page(USERS),
                Request("GET", f"{self.site}/lists?$select=id,name,displayName,webUrl,list,system&$top=500"),
            ]
        )
        self._resolve(parts, replies[: len(parts)])
        rows: dict[str, list[Any]] = {}
        *first_pages, users, lists = replies[len(parts) :]
        for part, reply in zip(parts, first_pages, strict=True):
            if part not in self._columns:
                continue
            if not reply.ok:
                raise reply.fault(f"Reading the list “{self._name(part)}”")
            rows[part] = list(self._rows(reply.body))
        self.list_url = self._url_of("audit_allocations", lists)
        people = people_of(list(self._rows(self._users(users, lists))))
        cycles = [self._cycle(row, people) for row in rows.get("audit_cycles", ())]
        names = {
            str(row["id"]): cycle.name
            for row, cycle in zip(rows.get("audit_cycles", ()), cycles, strict=True)
        }
        found = [
            a for row in rows.get("audit_allocations", ()) if (a := self._allocation(row, people, names))
        ]
        services = {name for a in found for name in a.services_involved}
        roles = [r for row in rows.get("audit_roles", ()) if (r := self._role(row, people, services))]
        kept = tuple(self._without_doubles(found))
        used = {a.item_id for a in kept}
        unread = tuple(i for row in rows.get("audit_allocations", ()) if (i := str(row["id"])) not in used)
        found_in = self._columns.get("audit_allocations")
        protecting = {
            word: found_in.ids[word]
            for word, column in PEOPLES["audit_allocations"].items()
            if found_in and column.protects and word not in found_in.lost
        }
        return ListReading(tuple(cycles), tuple(roles), kept, tuple(self._problems), unread, protecting)

    def _url_of(self, part: str, lists: Reply) -> str:
        """The web address of a list, without the view it may end in; "" when it is not to be had."""
        every = self._rows(lists.body) if lists.ok else iter(())
        names = {str(each.get(word) or ""): each for each in every for word in ("name", "displayName")}
        url = str(names.get(self._name(part), {}).get("webUrl") or "")
        return re.sub(r"/[^/]*\.aspx$", "", url, flags=re.IGNORECASE).rstrip("/")

    def _users(self, by_name: Reply, lists: Reply) -> Any:
        """The first page of the people the site knows. Their list has another name in every language, so its place and
        its template (112) tell which it is."""
        every = self._rows(lists.body) if lists.ok else iter(())
        found = next((each for each in every if _is_of_users(each)), None)
        if found is None or (by_name.ok and USERS in (found.get("displayName"), found.get("name"))):
            if not by_name.ok:
                raise by_name.fault(f"Reading the list “{USERS}”")
            return by_name.body
        (reply,) = self._graph.batch([self._users_page(str(found["id"]))])
        if not reply.ok:
            raise reply.fault(f"Reading the list “{found.get('displayName')}”")
        return reply.body

    def names(self) -> dict[str, str]:
        """The allocation list's name under "list", and the names of its columns by our words."""
        return {"list": self._name("audit_allocations"), **self._titles("audit_allocations")}

    def _name(self, part: str) -> str:
        return self._names.list(part)

    def _columns_request(self, part: str) -> Request:
        return Request("GET", f"{self.site}/lists/{quote(self._name(part))}/columns")

    def _resolve(self, parts: Sequence[str], replies: Sequence[Reply]) -> None:
        """Find the lists and the inner names of their columns."""
        self._columns = {}
        for part, reply in zip(parts, replies, strict=True):
            name = self._name(part)
            if reply.status == 404:
                self._tell(name, f"There is no list called “{name}” on the site.", ADMIN)
                continue
            if not reply.ok:
                raise reply.fault(f"Reading the columns of “{name}”")
            self._columns[part] = self._found_columns(part, list(self._rows(reply.body)))

    def _found_columns(self, part: str, definitions: Sequence[Any]) -> Columns:
        name, wanted, titles = self._name(part), columns(part), self._titles(part)
        found = found_columns(name, definitions, wanted, titles)
        optional = []
        for word in found.missing:
            what = f"There is no column “{titles[word]}”; it may have been renamed."
            if wanted[word].essential:
                self._tell(name, f"{what} Without it no row of this list can be used.", ADMIN)
            elif not wanted[word].protects:
                optional.append(titles[word])
        if len(optional) > 3:
            names = ", ".join(f"“{title}”" for title in optional)
            what = f"There are no columns {names}. What the bot would read or write there is left out."
            self._tell(name, what, ADMIN)
        else:
            for title in optional:
                self._tell(name, f"There is no column “{title}”; it may have been renamed.", ADMIN)
        for fault in found.faults:
            self._tell(name, fault, ADMIN)
        if found.lost:
            names = ", ".join(f"“{titles[word]}”" for word in wanted if word in found.lost)
            column = "column" if len(found.lost) == 1 else "columns"
            self._tell(
                name,
                f"The {column} {names} cannot be read: missing, renamed, twice there or of another type. Nobody knows "
                "which rows it protects, so nothing goes out for any audit of the list, except what an Inadequate "
                f"calls for, and that names no child. Give the {column} the old name and type back, or enter the new "
                "name in config/lists.toml.",
                ADMIN,
            )
        return found

    def _titles(self, part: str) -> dict[str, str]:
        return self._names.titles(part)

    def _first_page(self, part: str) -> Request:
        return Request("GET", f"{self.site}/lists/{quote(self._name(part))}/items?$expand=fields&$top=1000")

    def _users_page(self, which: str) -> Request:
        query = "$expand=fields($select=Title,EMail,UserName)&$top=2000"
        return Request("GET", f"{self.site}/lists/{quote(which)}/items?{query}")

    def _row(self, part: str, row: Any, people: Mapping[str, Person]) -> Row:
        columns = self._columns[part]
        return Row(row, columns.internal, people, columns.with_time)

    def _rows(self, page: Any) -> Iterator[Any]:
        yield from page["value"]
        while link := page.get("@odata.nextLink"):
            page = self._graph.get(link)
            yield from page["value"]

    def _tell(self, where: str, what: str, who: str = "the Audit Team") -> None:
        self._problems.append(Problem(where, what, who))

    def _usable(self, part: str) -> bool:
        columns = self._columns.get(part)
        return columns is not None and columns.internal.keys() >= ESSENTIAL[part]

    def _cycle(self, row: Any, people: Mapping[str, Person]) -> Cycle:
        get = self._row("audit_cycles", row, people)
        name = get.text("name")
        cycle = Cycle(
            item_id=str(row["id"]),
            name=name,
            service_group=get.text("service_group"),
            month_one=get.day("month_one"),
            kloe_meeting_on=get.day("kloe_meeting_on"),
            kloes=get.lines("kloes"),
            heads_of_service=tuple(p for p in get.people("heads_of_service") if p.email),
            dip_report_sent_on=get.day("dip_report_sent_on"),
            dip_report_signed_off_on=get.day("dip_report_signed_off_on"),
            board_meeting_on=get.day("board_meeting_on"),
            action_plan_agreed_on=get.day("action_plan_agreed_on"),
            workshop_held_on=get.day("workshop_held_on"),
            open=bool(name) and get.text("status").casefold() != "closed" and self._usable("audit_cycles"),
        )
        self._tell_implausible("audit_cycles", name or f"row {row['id']}", get)
        return cycle

    def _tell_implausible(self, part: str, which: str, row: Row) -> None:
        columns = self._titles(part)
        for word, day in row.implausible.items():
            what = f"“{columns[word]}” says {day.day} {day:%B} {day.year}. Please check the year."
            self._tell(f"{self._name(part)}, {which}", f"{what} Until then it counts as empty.")
        for word, text in row.no_date.items():
            what = f"“{columns[word]}” says “{text[:40]}”, which is no date. Until then it counts as empty."
            self._tell(f"{self._name(part)}, {which}", what)

    def _tell_several(self, part: str, where: str, row: Row) -> bool:
        """Whether a cell that must name one names several: nobody can say which is meant, so the row is not used."""
        found = False
        for word, column in PEOPLES[part].items():
            if column.kind in (Kind.PERSON, Kind.ROW) and (count := len(row.lookups(word))) > 1:
                found = True
                what = f"“{self._titles(part)[word]}” names {count}, and it must be one."
                self._tell(where, f"{what} Nothing is done with this row until then.")
        return found

    def _role(self, row: Any, people: Mapping[str, Person], services: set[str]) -> RoleHolder | None:
        """`services` are those the allocations name, so that a row with such a title is known to be one of them."""
        if not self._usable("audit_roles"):
            return None
        get = self._row("audit_roles", row, people)
        title, service = get.text("role"), get.text("service")
        person = get.person("person")
        where = f"{self._name('audit_roles')}, {title or 'a row without a role'}"
        if self._tell_several("audit_roles", where, get):
            return None
        if person is None:
            self._tell(where, "Nobody is named in this row.")
            return None
        since, until = get.day("since"), get.day("until")
        self._tell_implausible("audit_roles", title or "a row without a role", get)
        role = post_of(title)
        if doubt := doubt_about_title(title, service, services):
            self._tell(where, doubt)
        if role is None:  # the address of an internal service, under the service's own name (§9)
            return RoleHolder(Role.SERVICES_INVOLVED, person, title, since, until) if title else None
        return RoleHolder(role, person, service or None, since, until)

    def _allocation(
        self, row: Any, people: Mapping[str, Person], cycles: Mapping[str, str]
    ) -> Allocation | None:
        if not self._usable("audit_allocations"):
            return None
        get = self._row("audit_allocations", row, people)
        reference = get.text("reference")
        where = f"{self._name('audit_allocations')}, {reference or 'row ' + str(row['id'])}"
        if not reference:
            self._tell(where, "The row has no reference (Title), so nothing can be done with it.")
            return None
        if self._tell_several("audit_allocations", where, get):
            return None
        audit_type = _member(AuditType, get.text("audit_type"))
        if audit_type is None:
            said = get.text("audit_type")
            self._tell(
                where,
                f"The audit type “{said}” is not one we know; it may be {', '.join(AuditType)}."
                if said
                else "“Audit type” is empty.",
            )
            return None
        cycle = cycles.get(get.lookup("cycle"), "")
        if not cycle:
            self._tell(where, "“Cycle” is empty or names a cycle that is not in the list Audit cycles.")
            return None
        titles, columns = self._titles("audit_allocations"), self._columns["audit_allocations"]
        values: dict[str, Any] = {}
        unclear = []
        for word, column in PEOPLES["audit_allocations"].items():
            if word in _READ_APART:
                continue
            said = get.text(word)
            match column.kind:
                case Kind.PERSON:
                    values[word] = get.person(word)
                    if (number := get.lookup(word)) and number not in people:
                        self._tell(
                            where,
                            f"The person in “{titles[word]}” is no longer known to the site; they may have left. Name "
                            "somebody else.",
                        )
                case Kind.DAY:
                    values[word] = get.day(word)
                case Kind.LINES:
                    values[word] = get.lines(word)
                case Kind.YES_NO:
                    values[word] = _yes_or_no(said) is True
                case Kind.CHOICE if column.choices == ("Yes", "No"):
                    values[word] = _yes_or_no(said)
                case Kind.CHOICE if column.choices:
                    values[word] = self._grade(said)
                case _:
                    values[word] = said
            allowed = ("Yes", "No") if column.kind is Kind.YES_NO else column.choices
            if said and allowed and (_yes_or_no(said) if "Yes" in allowed else values[word]) is None:
                unclear.append(f"“{titles[word]}” says “{said[:40]}”; it may be {', '.join(allowed)}.")
            elif column.protects and word in {**get.no_date, **get.implausible}:
                unclear.append(f"“{titles[word]}” says something that is no date it can mean.")
        for what in unclear:  # never taken for empty: what it means is asked first
            self._tell(where, f"{what} Nothing goes out for this audit until it is put right.")
        if "restricted" in columns.lost or any(titles["restricted"] in what for what in unclear):
            values["restricted"] = True
        written = {
            word: get.day(word) if column.kind is Kind.DAY else self._names.as_ours(get.text(word)) or None
            for word, column in BOT_COLUMNS.items()
        }
        self._tell_implausible("audit_allocations", reference, get)
        return Allocation(
            item_id=str(row["id"]),
            etag=str(row.get("eTag") or row.get("@odata.etag") or ""),
            reference=reference,
            cycle=cycle,
            audit_type=audit_type,
            written=written,
            not_understood=(
                *unclear,
                *(f"“{titles[word]}” cannot be read." for word in sorted(columns.lost)),
            ),
            **values,
        )

    def _without_doubles(self, found: Sequence[Allocation]) -> list[Allocation]:
        """Rows whose reference no other row has. Of a doubled one nobody can say which is meant, so none is used."""
        times = Counter(a.reference.casefold() for a in found)
        for reference in dict.fromkeys(a.reference for a in found if times[a.reference.casefold()] > 1):
            self._tell(
                f"{self._name('audit_allocations')}, {reference}",
                f"{times[reference.casefold()]} rows have this reference. None of them is used until each has its own.",
            )
        return [a for a in found if times[a.reference.casefold()] == 1]

    # -------------------------------------------------------------------------------------------------- writing

    def write(self, updates: Sequence[RowUpdate]) -> list[RowOutcome]:
        """Write the bot's columns, each row only if nobody edited it since it was read (If-Match)."""
        if not self._columns:
            parts_of_config = list(LISTS)
            replies = self._graph.batch([self._columns_request(part) for part in parts_of_config])
            self._resolve(parts_of_config, replies)
        columns = self._columns["audit_allocations"]
        parts = []
        for update in updates:
            foreign = update.values.keys() - BOT_COLUMNS.keys()
            if foreign:
                raise AuditBotError(
                    f"{', '.join(sorted(foreign))}: not a column of the bot; it is never written."
                )
            body = {
                columns.internal[word]: as_cell(self.as_called(value) if isinstance(value, str) else value)
                for word, value in update.values.items()
                if word in columns.internal
            }
            path = f"{self.site}/lists/{quote(columns.name)}/items/{update.item_id}/fields"
            parts.append(Request("PATCH", path, body, {"If-Match": update.etag}))
        replies = self._graph.batch(parts)
        outcomes = [self._outcome(update, reply) for update, reply in zip(updates, replies, strict=True)]
        return self._looked_at_again(updates, outcomes)

    def _looked_at_again(self, updates: Sequence[RowUpdate], outcomes: list[RowOutcome]) -> list[RowOutcome]:
        """What SharePoint keeps of a date is seen by reading it afresh, not by the answer to writing it. One row tells
        for all, since it is the site's time zone that could be wrong."""
        columns = self._columns["audit_allocations"]
        for n, (update, outcome) in enumerate(zip(updates, outcomes, strict=True)):
            days = {w: v for w, v in update.values.items() if isinstance(v, date) and w in columns.internal}
            if not outcome.written or not days:
                continue
            path = f"{self.site}/lists/{quote(columns.name)}/items/{update.item_id}?$expand=fields"
            try:
                row = self._row("audit_allocations", self._graph.get(path), {})
            except AuditBotError:
                break  # the next run reads it anyway
            word, day = next(iter(days.items()))
            stands = row.day(word)
            if stands != day:
                display = self._titles("audit_allocations")[word]
                written = f"{day:%A} {day.day} {day:%B} {day.year}"
                what = f"“{display}” was written as {written} and reads as {stands or 'empty'}."
                where = f"{self._name('audit_allocations')}, row {update.item_id}"
                told = Problem(
                    where, f"{what} Please check the time zone of the site.", "the IT administrator"
                )
                outcomes[n] = replace(outcome, problem=told)
            break
        return outcomes

    def _outcome(self, update: RowUpdate, reply: Reply) -> RowOutcome:
        if reply.ok:
            etag = str(reply.body.get("@odata.etag", "")) if isinstance(reply.body, Mapping) else ""
            return RowOutcome(update.item_id, True, new_etag=etag)
        if reply.status in (409, 412):
            return RowOutcome(update.item_id, False, changed=True)
        where = f"{self._name('audit_allocations')}, row {update.item_id}"
        if reply.status == 404:
            return RowOutcome(update.item_id, False, problem=Problem(where, "The row was deleted meanwhile."))
        what = f"The row could not be written: {reply.fault('Writing a row')}"
        who = "nobody, unless it goes on: the next run tries it again"
        who = "the IT administrator" if reply.status in (401, 403) else who
        return RowOutcome(update.item_id, False, problem=Problem(where, what, who))


def _is_of_users(found: Any) -> bool:
    template = str((found.get("list") or {}).get("template") or "").casefold()
    place = str(found.get("webUrl") or "").casefold().rstrip("/")
    return template in ("112", "userinformation") or "/_catalogs/users" in place


def _yes_or_no(text: str) -> bool | None:
    return {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}.get(
        text.casefold()
    )


def _member(kind: type[E], text: str) -> E | None:
    """The enum's member a cell means: case and kinds of dash do not matter, anything else does."""
    plain = " ".join(text.replace("-", "–").casefold().split())
    return next((m for m in kind if " ".join(m.value.replace("-", "–").casefold().split()) == plain), None)
