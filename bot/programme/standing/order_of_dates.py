"""The order of things: which dates people entered in a row cannot be right, and are therefore not acted on (§6 to §13).

What is entered as done cannot lie ahead, nor before what it follows from. Such a date counts as an empty cell and is
told, with what stands against it, until somebody has put it right.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from bot.programme.date_words import day_in_words
from bot.programme.history.records_of_the_past import AuditHistory
from bot.programme.list_columns import columns_of
from bot.programme.standing.counting_grade import grades_of
from bot.programme.vocabulary import Allocation, Cycle, Grade, Problem

LIST = "Audit allocations"
DONE = {word: column.title for word, column in columns_of(Allocation).items() if column.done}
"""Columns that say when something was done, as the list calls them."""
_OF_A_CYCLE = {word: column.title for word, column in columns_of(Cycle).items() if column.done}
NOT_ACTED_ON = "It is not acted on until it is put right."
_UNMODERATED = "the audit has not been moderated, as far as the bot knows"


def in_order(
    allocation: Allocation, past: AuditHistory, today: date
) -> tuple[Allocation, tuple[Problem, ...]]:
    """The row without the dates that cannot be right, and a problem for each of them."""
    problems = []
    changes: dict[str, object] = {}
    for column, called, limit, why in _limits(allocation, past):
        if limit < why[0]:
            changes[column] = None
            what = f"“{called}” says {day_in_words(limit)}, {why[1]} {day_in_words(why[0])}. {NOT_ACTED_ON}"
            problems.append(Problem(f"{LIST}, {allocation.reference}", what))
    for column, called in DONE.items():
        entered: date | None = getattr(allocation, column)
        if entered is None:
            continue
        row = replace(allocation, **changes)  # type: ignore[arg-type]
        against = _ahead(entered, today) or next(_before(column, row, past, entered), "")
        if against:
            changes[column] = None
            what = f"“{called}” says {day_in_words(entered)}, but {against}. {NOT_ACTED_ON}"
            problems.append(Problem(f"{LIST}, {allocation.reference}", what))
    if changes.get("finally_decided_on", today) is None and allocation.final_grade is not Grade.INADEQUATE:
        changes["final_grade"] = (
            None  # an Inadequate counts from the day it was first seen: it waits for nothing
        )
    return (replace(allocation, **changes), tuple(problems)) if problems else (allocation, ())  # type: ignore[arg-type]


def _limits(a: Allocation, past: AuditHistory) -> Iterator[tuple[str, str, date, tuple[date, str]]]:
    """Dates by which something is to come: none can be over when it is given."""
    by = a.rectification_by
    if by and (seen := past.rectification_asked_on.get(by)):
        yield (
            "rectification_by",
            "Return for rectification by",
            by,
            (seen, "which was over when it was entered on"),
        )
    if a.return_by and a.confirmed_on:
        yield "return_by", "Return by", a.return_by, (a.confirmed_on, "but the audit was confirmed on")


def _ahead(entered: date, today: date) -> str:
    return "that day is still to come" if entered > today else ""


def _before(column: str, a: Allocation, past: AuditHistory, entered: date) -> Iterator[str]:
    """What a date is too early for, in words. `a` has the earlier columns already put right."""
    moderated = past.moderations[0].on if past.moderations else None
    follows: list[tuple[date | None, str]] = []
    match column:
        case (
            "uopp_held_on"
            | "disputed_on"
            | "weekly_reports_ended_on"
            | "six_week_checked_on"
            | "finally_decided_on"
        ):
            follows = [(moderated, "moderation")]
            if column == "finally_decided_on":
                follows.append((a.disputed_on, "the disagreement"))
            elif moderated is None and a.final_grade is None and not a.restricted:
                yield _UNMODERATED
        case "uopp_record_sent_on" | "review_uopp_held_on":
            follows = [(a.uopp_held_on, "the UoPP meeting"), (moderated, "moderation")]
        case "urgent_issues_done_on" | "safety_steps_ended_on":
            # Urgent issues may be dealt with as soon as the auditor has named them (§10: "or sooner").
            follows = [(past.returns[0].on if past.returns else moderated, "the audit came back")]
    for on, called in follows:
        if on and entered < on:
            yield (
                f"{called} was on {day_in_words(on)}"
                if called != "the audit came back"
                else (f"the audit came back on {day_in_words(on)}")
            )


def cycle_in_order(cycle: Cycle, today: date) -> tuple[Cycle, tuple[Problem, ...]]:
    """As `in_order`, of a cycle's own row."""
    changes: dict[str, object] = {}
    problems = []
    for column, called in _OF_A_CYCLE.items():
        entered: date | None = getattr(cycle, column)
        sent = cycle.dip_report_sent_on if column == "dip_report_signed_off_on" else None
        against = ""
        if entered and entered > today:
            against = "that day is still to come"
        elif entered and sent and entered < sent:
            against = f"the report was sent on {day_in_words(sent)}"
        elif entered and cycle.month_one and entered < cycle.month_one:
            against = f"the audit month begins on {day_in_words(cycle.month_one)}"
        if entered and against:
            changes[column] = None
            what = f"“{called}” says {day_in_words(entered)}, but {against}. {NOT_ACTED_ON}"
            problems.append(Problem(f"Audit cycles, {cycle.name}", what))
    return (replace(cycle, **changes), tuple(problems)) if problems else (cycle, ())  # type: ignore[arg-type]


def begun_anew(allocation: Allocation, past: AuditHistory) -> dict[str, date]:
    """From which day on a date of these columns belongs to the grade that counts: a worse begins anew (§10, §11)."""
    grades = grades_of(allocation, past)
    begins = {"uopp_held_on": grades.meeting_since, "urgent_issues_done_on": grades.inadequate}
    return {column: given.on for column, given in begins.items() if given}


def stale_columns(allocation: Allocation, past: AuditHistory) -> frozenset[str]:
    """Columns whose date is right but belongs to an earlier grade."""
    begins = begun_anew(allocation, past).items()
    return frozenset(c for c, on in begins if (d := getattr(allocation, c)) and d < on)
