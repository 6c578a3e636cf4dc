"""A made-up season: a small council and what its people do, played day by day through the real planner.

It shows every letter as it would really go out. Nothing is sent, and no tenant is asked.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from bot.errors import SettingsError
from bot.programme.answers.button_links import row_code
from bot.programme.edited_file import edited
from bot.programme.events import Event, EventKind, Plain
from bot.programme.history.history import History, history_of
from bot.programme.planning.planner import plan
from bot.programme.standing.actions import Plan, SendLetter
from bot.programme.standing.council import Basis, Council
from bot.programme.vocabulary import Allocation, AuditType, Cycle, Grade, Milestone, Person, Role, RoleHolder

_GRADES = ("grade_after_uopp", "grade_at_six_weeks", "final_grade")


@dataclass(frozen=True)
class SampleDay:
    """One day of the season: the lists and the ledger as they are that morning, and what is planned."""

    today: date
    council: Council
    events: Sequence[Event]
    plan: Plan

    @cached_property
    def history(self) -> History:
        return history_of(self.events)


@dataclass(slots=True)
class SampleSeason:
    """A council and its days, read from a TOML text. `domain` is its people's."""

    domain: str
    first: date
    last: date
    cycle: Cycle
    roles: Sequence[RoleHolder]
    rows: list[Allocation]
    script: Mapping[date, Sequence[Mapping[str, Any]]]
    later: list[tuple[date, Allocation]]  # rows that come into the list on their day
    events: list[Event] = field(default_factory=list)

    @classmethod
    def from_text(cls, text: str) -> SampleSeason:
        """Raises SettingsError when the text is not such a season."""
        try:
            return cls._read(edited(text, "sample_council.toml").given)
        except (KeyError, TypeError, ValueError, AttributeError) as fault:
            raise SettingsError([f"sample_council.toml cannot be used: {fault!r}."]) from fault

    @classmethod
    def _read(cls, given: dict[str, Any]) -> SampleSeason:
        domain = given["domain"]
        cycle = dict(given["cycle"])
        heads = tuple(_person(name, domain) for name in cycle.pop("heads_of_service"))
        kloes = tuple(cycle.pop("kloes"))
        script: dict[date, list[Mapping[str, Any]]] = {}
        for entry in given["day"]:
            script.setdefault(entry["on"], []).append(entry)
        return cls(
            domain=domain,
            first=given["first_day"],
            last=given["last_day"],
            cycle=Cycle(item_id="1", heads_of_service=heads, kloes=kloes, **cycle),
            roles=[
                *(RoleHolder(Role(role), _person(name, domain)) for role, name in given["roles"].items()),
                *(
                    RoleHolder(Role.SERVICES_INVOLVED, _person(name, domain), service)
                    for service, name in given.get("services", {}).items()
                ),
            ],
            rows=[
                _row(n, given["row"], cycle["name"], domain) for n in given["audit"] if "added_on" not in n
            ],
            script=script,
            later=[
                (n["added_on"], _row(n, given["row"], cycle["name"], domain))
                for n in given["audit"]
                if "added_on" in n
            ],
        )

    def days(self, basis: Basis) -> Iterator[SampleDay]:
        """Every day on which something is planned, in order; what is planned is then taken as done."""
        history, seen = History(), 0
        for n in range((self.last - self.first).days + 1):
            today = self.first + timedelta(n)
            for entry in self.script.get(today, ()):
                self._happens(today, entry)
            self.rows = [*self.rows, *(row for on, row in self.later if on == today)]
            if not basis.working.is_working(today):
                continue
            council = Council([self.cycle], self.roles, self.rows)
            history.take(self.events[seen:])
            seen = len(self.events)
            planned = plan(today, council, history, basis)
            if planned.letters:
                yield SampleDay(today, council, tuple(self.events), planned)
            for letter in planned.letters:
                self._shows(today, letter, basis)
                self._goes(today, letter)

    def _happens(self, today: date, entry: Mapping[str, Any]) -> None:
        for kind, word in (
            (EventKind.AUDIT_RETURNED, "returned"),
            (EventKind.MODERATION_RETURNED, "moderated"),
            (EventKind.MODERATION_RETURNED, "sent_back"),
        ):
            for number, grade in entry.get(word, {}).items():
                sha = f"file{len(self.events)}"
                self._record(
                    today, kind, f"{number}#{sha}", str(number), sha256=sha, grade=Grade(grade).value,
                    sent_back=word == "sent_back",
                )  # fmt: skip
        for number, by in entry.get("given_back", {}).items():
            iso = by.isoformat()
            self._record(today, EventKind.RECTIFICATION_SEEN, f"{number}#{iso}", str(number), by=iso)
            self.rows = [replace(r, rectification_by=by) if r.item_id == number else r for r in self.rows]
        for number, reason in entry.get("held", {}).items():
            self._record(
                today, EventKind.NEEDS_A_PERSON, f"message{len(self.events)}#", str(number), reason=reason,
                incomplete=True,
            )  # fmt: skip
        self.cycle = replace(self.cycle, **entry.get("cycle", {}))
        if everywhere := entry.get("every_row"):
            self.rows = [replace(row, **everywhere) for row in self.rows]
        for number, changes in entry.get("row", {}).items():
            found: dict[str, Any] = {
                name: Grade(value)
                if name in _GRADES
                else _person(value, self.domain)
                if isinstance(value, str) and name != "hold_why"
                else value
                for name, value in changes.items()
            }
            self.rows = [replace(row, **found) if row.item_id == str(number) else row for row in self.rows]

    def _shows(self, today: date, letter: SendLetter, basis: Basis) -> None:
        """What a list for confirmation shows is remembered, as a run does."""
        if letter.rule.of_cycle and Milestone.ALL_CONFIRMED in letter.rule.unless:
            rows = {s.allocation.item_id: row_code(s.allocation, basis.keys) for s in letter.cycle_standings}
            self._record(
                today, EventKind.LIST_SHOWN, f"{letter.key}#{today.isoformat()}", letter.about,
                letter_key=letter.key, rows=rows,
            )  # fmt: skip

    def _goes(self, today: date, letter: SendLetter) -> None:
        self._record(
            today, EventKind.LETTER_INTENDED, letter.key, letter.about, **letter.as_remembered(),
            covers=[part.as_covered() for part in letter.together],
        )  # fmt: skip
        done = EventKind.LETTER_LEFT_AS_DRAFT if letter.rule.draft_only else EventKind.LETTER_SENT
        self._record(today, done, letter.key, letter.about)

    def _record(self, on: date, kind: EventKind, key: str, about: str, **data: Plain) -> None:
        at = datetime.combine(on, time(9), UTC) + timedelta(milliseconds=len(self.events))
        self.events.append(Event(at, kind, key, about, {"on": on.isoformat(), **data}))


