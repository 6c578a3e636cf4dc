"""What a cycle was asked for by letter, after its audit month, and nobody has entered: told daily (§3, §7, §14, §15).

Those letters go once, to people whose answer reaches the list by the Audit Team's hand. So the Audit Team sees, a week
after each, what is still open, and nothing rests on one letter alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from bot.programme.date_words import day_in_words
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.checks import LIST
from bot.programme.standing.re_audits import sample
from bot.programme.standing.vacancies import TO_REPLACE
from bot.programme.vocabulary import Allocation, AuditType, Cycle, Milestone, Problem, Vacant
from bot.programme.working_days import Dated, WorkingDays

TO_ANSWER = 5
"""Working days that the letters give."""
_IN_TIME = -20
"""Working days before its month one by which the next cycle has to be in the list, for its meeting to be found."""


def still_to_enter(
    today: date,
    cycle: Cycle,
    reached: Mapping[Milestone, Dated],
    rows: Sequence[Standing],
    later: Collection[Cycle],
    others: Mapping[str, Sequence[Standing]],
    working: WorkingDays,
) -> list[Problem]:
    """`reached` is the cycle's, `rows` its audits, `later` the later cycles of its services, `others` their audits."""
    counted = [s for s in rows if not s.allocation.left_out]
    if not counted:
        return []
    dips = [s for s in counted if s.allocation.audit_type is AuditType.DIP_SAMPLE]
    out = [s for s in dips if Milestone.DIP_COMPLETED not in s.reached]
    waits = f" {len(out)} of {len(dips)} dip samples have not come back." if out else ""

    def after(milestone: Milestone, days: int) -> date | None:
        since = reached.get(milestone)
        return working.after(since.on, days) if since else None

    plan_due = after(Milestone.ACTION_PLAN_DUE, 1)
    told = reached.get(Milestone.ACTION_PLAN_AGREED)
    lacking = [
        (
            after(Milestone.MONTH_ONE_ENDS, 1 + TO_ANSWER) if dips else None,
            Milestone.DIP_REPORT_SENT,
            f"“Dip report sent on” is empty: the report on the dip samples is still to be written.{waits}",
        ),
        (
            after(Milestone.DIP_REPORT_SENT, 3 + TO_ANSWER),
            Milestone.DIP_REPORT_SIGNED_OFF,
            "“Dip report signed off on” is empty: the Heads of Service wait for the report.",
        ),
        (
            plan_due,
            Milestone.ACTION_PLAN_AGREED,
            "“Action plan agreed on” is empty: workshop and learning campaign wait for it.",
        ),
        (
            working.after(told.on, 10 + TO_ANSWER) if told else None,
            Milestone.WORKSHOP_HELD,
            "“Workshop held on” is empty: the learning campaign waits for it.",
        ),
        (
            after(Milestone.NEXT_CYCLE_DUE, _IN_TIME),
            Milestone.NEXT_CYCLE_PLANNED,
            f"The next cycle of {cycle.service_group} is not in the list.",
        ),
    ]
    where = f"Audit cycles, {cycle.name}"
    found = [
        Problem(where, f"{what} Enter it, or ask for it again. Open since {day_in_words(since)}.")
        for since, done, what in lacking
        if since and since <= today and done not in reached
    ]
    return found + _re_audits(today, cycle, rows, later, others)


def _re_audits(
    today: date,
    cycle: Cycle,
    rows: Sequence[Standing],
    later: Collection[Cycle],
    others: Mapping[str, Sequence[Standing]],
) -> list[Problem]:
    """Whether the list of the cycle that comes next holds the tenth that was drawn, once that list has audits in it. A
    row that is left out holds none; one that was withdrawn can have another in its place while month one lasts."""
    following = min(
        (c for c in later if c.month_one), key=lambda c: (c.month_one or date.max, c.name), default=None
    )
    listed = others.get(following.name, ()) if following else ()
    month = following.month_one if following else None
    if following is None or month is None or not listed:
        return []
    drawn = sample(cycle, rows)
    frame = {reference.casefold() for reference in drawn.frame}
    there = [s.allocation for s in listed if s.allocation.audit_type is AuditType.RE_AUDIT]
    again = {_earlier(a) for a in there if not a.left_out}
    out = {_earlier(a) for a in there if a.left_out} - again
    held = len(again & frame)
    if held >= len(drawn.drawn):
        return []
    tenth = f"the {len(drawn.drawn)} audits of {cycle.name} that are to be audited again"
    what = f"{following.name} holds {held} of {tenth}."
    lacking = [r for s in drawn.drawn if (r := s.allocation.reference).casefold() not in again]
    missing = [reference for reference in lacking if reference.casefold() not in out]
    more = [reference for reference in lacking if reference.casefold() in out]
    found = []
    if today <= month:
        told = what
        if missing:
            told += f" Drawn and not there: {', '.join(missing)}. Add a row “Re-audit” for each, with “Earlier audit”."
        if more:
            told += f" Drawn, and left out there: {', '.join(more)}. Name another auditor, or other work below Good."
        found.append(Problem(f"Audit cycles, {following.name}", told))
    if (today.year, today.month) <= (month.year, month.month):
        found += [
            Problem(
                f"{LIST}, {a.reference}",
                f"The re-audit was withdrawn. {what}",
                kind=TO_REPLACE,
                vacant=Vacant.CHILD,
            )
            for a in there
            if a.withdrawn and _earlier(a) in frame
        ]
    return found


def _earlier(a: Allocation) -> str:
    return a.earlier_audit.strip().casefold()
