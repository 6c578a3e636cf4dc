"""Tell the Audit Team what happened and what needs a person: the digest, once a working day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from bot.daily_run.desk import Desk
from bot.daily_run.plain_letter import to_the_team
from bot.daily_run.trouble import Trouble
from bot.office.mail.outgoing import OutgoingLetter
from bot.papers.letters.digest_words import NOTHING_KEPT, DigestWords, ReceiptWords
from bot.papers.letters.letter_words import identifiers
from bot.programme.events import Event, EventKind
from bot.programme.history.history import History
from bot.programme.history.records_of_the_past import LetterHistory, LetterState, Question
from bot.programme.messages.matter_kind import Place
from bot.programme.planning.planner import coming
from bot.programme.standing.actions import Plan, SendLetter
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.council import Council
from bot.programme.standing.deleted_rows import DeletedRow, deleted_rows
from bot.programme.standing.reported_by_reply import as_reported
from bot.programme.telling.matters import Around, Matter, of_letter, of_question
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


def digest_key(desk: Desk) -> str:
    return desk.setting.keys(("digest", desk.today.isoformat()))


def told_already(desk: Desk, history: History) -> bool:
    letter = history.letters.get(digest_key(desk))
    return letter is not None and letter.spoken_for


def todays_summary(
    desk: Desk, lists: Council, history: History, plan: Plan, problems: Sequence[Problem]
) -> Summary:
    lists = replace(lists, allocations=[as_reported(a, history) for a in lists.allocations])
    days = next_working_days(desk.today, desk.setting.working)
    around = replace(_around(desk, lists), drafts=_drafts(desk, history))
    return summary(
        desk.today,
        lists,
        history,
        since_last_digest(desk.ledger.read()),
        plan,
        problems,
        coming(days, lists, history, desk.setting),
        around,
    )


def _around(desk: Desk, lists: Council) -> Around:
    pages = desk.surroundings().pages
    return Around(
        desk.today, desk.setting.working, desk.setting.keys, desk.settings.mailbox, names_of(lists),
        pages.row if pages else lambda _: "", trial=desk.ledger.mode.trial,
    )  # fmt: skip


def _drafts(desk: Desk, history: History) -> frozenset[str]:
    """The messages in the folder of drafts now; nobody looks while none was ever left there."""
    left = any(letter.state is LetterState.LEFT_AS_DRAFT for letter in history.letters.values())
    return desk.mailbox.ids_in(desk.settings.drafts_folder) if left else frozenset()


def told_first(desk: Desk, told: Summary, history: History) -> list[Event]:
    """What stands in a digest for the first time and has no day of its own: it is counted from today. What no
    longer stands there is new when it comes again."""
    now, day = desk.clock(), desk.today.isoformat()
    standing = {matter.code for matter in told.needs_a_person}
    return [
        *(
            Event(now, EventKind.MATTER_TOLD, f"{matter.code}#{day}", "", {"on": day})
            for matter in told.needs_a_person
            if matter.since == desk.today and matter.code not in history.first_told
        ),
        *(
            Event(now, EventKind.MATTER_TOLD, f"{code}#{day}#gone", "", {"on": day, "gone": True})
            for code in history.first_told
            if code not in standing
        ),
    ]


TEN = 10
"""Working days ahead that are shown on the first working day of a week, as a spreadsheet too; THREE on the others."""
THREE = 3


def first_of_the_week(desk: Desk) -> bool:
    return desk.setting.working.after(desk.today, -1).isocalendar()[:2] != desk.today.isocalendar()[:2]


def letters_ahead(desk: Desk, lists: Council, history: History) -> dict[date, tuple[SendLetter, ...]]:
    """The letters of the next working days, each on the day it would go out if nothing further happened."""
    count = TEN if first_of_the_week(desk) else THREE
    days = [desk.today, *next_working_days(desk.today, desk.setting.working, count)]
    planned = coming(days, lists, history, desk.setting)
    return {day: letters for day, letters in planned.items() if day > desk.today}


MAY_BE_INADEQUATE = "may be inadequate"
"""The name under which the letters about held returns that may be Inadequate stand in the ledger."""
ROW_DELETED = "row of an inadequate deleted"
ALERT_HELD = "alert that may not have gone"
AT_ONCE = {
    MAY_BE_INADEQUATE: ("10_may_be_inadequate", "a held return may hold an Inadequate"),
    ROW_DELETED: ("10_row_deleted", "the row of an Inadequate was deleted"),
    ALERT_HELD: ("10_alert_held", "nobody can tell whether the alert of an Inadequate has gone"),
}
"""What the Audit Team is told outside the digest: its letter, and why."""


def of_doubt(question: Question, names: Mapping[str, str], around: Around) -> Matter:
    """A held return that may hold an Inadequate, as its letter tells it. `names` are references by list item id."""
    told = of_question(question, names, around)
    return replace(
        told, where=_which(names.get(question.about, "")), what=question.reason, who=question.sender
    )


def of_deleted(row: DeletedRow) -> Problem:
    """The deleted row of an Inadequate, as its letter tells it."""
    return replace(row.problem, where=_which(row.seen.reference))


def of_held_alert(alert: LetterHistory, history: History, around: Around) -> Matter:
    """An alert of which nobody can tell whether it went, as the letter about it tells it."""
    return replace(of_letter(alert, history, around), where=_which(alert.audit))


def _which(reference: str) -> str:
    return f"Audit {reference}" if reference else "An audit not yet certain"


def _doubt_key(desk: Desk, question: Question) -> str:
    return desk.setting.keys((MAY_BE_INADEQUATE, question.key))


def _spoken_for(key: str, history: History) -> bool:
    letter = history.letters.get(key)
    return letter is not None and letter.spoken_for


def doubtful_returns(desk: Desk, lists: Council, history: History) -> list[OutgoingLetter]:
    """A letter to the Audit Team about each held return that may hold an Inadequate: at once, and once (§10)."""
    names = {a.item_id: a.reference for a in lists.allocations}
    found = []
    known = {q.message for q in history.questions if _spoken_for(_doubt_key(desk, q), history)}
    for question in history.open_questions():
        key = _doubt_key(desk, question)
        if not question.may_be_inadequate or _spoken_for(key, history):
            continue
        if question.unread and question.message in known:
            continue  # the same message, and still nobody can tell
        known.add(question.message)
        reference, told = names.get(question.about, ""), of_doubt(question, names, _around(desk, lists))
        found.append(_at_once(desk, key, MAY_BE_INADEQUATE, question.about, question.on, reference, told))
    return found


def receipts_to_send(
    desk: Desk, lists: Council, history: History, standings: Sequence[Standing]
) -> list[OutgoingLetter]:
    """A receipt for each message with a form that was taken in or is held, and has none yet (§7)."""
    found = []
    for receipt in receipts(desk.ledger.read(), standings, desk.today):
        key = desk.setting.keys((RECEIPT, receipt.message))
        letter = history.letters.get(key)
        if letter is not None and letter.spoken_for:
            continue
        to = Person(names_of(lists).get(receipt.sender, receipt.sender), receipt.sender)
        standings_of = [*(form.found for form in receipt.forms), *(each for each in receipt.held if each)]
        rows = [each.allocation for each in standings_of]
        text = desk.papers.letters.letter(
            "07_form_received",
            ReceiptWords(desk.surroundings(), receipt, to.name).given(),
            must_not_carry=[i for row in rows for i in identifiers(row, names_the_record=False)],
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
                cc=(),
                attachments=(),
                audit=rows[0].reference if rows else "",
                due=desk.today,
                why="a form came in",
            )
        )
    return found


def deleted_inadequates(desk: Desk, lists: Council, history: History) -> list[OutgoingLetter]:
    """A letter to the Audit Team about each row of an Inadequate that was deleted: at once, and once (§10)."""
    found = []
    for row in deleted_rows(lists, history):
        key = desk.setting.keys((ROW_DELETED, row.item_id, row.seen.gone_on))
        letter = history.letters.get(key)
        if row.seen.inadequate and not (letter and letter.spoken_for):
            told = of_deleted(row)
            found.append(_at_once(desk, key, ROW_DELETED, row.item_id, desk.today, row.seen.reference, told))
    return found


def untold_alerts(desk: Desk, history: History) -> list[tuple[str, LetterHistory]]:
    """Alerts of an Inadequate, or of what may be one, of which nobody can tell whether they went and the Audit Team has
    not heard: the key of the letter that says so, and the alert."""
    rules = {MAY_BE_INADEQUATE, ROW_DELETED, *(r.id for r in desk.setting.rulebook.rules if r.is_alert)}
    held = [n for n in history.letters.values() if n.state is LetterState.HELD and n.rule in rules]
    keyed = [(desk.setting.keys((ALERT_HELD, n.key, n.on.isoformat())), n) for n in held if not n.carried_by]
    return [(key, letter) for key, letter in keyed if not _spoken_for(key, history)]


def held_alerts(desk: Desk, lists: Council, history: History) -> list[OutgoingLetter]:
    """A letter to the Audit Team about each of them: at once, and once (§10)."""
    return [
        _at_once(
            desk, key, ALERT_HELD, alert.about, alert.on, alert.audit,
            of_held_alert(alert, history, _around(desk, lists)),
        )
        for key, alert in untold_alerts(desk, history)
    ]  # fmt: skip


def _at_once(
    desk: Desk, key: str, rule: str, about: str, on: date, reference: str, told: Problem | Matter
) -> OutgoingLetter:
    """A letter that tells the Audit Team one thing, outside the digest."""
    letter, why = AT_ONCE[rule]
    text = to_the_team(desk.papers.letters, letter, DigestWords(desk.surroundings(), (told,)).given())
    return OutgoingLetter(
        key=key,
        about=about,
        letter=letter,
        rule=rule,
        occasion=on.isoformat(),
        subject=text.subject,
        html=text.html,
        to=(desk.setting.audit_team,),
        cc=(),
        attachments=(),
        audit=reference,
        due=desk.today,
        why=why,
        important=True,
    )


def digest(
    desk: Desk, told: Summary, ahead: bytes | None = None, kept: Mapping[str, object] = NOTHING_KEPT
) -> OutgoingLetter:
    """The digest as a letter to the shared mailbox. `ahead` is the spreadsheet that goes with it once a week, `kept`
    the words about letters that do not go to the people they are for."""
    to = desk.setting.audit_team
    if kept["trial"]:  # nothing of it has been sent
        counts = {
            ("letters kept back" if name == "letters sent" else name): n for name, n in told.counts.items()
        }
        told = replace(told, done=(), counts=counts)
    text = to_the_team(
        desk.papers.letters, "00_digest", {**DigestWords.of(told, desk.surroundings()).given(), **kept}
    )
    return OutgoingLetter(
        key=digest_key(desk),
        about="digest",
        letter="00_digest",
        rule=DIGEST,
        occasion=desk.today.isoformat(),
        subject=text.subject,
        html=text.html,
        to=(to,),
        cc=(),
        attachments=((f"Next ten working days from {desk.today.isoformat()}.xlsx", ahead),) if ahead else (),
        audit="",
        due=desk.today,
        why="every working day",
    )


def alarm(desk: Desk, trouble: Trouble) -> OutgoingLetter:
    """The digest of a day on which the run stopped: nothing in it but why. The day's own digest may still follow."""
    key = desk.setting.keys(("alarm", desk.today.isoformat()))
    stopped = Problem("The daily run", str(trouble), "whoever is named there")
    step = "Do what it says; a later run does the work and tells the rest."
    return replace(only_this(desk, [stopped], step), key=key, rule=ALARM, why="the run stopped")


def only_this(
    desk: Desk, problems: Sequence[Problem], step: str = "Do what stands beside it."
) -> OutgoingLetter:
    """A digest that tells these things and nothing else."""
    told = tuple(
        Matter(Place.BLOCKS, p.where, p.what, step, p.who, desk.today, "new today", "") for p in problems
    )
    nothing = Summary(
        today=desk.today,
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
    return digest(desk, nothing)
