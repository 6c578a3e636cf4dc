"""One run: look, read, record, plan, do, tell. Performing it twice does nothing the second time."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from bot.daily_run.adopted import recognised
from bot.daily_run.desk import Desk
from bot.daily_run.do import file_messages, letters_to_send, write_rows
from bot.daily_run.found_elsewhere import read_there
from bot.daily_run.held_again import held_read_again, note_held, still_waiting
from bot.daily_run.kept import kept_now, waiting_files
from bot.daily_run.kept_back import kept_words, letters_to_decide, with_their_buttons, would_have_gone
from bot.daily_run.look import as_council, as_people_say
from bot.daily_run.plain_letter import CANNOT_BE_WRITTEN, EDITOR
from bot.daily_run.post_room import PostRoom
from bot.daily_run.read import Filing, Reader
from bot.daily_run.replies import lists_shown
from bot.daily_run.stopped_letters import by_their_file, stopped_letters
from bot.daily_run.tell import (
    deleted_inadequates,
    digest,
    digest_key,
    doubtful_returns,
    first_of_the_week,
    held_alerts,
    letters_ahead,
    receipts_to_send,
    todays_summary,
    told_already,
    told_first,
    untold_alerts,
)
from bot.daily_run.trial import refuse_too_wide
from bot.daily_run.trouble import Trouble, trouble
from bot.errors import LetterRefused, SettingsError
from bot.office.outbox import OutgoingLetter
from bot.papers.overviews import planned_letters
from bot.programme.actions import Plan, SendLetter
from bot.programme.books import RECENT_DAYS, open_business, still_matter
from bot.programme.deleted_rows import deleted_rows, found_deleted, seen_rows
from bot.programme.dry_run import faults_of_meaning
from bot.programme.events import Event, EventKind, Plain
from bot.programme.history import History, LetterState, history
from bot.programme.kept_letters import begins_anew, no_longer_live
from bot.programme.planner import Council, plan
from bot.programme.post import Post
from bot.programme.protection import protection_seen
from bot.programme.rules import called
from bot.programme.summary import names_of, since_last_digest
from bot.programme.vocabulary import Problem

NOBODY_TOLD = "The daily digest could not be sent, so nobody was told what needs a person."
ROUNDS = 6
"""How often a run plans again before it gives up and says so. Two rounds are usual."""

LISTS_ANEW = timedelta(minutes=30)
"""After so long a look without new post reads the lists again."""

BALANCE_AT = 1000
"""So many events must have come before the books are balanced again."""


@dataclass(slots=True)
class Report:
    """What one run did. `needs_a_person` holds every problem met, each once."""

    today: date
    letters: Counter[str] = field(default_factory=Counter)  # rule -> how many went out
    held: list[str] = field(default_factory=list)  # "rule, audit: why"
    messages: int = 0
    rows: int = 0
    problems: list[Problem] = field(default_factory=list)
    digest_sent: bool = False
    digest_lost: str = ""  # why the digest could not be sent although it should
    waiting: int = 0  # letters that are still to leave, whatever kept them
    to_decide: int = 0  # letters about which a person decides
    questions: int = 0  # messages put to a person and not yet answered, of this run and of former ones
    trouble: Trouble | None = None  # why the run could not do its work

    @property
    def needs_a_person(self) -> list[Problem]:
        return list(dict.fromkeys(self.problems))

    def as_json(self) -> dict[str, Any]:
        """The stable shape of `audit-bot run --json` (docs/command_line.md)."""
        return {
            "today": self.today.isoformat(),
            "letters": dict(self.letters),
            "held": self.held,
            "messages_read": self.messages,
            "rows_written": self.rows,
            "digest_sent": self.digest_sent,
            "needs_a_person": [{"where": p.where, "what": p.what, "who": p.who} for p in self.needs_a_person],
            "questions": self.questions,
            "waiting": self.waiting,
            "trouble": {"what": self.trouble.what, "remedy": self.trouble.remedy} if self.trouble else None,
        }


class Run:
    """A run at one desk. `whole` is the daily run; without it only the post is looked at and its results acted on."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._unsent: set[str] = set()  # keys of letters that were to leave in this run and did not

    def perform(self, *, whole: bool = True) -> Report:
        """Look, read, record, plan, do, tell. Raises AuditBotError only when nothing at all can be done, and
        SettingsError when the rule book says something that cannot be meant."""
        desk = self._desk
        report = Report(desk.today)
        if whole:
            refuse_too_wide(desk)
        desk.outbox.reconcile()
        picture = history(desk.ledger.current())
        book = desk.setting.rulebook
        if book.text_code != picture.rules_tried and (faults := faults_of_meaning(book)):
            raise SettingsError([*faults])
        room = PostRoom(desk, picture)
        room.since()  # first of all: only an empty ledger tells that it was lost
        self._see_live(picture)
        desk.say("Looking at the mailbox")
        room.look(whole=whole)
        if not whole and not room.waiting and not self._lists_wanted(picture):
            room.note_folders()
            return report
        lists, reading_problems = self._lists(picture)
        report.problems += reading_problems
        report.problems += no_longer_live(picture, desk.ledger.mode, desk.today, desk.setting.working)
        papers = desk.papers  # a form that cannot be used stops the run here, before anything is done
        waiting = waiting_files(lists.allocations, picture)
        filings = self._read(room, lists, picture, report)
        if picture.questions:
            # A message a person has taken out of the folder is dealt with; those just read are on their way there.
            on_their_way = {f.message.id for f in filings if f.folder == desk.settings.please_look_folder}
            picture.still_waiting = desk.mailbox.ids_in(desk.settings.please_look_folder) | on_their_way
            picture.still_waiting |= still_waiting(room.notes)
            if whole:
                again, problems = held_read_again(lists, room.notes, lambda: self._refold(picture))
                filings += again
                report.problems += problems
        report.problems += self._see_deleted_rows(lists, picture)
        self._recognise(lists, picture)
        self._tell_at_once(lists, picture)
        self._see_rectifications(lists, picture)
        final, lists = self._act(lists, picture, report)
        report.problems += final.problems
        self._ask_what_goes(picture, final)
        self._thank(lists, picture, final, report)
        report.problems = by_their_file(report.problems, papers.letters)
        self._send_to_the_team(stopped_letters(desk, picture, report.needs_a_person), picture)
        self._record([*kept_now(waiting, desk, report.problems)], picture)
        now = desk.clock()
        self._record(seen_rows(final.standings, picture, desk.setting.keys, now, desk.today), picture)
        report.problems += file_messages(filings, desk, picture)
        room.note_folders()
        report.problems += room.notes.told
        if whole and not told_already(desk, picture) and desk.setting.working.is_working(desk.today):
            self._tell(lists, picture, final, report)
        desk.outbox.confirm()
        self._see_what_left(picture, report)
        report.problems = [as_people_say(problem, desk) for problem in report.problems]
        self._note_end(report, whole=whole)
        if whole:
            self._balance(lists, picture)
        return report

    # ------------------------------------------------------------------------------------------------- look, read

    def _lists_wanted(self, picture: History) -> bool:
        """Whether a look without new post reads the lists all the same: what people enter there must not wait for the
        next morning, and an Inadequate waits for nothing. The day itself begins with the daily run."""
        if untold_alerts(self._desk, picture):
            return True
        if picture.daily_run_on != self._desk.today or picture.lists_read_at is None:
            return False
        return self._desk.clock() - picture.lists_read_at >= LISTS_ANEW

    def _see_live(self, picture: History) -> None:
        """Remember the day on which letters begin to go to people, for the first time or again: what had fallen due
        before it is put to the Audit Team. Of a new installation the profile may name an earlier day (`start_on`). What
        was sent all the same, whatever the ledger knows, is found first."""
        desk = self._desk
        team = {desk.settings.mailbox, *desk.settings.team_only}
        if begins_anew(picture, desk.ledger.mode, desk.today, desk.setting.working, team):
            desk.outbox.adopt()
            first = picture.last_run_on is None and desk.settings.start_on
            on = min(first or desk.today, desk.today).isoformat()
            desk.ledger.append([Event(desk.clock(), EventKind.LIVE_BEGAN, on, "", {"on": on})])
            self._refold(picture)

    def _lists(self, picture: History) -> tuple[Council, list[Problem]]:
        self._desk.say("Reading the lists")
        reading = self._desk.lists.read()
        found = as_council(reading, picture, self._desk)
        if self._desk.ledger.take_back(open_business(found.council)):  # a closed cycle was opened again
            self._desk.outbox.reconcile()
            self._refold(picture)
            found = as_council(reading, picture, self._desk)
        self._record(protection_seen(found, picture, self._desk.clock(), self._desk.today), picture)
        return found.council, [*reading.problems, *found.problems]

    def _read(self, room: PostRoom, lists: Council, picture: History, report: Report) -> list[Filing]:
        """Read what waits, and record what each portion said before the next is fetched. What is to be moved."""
        desk = self._desk
        if waiting := len(room.waiting):
            desk.say(f"Reading {waiting} message{'s' if waiting > 1 else ''}")
        filings: list[Filing] = []
        for portion in room.portions():
            report.messages += len(portion)
            away = [m for m in portion if room.notes.lies_elsewhere(m)]
            for message in away:
                report.problems += read_there(message, lists, room.notes).problems
            again = [m for m in portion if m not in away and _duplicate(m, picture)]
            read = Reader(desk, lists, picture).read([m for m in portion if m not in away and m not in again])
            report.problems += read.problems
            desk.ledger.append(read.events)
            report.problems += file_messages([f for f in read.filings if not f.folder], desk, picture)
            filings += [f for f in read.filings if f.folder]
            filings += [Filing(m, desk.settings.filed_folder, "Came twice") for m in again]
        note_held(filings, lists, room.notes)
        return filings

    def _recognise(self, lists: Council, picture: History) -> None:
        """What letters were of which the ledger knows only that they went; one makes the next one due."""
        for _ in range(ROUNDS):
            if not (events := recognised(self._desk, lists, picture)):
                break
            self._record(events, picture)

    def _see_deleted_rows(self, lists: Council, picture: History) -> list[Problem]:
        """Rows that were deleted while something ran: remembered on the first day, told on every one."""
        gone = deleted_rows(lists, picture)
        self._record(found_deleted(gone, self._desk.clock(), self._desk.today), picture)
        return [row.problem for row in gone]

    def _see_rectifications(self, lists: Council, picture: History) -> None:
        """Remember the day on which a date for putting an audit right, a final grade or a disagreement was first
        seen in the list, or was gone from it (§7, §11)."""
        desk = self._desk
        events = [
            Event(
                desk.clock(),
                EventKind.RECTIFICATION_SEEN,
                f"{a.item_id}#{a.rectification_by.isoformat()}",
                a.item_id,
                {"on": desk.today.isoformat(), "by": a.rectification_by.isoformat()},
            )
            for a in lists.allocations
            if a.rectification_by
            and a.rectification_by not in picture.audit(a.item_id).rectification_asked_on
        ]
        events += [
            Event(
                desk.clock(),
                EventKind.DECISION_SEEN,
                f"{a.item_id}#{len(seen)}#{a.final_grade or ''}",
                a.item_id,
                {"on": desk.today.isoformat(), "grade": a.final_grade.value if a.final_grade else ""},
            )
            for a in lists.allocations
            if (seen := picture.audit(a.item_id).decisions_seen) or a.final_grade
            if not seen or seen[-1][0] is not a.final_grade
        ]
        events += [
            Event(
                desk.clock(),
                EventKind.DISAGREEMENT_SEEN,
                f"{a.item_id}#{len(before)}",
                a.item_id,
                {
                    "on": desk.today.isoformat(),
                    "disputed": a.disputed_on.isoformat() if a.disputed_on else "",
                },
            )
            for a in lists.allocations
            if (before := picture.audit(a.item_id).disagreements_seen) or a.disputed_on
            if not before or before[-1][0] != a.disputed_on
        ]
        self._record(events, picture)

    # --------------------------------------------------------------------------------------------------- plan, do

    def _act(self, lists: Council, picture: History, report: Report) -> tuple[Plan, Council]:
        """Plan and perform until there is nothing left to plan; then bring the rows up to date."""
        desk = self._desk
        tried: set[str] = set()
        planned = plan(desk.today, lists, picture, desk.setting)
        for _ in range(ROUNDS):
            letters = [letter for letter in planned.letters if letter.key not in tried]
            if not letters:
                break
            tried.update(letter.key for letter in letters)
            lacking: list[Problem] = []
            going = letters_to_send(letters, lists, picture, desk, report.problems, lacking)
            self._send(going, letters, report)
            self._record([_told_once(problem, desk) for problem in lacking], picture)
            picture = self._refold(picture)
            planned = plan(desk.today, lists, picture, desk.setting)
        for _ in range(ROUNDS):
            written, changed, problems = write_rows(planned.rows, desk)
            report.rows += written
            report.problems += problems
            if not changed:
                break
            # Somebody edited a row meanwhile: read again and decide again.
            lists, reading_problems = self._lists(picture)
            report.problems += reading_problems
            picture = self._refold(picture)
            planned = plan(desk.today, lists, picture, desk.setting)
        return planned, lists

    def _send(self, written: Iterable[OutgoingLetter], planned: Sequence[SendLetter], report: Report) -> None:
        """Send letters as they are written, and tell what became of each."""
        self._desk.ledger.append(lists_shown(planned, self._desk))
        self._desk.say(f"Sending {len(planned)} letter{'s' if len(planned) > 1 else ''}")
        names = {letter.key: (letter.rule.id, letter.reference) for letter in planned}
        for outcome in self._desk.outbox.send(written):
            rule, reference = names[outcome.key]
            if outcome.state in ("waiting", "failed"):
                self._unsent.add(outcome.key)
            if outcome.state in ("sent", "left as draft"):
                report.letters[rule] += 1
            elif outcome.state in ("held", "waiting", "kept back"):
                report.held.append(f"{called(rule)}, {reference}: {outcome.why or 'it is being looked into'}")
            elif outcome.state == "failed":
                what = f"“{called(rule)}” was not sent: {outcome.why}"
                report.problems.append(Problem(f"Letters, {reference}", what))

    def _refold(self, picture: History) -> History:
        """The picture after what the outbox has recorded. In place, so that every holder of it sees the same."""
        fresh = history(self._desk.ledger.current())
        fresh.still_waiting = picture.still_waiting
        for name in History.__dataclass_fields__:
            setattr(picture, name, getattr(fresh, name))
        return picture

    # ------------------------------------------------------------------------------------------------------- tell

    def _tell_at_once(self, lists: Council, picture: History) -> None:
        """A held return that may hold an Inadequate does not wait for the next digest, nor does the deleted row of one,
        nor an alert of which nobody can tell whether it went (§10)."""
        self._send_to_the_team(
            [
                *doubtful_returns(self._desk, lists, picture),
                *deleted_inadequates(self._desk, lists, picture),
                *held_alerts(self._desk, lists, picture),
            ],
            picture,
        )

    def _send_to_the_team(self, letters: Sequence[OutgoingLetter], picture: History) -> None:
        if letters:
            for outcome in self._desk.outbox.send(letters):
                if outcome.state in ("waiting", "failed"):
                    self._unsent.add(outcome.key)
            self._refold(picture)

    def _ask_what_goes(self, picture: History, final: Plan) -> None:
        """What fell due before letters went out is put to the Audit Team at once, in one list; digests repeat it."""
        self._send_to_the_team(letters_to_decide(self._desk, picture, final.kept), picture)

    def _thank(self, lists: Council, picture: History, final: Plan, report: Report) -> None:
        """Whoever sent a form that was taken in hears so. A receipt that does not leave is only a courtesy missed."""
        if not self._desk.settings.receipts:
            return
        try:
            letters = receipts_to_send(self._desk, lists, picture, final.standings)
        except LetterRefused as fault:
            report.problems.append(Problem("Receipts", f"{CANNOT_BE_WRITTEN}{fault}", EDITOR))
            return
        if letters:
            self._desk.outbox.send(letters)
            self._refold(picture)

    def _tell(self, lists: Council, picture: History, final: Plan, report: Report) -> None:
        desk = self._desk
        told = todays_summary(desk, lists, picture, final, report.needs_a_person)
        ahead = letters_ahead(desk, lists, picture)
        sheet = planned_letters(ahead) if first_of_the_week(desk) else None
        recent = since_last_digest(desk.ledger.current()) if desk.ledger.mode.trial else ()
        trial = would_have_gone(recent, picture, names_of(lists))
        kept = kept_words(desk, picture, final.kept, ahead=ahead, trial=trial)
        (outcome,) = desk.outbox.send([digest(desk, with_their_buttons(told, kept), sheet, kept)])
        self._record(told_first(desk, told, picture), picture)
        report.digest_sent = outcome.state in ("sent", "left as draft")
        if outcome.state in ("waiting", "failed"):
            report.digest_lost = outcome.why or "the answer to sending it was lost"
            self._unsent.add(outcome.key)

    def _see_what_left(self, picture: History, report: Report) -> None:
        """Whether the bot can speak at all, and how many letters still wait to leave."""
        letters = history(self._desk.ledger.current()).letters
        on_their_way = {k for k, n in letters.items() if n.state is LetterState.SENDING and not n.carried_by}
        self._unsent -= {key for key, letter in letters.items() if letter.gone}
        report.waiting = len(on_their_way | self._unsent)
        held = [n for n in letters.values() if n.state is LetterState.HELD and not n.carried_by]
        report.to_decide = len(held)
        report.questions = len(picture.open_questions())
        lines = [f"{called(n.rule)}, {n.audit or 'the Audit Team'}: {n.reason}" for n in held]
        report.held += [line for line in lines if line not in report.held]
        if why := self._desk.outbox.speechless:
            report.trouble = trouble(why, speaking=True)
        elif report.digest_lost:
            said = trouble(report.digest_lost, speaking=True)
            report.trouble = Trouble(NOBODY_TOLD, said.remedy)
        elif (told := letters.get(digest_key(self._desk))) and told.state is LetterState.HELD:
            report.trouble = Trouble(
                NOBODY_TOLD, f"The Audit Team: {told.reason[0].lower()}{told.reason[1:]}"
            )

    def _note_end(self, report: Report, *, whole: bool) -> None:
        now = self._desk.clock()
        data: dict[str, Plain] = {
            "on": report.today.isoformat(),
            "letters": sum(report.letters.values()),
            "rows": report.rows,
            "whole": whole,
            "rules": self._desk.setting.rulebook.text_code,
            "mode": self._desk.ledger.mode.value,
        }
        self._desk.ledger.append([Event(now, EventKind.RUN_FINISHED, now.isoformat(), "", data)])

    def _balance(self, lists: Council, picture: History) -> None:
        """Carry forward what still matters, when enough has come together."""
        since = self._desk.today - timedelta(RECENT_DAYS)
        business = open_business(lists) | {row.item_id for row in deleted_rows(lists, picture)}

        def matter(events: Sequence[Event]) -> list[bool]:
            told = history(events)
            told.still_waiting = picture.still_waiting
            return still_matter(events, told, business, since)

        self._desk.ledger.carry_forward(matter, BALANCE_AT)

    def _record(self, events: list[Event], picture: History) -> None:
        if events:
            self._desk.ledger.append(events)
            picture.take(events)


def _told_once(problem: Problem, desk: Desk) -> Event:
    """Something the next digest tells, and no other."""
    key = hashlib.sha256(f"{problem.where} {problem.what}".encode()).hexdigest()[:24]
    data: dict[str, Plain] = {"on": desk.today.isoformat(), "where": problem.where, "what": problem.what}
    return Event(desk.clock(), EventKind.TOLD, key, "", data)


def _duplicate(message: Post, picture: History) -> bool:
    """Whether the very same message was delivered before under another id, and dealt with."""
    first = picture.seen_internet_ids.get(message.internet_id)
    return first is not None and first != message.id and first in picture.filed
