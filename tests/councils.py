"""Councils drawn at random: rows, roles, cycles, what came back, and what people change from one day to the next.

The columns come from the dataclasses themselves, so a new column is drawn without anybody thinking of it; a column of
a kind that cannot be drawn yet is refused. One number gives one council, the same for ever.
"""

from __future__ import annotations

import random
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from people import AUDIT_TEAM, book, keys, person

from bot.programme.events import Event, EventKind
from bot.programme.history.history import History, history_of
from bot.programme.messages.buttons import Command
from bot.programme.planning.planner import plan
from bot.programme.standing.actions import Plan, SendLetter
from bot.programme.standing.bots_cells import as_text
from bot.programme.standing.council import Basis, Council
from bot.programme.vocabulary import (
    Allocation,
    AuditType,
    Cycle,
    Grade,
    Milestone,
    Person,
    Role,
    RoleHolder,
    Scope,
)
from bot.programme.working_days import WorkingDays

FIRST = date(2026, 2, 14)  # a Saturday; Easter, the clocks' change and two bank holidays lie ahead
SPAN = 110
STAFF = [person(f"Worker {n}") for n in range(60)]
GROUPS = ["FSP and CWD", "Frontdoor"]
USUALLY = {"confirmed_on", "month_one", "kloe_meeting_on"}
SELDOM = {"exempted_on", "hold_until", "hold_why", "withdrawn", "final_grade", "disputed_on"}
FIXED = {
    "item_id",
    "row_id",
    "etag",
    "reference",
    "cycle",
    "written",
    "reported",
    "not_understood",
    "name",
    "service_group",
}
BY_HAND = "Changed by hand"
CLOSURES = {date(2026, 4, 7): "Staff day", date(2026, 5, 26): "Staff day"}


@cache
def basis() -> Basis:
    return Basis(book(), WorkingDays(CLOSURES), keys, AUDIT_TEAM)


@cache
def kinds(of: type) -> dict[str, Any]:
    """Column -> its type, for every column of a row."""
    hints = typing.get_type_hints(of)
    return {column.name: hints[column.name] for column in fields(of) if column.name not in FIXED}  # type: ignore[arg-type]


def drawn(chance: random.Random, column: str, kind: Any) -> Any:
    """A value such as people enter, sometimes none."""
    choices = typing.get_args(kind)
    if type(None) in choices:
        if kind == Person | None:
            return None if chance.random() < 0.02 else chance.choice(STAFF)
        if chance.random() < (0.92 if column in SELDOM else 0.1 if column in USUALLY else 0.6):
            return None
        (kind,) = (choice for choice in choices if choice is not type(None))
    if kind is date:
        return FIRST + timedelta(chance.randrange(25 if chance.random() < 0.6 else SPAN))
    if kind is bool:
        return chance.random() < 0.05
    if kind is str:
        return "" if chance.random() < (0.95 if column in SELDOM else 0.5) else f"Some {column}"
    if kind is int:
        return chance.randrange(5)
    if isinstance(kind, type) and issubclass(kind, str):  # one of the vocabulary's words
        words = list(kind)  # type: ignore[call-overload]
        return chance.choice([*words[:2], *words[:2], *words] if kind is AuditType else words)
    if column == "hold_letters":
        says = chance.choice(["all", "hold Audit allocated", "skip Inadequate alert: Marsha", "Some letter"])
        return () if chance.random() < 0.95 else (says,)
    if typing.get_origin(kind) is tuple:
        each = typing.get_args(kind)[0]
        some = chance.randrange(1, 3)
        return tuple(chance.sample(STAFF, some) if each is Person else [f"Some {column}"] * some)
    raise TypeError(f"Teach the generator to draw “{column}”, {kind}.")


OF_A_CYCLE = [command for command in Command if command.button.about_a_cycle]
OF_AN_AUDIT = [command for command in Command if not command.button.about_a_cycle]


