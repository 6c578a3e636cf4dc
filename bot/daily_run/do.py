"""Do what is planned: letters, then rows, then filing, in that order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.daily_run.apart import met
from bot.daily_run.forms import audits_form, form_after_moderation
from bot.daily_run.kept import as_received
from bot.daily_run.meeting_times import calendar_files, meeting_times
from bot.daily_run.plain_letter import CANNOT_BE_WRITTEN, EDITOR
from bot.daily_run.post.post_notes import PostNotes
from bot.daily_run.post.reading import Filing
from bot.daily_run.replies import as_shown
from bot.daily_run.reports.announced import drafts
from bot.daily_run.shared_tool import shared_tool
from bot.daily_run.workplace import Workplace
from bot.errors import AuditBotError, FileChanged, LetterRefused
from bot.office.mail.outgoing import OutgoingLetter
from bot.papers.letters.calendar_file import day_to_keep
from bot.papers.letters.letter_words import Surroundings, identifiers
from bot.papers.letters.letters import Letter, Letters
from bot.papers.letters.words_by_scope import words
from bot.papers.reports.scorecard_workbook import scorecard_workbook
from bot.programme.events import Event, EventKind
from bot.programme.history.history import History
from bot.programme.planning.may_read import MayRead, named
from bot.programme.reports.scorecard import scorecard
from bot.programme.rulebook.rules import Attachment, Circumstance, called
from bot.programme.standing.actions import SendLetter, WriteRow
from bot.programme.standing.bots_cells import as_text
from bot.programme.standing.council import Council
from bot.programme.vocabulary import Grade, Milestone, Person, Problem
from bot.programme.working_days import Dated, WorkingDays

BOUNCED_DAYS = 7
"""For so many days after a letter came back nothing more goes to that address, unless somebody deals with the report
or the row changes; then it is tried once more."""
PLEASE_LOOK = "Please look at"


def letters_to_send(
    planned: Sequence[SendLetter],
    lists: Council,
    history: History,
    workplace: Workplace,
    problems: list[Problem],
    lacking: list[Problem],
) -> Iterator[OutgoingLetter]:
    """The planned letters as they will go out, each written only when it is asked for. What stops one is told in
    `problems`, and the others go on; what a form could not be given is told in `lacking`."""
    allowed = MayRead(lists, history, workplace.basis, workplace.today)
    for letter in planned:
        name = f"{called(letter.rule)}, {letter.reference}"
        if others := allowed.strangers_to(letter):
            problems.append(Problem(name, named(others), "the IT administrator"))
            continue
        if lost := [p for p in (*letter.to, *letter.cc) if _comes_back(p, lists, history, workplace.today)]:
            to = letter.to if letter.rule.is_alert else tuple(p for p in letter.to if p not in lost)
            found = Problem(name, _who_goes_without(letter, lost, to))
            problems.append(found)
            if not to:
                continue
            _tell_once(letter, found, workplace)
            letter = replace(letter, to=to, cc=tuple(p for p in letter.cc if p not in lost))
        try:
            yield outgoing(letter, lists, history, workplace, lacking)
        except LetterRefused as fault:
            problems.append(Problem(name, f"{CANNOT_BE_WRITTEN}{fault}", EDITOR))
        except FileChanged as fault:
            problems.append(Problem(name, f"The letter waits: {fault}"))
        except AuditBotError as fault:
            problems.append(
                Problem(name, f"The letter waits for the next run: {fault}", "nobody, unless it goes on")
            )
        except Exception as fault:  # no other letter waits for this one, least of all an alert
            problems.append(met(name, fault))


def _who_goes_without(letter: SendLetter, lost: Sequence[Person], to: Sequence[Person]) -> str:
    """What the Audit Team is asked to do where readers of a letter are known not to get their post. Of five alerted the
    fifth gets it all the same: the worst that comes of it is another report (§10)."""
    names = " and ".join(p.name for p in lost)
    come_back = f"Letters to {names} come back undelivered, so"
    if letter.rule.is_alert:
        return (
            f"{come_back} make sure today that {names} know{'s' if len(lost) == 1 else ''} of it: the letter went, but "
            "may not have reached them."
        )
    then = "this one waits. Name somebody else in the row"
    if to:
        then = f"this one went to {', '.join(p.name for p in to)} only. Pass it on"
    return f"{come_back} {then}, or have the address put right. Then take the report out of “{PLEASE_LOOK}”."


def _tell_once(letter: SendLetter, found: Problem, workplace: Workplace) -> None:
    """A letter that went without somebody is planned no more: the next digest tells of it, whichever run sent it."""
    key, where, what = f"{letter.key}#without", found.where, found.what
    workplace.ledger.append([workplace.event(EventKind.TOLD, key, letter.about, where=where, what=what)])


def _comes_back(person: Person, lists: Council, history: History, today: date) -> bool:
    """Whether a letter to this address failed lately, nobody has dealt with the report, and the row it was about still
    names the address."""
    return any(
        today - bounce.on < timedelta(BOUNCED_DAYS)
        and (history.still_waiting is None or bounce.message in history.still_waiting)
        and _still_named(person.email, bounce.about, lists)
        for bounce in history.bounced.get(person.email, ())
    )


def _still_named(address: str, about: str, lists: Council) -> bool:
    row = next((a for a in lists.allocations if a.item_id == about), None)
    return row is None or address in {person.email for person in row.people}


def outgoing(
    letter: SendLetter, lists: Council, history: History, workplace: Workplace, lacking: list[Problem]
) -> OutgoingLetter:
    """One planned letter, written out. Raises LetterRefused."""
    tool = shared_tool(letter, lists, history, workplace, lacking)
    meeting = meeting_times(letter, workplace, lacking)
    around = replace(
        workplace.surroundings(),
        tool=tool.url if tool else "",
        reports=drafts(letter, lists, history, workplace, lacking) if letter.rule.makes else (),
        dashboards={service: url for service, (_, url) in history.dashboards.items()},
        meeting=meeting,
    )
    text = written(letter, lists, workplace.papers.letters, around)
    return OutgoingLetter(
        key=letter.key,
        about=letter.about,
        letter=letter.rule.letter,
        rule=letter.rule.id,
        occasion=letter.occasion,
        subject=text.subject,
        html=text.html,
        to=letter.to,
        cc=letter.cc,
        attachments=(
            *_attachments(letter, lists, history, workplace, lacking, linked=tool is not None),
            *(() if _restricted(letter) else calendar_files(letter, meeting, workplace)),
        ),
        audit=letter.reference,
        due=letter.day.on,
        why=letter.day.why,
        draft_only=letter.rule.draft_only,
        covers=tuple(part.as_covered() for part in letter.together),
        important=is_important(letter, workplace.today, workplace.basis.working),
        shown=as_shown(letter, workplace),
        even_in_rehearsal=letter.rule.is_alert
        and history.live_since is not None,  # forms are out with people
    )


def written(letter: SendLetter, lists: Council, letters: Letters, around: Surroundings) -> Letter:
    """The subject and text of one planned letter. Raises LetterRefused."""
    about = [letter.standing] if letter.standing else [*letter.cycle_standings]
    about += [part.standing for part in letter.together if part.standing]
    numbered = letters.names_the_record(letter.rule.letter)
    forbidden = tuple(
        dict.fromkeys(text for s in about for text in identifiers(s.allocation, names_the_record=numbered))
    )
    return letters.letter(
        letter.rule.letter,
        words(letter, lists, around),
        must_not_carry=forbidden,
        references=[s.allocation.reference for s in about],
    )


SOON = 3
"""Working days within which a step of an Inadequate makes a letter important."""
_CANNOT_WAIT = (Milestone.MODERATION_DUE, Milestone.URGENT_ISSUES_DUE, Milestone.UOPP_DUE)


def is_important(letter: SendLetter, today: date, working: WorkingDays) -> bool:
    """High importance is for an Inadequate alone, and there for what cannot wait: the alert, and what is due soon."""
    if letter.together:
        return any(is_important(part, today, working) for part in letter.together)
    found = letter.standing
    if found is None or Grade.INADEQUATE not in (found.grade, found.auditor_grade) or letter.rule.draft_only:
        return False
    if found.grade and found.grade is not Grade.INADEQUATE:
        return False
    if letter.rule.is_alert or Circumstance.ON_HOLD in letter.rule.conditions.circumstances:
        return True
    soon = letter.due is not None and letter.due.on <= working.after(today, SOON)
    return soon and letter.rule.due in _CANNOT_WAIT


def _attachments(
    letter: SendLetter,
    lists: Council,
    history: History,
    workplace: Workplace,
    lacking: list[Problem],
    *,
    linked: bool = False,
) -> list[tuple[str, bytes]]:
    """What a letter carries, but for an audit tool it links to. A restricted audit's papers never travel by mail."""
    if Attachment.SCORECARD in letter.rule.attach:
        return [_scorecard(letter, lists, workplace)]
    if letter.together:
        return [
            each
            for part in letter.together
            for each in _attachments(part, lists, history, workplace, lacking)
        ]
    standing = letter.standing
    if standing is None or _restricted(letter):
        return []
    found = []
    reference = standing.allocation.reference
    for attachment in letter.rule.attach:
        if attachment is Attachment.FORM:
            if linked:
                continue
            found.append((f"{reference}.docx", audits_form(standing, lists, history, workplace, lacking)))
        elif attachment is Attachment.CALENDAR:
            if letter.due:
                found.append(_calendar(letter, letter.due, workplace))
        elif attachment in _AFTER_MODERATION:
            kind, name = _AFTER_MODERATION[attachment]
            form = form_after_moderation(kind, standing, history, workplace, lacking)
            found.append((f"{reference} {name}.docx", form))
        else:
            moderated = attachment is Attachment.MODERATED_AUDIT
            if returned := standing.latest_moderation if moderated else standing.latest_return:
                found.append((f"{reference}.docx", as_received(returned, standing.allocation, workplace)))
    return found


