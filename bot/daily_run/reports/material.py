"""What a report is laid out from: the cycles with their audits, counted as at a day, and what may be told of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from bot.daily_run.look import as_council
from bot.daily_run.reports.gathered import FormsRead
from bot.daily_run.reports.kept_record import kept_record
from bot.daily_run.workplace import Workplace
from bot.own_files import text_of
from bot.papers.forms.questions import Questions, questions
from bot.programme.history.history import History, history_of
from bot.programme.planning.situation import Situation, situation_of
from bot.programme.reports.as_it_was import standings_as_at
from bot.programme.reports.audit_record import AuditRecord
from bot.programme.reports.counts import Counts
from bot.programme.reports.inspection import headings_on, inspection
from bot.programme.reports.kinds import Made
from bot.programme.reports.paper_counts import paper_counts
from bot.programme.reports.report import Audience
from bot.programme.reports.themes import Themes, themes
from bot.programme.rulebook.rules import Rulebook
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.council import Basis, Council
from bot.programme.vocabulary import Cycle, Person
from bot.programme.working_days import WorkingDays
from bot.settings import Settings

Read = Callable[[Cycle, Sequence[Standing], date], Sequence[AuditRecord]]
"""The audits of a cycle, out of all as they stood, with what their forms said by the end of a day."""


@dataclass(frozen=True, slots=True)
class CountedCycle:
    """One cycle as at a day, with the Audit Team's corrections."""

    cycle: Cycle
    records: Sequence[AuditRecord]
    counts: Counts

    @property
    def unread(self) -> tuple[str, ...]:
        """A sentence for each form that could not be read again."""
        return tuple(dict.fromkeys(said for record in self.records for said in record.forms.unread))


@dataclass
class Material:
    """What reports are made from in one look at the lists. Forms of a cycle are read once, when they are first needed.

    `read` gives the audits of a cycle with what their forms said by a day; `running` are the names of open cycles,
    `issued` all that was told outside before, in that order, each by its day, cycle and report. Without a `workplace`
    it is a trial.
    """

    settings: Settings
    asked: Questions
    basis: Basis
    situation: Situation
    history: History
    read: Read
    as_at: date
    workplace: Workplace | None = None
    audience: Audience = Audience.INSIDE
    cycle: Cycle | None = None
    running: Collection[str] = ()
    issued: Sequence[tuple[date, Cycle, Made]] = ()
    _records: dict[tuple[str, date, bool], Sequence[AuditRecord]] = field(default_factory=dict)
    _then: dict[date, Situation] = field(default_factory=dict)

    @property
    def about(self) -> Cycle:
        """The cycle of a report about one."""
        assert self.cycle is not None
        return self.cycle

    def earlier(self) -> list[Cycle]:
        """The cycles that began before this one, of every service, oldest first."""
        first = self.about.month_one or date.max
        found = [c for c in self.situation.cycles if c.month_one and c.month_one < first]
        return sorted(found, key=lambda c: (c.month_one or date.min, c.name))

    def on(self, day: date, cycle: Cycle) -> Material:
        """The same as at the end of another day, and about another cycle."""
        if day != self.as_at and day not in self._then:
            self._then[day] = _as_it_was(self.situation, self.history, self.basis, day)
        return replace(self, as_at=day, cycle=cycle, situation=self._then.get(day, self.situation))

    @cached_property
    def headings(self) -> tuple[str, ...]:
        """The headings of inspection in force on the day."""
        file = self.settings.files.inspection
        return headings_on(inspection(text_of(file), str(file)), self.as_at)

    @cached_property
    def _themes(self) -> Themes:
        file = self.settings.files.themes
        return themes(text_of(file), str(file))

    def counted(self, cycle: Cycle, *, forms: bool = True) -> CountedCycle:
        """A cycle as at the day. Without `forms` only what list and ledger tell is
        counted: domains, lines of enquiry, actions and feedback are then not."""
        records = self._read(cycle, self.as_at, forms)
        counts = paper_counts(cycle, records, self.as_at, tuple(self.asked.domains), self._themes)
        return CountedCycle(cycle, records, counts)

    def _read(self, cycle: Cycle, as_at: date, forms: bool) -> Sequence[AuditRecord]:
        key = (cycle.name, as_at, forms)
        if key not in self._records:
            rows = self.situation.by_cycle.get(cycle.name, ())
            self._records[key] = (
                self.read(cycle, self.situation.standings, as_at)
                if forms
                else [AuditRecord(each) for each in rows]
            )
        return self._records[key]


def material(
    workplace: Workplace,
    lists: Council | None = None,
    history: History | None = None,
    as_at: date | None = None,
) -> Material:
    """Everything as it stood at the end of a day, by default today. Closed cycles too. The lists are read where they
    are not given."""
    as_at = as_at or workplace.today
    history = history or workplace.history()
    read = lists or as_council(workplace.lists.read().council, history, workplace).council
    council = replace(read, cycles=[replace(cycle, open=True) for cycle in read.cycles])
    situation = situation_of(workplace.today, council, history, workplace.basis)
    if as_at < workplace.today:
        situation = _as_it_was(situation, history, workplace.basis, as_at)
    asked = questions(workplace.papers.questions)

    forms_read: FormsRead = {}

    def forms(cycle: Cycle, standings: Sequence[Standing], day: date) -> Sequence[AuditRecord]:
        return kept_record(cycle, standings, workplace, asked, day, forms_read).record.records

    found = Material(workplace.settings, asked, workplace.basis, situation, history, forms, as_at, workplace)
    found.running = {cycle.name for cycle in read.cycles if cycle.open}
    return found


def _as_it_was(situation: Situation, history: History, basis: Basis, as_at: date) -> Situation:
    then = standings_as_at(situation.cycles, situation.council, history, basis, as_at)
    by_cycle: dict[str, list[Standing]] = {}
    for found in then:
        by_cycle.setdefault(found.cycle.name, []).append(found)
    return replace(situation, standings=then, by_cycle=by_cycle)


def nothing_yet(settings: Settings) -> Material:
    """A cycle in which nothing has happened: what a report of it holds a template may name. Raises SettingsError
    when a file that reports are made from cannot be used."""
    day = date(2026, 3, 2)
    basis = Basis(Rulebook((), ()), WorkingDays(), ".".join, Person("", ""))
    cycle = Cycle("1", "A cycle", "A service", day, kloes=("A line of enquiry",))
    history = history_of([])
    situation = situation_of(day, Council([cycle], [], []), history, basis)
    file = settings.files.questions
    asked = questions(text_of(file), str(file))
    return Material(
        settings, asked, basis, situation, history, lambda _cycle, _rows, _day: [], day, cycle=cycle
    )
