"""Working days, planning, and a look and a run after many years, each beside what it is measured against.

    python benchmarks/plan.py [--rounds N]

Every way is run in every round, in a changed order, and the medians are compared; that all ways find the same is
checked first.
"""

from __future__ import annotations

import argparse
import gc
import random
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter, thread_time
from typing import Any

import holidays
from figures import Figure, told
from launch_day import MOMENT, prepared, profile

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import sandbox  # noqa: E402
from bot.daily_run.report import Report  # noqa: E402
from bot.daily_run.run import Run  # noqa: E402
from bot.daily_run.workplace import open_workplace  # noqa: E402
from bot.office.ledger import Ledger  # noqa: E402
from bot.office.mail.outgoing import letter_key  # noqa: E402
from bot.programme.events import Event, EventKind  # noqa: E402
from bot.programme.history.history import history_of  # noqa: E402
from bot.programme.planning.planner import plan  # noqa: E402
from bot.programme.rulebook.rules import rulebook  # noqa: E402
from bot.programme.standing.actions import Plan  # noqa: E402
from bot.programme.standing.bots_cells import as_text  # noqa: E402
from bot.programme.standing.council import Basis, Council  # noqa: E402
from bot.programme.standing.safety import CHILD  # noqa: E402
from bot.programme.vocabulary import (  # noqa: E402
    Allocation,
    AuditType,
    Cycle,
    Person,
    Role,
    RoleHolder,
)
from bot.programme.working_days import WorkingDays  # noqa: E402
from bot.settings import load  # noqa: E402
from sandbox.play.seed import council as seed_of_a_council  # noqa: E402

LOOP, LIBRARY = "deadlines, faster than a plain loop", "deadlines, faster than asking the holidays library"
AUDITS = "an audit among 12,000 beside one among 600"
LOOK, RUN = "a look with 100,000 past events", "a run, longer for 15,000 past events"
FIGURES = {
    LOOP: Figure(10, 7, at_least=True),
    LIBRARY: Figure(50, 35, at_least=True),
    AUDITS: Figure(3, 5, why="What does not fit the processor's cache is slower to reach."),
    LOOK: Figure(2, 5, "s", why="The whole ledger is read and held against its chain at each look."),
    RUN: Figure(0.5, 1.5, "s", why="The whole ledger is read and held against its chain in each run."),
}
DEADLINES = 100_000
SLOWER = 20  # the slow ways run on every so manieth deadline and are scaled
PAST, SOME = 100_000, 15_000
TODAY = date(2026, 3, 26)


