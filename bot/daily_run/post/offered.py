"""What a person is to decide: as what a held form may be taken, and which of several counts."""

from __future__ import annotations

from collections.abc import Sequence

from bot.daily_run.post.known import Known
from bot.daily_run.post.opened_form import OpenedForm
from bot.daily_run.post.reading import Reading
from bot.papers.forms.answers import Refused, ReturnedAudit
from bot.programme.messages.held_reasons import CHANGED, HeldReason
from bot.programme.messages.offers import Offer, offers_to_take
from bot.programme.reference import as_told
from bot.programme.vocabulary import Allocation, Grade


def offers_to_take_form(
    known: Known, form: OpenedForm, allocation: Allocation | None, told: str = "", sender: str = ""
) -> tuple[Offer, ...]:
    """The offers for one form. Of a grade that cannot be told a person says which it is."""
    read = form.read
    if allocation is None or isinstance(read, Refused) or not known.cycles[allocation.cycle].open:
        return ()
    history = known.history.audit(allocation.item_id)
    moderated = bool(history.moderations) and not history.moderations[-1].sent_back
    back = (bool(history.returns), moderated)
    if isinstance(read, ReturnedAudit):
        graded = (read.auditor_grade is not None, read.moderated_grade is not None)
        told += f" ({form.in_short})" if told else ""
        return offers_to_take(allocation, form.sha256, graded, back, told=told)
    if read.otherwise is None or read.another_child:
        return ()
    by_moderator = allocation.moderator is not None and sender == allocation.moderator.email
    words = " ".join(problem.what for problem in read.problems)
    likely = [grade for grade in Grade if f"“{grade.in_full}”" in words] or [*Grade]
    return offers_to_take(
        allocation, form.sha256, (not by_moderator, by_moderator), back, grades=likely, told=told
    )


def differing(reading: Reading, several: Sequence[OpenedForm]) -> HeldReason:
    """Nobody but their sender knows which of them counts.

    No grade is recorded: an Inadequate among them may be a draft, so the Audit Team is told, not the five.
    """
    reference = several[0].reference
    told = as_told(reference, reading.workplace.settings.reference_pattern)
    said = []
    for n, form in enumerate(several, 1):
        reading.set_aside(form)
        said.append(f"file {n}: {form.in_short}")
    reason = (
        f"{len(several)} different forms for {told} came in one message ({'; '.join(said)}). None was "
        "taken: ask which of them counts, and for that one alone."
    )
    about = reading.known.allocations.get(reference)
    return reading.hold(
        CHANGED,
        reason,
        sha256=several[0].sha256,
        about=about.item_id if about else "",
        form=True,
        grades_of=[form.read for form in several],
        offers=[
            offer
            for n, form in enumerate(several, 1)
            for offer in offers_to_take_form(reading.known, form, about, f"File {n}")
        ],
    )
