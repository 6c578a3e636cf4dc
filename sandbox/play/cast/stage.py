"""The stage on which the council plays: what each does is drawn for each audit by itself, done, and kept as a fact.

Everything people find wrong with what they were sent is kept as a doubt.
"""

from __future__ import annotations

import random
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sandbox.play.cast.diary import Diary, Entered, Written
from sandbox.play.cast.facts import MORNING, NOON, Fact
from sandbox.play.cast.forms import Answers, all_answers_in, filled
from sandbox.play.cast.person import JsonObject, Outlook, opened
from sandbox.play.working_days import later, of_month, on_or_after
from sandbox.tenant.run import Running

ALLOCATIONS, CYCLES, ROLES = "Audit allocations", "Audit cycles", "Audit roles"
FIRST_RE_AUDIT = 201  # the number of the first re-audit of a cycle
CHOSEN = (
    "Date of birth", "Ethnicity", "Outcome type", "Practitioner", "Team", "Team Manager", "Auditor",
    "Auditor's Head of Service", "Moderator", "Head of Service", "Group Manager",
)  # fmt: skip
"""What is entered of a child who is chosen, and of the people of their audit."""


def post(role: JsonObject) -> str:
    """A part in the programme by its title, and by its service where it has one: "Audit Lead, FSP and CWD"."""
    return ", ".join(str(role[column]) for column in ("Title", "Service") if role.get(column))


@dataclass(frozen=True, slots=True)
class Task:
    on: date
    what: str
    do: Callable[[date], None]


