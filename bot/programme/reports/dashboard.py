"""Where the audits of the running cycles stand, for a Head of Service (their own service) and for the Audit Team.

No child, no Mosaic number, no date of birth and nobody's name is in it: an audit is told by its reference, and who has
it by their part: a team of few would tell whose work it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.programme.reports.scorecard import service_of
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.stages import STAGES
from bot.programme.standing.status import status_of, still_owed
from bot.programme.vocabulary import Grade, Milestone, Status

EVERYTHING = "all services"
"""The name of the Audit Team's own."""

STAGE_NAMES = {
    name: "Waiting for the Audit Team" if name == "Waiting for you" else name for name, *_ in STAGES
}
_WITH = {
    Status.WITH_AUDITOR: (Milestone.AUDIT_DUE, "Auditor", "The audit comes back"),
    Status.RETURNED_TO_AUDITOR: (Milestone.AUDIT_DUE, "Auditor", "The audit is put right"),
    Status.WITH_MODERATOR: (Milestone.MODERATION_DUE, "Moderator", "The audit is moderated"),
    Status.IN_DISPUTE: (Milestone.DECISION_DUE, "Audit Team", "The disagreement is decided"),
}
_OWED = {
    Milestone.URGENT_ISSUES_DONE: (
        Milestone.URGENT_ISSUES_DUE,
        "Team Manager",
        "Urgent issues are dealt with",
    ),
    Milestone.UOPP_HELD: (Milestone.UOPP_DUE, "", "The UoPP meeting is held"),
    Milestone.UOPP_RECORD_SENT: (Milestone.UOPP_RECORD_DUE, "", "The record of the UoPP meeting is shared"),
    Milestone.REVIEW_UOPP_HELD: (Milestone.REVIEW_UOPP_DUE, "Head of Service", "The review UoPP is held"),
    Milestone.SIX_WEEK_CHECKED: (Milestone.SIX_WEEK_CHECK_DUE, "Audit Team", "The six-week check is done"),
}
"""What a grade below Good calls for: by when, who has it (empty: whoever leads the meeting), what."""


@dataclass(frozen=True, slots=True)
class Step:
    """What an audit waits for. `who` is a part, never a name."""

    due: date
    overdue: bool
    reference: str
    cycle: str
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class Dashboard:
    """One service's, or EVERYTHING. `stages`: for each cycle so many audits in each of STAGE_NAMES; `states`: cycle,
    status, number; `due`: this week or overdue; `clocks`: all that is open of an Inadequate."""

    service: str
    stages: tuple[tuple[str, tuple[int, ...]], ...]
    states: tuple[tuple[str, str, int], ...]
    due: tuple[Step, ...]
    clocks: tuple[Step, ...]


def dashboards(standings: Sequence[Standing], today: date) -> list[Dashboard]:
    """The Audit Team's own, and one for each service with a running cycle."""
    by_service: dict[str, list[Standing]] = {}
    for found in standings:
        by_service.setdefault(service_of(found.cycle), []).append(found)
    each = [_of(service, by_service[service], today) for service in sorted(by_service)]
    return [_of(EVERYTHING, standings, today), *each] if each else []


def _of(service: str, standings: Sequence[Standing], today: date) -> Dashboard:
    states: dict[str, Counter[Status]] = {}
    due: list[Step] = []
    clocks: list[Step] = []
    sunday = today + timedelta(6 - today.weekday())
    for found in standings:
        status = status_of(found, today)
        states.setdefault(found.cycle.name, Counter())[status] += 1
        steps = [*_steps(found, status, today)]
        due += [step for step in steps if step.due <= sunday]
        clocks += steps if found.safety_first else ()
    return Dashboard(
        service,
        tuple((c, tuple(sum(states[c][s] for s in of) for *_, of in STAGES)) for c in sorted(states)),
        tuple((c, s.value, states[c][s]) for c in sorted(states) for s in Status if states[c][s]),
        tuple(sorted(due, key=_in_order)),
        tuple(sorted(clocks, key=_in_order)),
    )


def _in_order(step: Step) -> tuple[date, str, str]:
    return step.due, step.reference, step.what


def _steps(found: Standing, status: Status, today: date) -> Iterator[Step]:
    """What an audit waits for, with a date; nothing of one that is on hold or left out, unless a child's safety hangs
    on it."""
    stopped = status in (Status.ON_HOLD, Status.WITHDRAWN, Status.INVALID, Status.EXEMPTED)
    if stopped and not found.safety_first:
        return
    waits = []
    if not found.allocation.audit_type.is_moderated:
        if status is Status.WITH_AUDITOR:
            waits.append((Milestone.DIP_DUE, "Whoever takes it", "The dip sample comes back"))
    elif status in _WITH:
        waits.append(_WITH[status])
    leads = "Audit Manager" if found.grade is Grade.INADEQUATE else "Auditor"
    for milestone in still_owed(found):
        if milestone in _OWED:
            due, who, what = _OWED[milestone]
            waits.append((due, who or leads, what))
    for due, who, what in waits:
        if on := found.on(due):
            yield Step(on, on < today, found.allocation.reference, found.cycle.name, who, what)
