"""The words of a letter about an audit: nothing of the child but, where its reader must find the record, the number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Annotated, ClassVar

from bot.papers.letters.button_words import WithButtons
from bot.papers.letters.free_text import without_identifiers
from bot.papers.letters.letter_words import Surroundings
from bot.programme.free_times import FreeTimes
from bot.programme.messages.buttons import Command
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.checks import line_of_enquiry
from bot.programme.standing.council import Council
from bot.programme.standing.reported_by_reply import person_of
from bot.programme.vocabulary import Allocation, Grade, Milestone, Person, Problem
from bot.programme.working_days import Dated


@dataclass(frozen=True, slots=True)
class AuditSeen:
    """The audit as a letter may name it: no name, no date of birth, no ethnicity."""

    told_at: ClassVar[str] = "audit"

    reference: str
    audit_type: str
    mosaic_number: Annotated[str, "empty for a restricted record"]
    team: str
    outcome_type: str
    restricted: bool
    services_involved: Sequence[str]
    earlier_audit: Annotated[str, "of a re-audit"]
    practitioner: Annotated[Person | None, "a person, as all that follow: `.name` and `.email`; may be empty"]
    team_manager: Person | None
    auditor: Person | None
    auditors_head_of_service: Person | None
    moderator: Person | None
    head_of_service: Person | None
    iro_or_cp_chair: Person | None

    @classmethod
    def of(cls, allocation: Allocation) -> AuditSeen:
        """As a reader of any letter may see it."""
        own = {"audit_type": allocation.audit_type.value}
        if allocation.restricted:
            own["mosaic_number"] = ""
        return cls(
            **{name: own.get(name, getattr(allocation, name)) for name in (f.name for f in fields(cls))}
        )


@dataclass(frozen=True, slots=True)
class TimeSeen:
    """A time a letter proposes."""

    on: Annotated[date, "the day"]
    begins: Annotated[str, "“10:00”"]
    ends: Annotated[str, "“11:00”"]


@dataclass(frozen=True, slots=True)
class MeetingSeen:
    """The conversation a letter asks for, as far as calendars were looked at: by a setting, and where they may be."""

    times: Annotated[
        Sequence[TimeSeen], "up to three at which all of `seen` are free; empty where none is known"
    ]
    seen: Annotated[Sequence[Person], "whose calendars were looked at; empty where none could be"]
    not_seen: Annotated[Sequence[Person], "whose calendars could not be seen, beside others that could"]

    @classmethod
    def of(cls, known: FreeTimes) -> MeetingSeen:
        times = [
            TimeSeen(each.begins.date(), f"{each.begins:%H:%M}", f"{each.ends:%H:%M}") for each in known.times
        ]
        return cls(times, known.seen, known.not_seen)


def days_late(due: Dated | None, around: Surroundings) -> int:
    """Working days from a date to today."""
    return max(0, around.working.count_between(due.on, around.today)) if due else 0


def enquiry(found: Standing, lists: Council) -> str:
    """The line of enquiry of a dip sample: one of the cycle's, or what somebody wrote into the row."""
    line = line_of_enquiry(found.allocation, found.cycle)
    if not line or line in found.cycle.kloes:
        return line
    return without_identifiers(line, [found.allocation, *lists.allocations])


