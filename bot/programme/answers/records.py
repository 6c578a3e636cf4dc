"""A form of what comes after moderation: whether it counts as if its dates had been told by a button (§10, §13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.programme.answers.matching import HeldBack
from bot.programme.answers.who_may_press import holders
from bot.programme.date_words import day_in_words
from bot.programme.history.records_of_the_past import AuditHistory
from bot.programme.messages.buttons import Command
from bot.programme.messages.held_reasons import RECORD, SENDER_IN_DOUBT, WRONG_SENDER
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.council import Council
from bot.programme.standing.order_of_dates import in_order, stale_columns
from bot.programme.standing.reported_by_reply import told_in
from bot.programme.vocabulary import OF_THE_AUDIT_TEAM, Milestone, Person, Record, RecordKind


def may_send(
    kind: RecordKind, found: Standing, council: Council, audit_team: Person, today: date
) -> list[Person]:
    """Whose record counts at once: the Audit Team's check, the meeting of whoever leads it, the service's review."""
    if kind is RecordKind.SIX_WEEKS:
        service = found.cycle.service_group
        return [audit_team, *(p for r in OF_THE_AUDIT_TEAM for p in council.holders(r, service, today))]
    command = Command.UOPP_HELD if kind is RecordKind.UOPP else Command.REVIEW_UOPP_HELD
    return holders(command, found, found.cycle, council, today)


def held_record(
    record: Record, sender: Person, able: Sequence[Person], found: Standing, came_on: date, doubt: str = ""
) -> HeldBack | None:
    """Why a record is put to a person, with what it says for the list; None when it counts."""
    a = found.allocation
    said = " and ".join(f"“{called}” {shown}" for _, called, _, shown in told_in(record, came_on))
    says = f"It says for the list: {said}." if said else "Nothing for the list could be read in it."
    begun = f"{a.reference}: the {record.kind} came from {sender.name}"
    ask = "It is kept in the library. Enter in the list what is right."
    if doubt:
        return HeldBack(SENDER_IN_DOUBT, f"{begun}, but {doubt}. {says} {ask}", a)
    if record.doubts:
        return HeldBack(RECORD, f"{begun}, but {'; '.join(record.doubts)}. {says} {ask}", a)
    if against := _against(record, found, came_on):
        return HeldBack(RECORD, f"{begun}, but {against} {says} {ask}", a)
    if sender not in able:
        who = " or ".join(dict.fromkeys(person.name for person in able)) or "nobody as things stand"
        return HeldBack(WRONG_SENDER, f"{begun}; it counts at once only from {who}. {says} {ask}", a)
    return None


def _against(record: Record, found: Standing, came_on: date) -> str:
    """What in the row, or in the order of things, speaks against it; a sentence, or ""."""
    a, history = found.allocation, found.past
    begun = found.reached.get(Milestone.UOPP_NEEDED)
    if record.on and begun and record.on < begun.on:
        return f"{day_in_words(record.on)} is before {begun.why} ({day_in_words(begun.on)})."
    stale = stale_columns(a, history)
    changes: dict[str, object] = {}
    for column, called, value, _ in told_in(record, came_on):
        held = getattr(a, column)
        if column == "uopp_record_sent_on" and held:
            continue  # it may have been shared before
        if held is not None and held != value and not (column in stale and record.on and record.on > held):
            return f"“{called}” says something else in the list, or in what was told before."
        changes[column] = value
    _, wrong = in_order(replace(a, **changes), history or AuditHistory(), came_on)  # type: ignore[arg-type]
    here = [
        p.what for p in wrong if any(f"“{called}”" in p.what for _, called, _, _ in told_in(record, came_on))
    ]
    return here[0] if here else ""