def _restricted(letter: SendLetter) -> bool:
    return letter.standing is not None and letter.standing.allocation.restricted


_AFTER_MODERATION = {
    Attachment.UOPP_RECORD: ("uopp_record", "UoPP record"),
    Attachment.SIX_WEEK_CHECK: ("dip_audit", "six-week check"),
}
"""Forms about a moderated audit: the form's name in the settings, and what stands in the file's name."""


def _calendar(letter: SendLetter, due: Dated, workplace: Workplace) -> tuple[str, bytes]:
    """The day of a letter's date; the key of audit and date, so that a changed date takes the place of the old one."""
    uid = workplace.basis.keys(("calendar", letter.about, str(letter.rule.due)))
    what = f"UoPP meeting, audit {letter.reference}: to be held by today"
    return f"{letter.reference} UoPP meeting.ics", day_to_keep(uid, due.on, what, due.why, workplace.clock())


def _scorecard(letter: SendLetter, lists: Council, workplace: Workplace) -> tuple[str, bytes]:
    """The month's figures as a workbook: references and grades, nothing about a child (§9)."""
    as_at = workplace.today.replace(day=1) - timedelta(1)
    card = scorecard(letter.cycle_standings, as_at, workplace.basis.working, lists.roles)
    return f"Scorecard {as_at:%Y-%m}.xlsx", scorecard_workbook(card)


