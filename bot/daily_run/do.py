"""Do what is planned: letters, then rows, then filing, in that order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from bot.daily_run.desk import Desk
from bot.daily_run.read import Filing
from bot.errors import AuditBotError, LetterRefused
from bot.office.allocation_list import RowUpdate
from bot.office.outbox import OutgoingLetter
from bot.papers.audit_tool import FormValues, stamp
from bot.papers.letter_words import identifiers, words
from bot.programme.actions import SendLetter, WriteRow
from bot.programme.events import Event, EventKind
from bot.programme.history import History
from bot.programme.planner import Council
from bot.programme.rules import Attachment
from bot.programme.standing import Standing
from bot.programme.status import as_text
from bot.programme.vocabulary import AuditType, Milestone, Person, Problem

BOUNCED_DAYS = 7
"""For so many days after a letter came back nothing more goes to that address; then it is tried once more."""


def letters_to_send(
    planned: Sequence[SendLetter], lists: Council, picture: History, desk: Desk, problems: list[Problem]
) -> Iterator[OutgoingLetter]:
    """The planned letters as they will go out, each written only when it is asked for. What stops one is told in
    `problems`, and the others go on."""
    for letter in planned:
        name = f"{letter.rule.name.capitalize()}, {letter.reference}"
        lost = [p.name for p in letter.to if _comes_back(p, picture, desk.today)]
        if lost:
            problems.append(
                Problem(
                    name,
                    f"Letters to {', '.join(lost)} come back undelivered, so this one waits. Name somebody else in the "
                    "row, or have the address put right.",
                )
            )
            continue
        try:
            yield outgoing(letter, lists, desk)
        except LetterRefused as fault:
            problems.append(
                Problem(name, f"The letter cannot be written: {fault}", "whoever edits the letters")
            )
        except AuditBotError as fault:
            problems.append(
                Problem(name, f"The letter waits for the next run: {fault}", "nobody, unless it goes on")
            )


def _comes_back(person: Person, picture: History, today: date) -> bool:
    bounced = picture.bounced.get(person.email)
    return bounced is not None and today - bounced < timedelta(BOUNCED_DAYS)


def outgoing(letter: SendLetter, lists: Council, desk: Desk) -> OutgoingLetter:
    """One planned letter, written out. Raises LetterRefused."""
    standing = letter.standing
    forbidden = (
        identifiers(standing.allocation)
        if standing
        else tuple(text for s in letter.cycle_standings for text in identifiers(s.allocation))
    )
    text = desk.papers.letters.letter(
        letter.rule.letter, words(letter, lists, desk.surroundings()), must_not_carry=forbidden
    )
    return OutgoingLetter(
        key=letter.key,
        about=letter.about,
        letter=letter.rule.letter,
        rule=letter.rule.name,
        occasion=letter.occasion,
        subject=text.subject,
        html=text.html,
        to=letter.to,
        cc=letter.cc,
        attachments=tuple(_attachments(letter, standing, desk)) if standing else (),
        audit=letter.reference,
        due=letter.day.on,
        why=letter.day.why,
        draft_only=letter.rule.draft_only,
    )


def _attachments(letter: SendLetter, standing: Standing, desk: Desk) -> list[tuple[str, bytes]]:
    """What a letter carries. A restricted audit's papers never travel by mail."""
    if standing.allocation.restricted:
        return []
    found = []
    reference = standing.allocation.reference
    for attachment in letter.rule.attach:
        if attachment is Attachment.FORM:
            found.append((f"{reference}.docx", stamp(desk.papers.audit_tool, form_values(standing, desk))))
        elif returned := standing.latest_return:
            found.append((f"{reference}.docx", desk.library.fetch(returned.url)))
    return found


def form_values(standing: Standing, desk: Desk) -> FormValues:
    """What stands in the audit tool before anybody has written a word."""
    a = standing.allocation
    born = None if a.restricted else a.date_of_birth
    readers = [p.name for p in (a.moderator, a.practitioner, a.team_manager) if p]
    return FormValues(
        reference=a.reference,
        cycle=standing.cycle.name,
        audit_type=a.audit_type.value,
        return_by=standing.on(Milestone.AUDIT_DUE),
        return_to=f"{', '.join(readers)}; copied to {desk.settings.mailbox}",
        mosaic_number="" if a.restricted else a.mosaic_number,
        child_name="" if a.restricted else a.child_name,
        date_of_birth=born,
        age=_age(born, desk.today),
        ethnicity="" if a.restricted else a.ethnicity,
        outcome_type=a.outcome_type,
        practitioner=_name(a.practitioner),
        team=a.team,
        team_manager=_name(a.team_manager),
        auditor=_name(a.auditor),
        moderator=_name(a.moderator),
        kloes=standing.cycle.kloes,
        restricted=a.restricted,
        auditor_role=_auditors_role(a.audit_type),
    )


def _name(person: Person | None) -> str:
    return person.name if person else ""


def _auditors_role(kind: AuditType) -> str:
    """Team Managers and Advanced Practitioners have kinds of audit of their own (§6)."""
    return kind.value.partition(" – ")[2] if kind.is_full else ""


def _age(born: date | None, today: date) -> str:
    if born is None:
        return ""
    return str(today.year - born.year - ((today.month, today.day) < (born.month, born.day)))


def write_rows(rows: Sequence[WriteRow], desk: Desk) -> tuple[int, bool, list[Problem]]:
    """Write the bot's columns. How many rows were written, whether any was edited meanwhile, and what failed."""
    if not rows:
        return 0, False, []
    desk.say(f"Writing {len(rows)} row{'s' if len(rows) > 1 else ''} of the list")
    now = desk.clock()
    stamp_of_now = now.isoformat()
    desk.ledger.append(
        Event(
            now,
            EventKind.ROW_WRITTEN,
            f"{row.item_id}#{row.etag}#{stamp_of_now}",
            row.item_id,
            {"on": desk.today.isoformat(), "values": {c: as_text(v) for c, v in row.values.items()}},
        )
        for row in rows
    )
    outcomes = desk.lists.write([RowUpdate(row.item_id, row.etag, row.values) for row in rows])
    problems = [outcome.problem for outcome in outcomes if outcome.problem and not outcome.changed]
    return sum(o.written for o in outcomes), any(o.changed for o in outcomes), problems


def file_messages(filings: Sequence[Filing], desk: Desk) -> list[Problem]:
    """Move each message where it belongs: the last thing done with it."""
    moves = [filing for filing in filings if filing.folder]
    wrong = desk.mailbox.file([(f.message.id, f.folder, f.category) for f in moves]) if moves else []
    failed = {filing.message.id: why for filing, why in zip(moves, wrong, strict=True) if why}
    now, on = desk.clock(), desk.today.isoformat()
    desk.ledger.append(
        Event(
            now,
            EventKind.MESSAGE_FILED,
            filing.message.id,
            "",
            {"on": on, "folder": filing.folder or "Inbox", "category": filing.category},
        )
        for filing in filings
        if filing.message.id not in failed
    )
    return [
        Problem(
            "The shared mailbox",
            f"A message from {filing.message.sender} was taken in but could not be moved: {failed[filing.message.id]}",
            "nobody: it is tried again",
        )
        for filing in moves
        if filing.message.id in failed
    ]
