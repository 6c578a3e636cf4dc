"""Made-up cycles of a council, realistic in size and shape, and the papers made of them."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import random_cycles

from bot.programme.reports.audit_record import AuditRecord, Finding, Said, Source
from bot.programme.reports.counts import Counts, Shown, all_of_it
from bot.programme.reports.inspection import headings_on, inspection
from bot.programme.reports.paper import CycleTold, Paper, medians_of
from bot.programme.reports.paper_counts import paper_counts
from bot.programme.reports.report import Audience
from bot.programme.reports.small_numbers import as_published
from bot.programme.reports.themes import themes
from bot.programme.vocabulary import Allocation, AuditType, Cycle, Person
from bot.programme.working_days import WorkingDays

CONFIG = Path(__file__).parents[2] / "config"
THEMES = themes((CONFIG / "themes.toml").read_text(encoding="utf-8"))
HEADINGS = inspection((CONFIG / "inspection.toml").read_text(encoding="utf-8"))
DOMAINS = (
    "Relationship and direct work", "Assessment, risk and thresholds", "Family network and agencies", "Planning",
    "Intervention and difference made", "Review, supervision and oversight",
)  # fmt: skip
LINES = (
    "Is the child's voice heard and does it shape the plan?",
    "Do core groups drive the child protection plan between conferences?",
    "Does supervision help practitioners to reflect on risk?",
)
AS_AT = date(2026, 4, 30)
TEAMS = ("Family Support 1", "Family Support 2", "Family Support 3", "Children with Disabilities", "Pod")
SAID = (
    "Supervision was regular and the plan was clear.", "Direct work was purposeful; she was seen alone.",
    "There was drift, and the chronology was not up to date.", "Fathers were not asked.", "",
)  # fmt: skip


def cycle(month: int, year: int, service: str = "Family Support and Protection", item: str = "1") -> Cycle:
    names = {3: "March", 9: "September", 1: "January", 11: "November"}
    name = f"{service}, {names[month]} {year}"
    return Cycle(item, name, service, month_one=date(year, month, 2), kloes=LINES)


NOW = cycle(3, 2026)
EARLIER = (
    cycle(9, 2024, item="2"), cycle(3, 2025, item="3"), cycle(9, 2025, item="4"),
    cycle(11, 2025, "Front door", "5"), cycle(1, 2026, "Looked after and Through Care", "6"),
)  # fmt: skip


def records(of: Cycle, seed: int, full: int = 60) -> list[AuditRecord]:
    """60 full audits, 40 by Team Managers, and 12 dip samples for each line; their dates moved to the cycle's month."""
    drawn = random.Random(seed)
    by = of.month_one - random_cycles.BEGINS if of.month_one else timedelta()
    random_cycles_lines, random_cycles_domains = random_cycles.CYCLE, random_cycles.DOMAINS
    random_cycles.CYCLE, random_cycles.DOMAINS = replace(of), DOMAINS
    try:
        weights = [0.06, 0.55 + seed % 3 / 20, 0.33, 0.06]
        found = [random_cycles._audit(drawn, n, weights, 0.8) for n in range(full)]
        dips = [random_cycles._dip(drawn, n) for n in range(36)]
    finally:
        random_cycles.CYCLE, random_cycles.DOMAINS = random_cycles_lines, random_cycles_domains
    return [_placed(drawn, each, n, by, of, full) for n, each in enumerate([*found, *dips])]


def _placed(
    drawn: random.Random, each: AuditRecord, n: int, by: timedelta, of: Cycle, full: int
) -> AuditRecord:
    row: Allocation = each.standing.allocation
    is_full = row.audit_type.is_full
    team = TEAMS[4] if n == 7 else TEAMS[n % 4]
    kind = AuditType.FULL_TEAM_MANAGER if n < full * 2 // 3 else AuditType.FULL_ADVANCED_PRACTITIONER
    row = replace(
        row, cycle=of.name, team=team, practitioner=_person("Worker", n if n == 7 else n % 23),
        auditor=_person("Auditor", n % 31), audit_type=kind if is_full else row.audit_type,
        date_of_birth=date(2008 + n * 7 % 18, 1 + n % 12, 5), ethnicity=("Bangladeshi", "Bangladeshi", "White British",
        "Bangladeshi", f"Canary{n}")[n % 5] if n % 9 else "",
        kloe=row.kloe if is_full else LINES[n % 3], exempted_on=row.exempted_on and row.exempted_on + by,
    )  # fmt: skip
    reached = {m: replace(d, on=d.on + by) for m, d in each.standing.reached.items()}
    given = each.standing.grades
    grades = replace(
        given,
        auditors=tuple(replace(g, on=g.on + by) for g in given.auditors),
        settled=tuple(replace(g, on=g.on + by) for g in given.settled),
    )
    standing = replace(each.standing, allocation=row, cycle=of, reached=reached, grades=grades)
    source = Source("auditor", "audit.docx", "0" * 64, of.month_one or AS_AT)
    forms = replace(
        each.forms,
        actions=tuple(replace(a, by=a.by and a.by + by) for a in each.forms.actions),
        findings=tuple(Finding(d, "well", drawn.choice(SAID), source) for d in DOMAINS),
        said=(Said("parents or carers", f"Secret words of a mother {n}", source),),
    )
    return AuditRecord(standing, forms)


def _person(what: str, n: int) -> Person:
    return Person(f"{what} Canary{n}", f"{what.lower()}.{n}@council.example")


@cache
def counted(of: int) -> Counts:
    """0 is this cycle, then the earlier ones."""
    each = (NOW, *EARLIER)[of]
    return paper_counts(each, records(each, of + 7), AS_AT, DOMAINS, THEMES)


@cache
def told(of: int, audience: Audience) -> Shown:
    return as_published(counted(of), 5) if audience is Audience.OUTSIDE else all_of_it(counted(of))


def paper(audience: Audience, earlier: int = len(EARLIER)) -> Paper:
    return Paper(
        NOW,
        AS_AT,
        audience,
        told(0, audience),
        earlier=tuple(CycleTold(EARLIER[n], told(n + 1, audience)) for n in range(earlier)),
        medians=medians_of(records(NOW, 7), AS_AT, WorkingDays()),
        headings=headings_on(HEADINGS, AS_AT),
    )
