"""A reply that is a command, in a run: its text fetched, what it says remembered, what was shown remembered too."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
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
from bot.programme.rulebook.rules import Rule
from bot.programme.standing.actions import SendLetter
from bot.programme.standing.council import Council, ever
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
    return [
        _list_shown(letter.key, letter.about, _rows(letter, workplace), workplace)
        for letter in letters
        if _is_for_confirmation(letter.rule)
    ]


def as_shown(letter: SendLetter, workplace: Workplace) -> str:
    """The same as it travels with the letter, signed; "" for any other letter."""
    if not _is_for_confirmation(letter.rule):
        return ""
    rows = json.dumps(_rows(letter, workplace), separators=(",", ":"), sort_keys=True)
    return f"{workplace.basis.keys((_SHOWN, letter.key, rows))} {rows}"


def shown_again(history: History, workplace: Workplace) -> list[Event]:
    """What lists for confirmation showed of which the ledger knows only that they went, by what travelled with them."""
    rules = {rule.id for rule in workplace.basis.rulebook.rules if _is_for_confirmation(rule)}
    events = []
    for letter in history.letters.values():
        if letter.gone and letter.rule in rules and letter.key not in history.shown:
            signed, _, rows = workplace.outbox.shown_by(letter.key).partition(" ")
            if signed in [keys((_SHOWN, letter.key, rows)) for keys in ever(workplace.basis.keys)]:
                events.append(_list_shown(letter.key, letter.about, json.loads(rows), workplace))
    return events


_SHOWN = "shown"


def _is_for_confirmation(rule: Rule) -> bool:
    return rule.of_cycle and Milestone.ALL_CONFIRMED in rule.unless


def _rows(letter: SendLetter, workplace: Workplace) -> dict[str, str]:
    return {
        s.allocation.item_id: row_code(s.allocation, workplace.basis.keys) for s in letter.cycle_standings
    }


def _list_shown(letter_key: str, about: str, rows: Mapping[str, str], workplace: Workplace) -> Event:
    digest = hashlib.sha256(repr(sorted(rows.items())).encode()).hexdigest()[:12]
    key = f"{letter_key}#{workplace.today.isoformat()}#{digest}"
    return workplace.event(EventKind.LIST_SHOWN, key, about, letter_key=letter_key, rows=rows)
