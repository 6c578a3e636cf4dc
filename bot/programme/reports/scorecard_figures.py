"""What the scorecard counts of some audits, up to a day or within a month (§9)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from bot.programme.reports.audit_record import Contact
from bot.programme.reports.counted import (
    auditors_grade,
    final_grade,
    left_out,
    moderated_grade,
    reached,
    standing_grade,
)
from bot.programme.reports.counts import Counts
from bot.programme.standing.audit_standing import Standing
from bot.programme.vocabulary import Grade, Milestone
from bot.programme.working_days import WorkingDays

FEEDBACK = {
    "family": (Contact.OBTAINED, Contact.CONTACTED, Contact.NOT_POSSIBLE, Contact.NOT_APPROPRIATE),
    "practitioner": (Contact.OBTAINED, Contact.NOT_OBTAINED),
}
"""What may have become of asking for whose view; besides, nothing may be stated."""
BETWEEN = {
    "to return": (Milestone.AUDIT_SENT, Milestone.AUDIT_RETURNED),
    "to moderate": (Milestone.AUDIT_RETURNED, Milestone.MODERATED),
}
"""What is waited for, from which step to which."""
NO_DAY = "withdrawn"
"""Why an audit is left out of which the list gives no day, so that no month has it."""


@dataclass(frozen=True, slots=True)
class Span:
    """From the end of the day `before`, None for the very beginning, to the end of `as_at`."""

    before: date | None
    as_at: date

    def new(self, rows: Sequence[Standing], says: Callable[[Standing, date], object]) -> list[Standing]:
        """The audits of which something became so within it."""
        before = self.before
        return [s for s in rows if says(s, self.as_at) and not (before and says(s, before))]


def _to(milestone: Milestone) -> Callable[[Standing, date], object]:
    return lambda found, day: reached(found, milestone, day)


def figures(sent: Sequence[Standing], span: Span, trained: set[str]) -> Counts:
    """The numbers of audits that had been sent to their auditors, under the names of `cycle_counts` where it has them.
    Of a month they are what became so in it."""
    counts, as_at = Counts(), span.as_at
    playing = [s for s in sent if not left_out(s, as_at)]
    allocated = span.new(playing, _to(Milestone.AUDIT_SENT))
    counts.put(("in play",), len(allocated))
    for why in (NO_DAY, "exempted", "declared invalid"):
        counts.put(("released", why), len(span.new(sent, lambda s, day, why=why: left_out(s, day) == why)))  # type: ignore[misc]
    due = span.new(playing, lambda s, day: s.first_due if s.first_due and s.first_due <= day else None)
    back = span.new(playing, _to(Milestone.AUDIT_RETURNED))
    counts.put(("due",), len(due))
    counts.parts(("due",), {"returned": sum(bool(_to(Milestone.AUDIT_RETURNED)(s, as_at)) for s in due)})
    counts.put(("return", "returned"), len(back))
    counts.put(("return", "returned", "late"), sum(_late(s, as_at) for s in back))
    counts.put(
        ("return", "returned", "moderated"), sum(bool(_to(Milestone.MODERATED)(s, as_at)) for s in back)
    )
    counts.put(("moderation", "moderated"), len(span.new(playing, _to(Milestone.MODERATED))))
    for name, grade_of in _GRADES.items():
        given = span.new(playing, grade_of)
        of = Counter(grade_of(s, as_at) for s in given)
        counts.put((name,), len(given))
        for grade in Grade:
            counts.put((name, grade.value), of[grade])
    _moved(counts, span.new(playing, _both), as_at)
    counts.put(("decided",), len(span.new(playing, final_grade)))
    for who, words in FEEDBACK.items():
        said = Counter(feedback(s, who, as_at) for s in back)
        counts.parts(("return", "returned"), {word.value: said[word] for word in words}, (who,))
    for what, (begun, done) in BETWEEN.items():
        waiting = [s for s in playing if reached(s, begun, as_at) and not reached(s, done, as_at)]
        counts.put(("open", what), len(waiting))
    auditors = {s.allocation.auditor.email for s in allocated if s.allocation.auditor}
    counts.put(("auditors",), len(auditors))
    if trained:
        counts.parts(("auditors",), {"trained": len(auditors & trained)})
    return counts


_GRADES = {
    "auditor's grade": auditors_grade,
    "moderated grade": moderated_grade,
    "standing grade": standing_grade,
}


def _both(found: Standing, day: date) -> bool:
    return bool(auditors_grade(found, day) and moderated_grade(found, day))


def _moved(counts: Counts, both: Sequence[Standing], as_at: date) -> None:
    """The auditor's grade against the moderated one, of audits that have both."""
    pairs = [(auditors_grade(s, as_at), moderated_grade(s, as_at)) for s in both]
    ranks = [(a.rank, m.rank) for a, m in pairs if a and m]
    counts.put(("both grades",), len(pairs))
    counts.put(("moved", "up"), sum(m < a for a, m in ranks))
    counts.put(("moved", "down"), sum(m > a for a, m in ranks))
    for grade in Grade:
        counts.put(("by auditor", grade.value), sum(a is grade for a, _ in pairs))
        counts.put(("by moderator", grade.value), sum(m is grade for _, m in pairs))


def feedback(found: Standing, who: str, as_at: date) -> Contact:
    """What the auditor's latest form that had come by then says of the family's or the practitioner's view; without
    one, the moderator's."""
    past = found.past
    by_part = ([f for f in part if f.on <= as_at] for part in (past.returns, past.moderations))
    latest = next((forms[-1] for forms in by_part if forms), None)
    if latest is None:
        return Contact.NOT_STATED
    if who == "practitioner":
        obtained = latest.practitioner_feedback
        return {True: Contact.OBTAINED, False: Contact.NOT_OBTAINED, None: Contact.NOT_STATED}[obtained]
    if latest.family_feedback:
        return Contact.OBTAINED
    return Contact(latest.family or Contact.NOT_STATED)


def _late(found: Standing, as_at: date) -> bool:
    on, by = reached(found, Milestone.AUDIT_RETURNED, as_at), found.first_due
    return on is not None and by is not None and on > by


def days(sent: Sequence[Standing], what: str, span: Span, working: WorkingDays) -> float | None:
    """The median of working days from one step to the next, of audits that came to the next within the span."""
    begun, done = BETWEEN[what]
    days = []
    for s in sent:
        first, last = reached(s, begun, span.as_at), reached(s, done, span.as_at)
        if first and last and not left_out(s, span.as_at) and not (span.before and last <= span.before):
            days.append(max(0, working.count_between(first, last)))
    return median(days) if days else None