def medians(
    ways: Mapping[str, Callable[[], object]],
    rounds: int,
    clock: Callable[[], float] = perf_counter,
    of: Callable[[list[float]], float] = statistics.median,
) -> dict[str, float]:
    """Milliseconds of each way, all of them in every round, in a changed order."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    order = list(ways)
    shuffle = random.Random(1).shuffle
    for _ in range(rounds):
        shuffle(order)
        for name in order:
            gc.collect()
            start = clock()
            ways[name]()
            taken[name].append((clock() - start) * 1000)
    return {name: of(times) for name, times in taken.items()}


# --------------------------------------------------------------------------------------------------- working days


def loop_over(start: date, count: int, free: Any) -> date:
    day, step = start, timedelta(1)
    while count:
        day += step
        if day.weekday() < 5 and day not in free:
            count -= 1
    return day


def deadlines(rounds: int) -> dict[str, float]:
    """Milliseconds for a hundred thousand deadlines of 1 to 20 working days over seven years."""
    chance = random.Random(7)
    first = date(2023, 1, 1)
    cases = [
        (first + timedelta(chance.randrange(7 * 365)), chance.randrange(1, 21)) for _ in range(DEADLINES)
    ]
    some = cases[::SLOWER]
    free = set(holidays.country_holidays("GB", subdiv="ENG", years=range(2023, 2032)))
    asked = holidays.country_holidays("GB", subdiv="ENG", years=range(2023, 2032))
    working = WorkingDays()

    def ours() -> list[date]:
        return [working.after(day, n) for day, n in cases]

    def ours_from_the_start() -> list[date]:
        fresh = WorkingDays()
        return [fresh.after(day, n) for day, n in cases]

    truth = ours()
    assert truth == ours_from_the_start() == [loop_over(day, n, free) for day, n in cases]
    assert truth[::SLOWER] == [loop_over(day, n, asked) for day, n in some]
    assert truth[::SLOWER] == [asked.get_nth_working_day(day, n) for day, n in some]
    found = medians(
        {
            "ours": ours,
            "ours, calendar drawn up each time": ours_from_the_start,
            "plain loop": lambda: [loop_over(day, n, free) for day, n in cases],
            "holidays in a loop": lambda: [loop_over(day, n, asked) for day, n in some],
            "holidays.get_nth_working_day": lambda: [asked.get_nth_working_day(day, n) for day, n in some],
        },
        rounds,
    )
    return {name: time * (SLOWER if name.startswith("holidays") else 1) for name, time in found.items()}


# ------------------------------------------------------------------------------------------------------- planning


def person(name: str) -> Person:
    return Person(name, f"{name.lower().replace(' ', '.')}@wexcombe.example")


def cycles_of(number: int, first: int = 0, **changes: Any) -> tuple[list[Cycle], list[Allocation]]:
    """Cycles of sixty audits each, everybody in place and confirmed."""
    cycles, rows = [], []
    for c in range(first, first + number):
        cycle = Cycle(
            item_id=f"c{c}", name=f"Cycle {c}", service_group="FSP and CWD", month_one=date(2026, 3, 2),
            kloe_meeting_on=date(2026, 2, 16), kloes=("Is the plan the child's own?",),
            heads_of_service=(person(f"Head {c}"),),
        )  # fmt: skip
        cycles.append(replace(cycle, **changes))
        for n in range(60):
            rows.append(
                Allocation(
                    item_id=f"{c}-{n}",
                    etag="1",
                    reference=f"FSP-{c:04}-{n:03}",
                    cycle=cycle.name,
                    audit_type=AuditType.FULL_TEAM_MANAGER,
                    team=f"Team {c} {n % 12}",
                    practitioner=person(f"Practitioner {c} {n}"),
                    team_manager=person(f"Manager {c} {n % 12}"),
                    auditor=person(f"Auditor {c} {n % 20}"),
                    moderator=person(f"Moderator {c} {n % 10}"),
                    head_of_service=person(f"Head {c}"),
                    auditors_head_of_service=person(f"Other head {c}"),
                    confirmed_on=date(2026, 2, 25),
                )
            )
    return cycles, rows


ROLES = [RoleHolder(role, person(role.value)) for role in Role if role is not Role.TRAINED_AUDITOR]


def basis() -> Basis:
    book = rulebook((ROOT / "config" / "rules.toml").read_text(encoding="utf-8"))
    team = person("Audit Team")
    return Basis(book, WorkingDays(), lambda parts: letter_key(b"benchmark key", parts), team)


class Month:
    """The events of an audit month, written down as a run would."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def add(self, on: date, kind: EventKind, key: str, about: str = "", **data: Any) -> None:
        at = datetime(on.year, on.month, on.day, 8, tzinfo=UTC) + timedelta(microseconds=len(self.events))
        self.events.append(Event(at, kind, key, about, {"on": on.isoformat(), **data}))

    def perform(self, on: date, planned: Plan) -> None:
        for letter in planned.letters:
            self.add(
                on, EventKind.LETTER_INTENDED, letter.key, letter.about, letter=letter.rule.letter,
                rule=letter.rule.id, occasion=letter.occasion, audit=letter.reference,
                to=[p.email for p in letter.to], cc=[p.email for p in letter.cc], why=letter.day.why,
                due=letter.day.on.isoformat(), covers=[part.as_covered() for part in letter.together],
            )  # fmt: skip
            for kind in (EventKind.LETTER_DRAFTED, EventKind.LETTER_SENDING, EventKind.LETTER_SUBMITTED):
                self.add(on, kind, letter.key, letter.about)
            sent = EventKind.LETTER_LEFT_AS_DRAFT if letter.rule.draft_only else EventKind.LETTER_SENT
            self.add(
                on, sent, letter.key, letter.about, internet_message_id=f"<{letter.key}@wexcombe.example>"
            )
        for row in planned.rows:
            values = {column: as_text(value) for column, value in row.values.items()}
            self.add(
                on, EventKind.ROW_WRITTEN, f"{row.item_id}#{len(self.events)}", row.item_id, values=values
            )

    def comes_back(self, on: date, row: Allocation, kind: EventKind, grade: str) -> None:
        message = f"m{row.item_id}{kind.value}"
        self.add(
            on, EventKind.MESSAGE_SEEN, message, internet_message_id=f"<{message}>", sender="a@b.example"
        )
        self.add(
            on, kind, f"{row.item_id}#{message}", row.item_id, sha256=message, grade=grade, family_feedback=True,
            practitioner_feedback=True, incomplete=False, problems=[], url="https://wexcombe.example/f", name="f",
        )  # fmt: skip
        self.add(on, EventKind.MESSAGE_FILED, message, folder="Audits taken in", category="")
        self.add(on, EventKind.CURSOR_MOVED, f"c{len(self.events)}", cursor=message)


