"""Sending each letter once: never twice, never on a guess, and never silently lost.

A letter has a key made from what it is. The key is written on the draft in a named property, so the mailbox itself
can be asked what became of it:

    intended -> drafted -> sending -> submitted -> sent
                                  \\-> held: a person decides

Each arrow is recorded before the next request leaves. Until "sending" is recorded nothing can have gone out, and an
interrupted letter is simply begun again. After it, the mailbox is asked first: found outside the drafts it is sent;
still an untouched draft after the settling time, it waits for today's plan (left_over.py); anything else is held. Once
Exchange has said 202 a letter is never sent again.

A letter is decided at the last moment: right before letters leave, `send` asks which of them have been changed.

Each step has its own module: letter_states.py holds the arrows, drafting.py makes the drafts, sending.py has Exchange
send them, letter_search.py asks the mailbox by key.

In a trial (bot/programme/modes.py) every letter turns here, where all of them pass, into one to the Audit Team's
mailbox; "team only" sends that, "rehearse" leaves it as a draft. The ledger keeps whom it was for.
https://learn.microsoft.com/graph/outlook-things-to-know-about-send-mail
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

from bot.clock import london_date
from bot.errors import AuditBotError
from bot.office.graph import Graph
from bot.office.ledger import Ledger
from bot.office.mail.drafting import Drafting
from bot.office.mail.left_over import NOT_OWED, LeftOver
from bot.office.mail.letter_search import LetterSearch, in_hand, lies_untouched
from bot.office.mail.letter_states import Draft, LetterStates, Unsettled
from bot.office.mail.mailbox import Mailbox
from bot.office.mail.outgoing import TRIED, LetterOutcome, OutgoingLetter, as_it_leaves
from bot.office.mail.sending import CHANGED, Changed, Sending, nothing
from bot.programme.history.records_of_the_past import LetterHistory, LetterState
from bot.programme.modes import Mode
from bot.settings import Settings

CHUNK = 20
UNCONFIRMED = timedelta(hours=24)
"""A letter Exchange took and nobody can find in Sent Items after this long is put to a person."""
FOR_SO_LONG = timedelta(days=400)
"""So far back the mailbox is looked through for letters of ours."""

_BY_HAND = (LetterState.HELD, LetterState.LEFT_AS_DRAFT)
"""States in which a person may say that the draft is to be sent."""


class Outbox:
    """The letters of one run. Call `reconcile` first, then `send` as often as there is something to send."""

    def __init__(
        self,
        graph: Graph,
        ledger: Ledger,
        mailbox: Mailbox,
        settings: Settings,
        clock: Callable[[], datetime],
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._graph, self._mailbox, self._settings, self._clock = graph, mailbox, settings, clock
        self._mode = Mode(settings.safety)
        if ledger.mode is not self._mode:
            raise ValueError(f"The ledger is open as “{ledger.mode}”, the outbox as “{self._mode}”.")
        self._states = LetterStates(ledger, clock)
        self._search = LetterSearch(graph, mailbox, self._mode)
        self._drafting = Drafting(graph, mailbox, self._states, settings, self._mode)
        self._sending = Sending(graph, mailbox, self._search, self._states, settings, sleep)
        self._left = LeftOver(graph, mailbox, self._search, self._sending, settings.outbox_folder)
        self._looked: datetime | None = None  # when the mailbox was last looked through for letters of ours
        self._unknown = 0  # letters found in this run of which the ledger knew nothing
        self._adopted = False
        self._reconciled = False
        self._sent_this_run = 0
        self._began: datetime | None = None  # when the first draft of this run was made, by Exchange's clock
        self._unconfirmed: set[str] = set()

    def only_while(self, still_ours: Callable[[], None], times_asked: Callable[[], int] = lambda: 0) -> None:
        """Before every portion of letters `still_ours` is asked; it raises AuditBotError where nothing more may go.
        `times_asked` counts how often that was asked together with something else."""
        self._sending.still_ours, self._sending.times_asked = still_ours, times_asked

    # ------------------------------------------------------------------------------------------ before anything

    def reconcile(self) -> None:
        """Find out what became of every letter that was on its way when the last run ended."""
        self._reconciled = True
        unsettled = self._states.read()
        if not unsettled:
            return
        sent_items, found = self._search.by_key([each.letter.key for each in unsettled])
        for each, copies in zip(unsettled, found, strict=True):
            # A copy in Sent Items was sent, also one that still says it is a draft.
            sent = [c for c in copies if not c["isDraft"] or c["parentFolderId"] == sent_items]
            if sent:
                self._states.sent({each.letter.key: sent[0]})
            elif each.letter.state in (LetterState.INTENDED, LetterState.DRAFTED):
                self._begin_again(each.letter, copies)
            elif each.letter.state is LetterState.SENDING:
                self._settle(each, copies)
            elif each.submitted and self._clock() - each.submitted > UNCONFIRMED:
                self._states.held(
                    each.letter,
                    "Exchange took it over a day ago, but it is not in Sent Items. Please ask: did it arrive?",
                )

    def _begin_again(self, letter: LetterHistory, drafts: Sequence[Any]) -> None:
        """Nothing can have gone out yet. The half-made draft goes, and the planner decides afresh."""
        for draft in drafts:
            self._graph.delete(f"{self._mailbox.path}/messages/{draft['id']}")
        self._states.cancelled([(letter, "interrupted before it was sent")])

    def _settle(self, one: Unsettled, drafts: Sequence[Any]) -> None:
        """The request to send may or may not have left. Only a draft that is still untouched may be sent again."""
        letter, since = one.letter, one.since
        if since and self._clock() - since < timedelta(minutes=self._settings.settle_minutes):
            return
        if len(drafts) != 1:
            what = "it is nowhere in the mailbox" if not drafts else "there are several drafts of it"
            why = f"The answer to sending it was lost, and {what}. Did it arrive? Please ask."
            self._states.held(letter, why)
            return
        if in_hand(drafts[0]):
            return  # Exchange has it in hand
        if one.attempts > 1:
            where = self._settings.outbox_folder
            self._states.held(
                letter,
                f"Sending it was tried twice without a clear answer. It still lies in the folder “{where}”: please ask "
                "whether it arrived, and if it did not, send it from there by hand.",
            )
            return
        self._left.drafts[letter.key] = Draft(letter.key, letter.about, str(drafts[0]["id"]))

    @property
    def left_over(self) -> frozenset[str]:
        """Keys of letters whose drafts a former run left untouched: `send` takes up those it is given once more."""
        return frozenset(self._left.drafts)

    def clear_left_over(self, owed: Collection[str]) -> list[LetterHistory]:
        """Delete the drafts of all those that are not owed any more. Which."""
        return [self._states.letters[key] for key in sorted(self._left.clear(owed))]

    def send_left_over(self, keys: Collection[str]) -> None:
        """Send drafts a former run left, where they are still as they were written: letters of the bot's own to the
        Audit Team, that hang on no row. Any other stays, and is dealt with like the rest."""
        as_written, team = [], {self._settings.mailbox}
        for key in keys:
            letter, draft = self._states.letters[key], self._left.drafts[key]
            try:
                if {*letter.to, *letter.cc} == team and self._left.says(draft, letter.as_written):
                    as_written.append(self._left.drafts.pop(key))
            except AuditBotError:
                continue  # decided on the next run
        self._sending.submit(as_written, 2)

    def send_held(
        self, key: str, may_read: Callable[[Collection[str]], bool], remember: Callable[[], object]
    ) -> bool:
        """Send the draft of a held letter, or one that was left to be read, on a person's word, which `remember` keeps
        before it leaves. The very same draft, which cannot make a second message, while it lies in its folder untouched
        and as it was written, and all its readers may read it now (`may_read`); only when the bot is live. Whether it
        was begun: then it is settled like any other letter."""
        letter = self._states.letters.get(key)
        if letter is None or letter.state not in _BY_HAND or self._settings.safety != "live":
            return False
        _, (copies,) = self._search.by_key([key])
        left = letter.state is LetterState.LEFT_AS_DRAFT
        folder = self._settings.drafts_folder if left else self._settings.outbox_folder
        if len(copies) != 1:
            return False
        draft = Draft(key, letter.about, str(copies[0]["id"]))
        if not may_read({*letter.to, *letter.cc}) or not self._left.says(draft, letter.as_written, folder):
            return False
        remember()
        self._sending.submit([draft], 3)
        return True

    def take_back_held(self, key: str) -> None:
        """A held letter is not to go as it was: its draft, where it lies untouched, is deleted, and what is due by now
        is written anew."""
        _, (copies,) = self._search.by_key([key])
        letter, lies = self._states.letters[key], self._mailbox.folder(self._settings.outbox_folder)
        if len(copies) == 1 and lies_untouched(copies[0], lies):
            self._sending.take_back([(Draft(key, letter.about, str(copies[0]["id"])), NOT_OWED)])

    def adopt(self) -> int:
        """What lies anywhere in the mailbox although the ledger does not know of it was sent: how many letters that
        were. So a ledger restored from last night's copy, or lost, repeats nothing, wherever people have put them."""
        began = self._looked or self._states.last_event or self._clock() - FOR_SO_LONG
        self._looked = self._clock()
        for key, copy in self._everywhere(began - timedelta(days=1)):
            if key in self._states.gone_live:
                continue
            known = self._states.letters.get(key)
            if known is None or known.state is not LetterState.SENT:
                self._states.sent({key: copy})
                self._unknown += known is None
        self._adopt_drafts()
        return self._unknown

    def _adopt_drafts(self) -> None:
        """Drafts of ours of which the ledger knows nothing. One in the outbox's folder may be on its way just now:
        it is settled like any other, on a later run. One that was left for people to read was left. What lies beside a
        letter that has gone is deleted, so that nobody sends it by hand."""
        settings, found = self._settings, self._states.letters
        if lies := self._mailbox.folders.there(settings.outbox_folder):
            for key, draft in self._search.drafts_in(lies):
                state = found[key].state if key in found else LetterState.CANCELLED
                if state is LetterState.CANCELLED:
                    self._states.found_on_its_way(key)
                elif state is LetterState.SENT and not in_hand(draft):
                    self._graph.delete(f"{self._mailbox.path}/messages/{draft['id']}")
        left = settings.rehearsal_folder if self._mode is Mode.REHEARSE else settings.drafts_folder
        if lies := self._mailbox.folders.there(left):
            for key, draft in self._search.drafts_in(lies):
                if key not in found:
                    self._states.found_as_draft(key, draft)
                    self._unknown += 1

    def in_the_mailbox(self) -> dict[str, date]:
        """Key and day of every letter of ours that has left, wherever its copy lies."""
        copies = self._everywhere(self._clock() - FOR_SO_LONG)
        return {key: london_date(datetime.fromisoformat(str(copy["sentDateTime"]))) for key, copy in copies}

    def _everywhere(self, since: datetime) -> Iterator[tuple[str, Any]]:
        """Our letters that have left, but for those by which `audit-bot check` tried the mailbox, deleted or not."""
        found = self._search.in_sent_items(since, everywhere=True, live=True)
        return ((key, copy) for key, copy in found if not key.startswith(TRIED))

    def shown_by(self, key: str) -> str:
        """What a list for confirmation that went showed (`OutgoingLetter.shown`), or ""."""
        return self._search.shown_by(key)

    def drafts_in_the_mailbox(self) -> list[str]:
        """The keys of the drafts of ours that lie in the outbox's folder."""
        lies = self._mailbox.folders.there(self._settings.outbox_folder)
        return [key for key, _ in self._search.drafts_in(lies)] if lies else []

    # --------------------------------------------------------------------------------------------------- sending

    def send(self, letters: Iterable[OutgoingLetter], changed: Changed = nothing) -> list[LetterOutcome]:
        """Send letters that have not been sent, in chunks: while one is on its way the next is being written. Those of
        which `changed` says so right before they leave are taken back. Without `changed` nobody would ask whether their
        readers still have a part in them: such letters go to the Audit Team alone.

        One outcome for each, in no particular order. What Exchange has taken is confirmed by `confirm`; where an
        answer was lost, at once.
        """
        self._sending.withdrawn = set()
        outcomes: list[LetterOutcome] = []
        waiting: set[str] = set()
        size = min(CHUNK, self._settings.letters_a_minute or CHUNK)
        self._sending.shut = False
        if (
            not self._reconciled
        ):  # an alarm, before anything else was done: nothing is looked for or adopted for it
            self._states.read()
            self._reconciled = self._adopted = True
        for chunk in _written_ahead(letters, size):
            if self._sending.shut:
                outcomes += [LetterOutcome(n.key, "waiting", self._states.refused) for n in chunk]
                continue
            if not self._adopted:  # another machine may have sent letters since this run began
                self._adopted = True
                self.adopt()
            once = {letter.key: letter for letter in chunk}  # whoever asks twice
            to_team = changed is nothing
            ready = [n for n in once.values() if self._may_go(n, outcomes, to_team=to_team)]
            leaving = [as_it_leaves(letter, self._settings, self._mode) for letter in ready]
            again = self._left.taken_up(leaving)
            undecided = {draft.key for draft in again} | self._left.drafts.keys()
            self._states.intended([n for n in ready if n.key not in self._left.drafts])
            drafted = self._drafting.draft([n for n in leaving if n.key not in undecided], outcomes)
            for _, draft in drafted:
                made = datetime.fromisoformat(str(draft["createdDateTime"]))
                self._began = min(self._began or made, made)
            to_send = [Draft(n.key, n.about, str(d["id"])) for n, d in drafted if not n.draft_only]
            taken = self._sending.submit(again, 2, changed) | self._sending.submit(to_send, 1, changed)
            withdrawn = self._sending.withdrawn
            tried = {each.key for each in (*again, *to_send)} | (
                self._left.drafts.keys() & {n.key for n in ready}
            )
            outcomes += [LetterOutcome(key, "sent") for key in taken]
            outcomes += [LetterOutcome(key, "taken back", CHANGED) for key in tried & withdrawn]
            outcomes += [
                LetterOutcome(key, "waiting", self._states.refused) for key in tried - taken - withdrawn
            ]
            waiting |= tried - taken - withdrawn
            self._unconfirmed |= {each.key for each in to_send}
        if waiting:
            found = self.confirm()
            return [LetterOutcome(o.key, "sent", o.why) if o.key in found else o for o in outcomes]
        return outcomes

    def _may_go(self, letter: OutgoingLetter, outcomes: list[LetterOutcome], *, to_team: bool) -> bool:
        known, limit = self._states.letters.get(letter.key), self._settings.most_letters_a_run
        if known and known.spoken_for and letter.key not in self._left.drafts:
            state = "already sent" if known.gone else "waiting"
            outcomes.append(LetterOutcome(letter.key, state, known.state.value))
        elif why := letter.beyond(self._settings.recipient_domains):
            outcomes.append(LetterOutcome(letter.key, "failed", why))
        elif to_team and {p.email for p in (*letter.to, *letter.cc)} != {self._settings.mailbox}:
            outcomes.append(
                LetterOutcome(letter.key, "failed", "it is not addressed to the Audit Team alone.")
            )
        elif self._sent_this_run >= limit:
            why = f"more than {limit} letters in one run; the rest waits for the next"
            outcomes.append(LetterOutcome(letter.key, "kept back", why))
        else:
            self._sent_this_run += 1
            return True
        return False

    def confirm(self) -> set[str]:
        """One look at Sent Items confirms every letter since the last look, also those whose answer was lost."""
        if self._began is None or not self._unconfirmed:
            return set()
        since = self._began - timedelta(minutes=5)
        found = {k: copy for k, copy in self._search.in_sent_items(since) if k in self._unconfirmed}
        self._states.sent(found)
        self._unconfirmed -= found.keys()
        self._sending.taken += len(found)  # also one whose answer was lost has left
        return set(found)

    @property
    def speechless(self) -> str:
        """Why not one letter of this run has left although there were some, in Microsoft 365's words. Otherwise ""."""
        return "" if self._sending.taken else self._states.refused


def _written_ahead(letters: Iterable[OutgoingLetter], most: int) -> Iterator[list[OutgoingLetter]]:
    """Chunks of letters, each taken from the writer while the one before is being sent."""
    source = iter(letters)
    with ThreadPoolExecutor(1, "writing letters") as writer:
        coming = writer.submit(lambda: list(itertools.islice(source, most)))
        while chunk := coming.result():
            coming = writer.submit(lambda: list(itertools.islice(source, most)))
            yield chunk