class Stage:
    """The tenant, the lists, what is drawn, what is planned, what was done."""

    def __init__(self, tenant: Running, *, seed: int = 2026, to_come: Sequence[JsonObject] = ()) -> None:
        self._tenant = tenant
        self._outlook = Outlook(tenant)
        self._rules = tomllib.loads(Path(__file__).with_name("season.toml").read_text(encoding="utf-8"))
        self._seed = seed
        self._heard = len(tenant.deliveries())
        self._mail: list[Task] = []
        self._list: list[Task] = []
        self._letters: defaultdict[tuple[str, str], list[JsonObject]] = defaultdict(list)
        self._planned: set[tuple[str, ...]] = set()
        self._to_come = {str(each["cycle"]["Title"]): each for each in to_come}
        self._drafts, self._looking = "", ""  # folders of the Audit Team
        self._returned: dict[
            str, tuple[JsonObject, str, bytes]
        ] = {}  # an audit's letter, and the form that came with it
        self._to_moderate: dict[
            tuple[str, str], JsonObject
        ] = {}  # audit, moderator -> the latest letter with it
        self._in_question: set[str] = (
            set()
        )  # audits about which the Audit Team asks before it enters anything
        self._mistyped: dict[str, str] = {}  # re-audit -> the reference that was meant
        self.facts: list[Fact] = []
        self.doubts: list[str] = []
        self.diary = Diary()
        self._today = date.min  # of what is being done
        table = tenant.ask("GET", f"/lists/{ALLOCATIONS}")
        self._choices = {c["name"]: c.get("choices", ()) for c in table["columns"]}
        self.rows = {row["Title"]: row for row in self._read(ALLOCATIONS)}
        self.cycles = {row["Title"]: row for row in self._read(CYCLES)}
        self.at_first = {r: dict(row) for r, row in self.rows.items()}
        for row in self.rows.values():
            self.diary.begins_with(row)
        self.diary.cycles |= {name: dict(cycle) for name, cycle in self.cycles.items()}
        roles = self._read("Audit roles")
        self.roles = {post(row): row["Person"] for row in roles if not row.get("To")}
        self.roles_at_first = dict(self.roles)
        self._followed: dict[str, str] = {}  # who had a part of the programme -> who has it now

    def _perform(self, tasks: list[Task], day: date) -> list[str]:
        done = []
        for task in [task for task in tasks if task.on <= day]:
            tasks.remove(task)
            self._today = day
            task.do(day)
            done.append(task.what)
        return done

    def _read(self, name: str) -> list[JsonObject]:
        rows: list[JsonObject] = self._tenant.ask("GET", f"/lists/{name}")["rows"]
        return rows

    def _draw(self, reference: str, what: str) -> random.Random:
        return random.Random(f"{self._seed} {reference} {what}")

    def _chance(self, reference: str, what: str, share: int) -> bool:
        return self._draw(reference, what).randrange(100) < share

    def _days(
        self, reference: str, what: str, rules: Mapping[str, Any], usual: str = "", late: str = ""
    ) -> int:
        """So many working days, from the usual span or, for those who are late, from the other."""
        usual, late = usual or "working_days", late or "late"
        draw = self._draw(reference, what)
        is_late = f"{late}_share" in rules and draw.randrange(100) < rules[f"{late}_share"]
        return draw.randint(*rules[late if is_late else usual])

    def _number(self, reference: str) -> int:
        return int(reference.rpartition("-")[2])

    def _special(self, reference: str, what: str) -> bool:
        found = self._rules["special"][what]
        number = self._number(reference)
        return number in found or str(number) in found

    def _month(self, reference: str) -> list[date]:
        return of_month(self._month_one(self.rows[reference]["Cycle"]))

    def _month_one(self, cycle: str) -> date:
        return date.fromisoformat(str(self.cycles[cycle]["Month one"])[:10])

    def _told(self, about: str, what: str, today: date, value: str = "", on: date | None = None) -> None:
        self.facts.append(Fact(about, what, on or today, (today, NOON), value))

    def _writes(
        self,
        reference: str,
        form: str,
        part: str,
        by: str,
        blank: bytes,
        answers: Answers,
        today: date,
        *,
        stands: bool = True,
        tracked_from: str = "",
    ) -> bytes:
        """Somebody fills their part of a form in; what it then says stands in the diary."""
        data = filled(blank, answers, tracked_from=tracked_from)
        self.diary.written.append(Written(reference, form, part, by, today, all_answers_in(data), stands))
        return data

    def _spelt(self, column: str, value: Any) -> Any:
        """A value as the list spells it, where it has a choice of its own for it."""
        return next((c for c in self._choices.get(column, ()) if value and c.startswith(str(value))), value)

    def _edit(self, about: str, values: JsonObject) -> None:
        is_cycle = about in self.cycles
        row = self.cycles[about] if is_cycle else self.rows[about]
        name = CYCLES if is_cycle else ALLOCATIONS
        values = {column: self._spelt(column, value) for column, value in values.items()}
        self._tenant.ask("PATCH", f"/lists/{name}/{row['id']}", values)
        self.diary.entered.append(Entered(about, self._today, dict(values)))
        row.update(values)

    def _enter(
        self, about: str, what: str, today: date, values: JsonObject, value: str = "", on: date | None = None
    ) -> None:
        """An edit of the list in the afternoon: known the next working morning."""
        self._edit(about, values)
        self.facts.append(Fact(about, what, on or today, (later(today, 1), MORNING), value))

    def _once(self, *what: str) -> bool:
        first = what not in self._planned
        self._planned.add(what)
        return first

    def _later_by_mail(
        self, on: date, what: str, do: Callable[[date], None], *, any_day: bool = False
    ) -> None:
        self._mail.append(Task(on if any_day else on_or_after(on), what, do))

    def _later_in_list(self, on: date, what: str, do: Callable[[date], None]) -> None:
        self._list.append(Task(on_or_after(on), what, do))

    def _ready(self, reference: str, reader: str, label: str) -> JsonObject:
        """The ready message behind a button of the latest letter to somebody that has it."""
        for delivery in reversed(self._letters[reference, reader]):
            message = self._outlook.message(reader, delivery["internet_message_id"])
            if ready := opened(message, label, reference):
                return ready
        raise LookupError(f"{reader} has no button “{label}” for {reference}")

    def _fact(self, reference: str, *what: str) -> Fact | None:
        """The latest fact of these kinds about an audit."""
        return next((f for f in reversed(self.facts) if f.about == reference and f.what in what), None)

    def _of(self, what: str, reference: str) -> Any:
        """What the rules say of one audit under a heading; None if nothing."""
        return self._rules["special"][what].get(str(self._number(reference)))

    def _grade(self, reference: str) -> str:
        """The grade that counts: decided, else moderated; "" while there is none."""
        for what in ("decided", "moderated"):
            found = [f.value for f in self.facts if f.about == reference and f.what == what]
            if found:
                return found[-1]
        return ""

    def _is_re_audit(self, reference: str) -> bool:
        return bool(self.rows[reference]["Audit type"] == "Re-audit")

    def grade_of(self, reference: str) -> str:
        """The grade the auditor gives."""
        if self._is_re_audit(reference):
            given: list[str] = self._rules["re_audits"]["grades"]
            return given[(self._number(reference) - FIRST_RE_AUDIT) % len(given)]
        grades = self._rules["auditors"]["grades"]
        special: str = self._rules["special"]["grades"].get(str(self._number(reference)), "")
        return special or self._draw(reference, "grade").choices(list(grades), list(grades.values()))[0]

    def moderated(self, reference: str) -> str:
        """The moderated grade; "" while there is none."""
        return next((f.value for f in self.facts if f.about == reference and f.what == "moderated"), "")

    def _add_rows(self, rows: Iterable[JsonObject], today: date) -> None:
        """New rows of the list of audits."""
        for row in rows:
            added = self._tenant.ask("POST", f"/lists/{ALLOCATIONS}", row)
            self.rows[row["Title"]] = added
            self.diary.begins_with(added)
            self.at_first[row["Title"]] = dict(added)
            self.facts.append(Fact(row["Title"], "in the list", today, (later(today, 1), MORNING)))
