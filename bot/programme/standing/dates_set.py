"""The dates the deadlines set, and the days of a disagreement that do not count (§11, X28)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.programme.date_words import day_in_words
from bot.programme.history.records_of_the_past import AuditHistory
from bot.programme.rulebook.rules import Deadline, Rulebook
from bot.programme.standing.counting_grade import decided_on
from bot.programme.standing.reached import Reached, named
from bot.programme.vocabulary import Allocation, Milestone
from bot.programme.working_days import Dated, WorkingDays


def set_dates(
    reached: Reached,
    rulebook: Rulebook,
    working: WorkingDays,
    fits: Callable[[Deadline], bool],
    pause: Pause | None = None,
) -> None:
    """Add the dates the deadlines set: of several for one date, the first whose start is reached and that fits."""
    for deadline in rulebook.deadlines:
        start = reached.get(deadline.after)
        if start and deadline.sets not in reached and fits(deadline):
            dated = deadline.wait.after(start.on, named(deadline.after, reached), working)
            if pause and deadline.pauses_in_dispute:
                dated = pause.put_off(dated, start.on, working)
            reached[deadline.sets] = dated


@dataclass(frozen=True, slots=True)
class Pause:
    """The days of a disagreement, while the clocks of work that is not Inadequate stand still (§11, X28). The days
    used before stay used; those of the disagreement, its first and its last among them, do not count."""

    began: date
    ended: date

    def put_off(self, dated: Dated, start: date, working: WorkingDays) -> Dated:
        """The date with the days of the disagreement left out; it keeps a working day at the least."""
        if self.began <= start or self.ended < start:
            return dated
        used = max(0, working.count_between(start, self.began - timedelta(1)))
        whole = working.count_between(start, dated.on)
        on = working.after(self.ended, max(1, whole - used))
        if on <= dated.on:
            return dated
        said = f"{day_in_words(self.began)} to {day_in_words(self.ended)}"
        return Dated(on, f"{dated.why}; the days of the disagreement, {said}, not counted")


def pause_of(allocation: Allocation, past: AuditHistory, today: date | None) -> Pause | None:
    decided = decided_on(allocation, past, today)
    if allocation.disputed_on and decided and allocation.disputed_on <= decided:
        return Pause(allocation.disputed_on, decided)
    seen = past.disagreements_seen
    if not allocation.disputed_on and len(seen) > 1:  # settled in talk, and taken out of the list
        (began, _), (_, ended) = seen[-2:]
        return Pause(began, ended) if began and began <= ended else None
    return None


def too_late_for(allocation: Allocation, reached: Mapping[Milestone, Dated], today: date | None) -> bool:
    """Whether the date for everybody was over when this auditor got the audit: then it is no date of theirs."""
    sent, due = reached.get(Milestone.AUDIT_SENT), reached.get(Milestone.AUDIT_DUE)
    got = sent.on if sent else today
    waits = Milestone.AUDIT_RETURNED not in reached and Milestone.CAME_BACK_INCOMPLETE not in reached
    own = allocation.return_by or Milestone.RECTIFICATION_DUE in reached
    return bool(due and got and waits and not own and due.on <= got)
