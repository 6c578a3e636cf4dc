"""Drafts that a former run was to send, and that still lie there untouched: none goes out as it was without being
looked at anew.

A letter is decided at the last moment. Whoever knows today's plan says which of them are still owed (`clear` deletes
the others); one that is owed is sent as the very draft it is only where that is, to the letter, what would be written
now. That draft cannot make a second message. Any other is deleted and begun again.
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Sequence

from bot.errors import AuditBotError
from bot.office.graph import Graph, Request
from bot.office.mail.drafting import differs
from bot.office.mail.letter_search import FLAG, LetterSearch, lies_untouched
from bot.office.mail.letter_states import Draft
from bot.office.mail.mailbox import Mailbox
from bot.office.mail.outgoing import OutgoingLetter
from bot.office.mail.sending import Sending

NOT_OWED = "its draft was left by a run that was stopped, and by now it is not to go as it was"
WRITTEN_ANEW = "its draft was left by a run that was stopped, and would say something else by now"


class LeftOver:
    """The drafts of former runs that wait for a decision, by the letter's key."""

    def __init__(
        self, graph: Graph, mailbox: Mailbox, search: LetterSearch, sending: Sending, folder: str
    ) -> None:
        self._graph, self._mailbox, self._search, self._sending = graph, mailbox, search, sending
        self._folder = folder
        self.drafts: dict[str, Draft] = {}

    def clear(self, owed: Collection[str]) -> set[str]:
        """Delete every draft but those of letters that are still owed. The keys of what was deleted."""
        return self._take_back([d for key, d in self.drafts.items() if key not in owed], NOT_OWED)

    def taken_up(self, letters: Sequence[OutgoingLetter]) -> list[Draft]:
        """Of letters as they would leave now: the drafts that are just that. Those that differ are deleted; what could
        not be looked at or deleted stays among `drafts`."""
        drafts = {n.key: self.drafts[n.key] for n in letters if n.key in self.drafts}
        if not drafts:
            return []
        letters = [n for n in letters if n.key in drafts]
        try:
            same = [self._is(drafts[n.key], n) for n in letters]
        except AuditBotError:
            return []
        self._take_back(
            [drafts[n.key] for n, is_so in zip(letters, same, strict=True) if not is_so], WRITTEN_ANEW
        )
        found = [drafts[n.key] for n, is_so in zip(letters, same, strict=True) if is_so]
        for draft in found:
            del self.drafts[draft.key]
        return found

    def _is(self, draft: Draft, letter: OutgoingLetter) -> bool:
        """Whether a draft is to the letter what would be written now: readers, subject, text and every attachment.
        Raises AuditBotError."""
        path = f"{self._mailbox.path}/messages/{draft.message_id}"
        message, attachments = self._graph.batch(
            [Request("GET", f"{path}?$expand={FLAG}"), Request("GET", f"{path}/attachments")]
        )
        for reply in (message, attachments):
            if not reply.ok:
                raise reply.fault("Looking at a draft")
        if letter.draft_only or not lies_untouched(message.body, self._mailbox.folder(self._folder)):
            return False
        carried = [
            (a["name"], base64.b64decode(a.get("contentBytes") or "")) for a in attachments.body["value"]
        ]
        return not differs(message.body, letter) and sorted(carried) == sorted(letter.attachments)

    def _take_back(self, drafts: Sequence[Draft], why: str) -> set[str]:
        """Delete drafts that, asked for by their own ids, still lie there untouched."""
        if not drafts:
            return set()
        try:
            lies = self._search.untouched([d.message_id for d in drafts], self._mailbox.folder(self._folder))
        except AuditBotError:
            return set()  # decided on the next run
        gone = self._sending.take_back([(d, why) for d, there in zip(drafts, lies, strict=True) if there])
        for key in gone:
            del self.drafts[key]
        return gone
