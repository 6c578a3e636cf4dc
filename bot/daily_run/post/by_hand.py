"""Held forms that the Audit Team has said are to count."""

from __future__ import annotations

from dataclasses import replace

from bot.daily_run.post.accepted_form import accepted
from bot.daily_run.post.opened_form import OpenedForm
from bot.daily_run.post.reading import Reading
from bot.daily_run.post.record_form import record_came
from bot.daily_run.post.returned_form import returned, taken_in
from bot.papers.forms.answers import Held, ReturnedAudit
from bot.programme.answers.matching import Accepted, RecordCame, other_child
from bot.programme.messages.held_reasons import HeldReason
from bot.programme.messages.offers import RECORD_PART, Offer
from bot.programme.vocabulary import Grade, Part


def taken_by_hand(reading: Reading, form: OpenedForm, offer: Offer) -> HeldReason | None:
    """Take a held form in as the Audit Team has said, as if it had come in the right way."""
    read = form.read
    if isinstance(read, Held) and read.otherwise:
        read = read.otherwise
    allocation = reading.known.row(offer.about)
    if not isinstance(read, ReturnedAudit) or allocation is None:
        return taken_in(reading, form)
    if form.sha256 in reading.history.files.get(allocation.item_id, ()):
        return None
    facts = form.facts(read)
    if facts.reference != allocation.reference or other_child(facts, allocation):
        # The row was put right, or given to another child, after the form was held.
        return returned(reading, form, read)
    if offer.part == RECORD_PART and read.record:
        came = RecordCame(allocation, read.record)
        return record_came(reading, form, came, on_the_teams_word=True)
    parts = {Part.BOTH: (Part.AUDITOR, Part.MODERATOR)}.get(Part(offer.part), (Part(offer.part),))
    if offer.grade and Part.MODERATOR in parts:
        read = replace(read, moderated_grade=Grade(offer.grade))
    elif offer.grade:
        read = replace(read, auditor_grade=Grade(offer.grade))
    return accepted(reading, form, read, Accepted(allocation, parts))