@dataclass
class Drawn:
    """One council and everything that has happened to it."""

    chance: random.Random
    cycles: list[Cycle]
    roles: list[RoleHolder]
    rows: list[Allocation]
    events: list[Event] = field(default_factory=list)
    count: int = 0

    @property
    def council(self) -> Council:
        return Council(self.cycles, self.roles, self.rows)

    def plan(self, today: date, history: History | None = None) -> Plan:
        return plan(today, self.council, history or history_of(self.events), basis())

    # ------------------------------------------------------------------------------------------- what happens

    def happened(self, on: date, kind: EventKind, key: str, about: str = "", **data: Any) -> None:
        self.count += 1
        at = datetime.combine(on, time(9), UTC) + timedelta(seconds=self.count)
        self.events.append(Event(at, kind, key, about, {"on": on.isoformat(), **data}))

    def something_happens(self, today: date) -> None:
        """What the post or a person may bring: a return, a moderation, a question, an edit of a list."""
        chance, row = self.chance, self.chance.choice(self.rows)
        about, sha = row.item_id, f"f{self.count}"
        common: dict[str, Any] = {"sha256": sha, "grade": chance.choice([*Grade, None])}
        what = chance.randrange(11)
        if what < 4 and chance.random() < 0.8 and not history_of(self.events).letters_about(about):
            return  # few audits come back before they went out
        match what:
            case 0 | 1:
                self.happened(
                    today, EventKind.AUDIT_RETURNED, f"{about}#{sha}", about, **common,
                    incomplete=chance.random() < 0.2, problems=["Section 6: no grade"] * chance.randrange(2),
                )  # fmt: skip
            case 2 | 3:
                self.happened(today, EventKind.MODERATION_RETURNED, f"{about}#{sha}", about, **common)
            case 4:
                self.happened(
                    today, EventKind.NEEDS_A_PERSON, f"m{self.count}#", chance.choice([about, ""]),
                    reason="Section 8: no grade is chosen", sender=chance.choice(STAFF).email,
                    incomplete=chance.random() < 0.5,
                )  # fmt: skip
            case 5:
                cycle = chance.choice(self.cycles)
                changed = redrawn(chance, cycle)
                self.cycles[self.cycles.index(cycle)] = changed
            case 10:
                self.happened(
                    today, EventKind.REPORTED, f"{about}#{self.count}", about,
                    command=chance.choice(OF_AN_AUDIT).value, date=today.isoformat(),
                    by=chance.choice(STAFF).email, auditor=row.auditor.email if row.auditor else "",
                )  # fmt: skip
                cycle = self.cycles[self.count % len(self.cycles)]
                told = OF_A_CYCLE[self.count % len(OF_A_CYCLE)]
                by = cycle.heads_of_service[0].email if cycle.heads_of_service else STAFF[0].email
                self.happened(
                    today, EventKind.REPORTED, f"cycle:{cycle.item_id}#{self.count}", f"cycle:{cycle.item_id}",
                    command=told.value, date=today.isoformat(), by=by,
                )  # fmt: skip
            case 6 if row.written:
                column = chance.choice(list(row.written))
                changed_by_hand = {**row.written, column: chance.choice([BY_HAND, None])}
                self.rows[self.rows.index(row)] = replace(row, written=changed_by_hand)
            case _:
                self.rows[self.rows.index(row)] = redrawn(chance, row)
        for row in self.rows:
            if row.rectification_by and row.rectification_by not in (
                history_of(self.events).audit(row.item_id).rectification_asked_on
            ):
                by = row.rectification_by.isoformat()
                self.happened(today, EventKind.RECTIFICATION_SEEN, f"{row.item_id}#{by}", row.item_id, by=by)

    # ----------------------------------------------------------------------------------------- what the bot does

    def perform(self, today: date, planned: Plan) -> None:
        """Send every letter and write every row, as a run would."""
        for letter in planned.letters:
            self.intend(today, letter)
            done = EventKind.LETTER_LEFT_AS_DRAFT if letter.rule.draft_only else EventKind.LETTER_SENT
            self.happened(today, done, letter.key, letter.about)
            if letter.rule.scope is Scope.CYCLE and Milestone.ALL_CONFIRMED in letter.rule.unless:
                rows = {s.allocation.item_id: "" for s in letter.cycle_standings}
                self.happened(
                    today, EventKind.LIST_SHOWN, f"{letter.key}#{self.count}", letter.about,
                    letter_key=letter.key, rows=rows,
                )  # fmt: skip

    def write(self, today: date, planned: Plan) -> None:
        for update in planned.rows:
            values = {column: as_text(value) for column, value in update.values.items()}
            self.happened(today, EventKind.ROW_WRITTEN, f"r{self.count}", update.item_id, values=values)
            self.rows = [
                replace(row, written={**row.written, **update.values})
                if row.item_id == update.item_id
                else row
                for row in self.rows
            ]

    def break_off(self, today: date, planned: Plan) -> None:
        """A run that was killed: some letters begun, some on their way, some held for a person."""
        kinds = (EventKind.LETTER_DRAFTED, EventKind.LETTER_SENDING, EventKind.LETTER_HELD,
                 EventKind.LETTER_CANCELLED, EventKind.LETTER_SUBMITTED)  # fmt: skip
        for letter in planned.letters:
            if self.chance.random() < 0.7:
                self.intend(today, letter)
                if self.chance.random() < 0.8:
                    self.happened(
                        today, self.chance.choice(kinds), f"{letter.key}#{self.count}", letter.about
                    )

    def post(self, today: date) -> None:
        """Messages are seen and most of them filed; the mailbox is left at a new place."""
        for _ in range(self.chance.randrange(3)):
            message = f"m{self.count}"
            self.happened(today, EventKind.MESSAGE_SEEN, message, internet_message_id=f"<{message}>")
            if self.chance.random() < 0.8:
                self.happened(today, EventKind.MESSAGE_FILED, message, folder="Audits taken in")
        self.happened(today, EventKind.CURSOR_MOVED, f"c{self.count}", cursor=f"c{self.count}")

    def intend(self, today: date, letter: SendLetter) -> None:
        self.happened(
            today, EventKind.LETTER_INTENDED, f"{letter.key}#{self.count}", letter.about, rule=letter.rule.id,
            letter=letter.rule.letter, occasion=letter.occasion, audit=letter.reference,
            to=[p.email for p in letter.to], cc=[p.email for p in letter.cc], why=letter.day.why,
            covers=[part.as_covered() for part in letter.together],
        )  # fmt: skip

    # ------------------------------------------------------------------------------------------- who may be told

    def may_be_told(self, letter: SendLetter, today: date) -> set[Person]:
        """The people the guide names for a letter: those of the row, and the roles of that service on that day."""
        if letter.together:
            return set.intersection(*(self.may_be_told(part, today) for part in letter.together))
        row = letter.standing.allocation if letter.standing else None
        if letter.rule.when is Milestone.INADEQUATE_NO_LONGER:  # whoever was alerted, whatever their part now
            alerts = {rule.id for rule in basis().rulebook.rules if rule.is_alert}
            history = history_of(self.events)
            # also by an alert of which nobody knows whether it left: it may have
            told = [each for rule in alerts for each in history.letters_of_rule(letter.about, rule)]
            return {Person("", address) for each in told for address in each.to}
        people: set[Person] = set()
        for role in (*letter.rule.to, *letter.rule.cc):
            if role is Role.AUDIT_TEAM:
                people.add(AUDIT_TEAM)
            elif row is None and role is Role.HEAD_OF_SERVICE:
                people.update(letter.cycle.heads_of_service)
            elif row is None and role is Role.GROUP_MANAGER:
                named_in_rows = {s.allocation.group_manager for s in letter.cycle_standings} - {None}
                people.update(named_in_rows or self.council.holders(role, letter.cycle.service_group, today))
            elif row is not None and (named := row.person(role)):
                people.add(named)
            elif row is not None and role is Role.SERVICES_INVOLVED:
                people.update(
                    holder.person
                    for holder in self.roles
                    if holder.role is role
                    and holder.service in row.services_involved
                    and holder.holds_on(today)
                )
            else:
                people.update(
                    holder.person
                    for holder in self.roles
                    if holder.role is role
                    and holder.holds_on(today)
                    and holder.service in (None, letter.cycle.service_group)
                )
        return people


