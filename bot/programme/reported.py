"""What people told by a button, until the Audit Team has entered it in the list.

The people's columns are theirs: the bot never writes them. A date that came by a button counts as if its column held
it, as long as that column is empty; once a person has filled it in, what they entered counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from bot.programme.history import AuditHistory, History, Question
from bot.programme.order_of_dates import stale_columns
from bot.programme.vocabulary import Allocation, Command, Milestone, Person, Problem, ToEnter
from bot.programme.working_days import WorkingDays, day_in_words

PAUSE = 2
"""For so many working days nobody is chased for what they say they have sent already."""

NO_ANSWER = ("Could not be delivered", "Said to be sent")
"""Questions to the Audit Team that are no answer of the sender's, or have a pause of their own."""

COLUMNS: Mapping[Command, tuple[str, str]] = {
    Command.CONFIRM_LIST: ("confirmed_on", "Confirmed on"),
    Command.EXEMPT: ("exempted_on", "Exempted on"),
    Command.URGENT_ISSUES_DONE: ("urgent_issues_done_on", "Urgent issues done on"),
    Command.UOPP_HELD: ("uopp_held_on", "UoPP held on"),
    Command.REVIEW_UOPP_HELD: ("review_uopp_held_on", "Review UoPP held on"),
    Command.SAFETY_STEPS_ENDED: ("safety_steps_ended_on", "Safety steps ended on"),
    Command.DISAGREE: ("disputed_on", "Disputed on"),
}
"""The people's column each command stands in for: our name for it, and the one in the list."""


def as_reported(allocation: Allocation, picture: History) -> Allocation:
    """The row with what was told by a button in those of the people's columns that are still empty, or hold what
    belongs to an earlier grade."""
    history = picture.audits.get(allocation.item_id)
    if history is None or not history.reports:
        return allocation
    auditor = allocation.auditor.email if allocation.auditor else ""
    changes: dict[str, object] = {}
    entries: list[ToEnter] = []
    stale = stale_columns(allocation, history)

    def fill(column: str, called: str, value: object, shown: str, by: Person) -> None:
        held = getattr(allocation, column)
        if column in stale and isinstance(value, date) and value > held:
            held = None
        if column in ("exempted_by", "exempted_on") and not allocation.exempted:
            held = None  # what stands there is nobody's to give
        if column not in changes and held is None:
            changes[column] = value
            entries.append(ToEnter(called, shown, by.name))

    for report in history.reports:
        by = person_of(allocation, report.by)
        if report.command is Command.EXEMPT:
            if report.auditor != auditor or allocation.exempted:
                continue  # somebody else audits it now, or a person has entered it
            fill("exempted_by", "Exempted by", by, by.name, by)
        if report.command in COLUMNS:
            fill(*COLUMNS[report.command], report.on, day_in_words(report.on), by)
        if report.grade:
            fill("grade_after_uopp", "Grade after UoPP", report.grade, report.grade.value, by)
    return replace(allocation, **changes, reported=tuple(entries)) if entries else allocation  # type: ignore[arg-type]


def person_of(allocation: Allocation, email: str) -> Person:
    """The person of that address as the row names them."""
    named = (
        allocation.auditor, allocation.auditors_head_of_service, allocation.moderator, allocation.practitioner,
        allocation.team_manager, allocation.head_of_service,
    )  # fmt: skip
    return next((person for person in named if person and person.email == email), Person(email, email))


def to_enter(allocation: Allocation) -> str:
    """What the Audit Team should enter in the row, and where it comes from: a sentence, or ""."""
    entries = [f"“{entry.column}” {entry.value} (told by {entry.by})" for entry in allocation.reported]
    return f"Please enter {' and '.join(entries)}." if entries else ""


def entries_wanted(allocations: Iterable[Allocation]) -> list[Problem]:
    """What stands in replies and not yet in the list, alike things together."""
    groups: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for allocation in allocations:
        for by in dict.fromkeys(entry.by for entry in allocation.reported):
            what = " and ".join(f"“{e.column}” {e.value}" for e in allocation.reported if e.by == by)
            groups[allocation.cycle, what, by].append(allocation.reference)
    return [
        Problem(
            f"Audit allocations, {references[0] if len(references) == 1 else f'{len(references)} audits of {cycle}'}",
            f"Please enter {what}: {by} told us by the button of a letter. Until then the bot goes by that.",
        )
        for (cycle, what, by), references in groups.items()
    ]


CHASED = (
    Milestone.AUDIT_DUE, Milestone.MODERATION_DUE, Milestone.UOPP_DUE, Milestone.UOPP_RECORD_DUE,
    Milestone.URGENT_ISSUES_DUE, Milestone.REVIEW_UOPP_DUE, Milestone.DIP_DUE, Milestone.CONFIRMATION_DUE,
)  # fmt: skip
"""Letters counted from these ask for something that may be lying with the Audit Team already."""
BROUGHT_BY_A_FORM = (Milestone.AUDIT_DUE, Milestone.MODERATION_DUE, Milestone.DIP_DUE)


def lies_with_us(when: Milestone, to: Iterable[Person], open_questions: Iterable[Question]) -> bool:
    """Whether a letter counted from `when` waits because what it asks for has come and is held for the Audit Team, or
    because one of its readers has answered in words nobody has read yet (§7). Alerts never wait."""
    if when not in CHASED:
        return False
    readers = {person.email for person in to}
    return any(
        (question.form and when in BROUGHT_BY_A_FORM)
        or (question.sender in readers and question.category not in NO_ANSWER)
        for question in open_questions
    )


def chasing_paused(
    allocation: Allocation,
    history: AuditHistory,
    when: Milestone,
    to: Iterable[Person],
    today: date,
    working: WorkingDays,
    *,
    inadequate: bool,
) -> bool:
    """Whether a letter counted from `when` waits because the part it asks for is said to be on its way (§7).

    For work its auditor graded Inadequate only the person themself is left in peace; whoever else is to know is told.
    """
    person = {Milestone.AUDIT_DUE: allocation.auditor, Milestone.MODERATION_DUE: allocation.moderator}.get(
        when
    )
    if person is None or (inadequate and person not in to):
        return False
    return any(
        report.command is Command.ALREADY_SENT
        and report.by == person.email
        and report.received <= today <= working.after(report.received, PAUSE)
        for report in history.reports
    )
