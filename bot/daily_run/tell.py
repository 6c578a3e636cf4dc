"""Tell the Audit Team what happened and what needs a person: the digest, once a working day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from html import escape

from bot.daily_run.plain_letter import to_the_team
from bot.daily_run.replacing import cycles_with_a_proposal
from bot.daily_run.trouble import Trouble
from bot.daily_run.workplace import Workplace
from bot.office.mail.outgoing import OutgoingLetter
from bot.papers.letters.digest_words import NOTHING_KEPT, DigestWords, ReceiptWords
from bot.papers.letters.free_text import without_identifiers
from bot.papers.letters.letter_words import identifiers
from bot.programme.date_words import short_day
from bot.programme.events import Event, EventKind
from bot.programme.history.history import History
from bot.programme.history.records_of_the_past import LetterState
from bot.programme.messages.matter_kind import Place
from bot.programme.planning.planner import coming
from bot.programme.standing.actions import Plan, SendLetter
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.checks import withdrawn_and_short
from bot.programme.standing.council import Council
from bot.programme.standing.reported_by_reply import as_reported
from bot.programme.telling.matters import Around, Matter
from bot.programme.telling.receipts import RECEIPT, receipts
from bot.programme.telling.summary import (
    ALARM,
    DIGEST,
    Summary,
    names_of,
    next_working_days,
    since_last_digest,
    summary,
)
from bot.programme.vocabulary import Person, Problem


def digest_key(workplace: Workplace) -> str:
    return workplace.basis.keys(("digest", workplace.today.isoformat()))


def told_already(workplace: Workplace, history: History) -> bool:
    return history.spoken_for(digest_key(workplace))


def todays_summary(
    workplace: Workplace, lists: Council, history: History, plan: Plan, problems: Sequence[Problem]
) -> Summary:
    lists = replace(lists, allocations=[as_reported(a, history) for a in lists.allocations])
    days = next_working_days(workplace.today, workplace.basis.working)
    withdrawn = withdrawn_and_short(lists.cycles, lists.allocations, workplace.today)
    proposed = cycles_with_a_proposal([*problems, *withdrawn], lists, workplace)
    cycles = {f"Audit allocations, {a.reference}": a.cycle for a in lists.allocations}
    problems = [*problems, *(p for p in withdrawn if cycles[p.where] in (proposed or ()))]
    around = replace(
        around_matters(workplace, lists),
        drafts=_drafts(workplace, history),
        moved=_moved(workplace, lists, history),
        proposed=proposed,
    )
    return summary(
        workplace.today,
        lists,
        history,
        since_last_digest(workplace.ledger.read()),
        plan,
        problems,
        coming(days, lists, history, workplace.basis),
        around,
    )


def around_matters(workplace: Workplace, lists: Council) -> Around:
    pages = workplace.surroundings().pages
    return Around(
        workplace.today, workplace.basis.working, workplace.basis.keys, workplace.settings.mailbox, names_of(lists),
        pages.row if pages else lambda _: "", trial=workplace.ledger.mode.trial,
    )  # fmt: skip


def _drafts(workplace: Workplace, history: History) -> frozenset[str]:
    """The messages in the folder of drafts now; nobody looks while none was ever left there."""
    left = any(letter.state is LetterState.LEFT_AS_DRAFT for letter in history.letters.values())
    return workplace.mailbox.ids_in(workplace.settings.drafts_folder) if left else frozenset()


def _moved(workplace: Workplace, lists: Council, history: History) -> dict[str, str]:
    """Where those held messages lie that a person has put elsewhere, and of which the digest still tells; "" where they
    are in the mailbox no more."""
    there = history.still_waiting or frozenset()
    away = {q.message for q in history.open_questions() if not q.stays} - there
    if not away:
        return {}
    now, folders = workplace.mailbox.where(sorted(away)), workplace.mailbox.folders
    names = {i: without_identifiers(folders.name_of(at), lists.allocations) for i, at in now.items() if at}
    return names | dict.fromkeys(away - now.keys(), "")


def told_first(workplace: Workplace, told: Summary, history: History) -> list[Event]:
    """What stands in a digest for the first time: what has no day of its own is counted from today. What no longer
    stands there is new when it comes again, and a press about it comes too late."""
    day, kind = workplace.today.isoformat(), EventKind.MATTER_TOLD
    standing = {matter.code for matter in told.needs_a_person}
    return [
        *(
            workplace.event(kind, f"{matter.code}#{day}")
            for matter in told.needs_a_person
            if matter.code not in history.first_told
        ),
        *(
            workplace.event(kind, f"{code}#{day}#gone", gone=True)
            for code in history.first_told
            if code not in standing
        ),
    ]


TEN = 10
"""Working days ahead that are shown on the first working day of a week, as a spreadsheet too; THREE on the others."""
THREE = 3


def first_of_the_week(workplace: Workplace) -> bool:
    return (
        workplace.basis.working.after(workplace.today, -1).isocalendar()[:2]
        != workplace.today.isocalendar()[:2]
    )


def letters_ahead(
    workplace: Workplace, lists: Council, history: History
) -> dict[date, tuple[SendLetter, ...]]:
    """The letters of the next working days, each on the day it would go out if nothing further happened."""
    count = TEN if first_of_the_week(workplace) else THREE
    days = [workplace.today, *next_working_days(workplace.today, workplace.basis.working, count)]
    planned = coming(days, lists, history, workplace.basis)
    return {day: letters for day, letters in planned.items() if day > workplace.today}


def receipts_to_send(
    workplace: Workplace, lists: Council, history: History, standings: Sequence[Standing]
) -> list[OutgoingLetter]:
    """A receipt for each message with a form that was taken in or is held, and has none yet (§7)."""
    found, names = [], names_of(lists)
    for receipt in receipts(workplace.ledger.read(), standings, workplace.today):
        key = workplace.basis.keys((RECEIPT, receipt.message))
        if history.spoken_for(key) or receipt.sender not in names:
            continue
        to = Person(names[receipt.sender], receipt.sender)
        standings_of = [*(form.found for form in receipt.forms), *(each for each in receipt.held if each)]
        rows = [each.allocation for each in standings_of]
        text = workplace.papers.letters.letter(
            "07_form_received",
            ReceiptWords(workplace.surroundings(), receipt, to.name).given(),
            must_not_carry=[i for row in rows for i in identifiers(row, names_the_record=False)],
            references=[row.reference for row in rows],
        )
        found.append(
            OutgoingLetter(
                key=key,
                about=rows[0].item_id if rows else "receipt",
                letter="07_form_received",
                rule=RECEIPT,
                occasion=receipt.message,
                subject=text.subject,
                html=text.html,
                to=(to,),
                audit=rows[0].reference if rows else "",
                due=workplace.today,
                why="a form came in",
            )
        )
    return found


def digest(
    workplace: Workplace, told: Summary, ahead: bytes | None = None, kept: Mapping[str, object] = NOTHING_KEPT
) -> OutgoingLetter:
    """The digest as a letter to the shared mailbox. `ahead` is the spreadsheet that goes with it once a week, `kept`
    the words about letters that do not go to the people they are for."""
    to = workplace.basis.audit_team
    if kept["trial"]:  # nothing of it has been sent
        counts = {
            ("letters kept back" if name == "letters sent" else name): n for name, n in told.counts.items()
        }
        told = replace(told, done=(), counts=counts)
    text = to_the_team(
        workplace.papers.letters,
        "00_digest",
        {**DigestWords.of(told, workplace.surroundings()).given(), **kept},
    )
    return OutgoingLetter(
        key=digest_key(workplace),
        about="digest",
        letter="00_digest",
        rule=DIGEST,
        occasion=workplace.today.isoformat(),
        subject=text.subject,
        html=text.html,
        to=(to,),
        attachments=((f"Next ten working days from {workplace.today.isoformat()}.xlsx", ahead),)
        if ahead
        else (),
        due=workplace.today,
        why="every working day",
    )


def alarm(workplace: Workplace, trouble: Trouble) -> OutgoingLetter:
    """What is told when a run stopped, on plain paper: the letters themselves may be what is wrong. Nobody can take it
    for the day's digest, which may still follow."""
    return _on_plain_paper(
        workplace, trouble, f"The audit bot's run on {short_day(workplace.today)} was stopped"
    )