LAUNCH, AUDITED, MODERATED = date(2026, 3, 2), date(2026, 3, 17), date(2026, 3, 23)
DAYS = (date(2026, 2, 23), LAUNCH, AUDITED, MODERATED, TODAY - timedelta(1), TODAY)
GRADES = ("Good", "Requires Improvement", "Inadequate", "Outstanding", "Good")


def lived(
    cycles: Sequence[Cycle], rows: Sequence[Allocation], council: Basis, days: Sequence[date] = DAYS
) -> tuple[list[Event], list[Allocation]]:
    """What happened in the month up to today, and the rows as the bot left them."""
    month, rows = Month(), list(rows)
    for today in days:
        if today == AUDITED:
            for n, row in enumerate(rows):
                if n % 3:
                    month.comes_back(today, row, EventKind.AUDIT_RETURNED, GRADES[n % 5])
        if today == MODERATED:
            for n, row in enumerate(rows):
                if n % 3 == 1:
                    month.comes_back(today, row, EventKind.MODERATION_RETURNED, GRADES[n % 5])
        for _ in range(2):  # letters, and what the rows say of them
            history = history_of(month.events)
            planned = plan(today, Council(cycles, ROLES, rows), history, council)
            month.perform(today, planned)
            written = {update.item_id: update.values for update in planned.rows}
            rows = [replace(row, written={**row.written, **written.get(row.item_id, {})}) for row in rows]
    return month.events, rows


