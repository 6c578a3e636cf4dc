"""The monthly scorecard for the Performance Team (§9): the month, the cycle and those before it, side by side.

Its readers are inside the council and see true numbers. Nothing of a form is read for it: whether feedback was obtained
is what was noted when the form came in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.programme.date_words import month_in_words
from bot.programme.reports.counted import released
from bot.programme.reports.counts import Shown, all_of_it
from bot.programme.reports.scorecard_figures import BETWEEN, Span, days, figures
from bot.programme.standing.audit_standing import Standing
from bot.programme.vocabulary import Cycle, Role, RoleHolder
from bot.programme.working_days import WorkingDays

CYCLES = 3
"""So many cycles of a service stand beside each other."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a service: `name` is that of a cycle or a month. `days`: for what is waited for (BETWEEN) the
    median number of working days, None when nothing has got so far."""

    name: str
    shown: Shown
    days: dict[str, float | None]


@dataclass(frozen=True, slots=True)
class ServiceCard:
    """A service's figures: of the month, of its latest cycle, and of those before, latest first."""

    service: str
    month: Column
    cycles: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Every service's figures as at the end of a month. Of no audit by itself: its readers are not the Audit Team alone
    (§9). Which audits a figure is made of stands in the record of their cycle."""

    as_at: date
    services: tuple[ServiceCard, ...]


def cycles_of(cycles: Iterable[Cycle], as_at: date) -> list[Cycle]:
    """The latest cycles of each service that had begun by then, open or closed, latest first."""
    begun = [(c.month_one, c) for c in cycles if c.month_one and c.month_one <= as_at]
    by_service: dict[str, list[Cycle]] = {}
    for _, cycle in sorted(begun, key=lambda each: (each[0], each[1].name), reverse=True):
        by_service.setdefault(service_of(cycle), []).append(cycle)
    return [c for service in sorted(by_service) for c in by_service[service][:CYCLES]]


def service_of(cycle: Cycle) -> str:
    return cycle.service_group or cycle.name


def scorecard(
    standings: Sequence[Standing], as_at: date, working: WorkingDays, roles: Sequence[RoleHolder]
) -> Scorecard:
    """The card as at the end of a month, from where audits stood then (`standings_as_at`). Services of whose audits
    none had been sent are left out."""
    cycles = {found.cycle.item_id: found.cycle for found in standings}
    trained = {h.person.email for h in roles if h.role is Role.TRAINED_AUDITOR and h.holds_on(as_at)}
    month_before = as_at.replace(day=1) - timedelta(1)
    by_service: dict[str, list[Cycle]] = {}
    sent = [s for s in standings if released(s, as_at)]
    of_cycle: dict[str, list[Standing]] = {}
    for found in sent:
        of_cycle.setdefault(found.cycle.item_id, []).append(found)
    for cycle in cycles_of(cycles.values(), as_at):
        if cycle.item_id in of_cycle:
            by_service.setdefault(service_of(cycle), []).append(cycle)

    def column(name: str, rows: Sequence[Standing], before: date | None = None) -> Column:
        span = Span(before, as_at)
        return Column(
            name,
            all_of_it(figures(rows, span, trained)),
            {w: days(rows, w, span, working) for w in BETWEEN},
        )

    services = []
    for service, its in by_service.items():
        all_rows = [s for cycle in its for s in of_cycle[cycle.item_id]]
        services.append(
            ServiceCard(
                service,
                column(month_in_words(as_at), all_rows, month_before),
                tuple(column(cycle.name, of_cycle[cycle.item_id]) for cycle in its),
            )
        )
    return Scorecard(as_at, tuple(services))
