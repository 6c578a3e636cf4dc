"""One run: look, read, record, plan, do, tell. Performing it twice does nothing the second time."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from bot.daily_run.adopted import recognised
from bot.daily_run.apart import apart, stumbles_told
from bot.daily_run.changed_files import changes_to_tell, not_understood, settings_to_tell
from bot.daily_run.differences import differences
from bot.daily_run.do import file_messages, letters_to_send, write_rows
from bot.daily_run.filed_forms import inadequates_filed
from bot.daily_run.kept import kept_now, waiting_files
from bot.daily_run.kept_back import kept_words, letters_to_decide, with_their_buttons, would_have_gone
from bot.daily_run.keys_in_use import refuse_a_lost_key
from bot.daily_run.last_moment import (
    as_if_never_sent,
    changed_since,
    not_worked_out,
    of_no_stranger,
    tells_the_team,
    to_try_again,
    told_of_cleared,
)
from bot.daily_run.ledger_checked import ledger_checked
from bot.daily_run.ledger_contents import proposed
from bot.daily_run.levels import (
    OnTheSite,
    another_level,
    level_noted,
    plan_to_show,
    step_taken,
    stop_press,
    waits_for_a_step,
)
from bot.daily_run.look import as_council, naming_no_child, told_to_people
from bot.daily_run.plain_letter import CANNOT_BE_WRITTEN, EDITOR
from bot.daily_run.post.came_twice import came_twice
from bot.daily_run.post.found_elsewhere import read_there
from bot.daily_run.post.held_again import held_read_again, note_held, still_waiting
from bot.daily_run.post.post_room import PostRoom
from bot.daily_run.post.reader import Reader
from bot.daily_run.post.reading import Filing
from bot.daily_run.rebuilt import (
    cells_explained,
    day_to_day_cells,
    gap,
    lease_of,
    refuse_another_key,
    rows_of_no_run,
)
from bot.daily_run.replacing import replacements
from bot.daily_run.replies import lists_shown, shown_again
from bot.daily_run.report import Report, part_not_done, run_finished, see_what_left
from bot.daily_run.reports.dashboards import as_people_know, keep_dashboards, link_to_all
from bot.daily_run.right_clock import refuse_wrong_clock
from bot.daily_run.stopped_letters import by_their_file, stopped_letters
from bot.daily_run.tell import (
    could_not_speak,
    digest,
    first_of_the_week,
    letters_ahead,
    not_whole,
    receipts_to_send,
    todays_summary,
    told_already,
    told_first,
)
from bot.daily_run.told_at_once import deleted_inadequates, doubtful_returns, held_alerts, untold_alerts
from bot.daily_run.trial import refuse_too_wide
from bot.daily_run.trouble import Trouble
from bot.daily_run.workplace import Workplace
from bot.errors import LetterRefused, SettingsError
from bot.office.mail.outgoing import OutgoingLetter
from bot.papers.overviews import planned_letters
from bot.programme.events import Event, EventKind
from bot.programme.history.history import History
from bot.programme.planning.kept_letters import begins_anew, no_longer_live
from bot.programme.planning.planner import plan
from bot.programme.proof.dry_run import faults_of_meaning
from bot.programme.rulebook.rules import called
from bot.programme.standing.actions import Plan, SendLetter
from bot.programme.standing.council import Council
from bot.programme.standing.decisions_seen import decisions_seen
from bot.programme.standing.deleted_rows import deleted_rows, found_deleted, seen_rows
from bot.programme.standing.protection import protection_seen
from bot.programme.telling.summary import ALARM, DIGEST, names_of, since_last_digest
from bot.programme.vocabulary import Problem

ROUNDS = 6
"""How often a run plans again before it gives up and says so. Two rounds are usual."""

LISTS_ANEW = timedelta(minutes=30)
"""After so long a look without new post reads the lists again."""


class Run:
    """A run at one workplace. `whole` is the daily run; without it only the post is looked at and acted on. `untold` is
    what kept former runs from being heard: it is the first thing to be told."""

    def __init__(self, workplace: Workplace, untold: Trouble | None = None) -> None:
        self._workplace = workplace
        self._untold = untold
        self._lease = lease_of(workplace)
        workplace.outbox.only_while(self._lease.renew, lambda: self._lease.times_said)
        workplace.lists.beside = self._lease.beside
        self._put_back = False  # whether the ledger is an older copy, or new although there was one
        self._compared = (
            False  # whether the ledger may lack something, so that all is compared before letters leave
        )
        self._unsent: set[str] = set()  # keys of letters that were to leave in this run and did not

    def perform(self, *, whole: bool = True) -> Report:
        """Look, read, record, plan, do, tell. Raises AuditBotError only when nothing at all can be done, and
        SettingsError when the rule book says something that cannot be meant."""
        try:
            return self._performed(whole)
        finally:
            self._workplace.graph.a_few_minutes_more()
            self._lease.give_back()

    def reconcile(self) -> list[Problem]:
        """Complete the ledger from list, mailbox and library, as a run does before its first letter: what came is read
        and filed, and nothing that is planned goes out. What differs after that. Raises AuditBotError."""
        workplace = self._workplace
        report = Report(workplace.today)
        refuse_wrong_clock(workplace)
        self._put_back = ledger_checked(workplace)
        try:
            workplace.outbox.reconcile()
            history = workplace.history()
            refuse_a_lost_key(workplace.keys, history, workplace.ledger.mode)
            room = PostRoom(workplace, history)
            room.since()
            room.look(whole=True)
            lists, report.problems = self._lists(history)
            self._rebuild(lists, history, room)
            self._compared = True
            filings = self._read(room, lists, history, report)
            report.problems += file_messages(filings, workplace, history)
            room.note_folders()
            self._recognise(lists, history)
            final = plan(workplace.today, lists, history, workplace.basis)
            self._record(cells_explained(final.as_found, workplace), history)
            differ = differences(workplace, lists, history, {f.message.id for f in filings})
            self._record(inadequates_filed(workplace, lists, history), history)
            found = [*report.problems, *final.problems, *stumbles_told(final), *differ]
            return [*dict.fromkeys(told_to_people(found, lists, workplace))]
        finally:
            self._workplace.graph.a_few_minutes_more()
            self._lease.give_back()

    def _performed(self, whole: bool) -> Report:
        workplace = self._workplace
        report = Report(workplace.today)
        refuse_wrong_clock(workplace)
        if whole:
            workplace.reading()  # while the network is being waited for
            refuse_too_wide(workplace)
        self._put_back = ledger_checked(workplace)
        workplace.outbox.reconcile()
        history = workplace.history()
        refuse_a_lost_key(workplace.keys, history, workplace.ledger.mode)
        book = workplace.basis.rulebook
        if book.text_code != history.rules_tried and (faults := faults_of_meaning(book)):
            raise SettingsError([*faults])
        room = PostRoom(workplace, history)
        room.since()  # first of all: only an empty ledger tells that it was lost
        self._record(level_noted(workplace, history), history)
        self._see_live(history)
        if whole:
            self._record(
                [_told_once(change, workplace) for change in changes_to_tell(workplace.settings)], history
            )
            report.problems += not_understood(workplace.settings.files)
        told = settings_to_tell(workplace.settings, history.settings_told)
        self._record([_told_once(change, workplace, str(workplace.today)) for change in told], history)
        workplace.say("Looking at the mailbox")
        room.look(whole=whole)
        if not whole and not room.waiting and not self._lists_wanted(history):
            room.note_folders()
            return report
        workplace.reading()
        lists, reading_problems = self._lists(history)
        report.problems += reading_problems
        report.problems += no_longer_live(
            history, workplace.ledger.mode, workplace.allowed, workplace.today, workplace.basis.working
        )
        self._lease.take()
        self._record([_told_once(each, workplace) for each in rows_of_no_run(self._lease)], history)
        on_the_site = OnTheSite(workplace, self._lease)
        self._record(on_the_site.lower(put_back=self._put_back), history)
        if another_level(workplace, history):  # nothing is done at this one
            return self._at_another_level(history, report)
        self._rebuild(lists, history, room)
        papers = workplace.papers  # a form that cannot be used stops the run here, before anything is done
        waiting = waiting_files(lists.allocations, history)
        entered = len(history.known[EventKind.REPLACEMENT_ENTERED])
        filings = self._read(room, lists, history, report)
        if (
            len(self._refold(history).known[EventKind.REPLACEMENT_ENTERED]) > entered
        ):  # the list is another now
            lists, reading_problems = self._lists(history)
            report.problems += reading_problems
        if history.questions:
            # A message a person has taken out of the folder is dealt with; those just read are on their way there.
            on_their_way = {
                f.message.id for f in filings if f.folder == workplace.settings.please_look_folder
            }
            history.still_waiting = (
                workplace.mailbox.ids_in(workplace.settings.please_look_folder) | on_their_way
            )
            history.still_waiting |= still_waiting(room.notes)
            for again, problems in apart(
                "Messages that are held",
                lambda: [held_read_again(lists, room.notes, lambda: self._refold(history))],
                report.problems,
            ):
                filings += again
                report.problems += problems
        steps = step_taken(workplace, lists, self._refold(history), put_back=self._put_back)
        steps, cannot_rise = on_the_site.raised(steps)
        report.problems += cannot_rise
        self._record(steps, history)
        if another_level(workplace, history):  # nothing more is done at this one
            report.problems += file_messages(filings, workplace, history)
            return self._at_another_level(history, report)
        report.problems += apart(
            "Deleted rows", lambda: self._see_deleted_rows(lists, history), report.problems
        )
        self._recognise(lists, history)
        if self._compared:
            workplace.say("Comparing ledger, list, mailbox and library")
            report.problems += differences(workplace, lists, history, {f.message.id for f in filings})
            self._record(inadequates_filed(workplace, lists, history), history)
        now = workplace.clock()
        self._record([*decisions_seen(lists, history, now, workplace.today)], history)
        self._decide_what_was_left(lists, history, report)
        self._tell_at_once(lists, history, report)
        final, lists = self._act(lists, history, report)
        report.problems += final.problems
        report.problems += stumbles_told(final)
        if whole:
            report.problems += keep_dashboards(as_people_know(lists, final, workplace), history, workplace)
        if whole and workplace.settings.settings_library:
            report.problems += apart(
                "The settings library", lambda: self._see_team_files(lists, history), report.problems
            )
        explained = apart(
            "Cells of the list", lambda: cells_explained(final.as_found, workplace), report.problems
        )
        self._record(explained, history)
        to_decide = apart(
            "Letters that wait", lambda: letters_to_decide(workplace, history, final.kept), report.problems
        )
        self._send_at_once(to_decide, history)
        self._propose(lists, history, report)
        if not cannot_rise:  # the yes to the plan that was shown still waits
            for shown, letters in apart(
                "The plan of the next level",
                lambda: [plan_to_show(workplace, lists, history, whole=whole)],
                report.problems,
            ):
                self._record(shown, history)  # a yes may follow as soon as it leaves
                self._send_at_once(letters, history)
        self._thank(lists, history, final, report)
        report.problems = naming_no_child(by_their_file(report.problems, papers.letters), lists)
        stopped = apart(
            "Letters that are stopped",
            lambda: stopped_letters(workplace, history, report.needs_a_person),
            report.problems,
        )
        self._send_at_once(stopped, history)
        kept = apart(
            "The document library", lambda: kept_now(waiting, workplace, report.problems), report.problems
        )
        self._record(kept, history)
        now = workplace.clock()
        seen = apart(
            "Rows as they were seen",
            lambda: seen_rows(final.standings, history, workplace.basis.keys, now, workplace.today),
            report.problems,
        )
        self._record(seen, history)
        report.problems += apart(
            "The shared mailbox", lambda: file_messages(filings, workplace, history), report.problems
        )
        room.note_folders()
        report.problems += room.notes.told
        report.problems = naming_no_child(report.problems, lists)
        if (
            whole
            and not told_already(workplace, history)
            and workplace.basis.working.is_working(workplace.today)
        ):
            self._tell(lists, history, final, report)
        if part := part_not_done(report.problems):
            self._send_at_once([not_whole(workplace, part)], history)
        workplace.outbox.confirm()
        see_what_left(report, self._refold(history), self._unsent, workplace)
        report.problems = told_to_people(report.problems, lists, workplace)
        workplace.ledger.append([run_finished(report, workplace, whole=whole)])
        return report

    def _at_another_level(self, history: History, report: Report) -> Report:
        report.level_changed = True
        if began := history.levels.began:
            self._workplace.say(f"From now on {began.mode.in_words}")
        return report

    # ------------------------------------------------------------------------------------------------- look, read

    def _lists_wanted(self, history: History) -> bool:
        """Whether a look without new post reads the lists all the same: what people enter there must not wait for the
        next morning, and an Inadequate waits for nothing, nor does a message that may be one and was held because the
        lists were read badly. The day itself begins with the daily run."""
        if untold_alerts(self._workplace, history) or to_try_again(history, self._workplace):
            return True
        if waits_for_a_step(self._workplace, history):
            return True
        if history.last_mode not in ("", self._workplace.ledger.mode):
            return True
        may_be_one = any(question.may_be_inadequate for question in history.open_questions())
        if history.lists_read_at is None or (
            history.daily_run_on != self._workplace.today and not may_be_one
        ):
            return False
        return self._workplace.clock() - history.lists_read_at >= LISTS_ANEW

    def _see_live(self, history: History) -> None:
        """Remember the day on which letters begin to go to people, for the first time or again: what had fallen due
        before it is put to the Audit Team. Of a new installation the profile may name an earlier day (`start_on`), but
        not where the Audit Team has said yes to a plan, which knows of no such day. What was sent all the same,
        whatever the ledger knows, is found first."""
        workplace = self._workplace
        team = {workplace.settings.mailbox, *workplace.settings.team_only}
        if begins_anew(history, workplace.ledger.mode, workplace.today, workplace.basis.working, team):
            workplace.outbox.adopt()
            new = history.last_run_on is None and not workplace.level.on_a_plan
            first = new and workplace.settings.start_on
            began = min(first or workplace.today, workplace.today)
            if first and history.live_since:  # audits with a past were taken over before this first run
                began = max(began, history.live_since)
            on = began.isoformat()
            workplace.ledger.append([workplace.event(EventKind.LIVE_BEGAN, on, on=on)])
            self._refold(history)

    def _lists(self, history: History) -> tuple[Council, list[Problem]]:
        self._workplace.say("Reading the lists")
        read = self._workplace.lists.read()
        found = as_council(read.council, history, self._workplace)
        self._record(protection_seen(found, history, self._workplace.clock(), self._workplace.today), history)
        return found.council, [*read.problems, *found.problems]

    def _read(self, room: PostRoom, lists: Council, history: History, report: Report) -> list[Filing]:
        """Read what waits, and record what each portion said before the next is fetched. What is to be moved."""
        workplace = self._workplace
        if waiting := len(room.waiting):
            workplace.say(f"Reading {waiting} message{'s' if waiting > 1 else ''}")
        filings: list[Filing] = []
        for portion in room.portions(all_of_it=self._compared):
            report.messages += len(portion)
            away = [m for m in portion if room.notes.lies_elsewhere(m)]
            for message in away:
                report.problems += read_there(message, lists, room.notes).problems
            again = [m for m in portion if m not in away and came_twice(m, history, workplace)]
            read = Reader(workplace, lists, history).read(
                [m for m in portion if m not in away and m not in again]
            )
            report.problems += read.problems
            workplace.ledger.append(read.events)
            report.problems += file_messages([f for f in read.filings if not f.folder], workplace, history)
            filings += [f for f in read.filings if f.folder]
            filings += [Filing(m, workplace.settings.filed_folder, "Came twice") for m in again]
        note_held(filings, lists, room.notes)
        return filings

    def _rebuild(self, lists: Council, history: History, room: PostRoom) -> None:
        """First of all what went without the ledger knowing of it: it may have been lost, or put back from a copy. What
        came back in answer is understood by that, and nothing is read or written before."""
        self._lease.take()
        unknown = self._workplace.outbox.adopt()
        self._compared = bool(unknown) or self._put_back or gap(self._workplace, history)
        if unknown or self._put_back or history.last_run_on is None:
            self._refold(history)
            room.look_everywhere()
            self._recognise(lists, history)
            refuse_another_key(self._workplace, history)
            self._record(day_to_day_cells(self._workplace, lists, history), history)

    def _see_team_files(self, lists: Council, history: History) -> list[Problem]:
        """What of the Audit Team's own files has changed in their library: told, and used from the next run on once
        somebody says so."""
        from bot.daily_run.team_files.looking import looked_at  # and with it all that tries letters

        seen = looked_at(self._workplace, lists, history)
        self._record(seen.events, history)
        self._send_at_once(seen.letters, history)
        return seen.problems

    def _recognise(self, lists: Council, history: History) -> None:
        """What letters were of which the ledger knows only that they went; one makes the next one due."""
        for _ in range(ROUNDS):
            if not (events := recognised(self._workplace, lists, history)):
                break
            self._record(events, history)
            self._record(shown_again(history, self._workplace), history)

    def _see_deleted_rows(self, lists: Council, history: History) -> list[Problem]:
        """Rows that were deleted while something ran: remembered on the first day, told on every one."""
        gone = deleted_rows(lists, history)
        self._record(found_deleted(gone, self._workplace.clock(), self._workplace.today), history)
        return [row.problem for row in gone]

    # --------------------------------------------------------------------------------------------------- plan, do

    def _decide_what_was_left(self, lists: Council, history: History, report: Report) -> None:
        """Of letters whose drafts a former run left, those that are still owed go, as they would be written now. The
        drafts of the others are deleted, which the next digest tells."""
        workplace = self._workplace
        left = workplace.outbox.left_over
        workplace.outbox.send_left_over([key for key in left if tells_the_team(key, history, workplace)])
        if not (left := workplace.outbox.left_over):
            return
        before = as_if_never_sent(left, history, workplace)
        planned = plan(workplace.today, lists, before, workplace.basis)
        owed = [letter for letter in planned.letters if letter.key in left]
        unknown = [key for key in left if not_worked_out(key, history, planned)]  # kept, for a run that knows
        cleared = workplace.outbox.clear_left_over([*(letter.key for letter in owed), *unknown])
        own = (DIGEST, ALARM)  # what they told is told anew
        told = [told_of_cleared(letter, workplace) for letter in cleared if letter.rule not in own]
        self._record([_told_once(problem, workplace) for problem in told], history)
        if owed:
            self._send(owed, lists, before, report)
        self._refold(history)

    def _act(self, lists: Council, history: History, report: Report) -> tuple[Plan, Council]:
        """Plan and perform until there is nothing left to plan; then bring the rows up to date."""
        workplace = self._workplace
        tried: set[str] = set()
        planned = plan(workplace.today, lists, history, workplace.basis)
        for _ in range(ROUNDS):
            letters = [letter for letter in planned.letters if letter.key not in tried]
            if not letters:
                break
            tried.update(letter.key for letter in letters)
            back = self._send(letters, lists, history, report)
            history = self._refold(history)
            if back:  # somebody edited the lists meanwhile: read again and decide again
                tried -= back
                lists, reading_problems = self._lists(history)
                report.problems += reading_problems
            planned = plan(workplace.today, lists, history, workplace.basis)
        for _ in range(ROUNDS):
            written, changed, problems = write_rows(planned.rows, workplace)
            report.rows += written
            report.problems += problems
            if not changed:
                break
            # Somebody edited a row meanwhile: read again and decide again.
            lists, reading_problems = self._lists(history)
            report.problems += reading_problems
            history = self._refold(history)
            planned = plan(workplace.today, lists, history, workplace.basis)
        return planned, lists

    def _send(
        self, planned: Sequence[SendLetter], lists: Council, history: History, report: Report
    ) -> set[str]:
        """Send letters as they are written, and tell what became of each. The keys of those that were taken back,
        because what they are about was changed before they left."""
        workplace, back = self._workplace, set[str]()
        lacking: list[Problem] = []
        written = letters_to_send(planned, lists, history, workplace, report.problems, lacking)
        workplace.ledger.append(lists_shown(planned, workplace))
        workplace.say(f"Sending {len(planned)} letter{'s' if len(planned) > 1 else ''}")
        names = {letter.key: (letter.rule.id, letter.reference) for letter in planned}
        for outcome in workplace.outbox.send(written, changed_since(planned, lists, history, workplace)):
            rule, reference = names[outcome.key]
            if outcome.state in ("waiting", "failed"):
                self._unsent.add(outcome.key)
            if outcome.state == "taken back":
                back.add(outcome.key)
            elif outcome.state in ("sent", "left as draft"):
                report.letters[rule] += 1
            elif outcome.state in ("held", "waiting", "kept back"):
                report.held.append(f"{called(rule)}, {reference}: {outcome.why or 'it is being looked into'}")
            elif outcome.state == "failed":
                what = f"“{called(rule)}” was not sent: {outcome.why}"
                report.problems.append(Problem(f"Letters, {reference}", what))
        self._record([_told_once(problem, workplace) for problem in lacking], history)
        return back

    def _refold(self, history: History) -> History:
        """The history with what others, such as the outbox, have recorded meanwhile."""
        history.take(self._workplace.ledger.read())
        return history

    # ------------------------------------------------------------------------------------------------------- tell

    def _tell_at_once(self, lists: Council, history: History, report: Report) -> None:
        """A held return that may hold an Inadequate does not wait for the next digest, nor does the deleted row of one,
        nor an alert of which nobody can tell whether it went (§10)."""
        found = [could_not_speak(self._workplace, self._untold)] if self._untold else []
        for each in (doubtful_returns, deleted_inadequates, held_alerts):
            found += apart(
                "What is told at once", partial(each, self._workplace, lists, history), report.problems
            )
        self._send_at_once(found, history)

    def _propose(self, lists: Council, history: History, report: Report) -> None:
        """Replacements the Audit Team has asked for, each remembered before its letter leaves: a press may follow."""
        proposed = apart(
            "Replacements",
            lambda: replacements(self._workplace, lists, history, report.problems),
            report.problems,
        )
        for event, letter in proposed:
            self._record([event] if event else [], history)
            self._send_at_once([letter], history)

    def _thank(self, lists: Council, history: History, final: Plan, report: Report) -> None:
        """Whoever sent a form that was taken in hears so. A receipt that does not leave is only a courtesy missed."""
        if not self._workplace.settings.receipts:
            return

        def written() -> list[OutgoingLetter]:
            try:
                return receipts_to_send(self._workplace, lists, history, final.standings)
            except LetterRefused as fault:
                report.problems.append(Problem("Receipts", f"{CANNOT_BE_WRITTEN}{fault}", EDITOR))
                return []

        letters = apart("Receipts", written, report.problems)
        if letters:
            self._workplace.outbox.send(letters, of_no_stranger(letters, history, self._workplace))
            self._refold(history)

    def _send_at_once(self, letters: Sequence[OutgoingLetter], history: History) -> None:
        """Letters of the bot's own to the Audit Team, that no rule plans."""
        if letters:
            for outcome in self._workplace.outbox.send(letters):
                if outcome.state in ("waiting", "failed"):
                    self._unsent.add(outcome.key)
            self._refold(history)

    def _tell(self, lists: Council, history: History, final: Plan, report: Report) -> None:
        workplace = self._workplace
        self._record(proposed(workplace, lists, history), history)
        told = todays_summary(workplace, lists, history, final, report.needs_a_person)
        ahead = letters_ahead(workplace, lists, history)
        sheet = planned_letters(ahead) if first_of_the_week(workplace) else None
        recent = since_last_digest(workplace.ledger.read()) if workplace.ledger.mode.trial else ()
        trial = would_have_gone(recent, history, names_of(lists))
        kept = {
            **kept_words(workplace, history, final.kept, ahead=ahead, trial=trial),
            "ledger": workplace.ledger.standing().in_words,
            "dashboard": link_to_all(history),
            "stop": stop_press(workplace),
        }
        self._record(told_first(workplace, told, history), history)  # a press may follow as soon as it leaves
        (outcome,) = workplace.outbox.send([digest(workplace, with_their_buttons(told, kept), sheet, kept)])
        report.digest_sent = outcome.state in ("sent", "left as draft")
        if outcome.state in ("waiting", "failed"):
            report.digest_lost = outcome.why or "the answer to sending it was lost"
            self._unsent.add(outcome.key)

    def _record(self, events: list[Event], history: History) -> None:
        if events:
            self._workplace.ledger.append(events)
            history.take(events)


def _told_once(problem: Problem, workplace: Workplace, again: str = "") -> Event:
    """Something the next digest tells, and no other; once for each `again`."""
    key = hashlib.sha256(f"{problem.where} {problem.what}{again}".encode()).hexdigest()[:24]
    return workplace.event(EventKind.TOLD, key, where=problem.where, what=problem.what)