def _row(given: Mapping[str, Any], shared: Mapping[str, Any], cycle: str, domain: str) -> Allocation:
    n = given["number"]

    def named(part: str, otherwise: str | Sequence[str]) -> Person:
        name = given.get(part, otherwise)
        return _person(name if isinstance(name, str) else name[(n - 1) % len(name)], domain)

    kind = AuditType(given.get("kind", AuditType.FULL_TEAM_MANAGER.value))
    chair = given.get("iro_or_cp_chair")
    moderated = kind.is_moderated
    return Allocation(
        item_id=str(n),
        etag=f'"{n}"',
        reference=f"FSP-2026-03-{n:03}",
        cycle=cycle,
        audit_type=kind,
        child_name=f"A child {n}",
        mosaic_number=str(1048200 + n),
        team=shared["teams"][(n - 1) % len(shared["teams"])],
        practitioner=named("practitioner", shared["practitioners"]) if moderated else None,
        team_manager=_person(shared["team_manager"], domain),
        auditor=named("auditor", shared["auditors"]),
        auditors_head_of_service=named("auditors_head_of_service", shared["auditors_head_of_service"]),
        moderator=named("moderator", shared["moderators"]) if moderated else None,
        head_of_service=_person(shared["head_of_service"], domain),
        group_manager=_person(shared["group_manager"], domain),
        iro_or_cp_chair=_person(chair, domain) if chair else None,
        services_involved=tuple(given.get("services_involved", ())),
        earlier_audit=given.get("earlier_audit", ""),
        restricted=given.get("restricted", False),
        note=given.get("note", ""),
    )


def _person(name: str, domain: str) -> Person:
    plain = unicodedata.normalize("NFD", name.lower()).encode("ascii", "ignore").decode().replace("'", "")
    return Person(name, f"{'.'.join(plain.split())}@{domain}")
