"""Reads messages one by one: each by whoever deals with its kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.daily_run.kept import Keeper
from bot.daily_run.post.kinds import kind_of_message
from bot.daily_run.post.known import Known
from bot.daily_run.post.not_taken_in import broke, put_aside, put_aside_unread, tried_again
from bot.daily_run.post.reading import Filing, Reading, TooMuchToRead
from bot.daily_run.workplace import Workplace
from bot.errors import AuditBotError
from bot.programme.events import Event, EventKind, Plain
from bot.programme.history.history import History
from bot.programme.messages.offers import VOUCH
from bot.programme.messages.post import Post
from bot.programme.standing.council import Council
from bot.programme.vocabulary import Problem

_IN_WORDS = frozenset(("reason", "what", "problems"))
"""What of an event is told in sentences."""


@dataclass(slots=True)
class PostRead:
    """What came of some messages."""

    events: list[Event] = field(default_factory=list)
    filings: list[Filing] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class Reader:
    """Reads messages one by one. A message that makes trouble is told, and put aside where the trouble is the bot's own
    and comes twice; the others go on."""

    def __init__(self, workplace: Workplace, lists: Council, history: History) -> None:
        self._known = Known(workplace, lists, history)
        self._keeper = Keeper(workplace)

    def read(self, messages: Sequence[Post]) -> PostRead:
        whole = PostRead()
        for message in messages:
            reading = self._one(message)
            self._known.history.take(reading.events)
            whole.events += reading.events
            whole.filings += reading.filings
            whole.problems += reading.problems
        whole.problems += self._keeper.problems
        self._keeper.problems = []
        return whole

    def _one(self, message: Post) -> Reading:
        known = self._known
        taken_up = known.history.taken_up.get(message.id, ())
        vouched = any(o.word == VOUCH for o in taken_up)
        post = replace(message.marked_by(known.workplace.settings.internal_mail_mark), vouched_for=vouched)
        reading = Reading(post, known, self._keeper)
        try:
            kind_of_message(reading).deal_with(reading)
            if reading.doubt and not taken_up:
                # Whoever deals with it: of a sender in doubt nothing but a question is remembered, unless a person has
                # said what of it counts.
                reading.events = [e for e in reading.events if e.kind is EventKind.NEEDS_A_PERSON]
            return self._naming_nobody(reading)
        except Exception as fault:
            wrong = fault
        afresh = Reading(post, known, self._keeper)
        afresh.opened = reading.opened
        try:
            if isinstance(wrong, AuditBotError):
                tried_again(afresh, str(wrong))
            elif isinstance(wrong, TooMuchToRead):
                put_aside(afresh, str(wrong))
            else:
                broke(afresh, wrong)
            return self._naming_nobody(afresh)
        except Exception:
            unread = Reading(post, known, self._keeper)
            put_aside_unread(unread)
            return unread

    def _naming_nobody(self, reading: Reading) -> Reading:
        """What is remembered and told of a message in words says nothing of who the child is, whatever stood in it."""
        left_out = self._known.children.left_out
        stranger = (
            reading.post.sender not in self._known.names
        )  # whose address may be a child's or a parent's name
        words = _IN_WORDS | {"sender"} if stranger else _IN_WORDS
        for n, event in enumerate(reading.events):
            said = {word: event.data[word] for word in words & event.data.keys()}
            plain: dict[str, Plain] = {
                word: left_out(text) if isinstance(text, str)
                else [left_out(str(each)) for each in text] if isinstance(text, list) else text
                for word, text in said.items()
            }  # fmt: skip
            if plain != said:
                reading.events[n] = replace(event, data={**event.data, **plain})
        return reading
