"""The dip-sample report (§7): what the records say to each line of enquiry, file by file counted and never graded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.programme.date_words import plain_day
from bot.programme.reports.audit_record import AuditRecord
from bot.programme.reports.counted import HOW_WE_COUNTED, left_out, reached
from bot.programme.reports.counts import Counts, Name, Shown
from bot.programme.reports.cycle_counts import MET, cycle_counts
from bot.programme.reports.report import Audience, Report, ReportTable
from bot.programme.vocabulary import AuditType, Cycle, Milestone

NAME = "dip_sample_report"
PEOPLE: Name = ("dip samples by people",)
LIMITS = (
    "A dip sample looks at the record alone and asks one question of it. It is not an audit and has no grade.",
    "The children are chosen for the line of enquiry. Ten to fifteen files show what to look into, and not how often "
    "something is so.",
)
HOW_DIPS_ARE_COUNTED = (
    "A dip sample is chosen for the line of enquiry its row names, unless it was withdrawn or declared invalid, and "
    "seen when it is recorded as complete. Its answer is what the latest form says to that line; where nothing was "
    "chosen, it is not answered."
)


def dip_sample_counts(
    cycle: Cycle, records: Sequence[AuditRecord], as_at: date, domains: Sequence[str]
) -> Counts:
    """All that is counted of a cycle, and by how many people its dip samples were done."""
    counts = cycle_counts(cycle, records, as_at, domains)
    auditors = [r.standing.allocation.auditor for r, _ in _done(records, as_at)]
    counts.put(PEOPLE, len({person.email for person in auditors if person}))
    return counts


def days_looked(records: Sequence[AuditRecord], as_at: date) -> tuple[date, date] | None:
    """The first and the last day on which records were looked at; None before the first."""
    days = [on for _, on in _done(records, as_at)]
    return (min(days), max(days)) if days else None


def dip_sample_report(
    cycle: Cycle, shown: Shown, days: tuple[date, date] | None, as_at: date, audience: Audience
) -> Report:
    """One table over all lines of enquiry, each with n seen of n chosen."""
    return Report(
        NAME,
        "Dip samples: what the records say",
        cycle.name,
        as_at,
        audience,
        words={"looked at": _between(days), "people": _people(shown)},
        lists={
            "limits": LIMITS,
            "how we counted": (HOW_DIPS_ARE_COUNTED, *HOW_WE_COUNTED),
        },
        tables={"answers": _answers(cycle, shown)},
    )


def _done(records: Sequence[AuditRecord], as_at: date) -> list[tuple[AuditRecord, date]]:
    return [
        (r, on)
        for r in records
        if r.standing.allocation.audit_type is AuditType.DIP_SAMPLE
        and not left_out(r.standing, as_at)
        and (on := reached(r.standing, Milestone.DIP_COMPLETED, as_at))
    ]


def _answers(cycle: Cycle, shown: Shown) -> ReportTable:
    rows = []
    for n, line in enumerate(cycle.kloes, 1):
        whole, done = ("dip samples", str(n)), ("dip samples", str(n), "done")
        answers = [shown.text(("dip", str(n), word)) for word in (*MET, "")]
        rows.append((f"{n}  {line}", *answers, f"{shown.text(done)} of {shown.text(whole)}"))
    columns = ("Line of enquiry", *MET, "Not answered", "Seen of chosen")
    note = "Each number counts records. Of fewer than 20 no per cent is told."
    return ReportTable(columns, tuple(rows) or (("No line of enquiry is in the list", *["–"] * 6),), note)


def _between(days: tuple[date, date] | None) -> str:
    if days is None:
        return "No record has been looked at yet."
    first, last = days
    if first == last:
        return f"The records were looked at on {plain_day(first)}."
    return f"The records were looked at between {plain_day(first)} and {plain_day(last)}."


def _people(shown: Shown) -> str:
    return f"Number of people who did the dip samples: {shown.text(PEOPLE)}."
