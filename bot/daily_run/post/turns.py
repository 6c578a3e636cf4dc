"""Whose message is read when: nobody delays the others, whoever floods the mailbox, in whatever name."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from math import inf

from bot.clock import london_date
from bot.daily_run.post.post_notes import PostNotes
from bot.daily_run.workplace import Workplace
from bot.office.mail.mailbox import Envelope
from bot.programme.date_words import day_in_words
from bot.programme.history.history import History
from bot.programme.messages.post import Post
from bot.programme.messages.sender import doubt_about_sender

PORTION = 50
"""Messages that are fetched and read before what they said is recorded."""
AT_A_TIME = 10
"""Whoever has more messages waiting than this waits with the rest until the others' have been read."""
MOST_OF_ONE_SENDER = 100
"""So many of one sender are read in one look; the rest at the next."""
GONE_AFTER = timedelta(hours=1)
"""So long a message that cannot be found any more is looked for."""
MOST_OPENED = 1_000
"""So many messages of senders in doubt are looked for those of others among them; the rest at the next look."""
MOST_MINUTES = 20.0
"""After so long a look reads no further portion, so that what has come can be acted on."""


def waiting(history: History) -> list[str]:
    """The ids of messages not yet dealt with, in the order they came: one may answer another."""
    seen = history.seen
    return sorted(
        (i for i in seen if i not in history.filed), key=lambda i: str(seen[i].data.get("received", ""))
    )


