"""As what a held form may be taken by a button."""

from __future__ import annotations

from bot.daily_run.read.known import Known
from bot.daily_run.read.opened_form import OpenedForm
from bot.papers.returned_audit import Refused, ReturnedAudit
from bot.programme.offers import Offer, offers_to_take
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
    likely = [grade for grade in Grade if grade in words] or [*Grade]
    return offers_to_take(
        allocation, form.sha256, (not by_moderator, by_moderator), back, grades=likely, told=told
    )
