"""The record of a UoPP meeting, or a six-week check: filed, and what it says for the list remembered (§10)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.daily_run.kept import where_kept
from bot.daily_run.post.opened_form import OpenedForm
from bot.daily_run.post.reading import Reading
from bot.office.isolated_reader import content_safely
from bot.programme.answers.matching import RecordCame
from bot.programme.answers.records import held_record, may_send
from bot.programme.events import EventKind
from bot.programme.messages.held_reasons import RECORD, HeldReason
from bot.programme.messages.offers import RECORD_PART, TAKE, Offer
from bot.programme.standing.reported_by_reply import HELD_ON, as_reported
from bot.programme.standing.standing import standing
from bot.programme.vocabulary import Grade, Person, RecordKind

_NAMES = {
    RecordKind.UOPP: "UoPP record",
    RecordKind.REVIEW: "review UoPP record",
    RecordKind.SIX_WEEKS: "six-week check",
}
"""What stands in a file's name."""


def record_came(
    reading: Reading, form: OpenedForm, came: RecordCame, doubt: str = "", *, on_the_teams_word: bool = False
) -> HeldReason | None:
    """File it; what it says for the list counts like a button's word, or is put to a person. Nothing else of it goes
    anywhere."""
    record, known, post = came.record, reading.known, reading.post
    basis, received = reading.workplace.basis, reading.received
    allocation = as_reported(came.allocation, known.history)
    found = standing(
        allocation, known.cycles[allocation.cycle], known.history, basis.rulebook, basis.working, received
    )
    able = may_send(record.kind, found, known.lists, basis.audit_team, received)
    stranger = Person(known.name(post.sender), post.sender)
    sender = next((p for p in able if p.email == post.sender), stranger)
    held = held_record(record, sender, able, found, received, doubt)
    about, sha256 = allocation.item_id, form.sha256
    if held and held.category == RECORD and sender in able and (on := _entered(reading, came)):
        held, record = None, replace(record, on=on)
    counts = held is None or (on_the_teams_word and record.on is not None)
    kept = reading.keep(form, _NAMES[record.kind], allocation, counts=counts)
    if held and not counts:
        take = Offer(TAKE, f"Take it as the {record.kind}", about, sha256, RECORD_PART)
        return reading.hold(
            held.category,
            held.reason,
            sha256=sha256,
            about=about,
            may_be_inadequate=record.grade is Grade.INADEQUATE and found.grade is not Grade.INADEQUATE,
            offers=[take] if record.on and held.category != RECORD else [],
        )
    assert record.on is not None
    reading.record(
        EventKind.RECORD_RETURNED,
        f"{about}#{sha256}",
        about,
        record=record.kind.value,
        date=record.on.isoformat(),
        grade=record.grade.value if record.grade else None,
        drift=record.drift,
        sha256=sha256,
        content_sha256=content_safely(form.data),
        **where_kept(kept),
        came_in=post.id,
        sender=post.sender,
    )
    return None


def _entered(reading: Reading, came: RecordCame) -> date | None:
    """The day of the meeting by the list, once the Audit Team has been asked about its record and has put that away: it
    is the record of what they entered, unless another of that day has been taken in."""
    row, kind = came.allocation, came.record.kind
    on: date | None = getattr(row, HELD_ON[kind])
    others = reading.history.audit(row.item_id).records
    known = any(filed.record.kind is kind and filed.record.on == on for filed in others)
    return on if reading.history.put_away(reading.post.id, RECORD) and not known else None
