"""Which grade of an audit counts, and since when (§7, §10, §11).

A grade has a history: the auditor's counts until the audit is moderated, the moderated one until a disagreement is
finally decided. Every deadline, alert, route and recipient hangs on the grade that counts and on the day from which it
has counted, whoever gave it. A step that leaves the grade as it was changes nothing and begins nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.programme.history.records_of_the_past import AuditHistory, Returned
from bot.programme.vocabulary import Allocation, Grade


class GivenBy(StrEnum):
    """Who gave a grade; the value stands in sentences such as "3 working days after moderation on …"."""

    AUDITOR = "the audit came back"
    MODERATOR = "moderation"
    DECISION = "the final decision"
    TAKEN_BACK = "the final decision was taken back"


@dataclass(frozen=True, slots=True)
class Given:
    """A grade from the day on which it began to count."""

    grade: Grade
    on: date
    by: GivenBy


@dataclass(frozen=True, slots=True)
class Grades:
    """The grades of one audit in the order in which they counted. `settled` are those after the auditor's."""

    auditors: tuple[Given, ...] = ()
    settled: tuple[Given, ...] = ()

    @property
    def counts(self) -> Given | None:
        """The grade that counts now, as it was last given."""
        return (self.settled or self.auditors or (None,))[-1]

    @property
    def route(self) -> Given | None:
        """The moderated or final grade that counts now, from the day since which it has."""
        return _beginning(self.settled)

    @property
    def meeting_since(self) -> Given | None:
        """The grade from whose day on a UoPP meeting is one about this work: a grade that became worse needs its own,
        one that became better does not (§10), nor one that had been worse for a while."""
        since = None
        for n, given in enumerate(self.settled):
            if n == 0 or self.settled[n - 1].grade.rank < self.settled[-1].grade.rank <= given.grade.rank:
                since = given
        return since

    @property
    def inadequate(self) -> Given | None:
        """The Inadequate that counts, as it was first given without a better grade since; None when none counts."""
        if self.counts is None or self.counts.grade is not Grade.INADEQUATE:
            return None
        moderated = self.settled[0].on if self.settled else date.max
        return _beginning((*(g for g in self.auditors if g.on <= moderated), *self.settled))

    @property
    def auditors_inadequate(self) -> Given | None:
        """As `inadequate`, of the auditor's own grade alone, whatever the moderator found."""
        begun = _beginning(self.auditors)
        return begun if begun and begun.grade is Grade.INADEQUATE else None


def _beginning(steps: Sequence[Given]) -> Given | None:
    """The first of the last steps that have one and the same grade."""
    begun = None
    for step in reversed(steps):
        if begun is not None and step.grade is not begun.grade:
            break
        begun = step
    return begun


def grades_of(allocation: Allocation, past: AuditHistory, today: date | None = None) -> Grades:
    """The grades of an audit, from its row and what came back.

    A final grade without its day counts from the day on which it was first seen in the list, or from `today`.
    """
    asked = rectification_asked(allocation, past)
    corrected = correction(allocation, past)
    auditors = [Given(r.grade, r.on, GivenBy.AUDITOR) for r in past.returns if r.grade]
    # The auditor's own Inadequate in a file nobody had asked for is held, and counts all the same (§10).
    last = past.returns[-1].at if past.returns else None
    auditors += [
        Given(Grade.INADEQUATE, alarm.on, GivenBy.AUDITOR)
        for alarm in past.alarms
        if allocation.auditor
        and alarm.sender == allocation.auditor.email
        and (last is None or alarm.at > last)
    ]
    settled = [
        Given(
            m.grade, m.on if corrected is None else max(m.on, _since(m, asked, corrected)), GivenBy.MODERATOR
        )
        for m in past.moderations
        if m.grade and moderation_counts(m, asked, corrected, auditors)
    ]
    settled += _decisions(allocation, past, settled, today)
    return Grades(tuple(auditors), tuple(settled))


def _decisions(
    allocation: Allocation, past: AuditHistory, moderated: Sequence[Given], today: date | None
) -> list[Given]:
    """The final grades that have stood in the list one after another, each from the day on which it was first seen,
    the present one from the day of the decision. One that was taken out again gives back the moderated grade."""
    seen = list(past.decisions_seen)
    now, decided = allocation.final_grade, decided_on(allocation, past, today)
    if now and decided:
        seen = [*(seen[:-1] if seen and seen[-1][0] is now else seen), (now, decided)]
    found = []
    for grade, on in seen:
        if grade:
            found.append(Given(grade, on, GivenBy.DECISION))
        elif before := [given for given in moderated if given.on <= on]:
            found.append(Given(before[-1].grade, on, GivenBy.TAKEN_BACK))
    return found


def decided_on(allocation: Allocation, past: AuditHistory, today: date | None = None) -> date | None:
    """The day of the final decision (§11); without one in the row, the day its grade was first seen there."""
    if not allocation.final_grade:
        return allocation.finally_decided_on
    if allocation.finally_decided_on:
        return allocation.finally_decided_on
    grade, on = past.decisions_seen[-1] if past.decisions_seen else (None, today)
    return on if grade is allocation.final_grade else today


def rectification_asked(allocation: Allocation, past: AuditHistory) -> date | None:
    """The day on which the date for putting the audit right was first seen in its row (§7)."""
    return past.rectification_asked_on.get(allocation.rectification_by or date.min)


def correction(allocation: Allocation, past: AuditHistory) -> Returned | None:
    """The corrected audit, once it has come: what arrived after the auditor was asked.

    The asking itself has no hour, only the day on which the bot first saw it. So a further part counts as the
    correction too when it was taken in on that very day, or arrived on the days before it on which nobody works.
    """
    asked = rectification_asked(allocation, past)
    if asked is None:
        return None
    for n, returned in enumerate(past.returns):
        if returned.on > asked:
            return returned
        further = n > 0 or any(on <= returned.on for on in past.incomplete_on)
        if further and (returned.at.date() >= asked or returned.on >= last_weekday_before(asked)):
            return returned
    return None


def last_weekday_before(day: date) -> date:
    """The first of the days of a weekend that runs up to `day`: the Saturday before a Monday; else `day` itself."""
    return date.fromordinal(day.toordinal() - {0: 2, 6: 1}.get(day.weekday(), 0))


def moderation_counts(
    moderation: Returned, asked: date | None, corrected: Returned | None, auditors: Sequence[Given]
) -> bool:
    """Whether a moderation counts although the audit went back to its auditor.

    One that comes after the asking does, and so does one before it once the correction is in, unless it was that
    moderation which gave the audit back: the correction is moderated anew. An Inadequate, of the auditor or of the
    moderator, waits for no correction (§10).
    """
    if asked is None or moderation.on > asked or (corrected is not None and not moderation.sent_back):
        return True
    return Grade.INADEQUATE in (moderation.grade, auditors[-1].grade if auditors else None)


def _since(moderation: Returned, asked: date | None, corrected: Returned) -> date:
    """From when a moderation counts: one made before the audit went back, from the day of the correction on, so that
    nothing is overdue on the day it begins. One that never waited keeps its own day."""
    waited = asked is not None and moderation.on <= asked < corrected.on
    return corrected.on if waited and moderation.grade is not Grade.INADEQUATE else moderation.on