def redrawn(chance: random.Random, row: Any) -> Any:
    """The row with one column changed."""
    column, kind = chance.choice(list(kinds(type(row)).items()))
    return replace(row, **{column: drawn(chance, column, kind)})


def council(seed: int) -> Drawn:
    """The council of that number."""
    chance = random.Random(seed)
    cycles = [
        Cycle(item_id=str(n), name=f"Cycle {n}", service_group=GROUPS[n],
              **{column: drawn(chance, column, kind) for column, kind in kinds(Cycle).items() if column != "open"},
              open=chance.random() < 0.9)
        for n in range(chance.choice([1, 1, 2]))
    ]  # fmt: skip
    roles = [
        RoleHolder(role, chance.choice(STAFF), chance.choice([None, None, *GROUPS]),
                   *(drawn(chance, "since", date | None) if chance.random() < 0.2 else None for _ in range(2)))
        for role in Role for _ in range(chance.choice([0, 1, 1, 2]))
    ]  # fmt: skip
    rows = [
        Allocation(item_id=str(100 + n), etag=f'"{n}"', reference=f"FSP-2026-03-{n:03}",
                   cycle=chance.choice(cycles).name,
                   **{column: drawn(chance, column, kind) for column, kind in kinds(Allocation).items()})
        for n in range(chance.randrange(1, 5))
    ]  # fmt: skip
    # Teams such as there are: otherwise chance would make nearly every auditor one of the child's own team.
    rows = [replace(row, team=f"Team {n}", mosaic_number=f"{1000 + n}") for n, row in enumerate(rows)]
    return Drawn(chance, cycles, roles, rows)


def in_other_order(events: Iterable[Event], chance: random.Random) -> list[Event]:
    """The same events, shuffled, but those about one thing still in their order; letters among themselves too, as one
    may stand for several."""
    about: dict[str, list[Event]] = {}
    for event in events:
        thing = "letters" if event.kind.value.startswith("letter ") else event.about
        about.setdefault(thing, []).append(event)
    order = [name for name, found in about.items() for _ in found]
    chance.shuffle(order)
    turns = {name: iter(found) for name, found in about.items()}
    return [next(turns[name]) for name in order]


def rows_of(planned: Plan) -> Mapping[str, Mapping[str, object]]:
    return {update.item_id: update.values for update in planned.rows}
