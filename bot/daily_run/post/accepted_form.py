"""A form that counts: filed in the library, and what it says remembered."""

from __future__ import annotations

import hashlib

from bot.daily_run.kept import where_kept
from bot.daily_run.post.opened_form import OpenedForm
from bot.daily_run.post.reading import Reading
from bot.office.isolated_reader import content_safely
from bot.papers.forms.answers import ReturnedAudit
from bot.papers.forms.family_contact import family_contact
from bot.papers.forms.moderators_view import for_a_person, gives_back
from bot.programme.answers.matching import Accepted
from bot.programme.events import EventKind
from bot.programme.messages.held_reasons import TO_READ, HeldReason
from bot.programme.reference import as_told
from bot.programme.sharing import to_be_named
from bot.programme.standing.reported_by_reply import told_in
from bot.programme.vocabulary import Allocation, AuditType, Part


def accepted(reading: Reading, form: OpenedForm, read: ReturnedAudit, found: Accepted) -> HeldReason | None:
    """Take a form in. Why a person must look at what its moderator says, or None."""
    allocation = found.allocation
    _tell_who_is_to_be_named(reading, read, allocation)
    _tell_what_a_dip_audit_says(reading, form, read, allocation)
    part = "moderated" if Part.MODERATOR in found.parts else "auditor"
    kept = reading.keep(form, part, allocation)
    for each in found.parts:
        moderator = each is Part.MODERATOR
        grades = read.moderated_domain_grades if moderator else read.domain_grades
        grade = read.moderated_grade if moderator else read.auditor_grade
        reading.record(
            EventKind.MODERATION_RETURNED if moderator else EventKind.AUDIT_RETURNED,
            f"{allocation.item_id}#{form.sha256}",
            allocation.item_id,
            sha256=form.sha256,
            grade=grade.value if grade else None,
            domain_grades={k: g.value if g else None for k, g in grades.items()},
            family_feedback=read.family_feedback,
            family=family_contact(read, reading.known.asked.yes).value,
            practitioner_feedback=read.practitioner_feedback,
            incomplete=read.incomplete and not moderator,
            sent_back=moderator and gives_back(read.fields),
            problems=[*(f"{p.where}: {p.what}" for p in read.problems), *found.notes],
            content_sha256=content_safely(form.data),
            **where_kept(kept),
            came_in=reading.post.id,
            sender=reading.post.sender.casefold(),
        )
    if Part.MODERATOR in found.parts and (why := for_a_person(read.fields, reading.known.asked.no)):
        what, about = f"{allocation.reference}: {why}", allocation.item_id
        return reading.hold(TO_READ, what, sha256=form.sha256, about=about, of_moderator=True)
    return None


def _tell_who_is_to_be_named(reading: Reading, read: ReturnedAudit, allocation: Allocation) -> None:
    """Whom the form names and the list does not."""
    known = reading.known
    where = f"Audit allocations, {allocation.reference}"
    for column, what in to_be_named(allocation, read.services, read.chair, known.lists.roles, known.names):
        key = f"{allocation.item_id}#{hashlib.sha256(f'{column} {what}'.encode()).hexdigest()[:12]}"
        reading.record(EventKind.TOLD, key, allocation.item_id, where=where, what=what)


def _tell_what_a_dip_audit_says(
    reading: Reading, form: OpenedForm, read: ReturnedAudit, allocation: Allocation
) -> None:
    """A dip audit with a row of its own is the six-week check of the audit it goes back to (§10)."""
    if not (read.record and allocation.audit_type is AuditType.DIP_AUDIT and allocation.earlier_audit):
        return
    said = [f"“{called}” {shown}" for _, called, _, shown in told_in(read.record, reading.received)]
    where = f"Audit allocations, {as_told(allocation.earlier_audit, reading.workplace.settings.reference_pattern)}"
    what = "; ".join([f"Please enter {' and '.join(said)}"] * bool(said) + [*read.record.doubts])
    what += f": so says the dip audit {allocation.reference}."
    key = f"{allocation.item_id}#{form.sha256}"
    reading.record(EventKind.TOLD, key, allocation.item_id, where=where, what=what)
