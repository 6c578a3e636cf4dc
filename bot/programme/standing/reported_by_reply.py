"""What people told by a button or by a record they sent, until the Audit Team has entered it in the list.

The people's columns are theirs: the bot never writes them. A date that came in such a way counts as if its column held
it, as long as that column is empty; once a person has filled it in, what they entered counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from bot.programme.date_words import day_in_words
from bot.programme.history.history import History
from bot.programme.history.records_of_the_past import AuditHistory, Question
from bot.programme.list_columns import columns_of
from bot.programme.messages.button import Once
from bot.programme.messages.buttons import Command
from bot.programme.messages.held_reasons import NO_ANSWER
from bot.programme.standing.order_of_dates import begun_anew
from bot.programme.vocabulary import Allocation, Milestone, Person, Problem, Record, RecordKind, ToEnter
from bot.programme.working_days import WorkingDays

PAUSE = 2
"""For so many working days nobody is chased for what they say they have sent already."""

_TITLES = {word: column.title for word, column in columns_of(Allocation).items()}
HELD_ON = {
    RecordKind.UOPP: "uopp_held_on",
    RecordKind.REVIEW: "review_uopp_held_on",
    RecordKind.SIX_WEEKS: "six_week_checked_on",
}
"""The column of the list that says when it was held, for each kind of record."""


def as_reported(allocation: Allocation, history: History) -> Allocation:
    """The row with what was told by a button or in a record in those of the people's columns that are still empty,
    or hold what belongs to an earlier grade."""
    past = history.audits.get(allocation.item_id)
    if past is None or not (past.reports or past.records):
        return allocation
    auditor = allocation.auditor.email if allocation.auditor else ""
    changes: dict[str, object] = {}
    entries: list[ToEnter] = []
    begins = begun_anew(allocation, past)

    def fill(column: str, value: object, shown: str, by: Person, *how: str) -> None:
        held = getattr(allocation, column)
        if (on := begins.get(column)) and isinstance(value, date):
            if value < on:
                return  # told of an earlier grade
            held = None if held and held < on else held
        if column in ("exempted_by", "exempted_on") and not allocation.exempted:
            held = None  # what stands there is nobody's to give
        if column not in changes and held is None:
            changes[column] = value
            entries.append(ToEnter(_TITLES[column], shown, by.name, *how))

    for report in past.reports:
        by = person_of(allocation, report.by)
        button = report.command.button
        if button.once is Once.AUDITOR:
            if report.auditor != auditor or allocation.exempted:
                continue  # somebody else audits it now, or a person has entered it
            fill("exempted_by", by, by.name, by)
        if button.column and not button.about_a_cycle:
            fill(button.column, report.on, day_in_words(report.on), by)
        if report.grade:
            fill("grade_after_uopp", report.grade, report.grade.value, by)
    for filed in past.records:
        by = person_of(allocation, filed.by)
        for column, _called, value, shown in told_in(filed.record, filed.file.on):
            fill(column, value, shown, by, f"in the {filed.record.kind} they sent")
    return replace(allocation, **changes, reported=tuple(entries)) if entries else allocation  # type: ignore[arg-type]


def told_in(record: Record, came_on: date) -> Iterator[tuple[str, str, object, str]]:
    """What a record says for the list: our name for the column, the list's, the value, and the value as it is shown."""
    held = HELD_ON[record.kind]
    grade = "grade_at_six_weeks" if record.kind is RecordKind.SIX_WEEKS else "grade_after_uopp"

    def told(column: str, value: object, shown: str) -> tuple[str, str, object, str]:
        return column, _TITLES[column], value, shown

    if record.on:
        yield told(held, record.on, day_in_words(record.on))
        if record.kind is RecordKind.UOPP:
            yield told("uopp_record_sent_on", came_on, day_in_words(came_on))
    if record.drift is not None:
        yield told("drift", record.drift, "Yes" if record.drift else "No")
    if record.grade:
        yield told(grade, record.grade, record.grade.value)


