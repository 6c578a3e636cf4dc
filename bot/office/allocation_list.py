"""The three SharePoint lists: read whole, written row by row, never over somebody's edit.

People columns hold numbers of the site's User Information List; date-only columns hold midnight in London as UTC.
https://learn.microsoft.com/graph/api/resources/listitem
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import quote

from bot.clock import LONDON
from bot.errors import AuditBotError, SettingsError
from bot.office.graph import Graph, Reply, Request
from bot.programme.titles import doubt_about_title, post_of
from bot.programme.vocabulary import (
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
ESSENTIAL = {
    "audit_cycles": {"name", "month_one", "status"},
    "audit_roles": {"role", "person"},
    "audit_allocations": {
        "reference",
        "cycle",
        "audit_type",
        "auditor",
        "moderator",
        "practitioner",
        "confirmed_on",
    },
}
_PEOPLE = (
    *("practitioner", "team_manager", "auditor", "auditors_head_of_service", "moderator", "head_of_service"),
    *("group_manager", "iro_or_cp_chair", "exempted_by"),
)
_DATES = (
    *(
        "date_of_birth",
        "confirmed_on",
        "exempted_on",
        "hold_until",
        "rectification_by",
        "urgent_issues_done_on",
    ),
    *("uopp_held_on", "uopp_record_sent_on", "review_uopp_held_on", "weekly_reports_ended_on"),
    *("six_week_checked_on", "disputed_on", "finally_decided_on", "declared_invalid_on", "dip_completed_on"),
)
_GRADES = ("grade_after_uopp", "grade_at_six_weeks", "final_grade")
_TEXTS = (
    *(
        "child_name",
        "mosaic_number",
        "ethnicity",
        "outcome_type",
        "team",
        "hold_why",
        "earlier_audit",
        "kloe",
        "note",
    ),
)
PLAUSIBLE_YEARS = range(1900, 2100)
BOT_DATES = {"audit_sent_on", "audit_due", "audit_returned_on", "moderation_due", "moderated_on", "uopp_due"}
LONGEST_TEXT = 255
"""A SharePoint line of text holds no more."""


@dataclass(frozen=True, slots=True)
class ListReading:
    """The lists as they stand; what could not be understood is a problem and is left out."""

    cycles: tuple[Cycle, ...]
    roles: tuple[RoleHolder, ...]
    allocations: tuple[Allocation, ...]
    problems: tuple[Problem, ...]


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


@dataclass(frozen=True, slots=True)
class _Columns:
    list_id: str
    name: str
    internal: Mapping[str, str]  # our word -> SharePoint's own name


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
        self._config = _config(config)
        self._columns: dict[str, _Columns] = {}
        self._problems: list[Problem] = []

    # -------------------------------------------------------------------------------------------------- reading

    def read(self) -> ListReading:
        """Read the three lists and the people they name. Raises AuditBotError when the lists cannot be had at all."""
        self._problems = []
        parts = list(self._config)
        # Columns and first pages in one go: the columns are asked for every time, so that a renaming is seen.
        replies = self._graph.batch(
            [
                *(self._columns_request(part) for part in parts),
                *(self._first_page(part) for part in (*parts, "")),
            ]
        )
        self._resolve(parts, replies[: len(parts)])
        rows: dict[str, list[Any]] = {}
        for part, reply in zip((*parts, ""), replies[len(parts) :], strict=True):
            if part and part not in self._columns:
                continue
            if not reply.ok:
                raise reply.fault(f"Reading the list “{self._name(part)}”")
            rows[part] = list(self._rows(reply.body))
        people = _people(rows[""])
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
        return ListReading(
            tuple(cycles), tuple(roles), tuple(self._without_doubles(found)), tuple(self._problems)
        )

    def _name(self, part: str) -> str:
        return str(self._config[part]["list"]) if part else USERS

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
            self._columns[part] = _Columns(name, name, self._internal(part, reply))

    def _internal(self, part: str, reply: Reply) -> dict[str, str]:
        shown = {str(c["displayName"]): str(c["name"]) for c in reply.body["value"]}
        wanted = {**self._config[part]["columns"], **self._config[part].get("bot_columns", {})}
        found = {}
        missing = []
        for word, display in wanted.items():
            if display == "Title" or display in shown:
                found[word] = "Title" if display == "Title" else shown[display]
            elif word in ESSENTIAL[part]:
                what = f"There is no column “{display}”; it may have been renamed."
                self._tell(self._name(part), f"{what} Without it no row of this list can be used.", ADMIN)
            else:
                missing.append(display)
        if len(missing) > 3:
            names = ", ".join(f"“{display}”" for display in missing)
            what = f"There are no columns {names}. What the bot would read or write there is left out."
            self._tell(self._name(part), what, ADMIN)
        else:
            for display in missing:
                self._tell(
                    self._name(part), f"There is no column “{display}”; it may have been renamed.", ADMIN
                )
        return found

    def _first_page(self, part: str) -> Request:
        if not part:
            query = "$expand=fields($select=Title,EMail,UserName)&$top=2000"
            return Request("GET", f"{self.site}/lists/{quote(USERS)}/items?{query}")
        return Request("GET", f"{self.site}/lists/{quote(self._name(part))}/items?$expand=fields&$top=1000")

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
        get = _Row(row, self._columns["audit_cycles"].internal, people)
        heads = get.raw("heads_of_service") or []
        if not isinstance(heads, list):
            heads = [heads]
        named = [
            Person(str(h.get("LookupValue", "")), str(h.get("Email", "")))
            for h in heads
            if isinstance(h, Mapping)
        ]
        name = get.text("name")
        cycle = Cycle(
            item_id=str(row["id"]),
            name=name,
            service_group=get.text("service_group"),
            month_one=get.day("month_one"),
            kloe_meeting_on=get.day("kloe_meeting_on"),
            kloes=tuple(line.strip() for line in get.text("kloes").splitlines() if line.strip()),
            heads_of_service=tuple(p for p in named if p.email),
            dip_report_sent_on=get.day("dip_report_sent_on"),
            dip_report_signed_off_on=get.day("dip_report_signed_off_on"),
            board_meeting_on=get.day("board_meeting_on"),
            action_plan_agreed_on=get.day("action_plan_agreed_on"),
            workshop_held_on=get.day("workshop_held_on"),
            open=bool(name) and get.text("status").casefold() != "closed" and self._usable("audit_cycles"),
        )
        self._tell_implausible("audit_cycles", name or f"row {row['id']}", get)
        return cycle

    def _tell_implausible(self, part: str, which: str, row: _Row) -> None:
        columns = {**self._config[part]["columns"], **self._config[part].get("bot_columns", {})}
        for word, day in row.implausible.items():
            what = f"“{columns.get(word, word)}” says {day.day} {day:%B} {day.year}. Please check the year."
            self._tell(f"{self._name(part)}, {which}", f"{what} Until then it counts as empty.")

    def _role(self, row: Any, people: Mapping[str, Person], services: set[str]) -> RoleHolder | None:
        """`services` are those the allocations name, so that a row with such a title is known to be one of them."""
        if not self._usable("audit_roles"):
            return None
        get = _Row(row, self._columns["audit_roles"].internal, people)
        title, service = get.text("role"), get.text("service")
        person = get.person("person")
        where = f"{self._name('audit_roles')}, {title or 'a row without a role'}"
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
        columns = self._columns["audit_allocations"].internal
        get = _Row(row, columns, people)
        reference = get.text("reference")
        where = f"{self._name('audit_allocations')}, {reference or 'row ' + str(row['id'])}"
        if not reference:
            self._tell(where, "The row has no reference (Title), so nothing can be done with it.")
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
        for word in _PEOPLE:
            number = get.lookup(word)
            if number and number not in people:
                self._tell(
                    where,
                    f"The person in “{self._config['audit_allocations']['columns'][word]}” is no longer known to the "
                    "site; they may have left. Name somebody else.",
                )
        values: dict[str, Any] = {word: get.text(word) for word in _TEXTS}
        values |= {word: get.day(word) for word in _DATES}
        values |= {word: get.person(word) for word in _PEOPLE}
        values |= {word: self._grade(get.text(word)) for word in _GRADES}
        values["drift"] = _yes_or_no(get.text("drift"))
        bot_columns = self._config["audit_allocations"]["bot_columns"]
        written = {
            word: get.day(word) if word in BOT_DATES else get.text(word) or None for word in bot_columns
        }
        self._tell_implausible("audit_allocations", reference, get)
        return Allocation(
            item_id=str(row["id"]),
            etag=str(row.get("eTag") or row.get("@odata.etag") or ""),
            reference=reference,
            cycle=cycle,
            audit_type=audit_type,
            services_involved=tuple(
                s.strip() for s in get.text("services_involved").splitlines() if s.strip()
            ),
            withdrawn=get.yes("withdrawn"),
            restricted=get.yes("restricted"),
            written=written,
            not_understood=self._not_understood(get, values),
            **values,
        )

    def _not_understood(self, row: _Row, values: Mapping[str, Any]) -> tuple[str, ...]:
        """Cells that say something, but nothing that is known: what they mean is asked, never taken for empty."""
        columns = self._config["audit_allocations"]["columns"]
        return tuple(
            f"“{columns.get(word, word)}” says “{row.text(word)}”, which is not understood; it may be {allowed}"
            for words, allowed in ((_GRADES, _listed(Grade)), (("drift",), "Yes or No"))
            for word in words
            if row.text(word) and values[word] is None
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
            parts_of_config = list(self._config)
            replies = self._graph.batch([self._columns_request(part) for part in parts_of_config])
            self._resolve(parts_of_config, replies)
        columns = self._columns["audit_allocations"]
        own = self._config["audit_allocations"]["bot_columns"]
        parts = []
        for update in updates:
            foreign = update.values.keys() - own.keys()
            if foreign:
                raise AuditBotError(
                    f"{', '.join(sorted(foreign))}: not a column of the bot; it is never written."
                )
            body = {
                columns.internal[word]: _cell(value)
                for word, value in update.values.items()
                if word in columns.internal
            }
            path = f"{self.site}/lists/{quote(columns.name)}/items/{update.item_id}/fields"
            parts.append(Request("PATCH", path, body, {"If-Match": update.etag}))
        replies = self._graph.batch(parts)
        return [self._outcome(update, reply) for update, reply in zip(updates, replies, strict=True)]

    def _outcome(self, update: RowUpdate, reply: Reply) -> RowOutcome:
        if reply.ok:
            etag = str(reply.body.get("@odata.etag", "")) if isinstance(reply.body, Mapping) else ""
            return RowOutcome(update.item_id, True, new_etag=etag)
        if reply.status in (409, 412):
            return RowOutcome(update.item_id, False, changed=True)
        where = f"{self._name('audit_allocations')}, row {update.item_id}"
        if reply.status == 404:
            return RowOutcome(update.item_id, False, problem=Problem(where, "The row was deleted meanwhile."))
        what = (
            f"The row could not be written: {reply.fault('Writing a row')} It is tried again on the next run."
        )
        return RowOutcome(update.item_id, False, problem=Problem(where, what, "nobody, unless it goes on"))


class _Row:
    """One row's values by our words."""

    def __init__(self, row: Any, columns: Mapping[str, str], people: Mapping[str, Person]) -> None:
        self._fields = row.get("fields") or {}
        self._columns = columns
        self._people = people
        self.implausible: dict[str, date] = {}
        """Dates no audit can have, by our words: a slip of the year. They count as empty."""

    def raw(self, word: str) -> Any:
        return self._fields.get(self._columns.get(word, ""))

    def text(self, word: str) -> str:
        value = self.raw(word)
        return "" if value is None else str(value).strip()

    def yes(self, word: str) -> bool:
        return self.raw(word) is True or self.text(word).casefold() in ("true", "yes", "1")

    def day(self, word: str) -> date | None:
        text = self.text(word)
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return None
        day = moment.astimezone(LONDON).date() if moment.tzinfo else moment.date()
        if day.year in PLAUSIBLE_YEARS:
            return day
        self.implausible[word] = day
        return None

    def lookup(self, word: str) -> str:
        column = self._columns.get(word)
        value = self._fields.get(f"{column}LookupId") if column else None
        return "" if value is None else str(value)

    def person(self, word: str) -> Person | None:
        return self._people.get(self.lookup(word))