def planning(rounds: int) -> dict[str, float]:
    """Microseconds an audit, on a quiet day in the middle of the month, for different numbers of audits."""
    council = basis()
    ways: dict[str, Callable[[], object]] = {}
    numbers = {600: 10, 3_000: 50, 12_000: 200}
    for audits, cycles in numbers.items():
        some, rows = cycles_of(cycles)
        events, rows = lived(some, rows, council, (LAUNCH, AUDITED, TODAY))
        history, lists = history_of(events), Council(some, ROLES, rows)
        today = plan(TODAY, lists, history, council)
        assert len(today.standings) == audits
        assert (today.letters, today.rows) == ((), ()), "a quiet day"
        assert {problem.kind for problem in today.problems} == {CHILD}, "told every day until it is seen to"
        coming = plan(TODAY + timedelta(1), lists, history, council)
        asked = sum(max(1, len(letter.together)) for letter in coming.letters)
        assert asked >= audits // 3, "and yet a day on which there is something to plan is near"
        ways[f"{audits:,} audits"] = lambda lists=lists, history=history: plan(TODAY, lists, history, council)
    found = medians(ways, max(3, rounds // 3))
    return {name: time * 1000 / audits for (name, time), audits in zip(found.items(), numbers, strict=True)}


# --------------------------------------------------------------------------------------------- after many years


def renamed(about: str, n: int) -> str:
    """What an event of the `n`th cycle gone by is about."""
    return about.replace("c0", f"old c{n}").replace("0-", f"old {n}-")


def years_before(month: Sequence[Event]) -> Iterable[Event]:
    """A hundred thousand events of cycles closed long ago, each like this `month`."""
    for n in range(PAST // len(month) + 1):
        back = timedelta(60 * (n + 1))
        for event in month:
            on = date.fromisoformat(str(event.data["on"])) - back
            data = {**event.data, "on": on.isoformat()}
            if "covers" in data:
                data["covers"] = [
                    {**part, "key": f"old {n} {part['key']}", "about": renamed(part["about"], n)}
                    for part in data["covers"]
                ]
            yield Event(event.at - back, event.kind, f"old {n} {event.key}", renamed(event.about, n), data)


def after_years(rounds: int, folder: Path) -> dict[str, float]:
    """Milliseconds of a processor that a look into the mailbox and a whole run take on launch day, when its letters are
    out, with different numbers of past events in the ledger: the quickest round. They all do the same: nothing. The
    tenant answers in a thread of its own, which does not count."""
    month, _ = lived(*cycles_of(1), basis())
    past = sorted(years_before(month), key=lambda event: event.at)
    with sandbox.run(seed_of_a_council()) as tenant:
        prepared(tenant, 0)
        settings = load(profile(tenant, folder))

        def performed(ledger: str, whole: bool) -> Report:
            url = {"ledger": f"sqlite:///{folder / ledger}.sqlite"}
            with open_workplace(
                settings.model_copy(update=url), clock=lambda: MOMENT, say=lambda _: None, locked=True
            ) as workplace:
                return Run(workplace).perform(whole=whole)

        assert sum(performed("today", True).letters.values()) == 180
        today = Ledger(f"sqlite:///{folder / 'today'}.sqlite")
        for number in (0, SOME, PAST):
            ledger = Ledger(f"sqlite:///{folder / str(number)}.sqlite")
            whole_months = -(-number // len(month)) * len(month)
            ledger.append([*past[len(past) - whole_months :], *today.read()])
            ledger.close()
            for whole in (True, False):
                report = performed(str(number), whole)
                assert (dict(report.letters), report.rows) == ({}, 0), number
        today.close()
        ways = {
            f"a {'run' if whole else 'look'} with {number:,} past events": partial(
                performed, str(number), whole
            )
            for whole in (False, True)
            for number in (0, SOME, PAST)
        }
        return medians(ways, rounds, thread_time, min)


# ----------------------------------------------------------------------------------------------------------- told


def main() -> int:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--rounds", type=int, default=3)
    asked = arguments.parse_args()
    dates = deadlines(asked.rounds)
    with tempfile.TemporaryDirectory() as folder:
        years = after_years(asked.rounds, Path(folder))
    audits = planning(asked.rounds)
    _table(f"{DEADLINES:,} deadlines", dates, "ms", dates["ours"])
    _table("Planning a quiet day, for each audit", audits, "µs", audits["600 audits"])
    _table("A day after launch, against a tenant", years, "ms", years["a look with 0 past events"])
    found = {
        LOOP: dates["plain loop"] / dates["ours"],
        LIBRARY: dates["holidays in a loop"] / dates["ours"],
        AUDITS: audits["12,000 audits"] / audits["600 audits"],
        LOOK: years[f"a look with {PAST:,} past events"] / 1000,
        RUN: (years[f"a run with {SOME:,} past events"] - years["a run with 0 past events"]) / 1000,
    }
    return told(found, FIGURES)


def _table(title: str, found: Mapping[str, float], unit: str, one: float) -> None:
    print(f"\n{title}")
    for name, time in found.items():
        print(f"  {name:42} {time:10.2f} {unit}   {time / one:7.2f} x")


if __name__ == "__main__":
    raise SystemExit(main())
