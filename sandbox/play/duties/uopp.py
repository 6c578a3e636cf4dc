"""§10: the urgent issues, the UoPP meeting and its record, and what is done when they do not come."""

from __future__ import annotations

from sandbox.play.cast.facts import MORNING, Fact, Moment
from sandbox.play.duties.grades import Stretch, paused
from sandbox.play.duties.ground import RECORD, RECORD_TOLD, UOPP, URGENT, Ground, Known, Reader
from sandbox.play.working_days import later


def held_in(known: Known, stretch: Stretch) -> Fact | None:
    """The UoPP meeting that counts for a grade: after a decision that made it Inadequate, one of its own."""
    meetings = known.all("uopp")
    if stretch.worse:
        meetings = [held for held in meetings if held.on >= stretch.since.on]
    return next(iter(meetings), None)


def urgent_issues(ground: Ground, reference: str, stretch: Stretch, stop: list[Fact | None]) -> None:
    """§10 (O79): within two working days, or sooner; the Head of Service hears of what is not done."""
    known, since = ground.known(reference), stretch.since
    done = next((f for f in known.all("urgent done") if f.on >= since.on), None)
    due, manager = later(since.on, URGENT), ground.named(reference, "Team Manager")
    above = [*ground.named(reference, "Head of Service"), *ground.role("Audit Manager")]
    letters: tuple[tuple[str, list[Reader], int], ...] = (
        ("urgent issues", manager, -URGENT), ("urgent issues", manager, 0),
        ("urgent issues overdue", manager, 1), ("urgent issues escalated", above, 2),
    )  # fmt: skip
    for duty, readers, after in letters:
        ground.due(duty, "10", reference, readers, later(due, after), once=[since], unless=[done, *stop])


def uopp(ground: Ground, reference: str, stretch: Stretch, stop: list[Fact | None]) -> None:
    """§10 (O65, O76, O80, O83, O90): convened by the Audit Manager or arranged by the auditor; remembered, held,
    recorded."""
    known, since, inadequate = ground.known(reference), stretch.since, stretch.grade == "Inadequate"
    held, record = held_in(known, stretch), record_of(known, stretch)
    team, head = ground.named(reference, "Team Manager"), ground.named(reference, "Head of Service")
    auditor, manager = ground.named(reference, "Auditor"), ground.role("Audit Manager")
    leads = manager if inadequate else auditor
    due = later(since.on, UOPP[stretch.grade])
    disputed = known.first("disputed")
    # §11: only the meeting of work that Requires Improvement waits for the decision.
    if not inadequate:
        due = paused(known, since.on, UOPP[stretch.grade])
    decided = known.first("decided")
    waiting = None if inadequate else disputed

    in_question = known.first("record held")

    def lies(moment: Moment) -> bool:
        """Whether it lies with those who decide, or with the Audit Team, which has a record it cannot be sure of."""
        if in_question and in_question.known <= moment and (held is None or held.known > moment):
            return True
        return bool(waiting and waiting.known <= moment and (decided is None or decided.known > moment))

    def letter(duty: str, readers: list[Reader], n: int) -> None:
        day = later(due, n)
        if not lies((day, MORNING)):
            ground.due(duty, "10", reference, readers, day, once=[since], unless=[held, *stop])

    ground.due("UoPP to convene" if inadequate else "UoPP to arrange", "10", reference,
               [*leads, *head] if inadequate else [*leads, *team], since.on, once=[since],
               unless=[held, *stop])  # fmt: skip
    if inadequate:
        # §10 (O65): its auditor hears what follows, and that the Audit Manager leads it.
        ground.due("what follows", "10", reference, auditor, since.on, once=[since], unless=[held, *stop])
    letter("UoPP reminder", leads, -1)
    for n in (1, 3 if inadequate else 4):
        letter("UoPP overdue", leads, n)
    above = [*head, *ground.role("Head of Learning Academy"), *manager] if inadequate else [*head, *auditor]
    letter("UoPP escalated", above, 2 if inadequate else 3)
    complete = ground.complete(ground.rows[reference]["Cycle"])
    moderated_before = complete[0] > since.on
    if lies(complete) and decided:
        complete = max(complete, decided.known)  # what a dispute keeps back comes with the decision (§11)
    if moderated_before and not lies(complete):
        ground.due("UoPP still to hold", "10", reference, auditor, complete[0], at=complete,
                   unless=[held, *stop])  # fmt: skip
    if held is None:
        return
    ground.due(
        "UoPP record", "10", reference, [*leads, *team], held.on, once=[since, held], unless=[record, *stop]
    )
    # The record is owed since the meeting, whatever has been decided since; nobody is told of a day before their own.
    record_due = later(held.on, RECORD)
    for duty, readers, after in (("overdue", leads, 1), ("escalated", head, RECORD_TOLD)):
        day = later(record_due, after)
        if (day, MORNING) >= since.known:
            ground.due(f"UoPP record {duty}", "10", reference, readers, day, once=[since, held],
                       unless=[record, *stop])  # fmt: skip
    if not inadequate:
        # §10 (O91): the Head of Service drives progress in supervision.
        ground.due(
            "progress in supervision",
            "10",
            reference,
            [*head, *team],
            held.on,
            once=[since, held],
            unless=stop,
        )


def record_of(known: Known, stretch: Stretch) -> Fact | None:
    """The record of the meeting that counts for a grade."""
    held = held_in(known, stretch)
    return next((f for f in known.all("record") if held and f.on >= held.on), None)