@dataclass(frozen=True, slots=True)
class AuditWords(WithButtons):
    """Words of a letter about an audit"""

    found: Standing

    @property
    def audit(self) -> AuditSeen:
        """the audit"""
        return AuditSeen.of(self.found.allocation)

    @property
    def due(self) -> Dated | None:
        """the date the letter is about"""
        return self.letter.due

    @property
    def meeting(self) -> MeetingSeen:
        """the conversation the letter asks for, where the bot may see calendars; all of it may be empty"""
        return MeetingSeen.of(self.around.meeting)

    @property
    def days_late(self) -> int:
        """how many working days after `due.on` today is; 0 when it is not late"""
        return days_late(self.letter.due, self.around)

    @property
    def grade(self) -> Grade | None:
        """the grade the letter acts on"""
        return self.found.grade

    @property
    def auditor_grade(self) -> Grade | None:
        """the auditor's grade"""
        return self.found.auditor_grade

    @property
    def moderated_grade(self) -> Grade | None:
        """the moderated grade"""
        return self.found.moderated_grade

    @property
    def returned_on(self) -> date | None:
        """the day the audit came back"""
        return self.found.on(Milestone.AUDIT_RETURNED)

    @property
    def moderated_on(self) -> date | None:
        """the day of moderation"""
        return self.found.on(Milestone.MODERATED)

    @property
    def uopp_due(self) -> Dated | None:
        """when the UoPP meeting is due"""
        return self.found.reached.get(Milestone.UOPP_DUE)

    @property
    def urgent_due(self) -> Dated | None:
        """when urgent issues are due"""
        return self.found.reached.get(Milestone.URGENT_ISSUES_DUE)

    @property
    def uopp_held_on(self) -> date | None:
        """the day of the UoPP meeting"""
        return self.found.on(Milestone.UOPP_HELD)

    @property
    def grade_after_uopp(self) -> Grade | None:
        """the grade after the UoPP meeting, if it was raised"""
        return self.found.allocation.grade_after_uopp

    @property
    def review_due(self) -> Dated | None:
        """when the review UoPP meeting is due"""
        return self.found.reached.get(Milestone.REVIEW_UOPP_DUE)

    @property
    def review_held_on(self) -> date | None:
        """the day of the review UoPP meeting"""
        return self.found.on(Milestone.REVIEW_UOPP_HELD)

    @property
    def six_week_due(self) -> Dated | None:
        """when the Audit Team looks again"""
        return self.found.reached.get(Milestone.SIX_WEEK_CHECK_DUE)

    @property
    def six_week_month(self) -> int | None:
        """in which month of the cycle that falls, 3 as a rule; the audit month is the first"""
        on, first = self.found.on(Milestone.SIX_WEEK_CHECK_DUE), self.found.cycle.month_one
        return (on.year - first.year) * 12 + on.month - first.month + 1 if on and first else None

    @property
    def checked_on(self) -> date | None:
        """the day of the six-week check"""
        return self.found.on(Milestone.SIX_WEEK_CHECKED)

    @property
    def drift(self) -> bool | None:
        """whether there is delay: true or false"""
        return self.found.allocation.drift

    @property
    def grade_at_six_weeks(self) -> Grade | None:
        """the grade the six-week check gave"""
        return self.found.allocation.grade_at_six_weeks

    @property
    def improvement_due(self) -> Dated | None:
        """when four months are over"""
        return self.found.reached.get(Milestone.IMPROVEMENT_DUE)

    @property
    def line_of_enquiry(self) -> str:
        """the line of enquiry a dip sample is for; an empty text for other audits"""
        return enquiry(self.found, self.lists)

    @property
    def disagreed(self) -> Sequence[Person]:
        """who told by a button that they do not agree; nobody where the Audit Team entered it"""
        told = dict.fromkeys(r.by for r in self.found.past.reports if r.command is Command.DISAGREE)
        return [person_of(self.found.allocation, email) for email in told]

    @property
    def disputed_on(self) -> date | None:
        """the day the disagreement was entered"""
        return self.found.on(Milestone.DISPUTED)

    @property
    def decision_due(self) -> Dated | None:
        """when a final decision is due"""
        return self.found.reached.get(Milestone.DECISION_DUE)

    @property
    def final_grade(self) -> Grade | None:
        """the finally decided grade"""
        return self.found.allocation.final_grade

    @property
    def given_back(self) -> bool:
        """in the letter with which an audit goes back: whether the Audit Team or the moderator gives it back, and not
        only parts are missing"""
        return self.letter.rule.when in (Milestone.RECTIFICATION_ASKED, Milestone.SENT_BACK_BY_MODERATOR)

    @property
    def moderator_asks(self) -> bool:
        """in the same letter: whether it is the moderator who asks for it"""
        return self.letter.rule.when is Milestone.SENT_BACK_BY_MODERATOR

    @property
    def problems(self) -> Sequence[Problem]:
        """what to look at in the form"""
        returned = self.found.latest_return
        # What has no place in the form is a word to the Audit Team (who was not copied), and to nobody else.
        texts: Iterable[str] = [text for text in returned.problems if ": " in text] if returned else []
        if self.given_back and self.found.allocation.note:
            texts = [f"The audit as a whole: {self.found.allocation.note}", *texts]
        rows = [self.found.allocation, *self.lists.allocations]
        return [
            _as_problem(without_identifiers(text, rows))
            for text in texts or ([] if self.given_back else self.letter.notes)
        ]


def _as_problem(text: str) -> Problem:
    where, _, what = text.partition(": ")
    return Problem(where if what else "The form", what or where)
