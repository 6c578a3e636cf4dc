"""§10, §13, §15: the review of an Inadequate, its weekly reports, the six-week check, the four months."""

from __future__ import annotations

from sandbox.play.cast.facts import BELOW_GOOD, MORNING, Fact, Moment
from sandbox.play.duties.grades import Stretch
from sandbox.play.duties.ground import FOUR_MONTHS, SIX_WEEKS, WEEK, Ground, Known
from sandbox.play.duties.uopp import held_in
from sandbox.play.working_days import is_working, later, months_later, on_or_after


def review(ground: Ground, reference: str, stretch: Stretch, stop: list[Fact | None]) -> None:
    """§10 (O85, O86): a further UoPP meeting of an Inadequate after six weeks."""
    known, since = ground.known(reference), stretch.since
    held = held_in(known, stretch)
    begun = held or since
    due = begun.on + SIX_WEEKS
    done = next((f for f in known.all("review") if f.on > begun.on), None)
    team, head = ground.named(reference, "Team Manager"), ground.named(reference, "Head of Service")
    above = [*ground.role("Divisional Director", "Head of Learning Academy", "Audit Manager"), *head]
    for n in (-10, -5, 0):
        ground.due("review UoPP due", "10", reference, [*head, *team], later(due, n), once=[begun],
                   unless=[done, *stop])  # fmt: skip
    ground.due(
        "review UoPP escalated", "10", reference, above, later(due, 3), once=[begun], unless=[done, *stop]
    )
    if done:
        ground.due("review UoPP held", "10", reference, above, done.on, once=[done], unless=stop)


def weekly_reports(ground: Ground, reference: str, stretch: Stretch, stop: list[Fact | None]) -> None:
    """§10 (O87): a report every week; the Audit Manager hears when none has come for a week that was due."""
    known, held = ground.known(reference), held_in(ground.known(reference), stretch)
    if held is None:
        return
    ended = known.first("weekly ended")
    readers = [*ground.named(reference, "Head of Service"),
               *ground.role("Divisional Director", "Head of Learning Academy", "Audit Manager")]  # fmt: skip
    for n in range(1, 27):
        meant = held.on + n * WEEK
        day = on_or_after(meant)
        if is_improved(known, (day, MORNING)):
            continue
        ground.due("weekly report", "10", reference, readers, day, once=[held], unless=[ended, *stop])
        told = known.by("progress", (day, MORNING))
        week_before = meant - WEEK
        if not is_working(week_before):
            week_before = later(week_before, -1)
        if n > 1 and not (told and told.on >= week_before):
            ground.due("weekly report missing", "10", reference, ground.role("Audit Manager"), day, once=[held],
                       unless=[ended, *stop])  # fmt: skip


def six_week_check(ground: Ground, reference: str, stretch: Stretch, stop: list[Fact | None]) -> None:
    """§10 (O92, O93), §13 (O112, O114): the Audit Team looks again, and shares what it found."""
    known = ground.known(reference)
    begun = held_in(known, stretch) or stretch.since
    due = begun.on + SIX_WEEKS
    six = next((f for f in known.all("six weeks") if f.on > begun.on), None)
    head = ground.named(reference, "Head of Service")
    for n in (-5, 3, 8):
        ground.due("six-week check", "13", reference, [ground.mailbox], later(due, n), once=[begun],
                   unless=[six, *stop])  # fmt: skip
    if six:
        readers = [*head, *ground.named(reference, "Group Manager"), *ground.role("Principal Social Worker")]
        ground.due("six-week findings", "13", reference, readers, six.on, once=[six], unless=stop)
        if six.value in BELOW_GOOD:
            ground.due("still below Good", "10", reference, [*head, *ground.role("Head of Learning Academy")], six.on,
                       once=[six], unless=stop)  # fmt: skip


def four_months(ground: Ground, reference: str, stretch: Stretch, stop: list[Fact | None]) -> None:
    """§15 (O123): work that has not improved by then goes to the Divisional Director."""
    known, since = ground.known(reference), stretch.since
    limit = months_later(since.on, FOUR_MONTHS)
    above = ground.role("Divisional Director", "Head of Learning Academy")
    above += ground.named(reference, "Head of Service")
    for duty, readers, day in (
        ("four months coming", [ground.mailbox], later(limit, -10)),
        ("not improved", above, limit),
    ):
        if not is_improved(known, (on_or_after(day), MORNING)):
            ground.due(duty, "15", reference, readers, day, once=[since], unless=stop)


def is_improved(known: Known, moment: Moment) -> bool:
    """Whether the latest grade known is Good or better: at six weeks, else after the UoPP meeting."""
    six, after = known.by("six weeks", moment), known.by("uopp", moment)
    latest = six or (after if after and after.value else None)
    return latest is not None and latest.value not in BELOW_GOOD