def _people(rows: Sequence[Any]) -> dict[str, Person]:
    """Number in the User Information List -> person. Somebody without an address keeps their name."""
    found = {}
    for row in rows:
        fields = row.get("fields") or {}
        email = fields.get("EMail") or fields.get("UserName") or ""
        found[str(row["id"])] = Person(str(fields.get("Title") or email), str(email))
    return found


def _listed(words: type[StrEnum]) -> str:
    names = [word.value for word in words]
    return f"{', '.join(names[:-1])} or {names[-1]}"


def _yes_or_no(text: str) -> bool | None:
    return {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}.get(
        text.casefold()
    )


def _member(kind: type[E], text: str) -> E | None:
    """The enum's member a cell means: case and kinds of dash do not matter, anything else does."""
    plain = " ".join(text.replace("-", "–").casefold().split())
    return next((m for m in kind if " ".join(m.value.replace("-", "–").casefold().split()) == plain), None)


def _cell(value: str | date | None) -> str | None:
    if isinstance(value, date):
        midnight = datetime.combine(value, time(), LONDON).astimezone(UTC)
        return f"{midnight:%Y-%m-%dT%H:%M:%SZ}"
    return value[:LONGEST_TEXT] if value else None


def _config(text: str) -> dict[str, Any]:
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise SettingsError([f"config/lists.toml cannot be read: {fault}."]) from fault
    faults = []
    for part, needed in ESSENTIAL.items():
        section = found.get(part)
        if not isinstance(section, dict) or not section.get("list"):
            faults.append(f"config/lists.toml: [{part}] with the list's name is missing.")
            continue
        faults += [
            f"config/lists.toml: [{part}.columns] lacks “{word}”."
            for word in sorted(needed - section.get("columns", {}).keys())
        ]
    if not faults and "bot_columns" not in found["audit_allocations"]:
        faults.append("config/lists.toml: [audit_allocations.bot_columns] is missing.")
    if faults:
        raise SettingsError(faults)
    return {part: found[part] for part in ESSENTIAL}