class Turns:
    """The messages of one run in their turn. `here` are the envelopes of those that came in this look."""

    def __init__(
        self, workplace: Workplace, history: History, notes: PostNotes, here: Mapping[str, Envelope]
    ) -> None:
        self._workplace, self._history, self._notes, self._here = workplace, history, notes, here
        self._mailbox = workplace.mailbox

    def portions(self, *, all_of_it: bool = False) -> Iterator[list[Post]]:
        """The messages to be read, oldest first within a portion. Those that are gone are told.

        Nobody delays the others: those on which the bot has failed come last, and of whoever floods the mailbox first
        some, then the rest after everybody else's, and what is left over at the next look, which is told. Whoever
        sends in another's name shares nobody's turn: what nobody vouches for is read after all the rest. `all_of_it`:
        nothing is left over, for what came is to be known before anything leaves.
        A word of the Audit Team may want a message read again that had been put away: it follows at once.
        """
        begun: dict[str, str] = {}  # message -> sender
        in_doubt: dict[str, Post] = {}
        ends = inf if all_of_it else time.monotonic() + MOST_MINUTES * 60
        most = inf if all_of_it else MOST_OPENED
        while (left := self._in_turn(begun, in_doubt, all_of_it=all_of_it)) and len(in_doubt) < most:
            if time.monotonic() > ends:
                self._tell_late(len(left) + len(in_doubt))
                return
            part = left[:PORTION]
            begun.update((i, self._sender(i)) for i in part)
            found = self._opened(part)
            doubtful = {m.id: m for m in found if self._in_doubt(m)}
            in_doubt |= doubtful
            for message_id in doubtful:
                del begun[message_id]
            if believed := [m for m in found if m.id not in doubtful]:
                yield sorted(believed, key=lambda m: m.received)
        yield from self._doubtful([*in_doubt.values()], ends, all_of_it=all_of_it)

    def _doubtful(self, messages: Sequence[Post], ends: float, *, all_of_it: bool) -> Iterator[list[Post]]:
        """The messages of senders in doubt, by portions."""
        read, left = Counter[str](), Counter[str]()
        turns = []
        for message in messages:
            read[message.sender] += 1
            if read[message.sender] > MOST_OF_ONE_SENDER and not all_of_it:
                left[message.sender] += 1
            else:
                turns.append(message)
        for n in range(0, len(turns), PORTION):
            if time.monotonic() > ends:
                self._tell_late(len(turns) - n)
                return
            yield sorted(turns[n : n + PORTION], key=lambda m: m.received)
        self._tell_flood(left)

    def _opened(self, part: Sequence[str]) -> list[Post]:
        """These messages with their headers and attachments; those that are gone are told."""
        found = self._mailbox.opened([self._here[i] for i in part if i in self._here])
        known = self._mailbox.messages([i for i in part if i not in self._here], closed_too=True)
        found += [self._as_seen(m) if m.closed else m for m in known]
        there = {m.id for m in found}
        for message_id in part:
            if message_id not in there:
                self._gone(message_id)
        return found

    def _in_doubt(self, message: Post) -> bool:
        """Whether nobody vouches for its sender: it may wait for those of whom that is not so."""
        settings = self._workplace.settings
        marked = message.marked_by(settings.internal_mail_mark)
        return message.id not in self._history.taken_up and bool(
            doubt_about_sender(marked, settings.recipient_domains)
        )

    def _as_seen(self, closed: Post) -> Post:
        """A message that cannot be had, with what was remembered when it came."""
        seen = self._history.seen[closed.id].data
        received = datetime.fromisoformat(str(seen.get("received", closed.received.isoformat())))
        return replace(closed, sender=closed.sender or str(seen.get("sender") or ""), received=received)

    def _in_turn(self, begun: Mapping[str, str], in_doubt: Collection[str], *, all_of_it: bool) -> list[str]:
        """The messages still to be opened in this look, in the order of their turn; all outsiders take one together."""
        broke, ours = self._history.broke, self._workplace.settings.recipient_domains
        read = Counter(sender for message, sender in begun.items() if not self._is_ours(message))
        left, outsiders = Counter[str](), 0
        turns: list[tuple[int, int, str]] = []
        for message in waiting(self._history):
            if message in begun or message in in_doubt:
                continue
            sender = self._sender(message)
            if self._is_ours(message):
                turns.append((broke.get(message, 0), 0, message))
            elif sender.rpartition("@")[2] not in ours:
                turns.append((broke.get(message, 0), outsiders // AT_A_TIME, message))
                outsiders += 1
            else:
                read[sender] += 1
                if read[sender] > MOST_OF_ONE_SENDER and not all_of_it:
                    left[sender] += 1
                else:
                    turns.append((broke.get(message, 0), (read[sender] - 1) // AT_A_TIME, message))
        if not turns:
            self._tell_flood(left)
        return [message for _, _, message in sorted(turns, key=lambda turn: turn[:2])]

    def _tell_flood(self, left: Mapping[str, int]) -> None:
        """Tell of senders of whom so many messages wait for the next look."""
        for sender, number in left.items():
            inside = sender.rpartition("@")[2] in self._workplace.settings.recipient_domains
            who = sender if inside else f"somebody at {sender.rpartition('@')[2] or 'an unknown address'}"
            self._notes.tell(
                f"flood of {hashlib.sha256(sender.encode()).hexdigest()[:16]}",
                f"{number} messages from {who} wait for the next look: of one sender {MOST_OF_ONE_SENDER} are read "
                "at a time. Is it a flood?",
            )

    def _tell_late(self, left: int) -> None:
        wait = f"{left} message{' waits' if left == 1 else 's wait'} for the next look"
        self._notes.tell(
            "reading", f"{wait}: reading the others took {MOST_MINUTES:.0f} minutes. Is it a flood?"
        )

    def _is_ours(self, message_id: str) -> bool:
        """Whether a message is a copy of one of our own letters."""
        return self._history.seen[message_id].data.get("internet_message_id") in self._history.sent_ids

    def _sender(self, message_id: str) -> str:
        """Who sent a message, as it came in this look or as the ledger keeps it: of an outsider it keeps no address."""
        here = self._here.get(message_id)
        return here.sender if here else str(self._history.seen[message_id].data.get("sender") or "")

    def _gone(self, message_id: str) -> None:
        """A person deleted a message for good before it was dealt with: theirs now, but not in silence. One that was
        seen a moment ago is looked for again: Exchange may not find what it has just shown."""
        if self._workplace.clock() - self._history.seen[message_id].at < GONE_AFTER:
            return
        seen = self._history.seen[message_id].data
        if "received" in seen and seen.get("sender") != self._workplace.settings.mailbox:
            day = day_in_words(london_date(datetime.fromisoformat(str(seen["received"]))))
            sender = seen.get("sender") or "outside the council"
            self._notes.tell(
                message_id,
                f"A message of {day} from {sender} was deleted before it could be read. If it brought "
                "an audit, ask for it again.",
            )
        gone = "Its message was deleted for good before it could be read: ask its sender for it once more."
        self._notes.record(self._notes.given_up(message_id, "deleted by a person", gone))
