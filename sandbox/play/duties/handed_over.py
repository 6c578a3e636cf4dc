"""What somebody is told who takes a part over: which matters are open and fall to them. What was settled before they
came is not told again."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.play.cast.facts import BELOW_GOOD, Fact, Moment
from sandbox.play.duties.grades import Stretch, counts, stretches
from sandbox.play.duties.ground import Ground, Known
from sandbox.play.duties.six_weeks import is_improved
from sandbox.play.duties.uopp import held_in, record_of


def handed_over(ground: Ground, reference: str) -> None:
    """One letter for each audit in which something is open, to a new practitioner or Audit Manager, on the day they are
    known."""
    known = ground.known(reference)
    for change in known.all("Practitioner"):
        if any(_for_practitioner(known, change.known)):
            ground.due("taken over", "10", reference, [change.value], change.known[0], once=[change])
    for change in ground.changes("Audit Manager"):
        if any(_for_manager(known, change.known)):
            ground.due("taken over", "10", reference, [change.value], change.known[0], once=[change])


def _now(known: Known, moment: Moment) -> Stretch | None:
    return next((s for s in stretches(known) if counts(s, moment)), None)


def _lives(known: Known, moment: Moment) -> bool:
    out, ended = known.first("out"), known.first("safety ended")
    stretch = _now(known, moment)
    inadequate = stretch is not None and stretch.grade == "Inadequate"
    end = ended if inadequate and out and stretch and out.known > stretch.since.known else out
    return end is None or end.known > moment


def _open(fact: Fact | None, moment: Moment) -> bool:
    return fact is None or fact.known > moment


def _for_practitioner(known: Known, moment: Moment) -> Iterator[bool]:
    """The UoPP meeting, and of an Inadequate the second one after six weeks, that they are to take part in (§10)."""
    stretch = _now(known, moment)
    if stretch and stretch.grade in BELOW_GOOD and _lives(known, moment):
        yield _open(held_in(known, stretch), moment)
        if stretch.grade == "Inadequate":
            yield _open(known.first("review"), moment)


def _for_manager(known: Known, moment: Moment) -> Iterator[bool]:
    """An Inadequate to be moderated; its UoPP meeting, record, weekly reports and review; a decision to be made (§10,
    §11)."""
    stretch, returned = _now(known, moment), known.by("corrected", moment) or known.by("returned", moment)
    if not _lives(known, moment):
        return
    if stretch is None:
        yield returned is not None and returned.value == "Inadequate"
    elif stretch.grade == "Inadequate":
        yield _open(held_in(known, stretch), moment)
        yield _open(record_of(known, stretch), moment)
        # The reports end with the Audit Manager's word, or once the work is Good.
        yield _open(known.first("weekly ended"), moment) and not is_improved(known, moment)
    disputed = known.first("disputed")
    yield not _open(disputed, moment) and _open(known.first("decided"), moment)
