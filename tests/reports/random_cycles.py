"""Cycles drawn at random: audits with grades that few agree on, some late, some disputed, withdrawn or exempted.

One number gives one cycle, the same for ever. Every step has its day, so that the same audits can be counted twice.
"""

from __future__ import annotations

import random
from datetime import date, timedelta

from bot.programme.history.records_of_the_past import AuditHistory
from bot.programme.reports.audit_record import (
    AgreedAction,
    AuditRecord,
    Contact,
    KloeAnswer,
    Source,
    WhatFormsSay,
)
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.counting_grade import Given, GivenBy, Grades
from bot.programme.vocabulary import Allocation, AuditType, Cycle, Grade, Milestone
from bot.programme.working_days import Dated

BEGINS = date(2026, 3, 2)
DOMAINS = ("Assessment", "Planning", "Direct work", "Supervision", "Recording", "Impact")
CYCLE = Cycle(
    "1",
    "Family Support, March 2026",
    "Family Support",
    month_one=BEGINS,
    kloes=("Is the voice heard?", "Is risk seen?", "Is it timely?"),
)
FULL = (AuditType.FULL_TEAM_MANAGER, AuditType.FULL_TEAM_MANAGER, AuditType.FULL_ADVANCED_PRACTITIONER)


def audits(seed: int, most: int = 80) -> list[AuditRecord]:
    """The rows of one cycle, 1 to `most` full audits and some dip samples."""
    drawn = random.Random(seed)
    weights = [drawn.choice((0, 1, 5, 20, 40)) + 0.1 for _ in Grade]
    steady = drawn.random()
    full = [_audit(drawn, n, weights, steady) for n in range(drawn.randint(1, most))]
    return [*full, *(_dip(drawn, n) for n in range(drawn.randint(0, 15)))]


def _day(drawn: random.Random, after: date, most: int) -> date:
    return after + timedelta(drawn.randint(1, most))


def _near(drawn: random.Random, grade: Grade, steady: float) -> Grade:
    step = 0 if drawn.random() < steady else drawn.choice((-1, 1, 1, 2))
    return list(Grade)[min(3, max(0, grade.rank + step))]


def _audit(drawn: random.Random, n: int, weights: list[float], steady: float) -> AuditRecord:
    on: dict[Milestone, date] = {Milestone.AUDIT_SENT: BEGINS, Milestone.AUDIT_DUE: BEGINS + timedelta(14)}
    grade = drawn.choices(list(Grade), weights)[0]
    given: list[Given] = []
    settled: list[Given] = []
    forms = WhatFormsSay()
    after = check = None
    if drawn.random() < 0.95:
        on[Milestone.AUDIT_RETURNED] = back = _day(drawn, BEGINS, 25)
        on[Milestone.MODERATION_DUE] = back + timedelta(7)
        given.append(Given(grade, back, GivenBy.AUDITOR))
        forms = _forms(drawn, grade, back)
        if drawn.random() < 0.95:
            on[Milestone.MODERATED] = moderated = _day(drawn, back, 12)
            found = _near(drawn, grade, steady)
            settled.append(Given(found, moderated, GivenBy.MODERATOR))
            if drawn.random() < 0.05:
                on[Milestone.DISPUTED] = disputed = _day(drawn, moderated, 5)
                settled.append(Given(_near(drawn, found, 0.5), _day(drawn, disputed, 9), GivenBy.DECISION))
            if found.below_good and drawn.random() < 0.9:
                on[Milestone.UOPP_DUE] = moderated + timedelta(7)
                on[Milestone.UOPP_HELD] = held = _day(drawn, moderated, 10)
                after = _near(drawn, found, 0.7)
                on[Milestone.SIX_WEEK_CHECKED] = _day(drawn, held, 30)
                check = list(Grade)[max(0, found.rank - drawn.randint(0, 2))]
    allocation = Allocation(
        item_id=str(n), etag="", reference=f"FSP-2026-03-{n:03}", cycle=CYCLE.name, audit_type=drawn.choice(FULL),
        withdrawn=drawn.random() < 0.03, exempted_on=_day(drawn, BEGINS, 20) if drawn.random() < 0.05 else None,
        grade_after_uopp=after, grade_at_six_weeks=check, drift=None if check is None else drawn.random() < 0.3,
    )  # fmt: skip
    return AuditRecord(_standing(allocation, on, Grades(tuple(given), tuple(settled))), forms)


def _forms(drawn: random.Random, grade: Grade, on: date) -> WhatFormsSay:
    source = Source("auditor", "audit.docx", "0" * 64, on)
    actions = [
        AgreedAction(
            "Visit",
            "Team Manager",
            _day(drawn, on, 40),
            "",
            "",
            "",
            drawn.choice(("", "On track", "Done", "No longer needed", "done")),
            source,
        )
        for _ in range(drawn.randint(0, 3))
    ]
    return WhatFormsSay(
        domain_grades={d: _near(drawn, grade, 0.6) for d in DOMAINS if drawn.random() < 0.95},
        kloes=tuple(
            KloeAnswer(
                line, drawn.choice(("Strength", "Strength", "Concern", "Not applicable", "")), "", "", source
            )
            for line in CYCLE.kloes
        ),
        actions=tuple(actions),
        family=drawn.choice(list(Contact)),
        practitioner=drawn.choice(list(Contact)),
    )


def _dip(drawn: random.Random, n: int) -> AuditRecord:
    line = drawn.choice(CYCLE.kloes)
    allocation = Allocation(
        item_id=f"d{n}",
        etag="",
        reference=f"FSP-2026-03-D{n:02}",
        cycle=CYCLE.name,
        audit_type=AuditType.DIP_SAMPLE,
        kloe=line,
    )
    done = _day(drawn, BEGINS, 25)
    judged = drawn.choice(("Yes", "Partly", "No", "Not applicable"))
    said = WhatFormsSay(
        kloes=(KloeAnswer(line, judged, "", "", Source("dip sample", "dip.docx", "0" * 64, done)),)
    )
    return AuditRecord(_standing(allocation, {Milestone.DIP_COMPLETED: done}, Grades()), said)


def _standing(allocation: Allocation, on: dict[Milestone, date], grades: Grades) -> Standing:
    reached = {milestone: Dated(day, "") for milestone, day in on.items()}
    return Standing(allocation, CYCLE, AuditHistory(), reached, frozenset(), None, None, grades)