def not_whole(workplace: Workplace, trouble: Trouble) -> OutgoingLetter:
    """What is told when a run left a part undone, of which nobody knows why."""
    subject = f"A part of the audit bot's run on {short_day(workplace.today)} could not be done"
    return _on_plain_paper(workplace, trouble, subject)


def stands_still(workplace: Workplace, trouble: Trouble) -> OutgoingLetter:
    """What is told while nothing goes out until a person has acted."""
    return _on_plain_paper(workplace, trouble, "The audit bot stands still until somebody has acted")


def could_not_speak(workplace: Workplace, trouble: Trouble) -> OutgoingLetter:
    """What is told first of all once letters leave again."""
    return _on_plain_paper(workplace, trouble, "The audit bot could not do its work until now")


def _on_plain_paper(workplace: Workplace, trouble: Trouble, subject: str) -> OutgoingLetter:
    settings = workplace.settings
    lines = (settings.marking, trouble.what, trouble.remedy, settings.council)
    return OutgoingLetter(
        key=workplace.basis.keys(("alarm", workplace.today.isoformat())),
        about="digest",
        letter="00_digest",
        rule=ALARM,
        occasion=workplace.today.isoformat(),
        subject=f"{settings.marking} {subject}".strip(),
        html=f'<html lang="en-GB"><body>{"".join(f"<p>{escape(line)}</p>" for line in lines)}</body></html>',
        to=(workplace.basis.audit_team,),
        due=workplace.today,
        why="the run stopped",
    )


def only_this(
    workplace: Workplace, problems: Sequence[Problem], step: str = "Do what stands beside it."
) -> OutgoingLetter:
    """A digest that tells these things and nothing else."""
    told = tuple(
        Matter(Place.BLOCKS, p.where, p.what, step, p.who, workplace.today, "new today", "") for p in problems
    )
    nothing = Summary(
        today=workplace.today,
        needs_a_person=told,
        notes=(),
        done=(),
        not_sent=(),
        returned=(),
        waiting=(),
        coming=(),
        counts={},
        cycles=(),
    )
    return digest(workplace, nothing)
