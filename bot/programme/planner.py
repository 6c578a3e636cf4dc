"""The one pure function that says what ought to have been done by today.

Nothing here knows the clock, the network or a file. Performing a plan and planning again yields nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.programme.actions import Plan, SendLetter
from bot.programme.checks import checked, in_play
from bot.programme.history import History
from bot.programme.reported import as_reported, chasing_paused, entries_wanted
from bot.programme.rules import Attachment, Rule, Rulebook
from bot.programme.standing import Keys, Standing, named, recipients_key, standing
from bot.programme.status import row_update, status_of, stopped
from bot.programme.vocabulary import Allocation, Cycle, Grade, Milestone, Person, Problem, Role, RoleHolder
from bot.programme.working_days import Dated, WorkingDays, day_in_words


@dataclass(frozen=True, slots=True)
class Council:
    """The three lists as they were read."""

    cycles: Sequence[Cycle]
    roles: Sequence[RoleHolder]
    allocations: Sequence[Allocation]

    def holders(self, role: Role, service: str, day: date) -> list[Person]:
        """Who holds a role on a day: those named for the service first, else those named for every service."""
        held = [h for h in self.roles if h.role is role and h.holds_on(day)]
        own = [h.person for h in held if h.service and h.service.casefold() == service.casefold()]
        return own or [h.person for h in held if not h.service]


@dataclass(frozen=True, slots=True)
class Setting:
    """What stays the same during a run. `audit_team` is the shared mailbox."""

    rulebook: Rulebook
    working: WorkingDays
    keys: Keys
    audit_team: Person


def plan(today: date, council: Council, picture: History, setting: Setting) -> Plan:
    """What ought to have been done by `today`: letters to send, rows to write, and what a person must know."""
    council = replace(council, allocations=[as_reported(a, picture) for a in council.allocations])
    cycles = {cycle.name: cycle for cycle in council.cycles if cycle.open}
    check = checked(council.allocations, council.cycles)
    problems = [*check.problems, *entries_wanted(a for a in council.allocations if a.cycle in cycles)]
    standings = [
        standing(a, cycles[a.cycle], picture, setting.rulebook, setting.working, setting.keys)
        for a in council.allocations
        if a.cycle in cycles and a.audit_type.is_moderated
    ]
    planner = _Planner(today, council, picture, setting, problems)
    letters: list[SendLetter] = []
    for rule in setting.rulebook.rules:
        if rule.of_cycle:
            for cycle in cycles.values():
                letters += planner.cycle_letters(rule, cycle, [s for s in standings if s.cycle is cycle])
    for found in standings:
        if found.allocation.item_id not in check.blocked and not stopped(found.allocation, today):
            letters += planner.audit_letters(found)
    rows = []
    for found in standings:
        blocked = found.allocation.item_id in check.blocked
        update, faults = row_update(found, picture, today, blocked=blocked)
        problems += faults
        if update:
            rows.append(update)
    return Plan(tuple(letters), tuple(rows), tuple(problems), tuple(standings))


@dataclass(slots=True)
class _Planner:
    today: date
    council: Council
    picture: History
    setting: Setting
    problems: list[Problem]

    def audit_letters(self, found: Standing) -> list[SendLetter]:
        """The letters one audit is owed today; of each series, one person gets only the latest."""
        latest: dict[tuple[str, tuple[str, ...]], SendLetter] = {}
        for rule in self.setting.rulebook.rules:
            if rule.of_cycle or not found.fits(rule.conditions):
                continue
            letter = self._due(rule, found.reached, found.allocation.item_id, found, found.cycle)
            if letter and not self._paused(letter, found):
                series = (rule.series, tuple(person.email for person in letter.to))
                other = latest.get(series)
                if other is None or other.day.on <= letter.day.on:
                    latest[series] = letter
        return [letter for letter in latest.values() if not self._settled(letter)]

    def _paused(self, letter: SendLetter, found: Standing) -> bool:
        return chasing_paused(
            found.allocation,
            found.history,
            letter.rule.when,
            letter.to,
            self.today,
            self.setting.working,
            inadequate=found.auditor_grade is Grade.INADEQUATE,
        )

    def cycle_letters(self, rule: Rule, cycle: Cycle, standings: Sequence[Standing]) -> list[SendLetter]:
        waiting = [s for s in standings if in_play(s.allocation) and s.allocation.confirmed_on is None]
        if not waiting:
            return []
        reached = {
            milestone: Dated(on, named(milestone))
            for milestone, on in (
                (Milestone.MONTH_ONE, cycle.month_one),
                (Milestone.KLOE_MEETING, cycle.kloe_meeting_on),
            )
            if on
        }
        letter = self._due(rule, reached, f"cycle:{cycle.item_id}", None, cycle, tuple(standings))
        return [letter] if letter and not self._settled(letter) else []

    def _settled(self, letter: SendLetter) -> bool:
        """Already done, or with a person; or so late that a person is asked instead of surprising the reader."""
        known = self.picture.letters.get(letter.key)
        if known and known.spoken_for:
            return True
        late = letter.rule.late
        if late is None or late.after(letter.day.on, "", self.setting.working).on >= self.today:
            return False
        if known:  # begun on its day and interrupted: finish it
            return False
        names = ", ".join(person.name for person in letter.to)
        self.problems.append(
            Problem(
                f"{letter.rule.name.capitalize()}, {letter.reference}",
                f"This letter to {names} ought to have gone on {day_in_words(letter.day.on)} and did not. It is too "
                "late to send it without asking: please write to them, or put the row on hold.",
            )
        )
        return True

    def _due(
        self,
        rule: Rule,
        reached: dict[Milestone, Dated] | object,
        about: str,
        found: Standing | None,
        cycle: Cycle,
        standings: tuple[Standing, ...] = (),
    ) -> SendLetter | None:
        """The latest occasion of a rule that has come by today, or None."""
        assert isinstance(reached, dict)
        start = reached.get(rule.when)
        if start is None or any(m in reached and reached[m].on <= self.today for m in rule.unless):
            return None
        first = rule.wait.after(start.on, named(rule.when), self.setting.working)
        if rule.not_before:
            gate = reached.get(rule.not_before)
            if gate is None:
                return None
            first = max(first, Dated(gate.on, named(rule.not_before)), key=lambda dated: dated.on)
        chosen = self._latest_occasion(rule, first)
        if chosen is None:
            return None
        n, day = chosen
        if rule.since:
            since = reached.get(rule.since)
            if since is None or day.on <= since.on:
                return None
        occasion = f"{start.on.isoformat()}#{n}" if _told_apart_by_date(rule) else (f"#{n}" if n else "")
        to = self._people(rule.to, found, cycle)
        if not to:
            self._nobody(rule, found, cycle)
            return None
        cc = [person for person in self._people(rule.cc, found, cycle) if person not in to]
        return SendLetter(
            key=self.setting.keys(recipients_key(rule, about, occasion, to)),
            rule=rule,
            about=about,
            reference=found.allocation.reference if found else cycle.name,
            occasion=occasion,
            day=day,
            to=tuple(to),
            cc=tuple(cc),
            cycle=cycle,
            standing=found,
            cycle_standings=standings,
            notes=tuple(found.history.incomplete_reasons[-1:]) if found else (),
        )

    def _latest_occasion(self, rule: Rule, first: Dated) -> tuple[int, Dated] | None:
        """Repeats count from the start of the series, so that a holiday never makes it drift."""
        latest = None
        for n in range(rule.repeat.times):
            on = self.setting.working.after(first.on, n * rule.repeat.every)
            if on > self.today:
                break
            latest = (n, Dated(on, first.why))
        return latest

    def _people(self, roles: Iterable[Role], found: Standing | None, cycle: Cycle) -> list[Person]:
        people: list[Person] = []
        for role in roles:
            for person in self._holders(role, found, cycle):
                if person not in people:
                    people.append(person)
        return people

    def _holders(self, role: Role, found: Standing | None, cycle: Cycle) -> list[Person]:
        if role is Role.AUDIT_TEAM:
            return [self.setting.audit_team]
        if found is None and role is Role.HEAD_OF_SERVICE:
            return list(cycle.heads_of_service)
        person = found.allocation.person(role) if found else None
        return [person] if person else self.council.holders(role, cycle.service_group, self.today)

    def _nobody(self, rule: Rule, found: Standing | None, cycle: Cycle) -> None:
        roles = " or ".join(f"“{role}”" for role in rule.to)
        where = found.allocation.reference if found else cycle.name
        self.problems.append(
            Problem(
                f"{rule.name.capitalize()}, {where}",
                f"Nobody is named as {roles}, so this letter cannot go. Name them in the row or in Audit roles.",
            )
        )


def _told_apart_by_date(rule: Rule) -> bool:
    """Whether the same letter goes again when the date it counts from changes.

    It does for dates that are set, for each time an audit comes back incomplete, and for a letter that carries
    the returned audit: the moderator needs the corrected one. An alert is never repeated.
    """
    return (
        rule.when.value.endswith(" due")
        or rule.when is Milestone.CAME_BACK_INCOMPLETE
        or Attachment.RETURNED_AUDIT in rule.attach
    )


def coming(
    days: Iterable[date], council: Council, picture: History, setting: Setting
) -> dict[date, tuple[SendLetter, ...]]:
    """What would go out on each of some coming days if nothing further happened. Each letter is shown once."""
    shown: set[str] = set()
    found: defaultdict[date, tuple[SendLetter, ...]] = defaultdict(tuple)
    for day in days:
        letters = [
            letter for letter in plan(day, council, picture, setting).letters if letter.key not in shown
        ]
        shown.update(letter.key for letter in letters)
        found[day] = tuple(letters)
    return dict(found)


__all__ = ["Council", "Setting", "coming", "plan", "status_of"]
