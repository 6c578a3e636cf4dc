"""Rows of the lists as values of the programme. What cannot be understood is a problem, and the row is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar

from bot.office.lists.cells import Row
from bot.office.lists.columns import Columns
from bot.office.lists.lists_file import PEOPLES, ListNames
from bot.papers.letters.data_minimisation import carries, names_of_a_child
from bot.programme.date_words import plain_day
from bot.programme.list_columns import Column, Kind
from bot.programme.reference import is_reference
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
)

E = TypeVar("E", bound=StrEnum)
ESSENTIAL = {part: {w for w, c in columns.items() if c.essential} for part, columns in PEOPLES.items()}
_YES_NO = ("Yes", "No")
NO_REFERENCE = (
    "This is a row that stops: what stands under Title is not written as a reference is (like FSP-2026-03-014; the "
    "profile's reference_pattern says how). Nothing goes out for this row until its Title is put right."
)
_READ_APART = {"reference", "cycle", "audit_type"}
"""Columns of a row that are read in a way of their own."""
NAMES_THE_CHILD = (
    "This is a row that stops: its reference (Title) says the child's name or Mosaic number, and would stand in every "
    "subject. Nothing goes out for this row until it has another one."
)


class RowReading:
    """Reads rows as Graph gives them. `columns` are those that each list has now, `people` those the site knows by
    their numbers, `no_people` what else stands there ("a guest"); what a person has to hear is added to `problems`.
    `is_reference` tells how the council writes one."""

    def __init__(
        self,
        names: ListNames,
        columns: Mapping[str, Columns],
        people: Mapping[str, Person],
        grade: Callable[[str], Grade | None],
        problems: list[Problem],
        no_people: Mapping[str, str] = MappingProxyType({}),
        is_reference: Callable[[str], bool] = is_reference,
    ) -> None:
        self.unusable: dict[
            str, str
        ] = {}  # reference of a row that is there, folded -> why it cannot be used
        self._names, self._columns, self._people = names, columns, people
        self._no_people, self._is_reference = no_people, is_reference
        self._grade, self._problems = grade, problems

    def _row(self, part: str, row: Any) -> Row:
        columns = self._columns[part]
        return Row(row, columns.internal, self._people, columns.with_time)

    def _tell(self, where: str, what: str, who: str = "the Audit Team") -> None:
        self._problems.append(Problem(where, what, who))

    def _usable(self, part: str) -> bool:
        columns = self._columns.get(part)
        return columns is not None and columns.internal.keys() >= ESSENTIAL[part]

    def cycle(self, row: Any) -> Cycle:
        get = self._row("audit_cycles", row)
        name = get.text("name")
        columns = {w: c for w, c in PEOPLES["audit_cycles"].items() if w != "status"}
        is_open = bool(name) and get.text("status").casefold() != "closed" and self._usable("audit_cycles")
        for column in columns.values():
            for what in self._not_a_person("audit_cycles", get, column):
                self._tell(f"{self._names.list('audit_cycles')}, {name or 'row ' + str(row['id'])}", what)
        values = {word: self._value(get, column) for word, column in columns.items()}
        cycle = Cycle(item_id=str(row["id"]), open=is_open, **values)
        self._tell_implausible("audit_cycles", name or f"row {row['id']}", get)
        return cycle

    def _tell_implausible(self, part: str, which: str, row: Row) -> None:
        columns = self._names.titles(part)
        for word, day in row.implausible.items():
            what = f"“{columns[word]}” says {plain_day(day)}. Please check the year."
            self._tell(f"{self._names.list(part)}, {which}", f"{what} Until then it counts as empty.")
        for word, text in row.no_date.items():
            what = f"“{columns[word]}” says “{text[:40]}”, which is no date. Until then it counts as empty."
            self._tell(f"{self._names.list(part)}, {which}", what)

    def _tell_several(self, part: str, where: str, row: Row) -> bool:
        """Whether a cell that must name one names several: nobody can say which is meant, so the row is not used."""
        found = False
        for word, column in PEOPLES[part].items():
            if column.kind in (Kind.PERSON, Kind.ROW) and (count := len(row.lookups(word))) > 1:
                found = True
                what = f"“{self._names.titles(part)[word]}” names {count}, and it must be one."
                self._tell(where, f"{what} Nothing is done with this row until then.")
        return found

    def role(self, row: Any, services: set[str]) -> RoleHolder | None:
        """`services` are those the allocations name, so that a row with such a title is known to be one of them."""
        if not self._usable("audit_roles"):
            return None
        get = self._row("audit_roles", row)
        title, service = get.text("role"), get.text("service")
        person = get.person("person")
        where = f"{self._names.list('audit_roles')}, {title or 'a row without a role'}"
        if self._tell_several("audit_roles", where, get):
            return None
        if person is None:
            others = self._not_a_person("audit_roles", get, PEOPLES["audit_roles"]["person"])
            for what in others or ["Nobody is named in this row."]:
                self._tell(where, what)
            return None
        since, until = get.day("since"), get.day("until")
        self._tell_implausible("audit_roles", title or "a row without a role", get)
        role = post_of(title)
        if doubt := doubt_about_title(title, service, services):
            self._tell(where, doubt)
        if role is None:  # the address of an internal service, under the service's own name (§9)
            return RoleHolder(Role.SERVICES_INVOLVED, person, title, since, until) if title else None
        return RoleHolder(role, person, service or None, since, until)

    def allocation(self, row: Any, cycles: Mapping[str, str]) -> Allocation | None:
        """`cycles`: the id of a cycle's row -> its name."""
        if not self._usable("audit_allocations"):
            return None
        get = self._row("audit_allocations", row)
        reference, said = get.text("reference"), get.text("audit_type")
        where = f"{self._names.list('audit_allocations')}, row {row['id']}"
        if not reference:
            self._tell(where, "The row has no reference (Title), so nothing can be done with it.")
            return None
        if not self._is_reference(reference):  # what it says is told nowhere: it may be anything
            self._tell(where, NO_REFERENCE)
            return None
        self.unusable[reference.casefold()] = f"the row of {reference} cannot be used as it is"
        where = f"{self._names.list('audit_allocations')}, {reference}"
        if self._tell_several("audit_allocations", where, get):
            return None
        audit_type = _member(AuditType, said)
        if audit_type is None:
            known = f"What stands under “Audit type” is not one we know; it may be {', '.join(AuditType)}."
            self._tell(where, known if said else "“Audit type” is empty.")
            return None
        cycle = cycles.get(get.lookup("cycle"), "")
        if not cycle:
            self._tell(where, "“Cycle” is empty or names a cycle that is not in the list Audit cycles.")
            return None
        values, unclear = self._values(get, where)
        child = (*names_of_a_child(str(values["child_name"])), str(values["mosaic_number"]))
        if carries(reference, [each for each in child if each.strip()]):
            self._tell(f"{self._names.list('audit_allocations')}, row {row['id']}", NAMES_THE_CHILD)
            del self.unusable[reference.casefold()]  # it may be said nowhere
            return None
        for what in unclear.values():  # never taken for empty: what it means is asked first
            self._tell(where, f"{what} Nothing goes out for this audit until it is put right.")
        titles, lost = self._names.titles("audit_allocations"), self._columns["audit_allocations"].lost
        if "restricted" in lost or "restricted" in unclear:
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
                *unclear.values(),
                *(f"“{titles[word]}” cannot be read." for word in sorted(lost)),
            ),
            **values,
        )

    def _values(self, get: Row, where: str) -> tuple[dict[str, Any], dict[str, str]]:
        """The cells of an audit's row by our words, and why nobody can say what some mean, which stops it."""
        titles = self._names.titles("audit_allocations")
        values: dict[str, Any] = {}
        unclear: dict[str, str] = {}
        for word, column in PEOPLES["audit_allocations"].items():
            if word in _READ_APART:
                continue
            said, value = get.text(word), self._value(get, column)
            values[word] = value is True if column.kind is Kind.YES_NO else value
            if column.kind is Kind.PERSON and (
                others := self._not_a_person("audit_allocations", get, column)
            ):
                unclear[word] = others[0]
            elif column.kind is Kind.PERSON and (number := get.lookup(word)) and number not in self._people:
                self._tell(
                    where,
                    f"The person in “{titles[word]}” is no longer known to the site; they may have left. Name "
                    "somebody else.",
                )
            allowed = _YES_NO if column.kind is Kind.YES_NO else column.choices
            if said and allowed and value is None:
                unclear[word] = f"“{titles[word]}” says something else than {', '.join(allowed)}."
            elif column.protects and word in {**get.no_date, **get.implausible}:
                unclear[word] = f"“{titles[word]}” says something that is no date it can mean."
        return values, unclear

    def _not_a_person(self, part: str, get: Row, column: Column) -> list[str]:
        """What a cell of people names that letters may not go to: a sentence each."""
        title = self._names.titles(part)[column.word]
        found = [self._no_people[n] for n in get.lookups(column.word) if n in self._no_people]
        return [f"“{title}” names {what}; letters go to one colleague's own mailbox each." for what in found]

    def _value(self, get: Row, column: Column) -> Any:
        """What a cell means, by the kind of its column; of a choice None also when it is none of those we know."""
        word, kind = column.word, column.kind
        if kind is Kind.PERSON:
            return get.person(word)
        if kind is Kind.PEOPLE:
            return tuple(p for p in get.people(word) if p.email)
        if kind is Kind.DAY:
            return get.day(word)
        if kind is Kind.LINES:
            return get.lines(word)
        if kind is Kind.YES_NO or column.choices == _YES_NO:
            return _yes_or_no(get.text(word))
        if kind is Kind.CHOICE and column.choices:
            return self._grade(get.text(word))
        return get.text(word)

    def without_doubles(self, found: Sequence[Allocation]) -> list[Allocation]:
        """Rows whose reference no other row has. Of a doubled one nobody can say which is meant, so none is used."""
        times = Counter(a.reference.casefold() for a in found)
        for reference in dict.fromkeys(a.reference for a in found if times[a.reference.casefold()] > 1):
            self._tell(
                f"{self._names.list('audit_allocations')}, {reference}",
                f"{times[reference.casefold()]} rows have this reference. Nothing goes out until each has its own.",
            )
            self.unusable[reference.casefold()] = (
                f"{times[reference.casefold()]} rows of the list have the reference {reference}"
            )
        kept = [a for a in found if times[a.reference.casefold()] == 1]
        for a in kept:
            self.unusable.pop(a.reference.casefold(), None)
        return kept


def _yes_or_no(text: str) -> bool | None:
    return {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}.get(
        text.casefold()
    )


def _member(kind: type[E], text: str) -> E | None:
    """The enum's member a cell means: case and kinds of dash do not matter, anything else does."""
    plain = " ".join(text.replace("-", "–").casefold().split())
    return next((m for m in kind if " ".join(m.value.replace("-", "–").casefold().split()) == plain), None)
