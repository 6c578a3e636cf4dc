"""A reply that is a command, in a run: its text fetched, what it says remembered, what was shown remembered too."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from bot.clock import london_date
from bot.daily_run.workplace import Workplace
from bot.programme.answers.button_links import row_code
from bot.programme.answers.replies import understood
from bot.programme.answers.reply import Known, TakenReply, report_key
from bot.programme.events import Event, EventKind
from bot.programme.history.history import History
from bot.programme.messages.post import Post
from bot.programme.standing.actions import SendLetter
from bot.programme.standing.council import Council
from bot.programme.vocabulary import Milestone


def taken(post: Post, lists: Council, history: History, workplace: Workplace) -> TakenReply:
    """What follows from a message whose subject carries a button's reference."""
    received = min(london_date(post.received), workplace.today)
    known = known_on(received, lists, history, workplace)
    return noted(understood(post, workplace.mailbox.text(post.id), known), received, workplace, history)


def known_on(received: date, lists: Council, history: History, workplace: Workplace) -> Known:
    """What a reply that came on a day is judged by."""
    return Known(lists, history, workplace.basis, workplace.settings.recipient_domains, received)


def noted(found: TakenReply, received: date, workplace: Workplace, history: History) -> TakenReply:
    """The reply with what is to be remembered of it, for the ledger."""
    on = received.isoformat()
    events = tuple(
        workplace.event(
            EventKind.REPORTED,
            report_key(item_id, report, apart, history),
            item_id,
            on=on,
            command=report.command.value,
            date=report.on.isoformat(),
            by=report.by,
            letter_key=found.letter_key,
            auditor=report.auditor or None,
            grade=report.grade.value if report.grade else None,
        )
        for item_id, report, apart in found.reports
    )
    if found.note:
        about, where, what = found.note
        key = f"{about}#{hashlib.sha256(f'{where} {what}'.encode()).hexdigest()[:12]}"
        events += (workplace.event(EventKind.TOLD, key, about, on=on, where=where, what=what),)
    return replace(found, events=events)


def lists_shown(letters: Iterable[SendLetter], workplace: Workplace) -> list[Event]:
    """What each list for confirmation is about to show: only that can be confirmed by its button (§6)."""
    events = []
    for letter in letters:
        if not letter.rule.of_cycle or Milestone.ALL_CONFIRMED not in letter.rule.unless:
            continue
        rows = {
            s.allocation.item_id: row_code(s.allocation, workplace.basis.keys) for s in letter.cycle_standings
        }
        digest = hashlib.sha256(repr(sorted(rows.items())).encode()).hexdigest()[:12]
        key = f"{letter.key}#{workplace.today.isoformat()}#{digest}"
        events.append(
            workplace.event(EventKind.LIST_SHOWN, key, letter.about, letter_key=letter.key, rows=rows)
        )
    return events
