"""Drafts that a former run was to send, and that still lie there untouched: none goes out as it was without being
looked at anew.

A letter is decided at the last moment. Whoever knows today's plan says which of them are still owed (`clear` deletes
the others); one that is owed is sent as the very draft it is only where that is, to the letter, what would be written
now. That draft cannot make a second message. Any other is deleted and begun again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.errors import AuditBotError
from bot.office.graph import Graph, Request
from bot.office.mail.drafts_compared import of_draft, of_letter
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
        letters = [n for n in letters if n.key in drafts]
        try:
            same = [not n.draft_only and self.says(drafts[n.key], of_letter(n)) for n in letters]
        except AuditBotError:
            return []
        self._take_back(
            [drafts[n.key] for n, is_so in zip(letters, same, strict=True) if not is_so], WRITTEN_ANEW
        )
        found = [drafts[n.key] for n, is_so in zip(letters, same, strict=True) if is_so]
        for draft in found:
            del self.drafts[draft.key]
        return found

    def says(self, draft: Draft, fingerprint: str, folder: str = "") -> bool:
        """Whether a draft lies untouched in its folder, and says to the letter what this fingerprint is of. Raises
        AuditBotError."""
        path = f"{self._mailbox.path}/messages/{draft.message_id}"
        message, attachments = self._graph.batch(
            [Request("GET", f"{path}?$expand={FLAG}"), Request("GET", f"{path}/attachments")]
        )
        for reply in (message, attachments):
            if not reply.ok:
                raise reply.fault("Looking at a draft")
        if not lies_untouched(message.body, self._mailbox.folder(folder or self._folder)):
            return False
        return of_draft(message.body, attachments.body["value"]) == fingerprint

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
