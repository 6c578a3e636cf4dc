"""A form that came back: taken in, or held with the reason why a person must look."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from bot.daily_run.forms import FORM_OF
from bot.daily_run.post.accepted_form import accepted
from bot.daily_run.post.each_part import by_its_person
from bot.daily_run.post.known import are_its_people
from bot.daily_run.post.offered import offers_to_take_form
from bot.daily_run.post.opened_form import OpenedForm
from bot.daily_run.post.reading import Reading
from bot.daily_run.post.record_form import record_came
from bot.papers.forms.answers import Held, Refused, ReturnedAudit
from bot.programme.answers.matching import Accepted, HeldBack, Identity, KnownAlready, RecordCame, decision
from bot.programme.messages.held_reasons import (
    CHANGED,
    DOUBTFUL,
    INCOMPLETE,
    NOT_A_FORM,
    RECORD,
    SENDER_IN_DOUBT,
    WRONG_CHILD,
    HeldReason,
)
from bot.programme.vocabulary import Allocation, Part

_IDENTITY = {
    "mosaic_number": Identity.NUMBER,
    "child_name": Identity.NAME,
    "date_of_birth": Identity.BORN,
}


def taken_in(
    reading: Reading, form: OpenedForm, together: Collection[str] = (), doubt: str = ""
) -> HeldReason | None:
    """Take one file in. Why a person must look, or None when all is well. `together` are the references of all forms
    of the message, `doubt` is why it may not be accepted."""
    read = form.read
    if isinstance(read, Refused):
        reading.set_aside(form)
        return reading.hold(NOT_A_FORM, read.reason, sha256=form.sha256, grades_of=[read])
    if isinstance(read, Held):
        return _held(reading, form, read)
    return returned(reading, form, read, together, doubt)


def _held(reading: Reading, form: OpenedForm, read: Held) -> HeldReason:
    """The form is there but something in it needs a person: a grade missing, or typed with tracked changes."""
    allocation = reading.known.allocations.get(read.reference or "")
    reading.set_aside(form)
    sender = reading.post.sender
    from_people = are_its_people(allocation, sender)
    reasons = [f"{p.where}: {p.what}" for p in read.problems] or [read.reason]
    category = WRONG_CHILD if read.another_child else INCOMPLETE if read.incomplete else DOUBTFUL
    return reading.hold(
        category,
        "; ".join(reasons)[:500],
        sha256=form.sha256,
        # Of a possible wrong child the subject is the better guess.
        about=allocation.item_id if allocation and not category.child_in_doubt else "",
        incomplete=read.incomplete and from_people and not reading.doubt,
        form=True,
        grades_of=[read],
        offers=offers_to_take_form(reading.known, form, allocation, sender=sender) if from_people else (),
    )


def returned(
    reading: Reading, form: OpenedForm, read: ReturnedAudit, together: Collection[str] = (), doubt: str = ""
) -> HeldReason | None:
    """What becomes of a form that could be read whole: it is taken in, or held. Why, or None."""
    known, doubt = reading.known, doubt or reading.doubt
    facts = replace(
        form.facts(read),
        identity=_identity(reading, read),
        references=reading.workplace.settings.reference_pattern,
    )
    found = decision(
        reading.post,
        facts,
        known.allocations,
        known.cycles,
        known.history,
        reading.about.thread,
        together,
        known.lists.unusable,
    )
    if isinstance(found, RecordCame):
        return record_came(reading, form, found, doubt)
    if isinstance(found, KnownAlready):
        if not reading.doubt:
            return None
        found = HeldBack(SENDER_IN_DOUBT, f"{facts.reference}: {doubt}.", known.allocations[facts.reference])
    if isinstance(found, Accepted) and not doubt:
        found = by_its_person(reading, read, found)
    if doubt and (isinstance(found, Accepted) or found.category == CHANGED):
        # An Inadequate that differs is told to five people: never on the word of somebody nobody vouches for.
        found = HeldBack(SENDER_IN_DOUBT, f"{facts.reference}: {doubt}.", found.allocation)
    if isinstance(found, Accepted):
        return accepted(reading, form, read, found)
    reading.set_aside(form)
    category, allocation = found.category, found.allocation
    also = f" Besides, {doubt}." if doubt and category != SENDER_IN_DOUBT else ""
    return reading.hold(
        category,
        f"{found.reason}{also}",
        sha256=form.sha256,
        # Of a possible wrong child the subject is the better guess.
        about=allocation.item_id if allocation and not category.child_in_doubt else "",
        incomplete=Part.AUDITOR in facts.scant
        and category == INCOMPLETE
        and not doubt
        and _from_its_auditor(allocation, reading),
        form=category != RECORD,
        grades_of=[read],
        grades=[g.value for g in (read.auditor_grade, read.moderated_grade) if g],
        offers=offers_to_take_form(known, form, allocation) if found.may_be_taken else (),
    )


def _from_its_auditor(allocation: Allocation | None, reading: Reading) -> bool:
    """What the moderator sends says nothing of what the auditor left out, and goes back to nobody."""
    return bool(allocation and allocation.auditor and allocation.auditor.email == reading.post.sender)


def _identity(reading: Reading, read: ReturnedAudit) -> frozenset[Identity]:
    """What the form that went out says of the child: a council's own may leave the name out.

    A record of what comes after moderation is often written on an empty copy: its reference says whose it is.
    """
    allocation = reading.known.allocations.get(read.reference)
    if allocation is None or (read.record and allocation.audit_type.is_moderated):
        return frozenset()
    tags = reading.known.asked.tags
    there = reading.workplace.papers.forms[FORM_OF[allocation.audit_type]].questions
    return frozenset(what for word, what in _IDENTITY.items() if tags.get(word) in there)
