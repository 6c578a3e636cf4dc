"""What a colleague sent from this mailbox to itself."""

from __future__ import annotations

from bot.daily_run.post.letter import letter
from bot.daily_run.post.opened_form import OpenedForm
from bot.daily_run.post.reading import Reading
from bot.papers.forms.answers import ReturnedAudit
from bot.programme.vocabulary import RecordKind


def may_be_a_check(reading: Reading) -> bool:
    """Whether it brings a form and is none of the bot's own letters."""
    post = reading.post
    return post.brings_a_form and not post.own_key and post.internet_id not in reading.history.sent_ids


def from_ourselves(reading: Reading) -> None:
    """A colleague's own six-week check is read. An audit that nobody has seen yet is held like one from any other hand:
    they may have passed on what came to them. Everything else is theirs."""
    workplace, post = reading.workplace, reading.post
    limit = workplace.settings.attachment_limit_mb * 1_000_000
    for attachment in (a for a in post.attachments if a.may_be_a_form and a.size <= limit):
        form = reading.open(attachment.name, workplace.mailbox.attachment_bytes(post.id, attachment))
        if isinstance(form.read, ReturnedAudit) and not form.blank:
            record = form.read.record
            if record.kind is RecordKind.SIX_WEEKS if record else _nobody_has_seen(form, reading):
                letter(reading)
                return
    reading.file("")


def _nobody_has_seen(form: OpenedForm, reading: Reading) -> bool:
    """Whether a file was neither taken in nor put to a person before, as what a colleague sends back to its auditor."""
    taken_in = any(form.sha256 in known for known in reading.history.files.values())
    return not (taken_in or reading.put_to_a_person_before(form))
