"""Letters from people: every form in a message is taken in, or the reason told why there is none."""

from __future__ import annotations

from collections.abc import Sequence

from bot.daily_run.kept import document_stored, waiting_files
from bot.daily_run.post.by_hand import taken_by_hand
from bot.daily_run.post.in_words import LINK, without_a_form
from bot.daily_run.post.offered import differing
from bot.daily_run.post.opened_form import OpenedForm, of_one_audit
from bot.daily_run.post.reading import Reading
from bot.daily_run.post.returned_form import taken_in
from bot.daily_run.shared_tool import said_to_be_finished, tool_place
from bot.office.isolated_reader import files_in_message
from bot.papers.forms.answers import ReturnedAudit
from bot.programme.messages.held_reasons import (
    INCOMPLETE,
    NOT_A_FORM,
    REASONS,
    TO_READ,
    TOO_LARGE,
    HeldReason,
)
from bot.programme.messages.post import Attachment, named_like_a_form


def letter(reading: Reading, *, doubt: str = "") -> None:
    """Take in what a person sent. Files are judged together: of one audit only one may say something new. `doubt` is
    why none may be accepted."""
    forms, others, held = _files(reading)
    if not (forms or others or held):
        if not _finished_in_the_library(reading, doubt):
            without_a_form(reading)
        return
    if not forms and not held:
        held += [_no_form(reading, attachment) for attachment in others]
    forms = list({form.sha256: form for form in forms}.values())
    if not reading.doubt:
        _keep_what_waits(reading, forms)
    returns = [form for form in forms if not _no_return(reading, form)]
    taken_in_before = [form for form in forms if _came_in_with_it(reading, form)]
    held += _asked_before(reading, taken_in_before)
    if forms and not returns and not held and not taken_in_before:
        blank = any(form.blank for form in forms)
        without_a_form(reading, blank_form=blank, known_form=not blank)
        return
    reading.file_by([*held, *_judged(reading, forms, returns, doubt)])


def _files(reading: Reading) -> tuple[list[OpenedForm], list[Attachment], list[HeldReason | None]]:
    """The forms a message brings, what else it brings, and what was held because it is too large."""
    forms: list[OpenedForm] = []
    others: list[Attachment] = []
    held: list[HeldReason | None] = []
    for attachment in reading.post.attachments:
        if not (attachment.may_be_a_form or attachment.may_be_a_message):
            others += [attachment] if attachment.brought else []
        elif too_large := _too_large(reading, attachment):
            held.append(too_large)
        elif attachment.may_be_a_form:
            forms.append(reading.open(attachment.name, reading.fetched(attachment)))
        else:
            inside = _inside(reading, attachment)
            forms += inside
            others += [] if inside else [attachment]
    return forms, others, held


def _judged(
    reading: Reading, forms: Sequence[OpenedForm], returns: Sequence[OpenedForm], doubt: str
) -> list[HeldReason | None]:
    """Why each audit's forms are held, or None. A person's word about one of them decides about all of its audit."""
    chosen = {o.sha256: o for o in reading.history.taken_up.get(reading.post.id, ()) if o.sha256}
    decided = {form.reference.casefold() for form in forms if form.sha256 in chosen}
    together = {form.read.reference for form in forms if isinstance(form.read, ReturnedAudit)}
    held: list[HeldReason | None] = []
    for several in of_one_audit(returns):
        if by_hand := [form for form in several if form.sha256 in chosen]:
            held.append(taken_by_hand(reading, by_hand[0], chosen[by_hand[0].sha256]))
        elif several[0].reference.casefold() in decided:
            continue  # another of the same audit counts, a person has said
        elif len(several) > 1:
            held.append(differing(reading, several))
        else:
            held.append(taken_in(reading, several[0], together, doubt))
    return held


def _no_form(reading: Reading, attachment: Attachment) -> HeldReason | None:
    """Why an attachment is no form that can be read, and what to ask its sender for."""
    ask = NOT_A_FORM.step
    if attachment.kind == "reference":
        return reading.hold(NOT_A_FORM, f"{LINK} {ask}", grades_of=[None])
    if attachment.may_be_a_message:
        why = f"A message came as an attachment, and there is no form in it. {ask}"
        return reading.hold(NOT_A_FORM, why, grades_of=[None])
    if too_large := _too_large(reading, attachment):
        return too_large
    return taken_in(reading, reading.open(attachment.name, reading.fetched(attachment)))


def _too_large(reading: Reading, attachment: Attachment) -> HeldReason | None:
    limit = reading.workplace.settings.attachment_limit_mb
    size = attachment.size / 1_000_000
    if size <= limit:
        return None
    why = f"The attachment has {size:.0f} MB; the limit is {limit} MB. {TOO_LARGE.step}"
    return reading.hold(TOO_LARGE, why, grades_of=[None])


def _inside(reading: Reading, attachment: Attachment) -> list[OpenedForm]:
    """The forms in a message that came attached: one level is opened, and nothing in it but files."""
    files = files_in_message(reading.fetched(attachment)) or []
    return [reading.open(f.name, f.data) for f in files if named_like_a_form(f.name, f.content_type)]


def _no_return(reading: Reading, form: OpenedForm) -> bool:
    """Whether a file is our own coming back: a blank form, or one that was taken in before."""
    return form.blank or any(form.sha256 in known for known in reading.history.files.values())


def _came_in_with_it(reading: Reading, form: OpenedForm) -> bool:
    """Whether a file was taken in from this very message, by a run that was stopped before the message was filed."""
    history, message = reading.history, reading.post.id
    return message not in history.filed and any(
        file.sha256 == form.sha256 and file.came_in == message
        for item, known in history.files.items()
        if form.sha256 in known
        for file in history.audit(item).files
    )


def _asked_before(reading: Reading, forms: Sequence[OpenedForm]) -> list[HeldReason]:
    """Why a person must look at forms of this message that were taken in before."""
    keys = {f"{reading.post.id}#{form.sha256}" for form in forms}
    asked = [each.category for each in reading.history.open_questions() if each.key in keys]
    return [REASONS.get(category, TO_READ) for category in asked]


def _keep_what_waits(reading: Reading, forms: Sequence[OpenedForm]) -> None:
    """A file that waits for the library and comes once more is put there from the message at hand."""
    sent = {form.sha256: form.data for form in forms}
    for waits in waiting_files(reading.known.allocations.values(), reading.history):
        if waits.file.sha256 in sent:
            kept = reading.keeper.keep(waits.file.name, sent[waits.file.sha256], waits.allocation)
            if kept.id:
                reading.events.append(document_stored(waits, kept, reading.workplace))


def _finished_in_the_library(reading: Reading, doubt: str) -> bool:
    """Take in the audit tool that lies in the library, where its sender says that it is finished. It is judged like
    a form that came by mail. Whether the message was about that."""
    references, workplace, post = reading.about.references, reading.workplace, reading.post
    a = reading.known.allocations.get(references[0]) if len(references) == 1 else None
    if a is None or tool_place(a, workplace) is None:
        return False
    found = said_to_be_finished(post.subject, workplace.mailbox.body(post.id), a, workplace)
    if found is None:
        return False
    form = reading.open(*found)
    if form.blank:
        why = f"{a.reference} is said to be finished, and nothing has been filled in in the library. Please ask."
        reading.put_to_a_person(INCOMPLETE, why, about=a.item_id)
        return True
    known = _no_return(reading, form)
    reading.file_by([None if known else taken_in(reading, form, {a.reference}, doubt)])
    return True