def write_rows(rows: Sequence[WriteRow], workplace: Workplace) -> tuple[int, bool, list[Problem]]:
    """Write the bot's columns. How many rows were written, whether any was edited meanwhile, and what failed."""
    if not rows:
        return 0, False, []
    written: list[Event] = []
    workplace.say(f"Writing {len(rows)} row{'s' if len(rows) > 1 else ''} of the list")
    now = workplace.clock().isoformat()
    for row in rows:
        values = {column: as_text(value) for column, value in row.values.items()}
        key = f"{row.item_id}#{row.etag}#{now}"
        written.append(workplace.event(EventKind.ROW_WRITTEN, key, row.item_id, values=values))
    workplace.ledger.append(written)
    outcomes = workplace.lists.write(rows)
    problems = [outcome.problem for outcome in outcomes if outcome.problem and not outcome.changed]
    return sum(o.written for o in outcomes), any(o.changed for o in outcomes), problems


def file_messages(filings: Sequence[Filing], workplace: Workplace, history: History) -> list[Problem]:
    """Move each message where it belongs: the last thing done with it."""
    moves = [f for f in filings if f.folder and workplace.mailbox.folder(f.folder) != f.message.folder]
    wrong = workplace.mailbox.file([(f.message.id, f.folder, f.categories) for f in moves]) if moves else []
    failed = {filing.message.id: why for filing, why in zip(moves, wrong, strict=True) if why}
    notes = PostNotes(workplace, history)
    notes.record(
        [
            notes.filed(filing.message.id, filing.folder or "Inbox", filing.category)
            for filing in filings
            if filing.message.id not in failed
        ]
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
