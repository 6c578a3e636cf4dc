"""A season that has been lived through under the shipped rules: what would an edited book send on each of its days?"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from councils import Drawn
from people import AUDIT_TEAM, MARCH, ROLES, audit, book, keys, person

from bot.programme.events import EventKind
from bot.programme.history.history import History, history_of
from bot.programme.planning.planner import plan
from bot.programme.rulebook.rules import Rulebook
from bot.programme.standing.council import Basis, Council
from bot.programme.vocabulary import AuditType, Grade
from bot.programme.working_days import WorkingDays

WORKING = WorkingDays()
MONTH_ONE = date(2026, 3, 2)
DAYS = (
    -28,
    -13,
    -8,
    -4,
    -3,
    0,
    8,
    9,
    10,
    11,
    12,
    13,
    15,
    19,
    22,
    25,
    30,
    36,
    44,
    53,
    57,
    61,
    70,
    92,
    120,
    123,
    150,
    181,
)
"""The days of the season that are looked at, counted from the first of the audit month."""
ALL_SENT = range(15)
"""On these days everything that is due is sent; what is due on the others is left, so that each morning shows it."""
IA, RI, G = Grade.INADEQUATE, Grade.REQUIRES_IMPROVEMENT, Grade.GOOD
KINDS = AuditType
_GRADES: list[tuple[Grade | None, Grade | None, dict[str, Any]]] = [
    (None, None, {}), (None, None, {"audit_type": KINDS.DIP_SAMPLE}), (None, None, {"audit_type": KINDS.DIP_AUDIT}),
    (G, G, {}), (G, RI, {}), (RI, RI, {}), (RI, IA, {}), (IA, IA, {}), (IA, RI, {}), (G, IA, {}),
    (RI, None, {}), (IA, None, {}),
    (IA, IA, {"uopp_held_on": 12}), (RI, RI, {"uopp_held_on": 14}),
    (RI, RI, {"uopp_held_on": 14, "six_week_checked_on": 60}),
    (IA, IA, {"uopp_held_on": 12, "uopp_record_sent_on": 15, "review_uopp_held_on": 60, "six_week_checked_on": 60}),
    (RI, RI, {"disputed_on": 16}), (RI, G, {"disputed_on": 16, "finally_decided_on": 26, "final_grade": IA}),
    (IA, IA, {"withdrawn": True}), (IA, IA, {"hold_why": "A complaint"}), (G, G, {"audit_type": KINDS.RE_AUDIT}),
    (RI, RI, {"audit_type": KINDS.RE_AUDIT}), (IA, RI, {"drift": True, "uopp_held_on": 13, "six_week_checked_on": 58}),
    (RI, RI, {"iro_or_cp_chair": person("Cai Chair"), "services_involved": ("Youth Justice Service",)}),
    (None, None, {"return_by": 30}), (G, None, {"rectification_by": 20}), (None, None, {"confirmed_on": None}),
    (RI, RI, {"uopp_held_on": 14, "six_week_checked_on": 60, "grade_at_six_weeks": IA}),
    (IA, IA, {"urgent_issues_done_on": 11, "uopp_held_on": 12, "weekly_reports_ended_on": 40}),
]  # fmt: skip
"""Of each audit: what its auditor and its moderator say, and what is entered, a number for the day of the season."""


@dataclass(frozen=True)
class Morning:
    """One day of the season, before anything is done."""

    today: date
    council: Council
    history: History


def day(n: int) -> date:
    return WORKING.on_or_after(MONTH_ONE + timedelta(n))


@cache
def mornings() -> tuple[Morning, ...]:
    """The mornings of the season."""
    return tuple(_lived())


def _lived() -> Iterator[Morning]:
    rows = [
        replace(audit(n, **{k: v for k, v in entered.items() if not isinstance(v, int) or isinstance(v, bool)}),
                team=f"Team {n}", moderator=person(f"Moderator {n % 5}"), auditor=person(f"Auditor {n % 7}"))
        for n, (_, _, entered) in enumerate(_GRADES)
    ]  # fmt: skip
    rows = [replace(row, disputed_on=None, final_grade=None) for row in rows]
    dip = replace(MARCH, dip_report_sent_on=None)
    drawn = Drawn(random.Random(1), [dip], list(ROLES), rows)
    since = DAYS[0]
    for n in DAYS:
        for each in range(since, n + 1):
            if WORKING.is_working(MONTH_ONE + timedelta(each)):
                _happens(drawn, MONTH_ONE + timedelta(each))
        since, today = n + 1, day(n)
        history = history_of(drawn.events)
        yield Morning(today, Council([*drawn.cycles], drawn.roles, [*drawn.rows]), history)
        if n in ALL_SENT:
            drawn.perform(today, drawn.plan(today, history))


def _happens(drawn: Drawn, today: date) -> None:
    for n, (auditors, moderated, entered) in enumerate(_GRADES):
        row = drawn.rows[n]
        for column, value in entered.items():
            if isinstance(value, int) and not isinstance(value, bool) and day(value) == today:
                drawn.rows[n] = row = replace(row, **{column: today + timedelta(14 * column.endswith("_by"))})
            if column == "final_grade" and day(26) == today:
                drawn.rows[n] = row = replace(row, final_grade=value)
        sha = f"{n}.{today}"
        if auditors and today == day(8 + n % 3):
            grade = auditors.value
            drawn.happened(today, EventKind.AUDIT_RETURNED, f"{row.item_id}#{sha}", row.item_id, sha256=sha,
                           grade=grade, incomplete=n == 3, problems=["Section 6: no grade"] * (n == 3))  # fmt: skip
        if moderated and today == day(10 + n % 3):
            drawn.happened(today, EventKind.MODERATION_RETURNED, f"{row.item_id}#{sha}", row.item_id, sha256=sha,
                           grade=moderated.value, sent_back=n == 4)  # fmt: skip
        if row.rectification_by and today == day(20):
            drawn.happened(today, EventKind.RECTIFICATION_SEEN, f"{row.item_id}#r", row.item_id,
                           by=row.rectification_by.isoformat())  # fmt: skip
        if n == 7 and today == day(40):  # somebody else takes over
            drawn.rows[n] = replace(row, team_manager=person("New Manager"))
    if today == day(30):
        drawn.cycles[0] = replace(drawn.cycles[0], board_meeting_on=day(120))


@cache
def basis(rulebook: Rulebook) -> Basis:
    return Basis(rulebook, WORKING, keys, AUDIT_TEAM)


def letters(rulebook: Rulebook) -> frozenset[tuple[object, ...]]:
    """What would go out on each of the mornings: the rule first, then whatever a reader would notice."""
    return frozenset(_letters(rulebook))


def _letters(rulebook: Rulebook) -> Iterator[tuple[object, ...]]:
    for morning in mornings():
        for whole in plan(morning.today, morning.council, morning.history, basis(rulebook)).letters:
            for letter in whole.together or (whole,):
                rule = letter.rule
                yield (
                    rule.id, morning.today, letter.about, tuple(sorted(p.email for p in whole.to)),
                    tuple(sorted(p.email for p in whole.cc)), letter.occasion, rule.letter,
                    letter.due and letter.due.on,
                    tuple(sorted(rule.attach)), rule.draft_only,
                )  # fmt: skip


@cache
def as_shipped() -> frozenset[tuple[object, ...]]:
    return letters(book())
