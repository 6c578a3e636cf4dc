"""Having Exchange send drafts, and what its answers mean.

https://learn.microsoft.com/graph/api/message-send
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence

from bot.errors import AuditBotError, RequestRefused, StandsStill, TenantUnavailable
from bot.office.graph import LONGEST_WAIT, Graph, Reply, Request
from bot.office.mail.letter_search import LetterSearch
from bot.office.mail.letter_states import Draft, LetterStates
from bot.office.mail.mailbox import Mailbox
from bot.office.pace import Window, retry_after
from bot.settings import Settings

BUSY_FOR = 5.0
A_PART = 1000
"""At most so many bytes has a part of a batch that sends a draft."""
"""Seconds, when Exchange is too busy to send a letter and does not say for how long."""

_SHUT = (401, 403, 404, 429, 503, 507)
"""Answers that mean every letter, when every one of a chunk gets them: signed out, the right withdrawn, the licence
gone, too busy, the mailbox full."""

_NOT_BEGUN = (400, 401, 403, 413, 507)
"""Answers to a first request to send after which nothing can have gone out."""

_UNKNOWN = (500, 502, 504)
"""Answers to a request to send that leave open whether it is carried out all the same."""


CHANGED = "what it is about was changed before it left"

Changed = Callable[[Sequence[str]], Collection[str]]
"""Asked right before letters leave: which of these keys are not to go as they were written. May raise AuditBotError."""


def nothing(_keys: Sequence[str]) -> Collection[str]:
    """What is never changed: letters of the bot's own, about no row."""
    return ()


class Sending:
    """Sends drafts. Each is "sending" in the ledger before the request leaves; what was taken is never sent again."""

    def __init__(
        self,
        graph: Graph,
        mailbox: Mailbox,
        search: LetterSearch,
        states: LetterStates,
        settings: Settings,
        sleep: Callable[[float], None],
    ) -> None:
        self._graph, self._mailbox, self._search, self._states = graph, mailbox, search, states
        self._outbox_folder, self._sleep = settings.outbox_folder, sleep
        self._pace = Window(settings.letters_a_minute or math.inf, 60)
        self.still_ours: Callable[[], None] = lambda: None
        """Asked before every portion: raises AuditBotError where this run is not to send any more."""
        self.times_asked: Callable[[], int] = lambda: 0
        """How often the same was asked beside something else, which then raises StandsStill."""
        self.withdrawn: set[str] = set()
        """Keys of letters that were taken back because of what `changed` said."""
        self.taken = 0
        self.shut = False
        """Whether Microsoft 365 lets nothing out at present."""

    def submit(self, drafts: Sequence[Draft], attempt: int, changed: Changed = nothing) -> set[str]:
        """Send drafts, but for those that have `changed`, which are taken back. The keys Exchange has taken; the rest
        is settled on the next run."""
        if not drafts:
            return set()
        if seconds := self._pace.room_for(len(drafts)):
            self._sleep(seconds)
        asked = self.times_asked()
        drafts = self._still_right(drafts, changed)
        if not drafts:
            return set()
        if self.times_asked() == asked:  # the lists, which ask it beside, were not read for these
            self.still_ours()
        try:
            self._graph.make_room(len(drafts), A_PART * len(drafts))
        except TenantUnavailable as fault:  # before it is written down that they are being sent
            self._states.refused = f"It could not be sent: {fault}"
            return set()
        self._states.sending(drafts)
        path = f"{self._mailbox.path}/messages"
        parts = [Request("POST", f"{path}/{d.message_id}/send", again=False) for d in drafts]
        try:
            replies = self._graph.batch(parts)
        except TenantUnavailable as fault:
            self._states.refused = f"It could not be sent: {fault}"
            return set()
        except RequestRefused as fault:  # the whole batch, so that not one part of it was begun
            replies = [Reply(fault.status, {"error": {"code": fault.code}}, {}) for _ in drafts]
        finally:
            self._pace.used_by_now()  # lists were read since there was room, so the letters left later than that
        taken, refused, turned_away = [], [], {}
        for draft, reply in zip(drafts, replies, strict=True):
            if reply.status == 202:
                taken.append(draft)
                continue
            why = f"It could not be sent: {reply.fault('Sending a letter')}"
            self._states.refused = why
            # The second time a refusal may mean that the first one was carried out after all.
            if attempt == 1 and reply.status in _NOT_BEGUN:
                refused.append((draft, why))
            elif reply.status not in _UNKNOWN:
                turned_away[draft] = reply
        self.taken += len(taken)
        self._states.submitted(taken)
        self.take_back(refused)
        self.shut = all(r.status in _SHUT for r in replies)
        return {draft.key for draft in taken} | self._turned_away(turned_away, attempt, changed)

    def _turned_away(self, drafts: Mapping[Draft, Reply], attempt: int, changed: Changed) -> set[str]:
        """Drafts that Exchange has said it will not send now. Those that still lie there untouched are sent once
        more, where it was only too busy for the moment, or taken back. The keys it has taken then."""
        if not drafts:
            return set()
        waits = [retry_after(r.headers) or BUSY_FOR for r in drafts.values()]
        again = (
            attempt == 1
            and all(r.status == 429 for r in drafts.values())
            and self._graph.patience.waits(max(waits), LONGEST_WAIT)
        )
        if not again:
            self._sleep(BUSY_FOR)
        try:
            lies = self._search.untouched(
                [d.message_id for d in drafts], self._mailbox.folder(self._outbox_folder)
            )
        except AuditBotError:
            return set()  # settled on the next run
        untouched = [draft for draft, still in zip(drafts, lies, strict=True) if still]
        if again:
            return self.submit(untouched, 2, changed)
        gone = self.take_back([(draft, self._states.refused) for draft in untouched])
        # One that cannot be deleted now has not gone either: the next run finds its draft, and settles that.
        self._states.cancelled([(d, self._states.refused) for d in untouched if d.key not in gone])
        return set()

    def _still_right(self, drafts: Sequence[Draft], changed: Changed) -> Sequence[Draft]:
        """The drafts that may leave as they are; the others are taken back. None, where nobody can tell."""
        try:
            keys = changed([draft.key for draft in drafts])
        except StandsStill:
            raise
        except AuditBotError as fault:
            self._states.refused = f"Nobody could see whether it is still right: {fault}"
            return ()  # begun again on the next run
        self.withdrawn |= self.take_back([(draft, CHANGED) for draft in drafts if draft.key in keys])
        return [draft for draft in drafts if draft.key not in keys]

    def take_back(self, refused: Sequence[tuple[Draft, str]]) -> set[str]:
        """Delete drafts that are not to go, and say why; their letters may be begun again. The keys of those that are
        gone."""
        if not refused:
            return set()
        try:
            replies = self._graph.batch(
                Request("DELETE", f"{self._mailbox.path}/messages/{draft.message_id}") for draft, _ in refused
            )
        except AuditBotError:
            return set()  # settled on the next run
        gone = [each for each, reply in zip(refused, replies, strict=True) if reply.ok]
        self._states.cancelled(gone)
        return {draft.key for draft, _ in gone}