def person_of(allocation: Allocation, email: str) -> Person:
    """The person of that address as the row names them."""
    return next((person for person in allocation.people if person.email == email), Person(email, email))


def to_enter(allocation: Allocation) -> str:
    """What the Audit Team should enter in the row, and where it comes from: a sentence, or ""."""
    entries = [f"“{entry.column}” {entry.value} (told by {entry.by})" for entry in allocation.reported]
    return f"Please enter {' and '.join(entries)}." if entries else ""


def entries_wanted(allocations: Iterable[Allocation]) -> list[Problem]:
    """What stands in replies and not yet in the list, alike things together."""
    groups: defaultdict[tuple[str, str, str, str], list[str]] = defaultdict(list)
    for allocation in allocations:
        for by, how in dict.fromkeys((entry.by, entry.how) for entry in allocation.reported):
            told = [e for e in allocation.reported if (e.by, e.how) == (by, how)]
            what = " and ".join(f"“{e.column}” {e.value}" for e in told)
            groups[allocation.cycle, what, by, how].append(allocation.reference)
    return [
        Problem(
            f"Audit allocations, {references[0] if len(references) == 1 else f'{len(references)} audits of {cycle}'}",
            f"Please enter {what}: {by} told us {how}. Until then the bot goes by that.",
        )
        for (cycle, what, by, how), references in groups.items()
    ]


def answers_open(questions: Iterable[Question]) -> list[Question]:
    """Those of the questions that are something a person wrote and nobody has read yet."""
    return [question for question in questions if question.category not in NO_ANSWER]


def reported_early(past: AuditHistory, held: date, week: int) -> bool:
    """Whether the report for the week that ends so many weeks after the meeting came before it was asked for: in the
    first week any, in a later one a second, for the first answers what was asked at its beginning."""
    ends = held + timedelta(7 * week)
    begins = held if week <= 1 else ends - timedelta(7)
    told = {r.on for r in past.reports if r.command is Command.PROGRESS and begins <= r.on <= ends}
    return len(told) > (week > 1)


CHASED = (
    Milestone.AUDIT_DUE, Milestone.MODERATION_DUE, Milestone.UOPP_DUE, Milestone.UOPP_RECORD_DUE,
    Milestone.URGENT_ISSUES_DUE, Milestone.REVIEW_UOPP_DUE, Milestone.DIP_DUE, Milestone.CONFIRMATION_DUE,
    Milestone.AUDIT_SENT,
)  # fmt: skip
"""Letters counted from these ask for something that may be lying with the Audit Team already."""
BROUGHT_BY_A_FORM = (Milestone.AUDIT_SENT, Milestone.AUDIT_DUE, Milestone.MODERATION_DUE, Milestone.DIP_DUE)


def lies_with_us(when: Milestone, to: Iterable[Person], open_questions: Iterable[Question]) -> bool:
    """Whether a letter counted from `when` waits because what it asks for has come and is held for the Audit Team, or
    because its readers have answered in words nobody has read yet (§7): one who has keeps it from no other. Alerts
    never wait."""
    if when not in CHASED:
        return False
    asked = list(open_questions)
    if when in BROUGHT_BY_A_FORM and any(question.form for question in asked):
        return True
    answered = {question.sender for question in asked if question.category not in NO_ANSWER}
    return not answered.isdisjoint(readers := {person.email for person in to}) and readers <= answered


def with_the_audit_team(
    allocation: Allocation, asked_back: date | None, open_questions: Iterable[Question]
) -> bool:
    """Whether a form of this audit is held, or its moderator has asked what only the Audit Team can answer (§7): that
    it may be invalid, or goes back to its auditor. `asked_back` is the day on which the audit was given a date for
    putting it right: what came before is with its auditor again."""
    back = asked_back or date.min
    decided = allocation.final_grade or allocation.finally_decided_on
    return any(
        (question.form and question.on >= back)
        or (question.of_moderator and question.on > back and not decided)
        for question in open_questions
    )


def chasing_paused(
    allocation: Allocation,
    past: AuditHistory,
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
        for report in past.reports
    )
